"""The linear coder: learns, is calibrated, is silent in doubt, and never learns from what it is to code."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynapolis.coding.linear.calibrate import answer_cut, calibration_error, conformal_cut, softmax, temperature
from dynapolis.coding.linear.coder import Example, LinearCoder
from dynapolis.coding.linear.features import Grams, Lexicon, pieces_of
from dynapolis.model.codebook import Codebook
from dynapolis.model.cues import CueBook
from dynapolis.model.suggestion import Passage, UnitText
from dynapolis.store.content import ContentPaths, read_codebook
from dynapolis.store.cue_files import read_cues

WORDS = {
    "transport": ("bus", "tram", "교통", "자전거"),
    "education": ("school", "pupils", "학교", "학생"),
    "energy_environment": ("solar", "climate", "에너지", "대기"),
}
NO_CUES = CueBook.model_validate({"codebook": "x", "licence": "MIT", "schemes": {}})


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    whole = read_codebook(ContentPaths.default().codebooks, "2022.2")
    return whole.model_copy(update={"schemes": (whole.by_scheme["sector"],)})


def unit(name: str, text: str, number: int = 0) -> UnitText:
    return UnitText(f"{name}-{number}", (Passage("name", "en", name), Passage("description", "en", text)))


def examples(n: int = 90, seed: int = 1) -> list[Example]:
    rng = np.random.default_rng(seed)
    found = []
    for number in range(n):
        code = list(WORDS)[number % len(WORDS)]
        words = rng.choice(WORDS[code], 2)
        noise = rng.choice(["city", "pilot", "firms", "people", "시민", "사업"], 4)
        found.append(Example(unit(f"Example {number}", " ".join([*words, *noise]), number), {"sector": (code,)}))
    return found


@pytest.fixture(scope="module")
def coder(codebook: Codebook) -> LinearCoder:
    return LinearCoder.train(examples(), codebook, NO_CUES)


@pytest.mark.parametrize(
    ("text", "code"), [("a new tram", "transport"), ("대중교통", "transport"), ("학생들과 학교", "education")]
)
def test_words_of_both_languages_and_parts_of_words_are_learned(
    coder: LinearCoder, codebook: Codebook, text: str, code: str
) -> None:
    found = coder.code([unit("Something", text)], codebook)[0]
    assert max(found.probabilities, key=lambda c: found.probabilities[c]) == code
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert found.prediction_set
    assert found.reasons


def test_the_words_that_decided_are_words_of_the_text(coder: LinearCoder, codebook: Codebook) -> None:
    found = coder.code([unit("Pilot", "pupils ride a bus to school")], codebook)[0]
    assert {reason.words for reason in found.reasons} <= {"pupils", "ride", "a", "bus", "to", "school", "pilot"}


def test_the_order_of_examples_changes_nothing(codebook: Codebook) -> None:
    first = LinearCoder.train(examples(), codebook, NO_CUES)
    second = LinearCoder.train(examples()[::-1], codebook, NO_CUES)
    units = [unit("x", "bus and school")]
    assert first.coder.version == second.coder.version
    assert first.code(units, codebook) == second.code(units, codebook)


def test_another_label_is_another_version(codebook: Codebook) -> None:
    changed = [*examples()[1:], Example(examples()[0].unit, {"sector": ("other",)})]
    assert (
        LinearCoder.train(changed, codebook, NO_CUES).coder.version
        != LinearCoder.train(examples(), codebook, NO_CUES).coder.version
    )


def test_with_no_labels_the_cues_speak(codebook: Codebook) -> None:
    found = LinearCoder.train([], codebook, read_cues()).code([unit("Tram lab", "A tram and buses.")], codebook)[0]
    assert found.codes == ("transport",)


def test_the_wanted_share_is_answered_and_more_confidence_is_asked_for_fewer(codebook: Codebook) -> None:
    units = [
        unit(f"u{n}", t, n)
        for n, t in enumerate(["bus", "school", "climate", "city", "people", "firms", "사업", "x", "y", "z"])
    ]
    shares = []
    for least in (0.2, 0.6, 1.0):
        trained = LinearCoder.train(examples(), codebook, NO_CUES, least_share=least, wanted=0.99)
        found = trained.code(units, codebook)
        shares.append(sum(not s.abstains for s in found) / len(found))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert shares[1] >= 0.6


def test_what_can_be_no_code_of_anyone_has_next_to_no_probability(coder: LinearCoder, codebook: Codebook) -> None:
    found = coder.code([unit("x", "bus")], codebook)[0]
    assert found.probabilities["housing"] < 0.01


def test_a_parent_is_answered_where_its_children_cannot_be_told_apart(codebook: Codebook) -> None:
    rng = np.random.default_rng(5)
    mixed = [
        Example(unit(f"W{n}", f"harbour {w}", n), {"sector": (rng.choice(["logistics", "work"]),)})
        for n, w in enumerate(rng.choice(["goods", "crane", "quay"], 60))
    ]
    trained = LinearCoder.train([*examples(60), *mixed], codebook, NO_CUES, least_share=0.0)
    trained.learned["sector"] = replace(trained.learned["sector"], answer_from=0.97)
    found = trained.code([unit("x", "harbour goods crane"), unit("y", "bus tram", 1)], codebook)
    both = sum(found[0].probabilities[code] for code in ("logistics", "work", "logistics_work"))
    assert max(found[0].probabilities.values()) < 0.97 < both
    assert found[0].codes == ("logistics_work",)


def test_pieces_of_a_word_hold_its_beginning_and_end() -> None:
    assert {"#교통", " 교", "통 ", "교통"} <= set(pieces_of("교통"))


def test_features_do_not_depend_on_what_was_met_before() -> None:
    units = [e.unit for e in examples(30)]
    one = Lexicon(NO_CUES, ())
    counted = one.count(units)
    grams = Grams.learn(counted, one.words)
    alone = grams.features(one.count(units[:3]), one.words).toarray()
    one.count([unit("new", "words never met before")])
    later = grams.features(one.count(units[:3]), one.words).toarray()
    assert np.allclose(alone, later)


# --- calibration


def test_a_temperature_is_recovered() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(6000, 4)) * 2
    truth = np.array([rng.choice(4, p=p) for p in softmax(scores)])
    assert temperature(scores * 3, truth) == pytest.approx(3, rel=0.1)
    p = softmax(scores)
    right = (p.argmax(axis=1) == truth).astype(float)
    assert calibration_error(p.max(axis=1), right) < 0.03


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.1, 0.2]))
def test_prediction_sets_miss_as_often_as_stated(seed: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(4000, 5))
    p = softmax(scores * 1.5)
    truth = np.array([rng.choice(5, p=row) for row in softmax(scores)])
    cut = conformal_cut(p[:2000], truth[:2000], rate)
    inside = p[np.arange(2000, 4000), truth[2000:]] >= cut
    assert abs(1 - inside.mean() - rate) < 0.045


def test_too_few_units_for_a_rate_make_sets_of_everything() -> None:
    assert conformal_cut(np.array([[0.9, 0.1]]), np.array([0]), 0.1) == 0.0


def test_the_answer_threshold_reaches_the_wanted_share_or_the_least_share() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    assert answer_cut(confidence, np.array([1.0, 1.0, 0.0, 0.0]), 0.99, 0.0) == 0.8
    assert answer_cut(confidence, np.array([1.0, 1.0, 0.0, 0.0]), 0.99, 0.75) == 0.7
    assert answer_cut(confidence, np.zeros(4), 0.99, 0.0) == 0.9
