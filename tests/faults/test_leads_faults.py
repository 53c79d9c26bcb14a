"""An import of leads that fails or is stopped changes nothing: every byte of the workspace is as it was."""

from __future__ import annotations

import json
import shutil
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.leads import imports
from dynapolis.registers.leads import reading
from dynapolis.registers.leads.mapping import TableMap
from dynapolis.store import ledger as tables
from dynapolis.store import snapshots
from dynapolis.store.lead_lake import LeadLake
from dynapolis.store.ledger import Writer
from dynapolis.store.snapshots import Snapshots
from dynapolis.store.workspace import SETTINGS

Cli = Callable[..., Any]

DESCRIPTION = """\
name: towns
holds: leads
title: {en: Invented towns, ko: 지어낸 도시}
publisher: {name: nobody, official: false}
licence: {name: MIT, terms: open, checked: "2026-11-26", note: {en: Invented., ko: 지어낸 자료}}
date: "2026-11-26"
languages: [en]
convenience_sample: true
does_not_measure: {en: Anything real., ko: 실제의 어떤 것도 나타내지 않는다.}
tables:
  - name: project
    holds: project
    files: [project.csv]
    key: [id]
    fields: {id: project_id, name: title, cost: cost_eur}
    expect: {min_records: 2}
  - name: partner
    holds: participation
    files: [partner.csv]
    key: [id, who]
    fields: {id: project_id, who: organisation_name}
    expect: {min_records: 1}
"""
PROJECTS = "id,name,cost\n1,Lamps,1\n2,버스,2\n"
PARTNERS = "id,who\n1,City\n"
NEXT = "id,name,cost\n1,Lamps,1\n2,버스 시범,3\n4,Dock,\n"
WORDS = "interrupted: nothing is half done; the next run goes on from the last finished step"


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, byte for byte."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def ready(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds one good import, and the export beside it."""
    folder = tmp_path_factory.mktemp("towns")
    workspace = folder / "workspace"
    assert cli("init", workspace).exit_code == 0
    (workspace / "registers" / "towns").mkdir(parents=True)
    (workspace / "registers" / "towns" / "register.yml").write_text(DESCRIPTION, encoding="utf-8")
    (workspace / SETTINGS).write_text('[content]\nregisters = "registers"\n', encoding="utf-8")
    (folder / "export").mkdir()
    (folder / "export" / "project.csv").write_text(PROJECTS, encoding="utf-8")
    (folder / "export" / "partner.csv").write_text(PARTNERS, encoding="utf-8")
    result = cli("import", folder / "export", "--register", "towns", "--workspace", workspace)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def place(ready: Path, tmp_path: Path) -> Path:
    """A copy of it: ``workspace`` and ``export``."""
    shutil.copytree(ready, tmp_path / "place")
    return tmp_path / "place"


def words(place: Path, *more: str | Path) -> tuple[str | Path, ...]:
    return "import", place / "export", "--register", "towns", "--workspace", place / "workspace", *more


def change(place: Path, **texts: str | bytes) -> None:
    """New contents of exported files."""
    for name, text in texts.items():
        path = place / "export" / f"{name}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def correct(place: Path, text: str) -> None:
    (place / "workspace" / "registers" / "towns" / "corrections.yml").write_text(text, encoding="utf-8")


def fails(cli: Cli, place: Path, *more: str | Path) -> dict[str, Any]:
    """An import that is refused with code 2, and the JSON value it prints; the workspace is the same afterwards."""
    before = files(place / "workspace")
    plain = cli(*words(place, *more))
    assert (plain.exit_code, plain.stdout) == (2, ""), plain.output
    result = cli(*words(place, "--json", *more))
    assert (result.exit_code, result.stderr) == (2, "")
    value: dict[str, Any] = json.loads(result.stdout)
    assert plain.stderr.startswith(f"{value['error']}: ")
    assert files(place / "workspace") == before
    assert not list((place / "workspace").rglob(".*draft*"))
    return value


