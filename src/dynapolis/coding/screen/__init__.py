"""Screening by active learning: which record to read next, when to stop, and how many were missed.

Not to be confused with ``coding.screening``, the rule that says which coded units are innovation projects.
"""
