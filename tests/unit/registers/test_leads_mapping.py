"""Small invented lists through ``read_leads``, every count and value known beforehand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dynapolis.errors import BadInput, Fault
from dynapolis.model.correction import Corrections
from dynapolis.model.lead import LeadRegister
from dynapolis.registers.leads import reading
from dynapolis.registers.leads.reading import TableReport, read_leads
from dynapolis.registers.leads.sources import Source
from dynapolis.store.register_files import read_lead_vocabulary

TEXT = {"en": "Invented", "ko": "지어냄"}
HEAD: dict[str, Any] = {
    "name": "tiny", "holds": "leads", "title": TEXT, "publisher": {"name": "nobody", "official": False},
    "licence": {"name": "MIT", "terms": "open", "checked": "2026-11-26", "note": TEXT}, "date": "2026-11-26",
    "languages": ["en"], "convenience_sample": True, "does_not_measure": TEXT,
}  # fmt: skip
PROJECT: dict[str, Any] = {
    "name": "project", "holds": "project", "files": ["list.csv"], "key": ["id"], "expect": {"min_records": 1},
    "fields": {"id": {"property": "project_id", "required": True}, "name": "title", "country": "country",
               "cost": {"property": "cost_eur", "decimal": "comma"}},
}  # fmt: skip
LIST = """\
id,name,country,cost
1,Lamps,NA,"12,5"
2,버스 시범,KR,
3,Quay,at,1.000
"""


def register(*tables: dict[str, Any]) -> LeadRegister:
    """A register of these tables."""
    return LeadRegister.model_validate({**HEAD, "tables": list(tables)})


class Read:
    """What came of a list: its report, or its faults, and its rows."""

    def __init__(self, reports: list[TableReport], faults: Sequence[Fault], folder: Path) -> None:
        self.reports, self.faults, self.folder = reports, faults, folder

    @property
    def report(self) -> TableReport:
        """The report of the one table."""
        assert not self.faults, list(map(str, self.faults))
        (report,) = self.reports
        return report

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the one table."""
        rows: list[dict[str, Any]] = pq.read_table(self.folder / f"{self.report.table}.parquet").to_pylist()
        return rows

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """Line, column and what was found, of every fault."""
        assert self.faults
        return [(fault.row, fault.column, fault.found) for fault in self.faults]

    def column(self, name: str) -> list[Any]:
        """One property of every row."""
        return [row[name] for row in self.rows]


Reader = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads the text of a list by a table's description."""
    number = 0

    def run(
        text: str = LIST, change: dict[str, Any] | None = None, *, name: str = "list.csv", corrections: Any = None
    ) -> Read:
        nonlocal number
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
        described = register({**PROJECT, **(change or {})})
        declared = Corrections.model_validate(corrections or {})
        sources = {"project": Source("project", folder / name)}
        try:
            return Read(read_leads(described, sources, declared, read_lead_vocabulary(), folder), (), folder)
        except BadInput as error:
            return Read([], error.faults, folder)

    return run


def counts(report: TableReport) -> tuple[int, int, dict[str, int], int, int]:
    """Read, kept, skipped, repeated, refused."""
    return report.n_read, report.n_kept, report.n_skipped, report.n_repeated, report.n_refused


# --- Values and columns ---------------------------------------------------------------------------------------------


def test_a_small_list_comes_out_as_written_down_by_hand(read: Reader) -> None:
    found = read()
    assert counts(found.report) == (3, 3, {}, 0, 0)
    assert [tuple(row.values())[1:3] + tuple(row.values())[5:] for row in found.rows] == [
        ("1", 2, "1", "Lamps", "NA", 12.5),
        ("2", 3, "2", "버스 시범", "KR", None),
        ("3", 4, "3", "Quay", "at", 1000.0),
    ]
    of_the_entry = ["record_id", "source_id", "line", "licence", "register_date"]
    assert list(found.rows[0]) == [*of_the_entry, "project_id", "title", "country", "cost_eur"]


def test_every_row_carries_the_licence_and_the_date_of_its_register(read: Reader) -> None:
    assert {(row["licence"], row["register_date"]) for row in read().rows} == {("MIT", "2026-11-26")}


