"""Claims that the figures read out, and facts of the edition that prose may quote; see ``claims`` for the others."""

from __future__ import annotations

from collections import Counter

from dynapolis.report.claim import Claim, Value
from dynapolis.report.data import ReportData
from dynapolis.report.leaders import leader_of_counts
from dynapolis.steps.comparison import Comparison

HALF = 0.5


def make_figure_claims(data: ReportData) -> list[Claim]:
    """What the figures of ranks, pillars, sectors and coverage say; what the edition cannot tell is left out."""
    found = [_edition(data), *_ranked(data), _sector_city(data), _searched(data), *_cities(data)]
    return [claim for claim in found if claim is not None]


def _edition(data: ReportData) -> Claim:
    spec = data.spec
    values = {
        "draws": Value("count", int(data.edition.inputs["draws"])),
        "level": Value("level", data.level),
        "ahead": Value("in_100", spec.tiers.ahead_probability),
        "version": Value("plain", spec.version),
        "id": Value("plain", data.edition.short_id),
        "n_indicators": Value("count", len(spec.indicators)),
        "n_pillars": Value("count", len(spec.pillars)),
        "scale": Value("points_range", tuple(spec.scale)),
        "n_cities": Value("count", len(data.cities)),
        "codebook": Value("plain", data.codebook.version),
    }
    return Claim("edition", "edition", values, ("table.indicators",))


