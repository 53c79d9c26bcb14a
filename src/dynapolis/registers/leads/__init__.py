"""Registers of leads: streamed from the publisher's files into typed tables, entry by entry accounted for."""
