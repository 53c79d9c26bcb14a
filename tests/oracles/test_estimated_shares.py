"""Estimated shares against known truth: made coders, closed lists, and another program's answers."""

from __future__ import annotations

import importlib.util
import json
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from dynapolis.coding.dawid_skene import CoderLabels, fit_dawid_skene
from dynapolis.coding.dawid_skene_draws import Prior, Sampling, draw_truth
from dynapolis.figures.estimation.prediction_powered import prediction_powered_mean

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT.parent / "shared" / "reference" / "screening"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The benchmark's simulations, which run here fewer times."""
    spec = importlib.util.spec_from_file_location("estimation_benchmark", ROOT / "benchmarks" / "estimation.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_ppi_gives_what_ppi_python_gives(benchmark: ModuleType) -> None:
    said = json.loads((Path(__file__).parent / "ppi" / "ppi_python.json").read_text(encoding="utf-8"))
    cases = benchmark.peer_cases()
    assert len(said["found"]) == len(cases) == 6
    for case, theirs in zip(cases, said["found"], strict=True):
        label, score, others = (np.array(case[name]) for name in ("label", "score", "unlabelled"))
        found = prediction_powered_mean(label, score, others, case["level"], case["power"])
        assert (found.share, found.low, found.high) == pytest.approx(tuple(theirs), abs=1e-12)


# How often intervals hold the truth. A run gives several codes; tolerance: three binomial standard errors of the runs.


def test_intervals_of_coding_chance_and_ppi_alone_and_combined_hold_the_truth_as_often_as_they_say(
    benchmark: ModuleType,
) -> None:
    rng, runs, found = np.random.default_rng(11), 120, defaultdict(list)
    for _ in range(runs):
        for kind, held in benchmark.run_coders((200, 3, 3, 0.2, (0.65, 0.98)), rng).items():
            found[kind].append(held)
    tolerance = 3 * (0.9 * 0.1 / runs) ** 0.5
    for kind, held in found.items():
        assert np.mean(held) == pytest.approx(0.9, abs=tolerance), kind


def test_codes_drawn_from_one_set_of_error_rates_are_far_too_sure(benchmark: ModuleType) -> None:
    """Why draws carry the error rates: without, fewer than three of four 90 % intervals hold the truth."""
    from dynapolis.coding.dawid_skene import draw_codes
    from dynapolis.figures.estimation.combine import central_interval, coding_shares

    rng, held = np.random.default_rng(3), []
    for _ in range(60):
        _, truth, coders = benchmark.make_coders((200, 2, 3, 0.1, (0.65, 0.98)), rng)
        codes = draw_codes(fit_dawid_skene(coders, 3).posterior, 400, rng)
        low, high = central_interval(coding_shares(codes, 3), 0.9)
        real = np.bincount(truth, minlength=3) / len(truth)
        held.append(((low <= real) & (real <= high)).mean())
    assert np.mean(held) < 0.75


def test_where_coders_come_from_the_prior_itself_intervals_of_prevalence_are_exact() -> None:
    """A posterior is calibrated on its own prior: 300 runs, tolerance three standard errors; so the walk is right."""
    rng, prior, ranks = np.random.default_rng(21), Prior(), []
    for _ in range(300):
        prevalence = rng.dirichlet(np.full(2, prior.prevalence))
        truth = rng.choice(2, p=prevalence, size=60)
        coders = []
        for _ in range(2):
            right = rng.beta(prior.right, prior.wrong, size=2)
            labels = np.where(rng.random(60) < right[truth], truth, 1 - truth)
            coders.append(CoderLabels(labels, np.arange(2), 2.0))
        drawn = draw_truth(coders, fit_dawid_skene(coders, 2).posterior, 99, rng, sampling=Sampling(33, 25, 1, 3))
        ranks.append((drawn.prevalence[:, 0] < prevalence[0]).mean())
    inside = ((np.array(ranks) > 0.05) & (np.array(ranks) < 0.95)).mean()
    assert inside == pytest.approx(0.9, abs=3 * (0.09 / 300) ** 0.5)
    assert np.mean(ranks) == pytest.approx(0.5, abs=0.06)


def test_draws_repeat_with_their_seed_and_agree_with_the_fit_where_coders_leave_no_doubt() -> None:
    says = np.array([0] * 40 + [1] * 60 + [-1] * 5)
    coders = [CoderLabels(says, np.arange(2), 2.0)] * 4
    posterior = fit_dawid_skene(coders, 2).posterior
    one, again = (draw_truth(coders, posterior, 50, np.random.default_rng(5)) for _ in range(2))
    assert (one.codes == again.codes).all() and (one.prevalence == again.prevalence).all()
    assert one.codes.shape == (50, 105) and one.prevalence.shape == (50, 2)
    assert (one.codes[:, :100] == says[:100]).mean() > 0.99
    assert one.prevalence.sum(axis=1) == pytest.approx(np.ones(50))


def test_a_label_given_with_doubt_leaves_more_doubt_in_the_draws_and_an_adjudicator_less() -> None:
    says = np.array([0] * 50 + [1] * 50)
    right = {}
    for name, coder in {
        "sure": CoderLabels(says, np.arange(2), 2.0),
        "unsure": CoderLabels(says, np.arange(2), 2.0, np.array([True, True])),
        "adjudicator": CoderLabels(says, np.arange(2), 300.0),
    }.items():
        posterior = fit_dawid_skene([coder], 2).posterior
        drawn = draw_truth([coder], posterior, 2000, np.random.default_rng(2))
        right[name] = float((drawn.codes == says).mean())
    assert right["unsure"] < right["sure"] < right["adjudicator"]
    assert right["adjudicator"] > 0.99


@pytest.mark.parametrize(("n_coders", "n_draws"), [(0, 5), (1, 0)])
def test_draws_without_coders_or_of_nothing_are_refused(n_coders: int, n_draws: int) -> None:
    coders = [CoderLabels(np.array([0, 1]), np.arange(2), 2.0)] * n_coders
    with pytest.raises(ValueError, match="at least one coder, and one draw"):
        draw_truth(coders, np.full((2, 2), 0.5), n_draws, np.random.default_rng(1))


@pytest.mark.skipif(not LISTS.exists(), reason=f"{LISTS} is not there: no closed list with a known share")
def test_on_a_closed_list_the_difference_estimate_holds_the_share_and_is_the_narrowest(benchmark: ModuleType) -> None:
    """300 samples of the depression set with one model; 95 % nominal, tolerance three standard errors below 93 %."""
    score, label = next(benchmark.scored_populations(LISTS / "bannach_brown_2019_depression.csv.gz"))
    rng, width, held = np.random.default_rng(9), defaultdict(list), []
    for _ in range(300):
        found = benchmark.estimates_of(score, label, rng)
        for name, one in found.items():
            width[name].append(one.high - one.low)
        ours = found["difference, stratified by score"]
        held.append(ours.low <= label.mean() <= ours.high)
    assert np.mean(held) >= 0.93 - 3 * (0.93 * 0.07 / 300) ** 0.5
    mean = {name: float(np.mean(values)) for name, values in width.items()}
    assert mean["difference, stratified by score"] < 0.75 * mean["PPI++, simple sample"]
    assert mean["difference, stratified by score"] < 0.75 * mean["labels alone, simple sample (Wilson, corrected)"]
    assert mean["difference, simple sample"] < mean["PPI++, simple sample"]
