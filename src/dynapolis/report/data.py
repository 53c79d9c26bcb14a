"""An edition as a report reads it: figures by id, codes by unit, cities. Nothing is computed anew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dynapolis.figures.counts import figure_id
from dynapolis.model.codebook import Codebook
from dynapolis.model.index_spec import IndexSpec
from dynapolis.model.organisation import OrganisationLookup
from dynapolis.model.place import Places
from dynapolis.model.population import Populations
from dynapolis.model.published import PrintedCases
from dynapolis.model.register import DESCRIPTION, RegisterSpec
from dynapolis.store import content
from dynapolis.store.editions import Edition

Row = dict[str, Any]
_NOTHING: Row = {
    "numerator": 0, "denominator": 0, "share": None, "share_low": None, "share_high": None, "count_low": 0.0,
    "count_high": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class ReportData:
    """What sections are written from."""

    edition: Edition
    codebook: Codebook
    spec: IndexSpec
    places: Places
    populations: Populations
    registers: tuple[RegisterSpec, ...]
    lookup: OrganisationLookup
    printed: PrintedCases

    @classmethod
    def load(cls, edition: Edition) -> ReportData:
        """Everything of an edition, from its folder alone."""
        paths = edition.content
        spec = content.read_index_spec(paths.index)
        registers = tuple(
            content.read_register(paths.registers / name / DESCRIPTION) for name in edition.inputs["snapshots"]
        )
        lookup, _ = content.read_organisations(paths.organisations)
        printed = content.read_cases(paths.cases)
        codebook = content.read_codebook(paths.codebooks, spec.codebook_version)
        places, populations = content.read_places(paths.places), content.read_population(paths.population)
        return cls(edition, codebook, spec, places, populations, registers, lookup, printed)

    @property
    def level(self) -> float:
        """Probability of every interval but the ranks' inner one and that of alpha."""
        return float(self.edition.inputs["level"])

    @cached_property
    def figures(self) -> dict[str, Row]:
        """Figures by id."""
        return {row["figure_id"]: row for row in self._rows("out_figures__figure")}

    def figure(self, scope: str, population: str, scheme: str, code: str, basis: str = "primary") -> Row:
        """One figure; of nothing counted where the scope has no unit of the population."""
        name = figure_id(scope, population, scheme, code, basis)
        counted = self.figures.get(name)
        if counted is None and code == "units":  # everything: no figure, but known of every city
            found = [row["n_units"] for city, row in self.cities.items() if scope in ("all", city)]
            return _NOTHING | {"figure_id": name, "numerator": sum(found)}
        return counted or _NOTHING | {"figure_id": name}

    def n(self, population: str, scope: str = "all") -> int:
        """Units of a population."""
        return int(self.figure(scope, "units", "population", population)["numerator"])

    @cached_property
    def units_of_figure(self) -> dict[str, list[str]]:
        """Units behind every figure."""
        found: dict[str, list[str]] = defaultdict(list)
        table = self.edition.table("out_figures__assn_figure_unit")
        for name, unit in zip(table["figure_id"].to_pylist(), table["unit_id"].to_pylist(), strict=True):
            found[name].append(unit)
        return dict(found)

    @cached_property
    def all_records(self) -> dict[str, Row]:
        """Every record by its id."""
        return {row["record_id"]: row for row in self._rows("core_records__record")}

    @cached_property
    def records(self) -> dict[str, Row]:
        """The record that shows each unit, by unit id."""
        return {row["unit_id"]: self.all_records[row["record_id"]] for row in self._rows("core_coding__unit")}

    @cached_property
    def records_of_unit(self) -> dict[str, list[Row]]:
        """All records of every unit, the one that shows it first."""
        found: dict[str, list[Row]] = {unit: [record] for unit, record in self.records.items()}
        for row in self._rows("core_resolve__assn_record_entity"):
            record = self.all_records[row["record_id"]]
            if record is not found[row["unit_id"]][0]:
                found[row["unit_id"]].append(record)
        return found

    @cached_property
    def joined_by(self) -> dict[str, list[Row]]:
        """By record, the judgements in force that say it is the same as another."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows("core_resolve__judgement"):
            if row["counts"] and row["verdict"] == "same":
                found[row["left_id"]].append(row)
                found[row["right_id"]].append(row)
        return dict(found)

    @cached_property
    def adopted(self) -> dict[str, dict[str, list[Row]]]:
        """Adopted codes by unit and scheme, the primary one first."""
        found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self._rows("core_coding__adopted"):
            found[row["unit_id"]][row["scheme"]].append(row)
        return {unit: dict(schemes) for unit, schemes in found.items()}

    @cached_property
    def cities(self) -> dict[str, Row]:
        """Cities by id."""
        return {row["city_id"]: row for row in self._rows("core_places__city")}

    @cached_property
    def ranked(self) -> list[Row]:
        """Ranked cities from the top; none when fewer than two can be ranked."""
        return self._rows("out_index__rank_interval_city")

    @cached_property
    def unranked(self) -> dict[str, str]:
        """Cities without a rank, with why."""
        return {row["city_id"]: row["reason"] for row in self._rows("out_index__unranked_city")}

    @cached_property
    def indicators(self) -> dict[tuple[str, str], Row]:
        """Indicators by city and id."""
        return {(row["city_id"], row["indicator"]): row for row in self._rows("out_index__indicator_city")}

    @cached_property
    def denominators(self) -> dict[str, list[Row]]:
        """Populations that divide a city's rates, by city: the default one, then the alternatives."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows("out_index__denominator_city"):
            found[row["city_id"]].append(row)
        return dict(found)

    @cached_property
    def coverage(self) -> dict[tuple[str, str], Row]:
        """What was found and how complete it is, by city and kind; empty in an edition made before it was estimated."""
        return {(row["city_id"], row["kind"]): row for row in self._rows("out_coverage__city_kind")}

    @cached_property
    def links(self) -> list[Row]:
        """Links of all kinds, by kind, unit and target."""
        return self.rows("out_links__link")

    @cached_property
    def crossing(self) -> dict[str, Row]:
        """Organisations in several cities by id, those in most cities first."""
        return {row["organisation_id"]: row for row in self.rows("out_collaboration__cross_city")}

    @cached_property
    def links_of_unit(self) -> dict[str, list[Row]]:
        """Links by unit, the surest first."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.links:
            found[row["unit_id"]].append(row)
        return dict(found)

    @cached_property
    def districts(self) -> dict[str, Row]:
        """Parts of cities by id."""
        return {row["district_id"]: row for row in self.rows("out_links__district")}

    @cached_property
    def collaboration(self) -> dict[tuple[str, str, str], Row]:
        """Figures of collaboration by scope, measure and code."""
        rows = self.rows("out_collaboration__figure")
        return {(row["scope"], row["measure"], row["code"]): row for row in rows}

    @cached_property
    def coders(self) -> dict[str, Row]:
        """Coders by id."""
        return {row["coder_id"]: row for row in self._rows("core_coding__coder")}

    @property
    def models(self) -> list[str]:
        """Coders that are language models."""
        return [coder for coder, row in self.coders.items() if row["kind"] == "model"]

    @property
    def ranks_nothing(self) -> bool:
        """Whether a register of the edition is a convenience sample."""
        return any(register.convenience_sample for register in self.registers)

    def rows(self, table: str) -> list[Row]:
        """Rows of a table of the edition."""
        return self._rows(table)

    @cached_property
    def _read(self) -> dict[str, list[Row]]:
        return {}

    def _rows(self, table: str) -> list[Row]:
        if table not in self._read:
            path = self.edition.folder / "tables" / f"{table}.parquet"
            self._read[table] = self.edition.table(table).to_pylist() if path.is_file() else []
        return self._read[table]
