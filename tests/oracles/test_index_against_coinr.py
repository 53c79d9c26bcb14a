"""Treatment, normalisation, aggregation and ranks against COINr, an independent program in R.

The reference lies beside the repository (``../shared/reference/coinr``): the ASEM example of COINr 1.1.14, 51
countries and 49 indicators, each step stored with its inputs. Elsewhere these tests are skipped with the reason.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.index.aggregate import aggregate
from dynapolis.index.normalise import Z_CENTRE, Z_SPREAD, normalise
from dynapolis.index.rank import average_ranks
from dynapolis.index.treat import excess_kurtosis, skewness, treat
from dynapolis.model.index_spec import Aggregation, Treat

COINR = Path(__file__).parents[2].parent / "shared" / "reference" / "coinr"
FloatArray = NDArray[np.float64]
Rows = list[dict[str, str]]

pytestmark = pytest.mark.skipif(
    not COINR.is_dir(), reason="the COINr reference does not lie beside the repository, in ../shared/reference/coinr"
)


def read_rows(name: str) -> Rows:
    with (COINR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_table(name: str, columns: list[str]) -> FloatArray:
    """Numbers of a table in the order of its rows, NaN where a cell is empty or says NA."""
    rows = read_rows(name)
    return np.array([[float(row[c]) if row[c] not in ("", "NA") else np.nan for c in columns] for row in rows])


@pytest.fixture(scope="module")
def meta() -> Rows:
    """Indicators, pillars, sub-indices and the index, with directions, weights and parents."""
    return [row for row in read_rows("input/asem_imeta") if row["Level"] in {"1", "2", "3", "4"}]


@pytest.fixture(scope="module")
def indicators(meta: Rows) -> list[str]:
    return [row["iCode"] for row in meta if row["Level"] == "1"]


@pytest.fixture(scope="module")
def directions(meta: Rows) -> FloatArray:
    return np.array([float(row["Direction"]) for row in meta if row["Level"] == "1"])


def default_rule(max_winsorised: int) -> Treat:
    return Treat(method="skew_kurtosis", max_skew=2, max_kurtosis=3.5, max_winsorised=max_winsorised)


# Treatment.


def test_skewness_and_kurtosis_are_the_same(indicators: list[str]) -> None:
    """COINr reports Excel's: type 2, kurtosis in excess of the normal. Indicators with gaps are among them."""
    raw = read_table("pipeline/raw", indicators)[None]
    assert np.isnan(raw).any()
    rows = {row["iCode"]: row for row in read_rows("treat/skew_kurt")}
    expected = np.array([[float(rows[i][c]) for i in indicators] for c in ("Skew", "Kurt")])
    assert skewness(raw)[0] == pytest.approx(expected[0], rel=1e-10, abs=1e-12)
    assert excess_kurtosis(raw)[0] == pytest.approx(expected[1], rel=1e-10, abs=1e-12)


def reported_points(details: str) -> dict[str, int]:
    """Points that COINr winsorised, by indicator; 0 where it left the indicator alone."""
    return {row["iCode"]: int(row["winsorise.nwin"] or 0) for row in read_rows(details)}


@pytest.mark.parametrize(
    ("source", "result", "details"),
    [
        ("pipeline/raw", "treat/default", "treat/default_details"),
        ("pipeline/screened", "pipeline/treated", "pipeline/treat_details"),
    ],
)
def test_default_treatment_winsorises_the_same_points_to_the_same_values(
    indicators: list[str], source: str, result: str, details: str
) -> None:
    treated, done = treat(read_table(source, indicators)[None], default_rule(5))
    points = reported_points(details)
    assert done[0].tolist() == [points[i] for i in indicators]
    assert sum(points.values()) > 0
    assert treated[0] == pytest.approx(read_table(result, indicators), rel=1e-12, abs=1e-12, nan_ok=True)


def test_a_logarithm_is_taken_of_the_same_indicators_with_the_same_values(indicators: list[str]) -> None:
    """With one point to winsorise at most, the others go to COINr's ``log_CT`` on the values as they were."""
    raw = read_table("pipeline/raw", indicators)[None]
    treated, done = treat(raw, default_rule(1))
    expected = read_table("treat/winmax1_log_ct", indicators)
    assert (done[0] == -1).any() and (done[0] == 1).any()
    assert treated[0] == pytest.approx(expected, rel=1e-10, abs=1e-10, nan_ok=True)


# Normalisation.


def test_min_max_scores_are_the_same(indicators: list[str], directions: FloatArray) -> None:
    scores = normalise(read_table("pipeline/treated", indicators)[None], directions, "min_max", (1, 100))
    assert {-1.0, 1.0} == set(directions)
    assert scores[0] == pytest.approx(read_table("normalise/minmax_1_100", indicators), abs=1e-9)


# Of TolMin, three countries read 5.1 in the file; COINr saw one of them differ beyond the 15 digits written.
TIED_BY_THE_FILE = "TolMin"


def test_average_ranks_are_the_same_counted_from_the_other_end(indicators: list[str], directions: FloatArray) -> None:
    """COINr's rank normalisation gives the best country 51; here rank 1 is the best."""
    told = np.array([indicator != TIED_BY_THE_FILE for indicator in indicators])
    treated = read_table("pipeline/treated", indicators) * directions
    found = len(treated) + 1 - average_ranks(treated.T).T
    expected = read_table("normalise/rank_ties_average", indicators)
    assert found[:, told] == pytest.approx(expected[:, told], abs=1e-12)
    assert (found != expected).sum() <= 5 and (found.sum(axis=0) == expected.sum(axis=0)).all()


