"""Counts and shares of codes, with both counting bases and the units behind every number (method, section 3).

For a code of a scheme over a population: n by primary code (adds up to the population) and by any code (may exceed
it); share = n / N. Table expressions only; intervals are added by ``with_intervals``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pyarrow as pa

from dynapolis.engine.frame import Frame
from dynapolis.figures.chance import count_interval, share_interval

ALL = "all"
PRIMARY, ANY = "primary", "any"
_WHERE = ("scope", "population", "scheme", "code", "basis")


@dataclass(frozen=True, slots=True)
class Family:
    """A scheme counted over a population, such as the goals of industry-promoting projects."""

    population: str
    scheme: str
    bases: tuple[str, ...] = (PRIMARY,)


def members(screened: Frame, populations: Iterable[str]) -> Frame:
    """Who belongs where: one row per unit, population and scope; a unit is in scope "all" and in its city's."""
    parts = []
    for population in populations:
        inside = screened.filter(nw.col(f"is_{population}")).with_columns(population=nw.lit(population))
        parts.append(inside.select("unit_id", "population", nw.col("city_id").alias("scope")))
        parts.append(inside.select("unit_id", "population", nw.lit(ALL).alias("scope")))
    return nw.concat(parts)


def sizes(membership: Frame) -> Frame:
    """Units per scope and population."""
    return membership.group_by("scope", "population").agg(n=nw.col("unit_id").n_unique())


def hits(membership: Frame, adopted: Frame, families: Frame) -> Frame:
    """The units behind every count: one row per unit and figure.

    Args:
        membership: from ``members``.
        adopted: ``unit_id``, ``scheme``, ``position``, ``code``.
        families: ``population``, ``scheme``, ``basis``.
    """
    joined = membership.join(families, on="population", how="inner").join(
        adopted, on=["unit_id", "scheme"], how="inner"
    )
    counted = (nw.col("basis") == ANY) | (nw.col("position") == 0)
    return joined.filter(counted & ~nw.col("code").is_null()).select(*_WHERE, "unit_id").unique()


def count_codes(found: Frame, codes: Frame, n_members: Frame) -> Frame:
    """Numerator and denominator of every figure, also of codes that nobody has.

    Args:
        found: from ``hits``.
        codes: ``population``, ``scheme``, ``basis``, ``code``: everything that may be counted.
        n_members: from ``sizes``.
    """
    numerators = found.group_by(*_WHERE).agg(numerator=nw.col("unit_id").n_unique())
    every = n_members.join(codes, on="population", how="inner").rename({"n": "denominator"})
    return every.join(numerators, on=list(_WHERE), how="left").with_columns(numerator=nw.col("numerator").fill_null(0))


def fold(adopted: Frame, scheme: str, crosswalk: Frame) -> Frame:
    """Codes of a scheme folded by a crosswalk; of two codes that fold into one, the one further ahead counts.

    Args:
        adopted: ``unit_id``, ``scheme``, ``position``, ``code``.
        scheme: the scheme to fold.
        crosswalk: ``code`` and ``folded``, one row per code of the scheme.
    """
    rows = adopted.filter(nw.col("scheme") == scheme).join(crosswalk, on="code", how="inner")
    return (
        rows.group_by("unit_id", "scheme", "folded").agg(position=nw.col("position").min()).rename({"folded": "code"})
    )


def cross(left: Frame, right: Frame, name: str) -> Frame:
    """Two schemes as one whose codes read "left+right", by primary codes.

    Args:
        left: primary codes of one scheme: ``unit_id``, ``code``.
        right: primary codes of the other.
        name: name of the joint scheme.
    """
    joined = left.join(right.rename({"code": "code_right"}), on="unit_id", how="inner")
    code = nw.concat_str([nw.col("code"), nw.col("code_right")], separator="+")
    return joined.select("unit_id", nw.lit(name).alias("scheme"), nw.lit(0).alias("position"), code.alias("code"))


def with_intervals(counts: pa.Table, *, level: float, min_n: int) -> pa.Table:
    """Counts with figure id, share, and their chance intervals.

    Args:
        counts: ``scope``, ``population``, ``scheme``, ``code``, ``basis``, ``numerator``, ``denominator``.
        level: probability each interval holds.
        min_n: denominators below it have no share: too few, never zero.

    Returns:
        the table with ``figure_id``, ``share``, ``share_low``, ``share_high`` (null when too few),
        ``count_low``, ``count_high`` and ``status`` ("ok" or "too_few").
    """
    k = counts["numerator"].to_numpy().astype(float)
    n = counts["denominator"].to_numpy().astype(float)
    low, high = share_interval(k, n, level)
    count_low, count_high = count_interval(k, level)
    few = n < min_n
    ids = [
        figure_id(*where)
        for where in zip(
            *(counts[c].to_pylist() for c in ("scope", "population", "scheme", "code", "basis")), strict=True
        )
    ]
    new = {
        "figure_id": pa.array(ids),
        "share": _masked(k / np.where(n == 0, 1, n), few),
        "share_low": _masked(low, few),
        "share_high": _masked(high, few),
        "count_low": pa.array(count_low),
        "count_high": pa.array(count_high),
        "status": pa.array(np.where(few, "too_few", "ok")),
    }
    for name, column in new.items():
        counts = counts.append_column(name, column)
    return counts.select(["figure_id", *[c for c in counts.column_names if c != "figure_id"]]).sort_by("figure_id")


def figure_id(scope: str, population: str, scheme: str, code: str, basis: str) -> str:
    """The permanent name of a figure.

    Example:
        >>> figure_id("all", "industry", "goal", "job_creation", "any")
        'all.industry.goal.job_creation.any'
    """
    return ".".join((scope, population, scheme, code, basis))


def family_codes(families: Sequence[Family], codes: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Every code that may be counted in each family, as columns."""
    rows = [(f.population, f.scheme, basis, code) for f in families for basis in f.bases for code in codes[f.scheme]]
    return {name: [row[i] for row in rows] for i, name in enumerate(("population", "scheme", "basis", "code"))}


def _masked(values: np.ndarray, mask: np.ndarray) -> pa.Array:
    return pa.array(values, mask=mask)
