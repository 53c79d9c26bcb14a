"""Runs table expressions. The expressions are Narwhals lazy frames and do not know which engine runs them."""
