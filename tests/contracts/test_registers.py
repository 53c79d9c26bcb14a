"""Every shipped register of leads is whole, and the real lists beside the repository come out as their READMEs say.

The lists lie in ``../shared/data`` and are not part of the repository; where they are absent those tests are skipped
with the reason. What is imported, and what its README counts, stands in ``benchmarks/imports.yml``.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dynapolis.errors import BadInput, DynapolisError
from dynapolis.leads.imports import import_leads, lead_changes
from dynapolis.model.layout import Layout
from dynapolis.model.lead import CODE, LeadRegister
from dynapolis.model.register import DESCRIPTION, Terms
from dynapolis.registers.leads.corrections import require_known
from dynapolis.registers.leads.sample import check_sample
from dynapolis.registers.readers import open_table
from dynapolis.store.content import ContentPaths
from dynapolis.store.ledger import Ledger
from dynapolis.store.place_decisions import read_decisions
from dynapolis.store.register_files import read_corrections, read_description, read_lead_vocabulary
from dynapolis.store.workspace import Workspace, init_workspace, open_workspace

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
REGISTERS = ContentPaths.default().registers
HANGUL = re.compile(r"[\uac00-\ud7a3]")
# Large or many; benchmarks/imports.py imports them.
SLOW = {"eunets-h2020", "h2020-participations", "sod16-fp7", "smart-city-tracker", "cordis-viz-fp7"}


def read_leads_registers() -> dict[str, LeadRegister]:
    """Every shipped register that holds leads, by the name of its folder."""
    found = {path.parent.name: read_description(path) for path in sorted(REGISTERS.glob(f"*/{DESCRIPTION}"))}
    return {name: spec for name, spec in found.items() if isinstance(spec, LeadRegister)}


LEADS = read_leads_registers()
each_register = pytest.mark.parametrize("name", LEADS)


@each_register
def test_the_folder_of_a_register_is_whole(name: str) -> None:
    folder = REGISTERS / name
    assert LEADS[name].name == name
    for file in ("README.md", "corrections.yml", "lookups.csv", "sample/expected.csv"):
        assert (folder / file).is_file(), f"{name} has no {file}"
    require_known(LEADS[name], read_corrections(folder))
    read_decisions(folder / "lookups.csv")


@each_register
def test_the_sample_of_a_register_comes_out_as_expected(name: str) -> None:
    reports = check_sample(LEADS[name], REGISTERS / name / "sample", read_lead_vocabulary())
    assert {report.table for report in reports} == set(LEADS[name].by_name)
    assert sum(report.n_refused for report in reports), "no entry of the sample shows what is refused"


@each_register
def test_both_languages_are_written_and_differ(name: str) -> None:
    spec = LEADS[name]
    for text in (spec.title, spec.licence.note, spec.does_not_measure):
        assert HANGUL.search(text.ko), text.ko
        assert not HANGUL.search(text.en), text.en
        assert text.en[-1] != " " and text.ko[-1] != " "
    for text in (spec.licence.note, spec.does_not_measure):
        assert text.en.endswith("."), text.en
        assert text.ko.endswith("."), text.ko


@each_register
def test_each_table_says_why_a_column_is_left_out_and_where_its_limits_are(name: str) -> None:
    for table in LEADS[name].tables:
        assert all(len(why.split()) > 1 or why in ("empty",) for why in table.ignore.values()), table.ignore
        assert table.expect.max_records, f"{name}, {table.name}: no number above which a person should look"


def test_a_register_without_an_open_licence_is_not_published() -> None:
    closed = {name for name, spec in LEADS.items() if spec.licence.terms is not Terms.OPEN}
    assert {"dsi4eu", "keep", "urbact", "etmun", "interreg-sweden"} <= closed
    assert all(not LEADS[name].publishable for name in closed)
    assert LEADS["dsi4eu"].licence.terms is Terms.NON_COMMERCIAL


def test_a_foreign_codebook_stays_apart_from_our_own_words() -> None:
    codes = {f.property for table in LEADS["ips-x"].tables for f in table.fields.values()}
    assert {"code_primary_sector", "code_status", "code_type"} <= {c for c in codes if c.startswith(CODE)}


# The real lists


@pytest.fixture(scope="module")
def lists() -> ModuleType:
    """The catalogue of lists and how they are imported and counted, shared with the benchmark."""
    if not DATA.is_dir():
        pytest.skip(f"the published lists are not at {DATA}")
    path = REPOSITORY / "benchmarks" / "_lists.py"
    spec = importlib.util.spec_from_file_location("published_lists", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def now() -> Iterator[str]:
    """Times that never repeat."""
    return iter(datetime.fromtimestamp(n, UTC).isoformat() for n in range(1_800_000_000, 1_900_000_000))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Ledger]]:
    place = init_workspace(tmp_path_factory.mktemp("lists") / "workspace")
    ledger = place.open_ledger()
    yield place, ledger
    ledger.close()


@pytest.fixture(scope="module")
def imported(lists: ModuleType, workspace: tuple[Workspace, Ledger]) -> list[Any]:
    place, ledger = workspace
    return [lists.run_list(place, ledger, item) for item in lists.catalogue()["lists"] if item["register"] not in SLOW]


def test_every_register_has_a_list_in_the_catalogue(lists: ModuleType) -> None:
    assert {item["register"] for item in lists.catalogue()["lists"]} == set(LEADS)


def test_every_number_of_a_readme_is_reproduced_or_its_difference_explained(
    lists: ModuleType, imported: list[Any]
) -> None:
    found = list(lists.counts(imported))
    assert len(found) > 60
    assert [count for count in found if not count.is_settled] == []


def test_every_entry_is_used_skipped_refused_or_repeated(imported: list[Any]) -> None:
    for one in imported:
        for report in one.reports:
            ends = report["n_kept"], sum(report["n_skipped"].values()), report["n_refused"], report["n_repeated"]
            assert sum(ends) == report["n_read"], (one.item["path"], report["table"])


def test_every_column_is_used_or_ignored_with_a_reason(imported: list[Any]) -> None:
    for one in imported:
        for report in one.reports:
            assert set(report["used"]).isdisjoint(report["ignored"])
            assert all(report["ignored"].values())


def test_lists_that_must_be_refused_change_nothing(lists: ModuleType, workspace: tuple[Workspace, Ledger]) -> None:
    place, ledger = workspace
    before = sorted(place.folder.rglob("*"))
    for item in lists.catalogue()["refused"]:
        with pytest.raises(DynapolisError, match=item["says"]):
            lists.run_list(place, ledger, item)
    assert sorted(place.folder.rglob("*")) == before


@pytest.fixture
def import_again(lists: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    """Import folders of one register one after another into a new workspace; gives workspace, ledger, last import."""
    del lists  # only there to skip where the lists are absent

    def run(register: str, *paths: Path) -> tuple[Workspace, Ledger, Any]:
        place = init_workspace(tmp_path / "workspace")
        ledger = place.open_ledger()
        for path in paths:
            done = import_leads(place, ledger, register, path, {}, now=next(now()))
        return place, ledger, done

    return run


def topics_of(path: Path, layout: Layout) -> dict[tuple[str, str], str]:
    """Topics by project, read without the importer's mapping; broken entries are left out."""
    with open_table(path, layout) as table:
        assert table.header == ("projectID", "topic", "title")
        return {(e.cells[0], e.cells[1]): " ".join(e.cells[2].split()) for e in table.entries if not e.wrong}


