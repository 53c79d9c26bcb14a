"""What of a chat model's answer counts: codes of the codebook with words that stand in the text; else it is a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dynapolis.coding.chat.prompt import asked_schemes
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.suggestion import Reason, Suggestion, UnitText
from dynapolis.text import clean

NO_ANSWER = "coders.why.no_answer"
NOT_TOLD = "coders.why.not_told"
_FENCE = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)


def read_answer(said: str, unit: UnitText, codebook: Codebook) -> tuple[list[Suggestion], list[str]]:
    """Suggestions of the schemes that were answered well, and what is wrong with the others.

    A scheme without any usable answer is missing among the suggestions; one that the model left open abstains.
    """
    schemes = {scheme.scheme: scheme for scheme in asked_schemes(unit, codebook)}
    try:
        items = _items(said)
    except ValueError as error:
        return [], [str(error)]
    found: dict[str, Suggestion] = {}
    faults: list[str] = []
    for item in items:
        name = str(item.get("scheme", ""))
        if name not in schemes:
            faults.append(f"scheme {name!r}: expected one of {', '.join(schemes)}")
            continue
        wrong = _faults(item, schemes[name], unit)
        faults += [f"scheme {name}: {fault}" for fault in wrong]
        if not wrong:
            found[name] = _suggestion(item, schemes[name], unit)
    told = {str(item.get("scheme", "")) for item in items}
    faults += [f"scheme {name}: no answer" for name in schemes if name not in told]
    return [found[name] for name in schemes if name in found], faults


def abstention(unit: UnitText, scheme: Scheme, why: str = NO_ANSWER) -> Suggestion:
    """No answer: every code is as probable as any other."""
    codes = [code.code for code in scheme.codes if code.assignable]
    return Suggestion(unit.unit_id, scheme.scheme, dict.fromkeys(codes, 1 / len(codes)), (), why=why)


def _items(said: str) -> list[dict[str, Any]]:
    fenced = _FENCE.match(said)
    try:
        value = json.loads(fenced[1] if fenced else said)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos}") from error
    items = value.get("answers") if isinstance(value, Mapping) else value
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise ValueError('expected an object with a list "answers" of objects')
    return [dict(item) for item in items]


def _codes(item: Mapping[str, Any]) -> Sequence[str]:
    codes = item.get("codes", [])
    return [codes] if isinstance(codes, str) else codes


def _faults(item: Mapping[str, Any], scheme: Scheme, unit: UnitText) -> list[str]:
    codes, quote, sure = _codes(item), item.get("quote", ""), item.get("sure", 1)
    allowed = [code.code for code in scheme.codes if code.assignable]
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return ["codes is no list of codes"]
    faults = [f"{code!r} is none of its codes: {', '.join(allowed)}" for code in codes if code not in allowed]
    if len(codes) > 1 and not scheme.multiple:
        faults.append("one code is asked for")
    if len(set(codes)) < len(codes):
        faults.append("a code stands twice")
    if not isinstance(quote, str):
        faults.append("the quote is no text")
    elif codes and not clean(quote):
        faults.append("the words that decide are missing")
    elif clean(quote) not in clean(unit.text):
        faults.append(f"the quote {quote[:80]!r} does not stand in the text")
    if isinstance(sure, bool) or not isinstance(sure, int | float) or not 0 <= sure <= 1:
        faults.append(f"sure is {sure!r}: expected a number from 0 to 1")
    return faults


def _suggestion(item: Mapping[str, Any], scheme: Scheme, unit: UnitText) -> Suggestion:
    codes, quote = tuple(_codes(item)), clean(str(item.get("quote", "")))
    if not codes:
        return abstention(unit, scheme, NOT_TOLD)
    sure = float(item.get("sure", 1))
    allowed = [code.code for code in scheme.codes if code.assignable]
    rest = (1 - sure) / max(1, len(allowed) - 1)
    probabilities = {code: sure if code == codes[0] else rest for code in allowed}
    if scheme.multiple:
        probabilities = {code: sure if code in codes else min(rest, 0.5) for code in allowed}
    total = sum(probabilities.values())
    if not scheme.multiple and total > 0:
        probabilities = {code: p / total for code, p in probabilities.items()}
    return Suggestion(
        unit.unit_id, scheme.scheme, probabilities, codes, quote=quote, reasons=(Reason(codes[0], quote, sure),)
    )
