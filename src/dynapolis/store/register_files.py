"""The files of a register's folder: its description, whatever it holds, its corrections, and the words of leads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dynapolis.model.correction import CORRECTIONS, Corrections
from dynapolis.model.lead import LeadRegister, LeadVocabulary, check_lead_register
from dynapolis.model.register import DESCRIPTION, RegisterSpec
from dynapolis.store.content import read_register, shipped
from dynapolis.store.snapshots import Snapshots
from dynapolis.store.yaml_file import read_tree, read_yaml


@cache
def read_lead_vocabulary() -> LeadVocabulary:
    """The closed lists of kinds and properties of leads."""
    return read_yaml(shipped() / "vocab" / "lead_properties.yml", LeadVocabulary)


@cache
def read_header_synonyms() -> dict[str, list[str]]:
    """By property, the words publishers print for it in their headers."""
    words = read_tree(shipped() / "vocab" / "header_synonyms.yml").data
    return {name: [str(word) for word in listed] for name, listed in words.items()}


def read_description(path: Path) -> RegisterSpec | LeadRegister:
    """A register's description, of initiatives or of leads as its ``holds`` says.

    Raises:
        BadContent: the description is missing or faulty.
    """
    holds = read_tree(path).data
    is_leads = isinstance(holds, dict) and holds.get("holds") == "leads"
    return read_lead_register(path) if is_leads else read_register(path)


def read_lead_register(path: Path) -> LeadRegister:
    """The description of a register of leads.

    Raises:
        BadContent: the description is missing or faulty; all faults are listed.
    """
    return read_yaml(path, LeadRegister, check_lead_register(read_lead_vocabulary()))


def not_publishable(kept: Snapshots, current: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Registers whose terms keep their records out of what is published.

    Args:
        kept: the snapshots of a workspace.
        current: by register and role, the current snapshot.

    Raises:
        BadUse: a snapshot is gone or was changed.
    """
    described = {
        name: read_register(kept.verified(name, DESCRIPTION, files[DESCRIPTION])) for name, files in current.items()
    }
    return tuple(name for name, register in described.items() if not register.publishable)


def read_corrections(path: Path) -> Corrections:
    """The corrections of a register, none where it has no such file.

    Args:
        path: the register's folder, or the file itself.

    Raises:
        BadContent: the file is faulty.
    """
    file = path / CORRECTIONS if path.is_dir() else path
    return read_yaml(file, Corrections) if file.is_file() else Corrections()
