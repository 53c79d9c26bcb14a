"""The claims of a report: what it says, before it is said in any language.

Each claim has its values, its interval, and the figures it rests on; sentences of both languages are filled from the
same claim, so they cannot contradict each other. Hedging follows one rule for all (report, section 7.3).
"""

from __future__ import annotations

from dynapolis.report.claim import Claim, Value
from dynapolis.report.data import ReportData, Row
from dynapolis.report.figure_claims import make_figure_claims
from dynapolis.report.leaders import Leader, find_leader, leader_of_counts, leader_of_shares
from dynapolis.report.numbers import percent
from dynapolis.report.whole_claims import make_whole_claims

__all__ = ["Claim", "Leader", "Value", "find_leader", "make_claims"]


def make_claims(data: ReportData) -> dict[str, Claim]:
    """All claims of the report, by id, in the order of the report."""
    claims = [
        _sample(data),
        *_registers(data),
        *_index(data),
        _innovation(data),
        _most(data, "innovation", "claim_innovation_most"),
        _composition(data),
        _top_code(data, "innovation", "sector_report", "sector_top"),
        _any_total(data, "innovation", "sector_report", "sector_any"),
        _top_code(data, "industry", "goal", "goal_top"),
        _any_total(data, "industry", "goal", "goal_any"),
        _stage(data),
        _lead(data),
        _labs(data),
        _most(data, "living_labs", "claim_labs_most"),
        _top_code(data, "living_labs", "lab_type", "lab_type_top"),
        _lab_cell(data),
        _most(data, "units", "claim_units_most"),
        *_capability(data),
        *_agreement(data),
        _sensitivity(data),
        _unranked(data),
    ]
    made = [claim for claim in claims if claim is not None]
    made += make_figure_claims(data) + make_whole_claims(data)
    return {claim.claim_id: claim for claim in made}


def _share_values(row: Row) -> dict[str, Value]:
    return {
        "n": Value("count", row["numerator"]),
        "total": Value("count", row["denominator"]),
        "share": Value("share", row["share"]),
        "interval": Value("share_interval", (row["share_low"], row["share_high"])),
    }


def _sample(data: ReportData) -> Claim:
    searched = sum(1 for city in data.cities.values() if city["searched"])
    values = {
        "n": Value("count", data.n("units")),
        "n_cities": Value("count", searched),
    }
    return Claim(
        "sample",
        "sample",
        values,
        ("all.units.population.projects.primary", "all.units.population.living_labs.primary"),
    )


def _registers(data: ReportData) -> list[Claim]:
    """How many records the registers hold, how many initiatives remain of them, and what could not be joined."""
    n_records, n_units = len(data.all_records), len(data.records)
    values = {
        "n_registers": Value("count", len(data.registers)),
        "n_records": Value("count", n_records),
        "n_units": Value("count", n_units),
    }
    key = "registers_joined" if n_records > n_units else "registers_apart"
    unresolved = len(data.rows("core_resolve__unresolved"))
    claims = [Claim("registers", key, values, ("table.registers",))]
    if unresolved:
        claims.append(Claim("unresolved", "unresolved", {"n": Value("count", unresolved)}, ("table.registers",)))
    return claims


def _index(data: ReportData) -> list[Claim]:
    if not data.ranked:
        return [Claim("index_none", "index_none", {}, ("table.indicators",))]
    names = [row["city_id"] for row in data.ranked]
    first = find_leader(names, [row["p_top_1"] for row in data.ranked])
    tier = [row["city_id"] for row in data.ranked if row["tier"] == 1]
    evidence = tuple(f"city.{name}" for name in first.names)
    top = data.ranked[0]
    values = {
        "city": Value("city", top["city_id"]),
        "rank": Value("rank_interval", (top["median_rank"], top["rank_low_90"], top["rank_high_90"])),
        "n_ranked": Value("count", len(names)),
        "p": Value("in_100", top["p_top_1"]),
    }
    claims = [Claim("index_first", f"index_{first.verdict}", values, evidence)]
    tiers = {"k": Value("count", len(tier)), "n_tiers": Value("count", max(r["tier"] for r in data.ranked))}
    return [*claims, Claim("index_tier", "index_tier", tiers, tuple(f"city.{name}" for name in tier))]


def _innovation(data: ReportData) -> Claim | None:
    row = data.figure("all", "projects", "population", "innovation")
    if not row["denominator"]:
        return None
    return Claim(
        "innovation", "innovation", {**_share_values(row), "level": Value("level", data.level)}, (row["figure_id"],)
    )


def _composition(data: ReportData) -> Claim:
    industry = data.figure("all", "units", "population", "industry")
    labs = data.figure("all", "units", "population", "lab_projects")
    values = {
        "n_industry": Value("count", industry["numerator"]),
        "n_lab_projects": Value("count", labs["numerator"]),
    }
    return Claim("composition", "composition", values, (industry["figure_id"], labs["figure_id"]))


