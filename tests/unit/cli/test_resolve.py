"""``dynapolis resolve`` as people and scripts meet it, on twelve invented records and pairs scored by hand.

Joined by the rule: a1 = a2 (0.99) and b1 = b2 (0.98). For people: b2 ? b4 (0.6), c1 ? c4 (0.5), b3 ? c3 (0.7).
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from dynapolis.cli import review as review_module
from dynapolis.cli.main import app
from dynapolis.ids import record_id
from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve import pairs as engine
from dynapolis.resolve.judge import PAIR
from dynapolis.store.workspace import Workspace, open_workspace

SCORED = {
    ("a1", "a2"): (0.99, "same"), ("b1", "b2"): (0.98, "same"), ("b2", "b4"): (0.6, "review"),
    ("c1", "c4"): (0.5, "review"), ("b3", "c3"): (0.7, "review"), ("a1", "c1"): (0.01, "different"),
}  # fmt: skip
Cli = Callable[..., Result]


def rid(source: str) -> str:
    return record_id("fictional", source)


NAMES = {rid(f"{letter}{n}"): f"{letter}{n}" for letter in "abc" for n in range(1, 5)}


def table_of(scored: dict[tuple[str, str], tuple[float, str]]) -> pa.Table:
    rows = []
    for (one, other), (probability, band) in scored.items():
        left, right = sorted((rid(one), rid(other)))
        rows.append({"left_id": left, "right_id": right, "probability": probability, "band": band, "evidence": "[]"})
    return pa.Table.from_pylist(rows, PAIR)


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], tuple[float, str]]:
    """Pairs scored by hand instead of by the engine; a test may change them."""
    scored = dict(SCORED)
    monkeypatch.setattr(engine, "find_scored_pairs", lambda _records, _codings, _districts: table_of(scored))
    return scored


@pytest.fixture(scope="module")
def imported(fictional: Callable[..., Workspace], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fictional(tmp_path_factory.mktemp("joining") / "workspace")


@pytest.fixture
def place(imported: Workspace, tmp_path: Path) -> Workspace:
    """A workspace of its own for each test, imported and not yet resolved."""
    shutil.copytree(imported.folder, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


@pytest.fixture
def resolve(cli: Cli, place: Workspace) -> Cli:
    """Runs a command of ``dynapolis resolve`` in the workspace."""
    return lambda *words, **more: cli("resolve", *words, "--workspace", place.folder, **more)


@pytest.fixture
def review(place: Workspace) -> Callable[..., Result]:
    """A sitting with what is typed in it; no terminal."""

    def sit(typed: str, *words: str, lang: str = "en", by: str = "ann") -> Result:
        call = ["resolve", "review", "--by", by, *words, "--workspace", str(place.folder)]
        return CliRunner().invoke(app, call, input=typed, env={"DYNAPOLIS_LANG": lang}, catch_exceptions=False)

    return sit


def value(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def judgements(place: Workspace) -> list[Judgement]:
    ledger = place.open_ledger()
    try:
        return ledger.judgements()
    finally:
        ledger.close()


def said(place: Workspace) -> list[tuple[str, str, str]]:
    """Pairs by the publisher's ids, with verdict and judge, in the order of the ledger."""
    found = []
    for row in judgements(place):
        pair = "".join(sorted((NAMES[row.left_id], NAMES[row.right_id])))
        found.append((pair, row.verdict.value, row.judge))
    return found


RULE = engine.RULE_NAME
BY_RULE = [("a1a2", "same", RULE), ("b1b2", "same", RULE)]


def queue(place: Workspace) -> list[str]:
    rows = pq.read_table(place.folder / "lake" / "queue" / "core_resolve__queue.parquet").to_pylist()
    return ["".join(sorted((NAMES[row["left_id"]], NAMES[row["right_id"]]))) for row in rows]


def _by_id(title: str) -> str:
    return rid(title[len("fictional:") :].split(maxsplit=1)[0])


# --- By rule ---


def test_what_is_sure_is_joined_by_a_named_rule_with_its_reason_and_the_rest_is_queued(
    resolve: Cli, place: Workspace
) -> None:
    found = value(resolve("--json"))
    assert found == {
        "records": 12, "entities": 10, "pairs": 6, "joined_now": 2, "joined_before": 0, "taken_back": 0,
        "judged_by_people": 0, "answered_by_others": 0, "queue": 3, "refused": [],
    }  # fmt: skip
    assert said(place) == BY_RULE
    assert judgements(place)[0].why == "probability 0.990"
    assert queue(place) == ["b2b4", "c1c4", "b3c3"]


