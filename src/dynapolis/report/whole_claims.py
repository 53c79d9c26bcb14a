"""Claims of what captions, headings and source lines print: wholes that shares are of, and what each register holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dynapolis.model.coverage import EVERY_KIND, Dependence
from dynapolis.report.claim import Claim, Value
from dynapolis.report.data import ReportData

POPULATIONS = ("innovation", "industry", "living_labs")
SHOWN_CROSSING = 8  # organisations of several cities that the report lists
SEOUL, AUTONOMOUS = "seoul", "autonomous_district"


def make_whole_claims(data: ReportData) -> list[Claim]:
    """All of them; what the edition does not have is left out."""
    return [*_registers(data), *_populations(data), *_collaboration(data), *_completeness(data)]


def _registers(data: ReportData) -> list[Claim]:
    """How many records each register gave, and when it searched; they rest on the initiatives with such a record."""
    held = Counter(record["register"] for record in data.all_records.values())
    return [
        Claim(
            f"register.{register.name}",
            "register",
            {
                "register": Value("register", register.name),
                "n": Value("count", held[register.name]),
                "date": Value("plain", str(register.date)),
            },
            (f"register.{register.name}",),
        )
        for register in data.registers
    ]


def _populations(data: ReportData) -> list[Claim]:
    """The wholes of shares: initiatives of a population, and living labs of each type."""
    rows = {name: data.figure("all", "units", "population", name) for name in POPULATIONS}
    types = (
        row
        for row in data.figures.values()
        if (row["scope"], row["population"], row["scheme"], row["basis"])
        == ("all", "living_labs", "lab_type", "primary")
    )
    rows |= {f"lab_type.{row['code']}": row for row in types}
    return [_whole(name, row["numerator"], row["figure_id"]) for name, row in rows.items() if row["numerator"]]


def _whole(name: str, n: int, *evidence: str) -> Claim:
    return Claim(f"whole.{name}", "whole", {"n": Value("count", n)}, evidence)


def _collaboration(data: ReportData) -> list[Claim]:
    """Of how many partnerships and organisations, how many of those in several cities are listed, all districts."""
    found = []
    for measure in ("partnerships", "organisations"):
        rows = [row for (scope, name, _), row in data.collaboration.items() if (scope, name) == ("all", measure)]
        if rows:
            evidence = [row["figure_id"] for row in rows if row["numerator"]] or ["table.partners-by-helix"]
            found.append(_whole(measure, rows[0]["denominator"], *evidence))
    if data.crossing:
        total = len(data.crossing)
        values = {"n": Value("count", min(total, SHOWN_CROSSING)), "total": Value("count", total)}
        found.append(Claim("crossing", "crossing", values, tuple(f"organisation.{name}" for name in data.crossing)))
    districts = [r for r in data.districts.values() if (r["city_id"], r["level"]) == (SEOUL, AUTONOMOUS)]
    if districts:
        values = {"n": Value("count", len(districts))}
        found.append(Claim("districts", "districts", values, ("table.seoul-districts",)))
    return found


def _completeness(data: ReportData) -> list[Claim]:
    """In how many cities completeness can be told, in how many not and why, and what tests of dependence told."""
    rows = {city: row for (city, kind), row in data.coverage.items() if kind == EVERY_KIND and row["lists"]}
    if not rows:
        return []
    known = [city for city, row in rows.items() if row["completeness"] is not None]
    values = {
        "n": Value("count", len(known)),
        "total": Value("count", len(rows)),
        "level": Value("level", data.level),
    }
    found = [Claim("completeness_known", "completeness_known", values, _cities(known or rows))]
    one, few = ([city for city, row in rows.items() if row["refused"] == why] for why in ("one_list", "little_overlap"))
    if one or few:
        values = {"one": Value("count", len(one)), "few": Value("count", len(few))}
        found.append(Claim("completeness_unknown", "completeness_unknown", values, _cities([*one, *few])))
    untold = (Dependence.UNTESTABLE, Dependence.NOT_ASKED)
    tested = {city: row["dependence"] for city, row in rows.items() if row["dependence"] not in untold}
    if tested:
        said = Counter(tested.values())
        values = {name.value: Value("count", said[name]) for name in Dependence if name not in untold}
        values = {"n": Value("count", len(tested)), **values}
        found.append(Claim("completeness_tested", "completeness_tested", values, _cities(tested)))
    return found


def _cities(names: Iterable[str]) -> tuple[str, ...]:
    return ("table.city-coverage-table", *(f"city.{name}" for name in names))
