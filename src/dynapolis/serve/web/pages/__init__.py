"""One file per page: from a query's answer to what its template sets."""
