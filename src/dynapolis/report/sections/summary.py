"""The summary, how to read the report, and what its numbers are not."""

from __future__ import annotations

from dynapolis.report import numbers
from dynapolis.report.blocks import Bullets, Line, Section
from dynapolis.report.sections.common import Writing

SUMMARY = ("index_first", "innovation", "sector_top", "goal_top", "labs_most", "capability_top", "agreement")
READING = ("rank", "draws", "tiers", "too_few", "bases", "evidence")
LIMITS = ("one", "two", "three", "four", "five", "six", "seven", "eight")


def write_summary(writing: Writing) -> Section:
    """The main claims, each with its interval and its way to the evidence."""
    lines = tuple(writing.line(name) for name in SUMMARY if name in writing.claims)
    return Section("summary", writing.say("section.summary"), [Bullets((writing.line("sample"), *lines))])


def write_reading(writing: Writing) -> Section:
    """What a rank interval, a draw, a tier and a counting basis are."""
    values = {
        "draws": numbers.count(writing.data.edition.inputs["draws"]),
        "p": f"{100 * writing.data.spec.tiers.ahead_probability:.0f}",
    }
    lines = tuple(Line(writing.say(f"reading.{key}", **values)) for key in READING)
    return Section("reading", writing.say("section.reading"), [Bullets(lines)])


def write_limits(writing: Writing) -> Section:
    """What the numbers are not."""
    data = writing.data
    only_models = bool(data.models) and len(data.models) == len(data.coders)
    keys = ("models", *LIMITS) if only_models else LIMITS
    lines = tuple(Line(writing.say(f"limits.{key}")) for key in keys)
    return Section("limits", writing.say("section.limits"), [Bullets(lines)])
