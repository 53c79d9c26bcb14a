"""The lake: derived tables as Parquet, each step built again only when something it depends on changed.

Deleting the lake loses nothing. A step's tables are written first and its stamp last, so that a run that was
interrupted goes on with the first step that has no stamp.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dynapolis.ids import canonical_json, digest_bytes, digest_json
from dynapolis.store.files import write_whole

Tables = dict[str, pa.Table]


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks().replace_schema_metadata(None), sink, compression="zstd", store_schema=False)
    return bytes(sink.getvalue())


def read_parquet(path: Path) -> pa.Table:
    """A table from Parquet, its types as the format itself tells them."""
    with pq.ParquetFile(path) as file:  # one file and no folder of files: pq.read_table loads a good deal for those
        return file.read(use_threads=False)


class Lake:
    """Derived tables of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def step(self, name: str, depends_on: Mapping[str, object], build: Callable[[], Tables]) -> Tables:
        """The tables of a step, from the lake or built now.

        Args:
            name: the step's name, also the folder of its tables.
            depends_on: everything the result depends on, as plain values.
            build: makes the tables; called only when there is no stamp for exactly this.
        """
        key = digest_json(depends_on)
        known_key, known = self._stamp(name)
        if known_key == key and all(self._intact(name, table, digest) for table, digest in known.items()):
            return {table: read_parquet(self._path(name, table)) for table in known}
        self._stamp_path(name).unlink(missing_ok=True)
        digests = {}
        for table, value in build().items():
            data = parquet_bytes(value)
            write_whole(self._path(name, table), data)
            digests[table] = digest_bytes(data)
        write_whole(self._stamp_path(name), canonical_json({"key": key, "tables": digests}))
        return {table: read_parquet(self._path(name, table)) for table in digests}

    def was_built(self, name: str, depends_on: Mapping[str, object]) -> bool:
        """Whether the step's tables are there for exactly this."""
        return self._stamp(name)[0] == digest_json(depends_on)

    def _path(self, step: str, table: str) -> Path:
        return self.folder / step / f"{table}.parquet"

    def _stamp_path(self, step: str) -> Path:
        return self.folder / step / "stamp.json"

    def _stamp(self, step: str) -> tuple[str, dict[str, str]]:
        """The key a step was built for, and its tables' digests; nothing where it was not finished or is damaged."""
        try:
            stamp = json.loads(self._stamp_path(step).read_bytes())
            return str(stamp["key"]), dict(stamp["tables"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return "", {}

    def _intact(self, step: str, table: str, digest: str) -> bool:
        path = self._path(step, table)
        return path.is_file() and digest_bytes(path.read_bytes()) == digest
