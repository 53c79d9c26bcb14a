"""Records in groups that grow, and pairs of groups that must never become one."""

from __future__ import annotations

from collections.abc import Iterable

from dynapolis.resolve.standing import Pair


class Clusters:
    """Groups of records; each record begins alone.

    Joining costs next to nothing whatever the size (union by size, Tarjan 1975, doi 10.1145/321879.321884), and which
    pairs hold two groups apart is kept with the groups, so that nothing has to be searched.
    """

    def __init__(self, records: Iterable[str], apart: Iterable[Pair] = ()) -> None:
        """Begin.

        Args:
            records: their ids.
            apart: pairs of records, both among ``records``, that stay in two groups.
        """
        self._above = {record: record for record in records}
        self._size: dict[str, int] = {}
        self._apart: dict[str, dict[str, Pair]] = {}
        for pair in apart:
            for here, there in (pair, pair[::-1]):
                self._apart.setdefault(here, {})[there] = pair

    def root(self, record: str) -> str:
        """The record that stands for the group at the moment."""
        above = self._above
        while above[record] != record:
            above[record] = above[above[record]]
            record = above[record]
        return record

    def together(self, pair: Pair) -> bool:
        """Whether two records are in one group.

        Example:
            >>> clusters = Clusters("abc")
            >>> clusters.join(("a", "b")), clusters.together(("a", "b")), clusters.together(("a", "c"))
            (None, True, False)
        """
        return self.root(pair[0]) == self.root(pair[1])

    def join(self, pair: Pair) -> Pair | None:
        """Make the groups of two records one, unless a pair holds them apart; then that pair, and nothing is done.

        Example:
            >>> clusters = Clusters("abc", [("a", "c")])
            >>> clusters.join(("a", "b")), clusters.join(("b", "c"))
            (None, ('a', 'c'))
        """
        large, small = sorted(map(self.root, pair), key=lambda root: -self._size.get(root, 1))
        if large == small:
            return None
        if between := self._apart.get(large, {}).get(small):
            return between
        self._above[small] = large
        self._size[large] = self._size.get(large, 1) + self._size.get(small, 1)
        for other, why in self._apart.pop(small, {}).items():
            held = self._apart[other]
            del held[small]
            held.setdefault(large, why)
            self._apart.setdefault(large, {}).setdefault(other, why)
        return None

    def held_apart(self, pair: Pair) -> Pair | None:
        """The pair that keeps the groups of two records apart, if any does."""
        return self._apart.get(self.root(pair[0]), {}).get(self.root(pair[1]))

    def copy(self) -> Clusters:
        """The same groups, to try something on."""
        other = Clusters(())
        other._above, other._size = dict(self._above), dict(self._size)
        other._apart = {root: dict(held) for root, held in self._apart.items()}
        return other
