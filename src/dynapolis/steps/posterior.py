"""True codes as the coders let us see them: a Dawid–Skene model per question (method, section 3, coding)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dynapolis.coding.dawid_skene import CoderLabels, DawidSkene, draw_codes, fit_dawid_skene
from dynapolis.figures.unit_codes import UnitCodes
from dynapolis.model.codebook import Codebook

IntArray = NDArray[np.int64]
KIND_AND_TRACK = "kind+track"
SINGLE = ("sector", "goal", "lab_type", "stage", "status", "lead")
JOINT = (
    ("project", "industry"), ("project", "service"), ("project", "community"),
    ("programme", "industry"), ("programme", "service"), ("programme", "community"),
    ("living_lab", "living_lab"), ("lab_project", "living_lab"),
)  # fmt: skip
INDEPENDENT_WEIGHT, ADJUDICATOR_WEIGHT = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """One model: its true codes, its units, and the fit."""

    scheme: str
    codes: tuple[str, ...]
    units: IntArray
    fit: DawidSkene


def fit_questions(coding: pa.Table, unit_ids: list[str], codebook: Codebook) -> list[Question]:
    """A model for kind and track together, and one for every scheme that an indicator uses.

    Kind and track are one question, because a lab project is always living-lab-led and a project never is; a coder
    who answered only one of the two has labels of their own. Each question is asked of the units that anybody coded.
    Labels are taken as printed, under the codebook each coder used: the model learns what they stand for.

    Args:
        coding: codings with ``code_printed`` and ``code`` (as it reads now).
        unit_ids: all units, in the order of the arrays.
        codebook: the edition's.
    """
    place = {unit: n for n, unit in enumerate(unit_ids)}
    rows = [row for row in coding.to_pylist() if row["position"] == 0]
    given: dict[str, dict[str, dict[int, tuple[str, str]]]] = {}
    for row in rows:
        said = given.setdefault(row["scheme"], {}).setdefault(row["coder_id"], {})
        said[place[row["unit_id"]]] = (row["code_printed"], row["code"])
    roles = {row["coder_id"]: row["role"] for row in rows}
    questions = [_kind_and_track(given, roles, len(unit_ids))]
    for scheme in SINGLE:
        names = tuple(c.code for c in codebook.by_scheme[scheme].codes if c.assignable)
        labels = {
            coder: {u: (printed, names.index(now) if now in names else -1) for u, (printed, now) in said.items()}
            for coder, said in given.get(scheme, {}).items()
        }
        questions.append(_fit(scheme, names, labels, roles))
    return questions


def _kind_and_track(
    given: dict[str, dict[str, dict[int, tuple[str, str]]]], roles: dict[str, str], n_units: int
) -> Question:
    kinds, tracks = given.get("kind", {}), given.get("track", {})
    labels: dict[str, dict[int, tuple[str, int]]] = {}
    for coder in sorted({*kinds, *tracks}):
        said: dict[int, tuple[str, int]] = {}
        for unit in range(n_units):
            kind = kinds.get(coder, {}).get(unit, ("", ""))[1]
            track = tracks.get(coder, {}).get(unit, ("", ""))[1]
            if kind or track:
                fits = [n for n, (k, t) in enumerate(JOINT) if (not kind or k == kind) and (not track or t == track)]
                said[unit] = (f"{kind}+{track}", fits[0] if len(fits) == 1 else -1)
        labels[coder] = said
    return _fit(KIND_AND_TRACK, tuple(f"{k}+{t}" for k, t in JOINT), labels, roles)


def _fit(
    scheme: str, codes: tuple[str, ...], labels: dict[str, dict[int, tuple[str, int]]], roles: dict[str, str]
) -> Question:
    units = np.array(sorted({u for said in labels.values() for u in said}), dtype=np.int64)
    coders = []
    for coder in sorted(labels):
        meanings = dict(sorted(labels[coder].values()))
        names = list(meanings)
        numbers = np.array([names.index(labels[coder][u][0]) if u in labels[coder] else -1 for u in units])
        weight = ADJUDICATOR_WEIGHT if roles[coder] == "adjudicator" else INDEPENDENT_WEIGHT
        coders.append(CoderLabels(numbers, np.array(list(meanings.values())), weight))
    return Question(scheme, codes, units, fit_dawid_skene(coders, len(codes)))


def posterior_table(questions: list[Question], unit_ids: list[str]) -> pa.Table:
    """Probabilities of at least 1 in 1,000, one row per unit, question and code."""
    rows = []
    for question in questions:
        for row, unit in enumerate(question.units):
            for code, p in zip(question.codes, question.fit.posterior[row], strict=True):
                if p >= 0.001:
                    rows.append(
                        {"unit_id": unit_ids[unit], "scheme": question.scheme, "code": code, "probability": float(p)}
                    )
    return pa.Table.from_pylist(rows).sort_by(
        [("unit_id", "ascending"), ("scheme", "ascending"), ("code", "ascending")]
    )


def draw_unit_codes(
    questions: list[Question],
    base: UnitCodes,
    codes: dict[str, tuple[str, ...]],
    n_draws: int,
    rng: np.random.Generator,
) -> UnitCodes:
    """Primary codes of all units drawn from the posteriors; units that nobody coded keep what they have."""
    drawn = base.repeat(n_draws)
    for question in questions:
        numbers = draw_codes(question.fit.posterior, n_draws, rng)
        if question.scheme == KIND_AND_TRACK:
            for scheme, part in (("kind", 0), ("track", 1)):
                names = [pair[part] for pair in JOINT]
                drawn = _put(drawn, scheme, codes[scheme], names, numbers, question.units)
        else:
            drawn = _put(drawn, question.scheme, codes[question.scheme], list(question.codes), numbers, question.units)
    return drawn


def _put(
    drawn: UnitCodes, scheme: str, codes: tuple[str, ...], names: list[str], numbers: IntArray, units: IntArray
) -> UnitCodes:
    translation = np.array([codes.index(name) for name in names])
    values = drawn.primary[scheme].copy()
    values[:, units] = translation[numbers]
    return drawn.take(scheme, values)
