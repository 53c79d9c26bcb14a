"""True codes as the coders let us see them: a Dawid–Skene model per question (method, section 3, coding)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dynapolis.coding.adopt import LATER
from dynapolis.coding.dawid_skene import CoderLabels, draw_codes, fit_dawid_skene
from dynapolis.coding.dawid_skene_draws import draw_truth
from dynapolis.figures.unit_codes import UnitCodes
from dynapolis.model.arrays import FloatArray, IntArray
from dynapolis.model.codebook import Codebook

KIND_AND_TRACK = "kind+track"
SINGLE = ("sector", "goal", "lab_type", "stage", "status", "lead")
JOINT = (
    ("project", "industry"), ("project", "service"), ("project", "community"),
    ("programme", "industry"), ("programme", "service"), ("programme", "community"),
    ("living_lab", "living_lab"), ("lab_project", "living_lab"),
)  # fmt: skip
# Prior counts that a label means what it says. An adjudicator who saw the other codes is no independent witness: the
# weight keeps its sure codes all but certain and leaves open those it doubted.
INDEPENDENT_WEIGHT, ADJUDICATOR_WEIGHT = 2.0, 300.0


@dataclass(frozen=True, slots=True)
class Question:
    """One model: its true codes, its units, and the probability of each code for each unit.

    Attributes:
        scheme: the scheme asked, or ``KIND_AND_TRACK``.
        codes: its true codes.
        units: shape (n_units,), numbers of the units that anybody coded.
        posterior: shape (n_units, n_codes).
        coders: what each coder said of these units; draws need it to carry what is not known of error rates.
    """

    scheme: str
    codes: tuple[str, ...]
    units: IntArray
    posterior: FloatArray
    coders: tuple[CoderLabels, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before its model is fitted."""

    scheme: str
    codes: tuple[str, ...]
    units: IntArray
    coders: tuple[CoderLabels, ...]


def fit_questions(coding: pa.Table, unit_ids: list[str], codebook: Codebook) -> list[Question]:
    """A model for kind and track together, and one for every scheme that an indicator uses.

    Kind and track are one question, because a lab project is always living-lab-led and a project never is; a coder
    who answered only one of the two has labels of their own. Each question is asked of the units that anybody coded;
    one that nobody answered is not asked. Labels are taken as printed, under the codebook each coder used; where rules
    changed since, nothing is presumed and the model learns what they stand for. A code given with doubt is a label of
    its own. A coder's second thought stands for the first.

    Args:
        coding: translated codings, with ``code_printed``, ``code`` (as it reads now) and ``is_current``.
        unit_ids: all units, in the order of the arrays.
        codebook: the edition's.
    """
    return [_fit(asked) for asked in ask_questions(coding, unit_ids, codebook)]


def ask_questions(coding: pa.Table, unit_ids: list[str], codebook: Codebook) -> list[Asked]:
    """What every question asks of whom, and what was answered; see ``fit_questions``."""
    place = {unit: n for n, unit in enumerate(unit_ids)}
    rows = sorted((row for row in coding.to_pylist() if row["position"] == 0), key=itemgetter(*LATER))
    given: dict[str, dict[str, dict[int, Said]]] = {}
    for row in rows:
        said = given.setdefault(row["scheme"], {}).setdefault(row["coder_id"], {})
        said[place[row["unit_id"]]] = Said(row["code_printed"], row["code"], row["is_current"], row["unsure"])
    roles = {row["coder_id"]: row["role"] for row in rows}
    questions = [_kind_and_track(given, roles, len(unit_ids))] if given.keys() & {"kind", "track"} else []
    for scheme in (scheme for scheme in SINGLE if scheme in given):
        names = _true_codes(scheme, codebook)
        labels = {
            coder: {u: Label(s.printed, _meaning(s, names), s.unsure) for u, s in said.items()}
            for coder, said in given[scheme].items()
        }
        questions.append(_ask(scheme, names, labels, roles))
    return questions


class Said(NamedTuple):
    """One primary code as given: as printed, as it reads now, whether the rules are the same, and with what doubt."""

    printed: str
    now: str
    is_current: bool
    unsure: bool


class Label(NamedTuple):
    """What a coder may answer: its name, the number of the true code it stands for by the rules, and its doubt."""

    name: str
    means: int
    unsure: bool


def _meaning(said: Said, names: tuple[str, ...]) -> int:
    """The code a label stands for; none in particular when it was given under rules that changed since."""
    return names.index(said.now) if said.is_current and said.now in names else -1


