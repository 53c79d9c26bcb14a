"""``dynapolis cities`` as people and scripts meet it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
LIST = """\
id,town,country,name
1,Helsinki,FI,one
2,"Aalto
yliopisto",FI,two
3,KOBENHAVN K,DK,"three, four"
4,Helsinki,FI,five
5,Gosselies,BE,
6,,FR,
"""
HELSINKI, ESPOO, COPENHAGEN = "658225", "660158", "2618425"


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    path = tmp_path / "towns.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.fixture
def home(cli: Cli, tmp_path: Path) -> Path:
    assert cli("init", tmp_path / "home").exit_code == 0
    return tmp_path / "home"


def match(cli: Cli, towns: Path, *more: str | Path) -> Any:
    return cli("cities", "match", towns, "--town", "town", "--country", "country", *more)


def read(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_rows_keep_their_order_and_cells_and_get_their_cities(cli: Cli, towns: Path, tmp_path: Path) -> None:
    out, queue = tmp_path / "out.csv", tmp_path / "queue.csv"
    done = match(cli, towns, "--out", out, "--queue", queue, "--json")
    assert done.exit_code == 0
    before, after = read(towns), read(out)
    assert after[0] == [
        "id", "town", "country", "name", "geonameid", "match_name", "match_country", "lat", "lon", "score", "reason",
        "runner_up",
    ]  # fmt: skip
    assert [row[:4] for row in after] == before
    assert [row[4] for row in after[1:]] == [HELSINKI, "", COPENHAGEN, HELSINKI, "", ""]
    refused = after[5]
    assert refused[4:10] == [""] * 6
    assert refused[10] == "small_place" and refused[11].endswith("Gosselies, BE")
    told = json.loads(done.stdout)
    assert (told["rows"], told["rows_answered"], told["towns"], told["towns_answered"], told["towns_open"]) == (
        6, 3, 5, 2, 2,
    )  # fmt: skip
    assert [(row[0], row[2]) for row in read(queue)[1:]] == [("Gosselies", "1"), ("Aalto\nyliopisto", "1")]


@pytest.mark.parametrize("name", ["towns.tsv", "towns.txt"])
def test_any_delimiter_is_read_and_tabs_are_written_where_asked_for(name: str, cli: Cli, tmp_path: Path) -> None:
    towns = tmp_path / name
    sign = "\t" if name.endswith("tsv") else ";"
    towns.write_text("".join(f"{sign.join(row)}\n" for row in [["town", "country"], ["Wien", "AT"], ["Graz", "AT"]]))
    assert match(cli, towns, "--out", tmp_path / "out.tsv").exit_code == 0
    assert [row[3] for row in read(tmp_path / "out.tsv", "\t")[1:]] == ["Vienna", "Graz"]


def test_the_functional_area_is_a_column_of_its_own(cli: Cli, tmp_path: Path) -> None:
    towns = tmp_path / "towns.csv"
    towns.write_text("town,country\nEspoo,FI\nHelsinki,FI\nTampere,FI\nHelsingin yliopisto,FI\n", encoding="utf-8")
    assert match(cli, towns, "--out", tmp_path / "out.csv", "--areas").exit_code == 0
    after = read(tmp_path / "out.csv")
    assert [(row[2], row[-1]) for row in after] == [
        ("geonameid", "area"), (ESPOO, "helsinki"), (HELSINKI, "helsinki"), ("634963", ""), ("", ""),
    ]  # fmt: skip


def test_a_column_that_is_not_there_is_told_and_nothing_is_written(cli: Cli, towns: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = cli("cities", "match", towns, "--town", "city", "--country", "land", "--out", out)
    assert done.exit_code == 2
    assert "no column city, land; it has id, town, country, name" in done.stderr
    assert not out.exists()


def test_a_broken_row_stops_everything(cli: Cli, tmp_path: Path) -> None:
    towns, out = tmp_path / "towns.csv", tmp_path / "out.csv"
    towns.write_text("town,country\n" + "Wien,AT\n" * 30 + "Graz,AT,Styria,more\n", encoding="utf-8")
    out.write_text("old", encoding="utf-8")
    done = match(cli, towns, "--out", out)
    assert done.exit_code == 2
    assert "line 32" in done.stderr
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "towns.csv"]


def test_a_file_that_is_not_there_is_bad_use(cli: Cli, tmp_path: Path) -> None:
    done = match(cli, tmp_path / "none.csv", "--out", tmp_path / "out.csv", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"] == "BadUse"


def test_the_same_list_gives_the_same_bytes(cli: Cli, towns: Path, tmp_path: Path) -> None:
    outs = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for out in outs:
        assert match(cli, towns, "--out", out).exit_code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_what_a_person_decided_is_looked_up_and_leaves_the_queue(
    cli: Cli, towns: Path, home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    assert match(cli, towns, "--out", out, "--workspace", home).exit_code == 0
    waiting = cli("cities", "queue", "--workspace", home, "--json")
    assert [row["town"] for row in json.loads(waiting.stdout)] == ["Gosselies", "Aalto\nyliopisto"]
    decide = ("cities", "decide", "--workspace", home, "--by", "A reader", "--why", "a district of it")
    done = cli(*decide, "--town", "Aalto yliopisto", "--country", "FI", "--city", ESPOO)
    assert done.exit_code == 0 and "Espoo, FI" in done.stdout
    assert cli(*decide, "--town", "Gosselies", "--country", "BE", "--city", "none").exit_code == 0
    assert json.loads(cli("cities", "queue", "--workspace", home, "--json").stdout) == []
    assert match(cli, towns, "--out", out, "--workspace", home).exit_code == 0
    after = read(out)
    assert [(row[4], row[9], row[10]) for row in after[2:6:3]] == [
        (ESPOO, "1.0000", "decision"), ("", "", "decided_none"),
    ]  # fmt: skip


def test_decisions_of_a_file_hold_too_and_those_of_the_workspace_before_them(
    cli: Cli, towns: Path, home: Path, tmp_path: Path
) -> None:
    decisions, out = tmp_path / "decisions.csv", tmp_path / "out.csv"
    decisions.write_text(
        f"town,country,geonameid,decided_by,why\nGosselies,BE,{HELSINKI},A,x\nAalto yliopisto,FI,{ESPOO},A,x\n"
    )
    why = ("--by", "B", "--why", "no city of the index")
    cli("cities", "decide", "-w", home, "--town", "Gosselies", "--country", "BE", "--city", "none", *why)
    assert match(cli, towns, "--out", out, "--decisions", decisions, "--workspace", home).exit_code == 0
    assert [row[10] for row in read(out)[1:]] == ["exact", "decision", "tail", "exact", "decided_none", "empty"]


@pytest.mark.parametrize("city", ["Espoo", "7", "", "-3"])
def test_a_decision_for_no_city_of_the_gazetteer_is_refused(city: str, cli: Cli, home: Path) -> None:
    words = ("--town", "Otaniemi", "--country", "FI", "--city", city, "--by", "A", "--why", "x")
    done = cli("cities", "decide", "--workspace", home, *words)
    assert done.exit_code == 2
    assert "no GeoNames id" in done.stderr


def test_the_queue_of_a_file_is_listed_in_two_languages(cli: Cli, towns: Path, tmp_path: Path) -> None:
    queue = tmp_path / "queue.csv"
    match(cli, towns, "--out", tmp_path / "out.csv", "--queue", queue)
    english, korean = (cli("cities", "queue", queue, "--most", "1", lang=lang).stdout for lang in ("en", "ko"))
    assert english.splitlines()[0] == "Undecided: 2 towns"
    assert korean.splitlines()[0] == "판단하지 않은 지명: 2개"
    assert len(english.splitlines()) == len(korean.splitlines()) == 2


def test_an_evaluation_writes_its_tables(cli: Cli, tmp_path: Path) -> None:
    known, out = tmp_path / "known.csv", tmp_path / "tables"
    known.write_text(f"t,c,g\nHelsinki,FI,{HELSINKI}\nEspoo,FI,{HELSINKI}\nKruunu,FI,1\nOulu,FI,\n", encoding="utf-8")
    where = tmp_path / "where.csv"
    where.write_text("geonameId;lat_GN;lng_GN\n1;60,17;24,95\n", encoding="utf-8")
    words = ("--town", "t", "--country", "c", "--geonameid", "g", "--coordinates", where, "--out", out)
    done = cli("cities", "evaluate", known, *words, "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["n"], told["n_in_gazetteer"], told["n_right"], told["n_absent_refused"]) == (3, 2, 1, 1)
    names = {"summary", "by_country", "by_reason", "reliability", "confusions"}
    assert {path.stem for path in out.iterdir()} == names
    assert [row[:2] for row in read(out / "confusions.csv")[1:]] == [["wrong", "Espoo"]]
    halves = [json.loads(cli("cities", "evaluate", known, *words, "--half", half, "--json").stdout)["n"]
              for half in ("development", "held-out")]  # fmt: skip
    assert sum(halves) == 3
    shutil.rmtree(out)


def test_an_evaluation_tells_ids_that_are_none_and_columns_that_miss(cli: Cli, tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text("t,c,g\nHelsinki,FI,x\nOulu,FI,y\n", encoding="utf-8")
    words = ("--town", "t", "--country", "c", "--geonameid", "g", "--out", tmp_path / "tables")
    done = cli("cities", "evaluate", known, *words)
    assert done.exit_code == 2 and "2 faults" in done.stderr
    wrong = cli("cities", "evaluate", known, *words, "--coordinates", known)
    assert wrong.exit_code == 2 and "needs the columns geonameid or id" in wrong.stderr
