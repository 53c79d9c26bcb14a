"""Whether being in one list makes being in another likelier: asked among the units of a third list.

Only there are the units known that stand in neither. With two lists there is no third, and their dependence cannot be
tested. Positive dependence makes estimates that assume independence too low, negative too high.

Sources: Wittes, Colton and Sidel (1974), Capture-recapture methods for assessing the completeness of case ascertainment
when using multiple information sources, Journal of Chronic Diseases 27; Holm (1979), A simple sequentially rejective
multiple test procedure (several pairs at once).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import gammaln

from dynapolis.figures.coverage.lists import Histories
from dynapolis.model.coverage import Dependence

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class PairTest:
    """Two lists compared among the units of a third.

    Attributes:
        first, second, given: names of the lists.
        both, first_only, second_only, neither: units of ``given`` by the other two.
        odds_ratio: above 1 where being in one goes with being in the other; one half is added to each number.
        p_value: of Fisher's exact test, both sides.
    """

    first: str
    second: str
    given: str
    both: int
    first_only: int
    second_only: int
    neither: int
    odds_ratio: float
    p_value: float


def compare_lists(histories: Histories) -> list[PairTest]:
    """Every pair of lists among the units of every third.

    Example:
        >>> from dynapolis.figures.coverage.lists import from_rows
        >>> compare_lists(from_rows(["a", "b"], [10, 5, 5]))
        []
        >>> found = compare_lists(from_rows(["a", "b", "c"], [28, 21, 17, 69, 18, 55, 63]))[0]
        >>> (found.first, found.second, found.given, found.both, found.neither), round(found.odds_ratio, 1)
        (('a', 'b', 'c', 28, 63), 5.6)
    """
    return [
        _compare(histories, first, second, given)
        for first, second in combinations(range(len(histories.lists)), 2)
        for given in range(len(histories.lists))
        if given not in (first, second)
    ]


def _compare(histories: Histories, first: int, second: int, given: int) -> PairTest:
    inside = histories.counts.take(1, axis=given)
    axes = [n for n in range(len(histories.lists)) if n != given]
    others = tuple(n for n, axis in enumerate(axes) if axis not in (first, second))
    (neither, second_only), (first_only, both) = inside.sum(axis=others).tolist()
    odds = (both + 0.5) * (neither + 0.5) / ((first_only + 0.5) * (second_only + 0.5))
    p_value = fisher_p_value(both, first_only, second_only, neither)
    names = histories.lists
    return PairTest(names[first], names[second], names[given], both, first_only, second_only, neither, odds, p_value)


def fisher_p_value(both: int, first_only: int, second_only: int, neither: int) -> float:
    """Fisher's exact test of a two-by-two table, both sides: the tables of its margins that are no likelier than it.

    Example:
        >>> round(fisher_p_value(3, 1, 1, 3), 4)
        0.4857
    """
    row, column, n = both + first_only, both + second_only, both + first_only + second_only + neither
    cells = np.arange(max(0, row + column - n), min(row, column) + 1)
    parts = np.stack([cells, row - cells, column - cells, n - row - column + cells])
    log_chance = -gammaln(parts + 1).sum(axis=0)
    chance = np.exp(log_chance - log_chance.max())
    here = chance[both - cells[0]]
    return float(chance[chance <= here * (1 + 1e-7)].sum() / chance.sum())


def judge_dependence(n_lists: int, tests: Sequence[PairTest]) -> Dependence:
    """What the tests say together, at five in a hundred for all of them at once.

    Pairs among fewer than two units of either answer tell nothing; where no pair tells anything there are too few.
    """
    if n_lists < 2:
        return Dependence.NOT_ASKED
    if n_lists == 2:
        return Dependence.UNTESTABLE
    telling = sorted((test for test in tests if _tells(test)), key=lambda test: test.p_value)
    if not telling:
        return Dependence.TOO_FEW
    clear = []
    for n, test in enumerate(telling):
        if test.p_value > ALPHA / (len(telling) - n):
            break
        clear.append(test.odds_ratio > 1)
    if not clear:
        return Dependence.NONE_SEEN
    return Dependence.BOTH if len(set(clear)) == 2 else Dependence.POSITIVE if clear[0] else Dependence.NEGATIVE


def _tells(test: PairTest) -> bool:
    """Whether any arrangement of the same margins could have been called dependent."""
    margins = (test.both + test.first_only, test.second_only + test.neither,
               test.both + test.second_only, test.first_only + test.neither)  # fmt: skip
    return min(margins) >= 2
