"""``dynapolis code sample`` and ``code estimate``: from a list to a share with its interval, and what is refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Cli = Callable[..., Result]
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "estimate"


@pytest.fixture
def drawn(cli: Cli, tmp_path: Path) -> Path:
    """The example's design, drawn again."""
    out = tmp_path / "design.csv"
    done = cli("code", "sample", EXAMPLE / "projects.csv", "--size", 80, "--strata", 4, "--out", out)
    assert done.exit_code == 0
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def faults(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 2, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["faults"]
    return found


def test_a_drawn_sample_records_its_design_and_keeps_the_other_columns(drawn: Path) -> None:
    rows = rows_of(drawn)
    assert len(rows) == 400 and sum(row["drawn"] == "yes" for row in rows) == 80
    assert {"title", "score", "stratum", "inclusion", "drawn", "label", "picked"} < set(rows[0])
    for stratum in {row["stratum"] for row in rows}:
        own = [row for row in rows if row["stratum"] == stratum]
        n = sum(row["drawn"] == "yes" for row in own)
        assert [float(row["inclusion"]) for row in own] == pytest.approx([n / len(own)] * len(own))


def test_the_same_seed_draws_the_same_units_and_a_file_is_never_overwritten(
    cli: Cli, drawn: Path, tmp_path: Path
) -> None:
    words = ("code", "sample", EXAMPLE / "projects.csv", "--size", 80, "--strata", 4)
    assert cli(*words, "--out", tmp_path / "again.csv").exit_code == 0
    assert cli(*words, "--seed", 2, "--out", tmp_path / "other.csv").exit_code == 0
    assert (tmp_path / "again.csv").read_bytes() == drawn.read_bytes() != (tmp_path / "other.csv").read_bytes()
    assert cli(*words, "--out", drawn).exit_code == 2


def test_the_share_of_the_example_lies_in_the_interval_by_design_in_both_languages(cli: Cli, drawn: Path) -> None:
    """The labels were made with 100 of the 400 projects promoting industry."""
    words = ("code", "estimate", drawn, "--labels", EXAMPLE / "labels.csv", "--code", "industry")
    found = json.loads(cli(*words, "--json").stdout)
    assert (found["n_units"], found["n_labels"], found["n_strata"], found["ppi_refused"]) == (400, 80, 4, True)
    first = found["estimates"][0]
    assert first["method"] == "difference" and first["by_design"]
    assert first["low"] < 0.25 < first["high"]
    for lang, word in (("en", "By design"), ("ko", "설계 기반")):
        said = cli(*words, lang=lang).stdout
        assert word in said and f"{100 * first['share']:.2f}" in said


def test_labels_picked_by_active_learning_are_refused_with_the_reason(cli: Cli, drawn: Path, tmp_path: Path) -> None:
    labels = [row | {"picked": "model"} for row in rows_of(EXAMPLE / "labels.csv")]
    file = write(tmp_path / "labels.csv", labels)
    found = faults(cli("code", "estimate", drawn, "--labels", file, "--code", "industry", "--json"))
    assert len(found) == 80
    assert {fault["column"] for fault in found} == {"picked"} and "active learning" in found[0]["mend"]


def test_a_label_from_outside_the_population_is_refused(cli: Cli, drawn: Path, tmp_path: Path) -> None:
    labels = [*rows_of(EXAMPLE / "labels.csv"), {"unit_id": "P999", "label": "industry", "picked": "random"}]
    file = write(tmp_path / "labels.csv", labels)
    (found,) = faults(cli("code", "estimate", drawn, "--labels", file, "--code", "industry", "--json"))
    assert (found["row"], found["column"]) == (82, "unit_id") and "from the population" in found["mend"]


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("inclusion", "", "the probability with which the unit could be drawn"),
        ("inclusion", "0", "a probability above 0 and up to 1"),
        ("inclusion", "half", "a number, 0 to 1"),
        ("inclusion", "nan", "a probability above 0 and up to 1"),
        ("score", "1.2", "a probability, 0 to 1"),
        ("score", "nan", "a probability, 0 to 1"),
        ("drawn", "perhaps", "yes or no"),
        ("picked", "luck", "random, model or seed"),
        ("unit_id", "", "an id"),
    ],
)
def test_a_cell_that_cannot_be_used_is_refused_where_it_stands(
    cli: Cli, drawn: Path, tmp_path: Path, column: str, cell: str, told: str
) -> None:
    said = {row["unit_id"]: row for row in rows_of(EXAMPLE / "labels.csv")}
    rows = [row | {k: said[row["unit_id"]][k] for k in ("label", "picked") if row["unit_id"] in said}
            for row in rows_of(drawn)]  # fmt: skip
    rows[2][column] = cell
    found = faults(cli("code", "estimate", write(tmp_path / "bad.csv", rows), "--code", "industry", "--json"))
    assert any(fault["column"] == column and fault["row"] == 4 and told in fault["expected"] for fault in found), found


@pytest.mark.parametrize(
    "words",
    [
        ("--size", 3, "--strata", 4),
        ("--size", 401),
        ("--size", 80, "--allocation", "optimal"),
    ],
)
def test_a_design_that_cannot_be_is_refused_and_nothing_is_written(
    cli: Cli, tmp_path: Path, words: tuple[object, ...]
) -> None:
    done = cli("code", "sample", EXAMPLE / "projects.csv", *map(str, words), "--out", tmp_path / "x.csv")
    assert done.exit_code == 2 and not (tmp_path / "x.csv").exists()


def test_a_list_without_scores_is_drawn_and_estimated_by_labels_alone(cli: Cli, tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.csv", [{"unit_id": f"u{n}"} for n in range(30)])
    assert cli("code", "sample", plain, "--size", 10, "--out", tmp_path / "d.csv").exit_code == 0
    rows = rows_of(tmp_path / "d.csv")
    coded = [row | {"label": ("a", "b")[n % 2] if row["drawn"] == "yes" else ""} for n, row in enumerate(rows)]
    done = cli("code", "estimate", write(tmp_path / "c.csv", coded), "--code", "a", "--json")
    assert [row["method"] for row in json.loads(done.stdout)["estimates"]] == ["sample"]


def test_a_simple_sample_has_ppi_beside_it(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "d.csv"
    words = ("--size", 60, "--strata", 1, "--allocation", "proportional", "--out", out)
    assert cli("code", "sample", EXAMPLE / "projects.csv", *words).exit_code == 0
    coded = [row | {"label": ("a", "b")[float(row["score"]) < 0.4] if row["drawn"] == "yes" else ""}
             for row in rows_of(out)]  # fmt: skip
    done = cli("code", "estimate", write(tmp_path / "c.csv", coded), "--code", "a", "--json")
    methods = [row["method"] for row in json.loads(done.stdout)["estimates"]]
    assert "ppi" in methods