def _kind_and_track(given: dict[str, dict[str, dict[int, Said]]], roles: dict[str, str], n_units: int) -> Asked:
    """Kind and track as one question.

    Coders who answered only half of it, one the kind, another the track, are one informant whose label is what they
    said together: taken apart, they would seem to confirm each other where they only used the same rules.
    """
    kinds, tracks = given.get("kind", {}), given.get("track", {})
    halves = sorted(kinds.keys() ^ tracks.keys())
    informants: dict[str, tuple[str, ...]] = {coder: (coder,) for coder in sorted(kinds.keys() & tracks.keys())}
    if halves:
        informants["+".join(halves)] = tuple(halves)
    labels: dict[str, dict[int, Label]] = {}
    for informant, coders in informants.items():
        labels[informant] = {}
        for unit in range(n_units):
            kind = [said for c in coders if (said := kinds.get(c, {}).get(unit))]
            track = [said for c in coders if (said := tracks.get(c, {}).get(unit))]
            if kind or track:
                labels[informant][unit] = _joint_label(kind, track)
    roles = roles | {informant: "independent" for informant in informants if informant not in roles}
    return _ask(KIND_AND_TRACK, tuple(f"{k}+{t}" for k, t in JOINT), labels, roles)


def _joint_label(kind: list[Said], track: list[Said]) -> Label:
    """What was said of kind and track together; it stands for a code if exactly one fits and the rules are the same."""
    kinds, tracks = {said.now for said in kind}, {said.now for said in track}
    fits = [n for n, (k, t) in enumerate(JOINT) if kinds <= {k} and tracks <= {t}]
    said = kind + track
    means = fits[0] if len(fits) == 1 and all(part.is_current for part in said) else -1
    return Label("+".join(part.now for part in said), means, any(part.unsure for part in said))


def _ask(scheme: str, codes: tuple[str, ...], labels: dict[str, dict[int, Label]], roles: dict[str, str]) -> Asked:
    units = np.array(sorted({u for said in labels.values() for u in said}), dtype=np.int64)
    coders = []
    for coder in sorted(labels):
        used = sorted(set(labels[coder].values()))
        alphabet = used + _unused(used, codes)
        place = {label: n for n, label in enumerate(alphabet)}
        numbers = np.array([place[labels[coder][u]] if u in labels[coder] else -1 for u in units])
        weight = ADJUDICATOR_WEIGHT if roles[coder] == "adjudicator" else INDEPENDENT_WEIGHT
        means, unsure = np.array([a.means for a in alphabet]), np.array([a.unsure for a in alphabet])
        coders.append(CoderLabels(numbers, means, weight, unsure))
    return Asked(scheme, codes, units, tuple(coders))


def _fit(asked: Asked) -> Question:
    posterior = fit_dawid_skene(asked.coders, len(asked.codes)).posterior
    return Question(asked.scheme, asked.codes, asked.units, posterior, asked.coders)


def posterior_table(questions: list[Question], unit_ids: list[str]) -> pa.Table:
    """Every probability as it was fitted, by unit, question and code: what draws and consensus both start from."""
    columns: dict[str, list[object]] = {name: [] for name in _POSTERIOR.names}
    for question in questions:
        for row, unit in enumerate(question.units):
            columns["unit_id"] += [unit_ids[unit]] * len(question.codes)
            columns["scheme"] += [question.scheme] * len(question.codes)
            columns["code"] += question.codes
            columns["probability"] += question.posterior[row].tolist()
    return pa.table(columns, _POSTERIOR).sort_by(
        [("unit_id", "ascending"), ("scheme", "ascending"), ("code", "ascending")]
    )


def read_questions(table: pa.Table, coding: pa.Table, unit_ids: list[str], codebook: Codebook) -> list[Question]:
    """The questions that a posterior table holds, with what was answered, in the order in which they were fitted."""
    place = {unit: n for n, unit in enumerate(unit_ids)}
    cells: dict[str, dict[tuple[int, str], float]] = {}
    for unit, scheme, code, p in zip(*(table[name].to_pylist() for name in _POSTERIOR.names), strict=True):
        cells.setdefault(scheme, {})[place[unit], code] = p
    return [
        Question(asked.scheme, asked.codes, asked.units, _grid(cells[asked.scheme], asked), asked.coders)
        for asked in ask_questions(coding, unit_ids, codebook)
    ]


