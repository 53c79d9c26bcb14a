"""Uncertainty of COINr's ASEM example: replicas against its stored outputs, and its faults put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.index.compose import compose
from dynapolis.index.uncertainty.choices import draw_choices, draw_uniforms
from dynapolis.index.uncertainty.distribution import explore, nominal_scores
from dynapolis.index.uncertainty.replicas import Replicas, build_replicas, describe, replay, variants
from dynapolis.index.uncertainty.sobol import find_sensitivity
from dynapolis.model.composite import (
    Aggregate,
    CompositeSpec,
    Denominate,
    Impute,
    Normalise,
    Screen,
    TreatOutliers,
    UncertainIndicator,
    UncertainStep,
    UncertainValue,
    UncertainWeights,
)

FloatArray = NDArray[np.float64]
STEPS = (
    Denominate(step="denominate"),
    Impute(step="impute", method="group_mean", group="EurAsia_group"),
    Screen(step="screen", available=0.9),
    TreatOutliers(step="treat"),
    Normalise(step="normalise", method="min_max", range=(0, 100)),
    Aggregate(step="aggregate", method="arithmetic"),
)
# The three inputs of COINr's own vignette on uncertainty.
WINSORISED = UncertainValue(name="winmax", kind="value", path="treat.max_winsorised", one_of=(1, 2, 3, 4, 5))
SCALES = UncertainStep(
    name="scale", kind="step", step="normalise",
    one_of=({"method": "min_max", "range": (1, 100)}, {"method": "z_score", "range": None, "centre": 10, "spread": 2}),
)  # fmt: skip
NOISE = UncertainWeights(name="weights", kind="weights", distribution="uniform_noise", noise=0.25, levels=(2, 3))


def with_steps(coinr: Any, *uncertain: Any, **parts: Any) -> CompositeSpec:
    return coinr.spec.model_copy(update={"steps": STEPS, "uncertain": uncertain, **parts})


def drawn(coinr: Any, spec: CompositeSpec, n: int, seed: int = 1) -> Replicas:
    rng = np.random.default_rng(seed)
    choices = draw_choices(coinr.table, spec, draw_uniforms(spec, n, rng), rng)
    return build_replicas(coinr.table, spec, choices)


def test_the_index_as_it_stands_is_coinrs(coinr: Any) -> None:
    spec = with_steps(coinr, WINSORISED, SCALES, NOISE)
    expected = coinr.numbers("pipeline/aggregated", ["Index"])[:, 0]
    assert nominal_scores(coinr.table, spec, np.random.default_rng(1)) == pytest.approx(expected, abs=1e-9)
    ranks = {row["uCode"]: float(row["Index"]) for row in coinr.rows("pipeline/results_full_ranks")}
    found = explore(coinr.table, spec, 5, np.random.default_rng(1)).ranks
    assert dict(zip(found.units, found.nominal.tolist(), strict=True)) == ranks


def test_one_pass_over_options_gives_each_of_coinrs_stored_variants(coinr: Any) -> None:
    means = {
        "amean_minmax_1_100": {"method": "arithmetic"},
        "gmean": {"method": "geometric"},
        "hmean": {"method": "harmonic"},
        "genmean_p2": {"method": "power", "power": 2},
        "genmean_p05": {"method": "power", "power": 0.5},
    }
    item = UncertainStep(name="mean", kind="step", step="aggregate", one_of=tuple(means.values()))
    steps = (*STEPS[:4], Normalise(step="normalise", method="min_max", range=(1, 100)), STEPS[5])
    spec = with_steps(coinr, item, steps=steps)
    uniforms = (np.arange(len(means))[:, None] + 0.5) / len(means)
    choices = draw_choices(coinr.table, spec, uniforms, np.random.default_rng(1))
    scores = build_replicas(coinr.table, spec, choices).scores
    for found, name in zip(scores, means, strict=True):
        assert found == pytest.approx(coinr.numbers(f"aggregate/{name}", ["Index"])[:, 0], abs=1e-9), name


def test_given_sets_of_weights_give_coinrs_scores_under_them(coinr: Any) -> None:
    """Sets of another program's making can be handed in as choices, here COINr's custom ones beside the original."""
    custom = {row["iCode"]: float(row["Weight"]) for row in coinr.rows("weights/custom_weights")}
    steps = (*STEPS[:4], Normalise(step="normalise", method="min_max", range=(1, 100)), STEPS[5])
    spec = with_steps(coinr, NOISE, steps=steps)
    choices = draw_choices(coinr.table, spec, np.array([[0.1], [0.2]]), np.random.default_rng(1))
    sets = {
        node: np.array([[1.0] * len(children), [custom[child] for child in children]])
        for node, children in spec.children.items()
    }
    scores = build_replicas(coinr.table, spec, replace(choices, weights=sets)).scores
    for found, name in zip(scores, ("amean_minmax_1_100", "amean_custom_weights"), strict=True):
        assert found == pytest.approx(coinr.numbers(f"aggregate/{name}", ["Index"])[:, 0], abs=1e-9), name


def test_every_replica_is_the_index_built_by_itself_under_its_choices(coinr: Any) -> None:
    spec = with_steps(coinr, WINSORISED, SCALES, NOISE)
    replicas = drawn(coinr, spec, 200)
    for replica in (0, 17, 101, 199):
        told = describe(spec, replicas.choices, replica)
        steps = (
            *STEPS[:3],
            TreatOutliers(step="treat", max_winsorised=int(told["winmax"])),
            Normalise.model_validate({"step": "normalise", **told["scale"]}),
            STEPS[5],
        )
        weights = {
            key.removeprefix("weights of "): np.array(w) for key, w in told.items() if key.startswith("weights of")
        }
        alone = compose(coinr.table, spec.model_copy(update={"steps": steps}), weights=weights)
        assert replicas.scores[replica] == pytest.approx(alone.index, abs=1e-9)
        again = replay(coinr.table, spec, replicas.choices, replica)
        assert (again.index[0] == replicas.scores[replica]).all()


def test_noise_stays_within_its_share_at_its_levels_and_fills_it(coinr: Any) -> None:
    """As COINr's noisy weights: each times a number evenly between 0.75 and 1.25, at the levels named only."""
    replicas = drawn(coinr, with_steps(coinr, NOISE), 4000)
    weights = replicas.choices.weights
    assert set(weights) == {"Conn", "Sust", "Index"}
    for array in weights.values():
        ratio = array[:, 0] / array[:, 1]
        assert 0.75 / 1.25 - 1e-12 <= ratio.min() < 0.65 and 1.5 < ratio.max() <= 1.25 / 0.75 + 1e-12
        assert np.corrcoef(np.log(array[:, 0]), array[:, -1])[0, 1] < 0
    assert abs(np.corrcoef(weights["Conn"][:, 0], weights["Sust"][:, 0])[0, 1]) < 0.05


