"""Lists and folders of a screening that are broken: every fault is told, and nothing is half done."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from dynapolis.errors import BadContent, BadInput, BadUse
from dynapolis.model.screening import Decision, Picked, ScreenVerdict
from dynapolis.store.labelled_files import read_screening_lists
from dynapolis.store.screening_folder import (
    AUDITS,
    DECISIONS,
    RECORDS,
    SETTINGS,
    add_decisions,
    alone_in,
    begin_screening,
    read_screening,
)

GOOD = "title,abstract,included\na,b,1\nc,d,0\n"


def faults_of(path: Path, *, labelled: bool = True) -> set[tuple[int, str]]:
    with pytest.raises(BadInput) as caught:
        read_screening_lists([path], labelled=labelled)
    assert all(fault.mend for fault in caught.value.faults)
    return {(fault.row, fault.column) for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", {(1, "title"), (1, "abstract"), (1, "included")}),
        ("title,text\na,b\n", {(1, "abstract"), (1, "included")}),
        ("title,abstract,included\n", {(0, "")}),
        ("title,abstract,included\na,b,2\nc,d,\ne,f,yes\n", {(2, "included"), (3, "included"), (4, "included")}),
        ("title,abstract,included\na,b\n", {(2, "")}),
        ('title,abstract,included\na,"b,1\n', {(2, "")}),
        ("title,abstract,included,title\na,b,1,c\n", {(1, "title")}),
        ("record_id,title,abstract,included\n7,a,b,1\n7,c,d,0\n", {(0, "record_id")}),
    ],
    ids=["empty", "columns", "no record", "labels", "cells", "quote", "twice", "own ids"],
)
def test_every_fault_of_a_labelled_list_is_told_with_its_line(tmp_path: Path, text: str, where: set[object]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    assert faults_of(path) == where


@pytest.mark.parametrize(
    "data",
    [b"title,abstract,included\n\xe9,b,1\n", gzip.compress(GOOD.encode())[:30], b"\x1f\x8bnonsense"],
    ids=["not UTF-8", "cut off", "no gzip"],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(data)
    faults_of(path)


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title\n", encoding="utf-8")
    paths = [tmp_path / "a.csv", tmp_path / "missing.csv"]
    with pytest.raises(BadInput) as caught:
        read_screening_lists(paths, labelled=False)
    assert {fault.where for fault in caught.value.faults} == {"a.csv", str(tmp_path / "missing.csv")}


def test_what_is_odd_but_no_fault_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    rows = 'extra,title,abstract,included\n1," 리빙랩  실증 ","두\n줄",1\n2,,,0\n3,같은 글,,0\n4,같은 글,,1\n'
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + rows.encode()))
    records = read_screening_lists([path], labelled=True)
    assert [(record.title, record.abstract, record.included) for record in records] == [
        ("리빙랩 실증", "두 줄", True), ("", "", False), ("같은 글", "", False), ("같은 글", "", True),
    ]  # fmt: skip
    assert records[3].id == f"{records[2].id}-2"
    assert records[3].text_id == records[2].text_id == records[2].id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("title,abstract\na,b\nc,d\na,b\n", encoding="utf-8")
    begin_screening(tmp_path / "s", {"seed": 1}, read_screening_lists([path], labelled=False))
    return tmp_path / "s"


def a_decision(folder: Path, number: int) -> Decision:
    record = read_screening(folder).records[0]
    return Decision(
        number, record.id, ScreenVerdict.INCLUDE, Picked.SEED, None, 'kim, "k"', "2026-01-01T00:00:00+00:00"
    )


def test_decisions_come_back_as_they_were(folder: Path) -> None:
    rows = [a_decision(folder, 1), a_decision(folder, 2)]
    add_decisions(folder, rows[:1])
    add_decisions(folder, rows[1:])
    assert list(read_screening(folder).decisions) == rows


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_row_cut_off_by_an_interruption_was_never_a_decision(folder: Path, cut: int) -> None:
    add_decisions(folder, [a_decision(folder, 1), a_decision(folder, 2)])
    path = folder / DECISIONS
    path.write_bytes(path.read_bytes()[:-cut])
    assert len(read_screening(folder).decisions) == 1
    add_decisions(folder, [a_decision(folder, 2)])
    assert [row.number for row in read_screening(folder).decisions] == [1, 2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (DECISIONS, "nonsense\n"),
        (DECISIONS, None),
        (DECISIONS, "number,record_id,decision,picked,audit,by,decided_at\n1,unknown,include,seed,,k,t\n"),
        (DECISIONS, "number,record_id,decision,picked,audit,by,decided_at\n1,2\n"),
        (AUDITS, "{}\n"),
        (AUDITS, "no json\n"),
        (SETTINGS, "{"),
        (RECORDS, "id\n1\n"),
    ],
)
def test_a_file_changed_by_hand_is_refused_with_its_name(folder: Path, name: str, text: str | None) -> None:
    (folder / name).unlink()
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadContent, match=name):
        read_screening(folder)


def test_a_folder_is_begun_once_and_for_one_person_at_a_time(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadUse, match="not empty"):
        begin_screening(folder, {}, [])
    with alone_in(folder), pytest.raises(BadUse, match="somebody else"), alone_in(folder):
        pass
    for missing in (tmp_path / "none",):
        with pytest.raises(BadUse, match="holds no screening"), alone_in(missing):
            pass
        with pytest.raises(BadUse, match="holds no screening"):
            read_screening(missing)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("simulate", "{list}", "--start", "bottom"), "no way to begin"),
        (("simulate", "{list}", "--target-recall", "1"), "between 0 and 1"),
        (("simulate", "{dir}/none.csv"), "No such file"),
        (("start", "{list}", "--out", "{list}"), "not empty"),
        (("start", "{list}", "--out", "{dir}/new", "--confidence", "0"), "between 0 and 1"),
        (("start", "{list}", "--out", "{dir}/new", "--by", " "), "--by is empty"),
        (("next", "{dir}"), "holds no screening"),
        (("status", "{dir}"), "holds no screening"),
        (("record", "{dir}"), "name a filled-in sheet"),
        (("record", "{dir}", "{list}", "--include", "x"), "name a filled-in sheet"),
    ],
)
def test_wrong_use_ends_with_2_and_one_message(
    cli: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(GOOD, encoding="utf-8")
    filled = [word.format(list=path, dir=tmp_path) for word in words]
    result = cli("screen", *filled)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "new").exists()
    as_json = cli("screen", *filled, "--json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["error"] in ("BadUse", "BadInput")
