"""Areas of cities: a CSV file of members, and beside it the YAML file of the same name with sources and rules."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.area import AreaDescription, AreaMember, Areas, check_area_description, check_members
from dynapolis.store.csv_file import read_checked
from dynapolis.store.yaml_file import read_yaml


def read_areas(path: Path) -> Areas:
    """All members of all areas with their sources.

    Args:
        path: the CSV file; its description is the YAML file of the same name.

    Raises:
        BadContent: a file is missing, or there are faults; all are listed with their lines.
    """
    description = read_yaml(path.with_suffix(".yml"), AreaDescription, check_area_description)
    rows = read_checked(path, AreaMember, lambda rows: check_members(rows, description))
    return Areas(description.sources, description.parts, description.left_out, rows)
