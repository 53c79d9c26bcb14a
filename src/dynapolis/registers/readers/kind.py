"""What kind of file it is: by its first bytes, then by its name."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from dynapolis.registers.readers.refuse import refusal
from dynapolis.registers.readers.table import Decision
from dynapolis.registers.wording import Wording

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = (
    (rb"%PDF", "a PDF"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture"),
    (rb"PAR1", "a Parquet file"),
    (rb"SQLite format 3", "a SQLite database"),
    (rb"7z\xbc\xaf|Rar!|BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd", "an archive that is neither zip nor gzip"),
    (rb"\x7fELF|MZ\x90", "a program"),
    (rb"\s*<(!doctype html|html|head|body)\b", "a web page"),
    (rb"\s*<\?xml", "an XML file"),
    (rb"\s*(-- MySQL dump|-- PostgreSQL database dump|CREATE (DATABASE|TABLE) |INSERT INTO )", "a database dump (SQL)"),
)
_JSON = re.compile(rb'\s*(\{\s*["}]|\[\s*[\[{\]])')
_JSON_NAMES = (".json", ".geojson", ".js", ".jsonl", ".ndjson")


class Kind(StrEnum):
    """A kind of file that can be read."""

    DELIMITED = "csv"
    JSON = "json"
    JSONL = "jsonl"
    WORKBOOK = "xlsx"


def refuse_foreign(head: bytes, name: str) -> None:
    """Stops at a file that is known and holds no table we read.

    Raises:
        BadInput: the first bytes are those of a PDF, a picture, a program, a web page and the like.
    """
    for pattern, what in _REFUSED:
        if re.match(pattern, _plain(head), re.IGNORECASE):
            expected = "CSV, XLSX, XLS, JSON, JSON Lines or a data package, also in zip or gzip"
            raise refusal(name, what, expected, "export the list in one of these formats")


def find_kind(head: bytes, file_name: str, name: str) -> tuple[Kind, Decision]:
    """Kind of an unpacked file that is neither zip nor workbook.

    Example:
        >>> find_kind(b'[{"id": 1}]', "data202201.js", "data202201.js")[0]
        <Kind.JSON: 'json'>
        >>> find_kind(b'{"id": 1}\\n{"id": 2}\\n', "list.txt", "list.txt")[0]
        <Kind.JSONL: 'jsonl'>
    """
    refuse_foreign(head, name)
    plain = _plain(head)
    if _JSON.match(plain) or (file_name.endswith(_JSON_NAMES) and plain.lstrip().startswith(b"[")):
        if _is_lines(plain, file_name):
            return Kind.JSONL, Decision("format", "jsonl", Wording("decision.why.json_lines"))
        return Kind.JSON, Decision("format", "json", Wording("decision.why.json"))
    if file_name.endswith(_JSON_NAMES) and plain.strip():
        found = f"a name that ends with {file_name[file_name.rfind('.') :]} and a beginning that is not JSON"
        raise refusal(name, found, "an object or a list of objects", "check the file, or set layout.format")
    return Kind.DELIMITED, Decision("format", "csv", Wording("decision.why.text"))


def _is_lines(plain: bytes, file_name: str) -> bool:
    """One object a line: the name says so, or a first line that is a whole object is followed by another."""
    if file_name.endswith((".jsonl", ".ndjson")):
        return True
    lines = [line for line in plain.splitlines()[:50] if line.strip()]
    return (
        len(lines) > 1
        and all(line.lstrip().startswith(b"{") for line in lines[:2])
        and lines[0].rstrip().endswith(b"}")
    )


def _plain(head: bytes) -> bytes:
    """The first bytes without byte order mark, and without the zeros of UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(codecs.BOM_UTF8)
