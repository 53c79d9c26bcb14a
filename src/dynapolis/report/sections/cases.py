"""Named cases by a written rule, each with the words that decided its codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dynapolis.model.published import PrintedCases
from dynapolis.report.blocks import Block, Case, Line, Paragraph, Section
from dynapolis.report.data import ReportData, Row
from dynapolis.report.evidence_links import record_address
from dynapolis.report.sections.common import Writing


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case and why it stands in the report: the codes a printed report gives it, or the code it is an example of.

    ``record`` is the one that is shown: that which the report names, or that whose words decided the code.
    """

    unit_id: str
    record: Row
    printed: dict[str, str]
    example_of: tuple[str, str] | None


def choose_cases(data: ReportData, printed: PrintedCases) -> list[Chosen]:
    """The cases a printed report names, then one for every goal and lab type these leave out.

    Those are initiatives whose primary code all of at least three coders gave and nobody doubted; among them the one
    with the longest quoted evidence, then the smallest id.
    """
    by_id = {(r["register"], r["source_id"]): (unit, r) for unit, rows in data.records_of_unit.items() for r in rows}
    named = [(by_id.get((case.register_name, case.source_id)), dict(case.codes)) for case in printed.cases]
    chosen = [Chosen(*found, codes, None) for found, codes in named if found is not None]
    taken = {code for case in chosen for code in case.printed.items()}
    used = {case.unit_id for case in chosen}
    agreed = _agreed_by_all(data)
    for scheme in ("goal", "lab_type"):
        for code in data.codebook.by_scheme[scheme].code_names:
            if (scheme, code) in taken or code == "none":
                continue
            fitting = [u for u in agreed.get((scheme, code), ()) if u not in used and scheme in data.adopted.get(u, {})]
            if fitting:
                unit = max(fitting, key=lambda u: (len(_quote(data, u, scheme)), _inverse(u)))
                shown = data.all_records[data.adopted[unit][scheme][0]["record_id"]]
                chosen.append(Chosen(unit, shown, {}, (scheme, code)))
                used.add(unit)
    return chosen


def _agreed_by_all(data: ReportData) -> dict[tuple[str, str], list[str]]:
    """Units by scheme and code, where every coder who coded the scheme gave that primary code without doubt."""
    said: dict[tuple[str, str], list[Row]] = {}
    for row in data.rows("core_coding__translated"):
        if row["position"] == 0 and row["scheme"] in ("goal", "lab_type"):
            said.setdefault((row["unit_id"], row["scheme"]), []).append(row)
    found: dict[tuple[str, str], list[str]] = {}
    for (unit, scheme), rows in said.items():
        codes = {row["code"] for row in rows}
        if len(codes) == 1 and len(rows) >= 3 and not any(row["unsure"] for row in rows):
            found.setdefault((scheme, codes.pop()), []).append(unit)
    return found


def _quote(data: ReportData, unit: str, scheme: str, record: Row | None = None) -> str:
    """The words that decided, if they stand in the record that is shown."""
    rows = data.adopted[unit].get(scheme)
    if not rows or (record is not None and rows[0]["record_id"] != record["record_id"]):
        return ""
    return rows[0]["quote"] or ""


def _inverse(text: str) -> tuple[int, ...]:
    """A key under which the smallest text is the largest."""
    return tuple(-ord(c) for c in text)


def write_cases(writing: Writing) -> Section:
    """The rule, then the cases."""
    chosen = choose_cases(writing.data, writing.data.printed)
    blocks: list[Block] = [Paragraph((Line(writing.say("cases.rule")),)), *(_case(writing, case) for case in chosen)]
    return Section("cases", writing.say("section.cases"), blocks)


def _case(writing: Writing, case: Chosen) -> Case:
    data, speaker = writing.data, writing.speaker
    record = case.record
    local = record["description_ko"] if speaker.lang == "ko" else None
    scheme = "lab_type" if "lab_type" in data.adopted[case.unit_id] else "goal"
    return Case(
        name=record["name"],
        where=speaker.city(record["city_id"]),
        text=local or record["description_en"],
        text_lang="ko" if local else "en",
        quote=_quote(data, case.unit_id, scheme, record) or _quote(data, case.unit_id, "sector", record),
        remarks=tuple(_remarks(writing, case)),
        url=record["source_url"],
        source_title=record["source_title"] or record["source_url"],
        href=record_address(record),
    )


def _remarks(writing: Writing, case: Chosen) -> Iterator[str]:
    data, speaker = writing.data, writing.speaker
    adopted = data.adopted[case.unit_id]
    shown = [
        f"{speaker.scheme(s)} {', '.join(speaker.code(s, row['code']) for row in adopted[s])}"
        for s in ("sector", "goal", "lab_type", "stage")
        if s in adopted
    ]
    if case.example_of:
        scheme, code = case.example_of
        yield writing.say("cases.why_rule", code=f"{speaker.scheme(scheme)} ‘{speaker.code(scheme, code)}’")
    if case.printed:
        printed = ", ".join(f"{speaker.scheme(s)} {speaker.code(s, c)}" for s, c in case.printed.items())
        yield writing.say("cases.chapter", **{"as": printed})
    yield writing.say("cases.ours", codes="; ".join(shown))
    if any(s not in adopted or adopted[s][0]["code"] != code for s, code in case.printed.items()):
        yield writing.say("cases.differs")
