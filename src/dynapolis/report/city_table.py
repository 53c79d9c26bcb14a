"""The city table, the same on the terminal and in the report: every rank with its interval, and why some have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dynapolis.report import numbers
from dynapolis.report.blocks import Cell
from dynapolis.report.data import ReportData
from dynapolis.report.evidence_links import city_row
from dynapolis.report.messages import Messages
from dynapolis.report.sentences import Speaker
from dynapolis.store.editions import Edition

HEADINGS = ("city", "rank", "tier_short", "top_5", "score", "innovation", "labs")


@dataclass(frozen=True, slots=True)
class CityLines:
    """The table as text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def city_cells(
    data: ReportData, speaker: Speaker, link: Callable[[str], str | None]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Headings and cells: ranked cities from the top, then the others by name with why they have no rank."""
    say, lang = speaker.words.say, speaker.lang
    rows = []
    for row in data.ranked:
        rank = numbers.rank_with_interval(row["median_rank"], row["rank_low_90"], row["rank_high_90"], lang)
        score = (
            f"{numbers.plain(row['score'], 0)} ({numbers.plain_range(row['score_low'], row['score_high'], lang, 0)})"
        )
        cells = [
            Cell(
                rank, city_row(row["city_id"]), value=row["median_rank"], low=row["rank_low_90"],
                high=row["rank_high_90"], evidence=f"city.{row['city_id']}",
            ),
            Cell(str(row["tier"]), value=row["tier"]),
            Cell(numbers.in_100(row["p_top_5"]), value=row["p_top_5"]),
            Cell(score, value=row["score"], low=row["score_low"], high=row["score_high"]),
        ]  # fmt: skip
        rows.append((_name(data, speaker, row["city_id"]), *cells, *_counts(data, row["city_id"], link)))
    for city in cities_in_order(data, speaker)[len(data.ranked) :]:
        why = Cell(say(f"status.{data.unranked[city]}"), muted=True)
        none = Cell(numbers.MISSING, muted=True)
        counts = _counts(data, city, link) if data.cities[city]["searched"] else (none, none)
        rows.append((_name(data, speaker, city), why, none, none, none, *counts))
    return tuple(say(f"word.{key}") for key in HEADINGS), tuple(rows)


def cities_in_order(data: ReportData, speaker: Speaker) -> list[str]:
    """Ranked cities from the top, then the others by why they have no rank and by name."""
    others = sorted(data.unranked, key=lambda city: (data.unranked[city], speaker.city(city)))
    return [row["city_id"] for row in data.ranked] + others


def city_lines(edition: Edition, words: Messages) -> CityLines:
    """The table for a terminal, with what it is not."""
    data = ReportData.load(edition)
    speaker = Speaker(data, words)
    headings, rows = city_cells(data, speaker, lambda _name: None)
    warnings = speaker.warnings()
    if data.ranks_nothing:
        warnings[0] = f"{words.say('page.banner_title')}. {warnings[0]}"
    lines = tuple(tuple(cell.text for cell in row) for row in rows)
    return CityLines(headings, lines, (*warnings, words.say("note.score", level=speaker.level)))


def _name(data: ReportData, speaker: Speaker, city: str) -> Cell:
    other = data.cities[city]["name_en"] if speaker.lang == "ko" else None
    return Cell(speaker.city(city), small=other)


def _counts(data: ReportData, city: str, link: Callable[[str], str | None]) -> tuple[Cell, ...]:
    cells = []
    for population in ("innovation", "living_labs"):
        row = data.figure(city, "units", "population", population)
        n, name = row["numerator"], row["figure_id"]
        cells.append(Cell(numbers.count(n), link(name), value=n, evidence=name))
    return tuple(cells)
