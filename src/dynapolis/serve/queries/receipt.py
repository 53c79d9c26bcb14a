"""Number receipts: from any number to its formula, its inputs, what it counts, and how to compute it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from dynapolis.model.coverage import EVERY_KIND
from dynapolis.serve.queries.cities import city_row
from dynapolis.serve.site import Release, Site

Kind = Literal["figure", "indicator", "rank", "score", "probability", "completeness", "collaboration", "counted"]
PROBABILITIES = ("top_1", "top_5", "top_10")


@dataclass(frozen=True)
class Receipt:
    """A number and where it comes from.

    Attributes:
        number: its permanent name.
        kind: what sort of number it is.
        subject: what it is about, as codes: the city, the population, the scheme, the code …
        value: the number itself.
        low: lower end of its interval; None where it has none.
        high: upper end.
        level: probability of the interval.
        parts: numbers that the formula is filled in with, by their place in it.
        inputs: numbers it is computed from, each with a receipt of its own.
        documents: initiatives it counts; None where it counts none itself.
    """

    number: str
    kind: Kind
    subject: dict[str, str]
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    documents: tuple[int, ...] | None = None


def read_number(release: Release, number: str) -> Receipt:
    """The receipt of a number of an edition.

    Raises:
        KeyError: the edition has no such number.
    """
    head, _, rest = number.partition(".")
    if head in ("rank", "score") and rest:
        return _rank(release, number, rest) if head == "rank" else _score(release, number, rest)
    if head in PROBABILITIES and rest:
        return _probability(release, number, head, rest)
    if head == "indicator":
        return _indicator(release, number)
    if head == "completeness":
        return _completeness(release, number, rest)
    if head == "collaboration":
        return _collaboration(release, number)
    if number in release.data.figures:
        return _figure(release, number)
    documents = release.reading.counted(number)
    if documents is None:
        raise KeyError(number)
    docs = tuple(int(doc) for doc in documents)
    return Receipt(number, "counted", {"name": number}, float(len(docs)), documents=docs)


def history(site: Site, number: str) -> list[tuple[str, str, Receipt | None]]:
    """The same number in every edition, the newest first: id, name, and the receipt where the edition has it."""
    found: list[tuple[str, str, Receipt | None]] = []
    for edition in site.editions:
        try:
            found.append((edition.short_id, edition.name, read_number(site.release(edition.edition_id), number)))
        except KeyError:
            found.append((edition.short_id, edition.name, None))
    return found


def _documents(release: Release, number: str) -> tuple[int, ...]:
    found = release.reading.counted(number)
    return () if found is None else tuple(int(doc) for doc in found)


def _figure(release: Release, number: str) -> Receipt:
    """A count of a code over a population, and its share."""
    row = release.data.figures[number]
    keys = ("scope", "population", "scheme", "code", "basis")
    whole = release.data.figure(row["scope"], "units", "population", row["population"])
    inputs = (whole["figure_id"],) if whole["figure_id"] != number and whole["numerator"] else ()
    return Receipt(
        number,
        "figure",
        {key: str(row[key]) for key in keys},
        float(row["numerator"]),
        row["count_low"],
        row["count_high"],
        release.data.level,
        {key: row[key] for key in ("numerator", "denominator", "share", "share_low", "share_high", "status")},
        inputs,
        _documents(release, number),
    )


def _rank(release: Release, number: str, city: str) -> Receipt:
    row = city_row(release, city)
    inputs = [f"score.{city}", *(f"indicator.{city}.{i.id}" for i in release.data.spec.indicators)]
    parts = {"n_ranked": len(release.data.ranked), "n_draws": release.data.edition.inputs["draws"], **row}
    return Receipt(
        number,
        "rank",
        {"city": city},
        row["median_rank"],
        row["rank_low_90"],
        row["rank_high_90"],
        0.9,
        parts,
        tuple(_known(release, inputs)),
    )


def _score(release: Release, number: str, city: str) -> Receipt:
    row = city_row(release, city)
    scores = release.data.rows("out_index__score_pillar")
    parts = {"pillars": {r["pillar"]: r["score"] for r in scores if r["city_id"] == city}}
    inputs = [f"indicator.{city}.{i.id}" for i in release.data.spec.indicators]
    return Receipt(
        number,
        "score",
        {"city": city},
        row["score"],
        row["score_low"],
        row["score_high"],
        release.data.level,
        parts,
        tuple(_known(release, inputs)),
    )


def _probability(release: Release, number: str, head: str, city: str) -> Receipt:
    row = city_row(release, city)
    parts = {"n_draws": release.data.edition.inputs["draws"], "top": head.removeprefix("top_")}
    return Receipt(number, "probability", {"city": city}, row[f"p_{head}"], parts=parts, inputs=(f"rank.{city}",))


def _indicator(release: Release, number: str) -> Receipt:
    _, city, indicator = (*number.split("."), "", "")[:3]
    row = release.data.indicators[city, indicator]
    parts = {key: row[key] for key in ("n_records", "min_records", "status", "in_index")}
    base = release.data.denominators.get(city)
    if release.data.spec.by_indicator[indicator].kind == "rate" and base:
        parts["denominator"] = base[0]
    return Receipt(
        number,
        "indicator",
        {"city": city, "indicator": indicator},
        row["value"],
        row["low"],
        row["high"],
        release.data.level,
        parts,
        (),
        _documents(release, number),
    )


def _completeness(release: Release, number: str, rest: str) -> Receipt:
    city, _, kind = rest.partition(".")
    row = release.data.coverage[city, kind or EVERY_KIND]
    return Receipt(
        number,
        "completeness",
        {"city": city, "kind": kind or EVERY_KIND},
        row["completeness"],
        row["completeness_low"],
        row["completeness_high"],
        release.data.level,
        dict(row),
    )


def _collaboration(release: Release, number: str) -> Receipt:
    _, scope, measure, code = (*number.split("."), "", "", "")[:4]
    row = release.data.collaboration[scope, measure, code]
    return Receipt(
        number,
        "collaboration",
        {"scope": scope, "measure": measure, "code": code},
        float(row["numerator"]),
        parts=dict(row),
        documents=_documents(release, number),
    )


def _known(release: Release, numbers: Iterable[str]) -> Iterable[str]:
    for number in numbers:
        try:
            read_number(release, number)
        except KeyError:
            continue
        yield number
