"""Files and databases: the only room that knows them."""
