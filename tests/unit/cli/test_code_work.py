"""People coding one workspace: given out, coded blind, loaded, decided, asked about; through the command line."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.store.content import shipped
from dynapolis.store.workspace import Workspace, open_workspace

Cli = Callable[..., Any]


@pytest.fixture
def place(demo_workspace: Workspace, tmp_path: Path) -> Path:
    """A copy of the demo, to write into."""
    folder = tmp_path / "work"
    shutil.copytree(demo_workspace.folder, folder, ignore=shutil.ignore_patterns("report", "reading"))
    return folder


def run(cli: Cli, place: Path, *words: str, code: int = 0) -> Any:
    result = cli("code", *words, "--workspace", str(place), "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def filled(path: Path, sector: str, n: int | None = None) -> list[dict[str, str]]:
    rows = read(path)
    for row in rows[:n]:
        row |= {"kind": "project", "track": "industry", "sector": sector, "sector_quote": row["name"].split()[0]}
    write(path, rows)
    return rows


def given(cli: Cli, place: Path) -> dict[str, int]:
    return dict(run(cli, place, "assign", "--coders", "kim,lee", "--overlap", "0.1", "--seed", "7")["given"])


def test_two_coders_from_giving_out_to_a_decision_that_counts(cli: Cli, place: Path, tmp_path: Path) -> None:
    loads = given(cli, place)
    n_units = 725
    assert sum(loads.values()) == n_units + round(n_units * 0.1)
    assert abs(loads["kim"] - loads["lee"]) <= 1
    sheets = {}
    for coder, sector in (("kim", "transport"), ("lee", "housing")):
        sheets[coder] = tmp_path / f"{coder}.csv"
        told = run(cli, place, "export", "--coder", coder, "--out", str(sheets[coder]))
        assert told["records"] == loads[coder]
        filled(sheets[coder], sector)
    # one has coded: nothing is told of what differs, not even how much
    run(cli, place, "load", str(sheets["kim"]), "--coder", "kim")
    status = run(cli, place, "status")
    assert (status["both"], status["differences"]) == (0, 0)
    assert run(cli, place, "adjudicate", "--coder", "judge", "--out", str(tmp_path / "early.csv"))["differences"] == 0
    assert read(tmp_path / "early.csv") == []
    # both have: the sectors differ everywhere
    loaded = run(cli, place, "load", str(sheets["lee"]), "--coder", "lee")
    assert loaded["codings"] == 3 * loads["lee"]
    status = run(cli, place, "status")
    assert status["overlap"] == status["both"] == status["differences"] == status["open"] == round(n_units * 0.1)
    assert {c["coder_id"]: (c["coded"], c["open"]) for c in status["coders"]} == {k: (n, 0) for k, n in loads.items()}
    disputes = tmp_path / "differ.csv"
    run(cli, place, "adjudicate", "--coder", "judge", "--out", str(disputes))
    rows = read(disputes)
    assert {row["scheme"] for row in rows} == {"sector"}
    assert {(row["codes_1"], row["codes_2"]) for row in rows} == {("transport", "housing")}
    rows[0] |= {"codes": "education", "reason": "overlooked", "quote": rows[0]["name"].split()[0]}
    write(disputes, rows)
    assert run(cli, place, "adjudicate", "--coder", "judge", "--load", str(disputes))["codings"] == 1
    status = run(cli, place, "status")
    assert status["open"] == status["differences"] - 1
    assert status["reasons"]["overlooked"] == 1
    # the decision is what the next edition adopts, and the coders are seen to disagree
    made = cli("run", "--edition", "people", "--workspace", str(place), "--json")
    assert made.exit_code == 0, made.output
    workspace = open_workspace(place)
    folder = next(p for p in workspace.editions.iterdir() if p.name in made.stdout)
    from dynapolis.store.lake import read_parquet

    adopted = read_parquet(folder / "tables" / "core_coding__adopted.parquet").to_pylist()
    (decided,) = [
        row for row in adopted
        if row["record_id"] == rows[0]["record_id"] and row["scheme"] == "sector" and row["position"] == 0
    ]  # fmt: skip
    assert (decided["code"], decided["why"], decided["coder_id"]) == ("education", "adjudicated", "judge")
    agreement = read_parquet(folder / "tables" / "out_coding__agreement.parquet").to_pylist()
    pair = [
        r for r in agreement if (r["coder_1"], r["coder_2"], r["scheme"], r["code"]) == ("kim", "lee", "sector", "")
    ]
    assert pair
    assert all(row["percent"] == 0 for row in pair)


def test_a_sheet_loses_nothing_and_a_second_load_adds_nothing(cli: Cli, place: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "kim.csv"
    run(cli, place, "export", "--coder", "kim", "--out", str(sheet), "--most", "5")
    rows = filled(sheet, "transport")
    rows[0] |= {"goal": "job_creation; startup_support", "unsure": "sector", "note": "양쪽 모두"}
    write(sheet, rows)
    assert run(cli, place, "load", str(sheet), "--coder", "kim")["codings"] == 17
    assert run(cli, place, "load", str(sheet), "--coder", "kim")["codings"] == 0
    workspace = open_workspace(place)
    ledger = workspace.open_ledger()
    mine = [c for c in ledger.codings() if c.coder_id == "kim" and c.record_id == rows[0]["record_id"]]
    ledger.close()
    assert {(c.scheme, c.position, c.code, c.unsure) for c in mine} == {
        ("kind", 0, "project", False), ("track", 0, "industry", False), ("sector", 0, "transport", True),
        ("goal", 0, "job_creation", False), ("goal", 1, "startup_support", False),
    }  # fmt: skip
    assert {c.note for c in mine} == {"양쪽 모두"}
    assert next(c for c in mine if c.scheme == "sector").quote == rows[0]["name"].split()[0]
    # a second thought is a later round, and what was said before stays
    rows[0]["sector"] = "safety"
    write(sheet, rows)
    assert run(cli, place, "load", str(sheet), "--coder", "kim")["codings"] == 1
    assert run(cli, place, "export", "--coder", "kim", "--out", str(tmp_path / "rest.csv"))["records"] == 720


def test_a_faulty_sheet_is_told_in_full_and_changes_nothing(cli: Cli, place: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "kim.csv"
    run(cli, place, "export", "--coder", "kim", "--out", str(sheet), "--most", "4")
    rows = filled(sheet, "transport")
    rows[0]["sector"] = "trasport"
    rows[1]["sector_quote"] = "words that nobody wrote"
    rows[2]["stage"] = "pilot; operating"
    rows[3]["record_id"] = "0000000000000000"
    write(sheet, rows)
    result = cli("code", "load", str(sheet), "--coder", "kim", "--workspace", str(place))
    assert result.exit_code == 2
    for word in ("trasport", "words that nobody wrote", "pilot; operating", "0000000000000000", "energy_environment"):
        assert word in result.stderr
    assert run(cli, place, "export", "--coder", "kim", "--out", str(tmp_path / "again.csv"))["records"] == 725


def test_a_decision_needs_a_reason_of_the_list_and_another_person(cli: Cli, place: Path, tmp_path: Path) -> None:
    given(cli, place)
    for coder, sector in (("kim", "transport"), ("lee", "housing")):
        sheet = tmp_path / f"{coder}.csv"
        run(cli, place, "export", "--coder", coder, "--out", str(sheet))
        filled(sheet, sector)
        run(cli, place, "load", str(sheet), "--coder", coder)
    disputes = tmp_path / "differ.csv"
    run(cli, place, "adjudicate", "--coder", "judge", "--out", str(disputes))
    rows = read(disputes)
    rows[0] |= {"codes": "education", "reason": "because"}
    write(disputes, rows)
    result = cli("code", "adjudicate", "--coder", "judge", "--load", str(disputes), "--workspace", str(place))
    assert result.exit_code == 2
    assert "several_fit" in result.stderr
    assert cli("code", "adjudicate", "--coder", "kim", "--load", str(disputes), "-w", str(place)).exit_code == 2
    assert cli("code", "adjudicate", "--coder", "judge", "-w", str(place)).exit_code == 2


def test_a_model_is_no_person_and_a_name_must_be_one(cli: Cli, place: Path, tmp_path: Path) -> None:
    workspace = open_workspace(place)
    ledger = workspace.open_ledger()
    model = next(coder.id for coder in ledger.coders() if coder.kind.value == "model")
    ledger.close()
    sheet = tmp_path / "x.csv"
    run(cli, place, "export", "--coder", "kim", "--out", str(sheet), "--most", "1")
    filled(sheet, "transport")
    assert cli("code", "load", str(sheet), "--coder", model, "-w", str(place)).exit_code == 2
    assert cli("code", "load", str(sheet), "--coder", "kim min", "-w", str(place)).exit_code == 2


def test_raising_the_codebook_queues_the_records_whose_rules_changed(cli: Cli, place: Path, tmp_path: Path) -> None:
    waiting = run(cli, place, "queue")["waiting"]
    workspace = open_workspace(place)
    ledger = workspace.open_ledger()
    codings = ledger.codings()
    ledger.close()
    from dynapolis.store.content import ContentPaths, read_codebook

    codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    changed = {scheme.scheme for scheme in codebook.schemes if scheme.rules_changed}
    assert changed
    old = {(c.record_id, c.scheme) for c in codings if c.codebook_version == "2022.1" and c.scheme in changed}
    new = {(c.record_id, c.scheme) for c in codings if c.codebook_version == "2022.2"}
    told = {(record, scheme) for record, schemes in waiting.items() for scheme in schemes}
    shown = {record for record, _ in told} | {record for record, _ in old - new}
    assert told == {pair for pair in old - new if pair[0] in shown and pair[0] in waiting}
    assert all(pair in old - new for pair in told)


def test_the_open_questions_are_shipped_and_point_to_records(cli: Cli, place: Path) -> None:
    found = run(cli, place, "tickets")
    assert len(found) == 8
    for register in ("starter",):
        with (shipped() / "registers" / register / "register.csv").open(encoding="utf-8", newline="") as file:
            ids = {f"{register}:{row['id']}" for row in csv.DictReader(file)}
        assert {record for item in found for record in item["records"]} <= ids
    assert all(item["question"]["ko"] and item["question"]["en"] for item in found)


def test_a_question_is_asked_decided_and_stays_readable(cli: Cli, place: Path) -> None:
    words = (
        "ticket",
        "drones",
        "--by",
        "kim",
        "--en",
        "Are drones transport?",
        "--ko",
        "드론은 교통인가?",
        "--scheme",
        "sector",
    )
    assert run(cli, place, *words)["state"] == "open"
    assert cli("code", "ticket", "drones", "--by", "kim", "-w", str(place)).exit_code == 2
    answer = ("--decide", "2022.3", "--en", "By what they carry.", "--ko", "무엇을 나르는지에 따른다.")
    assert run(cli, place, "ticket", "drones", "--by", "board", *answer)["state"] == "decided"
    assert "drones" not in {item["id"] for item in run(cli, place, "tickets")}
    (kept,) = [item for item in run(cli, place, "tickets", "--all") if item["id"] == "drones"]
    assert kept["question"]["en"] == "Are drones transport?"
    assert kept["answer"]["ko"] == "무엇을 나르는지에 따른다."
    assert run(cli, place, "ticket", "by-x-and-y", "--by", "board", "--withdraw")["state"] == "withdrawn"
    assert cli("code", "ticket", "none-such", "--by", "x", "--withdraw", "-w", str(place)).exit_code == 2
