"""Scored pairs of the records of initiatives, with the band each lies in: the door to the engine that compares them."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc

from dynapolis.model.district import Districts
from dynapolis.model.evidence import record_of_row
from dynapolis.resolve.initiatives import subject_table
from dynapolis.resolve.judge import PAIR
from dynapolis.resolve.links.district import parts_of_records
from dynapolis.resolve.profile import INITIATIVES
from dynapolis.resolve.score import score_pairs
from dynapolis.resolve.threshold import choose_bands

# What is written into the ledger as judge. A change of comparisons, model or thresholds is a new version.
RULE_NAME = "rule: splink initiatives, version 3"


def find_scored_pairs(records: pa.Table, codings: pa.Table, districts: Districts) -> pa.Table:
    """Candidate pairs with probability, band and evidence.

    A register is taken to list an initiative once, so no two records of one register are a pair; people may join such
    records all the same.

    Args:
        records: the table ``core_records__record``.
        codings: the table ``core_coding__translated``.
        districts: the parts of the cities.

    Returns:
        columns ``PAIR``.
    """
    parts = parts_of_records((record_of_row(row) for row in records.to_pylist()), districts)
    subjects, registers = subject_table(records, codings, parts), pc.unique(records["register"]).to_pylist()
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
