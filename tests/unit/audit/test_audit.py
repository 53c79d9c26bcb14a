"""Counts that fit, smallest repairs, invented reports, and files that cannot be used."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.audit.fit import fitting_counts

Cli = Callable[..., Any]

SHARE_OF_NOTHING = """
report: x
title: {en: x, ko: 가}
source: y
quantities:
  - {id: a, label: {en: a, ko: 가}, kind: share, of: z, ko: {value: 3}}
"""


def invented() -> Any:
    """The generator of the benchmark."""
    path = Path(__file__).parents[3] / "benchmarks" / "audit.py"
    spec = importlib.util.spec_from_file_location("invented_reports", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(st.integers(1, 2000), st.data(), st.integers(0, 2))
def test_the_count_behind_a_share_always_fits_it(whole: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, whole))
    printed = round(100 * count / whole, decimals)
    fits = fitting_counts(printed, decimals, whole)
    assert fits is not None
    assert fits[0] <= count <= fits[1]


def test_consistent_reports_are_left_in_peace_and_planted_faults_found() -> None:
    module = invented()
    for seed in range(60):
        assert not module.is_accused(module.report(random.Random(seed), None)), seed
        for fault in module.FAULTS:
            assert module.is_accused(module.report(random.Random(seed + 500), fault)), (seed, fault)


def test_the_shipped_report_is_audited_in_both_languages(cli: Cli) -> None:
    for lang, word in (("en", "cannot be"), ("ko", "있을 수 없음")):
        result = cli("audit", lang=lang)
        assert result.exit_code == 0
        assert word in result.output
        assert "은(는)" not in result.output
    told = json.loads(cli("audit", "--json").output)
    assert {"ko", "en"} <= set(told["findings"][0]["sentence"])
    assert cli("audit", "--fail-on", "contradiction").exit_code == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("report: x", "add it"),
        ("a: [", "fault"),
        (SHARE_OF_NOTHING, "the id of the whole"),
    ],
)
def test_a_faulty_file_is_refused_with_all_its_faults(cli: Cli, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "claims.yml"
    path.write_text(text, encoding="utf-8")
    result = cli("audit", path)
    assert result.exit_code == 2
    assert "fault" in result.stderr
    assert told in result.stderr
