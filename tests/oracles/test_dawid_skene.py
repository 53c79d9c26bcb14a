"""The Dawid–Skene model against known truth, a slow independent fit, and the data of its first paper."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.coding.dawid_skene import CoderLabels, draw_codes, fit_dawid_skene
from dynapolis.model.codebook import Codebook
from dynapolis.steps.posterior import (
    JOINT,
    KIND_AND_TRACK,
    Question,
    fit_questions,
    posterior_table,
    probable_codes,
    read_questions,
)
from dynapolis.store.content import ContentPaths, read_codebook

FloatArray = NDArray[np.float64]
NEVER = -1.0  # a tolerance that no step falls below, so that a fit takes all its steps


# Known truth.

PREVALENCE = np.array([0.5, 0.3, 0.2])
CAREFUL = np.array([[0.90, 0.05, 0.05], [0.10, 0.80, 0.10], [0.05, 0.05, 0.90]])
HASTY = np.array([[0.70, 0.20, 0.10], [0.20, 0.60, 0.20], [0.10, 0.30, 0.60]])
OTHER_LIST = np.array([[0.85, 0.15, 0.00, 0.00], [0.10, 0.10, 0.75, 0.05], [0.05, 0.05, 0.10, 0.80]])


def simulate(n_units: int, missing: float, seed: int) -> tuple[list[CoderLabels], NDArray[np.int64]]:
    """Labels of three coders, the third with a list of four labels, and the true codes."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, p=PREVALENCE, size=n_units)
    coders = []
    for matrix, means in ((CAREFUL, [0, 1, 2]), (HASTY, [0, 1, 2]), (OTHER_LIST, [0, -1, 1, 2])):
        labels = (rng.random((n_units, 1)) > matrix.cumsum(axis=1)[truth]).sum(axis=1)
        labels[rng.random(n_units) < missing] = -1
        coders.append(CoderLabels(labels, np.array(means), 2.0))
    return coders, truth


@pytest.fixture(scope="module")
def simulated() -> tuple[list[CoderLabels], NDArray[np.int64]]:
    return simulate(12_000, 0.2, 4)


def test_known_prevalence_and_confusion_are_recovered(simulated: tuple[list[CoderLabels], NDArray[np.int64]]) -> None:
    fit = fit_dawid_skene(simulated[0], 3, max_steps=500)
    assert fit.prevalence == pytest.approx(PREVALENCE, abs=0.02)
    for found, true in zip(fit.confusion, (CAREFUL, HASTY, OTHER_LIST), strict=True):
        assert found.shape == true.shape
        assert found == pytest.approx(true, abs=0.035)


def test_posterior_probabilities_are_as_often_right_as_they_say(
    simulated: tuple[list[CoderLabels], NDArray[np.int64]],
) -> None:
    coders, truth = simulated
    fit = fit_dawid_skene(coders, 3, max_steps=500)
    said, right = fit.posterior.ravel(), (truth[:, None] == np.arange(3)).ravel()
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0)):
        inside = (said >= low) & (said <= high)
        assert right[inside].mean() == pytest.approx(said[inside].mean(), abs=0.05), (low, high)


# An independent fit, written with loops from the formulas.


def in_doubt(coder: CoderLabels, label: int) -> bool:
    return coder.unsure is not None and bool(coder.unsure[label])


def weight_of(coder: CoderLabels, label: int) -> float:
    return coder.weight / 4 if in_doubt(coder, label) else coder.weight


