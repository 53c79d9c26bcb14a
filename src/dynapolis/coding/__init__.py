"""From codings to adopted codes: who said what, which code counts and why, and how far coders agree."""
