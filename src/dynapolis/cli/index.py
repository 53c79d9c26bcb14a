"""``dynapolis index``: a composite indicator from any table of indicators, alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, language, library_silence, print_json, reporting, say
from dynapolis.errors import BadUse

if TYPE_CHECKING:
    from dynapolis.index.compose import Composite
    from dynapolis.model.composite import CompositeSpec
    from dynapolis.model.unit_table import UnitTable
    from dynapolis.store.composite_rows import Rows

app = typer.Typer(help="Composite indicators from any table of indicators.", no_args_is_help=True)
Data = Annotated[Path, typer.Option("--data", metavar="FILE", help="Table with a row for each unit, or unit and year.")]
Meta = Annotated[
    Path | None, typer.Option("--meta", metavar="FILE", help="Table of the tree of indicators, as COINr has it.")
]
Spec = Annotated[
    Path | None, typer.Option("--spec", metavar="FILE", help="YAML of the tree, the steps and what is uncertain.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Every draw comes from it.")]
Formats = Annotated[str, typer.Option("--format", help="csv, parquet, xlsx; several with commas.")]
_SHOWN = 20
Tables = dict[str, list[dict[str, Any]]]


@app.callback()
def _index() -> None:
    """Composite indicators from any table of indicators."""


@app.command()
def build(
    data: Data,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the tables and their manifest.")],
    meta: Meta = None,
    spec: Spec = None,
    replicas: Annotated[
        int, typer.Option("--replicas", min=0, metavar="N", help="Replicas of the index under what is uncertain.")
    ] = 0,
    sensitivity: Annotated[
        int, typer.Option("--sensitivity", min=0, metavar="N", help="Rows of each sample of the Sobol indices, if any.")
    ] = 0,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar="CODE", help="Take this unit's score apart, down to the cells."),
    ] = None,
    laboratory: Annotated[
        str | None,
        typer.Option("--laboratory", metavar="NODE", help="What other weights of this node's children would do."),
    ] = None,
    seed: Seed = 2022,
    formats: Formats = "csv",
    as_json: AsJson = False,
) -> None:
    """Build a composite indicator and write every step of it as tables, with a manifest.

    The tree comes from --meta or --spec, the steps from --spec or, without one, the usual ones: denominators, outliers
    treated, min–max, arithmetic means.
    """
    with reporting(as_json):
        from dynapolis.cli.index_files import read_any
        from dynapolis.index.compose import compose
        from dynapolis.store.composite_files import read_composite, unused_columns
        from dynapolis.store.table_files import require_ours, write_tables

        wanted = _formats(formats)
        require_ours(out)
        headers: dict[Path, tuple[str, ...]] = {}

        def read(path: Path) -> Rows:
            rows = read_any(path)
            headers[path] = rows.header
            return rows

        table, described = read_composite(data, meta, spec, read)
        unused = unused_columns(headers[data], described)
        made = compose(table, described, rng=_rng(seed))
        asked = _Asked(replicas, sensitivity, tuple(unit or ()), seed, laboratory)
        tables = {name: rows for name, rows in _tables(table, described, made, asked).items() if rows}
        made_from = _made_from(described, {"data": data, "meta": meta, "spec": spec}, asked) | {"unused": list(unused)}
        files = write_tables(out, tables, made_from, wanted, described.index)
        if as_json:
            print_json({"index": described.index, "folder": str(out), "files": files} | _shown(tables, unused))
        else:
            _say(_title(described), tables, unused, out, len(files))


@app.command("compare")
def compare_variants(
    data: Data,
    spec: Annotated[
        list[Path], typer.Option("--spec", metavar="FILE", help="A variant; give the option once for each of them.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the tables and their manifest.")],
    meta: Meta = None,
    seed: Seed = 2022,
    formats: Formats = "csv",
    as_json: AsJson = False,
) -> None:
    """Compare variants of an index over the same data: scores, ranks, and who moves. The first is the base."""
    with reporting(as_json):
        from dynapolis.cli.index_files import read_any
        from dynapolis.index.compose import compose
        from dynapolis.index.output.examined import compared_tables
        from dynapolis.store.composite_files import read_composite
        from dynapolis.store.table_files import require_ours, write_tables

        wanted = _formats(formats)
        require_ours(out)
        _require_names(spec)
        made, variants = {}, {}
        for path in spec:
            table, described = read_composite(data, meta, path, read_any)
            made[path.stem] = compose(table, described, rng=_rng(seed))
            variants[path.stem] = _specified(described) | _hashed({"file": path})
        tables = compared_tables(made)
        made_from = {"variants": variants, "files": _hashed({"data": data, "meta": meta}), "seed": seed}
        files = write_tables(out, tables, made_from, wanted, "comparison")
        if as_json:
            print_json({"folder": str(out), "files": files, "variants": tables["variants"]})
        else:
            _say_variants(tables["variants"], out, len(files))


def _require_names(specs: list[Path]) -> None:
    """A variant goes by the name of its file, so there must be two files or more, and no name twice."""
    names = [path.stem for path in specs]
    if len(names) < 2:
        raise BadUse(f"--spec: found {len(names)} variant; expected two or more; give the option once for each")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadUse(f"--spec: several files are called {', '.join(twice)}; a variant goes by its file's name, rename")


def _say_variants(rows: list[dict[str, Any]], out: Path, n_files: int) -> None:
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    for row in rows[1:]:
        told = {"variant": row["variant"], "base": row["compared_with"], "n": f"{row['n_moved']:,}"}
        r, change = row["rank_correlation"], row["mean_change"]
        say(words.say("cli.index_variant", r="–" if r is None else f"{r:.2f}", change=f"{change or 0:.1f}", **told))
    say(words.say("cli.export_done", n=str(n_files), folder=str(out)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks for besides the index."""

    replicas: int
    sensitivity: int
    units: tuple[str, ...]
    seed: int
    laboratory: str | None


