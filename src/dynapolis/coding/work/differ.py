"""Where two coders who both coded a unit differ, and in which order that is worth deciding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dynapolis.model.coding_work import Answer, Difference
from dynapolis.model.evidence import Coding

# Schemes by what a change of code moves: who is counted at all, then what shares and indicators are made of.
WEIGHT = {"kind": 0, "track": 0, "sector": 1, "goal": 1, "lab_type": 1, "stage": 2, "lead": 2, "status": 3, "driver": 3}


def answers(codings: Iterable[Coding], version: str) -> dict[tuple[str, str], dict[str, Answer]]:
    """By record and coder the answers under one version of the codebook, by scheme; the last round of each counts."""
    rows: dict[tuple[str, str], dict[str, list[Coding]]] = defaultdict(lambda: defaultdict(list))
    for coding in codings:
        if coding.codebook_version == version:
            rows[coding.record_id, coding.coder_id][coding.scheme].append(coding)
    return {key: {scheme: _answer(key[1], found) for scheme, found in schemes.items()} for key, schemes in rows.items()}


def _answer(coder: str, rows: Sequence[Coding]) -> Answer:
    last = max(row.round for row in rows)
    kept = sorted((row for row in rows if row.round == last), key=lambda row: row.position)
    return Answer(coder, tuple(row.code for row in kept), kept[0].quote or "", any(row.unsure for row in kept))


def both_in(
    given: Mapping[tuple[str, str], Mapping[str, Answer]], pairs: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, str]]:
    """Records of the overlap that both coders have coded, with the two; before that nobody is told anything."""
    found = {}
    for record, coders in pairs.items():
        there = [coder for coder in sorted(coders) if (record, coder) in given]
        if len(there) >= 2:
            found[record] = (there[0], there[1])
    return found


def differences(
    given: Mapping[tuple[str, str], Mapping[str, Answer]], pairs: Mapping[str, Sequence[str]],
    decided: Iterable[tuple[str, str]] = (),
) -> list[Difference]:  # fmt: skip
    """Where the coders of a record differ, what moves most first; nothing of records that one has still to code.

    Args:
        given: from ``answers``.
        pairs: by record, who was to code it.
        decided: records and schemes that an adjudicator decided already.
    """
    done = set(decided)
    found = []
    for record, (one, other) in both_in(given, pairs).items():
        left, right = given[record, one], given[record, other]
        for scheme in left.keys() & right.keys():
            if left[scheme].codes[0] != right[scheme].codes[0] and (record, scheme) not in done:
                found.append(Difference(record, scheme, left[scheme], right[scheme]))
    n_of: dict[str, int] = defaultdict(int)
    for item in found:
        n_of[item.record_id] += 1
    return sorted(found, key=lambda d: (WEIGHT.get(d.scheme, 9), -n_of[d.record_id], d.record_id, d.scheme))
