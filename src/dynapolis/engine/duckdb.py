"""DuckDB as the engine: tables in, lazy frames over them, sorted tables out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import duckdb
import narwhals as nw
import pyarrow as pa

from dynapolis.engine.frame import Frame


class DuckDBEngine:
    """One in-memory DuckDB. Use it as a context manager; frames are valid until it closes.

    Example:
        >>> with DuckDBEngine() as engine:
        ...     frame = engine.frame("city", pa.table({"city": ["b", "a"]}))
        ...     engine.collect(frame, order_by=["city"])["city"].to_pylist()
        ['a', 'b']
    """

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 2})

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._connection.close()

    def frame(self, name: str, table: pa.Table) -> Frame:
        """A lazy frame over an Arrow table, known to DuckDB by ``name``."""
        self._connection.register(name, table)
        return nw.from_native(self._connection.table(name))

    def known(self, name: str) -> Frame:
        """A lazy frame over a table that was given before."""
        return nw.from_native(self._connection.table(name))

    def parquet(self, name: str, path: Path) -> Frame:
        """A lazy frame over a Parquet file, read as it is needed and never held whole."""
        self._connection.read_parquet(str(path)).create_view(name)
        return self.known(f'"{name}"')

    def frames(self, tables: Mapping[str, pa.Table]) -> dict[str, Frame]:
        """Lazy frames over several tables."""
        return {name: self.frame(name, table) for name, table in tables.items()}

    def collect(self, frame: Frame, order_by: Sequence[str]) -> pa.Table:
        """Run a frame. Rows come in the order of ``order_by``, so that the same inputs give the same bytes.

        Raises:
            KeyboardInterrupt: Ctrl-C while the query ran; DuckDB itself would make a RuntimeError of it.
        """
        try:
            return frame.sort(*order_by).collect(backend="pyarrow").to_arrow()
        except RuntimeError as error:
            if "interrupted" in str(error):
                raise KeyboardInterrupt from error
            raise
