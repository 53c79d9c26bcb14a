"""What travels from a published list to an adopted code: record, coder, coding, judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dynapolis.ids import make_id
from dynapolis.model.language import Frozen, NonEmpty, Text


class CoderKind(StrEnum):
    """What a coder is. Nobody may take a model for a person."""

    PERSON = "person"
    RULE = "rule"
    MODEL = "model"


class CoderRole(StrEnum):
    """Independent coders code blind; an adjudicator has seen their codes and decides."""

    INDEPENDENT = "independent"
    ADJUDICATOR = "adjudicator"


class Coder(Frozen):
    """Someone or something that codes, always named and versioned.

    ``sees`` lists the coders whose codes this coder had before it: agreement with them is not independent.
    ``threshold`` is the calibrated probability above which a model's single code may be adopted; none means never.
    """

    id: NonEmpty
    kind: CoderKind
    role: CoderRole = CoderRole.INDEPENDENT
    version: NonEmpty
    name: Text
    sees: tuple[str, ...] = ()
    threshold: float | None = None


GIVEN_HERE = "workspace"  # in place of a register's description: codings of sheets and of coders run here


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a register as published, cleaned only in spaces and Unicode form.

    ``line`` is the line of the snapshot's file on which the entry begins; ``None`` stands for "not told". ``district``
    holds the parts of the city as printed, separated by semicolons. ``same_as`` is the id that the register
    ``same_as_register`` gave to the same initiative; ``doubted`` names the properties
    that the register itself marks as doubtful. ``licence`` and ``register_date`` are those of the register.
    """

    record_id: str
    register: str
    snapshot_id: str
    line: int
    source_id: str
    name: str
    name_local: str | None
    city_id: str
    start_year: int | None
    end_year: int | None
    lead_organisation: str | None
    partners: tuple[str, ...]
    description_en: str
    description_ko: str | None
    source_url: str
    source_title: str | None
    evidence: str | None
    note: str | None
    lab_name: str | None = None
    district: str | None = None
    same_as: str | None = None
    same_as_register: str | None = None
    doubted: tuple[str, ...] = ()
    licence: str = ""
    register_date: str = ""


def record_of_row(row: Mapping[str, Any]) -> Record:
    """A row of the table ``core_records__record`` as a record."""
    return Record(**{**row, "partners": tuple(row["partners"] or ()), "doubted": tuple(row["doubted"] or ())})


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder gave one record's initiative one code of one scheme in one round.

    ``position`` 0 is the primary code, 1, 2, … the further ones of a multiple scheme. ``quote`` are the words of
    the record that decided, ``description_id`` the hash of the register's description by which the file was read.
    Nothing here is ever changed: a second thought is a coding of a later round.
    """

    record_id: str
    scheme: str
    position: int
    code: str
    coder_id: str
    coder_version: str
    codebook_version: str
    round: int
    unsure: bool
    probability: float | None
    quote: str | None
    reason: str | None
    note: str | None
    snapshot_id: str
    description_id: str
    line: int

    @property
    def coding_id(self) -> str:
        """Same statement, same id: importing a snapshot twice adds nothing."""
        return make_id(
            "coding", self.record_id, self.scheme, str(self.position), self.code, self.coder_id,
            self.coder_version, self.codebook_version, str(self.round), self.snapshot_id,
            self.description_id,
        )  # fmt: skip


class Verdict(StrEnum):
    """What a judgement says of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Somebody says that two records are, are not or may be the same thing.

    ``made_at`` orders second thoughts; it is empty where a register came with the judgement.
    """

    left_id: str
    right_id: str
    verdict: Verdict
    judge: str
    why: str
    made_at: str
