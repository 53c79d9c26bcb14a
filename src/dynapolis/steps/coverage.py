"""Which registers searched which city for what, what they found, and what none of them saw (method, section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from dynapolis.figures.coverage.choose import Chosen, choose
from dynapolis.figures.coverage.dependence import PairTest
from dynapolis.figures.coverage.estimate import Estimate
from dynapolis.figures.coverage.lists import Histories, count_histories
from dynapolis.model.coverage import EVERY_KIND, KIND_OF_CODE, KINDS, Dependence, Searched, Sight
from dynapolis.model.register import DESCRIPTION, RegisterSpec
from dynapolis.store import content
from dynapolis.store.workspace import Workspace

Tables = dict[str, pa.Table]
Row = dict[str, Any]
Asked = tuple[str, str, str]  # register, city, kind
_TEXT, _INT, _NUMBER, _TEXTS = pa.string(), pa.int64(), pa.float64(), pa.list_(pa.string())
_SAID = [
    ("kind", _TEXT), ("sight", _TEXT), ("lists", _TEXTS), ("n_found", _INT), ("n_beside", _INT), ("n_shared", _INT),
    ("sample_coverage", _NUMBER), ("estimator", _TEXT), ("model", _TEXT), ("model_weight", _NUMBER),
    ("estimate", _NUMBER), ("estimate_low", _NUMBER), ("estimate_high", _NUMBER), ("completeness", _NUMBER),
    ("completeness_low", _NUMBER), ("completeness_high", _NUMBER), ("refused", _TEXT), ("bound", _NUMBER),
    ("bound_low", _NUMBER), ("bound_high", _NUMBER), ("bound_refused", _TEXT), ("dependence", _TEXT),
]  # fmt: skip
CITY_KIND = pa.schema([("city_id", _TEXT), *_SAID])
LISTS_KIND = pa.schema([("n_cities", _INT), *_SAID])
SEARCH = pa.schema(
    [
        ("register", _TEXT), ("city_id", _TEXT), ("kind", _TEXT), ("sight", _TEXT), ("n_found", _INT), ("date", _TEXT),
        ("languages", _TEXTS), ("effort", _TEXT), ("declared", pa.bool_()),
    ]
)  # fmt: skip
DEPENDENCE = pa.schema(
    [
        ("city_id", _TEXT), ("kind", _TEXT), ("list_1", _TEXT), ("list_2", _TEXT), ("given", _TEXT), ("n_both", _INT),
        ("n_only_1", _INT), ("n_only_2", _INT), ("n_neither", _INT), ("odds_ratio", _NUMBER), ("p_value", _NUMBER),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its city, its kind (none where uncoded) and the registers that hold a record of it."""

    city_id: str
    kind: str | None
    registers: frozenset[str]


def read_descriptions(workspace: Workspace, snapshots: Mapping[str, Mapping[str, str]]) -> list[RegisterSpec]:
    """The descriptions that the registers of an edition came with."""
    return [
        content.read_register(workspace.snapshots.verified(name, DESCRIPTION, files[DESCRIPTION]))
        for name, files in snapshots.items()
    ]


def searched_cities(registers: Iterable[RegisterSpec]) -> frozenset[str]:
    """Cities that a register says it searched."""
    return frozenset(city for register in registers for part in register.searched for city in part.cities)


def coverage_tables(core: Tables, screened: pa.Table, registers: Sequence[RegisterSpec], level: float) -> Tables:
    """Searches, estimates by city and kind, the same over cities that the same registers searched, and dependence.

    Args:
        core: tables of the step "records".
        screened: units with their kinds.
        registers: their descriptions, with where they searched.
        level: probability the intervals hold.
    """
    units = _units(core, screened)
    cities = core["core_places__city"]["city_id"].to_pylist()
    searches = _searches(registers, units, cities)
    lists = _lists(searches, {r.name for r in registers if not r.searched}, cities)
    of_city: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        of_city[unit.city_id].append(unit)
    said, tests = [], []
    for city in cities:
        for kind in (EVERY_KIND, *KINDS):
            row, chosen = _say(lists[city, kind], kind, of_city[city], level)
            said.append({"city_id": city, **row})
            tests += [{"city_id": city, "kind": kind, **_test(test)} for test in chosen.tests]
    return {
        "out_coverage__search": pa.Table.from_pylist(searches, SEARCH),
        "out_coverage__city_kind": pa.Table.from_pylist(said, CITY_KIND),
        "out_coverage__lists_kind": pa.Table.from_pylist(_groups(lists, cities, of_city, level), LISTS_KIND),
        "out_coverage__dependence": pa.Table.from_pylist(tests, DEPENDENCE),
    }


def _units(core: Tables, screened: pa.Table) -> list[Unit]:
    """Units in the order of the table, with every register that has a record of them."""
    register = dict(zip(*(core["core_records__record"][c].to_pylist() for c in ("record_id", "register")), strict=True))
    holders: dict[str, set[str]] = defaultdict(set)
    joined = core["core_resolve__assn_record_entity"]
    for record, unit in zip(joined["record_id"].to_pylist(), joined["unit_id"].to_pylist(), strict=True):
        holders[unit].add(register[record])
    return [
        Unit(row["city_id"], KIND_OF_CODE.get(row["kind"] or ""), frozenset(holders[row["unit_id"]]))
        for row in screened.select(["unit_id", "city_id", "kind"]).to_pylist()
    ]