def _ranked(data: ReportData) -> list[Claim]:
    """How many cities are likely among the first five, which pillar spreads the cities most, how robust ranks are."""
    ranked = data.ranked
    if not ranked:
        return []
    likely = [row for row in ranked if row["p_top_5"] >= HALF]
    five = {
        "n": Value("count", len(likely)),
        "n_ranked": Value("count", len(ranked)),
        "city": Value("city", ranked[0]["city_id"]),
        "p": Value("in_100", ranked[0]["p_top_5"]),
    }
    evidence = tuple(f"city.{row['city_id']}" for row in likely or ranked[:1])
    within = [row for row in ranked if row["rank_low_90"] <= row["rank_of_default"] <= row["rank_high_90"]]
    widths = sorted(row["rank_high_90"] - row["rank_low_90"] for row in ranked)
    robust = {
        "n": Value("count", len(within)),
        "n_ranked": Value("count", len(ranked)),
        "width": Value("places", widths[len(widths) // 2]),
        "level": Value("level", 0.9),
    }
    everyone = tuple(f"city.{row['city_id']}" for row in ranked)
    top = ranked[0]
    example = {
        "city": Value("city", top["city_id"]),
        "rank": Value("rank_interval", (top["median_rank"], top["rank_low_90"], top["rank_high_90"])),
        "level": Value("level", 0.9),
    }
    found = [
        Claim("rank_example", "rank_example", example, (f"city.{top['city_id']}",)),
        Claim("top_five", "top_five", five, evidence),
        Claim("robust", "robust", robust, everyone),
    ]
    return [*found, *_pillars(data)]


def _pillars(data: ReportData) -> list[Claim]:
    scores: dict[str, list[float]] = {}
    for row in data.rows("out_index__score_pillar"):
        if row["score"] is not None:
            scores.setdefault(row["pillar"], []).append(row["score"])
    if not scores:
        return []
    spread = {pillar: max(found) - min(found) for pillar, found in scores.items() if len(found) > 1}
    if not spread:
        return []
    pillar = max(spread, key=lambda name: spread[name])
    values = {
        "pillar": Value("pillar", pillar),
        "low": Value("points", min(scores[pillar])),
        "high": Value("points", max(scores[pillar])),
    }
    return [Claim("pillars", "pillars", values, ("table.indicators",))]


def _sector_city(data: ReportData) -> Claim | None:
    """The city and sector with the most innovation projects, hedged by the probability that they have."""
    rows = {
        row["figure_id"]: row
        for row in data.figures.values()
        if (row["population"], row["scheme"], row["basis"]) == ("innovation", "sector_report", "primary")
        and row["scope"] in data.cities
        and row["numerator"]
    }
    if not rows:
        return None
    order = sorted(rows, key=lambda name: (-rows[name]["numerator"], name))
    leader = leader_of_counts(data, {name: rows[name]["numerator"] for name in order})
    top = rows[leader.names[0]]
    values = {
        "city": Value("city", top["scope"]),
        "code": Value("code", top["code"], "sector_report"),
        "n": Value("count", top["numerator"]),
    }
    if leader.verdict == "leading":
        second = rows[leader.names[1]]
        values["second_city"] = Value("city", second["scope"])
        values["second_code"] = Value("code", second["code"], "sector_report")
        values["n_second"] = Value("count", second["numerator"])
    if leader.verdict == "inseparable":
        values["k"] = Value("count", len(leader.names))
    return Claim("sector_city", f"sector_city_{leader.verdict}", values, leader.names)


def _searched(data: ReportData) -> Claim | None:
    """Of all pairs of city and register, how many were searched, and in how many nothing was found."""
    sights: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in data.rows("out_coverage__search"):
        sights.setdefault((row["city_id"], row["register"]), []).append((row["sight"], row["n_found"]))
    if not sights:
        return None
    kinds: Counter[str] = Counter()
    for seen in sights.values():
        searched = [n for sight, n in seen if sight != "not_searched"]
        kinds["not" if not searched else "found" if sum(searched) else "none"] += 1
    values = {
        "n": Value("count", kinds["found"] + kinds["none"]),
        "total": Value("count", len(data.cities) * len(data.registers)),
        "n_none": Value("count", kinds["none"]),
        "n_cities": Value("count", len(data.cities)),
        "n_registers": Value("count", len(data.registers)),
    }
    return Claim("searched", "searched", values, ("table.registers",))


def _cities(data: ReportData) -> list[Claim]:
    """What the page of every city says of its rank and of its largest sector."""
    found = []
    for row in data.ranked:
        city = row["city_id"]
        values = {
            "city": Value("city", city),
            "rank": Value("rank_interval", (row["median_rank"], row["rank_low_90"], row["rank_high_90"])),
            "tier": Value("count", row["tier"]),
            "n_ranked": Value("count", len(data.ranked)),
            "p": Value("in_100", row["p_top_5"]),
        }
        found.append(Claim(f"city.{city}.rank", "city_rank", values, (f"city.{city}",)))
    for city in data.cities:
        names = (f"{city}.innovation.sector_report.{c}.primary" for c in data.codebook.by_scheme["sector"].code_names)
        rows = [data.figures[name] for name in names if name in data.figures and data.figures[name]["numerator"]]
        if rows:
            most = max(rows, key=lambda row: row["numerator"])
            values = {
                "city": Value("city", city),
                "code": Value("code", most["code"], "sector_report"),
                "n": Value("count", most["numerator"]),
                "total": Value("count", data.n("innovation", city)),
            }
            found.append(Claim(f"city.{city}.sector_top", "city_top", values, (most["figure_id"],)))
    return found


def make_change_claims(comparison: Comparison) -> list[Claim]:
    """What the comparison of two editions says: the panel, the change of the share, and what it is made of."""
    whole, parts = comparison.whole, comparison.parts
    clear = [change for change in comparison.cities.values() if change.verdict != "unclear"]
    panel = {
        "n": Value("count", len(comparison.panel)),
        "n_left": Value("count", len(comparison.left_out)),
        "n_registers": Value("count", len(comparison.registers)),
        "before": Value("plain", comparison.before),
        "after": Value("plain", comparison.after),
    }
    share = {
        "before": Value("share", whole.before.share),
        "after": Value("share", whole.after.share),
        "change": Value("points_signed", whole.change),
        "interval": Value("points_interval", (whole.low, whole.high)),
        "level": Value("level", comparison.level),
        "n_before": Value("count", whole.before.total),
        "n_after": Value("count", whole.after.total),
    }
    cities = {"n": Value("count", len(clear)), "total": Value("count", len(comparison.cities))}
    made_of = {
        "before": Value("count", parts.before),
        "after": Value("count", parts.after),
        "listed": Value("count", parts.listed),
        "delisted": Value("count", parts.delisted),
        "coded_in": Value("count", parts.coded_in),
        "coded_out": Value("count", parts.coded_out),
    }
    evidence = ("table.change-cities",)
    return [
        Claim("change_panel", "change_panel", panel, evidence),
        Claim("change_share", f"change_{whole.verdict}", share, evidence),
        Claim("change_cities", "change_cities", cities, evidence),
        Claim("change_parts", "change_parts", made_of, ("table.change-parts",)),
    ]
