"""Shares of cities with few records, drawn towards what all cities have in common (method, section 5).

Source: beta-binomial model with moment estimates, Kleinman (1973), Proportions with extraneous variance: single and
independent samples, doi 10.1080/01621459.1973.10481332; weights n_i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """What all cities have in common: ``a`` / (``a`` + ``b``) is their share, ``a`` + ``b`` counts records."""

    a: float
    b: float

    def shrink(self, k: FloatArray, n: FloatArray) -> FloatArray:
        """Posterior mean of each city's share."""
        return np.asarray((k + self.a) / (n + self.a + self.b))


def fit_beta_prior(k: FloatArray, n: FloatArray) -> BetaPrior:
    """Prior of the cities' shares by moments.

    With p = Σk / Σn, S = Σ n (k/n − p)² and m cities, the between-city part of the variance is

        g = (S − p (1 − p) (m − 1)) / (p (1 − p) (Σn − Σn²/Σn − (m − 1)))

    and a + b = (1 − g) / g. Cities that differ no more than chance would have them differ give g ≤ 0; a + b is then
    Σn, the weight of all records together. It is never below 1, the weight of one record.

    Args:
        k: successes per city, shape (n_cities,).
        n: trials per city; cities without any are passed over.

    Raises:
        ValueError: no city has a record.

    Example:
        >>> prior = fit_beta_prior(np.array([4., 0.]), np.array([4., 4.]))
        >>> prior.a, prior.b
        (0.5, 0.5)
    """
    seen = n > 0
    k, n = k[seen], n[seen]
    total = float(n.sum())
    if total == 0:
        raise ValueError("no city has a record from which a share could be told")
    p = float(k.sum()) / total
    if p in (0.0, 1.0) or len(n) < 2:
        p = (float(k.sum()) + 0.5) / (total + 1)
        return BetaPrior(p * total, (1 - p) * total)
    spread = float((n * (k / n - p) ** 2).sum())
    room = total - float((n**2).sum()) / total - (len(n) - 1)
    g = (spread - p * (1 - p) * (len(n) - 1)) / (p * (1 - p) * room) if room > 0 else 0.0
    weight = total if g <= 0 else min(total, max(1.0, (1 - g) / g))
    return BetaPrior(p * weight, (1 - p) * weight)
