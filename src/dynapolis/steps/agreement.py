"""Agreement of two coders in detail, from an edition's tables: all measures, by language, city or register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dynapolis.coding.agreement import agreement, resample_units
from dynapolis.coding.coefficients import alpha_ordinal, confusion, count_codes, gwet_ac1, largest_share
from dynapolis.model.arrays import IntArray
from dynapolis.model.codebook import Codebook, Scheme

Groups = Mapping[str, str]
WAYS = ("language", "city", "register")
LEAST_UNITS = 10  # of a group; below it agreement is not told
N_RESAMPLES = 400
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Agreement of two coders on the primary codes of a scheme, within a group.

    Attributes:
        group: ``all``, or a language, city or register.
        metric: ``nominal``, or ``ordinal`` for the steps of a ladder, where units off the ladder are left out.
        alpha: NaN where it cannot be computed because only one code occurs.
        ac1: Gwet's AC1.
        largest: share of the most frequent code.
    """

    scheme: str
    coder_1: str
    coder_2: str
    group: str
    metric: str
    n_units: int
    percent: float
    alpha: float
    low: float
    high: float
    ac1: float
    largest: float


def pair_agreement(
    translated: pa.Table,
    codebook: Codebook,
    pairs: Sequence[tuple[str, str]],
    groups: Groups,
    *,
    seed: int,
    level: float,
    fold: Mapping[str, Mapping[str, str]] | None = None,
    as_printed: bool = False,
) -> list[PairAgreement]:
    """All measures for pairs of coders.

    Args:
        translated: codings with ``record_id``, ``scheme``, ``position``, ``code``, ``coder_id``.
        codebook: gives codes and ladders.
        pairs: of coders; a pair may be made of several coders joined by ``+``, who never coded the same record.
        groups: group of every record; empty for none.
        seed: of the intervals.
        level: of the intervals.
        fold: by scheme, codes that are read as others before comparing.
        as_printed: codes as the coders gave them, not as they read under this codebook.
    """
    said = primary_codes(translated, fold or {}, as_printed=as_printed)
    rng = np.random.default_rng(seed)
    found: list[PairAgreement] = []
    for scheme in codebook.schemes:
        for one, other in pairs:
            both = _both(said, scheme, one, other)
            for group, records in _grouped(both, groups).items():
                found += _measures(scheme, one, other, group, [both[r] for r in records], rng, level)
    return found


def confusion_table(
    translated: pa.Table, codebook: Codebook, scheme: str, one: str, other: str, fold: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], IntArray]:
    """Codes that either coder gave, and how often one gave that of the row and the other that of the column."""
    both = _both(primary_codes(translated, fold), codebook.by_scheme[scheme], one, other)
    names = [c for c in codebook.by_scheme[scheme].code_names if any(c in pair for pair in both.values())]
    codes = np.array([[names.index(a), names.index(b)] for a, b in both.values()]).reshape(-1, 2)
    return names, confusion(codes[:, 0], codes[:, 1], len(names))


def primary_codes(
    translated: pa.Table, fold: Mapping[str, Mapping[str, str]], *, as_printed: bool = False
) -> dict[tuple[str, str], dict[str, str]]:
    """By scheme and coder, the primary code of every record, as the coder gave it last."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    column = "code_printed" if as_printed else "code"
    rows = translated.select(["record_id", "scheme", "position", column, "coder_id", "round"]).to_pylist()
    for row in sorted(rows, key=lambda r: r["round"]):
        if row["position"] == 0 and row[column] is not None:
            code = fold.get(row["scheme"], {}).get(row[column], row[column])
            found[row["scheme"], row["coder_id"]][row["record_id"]] = code
    return found


def _both(
    said: Mapping[tuple[str, str], Mapping[str, str]], scheme: Scheme, one: str, other: str
) -> dict[str, tuple[str, str]]:
    """Codes of records that both coded."""
    sides: list[dict[str, str]] = []
    for name in (one, other):
        codes: dict[str, str] = {}
        for coder in name.split("+"):
            codes |= said.get((scheme.scheme, coder), {})
        sides.append(codes)
    return {record: (code, sides[1][record]) for record, code in sorted(sides[0].items()) if record in sides[1]}


def _grouped(both: Mapping[str, Any], groups: Groups) -> dict[str, list[str]]:
    if not groups:
        return {WHOLE: list(both)} if both else {}
    found: dict[str, list[str]] = defaultdict(list)
    for record in both:
        found[groups.get(record, "")].append(record)
    return {group: records for group, records in sorted(found.items()) if len(records) >= LEAST_UNITS}


def _measures(
    scheme: Scheme,
    one: str,
    other: str,
    group: str,
    pairs: Sequence[tuple[str, str]],
    rng: np.random.Generator,
    level: float,
) -> list[PairAgreement]:
    names = list(scheme.code_names) + sorted({c for pair in pairs for c in pair} - set(scheme.code_names))
    codes = np.array([[names.index(a), names.index(b)] for a, b in pairs]).T
    weights = resample_units(len(pairs), N_RESAMPLES, rng)
    found = agreement(codes, weights, n_codes=len(names), level=level)
    counts = count_codes(codes, len(names))
    used = counts[:, counts.sum(axis=0) > 0]
    ac1, largest = gwet_ac1(used), largest_share(counts)
    rows = [
        PairAgreement(
            scheme.scheme,
            one,
            other,
            group,
            "nominal",
            found.n_units,
            found.percent,
            found.alpha,
            found.low,
            found.high,
            ac1,
            largest,
        )
    ]
    if len(scheme.ladder) > 1:
        rows += _on_ladder(scheme, one, other, group, pairs, rng, level)
    return rows


def _on_ladder(
    scheme: Scheme,
    one: str,
    other: str,
    group: str,
    pairs: Sequence[tuple[str, str]],
    rng: np.random.Generator,
    level: float,
) -> list[PairAgreement]:
    """Ordinal alpha over units that both coders place on the ladder."""
    steps = list(scheme.ladder)
    on = [(a, b) for a, b in pairs if a in steps and b in steps]
    if len(on) < LEAST_UNITS:
        return []
    codes = np.array([[steps.index(a), steps.index(b)] for a, b in on]).T
    counts = count_codes(codes, len(steps))
    draws = [alpha_ordinal(counts, w) for w in resample_units(len(on), N_RESAMPLES, rng)]
    tail = (1 - level) / 2
    kept = [d for d in draws if np.isfinite(d)]
    low, high = np.quantile(kept, [tail, 1 - tail]) if kept else (np.nan, np.nan)
    percent = 100 * float(np.mean(codes[0] == codes[1]))
    return [
        PairAgreement(
            scheme.scheme,
            one,
            other,
            group,
            "ordinal",
            len(on),
            percent,
            alpha_ordinal(counts),
            float(low),
            float(high),
            gwet_ac1(counts[:, counts.sum(axis=0) > 0]),
            largest_share(counts),
        )
    ]
