"""Laws of giving out records: every one once or twice, loads alike, the overlap drawn alike from every stratum."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.coding.work.assign import assign
from dynapolis.errors import BadUse

STRATA = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=5), st.tuples(st.sampled_from(["seoul", "oslo", "lyon"])), max_size=60
)


@given(STRATA, st.integers(1, 5), st.floats(0, 1), st.integers(0, 1000))
def test_every_unit_is_given_out_and_loads_differ_by_one_at_most(
    strata: dict[str, tuple[str]], n_coders: int, overlap: float, seed: int
) -> None:
    coders = [f"c{n}" for n in range(n_coders)]
    share = overlap if n_coders > 1 else 0.0
    found = assign(strata, coders, share, np.random.default_rng(seed))
    per_unit = Counter(item.unit_id for item in found)
    assert per_unit.keys() == strata.keys()
    wanted = round(len(strata) * share)
    assert sum(n == 2 for n in per_unit.values()) == wanted
    assert max(per_unit.values(), default=1) <= 2
    assert len({(item.unit_id, item.coder_id) for item in found}) == len(found)
    loads = Counter({coder: 0 for coder in coders})
    loads.update(item.coder_id for item in found)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert {item.probability for item in found} <= {wanted / len(strata) if strata else 0.0}
    assert all(item.overlap == (per_unit[item.unit_id] == 2) for item in found)
    assert found == assign(strata, coders, share, np.random.default_rng(seed))


@given(STRATA, st.floats(0, 1), st.integers(0, 1000))
def test_every_stratum_has_its_share_of_the_overlap_within_one_unit(
    strata: dict[str, tuple[str]], overlap: float, seed: int
) -> None:
    found = assign(strata, ["a", "b"], overlap, np.random.default_rng(seed))
    twice = {item.unit_id for item in found if item.overlap}
    for stratum in set(strata.values()):
        members = [unit for unit, where in strata.items() if where == stratum]
        expected = len(members) * len(twice) / len(strata)
        assert abs(sum(unit in twice for unit in members) - expected) < 1 + 1e-9


def test_each_unit_is_as_often_in_the_overlap_as_the_recorded_probability_says() -> None:
    strata = {f"u{n}": ("x" if n < 7 else "y",) for n in range(30)}
    hits: Counter[str] = Counter()
    draws = 3000
    for seed in range(draws):
        found = assign(strata, ["a", "b", "c"], 0.2, np.random.default_rng(seed))
        assert found[0].probability == 0.2
        hits.update({item.unit_id for item in found if item.overlap})
    error = 4 * np.sqrt(0.2 * 0.8 / draws)
    assert all(abs(hits[unit] / draws - 0.2) < error for unit in strata)


@pytest.mark.parametrize(("coders", "overlap"), [([], 0.0), (["a", "a"], 0.0), (["a"], 0.1), (["a", "b"], 1.5)])
def test_what_cannot_be_given_out_is_refused(coders: list[str], overlap: float) -> None:
    with pytest.raises(BadUse):
        assign({"u": ("x",)}, coders, overlap, np.random.default_rng(1))
