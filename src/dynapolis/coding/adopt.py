"""The adopted code of every unit and scheme, with the reason it is the adopted one (method, section 1).

adjudicated > agreed by two people > single person > model above its calibrated threshold > uncoded.

It is a view: nothing is stored back, and a further coding changes it at the next run. A coding made under an older
codebook counts only where the rules of its scheme did not change; the others wait for recoding. Where the coders of the
deciding level differ, the code that most of them gave counts; a tie stays uncoded.
"""

from __future__ import annotations

import narwhals as nw

from dynapolis.engine.frame import Frame
from dynapolis.model.codebook import Codebook

ADJUDICATED, AGREED, SINGLE_PERSON, MODEL, UNCODED = "adjudicated", "agreed", "single_person", "model", "uncoded"
ORDER = (ADJUDICATED, AGREED, SINGLE_PERSON, MODEL)
LATER = ("round", "coder_version", "codebook_version")  # of two codings of one coder, the larger one counts
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
            ``coder_id``, those of ``LATER``, ``kind``, ``role``, ``threshold``, ``probability``, ``is_current`` and
            what should travel along (``unsure``, ``quote``, ``reason``).

    Returns:
        the rows of the adopted coder, with ``why`` (one of ``ORDER``) and ``n_coders`` (who coded the unit at all).
    """
    current = _latest(codings.filter(nw.col("is_current")))
    coders = nw.col("coder_id").n_unique()
    ranked = (
        current.filter(nw.col("position") == 0)
        .with_columns(
            n_coders=coders.over(*_KEY),
            n_same_kind=coders.over(*_KEY, "kind"),
            n_agreeing=coders.over(*_KEY, "kind", "code"),
        )
        .with_columns(level=_level())
        .filter(~nw.col("level").is_null())
    )
    deciding = _largest(ranked, -nw.col("level"), *_KEY).with_columns(n_voices=coders.over(*_KEY, "code"))
    first = _largest(deciding, nw.col("n_voices"), *_KEY).with_columns(n_codes=nw.col("code").n_unique().over(*_KEY))
    untied = first.filter(nw.col("n_codes") == 1)
    winner = untied.group_by(*_KEY, "level", "n_coders").agg(coder_id=nw.col("coder_id").min())
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
    level = nw.when(person & (nw.col("n_same_kind") == 1)).then(nw.lit(3)).otherwise(level)
    level = nw.when(person & (nw.col("n_agreeing") >= 2)).then(nw.lit(2)).otherwise(level)
    return nw.when(nw.col("role") == "adjudicator").then(nw.lit(1)).otherwise(level)


def _latest(codings: Frame) -> Frame:
    """A coder's second thought stands for the first."""
    for column in LATER:
        codings = _largest(codings, nw.col(column), *_KEY, "coder_id")
    return codings


def _largest(rows: Frame, value: nw.Expr, *within: str) -> Frame:
    """The rows whose value is the largest among those alike in these columns."""
    largest = rows.with_columns(_value=value).with_columns(_largest=nw.col("_value").max().over(*within))
    return largest.filter(nw.col("_value") == nw.col("_largest")).drop("_value", "_largest")


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
