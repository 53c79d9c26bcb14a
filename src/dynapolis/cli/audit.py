"""``dynapolis audit``: printed claims of any report against arithmetic, against each other, and against an edition."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dynapolis.cli.common import FAILED, AsJson, InFolder, chosen_edition, language, print_json, reporting, say

if TYPE_CHECKING:
    from dynapolis.audit.claims import ClaimsFile
    from dynapolis.audit.rules import Finding
    from dynapolis.report.blocks import Table
    from dynapolis.report.data import ReportData
    from dynapolis.report.messages import Messages
    from dynapolis.steps.printed import Comparison

SHIPPED = "smart_cities_index_2022"
LANGS = ("ko", "en")


def audit(
    claims: Annotated[
        Path | None,
        typer.Argument(metavar="[CLAIMS]", help="YAML file of claims; the report of 2022 if not given."),
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option("--edition", "-e", metavar="ID", help="Also hold what was printed against this edition."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for a report of two pages in Korean and English, HTML and PDF.")
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help="End with 1 where a finding is so grave: contradiction, unclear, style."),
    ] = None,
    workspace: InFolder = Path(),
    as_json: AsJson = False,
) -> None:
    """Audit the printed claims of a report: what cannot be, what is unclear, and the smallest repairs."""
    with reporting(as_json):
        from dynapolis.audit.claims import ClaimsFile, check_claims
        from dynapolis.audit.rules import ORDER
        from dynapolis.audit.rules import audit as find
        from dynapolis.errors import BadUse
        from dynapolis.report.data import ReportData
        from dynapolis.store.content import shipped
        from dynapolis.store.yaml_file import read_yaml

        if fail_on is not None and fail_on not in ORDER[:-1]:
            raise BadUse(f"--fail-on {fail_on}: expected one of {', '.join(ORDER[:-1])}")
        path = claims or shipped() / "published" / SHIPPED / "claims.yml"
        if not path.is_file():
            raise BadUse(f"{path}: no such file; name a YAML file of claims")
        file = read_yaml(path, ClaimsFile, check_claims)
        data = ReportData.load(chosen_edition(workspace, edition)) if edition else None
        if data is not None:
            _require_known(path, file, data)
        findings = find(file)
        held = _held(file, data) if data is not None else None
        written = _write(path, file, findings, held, data, out) if out is not None else []
        if as_json:
            _print(file, findings, held, written)
        else:
            _tell(file, findings, held, data, written)
        if fail_on and any(ORDER.index(f.severity) <= ORDER.index(fail_on) for f in findings):
            raise typer.Exit(FAILED)


def _require_known(path: Path, file: ClaimsFile, data: ReportData) -> None:
    """Stop where a claim names a figure, or the file a city, that the edition cannot have; all such are named."""
    from dynapolis.errors import BadContent, Fault
    from dynapolis.steps.recompute import unknown_figures

    named = [(q.id, q.figure) for q in file.quantities if q.figure]
    named += [(leader.id, leader.figure) for leader in file.leaders if leader.figure]
    wrong = set(unknown_figures([figure for _, figure in named], list(data.cities), data.codebook))
    expected = "scope.population.scheme.code.basis of the edition's codebook"
    faults = [
        Fault(path.name, 0, name, expected, repr(figure), "correct the name, or remove it")
        for name, figure in named
        if figure in wrong
    ]
    if faults:
        raise BadContent(str(path), faults)


def _held(file: ClaimsFile, data: ReportData) -> Comparison:
    """What was printed beside what the edition counts."""
    from dynapolis.steps.printed import hold_against
    from dynapolis.steps.recompute import Recount

    edition = data.edition
    recount = Recount(
        edition.tables(), data.codebook, data.spec.sector_crosswalk, seed=int(edition.inputs["seed"]),
        level=data.level, cities=file.cities,
    )  # fmt: skip
    names = {row[f"name_{lang}"].casefold(): city for city, row in data.cities.items() for lang in LANGS}
    return hold_against(file, recount, names | {city: city for city in data.cities})


def _write(
    path: Path, file: ClaimsFile, findings: list[Finding], held: Comparison | None, data: ReportData | None, out: Path
) -> list[Path]:
    from dynapolis.ids import digest_bytes
    from dynapolis.report.audit.sheet import write_sheet
    from dynapolis.report.audit.write import write_sheets
    from dynapolis.report.messages import read_messages

    digest = digest_bytes(path.read_bytes())
    sheets = [
        write_sheet(file, findings, read_messages(lang), digest, held, _named(data, lang) if data else None)
        for lang in LANGS
    ]
    return write_sheets(sheets, out)


def _named(data: ReportData, lang: str) -> Any:
    from dynapolis.report.audit.sheet import EditionNamed

    cities = {city: str(row[f"name_{lang}"]) for city, row in data.cities.items()}
    return EditionNamed(data.edition.short_id, data.edition.name, cities)


def _print(file: ClaimsFile, findings: list[Finding], held: Comparison | None, written: list[Path]) -> None:
    from dynapolis.report.audit.words import sentence
    from dynapolis.report.messages import read_messages

    values = [
        {**asdict(f), "values": {k: v if isinstance(v, str) else v.model_dump() for k, v in f.values.items()},
         "sentence": {x: sentence(read_messages(x), f) for x in LANGS}}
        for f in findings
    ]  # fmt: skip
    beside = {"edition": asdict(held)} if held is not None else {}
    print_json({"report": file.report, "findings": values, **beside, "files": [str(path) for path in written]})


def _tell(
    file: ClaimsFile, findings: list[Finding], held: Comparison | None, data: ReportData | None, written: list[Path]
) -> None:
    from dynapolis.report.audit.words import repair_text, sentence
    from dynapolis.report.messages import read_messages

    words = read_messages(language())
    say(words.say("audit.title", title=file.title.in_(words.lang)))
    for number, finding in enumerate(findings, start=1):
        about = ", ".join(finding.claims)
        say(f"{number:>3}  {words.say(f'audit.severity.{finding.severity}')}: {sentence(words, finding)} [{about}]")
        for repair in finding.repairs:
            say(f"       - {repair_text(file, repair, words)}")
    counts = {s: str(sum(f.severity == s for f in findings)) for s in ("unclear", "style", "consistent")}
    contradictions = str(sum(f.severity == "contradiction" for f in findings))
    say(words.say("audit.done", n=str(len(findings)), contradictions=contradictions, **counts))
    if held is not None and data is not None:
        _tell_held(file, held, data, words)
    for path in written:
        say(words.say("audit.sheet.written", path=str(path)))


def _tell_held(file: ClaimsFile, held: Comparison, data: ReportData, words: Messages) -> None:
    """The tables of numbers and leaders, a line for each row, and what they mean."""
    from dynapolis.report.audit.sheet import held_blocks

    for block in held_blocks(file, held, _named(data, words.lang.value), words):
        if block.kind == "table":
            _tell_table(block)
        elif block.kind == "paragraph":
            for line in block.lines:
                say(line.text)


def _tell_table(table: Table) -> None:
    say(table.title)
    for row in table.rows:
        cells = [f"{cell.text} ({cell.small})" if cell.small else cell.text for cell in row]
        say(
            "     "
            + " · ".join(
                f"{c.heading}: {t}" if n else t for n, (c, t) in enumerate(zip(table.columns, cells, strict=True))
            )
        )
    for note in table.notes:
        say(f"     {note}")