def _grid(cells: Mapping[tuple[int, str], float], asked: Asked) -> FloatArray:
    return np.array([[cells[int(unit), code] for code in asked.codes] for unit in asked.units])


def probable_codes(questions: list[Question], unit_ids: list[str], adopted: pa.Table) -> pa.Table:
    """The most probable code of every unit and scheme, with its probability.

    Kind and track are one question. Where one of the two is adopted already, the other is the most probable one beside
    it, with its probability given the adopted one.

    Args:
        questions: the fitted models.
        unit_ids: all units, in the order of the arrays.
        adopted: codes that are adopted already; columns ``unit_id``, ``scheme``, ``position``, ``code``.
    """
    halves = {
        (row["unit_id"], row["scheme"]): row["code"]
        for row in adopted.select(["unit_id", "scheme", "position", "code"]).to_pylist()
        if row["position"] == 0 and row["scheme"] in ("kind", "track")
    }
    rows: list[dict[str, object]] = []
    for question in questions:
        for unit, posterior in zip((unit_ids[n] for n in question.units), question.posterior, strict=True):
            if question.scheme == KIND_AND_TRACK:
                rows += _probable_pair(unit, posterior, halves)
            else:
                best = int(posterior.argmax())
                p = float(posterior[best])
                rows.append(
                    {"unit_id": unit, "scheme": question.scheme, "code": question.codes[best], "probability": p}
                )
    return pa.Table.from_pylist(rows, _POSTERIOR)


def _probable_pair(
    unit: str, posterior: FloatArray, halves: Mapping[tuple[str, str], str]
) -> Iterator[dict[str, object]]:
    kind, track = halves.get((unit, "kind")), halves.get((unit, "track"))
    fits = np.array([kind in (None, k) and track in (None, t) for k, t in JOINT])
    inside = np.where(fits, posterior, 0.0)
    if inside.sum() > 0:
        best = int(inside.argmax())
        for scheme, code in zip(("kind", "track"), JOINT[best], strict=True):
            yield {"unit_id": unit, "scheme": scheme, "code": code, "probability": float(inside[best] / inside.sum())}


def _true_codes(scheme: str, codebook: Codebook) -> tuple[str, ...]:
    if scheme == KIND_AND_TRACK:
        return tuple(f"{k}+{t}" for k, t in JOINT)
    return tuple(c.code for c in codebook.by_scheme[scheme].codes if c.assignable)


def _unused(used: list[Label], codes: tuple[str, ...]) -> list[Label]:
    """Labels a coder might have given and never did; without them, a coder's only label would tell nothing.

    One for each true code that no label stands for, if all labels stand for a code; else one for none in particular.
    """
    known = {label.means for label in used}
    if -1 in known:
        return [Label("(unused)", -1, False)]
    return [Label(f"({code})", number, False) for number, code in enumerate(codes) if number not in known]


_POSTERIOR = pa.schema(
    [("unit_id", pa.string()), ("scheme", pa.string()), ("code", pa.string()), ("probability", pa.float64())]
)


def draw_unit_codes(
    questions: list[Question],
    base: UnitCodes,
    codes: dict[str, tuple[str, ...]],
    n_draws: int,
    rng: np.random.Generator,
) -> UnitCodes:
    """Primary codes of all units drawn from the posteriors; units that nobody coded keep what they have.

    Error rates and prevalence are drawn along with the codes, so that the units of one draw err together.
    """
    drawn = base.repeat(n_draws)
    for question in questions:
        numbers = _draw(question, n_draws, rng)
        if question.scheme == KIND_AND_TRACK:
            for scheme, part in (("kind", 0), ("track", 1)):
                names = [pair[part] for pair in JOINT]
                drawn = _put(drawn, scheme, codes[scheme], names, numbers, question.units)
        else:
            drawn = _put(drawn, question.scheme, codes[question.scheme], list(question.codes), numbers, question.units)
    return drawn


def _draw(question: Question, n_draws: int, rng: np.random.Generator) -> IntArray:
    if not question.coders:  # a posterior from elsewhere: nothing is known of the errors behind it
        return draw_codes(question.posterior, n_draws, rng)
    return draw_truth(question.coders, question.posterior, n_draws, rng).codes


def _put(
    drawn: UnitCodes, scheme: str, codes: tuple[str, ...], names: list[str], numbers: IntArray, units: IntArray
) -> UnitCodes:
    translation = np.array([codes.index(name) for name in names])
    values = drawn.primary[scheme].copy()
    values[:, units] = translation[numbers]
    return drawn.take(scheme, values)
