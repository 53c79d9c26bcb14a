"""Files of ``dynapolis cities``: any list with towns in, the same rows with cities out, the queue of open towns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dynapolis.errors import BadInput, BadUse, Fault

if TYPE_CHECKING:
    from dynapolis.places.answer import PlaceAnswer

OURS = ("geonameid", "name", "country", "lat", "lon", "score", "reason", "runner_up")
QUEUE = ("town", "country", "rows", "reason", "score", "runner_up")
Pair = tuple[str, str]
Cells = tuple[str, ...]


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[Cells, tuple[int, ...], Iterator[Cells]]]:
    """A list of any format, opened once: its header, where the wanted columns stand, and its rows.

    Used as a ``for`` over one opening, so that the file is closed behind the last row.

    Raises:
        BadUse: the file is not there or lacks a column.
        BadInput: rows that cannot be read; all are listed.
    """
    from dynapolis.model.layout import Layout
    from dynapolis.registers.readers import open_table

    if not path.is_file():
        raise BadUse(f"{path} is not a file; name a list with a header")
    with open_table(path, Layout()) as table:
        missing = [column for column in columns if column not in table.header]
        if missing:
            raise BadUse(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(table.header)}")
        faults: list[Fault] = []

        def rows() -> Iterator[Cells]:
            for entry in table.entries:
                if entry.wrong:
                    faults.append(Fault(path.name, entry.line, "", entry.wrong, "a whole row", "correct the line"))
                else:
                    yield entry.cells

        yield table.header, tuple(table.header.index(column) for column in columns), rows()
        if faults:
            raise BadInput(path.name, faults)


def count_pairs(path: Path, town: str, country: str) -> Counter[Pair]:
    """Distinct towns and countries of a list as typed, with the number of their rows, in the order of the file."""
    found: Counter[Pair] = Counter()
    for _, (at_town, at_country), rows in read_rows(path, (town, country)):
        found.update((cells[at_town], cells[at_country]) for cells in rows)
    return found


def write_matched(
    path: Path,
    out: Path,
    columns: Pair,
    answers: Mapping[Pair, PlaceAnswer],
    area_of: Callable[[int], str | None] | None = None,
) -> None:
    """The rows of a list in their order, each with its city behind; written whole or not at all.

    A column of ours whose name the list has already is called ``match_`` and its name.
    """
    from dynapolis.store.files import writing_whole

    with writing_whole(out) as file:
        text = io.TextIOWrapper(cast("Any", file), encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, delimiter="\t" if out.suffix == ".tsv" else ",", lineterminator="\n")
        for header, (at_town, at_country), rows in read_rows(path, columns):
            ours = (*OURS, "area") if area_of else OURS
            writer.writerow([*header, *(_free(name, header) for name in ours)])
            shown: dict[Pair, list[Any]] = {}
            for cells in rows:
                pair = cells[at_town], cells[at_country]
                if pair not in shown:
                    shown[pair] = [*_cells(answers[pair]), *_area(answers[pair], area_of)]
                writer.writerow([*cells, *shown[pair]])
        text.detach()


def _free(name: str, header: Sequence[str]) -> str:
    while name in header:
        name = f"match_{name}"
    return name


def _cells(answer: PlaceAnswer) -> list[Any]:
    place = [answer.geonameid, answer.name, answer.country, answer.lat, answer.lon, f"{answer.score:.4f}"]
    shown = place if answer.is_answer else [""] * len(place)
    return [*shown, answer.reason.value, str(answer.runner_up or "")]


def _area(answer: PlaceAnswer, area_of: Callable[[int], str | None] | None) -> list[str]:
    if area_of is None:
        return []
    return [area_of(answer.geonameid) or ""] if answer.geonameid is not None else [""]


def queue_rows(counted: Mapping[Pair, int], answers: Mapping[Pair, PlaceAnswer]) -> list[dict[str, Any]]:
    """Towns that a person should look at, those of most rows first: all refused ones that somebody has typed."""
    from dynapolis.places.answer import Reason

    settled = (Reason.EMPTY, Reason.DECIDED_NONE)
    rows = [
        {
            "town": town, "country": country, "rows": n, "reason": answers[town, country].reason.value,
            "score": f"{answers[town, country].score:.4f}", "runner_up": str(answers[town, country].runner_up or ""),
        }
        for (town, country), n in counted.items()
        if not answers[town, country].is_answer and answers[town, country].reason not in settled
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["rows"], row["country"], row["town"]))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A CSV file of some rows, whole or not at all."""
    from dynapolis.store.files import write_whole

    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def read_queue(path: Path) -> list[dict[str, Any]]:
    """The rows of a queue file.

    Raises:
        BadInput: the file is missing or no queue.
    """
    from dynapolis.store.csv_file import read_table

    rows, faults = read_table(path, QUEUE)
    faults += [
        Fault(path.name, line, "rows", repr(row["rows"]), "a number", "write the queue again with cities match")
        for line, row in rows
        if not row["rows"].isdecimal()
    ]
    if faults:
        raise BadInput(path.name, faults)
    return [{**row, "rows": int(row["rows"])} for _, row in rows]