def test_running_it_again_adds_nothing(resolve: Cli, place: Workspace) -> None:
    resolve()
    found = value(resolve("--json"))
    assert (found["joined_now"], found["joined_before"], found["queue"]) == (0, 2, 3)
    assert said(place) == BY_RULE


def test_a_person_s_judgement_is_never_overruled(resolve: Cli, place: Workspace) -> None:
    value(resolve("decide", "fictional:a1", "fictional:a2", "different", "--by", "ann", "--why", "two firms", "--json"))
    found = value(resolve("--json"))
    assert (found["joined_now"], found["judged_by_people"], found["entities"]) == (1, 1, 11)
    (refused,) = found["refused"]
    assert (
        refused["judge"] == RULE and refused["against"]["judge"] == "ann" and refused["against"]["why"] == "two firms"
    )
    assert said(place) == [("a1a2", "different", "ann"), BY_RULE[1]]


def test_what_would_contradict_a_different_is_refused_and_reported_and_the_rest_is_joined(
    resolve: Cli, place: Workspace, by_hand: dict[tuple[str, str], tuple[float, str]]
) -> None:
    by_hand["a2", "a3"] = (0.97, "same")
    resolve("decide", "fictional:a1", "fictional:a3", "different", "--by", "ann", "--why", "a lab")
    result = resolve()
    assert "Refused, since it would join what was judged different: 1 judgement." in result.output
    against = " ≠ ".join(sorted(("fictional:a1 Aldern Bus Trial", "fictional:a3 Aldern Street Lab"), key=_by_id))
    assert f"{against} (ann)" in result.output
    assert said(place) == [("a1a3", "different", "ann"), *BY_RULE]


def test_an_edition_counts_joined_records_once_and_tells_by_whom(resolve: Cli, cli: Cli, place: Workspace) -> None:
    resolve()
    found = value(cli("run", "--workspace", place.folder, "--json"))
    assert found["joining"] == {"records": 12, "units": 10, "unresolved": 0, "refused": 0}
    tables = Path(found["folder"]) / "tables"
    rows = pq.read_table(tables / "core_resolve__judgement.parquet").to_pylist()
    assert {(row["judge"], row["origin"], row["counts"]) for row in rows} == {(RULE, "made", True)}
    values = pq.read_table(tables / "core_resolve__property.parquet").to_pylist()
    assert {NAMES[row["record_id"]] for row in values} <= {"a1", "a2", "b1", "b2"}
    start = next(r for r in values if r["property"] == "start_year" and NAMES[r["record_id"]] in ("a1", "a2"))
    assert {start["value"], *start["alternatives"]} == {"2018", "2019"} and start["rule"] == "majority"


def test_a_conflict_of_people_does_not_stop_a_run_and_is_told(resolve: Cli, cli: Cli, place: Workspace) -> None:
    for one, other, verdict in (("a1", "a2", "same"), ("a2", "a3", "same"), ("a1", "a3", "different")):
        resolve("decide", f"fictional:{one}", f"fictional:{other}", verdict, "--by", "ann", "--why", "looked")
    result = cli("run", "--workspace", place.folder)
    assert result.exit_code == 0, result.output
    assert "would join what was judged different: 1 judgement (table core_resolve__refused)" in " ".join(
        result.output.split()
    )


# --- Review ---


def test_pairs_are_shown_side_by_side_the_most_urgent_first_and_every_answer_is_a_row(
    review: Callable[..., Result], resolve: Cli, place: Workspace
) -> None:
    resolve()
    result = review("d two streets\ns\nu\n")
    assert result.exit_code == 0, result.output
    shown = [line for line in result.output.splitlines() if line.startswith("Pair ")]
    assert shown == [
        "Pair 1 of 3, probability 0.600", "Pair 2 of 3, probability 0.500", "Pair 3 of 3, probability 0.700",
    ]  # fmt: skip
    for cell in ("Brimby Yard", "Night Shuttle", "https://example.org/b2", "City of Brimby", "2017–2018", "Volt Works"):
        assert cell in result.output
    assert "If they are one: Brimby has 1 innovation project" in " ".join(result.output.split())
    assert said(place)[2:] == [("b2b4", "different", "ann"), ("c1c4", "same", "ann"), ("b3c3", "unsure", "ann")]
    assert [row.why for row in judgements(place)[2:]] == [
        "two streets", "reviewed: probability 0.500", "reviewed: probability 0.700",
    ]  # fmt: skip
    assert result.output.rstrip().endswith("Answered: 1 same, 1 different, 1 unsure.")
    again = value(resolve("--json"))
    assert (again["joined_now"], again["queue"], again["entities"]) == (0, 1, 9)


