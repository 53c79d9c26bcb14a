"""A workspace or a served address from Python: ``dynapolis.open(address_or_folder)``.

Both give the same answers: those of ``/api/v1``. From a folder they are read directly, without a server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypedDict, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

from dynapolis import __version__
from dynapolis.errors import BadUse

SECONDS = 30  # that an answer may take
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


class Release(TypedDict):
    """A frozen edition."""

    id: str
    edition_id: str
    name: str


class City(TypedDict):
    """A city: its rank never comes without its interval; ``no_rank`` says why it has none."""

    city_id: str
    name_en: str
    name_ko: str
    country: str
    median_rank: float | None
    rank_low_90: float | None
    rank_high_90: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    no_rank: str | None
    n_projects: int | None
    n_innovation: int | None
    n_living_labs: int | None
    completeness: float | None


class Initiative(TypedDict):
    """One line of a list of initiatives; ``codes`` holds the adopted codes by scheme, the primary one first."""

    id: str
    name: str
    name_local: str | None
    city_id: str
    start_year: int | None
    end_year: int | None
    innovation: bool
    codes: dict[str, list[str]]
    registers: list[str]
    sources: list[str]


class Number(TypedDict):
    """A number's receipt: its value, its interval, what it is computed from and what it counts."""

    number: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    inputs: list[str]
    initiatives: list[str]
    edition: str


class _Source(Protocol):
    """Where answers come from."""

    def get(self, path: str, query: Mapping[str, str]) -> tuple[Any, str | None]:
        """The answer to a path of the API, and the path and query of the next page where there is one."""
        ...


class Place:
    """An opened workspace or address.

    Example:
        >>> import dynapolis
        >>> with_data = dynapolis.open("demo")  # doctest: +SKIP
        >>> with_data.city("helsinki")["median_rank"]  # doctest: +SKIP
        9.0
    """

    def __init__(self, source: _Source, edition: str | None = None) -> None:
        self._source, self._edition = source, edition

    def releases(self) -> list[Release]:
        """Editions, the one frozen last first."""
        return cast(list[Release], self._get("releases")["releases"])

    def at(self, edition: str) -> Place:
        """The same place at one edition: an id, its beginning, or a name."""
        return Place(self._source, edition)

    def cities(self) -> list[City]:
        """All cities, the ranked ones from the top."""
        return cast(list[City], self._get("cities")["cities"])

    def city(self, city: str) -> dict[str, Any]:
        """Everything an edition says of a city.

        Raises:
            KeyError: it knows no such city.
        """
        return cast(dict[str, Any], self._get(f"cities/{quote(city, safe='')}"))

    def projects(self, words: str = "", **choices: str) -> Iterator[Initiative]:
        """Initiatives that match, page by page.

        Args:
            words: a search, as on the page.
            choices: facets, such as ``city="seoul~helsinki"`` or ``sector="-transport"``; ``y="2019..2022"``.

        Raises:
            BadUse: a facet or value that the edition does not have; the message names those it has.
        """
        yield from self._pages("projects", {"q": words, "n": "100", **choices})

    def labs(self, words: str = "", **choices: str) -> Iterator[Initiative]:
        """Living labs that match, page by page; see ``projects``."""
        yield from self._pages("labs", {"q": words, "n": "100", **choices})

    def project(self, initiative: str) -> dict[str, Any]:
        """One initiative with its records, every coding and the words that decided it.

        Raises:
            KeyError: there is no such initiative.
        """
        return cast(dict[str, Any], self._get(f"projects/{quote(initiative, safe='')}"))

    def number(self, number: str) -> Number:
        """The receipt of a number, such as ``rank.helsinki``.

        Raises:
            KeyError: the edition has no such number.
        """
        return cast(Number, self._get(f"numbers/{quote(number, safe='')}"))

    def _get(self, path: str) -> Any:
        return self._source.get(path, {"ed": self._edition} if self._edition else {})[0]

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[Initiative]:
        asked = {name: value for name, value in query.items() if value}
        wanted: str | None = path + "?" + urlencode(asked | ({"ed": self._edition} if self._edition else {}))
        while wanted:
            answer, wanted = self._source.get(wanted, {})
            yield from answer["initiatives"]


class _Address:
    """A served address."""

    def __init__(self, address: str) -> None:
        self._base = address.rstrip("/") + "/api/v1/"

    def get(self, path: str, query: Mapping[str, str]) -> tuple[Any, str | None]:
        address = urljoin(self._base, path) + (("&" if "?" in path else "?") + urlencode(query) if query else "")
        request = Request(address, headers={"User-Agent": f"dynapolis {__version__}", "Accept": "application/json"})
        try:
            with urlopen(request, timeout=SECONDS) as response:
                found = _NEXT.search(response.headers.get("Link", ""))
                return json.loads(response.read()), urljoin(address, found[1]) if found else None
        except HTTPError as error:
            raise _error(error.code, error.read()) from None
        except (URLError, TimeoutError, ValueError) as error:
            raise BadUse(f"{self._base} gave no answer that can be read: {error}") from error


class _Folder:
    """A workspace on this machine, through the same application that serves it."""

    def __init__(self, folder: Path) -> None:
        from dynapolis.serve.api import api
        from dynapolis.serve.site import Site
        from dynapolis.store.workspace import open_workspace

        self._app = api(Site(open_workspace(folder)))

    def get(self, path: str, query: Mapping[str, str]) -> tuple[Any, str | None]:
        from dynapolis.serve.inside import ask

        bare, _, own = path.removeprefix("http://inside/").partition("?")
        asked = "&".join(part for part in (own, urlencode(query)) if part)
        status, headers, body = ask(self._app, "/" + bare.lstrip("/"), asked)
        if status >= 400:
            raise _error(status, body)
        found = _NEXT.search(headers.get("link", ""))
        return json.loads(body), found[1] if found else None


def _error(status: int, body: bytes) -> Exception:
    """What went wrong, in the words of the API."""
    try:
        detail = str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = body[:200].decode("utf-8", "replace")
    return KeyError(detail) if status == 404 else BadUse(detail)


def open_place(place: str | Path) -> Place:
    """A served address (http or https) or the folder of a workspace.

    Raises:
        BadUse: the address is of another kind, or the folder is no workspace or has no edition.
    """
    if isinstance(place, str) and "://" in place:
        if urlsplit(place).scheme not in ("http", "https"):
            raise BadUse(f"{place}: expected an address that begins with http:// or https://, or a folder")
        return Place(_Address(place))
    return Place(_Folder(Path(place)))