def _most(data: ReportData, population: str, claim_id: str) -> Claim | None:
    """Which city has the most; hedged by the probability that it has. Nothing is said where nobody has any."""
    if not data.n(population):
        return None
    cities = [city for city, row in data.cities.items() if row["searched"]]
    counts = {city: data.n(population, city) for city in cities}
    counts = dict(sorted(counts.items(), key=lambda item: -item[1]))
    leader = leader_of_counts(data, counts)
    evidence = tuple(data.figure(city, "units", "population", population)["figure_id"] for city in leader.names)
    values = {
        "what": Value("population", population),
        "city": Value("city", leader.names[0]),
        "n": Value("count", counts[leader.names[0]]),
    }
    if leader.verdict == "leading":
        values["second"] = Value("city", leader.names[1])
        values["n_second"] = Value("count", counts[leader.names[1]])
    if leader.verdict == "inseparable":
        shown = _without_cutting_a_tie(leader.names, counts)
        values = {"what": values["what"], "k": Value("count", len(leader.names)), "cities": Value("cities", shown)}
        values["numbers"] = Value("plain", ", ".join(str(counts[c]) for c in shown))
    return Claim(claim_id.removeprefix("claim_"), f"most_{leader.verdict}", values, evidence)


def _without_cutting_a_tie(names: tuple[str, ...], counts: dict[str, int], most: int = 3) -> tuple[str, ...]:
    """The first names, at most three, without leaving out one that counts as many as the last; one at least."""
    shown = names[:most]
    if len(names) > most and counts[names[most]] == counts[shown[-1]]:
        shown = tuple(name for name in shown if counts[name] > counts[names[most]])
    return shown or names[:most]


def _top_code(data: ReportData, population: str, scheme: str, claim_id: str) -> Claim | None:
    """Which code is the largest part of a population, by primary code."""
    rows = _codes_of(data, population, scheme)
    if not rows or not rows[0]["numerator"]:
        return None
    leader = leader_of_shares(data, {row["code"]: row["numerator"] for row in rows})
    by_code = {row["code"]: row for row in rows}
    top = by_code[leader.names[0]]
    values = {
        "what": Value("population", population),
        "code": Value("code", top["code"], scheme),
        **_share_values(top),
        "level": Value("level", data.level),
    }
    if leader.verdict == "leading":
        values["second"] = Value("code", leader.names[1], scheme)
        values["share_second"] = Value("share", by_code[leader.names[1]]["share"])
    if leader.verdict == "inseparable":
        values = {
            "what": values["what"],
            "total": values["total"],
            "k": Value("count", len(leader.names)),
            "codes": Value("codes", leader.names, scheme),
            "shares": Value("plain", ", ".join(percent(by_code[c]["share"]) for c in leader.names)),
        }
    return Claim(claim_id, f"top_{leader.verdict}", values, tuple(by_code[c]["figure_id"] for c in leader.names))


def _codes_of(data: ReportData, population: str, scheme: str, basis: str = "primary") -> list[Row]:
    """Figures of a scheme's codes over a population, the largest first."""
    rows = [
        row
        for row in data.figures.values()
        if (row["scope"], row["population"], row["scheme"], row["basis"]) == ("all", population, scheme, basis)
    ]
    return sorted(rows, key=lambda row: -row["numerator"])


def _any_total(data: ReportData, population: str, scheme: str, claim_id: str) -> Claim | None:
    """By any code, shares add up to more than the whole: said, with the sum."""
    rows = [row for row in _codes_of(data, population, scheme, "any") if row["numerator"]]
    if not rows:
        return None
    top = rows[0]
    values = {
        "what": Value("population", population),
        "scheme": Value("scheme", "sector" if scheme == "sector_report" else scheme),
        "sum": Value("share", sum(row["numerator"] for row in rows) / max(top["denominator"], 1)),
        "code": Value("code", top["code"], scheme),
        "share": Value("share", top["share"]),
        "total": Value("count", top["denominator"]),
    }
    return Claim(claim_id, "any_total", values, tuple(row["figure_id"] for row in rows))


def _stage(data: ReportData) -> Claim | None:
    rows = {row["code"]: row for row in _codes_of(data, "innovation", "stage")}
    if not rows:
        return None
    grown = [rows[code] for code in ("scale_up", "citywide")]
    ladder = [rows[code] for code in ("pilot", "demonstration", "scale_up", "citywide")]
    values = {
        "n": Value("count", sum(row["numerator"] for row in grown)),
        "total": Value("count", sum(row["numerator"] for row in ladder)),
        "n_operating": Value("count", rows["operating"]["numerator"]),
        "n_none": Value("count", rows["none"]["numerator"]),
        "n_unknown": Value("count", rows["unknown"]["numerator"]),
    }
    return Claim("stage", "stage", values, tuple(row["figure_id"] for row in rows.values()))


