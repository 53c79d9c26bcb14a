"""The handbook and the program say the same, and Korean says what English says."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import unquote

import pytest
import typer.main
from pydantic import BaseModel

from dynapolis.cli.main import app
from dynapolis.errors import BadInput
from dynapolis.leads.counts import COLUMNS as COUNT_COLUMNS
from dynapolis.leads.places import PLACE
from dynapolis.model import composite
from dynapolis.model.correction import Corrections
from dynapolis.model.evidence import Coder
from dynapolis.model.index_spec import INDICATORS, IndexSpec
from dynapolis.model.lead import LeadRegister, PropertyType
from dynapolis.model.national import NationalBodies, NationalBody
from dynapolis.model.register import DESCRIPTION, PROPERTIES, CodingsSpec, FieldSpec, RegisterSpec, Terms
from dynapolis.registers.changes import COLUMNS as CHANGE_COLUMNS
from dynapolis.registers.importer import import_register
from dynapolis.registers.leads.reading import TableReport, read_leads
from dynapolis.registers.leads.sample import check_sample
from dynapolis.registers.leads.sources import find_sources
from dynapolis.store import content
from dynapolis.store.chat_model import ChatSettings
from dynapolis.store.composite_files import read_composite
from dynapolis.store.content import ContentPaths
from dynapolis.store.editions import Edition
from dynapolis.store.ledger import snapshot
from dynapolis.store.national_bodies import read_national_bodies
from dynapolis.store.place_decisions import COLUMNS as DECISION_COLUMNS
from dynapolis.store.place_decisions import read_decisions
from dynapolis.store.register_files import read_corrections, read_lead_register, read_lead_vocabulary
from dynapolis.store.workspace import CoderSettings, ContentSettings, RunSettings, ServeSettings, Settings

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
        if not hasattr(command, "commands") or command.invoke_without_command:
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
    for part, model in (
        ("run", RunSettings),
        ("content", ContentSettings),
        ("coders.chat", ChatSettings),
        ("serve", ServeSettings),
    ):
        assert f"### [{part}]" in text
        for key in model.model_fields:
            assert re.search(rf"^\| `{key}` \|", text, re.M), f"docs/{lang}/settings.md does not describe {key}"
    assert set(Settings.model_fields) == {"run", "content", "coders", "serve"}
    assert set(CoderSettings.model_fields) == {"chat"}
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
    text = read(lang, "how-to-add-a-register.md", "formats.md")
    page = f"docs/{lang}/how-to-add-a-register.md"
    for model in (RegisterSpec, FieldSpec, CodingsSpec, Coder, LeadRegister, Corrections):
        assert_named(keys(model), text, page)
    assert_named(PROPERTIES, text, page)
    assert_named(Terms, text, page)


@each_language
def test_every_key_of_codebook_index_and_places_is_described(lang: str) -> None:
    from dynapolis.model.area import AreaDescription, AreaMember
    from dynapolis.model.codebook import Codebook, Crosswalk, Scheme
    from dynapolis.model.organisation import OrganisationLookup
    from dynapolis.model.place import City, Places
    from dynapolis.model.population import Population, PopulationDescription

    text = read(lang, "content.md")
    places = (Places, City, Population, PopulationDescription, AreaDescription, AreaMember)
    for model in (Codebook, Scheme, Crosswalk, IndexSpec, *places, OrganisationLookup):
        assert_named(set(keys(model)) - set(keys(Coder)), text, f"docs/{lang}/content.md")


# Indices


@each_language
def test_every_key_and_choice_of_a_specification_of_an_index_is_described(lang: str) -> None:
    text = read(lang, "reference-index.md")
    steps = (composite.Screen, composite.Denominate, composite.Impute, composite.TreatOutliers, composite.Normalise,
             composite.Weight, composite.Aggregate)  # fmt: skip
    uncertain = (composite.UncertainStep, composite.UncertainWeights, composite.UncertainIndicator,
                 composite.UncertainValue, composite.Correlated)  # fmt: skip
    tree = (composite.CompositeSpec, composite.Columns, composite.Node, composite.IndexIndicator)
    for model in (*tree, *steps, *uncertain):
        names = {field.alias or name for name, field in model.model_fields.items()}
        assert_named(names, text, f"docs/{lang}/reference-index.md, {model.__name__}")
        choices = {word for field in model.model_fields.values() for word in literals(field.annotation)}
        assert_named(choices - {"+", "-", ".", ","}, text, f"docs/{lang}/reference-index.md, {model.__name__}")


def literals(annotation: Any) -> Iterator[str]:
    """The words among which a field chooses, and those of what is inside it."""
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    for part in get_args(annotation):
        yield from literals(part)


@pytest.fixture(scope="session")
def index_tables(cli: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Columns of every table that ``dynapolis index`` can write, from three builds of the example and a comparison."""
    folder = DOCS / "examples" / "index"
    text = (folder / "index.yml").read_text(encoding="utf-8")
    doubt = text.replace("range: [1, 100]", "range: [0, 100]").replace(
        "{step: weight, method: given}", "{step: weight, method: given, each: {Green: {method: benefit_of_doubt}}}"
    )
    doubt = doubt.replace("{step: aggregate, method: arithmetic}",
                          "{step: aggregate, method: arithmetic, each: {Green: {method: weighted_sum}}}")  # fmt: skip
    doubt = doubt.replace("{name: weights, kind: weights,", "{name: weights, kind: weights, nodes: [Work],")
    forced = doubt.replace("{step: treat}", "{step: treat, force: true, max_winsorised: 1}")
    work = tmp_path_factory.mktemp("index")
    for name, spec in (("plain", text), ("forced", forced), ("years", text.replace("uCode", "uCode\n  time: year", 1))):
        (work / f"{name}.yml").write_text(spec, encoding="utf-8")
    header, *rows = (folder / "cities.csv").read_text(encoding="utf-8").splitlines()
    panel = [f"year,{header}", *(f"{year},{row}" for year in (2021, 2022) for row in rows)]
    (work / "panel.csv").write_text("\n".join(panel), encoding="utf-8")
    one = ("--data", folder / "cities.csv")
    all_of_it = ("--replicas", "40", "--sensitivity", "8", "--laboratory", "City", "--unit", "CO")
    plain, forced_spec, years = (("--spec", work / f"{name}.yml") for name in ("plain", "forced", "years"))
    for number, words in enumerate((
        ("build", *one, *plain, *all_of_it),
        ("build", *one, *forced_spec, *all_of_it),
        ("build", "--data", work / "panel.csv", *years),
        ("compare", *one, *plain, *forced_spec),
    )):  # fmt: skip
        assert cli("index", *words, "--out", work / str(number)).exit_code == 0
    return {
        path.stem: set(path.read_text(encoding="utf-8").partition("\n")[0].split(","))
        for path in sorted(work.glob("*/*.csv"))
    }


