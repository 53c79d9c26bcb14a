"""Many random numbers from one: a replica's uniform number is the seed of its weights and errors.

The same seed and the same names give the same numbers wherever they stand, in whatever order they are asked for, and
in a part of the replicas as in all of them; so replicas can be replayed, errors are made only when they are needed, and
permuting units permutes their errors. Equal seeds give equal numbers: an input of many numbers can be held still or
exchanged as one in a sensitivity analysis.

Source: the mixing function of Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators,
doi 10.1145/2660193.2660195 (SplitMix64).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from dynapolis.model.arrays import FloatArray

Keys = NDArray[np.uint64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def keys_of(purpose: str, names: Sequence[str]) -> Keys:
    """A number for each name, the same on every machine; another purpose gives others.

    Example:
        >>> a, b = keys_of("weights", ("x", "y")), keys_of("weights", ("y",))
        >>> bool(a[1] == b[0]), bool(a[0] == b[0])
        (True, False)
    """
    return for_purpose(purpose, name_keys(names))


def name_keys(names: Sequence[str]) -> Keys:
    """The numbers of names before they serve a purpose."""
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)


def for_purpose(purpose: str, keys: Keys) -> Keys:
    """Other numbers of the same names, for a purpose of their own."""
    return _mixed(keys ^ name_keys([purpose]))


def uniforms(seeds: FloatArray, keys: Keys) -> FloatArray:
    """Uniform numbers strictly between 0 and 1, one for each seed and key.

    Args:
        seeds: numbers between 0 and 1, shape (n,); all their 52 bits count.
        keys: from ``keys_of``, shape (m,).

    Returns:
        shape (n, m).

    Example:
        >>> drawn = uniforms(np.linspace(0.1, 0.9, 2000), keys_of("errors", ("x", "y")))
        >>> drawn.shape, bool(abs(drawn.mean() - 0.5) < 0.02), bool(abs(np.corrcoef(drawn.T)[0, 1]) < 0.06)
        ((2000, 2), True, True)
    """
    bits = _mixed(np.ascontiguousarray(seeds + 0.0, dtype=np.float64).view(np.uint64) + _GOLDEN)
    drawn = _mixed(_mixed(bits[:, None] ^ keys[None, :]) + _GOLDEN)
    return np.asarray(((drawn >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)


def normals(seeds: FloatArray, keys: Keys) -> FloatArray:
    """Standard normal numbers, shapes as in ``uniforms``."""
    return np.asarray(ndtri(uniforms(seeds, keys)))


def log_gammas(seeds: FloatArray, keys: Keys, shapes: FloatArray) -> FloatArray:
    """Logarithms of gamma numbers with scale 1, exact for shapes however small.

    A gamma number of shape a is one of shape a + 1 times a uniform number to the power of 1 / a.

    Args:
        seeds, keys: as in ``uniforms``.
        shapes: above 0, broadcasts to shape (n, m).
    """
    grown = gammaincinv(shapes + 1.0, uniforms(seeds, keys))
    return np.asarray(np.log(grown) + np.log(uniforms(seeds, keys ^ _FIRST)) / shapes)


def _mixed(bits: Keys) -> Keys:
    """SplitMix64: every bit of the result depends on every bit that goes in."""
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return np.asarray(bits ^ (bits >> np.uint64(31)))
