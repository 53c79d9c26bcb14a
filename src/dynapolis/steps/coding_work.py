"""Coding as work in a workspace: records given out, sheets taken in, differences decided, rules asked about.

Everything is added to the ledger: who was given what, what each coder said, what was decided and why. Nobody is shown
another coder's codes of a record before both have coded it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dynapolis.coding.work.assign import assign
from dynapolis.coding.work.differ import answers, both_in, differences
from dynapolis.coding.work.queue import waiting
from dynapolis.errors import BadUse
from dynapolis.ids import canonical_json, digest_bytes, digest_json
from dynapolis.model.codebook import Codebook
from dynapolis.model.coding_work import Difference
from dynapolis.model.evidence import GIVEN_HERE, Coder, CoderKind, CoderRole, Coding
from dynapolis.model.language import Text
from dynapolis.model.ticket import Ticket, Tickets, check_tickets
from dynapolis.store import content
from dynapolis.store.coding_sheets import read_decisions, read_sheet
from dynapolis.store.editions import Edition
from dynapolis.store.ledger import Ledger, assignment, ticket
from dynapolis.store.workspace import Workspace
from dynapolis.store.yaml_file import read_yaml

SHEETS = "coding"  # where the snapshots keep sheets, byte for byte
PERSON_VERSION = "1"
BY = ("city", "register", "none")

Row = dict[str, Any]
Records = dict[str, Row]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one coder is: records given, coded under this codebook, still open."""

    coder_id: str
    given: int
    coded: int
    open: int


def records_to_code(edition: Edition) -> Records:
    """The record that shows each unit of an edition, by its id, in the order of cities and names."""
    shown = {row["record_id"]: row for row in edition.table("core_coding__unit").to_pylist()}
    rows = [row for row in edition.table("core_records__record").to_pylist() if row["record_id"] in shown]
    rows.sort(key=lambda row: (row["city_id"], row["name"] or "", row["record_id"]))
    return {row["record_id"]: row for row in rows}


def give_out(
    ledger: Ledger, records: Records, coders: Sequence[str], *, overlap: float, seed: int, by: Sequence[str], plan: str,
    now: str,
) -> dict[str, int]:  # fmt: skip
    """Give every record that was not given out yet to one coder, and a share to two; returns how many each got.

    Raises:
        BadUse: a coder's name that nothing can be filed under, strata of another kind, or nothing left to give out.
    """
    wrong = [name for name in by if name not in BY]
    if wrong:
        raise BadUse(f"--by {', '.join(wrong)}: expected {', '.join(BY)}")
    taken = {row["record_id"] for row in ledger.rows(assignment)}
    open_ones = {name: row for name, row in records.items() if name not in taken}
    if not open_ones:
        raise BadUse("every record was given out already; see dynapolis code status")
    keys = [{"city": "city_id", "register": "register"}[name] for name in by if name != "none"]
    strata = {name: tuple(str(row[key]) for key in keys) for name, row in open_ones.items()}
    found = assign(strata, coders, overlap, np.random.default_rng(seed))
    rows = [
        {"plan": plan, "record_id": a.unit_id, "coder_id": a.coder_id, "overlap": a.overlap,
         "probability": a.probability, "seed": seed, "made_at": now}
        for a in found
    ]  # fmt: skip
    with ledger.begin() as writer:
        writer.add(assignment, rows)
    loads = dict.fromkeys(coders, 0)
    for item in found:
        loads[item.coder_id] += 1
    return loads


def to_code(ledger: Ledger, records: Records, codebook: Codebook, coder: str) -> list[Row]:
    """Records a coder has still to code: those given to it, or all where nothing was ever given out."""
    given = pairs_of(ledger)
    mine = [record for record, coders in given.items() if coder in coders] if given else list(records)
    done = {record for (record, name), _ in answers(ledger.codings(), codebook.version).items() if name == coder}
    return [records[record] for record in mine if record in records and record not in done]


