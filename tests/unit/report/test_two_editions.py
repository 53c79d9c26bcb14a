"""A report with an earlier edition: a 2019-shaped one of the same registers, with fewer records and another coding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from dynapolis.report.checks import Checked, run_checks
from dynapolis.report.claims import make_claims
from dynapolis.report.data import ReportData
from dynapolis.report.write import composed
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import Workspace

Cli = Callable[..., Result]
NOT_YET = ("a4", "b3", "c2")


@pytest.fixture(scope="module")
def workspace(fictional: Callable[..., Workspace], cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two editions of the twelve invented records: "2022" holds all, "2019" not yet three of them."""
    place = fictional(tmp_path_factory.mktemp("editions") / "workspace")
    own = place.folder / "own"
    whole = {name: (own / name).read_text(encoding="utf-8") for name in ("list.csv", "codes.csv")}
    for edition in ("2019", "2022"):
        for name, text in whole.items():
            lines = text.splitlines(keepends=True)
            kept = [line for line in lines if edition == "2022" or line.split(",")[0] not in NOT_YET]
            (own / name).write_text("".join(kept), encoding="utf-8")
        for words in (("import", own / "list.csv", "--register", "fictional"), ("run", "--edition", edition)):
            result = cli(*words, "--workspace", place.folder)
            assert result.exit_code == 0, result.output
    return place


@pytest.fixture(scope="module")
def editions(workspace: Workspace) -> tuple[Edition, Edition]:
    ledger = workspace.open_ledger()
    try:
        return find_edition(workspace.editions, ledger, "2019"), find_edition(workspace.editions, ledger, "2022")
    finally:
        ledger.close()


def test_a_report_without_an_earlier_edition_says_nothing_of_change(editions: tuple[Edition, Edition]) -> None:
    reports, writings = composed(editions[1])
    assert run_checks(Checked(reports, writings)) == []
    for report in reports.values():
        names = [figure.figure_id for figure in report.figures()]
        assert "2022.F8" not in names
        assert "2022.F9" not in names
    assert not [name for name in make_claims(ReportData.load(editions[1])) if name.startswith("change")]


def test_with_one_it_compares_the_panel_in_both_languages_and_passes_every_check(
    editions: tuple[Edition, Edition],
) -> None:
    reports, writings = composed(editions[1], editions[0])
    assert run_checks(Checked(reports, writings)) == []
    for lang, report in reports.items():
        change = next(chapter for chapter in report.chapters if chapter.chapter_id == "change")
        text = " ".join(line.text for block in change.blocks if block.kind == "paragraph" for line in block.lines)
        assert "2019" in text and "2022" in text
        figures = {figure.figure_id: figure for figure in report.figures()}
        assert {"2022.F8", "2022.F9"} <= figures.keys()
        parts = {row[0].text: row[1].value for row in figures["2022.F9"].table.rows}
        *others, whole = parts.values()
        assert sum(value for value in others if isinstance(value, int)) == whole
        comparison = writings[lang].comparison
        assert comparison is not None
        assert set(figures["2022.F8"].table.keys) == set(comparison.panel)


def test_the_counts_of_the_panel_are_those_of_the_two_lists(editions: tuple[Edition, Edition]) -> None:
    """Counted again, from the tables of both editions alone."""
    _, writings = composed(editions[1], editions[0])
    comparison = writings["en"].comparison
    assert comparison is not None
    for edition, side in zip(editions, ("before", "after"), strict=True):
        figures = {row["figure_id"]: row for row in edition.table("out_figures__figure").to_pylist()}
        for city, change in comparison.cities.items():
            share = getattr(change, side)
            row = figures[f"{city}.projects.population.innovation.primary"]
            assert (share.n, share.total) == (row["numerator"], row["denominator"]), (city, side)


def test_the_command_takes_the_earlier_edition(workspace: Workspace, cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "report"
    words = ("report", "--edition", "2022", "--previous", "2019", "--out", out, "--workspace", workspace.folder)
    result = cli(*words, "--json")
    assert result.exit_code == 0, result.output
    claims = {claim["claim_id"]: claim for claim in json.loads((out / "claims.json").read_text(encoding="utf-8"))}
    assert claims["change_panel"]["values"]["before"]["value"] == "2019"
    for lang in ("ko", "en"):
        assert 'id="2022.F8"' in (out / lang / "change.html").read_text(encoding="utf-8")
        assert (out / lang / "data" / "2022.F9.csv").is_file()


def test_an_edition_is_not_compared_with_one_that_shares_nothing(
    cli: Cli, workspace: Workspace, tmp_path: Path
) -> None:
    words = (
        "report",
        "--edition",
        "2022",
        "--previous",
        "1999",
        "--out",
        tmp_path / "r",
        "--workspace",
        workspace.folder,
    )
    assert cli(*words).exit_code == 2
