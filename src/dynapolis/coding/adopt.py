"""The adopted code of every unit and scheme, with the reason it is the adopted one (method, section 1).

adjudicated > agreed by two people > single person > model above its calibrated threshold > agreed by two independent
models > consensus > uncoded. The last two levels before uncoded are this project's own; ``consensus`` has its own file.

It is a view: nothing is stored back, and a further coding changes it at the next run. A coding made under an older
codebook counts only where the rules of its scheme did not change; the others wait for recoding. Where the coders of the
deciding level differ, the code that most of them gave counts; a tie stays uncoded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import narwhals as nw

from dynapolis.engine.frame import Frame
from dynapolis.model.codebook import Codebook
from dynapolis.model.recoding import Recoding

ADJUDICATED, AGREED, SINGLE_PERSON, MODEL = "adjudicated", "agreed", "single_person", "model"
AGREED_MODELS, CONSENSUS, UNCODED = "agreed_models", "consensus", "uncoded"
ORDER = (
    ADJUDICATED,
    AGREED,
    SINGLE_PERSON,
    MODEL,
    AGREED_MODELS,
)  # level 1, 2, …; what they leave open may be CONSENSUS
# Of two codings that one coder gave one unit, the larger one counts. A coder who coded two records of a unit in one
# round is one voice, too: that on the record with the larger id.
LATER = ("round", "coder_version", "codebook_version", "record_id")
KEY = ("unit_id", "scheme")


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


def adopt(codings: Frame, independent: Frame) -> Frame:
    """One adopted coder per unit and scheme, with all codes that coder gave.

    Args:
        codings: translated codings joined with their coder; columns ``unit_id``, ``scheme``, ``position``, ``code``,
            ``coder_id``, those of ``LATER``, ``kind``, ``role``, ``threshold``, ``probability``, ``unsure``,
            ``is_current`` and what should travel along (``quote``, ``reason``).
        independent: pairs of coders of whom neither saw the other's codes nor both those of a third; columns
            ``coder_1``, ``coder_2``, each pair in both orders.

    Returns:
        the rows of the adopted coder, with ``why`` (one of ``ORDER``) and ``n_coders`` (who coded the unit at all). A
        primary code that several gave is unsure if one of them doubted it.
    """
    current = latest(codings.filter(nw.col("is_current")))
    coders = nw.col("coder_id").n_unique()
    voices = current.filter(nw.col("position") == 0)
    ranked = (
        voices.join(_with_partner(voices, independent), on=[*KEY, "coder_id"], how="left")
        .with_columns(
            n_coders=coders.over(*KEY),
            n_same_kind=coders.over(*KEY, "kind"),
            n_agreeing=coders.over(*KEY, "kind", "code"),
        )
        .with_columns(level=_level())
        .filter(~nw.col("level").is_null())
    )
    deciding = largest(ranked, -nw.col("level"), *KEY).with_columns(
        n_voices=coders.over(*KEY, "code"), doubted=nw.col("unsure").cast(nw.Int64).max().over(*KEY, "code")
    )
    first = largest(deciding, nw.col("n_voices"), *KEY).with_columns(n_codes=nw.col("code").n_unique().over(*KEY))
    untied = first.filter(nw.col("n_codes") == 1)
    winner = untied.group_by(*KEY, "level", "n_coders", "doubted").agg(coder_id=nw.col("coder_id").min())
    why: nw.Expr = nw.lit(ORDER[-1])
    for level, name in enumerate(ORDER[:-1], start=1):
        why = nw.when(nw.col("level") == level).then(nw.lit(name)).otherwise(why)
    unsure = nw.col("unsure") | ((nw.col("position") == 0) & (nw.col("doubted") > 0))
    adopted = current.join(winner, on=[*KEY, "coder_id"], how="inner")
    return adopted.with_columns(why=why, unsure=unsure).drop("level", "doubted")


def _with_partner(voices: Frame, independent: Frame) -> Frame:
    """Models that gave a code which another model, independent of them, gave too."""
    models = voices.filter((nw.col("kind") == "model") & (nw.col("role") == "independent"))
    others = models.select(*KEY, "code", nw.col("coder_id").alias("coder_2"))
    pairs = models.select(*KEY, "code", nw.col("coder_id").alias("coder_1")).join(
        independent, on=["coder_1"], how="inner"
    )
    agreeing = pairs.join(others, on=[*KEY, "code", "coder_2"], how="inner")
    return agreeing.select(*KEY, nw.col("coder_1").alias("coder_id")).unique().with_columns(has_partner=nw.lit(True))


def _level() -> nw.Expr:
    """Number of the first of ``ORDER`` that lets this coder's code be adopted, from 1; null where none does."""
    person, model = nw.col("kind") == "person", nw.col("kind") == "model"
    confident = model & (nw.col("probability") >= nw.col("threshold"))
    none = nw.lit(None, dtype=nw.Int64)
    level = nw.when(~nw.col("has_partner").is_null()).then(nw.lit(5)).otherwise(none)
    level = nw.when(confident).then(nw.lit(4)).otherwise(level)
    level = nw.when(person & (nw.col("n_same_kind") == 1)).then(nw.lit(3)).otherwise(level)
    level = nw.when(person & (nw.col("n_agreeing") >= 2)).then(nw.lit(2)).otherwise(level)
    return nw.when(nw.col("role") == "adjudicator").then(nw.lit(1)).otherwise(level)