def _searches(registers: Sequence[RegisterSpec], units: Sequence[Unit], cities: Sequence[str]) -> list[Row]:
    """Every register, city and kind with its sight; a register that does not say where it looked is taken to have
    looked where, and for what, it found something."""
    n_found: dict[Asked, int] = defaultdict(int)
    for unit in units:
        for holder in unit.registers:
            n_found[holder, unit.city_id, unit.kind or ""] += 1
    rows = []
    for register in registers:
        said: dict[tuple[str, str], Searched] = {
            (city, kind): part for part in register.searched for city in part.cities for kind in part.kinds
        }
        for city in cities:
            for kind in KINDS:
                n, part = n_found[register.name, city, kind], said.get((city, kind))
                sight = Sight.FOUND if n else Sight.SEARCHED_NONE if part else Sight.NOT_SEARCHED
                looked = part is not None or n > 0
                rows.append(
                    {
                        "register": register.name, "city_id": city, "kind": kind, "sight": sight.value,
                        "n_found": n if looked else None,
                        "date": ((part.date if part else "") or register.date) if looked else None,
                        "languages": list((part.languages if part else ()) or register.languages) if looked else None,
                        "effort": part.effort if part else None, "declared": part is not None,
                    }
                )  # fmt: skip
    return rows


def _lists(searches: Sequence[Row], silent: set[str], cities: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The registers that searched each city for each kind; for all kinds together, those that looked for every one.

    Args:
        silent: registers that do not say where they looked; what they found says it.
    """
    found: dict[tuple[str, str], list[str]] = {(c, k): [] for c in cities for k in (EVERY_KIND, *KINDS)}
    kinds: dict[tuple[str, str], int] = defaultdict(int)
    for row in searches:
        silently = row["register"] in silent and row["sight"] == Sight.FOUND
        if row["declared"] or silently:
            found[row["city_id"], row["kind"]].append(row["register"])
            kinds[row["register"], row["city_id"]] += 1
    for (register, city), n in kinds.items():
        if n == len(KINDS) or register in silent:
            found[city, EVERY_KIND].append(register)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def _say(lists: tuple[str, ...], kind: str, units: Sequence[Unit], level: float) -> tuple[Row, Chosen]:
    """One row on the units of one kind, or of all."""
    inside = [unit for unit in units if kind in (EVERY_KIND, unit.kind)]
    histories = count_histories(lists, [unit.registers for unit in inside])
    chosen = choose(histories, level)
    sight = Sight.FOUND if inside else Sight.SEARCHED_NONE if lists else Sight.NOT_SEARCHED
    row: Row = {
        "kind": kind,
        "sight": sight.value,
        "lists": list(lists),
        "n_found": len(inside) if sight is not Sight.NOT_SEARCHED else None,
        "n_beside": len(inside) - histories.n_found,
        "n_shared": histories.n_shared if len(lists) > 1 else None,
        "sample_coverage": _sample_coverage(histories),
        "dependence": chosen.dependence.value if inside else Dependence.NOT_ASKED.value,
        **_estimated(chosen, len(inside)),
    }
    return row, chosen


def _sample_coverage(histories: Histories) -> float | None:
    full = len(histories.lists) > 1 and all(histories.sizes)
    return histories.sample_coverage if full else None


def _estimated(chosen: Chosen, n_found: int) -> Row:
    """Estimate and bound, or why they are refused. What is found beside the lists exists, so no end lies below it."""
    row: Row = {}
    if isinstance(chosen.estimate, Estimate):
        e = chosen.estimate
        low, middle, high = (max(float(n_found), value) for value in (e.low, e.total, e.high))
        row |= {"estimator": e.estimator.value, "model": e.model, "model_weight": e.weight}
        row |= {"estimate": middle, "estimate_low": low, "estimate_high": high}
        row |= {
            "completeness": n_found / middle,
            "completeness_low": n_found / high,
            "completeness_high": n_found / low,
        }
    else:
        row["refused"] = chosen.estimate.reason.value
    if isinstance(chosen.bound, Estimate):
        ends = (chosen.bound.total, chosen.bound.low, chosen.bound.high)
        names = ("bound", "bound_low", "bound_high")
        row |= {name: max(float(n_found), value) for name, value in zip(names, ends, strict=True)}
    else:
        row["bound_refused"] = chosen.bound.reason.value
    return row


def _groups(
    lists: Mapping[tuple[str, str], tuple[str, ...]], cities: Sequence[str], units: Mapping[str, Sequence[Unit]],
    level: float,
) -> list[Row]:  # fmt: skip
    """Cities that the same two or more registers searched, taken together."""
    rows = []
    for kind in (EVERY_KIND, *KINDS):
        together: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for city in cities:
            if len(lists[city, kind]) > 1:
                together[lists[city, kind]].append(city)
        for names, group in sorted(together.items()):
            row, _ = _say(names, kind, [unit for city in group for unit in units[city]], level)
            rows.append({"n_cities": len(group), **row})
    return rows


def _test(test: PairTest) -> Row:
    return {
        "list_1": test.first, "list_2": test.second, "given": test.given, "n_both": test.both,
        "n_only_1": test.first_only, "n_only_2": test.second_only, "n_neither": test.neither,
        "odds_ratio": test.odds_ratio, "p_value": test.p_value,
    }  # fmt: skip
