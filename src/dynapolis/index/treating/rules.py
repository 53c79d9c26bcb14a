"""The treatment of each indicator, as arrays over indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from dynapolis.errors import BadUse
from dynapolis.model.arrays import BoolArray, FloatArray, IntArray
from dynapolis.model.composite import TreatChoice, TreatOutliers


@dataclass(frozen=True, slots=True)
class Rules:
    """The choices of ``TreatChoice`` for each of some series, shape (n,) each; ``wanted``: may be treated at all.

    ``lambdas`` is NaN where it is to be estimated, ``on_winsorised`` says which values are transformed.
    """

    wanted: BoolArray
    max_skew: FloatArray
    max_kurtosis: FloatArray
    max_winsorised: IntArray
    force: BoolArray
    function: tuple[str, ...]
    lambdas: FloatArray
    shift: BoolArray
    on_winsorised: BoolArray

    def of(self, places: IntArray) -> Rules:
        """The rules of some indicators, each as often as it is named."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        chosen = {name: part[places] for name, part in parts.items() if isinstance(part, np.ndarray)}
        return Rules(function=tuple(self.function[int(place)] for place in places), **chosen)


def choices_of(codes: Sequence[str], step: TreatOutliers) -> tuple[TreatChoice, ...]:
    """What holds for each indicator: its own entry, and the step where that is silent.

    Raises:
        BadUse: ``each`` or ``only`` names an indicator that is not there.

    Example:
        >>> step = TreatOutliers(step="treat", max_winsorised=3, each={"b": TreatChoice(function="log")})
        >>> [(choice.max_winsorised, choice.function) for choice in choices_of(("a", "b"), step)]
        [(3, 'log_shifted'), (3, 'log')]
    """
    unknown = sorted({*step.each, *(step.only or ())} - set(codes))
    if unknown:
        raise BadUse(f"step treat: no such indicator: {', '.join(unknown)}; correct the codes in each or only")
    found = []
    for code in codes:
        own = step.each.get(code)
        said = {name: getattr(own, name) for name in own.model_fields_set} if own else {}
        found.append(step.model_copy(update=said))
    return tuple(found)


def rules_of(codes: Sequence[str], step: TreatOutliers) -> Rules:
    """The choices of all indicators as arrays, in the order of ``codes``."""
    chosen = choices_of(codes, step)
    return Rules(
        wanted=np.array([step.only is None or code in step.only for code in codes], dtype=bool),
        max_skew=np.array([choice.max_skew for choice in chosen], dtype=float),
        max_kurtosis=np.array([choice.max_kurtosis for choice in chosen], dtype=float),
        max_winsorised=np.array([choice.max_winsorised for choice in chosen], dtype=np.int64),
        force=np.array([choice.force for choice in chosen], dtype=bool),
        function=tuple(choice.function for choice in chosen),
        lambdas=np.array([np.nan if choice.lambda_ is None else choice.lambda_ for choice in chosen], dtype=float),
        shift=np.array([choice.shift for choice in chosen], dtype=bool),
        on_winsorised=np.array([choice.on == "winsorised" for choice in chosen], dtype=bool),
    )


def is_outlying(skew: FloatArray, kurtosis: FloatArray, max_skew: FloatArray, max_kurtosis: FloatArray) -> BoolArray:
    """The rule: |skew| and excess kurtosis both reach their limits; NaN, where it cannot be asked, does not.

    Source: rule of the COIN tool (JRC), as in the OECD/JRC Handbook (2008).
    """
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(skew) >= max_skew) & (kurtosis >= max_kurtosis))