@each_language
def test_every_table_and_column_of_an_index_is_described(lang: str, index_tables: dict[str, set[str]]) -> None:
    text = read(lang, "reference-index.md")
    parts = dict(part.split("\n", 1) for part in re.split(r"^### ", text, flags=re.M)[1:])
    stages = {name for name in index_tables if name.startswith("stage_")}
    assert_named(stages, parts["stage"], f"docs/{lang}/reference-index.md, stage")
    not_tables = {"columns", "nodes", "indicators", "steps", "uncertain", "correlated"}
    assert set(parts) - not_tables == {"stage", *index_tables} - stages
    spec = DOCS / "examples" / "index" / "index.yml"
    _, described = read_composite(spec.with_name("cities.csv"), spec=spec)
    own = {*described.parents, "AL", "BR", "CO", "DO", "EL", "FA", "GR", "HA"}
    for name, columns in index_tables.items():
        told = _table_words(parts["stage" if name in stages else name]) - {"time"}
        found = {column for column in columns - own - {"time"} if column != "p_top_3"}
        assert told - {"p_top_5", "p_top_10"} == found, f"docs/{lang}/reference-index.md, {name}: {told ^ found}"


def test_the_overview_of_composite_indicators_links_every_page_of_them() -> None:
    for lang in LANGUAGES:
        folder = DOCS / lang / "method" / "composite"
        linked = set(
            re.findall(r"^\| \[[^\]]+\]\((\w+\.md)\)", (folder / "index.md").read_text(encoding="utf-8"), re.M)
        )
        assert linked == {path.name for path in folder.glob("*.md")} - {"index.md"}


