"""Parts of cities: a CSV file, and beside it the YAML file of the same name with levels and sources."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.district import (
    District,
    DistrictDescription,
    Districts,
    check_district_description,
    check_districts,
)
from dynapolis.store.csv_file import read_checked
from dynapolis.store.yaml_file import read_yaml


def read_districts(path: Path) -> Districts:
    """All districts with their levels and sources.

    Args:
        path: the CSV file; its description is the YAML file of the same name.

    Raises:
        BadContent: a file is missing, or there are faults; all are listed with their lines.
    """
    description = read_yaml(path.with_suffix(".yml"), DistrictDescription, check_district_description)
    rows = read_checked(path, District, lambda rows: check_districts(rows, description))
    return Districts(description, rows)
