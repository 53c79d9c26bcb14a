"""Pages: a query's answer set in a template, in Korean and English at the same addresses."""