def test_the_last_answer_is_undone_by_one_more_row_and_its_pair_is_asked_again(
    review: Callable[..., Result], resolve: Cli, place: Workspace
) -> None:
    resolve()
    result = review("z\ns\nz\nd\nq\n")
    assert "There is nothing to undo" in result.output
    assert said(place)[2:] == [("b2b4", "same", "ann"), ("b2b4", "unsure", "ann"), ("b2b4", "different", "ann")]
    assert result.output.rstrip().endswith("Answered: 0 same, 1 different, 0 unsure.")


def test_what_is_no_key_is_asked_again_and_a_keyboard_left_in_hangul_answers_too(
    review: Callable[..., Result], resolve: Cli, place: Workspace
) -> None:
    resolve()
    result = review("x\n\nㅇ 다른 거리\nㅂ\n", lang="ko")
    assert "'x': 없는 글쇠다." in result.output
    assert said(place)[2:] == [("b2b4", "different", "ann")]
    assert judgements(place)[2].why == "다른 거리"
    assert "쌍 3개 중 1번째" in result.output


def test_the_end_of_the_input_and_the_limit_end_a_sitting(
    review: Callable[..., Result], resolve: Cli, place: Workspace
) -> None:
    resolve()
    assert review("").exit_code == 0
    assert said(place) == BY_RULE
    assert review("d\nd\nd\n", "--limit", "1").exit_code == 0
    assert said(place)[2:] == [("b2b4", "different", "ann")]


