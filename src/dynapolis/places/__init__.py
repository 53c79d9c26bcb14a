"""Places: a gazetteer, and the matching of a town as typed to a city of it."""
