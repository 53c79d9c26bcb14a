"""Faulty files of a composite indicator: every fault of all files at once, with its line, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadContent, BadInput, BadUse
from dynapolis.store.composite_files import read_composite

Cli = Callable[..., Any]
SPEC = """\
index: small
columns: {unit: code, groups: [region], denominators: [people]}
nodes:
  - {code: City}
indicators:
  - {code: trees, parent: City, denominator: people}
  - {code: dust, parent: City, direction: -1}
steps:
  - {step: denominate}
  - {step: normalise, method: min_max}
  - {step: aggregate, method: arithmetic}
"""
META = """\
iCode,Type,Parent,Direction,Weight,Denominator
trees,Indicator,City,1,1,people
dust,Indicator,City,-1,1,
City,Aggregate,,1,1,
region,Group,,,,
people,Denominator,,,,
"""
DATA = """\
code,region,people,trees,dust
a,north,10,5,1
b,south,20,6,2
c,south,30,9,4
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., dict[str, Path]]:
    """Writes the three files; a text may be replaced."""

    def make(**texts: str | bytes) -> dict[str, Path]:
        paths = {}
        for name, ending in (("spec", "yml"), ("meta", "csv"), ("data", "csv")):
            if name in texts:
                paths[name] = tmp_path / f"{name}.{ending}"
                text = texts[name]
                paths[name].write_bytes(text if isinstance(text, bytes) else text.encode())
        return paths

    return make


def faults(paths: dict[str, Path]) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BadInput) as caught:
        read_composite(paths["data"], paths.get("meta"), paths.get("spec"))
    assert all(fault.expected and fault.mend for fault in caught.value.faults)
    return [(fault.where, fault.row, fault.column, fault.found) for fault in caught.value.faults]


def test_whole_files_have_no_fault(write: Callable[..., dict[str, Path]]) -> None:
    paths = write(spec=SPEC, data=DATA)
    table, spec = read_composite(paths["data"], spec=paths["spec"])
    assert (table.units, table.codes, spec.index) == (("a", "b", "c"), ("trees", "dust"), "small")


def test_faults_of_specification_and_data_are_told_together(write: Callable[..., dict[str, Path]]) -> None:
    spec = SPEC.replace("direction: -1", "direction: down").replace("parent: City, denominator", "parent: Town, denomi"
                        "nator").replace("method: min_max", "method: minmax")  # fmt: skip
    data = DATA.replace("6,2", "six,2").replace("c,south", "a,south").replace("9,4", '"1,5",4')
    found = faults(write(spec=spec, data=data))
    assert [(where, row) for where, row, _, _ in found] == [
        ("data.csv", 3), ("data.csv", 4), ("data.csv", 4), ("spec.yml", 6), ("spec.yml", 7), ("spec.yml", 10),
    ]  # fmt: skip
    assert [column for _, _, column, _ in found][:3] == ["trees", "code", "trees"]
    assert found[3][2:] == ("indicators.0.parent", "'Town'")


def test_faults_of_metadata_name_line_and_column_of_their_table(write: Callable[..., dict[str, Path]]) -> None:
    meta = (
        META.replace("dust,Indicator,City,-1", "dust,Indicator,Town,0.5")
        .replace("trees,Indicator,City,1,1", "trees,Indicator,City,1,-2")
        .replace("region,Group", "region,Grp")
    )
    found = faults(write(meta=meta, data=DATA.replace("code,", "uCode,")))
    assert [item for item in found if item[0] == "meta.csv"] == [
        ("meta.csv", 2, "Weight", "-2"),
        ("meta.csv", 3, "Direction", "0.5"),
        ("meta.csv", 3, "Parent", "'Town'"),
        ("meta.csv", 5, "Type", "'Grp'"),
    ]


def test_metadata_without_their_columns_are_one_fault_a_column(write: Callable[..., dict[str, Path]]) -> None:
    found = faults(write(meta="Code,Kind,Parent\ntrees,Indicator,City\n", data=DATA))
    assert {(row, column) for where, row, column, _ in found if where == "meta.csv" and row == 1} == {
        (1, "iCode"), (1, "Type"),
    }  # fmt: skip


def test_faults_of_all_three_files_are_told_together(write: Callable[..., dict[str, Path]]) -> None:
    steps = "steps:\n  - {step: normalise, method: goalposts}\n  - {step: aggregate, method: power}\n"
    meta = META.replace("City,Aggregate", "Town,Aggregate")
    found = faults(write(spec=steps, meta=meta, data=DATA.replace("code,", "uCode,").replace(",5,", ",x,")))
    assert {where for where, *_ in found} == {"spec.yml", "meta.csv", "data.csv"}
    assert ("data.csv", 2, "trees", "'x'") in found
    assert ("spec.yml", 3, "steps.1.power", "nothing") in found
    assert any("goalposts without low of trees, dust" in text for *_, text in found)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("5,1", "5", ("data.csv", 2, "", "4 cells")),
        ("5,1", "inf,1", ("data.csv", 2, "trees", "'inf'")),
        ("5,1", "1_000,1", ("data.csv", 2, "trees", "'1_000'")),
        ("5,1", "..,1", ("data.csv", 2, "trees", "'..'")),
        ("a,north,10", "a,north,many", ("data.csv", 2, "people", "'many'")),
        ("b,south", ",south", ("data.csv", 3, "code", "an empty cell")),
        ("region", "trees", ("data.csv", 1, "trees", "the column twice")),
        ("region", "area", ("data.csv", 1, "region", "no such column")),
        ("dust", "fog", ("data.csv", 1, "dust", "no such column")),
        (DATA.split("\n", 1)[1], "", ("data.csv", 0, "", "no rows")),
    ],
)
def test_each_fault_of_the_data_is_told_with_its_line(
    old: str, new: str, expected: tuple[Any, ...], write: Callable[..., dict[str, Path]]
) -> None:
    assert expected in faults(write(spec=SPEC, data=DATA.replace(old, new)))


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ('"1,5"', 'say decimal: ","'),
        ('"1,234,567"', "leave out separators of thousands"),
        ('"12,500"', "leave out separators of thousands"),
        ('"12,500"', 'say decimal: ","'),
        ("1 234", "leave out separators of thousands"),
        ("..", "columns.missing"),
    ],
)
def test_the_advice_fits_the_cell(cell: str, advice: str, write: Callable[..., dict[str, Path]]) -> None:
    paths = write(spec=SPEC, data=DATA.replace("5,1", f"{cell},1"))
    with pytest.raises(BadInput) as caught:
        read_composite(paths["data"], spec=paths["spec"])
    (fault,) = caught.value.faults
    assert advice in fault.mend


