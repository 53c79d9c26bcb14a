"""Which file holds which table: what a person named, a folder, a zip, or files that lie beside each other."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from dynapolis.errors import BadUse
from dynapolis.model.lead import LeadRegister, LeadTable
from dynapolis.registers.readers import list_tables

ARCHIVE = "archive"  # role of a file that holds several tables
PACKAGE = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table is read from: a file, or a member of it. ``role`` names the file among those of an import."""

    role: str
    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.path.name}: {self.member}" if self.member else self.path.name


def find_sources(
    register: LeadRegister, given: Path, named: Mapping[str, Path], called: str | None = None
) -> dict[str, Source]:
    """The source of every table that is there.

    Args:
        register: the description.
        given: a file, a folder, a zip or a data package.
        named: files by table name, as a person told them; they go before everything found.
        called: the name the publisher gave the file, where a copy of it has another.

    Raises:
        BadUse: a file is not there, a table is missing or could be several files; all of it is told at once.
    """
    wrong = [
        f"no table '{name}' (known: {', '.join(register.by_name)})" for name in named if name not in register.by_name
    ]
    wrong += [f"{path} is not a file" for path in named.values() if not path.is_file()]
    if not given.exists():
        wrong.append(f"{given} is not there; name the file of the list")
    found = {name: Source(name, path) for name, path in named.items()}
    if not wrong:
        open_tables = [table for table in register.tables if table.name not in found]
        is_named = given.resolve() in {path.resolve() for path in named.values()}
        if not open_tables and given.is_file() and not is_named:
            wrong.append(f"{given} is not used, since --file names every table; give one of those files instead")
        found |= _found(open_tables, given, called or given.name, wrong, is_named=is_named)
        for table in register.tables:
            if table.name not in found and not table.optional:
                looked = ", ".join(table.files)
                wrong.append(
                    f"no file for table '{table.name}' (looked for {looked}); name it with --file {table.name}=PATH"
                )
        if not found and not wrong:
            wrong.append(f"{given} holds none of the tables {', '.join(register.by_name)}")
    if wrong:
        raise BadUse(f"register {register.name}: " + "; ".join(wrong))
    return {table.name: found[table.name] for table in register.tables if table.name in found}


def unclaimed(given: Path, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Files of a folder or members of a zip that no table was read from."""
    if given.is_dir():
        names = [path.name for path in sorted(given.iterdir()) if path.is_file()]
        return tuple(name for name in names if name not in {source.path.name for source in sources.values()})
    if _is_container(given):
        return tuple(name for name in list_tables(given) if name not in {s.member for s in sources.values()})
    return ()


def _found(tables: list[LeadTable], given: Path, called: str, wrong: list[str], *, is_named: bool) -> dict[str, Source]:
    """Sources of the tables that nobody named. ``is_named``: the given file is already another table's."""
    if given.is_dir():
        files = {path.name: path for path in sorted(given.iterdir()) if path.is_file()}
        return {t.name: Source(t.name, files[name]) for t in tables if (name := _choose(t, list(files), wrong))}
    if _is_container(given):
        members = list(list_tables(given))
        return {t.name: Source(ARCHIVE, given, name) for t in tables if (name := _choose(t, members, wrong))}
    fitting = [t for t in tables if _fits(t, called)]
    if not fitting and not is_named:
        return {tables[0].name: Source(tables[0].name, given)} if tables else {}
    if len(fitting) > 1:
        return {t.name: Source(ARCHIVE, given) for t in fitting}
    beside = [path.name for path in sorted(given.parent.iterdir()) if path.is_file() and path != given]
    others = {
        t.name: Source(t.name, given.parent / name)
        for t in tables
        if t not in fitting and (name := _choose(t, beside, wrong if not t.optional else []))
    }
    return {t.name: Source(t.name, given) for t in fitting} | others


def _is_container(path: Path) -> bool:
    """Whether a file holds tables by name: a zip that is no workbook, or a data package's descriptor."""
    if path.name == PACKAGE:
        return True
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" not in archive.namelist()


def _choose(table: LeadTable, names: list[str], wrong: list[str]) -> str | None:
    """The name that fits the first pattern for which there is one."""
    for pattern in table.files:
        fitting = [name for name in names if _matches(name, pattern)]
        if len(fitting) > 1:
            told = ", ".join(fitting[:6]) + (", …" if len(fitting) > 6 else "")
            wrong.append(
                f"several files could be table '{table.name}' ({told}); name one with --file {table.name}=PATH"
            )
            return None
        if fitting:
            return fitting[0]
    return None


def _fits(table: LeadTable, name: str) -> bool:
    return any(_matches(name, pattern) for pattern in table.files)


def _matches(name: str, pattern: str) -> bool:
    """Whether a file's name fits a pattern, in any case, compressed or not, in whatever folder of an archive."""
    base = name.rsplit("/", 1)[-1].lower()
    return fnmatchcase(base, pattern.lower()) or fnmatchcase(base, pattern.lower() + ".gz")