def test_an_unknown_column_is_an_alarm_and_all_of_them_are_told(read: Reader) -> None:
    found = read("id,name,phone,country,cost,fax\n1,a,2,KR,3,4\n")
    assert found.told == [(1, "fax", "an unknown column"), (1, "phone", "an unknown column")]


def test_an_ignored_column_is_told_with_its_reason(read: Reader) -> None:
    text = "id,name,phone,country,cost,fax\n1,a,2,KR,3,4\n"
    named = read(text, {"ignore": {"phone": "private", "fax": "old"}}).report
    assert named.ignored == {"phone": "private", "fax": "old"}
    rest = read(text, {"ignore": {"phone": "private", "*": "not needed"}}).report
    assert rest.ignored == {"phone": "private", "fax": "not needed"}
    assert read(LIST, {"ignore": {"*": "not needed", "phone": "private"}}).report.ignored == {}


def test_a_missing_column_stops_even_where_all_other_columns_are_ignored(read: Reader) -> None:
    text = "id,Name,cost\n1,a,2\n"
    assert read(text, {"ignore": {"*": "not needed"}}).told == [
        (1, "country", "no such column"), (1, "name", "no such column"),
    ]  # fmt: skip


def test_an_optional_column_may_be_absent_and_is_then_empty_and_told(read: Reader) -> None:
    fields = {**PROJECT["fields"], "start": {"property": "start_date", "optional": True}}
    found = read(LIST, {"fields": fields})
    assert (found.report.absent, found.column("start_date")) == (["start"], [None] * 3)
    there = read("id,name,country,cost,start\n1,a,KR,2,2024-02-01\n", {"fields": fields})
    assert (there.report.absent, there.column("start_date")) == ([], ["2024-02-01"])
    assert set(there.rows[0]) == set(found.rows[0])


def test_a_column_of_the_key_can_not_be_absent_even_if_it_is_optional(read: Reader) -> None:
    fields = {**PROJECT["fields"], "part": {"property": "phase", "optional": True}}
    assert read(LIST, {"fields": fields, "key": ["id", "part"]}).told == [(1, "part", "no such column")]


def test_a_key_may_be_a_column_that_is_ignored_otherwise(read: Reader) -> None:
    text = "no,id,name,country,cost\na,1,x,KR,\nb,1,x,KR,\n"
    found = read(text, {"key": ["no"], "ignore": {"no": "names the entry, and nothing else"}})
    assert (found.column("source_id"), found.column("project_id")) == (["a", "b"], ["1", "1"])


def test_a_constant_is_the_same_for_every_entry_and_typed(read: Reader) -> None:
    found = read(LIST, {"constants": {"programme": "H2020", "start_year": "2014", "is_sme": "no"}})
    for name, value in (("programme", "H2020"), ("start_year", 2014), ("is_sme", False)):
        assert found.column(name) == [value] * 3


def test_a_constant_that_is_no_value_of_its_property_is_told(read: Reader) -> None:
    assert read(LIST, {"constants": {"start_year": "soon"}}).told == [(0, "start_year", "the constant 'soon'")]


def test_an_entry_without_a_required_value_is_refused(read: Reader) -> None:
    fields = {**PROJECT["fields"], "name": {"property": "title", "required": True, "missing": ["-"]}}
    change = {"fields": fields, "expect": {"min_records": 1, "max_refused": 2}}
    found = read("id,name,country,cost\n1,a,KR,\n2, ,KR,\n3,-,KR,\n", change)
    assert counts(found.report) == (3, 1, {}, 0, 2)
    assert found.column("title") == ["a"]


def test_one_bad_cell_refuses_the_entry_and_leaves_those_around_it_alone(read: Reader) -> None:
    text = 'id,name,country,cost\n1,a,KR,1\n2,b,KR,a lot\n3,c,KR,"2,5"\n'
    found = read(text, {"expect": {"min_records": 1, "max_refused": 1}})
    assert (found.column("project_id"), found.column("cost_eur")) == (["1", "3"], [1.0, 2.5])
    assert found.column("line") == [2, 4]
    (told,) = found.report.refused
    assert told.startswith("list.csv, line 3, cost: found 'a lot'; expected a number with a decimal comma")


