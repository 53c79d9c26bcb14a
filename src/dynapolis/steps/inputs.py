"""What a run starts from: the hashes of everything it depends on, and the records of the current snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynapolis import __version__
from dynapolis.errors import BadUse
from dynapolis.ids import digest_json
from dynapolis.model.evidence import Record
from dynapolis.model.register import DESCRIPTION
from dynapolis.registers.importer import import_register
from dynapolis.steps.evidence import is_current
from dynapolis.store import content
from dynapolis.store.ledger import Ledger
from dynapolis.store.workspace import Workspace


def gather_inputs(workspace: Workspace, ledger: Ledger, snapshots: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Hashes of everything precious and all content an edition depends on; only current snapshots' codings count."""
    codings = sorted(coding.coding_id for coding in ledger.codings() if is_current(coding, snapshots))
    return {
        "dynapolis": __version__,
        "content": workspace.content.digests(),
        "snapshots": snapshots,
        "judgements": digest_json([[j.left_id, j.right_id, j.verdict.value] for j in ledger.judgements()]),
        "codings": digest_json(codings),
        "coders": digest_json([coder.model_dump(mode="json") for coder in ledger.coders()]),
    }


def read_records(workspace: Workspace, snapshots: dict[str, dict[str, str]]) -> Iterator[Record]:
    """The records of every register's current list, read again from its bytes by the description it came with."""
    if not snapshots:
        raise BadUse("nothing was imported yet; import a list with: dynapolis import FILE --register NAME")
    paths = workspace.content
    places = content.read_places(paths.places)
    for register, files in snapshots.items():
        spec = content.read_register(workspace.snapshots.verified(register, DESCRIPTION, files[DESCRIPTION]))
        lists = {role: workspace.snapshots.read(register, role, files[role]) for role in (spec.file, DESCRIPTION)}
        yield from import_register(spec, lists, lambda v: content.read_codebook(paths.codebooks, v), places).records
