"""The coder behind a chat model: one question a unit, one more where the answer cannot be used, else silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dynapolis.coding.chat.answer import abstention, read_answer
from dynapolis.coding.chat.prompt import VERSION, Message, again, answer_key, asked_schemes, prompt_for
from dynapolis.ids import digest_json
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coder, CoderKind
from dynapolis.model.language import Text
from dynapolis.model.suggestion import Suggestion, UnitText

Ask = Callable[[str, Sequence[Message]], str]
"""Asks the model: the key under which the answer may be kept, and the messages."""


@dataclass(frozen=True)
class ChatCoder:
    """A chat model that codes.

    Attributes:
        model: its name at the server.
        parameters: seed, temperature and the like, part of its version.
        ask: asks it, or remembers what it said.
        threshold: probability above which its single code may be adopted; none means never.
    """

    model: str
    parameters: dict[str, Any]
    ask: Ask
    threshold: float | None = None

    @cached_property
    def coder(self) -> Coder:
        """Its version changes with model, parameters and wording of the prompt."""
        version = digest_json([VERSION, self.model, self.parameters])[:12]
        name = Text(en=f"Chat model {self.model}", ko=f"대화 모델 {self.model}")
        return Coder(id="chat", kind=CoderKind.MODEL, version=version, name=name, threshold=self.threshold)

    def code(self, units: Sequence[UnitText], codebook: Codebook) -> list[Suggestion]:
        """One suggestion per unit and scheme asked of it; what the model could not answer well, it does not answer."""
        return [found for unit in units for found in self._unit(unit, codebook)]

    def _unit(self, unit: UnitText, codebook: Codebook) -> list[Suggestion]:
        schemes = asked_schemes(unit, codebook)
        if not unit.text.strip():
            return [abstention(unit, scheme) for scheme in schemes]
        key, messages = answer_key(unit, codebook, self.model, self.parameters), prompt_for(unit, codebook)
        said = self.ask(key, messages)
        found, faults = read_answer(said, unit, codebook)
        if faults:
            second = self.ask(f"{key}-2", [*messages, {"role": "assistant", "content": said}, again(faults)])
            better, _ = read_answer(second, unit, codebook)
            found += [s for s in better if s.scheme not in {f.scheme for f in found}]
        by_scheme = {suggestion.scheme: suggestion for suggestion in found}
        return [by_scheme.get(scheme.scheme) or abstention(unit, scheme) for scheme in schemes]
