"""Files that are broken or meant to harm: each is refused with a clear fault, nothing is written, memory stays small.

All are made here. Lists that are broken in the wild (marks of a git conflict, quotes undone) are read in
``tests/unit/registers/test_published_files.py``.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadInput, Fault
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import LIMITS, Limits, list_tables, open_table

MEGABYTE = 1024**2
TWO_GIGABYTES = 2 * 1024**3


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The working folder is an empty one, and stays empty whatever is read; so does the folder above it."""
    work = tmp_path / "above" / "work"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    yield
    assert list(work.iterdir()) == []
    assert list(work.parent.iterdir()) == [work]


def faults(path: Path, limits: Limits = LIMITS, **layout: Any) -> tuple[Fault, ...]:
    """The faults of a file that must be refused, at opening or while it is read."""
    with pytest.raises(BadInput) as raised, open_table(path, Layout(**layout), limits=limits) as table:
        for _ in table.entries:
            pass
    for fault in raised.value.faults:
        assert fault.where.startswith(path.name)
        assert fault.found
        assert fault.expected
        assert fault.mend
    return raised.value.faults


def found(path: Path, limits: Limits = LIMITS, **layout: Any) -> str:
    return "; ".join(fault.found for fault in faults(path, limits, **layout))


def put(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def most_memory(path: Path, limits: Limits = LIMITS, **layout: Any) -> tuple[str, int]:
    """The fault of a file, and the most bytes Python held while finding it."""
    tracemalloc.start()
    try:
        return found(path, limits, **layout), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_that_says_what_it_is_is_refused_before_a_byte_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("list.csv", "w") as member,
    ):
        for _ in range(100):
            member.write(b"0" * MEGABYTE)
    said, memory = most_memory(path)
    assert "packed bytes that unpack to 104,857,600" in said
    assert memory < MEGABYTE


def test_a_zip_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packed.compress(b"0" * MEGABYTE) for _ in range(300)) + packed.flush()
    path = put(tmp_path, "bomb.zip", zip_by_hand(b"list.csv", body, said_size=1000))
    said, memory = most_memory(path, columns=("a",))
    assert "damaged" in said
    assert memory < 16 * MEGABYTE


def test_a_gzip_bomb_is_stopped_by_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(b"id,name\n")
        for _ in range(120):
            file.write(b"1,aaaaaa\n" * (MEGABYTE // 9))
    said, memory = most_memory(path)
    assert "packed bytes that unpack to more than" in said
    assert memory < 16 * MEGABYTE


def test_the_sum_of_all_unpacked_bytes_has_a_limit(tmp_path: Path) -> None:
    path = put(tmp_path, "list.csv.gz", gzip.compress(b"id,name\n" + os.urandom(500_000).hex().encode()))
    assert "more than 100,000 bytes when unpacked" in found(path, Limits(unpacked_bytes=100_000))


def test_a_zip_with_very_many_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(11):
            archive.writestr(f"{number}.csv", "id\n1\n")
    assert found(path, Limits(members=10)) == "11 members"


@pytest.mark.parametrize("name", ["../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\evil.csv"])
def test_a_path_out_of_a_zip_is_refused_and_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.csv", "id\n1\n")
        archive.writestr(name, "id\n1\n")
    assert found(path, member="list.csv") == f"the path {name!r}"
    with pytest.raises(BadInput):
        list_tables(path)


def test_every_fault_of_a_zip_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name in ("../a.csv", "b.csv", "b.csv", "/c.csv"):
            archive.writestr(name, "id\n1\n")
    assert sorted(fault.found for fault in faults(path)) == [
        "'b.csv' twice",
        "the path '../a.csv'",
        "the path '/c.csv'",
    ]


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "secret.zip", zip_by_hand(b"list.csv", b"\0" * 40, said_size=28, flags=1))
    assert found(path) == "members protected by a password: 'list.csv'"


def zip_by_hand(name: bytes, body: bytes, said_size: int, flags: int = 0) -> bytes:
    """A zip with one packed member, whose headers say what we like."""
    sizes = struct.pack("<HHHHHIII", 20, flags, 8, 0, 33, 0, len(body), said_size) + struct.pack("<HH", len(name), 0)
    local = b"PK\x03\x04" + sizes + name + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + sizes + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def test_a_line_of_two_gigabytes_is_never_held(tmp_path: Path) -> None:
    """The file is sparse: it takes no space on the disk. Zero bytes are letters when the encoding is declared."""
    path = put(tmp_path, "list.csv", b"id,name\n" + b"1,a lab\n" * 100_000 + b"2,")
    with path.open("r+b") as file:
        file.truncate(TWO_GIGABYTES)
    said, memory = most_memory(path)
    assert said == f"a line of more than {LIMITS.entry_characters:,} characters"
    assert memory < 100 * MEGABYTE
    assert faults(path)[0].row == 100_002


@pytest.mark.parametrize("name", ["list.csv", "list.json", "list.jsonl"])
@pytest.mark.parametrize("start", [b'id,name\n1,"', b'[{"id": "', b'{"id": "', b""])
def test_a_text_of_two_gigabytes_in_one_piece_is_never_held(tmp_path: Path, name: str, start: bytes) -> None:
    """A gzip of 2,048 parts, each a megabyte of one letter, with the limit on the ratio taken away."""
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress(start) + 2048 * gzip.compress(b"x" * MEGABYTE))
    said, memory = most_memory(path, Limits(ratio=10**9))
    assert "more than" in said or "a beginning that is not JSON" in said or "is cut off" in said or "no entries" in said
    assert memory < 100 * MEGABYTE