def test_noise_can_differ_by_level(coinr: Any) -> None:
    item = NOISE.model_copy(update={"noise": 0.5, "noise_at": {2: 0.0}})
    weights = drawn(coinr, with_steps(coinr, item), 100).choices.weights
    assert np.ptp(weights["Conn"], axis=0) == pytest.approx(0, abs=1e-15)
    assert np.ptp(weights["Index"][:, 0]) > 0.2


def test_dirichlet_weights_have_the_mean_and_the_spread_of_their_distribution(coinr: Any) -> None:
    item = UncertainWeights(name="w", kind="weights", concentration=30, nodes=("Conn", "Physical"))
    weights = drawn(coinr, with_steps(coinr, item), 4000).choices.weights
    for array in weights.values():
        share = 1 / array.shape[1]
        assert array.sum(axis=1) == pytest.approx(1)
        assert array.mean(axis=0) == pytest.approx(share, abs=4 * np.sqrt(share / 31 / 4000))
        assert array.var(axis=0) == pytest.approx(share * (1 - share) / 31, rel=0.15)


def test_all_options_are_taken_by_their_share_though_few_were_drawn(coinr: Any) -> None:
    """COINr cuts the observed range into options; with equal numbers it fails, with few it spreads them anyhow."""
    spec = with_steps(coinr, WINSORISED)
    choices = draw_choices(coinr.table, spec, np.full((3, 1), 0.5), np.random.default_rng(1))
    assert choices.values["winmax"].tolist() == [3, 3, 3]


def test_failed_replicas_are_counted_and_named_and_the_others_are_kept(coinr: Any) -> None:
    """z-scores around 0 have no geometric mean: COINr fills such replicas with NA and says nothing."""
    scales = SCALES.model_copy(update={"one_of": (SCALES.one_of[0], {"method": "z_score", "range": None})})
    means = UncertainStep(
        name="mean", kind="step", step="aggregate", one_of=({"method": "arithmetic"}, {"method": "geometric"})
    )
    spec = with_steps(coinr, scales, means, NOISE)
    replicas = drawn(coinr, spec, 400)
    options = replicas.choices.options
    expected = np.flatnonzero((options["scale"] == 1) & (options["mean"] == 1))
    assert sorted(replicas.failures) == expected.tolist() and 60 < len(expected) < 140
    assert all("geometric aggregation of" in why and "unit" in why for why in replicas.failures.values())
    assert np.isnan(replicas.scores[expected]).all() and np.isfinite(replicas.scores[replicas.ok]).all()
    ranks = explore(coinr.table, spec, 400, np.random.default_rng(1)).ranks
    assert ranks.share_failed == len(expected) / 400
    assert (ranks.share_unranked == 0).all()


