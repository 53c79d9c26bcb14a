"""The values that travel through dynapolis. All are frozen; none knows a file or a database."""
