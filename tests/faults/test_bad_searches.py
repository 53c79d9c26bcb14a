"""What a register says of where it looked, at the border: a city nobody knows and a kind that is none are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynapolis.errors import BadContent, BadInput
from dynapolis.model.register import RegisterSpec
from dynapolis.registers.importer import import_register
from dynapolis.store import content
from dynapolis.store.content import ContentPaths, shipped

SHARED = ContentPaths.default()
EUROPE = shipped() / "registers" / "europe"
FILES = ("register.csv", "second_coder.csv", "register.yml")


def describe(folder: Path, old: str, new: str) -> RegisterSpec:
    text = (EUROPE / "register.yml").read_text(encoding="utf-8")
    assert old in text
    (folder / "register.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return content.read_register(folder / "register.yml")


def test_a_searched_city_that_the_place_list_does_not_know_stops_the_import(tmp_path: Path) -> None:
    spec = describe(tmp_path, "cities: [amsterdam, barcelona, copenhagen, helsinki]", "cities: [atlantis]")
    data = {name: (EUROPE / name).read_bytes() for name in FILES}
    places = content.read_places(SHARED.places)
    with pytest.raises(BadInput) as caught:
        import_register(spec, data, lambda v: content.read_codebook(SHARED.codebooks, v), places)
    assert "'atlantis'; expected the id of a city of the place list" in str(caught.value)


def test_a_kind_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match="kinds"):
        describe(tmp_path, "kinds: [projects, lab_projects, living_labs]", "kinds: [parks]")


def test_a_city_searched_twice_for_the_same_kind_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match="'helsinki' for projects a second time"):
        describe(tmp_path, "[berlin, brussels", "[berlin, helsinki, brussels")
