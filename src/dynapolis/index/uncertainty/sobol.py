"""Which uncertain choice moves an index: Sobol indices of its ranks, scores, or mean shift in rank.

Where every input can take few values, all combinations are built and the indices are exact. Else two samples are drawn
as one scrambled Sobol' sequence of twice as many dimensions, which fills the space more evenly than chance.

Source: Saltelli et al. (2008), Global Sensitivity Analysis: The Primer, doi 10.1002/9780470725184; Owen (1998),
Scrambling Sobol' and Niederreiter–Xing points, doi 10.1006/jcom.1998.0487; see ``index.sensitivity`` for estimators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from scipy.stats import qmc

from dynapolis.errors import BadUse
from dynapolis.index.rank import ranks_by_period
from dynapolis.index.sensitivity import SobolIndices, sobol_estimates, sobol_exact
from dynapolis.index.uncertainty.choices import draw_choices, input_names, probabilities
from dynapolis.index.uncertainty.distribution import nominal_scores
from dynapolis.index.uncertainty.replicas import build_replicas
from dynapolis.model.arrays import BoolArray, FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

Output = Literal["rank", "score", "mean_shift"]
MOST_COMBINATIONS = 4096  # more than these are not enumerated
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sobol indices of an index, and what they rest on.

    Attributes:
        indices: by input; inputs whose errors are correlated are one, joined with " + ".
        output: what varies: the rank or the score of each unit, or the mean over units of how far ranks shift from
            those of the index as it stands.
        n: rows of each sample; combinations where the indices are exact.
        n_builds: replicas that were built.
        n_failed: those that failed; every row with one of them is left out.
        failures: by the place of the replica, why.
        n_left_out: rows of the table without a score in some replica, which are no outputs.
    """

    indices: SobolIndices
    output: Output
    n: int
    n_builds: int
    n_failed: int
    failures: Mapping[int, str]
    n_left_out: int


def find_sensitivity(
    table: UnitTable,
    spec: CompositeSpec,
    rng: np.random.Generator,
    *,
    n: int = 512,
    output: Output = "rank",
    n_resamples: int = 200,
    level: float = 0.9,
    most_combinations: int = MOST_COMBINATIONS,
) -> Sensitivity:
    """Sobol indices of the inputs that ``spec`` declares uncertain.

    Args:
        table: raw data.
        spec: the index and what is uncertain about it.
        rng: scrambles the sequence and resamples.
        n: rows of each sample, best a power of 2; n times (inputs + 2) replicas are built.
        output: what varies.
        n_resamples, level: for intervals of estimates. Rows are resampled as if drawn at random; a scrambled sequence
            does better than that, so the intervals are rather too wide.
        most_combinations: up to so many, all are built and the indices are exact; 0 always samples.

    Raises:
        BadUse: nothing is uncertain, fewer than two rows could be built, or a combination of an exact analysis fails.
    """
    groups = input_groups(spec)
    if not groups:
        raise BadUse("sensitivity: nothing is uncertain about this index; declare it under uncertain")
    chances = {name: probabilities(spec, name) for name in input_names(spec)}
    few = {name: found for name, found in chances.items() if found is not None}
    if len(few) == len(chances) and prod(map(len, few.values())) <= most_combinations:
        return _enumerated(table, spec, rng, few, output)
    return _sampled(table, spec, rng, groups, n, output, n_resamples, level)


def input_groups(spec: CompositeSpec) -> dict[str, list[int]]:
    """Columns of the uniform numbers that are one input: alone, or together where errors are correlated.

    Sobol indices share out variance among independent inputs.
    """
    names = list(input_names(spec))
    group = list(range(len(names)))
    for pair in spec.correlated:
        i, j = (group[names.index(name)] for name in pair.between)
        group = [i if g == j else g for g in group]
    members = {g: [column for column, h in enumerate(group) if h == g] for g in dict.fromkeys(group)}
    return {" + ".join(names[column] for column in columns): columns for columns in members.values()}