def test_ctrl_c_loses_no_answer(
    review: Callable[..., Result], resolve: Cli, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve()
    typed = iter(["d\n"])

    def line() -> str:
        for text in typed:
            return text
        raise KeyboardInterrupt

    monkeypatch.setattr(review_module, "typed_line", line)
    result = review("")
    assert result.exit_code == 130
    assert said(place)[2:] == [("b2b4", "different", "ann")]
    assert "Answered: 0 same, 1 different, 0 unsure." in result.output


def test_a_pair_that_an_answer_of_the_sitting_has_settled_is_not_asked(
    review: Callable[..., Result], resolve: Cli, place: Workspace, by_hand: dict[tuple[str, str], tuple[float, str]]
) -> None:
    by_hand["b1", "b4"] = (0.55, "review")  # b1 = b2 by the rule, so b2 = b4 answers it
    resolve()
    review("s\nq\n")
    assert said(place)[2:] == [("b2b4", "same", "ann")]
    by_hand_again = value(resolve("review", "--json"))
    assert [item["probability"] for item in by_hand_again] == [0.5, 0.7]


def test_a_pair_somebody_was_unsure_of_comes_last_and_says_so(review: Callable[..., Result], resolve: Cli) -> None:
    resolve()
    review("u\nq\n")
    rows = value(resolve("review", "--by", "bo", "--json"))
    assert [row["unsure"] for row in rows] == ["", "", "ann"]
    assert "ann has looked at it and was unsure." in review("d\nd\nq\n", by="bo").output


def test_the_queue_is_json_for_machines_with_what_each_answer_would_change(resolve: Cli) -> None:
    resolve()
    rows = value(resolve("review", "--limit", "1", "--json"))
    (row,) = rows
    innovation = next(change for change in row["changes"] if change["count"] == "innovation")
    # b1 = b2 are one by now: Brimby has that one and b4, as many as Aldern; Corsal has 1.
    assert (innovation["city_id"], innovation["before"], innovation["after"]) == ("brimby", 2, 1)
    assert (innovation["rank_before"], innovation["rank_after"]) == (1.5, 2.5)
    assert row["effect"] == pytest.approx(1 / 2 + 1 / 2 + 0.1 * (1 / 3 + 0.25))
    assert row["urgency"] == pytest.approx(0.6 * row["effect"])


def test_a_sitting_with_an_empty_queue_ends_at_once(
    review: Callable[..., Result], by_hand: dict[tuple[str, str], tuple[float, str]]
) -> None:
    by_hand.clear()
    assert review("").output == "No pair is waiting.\n"


@pytest.mark.parametrize("name", ["", "rule: mine", "register europe"])
def test_only_people_judge(resolve: Cli, name: str) -> None:
    result = resolve("review", "--by", name)
    assert result.exit_code == 2 and "expected the name of a person" in result.stderr


# --- Decide, list, undo, load ---


def test_a_same_against_a_different_is_refused_and_names_what_is_in_its_way(resolve: Cli, place: Workspace) -> None:
    for one, other, verdict in (("a1", "a2", "same"), ("a1", "a3", "different")):
        resolve("decide", f"fictional:{one}", f"fictional:{other}", verdict, "--by", "ann", "--why", "looked")
    result = resolve("decide", "fictional:a2", "fictional:a3", "same", "--by", "bo", "--why", "no")
    assert result.exit_code == 2
    assert "which ann judged different (looked)" in result.stderr and "Nothing was written" in result.stderr
    assert len(judgements(place)) == 2


def test_undoing_is_one_more_row_and_can_itself_be_undone(resolve: Cli, place: Workspace) -> None:
    resolve()
    listed = value(resolve("list", "--json"))
    number = next(row["number"] for row in listed if {NAMES[row["left_id"]], NAMES[row["right_id"]]} == {"a1", "a2"})
    assert "Judged unsure" in resolve("undo", str(number), "--by", "ann", "--why", "two firms").output
    assert value(resolve("--json"))["entities"] == 11
    assert resolve("undo", str(number), "--by", "ann", "--why", "again").exit_code == 2  # it counts no more
    last = max(row["number"] for row in value(resolve("list", "--all", "--json")) if row["number"])
    resolve("undo", str(last), "--by", "ann", "--why", "after all")
    assert value(resolve("--json"))["entities"] == 10
    assert [row[1:] for row in said(place) if row[0] == "a1a2"] == [("same", RULE), ("unsure", "ann"), ("same", "ann")]


def test_the_list_tells_who_when_and_why_and_what_counts(resolve: Cli) -> None:
    resolve()
    resolve("decide", "fictional:a1", "fictional:a2", "different", "--by", "ann", "--why", "two firms")
    rows = value(resolve("list", "--of", "fictional:a1", "--all", "--json"))
    assert [(row["verdict"], row["judge"], row["why"], row["counts"]) for row in rows] == [
        ("same", RULE, "probability 0.990", False), ("different", "ann", "two firms", True),
    ]  # fmt: skip
    assert all(row["made_at"].startswith("20") for row in rows)
    shown = resolve("list", "--of", rid("a1")).output
    assert "two firms" in shown and "probability 0.990" not in shown


def test_judgements_written_and_loaded_elsewhere_give_the_same_entities(
    resolve: Cli, cli: Cli, imported: Workspace, tmp_path: Path
) -> None:
    resolve()
    resolve("undo", "1", "--by", "ann", "--why", "two firms")
    file = tmp_path / "judgements.csv"
    assert resolve("list", "--out", file).exit_code == 0
    assert [row["verdict"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())] == [
        "same",
        "same",
        "unsure",
    ]
    other = tmp_path / "other"
    shutil.copytree(imported.folder, other)
    assert value(cli("resolve", "load", file, "--workspace", other, "--json")) == {"read": 3, "added": 3}
    assert value(cli("resolve", "load", file, "--workspace", other, "--json")) == {"read": 3, "added": 0}
    here, there = value(resolve("--json")), value(cli("resolve", "--workspace", other, "--json"))
    assert here == there and here["entities"] == 11


def test_all_faults_of_a_file_are_told_with_their_lines_and_nothing_is_added(
    resolve: Cli, place: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    left, right = sorted((rid("a1"), rid("a2")))
    file.write_text(
        "left_id,right_id,verdict,judge,why,made_at\n"
        f"{left},{right},same,ann,looked,2026-01-01T00:00:00+00:00\n"
        f"{right},{left},equal,ann,,2026-01-01T00:00:00+00:00\n"
        f"{left},a2,same,,looked,2026-02-30T00:00:00+00:00\n"
        f"{left},{right},same,ann,looked,yesterday\n",
        encoding="utf-8",
    )
    result = resolve("load", file, "--json")
    assert result.exit_code == 2
    faults = {(fault["row"], fault["column"]) for fault in json.loads(result.stdout)["faults"]}
    assert faults == {
        (3, "right_id"),
        (3, "verdict"),
        (3, "why"),
        (4, "right_id"),
        (4, "judge"),
        (4, "made_at"),
        (5, "made_at"),
    }
    assert judgements(place) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("decide", "fictional:a1", "fictional:zz", "same", "--why", "x"), "no record 'fictional:zz'"),
        (("decide", "fictional:a1", "fictional:a1", "same", "--why", "x"), "are one record"),
        (("decide", "fictional:a1", "fictional:a2", "equal", "--why", "x"), "is no verdict; expected same, different"),
        (("decide", "fictional:a1", "fictional:a2", "same", "--why", " "), "--why is empty"),
        (("undo", "7", "--why", "x"), "there is no judgement 7"),
        (("list", "--of", "nothing"), "no record 'nothing'"),
    ],
)
def test_wrong_use_is_refused_with_what_to_do(
    resolve: Cli, place: Workspace, words: tuple[str, ...], told: str
) -> None:
    result = resolve(*words)
    assert result.exit_code == 2 and told in result.stderr
    assert judgements(place) == []


