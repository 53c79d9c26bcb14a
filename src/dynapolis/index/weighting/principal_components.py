"""Principal components of the children of a node, and weights from their loadings.

Source: Jolliffe, Principal Component Analysis (2002), doi 10.1007/b98835; OECD/JRC Handbook (2008),
doi 10.1787/9789264043466-en, step 6, and Nicoletti, Scarpetta and Boylaud (2000), doi 10.1787/215182844604, for
squared loadings; Kaiser (1958), doi 10.1007/BF02289233, for the rotation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dynapolis.index.weighting.moments import complete_moments
from dynapolis.model.arrays import FloatArray

_TURNS = 200
_SETTLED = 1e-12


@dataclass(frozen=True, slots=True)
class PrincipalComponents:
    """Components of standardised children, the one that explains most first.

    Attributes:
        loadings: shape (..., k, k): child, component; each component has length 1 and is turned so that its loadings
            add up to more than 0.
        deviation: standard deviation of each component, shape (..., k).
        explained: its share of the variance, shape (..., k).
    """

    loadings: FloatArray
    deviation: FloatArray
    explained: FloatArray


def principal_components(values: FloatArray) -> PrincipalComponents:
    """Components of the correlations over rows without a gap; a child that is equal for all units loads on none.

    Args:
        values: shape (..., n_rows, k).

    Example:
        >>> found = principal_components(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
        >>> found.loadings[:, 0].round(6).tolist(), found.explained.round(6).tolist()
        ([0.707107, 0.707107], [1.0, 0.0])
    """
    size, vectors = np.linalg.eigh(complete_moments(values).correlation)
    size, vectors = np.maximum(size[..., ::-1], 0.0), vectors[..., ::-1]
    total = size.sum(axis=-1, keepdims=True)
    explained = np.where(total > 0, size / np.where(total > 0, total, 1.0), 0.0)
    return PrincipalComponents(_turned_up(vectors), np.sqrt(size), explained)


def _turned_up(loadings: FloatArray) -> FloatArray:
    """The sign of a component is arbitrary: turn it so that its loadings add up to more than 0."""
    total = loadings.sum(axis=-2, keepdims=True)
    largest = np.take_along_axis(loadings, np.abs(loadings).argmax(axis=-2)[..., None, :], axis=-2)
    side = np.where(np.abs(total) > _SETTLED, total, largest)
    return np.where(side < 0, -loadings, loadings)


def first_loadings(values: FloatArray) -> FloatArray:
    """Loadings of the first component, shape (..., k); may be negative for a child that runs against the others.

    A child that is equal for all units has loading 0.
    """
    moments = complete_moments(values)
    loadings = principal_components(values).loadings[..., 0]
    return np.where(moments.varies, loadings, 0.0)


def squared_loadings(values: FloatArray, components: int) -> FloatArray:
    """Squared loading of each child on the rotated component it belongs to: never negative.

    The first ``components`` components, as factor loadings (loading × deviation), are rotated (varimax); see
    ``weights_of_factors``.

    Args:
        values: shape (..., n_rows, k).
        components: 1 to k.

    Returns:
        shape (..., k), not scaled.
    """
    found = principal_components(values)
    factors = found.loadings[..., :components] * found.deviation[..., None, :components]
    return weights_of_factors(varimax(factors))


def weights_of_factors(factors: FloatArray) -> FloatArray:
    """Weights from factor loadings, not scaled: the square of each child's largest loading.

    The handbook's way comes to the same: within a factor a child has its squared loading over the variance the factor
    explains, and the factor has the share of variance it explains; in the product that variance cancels.

    Args:
        factors: shape (..., k, n_factors).

    Example:
        >>> weights_of_factors(np.array([[0.8, 0.1], [-0.6, 0.2], [0.1, 0.9]])).round(9).tolist()
        [0.64, 0.36, 0.81]
    """
    return np.asarray((factors**2).max(axis=-1))


def varimax(factors: FloatArray) -> FloatArray:
    """Loadings rotated so that each child loads on few factors, rows scaled to length 1 meanwhile (Kaiser).

    Two factors at a time are turned by the angle that is best for them, until none has to be turned any more.

    Args:
        factors: shape (..., k, n_factors).

    Example:
        >>> sorted(np.abs(varimax(np.array([[0.6, 0.6], [0.6, -0.6]]))).round(6).ravel().tolist())
        [0.0, 0.0, 0.848528, 0.848528]
    """
    length = np.sqrt((factors**2).sum(axis=-1, keepdims=True))
    turned = np.where(length > 0, factors / np.where(length > 0, length, 1.0), 0.0)
    pairs = list(combinations(range(factors.shape[-1]), 2))
    for _ in range(_TURNS):
        widest = max((_turn_pair(turned, one, other) for one, other in pairs), default=0.0)
        if widest < _SETTLED:
            break
    return np.asarray(turned * length)


def _turn_pair(loadings: FloatArray, one: int, other: int) -> float:
    """Turn two factors in place by their best angle; the widest angle of any replica."""
    k = loadings.shape[-2]
    x, y = loadings[..., one].copy(), loadings[..., other].copy()
    u, v = x**2 - y**2, 2 * x * y
    a, b = u.sum(axis=-1), v.sum(axis=-1)
    sine = 2 * (u * v).sum(axis=-1) - 2 * a * b / k
    cosine = (u**2 - v**2).sum(axis=-1) - (a**2 - b**2) / k
    angle = np.arctan2(sine, cosine)[..., None] / 4
    loadings[..., one] = x * np.cos(angle) + y * np.sin(angle)
    loadings[..., other] = y * np.cos(angle) - x * np.sin(angle)
    return float(np.abs(angle).max(initial=0.0))
