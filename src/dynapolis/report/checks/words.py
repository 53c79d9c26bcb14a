"""Checks of words: hedges, doubled hedges, terms, signs, particles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dynapolis.report.blocks import Line
from dynapolis.report.checks.checked import Checked, Finding
from dynapolis.report.claim import Claim
from dynapolis.report.glossary import read_glossary
from dynapolis.report.sections.common import Writing

_STRONG: Final = {
    "ko": re.compile(r"가장 (?:많|크|높|무거)(?!은 것으로 집계)"),
    "en": re.compile(r"\b(?:has the most|is the largest|are the most|stands clearly first|the highest)\b"),
}
_HEDGED: Final = re.compile(
    r"집계되었으나|뚜렷하|구분되지|가려낼 수 없|확실하지|그치|not clear|cannot be told|within chance|only in|no city|"
    r"highest count|but is first|middle|가운데 순위|기본 방법|default method",
    re.IGNORECASE,
)
_OF_CLAIM: Final = ("clear", "rose", "fell")


def check_hedges(checked: Checked) -> Iterator[Finding]:
    """Only a claim with a probability of at least 0.9 says that something has the most; writers never do."""
    for lang, where, line in checked.lines():
        if not _STRONG[lang].search(line.text):
            continue
        claim = checked.writings[lang].claims.get(line.claim_id or "")
        if claim is None and not line.claim_id and line.text not in checked.quoted[lang]:
            yield Finding("hedges", f"{lang} {where}", f"‘{line.text[:80]}’ says what only a claim may say")
        if claim is not None and not claim.key.endswith(_OF_CLAIM) and not _allowed(claim, line.text):
            yield Finding(
                "hedges", f"{lang} {claim.claim_id}", f"‘{line.text[:80]}’ is not hedged, as {claim.key} asks"
            )


def _allowed(claim: Claim, text: str) -> bool:
    """Claims that are no comparison by chance (weights of a matrix, spread of scores) or that hedge in their words."""
    return claim.key in ("capability_top", "pillars") or bool(_HEDGED.search(text))


_PAIRS: Final = {
    "ko": re.compile(r"약\s*[\d,]+[^\s]*\s*(?:여|가량|정도)|[\d,]+여\s*(?:개|곳|건|명)\s*(?:가량|정도)"),
    "en": re.compile(r"\b(?:about|around|approximately|some)\s+[\d,]+\s*(?:or so|odd|plus)\b", re.IGNORECASE),
}
_MOSTLY: Final = {
    "ko": re.compile(r"대부분|다수"),
    "en": re.compile(r"\b(?:most of(?! all)|the majority|nearly all)\b", re.IGNORECASE),
}
_BARE_RANK: Final = {
    "ko": re.compile(r"(?<![\d~])\d+위(?!\(|~|\)| 안| 이내)"),
    "en": re.compile(r"\b(?:ranks? |ranked )?\d+(?:st|nd|rd|th)\b"),
}
MOSTLY = 0.75


def check_pairs(checked: Checked) -> Iterator[Finding]:
    """No doubled hedge (약 … 가량), no "most" under 75 %, no rank in words or bare figures without its interval."""
    for lang, where, line in checked.lines():
        if found := _PAIRS[lang].search(line.text):
            yield Finding("pairs", f"{lang} {where}", f"‘{found[0]}’")
        if (found := _MOSTLY[lang].search(line.text)) and not _is_mostly(checked.writings[lang], line):
            yield Finding("pairs", f"{lang} {where}", f"‘{found[0]}’ without a share of at least {MOSTLY:.0%}")
        if (found := _BARE_RANK[lang].search(line.text)) and line.claim_id:
            yield Finding("pairs", f"{lang} {where}", f"‘{found[0]}’ without its interval")


def _is_mostly(writing: Writing, line: Line) -> bool:
    names = [line.claim_id] if line.claim_id else line.claim_ids
    claims = [writing.claims[name] for name in names if name in writing.claims]
    shares = [v.value for claim in claims for v in claim.values.values() if v.kind == "share"]
    return bool(shares) and max(shares) >= MOSTLY


def check_terms(checked: Checked) -> Iterator[Finding]:
    """Terms of the glossary in their one form."""
    glossary = read_glossary()
    for lang, where, text in checked.texts():
        for term in glossary:
            for wrong in term.wrong[lang]:
                if re.search(rf"(?<![A-Za-z]){re.escape(wrong)}", text):
                    yield Finding("terms", f"{lang} {where}", f"‘{wrong}’ instead of ‘{term.right[lang]}’")


_SIGNS = re.compile(r"[•‧∙・⋅]|(?<!\w)\"|\"(?!\w)|[‟‛]|(?<=[가-힣])'|''|``|\.\.\.")


def check_signs(checked: Checked) -> Iterator[Finding]:
    """One middle dot (·), one form of quotation marks, an ellipsis as one sign."""
    for lang, where, text in checked.texts():
        if found := _SIGNS.search(text):
            yield Finding("signs", f"{lang} {where}", f"{found[0]!r} in ‘{text[:80]}’")


_BOTH = re.compile(
    r"은\(는\)|는\(은\)|이\(가\)|가\(이\)|을\(를\)|를\(을\)|과\(와\)|와\(과\)|\(으\)로|\(이\)다|\(이\)라"
)


def check_particles(checked: Checked) -> Iterator[Finding]:
    """Particles by the function only; that writers type none after a value is checked where prose is read."""
    for lang, where, text in checked.texts():
        if found := _BOTH.search(text):
            yield Finding("particles", f"{lang} {where}", f"‘{found[0]}’ in ‘{text[:80]}’")
    for lang, table in checked.tables():
        for row in table.rows:
            for cell in row:
                if _BOTH.search(cell.text):
                    yield Finding("particles", f"{lang} {table.table_id}", f"‘{cell.text}’")