def test_an_entry_whose_quote_is_never_closed_stops_at_the_limit(tmp_path: Path) -> None:
    path = put(tmp_path, "list.csv", b'id,name\n1,"open\n' + b"2,a lab\n" * 2 * MEGABYTE)
    said, memory = most_memory(path)
    assert said.startswith(f"an entry of more than {LIMITS.entry_characters:,} characters")
    assert memory < 100 * MEGABYTE


def test_marks_of_a_git_conflict_stop_the_file_even_inside_a_quoted_cell(tmp_path: Path) -> None:
    text = b'id,text\n1,"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\nd"\n'
    assert [fault.row for fault in faults(put(tmp_path, "list.csv", text))] == [3, 5, 7]
    assert "a mark of a git conflict ('<<<<<<< HEAD')" in found(tmp_path / "list.csv")


def test_a_line_of_equal_signs_alone_is_text(tmp_path: Path) -> None:
    path = put(tmp_path, "list.csv", b'id,text\n1,"Title\n=======\nmore"\n')
    with open_table(path, Layout()) as table:
        assert [entry.cells for entry in table.entries] == [("1", "Title\n=======\nmore")]


def test_a_truncated_gzip_gives_what_it_held_and_then_its_fault(tmp_path: Path) -> None:
    rows = b"".join(b"%d,%s\n" % (number, os.urandom(8).hex().encode()) for number in range(60_000))
    whole = gzip.compress("id,name\n0,Zürich\n".encode() + rows)
    path = put(tmp_path, "list.csv.gz", whole[: len(whole) // 2])
    read = 0
    with pytest.raises(BadInput, match="cut off"), open_table(path, Layout()) as table:
        for read, entry in enumerate(table.entries, start=1):
            assert not entry.wrong
            assert entry.line == read + 1
    assert 10_000 < read < 60_000


def test_a_truncated_gzip_of_plain_letters_is_refused_at_opening(tmp_path: Path) -> None:
    whole = gzip.compress(b"id,name\n" + os.urandom(500_000).hex().encode())
    path = put(tmp_path, "list.csv.gz", whole[: len(whole) // 2])
    with pytest.raises(BadInput, match="cut off"), open_table(path, Layout()):
        pytest.fail("it was opened")


def test_a_gzip_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"id,name\n1,Lab\n"))
    whole[-5] ^= 1
    assert "damaged" in found(put(tmp_path, "list.csv.gz", bytes(whole)))


def compound_file(*streams: str) -> bytes:
    """The smallest file in the old Office format whose directory names these streams: a header and two sectors."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("D0CF11E0A1B11AE1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 1)
    header[80:] = b"\xff" * 432
    directory = bytearray()
    for kind, name in ((5, "Root Entry"), *((2, stream) for stream in streams)):
        entry = bytearray(128)
        text = name.encode("utf-16-le") + b"\0\0"
        entry[: len(text)] = text
        struct.pack_into("<HBB", entry, 64, len(text), kind, 1)
        struct.pack_into("<III", entry, 68, *[0xFFFFFFFF] * 3)
        directory += entry
    directory += bytes(512 - len(directory))
    table = struct.pack("<II", 0xFFFFFFFE, 0xFFFFFFFD) + b"\xff" * 504
    return bytes(header) + bytes(directory) + table


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "list.xlsx", compound_file("EncryptionInfo", "EncryptedPackage"))
    assert found(path) == "a workbook protected by a password"
    with pytest.raises(BadInput, match="protected by a password"):
        list_tables(path)


def test_an_old_office_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert found(put(tmp_path, "list.xls", compound_file("WordDocument"))) == "an old Office file that is no workbook"
    assert found(put(tmp_path, "book.xls", compound_file("Workbook"))) == "a workbook without a sheet"


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\0", "a SQLite database"),
        (b"PAR1", "a Parquet file"),
        (b"7z\xbc\xaf\x27\x1c", "an archive that is neither zip nor gzip"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "an XML file"),
        (b"-- MySQL dump 10.13", "a database dump (SQL)"),
        (b"\x7fELF", "a program"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_first_bytes_whatever_its_name(
    tmp_path: Path, start: bytes, what: str
) -> None:
    for name in ("list.csv", "list.json", "list.xlsx"):
        assert found(put(tmp_path, name, start + b" and more\n")) == what
    assert found(put(tmp_path, "list.csv", start + b" and more\n"), format="csv") == what


def test_binary_garbage_is_refused(tmp_path: Path) -> None:
    garbage = zlib.compress(b"".join(b"%d" % number for number in range(20_000)))
    assert "binary data" in found(put(tmp_path, "list.csv", garbage[2:]))
    assert "binary data" in found(put(tmp_path, "zeros.csv", bytes(10_000)))
    assert "binary data" in found(tmp_path / "zeros.csv", encoding="utf-8")


def test_a_zip_cut_off_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("list.csv", "id\n1\n")
    for length in (5, 30, len(file.getvalue()) - 1):
        assert "cut off or damaged" in found(put(tmp_path, "list.zip", file.getvalue()[:length]))


def test_very_many_columns_are_refused(tmp_path: Path) -> None:
    header = ",".join(f"c{number}" for number in range(20_000)).encode()
    assert found(put(tmp_path, "list.csv", header + b"\n")) == "20,000 columns"
