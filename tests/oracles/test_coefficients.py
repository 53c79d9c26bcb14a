"""Ordinal alpha and AC1 against published examples and an independent package; figures of the embedded registers."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dynapolis.coding.coefficients import alpha_ordinal, confusion, count_codes, gwet_ac1
from dynapolis.model.codebook import Codebook
from dynapolis.steps.agreement import confusion_table, pair_agreement
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.editions import Edition

# Four observers, twelve units, five values: Krippendorff (2011), section C, and Gwet (2014), table 2.10.
FOUR = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    )
    - 1
)
FOLD = {"sector": {"logistics": "logistics_work", "work": "logistics_work"}}


def test_ordinal_alpha_is_the_printed_one() -> None:
    assert round(alpha_ordinal(count_codes(FOUR, 5)), 3) == 0.815


def test_ac1_is_the_printed_one() -> None:
    assert round(gwet_ac1(count_codes(FOUR, 5)), 5) == 0.77544


@settings(deadline=None, max_examples=60)
@given(arrays(np.int64, st.tuples(st.integers(2, 4), st.integers(3, 15)), elements=st.integers(-1, 3)))
def test_ordinal_alpha_is_that_of_an_independent_package(codes: np.ndarray) -> None:
    counts = count_codes(codes, 4)
    usable = counts[counts.sum(axis=1) >= 2]
    assume(len(usable) and (usable.sum(axis=0) > 0).sum() > 1)
    expected = krippendorff.alpha(value_counts=usable, level_of_measurement="ordinal", value_domain=[0, 1, 2, 3])
    assert alpha_ordinal(counts) == pytest.approx(expected, abs=1e-9)


def test_with_one_code_only_alpha_cannot_be_computed() -> None:
    assert np.isnan(alpha_ordinal(count_codes(np.zeros((2, 5), np.int64), 3)))


def test_where_one_code_dominates_ac1_stays_near_the_agreement() -> None:
    codes = np.array([[0] * 95 + [1] * 5, [0] * 90 + [1] * 5 + [0] * 5])
    counts = count_codes(codes, 2)
    assert gwet_ac1(counts) > 0.85
    assert krippendorff.alpha(value_counts=counts, level_of_measurement="nominal") < 0.1


def test_confusion_adds_up_to_the_units_both_coded() -> None:
    first, second = np.array([0, 1, 2, -1, 2]), np.array([0, 2, 2, 1, -1])
    table = confusion(first, second, 3)
    assert table.sum() == 3
    assert table[1, 2] == 1


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


@pytest.mark.parametrize(
    ("scheme", "alpha", "n"),
    [
        ("kind", 0.893, None), ("track", 0.834, None), ("sector", 0.864, None), ("goal", 0.708, 402),
        ("lab_type", 0.668, 79),
        ("stage", 0.578, None), ("status", 0.554, None), ("lead", 0.861, None),
    ],
)  # fmt: skip
def test_two_coders_of_both_new_registers_agree_as_counted_elsewhere(
    demo_edition: Edition, codebook: Codebook, scheme: str, alpha: float, n: int | None
) -> None:
    only = codebook.model_copy(update={"schemes": (codebook.by_scheme[scheme],)})
    table = demo_edition.table("core_coding__translated")
    pair = [("europe_a+world_a", "europe_b+world_b")]
    found = pair_agreement(table, only, pair, {}, seed=1, level=0.9, fold=FOLD)[0]
    assert found.metric == "nominal"
    assert round(found.alpha, 3) == alpha
    assert found.n_units == (n or 494)


@pytest.mark.parametrize(
    ("scheme", "alpha", "n"),
    [("sector", 0.684, 292), ("lab_type", 0.684, 87), ("lead", 0.647, 292), ("stage", 0.247, 292)],
)
def test_the_first_two_coders_of_the_starter_register_agree_as_counted_elsewhere(
    demo_edition: Edition, codebook: Codebook, scheme: str, alpha: float, n: int
) -> None:
    only = codebook.model_copy(update={"schemes": (codebook.by_scheme[scheme],)})
    table = demo_edition.table("core_coding__translated")
    coders = sorted({c for c in table["coder_id"].to_pylist() if c.startswith("starter") and "adjud" not in c})
    pair = [(coders[0], coders[1])]
    found = pair_agreement(table, only, pair, {}, seed=1, level=0.9, fold=FOLD, as_printed=True)[0]
    assert round(found.alpha, 3) == alpha
    assert found.n_units == n


def test_groups_are_told_only_where_large_enough(demo_edition: Edition, codebook: Codebook) -> None:
    records = demo_edition.table("core_records__record").to_pylist()
    cities = {row["record_id"]: row["city_id"] for row in records}
    only = codebook.model_copy(update={"schemes": (codebook.by_scheme["sector"],)})
    table = demo_edition.table("core_coding__translated")
    found = pair_agreement(table, only, [("europe_a", "europe_b")], cities, seed=1, level=0.9)
    assert {row.group for row in found} <= set(cities.values())
    assert all(row.n_units >= 10 for row in found)


def test_the_confusion_table_names_the_codes(demo_edition: Edition, codebook: Codebook) -> None:
    names, table = confusion_table(
        demo_edition.table("core_coding__translated"), codebook, "sector", "europe_a", "europe_b", FOLD
    )
    assert table.shape == (len(names), len(names))
    assert table.sum() == 267
