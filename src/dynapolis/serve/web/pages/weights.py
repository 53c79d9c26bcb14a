"""The weights laboratory as a page: a form of weights, presets, and the ranks they give beside the printed ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dynapolis.report import numbers
from dynapolis.serve.address import Parameter
from dynapolis.serve.queries.weights import N_SAMPLED, presets, weigh
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked

MOST = 100  # the largest weight of a pillar


def weight_parameters(release: Release) -> Sequence[Parameter]:
    """One weight for each pillar, the normalisation and the mean."""
    spec, usual = release.data.spec, presets(release)["specification"]
    return (
        *(Parameter(f"w_{p.id}", "number", default=usual[p.id], most=MOST) for p in spec.pillars),
        Parameter("norm", "choice", tuple(spec.uncertain.normalisation), spec.default.normalisation),
        Parameter("agg", "choice", tuple(spec.uncertain.between_pillars), spec.default.between_pillars),
    )


def answer_weights(asked: Asked) -> Answer:
    """Ranks by the weights of the address."""
    say, view, data = asked.words.say, asked.view, asked.release.data
    spec, speaker = data.spec, asked.speaker()
    weights = {p.id: float(view[f"w_{p.id}"]) for p in spec.pillars}
    told = ""
    if not sum(weights.values()):
        weights = {name: float(w) for name, w in presets(asked.release)["specification"].items()}
        told = say("web.weights.all_zero")
    elif sum(w > 0 for w in weights.values()) == 1:
        told = say("web.weights.one_pillar")
    lab = weigh(asked.release, weights, view["norm"], view["agg"]) if data.ranked else None
    rows = lab.rows if lab else []
    title = say("web.weights.title")
    return Answer(
        title=title,
        template="weights.html.j2",
        values={
            "told": told,
            "pillars": [
                (p.id, p.name.in_(asked.lang), int(weights[p.id]), numbers.percent(lab.weights[p.id], 0) if lab else "")
                for p in spec.pillars
            ],
            "presets": [
                (say(f"web.weights.preset_{name}"), view.but(**{f"w_{p}": w for p, w in chosen.items()}))
                for name, chosen in presets(asked.release).items()
            ],
            "norms": [(n, _named(asked, "norm", n)) for n in spec.uncertain.normalisation],
            "means": [(m, _named(asked, "agg", m)) for m in spec.uncertain.between_pillars],
            "rows": [_row(asked, row, speaker) for row in rows],
            "changed": say("web.weights.changed", n=numbers.count(lab.changed), total=numbers.count(len(rows)))
            if lab
            else "",
            "sampled": numbers.count(N_SAMPLED),
            "most": MOST,
            "none": "" if rows else say("web.state.no_index"),
        },
        plain={"weights": lab.weights if lab else weights, "cities": rows},
        table=(list(rows[0]), [list(row.values()) for row in rows]) if rows else None,
        crumbs=[(say("web.menu.method"), asked.to("method")), (title, asked.to("method/weights"))],
    )


def _named(asked: Asked, kind: str, value: str) -> str:
    key = f"web.weights.{kind}_{value}"
    return asked.words.say(key) if key in asked.words.texts else value.replace("_", " ")


def _row(asked: Asked, row: dict[str, Any], speaker: Any) -> dict[str, Any]:
    moved = row["rank_default"] - row["rank_chosen"]
    lang = asked.lang
    return {
        "city": speaker.city(row["city_id"]),
        "href": asked.to(f"cities/{row['city_id']}"),
        "rank": numbers.rank_with_interval(row["median_rank"], row["rank_low_90"], row["rank_high_90"], lang),
        "default": numbers.rank(row["rank_default"]),
        "chosen": numbers.rank(row["rank_chosen"]),
        "moved": f"{'▲' if moved > 0 else '▼'} {numbers.rank(abs(moved))}" if moved else "",
        "reach": f"{numbers.rank(row['best'])}{'~' if lang == 'ko' else '–'}{numbers.rank(row['worst'])}",
        "top_1": numbers.percent(row["share_top_1"], 0),
        "top_5": numbers.percent(row["share_top_5"], 0),
    }
