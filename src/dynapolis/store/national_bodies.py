"""Reading the list of national and international bodies."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.national import NationalBodies, NationalBody
from dynapolis.store.csv_file import read_checked
from dynapolis.store.yaml_file import read_yaml


def read_national_bodies(path: Path) -> tuple[NationalBodies, tuple[NationalBody, ...]]:
    """The bodies, and the YAML file of the same name that says who judged them by which rule.

    Raises:
        BadContent: a file is missing, or there are faults; all are listed with their lines.
    """
    description = read_yaml(path.with_suffix(".yml"), NationalBodies)
    return description, read_checked(path, NationalBody)
