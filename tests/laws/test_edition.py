"""Laws of an edition: the same inputs give the same bytes and the same id, any other input another id."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dynapolis.errors import BadUse
from dynapolis.ids import digest_json
from dynapolis.steps import evidence, figures, index, posterior
from dynapolis.store import editions
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

BUILDERS = (
    (evidence, "record_tables"),
    (posterior, "fit_questions"),
    (evidence, "adopt_codings"),
    (figures, "figure_tables"),
    (index, "index_tables"),
)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def times(folder: Path) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


def found(workspace: Workspace, wanted: str | None = None) -> Edition:
    ledger = workspace.open_ledger()
    try:
        return find_edition(workspace.editions, ledger, wanted)
    finally:
        ledger.close()


def rerun(cli: Callable[..., Any], folder: Path, name: str = "edition") -> Edition:
    result = cli("run", "--workspace", folder, "--edition", name)
    assert result.exit_code == 0, result.output
    return found(open_workspace(folder))


def take(cli: Callable[..., Any], folder: Path) -> None:
    words = ("--register", "fictional", "--workspace", folder)
    result = cli("import", folder / "own" / "list.csv", *words)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def ready(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A workspace with all content of its own, run once."""
    folder = tmp_path_factory.mktemp("ready") / "workspace"
    fictional(folder)
    shutil.copytree(shipped() / "codebooks" / "urban_innovativeness", folder / "own" / "codebooks")
    settings = (folder / SETTINGS).read_text(encoding="utf-8") + 'codebooks = "own/codebooks"\n'
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    rerun(cli, folder, "first")
    return folder