def test_multiple_imputation_reaches_the_ranks_of_units_with_gaps(coinr: Any) -> None:
    steps = (STEPS[0], Impute(step="impute", method="multiple", n=10), *STEPS[3:])
    spec = with_steps(coinr, steps=steps)
    found = explore(coinr.table, spec, 100, np.random.default_rng(1))
    gaps = np.isnan(coinr.table.values)
    spread = found.replicas.scores.std(axis=0)
    assert found.replicas.choices.inputs == ("imputation",)
    assert len(np.unique(found.replicas.scores[:, 0])) <= 10
    most = np.argsort(-gaps.sum(axis=1))[:5]
    assert (spread[most] > np.median(spread)).all()
    low, high = found.ranks.intervals[0.9]
    assert (high > low).any()
    again = replay(coinr.table, spec, found.replicas.choices, 42)
    assert (again.index[0] == found.replicas.scores[42]).all()


def test_errors_of_measurement_and_imputation_go_together(coinr: Any) -> None:
    steps = (STEPS[0], Impute(step="impute", method="multiple", n=4), *STEPS[3:])
    errors = UncertainIndicator(name="goods", kind="error", indicator="Goods", size=0.2, relative=True)
    spec = with_steps(coinr, errors, steps=steps)
    replicas = drawn(coinr, spec, 12)
    assert replicas.share_failed == 0
    for replica in (0, 11):
        assert (replay(coinr.table, spec, replicas.choices, replica).index[0] == replicas.scores[replica]).all()
    assert len(np.unique(replicas.scores[:, 0])) == 12


def test_a_panel_normalised_over_all_years_has_ranks_and_intervals_in_each_year(coinr: Any) -> None:
    """COINr offers no uncertainty analysis of a panel whose years share one scale."""
    steps = (
        STEPS[0],
        Impute(step="impute", method="group_mean", group="EurAsia_group"),
        TreatOutliers(step="treat", over="panel"),
        Normalise(step="normalise", method="min_max", over="panel"),
        STEPS[5],
    )
    spec = with_steps(coinr, WINSORISED, SCALES, NOISE, steps=steps)
    panel = coinr.panel
    found = explore(panel, spec, 100, np.random.default_rng(1)).ranks
    assert found.share_failed == 0 and len(found.units) == panel.n_rows
    for period in panel.periods:
        rows = panel.rows_of(period)
        n = len(rows)
        assert found.ranks[:, rows].sum(axis=1) == pytest.approx(n * (n + 1) / 2)
        assert sorted(found.nominal[rows].tolist()) == list(range(1, n + 1))
        assert found.tier[rows].min() == 1
    one_scale = compose(panel, spec).stages["normalised"]
    assert np.nanmax(one_scale, axis=0) == pytest.approx(100)
    first = panel.rows_of(panel.periods[0])
    assert (np.nanmax(one_scale[first], axis=0) < 99.999).any()
    moved = find_sensitivity(panel, spec, np.random.default_rng(1), n=32, n_resamples=10)
    assert set(moved.indices.first) == {"winmax", "scale", "weights"} and moved.n_left_out == 0


def test_replicas_that_share_their_steps_are_one_group(coinr: Any) -> None:
    spec = with_steps(coinr, WINSORISED, SCALES, NOISE)
    choices = drawn(coinr, spec, 500).choices
    groups = list(variants(spec, choices))
    assert len(groups) == 10
    assert sorted(np.concatenate([members for members, _ in groups]).tolist()) == list(range(500))


def test_first_order_is_not_above_total_order_beyond_the_stated_error(coinr: Any) -> None:
    spec = with_steps(coinr, WINSORISED, SCALES, NOISE)
    for seed in range(3):
        found = find_sensitivity(coinr.table, spec, np.random.default_rng(seed), n=128, output="mean_shift").indices
        for name in found.first:
            assert found.first_interval[name][0] <= found.total_interval[name][1]
            assert found.first[name] <= found.total[name] + (found.first_interval[name][1] - found.first[name])
