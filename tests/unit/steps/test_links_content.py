"""Districts and declared programmes of a workspace's own replace the shipped ones, and faults in them stop the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.ids import digest_bytes
from dynapolis.store.content import ContentPaths
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

DISTRICT = "district_id,city_id,level,name_en,name_ko,variants,in_text,within,geonames_id,code,source\n"
PROGRAMME = "project_register,project_id,programme_register,programme_id,verdict,quote,why,who\n"
MakeWorkspace = Callable[..., Workspace]


@pytest.fixture
def folder(fictional: MakeWorkspace, tmp_path: Path) -> Path:
    """A workspace that names districts and programmes of its own, which hold no row yet."""
    folder = fictional(tmp_path / "workspace").folder
    told = 'districts = "own/districts.csv"\nprogrammes = "own/programmes.csv"\n'
    settings = (folder / SETTINGS).read_text(encoding="utf-8")
    (folder / SETTINGS).write_text(settings + told, encoding="utf-8")
    shipped = ContentPaths.default().districts.with_suffix(".yml").read_text(encoding="utf-8")
    own = shipped.split("\ncomplete:")[0] + "\ncomplete: []\n" + "sources:" + shipped.split("\nsources:")[1]
    (folder / "own" / "districts.yml").write_text(own, encoding="utf-8")
    write(folder)
    return folder


def write(folder: Path, districts: str = "", programmes: str = "") -> None:
    (folder / "own" / "districts.csv").write_text(DISTRICT + districts, encoding="utf-8")
    (folder / "own" / "programmes.csv").write_text(PROGRAMME + programmes, encoding="utf-8")


def run(cli: Callable[..., Any], folder: Path) -> Edition:
    result = cli("run", "--workspace", folder)
    assert result.exit_code == 0, result.output
    workspace = open_workspace(folder)
    ledger = workspace.open_ledger()
    try:
        return find_edition(workspace.editions, ledger, None)
    finally:
        ledger.close()


def test_links_lead_where_the_workspaces_own_tables_say(cli: Callable[..., Any], folder: Path) -> None:
    before = run(cli, folder)
    assert before.table("out_links__district").num_rows == 0  # none of the shipped ones is left
    write(
        folder,
        "aldern-trial,aldern,site,Bus Trial,버스 시험장,,yes,,,,register\n",
        "fictional,a1,fictional,a2,part,with a battery firm,The page says so.,ann\n",
    )
    after = run(cli, folder)
    assert after.edition_id != before.edition_id
    (district,) = after.table("out_links__district").to_pylist()
    assert (district["district_id"], district["n_units"]) == ("aldern-trial", 1)
    declared = [row for row in after.table("out_links__link").to_pylist() if row["rule"] == "declared"]
    assert [row["link"] for row in declared] == ["programme"]


def test_an_edition_keeps_the_files_its_links_were_made_by(cli: Callable[..., Any], folder: Path) -> None:
    edition = run(cli, folder)
    kept, used = edition.content, open_workspace(folder).content
    for name, there, here in (
        ("places/districts.csv", kept.districts, used.districts),
        ("places/districts.yml", kept.districts.with_suffix(".yml"), used.districts.with_suffix(".yml")),
        ("resolve/programmes.csv", kept.programmes, used.programmes),
    ):
        assert there.read_bytes() == here.read_bytes()
        assert edition.inputs[f"links: {name}"] == digest_bytes(there.read_bytes())


@pytest.mark.parametrize(
    ("districts", "programmes", "told"),
    [
        (
            "x,aldern,site,One,하나,,yes,,,,nobody\nx,aldern,site,Two,둘,,yes,y,,,register\n",
            "",
            ("nobody", "'x'", "'y'"),
        ),
        ("", "fictional,a1,fictional,a2,part,,,ann\nfictional,a1,fictional,a2,maybe,q,w,ann\n", ("quote", "verdict")),
    ],
)
def test_every_fault_of_a_table_is_told_and_nothing_is_frozen(
    cli: Callable[..., Any], folder: Path, districts: str, programmes: str, told: tuple[str, ...]
) -> None:
    write(folder, districts, programmes)
    result = cli("run", "--workspace", folder)
    assert result.exit_code == 2
    assert all(word in result.output for word in told), result.output
    assert not list((folder / "editions").iterdir())


@pytest.mark.parametrize("name", ["districts.csv", "districts.yml", "programmes.csv"])
def test_a_table_that_is_named_and_missing_stops_the_run(cli: Callable[..., Any], folder: Path, name: str) -> None:
    (folder / "own" / name).unlink()
    result = cli("run", "--workspace", folder)
    assert result.exit_code == 2
    assert name in result.output


def test_faults_in_the_table_of_known_organisations_stop_the_run_with_their_lines(
    cli: Callable[..., Any], folder: Path
) -> None:
    head = "city_id,name,same_as,pic,ror_id,is_sme,helix,why,who\n"
    rows = ",Waag,,12,,,,read,ann\n,Waag,,,,yes,,read,ann\n,Waag,,,,no,,read,ann\n,TNO,,,,,firm,read,ann\n"
    (folder / "own" / "known.csv").write_text(head + rows, encoding="utf-8")
    settings = (folder / SETTINGS).read_text(encoding="utf-8")
    (folder / SETTINGS).write_text(settings + 'known_organisations = "own/known.csv"\n', encoding="utf-8")
    before = {path.name for path in (folder / "editions").glob("*")}
    result = cli("run", "--workspace", folder)
    assert result.exit_code == 2
    for told in ("line 2, pic", "line 4, name", "line 5, helix", "expected participant codes of nine", "a second time"):
        assert told in result.output, result.output
    assert {path.name for path in (folder / "editions").glob("*")} == before
