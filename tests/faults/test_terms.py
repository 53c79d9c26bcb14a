"""A register whose terms forbid passing it on stays out of every edition that is published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def place(tmp_path: Path, cli: Callable[..., Any], fictional: Callable[..., Any]) -> Path:
    """A workspace with two registers of one form: ``fictional`` may be passed on, ``borrowed`` may not."""
    folder = tmp_path / "workspace"
    fictional(folder)
    registers = folder / "own" / "registers"
    shutil.copytree(registers / "fictional", registers / "borrowed")
    description = registers / "borrowed" / "register.yml"
    text = description.read_text(encoding="utf-8").replace("name: fictional", "name: borrowed", 1)
    assert "terms: open" in text
    description.write_text(text.replace("terms: open", "terms: non_commercial"), encoding="utf-8")
    return folder


def do(cli: Callable[..., Any], place: Path, *words: object) -> Any:
    result = cli(*words, "--workspace", place, "--json")
    value = json.loads(result.stdout)
    return result.exit_code, value


def bring(cli: Callable[..., Any], place: Path) -> None:
    code, _ = do(cli, place, "import", place / "own" / "list.csv", "--register", "borrowed")
    assert code == 0


def records(place: Path, edition: str) -> set[str]:
    import pyarrow.parquet as pq

    table = pq.read_table(place / "editions" / edition[:12] / "tables" / "core_records__record.parquet")
    return set(table["register"].to_pylist())


def test_an_edition_leaves_out_what_must_not_be_passed_on_and_says_so(cli: Callable[..., Any], place: Path) -> None:
    before = do(cli, place, "run")[1]
    bring(cli, place)
    code, made = do(cli, place, "run")
    assert code == 0
    assert made["left_out"] == ["borrowed"]
    assert records(place, made["edition"]) == {"fictional"}
    assert made["cities"] == before["cities"]
    assert do(cli, place, "export", "--out", place / "export")[0] == 0


def test_a_private_edition_takes_it_in_and_cannot_be_exported(cli: Callable[..., Any], place: Path) -> None:
    bring(cli, place)
    code, made = do(cli, place, "run", "--private")
    assert (code, made["left_out"]) == (0, [])
    assert records(place, made["edition"]) == {"fictional", "borrowed"}
    code, refused = do(cli, place, "export", "--out", place / "export")
    assert code == 2
    assert "borrowed" in refused["message"]
    assert not (place / "export").exists()


def test_a_private_edition_says_on_every_first_page_that_it_is_not_for_publication(
    cli: Callable[..., Any], place: Path
) -> None:
    bring(cli, place)
    do(cli, place, "run", "--private")
    assert do(cli, place, "report", "--out", place / "report")[0] == 0
    assert "Not for publication" in (place / "report" / "en" / "index.html").read_text(encoding="utf-8")
    assert "공개할 수 없는 판" in (place / "report" / "ko" / "index.html").read_text(encoding="utf-8")


def test_a_private_edition_without_such_a_register_is_an_ordinary_one(cli: Callable[..., Any], place: Path) -> None:
    ordinary = do(cli, place, "run")[1]["edition"]
    assert do(cli, place, "run", "--private")[1]["edition"] == ordinary
    assert do(cli, place, "export", "--out", place / "export")[0] == 0


def test_nothing_but_such_registers_makes_no_edition(tmp_path: Path, cli: Callable[..., Any], place: Path) -> None:
    alone = tmp_path / "alone"
    assert cli("init", alone).exit_code == 0
    shutil.copytree(place / "own", alone / "own")
    shutil.copyfile(place / "dynapolis.toml", alone / "dynapolis.toml")
    bring(cli, alone)
    code, refused = do(cli, alone, "run")
    assert code == 2
    assert "--private" in refused["message"]


def test_every_record_carries_the_licence_and_the_date_of_its_register(cli: Callable[..., Any], place: Path) -> None:
    import pyarrow.parquet as pq

    edition = do(cli, place, "run")[1]["edition"]
    table = pq.read_table(place / "editions" / edition[:12] / "tables" / "core_records__record.parquet")
    assert all(table["licence"].to_pylist())
    assert all(table["register_date"].to_pylist())