def latest(codings: Frame) -> Frame:
    """A coder's second thought stands for the first."""
    for column in LATER:
        codings = largest(codings, nw.col(column), *KEY, "coder_id")
    return codings


def largest(rows: Frame, value: nw.Expr, *within: str) -> Frame:
    """The rows whose value is the largest among those alike in these columns."""
    found = rows.with_columns(_value=value).with_columns(_largest=nw.col("_value").max().over(*within))
    return found.filter(nw.col("_value") == nw.col("_largest")).drop("_value", "_largest")


def only_asked(adopted: Frame, asked: Frame) -> Frame:
    """Adopted codes of schemes that are asked of units of the adopted kind; without a kind, of every scheme.

    Coders who take an initiative for a project say its goal, and others who take it for a living lab its type: once
    its kind is adopted, one of the two answers no question.

    Args:
        adopted: adopted codes.
        asked: which schemes apply to which units; columns ``scheme`` and ``applies_to``.
    """
    primary = adopted.filter((nw.col("scheme") == "kind") & (nw.col("position") == 0))
    kinds = primary.select("unit_id", nw.col("code").alias("_kind"))
    rows = adopted.join(kinds, on="unit_id", how="left").join(asked, on="scheme", how="inner")
    lab = nw.col("_kind") == "living_lab"
    fits = nw.col("_kind").is_null() | (nw.col("applies_to") == "all")
    fits = fits | (lab & (nw.col("applies_to") == "living_labs")) | (~lab & (nw.col("applies_to") == "non_labs"))
    return rows.filter(fits).drop("_kind", "applies_to")


def independent_pairs(sees: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Pairs of independent coders in both orders, as columns for ``adopt``.

    Args:
        sees: by coder, the coders whose codes this one had before it.

    Example:
        >>> independent_pairs({"a": [], "b": [], "judge": ["a", "b"]})
        {'coder_1': ['a', 'b'], 'coder_2': ['b', 'a']}
    """
    pairs = [(a, b) for a in sorted(sees) for b in sorted(sees) if a != b and are_independent(a, b, sees)]
    return {"coder_1": [a for a, _ in pairs], "coder_2": [b for _, b in pairs]}


def are_independent(first: str, second: str, sees: Mapping[str, Collection[str]]) -> bool:
    """Neither coder saw the other's codes, and no third one's codes were seen by both."""
    one, other = set(sees[first]), set(sees[second])
    return first not in other and second not in one and not one & other


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


def recoding_mapping(
    recodings: Sequence[Recoding], scheme: str, codes: Mapping[str, Collection[str]]
) -> dict[str, list[object]]:
    """How the codes of several editions of a published list read under the latest, as columns for ``translate``.

    A recoded name means the same wherever it stands: a later edition may still use an old name beside the new one.

    Args:
        recodings: of the earlier edition; those of another property are passed over.
        scheme: the property.
        codes: by edition, the codes that it uses. A code that is not recoded stays itself.
    """
    now = {row.code: row.code_now for row in recodings if row.property == scheme}
    rows = [
        (scheme, edition, code, now.get(code, code), True) for edition, used in codes.items() for code in sorted(used)
    ]
    names = ("scheme", "codebook_version", "code", "code_now", "is_current")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}
