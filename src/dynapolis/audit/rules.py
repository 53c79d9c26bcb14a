"""What arithmetic and comparison say of printed claims: one general rule after the other, none for a certain report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Literal

from dynapolis.audit.claims import LANGS, ClaimsFile, Leader, Quantity
from dynapolis.audit.fit import fitting_counts, share_bounds
from dynapolis.audit.solver import Conflict, Repair, count_of, find_conflicts
from dynapolis.model.language import Text

Severity = Literal["contradiction", "unclear", "style", "consistent"]
ORDER: tuple[Severity, ...] = ("contradiction", "unclear", "style", "consistent")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of one or several claims.

    Attributes:
        rule: key of its sentence under ``audit.`` in the messages.
        severity: a contradiction cannot be; unclear may mislead; style is a matter of wording; consistent holds.
        claims: ids of the claims it is about.
        values: what fills the sentence, as text, the same in both languages or not.
        repairs: smallest repairs, where numbers contradict each other.
    """

    rule: str
    severity: Severity
    claims: tuple[str, ...]
    values: Mapping[str, str | Text]
    repairs: tuple[Repair, ...] = field(default=())


def audit(claims: ClaimsFile) -> list[Finding]:
    """All findings, contradictions first, each kind in the order of the file."""
    found = [
        *_fits(claims),
        *_sums(claims),
        *_parts(claims),
        *_conflicts(claims),
        *_languages(claims),
        *_leaders(claims),
        *_hedges(claims),
        *_kin(claims),
    ]
    return sorted(found, key=lambda finding: ORDER.index(finding.severity))


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _fits(claims: ClaimsFile) -> Iterator[Finding]:
    """Every share of a printed whole: which counts fit it, or that none does."""
    for quantity in claims.quantities:
        whole = count_of(claims.by_id, str(quantity.of)) if quantity.kind == "share" else None
        if whole is None or quantity.first is None:
            continue
        printed = quantity.first
        fits = fitting_counts(printed.value, printed.decimals, whole)
        values = {"share": f"{printed.value:.{printed.decimals}f}%", "whole": f"{whole:,}"}
        if fits is None:
            yield Finding("no_count_fits", "contradiction", (quantity.id, str(quantity.of)), values)
        else:
            yield Finding(
                "counts_fit", "consistent", (quantity.id, str(quantity.of)), values | {"counts": _span(*fits)}
            )


def _sums(claims: ClaimsFile) -> Iterator[Finding]:
    for total in claims.sums:
        counts = [count_of(claims.by_id, part) for part in total.parts]
        whole = count_of(claims.by_id, total.total)
        if whole is not None and all(c is not None for c in counts):
            added = sum(c for c in counts if c is not None)
            values = {"parts": " + ".join(map(str, counts)), "sum": str(added), "total": str(whole)}
            if added == whole:
                yield Finding("sum_holds", "consistent", (*total.parts, total.total), values)


def _parts(claims: ClaimsFile) -> Iterator[Finding]:
    """Shares of a whole with one label each: what they add up to, and the most that rounding could explain."""
    for parts in claims.parts:
        shares = [claims.by_id[name] for name in parts.parts]
        if any(q.kind != "share" or q.first is None for q in shares):
            continue
        printed = sum(q.first.value for q in shares if q.first)
        slack = sum(
            float(share_bounds(q.first.value, q.first.decimals)[1]) * 100 - q.first.value for q in shares if q.first
        )
        grain = 10 ** max(q.first.decimals for q in shares if q.first)
        most = floor(round((100 + slack) * grain, 6)) / grain  # printed shares add up to a number of their own decimals
        values = {"sum": f"{printed:g}%", "most": f"{most:g}%", "n": str(len(shares))}
        names = (*parts.parts, parts.whole)
        whole = count_of(claims.by_id, parts.whole)
        if parts.labels == "several":
            yield Finding("parts_several", "consistent", names, values)
        elif printed - slack > 100:
            if whole is not None:
                spans = [fitting_counts(q.first.value, q.first.decimals, whole) for q in shares if q.first]
                if all(span is not None for span in spans):
                    values["counts"] = ", ".join(_span(*span) for span in spans if span)
                    values["added"] = _span(sum(s[0] for s in spans if s), sum(s[1] for s in spans if s))
                    values["whole"] = str(whole)
                    yield Finding("parts_exceed_counts", "contradiction", names, values)
                    continue
            yield Finding("parts_exceed", "contradiction", names, values)
        elif parts.complete and printed + slack < 100:
            yield Finding("parts_fall_short", "contradiction", names, values)


