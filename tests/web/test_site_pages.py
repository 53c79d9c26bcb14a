"""Every page of the web application in a real Chromium: both languages and themes, desk and phone, keys, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PATHS = (
    "",
    "?sort=name&hl=helsinki&ci=50",
    "?dim=maturity&sort=ptop5",
    "figures/2022.F1",
    "figures/2022.F10?embed=1",
    "cities",
    "cities/helsinki",
    "compare",
    "compare?city=seoul~helsinki",
    "projects",
    "projects?q=교통&city=seoul",
    "projects?q=zzzz",
    "projects?view=table",
    "labs",
    "map",
    "topics",
    "topics/sector/transport",
    "partners",
    "editions",
    "method",
    "method/weights",
    "data",
    "search?q=서울",
    "help",
    "nowhere",
)
PAGES = [(lang, path) for lang in ("ko", "en") for path in PATHS]
EXPECTED_FAULTS = ("404 (Not Found)",)  # what the console says of a page that is not there


def opened(browser: Browser, served: Any, path: str, **options: Any) -> tuple[Page, list[str]]:
    tab = browser.new_context(**options).new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.goto(f"{served.address}/{path}")
    tab.evaluate("document.fonts.ready.then(() => true)")
    return tab, [fault for fault in faults if not fault.endswith(EXPECTED_FAULTS)]


@pytest.mark.parametrize(("lang", "path"), PAGES)
def test_a_page_opens_without_faults_at_three_widths(browser: Browser, served: Any, lang: str, path: str) -> None:
    tab, faults = opened(browser, served, f"{lang}/{path}", viewport={"width": 1280, "height": 800})
    for width in (1280, 360, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, width
    assert not faults
    assert tab.evaluate("document.documentElement.lang") == lang
    assert tab.locator("h1").count() == 1
    tab.context.close()


@pytest.mark.parametrize(("lang", "path"), PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_has_no_accessibility_violation(browser: Browser, served: Any, lang: str, path: str, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, _ = opened(browser, served, f"{lang}/{path}", viewport={"width": 360, "height": 800}, color_scheme=theme)
    tab.evaluate("document.querySelectorAll('main details').forEach(part => (part.open = true))")
    found = Axe().run(tab)
    assert not found.response["violations"], found.generate_report()
    tab.context.close()


@pytest.mark.parametrize("path", ["projects?city=seoul", "cities/helsinki", "method/weights?w_activity=0", "labs"])
def test_pages_say_the_same_without_script(browser: Browser, served: Any, path: str) -> None:
    texts = []
    for script in (True, False):
        tab = browser.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 800}).new_page()
        tab.goto(f"{served.address}/en/{path}")
        texts.append(tab.locator("main").text_content())
        tab.context.close()
    assert texts[0] == texts[1]


def test_facets_work_without_script_and_the_back_button_returns(browser: Browser, served: Any) -> None:
    tab = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800}).new_page()
    tab.goto(f"{served.address}/en/projects")
    every = tab.locator("#n").text_content()
    tab.locator(".facet .take").first.click()
    tab.wait_for_url("**/en/projects?city=*")
    assert tab.locator("#n").text_content() != every
    tab.go_back()
    assert tab.locator("#n").text_content() == every
    tab.context.close()


def test_the_language_switch_keeps_the_view(browser: Browser, served: Any) -> None:
    tab, _ = opened(browser, served, "en/projects?q=transport&city=seoul", viewport={"width": 1280, "height": 800})
    tab.locator(".language").click()
    tab.wait_for_url("**/ko/projects?q=transport&city=seoul")
    tab.context.close()


def test_the_keyboard_alone_reaches_the_results(browser: Browser, served: Any) -> None:
    tab, _ = opened(browser, served, "en/cities", viewport={"width": 1280, "height": 800})
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") in ("find", "q")
    tab.keyboard.type("/")
    assert tab.evaluate("document.activeElement.value").endswith("/")  # in a field it is a letter
    tab.context.close()


def test_the_pages_bring_their_own_letters(browser: Browser, served: Any) -> None:
    for lang in ("ko", "en"):
        tab, _ = opened(browser, served, f"{lang}/cities/helsinki", viewport={"width": 1280, "height": 800})
        loaded = tab.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)")
        assert {name.replace('"', "") for name in loaded} == {"Dynapolis Sans400", "Dynapolis Sans700"}
        assert len(loaded) == 2, "the letters of a city's page are all in the first file of each weight"
        tab.context.close()


def test_a_page_stays_within_its_budget_of_nodes(browser: Browser, served: Any) -> None:
    for path in ("projects", "cities/helsinki", "compare?city=seoul~helsinki", "labs"):
        tab, _ = opened(browser, served, f"ko/{path}", viewport={"width": 1280, "height": 800})
        assert tab.evaluate("document.querySelectorAll('*').length") <= 1500, path
        tab.context.close()
