"""What the true codes may be, given what several fallible coders said.

Source: Dawid, A. P. and Skene, A. M. (1979), Maximum likelihood estimation of observer error-rates using the EM
algorithm, doi 10.2307/2346806. Differences, both stated where results are shown: (1) a coder may use another list of
codes than the true one (an older codebook, a merged code), so that its confusion matrix is oblong; (2) Dirichlet
priors keep rare codes from degenerate estimates, so the result is a posterior mode, not a maximum of likelihood.

The model takes coders as independent given the truth. An adjudicator who saw the others' codes is not: the posterior
is then surer than it should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.model.arrays import BoolArray, FloatArray, IntArray

SMOOTHING = 0.1  # prior count in every cell of every confusion matrix


@dataclass(frozen=True, slots=True)
class CoderLabels:
    """What one coder said.

    Attributes:
        labels: shape (n_units,); number of the coder's label, −1 where the unit was not coded.
        means: shape (n_labels,); number of the true code each label stands for by the rules, −1 for none in particular.
        weight: prior counts on "says what it means"; an adjudicator's is higher than a first coder's.
        unsure: shape (n_labels,); labels given with doubt. A coder's "work, unsure" is another label than "work": its
            prior says less, a quarter of the weight and ten times the smoothing.
    """

    labels: IntArray
    means: IntArray
    weight: float
    unsure: BoolArray | None = None

    def doubted(self) -> BoolArray:
        """Which labels were given with doubt; none where that was not told."""
        return np.zeros(len(self.means), dtype=bool) if self.unsure is None else self.unsure

    def weights(self) -> FloatArray:
        """Prior count of each label on the code it stands for."""
        return np.where(self.doubted(), self.weight / 4, self.weight)


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """A fitted model.

    Attributes:
        posterior: shape (n_units, n_codes); probability of each true code; the prevalence where nobody coded.
        prevalence: shape (n_codes,).
        confusion: per coder, shape (n_codes, n_labels): probability of each label given the true code.
        log_posterior: the objective after each step; it never falls.
    """

    posterior: FloatArray
    prevalence: FloatArray
    confusion: tuple[FloatArray, ...]
    log_posterior: tuple[float, ...]


def fit_dawid_skene(
    coders: Sequence[CoderLabels],
    n_codes: int,
    *,
    smoothing: float = SMOOTHING,
    max_steps: int = 200,
    tolerance: float = 1e-8,
) -> DawidSkene:
    """Posterior of the true codes by expectation–maximisation with Dirichlet priors.

    Args:
        coders: at least one coder; all label the same units in the same order.
        n_codes: number of true codes.
        smoothing: prior count in every cell of every confusion matrix and for every code's prevalence.
        max_steps: steps at the most.
        tolerance: gain of the objective per unit below which the fit has converged.

    Returns:
        the fitted model; the start is each unit's weighted vote, so true codes keep the meaning the rules give them.

    Raises:
        ValueError: no coder was given.

    Example:
        >>> says = np.array([0, 0, 1, 1, 1])
        >>> coders = [CoderLabels(says, np.array([0, 1]), 4.0)] * 2
        >>> fit_dawid_skene(coders, 2).posterior.argmax(axis=1).tolist()
        [0, 0, 1, 1, 1]
    """
    if not coders:
        raise ValueError("a Dawid-Skene model needs at least one coder")
    priors = [confusion_prior(coder, n_codes, smoothing) for coder in coders]
    posterior = _votes(coders, n_codes)
    trace: list[float] = []
    for _ in range(max_steps):
        prevalence = _normalise(posterior.sum(axis=0) + smoothing)
        confusion = [_normalise(_label_counts(c, posterior) + p) for c, p in zip(coders, priors, strict=True)]
        log_joint = _log_joint(coders, prevalence, confusion)
        top = log_joint.max(axis=1, keepdims=True)
        mass = np.exp(log_joint - top)
        posterior = mass / mass.sum(axis=1, keepdims=True)
        objective = float((top[:, 0] + np.log(mass.sum(axis=1))).sum()) + smoothing * float(np.log(prevalence).sum())
        objective += sum(float((p * np.log(c)).sum()) for p, c in zip(priors, confusion, strict=True))
        trace.append(objective)
        if len(trace) > 1 and trace[-1] - trace[-2] < tolerance * len(posterior):
            break
    return DawidSkene(posterior, prevalence, tuple(confusion), tuple(trace))


def draw_codes(posterior: FloatArray, n_draws: int, rng: np.random.Generator) -> IntArray:
    """True codes drawn from the posterior, shape (n_draws, n_units).

    Units are drawn independently given the fitted confusion matrices, whose own uncertainty is not carried; what goes
    into a figure or an index is drawn by ``dawid_skene_draws``, which carries it.
    """
    edges = posterior.cumsum(axis=1)
    edges[:, -1] = 1.0
    uniform = rng.random((n_draws, len(posterior), 1))
    return np.asarray((uniform > edges[None, :, :]).sum(axis=2), dtype=np.int64)


def confusion_prior(coder: CoderLabels, n_codes: int, smoothing: float) -> FloatArray:
    """Prior counts of each label given each true code, shape (n_codes, n_labels)."""
    prior = np.tile(np.where(coder.doubted(), 10 * smoothing, smoothing), (n_codes, 1))
    for label, code in enumerate(coder.means):
        if code >= 0:
            prior[code, label] += coder.weights()[label]
    return prior


def _votes(coders: Sequence[CoderLabels], n_codes: int) -> FloatArray:
    votes = np.full((len(coders[0].labels), n_codes), 1e-3)
    for coder in coders:
        means = np.where(coder.labels >= 0, coder.means[coder.labels], -1)
        said = np.flatnonzero(means >= 0)
        votes[said, means[said]] += coder.weights()[coder.labels[said]]
    return _normalise(votes)


def _label_counts(coder: CoderLabels, posterior: FloatArray) -> FloatArray:
    """Expected number of times each true code got each label, shape (n_codes, n_labels)."""
    counts = np.zeros((len(coder.means), posterior.shape[1]))
    said = coder.labels >= 0
    np.add.at(counts, coder.labels[said], posterior[said])
    return counts.T


def _log_joint(coders: Sequence[CoderLabels], prevalence: FloatArray, confusion: Sequence[FloatArray]) -> FloatArray:
    total = np.tile(np.log(prevalence), (len(coders[0].labels), 1))
    for coder, matrix in zip(coders, confusion, strict=True):
        said = coder.labels >= 0
        total[said] += np.log(matrix)[:, coder.labels[said]].T
    return total


def _normalise(counts: FloatArray) -> FloatArray:
    return np.asarray(counts / counts.sum(axis=-1, keepdims=True))
