"""Delimited text: what is found out about it, and what is told of entries that are none."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import Entry, Table, open_table
from dynapolis.registers.wording import Wording


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, data: bytes | str, **layout: Any) -> tuple[Table, list[Entry]]:
    path = folder / "list.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with open_table(path, Layout(**layout)) as table:
        return table, list(table.entries)


def refused(folder: Path, data: bytes | str, **layout: Any) -> list[tuple[int, str]]:
    with pytest.raises(BadInput) as raised:
        read(folder, data, **layout)
    return [(fault.row, fault.found) for fault in raised.value.faults]


def decided(table: Table) -> dict[str, Any]:
    return {decision.what: decision.value for decision in table.decisions}


def test_an_entry_keeps_the_line_on_which_it_begins(folder: Path) -> None:
    _, entries = read(folder, 'id,text\r\n1,"two\r\nlines"\r\n\r\n2,one\r\n')
    assert entries == [Entry(2, ("1", "two\r\nlines")), Entry(5, ("2", "one"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_end_is_a_line_end(folder: Path, end: str) -> None:
    _, entries = read(folder, end.join(["id;name", "1;Lab", "2;Yard", ""]))
    assert entries == [Entry(2, ("1", "Lab")), Entry(3, ("2", "Yard"))]


def test_what_looks_like_a_line_end_only_to_python_is_none(folder: Path) -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"
    _, entries = read(folder, f"id,text\n1,{text}\n")
    assert entries == [Entry(2, ("1", text))]


def test_a_zero_byte_in_a_cell_is_kept(folder: Path) -> None:
    _, entries = read(folder, b"id,name\n1,La\0b with a long name after it\n")
    assert entries[0].cells == ("1", "La\0b with a long name after it")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_of_wide_letters_or_with_a_mark_is_read(folder: Path, codec: str) -> None:
    text = "id,name\n1,Living lab of the city\n2,서울 lab\n"
    _, entries = read(folder, text.encode(codec))
    assert [entry.cells for entry in entries] == [("1", "Living lab of the city"), ("2", "서울 lab")]


def test_a_korean_file_saved_by_a_spreadsheet_is_found_to_be_cp949(folder: Path) -> None:
    text = "번호,이름,도시\n1,스마트시티 리빙랩,서울\n2,똠방각하 연구소,부산\n"
    table, entries = read(folder, text.encode("cp949"))
    assert entries[1].cells == ("2", "똠방각하 연구소", "부산")
    assert decided(table)["encoding"] == "cp949"
    assert read(folder, text.encode("cp949"), encoding="euc-kr")[1] == entries


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "Ville;Projet\nOrléans;Les quartiers à énergie positive – l’été\nSète;Façades végétalisées\n"),
        ("cp1252", "Stadt;Projekt\nMünchen;Bürger gestalten Straßen\nKöln;Grünflächen für Ältere\n"),
        ("cp1252", "Cidade;Projeto\nSão Paulo;Inovação urbana\nCuritiba;Laboratório de inovação\n"),
        ("cp1252", "Stad;Projekt\nGöteborg;Smarta städer för åldrande\nMalmö;Grön el\n"),
        ("cp1251", "Город;Проект\nМосква;Умный город для жителей столицы\nКазань;Городская лаборатория данных\n"),
        ("cp1253", "Πόλη;Έργο\nΑθήνα;Έξυπνη πόλη για τους πολίτες\n"),
        ("cp932", "都市;事業\n東京;スマートシティ実証実験\n大阪;リビングラボ\n"),
        ("gb18030", "城市;项目\n北京;智慧城市\n上海;生活实验室\n"),
        ("big5", "城市;專案\n台北;智慧城市\n高雄;生活實驗室\n"),
        ("cp1250", "Praha;Chytré město pro občany, řízení dopravy\nBrno;Živá laboratoř\n"),
        ("cp1250", "Miasto;Projekt\nŁódź;Żywe laboratorium śródmieścia i ulic\nKraków;Czyste powietrze w mieście\n"),
    ],
)
def test_an_old_encoding_is_found_and_told(folder: Path, codec: str, text: str) -> None:
    table, entries = read(folder, text.encode(codec))
    assert [";".join(entry.cells) for entry in entries] == text.splitlines()[1:]
    (decision,) = (d for d in table.decisions if d.what == "encoding")
    assert decision.why == Wording("decision.why.guessed", {"encoding": decision.value})


def test_letters_that_come_late_in_a_large_file_still_tell_its_encoding(folder: Path) -> None:
    lines = ["id,name"] + [f"{number},plain name of a lab" for number in range(30_000)] + ["30000,Café de l’été à Sète"]
    _, entries = read(folder, "\n".join(lines).encode("cp1252"))
    assert entries[-1].cells == ("30000", "Café de l’été à Sète")


def test_a_wrong_byte_spoils_its_entry_only(folder: Path) -> None:
    good = "서울 부산 인천".encode()
    table, entries = read(folder, b"id,name\n1,ok " + good + b'\n2,caf\xe9 x\n3,"a\nb\xff"\n4,fine\n')
    assert [entry.wrong for entry in entries] == [
        "",
        "byte 0xE9 at character 6 is not UTF-8",
        "byte 0xFF at character 2 is not UTF-8 (line 5)",
        "",
    ]
    assert entries[1].cells == ("2", "caf\ufffd x")
    assert decided(table)["encoding"] == "utf-8"


def test_a_byte_wrong_in_the_header_spoils_the_file(folder: Path) -> None:
    assert refused(folder, "id,서울 부산".encode() + b"\xff\n1,2\n") == [(1, "byte 0xFF at character 9 is not UTF-8")]


def test_an_entry_of_other_width_is_told_with_both_numbers(folder: Path) -> None:
    _, entries = read(folder, "a;b;c\n1;2\n1;2;3\n1;2;3;4\n")
    assert entries == [
        Entry(2, ("1", "2", ""), "2 cells divided by semicolon, the header has 3"),
        Entry(3, ("1", "2", "3")),
        Entry(4, ("1", "2", "3"), "4 cells divided by semicolon, the header has 3"),
    ]


def test_marks_that_make_no_sense_spoil_one_entry_and_the_likeliest_cells_are_shown(folder: Path) -> None:
    _, entries = read(folder, '"id";"name"\n"1";"the "big" lab"\n"2";"fine"\n')
    assert entries[0].cells == ("1", 'the "big" lab')
    assert entries[0].wrong == "quotation marks that make no sense (';' expected after '\"')"
    assert entries[1] == Entry(3, ("2", "fine"))


def test_a_mark_that_is_never_closed_spoils_the_file_and_its_line_is_told(folder: Path) -> None:
    found = refused(folder, 'id,name\n1,Lab\n2,"Yard\n3,Quay\n')
    assert found == [(3, "a quotation mark that is not closed up to the end of the file")]


def test_without_quoting_marks_are_letters(folder: Path) -> None:
    _, entries = read(folder, 'id\tname\n1\t"Yard\n2\t5" pipe\n', quote="")
    assert [entry.cells[1] for entry in entries] == ['"Yard', '5" pipe']


def test_a_delimiter_at_the_end_of_each_line_makes_no_column(folder: Path) -> None:
    for text in ("a;b;\n1;2;\n3;4;\n", "a;b\n1;2;\n3;4;\n", "a;b;;;\n1;2;;;\n3;4\n"):
        table, entries = read(folder, text)
        assert table.header == ("a", "b")
        assert [(entry.cells, entry.wrong) for entry in entries] == [(("1", "2"), ""), (("3", "4"), "")], text


def test_a_value_under_no_name_is_told(folder: Path) -> None:
    _, entries = read(folder, "a;b;\n1;2;\n3;4;5\n")
    assert [entry.wrong for entry in entries] == ["", "'5' in cell 3, a column without a name"]


def test_a_nameless_column_between_others_is_named_by_its_place(folder: Path) -> None:
    table, _ = read(folder, '"",city\n1,Seoul\n')
    assert table.header == ("column 1", "city")
    assert decided(table)["column"] == "column 1"


def test_a_column_named_twice_is_refused(folder: Path) -> None:
    assert refused(folder, "id,city,id,city \n1,2,3,4\n") == [(1, "the column twice"), (1, "the column twice")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_without_anything_is_refused(folder: Path, data: bytes) -> None:
    assert refused(folder, data) == [(0, "an empty file")]


def test_a_header_alone_is_a_table_without_entries(folder: Path) -> None:
    table, entries = read(folder, "id,name\n")
    assert (table.header, entries) == (("id", "name"), [])


def test_lines_above_the_header_are_passed_over(folder: Path) -> None:
    text = 'List of "labs\nmade in 2024;;\n\nid;name\n1;Lab\n'
    table, entries = read(folder, text, header_row=3)
    assert table.header == ("id", "name")
    assert entries == [Entry(5, ("1", "Lab"))]
    assert refused(folder, text, header_row=9) == [(0, "nothing from line 9 on")]


def test_columns_can_be_named_for_a_file_without_a_header(folder: Path) -> None:
    table, entries = read(folder, "1\tSeoul\n2\tBusan\n3\n", columns=("id", "city"))
    assert table.header == ("id", "city")
    assert [entry.line for entry in entries] == [1, 2, 3]
    assert entries[2].wrong == "1 cells divided by tab, the header has 2"


def test_a_tab_file_named_csv_is_read_as_one_and_the_decision_told(folder: Path) -> None:
    table, entries = read(folder, "id\tprice\n1\t2,5\n2\t3,5\n")
    assert entries[0].cells == ("1", "2,5")
    decision = next(d for d in table.decisions if d.what == "delimiter")
    assert (decision.value, decision.why) == ("tab", Wording("decision.why.all_entries", {"entries": 3, "cells": 2}))


def test_a_single_column_is_not_divided(folder: Path) -> None:
    table, entries = read(folder, "place\nParis, FR\nSeoul, KR\n")
    assert table.header == ("place",)
    assert [entry.cells for entry in entries] == [("Paris, FR",), ("Seoul, KR",)]


def test_another_delimiter_can_be_declared(folder: Path) -> None:
    _, entries = read(folder, "a^b\n1^2\n", delimiter="^")
    assert entries == [Entry(2, ("1", "2"))]


def test_lines_inside_gzip_are_read_as_if_outside(folder: Path) -> None:
    plain = read(folder, "id,name\n1,Lab\n")[1]
    assert read(folder, gzip.compress(b"id,name\n1,Lab\n"))[1] == plain


@pytest.mark.parametrize(
    "codec", ["klingon", "base64", "idna", "hex", "punycode", "unicode_escape", "utf-7", "undefined"]
)
def test_what_is_no_encoding_of_text_is_refused_by_name(folder: Path, codec: str) -> None:
    assert refused(folder, "id\n1\n", encoding=codec) == [(0, f"the encoding {codec!r}")]


@pytest.mark.parametrize("sign", ['"', "\n", "\r", "", ";;"])
def test_a_delimiter_is_one_sign_that_can_divide(sign: str) -> None:
    with pytest.raises(ValidationError):
        Layout(delimiter=sign)


def test_utf16_declared_needs_no_mark(folder: Path) -> None:
    for codec in ("utf-16-le", "utf-16-be", "utf-16"):
        assert read(folder, "id,name\n1,Lab\n".encode(codec), encoding="utf-16")[1] == [Entry(2, ("1", "Lab"))]


def test_a_declared_encoding_is_believed(folder: Path) -> None:
    _, entries = read(folder, "id,name\n1,Łódź\n".encode("cp1250"), encoding="cp1250")
    assert entries[0].cells == ("1", "Łódź")