def test_rank_scores_spread_the_same_ranks_over_the_scale(indicators: list[str], directions: FloatArray) -> None:
    """Ranks stretched so that the last gets 1 and the first 100: COINr has the ranks, the stretch is done here."""
    told = np.array([indicator != TIED_BY_THE_FILE for indicator in indicators])
    ranks = read_table("normalise/rank_ties_average", indicators)[:, told]
    low, high = ranks.min(axis=0), ranks.max(axis=0)
    treated = read_table("pipeline/treated", indicators)[None, :, told]
    scores = normalise(treated, directions[told], "rank", (1, 100))
    assert scores[0] == pytest.approx(1 + 99 * (ranks - low) / (high - low), abs=1e-9)


def test_z_scores_are_the_same_inside_the_scale(indicators: list[str], directions: FloatArray) -> None:
    """COINr's have mean 10 and deviation 2 and are not cut off; ours have 50 and 15 and end at 1 and 100."""
    z = (read_table("normalise/zscore_10_2", indicators) - 10) / 2
    scores = normalise(read_table("pipeline/treated", indicators)[None], directions, "z_score", (1, 100))
    assert scores[0] == pytest.approx(np.clip(Z_CENTRE + Z_SPREAD * z, 1, 100), abs=1e-9)


# Aggregation: indicators to pillars, pillars to sub-indices, sub-indices to the index.


def aggregate_levels(
    meta: Rows, scores: FloatArray, methods: tuple[Aggregation, Aggregation, Aggregation], weights: dict[str, float]
) -> dict[str, FloatArray]:
    """Aggregates of all levels by name, from the indicators' scores."""
    found = {row["iCode"]: scores[:, n] for n, row in enumerate([row for row in meta if row["Level"] == "1"])}
    for level, method in zip(("2", "3", "4"), methods, strict=True):
        for parent in [row["iCode"] for row in meta if row["Level"] == level]:
            parts = [row["iCode"] for row in meta if row["Parent"] == parent]
            values = np.stack([found[part] for part in parts], axis=1)[None]
            found[parent] = aggregate(values, np.array([weights[part] for part in parts]), method)[0]
    return found


def weights_of(meta: Rows, name: str | None) -> dict[str, float]:
    """Weights by indicator and group: those of the metadata, or a file of weights."""
    if name is None:
        return {row["iCode"]: float(row["Weight"]) for row in meta}
    return {row["iCode"]: float(row["Weight"]) for row in read_rows(name)}


@pytest.mark.parametrize(
    ("result", "scores", "methods", "weights"),
    [
        ("amean_minmax_1_100", "normalise/minmax_1_100", ("arithmetic",) * 3, None),
        ("amean_minmax_0_100", "normalise/minmax_0_100", ("arithmetic",) * 3, None),
        ("gmean", "normalise/minmax_1_100", ("geometric",) * 3, None),
        ("hmean", "normalise/minmax_1_100", ("harmonic",) * 3, None),
        ("amean_amean_gmean_by_level", "normalise/minmax_1_100", ("arithmetic", "arithmetic", "geometric"), None),
        ("amean_custom_weights", "normalise/minmax_1_100", ("arithmetic",) * 3, "weights/custom_weights"),
        ("gmean_custom_weights", "normalise/minmax_1_100", ("geometric",) * 3, "weights/custom_weights"),
        ("hmean_custom_weights", "normalise/minmax_1_100", ("harmonic",) * 3, "weights/custom_weights"),
    ],
)
def test_aggregates_of_all_levels_are_the_same(
    meta: Rows,
    indicators: list[str],
    result: str,
    scores: str,
    methods: tuple[Aggregation, Aggregation, Aggregation],
    weights: str | None,
) -> None:
    found = aggregate_levels(meta, read_table(scores, indicators), methods, weights_of(meta, weights))
    groups = [row["iCode"] for row in meta if row["Level"] != "1"]
    assert len(groups) == 11
    expected = read_table(f"aggregate/{result}", groups)
    for place, group in enumerate(groups):
        assert found[group] == pytest.approx(expected[:, place], abs=1e-8), group


# Ranks.


def test_ranks_of_the_index_are_the_same() -> None:
    rows = read_rows("pipeline/results_full_ranks")
    scores = {row["uCode"]: float(row["Index"]) for row in read_rows("pipeline/results_full_scores")}
    ranks = average_ranks(np.array([[scores[row["uCode"]] for row in rows]]))[0]
    assert len(set(scores.values())) == 51  # no ties, which COINr would give the smallest rank
    assert ranks.tolist() == [float(row["Index"]) for row in rows]


def test_the_whole_way_from_screened_data_to_ranks_is_the_same(
    meta: Rows, indicators: list[str], directions: FloatArray
) -> None:
    """Treat, min–max, arithmetic means. The pipeline's scale is 0–100; another scale moves no rank of such means."""
    treated, _ = treat(read_table("pipeline/screened", indicators)[None], default_rule(5))
    scores = normalise(treated, directions, "min_max", (1, 100))[0]
    index = aggregate_levels(meta, scores, ("arithmetic",) * 3, weights_of(meta, None))["Index"]
    ranks = {row["uCode"]: float(row["Index"]) for row in read_rows("pipeline/results_full_ranks")}
    codes = [row["uCode"] for row in read_rows("pipeline/screened")]
    assert average_ranks(index[None])[0].tolist() == [ranks[code] for code in codes]
    expected = read_table("pipeline/aggregated", ["Index"])[:, 0]
    assert (index - 1) / 99 * 100 == pytest.approx(expected, abs=1e-9)
