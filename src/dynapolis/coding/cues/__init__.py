"""Cues found in texts, and the coder that codes by them alone."""
