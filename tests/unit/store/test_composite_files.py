"""A composite indicator from its files: our own form, COINr's, and both together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dynapolis.cli.index_files import read_any
from dynapolis.model.composite import CompositeSpec
from dynapolis.store.composite_files import read_composite, unused_columns
from dynapolis.store.composite_rows import Rows, read_csv
from dynapolis.store.table_files import write_tables

META = """\
iCode,Type,Parent,Direction,Weight,iName,Unit,Target,Denominator,goalpost_lower,goalpost_upper,Level
trees,Indicator,City,1,0.5,Trees,n,9,people,1,8,1
dust,Indicator,City,-1,1,Fine dust,g,NA,,,,1
City,Aggregate,,1,1,A good city,,,,,,2
region,Group,,,,,,,,,,
people,Denominator,,,,,,,,,,
remark,Other,,,,,,,,,,
"""
DATA = """\
uCode,uName,region,Time,people,trees,dust,remark
a,Alba,north,2021,10,5,1.5,x
b,,NA,2021,20,NA,2,
a,Alba,north,2022,10,,1e1,x
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


def test_the_tables_of_coinr_are_read_as_they_are(write: Write) -> None:
    table, spec = read_composite(write("data.csv", DATA), write("meta.csv", META))
    assert table.units == ("a", "b", "a")
    assert table.names == ("Alba", "b", "Alba")
    assert table.times == ("2021", "2021", "2022")
    assert table.groups == {"region": ("north", "", "north")}
    assert table.codes == ("trees", "dust")
    np.testing.assert_array_equal(table.values, [[5, 1.5], [np.nan, 2], [np.nan, 10]])
    assert table.denominators["people"].tolist() == [10, 20, 10]
    trees, dust = spec.indicators
    assert (trees.weight, trees.target, trees.low, trees.high) == (0.5, 9, 1, 8)
    assert (trees.name, trees.unit, trees.denominator, trees.direction) == ("Trees", "n", "people", 1)
    assert (dust.direction, dust.target, dust.denominator, dust.low) == (-1, None, None, None)
    assert [(node.code, node.name, node.parent) for node in spec.nodes] == [("City", "A good city", None)]
    columns = spec.columns
    assert (columns.unit, columns.name, columns.time) == ("uCode", "uName", "Time")
    assert (columns.groups, columns.denominators) == (("region",), ("people",))
    assert unused_columns(read_csv(write("data.csv", DATA)).header, spec) == ("remark",)


def test_without_names_and_years_there_are_none(write: Write) -> None:
    data = "uCode,region,people,trees,dust\na,n,1,2,3\nb,n,1,3,3\n"
    table, spec = read_composite(write("data.csv", data), write("meta.csv", META))
    assert (table.names, table.times, table.is_panel) == (("a", "b"), (), False)
    assert (spec.columns.name, spec.columns.time) == (None, None)


def test_without_a_specification_the_usual_steps_are_taken(write: Write) -> None:
    _, spec = read_composite(write("data.csv", DATA), write("meta.csv", META))
    assert [step.step for step in spec.steps] == ["denominate", "treat", "normalise", "aggregate"]
    _, spec = read_composite(write("data.csv", DATA), write("meta.csv", META.replace(",9,people,", ",9,,")))
    assert [step.step for step in spec.steps] == ["treat", "normalise", "aggregate"]
    assert spec.index == "meta"


def test_what_the_specification_says_goes_before_the_metadata(write: Write) -> None:
    said = """\
index: mine
columns: {time: null, missing: [":"]}
nodes:
  - {code: City, name: {en: A city, ko: 도시}}
steps:
  - {step: normalise, method: rank}
  - {step: aggregate, method: geometric}
"""
    data = DATA.replace("a,Alba,north,2022", "c,Cole,north,2022").replace("1e1", ":")
    table, spec = read_composite(write("data.csv", data), write("meta.csv", META), write("spec.yml", said))
    assert (spec.index, [step.step for step in spec.steps]) == ("mine", ["normalise", "aggregate"])
    assert (table.times, spec.columns.groups) == ((), ("region",))
    assert np.isnan(table.values[2, 1])
    assert str(spec.nodes[0].name) != "A good city"
    assert len(spec.indicators) == 2


def test_decimal_commas_are_read_where_the_specification_says_so(write: Write) -> None:
    said = 'columns: {decimal: ","}\n'
    meta = META.replace(",0.5,", ',"0,5",')
    data = DATA.replace("1.5", '"1,5"')
    table, spec = read_composite(write("data.csv", data), write("meta.csv", meta), write("spec.yml", said))
    assert table.values[0].tolist() == [5, 1.5]
    assert spec.indicators[0].weight == 0.5


FORMS = {
    "BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "Korean of Windows": lambda text: text.replace("Alba", "서울특별시").encode("cp949"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_command_line_reads_tables_of_many_forms_alike(form: str, tmp_path: Path) -> None:
    for name, text in (("data.csv", DATA), ("meta.csv", META)):
        (tmp_path / name).write_bytes(FORMS[form](text))
    table, spec = read_composite(tmp_path / "data.csv", tmp_path / "meta.csv", read=read_any)
    np.testing.assert_array_equal(table.values, [[5, 1.5], [np.nan, 2], [np.nan, 10]])
    assert table.names[0] == ("서울특별시" if form.startswith("Korean") else "Alba")
    assert spec.columns.time == "Time"


def test_a_workbook_is_read_like_a_csv_file(tmp_path: Path, write: Write) -> None:
    rows = read_csv(write("data.csv", DATA))
    cells = [dict(zip(rows.header, row, strict=True)) for row in rows.cells]
    typed = [{name: _number(cell) for name, cell in row.items()} for row in cells]
    write_tables(tmp_path / "book", {"data": typed}, {}, ["xlsx"], "data")
    meta = write("meta.csv", META)
    from_book, _ = read_composite(tmp_path / "book" / "data.xlsx", meta, read=read_any)
    from_csv, _ = read_composite(tmp_path / "data.csv", meta)
    np.testing.assert_array_equal(from_book.values, from_csv.values)
    assert (from_book.units, from_book.names, from_book.times) == (from_csv.units, from_csv.names, from_csv.times)
    assert from_book.groups == from_csv.groups


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def test_numbers_are_read_to_the_last_digit(write: Write) -> None:
    values = np.random.default_rng(5).lognormal(0, 20, size=200)
    lines = "".join(f"u{n},{value!r}\n" for n, value in enumerate(values.tolist()))
    meta = "iCode,Type,Parent\nx,Indicator,I\nI,Aggregate,\n"
    table, _ = read_composite(write("data.csv", "uCode,x\n" + lines), write("meta.csv", meta))
    assert table.values[:, 0].tolist() == values.tolist()


def test_the_specification_survives_being_written_and_read(write: Write) -> None:
    _, spec = read_composite(write("data.csv", DATA), write("meta.csv", META))
    assert CompositeSpec.model_validate(spec.model_dump(mode="json", by_alias=True)) == spec


def test_a_row_knows_the_line_on_which_it_begins(write: Write) -> None:
    rows: Rows = read_csv(write("odd.csv", 'a,b\n"one\ntwo",1\n\n3,4\n'))
    assert rows.lines == (2, 5)
    assert rows.column("a") == ("one\ntwo", "3")