def test_an_entry_with_too_many_or_too_few_cells_is_refused_not_shifted(read: Reader) -> None:
    text = "id,name,country,cost\n1,a,KR,1\n2,b,KR\n3,c,KR,1,9\n4,d,KR,4\n"
    found = read(text, {"expect": {"min_records": 2, "max_refused": 2}})
    assert counts(found.report) == (4, 2, {}, 0, 2)
    assert found.column("cost_eur") == [1.0, 4.0]


def test_entries_are_skipped_by_listed_values_only_and_counted_by_reason(read: Reader) -> None:
    skip = [
        {"column": "country", "values": ["US", "U S"], "why": "not in this study"},
        {"column": "name", "values": ["test"], "why": "a trial entry"},
    ]
    text = "id,name,country,cost\n1,test,US,x\n2,test,KR,x\n3,c, U  S ,x\n4,d,us,1\n5,e,KR,2\n"
    found = read(text, {"skip": skip})
    assert counts(found.report) == (5, 2, {"not in this study": 2, "a trial entry": 1}, 0, 0)
    assert found.column("source_id") == ["4", "5"]


# --- Ids ------------------------------------------------------------------------------------------------------------


def ids(found: Read) -> list[str]:
    return [str(value) for value in found.column("record_id")]


def test_ids_do_not_change_with_cleaning_columns_mapping_or_corrections(read: Reader) -> None:
    first = ids(read())
    assert len(set(first)) == 3
    other_cells = "id,name,country,cost\n1,  LAMPS ,Namibia,99\n2,Bus,KR,1\n3,,,\n"
    assert ids(read(other_cells)) == first
    other_order = "cost,country,id,name,more\n1,KR,1,a,b\n1,KR,2,a,b\n1,KR,3,a,b\n"
    assert ids(read(other_order, {"ignore": {"more": "no use"}})) == first
    other_map = {"fields": {"id": "project_id", "name": "acronym"}, "ignore": {"*": "no use"}}
    assert ids(read(LIST, other_map)) == first
    assert ids(read(LIST, {"constants": {"programme": "X"}})) == first
    signed = {"why": "read it", "by": "me", "date": "2026-11-26"}
    wrong = {"table": "project", "entry": {"id": "1"}, "column": "id", "printed": "1", "corrected": "9", **signed}
    corrected = read(LIST, corrections={"corrections": [wrong]})
    assert (ids(corrected), corrected.column("project_id")) == (first, ["9", "2", "3"])


def test_ids_are_made_of_register_table_and_the_key_as_printed(read: Reader) -> None:
    first = ids(read())
    spaced = read("id,name,country,cost\n 1,a,KR,1\n2,b,KR,1\n3,c,KR,1\n")
    assert spaced.column("project_id") == ["1", "2", "3"]
    assert [a == b for a, b in zip(ids(spaced), first, strict=True)] == [False, True, True]
    assert not set(ids(read(LIST, {"key": ["id", "country"]}))) & set(first)


def test_keys_of_several_columns_do_not_run_into_each_other(read: Reader) -> None:
    text = "id,name,country,cost\na,bc,KR,\nab,c,KR,\n"
    found = read(text, {"key": ["id", "name"]})
    assert len(set(ids(found))) == 2
    assert found.column("source_id") == ["a | bc", "ab | c"]


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0"])
def test_an_entry_whose_key_is_empty_is_refused(read: Reader, cell: str) -> None:
    fields = {**PROJECT["fields"], "id": "project_id"}
    found = read(f"id,name,country,cost\n{cell},a,KR,1\n2,b,KR,1\n", {"fields": fields})
    assert found.told == [(2, "id", "an empty key")]


def test_a_part_of_a_key_may_be_empty(read: Reader) -> None:
    found = read("id,name,country,cost\n1,,KR,1\n1,b,KR,1\n", {"key": ["id", "name"]})
    assert found.column("source_id") == ["1 | ", "1 | b"]


