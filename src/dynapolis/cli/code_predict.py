"""``dynapolis code predict``: suggested codes for a list, with probabilities and the words that decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import AsJson, InFolder, language, opened, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.coding.linear.coder import Example
    from dynapolis.model.codebook import Codebook
    from dynapolis.model.suggestion import Suggestion, UnitText

HEADS = (
    "id",
    "scheme",
    "code",
    "further_codes",
    "probability",
    "answered",
    "prediction_set",
    "error_rate",
    "words",
    "why",
    "probabilities",
    "coder",
    "coder_version",
    "codebook_version",
)
VERSION = "2022.2"


def predict(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV in UTF-8 with names and descriptions; also .csv.gz.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where to write: .csv or .json.")],
    scheme: Annotated[list[str] | None, typer.Option("--scheme", help="Only this scheme; may be given again.")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="COLUMN", help="The column of descriptions.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="COLUMN", help="The column of names.")] = None,
    identity: Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="The column of ids.")] = None,
    right: Annotated[float, typer.Option("--right", min=0.3, max=0.99, help="Share of answers to be right.")] = 0.85,
    least: Annotated[
        float,
        typer.Option("--answer-at-least", min=0.0, max=1.0, help="Share of the list that is answered in any case."),
    ] = 0.62,
    error_rate: Annotated[
        float, typer.Option("--error-rate", min=0.01, max=0.5, help="Of prediction sets: how often they may miss.")
    ] = 0.10,
    labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Learn from codings, or code by the codebook's cues alone.")
    ] = True,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Code a list with calibrated probabilities and the words that decided, from the workspace's codings.

    Where the workspace has no codings, or there is no workspace, the embedded registers are learned from. Nothing of
    the list itself is ever learned from, whatever codes it holds.
    """
    with reporting(as_json):
        from dynapolis.errors import BadUse
        from dynapolis.report.messages import read_messages
        from dynapolis.store.content import ContentPaths, read_codebook
        from dynapolis.store.unit_files import read_units

        if out.suffix not in (".csv", ".json"):
            raise BadUse(f"--out {out}: expected a name that ends with .csv or .json")
        columns = {prop: column for prop, column in (("description", text), ("name", name), ("id", identity)) if column}
        codebook = read_codebook(ContentPaths.default().codebooks, VERSION)
        unknown = [s for s in scheme or () if s not in codebook.by_scheme]
        if unknown:
            raise BadUse(f"no scheme {', '.join(unknown)}; known: {', '.join(codebook.by_scheme)}")
        asked = codebook.model_copy(
            update={"schemes": tuple(s for s in codebook.schemes if not scheme or s.scheme in scheme)}
        )
        units = read_units(file, columns)
        examples = _examples(workspace, codebook, units) if labels else []
        suggestions, coder = _code(examples, units, asked, error_rate=error_rate, right=right, least=least)
        rows = [_row(s, coder, codebook.version) for s in suggestions]
        _write(rows, out)
        told = _told(suggestions, asked)
        if as_json:
            print_json(
                {"out": str(out), "units": len(units), "learned_from": len(examples), "coder": coder, "schemes": told}
            )
            return
        words = read_messages(language())
        say(words.say("suggest.done", n=f"{len(units):,}", learned=f"{len(examples):,}", out=str(out)))
        for line in told:
            say(
                words.say(
                    "suggest.scheme",
                    scheme=line["scheme"],
                    answered=f"{100 * line['answered']:.0f}%",
                    expected=f"{100 * line['expected_right']:.0f}%",
                )
            )


def _examples(workspace: Path, codebook: Codebook, units: Sequence[UnitText]) -> list[Example]:
    """From the workspace where it has codings, else from the embedded registers; nothing of the list itself."""
    from dynapolis.steps.suggestions import embedded_examples, kept_apart, workspace_examples
    from dynapolis.store.content import ContentPaths
    from dynapolis.store.workspace import SETTINGS

    found: list[Example] = []
    if (workspace / SETTINGS).is_file():
        with opened(workspace) as (place, ledger):
            found = workspace_examples(place, ledger, codebook)
    return kept_apart(found or embedded_examples(ContentPaths.default(), codebook), units)


def _code(
    examples: Sequence[Example],
    units: Sequence[UnitText],
    codebook: Codebook,
    *,
    error_rate: float,
    right: float,
    least: float,
) -> tuple[list[Suggestion], dict[str, str]]:
    from dynapolis.coding.cues.coder import CueCoder
    from dynapolis.coding.linear.coder import LinearCoder
    from dynapolis.store.cue_files import read_cues

    book = read_cues()
    if examples:
        linear = LinearCoder.train(examples, codebook, book, error_rate=error_rate, wanted=right, least_share=least)
        return linear.code(units, codebook), {"id": linear.coder.id, "version": linear.coder.version}
    rules = CueCoder(book)
    return rules.code(units, codebook), {"id": rules.coder.id, "version": rules.coder.version}


def _row(s: Suggestion, coder: dict[str, str], version: str) -> dict[str, Any]:
    best = s.codes[0] if s.codes else max(s.probabilities, key=lambda c: s.probabilities[c])
    return {
        "id": s.unit_id,
        "scheme": s.scheme,
        "code": s.codes[0] if s.codes else "",
        "further_codes": list(s.codes[1:]),
        "probability": round(s.probabilities[best], 4),
        "answered": int(bool(s.codes)),
        "prediction_set": list(s.prediction_set),
        "error_rate": s.error_rate if s.prediction_set else None,
        "words": [r.words for r in s.reasons],
        "why": s.why,
        "probabilities": {c: round(p, 4) for c, p in s.probabilities.items()},
        "coder": coder["id"],
        "coder_version": coder["version"],
        "codebook_version": version,
    }


def _write(rows: Iterable[dict[str, Any]], out: Path) -> None:
    import csv
    import io
    import json

    from dynapolis.store.files import write_whole

    rows = list(rows)
    if out.suffix == ".json":
        write_whole(out, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        return
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, HEADS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        plain = {k: ";".join(v) if isinstance(v, list) else v for k, v in row.items()}
        plain["probabilities"] = ";".join(f"{c}={p:g}" for c, p in row["probabilities"].items())
        plain["error_rate"] = "" if row["error_rate"] is None else row["error_rate"]
        writer.writerow(plain)
    write_whole(out, sink.getvalue())


def _told(suggestions: Sequence[Suggestion], codebook: Codebook) -> list[dict[str, Any]]:
    """By scheme: the share answered, and how many of the answers are right by the coder's own probabilities."""
    told = []
    for scheme in codebook.schemes:
        own = [s for s in suggestions if s.scheme == scheme.scheme]
        answered = [s.probabilities[s.codes[0]] for s in own if s.codes]
        if own:
            share = len(answered) / len(own)
            told.append(
                {"scheme": scheme.scheme, "answered": share, "expected_right": sum(answered) / max(1, len(answered))}
            )
    return told
