"""Chapman's estimate of a total from two lists.

It assumes that being in one list does not make being in the other likelier. If it does, which is usual for lists made
in the same way, the estimate is too low; two lists cannot tell.

Sources: Chapman (1951), Some properties of the hypergeometric distribution with applications to zoological sample
censuses; Seber (1970), The effects of trap response on tag recapture estimates (variance); Sadinle (2009), Transformed
logit confidence intervals for small populations in single capture–recapture estimation, doi 10.1080/03610910903168595
(interval). This interval is taken because it keeps its level where few units are shared, where a normal one does not,
and never falls below what was found.
"""

from __future__ import annotations

import math

from dynapolis.figures.coverage.estimate import MIN_SHARED, Estimate, Refused, normal_quantile
from dynapolis.figures.coverage.lists import Histories
from dynapolis.model.coverage import Estimator, Reason


def chapman(histories: Histories, level: float, min_shared: int = MIN_SHARED) -> Estimate | Refused:
    """The total from two lists with n₁ and n₂ units, m of them shared: (n₁ + 1)(n₂ + 1)/(m + 1) − 1.

    Args:
        histories: of exactly two lists.
        level: probability the interval holds.
        min_shared: fewer shared units are refused.

    Example:
        >>> from dynapolis.figures.coverage.lists import from_rows
        >>> found = chapman(from_rows(["a", "b"], [5, 10, 5]), 0.95, min_shared=1)
        >>> round(found.total), round(found.low), round(found.high)
        (28, 22, 65)
    """
    if histories.n_shared < min_shared:
        return Refused(Reason.LITTLE_OVERLAP)
    (_, second), (first, both) = histories.counts.tolist()
    n1, n2 = first + both, second + both
    total = (n1 + 1) * (n2 + 1) / (both + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * first * second / ((both + 1) ** 2 * (both + 2))
    low, high = _interval(first + 0.5, second + 0.5, both + 0.5, level)
    found = float(histories.n_found)
    return Estimate(Estimator.CHAPMAN, total, min(max(low, found), total), max(high, total), math.sqrt(variance))


def _interval(first: float, second: float, both: float, level: float) -> tuple[float, float]:
    """Sadinle's ends, from the three counts with one half added to each."""
    spread = math.sqrt(1 / both + 1 / first + 1 / second + both / (first * second))
    unseen, factor = first * second / both, math.exp(normal_quantile(level) * spread)
    seen = first + second + both - 2
    return seen + unseen / factor, seen + unseen * factor
