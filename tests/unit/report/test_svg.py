"""Pictures: every label is in them, they are heard once, links survive, and the same input gives the same bytes."""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from dynapolis.errors import BadUse
from dynapolis.report.charts import (
    AlphaRow,
    AlphaWords,
    BarRow,
    BarWords,
    CellRow,
    Chart,
    HeatWords,
    Picture,
    RankRow,
    RankWords,
    ShareRow,
    ShareWords,
    alpha_dots,
    count_bars,
    heatmap,
    rank_intervals,
    share_dots,
)
from dynapolis.report.fonts import FAMILY, WEIGHTS, subset_woff2
from dynapolis.report.svg import NARROW, WIDE, print_svg, render_svg, responsive

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Build = Callable[..., Picture]
SVG = "{http://www.w3.org/2000/svg}"

CITIES = {
    "ko": ["헬싱키", "서울", "샌프란시스코", "로스앤젤레스", "빈"],
    "en": ["Helsinki", "Seoul", "San Francisco", "Los Angeles", "Vienna"],
}
SECTORS = {
    "ko": ["행정", "교통", "보건·의료·복지", "환경·에너지·수자원", "물류·근로·고용", "문화·관광·스포츠"],
    "en": [
        "Administration", "Transport", "Health, medical care and welfare", "Environment, energy and water",
        "Logistics, labour and employment", "Culture, tourism and sports",
    ],
}  # fmt: skip
STAGES = {"ko": ["파일럿", "실증", "전 지역 운영", "미상"], "en": ["Pilot", "Demonstration", "Citywide", "Unknown"]}
SCHEMES = {"ko": ["단계", "주도 주체의 관할 수준"], "en": ["Stage", "Level of the lead"]}


def words(lang: str, ko: str, en: str) -> str:
    return ko if lang == "ko" else en


def sample_charts(lang: str, *, linked: bool) -> dict[str, Build]:
    """One chart of each kind, with the labels that the report has."""

    def href(target: str) -> str | None:
        return f"#evidence-{target}" if linked else None

    ranks = [
        RankRow(
            city,
            n,
            max(1, n - 1),
            n + 1,
            max(1, n - 2),
            n + 3,
            1 + n // 3,
            f"{n} ({max(1, n - 2)}–{n + 3})",
            href(f"r{n}"),
        )
        for n, city in enumerate(CITIES[lang], start=1)
    ]
    shares = [
        ShareRow(label, series, n / 10, n / 12, n / 8, f"{n * 77} / 1,088 · {n * 10}%", href(f"s{n}{series}"))
        for n, label in enumerate(SECTORS[lang])
        for series in ("primary", "any")
    ]
    bars = [
        BarRow(label, 150 * n, f"{150 * n} · {14 * n}%", 140 * n, 160 * n, href(f"b{n}"), apart=n == 3)
        for n, label in enumerate(STAGES[lang])
    ]
    cells = [
        CellRow(
            row,
            column,
            None if (r, c) == (1, 1) else r * c * 3,
            "…" if (r, c) == (1, 1) else f"{r * c * 3}",
            href(f"c{r}{c}"),
        )
        for r, row in enumerate(CITIES[lang])
        for c, column in enumerate(SECTORS[lang])
    ]
    alphas = [
        AlphaRow(
            scheme,
            pair,
            0.9 - 0.2 * n,
            0.8 - 0.2 * n,
            0.95 - 0.2 * n,
            f"{0.9 - 0.2 * n:.2f} ({0.8 - 0.2 * n:.2f})",
            href(f"a{n}{pair}"),
        )
        for n, scheme in enumerate(SCHEMES[lang])
        for pair in ("people", "models")
    ]
    share_words = ShareWords(
        words(lang, "혁신 프로젝트 가운데 비율", "Share of the innovation projects"),
        {"primary": words(lang, "주된 분야", "primary sector"), "any": words(lang, "분야 전체", "any sector")},
    )
    rank_words = RankWords(
        words(lang, "순위 (왼쪽이 1위)", "Rank (1 is first)"),
        words(lang, "{n}그룹", "Tier {n}"),
        words(lang, "중앙값", "median"),
        words(lang, "50% 구간", "50% interval"),
        words(lang, "90% 구간", "90% interval"),
    )
    alpha_words = AlphaWords(
        words(lang, "크리펜도르프 알파", "Krippendorff’s alpha"),
        {"people": words(lang, "사람–사람", "person–person"), "models": words(lang, "모형–모형", "model–model")},
        words(lang, "잠정", "tentative"),
        words(lang, "신뢰", "reliable"),
    )
    heat_words = HeatWords(
        words(lang, "프로젝트 수", "Number of projects"), words(lang, "조사하지 않음", "not surveyed")
    )
    return {
        "ranks": partial(rank_intervals, ranks, rank_words),
        "shares": partial(share_dots, shares, share_words),
        "stages": partial(count_bars, bars, BarWords(words(lang, "프로젝트 수", "Projects"))),
        "heat": partial(heatmap, cells, heat_words, CITIES[lang], SECTORS[lang]),
        "alpha": partial(alpha_dots, alphas, alpha_words),
    }


