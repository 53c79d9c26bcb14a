"""The formulas of normalisation: where a value lies within the data, against fixed marks, or among the others."""
