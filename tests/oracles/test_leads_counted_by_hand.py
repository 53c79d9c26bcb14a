"""Imports of leads and of initiatives, and what changed between them, counted by hand.

Two invented exports of one publisher, a year apart. Between them project 2 was renamed and got dearer, 3 lost its
country, 4 is gone and 5 and 6 are new; of the partners one is gone.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from dynapolis.leads.imports import lead_lake, lead_tables
from dynapolis.store import ledger as tables
from dynapolis.store.snapshots import lead_imports
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

Cli = Callable[..., Any]

DESCRIPTION = """\
name: towns
holds: leads
title: {en: Invented towns, ko: 지어낸 도시}
publisher: {name: nobody, official: false}
licence: {name: CC BY-NC 4.0, terms: non_commercial, checked: "2026-11-26", note: {en: Invented., ko: 지어낸 자료}}
date: "2026-11-26"
languages: [en]
convenience_sample: true
does_not_measure: {en: Anything real., ko: 실제의 어떤 것도 나타내지 않는다.}
tables:
  - name: project
    holds: project
    files: [project.csv]
    key: [id]
    fields:
      id: {property: project_id, required: true}
      name: title
      country: country
      cost: cost_eur
      budget: {property: contribution_eur, optional: true}
    ignore: {phone: private}
    expect: {min_records: 1}
  - name: partner
    holds: participation
    files: [partner.csv]
    optional: true
    key: [id, who]
    fields: {id: project_id, who: organisation_name, town: town}
    expect: {min_records: 1}
