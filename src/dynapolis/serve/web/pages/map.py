"""Where the initiatives are: circles whose area is the count on plain outlines, and the same as a list."""

from __future__ import annotations

from collections.abc import Sequence

from dynapolis.report import numbers
from dynapolis.report.charts import MapRow, MapWords, circle_map
from dynapolis.serve.address import Parameter
from dynapolis.serve.queries.cities import city_rows
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, Drawing
from dynapolis.serve.web.writing import picture

LAYERS = ("units", "projects", "innovation", "living_labs")


def map_parameters(_release: Release) -> Sequence[Parameter]:
    """What the circles count."""
    return (Parameter("layer", "choice", LAYERS, "units"),)


def answer_map(asked: Asked) -> Answer:
    """The world with one circle for each city, and the same as a list in the same order."""
    say, speaker, layer = asked.words.say, asked.speaker(), asked.view["layer"]
    every = city_rows(asked.release)
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
            "unsearched": [speaker.city(row["city_id"]) for row in every if not row["searched"]],
        },
        plain={"layer": layer, "cities": rows},
        table=(
            ["city_id", "latitude", "longitude", "n"],
            [[r["city_id"], r["latitude"], r["longitude"], r[f"n_{layer}"]] for r in rows],
        ),
        drawing=drawing,
        crumbs=[(title, asked.to("map"))],
    )
