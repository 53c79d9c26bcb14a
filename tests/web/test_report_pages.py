"""The report in a real Chromium: opened from its files, in both languages, on a desk and on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NAMES = (
    "index", "scope", "results", "projects", "labs", "cases", "method", "tables", "back", "city-seoul", "evidence",
    "evidence-barcelona",
)  # fmt: skip
CHARTS = ("scope", "results", "projects", "labs", "method", "city-seoul")
PAGES = [(lang, page) for lang in ("ko", "en") for page in NAMES]


def open_page(browser: Browser, report: Path, lang: str, page: str, width: int = 1280) -> tuple[Page, list[str]]:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("requestfailed", lambda request: faults.append(f"not found: {request.url}"))
    tab.goto((report / lang / f"{page}.html").as_uri())
    tab.wait_for_function("document.fonts.status === 'loaded'")
    return tab, faults


@pytest.mark.parametrize(("lang", "page"), PAGES)
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_a_page_opens_without_faults_and_without_scrolling_sideways(
    browser: Browser, demo_report: Path, lang: str, page: str, width: int
) -> None:
    tab, faults = open_page(browser, demo_report, lang, page, width)
    assert not faults
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


@pytest.mark.parametrize(("lang", "page"), PAGES)
def test_a_page_has_no_accessibility_violation(browser: Browser, demo_report: Path, lang: str, page: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, _ = open_page(browser, demo_report, lang, page, 360)
    found = Axe().run(tab)
    assert not found.response["violations"], found.generate_report()
    tab.close()


@pytest.mark.parametrize(("lang", "page"), PAGES)
def test_a_page_stays_within_its_budget_of_nodes(browser: Browser, demo_report: Path, lang: str, page: str) -> None:
    tab, _ = open_page(browser, demo_report, lang, page)
    assert tab.evaluate("document.querySelectorAll('*').length") <= 5000
    tab.close()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_brings_its_own_letters(browser: Browser, demo_report: Path, lang: str) -> None:
    tab, _ = open_page(browser, demo_report, lang, "index")
    loaded = tab.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)")
    assert {name.replace('"', "") for name in loaded} == {"Dynapolis Sans400", "Dynapolis Sans700"}
    tab.close()


SHOWN_IN_BOLD = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let letters = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (!around.closest("script, style") && parseInt(getComputedStyle(around).fontWeight) >= 600)
      letters += node.textContent;
  }
  return letters;
}"""


@pytest.mark.parametrize(("lang", "page"), PAGES)
def test_the_bold_font_has_every_letter_that_is_shown_in_bold(
    browser: Browser, demo_report: Path, lang: str, page: str
) -> None:
    from fontTools.ttLib import TTFont

    from dynapolis.report.fonts import font_folder

    tab, _ = open_page(browser, demo_report, lang, page)
    shown = set(tab.evaluate(SHOWN_IN_BOLD))
    tab.close()
    brought = set(map(chr, TTFont(demo_report / lang / "fonts" / "dynapolis-sans-700.woff2").getBestCmap()))
    whole = set(map(chr, TTFont(font_folder() / "Pretendard-Bold.otf").getBestCmap()))
    assert shown & whole <= brought


IN_THE_WAY = """svg => {
  const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll('text')].map(text => ({
    words: text.textContent, box: text.getBoundingClientRect(),
    size: scale * parseFloat(getComputedStyle(text).fontSize),
    turned: (text.getAttribute('transform') || '').includes('rotate')}));
  const outside = texts.filter(t => t.box.left < box.left - 1 || t.box.right > box.right + 1
    || t.box.top < box.top - 1 || t.box.bottom > box.bottom + 1).map(t => 'cut off: ' + t.words);
  const small = texts.filter(t => t.size < 11.9).map(t => 'too small: ' + t.words);
  const flat = texts.filter(t => !t.turned), over = [];
  flat.forEach((one, n) => flat.slice(n + 1).forEach(other => {
    if (one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1
      && one.box.top < other.box.bottom - 4 && other.box.top < one.box.bottom - 4)
      over.push('overlapping: ' + one.words + ' / ' + other.words);
  }));
  return [...outside, ...small, ...over];
}"""


@pytest.mark.parametrize("page", CHARTS)
@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (360, "narrow")])
def test_no_text_of_a_chart_is_cut_off_too_small_or_on_another(
    browser: Browser, demo_report: Path, page: str, lang: str, width: int, shown: str
) -> None:
    tab, _ = open_page(browser, demo_report, lang, page, width)
    visible = tab.evaluate(
        "[...document.querySelectorAll('.chart > div')].filter(d => d.offsetParent).map(d => d.className)"
    )
    assert set(visible) == {shown}
    faults = {
        svg.get_attribute("aria-labelledby"): svg.evaluate(IN_THE_WAY)
        for svg in tab.query_selector_all(f".chart > .{shown} svg")
    }
    assert not {name: found for name, found in faults.items() if found}
    tab.close()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("page", ["results", "projects", "index"])
