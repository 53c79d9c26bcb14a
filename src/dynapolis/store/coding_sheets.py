"""Coding sheets: what a coder fills in with any spreadsheet, what may be written there, and what differs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dynapolis.errors import BadContent, Fault
from dynapolis.model.codebook import Codebook
from dynapolis.model.coding_work import REASONS, Difference
from dynapolis.model.evidence import GIVEN_HERE, Coding
from dynapolis.store.files import write_whole
from dynapolis.text import clean, split_list

SHOWN = ("record_id", "register", "city_id", "name", "name_local", "description_en", "description_ko",
         "lead_organisation", "source_url")  # fmt: skip
TEXTS = ("name", "name_local", "description_en", "description_ko", "lead_organisation")
DISPUTE = ("record_id", "city_id", "name", "description_en", "description_ko", "scheme", "codes_1", "quote_1",
           "codes_2", "quote_2", "codes", "quote", "reason", "note")  # fmt: skip


def sheet_columns(codebook: Codebook) -> list[str]:
    """What stands in a sheet: what is shown, two columns for every scheme, doubts and a note."""
    asked = [column for scheme in codebook.schemes for column in (scheme.scheme, f"{scheme.scheme}_quote")]
    return [*SHOWN, *asked, "unsure", "note"]


def write_sheet(path: Path, records: Sequence[Mapping[str, Any]], codebook: Codebook) -> Path:
    """Write a sheet of records to code, and beside it the codes with their rules in both languages.

    Returns:
        the file of codes.
    """
    columns = sheet_columns(codebook)
    rows = [[_cell(record.get(c)) if c in SHOWN else "" for c in columns] for record in records]
    write_whole(path, _csv(columns, rows))
    codes = path.with_suffix(".codes.csv")
    heads = ("scheme", "code", "label_ko", "label_en", "rule_ko", "rule_en", "applies_to", "several")
    lines = [
        [s.scheme, c.code, c.label.ko, c.label.en, c.rule.ko, c.rule.en, s.applies_to, "yes" if s.multiple else "no"]
        for s in codebook.schemes
        for c in s.codes
        if c.assignable
    ]
    write_whole(codes, _csv(heads, lines))
    return codes


def write_disputes(path: Path, found: Sequence[Difference], records: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what two coders differ in, to be decided."""
    rows = []
    for item in found:
        record = records[item.record_id]
        told = [_cell(record.get(c)) for c in ("city_id", "name", "description_en", "description_ko")]
        sides = [side for a in (item.one, item.other) for side in ("; ".join(a.codes), a.quote)]
        rows.append([item.record_id, *told, item.scheme, *sides, "", "", "", ""])
    write_whole(path, _csv(DISPUTE, rows))


def read_sheet(
    path: Path, records: Mapping[str, Mapping[str, Any]], codebook: Codebook, coder: str, coder_version: str,
    rounds: Mapping[tuple[str, str], int],
) -> tuple[list[Coding], bytes]:  # fmt: skip
    """The codings of a filled-in sheet; a row without any code is passed over.

    Args:
        path: of the sheet.
        records: every record that may be coded, by id, with its texts.
        codebook: whose codes are allowed.
        coder, coder_version: who filled it in.
        rounds: by record and scheme the round that this coder's codes of this sheet are of.

    Returns:
        the codings, and the bytes of the sheet.

    Raises:
        BadContent: anything is wrong; all faults are listed, and nothing is taken.
    """
    data, lines, faults = _lines(path, sheet_columns(codebook))
    found: list[Coding] = []
    for line, row in lines:
        record = records.get(row["record_id"])
        if record is None:
            faults.append(_unknown_record(path, line, row["record_id"]))
            continue
        doubted = set(split_list(row["unsure"]))
        for name in doubted - codebook.by_scheme.keys():
            faults.append(Fault(path.name, line, "unsure", name, "names of schemes, with ;", "correct the name"))
        for scheme in codebook.by_scheme:
            codes, quote = split_list(row[scheme]), clean(row[f"{scheme}_quote"])
            faults += _faults(path, line, scheme, scheme, f"{scheme}_quote", codes, quote, record, codebook)
            found += [
                Coding(row["record_id"], scheme, n, code, coder, coder_version, codebook.version,
                       rounds.get((row["record_id"], scheme), 1), scheme in doubted, None, quote or None, None,
                       clean(row["note"]) or None, "", GIVEN_HERE, line)
                for n, code in enumerate(codes)
            ]  # fmt: skip
    if faults:
        raise BadContent(str(path), faults)
    return found, data


