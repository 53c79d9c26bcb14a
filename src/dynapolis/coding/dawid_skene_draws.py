"""Draws of true codes that carry what is not known of the coders' error rates and of the codes' prevalence.

Fitting gives one most probable set of error rates; codes drawn from that alone are too sure of themselves, because a
few hundred units leave every error rate open by several points. Here prevalence and error rates are drawn too, in turn
with the true codes (data augmentation), from the posterior of the same model, with a prior that coders may err.

Source: Tanner and Wong (1987), The calculation of posterior distributions by data augmentation, doi
10.1080/01621459.1987.10478458; for this model Paun et al. (2018), Comparing Bayesian models of annotation, doi
10.1162/tacl_a_00040. Units with the same labels are alike to the model, so that a sweep draws how many units of each
pattern have each code, and only a kept sweep draws the units one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.coding.dawid_skene import SMOOTHING, CoderLabels, confusion_prior
from dynapolis.model.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the posterior is walked through.

    Attributes:
        chains: walks side by side, each begun at the fit.
        warm_up: sweeps of each walk that are thrown away.
        thin: sweeps from one kept state to the next.
        codes_per_state: how many draws of all codes are taken from one kept state at the most.
    """

    chains: int = 20
    warm_up: int = 20
    thin: int = 3
    codes_per_state: int = 5


@dataclass(frozen=True, slots=True)
class Prior:
    """What is presumed of a coder and of the codes before any coding is seen.

    The fit presumes next to nothing, which is harmless for the most probable code and not for an interval: two coders
    who agree may both be right or both wrong, and only a presumption tells how often. The two coders of the starter
    register gave the finally adopted code in 73 to 95 % of the units, by scheme; so a coder is presumed right in about
    four of five units of a code, give or take a tenth, as if each code had been tried on fourteen units before. See
    docs, method/estimation, for the coverage with better and worse coders.

    Attributes:
        right: count on "says what it means"; a coder whose own weight is as large keeps the fit's prior.
        wrong: count on all other labels together, in equal parts.
        prevalence: count on every code's prevalence; Jeffreys' prior, as for shares.
    """

    right: float = 11.0
    wrong: float = 2.75
    prevalence: float = 0.5


@dataclass(frozen=True, slots=True)
class DrawnTruth:
    """Draws from the posterior of a Dawid–Skene model.

    Attributes:
        codes: shape (n_draws, n_units), numbers of true codes.
        prevalence: shape (n_draws, n_codes), the share of each code among all units such as these.
    """

    codes: IntArray
    prevalence: FloatArray


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Units by what was said of them: ``labels`` (n_patterns, n_coders), how many units each has, each unit's one."""

    labels: IntArray
    size: IntArray
    of_unit: IntArray


