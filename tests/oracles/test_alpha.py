"""Krippendorff's alpha against its published worked examples, an independent package, and its own laws."""

from __future__ import annotations

import krippendorff
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.coding.agreement import Agreement, agreement, resample_units
from dynapolis.model.codebook import Codebook
from dynapolis.steps.figures import agreement_table
from dynapolis.store.content import ContentPaths, read_codebook

Codes = NDArray[np.int64]
N_CODES = 4


def measure(codes: Codes, n_codes: int, *, n_resamples: int = 20, level: float = 0.9, seed: int = 1) -> Agreement:
    """Agreement with a bootstrap of its own."""
    weights = resample_units(codes.shape[1], n_resamples, np.random.default_rng(seed))
    return agreement(codes, weights, n_codes=n_codes, level=level)


def read_printed(*rows: str) -> Codes:
    """Codes as printed, one character per unit; a dot where the observer gave none."""
    names = sorted({name for row in rows for name in row.split()} - {"."})
    return np.array([[names.index(name) if name != "." else -1 for name in row.split()] for row in rows])


@st.composite
def codes_of_coders(draw: st.DrawFn) -> Codes:
    """Two to five coders over up to fifteen units, any of them missing."""
    shape = (draw(st.integers(2, 5)), draw(st.integers(1, 15)))
    return draw(arrays(np.int64, shape, elements=st.integers(-1, N_CODES - 1)))


def pairable_codes(codes: Codes) -> set[int]:
    """Codes that occur in a unit with at least two of them."""
    columns = [column[column >= 0] for column in codes.T]
    return {int(code) for column in columns if len(column) >= 2 for code in column}


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: sections A, B and C.


