"""Gaps filled many times over, each time by a draw, so that not knowing them reaches the ranks.

Chained equations: every indicator with gaps is regressed on others in turn; the regression's coefficients and its
residual variance are drawn from their posterior, and each gap gets its prediction plus a drawn residual.

Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, doi 10.1002/9780470316696, pages 166–167; van
Buuren and Groothuis-Oudshoorn (2011), mice, doi 10.18637/jss.v045.i03.
"""

from __future__ import annotations

import numpy as np

from dynapolis.index.imputing.from_column import fill_from_column
from dynapolis.index.imputing.patterns import by_pattern
from dynapolis.index.imputing.regression import strongest
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

SWEEPS = 5  # times that the chain goes through all indicators
RIDGE = 1e-5  # keeps predictors apart that all but repeat each other


def draw_filled(values: FloatArray, predictors: int, rng: np.random.Generator) -> FloatArray:
    """One draw of every table: gaps filled from what the other indicators let expect, with noise.

    An indicator is regressed on those (at most ``predictors``) that correlate most with it, as filled so far, and at
    most on so many that two degrees of freedom are left. With one value there is nothing to draw from and that value is
    taken; without any the gaps stay. Draws are normal: an amount that cannot be negative may come out so.

    Args:
        values: tables to be filled independently, shape (..., n_rows, n_indicators).
        predictors: how many at most.
        rng: the source of the draws.

    Example:
        >>> rows = np.array([[1.0, 2.1], [2.0, 3.9], [3.0, 6.0], [4.0, 8.1], [5.0, np.nan]])
        >>> drawn = draw_filled(np.broadcast_to(rows, (500, 5, 2)), 5, np.random.default_rng(1))[:, 4, 1]
        >>> bool(9 < drawn.mean() < 11), bool(drawn.std() > 0)
        (True, True)
    """
    return by_pattern(values, lambda tables, gaps: _chain(tables, gaps, predictors, rng))


def _chain(tables: FloatArray, gaps: BoolArray, predictors: int, rng: np.random.Generator) -> FloatArray:
    """Tables of shape (n, n_rows, n_indicators) that have the same gaps."""
    n_seen = (~gaps).sum(axis=0)
    result = fill_from_column(tables, "mean")
    usable = np.flatnonzero(n_seen > 0)
    todo = [column for column in np.argsort(-n_seen, kind="stable") if 1 < n_seen[column] < len(gaps)]
    chosen = {column: _predictors(result, gaps[:, column], int(column), usable, predictors) for column in todo}
    for _ in range(SWEEPS):
        for column in todo:
            seen = ~gaps[:, column]
            result[:, ~seen, column] = _draw(result[:, :, chosen[column]], result[:, seen, column], seen, rng)
    return result


def _predictors(filled: FloatArray, gap: BoolArray, column: int, usable: IntArray, predictors: int) -> IntArray:
    """Columns that predict one, the same in all tables: those that correlate most in the mean table."""
    others = usable[usable != column]
    most = max(min(predictors, len(others), int((~gap).sum()) - 3), 0)
    mean = filled.mean(axis=0, keepdims=True)
    return np.asarray(others[strongest(mean[:, ~gap][:, :, others], mean[:, ~gap, column], most)[0]])


def _draw(taken: FloatArray, target: FloatArray, seen: BoolArray, rng: np.random.Generator) -> FloatArray:
    """Values of the gaps of one indicator, shape (n, n_gaps), from its predictors, shape (n, n_rows, n_predictors)."""
    n, n_rows, n_predictors = taken.shape
    centre, spread = taken[:, seen].mean(axis=1, keepdims=True), taken[:, seen].std(axis=1, keepdims=True)
    design = np.concatenate([np.ones((n, n_rows, 1)), (taken - centre) / np.where(spread > 0, spread, 1.0)], axis=2)
    known = design[:, seen]
    gram = np.swapaxes(known, 1, 2) @ known
    gram += RIDGE * np.eye(n_predictors + 1) * np.trace(gram, axis1=1, axis2=2)[:, None, None] / (n_predictors + 1)
    fitted = np.linalg.solve(gram, np.swapaxes(known, 1, 2) @ target[:, :, None])
    left = target - (known @ fitted)[:, :, 0]
    freedom = max(len(target[0]) - n_predictors - 1, 1)
    sigma = np.sqrt((left * left).sum(axis=1) / rng.chisquare(freedom, size=n))[:, None, None]
    root = np.linalg.cholesky(gram)
    moved = np.linalg.solve(np.swapaxes(root, 1, 2), rng.standard_normal((n, n_predictors + 1, 1)))
    noise = rng.standard_normal((n, int((~seen).sum()), 1))
    return np.asarray((design[:, ~seen] @ (fitted + sigma * moved) + sigma * noise)[:, :, 0])
