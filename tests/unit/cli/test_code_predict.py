"""``dynapolis code predict``: out of the box, and never learning from what it is to code."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.coding.linear.coder import LinearCoder
from dynapolis.steps.suggestions import embedded_examples, kept_apart
from dynapolis.store.content import ContentPaths, read_codebook, shipped
from dynapolis.store.cue_files import read_cues
from dynapolis.store.unit_files import read_units

Cli = Callable[..., Any]


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


ROWS = [
    {"id": "a", "title": "Self-driving bus", "abstract": "Passengers ride a driverless shuttle on public roads."},
    {"id": "b", "title": "햇빛 발전소", "abstract": "학교 지붕에 태양광을 설치해 에너지를 절감한다."},
    {"id": "c", "title": "Thing", "abstract": ""},
]


def test_a_list_is_coded_without_a_workspace(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    result = cli(
        "code", "predict", write(tmp_path / "list.csv", ROWS), "--out", out, "--scheme", "sector", "-w", tmp_path
    )
    assert result.exit_code == 0, result.output
    rows = {row["id"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert rows["a"]["code"] == "transport"
    assert rows["b"]["code"] == "energy_environment"
    assert "bus" in rows["a"]["words"] or "shuttle" in rows["a"]["words"]
    assert 0 < float(rows["a"]["probability"]) <= 1
    assert rows["a"]["coder"] == "linear"


def test_rules_alone_need_no_labels(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "codes.json"
    result = cli(
        "code", "predict", write(tmp_path / "list.csv", ROWS), "--out", out, "--no-labels", "-w", tmp_path, "--json"
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["coder"]["id"] == "rules"
    assert told["learned_from"] == 0
    found = {(row["id"], row["scheme"]): row for row in json.loads(out.read_text(encoding="utf-8"))}
    assert found["a", "sector"]["code"] == "transport"
    assert found["c", "sector"]["why"] == "no_cue"


def test_no_unit_that_is_to_be_coded_reaches_training() -> None:
    """A record is planted in the list under another id, once by its name and once by its text."""
    codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    examples = embedded_examples(ContentPaths.default(), codebook)
    marked = examples[7].unit
    for passage in marked.passages:
        if passage.property in ("name", "description") and len(passage.text) > 20:
            planted = type(marked)("planted", (passage,))
            left = kept_apart(examples, [planted])
            assert marked.unit_id not in {e.unit.unit_id for e in left}
            assert len(left) < len(examples)


def test_what_a_list_says_of_its_codes_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    outs = []
    for number, code in enumerate(("safety", "housing")):
        rows = [row | {"sector": code, "kind": "project"} for row in ROWS]
        out = tmp_path / f"codes-{number}.csv"
        path = write(tmp_path / f"list-{number}.csv", rows)
        assert cli("code", "predict", path, "--out", out, "--scheme", "sector", "-w", tmp_path).exit_code == 0
        outs.append(out.read_text(encoding="utf-8"))
    assert outs[0] == outs[1]


def test_an_embedded_register_is_never_its_own_teacher() -> None:
    codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    units = read_units(shipped() / "registers" / "world" / "register.csv", {})
    left = kept_apart(embedded_examples(ContentPaths.default(), codebook), units)
    names = {unit.passages[0].text for unit in units}
    assert not names & {example.unit.passages[0].text for example in left}


def test_on_a_register_kept_apart_answers_are_better_than_two_coders_agree() -> None:
    """Learned from the other two registers: at least six of ten answered, more than 72 of a hundred of them right."""
    whole = read_codebook(ContentPaths.default().codebooks, "2022.2")
    codebook = whole.model_copy(update={"schemes": (whole.by_scheme["sector"],)})
    path = shipped() / "registers" / "world" / "register.csv"
    units = read_units(path, {})
    truth = {row["id"]: row["sector"] for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    examples = kept_apart(embedded_examples(ContentPaths.default(), whole), units)
    coder = LinearCoder.train(examples, codebook, read_cues(), wanted=0.85, least_share=0.62)
    answered = [s for s in coder.code(units, codebook) if s.codes]
    assert len(answered) >= 0.6 * len(units)
    assert sum(s.codes[0] == truth[s.unit_id] for s in answered) / len(answered) > 0.72


@pytest.mark.parametrize(
    ("rows", "words", "told"),
    [
        ([{"a": "1", "b": "2"}], (), "a column with text"),
        ([{"id": "1", "title": "x"}, {"id": "1", "title": "y"}], (), "an id of its own"),
        ([{"id": "1", "title": "x"}], ("--text", "nothing"), "name a column of the file"),
        ([{"id": "1", "title": "x"}], ("--scheme", "nothing"), "known: kind"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    cli: Cli, tmp_path: Path, rows: list[dict[str, str]], words: tuple[str, ...], told: str
) -> None:
    out = tmp_path / "codes.csv"
    result = cli("code", "predict", write(tmp_path / "list.csv", rows), "--out", out, "-w", tmp_path, *words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not out.exists()