def test_a_key_with_the_sign_that_divides_the_parts_of_an_id_is_refused(read: Reader) -> None:
    found = read("id,name,country,cost\n1\x1f2,a,KR,1\n2,b,KR,1\n")
    assert [(row, column) for row, column, _ in found.told] == [(2, "id")]


# --- The same entry twice -------------------------------------------------------------------------------------------

TWICE = "id,name,country,cost\n1,a,KR,1\n2,b,KR,1\n1,a,KR,1\n1, a ,KR,1\n"


def test_a_repeated_entry_is_a_fault_unless_repeats_are_declared(read: Reader) -> None:
    assert read(TWICE).told == [(4, "id", "the same entry (1)"), (5, "id", "the same entry (1)")]
    found = read(TWICE, {"repeats": "the publisher lists an entry once for each theme"})
    assert counts(found.report) == (4, 2, {}, 2, 0)
    assert (found.column("source_id"), found.column("line")) == (["1", "2"], [2, 3])


def test_two_entries_of_one_key_that_differ_are_a_fault_even_where_repeats_are_declared(read: Reader) -> None:
    text = "id,name,country,cost\n1,a,KR,1\n1,a,KR,1\n1,a,KR,2\n"
    assert read(text, {"repeats": "once for each theme"}).told == [(4, "id", "another entry with the same key (1)")]


def test_repeats_are_told_apart_where_several_entries_share_a_line(read: Reader) -> None:
    """Elements of one JSON item have its position, and positions begin anew in each file of an archive."""
    items = [{"id": "1", "parts": ["a", "a", "b"]}, {"id": "2", "parts": ["a", "c", "c"]}]
    change = {
        "files": ["list.json"], "layout": {"explode": "parts"}, "key": ["id", "parts"], "repeats": "the export does so",
        "fields": {"id": "project_id", "parts": "phase"},
    }  # fmt: skip
    found = read(json.dumps(items), change, name="list.json")
    assert counts(found.report) == (6, 4, {}, 2, 0)
    assert found.column("source_id") == ["1 | a", "1 | b", "2 | a", "2 | c"]


# --- Limits ---------------------------------------------------------------------------------------------------------


def listed(n_good: int, n_bad: int = 0) -> str:
    """A list of good entries and entries that cannot be read."""
    rows = [f"{i},a,KR,1" for i in range(n_good)] + [f"{n_good + i},a,KR,lots" for i in range(n_bad)]
    return "\n".join(["id,name,country,cost", *rows, ""])


@pytest.mark.parametrize(("n_bad", "stops"), [(0, False), (3, False), (4, True)])
def test_refused_entries_stop_the_import_above_the_limit_and_not_at_it(read: Reader, n_bad: int, stops: bool) -> None:
    found = read(listed(5, n_bad), {"expect": {"min_records": 1, "max_refused": 3}})
    assert bool(found.faults) == stops
    if stops:
        assert len(found.told) == n_bad + 1
        assert found.told[0] == (0, "", "4 entries that cannot be read, of 9")
    else:
        assert found.report.n_refused == n_bad == len(found.report.refused)


@pytest.mark.parametrize(("n", "stops", "warns"), [(2, True, False), (3, False, False), (5, False, False),
                                                   (6, False, True)])  # fmt: skip
def test_too_few_entries_stop_and_too_many_warn(read: Reader, n: int, stops: bool, warns: bool) -> None:
    found = read(listed(n), {"expect": {"min_records": 3, "max_records": 5}})
    if stops:
        assert found.told == [(0, "", "2 usable entries")]
    else:
        assert found.report.warnings == (["more_records_than_expected"] if warns else [])


def test_refused_skipped_and_repeated_entries_do_not_help_to_reach_the_least_number(read: Reader) -> None:
    expect = {"expect": {"min_records": 3, "max_refused": 9}}
    assert read(listed(2, 2), expect).told == [(0, "", "2 usable entries")]
    skip = [{"column": "id", "values": ["0"], "why": "a trial"}]
    assert read(listed(3), {**expect, "skip": skip}).told == [(0, "", "2 usable entries")]
    assert read(TWICE, {**expect, "repeats": "so"}).told == [(0, "", "2 usable entries")]
    assert read(TWICE, {"repeats": "so", "expect": {"min_records": 1, "max_records": 2}}).report.warnings == []


