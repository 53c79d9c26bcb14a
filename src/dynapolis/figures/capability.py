"""Dynamic capability × actor: through what, and led by whom, a city becomes innovative (method, section 4; ours).

Sensing, seizing, transforming after Teece (2007), doi 10.1002/smj.640; the rules that tie codes to capabilities are
this project's own. Leads are split equally over the helices that share them.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.model.arrays import BoolArray, FloatArray


class Capability(StrEnum):
    """The three dynamic capabilities."""

    SENSING = "sensing"
    SEIZING = "seizing"
    TRANSFORMING = "transforming"


ACTORS = ("public", "private", "civic", "academic")
CELLS = tuple((capability, actor) for capability in Capability for actor in ACTORS)


def capabilities(codes: UnitCodes, facts: UnitFacts) -> BoolArray:
    """Which capabilities each innovation project and living lab supports, shape (n_draws, n_units, 3).

    sensing: a lab of type brainstorming or education, or goal R&BD and business models at stage none or pilot.
    seizing: that goal at demonstration, scale-up, citywide or operating; start-up support; a business-creating lab.
    transforming: a business district; job creation; anything at scale-up or citywide (so also a demonstrating lab).
    """
    rnbd = codes.has_code(facts, "goal", "rnbd_business_model")
    early = codes.is_code(facts, "stage", "none", "pilot")
    later = codes.is_code(facts, "stage", "demonstration", "scale_up", "citywide", "operating")
    spread = codes.is_code(facts, "stage", "scale_up", "citywide")
    labs = codes.living_labs(facts)

    def lab(name: str) -> BoolArray:
        return labs & codes.has_code(facts, "lab_type", name)

    def goal(name: str) -> BoolArray:
        return codes.has_code(facts, "goal", name) & ~labs

    sensing = lab("brainstorming") | lab("education") | (rnbd & ~labs & early)
    seizing = (rnbd & ~labs & later) | goal("startup_support") | lab("business_creation")
    transforming = goal("business_district") | goal("job_creation") | spread
    counted = codes.innovation(facts) | labs
    return np.asarray(np.stack([sensing, seizing, transforming], axis=2) & counted[:, :, None])


def lead_shares(codes: UnitCodes, facts: UnitFacts) -> FloatArray:
    """Each initiative's lead split over the helices, shape (n_draws, n_units, 4); all zero when it is not told.

    A mixed lead is shared by the helices of the organisation that leads or, when these are fewer than two, also by
    those of its partners; if it still is fewer than two, the record does not tell who shares it.
    """
    lead = codes.primary["lead"]
    shares = np.zeros((*lead.shape, len(ACTORS)))
    for place, actor in enumerate(ACTORS):
        shares[:, :, place] = lead == facts.number("lead", actor)[0]
    own = facts.lead_helices
    sharing = np.where((own.sum(axis=1) >= 2)[:, None], own, own | facts.partner_helices)
    sharing = sharing * (sharing.sum(axis=1) >= 2)[:, None]
    split = sharing / np.maximum(sharing.sum(axis=1), 1)[:, None]
    mixed = lead == facts.number("lead", "mixed")[0]
    return np.asarray(np.where(mixed[:, :, None], split[None, :, :], shares))


def cell_weights(codes: UnitCodes, facts: UnitFacts) -> FloatArray:
    """What each unit adds to the twelve cells, shape (n_draws, n_units, 12), in the order of ``CELLS``."""
    supported = capabilities(codes, facts)[:, :, :, None]
    shares = lead_shares(codes, facts)[:, :, None, :]
    return np.asarray((supported * shares).reshape(*supported.shape[:2], len(CELLS)))


def city_cells(codes: UnitCodes, facts: UnitFacts) -> tuple[BoolArray, FloatArray]:
    """Which units are in the matrix, shape (n_draws, n_units), and each city's weights, shape (n_draws, n_cities, 12).

    The sums of ``cell_weights`` over cities, one cell at a time: many draws of all cells at once would fill the memory.
    """
    supported, shares = capabilities(codes, facts), lead_shares(codes, facts)
    cells = [
        facts.sum_by_city(supported[:, :, c] * shares[:, :, a])
        for c in range(supported.shape[2])
        for a in range(len(ACTORS))
    ]
    return np.asarray(supported.any(axis=2) & (shares > 0).any(axis=2)), np.stack(cells, axis=2)


def evenness(cells: FloatArray) -> FloatArray:
    """How evenly weight is spread over the cells of the last axis: Shannon entropy over its largest value, 0 to 1.

    NaN where there is no weight at all (Pielou 1966).

    Example:
        >>> evenness(np.array([[1., 1., 1.], [1., 0., 0.]])).round(3).tolist()
        [1.0, 0.0]
    """
    total = cells.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = cells / total
        terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0)
    return np.asarray(np.where(total[..., 0] > 0, -terms.sum(axis=-1) / np.log(cells.shape[-1]), np.nan) + 0.0)


def evenness_error(cells: FloatArray, common: FloatArray, n: int, n_resamples: int, rng: np.random.Generator) -> float:
    """Spread of a city's evenness over resamples of its ``n`` initiatives, as for diversities.

    Args:
        cells: shape (12,), the city's weights.
        common: shape (12,), shares of the cells in all cities, adding up to 1.
        n: initiatives in the matrix.
        n_resamples: how many.
        rng: the source of chance.
    """
    if n == 0:
        return 0.0
    share = (cells / cells.sum() * n + common) / (n + 1)
    return float(evenness(rng.multinomial(n, share / share.sum(), size=n_resamples).astype(float)).std(ddof=1))
