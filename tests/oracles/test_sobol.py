"""Sobol indices against enumeration by hand, closed forms, and the fault of an estimator that is not centred."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.errors import BadUse
from dynapolis.index.compose import compose
from dynapolis.index.rank import average_ranks
from dynapolis.index.sensitivity import SobolIndices, sobol_estimates, sobol_exact
from dynapolis.index.uncertainty.choices import option_of
from dynapolis.index.uncertainty.sobol import find_sensitivity, input_groups, sobol_samples
from dynapolis.model.composite import (
    Aggregate,
    CompositeSpec,
    Correlated,
    IndexIndicator,
    Node,
    Normalise,
    TreatOutliers,
    UncertainIndicator,
    UncertainStep,
    UncertainValue,
    UncertainWeights,
)
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
# y = 6 + √0.59 a + √0.23 b + √0.18 a b with a, b = ±1: variance 1, of which 0.59 is a's own and 0.77 has to do with a.
PARTS, MEAN = (0.59, 0.23, 0.18), 6.0
EXACT_FIRST, EXACT_TOTAL = 0.59, 0.77


def small_model(a: FloatArray, b: FloatArray) -> FloatArray:
    own_a, own_b, both = np.sqrt(PARTS)
    return np.asarray(MEAN + own_a * a + own_b * b + both * a * b)


def uncentred(f_a: FloatArray, f_b: FloatArray, mixed: FloatArray) -> tuple[float, float]:
    """First and total order as COINr 1.1.14 estimates them: mean(f_B (f_AB − f_A)) / V, with the mean left in."""
    variance = np.concatenate([f_a, f_b]).var(ddof=1)
    first = (f_b * (mixed - f_a)).mean() / variance
    return float(first), float(((f_a - mixed) ** 2).sum() / (2 * len(f_a) * variance))


def sample(n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    (a1, a2), (b1, b2) = (np.sign(rng.random((2, n)) - 0.5) for _ in range(2))
    return small_model(a1, a2), small_model(b1, b2), small_model(b1, a2)


def test_enumeration_gives_the_shares_the_model_was_made_of() -> None:
    table = np.array([[small_model(np.array(a), np.array(b)) for b in (-1.0, 1.0)] for a in (-1.0, 1.0)])[:, :, None]
    found = sobol_exact(table, {"a": (0.5, 0.5), "b": (0.5, 0.5)})
    assert found.first == pytest.approx({"a": EXACT_FIRST, "b": 0.23}, abs=1e-12)
    assert found.total == pytest.approx({"a": EXACT_TOTAL, "b": 0.41}, abs=1e-12)
    assert found.exact


def test_where_the_uncentred_estimator_puts_the_first_order_above_the_total_ours_does_not() -> None:
    """COINr's documented failure: 0.87 > 0.66 where 0.59 and 0.77 are right; here with the same exact values."""
    wrong, ours = [], []
    for seed in range(200):
        f_a, f_b, mixed = sample(100, np.random.default_rng(seed))
        wrong.append(uncentred(f_a, f_b, mixed))
        found = sobol_estimates(f_a[:, None], f_b[:, None], {"a": mixed[:, None]})
        ours.append((found.first["a"], found.total["a"]))
    theirs, centred = np.array(wrong), np.array(ours)
    assert (theirs[:, 0] > theirs[:, 1]).mean() > 0.2
    assert theirs[:, 0].std() > 4 * centred[:, 0].std()
    assert centred.mean(axis=0) == pytest.approx((EXACT_FIRST, EXACT_TOTAL), abs=0.03)
    above = centred[:, 0] - centred[:, 1]
    assert np.quantile(above, 0.95) <= 0.05


def test_a_constant_added_to_the_output_changes_no_estimate() -> None:
    f_a, f_b, mixed = sample(256, np.random.default_rng(1))
    one, other = (
        sobol_estimates(f_a[:, None] + c, f_b[:, None] + c, {"a": mixed[:, None] + c}, n_resamples=0)
        for c in (0.0, 1000.0)
    )
    assert other.first["a"] == pytest.approx(one.first["a"], abs=1e-8)
    assert other.total["a"] == pytest.approx(one.total["a"], abs=1e-8)


def test_unequal_probabilities_count() -> None:
    """y = a with P(a = 1) = p and b of no effect; y = a b: V = pq(1 − pq), Va = p(1 − p) q², both by hand."""
    p, q = 0.2, 0.7
    table = np.array([[0.0, 0.0], [0.0, 1.0]])[:, :, None]
    found = sobol_exact(table, {"a": (1 - p, p), "b": (1 - q, q)})
    variance = p * q * (1 - p * q)
    assert found.first["a"] == pytest.approx(p * (1 - p) * q**2 / variance)
    assert found.total["a"] == pytest.approx(p * (1 - p) * q / variance)
    assert found.first["b"] == pytest.approx(q * (1 - q) * p**2 / variance)