def test_a_later_export_of_cordis_tells_what_was_added_removed_and_changed(import_again: Callable[..., Any]) -> None:
    old, new = DATA / "cordis-he" / "official-2024", DATA / "cordis-he" / "official-2025-03"
    _, ledger, done = import_again("cordis-horizon", old, new)
    ledger.close()
    before, after = topics_of(old / "topics.csv.gz", Layout()), topics_of(new / "topics.csv.gz", Layout())
    topics = done.changes["topics"]
    assert (topics.n_before, topics.n_after) == (len(before), len(after))
    assert topics.n_added == len(after.keys() - before.keys())
    assert topics.n_removed == len(before.keys() - after.keys())
    assert topics.n_changed == sum(before[key] != after[key] for key in before.keys() & after.keys())
    assert "report_summaries" not in done.changes, "the table is in one of the two exports only"


def test_an_export_with_fewer_tables_can_follow_and_be_compared(import_again: Callable[..., Any]) -> None:
    folders = [DATA / "cordis-he" / name for name in ("official-2024", "official-2025-03", "official-2026-04")]
    place, ledger, done = import_again("cordis-horizon", *folders)
    assert set(done.changes) == {"topics", "euro_sci_voc"}
    two_back = lead_changes(place, ledger, "cordis-horizon", 2)
    ledger.close()
    assert set(two_back) == {"topics"}
    assert two_back["topics"].n_after == 20337


