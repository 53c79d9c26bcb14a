"""What the linear coder learns from: codings of a workspace, or of the embedded registers, as examples.

No unit that is to be coded ever reaches training: examples are left out that share an id, a name, or a text with one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dynapolis.coding.cues.tokens import fold
from dynapolis.coding.linear.coder import Example
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coder, CoderRole, Coding, Record
from dynapolis.model.register import DESCRIPTION, RegisterSpec
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.registers.importer import import_register
from dynapolis.steps.inputs import read_records
from dynapolis.store import content
from dynapolis.store.content import ContentPaths
from dynapolis.store.ledger import Ledger
from dynapolis.store.snapshots import current_snapshots
from dynapolis.store.workspace import Workspace

EMBEDDED = ("europe", "starter", "world")
DOUBTED = 0.5  # weight of a unit whose coders gave different primary codes, or were unsure
LAB = "living_lab"
_SHORT = 12  # letters from which a shared name or text counts as the same


def embedded_examples(paths: ContentPaths, codebook: Codebook) -> list[Example]:
    """Examples of the embedded registers: what a workspace without codings of its own begins with."""
    found: list[Example] = []
    for name in EMBEDDED:
        folder = content.shipped() / "registers" / name
        spec = content.read_register(folder / DESCRIPTION)
        roles = {spec.file, DESCRIPTION, *(codings.file for codings in spec.codings)}
        files = {role: (folder / role).read_bytes() for role in roles if (folder / role).is_file()}
        places = content.read_places(ContentPaths.default().places)
        read = import_register(
            spec, files, lambda v: content.read_codebook(ContentPaths.default().codebooks, v), places
        )
        found += to_examples(read.records, read.codings, _coders(spec), codebook)
    return found


def workspace_examples(workspace: Workspace, ledger: Ledger, codebook: Codebook) -> list[Example]:
    """Examples from the codings of a workspace's current registers; none where it has none."""
    snapshots = current_snapshots(ledger)
    codings = ledger.codings()
    if not snapshots or not codings:
        return []
    coders = {coder.id: coder for coder in ledger.coders()}
    return to_examples(list(read_records(workspace, snapshots)), codings, coders, codebook)


def to_examples(
    records: Sequence[Record], codings: Iterable[Coding], coders: Mapping[str, Coder], codebook: Codebook
) -> list[Example]:
    """One example for each coded record.

    Where an adjudicator decided, that counts; otherwise the coders' codes, the most frequent primary code first. Codes
    of an earlier codebook count where the rules of their scheme have not changed since.
    """
    said: dict[str, dict[str, dict[str, list[Coding]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for coding in codings:
        if _holds(coding, codebook):
            said[coding.record_id][coding.scheme][coding.coder_id].append(coding)
    return [_example(record, said[record.record_id], coders) for record in records if record.record_id in said]


def _holds(coding: Coding, codebook: Codebook) -> bool:
    scheme = codebook.by_scheme.get(coding.scheme)
    if scheme is None or coding.code not in scheme.by_code:
        return False
    return coding.codebook_version == codebook.version or not scheme.rules_changed


def _example(record: Record, schemes: Mapping[str, Mapping[str, list[Coding]]], coders: Mapping[str, Coder]) -> Example:
    codes: dict[str, tuple[str, ...]] = {}
    doubted = False
    for scheme, by_coder in schemes.items():
        judges = [c for c in by_coder if c in coders and coders[c].role == CoderRole.ADJUDICATOR]
        counted = {c: by_coder[c] for c in judges or by_coder}
        primary = Counter(min(rows, key=lambda r: (-r.round, r.position)).code for rows in counted.values())
        best = sorted(primary.items(), key=lambda item: (-item[1], item[0]))[0][0]
        others = [r.code for rows in counted.values() for r in sorted(rows, key=lambda r: r.position) if r.position]
        codes[scheme] = tuple(dict.fromkeys([best, *others]))
        if scheme == "sector":
            doubted = len(primary) > 1 or any(r.unsure for rows in counted.values() for r in rows)
    kind = codes.get("kind", ("",))[0]
    unit = text_of(record, None if not kind else kind == LAB)
    return Example(unit, codes, DOUBTED if doubted else 1.0)


def text_of(record: Record, is_living_lab: bool | None = None) -> UnitText:
    """A record as a coder sees it."""
    passages = (
        ("name", "en", record.name),
        ("name_local", None, record.name_local),
        ("description", "en", record.description_en),
        ("description", "ko", record.description_ko),
        ("lead_organisation", None, record.lead_organisation),
    )
    return UnitText(
        record.record_id, tuple(Passage(p, lang, text) for p, lang, text in passages if text), is_living_lab
    )


def _coders(spec: RegisterSpec) -> dict[str, Coder]:
    return {coder.id: coder for coder in spec.coders}


def kept_apart(examples: Sequence[Example], units: Sequence[UnitText], ids: Iterable[str] = ()) -> list[Example]:
    """Examples that share no id, no name and no text with the units that are to be coded.

    Args:
        examples: to learn from.
        units: that are to be coded.
        ids: further ids of those units, such as the ids their registers gave them.
    """
    known = {unit.unit_id for unit in units} | set(ids)
    texts = {text for unit in units for text in _texts(unit)}
    return [e for e in examples if e.unit.unit_id not in known and not texts & set(_texts(e.unit))]


def _texts(unit: UnitText) -> Iterator[str]:
    """Names and descriptions as they are compared; what is too short to tell anything is left out."""
    for passage in unit.passages:
        folded = "".join(c for c in fold(passage.text) if c.isalnum())
        if passage.property != "lead_organisation" and len(folded) >= _SHORT:
            yield folded
