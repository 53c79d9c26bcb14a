"""The reading copy of an edition: what pages and the API read, laid out once for fast reading by several processes.

It is made from the edition's tables alone, lies beside the editions in the workspace, and deleting it loses nothing.
Readers open it read-only and unchangeable, so they hold no lock and never wait for the ledger.

``reading.sqlite`` holds one row per initiative (its document number, id and everything its page shows, packed), the
full-text index, and the documents behind every figure; ``columns/*.npy`` hold one value per document, mapped into
memory by all readers together.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

LAYOUT = 1  # raised when what is written here changes
Documents = npt.NDArray[np.int32]

_TABLES = """
CREATE TABLE document (doc INTEGER PRIMARY KEY, unit_id TEXT NOT NULL, listed BLOB NOT NULL, page BLOB NOT NULL);
CREATE TABLE also_known (id TEXT PRIMARY KEY, unit_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counted (figure_id TEXT PRIMARY KEY, n INTEGER NOT NULL, docs BLOB NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
    name, text, content='', tokenize="unicode61 remove_diacritics 0", columnsize=0
);
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One initiative as it is laid out: what a line of a list shows, what its page shows, what is searched.

    ``ids`` are other ids that lead to it: those of its records, of its entity, and of entities joined into it.
    """

    unit_id: str
    listed: Mapping[str, Any]
    page: Mapping[str, Any]
    name_tokens: str
    text_tokens: str
    ids: tuple[str, ...] = ()


def write_reading(
    folder: Path,
    documents: Iterable[Document],
    columns: Mapping[str, npt.NDArray[Any]],
    counted: Iterable[tuple[str, Documents]],
    about: Mapping[str, Any],
) -> None:
    """Lay a reading copy out in ``folder``, whole in one move; one that is there already is left as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".draft-"))
    try:
        _write_database(draft / "reading.sqlite", documents, counted)
        (draft / "columns").mkdir()
        for name, values in columns.items():
            np.save(draft / "columns" / f"{name}.npy", values, allow_pickle=False)
        text = json.dumps({"layout": LAYOUT, **about}, ensure_ascii=False)
        (draft / "about.json").write_text(text, encoding="utf-8")
        os.chmod(draft, 0o755)
        try:
            os.replace(draft, folder)
        except OSError:
            if not (folder / "about.json").is_file():  # another process has put it there by now
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_database(path: Path, documents: Iterable[Document], counted: Iterable[tuple[str, Documents]]) -> None:
    with sqlite3.connect(path) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        for number, document in enumerate(documents):
            row = (number, document.unit_id, pack(document.listed), pack(document.page))
            database.execute("INSERT INTO document VALUES (?, ?, ?, ?)", row)
            words = (number, document.name_tokens, document.text_tokens)
            database.execute("INSERT INTO words (rowid, name, text) VALUES (?, ?, ?)", words)
            also = ((name, document.unit_id) for name in document.ids)
            database.executemany("INSERT OR IGNORE INTO also_known VALUES (?, ?)", also)
        packed = ((name, len(docs), zlib.compress(docs.astype("<i4").tobytes(), 1)) for name, docs in counted)
        database.executemany("INSERT OR REPLACE INTO counted VALUES (?, ?, ?)", packed)
        database.execute("CREATE UNIQUE INDEX document_unit ON document (unit_id)")
        database.execute("INSERT INTO words (words) VALUES ('optimize')")
        database.commit()
        database.execute("PRAGMA optimize")
    database.close()


def pack(value: Mapping[str, Any]) -> bytes:
    """A plain value, small."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> Any:
    """What ``pack`` packed."""
    return json.loads(zlib.decompress(data))


def is_current(folder: Path) -> bool:
    """Whether a reading copy of this layout is there."""
    try:
        return bool(json.loads((folder / "about.json").read_bytes())["layout"] == LAYOUT)
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError):
        return False


class Reading:
    """A reading copy, open for any number of threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()

    @cached_property
    def about(self) -> dict[str, Any]:
        """What was noted when it was laid out."""
        found: dict[str, Any] = json.loads((self.folder / "about.json").read_bytes())
        return found

    @cached_property
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """One value per document, by the column's name."""
        paths = sorted((self.folder / "columns").glob("*.npy"))
        return {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in paths}

    def found(self, expression: str, column: str | None = None) -> Documents:
        """Documents that match a full-text expression, in the order of their numbers; in one column where named."""
        wanted = f"{{{column}}} : ({expression})" if column else expression
        rows = self._database.execute("SELECT rowid FROM words WHERE words MATCH ?", (wanted,))
        return np.fromiter((row[0] for row in rows), np.int32)

    def listed(self, docs: Sequence[int]) -> list[dict[str, Any]]:
        """What lines of a list show, in the order asked for; each with its ``doc`` and ``unit_id``."""
        marks = ",".join("?" * len(docs))
        rows = self._database.execute(f"SELECT doc, unit_id, listed FROM document WHERE doc IN ({marks})", list(docs))
        known = {doc: {"doc": doc, "unit_id": unit, **unpack(listed)} for doc, unit, listed in rows}
        return [known[int(doc)] for doc in docs]

    def page(self, unit_id: str) -> dict[str, Any] | None:
        """Everything an initiative's page shows."""
        row = self._database.execute("SELECT page FROM document WHERE unit_id = ?", (unit_id,)).fetchone()
        return None if row is None else unpack(row[0])

    def survivor(self, other_id: str) -> str | None:
        """The initiative that another id (of a record, an entity, one that was joined) leads to."""
        row = self._database.execute("SELECT unit_id FROM also_known WHERE id = ?", (other_id,)).fetchone()
        return None if row is None else str(row[0])

    def counted_names(self) -> list[str]:
        """Ids of all numbers that count initiatives, in their order."""
        return [name for (name,) in self._database.execute("SELECT figure_id FROM counted ORDER BY figure_id")]

    def counted(self, figure_id: str) -> Documents | None:
        """The documents behind a figure; None where the figure counts none."""
        row = self._database.execute("SELECT docs FROM counted WHERE figure_id = ?", (figure_id,)).fetchone()
        return None if row is None else np.frombuffer(zlib.decompress(row[0]), "<i4").astype(np.int32)

    def units(self) -> Iterator[str]:
        """Ids of all initiatives, in the order of the documents."""
        for row in self._database.execute("SELECT unit_id FROM document ORDER BY doc"):
            yield row[0]

    @property
    def _database(self) -> sqlite3.Connection:
        """This thread's own connection."""
        database: sqlite3.Connection | None = getattr(self._local, "database", None)
        if database is None:
            path = (self.folder / "reading.sqlite").resolve()
            database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            database.executescript("PRAGMA mmap_size=2147483648; PRAGMA cache_size=-16000; PRAGMA query_only=1;")
            self._local.database = database
        return database
