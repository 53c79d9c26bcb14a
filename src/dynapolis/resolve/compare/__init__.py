"""What two records have in common: one plain function for each side of the question, one file for each function."""
