"""Capability × actor as tables: the matrix of every city and of all (method, section 4)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dynapolis.figures.capability import CELLS, capabilities, cell_weights
from dynapolis.model.arrays import BoolArray
from dynapolis.steps.index import Evidence, Tables


def capability_tables(evidence: Evidence) -> Tables:
    """The capability × actor matrix of every city and of all, with what had to stay outside it."""
    cells = cell_weights(evidence.codes, evidence.facts)[0]
    supported = capabilities(evidence.codes, evidence.facts)[0].any(axis=1)
    counted = (evidence.codes.innovation(evidence.facts) | evidence.codes.living_labs(evidence.facts))[0]
    inside = cells.sum(axis=1) > 0
    rows, beside, behind = [], [], []
    for scope, members in _scopes(evidence):
        for n, (capability, actor) in enumerate(CELLS):
            weight = float(cells[members, n].sum())
            rows.append({"scope": scope, "capability": capability.value, "actor": actor, "weight": weight})
        beside.append(
            {
                "scope": scope,
                "n_initiatives": int(counted[members].sum()),
                "n_in_matrix": int(inside[members].sum()),
                "n_lead_not_told": int((supported & ~inside)[members].sum()),
                "n_no_capability": int((counted & ~supported)[members].sum()),
            }
        )
    for unit, n in zip(*np.nonzero(cells), strict=True):
        capability, actor = CELLS[n]
        cell = {"capability": capability.value, "actor": actor, "weight": float(cells[unit, n])}
        behind.append({"unit_id": evidence.unit_ids[unit], **cell})
    return {
        "out_figures__capability_actor": pa.Table.from_pylist(rows),
        "out_figures__capability_beside": pa.Table.from_pylist(beside),
        "out_figures__assn_capability_unit": pa.Table.from_pylist(behind, _CELL_UNIT),
    }


_CELL_UNIT = pa.schema(
    [("unit_id", pa.string()), ("capability", pa.string()), ("actor", pa.string()), ("weight", pa.float64())]
)


def _scopes(evidence: Evidence) -> list[tuple[str, BoolArray]]:
    everyone = np.ones(len(evidence.unit_ids), dtype=bool)
    cities = [(c, evidence.facts.city == n) for n, c in enumerate(evidence.city_ids) if evidence.n_city_records[n] > 0]
    return [("all", everyone), *cities]
