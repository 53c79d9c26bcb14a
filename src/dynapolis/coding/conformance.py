"""What every coder has to keep, ours and others': checks that whoever writes a coder can run over it.

from dynapolis.coding.conformance import check_coder
assert not check_coder(my_coder, codebook)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import isclose

from dynapolis.coding.coder import UnitCoder
from dynapolis.coding.cues.coder import is_asked
from dynapolis.model.codebook import Codebook
from dynapolis.model.suggestion import Passage, Suggestion, UnitText

_TEXTS: tuple[tuple[str, str, str | None, str, bool | None], ...] = (
    ("en", "Night bus on demand", "en", "The city tests a night bus on demand with a start-up in 2021.", False),
    ("ko", "수요응답형 버스", "ko", "시가 주민과 함께 자율주행 버스를 실증한다.", False),
    ("mixed", "스마트 Energy 리빙랩", None, "Residents and KEPCO develop 에너지 절약 services.", True),
    ("unknown", "Harbour lab", "en", "", None),
    ("signs", "", None, "🚲🚀 \u200b ½ © — “…” <b>&amp;</b> {x} %s", False),
    ("long", "", "en", "A platform for data of the harbour. " * 800, False),
    ("empty", "", None, "", False),
)
SAMPLE = tuple(
    UnitText(
        identity,
        tuple(Passage(name, lang, text) for name, text in (("name", name_text), ("description", told)) if text),
        is_lab,
    )
    for identity, name_text, lang, told, is_lab in _TEXTS
)

TOLERANCE = 1e-4  # of probabilities: models compute in single precision

Check = Callable[[UnitCoder, Codebook, Sequence[UnitText]], Iterator[str]]


def check_coder(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText] = SAMPLE) -> list[str]:
    """Everything that a coder does not keep; nothing where it keeps all.

    Args:
        coder: to be checked.
        codebook: whose schemes it is asked.
        units: texts to try it on: Korean, English, mixed, of signs alone, very long, empty.
    """
    return [fault for check in CHECKS for fault in _safely(check, coder, codebook, units)]


def _safely(check: Check, coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> list[str]:
    try:
        return list(check(coder, codebook, units))
    except Exception as error:  # whatever a coder of others raises is what is to be told
        return [f"{check.__name__.removeprefix('_')}: {type(error).__name__}: {error}"]


def _named(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> Iterator[str]:
    """It has an id, a version and a name in both languages, which stay the same."""
    first, second = coder.coder, coder.coder
    if first != second:
        yield "named: coder changes from one reading to the next"
    if not first.id.replace("_", "").replace("-", "").isalnum():
        yield f"named: the id {first.id!r} is not made of letters, digits, _ and -"


def _complete(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> Iterator[str]:
    """One suggestion per unit and scheme asked of it, in order."""
    expected = [
        (unit.unit_id, scheme.scheme)
        for unit in units
        for scheme in codebook.schemes
        if is_asked(scheme, unit.is_living_lab)
    ]
    found = [(s.unit_id, s.scheme) for s in coder.code(units, codebook)]
    if found != expected:
        missing = [pair for pair in expected if pair not in found][:3]
        yield f"complete: {len(found)} suggestions for {len(expected)} questions or in another order, such as {missing}"


def _sound(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> Iterator[str]:
    """Probabilities, codes, sets and words of every suggestion are what they should be."""
    texts = {unit.unit_id: unit.text for unit in units}
    for found in coder.code(units, codebook):
        for fault in _of_suggestion(found, codebook, texts[found.unit_id]):
            yield f"sound: {found.unit_id}, {found.scheme}: {fault}"


def _of_suggestion(found: Suggestion, codebook: Codebook, text: str) -> Iterator[str]:
    scheme = codebook.by_scheme[found.scheme]
    strange = {*found.probabilities, *found.codes, *found.prediction_set} - set(scheme.code_names)
    if strange:
        yield f"codes that the scheme does not have: {', '.join(sorted(strange))}"
    if any(not 0 <= p <= 1 + 1e-9 for p in found.probabilities.values()):
        yield "a probability below 0 or above 1"
    if not scheme.multiple and not isclose(sum(found.probabilities.values()), 1, abs_tol=TOLERANCE):
        yield f"probabilities add up to {sum(found.probabilities.values()):.4f}"
    if len(found.codes) > 1 and not scheme.multiple:
        yield "several codes where one is asked for"
    if found.codes and found.prediction_set and found.codes[0] not in found.prediction_set:
        yield "the answer is not in the prediction set"
    if found.quote and found.quote not in text and found.quote not in " ".join(text.split()):
        yield f"the quote {found.quote[:40]!r} does not stand in the text"
    if not found.codes and not found.why:
        yield "silence without a reason"


def _repeatable(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> Iterator[str]:
    """The same units give the same answer, one by one, together, and in another order."""
    together = coder.code(units, codebook)
    if not _alike(coder.code(units, codebook), together):
        yield "repeatable: asked twice, it answers otherwise"
    by_unit = {unit.unit_id: [s for s in together if s.unit_id == unit.unit_id] for unit in units}
    for unit in units:
        if not _alike(coder.code([unit], codebook), by_unit[unit.unit_id]):
            yield f"repeatable: {unit.unit_id} alone is answered otherwise than among others"
    turned = [s for s in coder.code(list(reversed(units)), codebook)]
    if not _alike(sorted(turned, key=_key), sorted(together, key=_key)):
        yield "repeatable: in another order it answers otherwise"


def _alike(one: Sequence[Suggestion], other: Sequence[Suggestion]) -> bool:
    """Whether two rows of suggestions say the same, but for what rounding leaves of probabilities."""
    return len(one) == len(other) and all(
        replace(a, probabilities={}, reasons=()) == replace(b, probabilities={}, reasons=())
        and a.probabilities.keys() == b.probabilities.keys()
        and all(isclose(a.probabilities[code], b.probabilities[code], abs_tol=TOLERANCE) for code in a.probabilities)
        for a, b in zip(one, other, strict=True)
    )


def _key(found: Suggestion) -> tuple[str, str]:
    return found.unit_id, found.scheme


def _blind(coder: UnitCoder, codebook: Codebook, units: Sequence[UnitText]) -> Iterator[str]:
    """The id of a unit changes no answer: what is known of units under their ids is not looked up."""
    renamed = [UnitText(f"x{n}", unit.passages, unit.is_living_lab) for n, unit in enumerate(units)]
    names = {f"x{n}": unit.unit_id for n, unit in enumerate(units)}
    there = [replace(found, unit_id=names[found.unit_id]) for found in coder.code(renamed, codebook)]
    if not _alike(coder.code(units, codebook), there):
        yield "blind: under other ids the same texts are answered otherwise"


CHECKS: tuple[Check, ...] = (_named, _complete, _sound, _repeatable, _blind)
