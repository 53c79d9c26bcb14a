"""What a chat model is asked: the codebook's own rules, the text, and the form of the answer.

Instructions are in English, rules in both languages, so that one prompt serves Korean and English texts alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynapolis.coding.cues.coder import is_asked
from dynapolis.ids import digest_json
from dynapolis.model.codebook import Codebook, Scheme
from dynapolis.model.suggestion import UnitText

Message = dict[str, str]
VERSION = "1"  # raised when the wording changes: answers are kept under it
_TASK = (
    "You code smart-city initiatives for a content analysis. For every scheme below choose the code whose rule fits "
    "the text, and nothing that the text does not say. Quote the words of the text that decide, exactly as they stand "
    "there, in their language. Where the text does not tell, leave the codes empty. Answer with one JSON object and "
    'nothing else: {"answers": [{"scheme": …, "codes": [primary first], "quote": …, "sure": 0 to 1}]}.'
)


def asked_schemes(unit: UnitText, codebook: Codebook) -> tuple[Scheme, ...]:
    """The schemes that are asked of a unit."""
    return tuple(scheme for scheme in codebook.schemes if is_asked(scheme, unit.is_living_lab))


def prompt_for(unit: UnitText, codebook: Codebook) -> list[Message]:
    """The messages of one question: task and rules, then the text."""
    rules = "\n\n".join(_rules(scheme) for scheme in asked_schemes(unit, codebook))
    told = "\n".join(f"{passage.property}: {passage.text}" for passage in unit.passages)
    return [{"role": "system", "content": f"{_TASK}\n\n{rules}"}, {"role": "user", "content": told}]


def again(faults: Sequence[str]) -> Message:
    """The one message after an answer that could not be used."""
    told = "\n".join(f"- {fault}" for fault in faults)
    return {"role": "user", "content": f"This answer cannot be used:\n{told}\nAnswer again, in the same form."}


def answer_schema(codebook: Codebook) -> dict[str, Any]:
    """The form of an answer as JSON Schema, for servers that hold models to one."""
    codes = sorted({code.code for scheme in codebook.schemes for code in scheme.codes if code.assignable})
    item = {
        "type": "object",
        "properties": {
            "scheme": {"type": "string", "enum": [scheme.scheme for scheme in codebook.schemes]},
            "codes": {"type": "array", "items": {"type": "string", "enum": codes}},
            "quote": {"type": "string"},
            "sure": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["scheme", "codes", "quote", "sure"],
        "additionalProperties": False,
    }
    answers = {"type": "array", "items": item}
    return {
        "type": "object", "properties": {"answers": answers}, "required": ["answers"], "additionalProperties": False,
    }  # fmt: skip


def answer_key(unit: UnitText, codebook: Codebook, model: str, parameters: Mapping[str, Any]) -> str:
    """Under what an answer is kept: unit, codebook, prompt, model, seed and parameters.

    The address of the server is not in it: the same model elsewhere gives the same answer.
    """
    text = [[p.property, p.lang, p.text] for p in unit.passages]
    rules = codebook.model_dump(mode="json")
    return digest_json([VERSION, text, unit.is_living_lab, rules, model, dict(parameters), prompt_for(unit, codebook)])


def _rules(scheme: Scheme) -> str:
    several = "several codes may apply" if scheme.multiple else "one code"
    lines = [f"Scheme {scheme.scheme} ({scheme.label.en} / {scheme.label.ko}): {several}"]
    if scheme.note is not None:
        lines.append(scheme.note.en)
    lines += [f"- {c.code}: {c.rule.en} / {c.rule.ko}" for c in scheme.codes if c.assignable]
    return "\n".join(lines)
