"""``dynapolis screen`` as its users call it: replays, sittings at a keyboard, sheets, audits, odd lists."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

Cli = Callable[..., Result]
TOPIC = ("tram", "bus", "교통", "sensor", "parking", "주차")
OTHER = ("bird", "forest", "고양이", "song", "feather", "강아지")


def write(path: Path, labels: list[int], seed: int = 4, *, labelled: bool = True) -> Path:
    """Titles of two topics, some without abstract, one without any text, in Korean and English."""
    rng = np.random.default_rng(seed)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["record_id", "title", "abstract", *(["included"] if labelled else [])])
    for number, label in enumerate(labels):
        words = TOPIC if label else OTHER
        title = f"{' '.join(rng.choice(words, 3))} {number}" if number != 3 else ""
        abstract = " ".join(rng.choice(words, 4)) if number % 3 else ""
        writer.writerow([number, title, abstract, *([label] if labelled else [])])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def labels_of(n: int, every: int) -> list[int]:
    return [int(number % every == every - 1) for number in range(n)]


def simulated(cli: Cli, path: Path, *words: str) -> dict[str, Any]:
    result = cli("screen", "simulate", path, "--json", *words)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def test_a_replay_tells_curve_work_saved_and_stop_with_its_interval(cli: Cli, tmp_path: Path) -> None:
    found = simulated(cli, write(tmp_path / "list.csv", labels_of(300, 10)), "--seed", "3")
    assert (found["n_records"], found["n_included"], found["without_text"]) == (300, 30, 1)
    assert found["start"] == "top"
    assert found["start_rows"] == list(range(1, 11))  # the first included record stands in row 10
    assert found["least_to_95"] == 29 <= found["records_to_95"] <= 60
    assert found["wss_95"] == pytest.approx((300 - found["records_to_95"]) / 300 - 0.05)
    recalls = [point["recall"] for point in found["recall_curve"]]
    assert recalls == sorted(recalls)
    assert recalls[-1] == 1.0
    stop = found["stop"]
    assert stop["recall_low"] <= stop["true_recall"] <= 1
    assert stop["recall_low"] >= found["rule"]["target_recall"] or stop["n_read"] == 300
    assert found["seconds"] > 0


@pytest.mark.parametrize("start", ["top", "seeds", "random"])
def test_the_same_seed_gives_the_same_replay(cli: Cli, tmp_path: Path, start: str) -> None:
    path = write(tmp_path / "list.csv", labels_of(120, 8))
    runs = [simulated(cli, path, "--seed", "5", "--start", start) for _ in range(2)]
    for run in runs:
        del run["seconds"], run["ranking_seconds"]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("label", [0, 1])
def test_a_list_of_one_kind_is_replayed_to_its_end(cli: Cli, tmp_path: Path, label: int) -> None:
    found = simulated(cli, write(tmp_path / "list.csv", [label] * 30))
    assert found["n_included"] == 30 * label
    if label:
        assert found["records_to_95"] == 29
        assert found["stop"]["true_recall"] == 1
    else:
        assert found["records_to_95"] is None is found["wss_95"]
        assert found["recall_curve"] == []
        assert found["stop"]["recall"] is None
        assert found["stop"]["most_included"] == 0
    assert cli("screen", "simulate", tmp_path / "list.csv").exit_code == 0


def test_a_single_record_and_records_of_one_text_are_replayed(cli: Cli, tmp_path: Path) -> None:
    assert simulated(cli, write(tmp_path / "one.csv", [1]))["records_to_95"] == 1
    path = tmp_path / "same.csv"
    path.write_text("title,abstract,included\n" + "같은 글,,1\n" * 3 + "같은 글,,0\n" * 3, encoding="utf-8")
    found = simulated(cli, path)
    assert (found["n_records"], found["duplicates"]) == (6, 5)


def test_both_languages_tell_the_same_numbers(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", labels_of(100, 10))
    texts = {lang: cli("screen", "simulate", path, lang=lang).stdout for lang in ("en", "ko")}
    assert "100 records, 10 included (10.0%)." in texts["en"]
    assert "기록 100건, 그중 포함 10건(10.0%)." in texts["ko"]
    assert len(texts["en"].splitlines()) == len(texts["ko"].splitlines())


def begun(cli: Cli, tmp_path: Path, labels: list[int], *words: str) -> Path:
    files = [write(tmp_path / "list.csv", labels, labelled=False)]
    result = cli("screen", "start", *files, "--out", tmp_path / "s", "--by", "kim", *words)
    assert result.exit_code == 0, result.output
    return tmp_path / "s"


def status(cli: Cli, folder: Path) -> dict[str, Any]:
    found = json.loads(cli("screen", "status", folder, "--json").stdout)
    assert isinstance(found, dict)
    return found


def next_of(cli: Cli, folder: Path, n: int) -> list[dict[str, Any]]:
    rows = json.loads(cli("screen", "next", folder, "-n", n, "--json").stdout)
    assert isinstance(rows, list)
    return rows


def is_topic(row: dict[str, Any]) -> bool:
    return any(word in TOPIC for word in f"{row['title']} {row['abstract']}".split())


def decisions(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "decisions.csv").read_text(encoding="utf-8").splitlines()))


def test_a_screening_by_sheets_runs_from_the_first_record_to_the_rule(cli: Cli, tmp_path: Path) -> None:
    folder = begun(cli, tmp_path, labels_of(200, 10), "--target-recall", "0.8", "--confidence", "0.8")
    sheet, picked = tmp_path / "sheet.csv", set()
    for _ in range(40):
        if status(cli, folder)["may_stop"]:
            break
        assert cli("screen", "next", folder, "-n", 12, "--out", sheet, lang="ko").exit_code == 0
        rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
        picked |= {row["picked"] for row in rows}
        for row in rows:
            row["decision"] = "y" if is_topic(row) else "0"
        with sheet.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        added = cli("screen", "record", folder, sheet, "--by", "kim", "--json")
        assert json.loads(added.stdout)["added"] == len(rows)
    found = status(cli, folder)
    assert found["may_stop"]
    assert found["found"] == 20
    assert found["read"] < 200
    assert found["recall_low"] >= 0.8
    assert picked == {"seed", "model", "random"}
    audits = [json.loads(line) for line in (folder / "audits.jsonl").read_text(encoding="utf-8").splitlines()]
    drawn = {record_id for audit in audits for record_id in audit["record_ids"]}
    rows = decisions(folder)
    assert {row["record_id"] for row in rows if row["picked"] == "random"} == drawn
    assert all((row["audit"] != "") == (row["picked"] == "random") for row in rows)
    assert len({row["record_id"] for row in rows}) == found["read"] == len(rows)


def answer(cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path, keys: str, *words: str, lang: str = "en") -> str:
    from dynapolis.cli import screen_reading

    class Typed:
        stdin, stdout = io.StringIO("".join(f"{key}\n" for key in keys)), sys.stdout

    monkeypatch.setattr(screen_reading, "sys", Typed)
    result = cli("screen", "read", folder, "--by", "lee", *words, lang=lang)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_sitting_at_the_keyboard_writes_every_answer_and_undoes(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(cli, tmp_path, labels_of(60, 6))
    first = next_of(cli, folder, 1)[0]
    shown = answer(cli, monkeypatch, folder, "uxyuynㅜq")
    assert first["title"] in shown
    assert "could be undone" in shown
    assert "'x': there is no such key" in shown
    rows = decisions(folder)
    assert [row["decision"] for row in rows] == ["include", "undo", "include", "exclude", "exclude"]
    assert {row["record_id"] for row in rows[:3]} == {first["record_id"]}
    assert {row["by"] for row in rows} == {"lee"}
    assert status(cli, folder)["read"] == 3
    assert "[y] 포함" in answer(cli, monkeypatch, folder, "", lang="ko")


def test_a_record_put_off_comes_later_and_a_limit_ends_the_sitting(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(cli, tmp_path, labels_of(20, 4))
    one, two = next_of(cli, folder, 2)
    answer(cli, monkeypatch, folder, "sn", "--limit", "1")
    assert [row["record_id"] for row in decisions(folder)] == [two["record_id"]]
    assert next_of(cli, folder, 1)[0]["record_id"] == one["record_id"]


def test_the_program_reads_answers_from_a_pipe(program: Any, cli: Cli, tmp_path: Path) -> None:
    folder = begun(cli, tmp_path, labels_of(20, 4))
    done = program("screen", "read", folder, "--by", "lee")  # standard input is empty: the sitting ends at once
    out, err = done.communicate(timeout=60)
    assert done.returncode == 0, err
    assert "[q] quit" in out


def test_two_lists_with_the_same_text_are_read_once_and_labels_are_known_beforehand(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,abstract,included\nsmart lab,,1\nbird,,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("title,abstract\nsmart lab,\nforest,\n", encoding="utf-8")
    assert cli("screen", "start", tmp_path / "a.csv", tmp_path / "b.csv", "--out", tmp_path / "s").exit_code == 0
    found = status(cli, tmp_path / "s")
    assert (found["records"], found["read"], found["found"]) == (3, 1, 1)
    assert decisions(tmp_path / "s")[0]["picked"] == "seed"
    out = tmp_path / "all.csv"
    assert cli("screen", "status", tmp_path / "s", "--out", out).exit_code == 0
    assert [row["included"] for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())].count("1") == 1
    (tmp_path / "b.csv").write_text("title,abstract,included\nsmart lab,,0\n", encoding="utf-8")
    refused = cli("screen", "start", tmp_path / "a.csv", tmp_path / "b.csv", "--out", tmp_path / "t")
    assert refused.exit_code == 2
    assert "0 and 1 for the same text" in refused.stderr


def test_decisions_by_id_are_all_added_or_none(cli: Cli, tmp_path: Path) -> None:
    folder = begun(cli, tmp_path, labels_of(20, 4))
    one, two = (row["record_id"] for row in next_of(cli, folder, 2))
    refused = cli("screen", "record", folder, "--include", one, "--exclude", "nowhere", "--undo", two)
    assert refused.exit_code == 2
    assert "no record 'nowhere'" in refused.stderr
    assert "has no decision to undo" in refused.stderr
    assert decisions(folder) == []
    assert cli("screen", "record", folder, "--include", one, "--exclude", two).exit_code == 0
    assert cli("screen", "record", folder, "--undo", one).exit_code == 0
    assert [row["decision"] for row in decisions(folder)] == ["include", "exclude", "undo"]
    assert status(cli, folder)["read"] == 1


@pytest.mark.parametrize("label", [0, 1])
def test_a_screening_of_one_kind_can_be_read_to_its_end(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: int
) -> None:
    folder = begun(cli, tmp_path, [label] * 12)
    answer(cli, monkeypatch, folder, ("y" if label else "n") * 12)
    found = status(cli, folder)
    assert (found["unread"], found["may_stop"], found["found"]) == (0, True, 12 * label)
    assert found["recall"] == (1.0 if label else None)
    assert "you may stop" in cli("screen", "status", folder).stdout


def test_an_undone_record_of_an_audit_comes_again(cli: Cli, tmp_path: Path) -> None:
    folder = begun(cli, tmp_path, labels_of(40, 4), "--target-recall", "0.5", "--confidence", "0.5")
    drawn: list[dict[str, Any]] = []
    for _ in range(40):
        rows = next_of(cli, folder, 3)
        drawn = [row for row in rows if row["picked"] == "random"]
        if drawn or not rows:
            break
        words = [word for row in rows for word in ("--include" if is_topic(row) else "--exclude", row["record_id"])]
        assert cli("screen", "record", folder, *words).exit_code == 0
    assert drawn
    before = status(cli, folder)["open_audit"]
    key = drawn[0]["record_id"]
    assert cli("screen", "record", folder, "--exclude", key).exit_code == 0
    assert status(cli, folder)["open_audit"] == before - 1
    assert decisions(folder)[-1]["picked"] == "random"
    assert cli("screen", "record", folder, "--undo", key).exit_code == 0
    assert status(cli, folder)["open_audit"] == before
    assert next_of(cli, folder, 1)[0]["record_id"] == key