def slow_fit(
    coders: list[CoderLabels], n_codes: int, smoothing: float, n_steps: int
) -> tuple[list[list[float]], list[float], list[list[list[float]]]]:
    """Posterior, prevalence and confusion after a number of steps of expectation–maximisation."""
    units = range(len(coders[0].labels))
    codes = range(n_codes)
    posterior = []
    for unit in units:
        votes = [1e-3] * n_codes
        for coder in coders:
            label = int(coder.labels[unit])
            if label != -1 and coder.means[label] != -1:
                votes[coder.means[label]] += weight_of(coder, label)
        posterior.append([vote / sum(votes) for vote in votes])
    prevalence: list[float] = []
    confusion: list[list[list[float]]] = []
    for _ in range(n_steps):
        mass = [sum(posterior[unit][code] for unit in units) + smoothing for code in codes]
        prevalence = [m / sum(mass) for m in mass]
        confusion = []
        for coder in coders:
            matrix = []
            for code in codes:
                row = []
                for label, means in enumerate(coder.means):
                    expected = sum(posterior[unit][code] for unit in units if coder.labels[unit] == label)
                    prior = smoothing * (10 if in_doubt(coder, label) else 1)
                    row.append(expected + prior + (weight_of(coder, label) if means == code else 0.0))
                matrix.append([cell / sum(row) for cell in row])
            confusion.append(matrix)
        posterior = []
        for unit in units:
            logs = []
            for code in codes:
                value = log(prevalence[code])
                for coder, matrix in zip(coders, confusion, strict=True):
                    if coder.labels[unit] != -1:
                        value += log(matrix[code][coder.labels[unit]])
                logs.append(value)
            total = sum(exp(value - max(logs)) for value in logs)
            posterior.append([exp(value - max(logs)) / total for value in logs])
    return posterior, prevalence, confusion


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("smoothing", [0.1, 0.7])
def test_a_slow_independent_fit_gives_the_same(seed: int, smoothing: float) -> None:
    coders, _ = simulate(40, 0.3, seed)
    coders[2] = CoderLabels(coders[2].labels, coders[2].means, 10.0, np.array([False, True, True, False]))
    fit = fit_dawid_skene(coders, 3, smoothing=smoothing, max_steps=25, tolerance=NEVER)
    posterior, prevalence, confusion = slow_fit(coders, 3, smoothing, 25)
    assert fit.posterior == pytest.approx(np.array(posterior), abs=1e-6)
    assert fit.prevalence == pytest.approx(np.array(prevalence), abs=1e-6)
    for found, expected in zip(fit.confusion, confusion, strict=True):
        assert found == pytest.approx(np.array(expected), abs=1e-6)


# Dawid and Skene (1979), table 1: 45 patients seen by five anaesthetists, the first of whom judged three times.

ANAESTHETISTS = """
    1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212
    1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111
    1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111
    2322222 1211111 2222222
"""


def test_the_anaesthetists_data_give_the_printed_prevalence_and_sound_patients() -> None:
    """The paper pools the first anaesthetist's three readings; here they are three coders, hence the tolerance."""
    readings = np.array([[int(digit) - 1 for digit in patient] for patient in ANAESTHETISTS.split()])
    assert readings.shape == (45, 7)
    coders = [CoderLabels(readings[:, k], np.arange(4), 0.01) for k in range(7)]
    fit = fit_dawid_skene(coders, 4, smoothing=1e-4, max_steps=1000)
    assert fit.prevalence == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.03)
    unanimous = (readings == readings[:, [0]]).all(axis=1)
    assert (fit.posterior.argmax(axis=1)[unanimous] == readings[unanimous, 0]).all()


# Laws.


@st.composite
def any_coders(draw: st.DrawFn) -> tuple[list[CoderLabels], int]:
    """One to four coders with lists of one to four labels over up to twelve units, and two to four true codes."""
    n_codes, n_units = draw(st.integers(2, 4)), draw(st.integers(1, 12))
    coders = []
    for _ in range(draw(st.integers(1, 4))):
        n_labels = draw(st.integers(1, 4))
        coders.append(
            CoderLabels(
                draw(arrays(np.int64, n_units, elements=st.integers(-1, n_labels - 1))),
                draw(arrays(np.int64, n_labels, elements=st.integers(-1, n_codes - 1))),
                draw(st.sampled_from([0.5, 2.0, 10.0])),
                draw(st.none() | arrays(np.bool_, n_labels)),
            )
        )
    return coders, n_codes


@settings(deadline=None, max_examples=60)
@given(any_coders())
def test_the_objective_never_falls(given_: tuple[list[CoderLabels], int]) -> None:
    coders, n_codes = given_
    trace = np.array(fit_dawid_skene(coders, n_codes, max_steps=40, tolerance=NEVER).log_posterior)
    assert (np.diff(trace) >= -1e-9 * np.maximum(1, np.abs(trace[:-1]))).all()


