"""Shares of a population of which people coded a part: by design, by prediction, and by adjusted counts."""
