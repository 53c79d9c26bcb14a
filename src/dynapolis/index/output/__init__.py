"""An index as tidy tables: one row for each thing that is said, names that carry what they mean."""