def chart(build: Build) -> Chart:
    """A builder as a report passes it on."""
    return lambda width: build(width=width)


KINDS = ["ranks", "shares", "stages", "heat", "alpha"]
every_chart = pytest.mark.parametrize("kind", KINDS)
both_languages = pytest.mark.parametrize("lang", ["ko", "en"])
both_widths = pytest.mark.parametrize("width", [WIDE, NARROW])
with_and_without_links = pytest.mark.parametrize("linked", [False, True], ids=["plain", "linked"])


@cache
def picture(lang: str, kind: str, width: int, linked: bool) -> str:
    build = sample_charts(lang, linked=linked)[kind]
    return render_svg(
        build(width=width), name=f"{kind}-{width}", title=f"Title of {kind}", description="What it shows."
    )


def tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def squeezed(text: str) -> str:
    """Without spaces, since a wrapped label loses the one at its break."""
    return "".join(text.split())


def given_texts(build: Build) -> Iterator[str]:
    """Every text that the caller gave to a builder."""
    assert isinstance(build, partial)
    for argument in build.args:
        for part in argument if isinstance(argument, list) else [argument]:
            if isinstance(part, str):
                yield part
                continue
            for name in part.__slots__:
                value: Any = getattr(part, name)
                if isinstance(value, dict):
                    yield from value.values()
                elif isinstance(value, str) and name not in ("href", "series", "pair"):
                    yield value.replace("{n}", "1")


# --- What is seen ---------------------------------------------------------------------------------------------------


@every_chart
@both_languages
@both_widths
@with_and_without_links
def test_every_text_that_was_given_is_in_the_picture(lang: str, kind: str, width: int, linked: bool) -> None:
    drawn = [squeezed("".join(text.itertext())) for text in tree(picture(lang, kind, width, linked)).iter(f"{SVG}text")]
    for text in given_texts(sample_charts(lang, linked=linked)[kind]):
        assert any(squeezed(text) in one for one in drawn), text


@every_chart
@both_languages
def test_every_word_in_the_picture_was_given(lang: str, kind: str) -> None:
    given = squeezed("".join(given_texts(sample_charts(lang, linked=False)[kind])))
    for text in tree(picture(lang, kind, WIDE, False)).iter(f"{SVG}text"):
        for word in re.findall(r"[^\W\d_]+", "".join(text.itertext())):
            assert word in given


@every_chart
@both_widths
def test_the_picture_fills_its_container_up_to_its_natural_width(kind: str, width: int) -> None:
    root = tree(picture("ko", kind, width, False))
    left, top, right, bottom = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert right == pytest.approx(width, abs=1)
    assert bottom > 50
    assert root.attrib["style"] == f"width:100%;max-width:{root.attrib['viewBox'].split()[2]}px;height:auto"
    assert "width" not in root.attrib
    assert "height" not in root.attrib


@every_chart
def test_fonts_are_left_to_the_page(kind: str) -> None:
    assert "font-family" not in picture("ko", kind, WIDE, True)
    assert "Pretendard" not in picture("ko", kind, WIDE, True)


@every_chart
def test_links_are_underlined_so_that_they_show_without_colour(kind: str) -> None:
    for link in tree(picture("ko", kind, WIDE, True)).iter(f"{SVG}a"):
        assert all(text.get("text-decoration") == "underline" for text in link.iter(f"{SVG}text"))


# --- What is heard --------------------------------------------------------------------------------------------------


@every_chart
@both_languages
@with_and_without_links
def test_title_and_description_come_first_and_name_the_picture(lang: str, kind: str, linked: bool) -> None:
    root = tree(picture(lang, kind, WIDE, linked))
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", f"Title of {kind}")
    assert (description.tag, description.text) == (f"{SVG}desc", "What it shows.")
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


