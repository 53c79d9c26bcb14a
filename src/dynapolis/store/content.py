"""Where the content lives: shipped in the package, or a workspace's own beside it."""

from __future__ import annotations

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
from dynapolis.model.published import PrintedCases
from dynapolis.model.register import DESCRIPTION, RegisterSpec, check_register
from dynapolis.store.areas import read_areas
from dynapolis.store.csv_file import read_table
from dynapolis.store.population import read_population, require_bases
from dynapolis.store.yaml_file import read_yaml

__all__ = [
    "ContentPaths", "read_areas", "read_cases", "read_codebook", "read_index_spec", "read_organisations", "read_places",
    "read_population", "read_register", "register_file", "require_bases", "shipped",
]  # fmt: skip


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
    population: Path
    areas: Path
    districts: Path
    programmes: Path
    known_organisations: Path
    national_bodies: Path
    organisations: Path
    cases: Path

    @staticmethod
    def default() -> ContentPaths:
        """The shipped content."""
        root = shipped()
        return ContentPaths(
            registers=root / "registers",
            codebooks=root / "codebooks" / "urban_innovativeness",
            index=root / "indices" / "urban_innovativeness" / "2022.yml",
            places=root / "places" / "cities.yml",
            population=root / "places" / "population.csv",
            areas=root / "places" / "areas.csv",
            districts=root / "places" / "districts.csv",
            programmes=root / "resolve" / "programmes.csv",
            known_organisations=root / "resolve" / "organisations.csv",
            national_bodies=root / "vocab" / "national_bodies.csv",
            organisations=root / "vocab" / "organisations.csv",
            cases=root / "published" / "smart_cities_index_2022" / "cases.yml",
        )

    def digests(self) -> dict[str, str]:
        """SHA-256 of every content file an edition depends on, by what it is. Registers' descriptions are snapshots."""
        single = {
            "index": self.index,
            "places": self.places,
            "population": self.population,
            "population_sources": self.population.with_suffix(".yml"),
            "areas": self.areas,
            "areas_sources": self.areas.with_suffix(".yml"),
            "organisations": self.organisations,
            "organisations_coder": self.organisations.with_suffix(".yml"),
            "cases": self.cases,
        }
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
    """All cities.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path, Places, check_places)


def read_cases(path: Path) -> PrintedCases:
    """The cases that a published report names.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path, PrintedCases)


def read_index_spec(path: Path) -> IndexSpec:
    """The specification of an index.

    Raises:
        BadContent: the file is missing or faulty.
    """
    return read_yaml(path, IndexSpec, check_index_spec)


def read_register(path: Path) -> RegisterSpec:
    """A register's description from its file.

    Raises:
        BadContent: the description is missing or faulty.
    """
    return read_yaml(path, RegisterSpec, check_register)


def register_file(folder: Path) -> Path:
    """The file that describes a register.

    Raises:
        BadUse: there is no such register; the known ones are named.
    """
    path = folder / DESCRIPTION
    if not path.is_file():
        known = sorted(p.parent.name for p in folder.parent.glob(f"*/{DESCRIPTION}"))
        raise BadUse(f"register '{folder.name}' is not known; known: {', '.join(known) or 'none'}")
    return path


def read_organisations(path: Path) -> tuple[OrganisationLookup, tuple[Organisation, ...]]:
    """The organisation lookup and the description of its coder (the YAML file of the same name).

    Raises:
        BadContent: the lookup is missing, or has rows that are no organisation; all are listed.
    """
    lookup = read_yaml(path.with_suffix(".yml"), OrganisationLookup)
    rows, faults = read_table(path, ("name", "helix", "basis", "unsure"))
    faults += _organisation_faults(path.name, rows)
    if faults:
        raise BadContent(path.name, faults)
    return lookup, tuple(
        Organisation(row["name"], _helices(row["helix"]), row["basis"], row["unsure"] == "yes") for _, row in rows
    )


def _helices(cell: str) -> frozenset[Helix]:
    return frozenset(Helix(word) for word in cell.split(";") if word != "unknown")


def _organisation_faults(where: str, rows: Iterable[tuple[int, dict[str, str]]]) -> Iterable[Fault]:
    allowed = [*Helix, "unknown"]
    seen: set[str] = set()
    for line, row in rows:
        words = row["helix"].split(";")
        if not set(words) <= set(allowed) or len(words) != len(set(words)) or ("unknown" in words and len(words) > 1):
            yield Fault(where, line, "helix", repr(row["helix"]), f"{', '.join(allowed)}, joined by ';'", "correct it")
        if not row["name"]:
            yield Fault(where, line, "name", "an empty cell", "a name", "fill it in")
        elif row["name"] in seen:
            yield Fault(where, line, "name", repr(row["name"]), "each name once", "remove one row")
        if row["unsure"] not in ("", "yes"):
            yield Fault(where, line, "unsure", repr(row["unsure"]), "yes or nothing", "correct it")
        seen.add(row["name"])