"""
PROJECTS_2024 = b"id,name,country,cost,phone\n1,Lamps,NA,1,5\n2,Bus,KR,2,5\n3,Quay,AT,3,5\n4,Yard,DK,,5\n"
PARTNERS_2024 = "id,who,town\n1,City,Windhoek\n2,City,서울\n2,Firm,부산\n".encode()
PROJECTS_2025 = (
    b"id,name,country,cost,phone\n6,Dock,NL,6,7\n1,Lamps,NA,1,7\n2,Bus Trial,KR,2.5,7\n3,Quay,,3,7\n5,Eaves,SE,5,7\n"
)
PARTNERS_2025 = "id,who,town\n2,City,서울\n1,City,Windhoek\n".encode()


def make_workspace(cli: Cli, folder: Path) -> Workspace:
    """A workspace with the invented register."""
    assert cli("init", folder).exit_code == 0
    own = folder / "registers" / "towns"
    own.mkdir(parents=True)
    (own / "register.yml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / SETTINGS).write_text('[content]\nregisters = "registers"\n', encoding="utf-8")
    return open_workspace(folder)


@pytest.fixture
def workspace(cli: Cli, tmp_path: Path) -> Workspace:
    return make_workspace(cli, tmp_path / "workspace")


def put(folder: Path, project: bytes, partner: bytes | None = None) -> Path:
    folder.mkdir()
    (folder / "project.csv").write_bytes(project)
    if partner is not None:
        (folder / "partner.csv").write_bytes(partner)
    return folder


@pytest.fixture
def exports(tmp_path: Path) -> tuple[Path, Path]:
    return put(tmp_path / "2024", PROJECTS_2024, PARTNERS_2024), put(tmp_path / "2025", PROJECTS_2025, PARTNERS_2025)


def bring(cli: Cli, workspace: Workspace, given: Path, *more: str | Path) -> dict[str, Any]:
    """An import that succeeds, as the JSON value it prints."""
    result = cli("import", given, "--register", "towns", "--workspace", workspace.folder, "--json", *more)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def counts(value: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """By table: read, kept, refused."""
    return {t["table"]: (t["n_read"], t["n_kept"], t["n_refused"]) for t in value["tables"]}


EXPECTED = {
    "project": {
        "before": 4, "after": 5, "added": 2, "removed": 1, "changed": 2,
        "by_property": {"cost_eur": 1, "country": 1, "title": 1}, "not_compared": [],
    },
    "partner": {"before": 3, "after": 2, "added": 0, "removed": 1, "changed": 0, "by_property": {}, "not_compared": []},
}  # fmt: skip
ROWS = [
    ["partner", "2 | Firm", "removed", "", "", ""],
    ["project", "2", "changed", "cost_eur", "2.0", "2.5"],
    ["project", "2", "changed", "title", "Bus", "Bus Trial"],
    ["project", "3", "changed", "country", "AT", ""],
    ["project", "4", "removed", "", "", ""],
    ["project", "5", "added", "", "", ""],
    ["project", "6", "added", "", "", ""],
]


def test_the_first_import_keeps_the_files_byte_for_byte_under_their_hash(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    done = bring(cli, workspace, exports[0])
    assert counts(done) == {"project": (4, 4, 0), "partner": (3, 3, 0)}
    assert (done["is_new"], done["changes"], done["holds"], done["published"]) == (True, {}, "leads", False)
    assert done["files"] == {"project": "project.csv", "partner": "partner.csv", "register.yml": "register.yml"}
    kept = {path.name: path.read_bytes() for path in (workspace.snapshots.folder / "towns").iterdir()}
    expected = {"project.csv": PROJECTS_2024, "partner.csv": PARTNERS_2024, "register.yml": DESCRIPTION.encode()}
    assert kept == {f"{hashlib.sha256(d).hexdigest()[:16]}-{n}": d for n, d in expected.items()}
    book = workspace.open_ledger()
    rows = [row for row in book.rows(tables.snapshot) if row["register"] == "towns"]
    book.close()
    assert {(row["file_role"], row["snapshot_id"], row["n_bytes"]) for row in rows} == {
        (n.removesuffix(".csv"), hashlib.sha256(d).hexdigest(), len(d)) for n, d in expected.items()
    }
    assert {(row["holds"], row["licence"]) for row in rows} == {("leads", "CC BY-NC 4.0")}


def test_the_same_files_again_are_nothing_new(cli: Cli, workspace: Workspace, exports: tuple[Path, Path]) -> None:
    bring(cli, workspace, exports[0])
    before = {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}
    for given in (exports[0], exports[0] / "project.csv", exports[0] / "partner.csv"):
        again = bring(cli, workspace, given)
        assert (again["is_new"], again["changes"]) == (False, {})
        assert counts(again) == {"project": (4, 4, 0), "partner": (3, 3, 0)}
    assert {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()} == before


def told_in_csv(cli: Cli, workspace: Workspace, *more: str) -> list[list[str]]:
    out = workspace.folder / "changes.csv"
    result = cli("register", "changes", "towns", "--workspace", workspace.folder, "--out", out, *more)
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["table", "record_id", "source_id", "change", "property", "before", "after"]
    return sorted([row[0], *row[2:]] for row in rows)


def test_a_later_export_gives_the_changes_counted_by_hand(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    bring(cli, workspace, exports[0])
    done = bring(cli, workspace, exports[1])
    assert counts(done) == {"project": (5, 5, 0), "partner": (2, 2, 0)}
    assert (done["is_new"], done["changes"]) == (True, EXPECTED)
    assert told_in_csv(cli, workspace) == ROWS
    shown = cli("register", "changes", "towns", "--workspace", workspace.folder, "--json")
    assert (json.loads(shown.stdout), shown.stderr) == (EXPECTED, "")


@pytest.mark.parametrize("deleted", ["all", "what the first import made"])
def test_the_changes_are_the_same_when_the_old_tables_have_to_be_read_again(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path], deleted: str
) -> None:
    bring(cli, workspace, exports[0])
    shutil.rmtree(workspace.folder / "lake")
    assert bring(cli, workspace, exports[1])["changes"] == EXPECTED
    if deleted == "all":
        shutil.rmtree(workspace.folder / "lake")
    assert told_in_csv(cli, workspace) == ROWS
    shutil.rmtree(exports[0])
    shutil.rmtree(exports[1])
    assert told_in_csv(cli, workspace) == ROWS


def test_going_back_to_an_older_export_undoes_every_change(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    for given in exports:
        bring(cli, workspace, given)
    back = bring(cli, workspace, exports[0])
    project = back["changes"]["project"]
    assert (back["is_new"], project["added"], project["removed"], project["changed"]) == (True, 1, 2, 2)
    assert project["by_property"] == EXPECTED["project"]["by_property"]
    undone = {"added": "removed", "removed": "added", "changed": "changed"}
    mirrored = [[t, s, undone[c], p, after, before] for t, s, c, p, before, after in ROWS]
    assert told_in_csv(cli, workspace) == sorted(mirrored)
    assert told_in_csv(cli, workspace, "--back", "2") == []
    short = cli("register", "changes", "towns", "--workspace", workspace.folder, "--back", "3")
    assert (short.exit_code, "has 3 imports" in short.stderr) == (2, True)


def test_a_comparison_needs_two_imports(cli: Cli, workspace: Workspace, exports: tuple[Path, Path]) -> None:
    told = cli("register", "changes", "towns", "--workspace", workspace.folder)
    assert (told.exit_code, "0 imports" in told.stderr) == (2, True)
    bring(cli, workspace, exports[0])
    told = cli("register", "changes", "towns", "--workspace", workspace.folder)
    assert (told.exit_code, "has 1 import in" in told.stderr) == (2, True)


def test_a_better_description_of_the_same_file_shows_as_changed_properties(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    bring(cli, workspace, exports[0])
    description = workspace.content.registers / "towns" / "register.yml"
    better = DESCRIPTION.replace("name: title", "name: acronym").replace(
        "country: country", 'country: {property: country, missing: ["NA"]}'
    )
    description.write_text(better, encoding="utf-8")
    done = bring(cli, workspace, exports[0])["changes"]
    assert done["project"] == {
        "before": 4, "after": 4, "added": 0, "removed": 0, "changed": 1,
        "by_property": {"country": 1}, "not_compared": ["acronym", "title"],
    }  # fmt: skip
    assert done["partner"]["changed"] == 0


def test_a_column_that_comes_up_later_is_compared_as_empty_before(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    bring(cli, workspace, exports[0])
    wider = PROJECTS_2024.replace(b"phone\n", b"phone,budget\n").replace(b",5\n", b",5,9\n")
    done = bring(cli, workspace, put(workspace.folder.parent / "wider", wider, PARTNERS_2024))
    assert done["changes"]["project"]["by_property"] == {"contribution_eur": 4}
    assert done["changes"]["project"]["not_compared"] == []


# --- Other wrappings of the same lists ------------------------------------------------------------------------------


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"csv/{name}.csv", data)
    return path


def test_a_zip_gives_what_its_files_give(cli: Cli, workspace: Workspace, tmp_path: Path) -> None:
    first = bring(cli, workspace, zipped(tmp_path / "2024.zip", project=PROJECTS_2024, partner=PARTNERS_2024))
    assert counts(first) == {"project": (4, 4, 0), "partner": (3, 3, 0)}
    assert first["files"]["archive"] == "2024.zip"
    second = zipped(tmp_path / "2025.zip", project=PROJECTS_2025, partner=PARTNERS_2025)
    assert bring(cli, workspace, second)["changes"] == EXPECTED
    shutil.rmtree(workspace.folder / "lake")
    assert told_in_csv(cli, workspace) == ROWS


def test_one_table_may_lie_in_a_zip_and_the_other_be_named(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path], tmp_path: Path
) -> None:
    for year, project in (("2024", PROJECTS_2024), ("2025", PROJECTS_2025)):
        archive = zipped(tmp_path / f"{year}.zip", project=project)
        done = bring(cli, workspace, archive, "--file", f"partner={tmp_path / year / 'partner.csv'}")
    assert done["changes"] == EXPECTED
    shutil.rmtree(workspace.folder / "lake")
    assert told_in_csv(cli, workspace) == ROWS


def packaged(folder: Path, export: Path) -> Path:
    shutil.copytree(export, folder / "data")
    resources = [{"name": name, "path": f"data/{name}.csv"} for name in ("project", "partner")]
    (folder / "datapackage.json").write_text(json.dumps({"name": "towns", "resources": resources}), encoding="utf-8")
    return folder


def test_a_data_package_is_kept_as_one_file_from_its_folder_its_descriptor_or_its_zip(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path], tmp_path: Path
) -> None:
    description = workspace.content.registers / "towns" / "register.yml"
    text = DESCRIPTION.replace("[project.csv]", "[project, project.csv]").replace("[partner.csv]", "[partner]")
    description.write_text(text, encoding="utf-8")
    packages = [packaged(tmp_path / year / "package", tmp_path / year) for year in ("2024", "2025")]
    first = bring(cli, workspace, packages[0])
    assert counts(first) == {"project": (4, 4, 0), "partner": (3, 3, 0)}
    assert first["files"]["archive"] == "package.zip"
    assert bring(cli, workspace, packages[0] / "datapackage.json")["is_new"] is False
    shutil.make_archive(str(tmp_path / "second"), "zip", packages[1])
    assert bring(cli, workspace, tmp_path / "second.zip")["changes"] == EXPECTED
    shutil.rmtree(packages[0])
    shutil.rmtree(workspace.folder / "lake")
    assert told_in_csv(cli, workspace) == ROWS


def workbook(path: Path, **sheets: bytes) -> Path:
    """A plain workbook of text cells, written by hand."""
    from xml.sax.saxutils import escape, quoteattr

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = list(sheets)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    book = "".join(f'<sheet name={quoteattr(s)} sheetId="{n}" r:id="r{n}"/>' for n, s in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{rel}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{links}</Relationships>',
    }
    for number, data in enumerate(sheets.values(), start=1):
        rows = "".join(
            f'<row r="{r}">'
            + "".join(
                f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                for c, cell in enumerate(row)
            )
            + "</row>"
            for r, row in enumerate(csv.reader(data.decode().splitlines()), start=1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    path.write_bytes(out.getvalue())
    return path


def test_two_sheets_of_a_workbook_are_two_tables(cli: Cli, workspace: Workspace, tmp_path: Path) -> None:
    description = workspace.content.registers / "towns" / "register.yml"
    text = DESCRIPTION.replace("files: [project.csv]", "files: [towns*.xlsx]\n    layout: {sheet: 사업}")
    text = text.replace("files: [partner.csv]", "files: [towns*.xlsx]\n    layout: {sheet: 기관}")
    description.write_text(text, encoding="utf-8")
    first = bring(cli, workspace, workbook(tmp_path / "towns-1.xlsx", 사업=PROJECTS_2024, 기관=PARTNERS_2024))
    assert counts(first) == {"project": (4, 4, 0), "partner": (3, 3, 0)}
    second = workbook(tmp_path / "towns-2.xlsx", 사업=PROJECTS_2025, 기관=PARTNERS_2025)
    assert bring(cli, workspace, second)["changes"] == EXPECTED
    shutil.rmtree(workspace.folder / "lake")
    assert told_in_csv(cli, workspace) == ROWS


# --- Leads are not evidence -----------------------------------------------------------------------------------------


def test_leads_change_nothing_in_an_edition(
    fictional: Callable[..., Workspace], cli: Cli, exports: tuple[Path, Path], tmp_path: Path
) -> None:
    made = []
    for name in ("without", "with"):
        workspace = fictional(tmp_path / name)
        if name == "with":
            own = workspace.content.registers / "towns"
            own.mkdir()
            (own / "register.yml").write_text(DESCRIPTION, encoding="utf-8")
            bring(cli, workspace, exports[0])
        ran = cli("run", "--workspace", workspace.folder, "--json")
        assert ran.exit_code == 0, ran.output
        (edition,) = workspace.editions.iterdir()
        files = {p.name: p.read_bytes() for p in edition.rglob("*") if p.is_file()}
        told = {key: value for key, value in json.loads(ran.stdout).items() if key != "folder"}
        made.append((edition.name, files, told))
    assert made[0] == made[1]


def test_the_kept_import_can_be_read_from_the_library(
    cli: Cli, workspace: Workspace, exports: tuple[Path, Path]
) -> None:
    import pyarrow.parquet as pq

    for given in exports:
        bring(cli, workspace, given)
    book = workspace.open_ledger()
    imports = lead_imports(book)["towns"]
    book.close()
    titles = [
        pq.read_table(lead_tables(workspace, "towns", files)["project"])["title"].to_pylist() for files in imports
    ]
    assert titles == [["Lamps", "Bus", "Quay", "Yard"], ["Dock", "Lamps", "Bus Trial", "Quay", "Eaves"]]
    assert len(list((lead_lake(workspace).folder / "towns").iterdir())) == 2


# --- Registers of initiatives ---------------------------------------------------------------------------------------


def test_a_changed_register_of_initiatives_tells_its_changes_by_property(
    fictional: Callable[..., Workspace], cli: Cli, tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    listed = workspace.folder / "own" / "list.csv"
    words = ("import", listed, "--register", "fictional", "--workspace", workspace.folder, "--json")
    assert json.loads(cli(*words).stdout)["changes"] == {}
    with listed.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    place = {name: number for number, name in enumerate(header)}
    rows[0][place["name"]] = "Aldern Bus Test"
    rows[0][place["end_year"]] = "2022"
    rows[1][place["partners"]] = "City of Aldern; Volt"
    gone = rows.pop()
    rows.append([*gone])
    rows[-1][place["id"]] = "b99"
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    codes = workspace.folder / "own" / "codes.csv"
    text = codes.read_text(encoding="utf-8")
    codes.write_text(text.replace(f"\n{gone[place['id']]},", "\nb99,"), encoding="utf-8")
    result = cli(*words)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["changes"] == {
        "initiative": {
            "before": 12, "after": 12, "added": 1, "removed": 1, "changed": 2,
            "by_property": {"end_year": 1, "name": 1, "partners": 1}, "not_compared": [],
        }
    }  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read as Linux counts it")
def test_the_peak_of_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    """Ten times the entries may need at most a third more memory: 300,000 against 30,000."""
    import os
    import subprocess

    import dynapolis

    code = """
import resource, sys
from pathlib import Path
from dynapolis.registers.leads.reading import read_leads
from dynapolis.registers.leads.sources import Source
from dynapolis.model.correction import Corrections
from dynapolis.store.register_files import read_lead_register, read_lead_vocabulary
description, listed, out = map(Path, sys.argv[1:])
out.mkdir()
sources = {"project": Source("project", listed)}
(report,) = read_leads(read_lead_register(description), sources, Corrections(), read_lead_vocabulary(), out)
print(report.n_kept, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    (tmp_path / "register.yml").write_text(DESCRIPTION, encoding="utf-8")
    peaks = []
    for n in (30_000, 300_000):
        listed = tmp_path / f"{n}.csv"
        rows = (f"{i},Project of the number {i},KR,{i}.5,\n" for i in range(n))
        listed.write_text("id,name,country,cost,phone\n" + "".join(rows), encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(Path(dynapolis.__file__).parents[1])}
        words = [sys.executable, "-c", code, str(tmp_path / "register.yml"), str(listed), str(tmp_path / str(n))]
        done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True, timeout=120)
        kept, peak = map(int, done.stdout.split())
        assert kept == n
        peaks.append(peak)
    assert peaks[1] < 1.33 * peaks[0], peaks
