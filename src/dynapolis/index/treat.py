"""The treatment of the own index, as a choice of the general one: the logarithm from the side of the longer tail."""

from __future__ import annotations

import numpy as np

from dynapolis.index.moments import excess_kurtosis, skewness
from dynapolis.index.outliers import TRANSFORMED, WINSORISED, treat_outliers
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.composite import TreatOutliers
from dynapolis.model.index_spec import Treat

__all__ = ["excess_kurtosis", "skewness", "treat"]


def treat(values: FloatArray, rule: Treat) -> tuple[FloatArray, IntArray]:
    """Indicators with their outliers drawn in, and where that is not enough a logarithm of them.

    Args:
        values: shape (n_draws, n_cities, n_indicators).
        rule: thresholds; method "none" returns the values as they are.

    Returns:
        the treated values, and per draw and indicator what was done: 0 nothing, k points winsorised, −1 logarithm.
    """
    if rule.method == "none":
        return values, np.zeros((values.shape[0], values.shape[2]), dtype=np.int64)
    step = TreatOutliers(
        step="treat",
        max_skew=rule.max_skew,
        max_kurtosis=rule.max_kurtosis,
        max_winsorised=rule.max_winsorised,
        function="log_mirrored",
        over="panel",
    )
    found = treat_outliers(values, tuple(map(str, range(values.shape[2]))), step)
    winsorised = np.where(found.outcome == WINSORISED, found.n_winsorised, 0)
    return found.values, np.where(found.outcome == TRANSFORMED, -1, winsorised)
