"""References to other registers and marks of doubt, at the border: what is wrong is told, what is fine passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadContent, BadInput
from dynapolis.registers.importer import Imported, import_register
from dynapolis.store import content
from dynapolis.store.content import ContentPaths, shipped

SHARED = ContentPaths.default()
EUROPE = shipped() / "registers" / "europe"
FILES = ("register.csv", "second_coder.csv", "register.yml")


def take(**changed: Callable[[str], str]) -> Imported:
    """The European register, with some of its files changed; ``list``, ``codes`` and ``description`` name them."""
    names = dict(zip(("list", "codes", "description"), FILES, strict=True))
    files = {name: (EUROPE / name).read_text(encoding="utf-8") for name in FILES}
    for what, change in changed.items():
        before = files[names[what]]
        files[names[what]] = change(before)
        assert files[names[what]] != before
    spec = content.read_register(EUROPE / "register.yml")
    data = {name: text.encode() for name, text in files.items()}
    places = content.read_places(SHARED.places)
    return import_register(spec, data, lambda v: content.read_codebook(SHARED.codebooks, v), places)


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def test_the_list_as_it_is_has_no_fault() -> None:
    found = take()
    assert len(found.records) == 267
    assert sum(record.same_as is not None for record in found.records) == 30
    assert {record.same_as_register for record in found.records} == {None, "starter"}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("nordhavn copenhagen", "'nordhavn copenhagen'; expected one id of register starter"),
        ("nordhavn-copenhagen;olympic-park", "expected one id of register starter"),
    ],
)
def test_a_reference_is_one_id(cell: str, told: str) -> None:
    with pytest.raises(BadInput, match=re.escape(told)):
        take(list=swap(",nordhavn-copenhagen\n", f",{cell}\n"))


def test_a_record_is_not_the_same_as_itself(tmp_path: Path) -> None:
    text = (EUROPE / "register.yml").read_text(encoding="utf-8").replace("refers_to: starter", "refers_to: europe")
    (tmp_path / "register.yml").write_text(text, encoding="utf-8")
    spec = content.read_register(tmp_path / "register.yml")
    files = {name: (EUROPE / name).read_bytes() for name in FILES}
    files["register.csv"] = files["register.csv"].replace(b",nordhavn-copenhagen\r", b",nordhavn-smart-urban-lab\r", 1)
    places = content.read_places(SHARED.places)
    with pytest.raises(BadInput, match="'nordhavn-smart-urban-lab'; expected the id of another record"):
        import_register(spec, files, lambda v: content.read_codebook(SHARED.codebooks, v), places)


def test_doubt_may_name_a_code_or_a_column_and_nothing_else() -> None:
    found = {record.source_id: record.doubted for record in take().records if record.doubted}
    assert found["nordhavn-smart-urban-lab"] == ("same_as",)
    assert found["it-academy-barcelona"] == ("start_year",)
    with pytest.raises(BadInput, match=r"unsure: found 'colour'; expected a coded scheme: .*; or a column of the file"):
        take(list=swap("same_as;sector", "colour;sector"))


def test_a_quote_may_begin_small_where_its_sentence_begins_large() -> None:
    record = next(c for c in take().codings if c.quote == "urban logistics network")
    assert record.scheme == "sector"
    with pytest.raises(BadInput, match="expected words that stand in description_en"):
        take(list=swap("urban logistics network", "urban logistic network"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", refers_to: starter", "", "no register; expected the register whose ids stand here"),
        ("type: reference, refers_to: starter", "type: slug", "expected type reference for same_as, and nothing else"),
        ("{property: lab_name}", "{property: lab_name, type: reference, refers_to: x}", "found 'reference'"),
        ("{property: lab_name}", "{property: lab_name, refers_to: x}", "expected a register for references only"),
    ],
)  # fmt: skip
def test_a_description_says_of_which_register_the_ids_are(old: str, new: str, told: str, tmp_path: Path) -> None:
    text = (EUROPE / "register.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "register.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadContent, match=re.escape(told)):
        content.read_register(tmp_path / "register.yml")


def test_a_run_tells_references_that_lead_nowhere(cli: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "w"
    assert cli("init", folder).exit_code == 0
    assert cli("import", EUROPE / "register.csv", "-r", "europe", "-w", folder).exit_code == 0
    settings = folder / "dynapolis.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("draws = 1000", "draws = 100"), encoding="utf-8")
    told = cli("run", "-w", folder).stdout
    assert "Records: 267; initiatives after joining: 267." in told
    assert "Not joined: 30 references to a record of another register that is not in this workspace" in told
    assert "묶지 못한 참조 30건" in cli("run", "-w", folder, lang="ko").stdout