def pairs_of(ledger: Ledger) -> dict[str, list[str]]:
    """By record the coders it was given to, in the order in which records were given out."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in ledger.rows(assignment):
        if row["coder_id"] not in found[row["record_id"]]:
            found[row["record_id"]].append(row["coder_id"])
    return dict(found)


def take_in(
    workspace: Workspace, ledger: Ledger, path: Path, records: Records, codebook: Codebook, coder: str, name: Text
) -> int:
    """Take the codings of a sheet into the ledger; returns how many are new. The sheet itself is kept.

    A code that differs from what the coder said before is a second thought: a coding of a later round.

    Raises:
        BadContent: the sheet is faulty; nothing is taken.
        BadUse: the coder is known as something else than a person.
    """
    person = _person(ledger, coder, name)
    codings, data = read_sheet(path, records, codebook, coder, person.version, {})
    return _keep(workspace, ledger, path, data, _later(ledger, codings), person)


def decide(
    workspace: Workspace, ledger: Ledger, path: Path, records: Records, codebook: Codebook, judge: str, name: Text
) -> int:
    """Take an adjudicator's decisions into the ledger; returns how many are new.

    Raises:
        BadContent: the sheet is faulty; nothing is taken.
        BadUse: the adjudicator coded as one of the coders.
    """
    seen = sorted({coder for coders in pairs_of(ledger).values() for coder in coders})
    if judge in seen:
        raise BadUse(f"{judge} codes some of the records; decisions need another person")
    version = digest_json(seen)[:8]
    person = Coder(
        id=judge, kind=CoderKind.PERSON, role=CoderRole.ADJUDICATOR, version=version, name=name, sees=tuple(seen)
    )
    codings, data = read_decisions(path, records, codebook, judge, version, {})
    return _keep(workspace, ledger, path, data, _later(ledger, codings), person)


def disputes(ledger: Ledger, records: Records, codebook: Codebook) -> list[Difference]:
    """What two coders of a record differ in and nobody has decided; what moves most first."""
    codings = ledger.codings()
    pairs = {record: coders for record, coders in pairs_of(ledger).items() if record in records}
    return differences(answers(codings, codebook.version), pairs, _decided(ledger, codings, pairs))


def progress(ledger: Ledger, codebook: Codebook) -> tuple[list[Progress], dict[str, int]]:
    """How far each coder is; of the overlap: records, coded by both, answers that differ, and those not yet decided.

    What two coders said of a record is counted only when both have coded it.
    """
    pairs = pairs_of(ledger)
    codings = ledger.codings()
    given = answers(codings, codebook.version)
    coders = dict.fromkeys(coder for names in pairs.values() for coder in names)
    found = []
    for coder in coders:
        mine = [record for record, names in pairs.items() if coder in names]
        coded = sum((record, coder) in given for record in mine)
        found.append(Progress(coder, len(mine), coded, len(mine) - coded))
    twice = {record: names for record, names in pairs.items() if len(names) > 1}
    whole, rest = differences(given, twice), differences(given, twice, _decided(ledger, codings, twice))
    counts = {"overlap": len(twice), "both": len(both_in(given, twice)), "differences": len(whole), "open": len(rest)}
    return found, counts


def _decided(ledger: Ledger, codings: Iterable[Coding], pairs: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """Records and schemes that an adjudicator decided who saw what the record's coders said."""
    sees: dict[str, set[str]] = defaultdict(set)
    for coder in ledger.coders():
        if coder.role is CoderRole.ADJUDICATOR:
            sees[coder.id] |= set(coder.sees)
    return {
        (c.record_id, c.scheme)
        for c in codings
        if c.coder_id in sees and c.record_id in pairs and set(pairs[c.record_id]) <= sees[c.coder_id]
    }


