"""Weights of the children of a node: given by people, or found from the scores."""
