"""The report as text: claims and their evidence, the same numbers in both languages, links that lead somewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from dynapolis.errors import BrokenClaim
from dynapolis.report import prose
from dynapolis.report.claims import Claim, find_leader, make_claims
from dynapolis.report.compose import evidence_units
from dynapolis.report.data import ReportData
from dynapolis.report.messages import read_messages
from dynapolis.report.sentences import Speaker
from dynapolis.report.write import write_report
from dynapolis.store.editions import Edition
from dynapolis.text import has_hangul

LANGS = ("ko", "en")
CHAPTERS = (*(name for name in prose.NUMBERED), "index", "back", "report")
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "line", "rect", "circle"}


class Page(HTMLParser):
    """Ids, links, claims, and the text under each language of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.claims: dict[str, str] = {}
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        lang = found.get("lang") or (self._open[-1][1] if self._open else "")
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.hrefs.append(str(found["href"]))
        if tag not in VOID:
            self._open.append((tag, lang, found.get("data-claim")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1][0] in ("script", "style"):
            return
        _, lang, claim = self._open[-1]
        self.texts.append((lang, data))
        if claim:
            self.claims[claim] = data


@pytest.fixture(scope="module")
def pages(demo_report: Path) -> dict[tuple[str, str], Page]:
    return {
        (lang, page): Page((demo_report / lang / f"{page}.html").read_text(encoding="utf-8"))
        for lang in LANGS
        for page in sorted(path.stem for path in (demo_report / lang).glob("*.html"))
    }


def test_every_link_inside_the_report_leads_somewhere(pages: dict[tuple[str, str], Page], demo_report: Path) -> None:
    figures = {}
    for lang, page in pages:
        html = (demo_report / lang / f"{page}.html").read_text(encoding="utf-8")
        found_figures = re.search(r'id="figures">(.*?)</script>', html, re.DOTALL)
        figures[lang, page] = json.loads(found_figures.group(1)) if found_figures else {}
    for (lang, page), found in pages.items():
        for href in found.hrefs:
            if href.startswith(("http", "data/")):
                assert href.startswith("http") or (demo_report / lang / href).is_file(), href
                continue
            path, _, anchor = href.partition("#")
            target = (demo_report / lang / (path or f"{page}.html")).resolve()
            assert target.is_file(), href
            if anchor:
                there = (target.parent.name, target.stem)
                assert anchor in pages[there].ids or unquote(anchor) in figures[there], href


def test_ids_are_unique_on_every_page(pages: dict[tuple[str, str], Page]) -> None:
    for found in pages.values():
        assert len(found.ids) == len(set(found.ids)), {i for i in found.ids if found.ids.count(i) > 1}


def test_both_languages_make_the_same_claims(pages: dict[tuple[str, str], Page]) -> None:
    for page in CHAPTERS:
        assert pages["ko", page].claims.keys() == pages["en", page].claims.keys(), page
    assert len(pages["ko", "report"].claims) > 30


def test_both_languages_print_the_same_numbers_in_every_claim(demo_edition: Edition) -> None:
    data = ReportData.load(demo_edition)
    claims = make_claims(data)
    korean, english = (Speaker(data, read_messages(lang)) for lang in LANGS)
    for claim in claims.values():
        numbers = [re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", s.sentence(claim)) for s in (korean, english)]
        assert sorted(numbers[0]) == sorted(numbers[1]), claim.claim_id


def test_no_hangul_stands_under_english_and_the_pages_say_their_language(pages: dict[tuple[str, str], Page]) -> None:
    for (_, page), found in pages.items():
        english = [text for lang, text in found.texts if lang == "en" and has_hangul(text)]
        # Titles of Korean sources are quoted as printed; they stand in links on pages of either language.
        assert all("(" in text or page not in CHAPTERS for text in english), english


def test_every_claim_rests_on_something_a_reader_can_open(demo_edition: Edition) -> None:
    data = ReportData.load(demo_edition)
    known = set(data.figures) | {f"city.{city}" for city in data.cities} | set(evidence_units(data))
    for claim in make_claims(data).values():
        for name in claim.evidence:
            assert name in known or name.startswith(("table.", "capability.")), (claim.claim_id, name)


def test_a_claim_without_evidence_is_refused() -> None:
    with pytest.raises(BrokenClaim, match="rests on no figure"):
        Claim("x", "sample", {}, ())


def test_a_rank_never_stands_in_text_without_its_interval(pages: dict[tuple[str, str], Page]) -> None:
    for lang, pattern in (
        ("ko", r"\d위(?!\(|\)|에서|이고|까지|이내| 이내| 사이)"),
        ("en", r"\brank [\d.]+(?![\d.]| \()"),
    ):
        text = "\n".join(t for _, t in pages[lang, "report"].texts)
        assert not re.search(pattern, text), re.findall(f".{{20}}{pattern}.{{10}}", text)


@pytest.mark.parametrize(
    "words", [r"은\(는\)", r"이\(가\)", r"을\(를\)", r"약 [\d,]+여", r"약 [\d,]+[가-힣]* ?(가량|정도)", "표본오차는"]
)
def test_korean_never_hedges_by_habit(pages: dict[tuple[str, str], Page], words: str) -> None:
    for page in CHAPTERS:
        assert not re.search(words, " ".join(t for _, t in pages["ko", page].texts))


def test_sentences_hold_no_number_of_their_own() -> None:
    allowed: dict[str, set[str]] = {}
    for lang in LANGS:
        for key, text in read_messages(lang).texts.items():
            if key.startswith("claim."):
                plain = re.sub(r"\{[^}]*\}", "", text).replace("100번", "").replace("100 draws", "")
                assert set(re.findall(r"\d+", plain)) <= allowed.get(key, set()), key


@pytest.mark.parametrize(
    ("probabilities", "verdict", "n"),
    [
        ([0.95, 0.05], "clear", 1),
        ([0.9, 0.1], "clear", 1),
        ([0.6, 0.4], "leading", 2),
        ([0.4, 0.35, 0.25], "inseparable", 3),
    ],
)
def test_hedging_follows_the_written_rule(probabilities: list[float], verdict: str, n: int) -> None:
    found = find_leader([str(i) for i in range(len(probabilities))], probabilities)
    assert (found.verdict, len(found.names)) == (verdict, n)


def test_the_chapter_s_seven_examples_are_among_the_cases(pages: dict[tuple[str, str], Page]) -> None:
    for lang in LANGS:
        text = " ".join(t for _, t in pages[lang, "cases"].texts)
        for name in (
            "Women in Tech", "Tech Central", "Madrid International Lab", "Green Tower Living Lab",
            "Common Ground Living Lab", "Future Classroom Lab", "Creative Wick Living Lab",
        ):  # fmt: skip
            assert name in text


def test_the_banner_says_that_no_city_is_ranked_and_that_models_coded(demo_report: Path, demo_edition: Edition) -> None:
    for lang in LANGS:
        html = (demo_report / lang / "index.html").read_text(encoding="utf-8")
        banner = html.split('class="banner"', 1)[1].split("</aside>", 1)[0]
        words = read_messages(lang)
        assert words.say("page.banner_title") in banner
        assert words.say("page.models") in banner
        for register in ReportData.load(demo_edition).registers:
            assert register.does_not_measure.in_(lang) in banner
            scope = (demo_report / lang / "scope.html").read_text(encoding="utf-8")
            assert register.does_not_measure.in_(lang) in scope.split('id="evidence-base"', 1)[1]


def test_the_same_edition_gives_the_same_pages(demo_edition: Edition, demo_report: Path, tmp_path: Path) -> None:
    for lang in LANGS:
        write_report(demo_edition, lang, tmp_path)
    for path in sorted(demo_report.rglob("*")):
        if path.is_file():
            assert (tmp_path / path.relative_to(demo_report)).read_bytes() == path.read_bytes(), path.name


def test_pages_stay_within_their_budgets_of_bytes(demo_report: Path) -> None:
    import gzip

    for lang in LANGS:
        names = [path.stem for path in (demo_report / lang).glob("*.html")]
        assert len(names) == 1 + 9 + 2 + 1 + 2 * 41  # first, chapters, back and whole, list of evidence, cities twice
        for page in names:
            most = 400 if page == "report" else 200
            assert len(gzip.compress((demo_report / lang / f"{page}.html").read_bytes())) <= most * 1024
        fonts = sum(path.stat().st_size for path in (demo_report / lang / "fonts").glob("*.woff2"))
        assert fonts <= (190 if lang == "ko" else 60) * 1024
