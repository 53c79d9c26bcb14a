"""``dynapolis screen simulate``: a labelled list read again, to see what screening it would have cost."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, language, print_json, reporting, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynapolis.coding.screen.stop_rule import StopRule
    from dynapolis.model.arrays import IntArray
    from dynapolis.model.labelled import ScreenRecord


def simulate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A labelled list: CSV with title, abstract, included.")],
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Draws the known records and the audits.")] = 1,
    start: Annotated[str, typer.Option(metavar="WAY", help="top, seeds or random: how reading begins.")] = "top",
    target_recall: Annotated[float, typer.Option(help="Share of what belongs that has to be found.")] = 0.95,
    confidence: Annotated[float, typer.Option(help="How sure that has to be.")] = 0.95,
    as_json: AsJson = False,
) -> None:
    """Replay a labelled list: recall by records read, work saved, and where the rule to stop would have stopped.

    A label is used only after its record was read. top reads the file from its top until one record of each kind was
    seen; seeds knows one of each beforehand, drawn at random; random reads in random order until one of each was seen.
    """
    with reporting(as_json):
        from dynapolis.cli.screening import stop_rule
        from dynapolis.coding.screen.order import Start
        from dynapolis.errors import BadUse
        from dynapolis.store.labelled_files import read_screening_lists

        if start not in list(Start):
            raise BadUse(f"'{start}' is no way to begin; expected {', '.join(Start)}")
        rule = stop_rule(target_recall, confidence)
        began = time.perf_counter()
        found = replay(read_screening_lists([file], labelled=True), Start(start), rule, seed)
        found["seconds"] = round(time.perf_counter() - began, 3)
        if as_json:
            print_json(found)
        else:
            _say(found)


def replay(records: list[ScreenRecord], start: Any, rule: StopRule, seed: int) -> dict[str, Any]:
    """The replay of a labelled list as plain values; see docs/en/commands.md for each."""
    import numpy as np

    from dynapolis.coding.screen.learner import Learner, LearnerSettings
    from dynapolis.coding.screen.order import canonical_order, starting_order
    from dynapolis.coding.screen.recall import order_quality, recall_curve
    from dynapolis.coding.screen.replay import replay_order

    rows = canonical_order([record.id for record in records])
    own = [records[row] for row in rows]
    included = np.array([bool(record.included) for record in own])
    file_order = np.argsort(np.array(rows))
    opening = starting_order(start, included, file_order, np.random.default_rng([seed, 0]))
    learner = Learner([record.title for record in own], [record.abstract for record in own])
    began = time.perf_counter()
    order = replay_order(learner, included, opening)
    in_order = included[order]
    ranking_seconds = round(time.perf_counter() - began, 3)
    return {
        **asdict(order_quality(in_order)),
        "duplicates": len(own) - len({record.text_id for record in own}),
        "without_text": sum(1 for record in own if not record.title and not record.abstract),
        "seed": seed,
        "start": start.value,
        "start_rows": [rows[place] + 1 for place in opening],
        "recall_curve": [{"read": n, "recall": recall} for n, recall in recall_curve(in_order)],
        "rule": asdict(rule),
        "stop": _stop(learner, included, order, len(opening), rule, _draw(seed)),
        "learner": asdict(LearnerSettings()),
        "ranking_seconds": ranking_seconds,
    }


def _draw(seed: int) -> Callable[[IntArray, int], IntArray]:
    import numpy as np

    rng = np.random.default_rng([seed, 1])
    return lambda places, size: rng.choice(places, size=size, replace=False)


def _stop(learner: Any, included: Any, order: Any, n_start: int, rule: StopRule, draw: Any) -> dict[str, Any]:
    from dynapolis.coding.screen.replay import replay_stop

    point = asdict(replay_stop(learner, included, order, n_start, rule, draw))
    told = point.pop("told")
    return {
        **point, "recall": told["estimate"], "recall_low": told["low"], "recall_high": told["high"],
        "most_included": told["most"],
    }  # fmt: skip


def _say(found: dict[str, Any]) -> None:
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    numbers = {"records": f"{found['n_records']:,}", "included": f"{found['n_included']:,}"}
    say(words.say("screen.sim_list", share=_percent(found["n_included"] / found["n_records"]), **numbers))
    if found["records_to_95"] is None:
        say(words.say("screen.sim_none"))
    else:
        say(
            words.say(
                "screen.sim_order", n=f"{found['records_to_95']:,}", wss=_percent(found["wss_95"]),
                share=_percent(found["records_to_95"] / found["n_records"]), least=f"{found['least_to_95']:,}",
            )
        )  # fmt: skip
        for point in found["recall_curve"]:
            say(words.say("screen.sim_curve", n=f"{point['read']:,}", recall=_percent(point["recall"])))
    stop = found["stop"]
    say(words.say("screen.sim_stop", n=f"{stop['n_read']:,}", audited=f"{stop['n_audited']:,}"))
    if stop["recall"] is not None:
        told = {"recall": stop["recall"], "low": stop["recall_low"], "high": stop["recall_high"]}
        say(
            words.say(
                "screen.sim_told", true=_percent(stop["true_recall"]), **{k: _percent(v) for k, v in told.items()}
            )
        )
    say(words.say("screen.sim_seconds", seconds=f"{found['seconds']:.1f}"))


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
