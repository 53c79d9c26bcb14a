"""A code for what no level of the order of adoption decides: the most probable one, if it is probable enough (ours).

Where no adjudicator, no people and no two models speak with one voice, several coders together may still leave little
doubt. Their codes and their error rates give a probability of each code (``dawid_skene``); the most probable one is
taken from a coder who gave it, with the words that coder quoted. It is always marked as unsure.

The code of one coder alone is no consensus, and neither is a code that nobody gave.
"""

from __future__ import annotations

import narwhals as nw

from dynapolis.coding.adopt import CONSENSUS, KEY, latest
from dynapolis.engine.frame import Frame


def find_consensus(codings: Frame, adopted: Frame, probable: Frame, *, threshold: float) -> Frame:
    """Codes for units and schemes that are still open, with all codes of the coder they are taken from.

    Of the coders who gave the code, one who did not doubt it comes first, then the one with the smallest id.

    Args:
        codings: as for ``adopt``.
        adopted: what ``adopt`` decided; columns ``unit_id`` and ``scheme``.
        probable: the most probable code; columns ``unit_id``, ``scheme``, ``code``, ``probability``.
        threshold: the least probability that is enough, 0 to 1.

    Returns:
        rows of the codings with ``why`` = consensus, ``unsure`` true, ``probability`` that of the primary code, and
        ``n_coders``.
    """
    current = latest(codings.filter(nw.col("is_current"))).drop("probability")
    voices = current.filter(nw.col("position") == 0).with_columns(n_coders=nw.col("coder_id").n_unique().over(*KEY))
    decided = adopted.select(*KEY).unique().with_columns(_decided=nw.lit(True))
    still_open = voices.filter(nw.col("n_coders") >= 2).join(decided, on=[*KEY], how="left")
    still_open = still_open.filter(nw.col("_decided").is_null())
    enough = probable.filter(nw.col("probability") >= threshold)
    fitting = still_open.join(enough, on=[*KEY, "code"], how="inner").with_columns(
        _doubt=nw.col("unsure").cast(nw.Int64)
    )
    fitting = fitting.with_columns(_least=nw.col("_doubt").min().over(*KEY)).filter(
        nw.col("_doubt") == nw.col("_least")
    )
    winner = fitting.group_by(*KEY, "n_coders", "probability").agg(coder_id=nw.col("coder_id").min())
    return current.join(winner, on=[*KEY, "coder_id"], how="inner").with_columns(
        unsure=nw.lit(True), why=nw.lit(CONSENSUS)
    )
