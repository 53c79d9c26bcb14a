"""Where the tables of lead registers lie: derived, one folder for each import, made whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dynapolis.ids import canonical_json, digest_json
from dynapolis.store.files import write_whole

_STAMP = "stamp.json"
_KEY_LENGTH = 16


class LeadLake:
    """Parquet tables of the lead registers of one workspace. Deleting the folder loses nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """An empty folder to write tables into; what was not finished is thrown away."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self.folder, prefix=".draft-"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def finish(self, draft: Path, register: str, depends_on: Mapping[str, Any], report: Any) -> Path:
        """Give a draft its place. ``depends_on`` is everything its tables were made from, ``report`` what was done."""
        place = self._place(register, depends_on)
        write_whole(draft / _STAMP, canonical_json({"depends_on": depends_on, "report": report}))
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(place)
        draft.rename(place)
        return place

    def find(self, register: str, depends_on: Mapping[str, Any]) -> Path | None:
        """The folder of tables made from exactly this, if it is whole."""
        place = self._place(register, depends_on)
        return place if (place / _STAMP).is_file() else None

    @staticmethod
    def report(place: Path) -> Any:
        """What was done when the tables were made."""
        return json.loads((place / _STAMP).read_bytes())["report"]

    @staticmethod
    def tables(place: Path) -> dict[str, Path]:
        """The Parquet files of a folder by table."""
        return {path.stem: path for path in sorted(place.glob("*.parquet"))}

    def _place(self, register: str, depends_on: Mapping[str, Any]) -> Path:
        return self.folder / register / digest_json(depends_on)[:_KEY_LENGTH]