@pytest.fixture
def workspace(ready: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(ready, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the builders that a run called."""
    names: list[str] = []
    for room, name in BUILDERS:
        original = getattr(room, name)

        def counted(*values: Any, _original: Any = original, _name: str = name, **named: Any) -> Any:
            names.append(_name)
            return _original(*values, **named)

        monkeypatch.setattr(room, name, counted)
    return names


def test_two_runs_in_two_folders_give_the_same_id_and_the_same_bytes(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    first, second = fictional(tmp_path / "one"), fictional(tmp_path / "two" / "deeper")
    one = rerun(cli, first.folder, "one")
    two = rerun(cli, second.folder, "another name")
    assert one.edition_id == two.edition_id
    assert files(first.editions) == files(second.editions)
    kinds = {Path(name).suffix for name in files(first.editions)}
    assert kinds == {".parquet", ".json", ".yml", ".csv"}


def test_the_order_in_which_python_keeps_sets_changes_no_byte_of_the_demo(
    demo_workspace: Workspace, program: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_workspace.folder, tmp_path / "demo", ignore=shutil.ignore_patterns("lake", "editions"))
    monkeypatch.setenv("PYTHONHASHSEED", "20221125")
    process = program("run", "--workspace", tmp_path / "demo", lang="ko")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert files(tmp_path / "demo" / "editions") == files(demo_workspace.editions)


def test_the_id_is_the_hash_of_the_inputs_that_the_edition_names(workspace: Workspace) -> None:
    edition = found(workspace)
    told = json.loads((edition.folder / "edition.json").read_text(encoding="utf-8"))
    assert told == {"edition_id": edition.edition_id, "inputs": edition.inputs}
    assert digest_json(edition.inputs) == edition.edition_id
    assert edition.folder.name == edition.short_id == edition.edition_id[:12]


def test_json_and_parquet_of_an_edition_say_the_same(workspace: Workspace) -> None:
    edition = found(workspace)
    published = {name: table for name, table in edition.tables().items() if name.startswith("out_")}
    assert len(published) > 10
    for name, table in published.items():
        assert json.loads((edition.folder / f"{name}.json").read_text(encoding="utf-8")) == table.to_pylist()


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Changes one passage of a file of the workspace."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


CHANGES: dict[str, Callable[[Path], None]] = {
    "the seed": replaced(SETTINGS, "[run]", "[run]\nseed = 2023"),
    "the number of draws": replaced(SETTINGS, "draws = 100", "draws = 101"),
    "the level": replaced(SETTINGS, "[run]", "[run]\nlevel = 0.95"),
    "what is enough for a consensus": replaced(SETTINGS, "[run]", "[run]\nconsensus = 0.75"),
    "one code": replaced("own/codes.csv", "living_lab,living_lab,multi", "living_lab,living_lab,housing"),
    "one record": replaced("own/list.csv", "Aldern Bus Trial", "Aldern Bus Trials"),
    "the index": replaced("own/index.yml", "weight_concentration: 20", "weight_concentration: 21"),
    "a city": replaced("own/cities.yml", "latitude: 2.0", "latitude: 2.5"),
    "a population": replaced("own/population.csv", ",2000000,", ",2000001,"),
    "the helix of an organisation": replaced(
        "own/organisations.csv", "Aldern University,academic", "Aldern University,public"
    ),
    "who coded the organisations": replaced("own/organisations.yml", "id: reader", "id: writer"),
    "a rule of the codebook": replaced(
        "own/codebooks/2022.2.yml", "A bounded activity that builds", "Some bounded activity that builds"
    ),
    "a rule of the codebook before": replaced("own/codebooks/2022.1.yml", "origin: report", "origin: ours"),
    "what a column of the register means": replaced(
        "own/registers/fictional/register.yml", "{property: lead_organisation}", "{property: note}"
    ),
    "the title of the register": replaced(
        "own/registers/fictional/register.yml", "Twelve invented initiatives", "A dozen invented initiatives"
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_input_gives_another_id(what: str, workspace: Workspace, cli: Callable[..., Any]) -> None:
    first = found(workspace)
    before = files(first.folder)
    CHANGES[what](workspace.folder)
    take(cli, workspace.folder)
    second = rerun(cli, workspace.folder)
    assert second.edition_id != first.edition_id
    assert files(second.folder) != before
    assert files(first.folder) == before, "a frozen edition was changed"


@pytest.mark.parametrize(
    "what", ["the seed", "the level", "one code", "a population", "what a column of the register means"]
)
def test_a_lake_of_before_a_change_gives_the_edition_of_a_lake_made_after_it(
    what: str, workspace: Workspace, cli: Callable[..., Any], tmp_path: Path
) -> None:
    """Every step knows everything it depends on: none of its tables is taken from before when it would be another."""
    CHANGES[what](workspace.folder)
    take(cli, workspace.folder)
    shutil.copytree(workspace.folder, tmp_path / "fresh", ignore=shutil.ignore_patterns("lake", "editions"))
    second = rerun(cli, workspace.folder)
    fresh = rerun(cli, tmp_path / "fresh")
    assert second.edition_id == fresh.edition_id
    assert files(second.folder) == files(fresh.folder)


def test_a_second_run_of_an_unchanged_workspace_builds_nothing_and_writes_nothing(
    workspace: Workspace, cli: Callable[..., Any], built: list[str]
) -> None:
    lake, editions = times(workspace.lake.folder), times(workspace.editions)
    rows = workspace.open_ledger().codings()
    edition = rerun(cli, workspace.folder, "first")
    assert built == []
    assert times(workspace.lake.folder) == lake
    assert times(workspace.editions) == editions
    assert workspace.open_ledger().codings() == rows
    assert edition.name == "first"


def test_deleting_the_lake_loses_nothing(workspace: Workspace, cli: Callable[..., Any], built: list[str]) -> None:
    before = files(workspace.editions)
    shutil.rmtree(workspace.lake.folder)
    shutil.rmtree(workspace.editions)
    rerun(cli, workspace.folder)
    assert built == [name for _, name in BUILDERS]
    assert files(workspace.editions) == before


def test_only_the_steps_that_depend_on_a_change_are_built_again(
    workspace: Workspace, cli: Callable[..., Any], built: list[str]
) -> None:
    CHANGES["the number of draws"](workspace.folder)
    rerun(cli, workspace.folder)
    assert built == ["index_tables"]


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "other": data[::-1]}[how])


@pytest.mark.parametrize("how", ["gone", "cut", "empty", "other"])
@pytest.mark.parametrize("file", ["stamp.json", "core_coding__adopted.parquet"])
def test_a_damaged_file_of_the_lake_is_made_again(
    file: str, how: str, workspace: Workspace, cli: Callable[..., Any], built: list[str]
) -> None:
    before, lake = files(workspace.editions), files(workspace.lake.folder)
    damage(workspace.lake.folder / "adopted" / file, how)
    rerun(cli, workspace.folder)
    assert built == ["fit_questions", "adopt_codings"]
    assert files(workspace.lake.folder) == lake
    assert files(workspace.editions) == before


@pytest.mark.parametrize("stamp", ['"word"', "[]", "{}", '{"key": 1, "tables": []}'])
def test_a_stamp_that_says_something_else_is_no_stamp(
    stamp: str, workspace: Workspace, cli: Callable[..., Any], built: list[str]
) -> None:
    (workspace.lake.folder / "figures" / "stamp.json").write_text(stamp, encoding="utf-8")
    rerun(cli, workspace.folder)
    assert built == ["figure_tables"]


@pytest.mark.parametrize(
    ("how", "words"), [("gone", "is missing"), ("cut", "was changed since its import"), ("other", "was changed since")]
)
def test_a_snapshot_that_was_tampered_with_is_refused(
    how: str, words: str, workspace: Workspace, cli: Callable[..., Any]
) -> None:
    path = next(workspace.snapshots.folder.rglob("*-list.csv"))
    damage(path, how)
    shutil.rmtree(workspace.lake.folder)
    before = files(workspace.editions)
    result = cli("run", "--workspace", workspace.folder)
    assert result.exit_code == 2
    assert str(path) in result.stderr and words in result.stderr and "restore it" in result.stderr
    assert files(workspace.editions) == before


def test_an_edition_is_found_by_its_id_by_the_beginning_of_it_and_by_its_name(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    first = found(workspace)
    CHANGES["the seed"](workspace.folder)
    second = rerun(cli, workspace.folder, "second")
    assert first.edition_id[:3] != second.edition_id[:3]
    for edition in (first, second):
        for wanted in (edition.edition_id, edition.short_id, edition.edition_id[:3], edition.name):
            again = found(workspace, wanted)
            assert (again.edition_id, again.folder) == (edition.edition_id, edition.folder)
    assert (found(workspace, "first").name, found(workspace, "second").name) == ("first", "second")
    assert found(workspace).edition_id == second.edition_id
    with pytest.raises(BadUse, match=rf"no edition 'third'; known: {first.short_id} \(first\), {second.short_id}"):
        found(workspace, "third")


def test_of_two_editions_of_one_name_the_last_is_meant(workspace: Workspace, cli: Callable[..., Any]) -> None:
    first = found(workspace)
    CHANGES["the seed"](workspace.folder)
    second = rerun(cli, workspace.folder, "first")
    assert found(workspace, "first").edition_id == second.edition_id != first.edition_id
    assert found(workspace, first.short_id).edition_id == first.edition_id


def test_a_beginning_that_fits_two_editions_is_asked_about(workspace: Workspace, cli: Callable[..., Any]) -> None:
    first = found(workspace)
    CHANGES["the seed"](workspace.folder)
    # Named as the first one begins: the word means both.
    rerun(cli, workspace.folder, first.edition_id[:3])
    with pytest.raises(BadUse, match=f"several editions fit '{first.edition_id[:3]}'"):
        found(workspace, first.edition_id[:3])


def test_the_same_edition_under_a_second_name_is_found_by_both(workspace: Workspace, cli: Callable[..., Any]) -> None:
    first = found(workspace)
    second = rerun(cli, workspace.folder, "for the minister")
    assert second.edition_id == first.edition_id
    assert found(workspace, "for the minister").edition_id == found(workspace, "first").edition_id == first.edition_id


def test_what_was_run_last_is_current_even_when_it_was_made_before(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    first = found(workspace)
    CHANGES["one code"](workspace.folder)
    take(cli, workspace.folder)
    assert rerun(cli, workspace.folder, "first").edition_id != first.edition_id
    replaced("own/codes.csv", "living_lab,living_lab,housing", "living_lab,living_lab,multi")(workspace.folder)
    take(cli, workspace.folder)
    assert rerun(cli, workspace.folder, "first").edition_id == first.edition_id
    assert found(workspace).edition_id == first.edition_id


def test_of_two_runs_that_end_at_once_both_give_the_edition(
    workspace: Workspace, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(workspace.editions)
    shutil.rmtree(workspace.editions)
    write = editions._write

    def overtaken(draft: Path, this: str, *values: Any) -> None:
        write(draft, this, *values)
        shutil.copytree(draft, workspace.editions / this[:12])  # what the other run has made by now

    monkeypatch.setattr(editions, "_write", overtaken)
    edition = rerun(cli, workspace.folder)
    assert edition.folder.is_dir()
    assert files(workspace.editions) == before


def test_an_edition_whose_folder_is_gone_says_so(workspace: Workspace) -> None:
    edition = found(workspace)
    shutil.rmtree(edition.folder)
    with pytest.raises(BadUse, match=f"edition {edition.short_id} is in the ledger, but its folder .* is gone"):
        found(workspace)


def test_a_record_that_a_later_list_no_longer_has_takes_its_codes_along_and_stops_no_run(
    workspace: Workspace, cli: Callable[..., Any], tmp_path: Path
) -> None:
    """The new list came alone, so the codings that lie in the workspace still speak of the record that is gone."""
    lines = (workspace.folder / "own" / "list.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[1].startswith("a1,")
    alone = tmp_path / "alone" / "list.csv"
    alone.parent.mkdir()
    alone.write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")
    result = cli("import", alone, "--register", "fictional", "--workspace", workspace.folder)
    assert result.exit_code == 0, result.output
    edition = rerun(cli, workspace.folder)
    assert edition.table("core_records__record").num_rows == 11
    units = set(edition.table("core_coding__unit")["unit_id"].to_pylist())
    assert set(edition.table("core_coding__adopted")["unit_id"].to_pylist()) <= units


def test_every_number_of_an_edition_leads_back_to_a_snapshot_whose_bytes_are_there(workspace: Workspace) -> None:
    edition = found(workspace)
    kept = {hashlib.sha256(data).hexdigest() for data in files(workspace.snapshots.folder).values()}
    records = edition.table("core_records__record")
    assert set(records["snapshot_id"].to_pylist()) <= kept
    lines = (workspace.folder / "own" / "list.csv").read_text(encoding="utf-8").splitlines()
    for row in records.to_pylist():
        assert lines[row["line"] - 1].startswith(f"{row['source_id']},")


def test_an_edition_can_be_read_when_the_workspace_has_other_content_by_now(
    workspace: Workspace, cli: Callable[..., Any], tmp_path: Path
) -> None:
    before = found(workspace)
    figure = before.table("out_figures__figure")
    for change in ("the index", "a city", "the title of the register"):
        CHANGES[change](workspace.folder)
    (workspace.folder / "own" / "codebooks" / "2022.1.yml").unlink()
    result = cli("export", "--workspace", workspace.folder, "--out", tmp_path / "export")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "export" / "content" / "index.yml").read_text("utf-8").count("weight_concentration: 20") == 1
    assert pq.read_table(tmp_path / "export" / "data" / "out_figures__figure.parquet").equals(figure)


def test_a_description_that_was_mended_and_not_imported_again_changes_nothing(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    """A list is read by the description it was imported with, which is a snapshot like the list itself."""
    first = found(workspace)
    CHANGES["what a column of the register means"](workspace.folder)
    assert rerun(cli, workspace.folder).edition_id == first.edition_id


def test_codes_read_by_a_description_that_was_replaced_count_no_more(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    """The same bytes under another mapping are other codes: those of before stay in the ledger only."""
    path = workspace.folder / "own" / "registers" / "fictional" / "register.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(", also: goal_also", "").replace("ignore: {}", ""), encoding="utf-8")
    mended = path.read_text(encoding="utf-8").replace(
        "    quote: quote\n", "    quote: quote\n    ignore: {goal_also: left out}\n"
    )
    path.write_text(mended, encoding="utf-8")
    before = len(workspace.open_ledger().codings())
    take(cli, workspace.folder)
    edition = rerun(cli, workspace.folder)
    assert len(workspace.open_ledger().codings()) == 2 * before - 1
    goals = [row for row in edition.table("core_coding__adopted").to_pylist() if row["scheme"] == "goal"]
    assert {row["position"] for row in goals} == {0}


def test_a_coder_under_a_known_version_cannot_become_something_else(
    workspace: Workspace, cli: Callable[..., Any]
) -> None:
    path = workspace.folder / "own" / "registers" / "fictional" / "register.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: person", "kind: model"), encoding="utf-8")
    result = cli("import", workspace.folder / "own" / "list.csv", "-r", "fictional", "-w", workspace.folder)
    assert result.exit_code == 2
    assert "coder reader is known under the same version as something else" in result.stderr


def test_importing_again_heals_a_snapshot_that_was_changed(workspace: Workspace, cli: Callable[..., Any]) -> None:
    path = next((workspace.folder / "snapshots" / "fictional").glob("*-list.csv"))
    good = path.read_bytes()
    path.write_bytes(good + b"\n")
    take(cli, workspace.folder)
    assert path.read_bytes() == good


def test_a_change_makes_again_only_the_steps_that_depend_on_it(
    workspace: Workspace, cli: Callable[..., Any], built: list[str]
) -> None:
    CHANGES["the index"](workspace.folder)
    rerun(cli, workspace.folder)
    assert built == ["index_tables"]
    built.clear()
    CHANGES["the helix of an organisation"](workspace.folder)
    rerun(cli, workspace.folder)
    assert built == [name for _, name in BUILDERS[1:]]
