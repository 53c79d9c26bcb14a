"""Every letter of a page is in exactly one file of its fonts, and the first file holds what most pages show."""

from __future__ import annotations

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.model.language import Lang
from dynapolis.report.fonts import WEIGHTS, Weight
from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.lettering import unicode_range
from dynapolis.serve.site import Release, Site, words
from dynapolis.store.workspace import Workspace


@pytest.fixture(scope="module")
def site(demo_workspace: Workspace) -> Site:
    return Site(demo_workspace)


@pytest.fixture(scope="module")
def release(site: Site) -> Release:
    return site.release()


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_two_korean_files_have_no_letter_in_common_and_all_together(release: Release, weight: Weight) -> None:
    first, rest = (set(release.letters(Lang.KO, weight, part)) for part in ("first", "rest"))
    assert not first & rest
    assert {letter for letter in "".join(words(Lang.KO).texts.values())} <= first | rest
    assert all(letter in first | rest for city in release.data.cities.values() for letter in city["name_ko"])
    assert len(rest) > 100


def test_english_pages_have_one_file(release: Release) -> None:
    assert {release.letters(Lang.EN, weight, "rest") for weight in WEIGHTS} == {""}


def test_files_hold_the_letters_that_the_font_has(release: Release) -> None:
    for part in ("first", "rest"):
        wanted = {ord(letter) for letter in release.letters(Lang.KO, 400, part)}
        held = set(TTFont(BytesIO(release.font(Lang.KO, 400, part))).getBestCmap())
        assert not {point for point in wanted - held if 0xAC00 <= point <= 0xD7A3}
        assert held <= wanted | set(range(0x20, 0x7F)) | set(map(ord, "\u00a0·×±°–—‘’“”…−≤≥•→←↑↓～〈〉《》「」『』"))


def test_the_sheet_asks_for_the_rest_only_where_it_is_shown(site: Site, release: Release) -> None:
    app = create_app(site)
    folder = f"/static/fonts/{release.id}-{release.font_key}"
    sheets = {}
    for name in ("ko", "ko-rest"):
        status, _, body = ask(app, f"{folder}/{name}.css", "", {})
        assert status == 200
        sheets[name] = body.decode()
        assert sheets[name].count("@font-face") == 2
    assert (sheets["ko"].count("unicode-range"), sheets["ko-rest"].count("unicode-range")) == (0, 2)
    page = ask(app, "/ko/help", "", {})[2].decode()
    assert page.index(f"{folder}/ko.css") < page.index(
        f'<noscript class="letters"><link rel="stylesheet" href="{folder}/ko-rest'
    )
    assert "noscript" not in ask(app, "/en/help", "", {})[2].decode()
    english = ask(app, f"/static/fonts/{release.id}-{release.font_key}/en.css", "", {})[2].decode()
    assert english.count("@font-face") == 2
    for name in ("400-ko-first", "700-ko-rest", "400-en-first"):
        assert ask(app, f"/static/fonts/{release.id}-{release.font_key}/{name}.woff2", "", {})[0] == 200


@given(st.sets(st.characters(min_codepoint=0x20, max_codepoint=0xD7A3), min_size=1, max_size=80))
def test_a_range_names_exactly_its_letters(letters: set[str]) -> None:
    named: set[int] = set()
    for part in unicode_range(letters).split(","):
        low, _, high = part.removeprefix("U+").partition("-")
        named |= set(range(int(low, 16), int(high or low, 16) + 1))
    assert named == set(map(ord, letters))
