"""Principal components of the members of each node, or of a whole level: is one number a fair summary of them?

Source: Jolliffe, Principal Component Analysis (2002), doi 10.1007/b98835; OECD/JRC, Handbook on Constructing Composite
Indicators (2008), doi 10.1787/9789264043466-en, step 4; Kaiser (1960), doi 10.1177/001316446002000116, for the rule
that a component counts when its eigenvalue is above 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.index.analysis.kin import ancestors, codes_at
from dynapolis.index.analysis.rows import columns
from dynapolis.index.weighting.principal_components import first_loadings, principal_components
from dynapolis.model.arrays import FloatArray
from dynapolis.model.composite import CompositeSpec
from dynapolis.model.unit_table import UnitTable


@dataclass(frozen=True, slots=True)
class Components:
    """Components of one group, the one that explains most first.

    Attributes:
        group: a node, or empty for a whole level.
        codes: its members.
        n_rows: rows without a gap, which alone are counted.
        deviation: standard deviation of each component, shape (k,).
        explained: its share of the variance.
        loadings: shape (k, k): member, component; each component has length 1 and is turned so that its loadings add
            up to more than 0.
        weights: loadings of the first component, shape (k,): the weights it would give, which may be negative.
    """

    group: str
    codes: tuple[str, ...]
    n_rows: int
    deviation: FloatArray
    explained: FloatArray
    loadings: FloatArray
    weights: FloatArray

    @property
    def eigenvalues(self) -> FloatArray:
        """Variance along each component; they add up to the number of members that vary."""
        return np.asarray(self.deviation**2)

    @property
    def n_above_one(self) -> int:
        """Components whose eigenvalue is above 1 (Kaiser)."""
        return int((self.eigenvalues > 1 + 1e-9).sum())


def components_by_node(table: UnitTable, spec: CompositeSpec, level: int = 1) -> tuple[Components, ...]:
    """Components of the members of each parent at one level, in the order of the specification.

    Args:
        table: with the members as columns: normalised data for indicators, scores for nodes.
        spec: the tree.
        level: of the members.

    Raises:
        BadUse: fewer than two rows of a group are without a gap, or nothing stands at the level.
    """
    codes = codes_at(spec, level)
    groups: dict[str, list[str]] = {}
    for code in codes:
        for node in ancestors(spec, code)[:1]:
            groups.setdefault(node, []).append(code)
    return tuple(_components(table, node, tuple(members)) for node, members in groups.items())


def components_of_level(table: UnitTable, spec: CompositeSpec, level: int = 1, below: str | None = None) -> Components:
    """Components of all codes of one level together, or of those below a node.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"),), steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ...     indicators=(IndexIndicator(code="x", parent="i"), IndexIndicator(code="y", parent="i")),
        ... )
        >>> rows = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
        >>> found = components_of_level(UnitTable(("a", "b", "c"), ("A", "B", "C"), (), ("x", "y"), rows, {}, {}), spec)
        >>> found.explained.round(6).tolist(), found.n_above_one
        ([1.0, 0.0], 1)
    """
    return _components(table, below or "", codes_at(spec, level, below))


def _components(table: UnitTable, group: str, codes: tuple[str, ...]) -> Components:
    values = columns(table, codes)
    n_rows = int((~np.isnan(values).any(axis=1)).sum())
    if n_rows < 2:
        raise BadUse(
            f"principal components of {group or 'the level'}: found {n_rows} rows without a gap; expected two or more; "
            "impute first, or leave out the indicators with most gaps"
        )
    found = principal_components(values)
    return Components(
        group, codes, n_rows, found.deviation, found.explained, found.loadings, first_loadings(values)
    )  # fmt: skip