SIGNED = 'why: "read it", by: me, date: "2026-11-26"'
EXPIRED = (
    f'corrections:\n  - {{table: project, entry: {{id: "1"}}, column: name, printed: X, corrected: Y, {SIGNED}}}\n'
)
CASES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a value that cannot be read": ({"partner": PARTNERS, "project": PROJECTS.replace(",2\n", ",two\n")}, "'two'"),
    "an unknown column in the last table": (
        {"project": NEXT, "partner": "id,who,fax\n1,City,2\n"},
        "an unknown column",
    ),
    "a table that is too short": ({"project": "id,name,cost\n1,Lamps,1\n"}, "1 usable entries"),
    "an empty file": ({"project": NEXT, "partner": ""}, "empty"),
    "an entry twice in the last table": ({"project": NEXT, "partner": "id,who\n1,City\n1,City\n"}, "the same entry"),
    "bytes that are no text": ({"project": NEXT, "partner": b"id,who\n1,\x00\x01\xff\xfe\n"}, ""),
    "a quotation mark that never ends": ({"project": NEXT, "partner": 'id,who\n1,"City\n2,Firm\n'}, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_faulty_table_stops_the_whole_import(name: str, cli: Cli, place: Path) -> None:
    texts, found = CASES[name]
    change(place, **texts)
    value = fails(cli, place)
    assert value["error"] == "BadInput"
    assert any(found in fault["found"] for fault in value["faults"]), value["faults"]


def test_faults_of_all_tables_and_of_the_corrections_are_told_at_once(cli: Cli, place: Path) -> None:
    change(place, project=PROJECTS.replace(",2\n", ",two\n"), partner="id,who,fax\n1,City,2\n")
    correct(place, EXPIRED)
    value = fails(cli, place)
    assert [(fault["where"], fault["row"], fault["column"]) for fault in value["faults"]] == [
        ("partner.csv", 1, "fax"), ("project.csv", 0, ""), ("project.csv", 3, "cost"),
        ("towns/corrections.yml", 0, "name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "corrections: [{table: project}]\n",
        "corrections: 7\n",
        "repairs: [{table: project, repair: magic, why: x, by: y, date: z}]\n",
        "corrections: {\n",
        "mistakes: []\n",
        EXPIRED.replace("printed: X", "printed: 1"),
    ],
)
def test_faulty_corrections_stop_the_import(text: str, cli: Cli, place: Path) -> None:
    correct(place, text)
    assert fails(cli, place)["error"] == "BadContent"


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("name: title", "name: heading", "tables.0.fields.name"),
        ("holds: participation", "holds: partnership", "tables.1.holds"),
        ("id: project_id, name: title", "id: acronym, name: town", "tables.0.fields"),
        ("name: title", "name: project_id", "tables.0.fields.name"),
        ("key: [id, who]", "key: [id, town]", "tables.1.key"),
        ("name: partner", "name: project", "tables.1.name"),
        ("terms: open", "terms: free", "licence.terms"),
        ("title: {en: Invented towns", "title: {en: ASK the title", "title.en"),
        ("min_records: 2", "min_records: 0", "tables.0.expect.min_records"),
    ],
)
def test_a_faulty_description_stops_the_import_and_names_the_place(
    old: str, new: str, column: str, cli: Cli, place: Path
) -> None:
    path = place / "workspace" / "registers" / "towns" / "register.yml"
    assert DESCRIPTION.count(old) >= 1
    path.write_text(DESCRIPTION.replace(old, new, 1), encoding="utf-8")
    value = fails(cli, place)
    assert value["error"] == "BadContent"
    assert column in [fault["column"] for fault in value["faults"]]


def test_a_folder_of_registers_that_describes_another_one_is_refused(cli: Cli, place: Path) -> None:
    """A copied folder whose name was not changed inside would import under the name of the first."""
    own = place / "workspace" / "registers"
    shutil.copytree(own / "towns", own / "copy")
    before = files(place / "workspace")
    for name in ("copy", "../registers/towns"):
        result = cli("import", place / "export", "--register", name, "--workspace", place / "workspace")
        assert result.exit_code == 2
        assert "describes 'towns'" in result.stderr
    assert files(place / "workspace") == before


def test_a_missing_file_and_a_missing_register_are_told(cli: Cli, place: Path) -> None:
    assert fails(cli, place, "--file", f"partner={place / 'gone.csv'}")["error"] == "BadUse"
    assert fails(cli, place, "--file", "partner")["error"] == "BadUse"
    (place / "export" / "partner.csv").unlink()
    assert "no file for table 'partner'" in fails(cli, place)["message"]
    result = cli("import", place / "export", "--register", "rivers", "--workspace", place / "workspace")
    assert (result.exit_code, "known: towns" in result.stderr) == (2, True)


@pytest.mark.parametrize("member", ["../partner.csv", "/tmp/partner.csv", "a/../../partner.csv"])
def test_a_zip_that_leads_out_of_itself_is_refused_and_nothing_is_written_beside_it(
    member: str, cli: Cli, place: Path, tmp_path: Path
) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.csv", PROJECTS)
        archive.writestr(member, PARTNERS)
    outside = {name: data for name, data in files(tmp_path).items() if not name.startswith("place/workspace")}
    before = files(place / "workspace")
    result = cli("import", path, "--register", "towns", "--workspace", place / "workspace")
    assert (result.exit_code, "a path inside the archive" in result.stderr) == (2, True)
    assert files(place / "workspace") == before
    assert {n: d for n, d in files(tmp_path).items() if not n.startswith("place/workspace")} == outside


# --- Interruptions --------------------------------------------------------------------------------------------------

STOPS: tuple[tuple[Any, str, int], ...] = (
    (TableMap, "batch", 1),
    (TableMap, "batch", 2),
    (reading, "_drop_repeated", 2),
    (imports, "digest_file", 1),
    (Snapshots, "keep_file", 1),
    (snapshots, "copy_whole", 1),
    (Writer, "add", 1),
)


