"""Which records are the same thing, by the judgements made so far (method, section 1).

The last judgement on a pair counts. Records joined by "same" form one entity, unless that would put a pair judged
"different" into one entity; such a conflict is refused and reported, never settled in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dynapolis.errors import BadUse
from dynapolis.ids import make_id
from dynapolis.model.evidence import Judgement, Verdict


def entity_of_records(record_ids: Sequence[str], judgements: Iterable[Judgement]) -> dict[str, str]:
    """Entity id of every record.

    The id is made from the smallest record id of the entity, so it does not depend on the order of judgements.

    Args:
        record_ids: all records.
        judgements: in the order they were made; judgements on records that are not there are passed over.

    Raises:
        BadUse: two records judged different would become one entity through others; both are named.

    Example:
        >>> entity_of_records(["a", "b"], [])["a"] == entity_of_records(["a"], [])["a"]
        True
    """
    known = set(record_ids)
    last = {tuple(sorted((j.left_id, j.right_id))): j.verdict for j in judgements if {j.left_id, j.right_id} <= known}
    first = {record: record for record in record_ids}

    def root(record: str) -> str:
        while first[record] != record:
            first[record] = first[first[record]]
            record = first[record]
        return record

    for (left, right), verdict in sorted(last.items()):
        if verdict is Verdict.SAME:
            low, high = sorted((root(left), root(right)))
            first[high] = low
    clashes = [pair for pair, v in sorted(last.items()) if v is Verdict.DIFFERENT and root(pair[0]) == root(pair[1])]
    if clashes:
        pairs = "; ".join(f"{left} and {right}" for left, right in clashes)
        raise BadUse(f"judged different, yet joined through other records: {pairs}; correct one of the judgements")
    return {record: make_id("entity", root(record)) for record in record_ids}
