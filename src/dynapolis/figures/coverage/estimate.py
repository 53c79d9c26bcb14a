"""An estimated total with its interval, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from dynapolis.model.coverage import Estimator, Reason

# Fewer shared units give no estimate. With seven one can be 95 % sure that Chapman's bias is negligible: Robson and
# Regier (1964), Sample size in Petersen mark-recapture experiments.
MIN_SHARED = 7


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total that includes what no list holds.

    Attributes:
        estimator: how it was made.
        total: the estimate, in units.
        low, high: its interval; ``low`` is never below what was found.
        error: its standard error.
        model: of a log-linear model, the pairs of lists that depend on each other, such as ``a*b``.
        weight: of a log-linear model, its AICc weight among those that could be fitted.
    """

    estimator: Estimator
    total: float
    low: float
    high: float
    error: float
    model: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no estimate, and this is why."""

    reason: Reason


def normal_quantile(level: float) -> float:
    """How many standard errors a central interval of a level reaches to either side.

    Example:
        >>> round(normal_quantile(0.95), 3)
        1.96
    """
    return float(ndtri((1 + level) / 2))


def log_normal_interval(found: int, total: float, error: float, level: float) -> tuple[float, float]:
    """Interval of a total whose unseen part is log-normal, so that it never falls below what was found.

    Source: Chao (1987), Estimating the population size for capture-recapture data with unequal catchability,
    doi 10.2307/2531532.

    Example:
        >>> [round(end) for end in log_normal_interval(68, 79.84, 6.37, 0.95)]
        [72, 100]
    """
    unseen = total - found
    if unseen <= 0:
        return float(found), float(found)
    factor = math.exp(normal_quantile(level) * math.sqrt(math.log1p((error / unseen) ** 2)))
    return found + unseen / factor, found + unseen * factor
