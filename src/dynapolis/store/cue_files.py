"""Cues from their file."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.cues import CueBook, check_cues
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml


def read_cues(path: Path | None = None) -> CueBook:
    """All cues; the shipped ones where no file is named.

    Raises:
        BadContent: the file is missing or faulty; all faults are listed.
    """
    return read_yaml(path or shipped() / "cues" / "urban_innovativeness.yml", CueBook, check_cues)