def test_a_list_without_entries_stops(read: Reader) -> None:
    assert read("id,name,country,cost\n").faults


def test_all_that_is_wrong_with_a_list_is_told_at_once(read: Reader) -> None:
    signed = {"why": "read it", "by": "me", "date": "2026-11-26"}
    gone = {"table": "project", "entry": {"id": "77"}, "column": "name", "printed": "a", "corrected": "b", **signed}
    repair = {"table": "project", "repair": "double_utf8", **signed}
    text = "id,name,country,cost\n1,a,KR,lots\n2,b,KR,1\n2,b,KR,1\n"
    found = read(text, {"expect": {"min_records": 9}}, corrections={"corrections": [gone], "repairs": [repair]})
    assert sorted(found.told) == [
        (0, "", "2 usable entries"),
        (0, "double_utf8", "no cell of project that needs it"),
        (0, "name", "no entry with id '77'"),
        (2, "cost", "'lots'"),
        (4, "id", "the same entry (2)"),
    ]


def test_very_many_refused_entries_are_all_counted_and_the_first_thousand_told(read: Reader) -> None:
    found = read(listed(1, 2_000))
    assert len(found.faults) == 1_001
    assert found.told[0] == (0, "", "2000 entries that cannot be read, of 2001")


def test_the_number_is_told_where_entries_have_so_many_faults_that_some_are_left_out(read: Reader) -> None:
    fields = {**PROJECT["fields"], "country": {"property": "start_year"}, "name": {"property": "end_year"}}
    rows = "".join(f"{i},x,x,x\n" for i in range(400))
    found = read("id,name,country,cost\n" + rows, {"fields": fields})
    assert len(found.faults) == 1_002
    assert [told for _, _, told in found.told][:2] == ["0 usable entries", "400 entries that cannot be read, of 400"]


# --- Batches --------------------------------------------------------------------------------------------------------


def test_batches_of_any_size_give_the_same_table_report_and_faults(
    read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(str(i % 90), f"name {i % 90}", "KR", "x" if i == 50 else "") for i in range(100)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("id", "name", "country", "cost"), *rows])
    change = {"repeats": "so", "expect": {"min_records": 1, "max_refused": 1}}
    found = []
    for size in (1, 7, 99, 100, 5_000):
        monkeypatch.setattr(reading, "BATCH", size)
        done = read(out.getvalue(), change)
        found.append((done.rows, {**done.report.as_value(), "seconds": 0}))
        assert read(out.getvalue()).told == read(out.getvalue()).told
    assert counts(done.report) == (100, 89, {}, 10, 1)
    assert all(item == found[0] for item in found)


def test_whoever_waits_hears_how_many_entries_were_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 4)
    (tmp_path / "list.csv").write_text(listed(10), encoding="utf-8")
    heard: list[tuple[str, int]] = []
    sources = {"project": Source("project", tmp_path / "list.csv")}
    read_leads(register(PROJECT), sources, Corrections(), read_lead_vocabulary(), tmp_path, lambda *n: heard.append(n))
    assert heard == [("project", 4), ("project", 8), ("project", 10)]


# --- Corrections ----------------------------------------------------------------------------------------------------

SIGNED = {"why": "its own page", "by": "me", "date": "2026-11-26"}


def correction(printed: str, corrected: str, column: str = "country", key: str = "3", **more: Any) -> dict[str, Any]:
    """A correction of one cell."""
    told = {"table": "project", "entry": {"id": key}, "column": column, "printed": printed, "corrected": corrected}
    return {**told, **SIGNED, **more}


def test_a_correction_is_applied_while_its_error_is_printed(read: Reader) -> None:
    declared = [correction("at", "AT"), correction("12,5", "13,5", "cost", "1")]
    found = read(corrections={"corrections": declared})
    assert (found.column("country"), found.column("cost_eur")) == (["NA", "KR", "AT"], [13.5, None, 1000.0])
    assert found.report.n_corrected == 2


