"""What waits for coding again after the codebook moved on: records coded under rules that changed, and only those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coding


def changed_schemes(codebook: Codebook) -> tuple[str, ...]:
    """Schemes whose rules are not those of the version before."""
    return tuple(scheme.scheme for scheme in codebook.schemes if scheme.rules_changed)


def waiting(codings: Iterable[Coding], codebook: Codebook) -> dict[str, tuple[str, ...]]:
    """By record the schemes that somebody coded under the version before, whose rules changed, and nobody since.

    Args:
        codings: of people, rules and models alike.
        codebook: the new version.
    """
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for coding in codings:
        side = after if coding.codebook_version == codebook.version else before
        side[coding.record_id].add(coding.scheme)
    changed = changed_schemes(codebook)
    found = {
        record: tuple(scheme for scheme in changed if scheme in schemes and scheme not in after[record])
        for record, schemes in sorted(before.items())
    }
    return {record: schemes for record, schemes in found.items() if schemes}