@settings(deadline=None, max_examples=60)
@given(any_coders())
def test_everything_fitted_is_a_probability(given_: tuple[list[CoderLabels], int]) -> None:
    coders, n_codes = given_
    fit = fit_dawid_skene(coders, n_codes, max_steps=40)
    for rows in (fit.posterior, fit.prevalence[None, :], *fit.confusion):
        assert (rows >= 0).all() and rows.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert [matrix.shape for matrix in fit.confusion] == [(n_codes, len(coder.means)) for coder in coders]


@settings(deadline=None, max_examples=40)
@given(any_coders(), st.integers(0, 2**32 - 1))
def test_the_order_of_units_coders_and_labels_changes_nothing(given_: tuple[list[CoderLabels], int], seed: int) -> None:
    (coders, n_codes), rng = given_, np.random.default_rng(seed)
    units, places = rng.permutation(len(coders[0].labels)), rng.permutation(len(coders))
    moved = []
    for place in places:
        coder = coders[place]
        new = rng.permutation(len(coder.means))  # old label → new label
        means = np.empty_like(coder.means)
        means[new] = coder.means
        unsure = None if coder.unsure is None else coder.unsure[np.argsort(new)]
        moved.append(CoderLabels(np.append(new, -1)[coder.labels][units], means, coder.weight, unsure))
    before = fit_dawid_skene(coders, n_codes, max_steps=10, tolerance=NEVER)
    after = fit_dawid_skene(moved, n_codes, max_steps=10, tolerance=NEVER)
    assert after.posterior == pytest.approx(before.posterior[units], abs=1e-8)
    assert after.prevalence == pytest.approx(before.prevalence, abs=1e-8)
    assert after.log_posterior[-1] == pytest.approx(before.log_posterior[-1], abs=1e-6)


def test_a_unit_nobody_coded_gets_the_prevalence() -> None:
    coders, _ = simulate(50, 0.0, 3)
    silent = [CoderLabels(np.append(coder.labels, -1), coder.means, coder.weight) for coder in coders]
    fit = fit_dawid_skene(silent, 3)
    assert fit.posterior[-1] == pytest.approx(fit.prevalence, abs=1e-12)


def test_one_coder_alone_is_believed_and_more_weight_is_believed_more() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2])
    sure = [fit_dawid_skene([CoderLabels(labels, np.arange(3), w)], 3).posterior[0, 0] for w in (2.0, 10.0)]
    assert fit_dawid_skene([CoderLabels(labels, np.arange(3), 2.0)], 3).posterior.argmax(axis=1).tolist() == [
        0, 0, 0, 1, 1, 2,
    ]  # fmt: skip
    assert 0.5 < sure[0] < sure[1] < 1


def test_a_label_given_with_doubt_leaves_more_of_it() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    sure, unsure = (
        fit_dawid_skene([CoderLabels(labels, np.arange(2), 2.0, doubt)], 2).posterior[0, 0]
        for doubt in (None, np.array([True, False]))
    )
    assert 0.5 < unsure < sure


def test_two_of_three_coders_outvote_the_third() -> None:
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 2, size=200)
    odd = truth.copy()
    odd[0] = 1 - odd[0]
    fit = fit_dawid_skene([CoderLabels(says, np.arange(2), 2.0) for says in (truth, truth, odd)], 2)
    assert fit.posterior[0, truth[0]] > 0.9


def test_a_fit_stops_when_the_objective_gains_next_to_nothing() -> None:
    coders, _ = simulate(60, 0.1, 6)
    trace = fit_dawid_skene(coders, 3, max_steps=10_000, tolerance=1e-8).log_posterior
    assert len(trace) < 10_000
    gains = np.diff(trace)
    assert gains[-1] < 1e-8 * 60 and (gains[:-1] >= 1e-8 * 60).all()


def test_a_model_without_coders_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one coder"):
        fit_dawid_skene([], 2)


