"""Which figure and table has which permanent number. A number is never given to another block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dynapolis.report.blocks import Block
from dynapolis.report.sections.agreement import agreement_figure, agreement_table, decided_table
from dynapolis.report.sections.capability import capability_figure, matrix_table
from dynapolis.report.sections.change import change_table, parts_figure, slope_figure
from dynapolis.report.sections.collaboration import city_collaboration_table, district_table
from dynapolis.report.sections.common import Writing
from dynapolis.report.sections.coverage import city_coverage_table
from dynapolis.report.sections.crossed import goal_sector_table, lab_panel_figure, lab_status_table, sector_city_figure
from dynapolis.report.sections.index import city_table, rank_figure, sensitivity_table
from dynapolis.report.sections.innovation import goal_figure, sector_figure, stage_figure
from dynapolis.report.sections.labs import lab_sector_figure, type_figure
from dynapolis.report.sections.places import count_table, map_figure, tile_figure
from dynapolis.report.sections.rankings import pillar_figure, probability_figure, robustness_figure, weight_table
from dynapolis.report.sections.registers import register_table
from dynapolis.report.sections.tables import definition_table, indicator_table, population_table

Make = Callable[[Writing], Block]


def _ranked(title: str, make: Make) -> Make:
    """A block that needs ranked cities, or the sentence that there are none."""
    return lambda writing: make(writing) if writing.data.ranked else writing.nothing(writing.say(title))


def _claimed(title: str, claim: str, make: Make) -> Make:
    """A block that reads out a claim, or the sentence that there is nothing to claim."""
    return lambda writing: make(writing) if claim in writing.claims else writing.nothing(writing.say(title))


FIGURES: Final[dict[str, Make]] = {
    "F1": _ranked("figure.ranks", rank_figure),
    "F2": _ranked("report_figure.probabilities", probability_figure),
    "F3": _claimed("report_figure.pillars", "pillars", pillar_figure),
    "F4": goal_figure,
    "F5": sector_city_figure,
    "F6": stage_figure,
    "F7": lab_panel_figure,
    "F8": slope_figure,
    "F9": parts_figure,
    "F10": _claimed("report_figure.map", "units_most", map_figure),
    "F11": tile_figure,
    "F12": _claimed("figure.agreement", "agreement", agreement_figure),
    "F13": _ranked("report_figure.robustness", robustness_figure),
    "F14": sector_figure,
    "F15": _claimed("figure.capability", "capability_top", capability_figure),
    "F16": type_figure,
    "F17": lab_sector_figure,
}
TABLES: Final[dict[str, Make]] = {
    "T1": count_table,
    "T2": city_table,
    "T3": goal_sector_table,
    "T4": lab_status_table,
    "T5": definition_table,
    "T6": weight_table,
    "T7": _claimed("figure.agreement", "agreement", agreement_table),
    "T8": register_table,
    "T9": decided_table,
    "T10": _ranked("figure.sensitivity", sensitivity_table),
    "T11": indicator_table,
    "T12": city_coverage_table,
    "T13": city_collaboration_table,
    "T14": matrix_table,
    "T15": district_table,
    "T16": population_table,
    "T17": change_table,
}
# Tables that sections of code place themselves, by their own names.
PLACED: Final[dict[str, str]] = {
    "coverage-together": "T18",
    "links": "T19",
    "partners-by-helix": "T20",
    "collaboration-measures": "T21",
    "cross-city": "T22",
}
# Under which name claims and older addresses know a block.
NAMES: Final[dict[str, str]] = {
    "registers": "T8",
    "indicators": "T11",
    "sensitivity": "T10",
    "agreement": "F12",
    "change-cities": "T17",
    "change-parts": "F9",
}
# How the sections that draw a figure call it, wherever it stands alone.
DRAWN: Final[dict[str, str]] = {
    "ranks": "F1", "probabilities": "F2", "pillars": "F3", "goals": "F4", "sector-city": "F5", "stages": "F6",
    "lab-panels": "F7", "slopes": "F8", "parts": "F9", "map": "F10", "tiles": "F11", "agreement-figure": "F12",
    "robustness": "F13", "sectors": "F14", "capability": "F15", "lab-types": "F16", "labs-by-sector": "F17",
}  # fmt: skip


def permanent(version: str, short: str) -> str:
    """The permanent id of a figure or table.

    Example:
        >>> permanent("2022", "F5")
        '2022.F5'
    """
    return f"{version}.{short}"
