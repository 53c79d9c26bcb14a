"""The score: weights recovered from a known truth, and tables counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dynapolis.places.calibrate import JUDGED, fit_weights
from dynapolis.places.read_gazetteer import read_gazetteer
from dynapolis.places.reading import Place
from dynapolis.places.score import SIGNS, Look, Rest, Signs, read_calibration, score, values


def test_weights_are_recovered_from_answers_drawn_with_them() -> None:
    rng = np.random.default_rng(7)
    truth = {"constant": 2.0, "look_one_error": -1.5, "rest_unknown": -1.0, "lead": 2.0, "population": 0.5}
    looks, rests = (Look.OWN, Look.ONE_ERROR), (Rest.NONE, Rest.UNKNOWN)
    signs = [
        Signs(looks[rng.integers(2)], Place.WHOLE, rests[rng.integers(2)], float(rng.uniform(0, 4)),
              int(10 ** rng.uniform(3, 7)), 5)
        for _ in range(20_000)
    ]  # fmt: skip
    right = [bool(rng.random() < score(s, truth)) for s in signs]
    found = fit_weights(signs, right, ridge=1e-3)
    # the population of a misspelt name has a weight of its own, so both are free here
    for name, weight in truth.items():
        assert found[name] == pytest.approx(weight, abs=0.2), name


def test_a_ridge_draws_every_weight_to_zero_but_the_constant() -> None:
    signs = [Signs(Look.OWN, Place.WHOLE, Rest.NONE, 4.0, 15_000, 5)] * 90
    signs += [Signs(Look.ONE_ERROR, Place.WHOLE, Rest.NONE, 4.0, 15_000, 5)] * 10
    right = [True] * 81 + [False] * 9 + [True] * 9 + [False]
    found = fit_weights(signs, right, ridge=1e6)
    assert found["constant"] == pytest.approx(np.log(90 / 10), abs=1e-3)
    assert all(abs(found[name]) < 1e-3 for name in SIGNS if name not in JUDGED and name != "constant")


def test_every_sign_has_a_name_and_every_name_a_weight() -> None:
    signs = Signs(Look.TWO_ERRORS, Place.TIED_WORDS, Rest.AGAINST, 0.5, 900, 9, False, True, True)
    assert set(values(signs)) <= set(SIGNS)
    for gazetteer in ("cities15000", "cities500"):
        assert set(read_calibration(gazetteer).weights) == set(SIGNS)


@pytest.mark.parametrize("gazetteer", ["cities15000", "cities500"])
def test_what_speaks_against_a_candidate_lowers_its_score(gazetteer: str) -> None:
    weights = read_calibration(gazetteer).weights
    sure = Signs(Look.OWN, Place.WHOLE, Rest.NONE, 4.0, 100_000, 8)
    weaker = [
        Signs(Look.ONE_ERROR, Place.WHOLE, Rest.NONE, 4.0, 100_000, 8),
        Signs(Look.OWN, Place.LAST_PART, Rest.UNKNOWN, 4.0, 100_000, 8),
        Signs(Look.OWN, Place.FIRST_PART, Rest.AGAINST, 4.0, 100_000, 8),
        Signs(Look.OWN, Place.WHOLE, Rest.NONE, 0.1, 100_000, 8),
        Signs(Look.OWN, Place.WHOLE, Rest.NONE, 4.0, 100_000, 8, False),
    ]
    assert all(score(signs, weights) < score(sure, weights) for signs in weaker)


def test_the_calibration_belongs_to_the_gazetteer() -> None:
    assert read_gazetteer().name == "cities15000"
    assert read_calibration("cities15000").weights != read_calibration("cities500").weights
