"""Parts of cities: a CSV file, and beside it the YAML file of the same name with levels and sources."""

from __future__ import annotations

from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.model.district import (
    District,
    DistrictDescription,
    Districts,
    check_district_description,
    check_districts,
)
from dynapolis.store.csv_file import read_models
from dynapolis.store.yaml_file import read_yaml


def read_districts(path: Path) -> Districts:
    """All districts with their levels and sources.

    Args:
        path: the CSV file; its description is the YAML file of the same name.

    Raises:
        BadContent: a file is missing, or there are faults; all are listed with their lines.
    """
    description = read_yaml(path.with_suffix(".yml"), DistrictDescription, check_district_description)
    rows, faults = read_models(path, District)
    faults += [
        Fault(path.name, line, str(p.loc[0]), p.found, p.expected, p.mend)
        for line, p in check_districts(rows, description)
    ]
    if faults:
        raise BadContent(path.name, faults)
    return Districts(description, tuple(row for _, row in rows))
