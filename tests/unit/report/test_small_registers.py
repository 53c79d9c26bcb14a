"""A report of little evidence says so; it never breaks and never prints a share of a handful."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.store.workspace import Workspace

KEPT = {
    "all twelve": None,
    "one city": {"a1", "a2", "a3", "a4"},
    "one record": {"b1"},
    "living labs only": {"a3", "c1", "c4"},
    "no living lab": {"a1", "b1", "b2", "b3", "b4", "c3"},
    "no innovation project": {"b3", "c3"},
}


def keep(folder: Path, ids: set[str] | None) -> None:
    for name in ("list.csv", "codes.csv"):
        path = folder / "own" / name
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if ids is None or line.split(",", 1)[0] in ids]
        path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("case", KEPT)
def test_little_evidence_still_gives_a_report_in_both_languages(
    case: str, fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace").folder
    keep(workspace, KEPT[case])
    for words in (
        ("import", workspace / "own" / "list.csv", "-r", "fictional"),
        ("run",),
        ("report", "--out", tmp_path),
    ):
        result = cli(*words, "-w", workspace)
        assert result.exit_code == 0, result.output
    for lang in ("ko", "en"):
        html = (tmp_path / lang / "report.html").read_text(encoding="utf-8")
        assert not re.search(r"\b(None|nan|NaN)\b", re.sub(r"<[^>]*>", " ", html))
        assert (tmp_path / lang / "evidence.html").read_text(encoding="utf-8").count('class="record"') == len(
            KEPT[case] or range(12)
        )


def test_a_list_without_codes_gives_a_report_without_figures(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace").folder
    path = workspace / "own" / "codes.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    emptied = [f"{line.split(',', 1)[0]}{',' * head.count(',')}" for line in lines]
    path.write_text("\n".join([head, *emptied]) + "\n", encoding="utf-8")
    for words in (
        ("import", workspace / "own" / "list.csv", "-r", "fictional"),
        ("run",),
        ("report", "--out", tmp_path),
    ):
        result = cli(*words, "-w", workspace)
        assert result.exit_code == 0, result.output
    html = (tmp_path / "en" / "report.html").read_text(encoding="utf-8")
    assert "nothing was found" in html


def test_a_share_of_fewer_than_five_is_printed_as_too_few(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace").folder
    assert cli("run", "-w", workspace).exit_code == 0
    assert cli("report", "--out", tmp_path, "-w", workspace).exit_code == 0
    html = (tmp_path / "en" / "labs.html").read_text(encoding="utf-8")
    table = html.split('id="2022.F16.data"', 1)[1].split("</table>", 1)[0]
    assert "×" in table
    assert "%" not in re.sub(r"<thead>.*?</thead>", "", table, flags=re.DOTALL)
