"""Several coders at work: who codes what, sheets to fill in, what they differ in, and what waits for coding again."""
