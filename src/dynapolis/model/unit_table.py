"""The data of a composite indicator: units in rows, indicators in columns, years of a panel one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Raw data.

    Attributes:
        units: code of the unit of each row; in a panel a unit has one row for each time.
        names: what people call the unit of each row.
        times: time of each row; empty where there is one time only.
        codes: indicators, one a column.
        values: shape (n_rows, n_codes); NaN is a gap.
        groups: by name, the group of each row; empty text where it has none.
        denominators: by name, shape (n_rows,).
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    times: tuple[str, ...]
    codes: tuple[str, ...]
    values: FloatArray
    groups: Mapping[str, tuple[str, ...]]
    denominators: Mapping[str, FloatArray]

    @property
    def n_rows(self) -> int:
        """Units, times the years of a panel."""
        return len(self.units)

    @property
    def is_panel(self) -> bool:
        """Whether there is more than one time."""
        return len(set(self.times)) > 1

    @property
    def periods(self) -> tuple[str, ...]:
        """Times in order; one empty one where there is no time."""
        return tuple(sorted(set(self.times))) if self.times else ("",)

    def rows_of(self, period: str) -> IntArray:
        """Places of the rows of one time."""
        if not self.times:
            return np.arange(self.n_rows)
        return np.flatnonzero(np.array(self.times) == period)

    def keep(self, rows: BoolArray) -> UnitTable:
        """The table with some of its rows.

        Example:
            >>> table = UnitTable(("a", "b"), ("A", "B"), (), ("x",), np.array([[1.0], [2.0]]), {}, {})
            >>> table.keep(np.array([False, True])).units
            ('b',)
        """
        chosen = np.flatnonzero(rows)

        def some(items: Sequence[str]) -> tuple[str, ...]:
            return tuple(items[int(i)] for i in chosen) if items else ()

        return replace(
            self,
            units=some(self.units),
            names=some(self.names),
            times=some(self.times),
            values=self.values[rows],
            groups={name: some(group) for name, group in self.groups.items()},
            denominators={name: column[rows] for name, column in self.denominators.items()},
        )

    def only(self, units: Sequence[str]) -> UnitTable:
        """The rows of some units, in the order of the table."""
        return self.keep(np.isin(np.array(self.units), list(units)))
