"""A workspace: one folder that holds everything precious and everything derived from it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from dynapolis.errors import BadContent, BadUse, Fault
from dynapolis.model.language import Frozen
from dynapolis.store.chat_model import ChatSettings
from dynapolis.store.content import ContentPaths
from dynapolis.store.files import write_whole
from dynapolis.store.lake import Lake
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import Snapshots

SETTINGS = "dynapolis.toml"
_TEMPLATE = """\
# A dynapolis workspace. Precious: snapshots/, ledger.sqlite, editions/. Derived, may be deleted: lake/.

[run]
seed = {seed}       # every draw comes from it: the same inputs and seed give the same bytes
draws = {draws}      # draws of the index
level = {level}       # probability an uncertainty interval holds
consensus = {consensus}   # least probability of a code that is adopted by consensus of coders

# Content of your own instead of the shipped one; paths are relative to this file.
# [content]
# registers = "registers"      # folders with a register.yml each
# codebooks = "codebooks"      # one YAML file per version
# index = "index.yml"
# places = "cities.yml"
# population = "population.csv"
# areas = "areas.csv"
# districts = "districts.csv"
# programmes = "programmes.csv"
# known_organisations = "known.csv"
# national_bodies = "national_bodies.csv"
# organisations = "organisations.csv"
# cases = "cases.yml"

# Whom readers of the web application tell that something is wrong: a mail address, or the address of a form.
# [serve]
# contact = "numbers@example.org"
"""


class RunSettings(Frozen):
    """How a run draws."""

    seed: int = Field(default=2022, ge=0)
    draws: int = Field(default=1000, ge=100, le=100_000)
    level: float = Field(default=0.9, gt=0.5, lt=1)
    consensus: float = Field(default=0.5, ge=0.5, le=1)


class ContentSettings(Frozen):
    """Content of the workspace's own; what is not named is the shipped one."""

    registers: str | None = None
    codebooks: str | None = None
    index: str | None = None
    places: str | None = None
    population: str | None = None
    areas: str | None = None
    districts: str | None = None
    programmes: str | None = None
    known_organisations: str | None = None
    national_bodies: str | None = None
    organisations: str | None = None
    cases: str | None = None


class CoderSettings(Frozen):
    """Coders that have to be switched on."""

    chat: ChatSettings = Field(default_factory=ChatSettings)


class ServeSettings(Frozen):
    """What the web application needs to know."""

    contact: str | None = Field(default=None, pattern=r"^([^@\s]+@[^@\s]+|https://\S+)$")


class Settings(Frozen):
    """The settings file of a workspace."""

    run: RunSettings = Field(default_factory=RunSettings)
    content: ContentSettings = Field(default_factory=ContentSettings)
    coders: CoderSettings = Field(default_factory=CoderSettings)
    serve: ServeSettings = Field(default_factory=ServeSettings)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that exists."""

    folder: Path
    settings: Settings
    content: ContentPaths

    @property
    def lake(self) -> Lake:
        """Derived tables."""
        return Lake(self.folder / "lake")

    @property
    def snapshots(self) -> Snapshots:
        """Imported files."""
        return Snapshots(self.folder / "snapshots")

    @property
    def editions(self) -> Path:
        """Folder of the frozen editions."""
        return self.folder / "editions"

    def open_ledger(self) -> Ledger:
        """The ledger, at the newest schema."""
        return Ledger.open(self.folder / "ledger.sqlite")


def init_workspace(folder: Path) -> Workspace:
    """An empty workspace in a new or empty folder.

    Raises:
        BadUse: the folder is a file, or holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadUse(f"{folder} is not empty; name a new folder")
    defaults = RunSettings()
    for name in ("snapshots", "lake", "editions"):
        (folder / name).mkdir(parents=True)
    text = _TEMPLATE.format(**defaults.model_dump())
    workspace = Workspace(folder, Settings(), ContentPaths.default())
    workspace.open_ledger().close()
    write_whole(folder / SETTINGS, text)
    return workspace


def open_workspace(folder: Path) -> Workspace:
    """The workspace in a folder.

    Raises:
        BadUse: there is none.
        BadContent: its settings are faulty; all faults are listed.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise BadUse(f"{folder} is no workspace (no {SETTINGS}); make one with: dynapolis init {folder}")
    text = ""
    try:
        text = path.read_bytes().decode("utf-8")
        settings = Settings.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        row, found = error.object[: error.start].count(b"\n") + 1, f"byte 0x{error.object[error.start]:02X}"
        raise BadContent(SETTINGS, [Fault(str(path), row, "", found, "UTF-8 text", "save it as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"at line (\d+)", str(error))
        row = int(told[1]) if told else len(text.splitlines())
        fault = Fault(str(path), row, "", str(error), "valid TOML", "correct the syntax")
        raise BadContent(SETTINGS, [fault]) from error
    except ValidationError as error:
        faults = []
        for item in error.errors():
            name = ".".join(map(str, item["loc"]))
            found, expected = repr(item["input"]), item["msg"]
            faults.append(Fault(str(path), _line(text, name), name, found, expected, "correct the setting"))
        raise BadContent(SETTINGS, faults) from error
    default = ContentPaths.default()
    own = {
        name: folder / value if value else getattr(default, name)
        for name, value in settings.content.model_dump().items()
    }
    return Workspace(folder, settings, ContentPaths(**own))


def _line(text: str, name: str) -> int:
    """Line on which a setting stands; of one that cannot be found by itself, the line of the table it is in."""
    lines, section = {"": 1}, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            section = header[1]
            lines.setdefault(section, number)
        elif key := re.match(r"\s*([\w.-]+)\s*=", line):
            lines.setdefault(".".join(part for part in (section, key[1]) if part), number)
    while name not in lines:
        name = name.rpartition(".")[0]
    return lines[name]