def _enumerated(
    table: UnitTable,
    spec: CompositeSpec,
    rng: np.random.Generator,
    chances: Mapping[str, tuple[float, ...]],
    output: Output,
) -> Sensitivity:
    """Every combination once, by the middle of its share of the unit interval."""
    middles = [np.cumsum(found) - np.array(found) / 2 for found in chances.values()]
    uniforms = np.stack([grid.reshape(-1) for grid in np.meshgrid(*middles, indexing="ij")], axis=1)
    outputs, failures = _outputs(table, spec, rng, uniforms, output)
    if failures:
        told = [f"combination {place + 1}: {why}" for place, why in list(failures.items())[:_MOST_TOLD]]
        raise BadUse(
            f"sensitivity: {len(failures)} of {len(uniforms)} combinations fail, so that no exact index is defined; "
            f"take out the options that do not go together: {'; '.join(told)}"
        )
    kept = np.isfinite(outputs).all(axis=0)
    shaped = outputs[:, kept].reshape(*(len(found) for found in chances.values()), int(kept.sum()))
    found = sobol_exact(shaped, chances)
    return Sensitivity(found, output, len(uniforms), len(uniforms), 0, {}, int((~kept).sum()))


def _sampled(
    table: UnitTable,
    spec: CompositeSpec,
    rng: np.random.Generator,
    groups: Mapping[str, list[int]],
    n: int,
    output: Output,
    n_resamples: int,
    level: float,
) -> Sensitivity:
    a, b = sobol_samples(n, len(input_names(spec)), rng)
    designs = [a, b]
    for columns in groups.values():
        mixed = a.copy()
        mixed[:, columns] = b[:, columns]
        designs.append(mixed)
    outputs, failures = _outputs(table, spec, rng, np.concatenate(designs), output)
    stacked = outputs.reshape(len(designs), n, -1)
    rows = _rows_without_failure(failures, len(designs), n)
    if rows.sum() < 2:
        why = next(iter(failures.values()), "too few rows")
        raise BadUse(f"sensitivity: {len(failures)} of {len(outputs)} replicas fail, so that nothing is left: {why}")
    stacked = stacked[:, rows]
    kept = np.isfinite(stacked).all(axis=(0, 1))
    f_a, f_b, *f_mixed = stacked[:, :, kept]
    mixtures = dict(zip(groups, f_mixed, strict=True))
    found = sobol_estimates(f_a, f_b, mixtures, n_resamples=n_resamples, level=level, rng=rng)
    return Sensitivity(found, output, int(rows.sum()), len(outputs), len(failures), failures, int((~kept).sum()))


def sobol_samples(n: int, n_inputs: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Two samples from one scrambled Sobol' sequence, shape (n, n_inputs) each.

    Example:
        >>> a, b = sobol_samples(64, 2, np.random.default_rng(1))
        >>> a.shape, bool(abs(a.mean() - 0.5) < 0.02)
        ((64, 2), True)
    """
    points = qmc.Sobol(2 * n_inputs, scramble=True, bits=62, rng=rng).random_base2(max(1, int(np.ceil(np.log2(n)))))[:n]
    return points[:, :n_inputs], points[:, n_inputs:]


def _rows_without_failure(failures: Mapping[int, str], n_designs: int, n: int) -> BoolArray:
    ok = np.ones((n_designs, n), dtype=bool)
    ok.reshape(-1)[list(failures)] = False
    return np.asarray(ok.all(axis=0))


def _outputs(
    table: UnitTable, spec: CompositeSpec, rng: np.random.Generator, uniforms: FloatArray, output: Output
) -> tuple[FloatArray, Mapping[int, str]]:
    """What varies, of every replica, shape (n_replicas, n_outputs); and which failed."""
    choices = draw_choices(table, spec, uniforms, rng)
    replicas = build_replicas(table, spec, choices)
    if output == "score":
        return replicas.scores, replicas.failures
    rows_of = [table.rows_of(period) for period in table.periods]
    ranks = ranks_by_period(replicas.scores, rows_of)
    if output == "rank":
        return ranks, replicas.failures
    nominal = ranks_by_period(nominal_scores(table, spec, choices.stream), rows_of)
    shift = np.abs(ranks - nominal)
    there = np.isfinite(shift).sum(axis=1, keepdims=True)
    return np.where(
        there > 0, np.nansum(shift, axis=1, keepdims=True) / np.maximum(there, 1), np.nan
    ), replicas.failures
