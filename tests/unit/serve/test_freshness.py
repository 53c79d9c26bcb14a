"""What was looked at long ago says so, and readers reach whoever published the numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dynapolis.serve.app import create_app
from dynapolis.serve.inside import ask
from dynapolis.serve.site import Site
from dynapolis.serve.web import freshness
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace


@pytest.mark.parametrize(
    ("checked", "stale"),
    [
        ("2025-11-26", True), ("2025-11-27", False), ("2026-11-28", False), ("2025-10", True), ("2025-11", False),
        ("2025", False), ("2024", True), ("", False), ("soon", False), ("2016 to 2026", False), ("2024-02-29", True),
    ],
)  # fmt: skip
def test_twelve_months_are_the_limit(checked: str, stale: bool) -> None:
    assert freshness.is_stale(checked, date(2026, 11, 27)) is stale


@pytest.fixture(scope="module")
def place(
    cli: Callable[..., Any], fictional: Callable[..., Workspace], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = fictional(tmp_path_factory.mktemp("freshness") / "workspace").folder
    assert cli("run", "--workspace", folder).exit_code == 0
    return folder


def page(place: Path, address: str) -> str:
    status, _, body = ask(create_app(Site(open_workspace(place))), address, "", {})
    assert status == 200, address
    return unescape(body.decode("utf-8"))


def an_initiative(place: Path) -> str:
    return next(Site(open_workspace(place)).release().reading.units())


@pytest.mark.parametrize(("lang", "told"), [("en", "more than 12 months ago"), ("ko", "12개월이 지났다")])
def test_pages_say_what_was_checked_long_ago(
    place: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str
) -> None:
    addresses = (f"/{lang}/projects/{an_initiative(place)}", f"/{lang}/cities/aldern")
    assert not any(told in page(place, address) for address in addresses)
    monkeypatch.setattr(freshness, "today", lambda: date(2099, 1, 1))
    assert all(told in page(place, address) for address in addresses)


def test_an_error_is_told_to_the_contact_with_edition_and_address(place: Path) -> None:
    address = f"/en/projects/{an_initiative(place)}"
    assert 'href="/en/help#error"' in page(place, address)
    settings = (place / SETTINGS).read_text(encoding="utf-8")
    (place / SETTINGS).write_text(settings + '\n[serve]\ncontact = "ann@example.org"\n', encoding="utf-8")
    try:
        edition = Site(open_workspace(place)).release().id
        told = page(place, address)
        assert (
            told.count(f"mailto:ann@example.org?subject=dynapolis%20{edition}") == 2
        )  # in the footer, and of the record
        assert f"body=%2Fen%2Feditions%2F{edition}%2Fprojects%2F" in told
    finally:
        (place / SETTINGS).write_text(settings, encoding="utf-8")
