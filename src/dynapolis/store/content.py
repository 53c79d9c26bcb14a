"""Where the content lives: shipped in the package, or a workspace's own beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from dynapolis.errors import BadContent, BadUse, Fault
from dynapolis.ids import digest_bytes, digest_json
from dynapolis.model.codebook import Codebook, check_codebook
from dynapolis.model.index_spec import IndexSpec, check_index_spec
from dynapolis.model.organisation import Helix, Organisation, OrganisationLookup
from dynapolis.model.place import Places, check_places
from dynapolis.model.register import RegisterSpec, check_register
from dynapolis.store.yaml_file import read_yaml


@cache
def shipped() -> Path:
    """Folder of the content that comes with the package."""
    return Path(str(resources.files("dynapolis").joinpath("content")))


@dataclass(frozen=True, slots=True)
class ContentPaths:
    """The content of one workspace. Each path is the shipped one unless ``dynapolis.toml`` names another."""

    registers: Path
    codebooks: Path
    index: Path
    places: Path
    organisations: Path

    @staticmethod
    def default() -> ContentPaths:
        """The shipped content."""
        root = shipped()
        return ContentPaths(
            registers=root / "registers",
            codebooks=root / "codebooks" / "urban_innovativeness",
            index=root / "indices" / "urban_innovativeness" / "2022.yml",
            places=root / "places" / "cities.yml",
            organisations=root / "vocab" / "organisations.csv",
        )

    def digests(self) -> dict[str, str]:
        """SHA-256 of every content file an edition depends on, by what it is."""
        single = {"index": self.index, "places": self.places, "organisations": self.organisations}
        found = {name: digest_bytes(path.read_bytes()) for name, path in single.items()}
        books = {p.name: digest_bytes(p.read_bytes()) for p in sorted(self.codebooks.glob("*.yml"))}
        return {**found, "codebooks": digest_json(books)}


def read_codebook(folder: Path, version: str) -> Codebook:
    """One version of the codebook.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(folder / f"{version}.yml", Codebook, check_codebook)


def read_places(path: Path) -> Places:
    """All cities with their sources.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path, Places, check_places)


def read_index_spec(path: Path) -> IndexSpec:
    """The specification of an index.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path, IndexSpec, check_index_spec)


def read_register(folder: Path) -> RegisterSpec:
    """A register's description from its folder.

    Raises:
        BadUse: there is no such register; the known ones are named.
        BadContent: the description is faulty.
    """
    path = folder / "register.yml"
    if not path.is_file():
        known = sorted(p.parent.name for p in folder.parent.glob("*/register.yml"))
        raise BadUse(f"register '{folder.name}' is not known; known: {', '.join(known) or 'none'}")
    return read_yaml(path, RegisterSpec, check_register)


def read_organisations(path: Path) -> tuple[OrganisationLookup, tuple[Organisation, ...]]:
    """The organisation lookup and the description of its coder (the YAML file of the same name).

    Raises:
        BadContent: the lookup has rows that are no organisation; all are listed.
    """
    lookup = read_yaml(path.with_suffix(".yml"), OrganisationLookup)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    faults = list(_organisation_faults(path.name, rows))
    if faults:
        raise BadContent(path.name, faults)
    return lookup, tuple(
        Organisation(row["name"], _helices(row["helix"]), row["basis"], row["unsure"] == "yes") for row in rows
    )


def _helices(cell: str) -> frozenset[Helix]:
    return frozenset(Helix(word) for word in cell.split(";") if word != "unknown")


def _organisation_faults(where: str, rows: Iterable[dict[str, str]]) -> Iterable[Fault]:
    allowed = [*Helix, "unknown"]
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        words = (row.get("helix") or "").split(";")
        if not set(words) <= set(allowed) or len(words) != len(set(words)) or ("unknown" in words and len(words) > 1):
            yield Fault(
                where, line, "helix", repr(row.get("helix")), f"{', '.join(allowed)}, joined by ';'", "correct it"
            )
        if row.get("name") in seen:
            yield Fault(where, line, "name", repr(row.get("name")), "each name once", "remove one row")
        seen.add(row.get("name") or "")
