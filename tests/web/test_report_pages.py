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
NAMES = ("index", "cities", "evidence", "evidence-seoul", "evidence-barcelona")
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


@pytest.mark.parametrize("width", [1280, 360])
def test_chart_labels_are_never_smaller_than_twelve_pixels(browser: Browser, demo_report: Path, width: int) -> None:
    tab, _ = open_page(browser, demo_report, "ko", "index", width)
    small = tab.evaluate(
        """() => [...document.querySelectorAll('.chart svg')].filter(svg => svg.getBoundingClientRect().width)
          .flatMap(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize) * scale)
        }).filter(size => size < 11.9)"""
    )
    assert not small
    tab.close()


def test_only_the_chart_of_the_screen_s_width_is_shown(browser: Browser, demo_report: Path) -> None:
    for width, shown in ((1280, "wide"), (360, "narrow")):
        tab, _ = open_page(browser, demo_report, "en", "index", width)
        visible = tab.evaluate(
            "[...document.querySelectorAll('.chart > div')].filter(d => d.offsetParent).map(d => d.className)"
        )
        assert set(visible) == {shown}
        tab.close()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_number_opens_the_records_it_counts(browser: Browser, demo_report: Path, lang: str) -> None:
    tab, _ = open_page(browser, demo_report, lang, "index")
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
    for page in ("index", "cities"):
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
    tab, _ = open_page(browser, demo_report, "en", "index")
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
