"""Numbers as text, in one way on every page of a language."""

from __future__ import annotations

from dynapolis.model.language import Lang

_DASH = {Lang.KO: "~", Lang.EN: "–"}
MISSING, TOO_FEW = "–", "×"


def count(n: float) -> str:
    """A whole number with thousands separated by commas.

    Example:
        >>> count(1088)
        '1,088'
    """
    return f"{n:,.0f}"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share as a percentage; the sign for too few where there is none.

    Example:
        >>> percent(306 / 1088), percent(None)
        ('28.1%', '×')
    """
    if share is None:
        return TOO_FEW
    return f"{100 * share:.{decimals}f}%"


def percent_range(low: float | None, high: float | None, lang: Lang, decimals: int = 1) -> str:
    """The two ends of an interval of a share; the sign for too few where there is none.

    Example:
        >>> percent_range(0.255, 0.309, Lang.EN), percent_range(0.255, 0.309, Lang.KO)
        ('25.5–30.9%', '25.5~30.9%')
    """
    if low is None or high is None:
        return TOO_FEW
    return f"{100 * low:.{decimals}f}{_DASH[lang]}{100 * high:.{decimals}f}%"


def plain(value: float, decimals: int) -> str:
    """A number with a fixed number of decimals.

    Example:
        >>> plain(3.14159, 2)
        '3.14'
    """
    return f"{value:,.{decimals}f}"


def plain_range(low: float, high: float, lang: Lang, decimals: int) -> str:
    """The two ends of an interval."""
    return f"{low:,.{decimals}f}{_DASH[lang]}{high:,.{decimals}f}"


def rank(value: float) -> str:
    """A rank; shared places show their half.

    Example:
        >>> rank(5.0), rank(5.5)
        ('5', '5.5')
    """
    return f"{value:g}"


def rank_with_interval(median: float, low: float, high: float, lang: Lang) -> str:
    """A rank is never printed without its interval.

    Example:
        >>> rank_with_interval(5, 2, 9, Lang.EN), rank_with_interval(5, 2, 9, Lang.KO)
        ('5 (2–9)', '5(2~9)')
    """
    space = " " if lang is Lang.EN else ""
    return f"{rank(median)}{space}({rank(low)}{_DASH[lang]}{rank(high)})"


def in_100(probability: float) -> str:
    """A probability as so many in a hundred, rounded to 5, and said to be under 5 or over 95 beyond.

    Example:
        >>> in_100(0.62), in_100(0.01), in_100(0.99), in_100(0.0)
        ('60', '<5', '>95', '<5')
    """
    if probability <= 0.025:
        return "<5"
    return ">95" if probability >= 0.975 else f"{5 * round(20 * probability):.0f}"


def signed(n: float) -> str:
    """A change of a count, with its sign; a true minus.

    Example:
        >>> signed(12), signed(-3), signed(0)
        ('+12', '−3', '0')
    """
    return f"{n:+,.0f}".replace("-", "−") if n else "0"


def points(change: float, decimals: int = 1) -> str:
    """A change of a share in percentage points, without the unit.

    Example:
        >>> points(0.034), points(-0.012)
        ('+3.4', '−1.2')
    """
    return f"{100 * change:+.{decimals}f}".replace("-", "−")


def points_range(low: float, high: float, lang: Lang, decimals: int = 1) -> str:
    """The two ends of an interval of a change, in percentage points; set apart by words where one is negative.

    Example:
        >>> points_range(0.01, 0.05, Lang.EN), points_range(-0.01, 0.05, Lang.KO)
        ('1.0 to 5.0', '−1.0~5.0')
    """
    ends = (f"{100 * end:.{decimals}f}".replace("-", "−") for end in (low, high))
    return (" to " if lang is Lang.EN else "~").join(ends)
