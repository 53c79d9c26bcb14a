"""Populations of cities: a CSV file, and beside it the YAML file of the same name with sources and links."""

from __future__ import annotations

from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.model.index_spec import Denominator
from dynapolis.model.population import (
    Population,
    PopulationDescription,
    Populations,
    check_description,
    check_populations,
)
from dynapolis.store.csv_file import read_checked
from dynapolis.store.yaml_file import read_yaml


def read_population(path: Path) -> Populations:
    """All populations with their sources.

    Args:
        path: the CSV file; its description is the YAML file of the same name.

    Raises:
        BadContent: a file is missing, or there are faults; all are listed with their lines.
    """
    description = read_yaml(path.with_suffix(".yml"), PopulationDescription, check_description)
    rows = read_checked(path, Population, lambda rows: check_populations(rows, description))
    return Populations(description.sources, description.links, rows)


def require_bases(index: Path, denominator: Denominator, populations: Populations) -> None:
    """Every population that an index asks for is of a source that is described, and of a kind that it counts.

    Raises:
        BadContent: some are not; all are listed.
    """
    faults = []
    for number, basis in enumerate(denominator.bases):
        where = "denominator" if number == 0 else f"denominator.alternatives.{number - 1}"
        source, known = populations.sources.get(basis.source), ", ".join(populations.sources)
        if source is None:
            mend = "name another, or describe it beside the populations"
            faults.append(Fault(index.name, 0, f"{where}.source", repr(basis.source), f"one of {known}", mend))
        elif basis.definition not in source.definitions:
            told = f"one of {', '.join(source.definitions)}, which {basis.source} counts"
            mend = "take another definition or source"
            faults.append(Fault(index.name, 0, f"{where}.definition", repr(basis.definition), told, mend))
    if faults:
        raise BadContent(index.name, faults)
