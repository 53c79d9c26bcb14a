"""An audit told to people: its sentences, and a report of two pages in Korean and English."""