def test_the_ishigami_function_has_its_known_indices() -> None:
    """Closed form, a = 7, b = 0.1 (Ishigami and Homma 1990): first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437."""

    def ishigami(x: FloatArray) -> FloatArray:
        x = (2 * x - 1) * np.pi
        return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]

    a, b = sobol_samples(8192, 3, np.random.default_rng(1))
    mixed = {}
    for place, name in enumerate("xyz"):
        c = a.copy()
        c[:, place] = b[:, place]
        mixed[name] = ishigami(c)
    found = sobol_estimates(ishigami(a), ishigami(b), mixed, n_resamples=100, rng=np.random.default_rng(2))
    assert found.first == pytest.approx({"x": 0.3139, "y": 0.4424, "z": 0.0}, abs=0.02)
    assert found.total == pytest.approx({"x": 0.5576, "y": 0.4424, "z": 0.2437}, abs=0.01)
    for name, exact in (("x", 0.5576), ("y", 0.4424), ("z", 0.2437)):
        low, high = found.total_interval[name]
        assert low - 0.005 <= exact <= high + 0.005


def test_intervals_hold_the_exact_value_as_often_as_they_say() -> None:
    """90% intervals over 200 samples of the small model, within three standard errors."""
    held = np.zeros((200, 2))
    for seed in range(200):
        rng = np.random.default_rng(1000 + seed)
        f_a, f_b, mixed = (part[:, None] for part in sample(300, rng))
        found = sobol_estimates(f_a, f_b, {"a": mixed}, n_resamples=200, level=0.9, rng=rng)
        for column, (exact, (low, high)) in enumerate(
            ((EXACT_FIRST, found.first_interval["a"]), (EXACT_TOTAL, found.total_interval["a"]))
        ):
            held[seed, column] = low <= exact <= high
    assert (held.mean(axis=0) >= 0.9 - 3 * np.sqrt(0.09 / 200)).all()


UNITS = 7
SPEC = CompositeSpec(
    index="small",
    nodes=(Node(code="all"), Node(code="p", parent="all"), Node(code="q", parent="all")),
    indicators=tuple(
        IndexIndicator(code=code, parent=parent, weight=weight)
        for code, parent, weight in (("a", "p", 1), ("b", "p", 2), ("c", "q", 1), ("d", "q", 1))
    ),
    steps=(
        TreatOutliers(step="treat", max_skew=0.5, max_kurtosis=0),
        Normalise(step="normalise", method="min_max", range=(1, 100)),
        Aggregate(step="aggregate", method="arithmetic"),
    ),
    uncertain=(
        UncertainStep(
            name="scale", kind="step", step="normalise", probabilities=(0.5, 0.3, 0.2),
            one_of=({}, {"method": "rank", "range": [1, 100]}, {"method": "percentile_rank", "range": [1, 100]}),
        ),
        UncertainValue(name="points", kind="value", path="treat.max_winsorised", one_of=(0, 1, 3)),
        UncertainStep(
            name="mean", kind="step", step="aggregate", one_of=({"method": "arithmetic"}, {"method": "geometric"})
        ),
    ),
)  # fmt: skip


def small_table() -> UnitTable:
    units = tuple("ABCDEFG"[:UNITS])
    values = np.exp(np.random.default_rng(3).normal(size=(UNITS, 4)) * [1.0, 1.5, 0.5, 2.0])
    return UnitTable(units, units, (), ("a", "b", "c", "d"), values, {}, {})


