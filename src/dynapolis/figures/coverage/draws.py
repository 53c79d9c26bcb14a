"""Totals drawn around their estimates, for whatever is counted per city."""

from __future__ import annotations

import numpy as np

from dynapolis.figures.coverage.estimate import normal_quantile
from dynapolis.model.arrays import FloatArray

_LEAST = 0.5  # an end that equals what was found is drawn as half a unit more


def draw_ratios(
    found: FloatArray,
    estimate: FloatArray,
    low: FloatArray,
    high: FloatArray,
    *,
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Drawn total over what was found: the unseen part is log-normal to either side of its estimate.

    The median of the draws is the estimate, and the ends of its interval are their quantiles, so an interval that
    reaches further up than down is drawn as such.

    Args:
        found, estimate, low, high: shape (n,); NaN where there is no estimate.
        level: probability the interval holds.
        n_draws: how many.
        rng: the source of chance.

    Returns:
        shape (n_draws, n), never below 1; NaN where there is no estimate.

    Example:
        >>> rng, one = np.random.default_rng(1), lambda x: np.array([float(x)])
        >>> drawn = draw_ratios(one(69), one(130), one(100), one(213), level=0.9, n_draws=4000, rng=rng)
        >>> [round(float(end), 1) for end in np.quantile(drawn, [0.05, 0.5, 0.95])]
        [1.4, 1.9, 3.1]
    """
    scale = normal_quantile(level)
    unseen = np.maximum(estimate - found, _LEAST)
    down = np.log(unseen / np.clip(low - found, _LEAST, unseen)) / scale
    up = np.log(np.maximum(high - found, unseen) / unseen) / scale
    normal = rng.standard_normal((n_draws, len(found)))
    drawn = unseen * np.exp(normal * np.where(normal < 0, down, up))
    return np.asarray(1.0 + np.where(estimate > found, drawn, 0.0 * estimate) / found)


def fill_ratios(own: FloatArray, city: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A ratio for every city and kind: its own, else that of the city's kinds together, else another city's.

    Leaving a city without an estimate as found would put it behind those that have one for no other reason; so it
    takes, draw by draw, the ratio of a city picked at random among those that have one.

    Args:
        own: shape (n_draws, n_cities, n_kinds); NaN where there is no estimate.
        city: of all kinds together, shape (n_draws, n_cities); NaN likewise.
        rng: the source of chance.

    Raises:
        ValueError: no city has an estimate of all kinds together.
    """
    known = np.flatnonzero(np.isfinite(city).all(axis=0))
    if not len(known):
        raise ValueError("no city has an estimate to draw from")
    lent = np.take_along_axis(city, known[rng.integers(len(known), size=city.shape)], axis=1)
    of_city = np.where(np.isfinite(city), city, lent)
    return np.asarray(np.where(np.isfinite(own), own, of_city[:, :, None]))
