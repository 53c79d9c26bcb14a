"""The linear coder: words, character n-grams and cues, one weight for each; calibrated, and honest about doubt."""