def _tables(table: UnitTable, spec: CompositeSpec, made: Composite, asked: _Asked) -> Tables:
    from dynapolis.index.output.examined import laboratory_rows, left_out_rows, strength_rows, trend_rows
    from dynapolis.index.output.explored import explored_tables, sensitivity_rows
    from dynapolis.index.output.made import made_tables, score_parts
    from dynapolis.index.uncertainty.distribution import explore
    from dynapolis.index.uncertainty.sobol import find_sensitivity

    tables = made_tables(made, table)
    if made.index.ndim == 1:
        tables["left_out"] = left_out_rows(made)
    if table.is_panel and all(time.isdecimal() for time in table.periods):
        tables["trends"] = trend_rows(table, made)
    if asked.units:
        tables["score_parts"] = score_parts(made, asked.units)
        tables["strengths"] = strength_rows(made, asked.units)
    if asked.laboratory:
        with library_silence():  # the solver has lines of its own to say
            tables["laboratory"] = laboratory_rows(made, asked.laboratory, _rng(asked.seed))
    if asked.replicas:
        tables |= explored_tables(table, spec, explore(table, spec, asked.replicas, _rng(asked.seed)))
    if asked.sensitivity:
        found = find_sensitivity(table, spec, _rng(asked.seed), n=asked.sensitivity)
        tables["sensitivity"] = sensitivity_rows(found)
    return tables


def _shown(tables: Tables, unused: tuple[str, ...]) -> dict[str, Any]:
    """Scores and, where there are replicas, rank intervals."""
    return {
        "unused": list(unused),
        "scores": tables["scores"],
        "rank_intervals": tables.get("rank_intervals", []),
        "n_failed": len(tables.get("failures", [])),
    }


def _rng(seed: int) -> Any:
    import numpy as np

    return np.random.default_rng(seed)