def read_decisions(
    path: Path, records: Mapping[str, Mapping[str, Any]], codebook: Codebook, coder: str, coder_version: str,
    rounds: Mapping[tuple[str, str], int],
) -> tuple[list[Coding], bytes]:  # fmt: skip
    """The decisions of an adjudicator on what differs, each with its reason; see ``read_sheet``."""
    data, lines, faults = _lines(path, DISPUTE)
    found: list[Coding] = []
    for line, row in lines:
        scheme, codes, quote = row["scheme"], split_list(row["codes"]), clean(row["quote"])
        if not codes:
            continue
        record = records.get(row["record_id"])
        if record is None:
            faults.append(_unknown_record(path, line, row["record_id"]))
            continue
        if scheme not in codebook.by_scheme:
            known = ", ".join(codebook.by_scheme)
            faults.append(Fault(path.name, line, "scheme", scheme, f"one of {known}", "restore the name"))
            continue
        if row["reason"] not in REASONS:
            faults.append(
                Fault(path.name, line, "reason", row["reason"] or "nothing", f"one of {', '.join(REASONS)}", "say why")
            )
        faults += _faults(path, line, scheme, "codes", "quote", codes, quote, record, codebook)
        found += [
            Coding(row["record_id"], scheme, n, code, coder, coder_version, codebook.version,
                   rounds.get((row["record_id"], scheme), 1), False, None, quote or None, row["reason"],
                   clean(row["note"]) or None, "", GIVEN_HERE, line)
            for n, code in enumerate(codes)
        ]  # fmt: skip
    if faults:
        raise BadContent(str(path), faults)
    return found, data


def _lines(path: Path, columns: Sequence[str]) -> tuple[bytes, list[tuple[int, dict[str, str]]], list[Fault]]:
    """The bytes, the rows with their lines, and what is wrong with the form; columns may stand in any order."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise BadContent(str(path), [Fault(path.name, 0, "", str(error), "a CSV file", "name the sheet")]) from error
    except UnicodeDecodeError as error:
        expected = "UTF-8 text"
        raise BadContent(
            str(path), [Fault(path.name, 0, "", str(error.reason), expected, "save it as CSV UTF-8")]
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [clean(cell) for cell in next(reader, [])]
    missing = [name for name in columns if name not in header]
    faults = [Fault(path.name, 1, name, "no such column", ", ".join(columns), "restore the column") for name in missing]
    lines = []
    while not missing:
        begins = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            break
        if any(cell.strip() for cell in cells):
            lines.append((begins, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))))
    return data, lines, faults


def _faults(
    path: Path, line: int, scheme: str, column: str, quote_column: str, codes: Sequence[str], quote: str,
    record: Mapping[str, Any], codebook: Codebook,
) -> Iterator[Fault]:  # fmt: skip
    asked = codebook.by_scheme[scheme]
    allowed = [code.code for code in asked.codes if code.assignable]
    for code in codes:
        if code not in allowed:
            yield Fault(path.name, line, column, code, f"one of {', '.join(allowed)}", "write a code of the codebook")
    if len(codes) > 1 and not asked.multiple:
        yield Fault(path.name, line, column, "; ".join(codes), "one code", "keep the one that fits best")
    if len(set(codes)) < len(codes):
        yield Fault(path.name, line, column, "; ".join(codes), "each code once", "remove the repeated one")
    if quote and not any(quote in clean(str(record.get(name) or "")) for name in TEXTS):
        yield Fault(path.name, line, quote_column, quote, "words of the record", "copy them from its texts")
    if quote and not codes:
        yield Fault(path.name, line, column, "nothing", "a code for the quoted words", "write the code")


def _unknown_record(path: Path, line: int, record: str) -> Fault:
    expected = "a record_id as it was written into the sheet"
    return Fault(path.name, line, "record_id", record or "nothing", expected, "restore it")


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """With a sign that tells spreadsheets the encoding."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return "\ufeff" + sink.getvalue()
