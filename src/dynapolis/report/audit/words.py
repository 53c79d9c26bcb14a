"""Findings, repairs and comparisons of an audit in words."""

from __future__ import annotations

from collections.abc import Iterable

from dynapolis.audit.claims import ClaimsFile, Printed, Quantity
from dynapolis.audit.rules import Finding
from dynapolis.audit.solver import Repair, count_of
from dynapolis.model.language import Text
from dynapolis.report import numbers
from dynapolis.report.messages import Messages

GROUPED = "one_language"  # a finding that many claims share word for word


def sentence(words: Messages, finding: Finding) -> str:
    """What a finding says."""
    values = {k: v.in_(words.lang) if isinstance(v, Text) else v for k, v in finding.values.items()}
    return words.say(f"audit.rule.{finding.rule}", **values)


def repair_text(file: ClaimsFile, repair: Repair, words: Messages) -> str:
    """What would have to be otherwise, and which values would fit."""
    parts: list[str] = []
    for claim in repair.claims:
        if claim.kind == "labels":
            parts.append(words.say("audit.repair_labels"))
            continue
        label = file.by_id[claim.id].label.in_(words.lang)
        span = repair.fits.get(claim.id)
        if span is None:
            parts.append(words.say("audit.repair_open", claim=label))
        else:
            parts.append(words.say("audit.repair_number", claim=label, fits=_fits(file, claim.id, span)))
    return "; ".join(parts)


def _fits(file: ClaimsFile, name: str, span: tuple[int, int]) -> str:
    """Counts that would fit, of a share also as percentages of its whole."""
    quantity = file.by_id[name]
    shown = str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"
    whole = count_of(file.by_id, str(quantity.of)) if quantity.kind == "share" else None
    if not whole or quantity.first is None:
        return shown
    ends = dict.fromkeys(f"{100 * end / whole:.{quantity.first.decimals}f}" for end in span)
    return f"{shown} ({'–'.join(ends)}%)"


def label_of(file: ClaimsFile, name: str, words: Messages) -> str:
    """What people call a claim."""
    if name in file.by_id:
        return file.by_id[name].label.in_(words.lang)
    labels = {leader.id: leader.label.in_(words.lang) for leader in file.leaders}
    return labels.get(name, name)


def grouped(findings: Iterable[Finding]) -> list[tuple[Finding, tuple[str, ...]]]:
    """Findings in their order, each with its claims; those that say the same of one claim each stand together."""
    found: dict[object, tuple[Finding, list[str]]] = {}
    for number, finding in enumerate(findings):
        key: object = (finding.rule, tuple(finding.values.items())) if finding.rule == GROUPED else number
        found.setdefault(key, (finding, []))[1].extend(finding.claims)
    return [(finding, tuple(dict.fromkeys(claims))) for finding, claims in found.values()]


def printed_text(quantity: Quantity) -> str:
    """A quantity as printed, in Korean or else in English: its hedge is not repeated."""
    printed: Printed | None = quantity.first
    if printed is None:
        return "–"
    if quantity.kind == "share":
        return f"{printed.value:.{printed.decimals}f}%"
    return numbers.count(printed.value) if printed.decimals == 0 else f"{printed.value:.{printed.decimals}f}"