# Leads


def _table_words(text: str) -> set[str]:
    """The code words in the first column of the tables of a page."""
    return {word for cell in re.findall(r"^\| (`[^|]+`) \|", text, re.M) for word in re.findall(r"`([^`]+)`", cell)}


def test_the_reference_of_leads_is_made_from_the_vocabulary() -> None:
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec and spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    vocabulary = read_lead_vocabulary()
    for lang in LANGUAGES:
        text = read(lang, maker.PAGE)
        assert maker.refresh(text, lang) == text, "run docs/make_reference.py"
        assert set(maker.MADE) == set(re.findall(r"<!-- made: (\w+) -->", text))
        described = {*vocabulary.kinds, *vocabulary.properties, *PropertyType}
        assert described <= _table_words(text), f"docs/{lang}/{maker.PAGE}: {described - _table_words(text)}"


@each_language
def test_every_column_that_tells_of_leads_is_described(lang: str) -> None:
    text = read(lang, "leads.md")
    described = _table_words(text)
    for names in (COUNT_COLUMNS, PLACE.names, NationalBody.model_fields, NationalBodies.model_fields):
        missing = set(names) - described
        assert not missing, f"docs/{lang}/leads.md does not describe {sorted(missing)}"
    commands = read(lang, "commands.md")
    assert_named([field.name for field in dataclasses.fields(TableReport)], commands, f"docs/{lang}/commands.md")
    assert_named(CHANGE_COLUMNS, commands, f"docs/{lang}/commands.md")


@each_language
def test_every_column_of_the_ledger_s_snapshots_is_described(lang: str) -> None:
    part = re.split(r"^## ", read(lang, "data.md"), flags=re.M)[-1]
    assert _table_words(part) == set(snapshot.columns.keys())


def test_the_example_of_leads_passes_its_own_test_and_its_corrections_expire_with_the_next_list(tmp_path: Path) -> None:
    folder = DOCS / "examples" / "registers" / "neighbourhood-labs"
    register, corrections = read_lead_register(folder / DESCRIPTION), read_corrections(folder)
    check_sample(register, folder / "sample", read_lead_vocabulary())
    found = {}
    for year in ("2025", "2026"):
        sources = find_sources(register, DOCS / "examples" / "lists" / f"neighbourhood_labs_{year}.csv", {})
        (tmp_path / year).mkdir()
        try:
            found[year] = read_leads(register, sources, corrections, read_lead_vocabulary(), tmp_path / year)
        except BadInput as error:
            expired = [fault.mend for fault in error.faults]
    (report,) = found.pop("2025")
    assert (report.n_kept, report.n_corrected, report.n_repaired, report.n_double_utf8) == (11, 1, 1, 1)
    assert not found
    assert len(expired) == 2
    assert all("expired" in mend for mend in expired)


@each_language
def test_the_columns_of_lookups_are_described(lang: str) -> None:
    decided = read_decisions(DOCS / "examples" / "registers" / "neighbourhood-labs" / "lookups.csv")
    assert decided == {("광주시", "KR"): 1841810}
    missing = set(DECISION_COLUMNS) - _table_words(read(lang, "how-to-add-a-register.md"))
    assert not missing, sorted(missing)


def test_the_example_of_national_bodies_has_no_fault() -> None:
    _, bodies = read_national_bodies(DOCS / "examples" / "national_bodies" / "national_bodies.csv")
    assert [body.organisation_id for body in bodies] == ["G-06"]


# Examples


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
