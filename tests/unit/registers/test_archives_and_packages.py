"""Members of zips, and data packages as folder and as zip."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import Table, list_tables, open_table
from dynapolis.registers.wording import Wording


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def laid(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(path: Path, **layout: Any) -> tuple[Table, list[tuple[str, ...]]]:
    with open_table(path, Layout(**layout)) as table:
        return table, [entry.cells for entry in table.entries]


def refused(path: Path, **layout: Any) -> str:
    with pytest.raises(BadInput) as raised:
        read(path, **layout)
    return "\n".join(str(fault) for fault in raised.value.faults)


def test_the_only_file_of_a_zip_needs_no_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"list.csv": "id\n1\n", "__MACOSX/._list.csv": "x", ".DS_Store": "x"})
    table, rows = read(path)
    assert rows == [("1",)]
    assert ("member", "list.csv") in {(d.what, d.value) for d in table.decisions}


def test_an_unknown_member_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "id\n1\n", "b.csv": "id\n2\n"})
    assert "found no member 'c.csv'; expected one of 'a.csv', 'b.csv'" in refused(path, member="c.csv")
    assert "2 files in the zip: 'a.csv', 'b.csv'" in refused(path)


def test_an_archive_in_an_archive_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"list.csv": "id\n1\n"})
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "inner.zip")
    assert "an archive inside an archive" in refused(tmp_path / "outer.zip")
    assert "an empty zip" in refused(zipped(tmp_path / "none.zip", {}))


def test_a_gzip_inside_a_zip_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("list.csv.gz", gzip.compress(b"id,name\n1,Lab\n"))
    assert read(tmp_path / "a.zip")[1] == [("1", "Lab")]


def test_members_of_one_pattern_are_one_table_and_may_order_their_columns(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"x2.csv": "name,id\nB,2\n", "x1.csv": "id,name\n1,A\n", "y.csv": "z\n9\n"})
    table, rows = read(path, member="x*.csv")
    assert table.header == ("_member", "id", "name")
    assert rows == [("x1.csv", "1", "A"), ("x2.csv", "2", "B")]


def test_members_of_other_columns_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"x1.csv": "id,name\n1,A\n", "x2.csv": "id,title\n1,A\n"})
    assert "other columns than in a.zip, x1.csv (without ['name'], with ['title'])" in refused(path, member="x*")


def test_json_members_of_one_pattern_share_one_header(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"d1.js": '[{"a": 1}]', "d2.js": '[{"b": 2}, {"a": 3}]'})
    table, rows = read(path, member="d*.js")
    assert table.header == ("_member", "a", "b")
    assert rows == [("d1.js", "1", ""), ("d2.js", "", "2"), ("d2.js", "3", "")]


PACKAGE = {
    "resources": [
        {
            "name": "labs",
            "path": ["data/labs1.csv", "data/labs2.csv"],
            "encoding": "utf-8",
            "dialect": {"delimiter": "|", "header": True},
            "schema": {"fields": [{"name": "id"}, {"name": "name"}], "missingValues": ["", "n/a"]},
        },
        {"name": "bare", "path": "bare.csv", "dialect": {"header": False}, "schema": "schema.json"},
        {"name": "inline", "data": [{"id": 1}]},
        {"name": "odd", "path": "bare.csv", "dialect": {"escapeChar": "\\"}},
        {"name": "away", "path": "../secret.csv"},
        {"name": "web", "path": "https://example.org/list.csv"},
        {"name": "gone", "path": "gone.csv"},
    ]
}
FILES = {
    "datapackage.json": json.dumps(PACKAGE),
    "data/labs1.csv": "id|name\n1|Lab\n",
    "data/labs2.csv": "id|name\n2|n/a\n",
    "bare.csv": "1,Seoul\n",
    "schema.json": json.dumps({"fields": [{"name": "no"}, {"name": "city"}]}),
}


def package(tmp_path: Path, form: str) -> Path:
    laid(tmp_path, {"secret.csv": "id\n1\n"})
    if form == "zip":
        return zipped(tmp_path / "p.zip", FILES)
    if form == "zip with a folder":
        return zipped(tmp_path / "p.zip", {f"p-1.0/{name}": text for name, text in FILES.items()})
    folder = laid(tmp_path / "p", FILES)
    return folder if form == "folder" else folder / "datapackage.json"


@pytest.mark.parametrize("form", ["folder", "descriptor", "zip", "zip with a folder"])
def test_a_data_package_is_read_by_its_descriptor(tmp_path: Path, form: str) -> None:
    path = package(tmp_path, form)
    assert list_tables(path) == ("labs", "bare", "inline", "odd", "away", "web", "gone")
    table, rows = read(path, member="labs")
    assert table.header == ("id", "name")
    assert rows == [("1", "Lab"), ("2", "n/a")]
    decisions = {d.what: d.value for d in table.decisions}
    assert decisions["delimiter"] == "pipe"
    assert decisions["missing_values"] == ("n/a",)
    assert read(path, member="bare")[0].header == ("no", "city")
    assert "7 resources" in refused(path)
    assert "no resource 'lab'; expected one of 'labs'" in refused(path, member="lab")
    assert "resource 'inline' without a path" in refused(path, member="inline")
    assert "dialect escapeChar" in refused(path, member="odd")
    assert "a path inside the package" in refused(path, member="away")
    assert "a path inside the package" in refused(path, member="web")
    assert "no file 'gone.csv'" in refused(path, member="gone")


def test_a_link_that_leads_out_of_a_package_is_not_followed(tmp_path: Path) -> None:
    descriptor = json.dumps({"resources": [{"name": "a", "path": "link.csv"}]})
    folder = laid(tmp_path / "p", {"datapackage.json": descriptor})
    laid(tmp_path, {"secret.csv": "id\n1\n"})
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert "no file 'link.csv'" in refused(folder)


def test_what_a_person_says_goes_before_the_descriptor(tmp_path: Path) -> None:
    table, _ = read(package(tmp_path, "folder"), member="labs", delimiter=",")
    assert table.header == ("id|name",)


def test_a_schema_that_names_other_columns_is_told(tmp_path: Path) -> None:
    resource = {"name": "a", "path": "a.csv", "schema": {"fields": [{"name": "id"}, {"name": "nom"}]}}
    folder = laid(
        tmp_path / "p", {"datapackage.json": json.dumps({"resources": [resource]}), "a.csv": "id,name\n1,x\n"}
    )
    table, _ = read(folder)
    told = Wording("decision.why.own_header", {"n": 2, "missing": ("nom",), "more": ("name",)})
    assert told == next(d.why for d in table.decisions if d.what == "header")


def test_a_folder_without_a_descriptor_is_refused(tmp_path: Path) -> None:
    assert "no datapackage.json" in refused(tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no readable file" in refused(tmp_path / "none.csv")
