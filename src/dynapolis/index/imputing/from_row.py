"""Gaps filled from the unit's other indicators: where it stands on them is where it is taken to stand here.

Source: as COINr does by row (Becker and others 2022, doi 10.21105/joss.04567).
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.imputing.from_column import Centre, centre_of
from dynapolis.index.scales.within_data import highest, lowest
from dynapolis.model.arrays import FloatArray


def fill_from_row(values: FloatArray, directions: FloatArray, centre: Centre) -> FloatArray:
    """Each gap becomes the unit's mean (or median) place between worst and best, scaled back to the indicator.

    Every indicator is first directed and put between 0 and 1. An indicator of which all values are equal says nothing
    of a unit's place and is left out of the mean; its own gaps become that value.

    Args:
        values: indicators that speak for each other, shape (..., n_rows, n_indicators).
        directions: 1 or −1, shape (n_indicators,).
        centre: mean or median of the places.

    Returns:
        values with the gaps filled, but for rows without any place and indicators without any value.

    Example:
        >>> rows = np.array([[0.0, 10.0], [10.0, 20.0], [5.0, np.nan]])
        >>> fill_from_row(rows, np.array([1.0, -1.0]), "mean")[2].tolist()
        [5.0, 15.0]
    """
    directed = values * directions
    low, high = lowest(directed), highest(directed)
    room = high - low
    places = np.where(room > 0, (directed - low) / np.where(room > 0, room, 1.0), np.nan)
    back = (np.where(room > 0, centre_of(places, centre, axis=-1), 0.0) * room + low) * directions
    return np.where(np.isnan(values), back, values)