@every_chart
def test_without_links_the_picture_is_an_image_and_nothing_in_it_speaks(kind: str) -> None:
    root = tree(picture("ko", kind, WIDE, False))
    assert root.attrib["role"] == "img"
    for element in list(root.iter())[1:]:
        assert not [name for name in element.attrib if name == "role" or name.startswith("aria")]


@every_chart
@both_widths
def test_with_links_only_the_links_speak_and_each_says_its_row_and_value(kind: str, width: int) -> None:
    root = tree(picture("en", kind, width, True))
    assert root.attrib["role"] == "group"
    expected = sample_charts("en", linked=True)[kind](width=width).links()
    links = list(root.iter(f"{SVG}a"))
    assert {link.attrib["href"]: link.attrib["aria-label"] for link in links} == expected
    assert len(links) == len(expected)  # one stop of the keyboard per row

    def heard(element: ET.Element) -> Iterator[ET.Element]:
        if element.get("aria-hidden") != "true":
            yield element
            for child in element:
                yield from heard(child)

    silent = {f"{SVG}{tag}" for tag in ("svg", "g", "title", "desc", "a")}
    inside_links = {id(inner) for link in links for inner in link.iter()}
    assert all(element.tag in silent or id(element) in inside_links for element in heard(root))
    assert not any(
        hidden.iter(f"{SVG}a").__next__()
        for hidden in root.iter()
        if hidden.get("aria-hidden") and list(hidden.iter(f"{SVG}a"))
    )


@pytest.mark.parametrize(
    "href",
    ["#evidence-1", "cities/seoul.html#figure", "/cities/서울?a=1&b=2", "?page=2", "https://example.org/a?b=c&d=e#f"],
)
def test_an_address_arrives_as_it_was_given(href: str) -> None:
    chart = count_bars([BarRow("Pilot", 41, "41", href=href)], BarWords("Projects"), width=WIDE)
    (link,) = tree(render_svg(chart, name="stages", title="t", description="d")).iter(f"{SVG}a")
    assert link.attrib["href"] == href


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "//example.org", "file:///etc/hosts", "#", "", " "]
)
def test_an_address_that_a_page_must_not_carry_is_refused(href: str) -> None:
    chart = count_bars([BarRow("Pilot", 41, "41", href=href)], BarWords("Projects"), width=WIDE)
    with pytest.raises(BadUse, match="is no link"):
        render_svg(chart, name="stages", title="t", description="d")


# --- Bytes ----------------------------------------------------------------------------------------------------------


@every_chart
@with_and_without_links
def test_the_same_input_gives_the_same_bytes_whatever_was_drawn_before(kind: str, linked: bool) -> None:
    first = picture("ko", kind, NARROW, linked)
    picture("en", "ranks", WIDE, linked)
    again = sample_charts("ko", linked=linked)[kind](width=NARROW)
    assert render_svg(again, name=f"{kind}-{NARROW}", title=f"Title of {kind}", description="What it shows.") == first


@both_languages
@with_and_without_links
def test_ids_are_unique_in_a_page_with_all_charts(lang: str, linked: bool) -> None:
    page = "".join(
        responsive(chart(build), name=kind, title="t", description="d")
        for kind, build in sample_charts(lang, linked=linked).items()
    )
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4 * len(KINDS)


@every_chart
@both_widths
@with_and_without_links
def test_the_picture_is_small_and_clean(kind: str, width: int, linked: bool) -> None:
    svg = picture("ko", kind, width, linked)
    assert len(gzip.compress(svg.encode())) < 6 * 1024
    assert not [
        value for element in tree(svg).iter() for value in element.attrib.values() if re.search(r"\d\.\d{3}", value)
    ]
    assert "xlink" not in svg
    assert "class=" not in svg
    assert "<g />" not in svg


def test_text_that_looks_like_markup_stays_text() -> None:
    chart = count_bars([BarRow("R&D <b>", 41, "41 & more", href="#a&b")], BarWords("<n>"), width=WIDE)
    svg = render_svg(chart, name="stages", title="A & B", description='"<script>"')
    assert "<script" not in svg
    assert [text.text for text in tree(svg).iter(f"{SVG}text") if "&" in (text.text or "")] == ["R&D <b>", "41 & more"]


EMPTY = Picture(340, 20, 0, 0, ())

# --- Refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "1st", "a b", "a/b", "그림"])
def test_a_name_that_cannot_begin_an_id_is_refused(name: str) -> None:
    with pytest.raises(BadUse, match="cannot begin an id"):
        render_svg(EMPTY, name=name, title="t", description="d")