def test_binary_data_of_two_observers_give_the_printed_alpha() -> None:
    codes = read_printed("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    assert round(measure(codes, 2).alpha, 3) == 0.095


def test_nominal_data_of_two_observers_give_the_printed_alpha() -> None:
    codes = read_printed("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    assert round(measure(codes, 5).alpha, 3) == 0.692


def test_nominal_data_of_four_observers_with_gaps_give_the_printed_alpha() -> None:
    codes = read_printed(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    found = measure(codes, 5)
    assert round(found.alpha, 3) == 0.743
    assert found.n_units == 11  # the twelfth unit was coded once


@settings(deadline=None, max_examples=200)
@given(codes_of_coders())
def test_alpha_equals_that_of_an_independent_package(codes: Codes) -> None:
    assume(len(pairable_codes(codes)) >= 2)
    independent = krippendorff.alpha(
        reliability_data=np.where(codes < 0, np.nan, codes), level_of_measurement="nominal"
    )
    assert measure(codes, N_CODES).alpha == pytest.approx(independent, abs=1e-9)


@settings(deadline=None)
@given(codes_of_coders())
def test_alpha_is_not_told_where_only_one_code_occurs(codes: Codes) -> None:
    single = np.where(codes >= 0, 0, -1)
    found = measure(single, N_CODES)
    assert np.isnan(found.alpha) and np.isnan(found.low) and np.isnan(found.high)
    assert np.isnan(found.percent) if found.n_units == 0 else found.percent == 100


def test_nothing_is_told_where_no_unit_was_coded_twice() -> None:
    found = measure(np.array([[0, -1, 1], [-1, 0, -1]]), 2)
    assert found.n_units == 0 and np.isnan([found.percent, found.alpha, found.low, found.high]).all()


@settings(deadline=None)
@given(arrays(np.int64, st.integers(2, 20), elements=st.integers(0, N_CODES - 1)), st.integers(2, 4))
def test_perfect_agreement_gives_one(row: Codes, n_coders: int) -> None:
    assume(len(set(row.tolist())) >= 2)
    found = measure(np.tile(row, (n_coders, 1)), N_CODES)
    assert found.alpha == 1 and found.percent == 100 and found.high == 1


def test_independent_coders_agree_about_zero() -> None:
    rng = np.random.default_rng(5)
    codes = rng.choice(3, p=[0.6, 0.3, 0.1], size=(2, 40_000))
    found = measure(codes, 3)
    assert abs(found.alpha) < 0.015
    assert found.percent == pytest.approx(100 * (0.6**2 + 0.3**2 + 0.1**2), abs=1)


@settings(deadline=None)
@given(codes_of_coders(), st.randoms(use_true_random=False))
def test_renaming_coders_codes_or_units_changes_nothing(codes: Codes, random: object) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    weights = resample_units(codes.shape[1], 20, np.random.default_rng(1))
    names = np.append(rng.permutation(N_CODES), -1)  # the last one keeps −1 as it is
    order = rng.permutation(codes.shape[1])
    renamed = names[codes][rng.permutation(len(codes))][:, order]
    before = agreement(codes, weights, n_codes=N_CODES, level=0.9)
    after = agreement(renamed, weights[:, order], n_codes=N_CODES, level=0.9)
    for name in ("n_units", "percent", "alpha", "low", "high"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-9, nan_ok=True), name


@settings(deadline=None)
@given(codes_of_coders(), st.integers(0, 2**32 - 1))
def test_a_resample_counts_as_if_its_units_stood_in_the_table(codes: Codes, seed: int) -> None:
    weights = resample_units(codes.shape[1], 1, np.random.default_rng(seed))
    repeated = np.repeat(codes, weights[0].astype(int), axis=1)
    of_resample = agreement(codes, weights, n_codes=N_CODES, level=0.9)
    assert of_resample.low == pytest.approx(measure(repeated, N_CODES).alpha, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_interval_leaves_out_the_same_share_of_resamples_on_either_side(level: float) -> None:
    rng = np.random.default_rng(21)
    codes = rng.integers(-1, 3, size=(4, 30))
    weights = resample_units(30, 101, rng)
    each = [measure(np.repeat(codes, row.astype(int), axis=1), 3).alpha for row in weights]
    found = agreement(codes, weights, n_codes=3, level=level)
    assert [found.low, found.high] == pytest.approx(np.quantile(each, [(1 - level) / 2, (1 + level) / 2]))


@pytest.mark.parametrize("seed", range(20))
def test_the_interval_contains_alpha_and_widens_with_its_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, size=60)
    codes = np.where(rng.random((3, 60)) < 0.7, truth, rng.integers(0, 3, size=(3, 60)))
    codes[rng.random(codes.shape) < 0.1] = -1
    narrow = measure(codes, 3, n_resamples=500, level=0.5, seed=seed)
    wide = measure(codes, 3, n_resamples=500, level=0.95, seed=seed)
    assert wide.low <= narrow.low <= narrow.high <= wide.high <= 1
    assert wide.low < wide.alpha < wide.high


def test_the_interval_covers_the_alpha_of_the_population_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    population = rng.integers(0, 2, size=200_000)
    population = np.where(rng.random((2, 200_000)) < 0.8, population, rng.integers(0, 2, size=(2, 200_000)))
    true_alpha = measure(population, 2, n_resamples=1).alpha
    inside = 0
    for sample in range(200):
        found = measure(population[:, sample * 100 : sample * 100 + 100], 2, n_resamples=200, seed=sample)
        inside += found.low <= true_alpha <= found.high
    assert 0.82 <= inside / 200 <= 0.97  # 90 % ± three standard errors, a little wider below for the bootstrap


def test_each_resample_draws_as_many_units_as_there_are() -> None:
    weights = resample_units(7, 50, np.random.default_rng(2))
    assert weights.shape == (50, 7) and (weights.sum(axis=1) == 7).all() and (weights >= 0).all()


@pytest.mark.parametrize("code", [-2, 2, 7])
def test_a_code_number_outside_the_list_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="between -1 and 1"):
        measure(np.array([[0, code], [0, 1]]), 2)


# The table of every pair of coders.

_CODING = pa.schema(
    [
        ("unit_id", pa.string()), ("record_id", pa.string()), ("coding_id", pa.string()), ("scheme", pa.string()),
        ("position", pa.int64()), ("code", pa.string()), ("coder_id", pa.string()), ("round", pa.int64()),
        ("coder_version", pa.string()), ("codebook_version", pa.string()),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


def table_of(rows: list[tuple[str, str, str, int]], codebook: Codebook) -> dict[str, dict[str, object]]:
    """Agreement on stage by code, from rows of coder, unit, code and round."""
    coding = [
        {
            "unit_id": unit, "record_id": unit, "coding_id": f"{n:03}", "scheme": "stage", "position": 0, "code": code,
            "coder_id": coder, "round": round_, "coder_version": "1", "codebook_version": "2022.2",
        }
        for n, (coder, unit, code, round_) in enumerate(rows)
    ]  # fmt: skip
    coders = pa.table({"coder_id": ["a", "b"], "sees": ["", ""]})
    units = sorted({unit for _, unit, _, _ in rows})
    records = pa.table({"record_id": units, "register": ["old"] * len(units)})
    table = agreement_table(pa.Table.from_pylist(coding, _CODING), coders, records, codebook, 1, n_resamples=20)
    return {str(row["code"]): row for row in table.to_pylist()}


def test_the_table_compares_all_codes_together_and_each_against_the_rest(codebook: Codebook) -> None:
    said = [("a", "pilot citywide pilot citywide none"), ("b", "pilot citywide citywide citywide none")]
    rows = [(coder, f"u{n}", code, 1) for coder, codes in said for n, code in enumerate(codes.split())]
    table = table_of(rows, codebook)
    assert list(table) == ["", "none", "pilot", "citywide"]
    codes = read_printed(*(codes for _, codes in said))
    assert table[""]["alpha"] == pytest.approx(measure(codes, 3).alpha)
    assert table["none"]["alpha"] == 1
    assert table["pilot"]["percent"] == 80


@pytest.mark.parametrize("first_is_listed_first", [True, False])
def test_a_coders_second_thought_is_what_is_compared(codebook: Codebook, first_is_listed_first: bool) -> None:
    rows = [("a", "u1", "pilot", 1), ("a", "u1", "citywide", 2), ("b", "u1", "citywide", 1), ("b", "u2", "pilot", 1)]
    rows += [("a", "u2", "pilot", 1)]
    assert table_of(rows if first_is_listed_first else rows[::-1], codebook)[""]["percent"] == 100


def test_agreement_is_told_by_register_across_registers_and_for_all_who_coded_blind(codebook: Codebook) -> None:
    """Unit u1 has a record in either register; a and b coded that of old, c and d that of new; e saw the codes of a.

    old: a and b agree on u1 and differ on u2. new: c and d agree on u1 and u3. Across, of u1: c and d differ from a
    and b. All together without e: u1 has two codes twice (2 of 6 pairs agree), u2 none of 1, u3 1 of 1.
    """
    said = {
        "a": {"u1.old": "pilot", "u2.old": "pilot"}, "b": {"u1.old": "pilot", "u2.old": "citywide"},
        "c": {"u1.new": "citywide", "u3.new": "none"}, "d": {"u1.new": "citywide", "u3.new": "none"},
        "e": {"u1.old": "pilot"},
    }  # fmt: skip
    coding = [
        {
            "unit_id": record[:2], "record_id": record, "coding_id": f"{coder}{record}", "scheme": "stage",
            "position": 0, "code": code, "coder_id": coder, "round": 1, "coder_version": "1",
            "codebook_version": "2022.2",
        }
        for coder, codes in said.items() for record, code in codes.items()
    ]  # fmt: skip
    coders = pa.table({"coder_id": list("abcde"), "sees": ["", "", "", "", "a"]})
    names = ["u1.old", "u2.old", "u1.new", "u3.new"]
    records = pa.table({"record_id": names, "register": [name[3:] for name in names]})
    table = agreement_table(pa.Table.from_pylist(coding, _CODING), coders, records, codebook, 1, n_resamples=20)
    found = {
        (row["scope"], row["coder_1"] + row["coder_2"]): (row["n_units"], row["percent"], row["independent"])
        for row in table.to_pylist()
        if not row["code"]
    }
    assert found == {
        ("old", "ab"): (2, 50.0, True),
        ("old", "ae"): (1, 100.0, False),
        ("old", "be"): (1, 100.0, True),
        ("new", "cd"): (2, 100.0, True),
        **{("across", pair): (1, 0.0, True) for pair in ("ac", "ad", "bc", "bd", "ce", "de")},
        ("all", ""): (3, pytest.approx(100 * (2 + 0 + 1) / (6 + 1 + 1)), True),
    }
    assert all(row["code"] == "" for row in table.to_pylist() if row["scope"] == "across")