@pytest.mark.parametrize(("room", "name", "nth"), STOPS, ids=[f"{name}-{nth}" for _, name, nth in STOPS])
def test_an_interruption_anywhere_before_the_ledger_leaves_nothing_behind_that_counts(
    room: Any, name: str, nth: int, cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(place, project=NEXT)
    before = files(place / "workspace")
    calls, original = 0, getattr(room, name)

    def interrupted(*values: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        result = original(*values, **named)
        if calls == nth:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch:
        patch.setattr(room, name, interrupted)
        result = cli(*words(place, "--json"))
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", WORDS)
    after = files(place / "workspace")
    assert {name: data for name, data in after.items() if name in before} == before
    assert all(name.startswith("snapshots/") for name in after.keys() - before.keys())  # no row names them
    assert not list((place / "workspace").rglob(".*"))
    clean_import_goes_through(cli, place)


def clean_import_goes_through(cli: Cli, place: Path) -> None:
    """The next import is whole and knows the changes since the last whole one."""
    value = json.loads(cli(*words(place, "--json")).stdout)
    assert value["is_new"] is True
    assert value["changes"]["project"] == {
        "before": 2, "after": 3, "added": 1, "removed": 0, "changed": 1,
        "by_property": {"cost_eur": 1, "title": 1}, "not_compared": [],
    }  # fmt: skip
    assert json.loads(cli(*words(place, "--json")).stdout)["is_new"] is False


def test_an_interruption_after_the_ledger_loses_only_what_can_be_made_again(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(place, project=NEXT)

    def interrupted(*_values: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LeadLake, "finish", interrupted)
        assert cli(*words(place)).exit_code == 130
    assert not list((place / "workspace").rglob(".*"))
    told = cli("register", "changes", "towns", "--workspace", place / "workspace", "--json")
    assert json.loads(told.stdout)["project"]["by_property"] == {"cost_eur": 1, "title": 1}
    assert json.loads(cli(*words(place, "--json")).stdout)["is_new"] is False


def test_a_program_killed_in_the_middle_of_an_import_leaves_the_import_before_it(
    cli: Cli, program: Callable[..., Any], place: Path
) -> None:
    before = files(place / "workspace")
    change(place, project=NEXT)
    big = "id,who\n" + "".join(f"{i},City of the number {i}\n" for i in range(300_000))
    change(place, partner=big)
    process = program(*words(place))
    try:
        leads = place / "workspace" / "lake" / "leads"
        end = time.monotonic() + 60
        while not any(draft.stat().st_size > 4 for draft in leads.glob(".draft-*/partner.parquet")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGKILL
    after = files(place / "workspace")
    left = [name for name in after.keys() - before.keys() if not name.startswith("ledger.sqlite-")]  # SQLite's own
    assert left
    assert all(name.startswith("lake/leads/.draft-") for name in left)
    assert {name: after[name] for name in before} == before
    change(place, partner=PARTNERS)
    clean_import_goes_through(cli, place)


# --- Snapshots that are not what they were --------------------------------------------------------------------------


def kept(place: Path, name: str) -> Path:
    (path,) = (place / "workspace" / "snapshots" / "towns").glob(f"*-{name}")
    return path


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_snapshot_that_was_tampered_with_is_told_and_does_not_keep_a_new_list_out(
    how: str, cli: Cli, place: Path
) -> None:
    change(place, project=NEXT)
    shutil.rmtree(place / "workspace" / "lake")
    path = kept(place, "project.csv")
    path.write_text(PROJECTS.replace("1,Lamps", "1,Lights"), encoding="utf-8") if how == "changed" else path.unlink()
    result = cli(*words(place))
    assert result.exit_code == 0, result.output
    assert ("was changed since its import" if how == "changed" else "is missing") in result.stdout
    assert "No comparison" in result.stdout
    assert "Changed in" not in result.stdout


def test_importing_the_old_file_again_heals_its_snapshot(cli: Cli, place: Path) -> None:
    shutil.rmtree(place / "workspace" / "lake")
    good = kept(place, "project.csv").read_bytes()
    kept(place, "project.csv").write_bytes(b"something else")
    assert json.loads(cli(*words(place, "--json")).stdout)["is_new"] is False
    assert kept(place, "project.csv").read_bytes() == good
    change(place, project=NEXT)
    clean_import_goes_through(cli, place)


def test_a_file_that_changes_while_it_is_read_is_not_imported(
    cli: Cli, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(place, project=NEXT)
    original = imports.read_leads

    def read_leads(*values: Any, **named: Any) -> Any:
        done = original(*values, **named)
        change(place, project=NEXT.replace("Dock", "Deck"))
        return done

    monkeypatch.setattr(imports, "read_leads", read_leads)
    result = cli(*words(place))
    assert (result.exit_code, "changed while it was read" in result.stderr) == (2, True)
    monkeypatch.undo()
    book = tables.Ledger.open(next((place / "workspace").glob("*.sqlite*")))
    assert {row["file_name"] for row in book.rows(tables.snapshot)} == {"project.csv", "partner.csv", "register.yml"}
    assert len(book.rows(tables.snapshot)) == 3
    book.close()
    clean_import_goes_through(cli, place)
