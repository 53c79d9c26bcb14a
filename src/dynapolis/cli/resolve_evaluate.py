"""``dynapolis resolve evaluate``: how often the matcher is right where the truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, language, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.model.codebook import Codebook
    from dynapolis.model.evidence import Coding, Record
    from dynapolis.resolve.evaluate import Gold
    from dynapolis.resolve.gold import GoldSet

EMBEDDED = "embedded"


def evaluate(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the tables.")],
    wanted: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME", help="A gold set; may be repeated.", show_default="all there are"),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="The folder of the published lists.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve lists whose doubles are known, without what tells them, and write how many were found.

    Precision, recall and F1 of pairs and of whole groups with intervals, at the thresholds that were chosen without
    knowing the truth, beside Splink with its default settings on the same pairs; and every mistake.
    """
    with reporting(as_json):
        from dynapolis.cli.city_files import write_rows
        from dynapolis.resolve.evaluate import evaluate as hold_against
        from dynapolis.resolve.evaluate import measure_rows, mistake_rows, reliability_rows, set_row

        tables: dict[str, list[dict[str, Any]]] = {"sets": [], "measures": [], "reliability": [], "mistakes": []}
        for gold in gold_sets(wanted or [], data):
            done = hold_against(gold)
            tables["sets"].append(set_row(done))
            tables["measures"] += measure_rows(done)
            tables["reliability"] += reliability_rows(done)
            tables["mistakes"] += mistake_rows(done)
        for name, rows in tables.items():
            write_rows(out / f"{name}.csv", list(rows[0]) if rows else [name], rows)
        shown = [row for row in tables["measures"] if row["unit"] == "pair" and row["cut"] in ("same", "even")]
        if as_json:
            print_json({"out": str(out), "sets": tables["sets"], "measures": tables["measures"]})
            return
        _say(shown, out)


def gold_sets(wanted: list[str], data: Path | None) -> Iterator[Gold]:
    """The gold sets that are asked for, or all whose lists are there.

    Raises:
        BadUse: there is no set of that name, or its lists are not there.
    """
    from dynapolis.errors import BadUse
    from dynapolis.resolve.gold import gold_of_lists, missing_files, read_gold_sets

    known = read_gold_sets()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise BadUse(f"no gold set {', '.join(unknown)}; there are {', '.join(known)}")
    for name, described in known.items():
        if described.registers:
            if not wanted or name in wanted:
                yield gold_of_registers(name, described)
        elif name in wanted or (not wanted and data is not None and not missing_files(described, data)):
            if data is None:
                raise BadUse(f"the lists of gold set {name} are not shipped; name their folder with --data")
            yield gold_of_lists(name, described, data, _rows)


def gold_of_registers(name: str, described: GoldSet) -> Gold:
    """A set of shipped registers, read as an import reads them."""
    from dataclasses import asdict

    import pyarrow as pa

    from dynapolis.model.register import DESCRIPTION
    from dynapolis.registers.importer import import_register
    from dynapolis.resolve.gold import gold_of_records
    from dynapolis.store import content
    from dynapolis.store.districts import read_districts

    paths = content.ContentPaths.default()
    places = content.read_places(paths.places)
    records: list[Record] = []
    said: list[Coding] = []
    for register in described.registers:
        folder = paths.registers / register
        spec = content.read_register(content.register_file(folder))
        files = {name: (folder / name).read_bytes() for name in {spec.file, *(item.file for item in spec.codings)}}
        files |= {DESCRIPTION: content.register_file(folder).read_bytes()}
        found = import_register(spec, files, lambda v: content.read_codebook(paths.codebooks, v), places)
        records += found.records
        said += found.codings
    records.sort(key=lambda record: record.record_id)
    rows = [asdict(record) | {"partners": list(record.partners)} for record in records]
    codebook = content.read_codebook(paths.codebooks, content.read_index_spec(paths.index).codebook_version)
    codings = [asdict(item) | {"code": _now(item, codebook)} for item in said]
    districts = read_districts(paths.districts)
    tables = pa.Table.from_pylist(rows), pa.Table.from_pylist(codings)
    return gold_of_records(name, described, records, *tables, districts)


def _now(item: Coding, codebook: Codebook) -> str:
    """A code as it reads under a codebook."""
    old = item.codebook_version == codebook.supersedes
    return codebook.from_previous.get(item.scheme, {}).get(item.code, item.code) if old else item.code


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    from dynapolis.cli.city_files import read_rows

    for header, _, rows in read_rows(path, ()):
        for cells in rows:
            yield dict(zip(header, cells, strict=True))


def _say(rows: list[dict[str, Any]], out: Path) -> None:
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    for row in rows:
        shares = {name: f"{row[name] or 0:.1%}" for name in ("precision", "recall", "f1")}
        ends = {name: f"{row[name]:.1%}" for name in ("f1_low", "f1_high")}
        told = {"set": row["set"], "cut": f"{row['threshold']:.3f}", "n_true": f"{row['n_true']:,}"}
        say(words.say(f"cli.resolve_evaluated_{row['matcher']}", **told, **shares, **ends))
    say(words.say("cli.resolve_evaluated", out=str(out)))
