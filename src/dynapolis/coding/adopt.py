"""The adopted code of every unit and scheme, with the reason it is the adopted one (method, section 1).

adjudicated > agreed by two people > single person > model above its calibrated threshold > uncoded.

It is a view: nothing is stored back, and a further coding changes it at the next run. A coding made under an older
codebook counts only where the rules of its scheme did not change; the others wait for recoding.
"""

from __future__ import annotations

import narwhals as nw

from dynapolis.engine.frame import Frame
from dynapolis.model.codebook import Codebook

ADJUDICATED, AGREED, SINGLE_PERSON, MODEL, UNCODED = "adjudicated", "agreed", "single_person", "model", "uncoded"
ORDER = (ADJUDICATED, AGREED, SINGLE_PERSON, MODEL)
_KEY = ("unit_id", "scheme")


def translate(codings: Frame, mapping: Frame) -> Frame:
    """Codings of every version, with the code as it reads under the edition's codebook in column ``code``.

    Args:
        codings: one row per coding; columns ``scheme``, ``code``, ``codebook_version`` and others.
        mapping: ``scheme``, ``codebook_version``, ``code``, ``code_now`` and ``is_current`` (the rules of the scheme
            are the same); a coding without a row here cannot be read under the edition's codebook.
    """
    return (
        codings.join(mapping, on=["scheme", "codebook_version", "code"], how="inner")
        .with_columns(code_printed=nw.col("code"))
        .with_columns(code=nw.col("code_now"))
        .drop("code_now")
    )


def adopt(codings: Frame) -> Frame:
    """One adopted coder per unit and scheme, with all codes that coder gave.

    Args:
        codings: translated codings joined with their coder; columns ``unit_id``, ``scheme``, ``position``, ``code``,
            ``coder_id``, ``round``, ``kind``, ``role``, ``threshold``, ``probability``, ``is_current`` and what
            should travel along (``unsure``, ``quote``, ``reason``, ``codebook_version``).

    Returns:
        the rows of the adopted coder, with ``why`` (one of ``ORDER``) and ``n_coders`` (who coded the unit at all).
    """
    current = _latest_round(codings.filter(nw.col("is_current")))
    primary = current.filter(nw.col("position") == 0)
    people = primary.filter(nw.col("kind") == "person")
    agreeing = people.group_by(*_KEY, "code").agg(n_agreeing=nw.col("coder_id").n_unique())
    n_people = people.group_by(*_KEY).agg(n_people=nw.col("coder_id").n_unique())
    n_coders = primary.group_by(*_KEY).agg(n_coders=nw.col("coder_id").n_unique())
    ranked = (
        primary.join(agreeing, on=[*_KEY, "code"], how="left")
        .join(n_people, on=list(_KEY), how="left")
        .join(n_coders, on=list(_KEY), how="left")
        .with_columns(level=_level())
        .filter(~nw.col("level").is_null())
    )
    best = ranked.group_by(*_KEY).agg(level=nw.col("level").min())
    winner = (
        ranked.join(best, on=[*_KEY, "level"], how="inner")
        .group_by(*_KEY, "level", "n_coders")
        .agg(coder_id=nw.col("coder_id").min())
    )
    why: nw.Expr = nw.lit(MODEL)
    for level, name in ((3, SINGLE_PERSON), (2, AGREED), (1, ADJUDICATED)):
        why = nw.when(nw.col("level") == level).then(nw.lit(name)).otherwise(why)
    return current.join(winner, on=[*_KEY, "coder_id"], how="inner").with_columns(why=why).drop("level")


def _level() -> nw.Expr:
    """1 adjudicated, 2 agreed by people, 3 one person alone, 4 model above its threshold, null: cannot be adopted."""
    person, model = nw.col("kind") == "person", nw.col("kind") == "model"
    confident = model & (nw.col("probability") >= nw.col("threshold"))
    none = nw.lit(None, dtype=nw.Int64)
    level = nw.when(confident).then(nw.lit(4)).otherwise(none)
    level = nw.when(person & (nw.col("n_people") == 1)).then(nw.lit(3)).otherwise(level)
    level = nw.when(person & (nw.col("n_agreeing") >= 2)).then(nw.lit(2)).otherwise(level)
    return nw.when(nw.col("role") == "adjudicator").then(nw.lit(1)).otherwise(level)


def _latest_round(codings: Frame) -> Frame:
    """A coder's second thought stands for the first."""
    key = [*_KEY, "coder_id"]
    last = codings.group_by(*key).agg(round=nw.col("round").max())
    return codings.join(last, on=[*key, "round"], how="inner")


def code_mapping(codebook: Codebook, previous: Codebook | None) -> dict[str, list[object]]:
    """How every code of this and of the previous version reads under this one, as columns for ``translate``."""
    rows: list[tuple[str, str, str, str, bool]] = [
        (scheme.scheme, codebook.version, code, code, True) for scheme in codebook.schemes for code in scheme.code_names
    ]
    if previous is not None:
        for name, codes in codebook.from_previous.items():
            same_rules = not codebook.by_scheme[name].rules_changed
            rows += [(name, previous.version, old, new, same_rules) for old, new in codes.items()]
    names = ("scheme", "codebook_version", "code", "code_now", "is_current")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}
