"""Coders found by the entry point ``dynapolis.coders``, and what one of them says of a workspace's records.

An entry point names a function that takes a ``Context`` and gives a coder, or nothing where it is not switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from dynapolis.coding.chat.coder import ChatCoder
from dynapolis.coding.chat.prompt import answer_schema
from dynapolis.coding.coder import UnitCoder
from dynapolis.coding.cues.coder import CueCoder
from dynapolis.coding.linear.coder import Example, LinearCoder
from dynapolis.errors import BadUse
from dynapolis.ids import digest_json
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import GIVEN_HERE, Coding
from dynapolis.model.suggestion import Suggestion
from dynapolis.steps.suggestions import embedded_examples, kept_apart, text_of, workspace_examples
from dynapolis.store.chat_model import ChatModel, ChatSettings
from dynapolis.store.content import ContentPaths
from dynapolis.store.cue_files import read_cues
from dynapolis.store.ledger import Ledger
from dynapolis.store.workspace import Workspace

GROUP = "dynapolis.coders"
FOLDS = 5  # of records, each coded by a model that learned from the others


@dataclass(frozen=True)
class Context:
    """What a coder is made from.

    Attributes:
        codebook: whose codes it is to give.
        workspace: where it works; none where it is only looked at.
        ledger: of the workspace.
    """

    codebook: Codebook
    workspace: Workspace | None = None
    ledger: Ledger | None = None

    @cached_property
    def examples(self) -> list[Example]:
        """Coded records to learn from: the workspace's, or those of the embedded registers."""
        if self.workspace is not None and self.ledger is not None:
            found = workspace_examples(self.workspace, self.ledger, self.codebook)
            if found:
                return found
        return embedded_examples(ContentPaths.default(), self.codebook)


Make = Callable[[Context], UnitCoder | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A coder that is installed: its name, the package it comes from, and how it is made; or why it cannot be."""

    name: str
    package: str
    make: Make | None
    fault: str = ""


def find_coders() -> list[Found]:
    """Every installed coder by name; one that cannot be loaded says why."""
    return [_load(point) for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]


def _load(point: EntryPoint) -> Found:
    package = point.dist.name if point.dist is not None else ""
    try:
        make = point.load()
    except Exception as error:  # whatever another package's module raises must not stop the others
        return Found(point.name, package, None, f"{type(error).__name__}: {error}")
    return Found(point.name, package, make)


def make_coder(name: str, context: Context) -> UnitCoder:
    """The coder of a name.

    Raises:
        BadUse: there is none, it cannot be loaded, or it is not switched on.
    """
    found = {item.name: item for item in find_coders()}
    if name not in found:
        raise BadUse(f"no coder '{name}'; installed: {', '.join(found)}")
    if found[name].make is None:
        raise BadUse(f"coder '{name}' of {found[name].package} cannot be loaded: {found[name].fault}")
    made = found[name].make(context)  # type: ignore[misc]
    if made is None:
        raise BadUse(f"coder '{name}' is switched off; see [coders.{name}] in docs/en/settings.md")
    return made


def make_rules(_context: Context) -> UnitCoder:
    """The coder by cues of the codebook."""
    return CueCoder(read_cues())


def make_linear(context: Context) -> UnitCoder:
    """The coder that learns from coded records; by itself it knows all of them, see ``say``.

    No share of a list is answered in any case: what it says of a record does not hang on the others.
    """
    return LinearCoder.train(context.examples, context.codebook, read_cues(), least_share=0.0)


def make_chat(context: Context) -> UnitCoder | None:
    """The chat model of the workspace's settings; nothing while it is off."""
    settings = context.workspace.settings.coders.chat if context.workspace is not None else ChatSettings()
    if not settings.on or context.workspace is None:
        return None
    model = ChatModel(settings, context.workspace.folder / "chat", answer_schema(context.codebook))
    return ChatCoder(settings.model, settings.parameters, model.ask, settings.threshold)


def say(
    name: str, context: Context, records: Sequence[Any], schemes: Sequence[str] = ()
) -> tuple[UnitCoder, list[Suggestion]]:
    """What a coder says of records, given as ``Record`` or anything with its fields; of some schemes alone if named.

    A coder that learns never learned from the records it is asked about: records are cut into folds, and each is coded
    by one that learned from the others.
    """
    asked = context.codebook
    if schemes:
        kept = tuple(scheme for scheme in asked.schemes if scheme.scheme in schemes)
        asked = asked.model_copy(update={"schemes": kept})
    units = [text_of(record) for record in records]
    if name != "linear":
        coder = make_coder(name, context)
        return coder, list(coder.code(units, asked))
    found: list[Suggestion] = []
    for fold in range(FOLDS):
        mine = [unit for unit in units if int(unit.unit_id[:8], 16) % FOLDS == fold]
        learned = kept_apart(context.examples, mine)
        coder = LinearCoder.train(learned, context.codebook, read_cues(), least_share=0.0)
        found += coder.code(mine, asked)
    return make_linear(context), found


def to_codings(coder: UnitCoder, found: Sequence[Suggestion], codebook: Codebook) -> list[Coding]:
    """Suggestions as codings of the ledger; where the coder was silent there is none."""
    who = coder.coder
    source = digest_json([who.id, who.version])
    return [
        Coding(s.unit_id, s.scheme, n, code, who.id, who.version, codebook.version, 1, False,
               float(s.probabilities[code]), s.quote or None, None, None, source, GIVEN_HERE, 0)
        for s in found
        for n, code in enumerate(s.codes)
    ]  # fmt: skip
