"""Fonts: the published files are untouched, and what is made from them is small, renamed and repeatable."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from dynapolis.errors import BadUse
from dynapolis.report import fonts
from dynapolis.report.fonts import FAMILY, Weight, font_folder, subset_woff2

TEXT = "도시 혁신성 지수 2022: 뷁, 똠, 펲 – Łódź, Malmö, Århus · 28%"
both_weights = pytest.mark.parametrize("weight", [400, 700])


def opened(data: bytes) -> TTFont:
    return TTFont(BytesIO(data))


@pytest.mark.parametrize(
    ("file", "sha256"),
    [
        ("Pretendard-Regular.otf", "3ffbacde6ab8411f1d2db54bb9b1f0b3ee2a738932033722cf0388c06aed1c93"),
        ("Pretendard-Bold.otf", "2e91915fab54df71cc9598ebf608b2bdb54c6fe3c066ac61dff0bc44fca71cc7"),
        ("LICENSE.txt", "b04538c9abec39a3db75108cf0af0fd9c77032fe8aa2cf38345b4d250e98e38e"),
    ],
)
def test_the_published_files_are_unmodified_and_their_checksums_are_documented(file: str, sha256: str) -> None:
    assert hashlib.sha256((font_folder() / file).read_bytes()).hexdigest() == sha256
    assert f"| `{file}` | `{sha256}` |" in (font_folder() / "README.md").read_text(encoding="utf-8")


def test_the_whole_fonts_hold_every_hangul_syllable() -> None:
    for style in ("Regular", "Bold"):
        with TTFont(font_folder() / f"Pretendard-{style}.otf", lazy=True) as font:
            assert set(range(0xAC00, 0xD7A4)) <= set(font.getBestCmap())


def test_a_missing_font_file_is_an_error_and_not_a_blank_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "__file__", str(tmp_path / "fonts.py"))
    with pytest.raises(BadUse, match=r"Pretendard-Regular\.otf is missing in .* Install again"):
        font_folder()
    with pytest.raises(BadUse):
        subset_woff2(TEXT, 400)


@both_weights
def test_a_subset_has_the_characters_of_the_text_and_ascii_and_hardly_more(weight: Weight) -> None:
    characters = set(opened(subset_woff2(TEXT, weight)).getBestCmap())
    assert set(map(ord, TEXT)) <= characters
    assert set(range(0x20, 0x7F)) <= characters
    hangul = {c for c in characters if 0xAC00 <= c < 0xD7A4}
    assert hangul == {ord(c) for c in TEXT if 0xAC00 <= ord(c) < 0xD7A4}


@both_weights
def test_a_subset_is_a_compressed_font_of_the_right_weight(weight: Weight) -> None:
    data = subset_woff2(TEXT, weight)
    assert data[:4] == b"wOF2"
    font = opened(data)
    assert font["OS/2"].usWeightClass == weight
    assert font["name"].getDebugName(2) == {400: "Regular", 700: "Bold"}[weight]


@both_weights
def test_a_subset_carries_its_own_name_and_never_the_reserved_one(weight: Weight) -> None:
    font = opened(subset_woff2(TEXT, weight))
    assert font["name"].getBestFamilyName() == FAMILY
    font.flavor = None
    file = BytesIO()
    font.save(file)
    everything = file.getvalue()
    for encoding in ("ascii", "utf-16-be"):
        assert "Pretendard".encode(encoding) not in everything
        assert "프리텐다드".encode("utf-16-be") not in everything


@both_weights
def test_a_subset_keeps_copyright_and_licence(weight: Weight) -> None:
    names = opened(subset_woff2(TEXT, weight))["name"]
    assert "Kil Hyung-jin" in names.getDebugName(0)
    assert "SIL Open Font License, Version 1.1" in names.getDebugName(13)


@both_weights
def test_a_subset_keeps_tabular_figures_and_kerning(weight: Weight) -> None:
    font = opened(subset_woff2(TEXT, weight))
    features = {r.FeatureTag for table in ("GSUB", "GPOS") for r in font[table].table.FeatureList.FeatureRecord}
    assert {"tnum", "kern"} <= features


@both_weights
def test_advance_widths_are_those_of_the_published_font(weight: Weight) -> None:
    subset = opened(subset_woff2(TEXT, weight))
    with TTFont(font_folder() / f"Pretendard-{fonts._STYLES[weight]}.otf", lazy=True) as whole:
        for c in map(ord, TEXT):
            width = whole["hmtx"].metrics[whole.getBestCmap()[c]][0]
            assert subset["hmtx"].metrics[subset.getBestCmap()[c]][0] == width


def test_the_same_characters_give_the_same_bytes_in_any_order() -> None:
    assert subset_woff2(TEXT, 400) == subset_woff2("".join(reversed(TEXT * 2)), 400)


def test_characters_that_the_font_lacks_are_left_to_other_fonts() -> None:
    assert subset_woff2(TEXT + "首爾🙂", 400) == subset_woff2(TEXT, 400)


def test_a_chapter_of_400_syllables_stays_under_40_kib_per_weight() -> None:
    syllables = "".join(chr(code) for code in range(0xAC00, 0xD7A4, 28))  # the 399 that end in a vowel
    assert len(subset_woff2(syllables, 400)) < 40 * 1024
