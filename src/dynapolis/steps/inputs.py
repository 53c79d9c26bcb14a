"""What a run starts from: the hashes of everything it depends on, and the records of the current snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dynapolis
from dynapolis import __version__
from dynapolis.errors import BadUse
from dynapolis.ids import digest_bytes, digest_json
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Record
from dynapolis.model.index_spec import IndexSpec
from dynapolis.model.register import DESCRIPTION
from dynapolis.registers.importer import import_register
from dynapolis.resolve.standing import in_order
from dynapolis.steps.evidence import is_current
from dynapolis.store import content
from dynapolis.store.ledger import Ledger
from dynapolis.store.register_files import not_publishable
from dynapolis.store.workspace import Workspace

_RECORDS = ("dynapolis", "code", "snapshots", "places", "resolve")
RECORDS = (*_RECORDS, "judgements")
_CODING = ("codings", "coders", "codebook", "codebooks", "consensus")
PAIRS = (*_RECORDS, *_CODING)
CODES = (*RECORDS, *_CODING, "organisations", "organisations_coder")
FIGURES = (*CODES, "crosswalk", "seed", "level")
INDEX = (*FIGURES, "index", "population", "population_sources", "draws")
_COMPUTING = ("ids.py", "text.py", "model", "engine", "registers", "resolve", "coding", "figures", "index", "steps")


def choose_registers(
    workspace: Workspace, current: dict[str, dict[str, str]], *, private: bool
) -> tuple[dict[str, dict[str, str]], dict[str, Any]]:
    """The registers an edition is made of: those that may be passed on, and for a private one the others too.

    Returns:
        the snapshots by register and role; and, where there are any that must not be passed on, their names under
        ``private``, which makes them part of the edition's id and keeps it from being exported.

    Raises:
        BadUse: nothing was imported, or nothing that may be passed on.
    """
    if not current:
        raise BadUse("nothing was imported yet; import a list with: dynapolis import FILE --register NAME")
    kept_out = not_publishable(workspace.snapshots, current)
    if private:
        return current, {"private": list(kept_out)} if kept_out else {}
    chosen = {name: files for name, files in current.items() if name not in kept_out}
    if not chosen:
        told = f"the terms of {', '.join(kept_out)} forbid passing them on"
        raise BadUse(f"{told}; for an edition that stays with you: dynapolis run --private")
    return chosen, {}


def gather_inputs(
    workspace: Workspace, ledger: Ledger, snapshots: dict[str, dict[str, str]], codebook: Codebook, spec: IndexSpec
) -> dict[str, Any]:
    """Everything an edition depends on: the precious and the content as hashes, the code that computes, the settings.

    Only codings of current snapshots count. The names in ``RECORDS`` … ``INDEX`` say what each step depends on, so a
    change of one weight makes again the index alone.
    """
    codings = sorted(coding.coding_id for coding in ledger.codings() if is_current(coding, snapshots))
    run = workspace.settings.run
    return {
        "dynapolis": __version__,
        "code": code_digest(),
        "snapshots": snapshots,
        "judgements": digest_json(
            [[j.left_id, j.right_id, j.verdict.value, j.judge, j.why] for j in in_order(ledger.judgements())]
        ),
        "codings": digest_json(codings),
        "coders": digest_json([coder.model_dump(mode="json") for coder in ledger.coders()]),
        "codebook": codebook.version,
        "crosswalk": spec.sector_crosswalk,
        **workspace.content.digests(),
        "resolve": digest_json(
            {
                path.name: digest_bytes(path.read_bytes())
                for path in sorted((content.shipped() / "resolve").glob("*.yml"))
            }
        ),
        **run.model_dump(),
    }


def code_digest() -> str:
    """Hash of the source that computes. Two versions that compute otherwise never share an edition."""
    root = Path(dynapolis.__file__).parent
    files = [
        path for name in _COMPUTING for path in sorted([root / name, *(root / name).rglob("*.py")]) if path.is_file()
    ]
    return digest_json({path.relative_to(root).as_posix(): digest_bytes(path.read_bytes()) for path in files})


def needed(inputs: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The part of the inputs that a step depends on."""
    return {name: inputs[name] for name in names}


def read_records(workspace: Workspace, snapshots: dict[str, dict[str, str]]) -> Iterator[Record]:
    """The records of every register's current list, read again from its bytes by the description it came with."""
    paths = workspace.content
    places = content.read_places(paths.places)
    for register, files in snapshots.items():
        spec = content.read_register(workspace.snapshots.verified(register, DESCRIPTION, files[DESCRIPTION]))
        lists = {role: workspace.snapshots.read(register, role, files[role]) for role in (spec.file, DESCRIPTION)}
        yield from import_register(spec, lists, lambda v: content.read_codebook(paths.codebooks, v), places).records
