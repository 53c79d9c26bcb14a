"""The ledger: every number of the pages is a claim with evidence, the same in both languages, and so are data files."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dynapolis.report.blocks import Report
from dynapolis.report.claims import make_claims
from dynapolis.report.data import ReportData
from dynapolis.report.data_files import data_files
from dynapolis.report.labels import caption
from dynapolis.report.ledger import Entry, all_tables, ledger_rows
from dynapolis.report.numbering import FIGURES, PLACED, TABLES
from dynapolis.report.sections.common import Writing
from dynapolis.report.write import composed
from dynapolis.store.editions import Edition

VOID = {"meta", "link", "br", "img", "input", "hr"}
TEXT = re.compile(r"2022\.(T5|T6|T8)\.|\.unit$")  # definitions, choices, dates, licences and units are words
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")


@pytest.fixture(scope="module")
def reports(demo_edition: Edition) -> tuple[dict[str, Report], dict[str, Writing]]:
    return composed(demo_edition)


@pytest.fixture(scope="module")
def made(
    demo_edition: Edition, reports: tuple[dict[str, Report], dict[str, Writing]]
) -> tuple[dict[str, list[Entry]], dict[str, Writing]]:
    found, writings = reports
    claims = make_claims(ReportData.load(demo_edition))
    return {lang: ledger_rows(report, claims) for lang, report in found.items()}, writings


class Numbers(HTMLParser):
    """The numbers of a page, each with the way to its claim: the names of the elements it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._columns: list[str] = []
        self._at = -1
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "thead":
            self._columns = []
        if tag == "tr":
            self._at = -1
        if tag in ("td", "th"):
            self._at += 1
            if any(name == "thead" for name, _ in self._open):
                self._columns.append(found.get("data-key", ""))
        if tag not in VOID:
            self._open.append((tag, found))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if NUMBER.search(data) and not any(tag in ("style", "script", "title", "desc") for tag, _ in self._open):
            self.found.append((data.strip(), self._way()))

    def _way(self) -> str:
        tags = [tag for tag, _ in self._open]
        for _, found in reversed(self._open):
            if "data-claim" in found:
                return f"claim {found['data-claim']}"
            if "data-claims" in found:
                return f"claim {found['data-claims']}"
        if "td" in tags and "tbody" in tags:
            table = next(found["id"] for _, found in reversed(self._open) if found.get("class") == "table")
            row = next(found.get("data-key", "") for tag, found in reversed(self._open) if tag == "tr")
            return f"cell {table}.{row}.{self._columns[self._at] or self._at}"
        if "svg" in tags:
            return f"chart {next((f['id'] for t, f in reversed(self._open) if t == 'figure'), '')}"
        return "other"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_number_of_the_whole_report_leads_to_a_claim_of_the_ledger(
    lang: str, demo_report: Path, made: tuple[dict[str, list[Entry]], dict[str, Writing]]
) -> None:
    entries, _ = made
    sentences = {entry.claim_id.rsplit(".", 1)[0] for entry in entries[lang] if entry.type == "sentence"}
    cells = {entry.claim_id for entry in entries[lang] if entry.type == "cell"}
    figures = {name.split(".data")[0] for name in (e.claim_id for e in entries[lang]) if ".data." in name}
    html = (demo_report / lang / "report.html").read_text(encoding="utf-8")
    body = html.split("<main", 1)[1].split("<footer", 1)[0]
    numbers = Numbers(f"<main{body}").found
    counted = {"claim": 0, "cell": 0, "chart": 0}
    printed = [e.value for e in entries[lang] if re.match(r"(whole|register|districts|crossing)\b.*\.n$", e.claim_id)]
    forms = ("Of {}", "of {}", "전체 {}", "({})", "{} records", "원기록 {}건", "All {}", "{}개 모두")
    wholes = [form.format(n) for n in printed for form in forms]
    for text, way in numbers:
        kind, _, name = way.partition(" ")
        if kind == "claim":
            assert set(name.split()) <= sentences, (text, way)
        elif kind == "cell" and not TEXT.search(name):
            assert name in cells, (text, way)
        elif kind == "chart" and not name.startswith("city."):
            assert name in figures, (text, way)
        elif kind == "other":
            assert not any(form in text for form in wholes), text
        if kind in counted:
            counted[kind] += 1
    assert len(printed) > 10
    assert counted["claim"] > 50
    assert counted["cell"] > 2000
    assert counted["chart"] > 1000


def test_both_languages_hold_the_same_set_of_claim_value_and_unit(
    made: tuple[dict[str, list[Entry]], dict[str, Writing]],
) -> None:
    def key(entries: list[Entry]) -> set[tuple[str, str, str]]:
        return {(e.claim_id, repr(e.value), e.unit) for e in entries if not isinstance(e.value, str)}

    entries, _ = made
    assert key(entries["ko"]) == key(entries["en"])
    assert len(key(entries["ko"])) > 3000


