"""Which counts fit a printed percentage, given its decimals and the whole, however the printer rounded."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor


def share_bounds(percent: float, decimals: int) -> tuple[Fraction, Fraction]:
    """Smallest and largest share that may be printed so; a half may have been rounded either way.

    Example:
        >>> share_bounds(28, 0)
        (Fraction(11, 40), Fraction(57, 200))
    """
    step = Fraction(1, 10**decimals)
    middle = Fraction(round(percent * 10**decimals), 10**decimals)
    return max(Fraction(0), (middle - step / 2) / 100), (middle + step / 2) / 100


def fitting_counts(percent: float, decimals: int, whole: int) -> tuple[int, int] | None:
    """Smallest and largest count of a whole that is printed as this percentage; None where none is.

    Example:
        >>> fitting_counts(26, 0, 31), fitting_counts(14.2, 1, 1088), fitting_counts(50, 0, 3)
        ((8, 8), (154, 155), None)
    """
    low, high = share_bounds(percent, decimals)
    least, most = ceil(low * whole), min(whole, floor(high * whole))
    return (least, most) if least <= most else None
