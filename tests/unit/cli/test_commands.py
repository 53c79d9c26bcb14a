"""The commands as people and scripts meet them: what they do, what they say in two languages, how they end."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

import dynapolis
from dynapolis.cli.common import language, reporting
from dynapolis.errors import BadUse, BrokenClaim, UnknownReading
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace
from dynapolis.text import has_hangul

COMMANDS = ("demo", "init", "import", "run", "report", "export", "code agreement")


@pytest.fixture(scope="module")
def ran(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """A workspace with one edition, only to be read."""
    workspace = fictional(tmp_path_factory.mktemp("ran") / "workspace")
    assert cli("run", "--edition", "paper", "--workspace", workspace.folder).exit_code == 0
    return workspace


@pytest.fixture
def empty(cli: Callable[..., Any], tmp_path: Path) -> Path:
    """An empty workspace."""
    folder = tmp_path / "empty"
    assert cli("init", folder).exit_code == 0
    return folder


def value(result: Any) -> Any:
    """The one JSON value a command printed, and nothing beside it."""
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


# --- The program ----------------------------------------------------------------------------------------------------


def test_the_program_tells_its_version(cli: Callable[..., Any]) -> None:
    result = cli("--version")
    assert (result.exit_code, result.stdout) == (0, f"dynapolis {dynapolis.__version__}\n")


def test_help_lists_every_command_with_what_it_does(cli: Callable[..., Any]) -> None:
    result = cli("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        name = command.split()[0]
        line = next(line for line in result.stdout.splitlines() if re.match(rf"\s+{name}\s", line))
        assert len(line.split(name, 1)[1].strip()) > 10, line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_each_of_its_options(command: str, cli: Callable[..., Any]) -> None:
    result = cli(*command.split(), "--help")
    assert result.exit_code == 0
    assert "--json" in result.stdout
    options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)(.*(?:\n {4,}.*)*)", result.stdout, flags=re.MULTILINE)
    assert "--help" in [name for name, _ in options]
    for name, text in options:
        assert re.search(r"\b[A-Z]\w*,? \w+", text), f"{command} {name} says nothing"


@pytest.mark.parametrize(
    "words", [("fly",), ("import",), ("import", "list.csv"), ("init",), ("run", "--fast"), ("code", "fly")]
)
def test_a_word_that_is_missing_or_not_known_ends_with_2(words: tuple[str, ...], cli: Callable[..., Any]) -> None:
    result = cli(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_errors_of_use_end_with_2_and_other_errors_of_ours_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    for error, code in ((BadUse("a"), 2), (UnknownReading("b"), 1), (BrokenClaim("c"), 1), (KeyboardInterrupt(), 130)):
        with pytest.raises(typer.Exit) as caught, reporting(as_json=False):
            raise error
        assert caught.value.exit_code == code
    assert capsys.readouterr().err.startswith("BadUse: a\nUnknownReading: b\nBrokenClaim: c\n")
    with pytest.raises(typer.Exit), reporting(as_json=True):
        raise BrokenClaim("c")
    assert json.loads(capsys.readouterr().out) == {"error": "BrokenClaim", "message": "c"}


def test_a_defect_is_shown_as_one_and_not_as_an_error_of_the_user() -> None:
    with pytest.raises(ZeroDivisionError), reporting(as_json=False):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("settings", "lang"),
    [
        ({"DYNAPOLIS_LANG": "ko"}, "ko"),
        ({"DYNAPOLIS_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LC_ALL": "ko_KR.UTF-8", "LANG": "en_GB.UTF-8"}, "ko"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_locale_else_english(
    settings: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DYNAPOLIS_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, text in settings.items():
        monkeypatch.setenv(name, text)
    assert language() == lang


@pytest.mark.parametrize(
    "words", [("run",), ("report",), ("export",), ("code", "agreement"), ("import", "x", "-r", "y")]
)
def test_a_folder_that_is_no_workspace_is_told_how_to_become_one(
    words: tuple[str, ...], cli: Callable[..., Any], tmp_path: Path
) -> None:
    result = cli(*words, "--workspace", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path} is no workspace (no {SETTINGS}); make one with: dynapolis init {tmp_path}" in result.stderr
    assert list(tmp_path.iterdir()) == []


# --- init -----------------------------------------------------------------------------------------------------------


def test_init_makes_an_empty_workspace_and_says_what_comes_next(cli: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "workspace"
    result = cli("init", folder)
    assert result.exit_code == 0
    assert result.stdout == f"An empty workspace is in {folder}. Next: dynapolis import FILE --register NAME\n"
    assert sorted(p.name for p in folder.iterdir()) == [SETTINGS, "editions", "lake", "ledger.sqlite", "snapshots"]
    assert open_workspace(folder).settings.run.draws == 1000


def test_init_speaks_korean(cli: Callable[..., Any], tmp_path: Path) -> None:
    result = cli("init", tmp_path / "workspace", lang="ko")
    assert has_hangul(result.stdout) and str(tmp_path / "workspace") in result.stdout


def test_init_takes_an_empty_folder_and_tells_a_machine_where_it_is(cli: Callable[..., Any], tmp_path: Path) -> None:
    assert value(cli("init", tmp_path, "--json")) == {"workspace": str(tmp_path)}


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_init_leaves_what_is_there_alone(kind: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    target = tmp_path / "mine"
    file = target if kind == "file" else target / "thesis.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text("precious")
    result = cli("init", target)
    assert result.exit_code == 2
    assert result.stderr == f"BadUse: {target} is not empty; name a new folder\n"
    assert file.read_text() == "precious"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [file]


# --- import ---------------------------------------------------------------------------------------------------------


def test_import_tells_what_it_took_from_the_list_and_from_the_codings_beside_it(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    words = ("import", workspace.folder / "own" / "list.csv", "-r", "fictional", "-w", workspace.folder)
    summary = value(cli(*words, "--json"))
    assert summary["register"] == "fictional"
    assert summary["files"] == {name: name for name in ("list.csv", "codes.csv", "register.yml")}
    assert (summary["records"], summary["cities"]) == (12, {"aldern": 4, "brimby": 4, "corsal": 4})
    assert (summary["new_snapshots"], summary["new_codings"]) == (0, 0)
    assert summary["used"]["lead_organisation"] == "lead_organisation"
    assert (summary["ignored"], summary["missing_files"]) == ({}, [])
    told = cli(*words)
    assert told.exit_code == 0
    first, second = told.stdout.splitlines()
    assert first == (
        f"Register fictional: 12 records in 3 cities, {summary['codings']} codes; new: 0 snapshots, 0 codes."
    )
    assert second.startswith("Columns used: id, name, city, country")


def test_import_of_a_list_alone_says_which_codings_it_did_not_find(cli: Callable[..., Any], empty: Path) -> None:
    alone = empty.parent / "alone" / "my list.csv"
    alone.parent.mkdir()
    shutil.copyfile(shipped() / "registers" / "starter" / "register.csv", alone)
    summary = value(cli("import", alone, "--register", "starter", "--workspace", empty, "--json"))
    assert summary["missing_files"] == ["adjudicated.csv", "second_coder.csv"]
    assert summary["files"] == {"register.csv": "my list.csv", "register.yml": "register.yml"}
    told = cli("import", alone, "--register", "starter", "--workspace", empty)
    for name in summary["missing_files"]:
        assert f"{name} does not lie beside the list, so its codes were not imported." in told.stdout
    korean = cli("import", alone, "--register", "starter", "--workspace", empty, lang="ko")
    assert has_hangul(korean.stdout) and "adjudicated.csv" in korean.stdout


def test_import_says_which_columns_it_ignored_and_why(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    description = workspace.content.registers / "fictional" / "register.yml"
    text = description.read_text(encoding="utf-8").replace("  partners: {property: partners, type: list}\n", "")
    description.write_text(text + "ignore: {partners: too many spellings}\n", encoding="utf-8")
    words = ("import", workspace.folder / "own" / "list.csv", "-r", "fictional", "-w", workspace.folder)
    assert "Columns ignored: partners: too many spellings" in cli(*words).stdout
    assert value(cli(*words, "--json"))["ignored"] == {"partners": "too many spellings"}


# --- run ------------------------------------------------------------------------------------------------------------


def test_run_before_any_import_says_what_to_do_first(cli: Callable[..., Any], empty: Path) -> None:
    result = cli("run", "--workspace", empty)
    assert result.exit_code == 2
    assert result.stderr == (
        "BadUse: nothing was imported yet; import a list with: dynapolis import FILE --register NAME\n"
    )
    assert list((empty / "editions").iterdir()) == []


def test_run_prints_the_cities_with_their_rank_intervals(ran: Workspace, cli: Callable[..., Any]) -> None:
    result = cli("run", "--edition", "paper", "--workspace", ran.folder)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert re.match(r"Cities, edition [0-9a-f]{12}$", lines[0].strip())
    for city in ("Aldern", "Brimby", "Corsal"):
        line = next(line for line in lines if line.strip().startswith(city))
        assert re.search(r"\(\d+[–-]\d+\)", line), line
    assert any(line.strip().startswith("Dunmere") and "not searched" in line for line in lines)


def test_run_gives_a_machine_the_same_cities(ran: Workspace, cli: Callable[..., Any]) -> None:
    made = value(cli("run", "--edition", "paper", "--workspace", ran.folder, "--json"))
    assert Path(made["folder"]).name == made["edition"][:12]
    ranked = [city for city in made["cities"] if "median_rank" in city]
    assert sorted(city["city_id"] for city in ranked) == ["aldern", "brimby", "corsal"]
    assert all(city["rank_low_90"] <= city["median_rank"] <= city["rank_high_90"] for city in ranked)
    assert [c for c in made["cities"] if c not in ranked] == [{"city_id": "dunmere", "reason": "not_searched"}]


def test_run_speaks_korean(ran: Workspace, cli: Callable[..., Any]) -> None:
    result = cli("run", "--edition", "paper", "--workspace", ran.folder, lang="ko")
    assert "알던" in result.stdout and "Aldern" not in result.stdout


def test_run_knows_no_other_engine_yet(ran: Workspace, cli: Callable[..., Any]) -> None:
    result = cli("run", "--engine", "abacus", "--workspace", ran.folder)
    assert (result.exit_code, result.stderr) == (2, "BadUse: engine 'abacus' is not known; known: duckdb\n")


@pytest.mark.parametrize("register", ["fictional", "starter"])
def test_run_of_a_list_whose_codes_nobody_may_adopt_ranks_no_city_and_says_so(
    register: str, fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    """The codings did not lie beside the list: nobody coded, or one model alone, whose single codes are not adopted."""
    if register == "fictional":
        folder = tmp_path / "other"
        made = fictional(folder).folder
        shutil.rmtree(made / "snapshots")
        (made / "ledger.sqlite").unlink()
        (made / "own" / "codes.csv").unlink()
        file = made / "own" / "list.csv"
    else:
        folder = tmp_path / "workspace"
        assert cli("init", folder).exit_code == 0
        (folder / SETTINGS).write_text("[run]\ndraws = 100\n", encoding="utf-8")
        file = tmp_path / "register.csv"
        shutil.copyfile(shipped() / "registers" / "starter" / "register.csv", file)
    assert cli("import", file, "--register", register, "--workspace", folder).exit_code == 0
    result = cli("run", "--workspace", folder, "--json")
    cities = value(result)["cities"]
    assert len(cities) in (4, 41)
    assert {city["reason"] for city in cities} == {"too_few", "not_searched"}
    told = cli("run", "--workspace", folder)
    assert told.exit_code == 0
    assert "too few records" in told.stdout


# --- progress -------------------------------------------------------------------------------------------------------


def test_progress_is_shown_on_a_terminal_only(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    quiet = cli("run", "--workspace", workspace.folder)
    assert (quiet.exit_code, quiet.stderr) == (0, "")


@pytest.mark.parametrize("as_json", [False, True], ids=["for people", "for machines"])
def test_a_terminal_shows_the_steps_in_the_language_asked_for_and_a_machine_none(
    as_json: bool,
    fictional: Callable[..., Workspace],
    tmp_path: Path,
) -> None:
    workspace = fictional(tmp_path / "workspace")
    here, there = pty.openpty()
    words = ["run", "--workspace", str(workspace.folder), *(["--json"] if as_json else [])]
    environment = {"DYNAPOLIS_LANG": "ko", "PYTHONPATH": str(Path(dynapolis.__file__).parents[1]), "PYTHONUTF8": "1"}
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", "from dynapolis.cli.main import app; app()", *words],
            env=os.environ | environment | {"TERM": "xterm-256color"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=there,
        )
    os.close(there)
    text = until_the_end(here)
    assert process.wait(timeout=120) == 0, text
    printed = (tmp_path / "out").read_text(encoding="utf-8")
    if as_json:
        assert text == ""
        json.loads(printed)
    else:
        assert has_hangul(text)
        assert "알던" in printed


def until_the_end(terminal: int) -> str:
    """All that is written to a terminal until its other end is closed."""
    shown = b""
    try:
        while data := os.read(terminal, 65536):
            shown += data
    except OSError:  # how Linux says that nobody holds the other end
        pass
    os.close(terminal)
    return shown.decode()


# --- report, export, code agreement ---------------------------------------------------------------------------------


def test_report_writes_a_folder_per_language(demo_report: Path) -> None:
    for lang in ("ko", "en"):
        page = (demo_report / lang / "index.html").read_text(encoding="utf-8")
        assert re.search(rf'<html[^>]* lang="{lang}"', page)


def test_report_says_where_to_look(demo_workspace: Workspace, cli: Callable[..., Any], tmp_path: Path) -> None:
    folder = demo_workspace.folder
    result = cli("report", "--lang", "en", "--edition", "demo", "--workspace", folder, "--out", tmp_path / "r")
    assert result.exit_code == 0
    assert result.stdout == f"Report: {tmp_path / 'r' / 'en' / 'index.html'}\n"
    assert (tmp_path / "r" / "en" / "index.html").is_file() and not (tmp_path / "r" / "ko").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("report", "--edition", "none"), "no edition 'none'; known: "),
        (("export", "--edition", "none"), "no edition 'none'; known: "),
        (("code", "agreement", "--edition", "none"), "no edition 'none'; known: "),
        (("report", "--lang", "en,fr"), "language 'fr' is not known; known: ko, en"),
        (("report", "--lang", ""), "language '' is not known; known: ko, en"),
        (("report", "--format", "html,papyrus"), "format 'papyrus' is not known; known: html"),
    ],
)
def test_what_cannot_be_told_ends_with_2_and_names_what_can(
    words: tuple[str, ...], told: str, ran: Workspace, cli: Callable[..., Any], tmp_path: Path
) -> None:
    out = ("--out", tmp_path / "out") if words[0] != "code" else ()
    result = cli(*words, *out, "--workspace", ran.folder)
    assert result.exit_code == 2
    assert result.stderr.startswith("BadUse: ") and told in result.stderr
    if "edition" in told:
        assert "(paper)" in result.stderr
    assert not (tmp_path / "out").exists()
    machine = cli(*words, *out, "--workspace", ran.folder, "--json")
    assert (machine.exit_code, machine.stderr) == (2, "")
    answer = json.loads(machine.stdout)
    assert answer["error"] == "BadUse" and told in answer["message"]


@pytest.mark.parametrize("words", [("report",), ("export",), ("code", "agreement")])
def test_without_an_edition_there_is_nothing_to_tell(
    words: tuple[str, ...], cli: Callable[..., Any], empty: Path
) -> None:
    result = cli(*words, "--workspace", empty)
    assert (result.exit_code, result.stderr) == (
        2,
        "BadUse: there is no edition yet; make one with: dynapolis run\n",
    )


def test_export_writes_a_package_whose_checksums_hold(
    demo_workspace: Workspace, demo_edition: Edition, cli: Callable[..., Any], tmp_path: Path
) -> None:
    words = ("export", "--edition", "demo", "--workspace", demo_workspace.folder, "--out")
    made = value(cli(*words, tmp_path / "package", "--json"))
    assert made["edition"] == demo_edition.edition_id
    package = tmp_path / "package"
    there = sorted(p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file())
    assert made["files"] == there
    sums = (package / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in sums)
    assert sorted([*named, "SHA256SUMS"]) == there
    for name, digest in named.items():
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == digest
    told = cli(*words, tmp_path / "again")
    assert told.stdout == f"{len(there)} files written to {tmp_path / 'again'}\n"
    for name in there:
        assert (tmp_path / "again" / name).read_bytes() == (package / name).read_bytes()
    refused = cli(*words, tmp_path / "again")
    assert (refused.exit_code, refused.stderr) == (2, f"BadUse: {tmp_path / 'again'} is not empty; name a new folder\n")


def test_agreement_is_told_per_scheme_and_pair_with_its_interval(
    demo_workspace: Workspace, cli: Callable[..., Any]
) -> None:
    words = ("code", "agreement", "--workspace", demo_workspace.folder)
    rows = value(cli(*words, "--json"))
    assert {row["code"] for row in rows} == {""}
    pairs = {(row["coder_1"], row["coder_2"]) for row in rows if row["scheme"] == "sector"}
    # Three pairs of the starter, one of each other register, twelve across, and all who coded blind together.
    assert len(pairs) == 3 + 1 + 1 + 12 + 1
    assert {row["scope"] for row in rows} == {"starter", "europe", "world", "across", "all"}
    assert all(row["low"] <= row["alpha"] <= row["high"] for row in rows if row["alpha"] is not None)
    with_codes = value(cli(*words, "--json", "--codes"))
    assert [row for row in with_codes if not row["code"]] == rows
    within = [row for row in rows if row["scope"] != "across"]
    assert len([row for row in with_codes if row["scope"] != "across"]) > 3 * len(within)
    told = cli(*words)
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) >= len(within)
    assert "All who coded blind" in told.stdout and "Europe coder A – World coder A" not in told.stdout
    assert not has_hangul(told.stdout)
    assert has_hangul(cli(*words, lang="ko").stdout)


def test_agreement_of_one_coder_with_nobody_is_an_empty_list(ran: Workspace, cli: Callable[..., Any]) -> None:
    assert value(cli("code", "agreement", "--workspace", ran.folder, "--json")) == []
    assert cli("code", "agreement", "--workspace", ran.folder).exit_code == 0


# --- demo -----------------------------------------------------------------------------------------------------------


def test_demo_leaves_a_folder_alone_that_is_no_workspace(cli: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    result = cli("demo", tmp_path)
    assert (result.exit_code, result.stderr) == (2, f"BadUse: {tmp_path} is not empty; name a new folder\n")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_demo_of_a_workspace_that_is_there_goes_the_whole_way_again(
    demo_workspace: Workspace, demo_edition: Edition, demo_report: Path, cli: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demo_workspace.folder, folder)
    made = value(cli("demo", folder, "--json"))
    assert made["edition"] == demo_edition.edition_id
    assert [(done["register"], done["records"], done["new_snapshots"]) for done in made["imports"]] == [
        ("starter", 292, 0), ("europe", 267, 0), ("world", 227, 0),
    ]  # fmt: skip
    assert made["joining"] == {"records": 786, "units": 725, "unresolved": 0, "refused": 0}
    assert [Path(page).relative_to(folder).as_posix() for page in made["pages"]] == [
        "report/ko/index.html",
        "report/en/index.html",
    ]
    assert len([city for city in made["cities"] if "median_rank" in city]) > 10
    for page in ("ko/index.html", "en/index.html"):
        assert (folder / "report" / page).read_bytes() == (demo_report / page).read_bytes()
