"""What lies behind the ranks: probabilities of the first places, scores of the pillars, robustness of ranks."""

from __future__ import annotations

from collections.abc import Sequence

from dynapolis.report import charts, numbers
from dynapolis.report.blocks import Cell, Column, Figure, Table
from dynapolis.report.sections.common import Writing, drawn

PLACES = (1, 5, 10)
SOURCES = ("coding", "chance", "method")


def probability_figure(writing: Writing) -> Figure:
    """How likely each city is to be first, among the first five, among the first ten."""
    say, speaker = writing.say, writing.speaker
    ranked = writing.data.ranked
    rows = [
        charts.StripRow(
            speaker.city(row["city_id"]),
            tuple(row[f"p_top_{k}"] for k in PLACES),
            tuple(numbers.in_100(row[f"p_top_{k}"]) for k in PLACES),
        )
        for row in ranked
    ]
    names = tuple(say(f"report_words.top_{k}") for k in PLACES)
    words = charts.StripWords(names, say("report_words.in_100"))
    cells = tuple(
        (
            Cell(speaker.city(row["city_id"])),
            *(Cell(numbers.in_100(row[f"p_top_{k}"]), value=row[f"p_top_{k}"]) for k in PLACES),
        )
        for row in ranked
    )
    columns = (
        Column(say("word.city"), "left"),
        *(Column(name, key=f"p_top_{k}", unit="probability") for k, name in zip(PLACES, names, strict=True)),
    )
    title = say("report_figure.probabilities")
    table = Table("probabilities-data", title, columns, cells, keys=tuple(row["city_id"] for row in ranked))
    return drawn(
        lambda width: charts.probability_strips(rows, words, width=width),
        figure_id="probabilities", title=title, reading=writing.line("top_five"), table=table,
        notes=(say("report_note.probabilities"),),
    )  # fmt: skip


def pillar_figure(writing: Writing, only: Sequence[str] = (), cities: Sequence[str] = ()) -> Figure:
    """The score of every ranked city on every pillar, by the default method, with the interval over all draws.

    Args:
        only: these pillars; all of them if none is named.
        cities: in this order; by rank if none is named.
    """
    data, say, speaker = writing.data, writing.say, writing.speaker
    scores = {(row["city_id"], row["pillar"]): row for row in data.rows("out_index__score_pillar")}
    order = list(cities) or [row["city_id"] for row in data.ranked]
    pillars = {pillar.id: pillar.name.in_(speaker.lang) for pillar in data.spec.pillars}
    used = [pillar for pillar in only or pillars if any((city, pillar) in scores for city in order)]
    dots, cells = [], []
    for city in order:
        line = [Cell(speaker.city(city))]
        for pillar in used:
            row = scores.get((city, pillar), {})
            score, low, high = (row.get(name) for name in ("score", "score_low", "score_high"))
            text = numbers.MISSING if score is None else numbers.plain(score, 0)
            small = None if low is None or high is None else numbers.plain_range(low, high, speaker.lang, 0)
            dots.append(charts.PanelDot(speaker.city(city), pillars[pillar], score, text, low, high))
            line.append(Cell(text, small=small, value=score, low=low, high=high, muted=score is None))
        cells.append(tuple(line))
    title = say("report_figure.pillars")
    columns = (Column(say("word.city"), "left"), *(Column(pillars[p], key=p, unit="points") for p in used))
    table = Table("pillars-data", title, columns, tuple(cells), (say("page.symbols"),), keys=tuple(order))
    names = [speaker.city(city) for city in order], [pillars[pillar] for pillar in used]
    words = charts.PanelWords(say("report_words.pillar_axis"))
    high = float(data.spec.scale[1])
    return drawn(
        lambda width: charts.dot_panels(dots, words, *names, high=high, width=width),
        figure_id="pillars", title=title, reading=writing.line("pillars"), table=table,
        notes=(say("report_note.pillars", level=speaker.level),),
    )  # fmt: skip


def robustness_figure(writing: Writing) -> Figure:
    """The ranks that each source of uncertainty alone allows, and the rank by the default method."""
    data, say, speaker = writing.data, writing.say, writing.speaker
    sources = [s for s in SOURCES if f"rank_low_{s}" in data.ranked[0]]
    rows, cells = [], []
    for row in data.ranked:
        city = speaker.city(row["city_id"])
        spans = {s: (row[f"rank_low_{s}"], row[f"rank_high_{s}"]) for s in sources}
        default = numbers.rank(row["rank_of_default"])
        rows.append(charts.RangeRow(city, row["rank_of_default"], spans, default))
        line = [Cell(city), Cell(default, value=row["rank_of_default"])]
        for low, high in spans.values():
            line.append(Cell(numbers.plain_range(low, high, speaker.lang, 0), low=low, high=high))
        cells.append(tuple(line))
    named = {s: say(f"source.{s}") for s in sources}
    words = charts.RangeWords(say("word.rank_axis"), say("report_words.default_rank"), named)
    title = say("report_figure.robustness")
    columns = (
        Column(say("word.city"), "left"),
        Column(say("report_words.default_rank"), key="rank_of_default", unit="rank"),
        *(Column(named[s], key=f"rank_{s}", unit="rank") for s in sources),
    )
    names = tuple(row["city_id"] for row in data.ranked)
    table = Table("robustness-data", title, columns, tuple(cells), keys=names)
    return drawn(
        lambda width: charts.rank_ranges(rows, words, width=width),
        figure_id="robustness", title=title, reading=writing.line("robust"), table=table,
        notes=(say("report_note.robustness", level=speaker.level),),
    )  # fmt: skip


def weight_table(writing: Writing) -> Table:
    """The weights and methods of the default index, and the alternatives that draws take."""
    data, say, lang = writing.data, writing.say, writing.speaker.lang
    spec = data.spec
    whole = sum(pillar.weight for pillar in spec.pillars)
    rows, keys = [], []
    for pillar in spec.pillars:
        share = pillar.weight / whole
        name = f"{say('word.pillar')}: {pillar.name.in_(lang)}"
        rows.append((Cell(name), Cell(numbers.percent(share, 0), value=share), Cell(say("report_words.weights_drawn"))))
        keys.append(f"pillar_{pillar.id}")
    default, uncertain = spec.default, spec.uncertain
    for key, chosen, others in (
        ("normalisation", default.normalisation, uncertain.normalisation),
        ("within_pillars", default.within_pillars, uncertain.within_pillars),
        ("between_pillars", default.between_pillars, uncertain.between_pillars),
        ("treat", default.treat.method, uncertain.treatment),
    ):
        names = [say(f"report_choice.{choice}") for choice in others if choice != chosen]
        rows.append((Cell(say(f"report_words.{key}")), Cell(say(f"report_choice.{chosen}")), Cell(", ".join(names))))
        keys.append(key)
    named = ("choice", "default", "alternatives")
    columns = tuple(Column(say(f"report_words.{key}"), "left", key) for key in named)
    return Table("weights", say("report_table.weights"), columns, tuple(rows), keys=tuple(keys))