def test_csv_and_xlsx_of_one_export_are_the_same_but_for_entries_the_csv_breaks(lists: ModuleType) -> None:
    del lists
    folder = DATA / "cordis-he" / "official-2025-03"
    csv, xlsx = topics_of(folder / "topics.csv.gz", Layout()), topics_of(folder / "topics.xlsx", Layout())
    assert len(xlsx) - len(csv) == 2
    assert {key: xlsx[key] for key in csv} == csv


def test_the_csv_of_keep_is_whole_as_csv_and_refused_when_quotation_marks_are_letters(lists: ModuleType) -> None:
    del lists
    path = DATA / "interreg-keep" / "keep_closed_1420_Partnership.csv.gz"
    with (
        open_table(path, Layout()) as as_csv,
        open_table(path.with_name("keep_closed_1420.xlsx"), Layout(sheet="Partners")) as book,
    ):
        pairs = list(zip(as_csv.entries, book.entries, strict=True))
    differing = [(a.cells[5], b.cells[5]) for a, b in pairs if a.cells != b.cells]
    assert differing == [("29,012", "29.012")]
    with open_table(path, Layout(quote="")) as broken:
        assert sum(bool(entry.wrong) for entry in broken.entries) == 104


def test_a_list_read_without_its_quotation_marks_needs_a_declared_limit(lists: ModuleType, tmp_path: Path) -> None:
    del lists
    path = DATA / "interreg-keep" / "keep_closed_1420_Partnership.csv.gz"
    text = (REGISTERS / "keep" / DESCRIPTION).read_text(encoding="utf-8")
    place = init_workspace(tmp_path / "workspace")
    settings = place.folder / "dynapolis.toml"
    own = tmp_path / "registers" / "keep"
    own.mkdir(parents=True)
    settings.write_text(f'{settings.read_text("utf-8")}\n[content]\nregisters = "{own.parent}"\n', "utf-8")
    strict = text.replace("layout: {sheet: Partners}", "layout: {sheet: Partners, quote: ''}")
    place = open_workspace(place.folder)
    ledger = place.open_ledger()
    named = {"partner": path, "project": path.with_name("keep_closed_1420.xlsx")}
    (own / DESCRIPTION).write_text(strict, "utf-8")
    with pytest.raises(BadInput, match="15"):
        import_leads(place, ledger, "keep", path, named, now=next(now()))
    (own / DESCRIPTION).write_text(
        strict.replace("max_records: 30000}", "max_records: 30000, max_refused: 200}"), "utf-8"
    )
    done = import_leads(place, ledger, "keep", path, named, now=next(now()))
    ledger.close()
    (report,) = (r for r in done.reports if r["table"] == "partner")
    assert (report["n_refused"], report["n_kept"]) == (104, 8564)