def test_the_dark_theme_has_no_accessibility_violation(
    browser: Browser, demo_report: Path, lang: str, page: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    tab.goto((demo_report / lang / f"{page}.html").as_uri())
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    found = Axe().run(tab)
    assert not found.response["violations"], found.generate_report()
    tab.close()


def test_a_city_page_is_one_sheet_of_paper(browser: Browser, demo_report: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    for lang in ("ko", "en"):
        for city in ("seoul", "barcelona", "helsinki", "brisbane"):
            tab, _ = open_page(browser, demo_report, lang, f"city-{city}")
            file = tmp_path / f"{lang}-{city}.pdf"
            tab.pdf(path=str(file), prefer_css_page_size=True)
            tab.close()
            assert len(PdfReader(file).pages) == 1, (lang, city)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_number_opens_the_records_it_counts(browser: Browser, demo_report: Path, lang: str) -> None:
    tab, _ = open_page(browser, demo_report, lang, "projects")
    tab.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    link = tab.locator("a.n[href='evidence.html#all.industry.goal.job_creation.any']").first
    count = int(link.text_content() or "0")
    tab.goto(str(link.evaluate("a => a.href")))
    tab.wait_for_selector(".record:not([hidden])")
    assert tab.locator(".record:not([hidden])").count() == count > 0
    for record in tab.locator(".record:not([hidden])").all():
        assert record.locator("a[rel~=external]").first.get_attribute("href", timeout=1000).startswith("http")  # type: ignore[union-attr]
    tab.locator("#all").click()
    tab.locator("#all").wait_for(state="hidden")
    assert tab.locator(".record:not([hidden])").count() == tab.locator(".record").count() > count
    tab.close()


def test_every_number_of_every_page_counts_as_many_initiatives_as_it_says(browser: Browser, demo_report: Path) -> None:
    found: dict[str, dict[str, dict[str, list[int]]]] = {}
    for page in ("scope", "results", "projects", "labs", "tables", "city-seoul"):
        tab, _ = open_page(browser, demo_report, "en", page)
        numbers = "document.querySelectorAll('td a.n[href^=\"evidence\"]')"
        links = tab.evaluate(f"[...{numbers}].map(a => [a.pathname.split('/').pop(), a.hash.slice(1), a.textContent])")
        tab.close()
        for there in {file for file, _, _ in links} - found.keys():
            tab, _ = open_page(browser, demo_report, "en", there.removesuffix(".html"))
            found[there] = json.loads(tab.locator("#figures").text_content() or "{}")
            tab.close()
        assert links and all(name in found[file] for file, name, _ in links)
        of_others = re.compile(
            r"(indicator|capability)\.|collaboration\.[^.]+\.(partnerships|organisations|cross_city)\."
        )
        counted = [link for link in links if not of_others.match(link[1])]
        assert {(file, name): int(text) for file, name, text in counted} == {
            (file, name): len(found[file][name]["records"]) for file, name, _ in counted
        }


def test_a_number_of_one_city_opens_the_page_of_the_city_with_words_that_decided(
    browser: Browser, demo_report: Path
) -> None:
    tab, _ = open_page(browser, demo_report, "en", "tables")
    link = tab.locator("a.n[href='evidence-tokyo.html#tokyo.units.population.living_labs.primary']").first
    count = int(link.text_content() or "0")
    tab.goto(str(link.evaluate("a => a.href")))
    tab.wait_for_selector(".record:not([hidden])")
    shown = tab.locator(".record:not([hidden])")
    assert shown.count() == count > 0
    assert all(record.locator(".source a[rel~=external]").count() >= 1 for record in shown.all())
    assert sum(record.locator("q").count() for record in shown.all()) >= count - 1  # one has no adopted sector
    tab.close()


def test_a_name_in_the_list_leads_to_its_records_with_all_their_sources(browser: Browser, demo_report: Path) -> None:
    """Nordhavn stands in two registers: two texts, two pages, numbered, and who says that they are one."""
    tab, _ = open_page(browser, demo_report, "en", "evidence")
    item = tab.locator("li.record", has=tab.locator("a[href*='nordhavn']")).first
    assert item.locator("a[rel~=external]").count() == 2
    tab.goto(str(item.locator("a").first.evaluate("a => a.href")))
    article = tab.locator("article.record", has=tab.locator("#r-starter-nordhavn-copenhagen"))
    assert article.locator(".source").count() == article.locator(".source a[rel~=external]").count() == 2
    text = article.text_content() or ""
    assert "[1]" in text and "[2]" in text
    assert "European cities says so in its column same_as, and marks it as doubtful." in text
    tab.close()


def test_without_scripts_every_record_is_still_there(browser: Browser, demo_report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((demo_report / "en" / "evidence.html").as_uri() + "#all.industry.goal.job_creation.any")
    assert tab.locator(".record:visible").count() == tab.locator(".record").count()
    context.close()


def test_the_language_switch_keeps_the_page(browser: Browser, demo_report: Path) -> None:
    tab, _ = open_page(browser, demo_report, "ko", "cities")
    tab.locator("a.language").click()
    assert tab.url.endswith("/en/cities.html")
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.close()


def test_the_first_chart_link_is_reached_with_the_keyboard(browser: Browser, demo_report: Path) -> None:
    tab, _ = open_page(browser, demo_report, "en", "index")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")
    tab.close()
