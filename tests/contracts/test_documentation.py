"""The handbook and the program say the same, and Korean says what English says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer.main
from pydantic import BaseModel

from dynapolis.cli.main import app
from dynapolis.figures.indicators import INDICATORS
from dynapolis.model.evidence import Coder
from dynapolis.model.index_spec import IndexSpec
from dynapolis.model.register import DESCRIPTION, PROPERTIES, CodingsSpec, RegisterSpec
from dynapolis.registers.importer import import_register
from dynapolis.store import content
from dynapolis.store.content import ContentPaths
from dynapolis.store.editions import Edition
from dynapolis.store.workspace import ContentSettings, RunSettings, Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "ko")
READMES = {"en": ROOT / "README.md", "ko": ROOT / "README.ko.md"}
PAGES = [*READMES.values(), ROOT / "CHANGELOG.md", *sorted(DOCS.glob("[ek][no]/**/*.md"))]
SHARED = ContentPaths.default()
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)

each_language = pytest.mark.parametrize("lang", LANGUAGES)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def read(lang: str, *names: str) -> str:
    """The text of some pages of a language, or of all."""
    pages = [DOCS / lang / name for name in names] or sorted((DOCS / lang).rglob("*.md"))
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def code_words(text: str) -> set[str]:
    """Everything that a page writes as code: between backticks, or in a block of code, word by word."""
    found: set[str] = set()
    for _, body in BLOCK.findall(text):
        found |= set(re.findall(r"[\w.+-]+", body))
    for inline in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)):
        found |= {inline, *re.findall(r"[\w.+-]+", inline)}
    return found


def assert_named(names: object, text: str, what: str) -> None:
    missing = sorted(set(map(str, names)) - code_words(text))  # type: ignore[call-overload]
    assert not missing, f"{what} does not name: {', '.join(missing)}"


# Commands


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the program with the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


PROGRAM = typer.main.get_command(app)
COMMANDS = dict(commands(PROGRAM))


def options(command: Any) -> set[str]:
    return {"--help", *(name for parameter in command.params for name in parameter.opts if name.startswith("-"))}


@each_language
def test_the_page_of_commands_names_every_command_and_option(lang: str) -> None:
    text = read(lang, "commands.md")
    for words, command in COMMANDS.items():
        heading = f"\n## dynapolis {' '.join(words)}"
        assert heading in text, f"no heading for dynapolis {' '.join(words)}"
        assert_named(options(command) - {"--help"}, text, f"docs/{lang}/commands.md")
    assert_named(options(PROGRAM), text, f"docs/{lang}/commands.md")


@each_language
def test_an_option_of_one_command_is_named_under_that_command(lang: str) -> None:
    parts = re.split(r"^## ", read(lang, "commands.md"), flags=re.M)
    common = {"--json", "--help", "--workspace", "-w", "--edition", "-e"}
    for words, command in COMMANDS.items():
        part = next(part for part in parts if part.startswith(f"dynapolis {' '.join(words)}"))
        assert_named(options(command) - common, part, f"docs/{lang}/commands.md, {' '.join(words)}")


def shown_commands(text: str) -> Iterator[list[str]]:
    """Calls of the program in blocks of code, as words after ``dynapolis``."""
    for kind, body in BLOCK.findall(text):
        for line in body.splitlines() if kind in ("console", "sh") else ():
            if kind == "console" and not line.startswith("$ "):
                continue
            tokens = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=True)
            tokens.whitespace_split = True
            for is_punctuation, part in groupby(tokens, key=lambda token: not token.strip("();<>|&")):
                words = list(part)
                if not is_punctuation and words[0].endswith("dynapolis"):
                    yield words[1:]


@each_page
def test_pages_show_only_commands_that_exist(page: Path) -> None:
    for words in shown_commands(page.read_text(encoding="utf-8")):
        if words in (["--help"], ["--version"]):
            continue
        called = next((name for name in COMMANDS if tuple(words[: len(name)]) == name), None)
        assert called, f"{page.name}: there is no command 'dynapolis {' '.join(words)}'"
        unknown = {word for word in words[len(called) :] if word.startswith("-")} - options(COMMANDS[called])
        assert not unknown, f"{page.name}: dynapolis {' '.join(called)} has no {', '.join(unknown)}"


def test_both_readmes_show_the_same_commands_and_pictures() -> None:
    texts = {lang: path.read_text(encoding="utf-8") for lang, path in READMES.items()}
    shown = {lang: [body for kind, body in BLOCK.findall(text) if kind == "sh"] for lang, text in texts.items()}
    assert shown["en"] == shown["ko"]
    for word in ("make demo", "make test", "dynapolis demo", "dynapolis export"):
        assert all(word in text for text in texts.values()), word
    assert len(re.findall(r"^#+ ", texts["en"], re.M)) == len(re.findall(r"^#+ ", texts["ko"], re.M))
    for lang, text in texts.items():
        assert f"docs/images/ranks.{lang}.png" in text
        assert len(text.splitlines()) <= 150


@each_language
def test_make_targets_are_named(lang: str) -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    text = read(lang, "commands.md")
    for target in set(targets) - {"help"}:
        assert f"`make {target}`" in text, target


# Tables, settings, content


@each_language
def test_every_table_and_column_of_an_edition_is_described(lang: str, demo_edition: Edition) -> None:
    parts = dict(part.split("\n", 1) for part in re.split(r"^### ", read(lang, "data.md"), flags=re.M)[1:])
    tables = {name: set(table.column_names) for name, table in demo_edition.tables().items()}
    assert set(parts) == set(tables)
    for name, columns in tables.items():
        described = set(re.findall(r"^\| `(\w+)` \|", parts[name].split("\n## ")[0], re.M))
        assert described == columns, f"docs/{lang}/data.md, {name}: {sorted(described ^ columns)}"


@each_language
def test_every_setting_is_described(lang: str) -> None:
    text = read(lang, "settings.md")
    for part, model in (("run", RunSettings), ("content", ContentSettings)):
        assert f"### [{part}]" in text
        for key in model.model_fields:
            assert re.search(rf"^\| `{key}` \|", text, re.M), f"docs/{lang}/settings.md does not describe {key}"
    assert set(Settings.model_fields) == {"run", "content"}
    for key, field in RunSettings.model_fields.items():
        assert re.search(rf"^\| `{key}` \| {field.default} \|", text, re.M), f"default of {key}"
    assert_named(["DYNAPOLIS_LANG"], text, f"docs/{lang}/settings.md")


@each_language
def test_every_indicator_is_described(lang: str) -> None:
    text = read(lang, "method/indicators.md")
    spec = content.read_index_spec(SHARED.index)
    assert {indicator.id for indicator in spec.indicators} == set(INDICATORS)
    for indicator in spec.indicators:
        row = re.search(rf"^\| `{indicator.id}` \|.*\| (\d+) \|$", text, re.M)
        assert row, f"docs/{lang}/method/indicators.md does not describe {indicator.id}"
        assert int(row[1]) == indicator.min_records, indicator.id


@each_language
def test_every_scheme_and_code_of_the_codebook_is_listed_with_its_label(lang: str) -> None:
    text = read(lang, "content.md")
    codebook = content.read_codebook(SHARED.codebooks, content.read_index_spec(SHARED.index).codebook_version)
    for scheme in codebook.schemes:
        row = re.search(rf"^\| `{scheme.scheme}` .*$", text, re.M)
        assert row, f"docs/{lang}/content.md does not list scheme {scheme.scheme}"
        assert scheme.label.in_(lang) in row[0]
        for code in scheme.codes:
            assert f"`{code.code}` {code.label.in_(lang)}" in row[0], f"{scheme.scheme}: {code.code}"
    assert_named([walk.name for walk in codebook.crosswalks], text, f"docs/{lang}/content.md")


def keys(model: type[BaseModel]) -> Iterator[str]:
    """Keys of a model and of the models inside it, but not the two languages of a text."""
    for name, field in model.model_fields.items():
        yield name
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from (key for key in keys(part) if key not in LANGUAGES)


@each_language
def test_every_key_of_a_register_is_described(lang: str) -> None:
    text = read(lang, "how-to-add-a-register.md")
    page = f"docs/{lang}/how-to-add-a-register.md"
    for model in (RegisterSpec, CodingsSpec, Coder):
        assert_named(keys(model), text, page)
    assert_named(PROPERTIES, text, page)


@each_language
def test_every_key_of_codebook_index_and_places_is_described(lang: str) -> None:
    from dynapolis.model.codebook import Codebook, Crosswalk, Scheme
    from dynapolis.model.organisation import OrganisationLookup
    from dynapolis.model.place import City, Places, PlaceSource, Population

    text = read(lang, "content.md")
    for model in (Codebook, Scheme, Crosswalk, IndexSpec, Places, PlaceSource, City, Population, OrganisationLookup):
        assert_named(set(keys(model)) - set(keys(Coder)), text, f"docs/{lang}/content.md")


def test_the_example_register_of_the_handbook_has_no_fault() -> None:
    folder = DOCS / "examples" / "registers" / "riverside"
    spec = content.read_register(folder / DESCRIPTION)
    names = {spec.file, DESCRIPTION, *(codings.file for codings in spec.codings)}
    files = {name: (folder / name).read_bytes() for name in names}
    places = content.read_places(SHARED.places)
    found = import_register(spec, files, lambda v: content.read_codebook(SHARED.codebooks, v), places)
    assert len(found.records) == 18
    assert not found.missing_files


# Two languages, links


def test_both_languages_have_the_same_pages_with_the_same_headings_blocks_and_tables() -> None:
    pages = {lang: {p.relative_to(DOCS / lang) for p in (DOCS / lang).rglob("*.md")} for lang in LANGUAGES}
    assert pages["en"] == pages["ko"]
    for page in sorted(pages["en"]):
        shape = {}
        for lang in LANGUAGES:
            text = (DOCS / lang / page).read_text(encoding="utf-8")
            plain = BLOCK.sub("", text)
            levels = [len(mark) for mark in re.findall(r"^(#+) ", plain, re.M)]
            shape[lang] = levels, len(BLOCK.findall(text)), len(re.findall(r"^\|", plain, re.M))
        assert shape["en"] == shape["ko"], f"{page}: headings, blocks of code and lines of tables differ"


def test_korean_pages_never_leave_a_particle_open() -> None:
    for page in [READMES["ko"], *(DOCS / "ko").rglob("*.md")]:
        text = re.sub(r"'은\(는\)'", "", page.read_text(encoding="utf-8"))
        assert not re.search(r"은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로", text), page.name


@each_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name}: {target} is not there"
        assert ROOT in file.parents, f"{page.name}: {target} lies outside the repository"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target} has no such heading"


def anchors(page: Path) -> set[str]:
    """Names of a page's headings as links know them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.M)
    plain = (re.sub(r"[`*\[\]]", "", heading).strip().lower() for heading in headings)
    return {re.sub(r"[^\w\s-]", "", heading).replace(" ", "-") for heading in plain}


@each_page
def test_pages_name_no_machine_and_leave_no_output_empty(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert not re.search(
        r"(?<![\w./-])/(?!home/you)(tmp|root|home|usr|opt|mnt|var)/|site-packages|Traceback|Warning:", text
    )
    assert "```text\n```" not in text
