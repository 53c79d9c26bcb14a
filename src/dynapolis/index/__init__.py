"""The index: treat, normalise, weight, aggregate, rank, and how sure a rank is. Pure.

Steps and names follow the OECD/JRC Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en.
Arrays are (n_draws, n_cities, n_indicators); a missing value is NaN.
"""
