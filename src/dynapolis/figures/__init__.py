"""Figures: numbers with a numerator, a denominator, an interval and the units behind them. Pure."""
