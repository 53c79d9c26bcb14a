"""What a page is asked and what it answers, before any markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dynapolis.model.language import Lang
from dynapolis.report.charts import Chart
from dynapolis.report.messages import Messages
from dynapolis.report.sentences import Speaker
from dynapolis.serve.address import Parameter, View
from dynapolis.serve.site import Release, Site, words


class NotFound(Exception):
    """There is no such page; ``tried`` is what was looked for, for the search that the page offers."""

    def __init__(self, tried: str = "") -> None:
        self.tried = tried
        super().__init__(tried)


class Moved(Exception):
    """The page lies at another address for good, such as that of the initiative a record was joined into."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(address)


@dataclass(frozen=True)
class Asked:
    """A page as it was asked for.

    Attributes:
        site: the workspace.
        release: the edition.
        lang: of the page.
        names: what stands in the places of its pattern.
        view: its query.
        frozen: whether the edition stands in the address, so that the page is one to cite.
        path: of the page, without language, edition and suffix.
    """

    site: Site
    release: Release
    lang: Lang
    names: Mapping[str, str]
    view: View
    frozen: bool
    path: str

    @property
    def words(self) -> Messages:
        """Texts of the page's language."""
        return words(self.lang)

    def speaker(self) -> Speaker:
        """Says values of the edition; one for a page."""
        return self.release.speaker(self.lang)

    def to(self, path: str) -> str:
        """Address of another page in the same language and, where it is in the address, the same edition."""
        return address(self.lang, path, self.release.id if self.frozen else None)

    def number(self, figure: str) -> str:
        """Address of the receipt of a number of this edition."""
        from urllib.parse import quote

        return f"/{self.lang}/n/{self.release.id}/{quote(figure, safe='.+_-')}"


def address(lang: Lang, path: str, edition: str | None = None) -> str:
    """Address of a page by its language, path and edition."""
    return f"/{lang}/" + (f"editions/{edition}/" if edition else "") + path.lstrip("/")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of a page, to take away as a file."""

    chart: Chart
    title: str
    description: str


Table = tuple[Sequence[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Answer:
    """What a page shows, and the same as plain values.

    Attributes:
        title: of the page.
        template: that sets it.
        values: for the template.
        plain: the ``.json`` of the page.
        table: heads and rows of its ``.csv``; None where the page has none.
        drawing: its main chart, the ``.svg`` and ``.png`` of the page; None where it has none.
        crumbs: the way to it, as names and addresses.
        status: of the response.
        embeddable: whether pages of others may show it in a frame.
    """

    title: str
    template: str
    values: Mapping[str, Any]
    plain: Any = None
    table: Table | None = None
    drawing: Drawing | None = None
    crumbs: Sequence[tuple[str, str]] = ()
    status: int = 200
    embeddable: bool = False


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A kind of page: the pattern of its path, what its query takes, and what answers it."""

    pattern: str  # such as "cities/{city}"
    answer: Callable[[Asked], Answer]
    parameters: Callable[[Release], Sequence[Parameter]] = field(default=lambda _release: ())

    def names(self, path: str) -> dict[str, str] | None:
        """What stands in the places of the pattern; None where the path is another."""
        wanted, given = self.pattern.split("/"), path.split("/")
        if wanted[-1] == "{rest}" and len(given) >= len(wanted):
            given = [*given[: len(wanted) - 1], "/".join(given[len(wanted) - 1 :])]
        if len(wanted) != len(given):
            return None
        found: dict[str, str] = {}
        for name, value in zip(wanted, given, strict=True):
            if name.startswith("{"):
                found[name[1:-1]] = value
            elif name != value:
                return None
        return found if all(found.values()) else None  # an empty place is another page's path
