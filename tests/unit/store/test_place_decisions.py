"""Decisions of persons on towns: added, never changed; from a ledger and from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynapolis.errors import BadContent, BadUse
from dynapolis.store.ledger import Ledger, place_decision
from dynapolis.store.place_decisions import PlaceDecision, add_decision, read_decisions, workspace_decisions

NOW = "2026-11-25T12:00:00+00:00"
HEADER = "town,country,geonameid,decided_by,why\n"


def test_the_last_decision_on_a_town_holds_and_the_first_is_kept(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    with ledger.begin() as writer:
        add_decision(writer, PlaceDecision(" Espoo  Otaniemi", "fi", 658225, "A", "a guess", NOW))
        add_decision(writer, PlaceDecision("Kainuu", "FI", None, "A", "a region", NOW))
        add_decision(writer, PlaceDecision("Espoo Otaniemi", "FI", 660158, "B", "a district of Espoo", NOW))
    assert workspace_decisions(ledger) == {("Espoo Otaniemi", "FI"): 660158, ("Kainuu", "FI"): None}
    assert [row["decided_by"] for row in ledger.rows(place_decision)] == ["A", "A", "B"]
    ledger.close()


@pytest.mark.parametrize("empty", ["town", "decided_by", "why"])
def test_a_decision_says_on_what_by_whom_and_why(empty: str, tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    values = {"town": "Espoo", "country": "", "geonameid": 660158, "decided_by": "A", "why": "b", "made_at": NOW}
    with pytest.raises(BadUse, match=empty), ledger.begin() as writer:
        add_decision(writer, PlaceDecision(**{**values, empty: "  "}))  # type: ignore[arg-type]
    assert workspace_decisions(ledger) == {}
    ledger.close()


def test_a_file_of_decisions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(HEADER + "Espoo  Otaniemi,fi,660158,A,a district\nKainuu,FI,none,A,a region\n", encoding="utf-8")
    assert read_decisions(path) == {("Espoo Otaniemi", "FI"): 660158, ("Kainuu", "FI"): None}


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        HEADER + ",FI,660158,A,x\nEspoo,FI,Espoo,A,x\nOulu,FI,643492,,x\nOulu,FI,none,A,x\n", encoding="utf-8"
    )
    with pytest.raises(BadContent) as raised:
        read_decisions(path)
    assert [(fault.row, fault.column) for fault in raised.value.faults] == [
        (2, "town"), (3, "geonameid"), (4, "decided_by"), (5, "geonameid"),
    ]  # fmt: skip