def _formats(words: str) -> list[str]:
    """Formats from a list with commas.

    Raises:
        BadUse: one of them is unknown.
    """
    from dynapolis.store.table_files import FORMATS

    wanted = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [word for word in wanted if word not in FORMATS]
    if unknown or not wanted:
        raise BadUse(f"--format {', '.join(unknown) or 'nothing'}: expected {', '.join(FORMATS)}, joined by commas")
    return wanted


def _made_from(spec: CompositeSpec, files: dict[str, Path | None], asked: _Asked) -> dict[str, Any]:
    """What the manifest says the tables were made from: the specification with its hash, the files with theirs."""
    return _specified(spec) | {
        "files": _hashed(files),
        "replicas": asked.replicas,
        "sensitivity": asked.sensitivity,
        "units": list(asked.units),
        "laboratory": asked.laboratory,
        "seed": asked.seed,
    }


def _specified(spec: CompositeSpec) -> dict[str, Any]:
    """A specification, whole, with its hash."""
    from dynapolis.ids import digest_json

    described = spec.model_dump(mode="json", by_alias=True)
    return {"specification": described, "specification_sha256": digest_json(described)}


def _hashed(files: dict[str, Path | None]) -> dict[str, dict[str, str]]:
    """Names and hashes of the files that there are."""
    from dynapolis.store.files import digest_file

    return {role: {"name": path.name, "sha256": digest_file(path)} for role, path in files.items() if path}


def _title(spec: CompositeSpec) -> str:
    """What people call the index, in the language of the command."""
    if spec.title is None:
        return spec.index
    return spec.title if isinstance(spec.title, str) else spec.title.in_(language())


def _say(name: str, tables: Tables, unused: tuple[str, ...], out: Path, n_files: int) -> None:
    """The first units with their scores and ranks, a rank with its interval where there is one, and where to look.

    Of a panel, those of the last year.
    """
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    root = str(tables["weights"][0]["node"])
    last = max(str(row.get("time", "")) for row in tables["scores"])
    is_panel = len({row.get("time") for row in tables["scores"]}) > 1
    rows = [row for row in tables["scores"] if str(row.get("time", "")) == last]
    told = {(row["unit"], row.get("time")): row for row in tables.get("rank_intervals", [])}
    say(words.say("cli.index_title", index=f"{name} {last}" if is_panel else name, n=f"{len(rows):,}"))
    for row in sorted((row for row in rows if row[root] is not None), key=lambda row: -row[root])[:_SHOWN]:
        rank = _rank(told.get((row["unit"], row.get("time")), {}))
        values = {"name": row["name"], "score": f"{row[root]:.2f}"} | rank
        say("  " + words.say("cli.index_row_interval" if rank else "cli.index_row", **values))
    if told:
        say(words.say("cli.index_interval", level=_widest(next(iter(told.values())))))
    else:
        say(words.say("cli.index_no_interval"))
    if "replicas" in tables:
        failed = len(tables.get("failures", []))
        key = "cli.index_failed" if failed else "cli.index_replicas"
        say(words.say(key, n=f"{len(tables['replicas']):,}", **({"failed": f"{failed:,}"} if failed else {})))
    if unused:
        say(words.say("cli.index_unused", columns=", ".join(unused)))
    say(words.say("cli.export_done", n=str(n_files), folder=str(out)))


def _widest(row: dict[str, Any]) -> str:
    """The highest level of which a row tells an interval, in percent; empty where it tells none."""
    levels = [name.split("_")[1] for name in row if name.startswith("rank_") and name.endswith("_low")]
    return max(levels, key=float, default="")


def _rank(row: dict[str, Any]) -> dict[str, str]:
    """A rank with the widest interval that is told; nothing where one of them is missing."""
    widest = _widest(row)
    ends = row.get("rank"), row.get(f"rank_{widest}_low"), row.get(f"rank_{widest}_high")
    if None in ends:
        return {}
    return dict(zip(("rank", "low", "high"), (f"{end:g}" for end in ends), strict=True))