def test_every_cell_with_a_count_of_initiatives_leads_to_as_many_records(
    made: tuple[dict[str, list[Entry]], dict[str, Writing]],
) -> None:
    """From the number to the units behind its evidence, for every count of the tables of cities and of two codes."""
    entries, writings = made
    asked = writings["en"].links.asked
    units = {name: found for names in asked.values() for name, found in names.items()}
    checked = 0
    for entry in entries["en"]:
        of_tables = entry.type == "cell" and re.match(r"2022\.(T1|T3|T4|F5|F17)\.", entry.claim_id) and entry.value
        if of_tables and entry.evidence in units and entry.quantity != "uncoded":
            assert len(set(units[entry.evidence])) == entry.value, entry
            checked += 1
    assert checked > 500


def test_names_of_claims_are_given_once(made: tuple[dict[str, list[Entry]], dict[str, Writing]]) -> None:
    for entries in made[0].values():
        names = [entry.claim_id for entry in entries]
        assert len(names) == len(set(names)), {name for name in names if names.count(name) > 1}


def test_an_interval_goes_with_the_value_it_belongs_to(
    made: tuple[dict[str, list[Entry]], dict[str, Writing]],
) -> None:
    by_id = {entry.claim_id: entry for entry in made[0]["en"]}
    share = by_id["innovation.share"]
    assert share.low is not None and share.high is not None
    assert share.low < share.value < share.high
    assert share.n == by_id["innovation.total"].value
    assert (share.unit, share.type) == ("share", "sentence")
    assert "innovation.interval" not in by_id
    rank = by_id["index_first.rank"]
    assert rank.low is not None and rank.low <= rank.value
    assert by_id["labs_most.k"].comparison == "inseparable"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_every_figure_and_table_has_a_data_file_with_its_bare_numbers(
    demo_edition: Edition, reports: tuple[dict[str, Report], dict[str, Writing]]
) -> None:
    for report in reports[0].values():
        files = dict(data_files(report))
        assert len(files) == len(report.figures()) + len(report.tables()) + 1
        ranks = rows_of(files["2022.F1.csv"])
        data = ReportData.load(demo_edition)
        assert [row["key"] for row in ranks] == [row["city_id"] for row in data.ranked]
        assert [float(row["rank_90_low"]) for row in ranks] == [row["rank_low_90"] for row in data.ranked]
        described = {(row["table"], row["column"]) for row in rows_of(files["dictionary.csv"])}
        assert ("2022.F1.data", "rank_90") in described


def test_the_files_of_both_languages_have_the_same_rows_columns_and_numbers(demo_report: Path) -> None:
    names = {path.name for path in (demo_report / "ko" / "data").iterdir()}
    assert names == {path.name for path in (demo_report / "en" / "data").iterdir()}
    for name in sorted(names - {"dictionary.csv"}):
        korean, english = (rows_of((demo_report / lang / "data" / name).read_bytes()) for lang in ("ko", "en"))
        both = [sorted(rows, key=lambda row: row["key"]) for rows in (korean, english)]
        assert [list(row) for row in both[0]] == [list(row) for row in both[1]], name
        for one, other in zip(*both, strict=True):
            for column, value in one.items():
                if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value):
                    assert other[column] == value, (name, one["key"], column)


def test_figures_and_tables_are_numbered_without_gaps_and_named_in_both_languages() -> None:
    assert list(FIGURES) == [f"F{n}" for n in range(1, len(FIGURES) + 1)]
    tables = sorted({*TABLES, *PLACED.values()}, key=lambda name: int(name[1:]))
    assert tables == [f"T{n}" for n in range(1, len(tables) + 1)]
    assert caption("2022.F13", "ko") == "그림 13"
    assert caption("2022.F13.data", "en") == "Figure 13"


def test_every_row_and_column_of_every_table_has_a_name_of_its_own(
    reports: tuple[dict[str, Report], dict[str, Writing]],
) -> None:
    for table in all_tables(block for report in reports[0].values() for block in report.blocks()):
        assert len(table.keys) == len(table.rows), table.table_id
        assert len(set(table.keys)) == len(table.keys), table.table_id
        named = [column.key for column in table.columns[1:]]
        assert all(named) and len(set(named)) == len(named), (table.table_id, named)


# Weights are chosen, not counted: no initiative is behind them.
ABOUT_NO_INITIATIVES = ("T6",)


def test_numbers_rest_on_initiatives_and_not_on_their_own_table(demo_edition: Edition) -> None:
    reports, writings = composed(demo_edition)
    cells = [e for e in ledger_rows(reports["en"], writings["en"].claims) if e.type == "cell"]
    circular = {e.claim_id for e in cells if e.evidence.startswith("table.")}
    named = {name for name in circular if name.split(".")[1] not in ABOUT_NO_INITIATIVES}
    assert len(named) <= 1, sorted(named)[:10]  # organisations of which nobody knows whether they are small