def _lead(data: ReportData) -> Claim | None:
    rows = {row["code"]: row for row in _codes_of(data, "innovation", "lead")}
    if not rows:
        return None
    values = {**_share_values(rows["public"]), "level": Value("level", data.level)}
    values["n_unknown"] = Value("count", rows["unknown"]["numerator"])
    return Claim("lead", "lead", values, tuple(row["figure_id"] for row in rows.values()))


def _labs(data: ReportData) -> Claim:
    row = data.figure("all", "units", "population", "living_labs")
    projects = data.figure("all", "units", "population", "lab_projects")
    values = {"n": Value("count", row["numerator"]), "n_lab_projects": Value("count", projects["numerator"])}
    return Claim("labs", "labs", values, (row["figure_id"], projects["figure_id"]))


def _lab_cell(data: ReportData) -> Claim | None:
    """The most frequent type and sector of living labs together, hedged by the probability that it is."""
    rows = _codes_of(data, "living_labs", "lab_type_by_sector")
    if not rows or not rows[0]["numerator"]:
        return None
    by_code = {row["code"]: row for row in rows}
    leader = leader_of_shares(data, {row["code"]: row["numerator"] for row in rows})
    top = by_code[leader.names[0]]
    values = {
        "cell": Value("code", top["code"], "lab_type_by_sector"),
        "n": Value("count", top["numerator"]),
        "total": Value("count", top["denominator"]),
    }
    if leader.verdict == "leading":
        values["n_second"] = Value("count", by_code[leader.names[1]]["numerator"])
        values["second"] = Value("code", leader.names[1], "lab_type_by_sector")
    if leader.verdict == "inseparable":
        values["k"] = Value("count", len(leader.names))
    evidence = tuple(by_code[code]["figure_id"] for code in leader.names)
    return Claim("lab_cell", f"lab_cell_{leader.verdict}", values, evidence)


def _capability(data: ReportData) -> list[Claim]:
    cells = [row for row in data.rows("out_figures__capability_actor") if row["scope"] == "all"]
    beside = next(row for row in data.rows("out_figures__capability_beside") if row["scope"] == "all")
    total = sum(row["weight"] for row in cells)
    if not total:
        return [Claim("capability_none", "capability_none", {}, ("capability.all",))]
    top = max(cells, key=lambda row: row["weight"])
    values = {
        "capability": Value("capability", top["capability"]),
        "actor": Value("actor", top["actor"]),
        "share": Value("share", top["weight"] / total),
        "n": Value("count", beside["n_in_matrix"]),
    }
    rest = {
        "n_lead": Value("count", beside["n_lead_not_told"]),
        "n_none": Value("count", beside["n_no_capability"]),
        "total": Value("count", beside["n_initiatives"]),
    }
    cell = f"capability.{top['capability']}.{top['actor']}"
    return [
        Claim("capability_top", "capability_top", values, (cell,)),
        Claim("capability_beside", "capability_beside", rest, (cell,)),
    ]


def _agreement(data: ReportData) -> list[Claim]:
    """The least and the most agreed scheme among coders who did not see each other's codes, of all registers."""
    rows = [
        r for r in data.rows("out_coding__agreement") if not r["code"] and r["independent"] and r["alpha"] is not None
    ]
    rows = [r for r in rows if r["scope"] == "all"] or [r for r in rows if r["scope"] != "across"]
    if not rows:
        return []
    low, high = min(rows, key=lambda r: r["alpha"]), max(rows, key=lambda r: r["alpha"])
    values = {
        "low_scheme": Value("scheme", low["scheme"]),
        "low": Value("alpha", low["alpha"]),
        "low_interval": Value("alpha_interval", (low["low"], low["high"])),
        "high_scheme": Value("scheme", high["scheme"]),
        "high": Value("alpha", high["alpha"]),
        "high_interval": Value("alpha_interval", (high["low"], high["high"])),
    }
    return [Claim("agreement", "agreement", values, ("table.agreement",))]


def _sensitivity(data: ReportData) -> Claim | None:
    rows = {row["source"]: row for row in data.rows("out_index__sensitivity")}
    if not rows:
        return None
    values = {source: Value("variance", max(0.0, row["total_order"])) for source, row in rows.items()}
    return Claim("sensitivity", "sensitivity", values, ("table.sensitivity",))


def _unranked(data: ReportData) -> Claim:
    why = list(data.unranked.values())
    asked = {"n_few": "too_few", "n_none": "not_searched", "n_population": "no_population"}
    values = {name: Value("count", why.count(reason)) for name, reason in asked.items()}
    return Claim("unranked", f"unranked{'_population' * ('no_population' in why)}", values, ("table.indicators",))
