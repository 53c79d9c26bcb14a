"""COINr's ASEM example, as inputs and as the answers of an independent program.

The reference lies beside the repository (``../shared/reference/coinr``): COINr 1.1.14, 51 countries and 49 indicators,
each step stored with its inputs. Elsewhere every test of this folder is skipped with the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dynapolis.model.composite import Aggregate, Columns, CompositeSpec, IndexIndicator, Node
from dynapolis.model.unit_table import UnitTable

FloatArray = NDArray[np.float64]
FOLDER = Path(__file__).parents[3].parent / "shared" / "reference" / "coinr"
GROUPS = ("GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group")
DENOMINATORS = ("Area", "Energy", "GDP", "Population")
ABSENT = "the COINr reference does not lie beside the repository, in ../shared/reference/coinr"


@dataclass(frozen=True)
class Reference:
    """The folder of COINr's inputs and outputs; tables by their name without ``.csv``."""

    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a file as printed."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def numbers(self, name: str, columns: Sequence[str] | None = None) -> FloatArray:
        """Columns of a file (none: all indicators), NaN where a cell is empty or says NA."""
        wanted = self.codes if columns is None else columns
        return np.array([[number(row[column]) for column in wanted] for row in self.rows(name)])

    @cached_property
    def meta(self) -> list[dict[str, str]]:
        """Indicators and nodes."""
        return [row for row in self.rows("input/asem_imeta") if row["Type"] in ("Indicator", "Aggregate")]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The indicators, in the order of the metadata and of all files."""
        return tuple(row["iCode"] for row in self.meta if row["Type"] == "Indicator")

    @cached_property
    def directions(self) -> FloatArray:
        """1 or −1 for each indicator."""
        return np.array([float(row["Direction"]) for row in self.meta if row["Type"] == "Indicator"])

    @cached_property
    def table(self) -> UnitTable:
        """The data of 2018, sorted by code of the unit as the outputs are."""
        table = self._read("input/asem_idata")
        return replace(table, times=())

    @cached_property
    def panel(self) -> UnitTable:
        """The data of 2018 to 2022, sorted by year and code of the unit."""
        return self._read("input/asem_idata_panel")

    @cached_property
    def spec(self) -> CompositeSpec:
        """The tree of the example, with no step but the mean."""
        return CompositeSpec(
            index="asem",
            columns=Columns(time="Time", groups=GROUPS, denominators=DENOMINATORS),
            nodes=tuple(
                Node(code=row["iCode"], parent=row["Parent"] or None, weight=float(row["Weight"]))
                for row in self.meta
                if row["Type"] == "Aggregate"
            ),
            indicators=tuple(
                IndexIndicator.model_validate(
                    {
                        "code": row["iCode"],
                        "parent": row["Parent"],
                        "direction": int(row["Direction"]),
                        "weight": float(row["Weight"]),
                        "target": number(row["Target"]),
                        "denominator": row["Denominator"] or None,
                    }
                )
                for row in self.meta
                if row["Type"] == "Indicator"
            ),
            steps=(Aggregate(step="aggregate", method="arithmetic"),),
        )

    def _read(self, name: str) -> UnitTable:
        rows = sorted(self.rows(name), key=lambda row: (row["Time"], row["uCode"]))
        return UnitTable(
            units=tuple(row["uCode"] for row in rows),
            names=tuple(row["uName"] for row in rows),
            times=tuple(row["Time"] for row in rows),
            codes=self.codes,
            values=np.array([[number(row[code]) for code in self.codes] for row in rows]),
            groups={name: tuple("" if row[name] == "NA" else row[name] for row in rows) for name in GROUPS},
            denominators={name: np.array([number(row[name]) for row in rows]) for name in DENOMINATORS},
        )


def number(cell: str) -> float:
    """A cell as a number."""
    return float("nan") if cell in ("", "NA") else float(cell)


@pytest.fixture(scope="session")
def coinr() -> Reference:
    """The reference, or the reason why the test is skipped."""
    if not FOLDER.is_dir():
        pytest.skip(ABSENT)
    return Reference(FOLDER)
