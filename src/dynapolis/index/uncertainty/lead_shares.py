"""How much of the space of weights speaks for a unit: where it leads, and its rank on average.

Source: Lahdelma and Salminen (2001), SMAA-2: Stochastic multicriteria acceptability analysis for group decision making,
doi 10.1287/opre.49.3.444.11220.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.index.combining.combine import combine
from dynapolis.index.rank import average_ranks
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import AggregateChoice

_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class LeadShares:
    """Of weights drawn evenly over the simplex, shape (n_units,) each.

    Attributes:
        lead: share of the weights under which the unit has the highest score; units that tie share it.
        lead_error: its standard error from the number of draws.
        mean_rank, mean_rank_error: mean of its ranks, and standard error.
        central_weights: mean of the weights under which it leads, shape (n_units, k): what one has to value for it to
            come first; NaN where it never does.
        n_draws: how many sets of weights were drawn.
    """

    lead: FloatArray
    lead_error: FloatArray
    mean_rank: FloatArray
    mean_rank_error: FloatArray
    central_weights: FloatArray
    n_draws: int


def lead_shares(
    scores: FloatArray, choice: AggregateChoice, rng: np.random.Generator, *, n_draws: int = 10_000
) -> LeadShares:
    """Draw weights of the children of one node, all sets as likely (Dirichlet with parameters 1), and rank.

    Any rule and gaps are allowed, as in ``combine``; a unit without a score has no rank and never leads.

    Args:
        scores: of the children, shape (n_units, k).
        choice: how they are combined.
        rng: for the weights.
        n_draws: sets of weights.

    Example:
        >>> found = lead_shares(np.array([[1.0, 0.0], [0.0, 3.0]]), AggregateChoice(method="arithmetic"),
        ...                     np.random.default_rng(1))
        >>> found.lead.round(1).tolist()  # the first leads where its weight is above 3/4
        [0.2, 0.8]
    """
    n, k = scores.shape
    lead, central = np.zeros(n), np.zeros((n, k))
    first, second, ranked = np.zeros(n), np.zeros(n), np.zeros(n)
    for start in range(0, n_draws, size := max(1, _CELLS // max(n * k, 1))):
        weights = rng.dirichlet(np.ones(k), size=min(size, n_draws - start))
        index = combine(scores, weights, choice)
        top = index == np.fmax.reduce(index, axis=1, keepdims=True)
        part = top / np.maximum(top.sum(axis=1, keepdims=True), 1)
        lead += part.sum(axis=0)
        central += part.T @ weights
        ranks = average_ranks(index)
        ranked += np.isfinite(ranks).sum(axis=0)
        first += np.nansum(ranks, axis=0)
        second += np.nansum(ranks**2, axis=0)
    share, times = lead / n_draws, np.maximum(ranked, 1)
    mean = np.where(ranked > 0, first / times, np.nan)
    spread = np.sqrt(np.maximum(second / times - mean**2, 0) / times)
    central = np.where(lead[:, None] > 0, central / np.where(lead > 0, lead, 1.0)[:, None], np.nan)
    return LeadShares(share, np.sqrt(share * (1 - share) / n_draws), mean, spread, central, n_draws)
