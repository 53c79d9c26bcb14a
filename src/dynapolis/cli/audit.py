"""``dynapolis audit``: printed claims of any report against arithmetic and against each other."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import FAILED, AsJson, language, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.audit.claims import ClaimsFile
    from dynapolis.audit.rules import Finding
    from dynapolis.audit.solver import Repair
    from dynapolis.report.messages import Messages

SHIPPED = "smart_cities_index_2022"


def audit(
    claims: Annotated[
        Path | None,
        typer.Argument(metavar="[CLAIMS]", help="YAML file of claims; the report of 2022 if not given."),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help="End with 1 where a finding is so grave: contradiction, unclear, style."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Audit the printed claims of a report: what cannot be, what is unclear, and the smallest repairs."""
    with reporting(as_json):
        from dynapolis.audit.claims import ClaimsFile, check_claims
        from dynapolis.audit.rules import ORDER
        from dynapolis.audit.rules import audit as find
        from dynapolis.errors import BadUse
        from dynapolis.report.messages import read_messages
        from dynapolis.store.content import shipped
        from dynapolis.store.yaml_file import read_yaml

        if fail_on is not None and fail_on not in ORDER[:-1]:
            raise BadUse(f"--fail-on {fail_on}: expected one of {', '.join(ORDER[:-1])}")
        path = claims or shipped() / "published" / SHIPPED / "claims.yml"
        if not path.is_file():
            raise BadUse(f"{path}: no such file; name a YAML file of claims")
        file = read_yaml(path, ClaimsFile, check_claims)
        findings = find(file)
        if as_json:
            values = [
                {**asdict(f), "sentence": {x: _sentence(read_messages(x), f) for x in ("ko", "en")}} for f in findings
            ]
            print_json({"report": file.report, "findings": values})
        else:
            _tell(file, findings, read_messages(language()))
        if fail_on and any(ORDER.index(f.severity) <= ORDER.index(fail_on) for f in findings):
            raise typer.Exit(FAILED)


def _tell(file: ClaimsFile, findings: list[Finding], words: Messages) -> None:
    say(words.say("audit.title", title=file.title.in_(words.lang)))
    for number, finding in enumerate(findings, start=1):
        about = ", ".join(finding.claims)
        say(f"{number:>3}  {words.say(f'audit.severity.{finding.severity}')}: {_sentence(words, finding)} [{about}]")
        for repair in finding.repairs:
            say(f"       - {_repair(file, repair, words)}")
    counts = {s: str(sum(f.severity == s for f in findings)) for s in ("unclear", "style", "consistent")}
    contradictions = str(sum(f.severity == "contradiction" for f in findings))
    say(words.say("audit.done", n=str(len(findings)), contradictions=contradictions, **counts))


def _sentence(words: Messages, finding: Finding) -> str:
    return words.say(f"audit.rule.{finding.rule}", **finding.values)


def _repair(file: ClaimsFile, repair: Repair, words: Messages) -> str:
    parts: list[str] = []
    for claim in repair.claims:
        if claim.kind == "labels":
            parts.append(words.say("audit.repair_labels"))
            continue
        label: Any = file.by_id[claim.id].label.in_(words.lang)
        span = repair.fits.get(claim.id)
        if span is None:
            parts.append(words.say("audit.repair_open", claim=label))
        else:
            parts.append(words.say("audit.repair_number", claim=label, fits=_fits(file, claim.id, span)))
    return "; ".join(parts)


def _fits(file: ClaimsFile, name: str, span: tuple[int, int]) -> str:
    """Counts that would fit, of a share also as percentages of its whole."""
    from dynapolis.audit.solver import count_of

    quantity = file.by_id[name]
    shown = str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"
    whole = count_of(file.by_id, str(quantity.of)) if quantity.kind == "share" else None
    if not whole or quantity.first is None:
        return shown
    ends = dict.fromkeys(f"{100 * end / whole:.{quantity.first.decimals}f}" for end in span)
    return f"{shown} ({'–'.join(ends)}%)"
