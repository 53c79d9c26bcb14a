"""Who belongs to whom in the tree: ancestors, members, and the codes of one level."""

from __future__ import annotations

from dynapolis.errors import BadUse
from dynapolis.model.composite import CompositeSpec


def ancestors(spec: CompositeSpec, code: str) -> tuple[str, ...]:
    """Nodes above a node or indicator, the nearest first; none above the index, or above what is not in the tree."""
    found: list[str] = []
    at = spec.parents.get(code)
    while at is not None:
        found.append(at)
        at = spec.parents[at]
    return tuple(found)


def ancestor_at(spec: CompositeSpec, code: str, level: int) -> str | None:
    """The node of one level to which a code belongs; none where its line has none of that level."""
    return next((node for node in ancestors(spec, code) if spec.levels[node] == level), None)


def codes_at(spec: CompositeSpec, level: int, below: str | None = None) -> tuple[str, ...]:
    """Codes of one level in the order of the specification: indicators for 1, else nodes.

    Indicators without a parent are carried along and belong to no level.

    Args:
        spec: the tree.
        level: 1 for the indicators.
        below: only those below this node.

    Raises:
        BadUse: there is nothing at that level, or no such node.

    Example:
        >>> from dynapolis.model.composite import Aggregate, IndexIndicator, Node
        >>> spec = CompositeSpec(
        ...     index="i", nodes=(Node(code="i"), Node(code="p", parent="i")),
        ...     indicators=(IndexIndicator(code="x", parent="p"), IndexIndicator(code="y", parent="i")),
        ...     steps=(Aggregate(step="aggregate", method="arithmetic"),),
        ... )
        >>> codes_at(spec, 1), codes_at(spec, 1, "p"), codes_at(spec, 2), ancestors(spec, "x")
        (('x', 'y'), ('x',), ('p',), ('p', 'i'))
    """
    if below is not None and below not in spec.children:
        raise BadUse(f"found {below!r}; expected one of {', '.join(spec.children)}; correct the node")
    if level == 1:
        every = [item.code for item in spec.indicators if item.parent is not None]
    else:
        every = [node.code for node in spec.nodes if spec.levels[node.code] == level]
    found = tuple(code for code in every if below is None or below in ancestors(spec, code))
    if not found:
        highest = spec.levels[spec.root]
        place = f" below {below}" if below else ""
        raise BadUse(f"found nothing at level {level}{place}; levels are 1 to {highest}; choose another level")
    return found


def directions_of(spec: CompositeSpec, codes: tuple[str, ...]) -> tuple[int, ...]:
    """1 where more is better, −1 where less is; nodes are scores, of which more is better."""
    known = {item.code: int(item.direction) for item in spec.indicators}
    return tuple(known.get(code, 1) for code in codes)