def draw_truth(
    coders: Sequence[CoderLabels],
    posterior: FloatArray,
    n_draws: int,
    rng: np.random.Generator,
    *,
    prior: Prior | None = None,
    sampling: Sampling | None = None,
) -> DrawnTruth:
    """True codes of all units, n_draws times, with the prevalence they came from.

    Args:
        coders: what each coder said, as for the fit.
        posterior: that of the fitted model, shape (n_units, n_codes); the walks begin there, so that codes keep the
            meaning the rules give them.
        n_draws: how many draws.
        rng: the source of chance; the same state gives the same draws.
        prior: what is presumed of coders and codes.
        sampling: how the posterior is walked through.

    Raises:
        ValueError: no coder, or no draw, was asked for.

    Example:
        >>> says = np.array([0, 0, 1, 1, 1])
        >>> coders = [CoderLabels(says, np.array([0, 1]), 40.0)] * 2
        >>> from dynapolis.coding.dawid_skene import fit_dawid_skene
        >>> drawn = draw_truth(coders, fit_dawid_skene(coders, 2).posterior, 3, np.random.default_rng(1))
        >>> drawn.codes.tolist()
        [[0, 0, 1, 1, 1], [0, 0, 1, 1, 1], [0, 0, 1, 1, 1]]
    """
    if not coders or n_draws < 1:
        raise ValueError("draws need at least one coder, and one draw")
    way, presumed = sampling or Sampling(), prior or Prior()
    patterns = _patterns(coders)
    n_codes = posterior.shape[1]
    priors = [_error_prior(coder, n_codes, presumed) for coder in coders]
    n_states = -(-n_draws // way.codes_per_state)
    chains = min(way.chains, n_states)
    expected = np.tile(_sum_by_pattern(patterns, posterior), (chains, 1, 1))
    prevalence, confusion = _rates(expected, patterns, priors, presumed, rng)
    codes, shares = [], []
    for sweep in range(1, way.warm_up + way.thin * -(-n_states // chains) + 1):
        chance = _chance(patterns, prevalence, confusion)
        counts = rng.multinomial(patterns.size, chance).astype(float)
        prevalence, confusion = _rates(counts, patterns, priors, presumed, rng)
        if sweep > way.warm_up and (sweep - way.warm_up) % way.thin == 0:
            chance = _chance(patterns, prevalence, confusion)
            codes.append(_draw_units(chance, patterns.of_unit, way.codes_per_state, rng))
            shares.append(np.tile(prevalence, (way.codes_per_state, 1)))
    return DrawnTruth(np.concatenate(codes)[:n_draws], np.concatenate(shares)[:n_draws])


def _error_prior(coder: CoderLabels, n_codes: int, prior: Prior) -> FloatArray:
    """Prior counts of each label given each true code; a label given with doubt has a quarter of ``right``.

    An adjudicator is presumed to be right as far as the fit presumes it.
    """
    if coder.weight >= prior.right:
        return confusion_prior(coder, n_codes, SMOOTHING)
    counts = np.full((n_codes, len(coder.means)), prior.wrong / max(len(coder.means) - 1, 1))
    for label in np.flatnonzero(coder.means >= 0):
        counts[coder.means[label], label] = prior.right / (4 if coder.doubted()[label] else 1)
    return counts


def _patterns(coders: Sequence[CoderLabels]) -> _Patterns:
    said = np.stack([coder.labels for coder in coders], axis=1)
    labels, of_unit, size = np.unique(said, axis=0, return_inverse=True, return_counts=True)
    return _Patterns(labels, size.astype(np.int64), of_unit.reshape(-1))


def _sum_by_pattern(patterns: _Patterns, posterior: FloatArray) -> FloatArray:
    sums = np.zeros((len(patterns.size), posterior.shape[1]))
    np.add.at(sums, patterns.of_unit, posterior)
    return sums


def _rates(
    counts: FloatArray, patterns: _Patterns, priors: Sequence[FloatArray], prior: Prior, rng: np.random.Generator
) -> tuple[FloatArray, list[FloatArray]]:
    """Prevalence and error rates given how many units of each pattern have each code, for every walk."""
    prevalence = _dirichlet(counts.sum(axis=1) + prior.prevalence, rng)
    confusion = [
        _dirichlet(_label_counts(counts, patterns.labels[:, n], error.shape[1]) + error, rng)
        for n, error in enumerate(priors)
    ]
    return prevalence, confusion


def _chance(patterns: _Patterns, prevalence: FloatArray, confusion: Sequence[FloatArray]) -> FloatArray:
    """Probability of each true code given each pattern, shape (n_chains, n_patterns, n_codes)."""
    tiny = np.finfo(float).tiny
    total = np.repeat(np.log(np.maximum(prevalence, tiny))[:, None, :], len(patterns.size), axis=1)
    for n, matrix in enumerate(confusion):
        logs = np.log(np.maximum(matrix, tiny)).transpose(0, 2, 1)
        said = np.flatnonzero(patterns.labels[:, n] >= 0)
        total[:, said] += logs[:, patterns.labels[said, n]]
    total -= total.max(axis=2, keepdims=True)
    mass = np.exp(total)
    return np.asarray(mass / mass.sum(axis=2, keepdims=True))


def _label_counts(counts: FloatArray, labels: IntArray, n_labels: int) -> FloatArray:
    """How often each true code got each label, shape (n_chains, n_codes, n_labels)."""
    is_label = (labels[:, None] == np.arange(n_labels)).astype(float)
    return np.asarray(counts.transpose(0, 2, 1) @ is_label)


def _dirichlet(weights: FloatArray, rng: np.random.Generator) -> FloatArray:
    """One draw for each row of weights along the last axis."""
    gamma = np.maximum(rng.standard_gamma(weights), np.finfo(float).tiny)
    return np.asarray(gamma / gamma.sum(axis=-1, keepdims=True))


def _draw_units(chance: FloatArray, of_unit: IntArray, times: int, rng: np.random.Generator) -> IntArray:
    """Codes of all units, shape (times × n_chains, n_units), independent given each chain's state."""
    edges = chance.cumsum(axis=2)[:, of_unit, :-1]
    uniform = rng.random((times, *edges.shape[:2], 1))
    codes = (uniform > edges[None]).sum(axis=3)
    return np.asarray(codes.reshape(-1, len(of_unit)), dtype=np.int64)
