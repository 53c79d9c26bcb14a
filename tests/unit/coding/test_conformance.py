"""The checks over every coder: ours pass, and each rule is broken by a coder that was made to break it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from dynapolis.coding.conformance import SAMPLE, check_coder
from dynapolis.coding.cues.coder import CueCoder
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coder
from dynapolis.model.suggestion import Suggestion, UnitText
from dynapolis.steps.coders import Context, find_coders, make_coder
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.cue_files import read_cues

Change = Callable[[Sequence[Suggestion], Sequence[UnitText]], Sequence[Suggestion]]


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


@pytest.mark.parametrize("name", [found.name for found in find_coders() if found.name != "chat"])
def test_every_installed_coder_keeps_the_rules(name: str, codebook: Codebook) -> None:
    assert check_coder(make_coder(name, Context(codebook)), codebook) == []


def test_the_coders_of_this_package_are_found() -> None:
    assert [found.name for found in find_coders() if found.package == "dynapolis"] == ["chat", "linear", "rules"]
    assert all(found.make is not None for found in find_coders())


class Broken:
    """The coder by cues with one thing wrong."""

    def __init__(self, change: Change, coder: Callable[[], Coder] | None = None) -> None:
        self._inner, self._change, self._coder = CueCoder(read_cues()), change, coder

    @property
    def coder(self) -> Coder:
        return self._coder() if self._coder else self._inner.coder

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> Sequence[Suggestion]:
        return self._change(self._inner.code(units, codebook), units)


def every(found: Sequence[Suggestion], **changes: object) -> list[Suggestion]:
    return [replace(item, **changes) for item in found]  # type: ignore[arg-type]


def doubled(found: Suggestion) -> Suggestion:
    return replace(found, probabilities={code: 2 * p for code, p in found.probabilities.items()})


def outside(found: Suggestion) -> Suggestion:
    first, *_, last = found.probabilities
    return replace(found, codes=(first,), prediction_set=(last,))


def fail() -> Sequence[Suggestion]:
    raise ValueError("too many")


CALLS = iter(range(10**6))
BREAKS: dict[str, tuple[str, Change]] = {
    "a code of nowhere": ("sound", lambda found, _: every(found, codes=("cats",), why="")),
    "too much probability": ("sound", lambda found, _: [doubled(item) for item in found]),
    "a quote of nobody": ("sound", lambda found, _: every(found, quote="words that nobody wrote")),
    "silence without a reason": ("sound", lambda found, _: every(found, codes=(), why="")),
    "an answer outside its set": ("sound", lambda found, _: [outside(item) for item in found]),
    "one question left out": ("complete", lambda found, _: list(found)[1:]),
    "another order": ("complete", lambda found, _: list(reversed(list(found)))),
    "chance": ("repeatable", lambda found, _: every(found, quote="", prediction_set=(), error_rate=float(next(CALLS)))),
    "looking at the others": ("repeatable", lambda found, units: every(found, error_rate=float(len(units)))),
    "looking the id up": ("blind", lambda found, _: [replace(i, error_rate=float(i.unit_id == "ko")) for i in found]),
    "many at once": ("complete", lambda found, units: found if len(units) < 3 else fail()),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_rule_is_told(name: str, codebook: Codebook) -> None:
    rule, change = BREAKS[name]
    faults = check_coder(Broken(change), codebook)
    assert any(fault.startswith(rule) for fault in faults), faults


def test_a_coder_that_changes_its_name_is_told(codebook: Codebook) -> None:
    steady = CueCoder(read_cues()).coder
    coder = Broken(lambda found, _: found, lambda: steady.model_copy(update={"version": str(next(CALLS))}))
    assert any(fault.startswith("named") for fault in check_coder(coder, codebook, SAMPLE[:1]))