def test_options_before_a_subcommand_are_refused_and_not_passed_over(cli: Cli, place: Workspace) -> None:
    result = cli("resolve", "--workspace", place.folder, "list")
    assert result.exit_code == 2 and "behind list" in result.stderr


def test_what_is_said_is_korean_in_korean(resolve: Cli) -> None:
    assert "대기" not in resolve(lang="en").output
    shown = resolve(lang="ko").output
    assert "사람을 기다리는 쌍: 3개" in shown and "원기록 12건" in shown


def test_judgements_of_a_record_that_is_gone_stay_in_the_ledger_and_join_nothing(
    resolve: Cli, place: Workspace
) -> None:
    left, right = sorted((rid("a1"), "f" * 16))
    ledger = place.open_ledger()
    with ledger.begin() as writer:
        writer.add_judgements([Judgement(left, right, Verdict.SAME, "ann", "w", "2026-01-01T00:00:00+00:00")])
    ledger.close()
    assert value(resolve("--json"))["entities"] == 10
    rows = value(resolve("list", "--all", "--json"))
    assert [row["counts"] for row in rows if row["right"] == "f" * 16 or row["left"] == "f" * 16] == [False]


def test_an_empty_workspace_is_told_what_to_import(cli: Cli, tmp_path: Path) -> None:
    cli("init", tmp_path / "w")
    result = cli("resolve", "--workspace", tmp_path / "w")
    assert result.exit_code == 2 and "nothing was imported yet" in result.stderr


# --- With the real engine ---


@pytest.fixture
def unpatched(monkeypatch: pytest.MonkeyPatch, by_hand: object) -> None:
    monkeypatch.undo()


@pytest.mark.usefixtures("unpatched")
def test_the_embedded_registers_are_resolved_and_a_second_run_adds_nothing(
    cli: Cli, demo_workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demo_workspace.folder, folder)
    found = value(cli("resolve", "--workspace", folder, "--json"))
    assert found["records"] == 786 and found["refused"] == []
    assert found["entities"] == 725 - found["joined_now"]  # 61 records of 786 were joined by their registers before
    rows = judgements(open_workspace(folder))
    assert len(rows) == found["joined_now"]
    assert all(row.judge == RULE and row.why.startswith("probability 0.9") and ";" in row.why for row in rows)
    again = value(cli("resolve", "--workspace", folder, "--json"))
    assert (again["joined_now"], again["taken_back"], again["queue"]) == (0, 0, found["queue"])
    assert again["entities"] == found["entities"]
    queued = value(cli("resolve", "review", "--workspace", folder, "--json"))
    assert len(queued) == found["queue"]
    urgency = [row["urgency"] for row in queued]
    assert urgency == sorted(urgency, reverse=True)
    assert all(
        row["left"].split(":")[0] != row["right"].split(":")[0] for row in queued
    )  # a register lists a thing once
    call = ["resolve", "review", "--by", "ann", "--workspace", str(folder)]
    typed = "u\n" * found["queue"]  # every pair of the queue is shown in Korean
    shown = CliRunner().invoke(app, call, input=typed, env={"DYNAPOLIS_LANG": "ko"}, catch_exceptions=False)
    assert shown.exit_code == 0 and f"확실하지 않음 {found['queue']}." in shown.output
