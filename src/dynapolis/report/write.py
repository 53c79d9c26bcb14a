"""The report of an edition as HTML, one folder per language, readable without a network or a server."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dynapolis.report.blocks import Report
from dynapolis.report.checks import require_checked
from dynapolis.report.claim import Claim
from dynapolis.report.claims import make_claims
from dynapolis.report.compose import prepare_writing, write_blocks
from dynapolis.report.data import ReportData
from dynapolis.report.data_files import data_files
from dynapolis.report.figure_claims import make_change_claims
from dynapolis.report.fonts import WEIGHTS, Weight, subset_woff2
from dynapolis.report.html import FIRST_PAGE, bold, readable, render_pages
from dynapolis.report.ledger import ledger_csv, ledger_rows
from dynapolis.report.sections.change import compare
from dynapolis.report.sections.common import Writing
from dynapolis.steps.comparison import Comparison
from dynapolis.store.editions import Edition
from dynapolis.store.files import write_whole

LANGS = ("ko", "en")


def write_report(edition: Edition, lang: str, out: Path, previous: Edition | None = None) -> Path:
    """The report in one language; see ``write_reports``. Returns the first page."""
    return write_reports(edition, (lang,), out, previous)[0]


def write_reports(edition: Edition, langs: Sequence[str], out: Path, previous: Edition | None = None) -> list[Path]:
    """Write the pages of some languages into ``out/<lang>``, with fonts and data files beside them.

    ``out`` also gets ``claims.json`` and ``ledger.csv``. Both languages are always composed and checked against each
    other, whichever are written. The same editions give the same bytes.

    Args:
        previous: the edition before, to compare with.

    Returns:
        the first page of every language.

    Raises:
        BrokenClaim: the report would say something that no figure carries.
        BrokenReport: a check before release failed; all findings are listed.
        BadUse: the two editions have nothing comparable.
    """
    data, comparison = ReportData.load(edition), None
    if previous is not None:
        comparison = compare(ReportData.load(previous), data)
    claims = all_claims(data, comparison)
    writings = {lang: prepare_writing(data, claims, lang, comparison) for lang in LANGS}
    reports = {lang: write_blocks(writing) for lang, writing in writings.items()}
    require_checked(reports, writings)
    with ThreadPoolExecutor(max_workers=2) as aside:  # compressing fonts leaves the interpreter to the pages
        fonts = []
        for lang in langs:
            pages = render_pages(writings[lang], reports[lang])
            fonts += [aside.submit(_write_fonts, pages, out / lang / "fonts", weight) for weight in WEIGHTS]
            _write_pages(pages, reports[lang], out / lang)
        for font in fonts:
            font.result()
    write_whole(out / "claims.json", _json(claims))
    write_whole(out / "ledger.csv", ledger_csv(ledger_rows(reports[LANGS[0]], claims)))
    return [out / lang / FIRST_PAGE for lang in langs]


def _write_fonts(pages: Mapping[str, str], folder: Path, weight: Weight) -> None:
    """One weight of one language's font: the letters that its pages show."""
    shown = readable if weight == 400 else bold
    text = "".join(sorted({letter for html in pages.values() for letter in shown(html)}))
    write_whole(folder / f"dynapolis-sans-{weight}.woff2", subset_woff2(text, weight), durable=False)


def _write_pages(pages: Mapping[str, str], report: Report, out: Path) -> None:
    for name, html in pages.items():
        write_whole(out / name, html, durable=False)
    for name, content in data_files(report):
        write_whole(out / "data" / name, content, durable=False)


def all_claims(data: ReportData, comparison: Comparison | None = None) -> dict[str, Claim]:
    """The claims of an edition, and those of its comparison with the edition before."""
    claims = make_claims(data)
    if comparison is not None:
        claims |= {claim.claim_id: claim for claim in make_change_claims(comparison)}
    return claims


def composed(edition: Edition, previous: Edition | None = None) -> tuple[dict[str, Report], dict[str, Writing]]:
    """The report in both languages as blocks, and what it was written with."""
    data = ReportData.load(edition)
    comparison = compare(ReportData.load(previous), data) if previous is not None else None
    claims = all_claims(data, comparison)
    writings = {lang: prepare_writing(data, claims, lang, comparison) for lang in LANGS}
    return {lang: write_blocks(writing) for lang, writing in writings.items()}, writings


def _json(claims: dict[str, Claim]) -> str:
    return json.dumps([claim.to_value() for claim in claims.values()], ensure_ascii=False, indent=1) + "\n"
