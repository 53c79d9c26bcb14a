"""dynapolis: from published lists of smart-city projects to an index that knows its uncertainty.

Importing the package loads nothing heavy; each room is imported where it is used.
"""

__version__ = "0.1.0"
