"""The steps of a run: tables in, one room's pure functions called, tables out. Used by ``edition``."""