def test_the_indices_of_an_index_are_those_of_all_its_variants_written_out() -> None:
    """Each of 18 variants composed on its own, and variances summed by their definition, output by output."""
    table = small_table()
    scales, points, means = SPEC.uncertain[0].one_of, (0, 1, 3), ("arithmetic", "geometric")  # type: ignore[union-attr]
    weights = {"scale": (0.5, 0.3, 0.2), "points": (1 / 3,) * 3, "mean": (0.5, 0.5)}
    ranks = {}
    for (i, scale), (j, n), (k, mean) in product(enumerate(scales), enumerate(points), enumerate(means)):
        steps = (
            TreatOutliers(step="treat", max_skew=0.5, max_kurtosis=0, max_winsorised=int(n)),
            Normalise.model_validate({"step": "normalise", "method": "min_max", "range": (1, 100), **scale}),
            Aggregate.model_validate({"step": "aggregate", "method": mean}),
        )
        ranks[i, j, k] = average_ranks(compose(table, SPEC.model_copy(update={"steps": steps})).index)
    chance = {key: weights["scale"][key[0]] * weights["points"][key[1]] * weights["mean"][key[2]] for key in ranks}
    centre = sum(chance[key] * ranks[key] for key in ranks)
    variance = sum(chance[key] * (ranks[key] - centre) ** 2 for key in ranks)
    found = find_sensitivity(table, SPEC, np.random.default_rng(1))
    assert found.indices.exact and found.n == found.n_builds == 18
    for axis, name in enumerate(weights):
        first = total = np.zeros(UNITS)
        for value, p in enumerate(weights[name]):
            with_it = {key: chance[key] / p for key in ranks if key[axis] == value}
            first = first + p * (sum(c * ranks[key] for key, c in with_it.items()) - centre) ** 2
        for rest in {key[:axis] + key[axis + 1 :] for key in ranks}:
            line = [key for key in ranks if key[:axis] + key[axis + 1 :] == rest]
            whole = sum(chance[key] for key in line)
            inner = sum(chance[key] * ranks[key] for key in line) / whole
            total = total + sum(chance[key] * (ranks[key] - inner) ** 2 for key in line)
        assert found.indices.first[name] == pytest.approx(np.sum(first) / np.sum(variance), abs=1e-12)
        assert found.indices.total[name] == pytest.approx(np.sum(total) / np.sum(variance), abs=1e-12)


def test_estimates_come_to_the_exact_values_and_their_intervals_say_how_near() -> None:
    table = small_table()
    exact = find_sensitivity(table, SPEC, np.random.default_rng(1)).indices
    drawn = find_sensitivity(table, SPEC, np.random.default_rng(1), most_combinations=0, n=1024)
    assert drawn.n_builds == 1024 * 5 and not drawn.indices.exact
    for name in exact.first:
        assert drawn.indices.first[name] == pytest.approx(exact.first[name], abs=0.03)
        assert drawn.indices.total[name] == pytest.approx(exact.total[name], abs=0.03)
        low, high = drawn.indices.total_interval[name]
        assert low <= drawn.indices.total[name] <= high
        assert drawn.indices.first[name] <= high


def test_an_option_takes_its_share_of_the_unit_interval_whatever_was_drawn() -> None:
    """COINr cuts the range it happened to observe: three numbers from 0.4 to 0.6 would be spread over three options."""
    assert option_of(np.array([0.4, 0.5, 0.6]), (1 / 3,) * 3).tolist() == [1, 1, 1]
    many = option_of(np.random.default_rng(1).random(90_000), (0.5, 0.3, 0.2))
    assert np.bincount(many) / 90_000 == pytest.approx((0.5, 0.3, 0.2), abs=0.006)


def test_correlated_errors_are_one_input() -> None:
    errors = tuple(UncertainIndicator(name=f"e{c}", kind="error", indicator=c, size=0.1) for c in "abc")
    weights = UncertainWeights(name="w", kind="weights")
    spec = SPEC.model_copy(
        update={"uncertain": (*errors, weights), "correlated": (Correlated(between=("ea", "ec"), correlation=0.5),)}
    )
    assert list(input_groups(spec)) == ["ea + ec", "eb", "w"]
    found = find_sensitivity(small_table(), spec, np.random.default_rng(1), n=64, n_resamples=20)
    assert list(found.indices.first) == ["ea + ec", "eb", "w"]


def test_where_nothing_moves_all_indices_are_0() -> None:
    same = UncertainStep(name="same", kind="step", step="normalise", one_of=({}, {}))
    spec = SPEC.model_copy(update={"uncertain": (same, UncertainWeights(name="w", kind="weights", levels=(9,)))})
    found = find_sensitivity(small_table(), spec, np.random.default_rng(1), n=16, output="score").indices
    assert found.first == found.total == {"same": 0.0, "w": 0.0}
    assert isinstance(found, SobolIndices)


def test_failed_combinations_are_named_and_failed_rows_counted() -> None:
    bad = UncertainStep(name="scale", kind="step", step="normalise", one_of=({}, {"method": "z_score"}))
    spec = SPEC.model_copy(update={"uncertain": (bad, SPEC.uncertain[2])})
    with pytest.raises(BadUse, match=r"1 of 4 combinations fail.*combination 4: geometric aggregation of p"):
        find_sensitivity(small_table(), spec, np.random.default_rng(1))
    drawn = find_sensitivity(small_table(), spec, np.random.default_rng(1), most_combinations=0, n=128, n_resamples=10)
    assert drawn.n_failed == len(drawn.failures) > 0
    assert drawn.n < 128
    assert all("geometric aggregation" in why for why in drawn.failures.values())


def test_an_index_without_anything_uncertain_is_refused() -> None:
    with pytest.raises(BadUse, match="nothing is uncertain"):
        find_sensitivity(small_table(), SPEC.model_copy(update={"uncertain": ()}), np.random.default_rng(1))