def test_a_panel_without_its_column_of_years_is_told_what_it_lacks(write: Callable[..., dict[str, Path]]) -> None:
    data = "code,year,region,people,trees,dust\na,1,n,1,1,1\na,2,n,1,1,1\nb,2,n,1,2,3\nb,,n,1,2,3\n"
    paths = write(spec=SPEC, data=data)
    with pytest.raises(BadInput, match="name the column of years"):
        read_composite(paths["data"], spec=paths["spec"])
    found = faults(write(spec=SPEC.replace("unit: code", "unit: code, time: year"), data=data))
    assert found == [("data.csv", 5, "year", "an empty cell")]
    found = faults(write(spec=SPEC.replace("unit: code", "unit: code, time: month"), data=data))
    assert ("data.csv", 1, "month", "no such column") in found


def test_keys_that_nobody_knows_and_broken_yaml_are_told_with_their_line(
    write: Callable[..., dict[str, Path]],
) -> None:
    spec = SPEC.replace("{step: normalise, method: min_max}", "step: normalise\n    range: [0, 9]\n    methd: min_max")
    found = faults(write(spec=spec, data=DATA))
    assert ("spec.yml", 12, "steps.1.methd", "an unknown key") in found
    assert ("spec.yml", 10, "steps.1.method", "nothing") in found
    assert faults(write(spec=SPEC.replace("nodes:", "nodes: ["), data=DATA))[0][0] == "spec.yml"
    assert ("spec.yml", 1, "", "nothing") in faults(write(spec="", data=DATA))
    twice = faults(write(spec=SPEC + "index: again\n", data=DATA))
    assert ("spec.yml", 12, "index", "the key a second time") in twice


def test_files_that_are_no_text_are_refused(write: Callable[..., dict[str, Path]]) -> None:
    assert faults(write(spec=SPEC, data=b"code,trees\na,\xff\n"))[0][0] == "data.csv"
    assert faults(write(spec=SPEC.encode() + b"# \xff", data=DATA))[0][:2] == ("spec.yml", 12)


def test_an_index_without_tree_or_file_is_bad_use(write: Callable[..., dict[str, Path]], tmp_path: Path) -> None:
    paths = write(data=DATA, spec=SPEC)
    with pytest.raises(BadUse, match=r"--meta .* or --spec"):
        read_composite(paths["data"])
    with pytest.raises(BadUse, match=r"nowhere\.csv"):
        read_composite(tmp_path / "nowhere.csv", spec=paths["spec"])


def test_which_error_it_is_tells_whether_the_data_alone_are_at_fault(write: Callable[..., dict[str, Path]]) -> None:
    bad = DATA.replace(",5,", ",x,")
    paths = write(spec=SPEC, data=bad)
    with pytest.raises(BadInput) as caught:
        read_composite(paths["data"], spec=paths["spec"])
    assert not isinstance(caught.value, BadContent)
    paths = write(spec=SPEC.replace("index: small", "index: ''"), data=bad)
    with pytest.raises(BadContent, match=r"spec\.yml, data\.csv: 2 faults"):
        read_composite(paths["data"], spec=paths["spec"])


@pytest.mark.parametrize(
    ("spec", "data", "more"),
    [
        (SPEC.replace("min_max", "minmax"), DATA, ()),
        (SPEC, DATA.replace(",5,", ",x,"), ()),
        (SPEC, DATA, ("--format", "docx")),
        (SPEC, DATA, ("--unit", "nobody")),
        (SPEC.replace("{step: denominate}", "{step: screen, drop: [z]}"), DATA, ()),
        (SPEC, DATA, ("--sensitivity", "8")),
    ],
)
def test_the_command_ends_with_2_and_writes_nothing(
    spec: str, data: str, more: tuple[str, ...], cli: Cli, write: Callable[..., dict[str, Path]], tmp_path: Path
) -> None:
    paths = write(spec=spec, data=data)
    before = sorted(tmp_path.rglob("*"))
    out = tmp_path / "out"
    done = cli("index", "build", "--data", paths["data"], "--spec", paths["spec"], "--out", out, "--json", *more)
    assert done.exit_code == 2, done.output
    assert set(json.loads(done.stdout)) >= {"error", "message"}
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_with_something_else_in_it_is_left_alone(
    cli: Cli, write: Callable[..., dict[str, Path]], tmp_path: Path
) -> None:
    paths = write(spec=SPEC, data=DATA)
    out = tmp_path / "mine"
    out.mkdir()
    (out / "scores.csv").write_text("my own\n")
    for place in (out, out / "scores.csv"):
        done = cli("index", "build", "--data", paths["data"], "--spec", paths["spec"], "--out", place)
        assert done.exit_code == 2
        assert "name a" in done.stderr and "folder" in done.stderr
    assert [path.read_text() for path in out.iterdir()] == ["my own\n"]
