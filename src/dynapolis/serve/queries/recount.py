"""Counting again: a figure from the codes and memberships of an edition, on another way than the one that made it."""

from __future__ import annotations

import pyarrow.compute as pc

from dynapolis.serve.queries.receipt import Receipt
from dynapolis.serve.site import Release

REPORT_SECTORS = "sector_report"  # sectors folded into the groups of the printed report


def recount(release: Release, receipt: Receipt) -> float | None:
    """The number counted once more; None for numbers that are not counts of codes over a population.

    A figure is counted from who belongs to its population and which codes were adopted, in plain Python, not by the
    table expressions that made it. Any other number that counts initiatives is the size of its list.
    """
    if receipt.kind == "collaboration":
        return _recount_collaboration(release, receipt)
    if receipt.kind != "figure":
        return None if receipt.documents is None or receipt.kind == "indicator" else float(len(set(receipt.documents)))
    scope, population, scheme, code, basis = (
        receipt.subject[k] for k in ("scope", "population", "scheme", "code", "basis")
    )
    screened = release.edition.table("core_coding__screened")
    inside = screened.filter(screened[f"is_{population}"])
    if scope != "all":
        inside = inside.filter(pc.equal(inside["city_id"], scope))
    members = set(inside["unit_id"].to_pylist())
    if scheme == "population":
        among = screened.filter(screened[f"is_{code}"])
        return float(len(members & set(among["unit_id"].to_pylist())))
    parts = scheme.split("_by_")
    codes = code.split("+")
    for part, wanted in zip(parts, codes, strict=True):
        members &= _having(release, part, wanted, basis)
    return float(len(members))


def _having(release: Release, scheme: str, code: str, basis: str) -> set[str]:
    """Initiatives whose adopted code of a scheme is this one: the primary one, or any."""
    fold = dict(release.data.codebook.crosswalk(release.data.spec.sector_crosswalk)) if scheme == REPORT_SECTORS else {}
    adopted = release.edition.table("core_coding__adopted")
    rows = adopted.filter(pc.equal(adopted["scheme"], "sector" if scheme == REPORT_SECTORS else scheme)).to_pylist()
    return {
        row["unit_id"]
        for row in rows
        if fold.get(row["code"], row["code"]) == code and (basis == "any" or row["position"] == 0)
    }


def _recount_collaboration(release: Release, receipt: Receipt) -> float:
    """Initiatives, organisations, or initiatives with each of their organisations, by what the measure counts."""
    table = release.edition.table("out_collaboration__assn_figure_record")
    rows = table.filter(pc.equal(table["figure_id"], receipt.number)).to_pylist()
    measure = receipt.subject["measure"]
    if measure in ("organisations", "cross_city", "sme"):
        return float(len({row["organisation_id"] for row in rows}))
    if measure == "partnerships":
        return float(len({(row["unit_id"], row["organisation_id"]) for row in rows}))
    return float(len({row["unit_id"] for row in rows}))