def reasons_given(ledger: Ledger) -> dict[str, int]:
    """Why adjudicators decided as they did, counted by their closed list of reasons."""
    judges = {coder.id for coder in ledger.coders() if coder.role is CoderRole.ADJUDICATOR}
    found: dict[str, int] = defaultdict(int)
    for coding in ledger.codings():
        if coding.coder_id in judges and coding.position == 0 and coding.reason and " " not in coding.reason:
            found[coding.reason] += 1
    return dict(found)


def recode_queue(ledger: Ledger, records: Iterable[str], codebook: Codebook) -> dict[str, tuple[str, ...]]:
    """Records coded under rules that changed since, with the schemes that wait."""
    known = set(records)
    return {record: schemes for record, schemes in waiting(ledger.codings(), codebook).items() if record in known}


def all_tickets(ledger: Ledger) -> dict[str, Ticket]:
    """Every ticket as it stands: those that come with the codebook, and what the ledger says since."""
    path = content.shipped() / "tickets" / "urban_innovativeness.yml"
    found = {item.id: item for item in read_yaml(path, Tickets, check_tickets).tickets}
    for row in ledger.rows(ticket):
        found[row["ticket_id"]] = Ticket.model_validate_json(row["value"])
    return found


def add_ticket(ledger: Ledger, item: Ticket, by: str, now: str) -> None:
    """Add a ticket or its next state.

    Raises:
        BadUse: nobody is named.
    """
    if not by.strip():
        raise BadUse("who raises or decides a ticket has to be named: --by NAME")
    row = {"ticket_id": item.id, "value": canonical_json(item.model_dump(mode="json")), "made_by": by, "made_at": now}
    with ledger.begin() as writer:
        writer.add(ticket, [row])


def _person(ledger: Ledger, coder: str, name: Text) -> Coder:
    known = next((c for c in ledger.coders() if c.id == coder), None)
    if known is not None and known.kind is not CoderKind.PERSON:
        raise BadUse(f"{coder} is a {known.kind.value} here; a person needs another name")
    return known or Coder(id=coder, kind=CoderKind.PERSON, version=PERSON_VERSION, name=name)


def _later(ledger: Ledger, codings: Sequence[Coding]) -> list[Coding]:
    """Codings that say something new, in a round after the coder's last one of the record and scheme."""
    before: dict[tuple[str, str, str], list[Coding]] = defaultdict(list)
    for coding in ledger.codings():
        if coding.description_id == GIVEN_HERE:
            before[coding.coder_id, coding.record_id, coding.scheme].append(coding)
    new: dict[tuple[str, str, str], list[Coding]] = defaultdict(list)
    for coding in codings:
        new[coding.coder_id, coding.record_id, coding.scheme].append(coding)
    found: list[Coding] = []
    for key, rows in new.items():
        last = max((coding.round for coding in before[key]), default=0)
        then = [c for c in before[key] if c.round == last and c.codebook_version == rows[0].codebook_version]
        if last and _said(then) == _said(rows):
            continue
        found += [replace(row, round=last + 1) for row in rows]
    return found


def _said(rows: Sequence[Coding]) -> list[tuple[int, str, str | None, bool]]:
    return sorted((row.position, row.code, row.quote, row.unsure) for row in rows)


def _keep(
    workspace: Workspace, ledger: Ledger, path: Path, data: bytes, codings: Sequence[Coding], coder: Coder
) -> int:
    """The sheet into the snapshots, then coder and codings into the ledger, in one transaction."""
    workspace.snapshots.keep(SHEETS, {path.name: data})
    digest = digest_bytes(data)
    with ledger.begin() as writer:
        writer.add_coders([coder])
        return writer.add_codings([replace(coding, snapshot_id=digest) for coding in codings])


def plain_ticket(item: Ticket) -> Mapping[str, Any]:
    """A ticket as plain values."""
    return json.loads(item.model_dump_json())  # type: ignore[no-any-return]


def plain_progress(found: Iterable[Progress]) -> list[Row]:
    """Progress as plain values."""
    return [asdict(item) for item in found]
