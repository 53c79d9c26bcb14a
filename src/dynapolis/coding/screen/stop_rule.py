"""When to stop, by a rule written down before, and how many included records were found, with bounds.

Reading by the model first; when it has run dry, an *audit*: a random sample of the records not yet read, all of it
read. The sample bounds how many included records the list can hold, whatever the model is worth. Reading stops when
the found ones are the target share of even that many. The risk that a bound fails is shared out over the audits (three
quarters to the first, three quarters of the rest to the second …), so that all together keep the stated confidence.

Sources: Callaghan and Müller-Hansen (2020), doi 10.1186/s13643-020-01521-4 (hypergeometric test; its rule on ranked
records tells when to audit, and is the rule without audits); Lewis, Yang and Frieder (2021),
doi 10.1145/3459637.3482415 (why only a random sample can certify a recall, and why testing again costs); Cormack and
Grossman (2016), doi 10.1145/2911451.2911510 (other rules). The shared risk is Bonferroni's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dynapolis.coding.screen.chance_bounds import (
    least_included,
    most_included,
    sample_to_rule_out,
    smallest_chance,
)


@dataclass(frozen=True, slots=True)
class StopRule:
    """When reading may stop. Fixed before the first decision, recorded with it.

    Attributes:
        target_recall: share of the included records that must be found.
        confidence: how sure that must be, by the audits.
        run_dry: the model has run dry, and an audit is drawn, when so few found since some earlier moment would have
            had less than this chance if reading were random and the target not yet reached.

    Raises:
        ValueError: a share is not between 0 and 1.
    """

    target_recall: float = 0.95
    confidence: float = 0.95
    run_dry: float = 0.3

    def __post_init__(self) -> None:
        for name in ("target_recall", "confidence", "run_dry"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; a share lies between 0 and 1")

    def error_of(self, audit: int) -> float:
        """Risk that each bound of an audit may take: three quarters of all for the first, of the rest for the next, …

        Example:
            >>> StopRule(confidence=0.9).error_of(1), StopRule(confidence=0.9).error_of(2)
            (0.075, 0.01875)
        """
        return float(round((1 - self.confidence) * 0.75 * 0.25 ** (audit - 1), 12))


@dataclass(frozen=True, slots=True)
class Audit:
    """A random sample of the unread records, read in full.

    Attributes:
        n_unread: unread records when it was drawn.
        found_before: included records found before it.
        n_sample: records drawn.
        n_found: included ones among them.
        error: risk that each of its two bounds may fail.
    """

    n_unread: int
    found_before: int
    n_sample: int
    n_found: int
    error: float

    @property
    def expected(self) -> float:
        """Included records of the whole list, expected from the sample.

        The share of the sample is taken as (found + ½) / (drawn + 1), the middle of what is likely after a sample
        (Jeffreys), so that a small audit without a find does not claim that nothing is left.
        """
        left = (self.n_found + 0.5) / (self.n_sample + 1) * (self.n_unread - self.n_sample)
        return self.found_before + self.n_found + left

    @property
    def most(self) -> int:
        """The most included records the whole list can hold."""
        return self.found_before + most_included(self.n_unread, self.n_sample, self.n_found, self.error)

    @property
    def least(self) -> int:
        """The fewest included records the whole list can hold."""
        return self.found_before + least_included(self.n_unread, self.n_sample, self.n_found, self.error)


@dataclass(frozen=True, slots=True)
class RecallEstimate:
    """Share of the included records that were found.

    Attributes:
        found: included records found so far.
        estimate: by the last audit; None where nothing is found or no audit was read.
        low, high: bounds; each holds with the confidence of the rule over all audits. None where nothing is found.
        most: the most included records the whole list can hold.
    """

    found: int
    estimate: float | None
    low: float | None
    high: float | None
    most: int


def estimate_recall(audits: Sequence[Audit], found: int, n_unread: int) -> RecallEstimate:
    """Recall so far, from all audits read. How many there are does not change while reading, so old audits count.

    Args:
        audits: the audits, all read in full, in order.
        found: included records found so far, those of the audits among them.
        n_unread: records not read; with none left, recall is 1 and no estimate.

    Example:
        >>> told = estimate_recall([Audit(1000, 95, 400, 0, 0.0375)], found=95, n_unread=600)
        >>> round(told.estimate, 3), round(told.low, 3), told.high
        (0.992, 0.941, 1.0)
    """
    if n_unread == 0:
        sure = 1.0 if found else None
        return RecallEstimate(found, sure, sure, sure, found)
    if not audits:  # all that is unread may belong
        low = found / (found + n_unread) if found else None
        return RecallEstimate(found, None, low, 1.0 if found else None, found + n_unread)
    most = min(found + n_unread, *(audit.most for audit in audits))
    if not found:
        return RecallEstimate(0, None, None, None, most)
    least = max(found, *(audit.least for audit in audits))
    most = max(most, least)
    expected = min(max(audits[-1].expected, least), most)
    return RecallEstimate(found, found / expected, found / most, found / least, most)


def may_stop(rule: StopRule, told: RecallEstimate, n_unread: int) -> bool:
    """Whether the rule lets reading stop: nothing is left, or the lower bound has reached the target.

    With nothing found, it stops when an audit rules out that one included record is left.
    """
    if n_unread == 0 or (told.found == 0 and told.most == 0):
        return True
    return told.low is not None and told.low >= rule.target_recall


def audit_size(rule: StopRule, audit: int, found: int, n_unread: int) -> int:
    """Records to draw so that an audit without a find proves the target, and no more.

    Args:
        rule: the rule.
        audit: which audit it is, 1 for the first.
        found: included records found so far.
        n_unread: records not read.

    Example:
        >>> audit_size(StopRule(), 1, found=96, n_unread=1500)
        632
    """
    return sample_to_rule_out(n_unread, _fatal(rule, found) - found, rule.error_of(audit))


def has_run_dry(rule: StopRule, n_records: int, read: Sequence[int], found: Sequence[int]) -> bool:
    """Whether the last stretch of reading, however long, found too little for the target to be still far away.

    Args:
        rule: the rule.
        n_records: size of the list.
        read: records read at each training since the last audit, growing; the last is now.
        found: included records found by then, as many.

    Source: Callaghan and Müller-Hansen (2020), "ranked quasi sampling": records read by rank are taken as if drawn at
    random, which asks for too much reading while the model is better than chance, and for too little where it is worse.
    """
    since = np.asarray(read[:-1], dtype=np.int64)
    then = np.asarray(found[:-1], dtype=np.int64)
    if not len(since):
        return False
    fatal = _fatal(rule, found[-1]) - then
    return smallest_chance(n_records - since, read[-1] - since, found[-1] - then, fatal) < rule.run_dry


def _fatal(rule: StopRule, found: int) -> int:
    """The smallest number of included records of which those found are less than the target share."""
    return math.floor(round(found / rule.target_recall, 9)) + 1
