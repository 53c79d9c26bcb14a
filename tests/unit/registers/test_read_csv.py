"""The small reader of a register's own CSV keeps its rules, on top of the one reader of delimited text."""

from __future__ import annotations

from dynapolis.registers.read_csv import Row, parse_csv


def faults(data: bytes) -> list[tuple[int, str]]:
    return [(fault.row, fault.found) for fault in parse_csv("x.csv", data).faults]


def test_rows_carry_the_line_on_which_they_begin() -> None:
    sheet = parse_csv("x.csv", b'\xef\xbb\xbfid, name \r\n1,"a\r\nb"\r\n,\r\n2,c\r\n')
    assert sheet.header == ("id", "name")
    assert sheet.rows == (Row(2, {"id": "1", "name": "a\r\nb"}), Row(5, {"id": "2", "name": "c"}))
    assert sheet.faults == ()


def test_every_fault_of_the_file_is_told_at_once() -> None:
    data = b'id,name,id\n1,caf\xe9,3\n1,2\n"a"b,2,3\n1,2,"open\n'
    assert faults(data) == [
        (2, "byte 0xE9 at character 6"),
        (4, "no CSV (',' expected after '\"')"),
        (5, "no CSV (unexpected end of data)"),
        (1, "the column twice"),
        (3, "2 cells"),
    ]
    assert parse_csv("x.csv", data).ragged == (Row(3, {"id": "1", "name": "2"}),)


def test_an_empty_file_and_a_header_alone_are_faults() -> None:
    assert faults(b"") == faults(b"\n,\n") == [(0, "an empty file")]
    assert faults(b"id,name\n") == [(0, "no records")]