def test_drawn_codes_are_as_frequent_as_the_posterior_says() -> None:
    posterior = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.9, 0.1]])
    n = 40_000
    drawn = draw_codes(posterior, n, np.random.default_rng(12))
    assert drawn.shape == (n, 4)
    shares = np.stack([(drawn == code).mean(axis=0) for code in range(3)], axis=1)
    assert (np.abs(shares - posterior) <= 4.5 * np.sqrt(posterior * (1 - posterior) / n)).all()
    assert np.corrcoef(drawn[:, 0], drawn[:, 3])[0, 1] == pytest.approx(0, abs=0.03)


def test_a_posterior_that_adds_up_to_a_little_less_than_one_never_draws_a_code_outside_the_list() -> None:
    posterior = np.full((1, 3), 0.33)
    assert draw_codes(posterior, 10_000, np.random.default_rng(1)).max() == 2


# One model per question, from a table of codings.

_CODING = pa.schema(
    [
        ("unit_id", pa.string()), ("record_id", pa.string()), ("coding_id", pa.string()), ("scheme", pa.string()),
        ("position", pa.int64()), ("code", pa.string()), ("code_printed", pa.string()), ("coder_id", pa.string()),
        ("round", pa.int64()), ("role", pa.string()), ("coder_version", pa.string()), ("codebook_version", pa.string()),
        ("is_current", pa.bool_()), ("unsure", pa.bool_()),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


def coding_table(rows: list[tuple[str, str, str, str, int]]) -> pa.Table:
    """Codings from rows of coder, unit, scheme, code and round."""
    return pa.Table.from_pylist(
        [
            {
                "unit_id": unit, "record_id": unit, "coding_id": f"{n:03}", "scheme": scheme, "position": 0,
                "code": code, "code_printed": code, "coder_id": coder, "round": round_, "role": "independent",
                "coder_version": "1", "codebook_version": "2022.2", "is_current": True, "unsure": False,
            }
            for n, (coder, unit, scheme, code, round_) in enumerate(rows)
        ],
        _CODING,
    )  # fmt: skip


def kind_and_track_rows(units: list[str]) -> list[tuple[str, str, str, str, int]]:
    return [
        ("a", unit, scheme, code, 1) for unit in units for scheme, code in (("kind", "project"), ("track", "service"))
    ]


def test_kind_and_track_are_one_question(codebook: Codebook) -> None:
    units = [f"u{n}" for n in range(30)]
    rows = kind_and_track_rows(units) + [("b", unit, "track", "service", 1) for unit in units[:-1]]
    question = fit_questions(coding_table([*rows, ("b", "u29", "track", "industry", 1)]), units, codebook)[0]
    assert question.scheme == KIND_AND_TRACK
    assert {question.codes[code] for code in question.posterior[:-1].argmax(axis=1)} == {"project+service"}
    lab = question.codes.index("living_lab+living_lab")
    assert question.posterior[:, lab].max() < 0.05


@pytest.mark.parametrize("n_coders", [1, 2, 3])
@pytest.mark.parametrize("n_units", [5, 30])
def test_coders_who_give_every_unit_the_same_code_leave_little_doubt(
    codebook: Codebook, n_coders: int, n_units: int
) -> None:
    """A coder who never used another label could have; without that, one label would carry no information at all."""
    units = [f"u{n}" for n in range(n_units)]
    rows = [(f"coder{c}", unit, "status", "active", 1) for c in range(n_coders) for unit in units]
    (question,) = fit_questions(coding_table(rows), units, codebook)
    assert (question.posterior[:, question.codes.index("active")] > 0.8).all()


@pytest.mark.parametrize("first_is_listed_first", [True, False])
def test_a_coders_second_thought_is_what_the_model_hears(codebook: Codebook, first_is_listed_first: bool) -> None:
    units = [f"u{n}" for n in range(6)]
    rows = kind_and_track_rows(units) + [("a", unit, "stage", "pilot", 1) for unit in units]
    rows += [("a", unit, "stage", "citywide", 2) for unit in units]
    table = coding_table(rows if first_is_listed_first else rows[::-1])
    stage = next(q for q in fit_questions(table, units, codebook) if q.scheme == "stage")
    assert {stage.codes[code] for code in stage.posterior.argmax(axis=1)} == {"citywide"}


def test_a_scheme_that_nobody_coded_asks_no_question(codebook: Codebook) -> None:
    """A register without living labs has no lab types; it can still be made into an edition."""
    questions = fit_questions(coding_table(kind_and_track_rows(["u1"])), ["u1"], codebook)
    assert [question.scheme for question in questions] == [KIND_AND_TRACK]


def test_without_any_coding_there_is_no_posterior(codebook: Codebook) -> None:
    questions = fit_questions(coding_table([]), ["u1"], codebook)
    assert questions == []
    assert posterior_table(questions, ["u1"]).column_names == ["unit_id", "scheme", "code", "probability"]


_ADOPTED = pa.schema(
    [("unit_id", pa.string()), ("scheme", pa.string()), ("position", pa.int64()), ("code", pa.string())]
)


def test_draws_read_from_the_table_exactly_what_was_fitted(codebook: Codebook) -> None:
    units = [f"u{n}" for n in range(12)]
    rows = kind_and_track_rows(units)
    rows += [("b", unit, "stage", ("pilot", "citywide")[n % 2], 1) for n, unit in enumerate(units[3:])]
    rows += [("a", unit, "stage", "pilot", 1) for unit in units[:8]]
    table = coding_table(rows)
    fitted = fit_questions(table, units, codebook)
    again = read_questions(posterior_table(fitted, units), table, units, codebook)
    assert [q.scheme for q in again] == [q.scheme for q in fitted] == [KIND_AND_TRACK, "stage"]
    for one, other in zip(fitted, again, strict=True):
        assert one.codes == other.codes and (one.units == other.units).all()
        assert (one.posterior == other.posterior).all()
        assert len(one.coders) == len(other.coders) > 0
        for said, again_said in zip(one.coders, other.coders, strict=True):
            assert (said.labels == again_said.labels).all() and (said.means == again_said.means).all()


@pytest.mark.parametrize(
    ("adopted", "kind", "track"),
    [
        ({}, ("project", 0.4), ("industry", 0.4)),
        ({"kind": "project"}, ("project", 0.4 / 0.7), ("industry", 0.4 / 0.7)),
        ({"kind": "programme"}, ("programme", 1.0), ("industry", 1.0)),
        ({"track": "service"}, ("project", 1.0), ("service", 1.0)),
    ],
)
def test_the_other_half_of_kind_and_track_is_told_given_the_adopted_one(
    adopted: dict[str, str], kind: tuple[str, float], track: tuple[str, float]
) -> None:
    """project+industry 0.4, project+service 0.3, programme+industry 0.3; what is adopted leaves a part of these."""
    p = {("project", "industry"): 0.4, ("project", "service"): 0.3, ("programme", "industry"): 0.3}
    posterior = np.array([[p.get(pair, 0.0) for pair in JOINT]])
    question = Question(KIND_AND_TRACK, tuple("+".join(pair) for pair in JOINT), np.array([0]), posterior)
    rows = [{"unit_id": "u", "scheme": s, "position": 0, "code": c} for s, c in adopted.items()]
    found = {
        row["scheme"]: (row["code"], row["probability"])
        for row in probable_codes([question], ["u"], pa.Table.from_pylist(rows, _ADOPTED)).to_pylist()
    }
    assert found == {"kind": (kind[0], pytest.approx(kind[1])), "track": (track[0], pytest.approx(track[1]))}


def test_a_kind_that_no_track_fits_has_no_probable_half() -> None:
    posterior = np.array([[1.0] + [0.0] * (len(JOINT) - 1)])  # project+industry for certain
    question = Question(KIND_AND_TRACK, tuple("+".join(pair) for pair in JOINT), np.array([0]), posterior)
    rows = [{"unit_id": "u", "scheme": "kind", "position": 0, "code": "living_lab"}]
    assert probable_codes([question], ["u"], pa.Table.from_pylist(rows, _ADOPTED)).num_rows == 0
