"""Laws of looking at a composite indicator: what adds up, what must not change, and what must be found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dynapolis.errors import BadUse
from dynapolis.index.analysis.changed_steps import moves_by_step
from dynapolis.index.analysis.comparison import compare, compare_scores
from dynapolis.index.analysis.correlation import Method, correlate
from dynapolis.index.analysis.decomposition import decompose
from dynapolis.index.analysis.leave_out import leave_one_out
from dynapolis.index.analysis.rankings import rank_columns
from dynapolis.index.analysis.regrouping import rule_of
from dynapolis.index.analysis.reliability import cronbach_alpha
from dynapolis.index.analysis.rows import table_of
from dynapolis.index.analysis.shares import share_out
from dynapolis.index.analysis.statistics import describe
from dynapolis.index.analysis.strengths import strengths_and_weaknesses
from dynapolis.index.analysis.tracing import Part, trace
from dynapolis.index.analysis.trends import trends
from dynapolis.index.compose import Composite, compose
from dynapolis.index.weighting.principal_components import principal_components
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
PARENTS = {"x1": "p", "x2": "p", "x3": "q", "x4": "q", "x5": "q"}
CODES = tuple(PARENTS)
MEANS: list[dict[str, Any]] = [
    {"method": "arithmetic"},
    {"method": "geometric"},
    {"method": "harmonic"},
    {"method": "power", "power": 2.0},
    {"method": "power", "power": 0.5},
    {"method": "power", "power": -2.0},
]
OTHERS: list[dict[str, Any]] = [
    {"method": "mean_min", "alpha": 0.7, "beta": 0.1},
    {"method": "mazziotta_pareto"},
    {"method": "mazziotta_pareto", "standardised": "range_70_130"},
    {"method": "copeland"},
    {"method": "borda_count"},
    {"method": "kemeny"},
    {"method": "weighted_sum"},
]
methods = st.sampled_from(MEANS)
seeds = st.integers(0, 2**32 - 1)


def spec_of(below: dict[str, Any], above: dict[str, Any], weights: FloatArray, **more: Any) -> CompositeSpec:
    """Two pillars of two and three indicators; the pillars by one rule, the index by another."""
    aggregate = {"step": "aggregate", **below, "each": {"i": above}}
    return CompositeSpec.model_validate(
        {
            "index": "i",
            "nodes": [{"code": "i"}, {"code": "p", "parent": "i", "weight": 2}, {"code": "q", "parent": "i"}],
            "indicators": [
                {"code": code, "parent": parent, "weight": float(weight)}
                for (code, parent), weight in zip(PARENTS.items(), weights, strict=True)
            ],
            "steps": [*more.get("before", ()), aggregate],
        }
    )


def table_with(values: FloatArray, times: tuple[str, ...] = ()) -> UnitTable:
    units = tuple(f"u{row}" for row in range(len(values)))
    return UnitTable(units, units, times, CODES[: values.shape[1]], values, {}, {})


def drawn(seed: int, n: int = 7, gaps: float = 0.15) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 100, size=(n, len(CODES)))
    values[rng.random(values.shape) < gaps] = np.nan
    return values, rng.uniform(0.2, 3, size=len(CODES))


# Decomposition


@settings(max_examples=150, deadline=None)
@given(methods, methods, seeds)
def test_points_of_indicators_add_up_to_the_score_of_the_index(
    below: dict[str, Any], above: dict[str, Any], seed: int
) -> None:
    values, weights = drawn(seed)
    made = compose(table_with(values), spec_of(below, above, weights))
    found = decompose(made)
    total = np.sum([found.points[code] for code in CODES], axis=0)
    there = ~np.isnan(made.index)
    assert total[there] == pytest.approx(made.index[there], rel=1e-9)
    assert (total[~there] == 0).all()
    assert all((rest == 0).all() for rest in found.remainders.values())


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(MEANS), st.sampled_from(OTHERS), st.booleans(), seeds)
def test_what_no_child_has_is_told_and_completes_the_score(
    mean: dict[str, Any], other: dict[str, Any], swapped: bool, seed: int
) -> None:
    """Whatever the rules: points of indicators and remainders of nodes add up to the score."""
    values, weights = drawn(seed)
    below, above = (other, mean) if swapped else (mean, other)
    if swapped and other["method"] in ("copeland", "borda_count", "kemeny"):
        above = {"method": "arithmetic"}  # such scores may be 0 or less
    if swapped and other.get("sign", "-") == "-" and above["method"] != "arithmetic":
        above = {"method": "arithmetic"}
    made = compose(table_with(values), spec_of(below, above, weights))
    found = decompose(made)
    total = np.sum([found.points[code] for code in CODES], axis=0) + np.sum(list(found.remainders.values()), axis=0)
    there = ~np.isnan(made.index)
    assert total[there] == pytest.approx(made.index[there], rel=1e-9, abs=1e-9)
    assert (total[~there] == 0).all()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["copeland", "borda_count", "kemeny"]), seeds)
def test_in_a_panel_units_are_compared_and_shared_out_within_a_year(rule: str, seed: int) -> None:
    values, weights = drawn(seed, n=10)
    spec = spec_of({"method": rule}, {"method": rule}, weights)
    years = tuple("1212121212")
    whole = compose(table_with(values, years), spec)
    found = decompose(whole)
    total = np.sum([found.points[code] for code in CODES], axis=0) + np.sum(list(found.remainders.values()), axis=0)
    there = ~np.isnan(whole.index)
    assert total[there] == pytest.approx(whole.index[there], abs=1e-9)
    alone = decompose(compose(table_with(values[::2]), spec))
    for code in CODES:
        assert found.points[code][::2] == pytest.approx(alone.points[code], abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(methods, methods, seeds)
def test_a_trace_has_the_points_of_its_children_and_their_sum_at_every_node(
    below: dict[str, Any], above: dict[str, Any], seed: int
) -> None:
    values, weights = drawn(seed, gaps=0.0)
    made = compose(table_with(values), spec_of(below, above, weights))
    top = trace(made, "u3")
    assert top.points == pytest.approx(top.score)
    assert [part.code for part in top.walk() if part.level == 1] == list(CODES)

    def check(part: Part) -> None:
        if part.children:
            assert part.points == pytest.approx(part.remainder + sum(child.points for child in part.children))
            assert sum(child.weight for child in part.children) == pytest.approx(1)
        else:
            assert part.cells[0].value == values[3, CODES.index(part.code)]
        for child in part.children:
            check(child)

    check(top)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_logarithms_of_geometric_means_add_up_to_the_logarithm_of_the_score(seed: int) -> None:
    values, weights = drawn(seed)
    made = compose(table_with(values), spec_of({"method": "geometric"}, {"method": "geometric"}, weights))
    for node in ("p", "q", "i"):
        logs = share_out(made, node).logs
        assert logs is not None
        there = ~np.isnan(made.scores[node])
        assert logs.sum(axis=1)[there] == pytest.approx(np.log(made.scores[node][there]), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(methods, seeds, st.integers(0, 4), st.floats(0.1, 50))
def test_a_better_indicator_never_gets_fewer_points_of_its_node(
    rule: dict[str, Any], seed: int, place: int, more: float
) -> None:
    values, weights = drawn(seed, gaps=0.0)
    spec = spec_of(rule, {"method": "arithmetic"}, weights)
    better = values.copy()
    better[0, place] += more
    code = CODES[place]
    before, after = decompose(compose(table_with(values), spec)), decompose(compose(table_with(better), spec))
    # A harmonic mean counts from 1, and a child's points are its part of the way from there.
    if rule["method"] == "arithmetic":
        assert after.points[code][0] - before.points[code][0] == pytest.approx(
            more * before.weights[code][0] * before.weights[PARENTS[code]][0]
        )
    assert after.points[PARENTS[code]][0] >= before.points[PARENTS[code]][0] - 1e-9


def test_points_counted_by_hand() -> None:
    """p = √(4 · 9) = 6, q = (1 + 2 + 3) / 3 = 2, index (2 · 6 + 2) / 3 = 14 / 3; ln 4 : ln 9 shares the 5 above 1."""
    values = np.array([[4.0, 9.0, 1.0, 2.0, 3.0]])
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    steps = [{"step": "aggregate", "method": "arithmetic", "each": {"p": {"method": "geometric"}}}]
    spec = CompositeSpec.model_validate(spec.model_dump(by_alias=True) | {"steps": steps})
    found = decompose(compose(table_with(values), spec))
    assert found.points["i"][0] == pytest.approx(14 / 3)
    assert [found.points[code][0] for code in ("p", "q")] == pytest.approx([4.0, 2 / 3])
    share = np.log(4) / np.log(36)
    assert found.points["x1"][0] == pytest.approx(2 / 3 * (0.5 + 5 * share))
    assert found.points["x2"][0] == pytest.approx(2 / 3 * (0.5 + 5 * (1 - share)))
    assert [found.points[code][0] for code in ("x3", "x4", "x5")] == pytest.approx([1 / 9, 2 / 9, 3 / 9])


def test_a_copeland_score_is_shared_out_by_what_children_add() -> None:
    """Two children that agree share the score evenly; one that says nothing has no part in it."""
    values = np.array([[3.0, 3.0, 5.0, 5.0, 5.0], [2.0, 2.0, 5.0, 5.0, 5.0], [1.0, 1.0, 5.0, 5.0, 5.0]])
    made = compose(table_with(values), spec_of({"method": "copeland"}, {"method": "arithmetic"}, np.ones(5)))
    points = share_out(made, "p").points
    assert points.tolist() == [[1.0, 1.0], [0.0, 0.0], [-1.0, -1.0]]
    assert np.abs(share_out(made, "q").points).max() == 0


def test_a_gap_has_no_points_and_its_siblings_have_its_weight() -> None:
    values = np.array([[np.nan, 8.0, 3.0, 3.0, 3.0]])
    made = compose(table_with(values), spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5)))
    found = decompose(made)
    assert (found.points["x1"][0], found.weights["x1"][0], found.weights["x2"][0]) == (0.0, 0.0, 1.0)
    part = next(part for part in trace(made, "u0").walk() if part.code == "x1")
    assert part.cells[0].what == "missing"
    assert np.isnan(part.rank)


def test_what_was_done_to_a_cell_is_told_step_by_step() -> None:
    before = [
        {"step": "denominate"},
        {"step": "impute", "method": "mean"},
        {"step": "treat", "max_winsorised": 1},
        {"step": "normalise", "method": "min_max"},
    ]
    values = np.tile(np.arange(1.0, 13.0)[:, None], 5)
    values[-1, 1], values[0, 2] = 300.0, np.nan
    raw = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5), before=before)
    dumped = raw.model_dump(by_alias=True)
    dumped["indicators"][0]["denominator"] = "people"
    dumped["columns"]["denominators"] = ["people"]
    table = replace(table_with(values), denominators={"people": np.full(12, 2.0)})
    made = compose(table, CompositeSpec.model_validate(dumped))
    last = {part.code: part for part in trace(made, "u11").walk()}
    first = {part.code: part for part in trace(made, "u0").walk()}
    assert [cell.what for cell in last["x1"].cells] == ["raw", "divided", "unchanged", "unchanged", "normalised"]
    assert (last["x1"].cells[1].value, last["x1"].cells[1].by, last["x1"].cells[1].amount) == (6.0, "people", 2.0)
    assert last["x2"].cells[3].what == "winsorised_high"
    assert last["x2"].cells[3].value == 11.0
    assert [cell.what for cell in first["x3"].cells[:3]] == ["missing", "missing", "imputed"]
    assert first["x3"].cells[2].by == "mean"


def test_an_index_made_with_replicas_is_refused() -> None:
    values, weights = drawn(1, gaps=0.0)
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, weights)
    made = compose(table_with(values), spec, errors=np.zeros((3, *values.shape)))
    for look in (decompose, table_of, leave_one_out):
        with pytest.raises(BadUse, match="3 replicas"):
            look(made)


# Leaving out, comparing


@settings(max_examples=60, deadline=None)
@given(methods, methods, seeds)
def test_leaving_an_indicator_out_is_making_the_index_without_it(
    below: dict[str, Any], above: dict[str, Any], seed: int
) -> None:
    values, weights = drawn(seed)
    spec = spec_of(below, above, weights)
    found = leave_one_out(compose(table_with(values), spec))
    assert found.codes == CODES
    for place, code in enumerate(CODES):
        dumped = spec.model_dump(by_alias=True)
        dumped["indicators"] = [item for item in dumped["indicators"] if item["code"] != code]
        rest = replace(
            table_with(np.delete(values, place, axis=1)), codes=tuple(other for other in CODES if other != code)
        )
        made = compose(rest, CompositeSpec.model_validate(dumped))
        assert found.scores[place] == pytest.approx(made.index, rel=1e-9, nan_ok=True)
    assert found.shifts == pytest.approx(found.nominal_ranks - found.ranks, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_leaving_a_pillar_out_leaves_the_other(seed: int) -> None:
    values, weights = drawn(seed, gaps=0.0)
    made = compose(table_with(values), spec_of({"method": "arithmetic"}, {"method": "geometric"}, weights))
    found = leave_one_out(made, level=2)
    assert found.codes == ("p", "q")
    assert found.scores[0] == pytest.approx(made.scores["q"])
    assert found.scores[1] == pytest.approx(made.scores["p"])


def test_a_node_that_loses_its_only_child_goes_too() -> None:
    values, weights = drawn(3, gaps=0.0)
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, weights)
    dumped = spec.model_dump(by_alias=True)
    dumped["indicators"] = dumped["indicators"][1:]
    rest = replace(table_with(values[:, 1:]), codes=CODES[1:])
    made = compose(rest, CompositeSpec.model_validate(dumped))
    assert leave_one_out(made, codes=["x2"]).scores[0] == pytest.approx(made.scores["q"])


@settings(max_examples=40, deadline=None)
@given(methods, methods, seeds)
def test_an_index_compared_with_itself_moves_nobody(below: dict[str, Any], above: dict[str, Any], seed: int) -> None:
    values, weights = drawn(seed, gaps=0.0)
    made = compose(table_with(values), spec_of(below, above, weights))
    found = compare({"one": made, "other": made})
    assert (found.changes == 0).all()
    assert found.n_moved.tolist() == [0.0, 0.0]
    assert found.correlations == pytest.approx(np.ones((2, 2)))
    assert found.movers("other") == ()


@settings(max_examples=40, deadline=None)
@given(methods, methods, seeds)
def test_moves_of_all_steps_add_up_to_the_whole_change(below: dict[str, Any], above: dict[str, Any], seed: int) -> None:
    values, weights = drawn(seed, n=9)
    min_max = {"step": "normalise", "method": "min_max", "range": [1, 100]}
    z_score = {"step": "normalise", "method": "percentile_rank", "range": [1, 100]}
    one = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5), before=[min_max])
    other = spec_of(
        below,
        above,
        weights,
        before=[{"step": "impute", "method": "median"}, z_score, {"step": "weight", "method": "equal"}],
    )
    table = table_with(values)
    found = moves_by_step(table, one, other)
    assert found.steps[0] == "tree"
    assert set(found.steps) - {"aggregate"} == {"tree", "impute", "normalise", "weight"}
    whole = compare({"one": compose(table, one), "other": compose(table, other)})
    assert found.moves.sum(axis=0) == pytest.approx(whole.changes[1], nan_ok=True)


def test_specifications_that_do_not_differ_are_refused() -> None:
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    with pytest.raises(BadUse, match="nothing to compare"):
        moves_by_step(table_with(drawn(1)[0]), spec, spec)


def test_steps_that_only_one_specification_has_are_exchanged_by_name() -> None:
    values, _ = drawn(5, n=9)
    plain = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    filled = spec_of(
        {"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5), before=[{"step": "impute", "method": "mean"}]
    )
    assert moves_by_step(table_with(values), plain, filled).steps == ("impute",)
    back = moves_by_step(table_with(values), filled, plain)
    assert back.steps == ("impute",)
    assert back.moves == pytest.approx(-moves_by_step(table_with(values), plain, filled).moves)


# Statistics, correlations, reliability


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from(["pearson", "spearman", "kendall"]))
def test_correlations_do_not_depend_on_units_or_on_the_order_of_rows(seed: int, method: Method) -> None:
    values, scale = drawn(seed, n=12)
    order = np.random.default_rng(seed).permutation(12)
    found, other = correlate(values, values, method), correlate((values * scale + 7)[order], values[order], method)
    assert found.r == pytest.approx(other.r, abs=1e-9, nan_ok=True)
    assert found.p == pytest.approx(other.p, abs=1e-7, nan_ok=True)
    mirrored = correlate(-values, values, method)
    assert mirrored.r == pytest.approx(-found.r, abs=1e-12, nan_ok=True)
    assert found.r == pytest.approx(found.r.T, abs=1e-12, nan_ok=True)
    assert ((found.p >= 0) & (found.p <= 1) | np.isnan(found.p)).all()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_alpha_does_not_depend_on_a_common_unit_and_is_one_for_copies(seed: int) -> None:
    values, _ = drawn(seed, gaps=0.0)
    assert cronbach_alpha(values) == pytest.approx(cronbach_alpha(values * 3 + 5), abs=1e-9)
    assert cronbach_alpha(np.repeat(values[:, :1], 4, axis=1)) == pytest.approx(1)
    assert cronbach_alpha(values) == pytest.approx(cronbach_alpha(values, "pairwise"), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(0.1, 50), st.floats(-100, 100))
def test_statistics_follow_a_change_of_units(seed: int, scale: float, shift: float) -> None:
    values, _ = drawn(seed, n=12)
    one, other = describe(values), describe(values * scale + shift)
    assert other.mean == pytest.approx(one.mean * scale + shift, rel=1e-9, abs=1e-7)
    assert other.median == pytest.approx(one.median * scale + shift, rel=1e-9, abs=1e-7)
    assert other.deviation == pytest.approx(one.deviation * scale, rel=1e-7)
    assert other.skewness == pytest.approx(one.skewness, abs=1e-6, nan_ok=True)
    assert other.n_available.tolist() == one.n_available.tolist()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_quantities_along_leading_axes_are_those_of_each_table(seed: int) -> None:
    values = np.stack([drawn(seed)[0], drawn(seed + 1)[0]])
    both = describe(values)
    for place in (0, 1):
        alone = describe(values[place])
        for name in ("minimum", "median", "deviation", "kurtosis", "n_unique", "n_same", "n_outliers"):
            assert getattr(both, name)[place] == pytest.approx(getattr(alone, name), nan_ok=True)


# Ranks, strengths, trends


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_ranks_with_shared_places_add_up_in_each_year_and_group(seed: int) -> None:
    values, _ = drawn(seed, n=12, gaps=0.0)
    values = values.round(-1)
    table = table_with(values, tuple("121212121212"))
    grouped = replace(table, groups={"g": tuple("aabbaabbaabb")})
    assert rank_columns(table, ties="average").sum(axis=0) == pytest.approx(np.full(5, 2 * 21.0))
    assert rank_columns(grouped, ties="average", group="g").sum(axis=0) == pytest.approx(np.full(5, 4 * 6.0))


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 5))
def test_no_indicator_is_both_a_strength_and_a_weakness(seed: int, n: int) -> None:
    values, weights = drawn(seed, n=6)
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, weights)
    found = strengths_and_weaknesses(table_with(values), spec, "u0", n=n)
    strong, weak = ([item.code for item in items] for items in (found.strengths, found.weaknesses))
    assert not set(strong) & set(weak)
    assert [item.rank for item in found.strengths] == sorted(item.rank for item in found.strengths)
    assert [item.rank for item in found.weaknesses] == sorted((i.rank for i in found.weaknesses), reverse=True)
    assert len(strong) + len(weak) <= int((~np.isnan(values[0])).sum())


@settings(max_examples=60, deadline=None)
@given(st.floats(-5, 5), st.floats(10, 100), st.floats(-0.5, 1), st.lists(st.booleans(), min_size=6, max_size=6))
def test_trends_that_were_put_in_are_found_whatever_years_are_missing(
    slope: float, start: float, rate: float, seen: list[bool]
) -> None:
    assume(sum(seen) >= 2)
    years = np.arange(2016.0, 2022.0)
    kept = np.where(np.array(seen), 1.0, np.nan)
    lines = np.stack([(start + slope * (years - 2016)) * kept, start * (1 + rate) ** (years - 2016) * kept], axis=1)
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    units = ("u",) * 6
    panel = UnitTable(units, units, tuple(str(int(year)) for year in years), ("x1", "x2"), lines, {}, {})
    assert trends(panel, spec, "slope").values[0, 0] == pytest.approx(slope, abs=1e-7)
    assert trends(panel, spec, "growth").values[0, 1] == pytest.approx(rate, abs=1e-9)
    filled = trends(panel, spec, "slope", interpolate=True)
    assert filled.values[0, 0] == pytest.approx(slope, abs=1e-7)
    assert filled.n_observed[0, 0] == sum(seen)


def test_the_rule_of_each_node_is_the_one_it_was_made_by() -> None:
    spec = spec_of({"method": "geometric"}, {"method": "harmonic"}, np.ones(5))
    made: Composite = compose(table_with(drawn(2)[0]), spec)
    assert [rule_of(made, node).method for node in ("p", "q", "i")] == ["geometric", "geometric", "harmonic"]


# Worked examples of the handbook


def test_the_numbers_of_the_page_on_statistics_hold() -> None:
    found = describe(np.array([0.0, 2, 2, 8, np.nan])[:, None])
    names = ("mean", "median", "deviation", "skewness", "kurtosis", "available", "non_zero", "unique", "same")
    mine = [float(getattr(found, name)[0]) for name in names]
    assert [round(value, 2) for value in mine] == [3, 2, 3.46, 1.54, 2.89, 0.8, 0.75, 0.75, 0.5]
    assert found.n_outliers.tolist() == [1]


@pytest.mark.parametrize(
    ("method", "r", "p"), [("pearson", 0.6, 0.4), ("spearman", 0.6, 10 / 24), ("kendall", 1 / 3, 18 / 24)]
)
def test_the_numbers_of_the_page_on_correlation_hold(method: Method, r: float, p: float) -> None:
    found = correlate(np.array([[1.0], [2], [3], [4]]), np.array([[2.0], [1], [4], [3]]), method)
    assert (found.r[0, 0], found.p[0, 0]) == (pytest.approx(r), pytest.approx(p))


@pytest.mark.parametrize(("method", "value"), [("growth", 0.1), ("slope", 10.1714), ("percent", 10.4414)])
def test_the_numbers_of_the_page_on_trends_hold(method: str, value: float) -> None:
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    rows = np.array([100.0, np.nan, 110, 133.1])[:, None]
    panel = UnitTable(("a",) * 4, ("a",) * 4, ("2018", "2019", "2020", "2021"), ("x1",), rows, {}, {})
    chosen: Any = method
    assert trends(panel, spec, chosen).values[0, 0] == pytest.approx(value, abs=1e-4)


def test_the_numbers_of_the_page_on_comparison_hold() -> None:
    alba = (("Alba", "Brun", "Cole"), ())
    found = compare_scores(
        {"arithmetic": (*alba, np.array([50, 47.5, 40])), "geometric": (*alba, np.array([900.0, 2250, 1200]) ** 0.5)}
    )
    assert found.scores[1].round(2).tolist() == [30.0, 47.43, 34.64]
    assert found.changes[1].tolist() == [-2, 1, 1]
    assert found.mean_change[1] == pytest.approx(4 / 3)
    assert found.correlations[0, 1] == pytest.approx(-0.5)


def test_the_numbers_of_the_pages_on_reliability_and_components_hold() -> None:
    assert cronbach_alpha(np.array([[1.0, 2], [2, 2], [3, 5]])) == pytest.approx(6 / 7)
    found = principal_components(np.array([[1.0, 2], [2, 1], [3, 4], [4, 3]]))
    assert (found.deviation**2).tolist() == pytest.approx([1.6, 0.4])
    assert found.explained.tolist() == pytest.approx([0.8, 0.2])


def test_the_example_of_the_page_on_strengths_holds() -> None:
    spec = spec_of({"method": "arithmetic"}, {"method": "arithmetic"}, np.ones(5))
    dumped = spec.model_dump(by_alias=True)
    dumped["indicators"] = dumped["indicators"][:3]
    dumped["indicators"][1]["direction"] = -1
    table = table_with(np.array([[40.0, 30, 1], [30, 10, 0], [20, 20, 0], [10, 40, 0]]))
    found = strengths_and_weaknesses(table, CompositeSpec.model_validate(dumped), "u1", n=1)
    assert [(item.code, item.rank) for item in found.strengths] == [("x2", 1)]
    assert [(item.code, item.rank) for item in found.weaknesses] == [("x3", 2)]
