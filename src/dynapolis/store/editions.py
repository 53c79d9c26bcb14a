"""Editions: frozen folders, made whole in one move, found by id, by the beginning of an id, or by name."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from dynapolis.errors import BadUse
from dynapolis.ids import canonical_json, digest_json
from dynapolis.model.register import DESCRIPTION
from dynapolis.store.content import ContentPaths
from dynapolis.store.lake import Tables, parquet_bytes, read_parquet
from dynapolis.store.ledger import Ledger, edition

SHORT = 12


@dataclass(frozen=True, slots=True)
class Edition:
    """A frozen edition: its id is the hash of its inputs."""

    edition_id: str
    folder: Path
    name: str
    inputs: dict[str, Any]

    @property
    def short_id(self) -> str:
        """The first twelve digits of the id."""
        return self.edition_id[:SHORT]

    @property
    def private(self) -> tuple[str, ...]:
        """Registers in it whose terms forbid passing them on; an edition with any is never exported."""
        return tuple(self.inputs.get("private", ()))

    def table(self, name: str) -> pa.Table:
        """One table of the edition.

        Raises:
            BadUse: the edition has no such table.
        """
        path = self.folder / "tables" / f"{name}.parquet"
        if not path.is_file():
            raise BadUse(f"edition {self.short_id} has no table '{name}'; its folder may be damaged")
        return read_parquet(path)

    def tables(self) -> Tables:
        """All tables by name."""
        return {path.stem: read_parquet(path) for path in sorted((self.folder / "tables").glob("*.parquet"))}

    def tables_on_demand(self) -> Mapping[str, pa.Table]:
        """All tables by name, each read when it is asked for and not kept: for editions that hardly fit into memory."""
        return _OnDemand(self)

    @property
    def content(self) -> ContentPaths:
        """The content the edition was made with, as it was then."""
        root = self.folder / "content"
        return ContentPaths(
            registers=root / "registers",
            codebooks=root / "codebooks",
            index=root / "index.yml",
            places=root / "cities.yml",
            population=root / "population.csv",
            areas=root / "areas.csv",
            districts=root / "districts.csv",
            programmes=root / "programmes.csv",
            known_organisations=root / "known_organisations.csv",
            organisations=root / "organisations.csv",
            cases=root / "cases.yml",
            national_bodies=root / "national_bodies.csv",
        )


class _OnDemand(Mapping[str, pa.Table]):
    """Tables of an edition, read anew every time."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._names = sorted(path.stem for path in (edition.folder / "tables").glob("*.parquet"))

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        return self._edition.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def edition_id(inputs: Mapping[str, Any]) -> str:
    """The id of an edition: the hash of everything that went into it."""
    return digest_json(inputs)


def freeze(folder: Path, ledger: Ledger, name: str, inputs: dict[str, Any], tables: Tables,
           content: ContentPaths, registers: Mapping[str, Path], now: str) -> Edition:  # fmt: skip
    """Write an edition and note it in the ledger as the current one; the same inputs give the edition that is there.

    Everything is written into a folder beside, which is then moved into place, so a half-made edition never shows.
    """
    this = edition_id(inputs)
    target = folder / this[:SHORT]
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
        try:
            _write(draft, this, inputs, tables, content, registers)
            os.chmod(draft, 0o755)
            os.replace(draft, target)
        except BaseException as error:
            shutil.rmtree(draft, ignore_errors=True)
            if not (isinstance(error, OSError) and target.is_dir()):  # another run has put it there by now
                raise
    last = ledger.rows(edition)[-1:]
    if [(row["edition_id"], row["name"]) for row in last] != [(this, name)]:
        with ledger.begin() as writer:
            row = {"edition_id": this, "name": name, "inputs": canonical_json(inputs), "frozen_at": now}
            writer.add(edition, [row])
    return Edition(this, target, name, inputs)


def _write(draft: Path, this: str, inputs: dict[str, Any], tables: Tables,
           content: ContentPaths, registers: Mapping[str, Path]) -> None:  # fmt: skip
    (draft / "tables").mkdir()
    for name, table in sorted(tables.items()):
        (draft / "tables" / f"{name}.parquet").write_bytes(parquet_bytes(table))
        if name.startswith("out_"):
            text = json.dumps(table.to_pylist(), ensure_ascii=False, indent=1, allow_nan=False)
            (draft / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    kept = draft / "content"
    shutil.copytree(
        content.codebooks, kept / "codebooks", ignore=lambda _d, names: [n for n in names if n[-4:] != ".yml"]
    )
    for source, target in (
        (content.index, "index.yml"),
        (content.places, "cities.yml"),
        (content.population, "population.csv"),
        (content.population.with_suffix(".yml"), "population.yml"),
        (content.areas, "areas.csv"),
        (content.areas.with_suffix(".yml"), "areas.yml"),
        (content.districts, "districts.csv"),
        (content.districts.with_suffix(".yml"), "districts.yml"),
        (content.programmes, "programmes.csv"),
        (content.known_organisations, "known_organisations.csv"),
        (content.organisations, "organisations.csv"),
        (content.organisations.with_suffix(".yml"), "organisations.yml"),
        (content.cases, "cases.yml"),
    ):
        shutil.copyfile(source, kept / target)
    for register, path in registers.items():
        (kept / "registers" / register).mkdir(parents=True)
        shutil.copyfile(path, kept / "registers" / register / DESCRIPTION)
    (draft / "edition.json").write_text(
        json.dumps({"edition_id": this, "inputs": inputs}, ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        encoding="utf-8",
    )


def list_editions(folder: Path, ledger: Ledger) -> list[Edition]:
    """Editions by their last name, the one frozen last first; those whose folder is gone are left out."""
    found: dict[str, Edition] = {}
    for row in reversed(ledger.rows(edition)):
        target = folder / row["edition_id"][:SHORT]
        if row["edition_id"] not in found and target.is_dir():
            found[row["edition_id"]] = Edition(row["edition_id"], target, row["name"], json.loads(row["inputs"]))
    return list(found.values())


def find_edition(folder: Path, ledger: Ledger, wanted: str | None) -> Edition:
    """An edition by id, by the beginning of its id, or by name; the one frozen last when nothing is asked for.

    Raises:
        BadUse: there is none, or several fit; the known ones are named.
    """
    rows = ledger.rows(edition)
    fitting = [r for r in rows if wanted is None or r["edition_id"].startswith(wanted) or r["name"] == wanted]
    known = ", ".join(dict.fromkeys(f"{row['edition_id'][:SHORT]} ({row['name']})" for row in rows)) or "none"
    if not fitting:
        what = (
            "there is no edition yet; make one with: dynapolis run"
            if not rows
            else f"no edition '{wanted}'; known: {known}"
        )
        raise BadUse(what)
    if wanted is not None and len({row["edition_id"] for row in fitting}) > 1 and not _one_name(fitting, wanted):
        raise BadUse(f"several editions fit '{wanted}'; known: {known}")
    row = fitting[-1]
    target = folder / row["edition_id"][:SHORT]
    if not target.is_dir():
        raise BadUse(
            f"edition {row['edition_id'][:SHORT]} is in the ledger, but its folder {target} is gone; restore it"
        )
    return Edition(row["edition_id"], target, row["name"], json.loads(row["inputs"]))


def _one_name(rows: list[dict[str, Any]], wanted: str) -> bool:
    """Several editions under one name: the last one is meant."""
    return all(row["name"] == wanted for row in rows)
