"""Which records are the same thing, by the judgements made so far (method, section 1).

A merge is a view: nothing is stored but judgements, and one more judgement undoes it. What is judged different is never
one entity: a "same" that would make it so, directly or through others, is refused and reported, and the others hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dynapolis.ids import make_id
from dynapolis.model.evidence import Judgement, Verdict
from dynapolis.resolve.clusters import Clusters
from dynapolis.resolve.standing import Pair, kind_of, standing


@dataclass(frozen=True, slots=True)
class Refused:
    """A judgement "same" that does not hold, since another one says "different".

    Attributes:
        judgement: the one that is refused.
        against: the one it would contradict; of the same two records, or of two that others would join through it.
    """

    judgement: Judgement
    against: Judgement


@dataclass(frozen=True, slots=True)
class Entities:
    """The view of all records as entities.

    Attributes:
        entity_of: entity id of every record.
        canonical: by entity id, the record it is named after.
        members: by entity id, its records, the canonical one first and the others in the order of precedence.
        refused: judgements that do not hold, in the order in which they were tried.
        clusters: the groups behind it, with what holds them apart.
    """

    entity_of: Mapping[str, str]
    canonical: Mapping[str, str]
    members: Mapping[str, Sequence[str]]
    refused: tuple[Refused, ...]
    clusters: Clusters = field(compare=False, repr=False)

    def all_ids(self) -> dict[str, str]:
        """Every id that an entity of these records can ever have had, and the id it has now.

        An id is made of one record, so an id of yesterday leads to the entity that has that record today: links to
        entities never end in nothing after a merge, and come back by themselves after it is undone.
        """
        return {entity_named_after(record): entity for record, entity in self.entity_of.items()}


def entity_named_after(record_id: str) -> str:
    """The id that an entity has while this record is its canonical one."""
    return make_id("entity", record_id)


def join_records(
    record_ids: Iterable[str], judgements: Iterable[Judgement], precedence: Mapping[str, int] | None = None
) -> Entities:
    """Entities from judgements.

    An entity is named after its record of the lowest precedence number, and of several with the smallest id. So its id
    does not depend on the order of judgements, and stays when records are added that come later in the precedence.
    Judgements "same" are tried a person's first, then a register's, then a rule's; of one kind, the earlier first.

    Args:
        record_ids: all records.
        judgements: in any order; those on records that are not there are passed over.
        precedence: by record; 0 for those it does not name.

    Example:
        >>> a_b = Judgement("a", "b", Verdict.SAME, "ann", "one address", "2026-01-01")
        >>> found = join_records("abc", [a_b])
        >>> found.entity_of["a"] == found.entity_of["b"] == entity_named_after("a") != found.entity_of["c"]
        True
    """
    records = sorted(record_ids)
    here = set(records)
    last = standing(j for j in judgements if j.left_id in here and j.right_id in here)
    apart = {pair: j for pair, j in last.items() if j.verdict is Verdict.DIFFERENT}
    clusters, refused = Clusters(records, sorted(apart)), []
    same = [(pair, j) for pair, j in last.items() if j.verdict is Verdict.SAME]
    for pair, judgement in sorted(same, key=_turn):
        if between := clusters.join(pair):
            refused.append(Refused(judgement, apart[between]))
    return _named(records, clusters, tuple(refused), precedence or {})


def entity_of_records(record_ids: Iterable[str], judgements: Iterable[Judgement]) -> dict[str, str]:
    """Entity id of every record; see ``join_records``.

    Example:
        >>> entity_of_records(["a", "b"], [])["a"] == entity_of_records(["a"], [])["a"]
        True
    """
    return dict(join_records(record_ids, judgements).entity_of)


def links_of_entities(links: Iterable[tuple[str, str]], entities: Entities) -> list[tuple[str, str]]:
    """Links between records as links between entities: both ends are canonical ids, each link stands once.

    Links are stored between records, which never change, and read through this view. A link between two records of one
    entity says nothing any more and is left out, and so is one of which a record is not here.

    Example:
        >>> same = Judgement("b", "c", Verdict.SAME, "ann", "one address", "2026-01-01")
        >>> found = join_records("abc", [same])
        >>> links_of_entities([("a", "b"), ("a", "c"), ("b", "c")], found) == [
        ...     (entity_named_after("a"), entity_named_after("b"))]
        True
    """
    of = entities.entity_of
    ends = {(of[start], of[end]) for start, end in links if start in of and end in of}
    return sorted((start, end) for start, end in ends if start != end)


def _turn(item: tuple[Pair, Judgement]) -> tuple[int, str, Pair]:
    pair, judgement = item
    return -kind_of(judgement.judge), judgement.made_at, pair


def _named(
    records: Sequence[str], clusters: Clusters, refused: tuple[Refused, ...], precedence: Mapping[str, int]
) -> Entities:
    groups: dict[str, list[str]] = {}
    for record in sorted(records, key=lambda r: (precedence.get(r, 0), r)):
        groups.setdefault(clusters.root(record), []).append(record)
    members = {entity_named_after(group[0]): tuple(group) for group in groups.values()}
    entity_of = {record: entity for entity, group in members.items() for record in group}
    canonical = {entity: group[0] for entity, group in members.items()}
    return Entities(entity_of, canonical, members, refused, clusters)
