"""Where the initiatives are: circles whose area is the count on plain outlines, and the same as a list; in a city, its
parts with what lies in them, and how many initiatives tell no place.

No register gives coordinates, so a place within a city is as precise as the part of it that a record names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dynapolis.report import numbers
from dynapolis.report.blocks import Cell, Column, Line, Paragraph, Section, Table
from dynapolis.report.charts import MapRow, MapWords, circle_map
from dynapolis.serve.address import Parameter
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, Drawing
from dynapolis.serve.web.writing import picture

LAYERS = ("units", "projects", "innovation", "living_labs")


LEVELS = ("autonomous_district", "district", "municipality", "quarter", "site")


def map_parameters(release: Release) -> Sequence[Parameter]:
    """What the circles count, and the city to look into."""
    cities = tuple(sorted(release.data.cities))
    return (Parameter("layer", "choice", LAYERS, "units"), Parameter("city", "choice", cities))


def answer_map(asked: Asked) -> Answer:
    """The world with one circle for each city, and the same as a list in the same order."""
    say, speaker, layer = asked.words.say, asked.speaker(), asked.view["layer"]
    every = city_rows(asked.release)
    inside = _parts(asked, asked.view["city"], layer) if asked.view["city"] else None
    rows = sorted((row for row in every if row[f"n_{layer}"]), key=lambda row: -row[f"n_{layer}"])
    marks = [
        MapRow(
            speaker.city(row["city_id"]),
            row["latitude"],
            row["longitude"],
            row[f"n_{layer}"],
            numbers.count(row[f"n_{layer}"]),
            asked.to(f"cities/{row['city_id']}"),
        )
        for row in rows
    ]
    title, words = say("web.menu.map"), MapWords(say(f"population.{layer}"))
    reading = say("web.map.area")
    drawing = Drawing(lambda width: circle_map(marks, words, width=width), title, reading) if marks else None
    return Answer(
        title=title,
        template="map.html.j2",
        values={
            "drawn": picture(drawing.chart, "map", title, reading) if drawing else "",
            "reading": reading,
            "cities": [(mark.label, mark.text, mark.href) for mark in marks],
            "layers": [(name, say(f"population.{name}"), asked.view.but(layer=name)) for name in LAYERS],
            "options": sorted((speaker.city(row["city_id"]), row["city_id"]) for row in rows),
            "parts": [inside[0]] if inside else [],
            "unsearched": [speaker.city(row["city_id"]) for row in every if not row["searched"]],
        },
        plain={"layer": layer, "cities": rows} | ({"city": asked.view["city"], **inside[1]} if inside else {}),
        table=(
            ["city_id", "latitude", "longitude", "n"],
            [[r["city_id"], r["latitude"], r["longitude"], r[f"n_{layer}"]] for r in rows],
        ),
        drawing=drawing,
        crumbs=[(title, asked.to("map"))],
    )


def _parts(asked: Asked, city: str, layer: str) -> tuple[Section, dict[str, Any]]:
    """The parts of a city by level with the initiatives that surely lie in them; and those that tell no part."""
    say, speaker, release = asked.words.say, asked.speaker(), asked.release
    counted = np.flatnonzero(release.reading.columns[f"is_{layer}"])
    found: list[dict[str, Any]] = []
    located: set[int] = set()
    for row in release.data.rows("out_links__district"):
        if row["city_id"] == city:
            docs = release.reading.counted(f"district.{row['district_id']}")
            here = np.intersect1d(docs, counted) if docs is not None else np.zeros(0, dtype=np.int32)
            located.update(here.tolist())
            found.append(
                {**{name: row[name] for name in ("district_id", "level", "name_en", "name_ko")}, "n": len(here)}
            )
    total = next(row[f"n_{layer}"] for row in city_rows(release) if row["city_id"] == city)
    found.sort(key=lambda row: (LEVELS.index(row["level"]), -row["n"], row["name_en"]))
    rows = tuple(
        (
            Cell(row[f"name_{asked.lang}"], small=row[f"name_{'ko' if asked.lang == 'en' else 'en'}"]),
            Cell(say(f"web.map.level_{row['level']}")),
            Cell(numbers.count(row["n"]), asked.number(f"district.{row['district_id']}") if row["n"] else None),
        )
        for row in found
    )
    title = say("web.map.inside", city=speaker.city(city))
    headings = (say("web.map.part"), say("web.map.level"), say(f"population.{layer}"))
    columns = tuple(Column(heading, "right" if n == 2 else "left") for n, heading in enumerate(headings))
    unknown = total - len(located)
    notes = (say("web.map.unknown", n=numbers.count(unknown), total=numbers.count(total)), say("web.map.precision"))
    table = Table("parts", title, columns, rows, notes)
    blocks = [table] if rows else [Paragraph(tuple(Line(note) for note in notes))]
    return Section("inside", title, blocks), {"parts": found, "n": total, "n_without_part": unknown}
