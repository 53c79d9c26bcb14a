"""Transformations of a skewed indicator: the logarithms of the field, and Box and Cox.

``log_shifted``, ``log_mirrored``, ``log_plus_one`` and ``log_gii`` are what COINr calls log_CT, log_CT_plus,
log_CT_orig and log_GII. The first three begin a hundredth of the range, or 1, above nought, so that no value stops
them.

Source: COIN tool of the JRC; Becker, Caperna, Del Sorbo, Norlén, Papadimitriou and Saisana (2022), COINr,
doi 10.21105/joss.04567; Global Innovation Index 2020, appendix on technical notes (log_gii).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dynapolis.index.moments import moments
from dynapolis.index.treating.box_cox import box_cox, estimate_lambda
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import TreatFunction

ROOM = 0.01  # share of the range at which the shifted logarithm begins


@dataclass(frozen=True, slots=True)
class Transformed:
    """Series after a transformation.

    Attributes:
        values: shape (n_series, n_rows); as they were where it cannot be done.
        possible: shape (n_series,): the function takes these values.
        lambdas: the exponent of Box and Cox, NaN for other functions.
    """

    values: FloatArray
    possible: BoolArray
    lambdas: FloatArray


def transform(
    series: FloatArray, function: TreatFunction, lambdas: FloatArray | None = None, shift: BoolArray | None = None
) -> Transformed:
    """Apply one function to many series.

    Not possible are: the plain logarithm, and Box and Cox without a shift, of values that are not all above 0;
    ``log_gii`` where the highest value is not above 1, because it would turn the indicator round or make it constant;
    anything where all values are equal or there are fewer than two.

    Args:
        series: shape (n_series, n_rows); NaN stays NaN.
        function: which.
        lambdas: exponents of Box and Cox, shape (n_series,); NaN, or none: estimated.
        shift: for Box and Cox, move values so that the lowest is 1, shape (n_series,); none: yes.

    Example:
        >>> transform(np.array([[0.0, 99.0]]), "log_plus_one").values.round(4).tolist()
        [[0.0, 4.6052]]
        >>> transform(np.array([[0.0, 99.0]]), "log").possible.tolist()
        [False]
    """
    low, high = np.fmin.reduce(series, axis=1, keepdims=True), np.fmax.reduce(series, axis=1, keepdims=True)
    possible = (high > low)[:, 0]
    used = np.full(len(series), np.nan)
    if function == "box_cox":
        possible &= (low > 0)[:, 0] | (True if shift is None else shift)
        given = used if lambdas is None else lambdas
        moved = series - low + 1
        begun = moved if shift is None else np.where(shift[:, None], moved, series)
        result, used = _box_cox(begun, given, possible)
    else:
        possible &= _takes(function, low[:, 0], high[:, 0])
        with np.errstate(invalid="ignore", divide="ignore"):
            result = _LOGARITHMS[function](series, low, high)
    return Transformed(np.where(possible[:, None], result, series), possible, np.where(possible, used, np.nan))


def _box_cox(series: FloatArray, given: FloatArray, possible: BoolArray) -> tuple[FloatArray, FloatArray]:
    used = given.copy()
    asked = possible & np.isnan(given)
    if asked.any():
        used[asked] = estimate_lambda(series[asked])
    result = series.copy()
    result[possible] = box_cox(series[possible], used[possible])
    return result, used


def _takes(function: TreatFunction, low: FloatArray, high: FloatArray) -> BoolArray:
    if function == "log":
        return np.asarray(low > 0)
    return np.asarray(high > 1) if function == "log_gii" else np.ones(len(low), dtype=bool)


def _mirrored(series: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """The shifted logarithm from the side of the longer tail."""
    room = ROOM * (high - low)
    right = ~(moments(series, axis=1).skewness < 0)[:, None]
    return np.asarray(np.where(right, np.log(series - low + room), -np.log(high - series + room)))


_LOGARITHMS: dict[str, Callable[[FloatArray, FloatArray, FloatArray], FloatArray]] = {
    "log": lambda series, _low, _high: np.log(series),
    "log_shifted": lambda series, low, high: np.log(series - low + ROOM * (high - low)),
    "log_mirrored": _mirrored,
    "log_plus_one": lambda series, low, _high: np.log(series - low + 1),
    "log_gii": lambda series, low, high: np.log((high - 1) * (series - low) / (high - low) + 1),
    "none": lambda series, _low, _high: series,
}
