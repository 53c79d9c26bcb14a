"""Scored pairs of the records of initiatives, with the band each lies in: the door to the engine that compares them."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from dynapolis.resolve.initiatives import subject_table
from dynapolis.resolve.judge import PAIR
from dynapolis.resolve.profile import INITIATIVES
from dynapolis.resolve.score import score_pairs
from dynapolis.resolve.threshold import choose_bands

# What is written into the ledger as judge. A change of comparisons, model or thresholds is a new version.
RULE_NAME = "rule: splink initiatives, version 2"


def find_scored_pairs(records: pa.Table, codings: pa.Table) -> pa.Table:
    """Candidate pairs with probability, band and evidence.

    A register is taken to list an initiative once, so no two records of one register are a pair; people may join such
    records all the same.

    Args:
        records: the table ``core_records__record``.
        codings: the table ``core_coding__translated``.

    Returns:
        columns ``PAIR``.
    """
    subjects, registers = subject_table(records, codings), pc.unique(records["register"]).to_pylist()
    found = score_pairs(subjects, profile=INITIATIVES, distinct=registers)
    probability = found["probability"]
    bands = choose_bands(probability.to_numpy(), most_wrong=INITIATIVES.most_wrong, most_missed=INITIATIVES.most_missed)
    told = [
        json.dumps([[key, values] for _, _, _, key, values in json.loads(text)], ensure_ascii=False)
        for text in found["evidence"].to_pylist()
    ]
    return pa.table(
        {
            "left_id": found["left_id"],
            "right_id": found["right_id"],
            "probability": probability,
            "band": pa.array([bands.of(p) for p in probability.to_pylist()], pa.string()),
            "evidence": pa.array(told, pa.string()),
        },
        PAIR,
    )