@pytest.mark.parametrize(("title", "description"), [("", "d"), ("t", " ")])
def test_a_chart_that_cannot_be_heard_is_refused(title: str, description: str) -> None:
    with pytest.raises(BadUse, match="Whoever cannot see the chart needs both"):
        render_svg(EMPTY, name="stages", title=title, description=description)


# --- Wide and narrow ------------------------------------------------------------------------------------------------


def test_a_chart_comes_in_two_widths() -> None:
    build = sample_charts("ko", linked=False)["stages"]
    page = ET.fromstring(responsive(chart(build), name="stages", title="t", description="d"))
    assert page.attrib == {"class": "chart"}
    assert [part.attrib["class"] for part in page] == ["wide", "narrow"]
    assert [part[0].attrib["viewBox"].split()[2] for part in page] == ["720", "340"]
    assert [part[0][0].attrib["id"] for part in page] == ["stages-wide-title", "stages-narrow-title"]


IN_THE_WAY = """svg => {
  const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll('text')].map(text => ({
    words: text.textContent, box: text.getBoundingClientRect(),
    size: scale * parseFloat(getComputedStyle(text).fontSize),
    turned: (text.getAttribute('transform') || '').includes('rotate')}));
  const outside = texts.filter(t => t.box.left < box.left - 1 || t.box.right > box.right + 1
    || t.box.top < box.top - 1 || t.box.bottom > box.bottom + 1).map(t => 'cut off: ' + t.words);
  const small = texts.filter(t => t.size < 12).map(t => 'too small: ' + t.words);
  const flat = texts.filter(t => !t.turned), over = [];
  flat.forEach((one, n) => flat.slice(n + 1).forEach(other => {
    if (one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1
      && one.box.top < other.box.bottom - 4 && other.box.top < one.box.bottom - 4)
      over.push('overlapping: ' + one.words + ' / ' + other.words);
  }));
  return [...outside, ...small, ...over];
}"""


def font_rules(text: str) -> str:
    """The fonts inside the page, since this page has no files beside it."""
    data = {weight: b64encode(subset_woff2(text, weight)).decode("ascii") for weight in WEIGHTS}
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url(data:font/woff2;base64,{font})}}'
        for weight, font in data.items()
    )


@pytest.mark.browser
@both_languages
def test_in_a_browser_no_text_is_cut_off_too_small_or_on_another(lang: str, browser: Browser) -> None:
    charts = sample_charts(lang, linked=True)
    body = "".join(responsive(chart(build), name=kind, title=kind, description=kind) for kind, build in charts.items())
    style = f"body{{margin:16px;font-family:'{FAMILY}'}}.chart{{font-variant-numeric:tabular-nums}}"
    page_text = f"<!doctype html><style>{font_rules(re.sub('<[^>]+>', '', body))}{style}</style>{body}"
    for width, kind, other in ((1280, "wide", "narrow"), (360, "narrow", "wide")):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_content(page_text)
        page.add_style_tag(content=f".{other}{{display:none}}")
        page.evaluate("document.fonts.ready")
        assert page.evaluate(f"document.fonts.check(\"13px '{FAMILY}'\")")
        found = {
            svg.get_attribute("aria-labelledby"): svg.evaluate(IN_THE_WAY)
            for svg in page.query_selector_all(f".{kind} svg")
        }
        assert len(found) == len(KINDS)
        assert not {name: faults for name, faults in found.items() if faults}
        page.close()


# --- Print ----------------------------------------------------------------------------------------------------------


@every_chart
@both_languages
def test_a_picture_for_print_stands_alone_with_its_own_colours_and_no_links(lang: str, kind: str) -> None:
    svg = print_svg(chart(sample_charts(lang, linked=True)[kind]), 640)
    root = tree(svg)
    assert root.attrib["width"] == "640"
    assert root.attrib["font-family"] == "Pretendard"
    assert "var(" not in svg
    assert not list(root.iter(f"{SVG}a"))


@every_chart
def test_print_says_all_that_the_page_says(kind: str) -> None:
    build = sample_charts("ko", linked=True)[kind]
    printed = ["".join(text.itertext()) for text in tree(print_svg(chart(build), WIDE)).iter(f"{SVG}text")]
    shown = ["".join(text.itertext()) for text in tree(picture("ko", kind, WIDE, True)).iter(f"{SVG}text")]
    assert printed == shown
