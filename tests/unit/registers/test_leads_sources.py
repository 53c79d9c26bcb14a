"""Which file holds which table: one file, companions, folder, zip, workbook, data package, or as a person says."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadInput, BadUse
from dynapolis.model.lead import LeadRegister
from dynapolis.registers.leads.package import pack_package
from dynapolis.registers.leads.sources import ARCHIVE, find_sources

TEXT = {"en": "Invented", "ko": "지어냄"}
HEAD: dict[str, Any] = {
    "name": "tiny", "holds": "leads", "title": TEXT, "publisher": {"name": "nobody", "official": False},
    "licence": {"name": "MIT", "terms": "open", "checked": "2026-11-26", "note": TEXT}, "date": "2026-11-26",
    "languages": ["en"], "convenience_sample": True, "does_not_measure": TEXT,
}  # fmt: skip


def register(**files: list[str] | tuple[str, ...]) -> LeadRegister:
    """Tables by name with the patterns of their files; a table given as a tuple is optional."""
    tables = [
        {"name": name, "holds": "project", "files": list(names), "optional": isinstance(names, tuple), "key": ["id"],
         "fields": {"id": "project_id"}, "expect": {"min_records": 1}}
        for name, names in files.items()
    ]  # fmt: skip
    return LeadRegister.model_validate({**HEAD, "tables": tables})


TWO = register(project=["project*.csv", "projects.json"], partner=["partner.csv"])


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("id\n1\n", encoding="utf-8")


def pack(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "id\n1\n")
    return path


def found(
    register: LeadRegister, given: Path, called: str | None = None, **named: Path
) -> dict[str, tuple[str, str, str | None]]:
    """By table: role, file name and member."""
    sources = find_sources(register, given, named, called)
    return {table: (source.role, source.path.name, source.member) for table, source in sources.items()}


def refused(register: LeadRegister, given: Path, **named: Path) -> str:
    with pytest.raises(BadUse) as caught:
        find_sources(register, given, named)
    return str(caught.value)


def test_a_file_brings_the_others_that_lie_beside_it(tmp_path: Path) -> None:
    put(tmp_path, "project.csv", "partner.csv", "other.csv", "notes.txt")
    expected = {"project": ("project", "project.csv", None), "partner": ("partner", "partner.csv", None)}
    assert found(TWO, tmp_path / "project.csv") == expected
    assert found(TWO, tmp_path / "partner.csv") == expected
    assert found(TWO, tmp_path) == expected


def test_of_several_versions_beside_each_other_the_given_one_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "project-2024.csv", "project-2025.csv", "partner.csv")
    assert found(TWO, tmp_path / "project-2025.csv")["project"] == ("project", "project-2025.csv", None)
    told = refused(TWO, tmp_path)
    assert "project-2024.csv, project-2025.csv" in told
    assert "--file project=PATH" in told


def test_names_fit_in_any_case_and_compressed(tmp_path: Path) -> None:
    (tmp_path / "PROJECT_List.CSV.GZ").write_bytes(gzip.compress(b"id\n1\n"))
    put(tmp_path, "Partner.csv")
    assert set(found(TWO, tmp_path)) == {"project", "partner"}


def test_the_first_pattern_for_which_there_is_a_file_wins(tmp_path: Path) -> None:
    put(tmp_path, "projects.json", "partner.csv")
    assert found(TWO, tmp_path)["project"][1] == "projects.json"
    put(tmp_path, "project.csv")
    assert found(TWO, tmp_path)["project"][1] == "project.csv"


def test_a_zip_is_one_file_with_members_in_whatever_folder(tmp_path: Path) -> None:
    path = pack(tmp_path / "all.zip", "csv/partner.csv", "readme.txt", "csv/project.csv")
    assert found(TWO, path) == {
        "project": (ARCHIVE, "all.zip", "csv/project.csv"), "partner": (ARCHIVE, "all.zip", "csv/partner.csv"),
    }  # fmt: skip
    told = refused(TWO, pack(tmp_path / "double.zip", "a/project.csv", "b/project.csv", "partner.csv"))
    assert "a/project.csv, b/project.csv" in told


def test_a_workbook_that_holds_several_tables_is_one_file(tmp_path: Path) -> None:
    path = pack(tmp_path / "book.xlsx", "[Content_Types].xml", "xl/workbook.xml")
    both = register(project=["book.xlsx"], partner=["book.xlsx"])
    assert found(both, path) == {"project": (ARCHIVE, "book.xlsx", None), "partner": (ARCHIVE, "book.xlsx", None)}
    copy = path.rename(tmp_path / "0123456789abcdef-book.xlsx")
    assert found(both, copy, called="book.xlsx")["partner"] == (ARCHIVE, copy.name, None)


def test_a_file_of_another_name_is_taken_for_the_first_table_that_was_not_named(tmp_path: Path) -> None:
    put(tmp_path, "download.csv", "x.csv")
    one = register(project=["project.csv"])
    assert found(one, tmp_path / "download.csv") == {"project": ("project", "download.csv", None)}
    assert "no file for table 'partner'" in refused(TWO, tmp_path / "download.csv")
    assert found(TWO, tmp_path / "download.csv", project=tmp_path / "x.csv") == {
        "project": ("project", "x.csv", None), "partner": ("partner", "download.csv", None),
    }  # fmt: skip


def test_what_a_person_names_goes_before_what_is_found(tmp_path: Path) -> None:
    put(tmp_path, "project.csv", "partner.csv", "mine/my.csv")
    assert found(TWO, tmp_path, partner=tmp_path / "mine/my.csv")["partner"] == ("partner", "my.csv", None)
    archive = pack(tmp_path / "all.zip", "project.csv", "partner.csv")
    assert found(TWO, archive, partner=tmp_path / "mine/my.csv") == {
        "project": (ARCHIVE, "all.zip", "project.csv"), "partner": ("partner", "my.csv", None),
    }  # fmt: skip


def test_an_optional_table_may_be_absent_and_is_taken_where_it_is(tmp_path: Path) -> None:
    loose = register(project=["project.csv"], link=("link.csv",))
    put(tmp_path, "project.csv")
    assert set(found(loose, tmp_path)) == set(found(loose, tmp_path / "project.csv")) == {"project"}
    put(tmp_path, "link.csv")
    assert set(found(loose, tmp_path)) == set(found(loose, tmp_path / "project.csv")) == {"project", "link"}


def test_nothing_found_is_told_with_what_was_looked_for(tmp_path: Path) -> None:
    told = refused(TWO, tmp_path)
    assert "looked for project*.csv, projects.json" in told
    assert "--file partner=PATH" in told
    assert "holds none of the tables" in refused(register(link=("link.csv",)), tmp_path)
    assert "is not there" in refused(TWO, tmp_path / "gone.csv")


def test_names_of_no_table_and_files_that_are_not_there_are_told_at_once(tmp_path: Path) -> None:
    told = refused(TWO, tmp_path / "gone", partners=tmp_path / "x.csv", project=tmp_path)
    assert "no table 'partners' (known: project, partner)" in told
    assert "x.csv is not a file" in told
    assert f"{tmp_path} is not a file" in told
    assert "gone is not there" in told


def test_a_file_that_would_be_used_for_nothing_is_told(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "b.csv", "c.csv")
    named = {"project": tmp_path / "a.csv", "partner": tmp_path / "b.csv"}
    assert "c.csv is not used" in refused(TWO, tmp_path / "c.csv", **named)
    assert set(found(TWO, tmp_path / "a.csv", **named)) == set(named)


# --- Data packages --------------------------------------------------------------------------------------------------


def describe(folder: Path, *paths: Any) -> Path:
    resources = [{"name": f"r{number}", "path": path} for number, path in enumerate(paths)]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    return folder / "datapackage.json"


def test_a_package_is_packed_whole_and_always_into_the_same_bytes(tmp_path: Path) -> None:
    put(tmp_path, "data/a.csv", "b.csv", "not named.csv")
    descriptor = describe(tmp_path, "data/a.csv", ["b.csv", "data/a.csv"])
    first = pack_package(descriptor, tmp_path / "1.zip").read_bytes()
    (tmp_path / "b.csv").touch()
    assert pack_package(descriptor, tmp_path / "2.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.namelist() == ["datapackage.json", "data/a.csv", "b.csv"]
        assert archive.read("b.csv") == b"id\n1\n"


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/hostname", "data/../../secret.csv", "https://example.org/a.csv"]
)
def test_a_package_that_names_a_file_outside_its_folder_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.csv").write_text("id\n1\n", encoding="utf-8")
    folder = tmp_path / "package"
    folder.mkdir()
    with pytest.raises(BadInput) as caught:
        pack_package(describe(folder, path, "gone.csv"), tmp_path / "out.zip")
    assert len(caught.value.faults) == 2
    assert not (tmp_path / "out.zip").exists()


def test_a_link_out_of_the_folder_is_a_file_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id\n1\n", encoding="utf-8")
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BadInput, match="a file inside the folder"):
        pack_package(describe(folder, "a.csv"), tmp_path / "out.zip")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"resources": 7}', '{"resources": ["a.csv"]}', "no json", "\xff"])
def test_a_descriptor_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "datapackage.json").write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match="no data package"):
        pack_package(tmp_path / "datapackage.json", tmp_path / "out.zip")