def test_a_correction_can_make_an_unreadable_cell_readable_and_an_empty_one_full(read: Reader) -> None:
    text = "id,name,country,cost\n1,a,KR,lots\n2,b,,1\n"
    declared = [correction("lots", "5", "cost", "1"), correction("", "KR", key="2")]
    found = read(text, corrections={"corrections": declared})
    assert (found.column("cost_eur"), found.column("country")) == ([5.0, 1.0], ["KR", "KR"])


def test_a_correction_is_read_like_a_cell(read: Reader) -> None:
    found = read(corrections={"corrections": [correction("12,5", "much", "cost", "1")]})
    assert found.told == [(2, "cost", "'much'")]


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        (correction("at", "AT", key="1"), "'NA' at id '1'"),
        (correction("at ", "AT"), "'at' at id '3'"),
        (correction("at", "AT", key="9"), "no entry with id '9'"),
    ],
    ids=["the publisher mended it", "not exactly what is printed", "the entry is gone"],
)
def test_a_correction_expires_loudly(read: Reader, declared: dict[str, Any], found: str) -> None:
    told = read(corrections={"corrections": [declared]})
    assert told.told == [(0, "country", found)]
    assert (told.faults[0].where, "expired" in told.faults[0].mend) == ("tiny/corrections.yml", True)


def test_a_correction_of_an_optional_column_that_is_gone_expires_too(read: Reader) -> None:
    fields = {**PROJECT["fields"], "start": {"property": "start_date", "optional": True}}
    found = read(LIST, {"fields": fields}, corrections={"corrections": [correction("x", "2024-01-01", "start")]})
    assert found.told == [(0, "start", "no such column in this list")]


def test_corrections_of_what_the_register_does_not_have_are_all_told(read: Reader) -> None:
    declared = [
        correction("at", "AT", table="partner"),
        correction("at", "AT", "land"),
        correction("at", "AT", entry={"name": "Quay"}),
    ]
    found = read(corrections={"corrections": declared})
    assert found.told == [
        (0, "entry 1", "table 'partner'"), (0, "entry 2", "column 'land'"), (0, "entry 3", "name"),
    ]  # fmt: skip


def test_two_corrections_of_one_cell_are_told(read: Reader) -> None:
    found = read(corrections={"corrections": [correction("at", "AT"), correction("at", "DE")]})
    assert found.told == [(0, "entry 2", "the cell of entry 1 again")]


DOUBLE = "id,name,country,cost\n1,CÃ¨dres,KR,\n2,ì„œìš¸,KR,\n3,Cèdres,KR,\n4,São Paulo,KR,\n"


def test_text_stored_twice_as_utf_8_is_a_warning_and_left_as_printed_until_a_repair_is_declared(read: Reader) -> None:
    found = read(DOUBLE)
    assert found.column("title")[:2] == ["CÃ¨dres", "ì„œìš¸"]
    assert (found.report.n_double_utf8, found.report.n_repaired, found.report.warnings) == (3, 0, ["double_utf8"])


def test_a_declared_repair_reads_the_text_back_and_touches_nothing_else(read: Reader) -> None:
    found = read(DOUBLE, corrections={"repairs": [{"table": "project", "repair": "double_utf8", **SIGNED}]})
    assert found.column("title") == ["Cèdres", "서울", "Cèdres", "São Paulo"]
    assert (found.report.n_repaired, found.report.warnings) == (2, [])


def test_a_repair_expires_when_nothing_is_left_to_repair(read: Reader) -> None:
    found = read(LIST, corrections={"repairs": [{"table": "project", "repair": "double_utf8", **SIGNED}]})
    assert found.told == [(0, "double_utf8", "no cell of project that needs it")]


def test_a_correction_goes_by_what_is_printed_even_where_a_repair_changes_the_cell(read: Reader) -> None:
    repairs = [{"table": "project", "repair": "double_utf8", **SIGNED}]
    declared = [correction("CÃ¨dres", "Les Cèdres", "name", "1")]
    found = read(DOUBLE, corrections={"repairs": repairs, "corrections": declared})
    assert found.column("title")[:2] == ["Les Cèdres", "서울"]
