"""What is checked before a report is written: the thirteen checks of its design, and that every chart can be heard.

Each check takes the whole report in both languages and gives findings; one finding stops the report. A check looks at
the blocks, not at a format, so it holds for every format made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from dynapolis.errors import BrokenReport
from dynapolis.report.blocks import Report
from dynapolis.report.checks.checked import Checked, Finding
from dynapolis.report.checks.figures import check_denominators, check_evidence, check_numbers, check_sums
from dynapolis.report.checks.structure import (
    check_comparisons,
    check_counts,
    check_links,
    check_parity,
    check_seen_and_heard,
    contrast,
)
from dynapolis.report.checks.words import check_hedges, check_pairs, check_particles, check_signs, check_terms
from dynapolis.report.sections.common import Writing

__all__ = ["CHECKS", "Check", "Checked", "Finding", "contrast", "require_checked", "run_checks"]

Check = Callable[[Checked], Iterator[Finding]]

CHECKS: Final[dict[str, Check]] = {
    "sums": check_sums,
    "numbers": check_numbers,
    "evidence": check_evidence,
    "denominators": check_denominators,
    "hedges": check_hedges,
    "pairs": check_pairs,
    "terms": check_terms,
    "signs": check_signs,
    "particles": check_particles,
    "comparisons": check_comparisons,
    "counts": check_counts,
    "links": check_links,
    "parity": check_parity,
    "seen and heard": check_seen_and_heard,
}


def require_checked(reports: Mapping[str, Report], writings: Mapping[str, Writing]) -> None:
    """Run every check.

    Raises:
        BrokenReport: there are findings; all are listed.
    """
    findings = run_checks(Checked(reports, writings))
    if findings:
        raise BrokenReport([str(finding) for finding in findings])


def run_checks(checked: Checked) -> list[Finding]:
    """All findings of all checks, each once."""
    return list(dict.fromkeys(finding for check in CHECKS.values() for finding in check(checked)))
