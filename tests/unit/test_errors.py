"""Errors with very many faults: a message a person can read, and every fault for a machine."""

from __future__ import annotations

import json
import random

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.cli.common import error_value, reporting
from dynapolis.errors import BadContent, BadInput, Fault


def fault(row: int, column: str = "cost", where: str = "list.csv", expected: str = "a number") -> Fault:
    return Fault(where, row, column, f"'x{row}'", expected, "correct it")


def lines(error: BadInput) -> list[str]:
    return str(error).splitlines()


def test_up_to_twenty_faults_of_a_kind_are_told_one_by_one() -> None:
    told = lines(BadInput("list.csv", [fault(row) for row in range(1, 21)]))
    assert told[0] == "list.csv: 20 faults, nothing was changed"
    assert told[1:] == [f"  - {fault(row)}" for row in range(1, 21)]


def test_of_more_than_twenty_five_are_told_and_then_the_lines_of_the_next_twenty() -> None:
    told = lines(BadInput("list.csv", [fault(row) for row in range(1, 22)]))
    assert told[1:6] == [f"  - {fault(row)}" for row in range(1, 6)]
    assert told[6:] == [
        "  - list.csv, cost: 16 more like these (expected a number), lines "
        + ", ".join(str(row) for row in range(6, 22))
    ]
    last = lines(BadInput("list.csv", [fault(row) for row in range(1, 2_001)]))[-1]
    assert last.startswith("  - list.csv, cost: 1995 more like these (expected a number), lines 6, 7, ")
    assert last.endswith(", 25, …")


def test_two_thousand_faults_give_a_few_lines_with_the_right_counts() -> None:
    faults = [fault(row) for row in range(2, 1_502)] + [fault(row, "town", "b.csv", "a town") for row in range(2, 502)]
    faults.append(Fault("c.csv", 0, "", "3 usable entries", "at least 9", "look"))
    told = lines(BadInput("register towns", faults))
    assert told[0] == "register towns: 2001 faults, nothing was changed"
    assert len(told) == 1 + 5 + 5 + 1 + 2
    assert sum("1495 more like these" in line for line in told) == 1
    assert sum("495 more like these" in line for line in told) == 2
    assert max(map(len, told)) < 200


def test_many_faults_that_are_in_no_line_name_no_lines() -> None:
    told = lines(BadInput("x", [Fault("x.yml", 0, "town", f"'{n}'", "a town", "correct it") for n in range(40)]))
    assert told[-1] == "  - x.yml, town: 35 more like these (expected a town)"


def test_faults_are_in_the_order_of_the_file_whatever_order_they_were_found_in() -> None:
    faults = [fault(row) for row in range(1, 60)]
    shuffled = random.Random(1).sample(faults, len(faults))
    error = BadInput("list.csv", shuffled)
    assert error.faults == tuple(faults)
    assert str(error) == str(BadInput("list.csv", faults))


def test_a_machine_gets_every_fault_and_one_line_as_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    error = BadContent("list.csv", [fault(row) for row in range(1, 2_001)])
    with pytest.raises(typer.Exit) as caught, reporting(as_json=True):
        raise error
    assert caught.value.exit_code == 2
    out, err = capsys.readouterr()
    value = json.loads(out)
    assert (value["error"], value["message"], err) == ("BadContent", "list.csv: 2000 faults, nothing was changed", "")
    assert [item["row"] for item in value["faults"]] == list(range(1, 2_001))
    assert set(value["faults"][0]) == {"where", "row", "column", "found", "expected", "mend"}


FAULTS = st.lists(
    st.builds(
        Fault,
        st.sampled_from(["a.csv", "b.csv"]),
        st.integers(0, 400),
        st.sampled_from(["", "cost", "town"]),
        st.sampled_from(["'x'", "'y'"]),
        st.sampled_from(["a number", "a town"]),
        st.just("correct it"),
    ),
    max_size=200,
)


@given(FAULTS)
def test_every_fault_is_told_or_counted(faults: list[Fault]) -> None:
    error = BadInput("x", faults)
    told = lines(error)
    more = [int(line.split(" more like these")[0].rpartition(" ")[2]) for line in told if " more like these" in line]
    assert (
        len(told) - 1 - len(more) + sum(more) == len(faults) == len(error.faults) == len(error_value(error)["faults"])
    )
    assert len(told) <= 1 + 12 * 20
    assert {line[4:] for line in told if ": found " in line} <= {str(fault) for fault in faults}


def test_a_fault_says_where_it_is_as_far_as_it_is_known() -> None:
    assert str(Fault("a.csv", 0, "", "x", "y", "z")) == "a.csv: found x; expected y; z"
    assert str(Fault("a.csv", 3, "", "x", "y", "z")) == "a.csv, line 3: found x; expected y; z"
    assert str(Fault("a.csv", 0, "c", "x", "y", "z")) == "a.csv, c: found x; expected y; z"
    assert lines(BadInput("a.csv", [fault(1)]))[0] == "a.csv: 1 fault, nothing was changed"


def test_texts_of_many_lines_do_not_break_the_first_line() -> None:
    error = BadInput("list.csv", [Fault("list.csv", 1, "a\nb", "'x'", "y", "z")])
    assert error_value(error)["message"] == "list.csv: 1 fault, nothing was changed"