def _conflicts(claims: ClaimsFile) -> Iterator[Finding]:
    for conflict in find_conflicts(claims):
        yield _of_conflict(conflict)


def _of_conflict(conflict: Conflict) -> Finding:
    values = {"n": str(len(conflict.repairs[0].claims) if conflict.repairs else 0), "ways": str(len(conflict.repairs))}
    return Finding("repairs", "contradiction", conflict.claims, values, conflict.repairs)


def _languages(claims: ClaimsFile) -> Iterator[Finding]:
    for quantity in claims.quantities:
        ko, en = quantity.ko, quantity.en
        if ko and en:
            decimals = min(ko.decimals, en.decimals)
            if round(ko.value, decimals) != round(en.value, decimals):
                values = {"ko": f"{ko.value:g}", "en": f"{en.value:g}"}
                yield Finding("languages_differ", "contradiction", (quantity.id,), values)
            elif ko.unit and en.unit and ko.unit != en.unit:
                yield Finding("units_differ", "unclear", (quantity.id,), {"ko": ko.unit, "en": en.unit})
            elif ko.about != en.about:
                yield Finding("hedges_differ", "style", (quantity.id,), {"value": f"{ko.value:g}"})
        else:
            yield Finding("one_language", "unclear", (quantity.id,), {"lang": "ko" if ko else "en"})


def _leaders(claims: ClaimsFile) -> Iterator[Finding]:
    for leader in claims.leaders:
        yield from _leader(leader)


def _leader(leader: Leader) -> Iterator[Finding]:
    if leader.ko is None or leader.en is None:
        yield Finding("one_language", "unclear", (leader.id,), {"lang": "ko" if leader.ko else "en"})
        return
    sides = {"ko": leader.ko, "en": leader.en}
    if leader.ko.names != leader.en.names:
        values = {x: Text(**{y: ", ".join(side.said(y)) for y in LANGS}) for x, side in sides.items()}
        yield Finding("leaders_differ", "contradiction", (leader.id,), values)
    if leader.ko.unit != leader.en.unit:
        yield Finding("units_differ", "unclear", (leader.id,), {"ko": leader.ko.unit, "en": leader.en.unit})


def _hedges(claims: ClaimsFile) -> Iterator[Finding]:
    """A hedge before a number that is exact to its last digit."""
    for quantity in claims.quantities:
        langs = [lang for lang in LANGS if (p := quantity.printed(lang)) and p.about and _is_exact(quantity, p.value)]
        if langs:
            shown = quantity.printed(langs[0])
            value = f"{shown.value:g}" if shown else ""
            yield Finding("about_exact", "style", (quantity.id,), {"value": value, "langs": ", ".join(langs)})


def _is_exact(quantity: Quantity, value: float) -> bool:
    return quantity.kind == "count" and value != 0 and round(value) % 10 != 0


def _kin(claims: ClaimsFile) -> Iterator[Finding]:
    for kin in claims.kin:
        one, other = (count_of(claims.by_id, name) for name in (kin.one, kin.other))
        if not kin.linked and one is not None and other is not None:
            yield Finding("link_not_stated", "unclear", (kin.one, kin.other), {"one": str(one), "other": str(other)})
