"""Looking at a composite indicator: what its data say, what its parts have in common, and where a score comes from."""
