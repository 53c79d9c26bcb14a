"""``dynapolis code agreement --pair``: two coders in detail, by group, and what they take for what."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dynapolis.cli.common import print_json, say

if TYPE_CHECKING:
    from dynapolis.store.editions import Edition


def detail(made: Edition, pair: str | None, by: str | None, matrix: str | None, *, folded: bool, as_json: bool) -> None:
    """Print the details of a pair.

    Raises:
        BadUse: no pair, a coder nobody knows, a grouping or scheme that is none.
    """
    from dynapolis.errors import BadUse
    from dynapolis.report.data import ReportData
    from dynapolis.steps.agreement import WAYS, confusion_table, pair_agreement

    data = ReportData.load(made)
    known = set(data.coders)
    names = [part.strip() for part in (pair or "").split(",")]
    unknown = sorted({c for name in names for c in name.split("+") if c not in known})
    if len(names) != 2 or unknown:
        told = f"; not known: {', '.join(unknown)}" if unknown and pair else ""
        raise BadUse(f"--pair takes two coders, such as --pair A,B{told}; known: {', '.join(sorted(known))}")
    if by is not None and by not in WAYS:
        raise BadUse(f"--by {by}: expected one of {', '.join(WAYS)}")
    if matrix is not None and matrix not in data.codebook.by_scheme:
        raise BadUse(f"--confusion {matrix}: expected a scheme: {', '.join(data.codebook.by_scheme)}")
    table = made.table("core_coding__translated")
    fold = {"sector": data.codebook.crosswalk(data.spec.sector_crosswalk)} if folded else {}
    if matrix is not None:
        codes, counts = confusion_table(table, data.codebook, matrix, names[0], names[1], fold)
        _say_matrix(codes, counts.tolist(), as_json=as_json)
        return
    groups = _groups(made, by)
    found = pair_agreement(table, data.codebook, [(names[0], names[1])], groups, seed=2022, level=data.level, fold=fold)
    rows = [{k: (None if isinstance(v, float) and math.isnan(v) else v) for k, v in asdict(r).items()} for r in found]
    if as_json:
        print_json(rows)
        return
    _say_rows(rows)


def _groups(made: Edition, by: str | None) -> dict[str, str]:
    if by is None:
        return {}
    from dynapolis.text import has_hangul

    found = {}
    for row in made.table("core_records__record").to_pylist():
        korean = bool(row["description_ko"]) or has_hangul(row["description_en"] or "")
        value = {"city": row["city_id"], "register": row["register"], "language": "ko" if korean else "en"}
        found[row["record_id"]] = value[by]
    return found


def _say_rows(rows: list[dict[str, Any]]) -> None:
    from dynapolis.cli.common import language
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    keys = ("scheme", "group", "metric", "units", "agreement", "alpha", "ac1")
    lines = [[words.say(f"agreement_detail.{key}") for key in keys]]
    for row in rows:
        alpha = words.say("agreement_detail.none")
        if row["alpha"] is not None:
            ends = "" if row["low"] is None else f" ({row['low']:.2f}–{row['high']:.2f})"
            alpha = f"{row['alpha']:.3f}{ends}"
        ac1 = "–" if row["ac1"] is None else f"{row['ac1']:.3f}"
        lines.append(
            [
                row["scheme"],
                row["group"],
                words.say(f"agreement_detail.{row['metric']}"),
                str(row["n_units"]),
                f"{row['percent']:.1f}%",
                alpha,
                ac1,
            ]
        )
    widths = [max(len(line[n]) for line in lines) for n in range(len(keys))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    say(words.say("agreement_detail.note"))


def _say_matrix(codes: list[str], counts: list[list[int]], *, as_json: bool) -> None:
    if as_json:
        print_json({"codes": codes, "counts": counts})
        return
    width = max((len(code) for code in codes), default=1)
    say(" " * width + "  " + "  ".join(f"{n + 1:>4}" for n in range(len(codes))))
    for number, (code, row) in enumerate(zip(codes, counts, strict=True), start=1):
        say(f"{code.ljust(width)}  " + "  ".join(f"{n:>4}" for n in row) + f"  {number}")
