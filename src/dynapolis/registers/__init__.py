"""Registers: a published list, checked at the border, becomes records and codings."""
