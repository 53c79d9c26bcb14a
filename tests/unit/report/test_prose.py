"""What writers write: no numbers by hand, the same in both languages, claims and blocks by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dynapolis.errors import BadContent, BrokenClaim
from dynapolis.model.language import Lang
from dynapolis.report.claims import make_claims
from dynapolis.report.compose import prepare_writing
from dynapolis.report.composer import Composer
from dynapolis.report.data import ReportData
from dynapolis.report.glossary import read_glossary
from dynapolis.report.prose import CHAPTERS, Passage, Place, check_prose, parse_passages, read_prose
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition


def faults(text: str, lang: Lang) -> list[str]:
    return [fault.found for fault in check_prose(text, lang, "x.md")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped chapters, to be broken."""
    return Path(shutil.copytree(shipped() / "report", tmp_path / "report"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_chapter_is_there_in_both_languages() -> None:
    found = read_prose()
    assert {lang: tuple(chapters) for lang, chapters in found.items()} == dict.fromkeys(Lang, CHAPTERS)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (Lang.EN, "Of 587 projects"),
        (Lang.EN, "two cities lead"),
        (Lang.EN, "about Half of them"),
        (Lang.EN, "the second city"),
        (Lang.EN, "twice as many"),
        (Lang.EN, "several hundred projects"),
        (Lang.KO, "도시 31곳"),
        (Lang.KO, "세 도시가 앞선다"),
        (Lang.KO, "두 배로 늘었다"),
        (Lang.KO, "절반을 넘는다"),
        (Lang.KO, "둘 가운데 하나이다"),
        (Lang.KO, "이백 개가 넘는다"),
        (Lang.KO, "첫째 도시"),
        (Lang.KO, "수백 건"),
        (Lang.KO, "삼위에 든다"),
    ],
)
def test_a_typed_number_or_number_word_is_a_fault(lang: Lang, text: str) -> None:
    assert faults(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        (Lang.EN, "No one is ranked; someone often attends, and tension or attention is none of them."),
        (Lang.EN, "Cities seconded staff to the lab {claim:edition.draws} times."),
        (Lang.KO, "세계의 도시와 한국의 두레, 네덜란드와 열린 실험실, 일부러 찾은 만큼만 실었다."),
        (Lang.KO, "이 도시는 사람이 많고 이 점은 다른 장에서 밝힌다. 하나로 묶었다."),
        (Lang.KO, "추출 {claim:edition.draws:은} 많다."),
    ],
)
def test_words_that_only_look_like_numbers_are_none(lang: Lang, text: str) -> None:
    assert faults(text, lang) == []


def test_a_particle_typed_after_a_value_is_a_fault_in_korean() -> None:
    assert faults("추출 {claim:edition.draws}은 많다.", Lang.KO) == ["'은' after a value"]
    assert faults("추출 {claim:edition.draws}번은 많다.", Lang.KO) == []


def test_braces_that_name_nothing_known_are_a_fault() -> None:
    assert faults("{klaim:innovation}", Lang.EN) == ["'{klaim:innovation}'"]


def test_a_number_in_a_chapter_stops_the_reading_with_file_and_line(folder: Path) -> None:
    edit(folder, "en/scope.md", "A city that no register", "A city that none of the 3 registers")
    with pytest.raises(BadContent, match=r"en/scope\.md, line 11: found '3'; expected no number outside braces"):
        read_prose(folder)


def test_a_claim_in_one_language_only_stops_the_reading(folder: Path) -> None:
    edit(folder, "ko/results.md", "{claim:unranked} ", "")
    with pytest.raises(BadContent, match=r"ko/results\.md: found no \{claim:unranked\}"):
        read_prose(folder)


def test_blocks_in_another_order_stop_the_reading(folder: Path) -> None:
    edit(folder, "ko/labs.md", "{figure:F7}\n\n{figure:F17}", "{figure:F17}\n\n{figure:F7}")
    with pytest.raises(BadContent, match="blocks in another order"):
        read_prose(folder)


def test_a_missing_chapter_and_every_other_fault_are_told_at_once(folder: Path) -> None:
    (folder / "ko" / "cases.md").unlink()
    edit(folder, "en/labs.md", "{claim:labs}", "Three labs.")
    with pytest.raises(BadContent) as raised:
        read_prose(folder)
    assert "ko/cases.md" in str(raised.value)
    assert "'Three'" in str(raised.value)


def test_passages_are_headings_paragraphs_lists_and_blocks() -> None:
    text = "Words {claim:a} more\nwords.\n\n- one item\n- another\n  of two lines\n\n{figure:F1}\n\n## Head {#head}\n"
    found = list(parse_passages(text))
    assert [passage.kind for passage in found] == ["paragraph", "bullets", "block", "heading"]
    assert found[0] == Passage("paragraph", (("Words ", Place("claim", "a"), " more words."),), line=1)
    assert found[1].spans == (("one item",), ("another of two lines",))
    assert found[3].anchor == "head"


@pytest.fixture(scope="module")
def composers(demo_edition: Edition) -> dict[str, Composer]:
    data = ReportData.load(demo_edition)
    claims = make_claims(data)
    return {lang: Composer(prepare_writing(data, claims, lang)) for lang in ("ko", "en")}


def written(composer: Composer, text: str) -> str:
    (passage,) = parse_passages(text)
    return " ".join(line.text for line in composer.lines(passage.spans[0]))


def test_a_value_takes_the_particle_of_its_reading_and_counts_its_noun(composers: dict[str, Composer]) -> None:
    assert written(composers["ko"], "추출 {claim:edition.draws:은} 많다.") == "추출 200은 많다."
    assert written(composers["en"], "{claim:edition.n_pillars:pillar} stand.") == "5 pillars stand."


def test_a_sentence_knows_the_claims_whose_values_it_holds(composers: dict[str, Composer]) -> None:
    (passage,) = parse_passages("Made of {claim:edition.n_pillars:pillar}. {claim:innovation}")
    first, second = composers["en"].lines(passage.spans[0])
    assert first.claim_ids == ("edition",)
    assert second.claim_id == "innovation"


def test_what_an_edition_does_not_claim_is_passed_over_with_its_sentence(composers: dict[str, Composer]) -> None:
    assert written(composers["en"], "{claim:change_share} {claim:innovation}").startswith("Of ")
    assert written(composers["en"], "It rose by {claim:change_share.change} points.") == ""


@pytest.mark.parametrize("text", ["{claim:nothing}", "{claim:edition.nothing} draws", "{claim:nothing.at} all"])
def test_a_claim_or_value_that_does_not_exist_is_refused(composers: dict[str, Composer], text: str) -> None:
    with pytest.raises(BrokenClaim, match="nothing"):
        written(composers["en"], text)


def test_no_form_of_the_glossary_is_both_right_and_wrong(tmp_path: Path) -> None:
    assert len(read_glossary()) >= 15
    path = tmp_path / "glossary.yml"
    path.write_text("terms:\n  - {ko: 코더, en: coder, not: {ko: [], en: [rater]}}\n  - {ko: 평가자, en: rater}\n")
    with pytest.raises(BadContent, match="not used, and used"):
        read_glossary(path)
