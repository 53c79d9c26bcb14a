"""What a server holds open: the editions of a workspace, each with its tables, its reading copy and its words.

Nothing here writes to the ledger; it is read once when the site opens and again when the folder of editions changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.ids import digest_bytes
from dynapolis.model.language import Lang
from dynapolis.report.claims import Claim, make_claims
from dynapolis.report.data import ReportData
from dynapolis.report.fonts import WEIGHTS, Weight, subset_woff2
from dynapolis.report.messages import Messages, read_messages
from dynapolis.report.sentences import Speaker
from dynapolis.serve.facets import Facet
from dynapolis.serve.layout import lay_out
from dynapolis.serve.lettering import PARTS, Part, letters_of
from dynapolis.serve.search.synonyms import Synonyms, read_groups
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition, list_editions
from dynapolis.store.files import write_whole
from dynapolis.store.reading import Documents, Reading, is_current, write_reading
from dynapolis.store.workspace import Workspace
from dynapolis.store.yaml_file import read_tree

READING = "reading"  # folder of the reading copies in a workspace
_KEPT = 256  # answers of the full-text index that are kept
_Answer = TypeVar("_Answer")
_ANSWERS = 1024  # of lists: counts and first documents


class Release:
    """One edition as pages and the API read it. Everything is read when it is first asked for, then kept."""

    def __init__(self, edition: Edition, reading: Reading) -> None:
        self.edition, self.reading = edition, reading
        self.found = lru_cache(_KEPT)(self._found)
        self.drawn: dict[tuple[str, ...], Any] = {}  # pages' charts by what they show; drawing takes a while
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._answering = threading.Lock()

    def kept(self, asked: Hashable, make: Callable[[], _Answer]) -> _Answer:
        """The answer to a question, made once and kept with the last thousand: an edition is frozen.

        Two that ask at the same time may both make it; they make the same.
        """
        with self._answering:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                found: _Answer = self._answers[asked]
                return found
        made = make()
        with self._answering:
            self._answers[asked] = made
            if len(self._answers) > _ANSWERS:
                self._answers.popitem(last=False)
        return made

    @property
    def id(self) -> str:
        """The short id, as it stands in addresses."""
        return self.edition.short_id

    @cached_property
    def data(self) -> ReportData:
        """Figures, cities, ranks: the small tables. Its tables of records and codes are never asked for here."""
        return ReportData.load(self.edition)

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """Facets of the lists, by name."""
        return {n: Facet(n, tuple(values), several) for n, values, several in self.reading.about["facets"]}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """What its report says."""
        return make_claims(self.data)

    @cached_property
    def n_documents(self) -> int:
        """Initiatives in it."""
        return len(self.reading.columns["is_units"])

    def speaker(self, lang: Lang) -> Speaker:
        """Says values and labels of this edition; made anew for every page, since it notes what it has mentioned."""
        return Speaker(self.data, words(lang))

    def font(self, lang: Lang, weight: Weight, part: Part = "first") -> bytes:
        """The letters that pages of a language show, as WOFF2; made once and kept beside the reading copy."""
        path = self.reading.folder / "fonts" / f"{weight}-{lang}-{part}-{self.font_key}.woff2"
        if not path.is_file():
            with self._lock:
                write_whole(path, subset_woff2(self.letters(lang, weight, part), weight, alone=part == "first"))
        return path.read_bytes()

    @cached_property
    def font_key(self) -> str:
        """Changes whenever other letters are shown."""
        letters = [self.letters(lang, weight, part) for lang in Lang for weight in WEIGHTS for part in PARTS]
        return digest_bytes("|".join(letters).encode())[:10]

    def letters(self, lang: Lang, weight: Weight, part: Part) -> str:
        """The letters of one file of fonts."""
        return letters_of(self.data, self.reading.about["letters"], words(lang), lang, weight, part)

    def _found(self, expression: str, column: str | None) -> Documents:
        docs = self.reading.found(expression, column)
        docs.flags.writeable = False
        return docs


class Site:
    """A workspace, open for reading.

    Args:
        workspace: the workspace.
        tell: called with an edition's short id when its reading copy is being laid out, which takes a while.

    Raises:
        BadUse: the workspace has no edition.
    """

    def __init__(self, workspace: Workspace, tell: Callable[[str], None] = lambda _: None) -> None:
        self.workspace, self._tell = workspace, tell
        self._releases: dict[str, Release] = {}
        self._lock = threading.Lock()
        self._listed: tuple[int, list[Edition]] = (-1, [])
        if not self.editions:
            raise BadUse(f"{workspace.folder} has no edition yet; make one with: dynapolis run")

    @property
    def editions(self) -> list[Edition]:
        """Editions, the one frozen last first; the ledger is read again only when their folder has changed."""
        changed = self.workspace.editions.stat().st_mtime_ns
        if changed != self._listed[0]:
            ledger = self.workspace.open_ledger()
            try:
                self._listed = (changed, list_editions(self.workspace.editions, ledger))
            finally:
                ledger.close()
        return self._listed[1]

    def release(self, wanted: str | None = None) -> Release:
        """The edition of an id, the beginning of one, or a name; the last one when nothing is asked for.

        Raises:
            KeyError: there is none.
        """
        for edition in self.editions:
            if wanted is None or edition.edition_id.startswith(wanted) or edition.name == wanted:
                return self._open(edition)
        raise KeyError(wanted)

    def only(self, release: Release) -> Site:
        """The same workspace with this edition alone."""
        other = Site(self.workspace, self._tell)
        other._listed = (other._listed[0], [release.edition])
        other._releases = {release.edition.edition_id: release}
        return other

    def _open(self, edition: Edition) -> Release:
        with self._lock:
            if edition.edition_id not in self._releases:
                self._releases[edition.edition_id] = Release(edition, self._reading(edition))
            return self._releases[edition.edition_id]

    def _reading(self, edition: Edition) -> Reading:
        folder = self.workspace.folder / READING / edition.short_id
        if not is_current(folder):
            self._tell(edition.short_id)
            data = ReportData.load(edition)
            layout = lay_out(edition.tables_on_demand(), data.codebook, data.places)
            facets = [[facet.name, list(facet.values), facet.several] for facet in layout.facets]
            about = {"facets": facets, "letters": layout.letters}
            write_reading(folder, layout.documents(), layout.columns, layout.counted(), about)
        return Reading(folder)


def words(lang: Lang) -> Messages:
    """The texts of a language."""
    return read_messages(lang.value)


@lru_cache
def synonyms() -> Synonyms:
    """Groups of words that say one thing."""
    tree: Any = read_tree(shipped() / "vocab" / "search_synonyms.yml").data
    return read_groups(tree["groups"])


def mask_of(docs: Documents, n: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Documents as a mask of shape (n,)."""
    mask = np.zeros(n, bool)
    mask[docs] = True
    return mask
