"""Lists to be screened, as CSV: columns title, abstract and, in a labelled set, included; also compressed (.gz)."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dynapolis.errors import BadInput, Fault
from dynapolis.ids import make_id
from dynapolis.model.labelled import ScreenRecord
from dynapolis.text import clean

REQUIRED = ("title", "abstract")
LABEL, OWN_ID = "included", "record_id"
_LABELS = {"0": False, "1": True, "": None}
_LONGEST_CELL = 10_000_000  # letters; an unclosed quotation mark swallows the rest of a file


def read_screening_lists(paths: Sequence[Path], *, labelled: bool) -> list[ScreenRecord]:
    """Records of one or several lists, in the order of the files.

    A record has the same id wherever it stands, since the id is made from its text; the second record of the same
    text has ``-2`` behind it. Records without any text are kept: they have to be decided too.

    Args:
        paths: CSV files in UTF-8, with or without ``.gz``. Columns beyond those named above are not read.
        labelled: whether ``included`` must be 0 or 1 in every row; otherwise the column may be missing or empty.

    Raises:
        BadInput: a file cannot be read, a column is missing, a label is something else, a file's own ids repeat, or
            there is no record at all; all faults of all files at once.
    """
    faults: list[Fault] = []
    rows: list[tuple[str, dict[str, str]]] = []
    for path in paths:
        found, wrong = _read_rows(path, labelled=labelled)
        faults += wrong
        rows += [(path.name, row) for row in found]
    if not rows and not faults:
        faults.append(
            Fault(paths[0].name if paths else "", 0, "", "no record", "one record or more", "name another file")
        )
    if faults:
        raise BadInput(", ".join(path.name for path in paths), faults)
    seen: Counter[str] = Counter()
    return [_record(source, row, seen) for source, row in rows]


def _record(source: str, row: dict[str, str], seen: Counter[str]) -> ScreenRecord:
    title, abstract = clean(row["title"]), clean(row["abstract"])
    text_id = make_id(title.replace("\x1f", " "), abstract.replace("\x1f", " "))
    seen[text_id] += 1
    number = f"-{seen[text_id]}" if seen[text_id] > 1 else ""
    label = _LABELS[row.get(LABEL, "").strip()]
    return ScreenRecord(f"{text_id}{number}", source, row.get(OWN_ID, "").strip(), title, abstract, label)


def _read_rows(path: Path, *, labelled: bool) -> tuple[list[dict[str, str]], list[Fault]]:
    """Rows of one file, and what is wrong with it."""
    try:
        text = _text(path)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        return [], [Fault(str(path), 0, "", why, "a CSV file, or one compressed with gzip", "name another file")]
    except UnicodeDecodeError as error:
        line, found = error.object[: error.start].count(b"\n") + 1, f"byte 0x{error.object[error.start]:02X}"
        return [], [Fault(path.name, line, "", found, "UTF-8 text", "save it as UTF-8")]
    return _parse(path.name, text, labelled=labelled)


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")


def _parse(where: str, text: str, *, labelled: bool) -> tuple[list[dict[str, str]], list[Fault]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    faults: list[Fault] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        faults += _header_faults(where, header, labelled=labelled)
        line = reader.line_num + 1
        for cells in [] if faults else reader:
            if len(cells) == len(header):
                rows.append(dict(zip(header, cells, strict=True)))
                faults += _label_faults(where, line, rows[-1], labelled=labelled)
            elif cells:
                expected, mend = f"{len(header)} cells", "check quotes and commas in this line"
                faults.append(Fault(where, line, "", f"{len(cells)} cells", expected, mend))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(where, reader.line_num, "", str(error), "CSV as in RFC 4180", "check the quotation marks"))
    own = Counter(row.get(OWN_ID, "").strip() for row in rows)
    faults += [
        Fault(where, 0, OWN_ID, f"{name!r} {n} times", "an id of its own for each record", "correct the ids")
        for name, n in own.items()
        if name and n > 1
    ]
    return rows, faults


def _header_faults(where: str, header: Sequence[str], *, labelled: bool) -> list[Fault]:
    wanted = (*REQUIRED, LABEL) if labelled else REQUIRED
    names = f"the columns {', '.join(wanted)}"
    faults = [Fault(where, 1, name, "no such column", names, "add or rename the column") for name in wanted
              if name not in header]  # fmt: skip
    twice = [name for name, n in Counter(header).items() if n > 1 and name in (*wanted, OWN_ID)]
    return faults + [Fault(where, 1, name, "the column twice", "it once", "remove one of them") for name in twice]


def _label_faults(where: str, line: int, row: dict[str, str], *, labelled: bool) -> list[Fault]:
    label = row.get(LABEL, "").strip()
    if label in _LABELS and (label or not labelled):
        return []
    expected = "0 or 1" if labelled else "0, 1 or an empty cell"
    return [Fault(where, line, LABEL, repr(label), expected, "correct the label")]
