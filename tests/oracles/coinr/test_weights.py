"""Every table of weights of COINr's ASEM example: effective, from principal components, and optimised.

The reference lies beside the repository, in ``../shared/reference/coinr``. Optimised weights there are the ends of a
search that stops early; here they are solved, so they are compared by how well they do what they are for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.index.weighting.balance import Level, balance, correlations_with_whole, infomax
from dynapolis.index.weighting.effective import effective_weights
from dynapolis.index.weighting.moments import complete_moments
from dynapolis.index.weighting.principal_components import first_loadings, principal_components
from dynapolis.index.weighting.weights import weights_below
from dynapolis.model.composite import CompositeSpec, WeightChoice

FloatArray = NDArray[np.float64]


@pytest.fixture(scope="module")
def spec(coinr: Any) -> CompositeSpec:
    """The tree of the ASEM index."""
    found: CompositeSpec = coinr.spec
    return found


@pytest.fixture(scope="module")
def scores(coinr: Any) -> dict[str, FloatArray]:
    """Columns of the aggregated data, by code."""
    rows = coinr.rows("pipeline/aggregated")
    return {code: np.array([float(row[code]) for row in rows]) for code in rows[0] if code != "uCode"}


def table(scores: dict[str, FloatArray], codes: list[str]) -> FloatArray:
    return np.stack([scores[code] for code in codes], axis=1)


def test_effective_weights_are_those_of_the_file(coinr: Any, spec: CompositeSpec) -> None:
    nothing = np.empty((1, 0))
    given = {node: weights_below(node, nothing, spec, WeightChoice(method="given")) for node in spec.upwards}
    found = effective_weights(spec, given)
    rows = coinr.rows("weights/effective_weights")
    assert {row["iCode"] for row in rows} == set(found)
    for row in rows:
        assert float(found[row["iCode"]]) == pytest.approx(float(row["EffWeight"]), abs=1e-12)


def test_effective_weights_of_given_weights_add_up_to_one_on_each_level(coinr: Any, spec: CompositeSpec) -> None:
    """The custom weights of the file: what passes through the levels is the whole on each."""
    rows = coinr.rows("weights/custom_weights")
    choice = WeightChoice(method="given", values={row["iCode"]: float(row["Weight"]) for row in rows})
    nothing = np.empty((1, 0))
    found = effective_weights(spec, {node: weights_below(node, nothing, spec, choice) for node in spec.upwards})
    for level in "1234":
        assert sum(float(found[row["iCode"]]) for row in coinr.meta if row["Level"] == level) == pytest.approx(1)
    ratio = found["Services"] / found["Goods"]
    assert float(ratio) == pytest.approx(0.501 / 0.916)


PCA_FILES = ["level1_by_group", "level2_by_group", "level2_all", "level3_by_group"]


def groups_of(coinr: Any, name: str) -> dict[str, list[str]]:
    """Children of each group, in the order of the file."""
    found: dict[str, list[str]] = {}
    for row in coinr.rows(f"weights/pca_loadings_{name}"):
        codes = found.setdefault(row["Group"], [])
        if row["iCode"] not in codes:
            codes.append(row["iCode"])
    return found


@pytest.mark.parametrize("name", PCA_FILES)
def test_loadings_of_all_components_are_those_of_the_file_but_for_their_sign(
    coinr: Any, scores: dict[str, FloatArray], name: str
) -> None:
    rows = coinr.rows(f"weights/pca_loadings_{name}")
    compared = 0
    for group, codes in groups_of(coinr, name).items():
        found = principal_components(table(scores, codes)).loadings
        told = {(row["iCode"], row["PC"]): float(row["Loading"]) for row in rows if row["Group"] == group}
        expected = np.array([[told[code, f"PC{n}"] for n in range(1, len(codes) + 1)] for code in codes])
        side = np.sign((found * expected).sum(axis=0))
        assert found * side == pytest.approx(expected, abs=1e-9), group
        compared += expected.size
    assert compared == len(rows)


@pytest.mark.parametrize("name", PCA_FILES)
def test_the_variance_of_components_is_that_of_the_file(coinr: Any, scores: dict[str, FloatArray], name: str) -> None:
    rows = coinr.rows(f"weights/pca_variance_{name}")
    for group, codes in groups_of(coinr, name).items():
        found = principal_components(table(scores, codes))
        mine = [row for row in rows if row["Group"] == group]
        assert [int(row["PC"]) for row in mine] == list(range(1, len(codes) + 1))
        assert found.deviation == pytest.approx([float(row["Sdev"]) for row in mine], abs=1e-9)
        assert found.explained == pytest.approx([float(row["VarExpl"]) for row in mine], abs=1e-9)


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_weights_of_the_first_component_are_those_of_the_file_but_for_their_sign(
    coinr: Any, scores: dict[str, FloatArray], spec: CompositeSpec, level: str
) -> None:
    rows = {row["iCode"]: float(row["Weight"]) for row in coinr.rows(f"weights/pca_weights_level{level}_by_group")}
    seen = 0
    for node in spec.upwards:
        codes = list(spec.children[node])
        if str(spec.levels[codes[0]]) != level:
            continue
        expected = np.array([rows[code] for code in codes])
        found = first_loadings(table(scores, codes))
        assert found * np.sign(found @ expected) == pytest.approx(expected, abs=1e-9), node
        choice = WeightChoice(method="pca", allow_negative=True)
        scaled = weights_below(node, table(scores, codes), spec, choice)
        assert scaled == pytest.approx(expected / expected.sum(), rel=1e-8), node
        seen += len(codes)
    assert seen == len(rows)


def distance_from_balance(values: FloatArray, effective: FloatArray) -> float:
    """What COINr makes least (before its logarithm): mean squared distance of scaled correlations from equal ones."""
    found = correlations_with_whole(complete_moments(values), effective)
    return float(((found / found.sum() - 1 / len(found)) ** 2).mean())


def test_balancing_two_children_is_exact_and_that_of_the_file(coinr: Any, scores: dict[str, FloatArray]) -> None:
    rows = coinr.rows("weights/opt_balance_level3_equal")
    values = table(scores, [row["iCode"] for row in rows])
    found = balance(values)
    assert found.weights == pytest.approx([float(row["OptWeight"]) for row in rows], abs=1e-6)
    assert found.correlations[0] == pytest.approx(found.correlations[1], abs=1e-12)
    theirs = np.array([float(row["OptWeight"]) for row in rows])
    assert found.objective <= distance_from_balance(values, theirs)


# Pillars of two sub-indices, which weigh the same in the index.
LEVEL = Level(parent=[0, 0, 0, 0, 0, 1, 1, 1], weights=[0.5, 0.5])


def in_the_index(weights: FloatArray) -> FloatArray:
    """Weights of the eight pillars in the index, from weights on any scale."""
    parts = [part / part.sum() / 2 for part in (weights[:5], weights[5:])]
    return np.concatenate(parts)


def test_balancing_pillars_over_two_levels_comes_nearer_than_the_file(
    coinr: Any, scores: dict[str, FloatArray]
) -> None:
    rows = coinr.rows("weights/opt_balance_level2_equal")
    values = table(scores, [row["iCode"] for row in rows])
    theirs = in_the_index(np.array([float(row["OptWeight"]) for row in rows]))
    found = balance(values, level=LEVEL, allow_negative=True)
    reached = distance_from_balance(values, in_the_index(found.weights))
    assert reached == pytest.approx(float(found.objective), rel=1e-6)
    assert reached < distance_from_balance(values, theirs) / 5


def test_balanced_weights_of_pillars_are_not_negative_and_no_others_come_nearer(
    coinr: Any, scores: dict[str, FloatArray]
) -> None:
    """COINr gives weights below 0 here. Without them exact balance cannot be had; 20,000 others come less near."""
    rows = coinr.rows("weights/opt_balance_level2_equal")
    assert min(float(row["OptWeight"]) for row in rows) < 0
    values = table(scores, [row["iCode"] for row in rows])
    found = balance(values, level=LEVEL)
    assert (found.weights >= 0).all() and found.weights.sum() == pytest.approx(1)
    rng = np.random.default_rng(5)
    around = [np.ones(8), *(rng.dirichlet(np.full(8, 0.5)) for _ in range(10_000))]
    near = [np.maximum(found.weights + rng.normal(0, 0.02, 8), 1e-12) for _ in range(10_000)]
    others = [distance_from_balance(values, in_the_index(weights)) for weights in (*around, *near)]
    assert float(found.objective) <= min(others)


def test_the_sum_of_correlations_is_not_below_that_of_the_file(coinr: Any, scores: dict[str, FloatArray]) -> None:
    rows = coinr.rows("weights/opt_infomax_level3")
    values = table(scores, [row["iCode"] for row in rows])
    found = infomax(values)
    theirs = correlations_with_whole(complete_moments(values), np.array([float(row["OptWeight"]) for row in rows]))
    assert theirs == pytest.approx([float(row["Obtained"]) for row in rows], abs=1e-4)
    assert float(found.objective) >= theirs.sum()
    assert found.weights == pytest.approx([float(row["OptWeight"]) for row in rows], abs=1e-4)


def test_every_file_of_the_folder_is_compared(coinr: Any) -> None:
    compared = {"custom_weights", "effective_weights", "opt_balance_level2_equal", "opt_balance_level3_equal"}
    compared |= {"opt_infomax_level3", *(f"pca_weights_level{level}_by_group" for level in "123")}
    compared |= {f"pca_{kind}_{name}" for kind in ("loadings", "variance") for name in PCA_FILES}
    assert {path.stem for path in (coinr.folder / "weights").glob("*.csv")} == compared
