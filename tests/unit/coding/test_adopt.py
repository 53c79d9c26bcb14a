"""Which code is adopted, and why: by an adjudicator, people, a sure model, two models that agree, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dynapolis.coding.adopt import (
    ADJUDICATED,
    AGREED,
    AGREED_MODELS,
    MODEL,
    ORDER,
    SINGLE_PERSON,
    adopt,
    are_independent,
    code_mapping,
    independent_pairs,
    only_asked,
    translate,
)
from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.model.codebook import Codebook
from dynapolis.store.content import ContentPaths, read_codebook

TEXT, WHOLE, REAL = pa.string(), pa.int64(), pa.float64()
SCHEMA = pa.schema(
    [
        ("unit_id", TEXT), ("scheme", TEXT), ("position", WHOLE), ("code", TEXT), ("coder_id", TEXT),
        ("coder_version", TEXT), ("codebook_version", TEXT), ("round", WHOLE), ("kind", TEXT), ("role", TEXT),
        ("threshold", REAL), ("probability", REAL), ("is_current", pa.bool_()), ("quote", TEXT), ("record_id", TEXT),
        ("unsure", pa.bool_()),
    ]
)  # fmt: skip
Row = dict[str, Any]
Adopted = dict[str, tuple[str, str]]
# Whose codes each coder had seen. The models l and m and n worked blind; k saw those of m; o and p both saw those of x.
SEES: dict[str, set[str]] = {name: set() for name in ("ann", "bob", "cho", "dae", "eun", "l", "m", "n", "r", "x")}
SEES |= {name: {"ann", "bob", "m", "n"} for name in ("judge", "first judge", "second judge")}
SEES |= {"k": {"m"}, "o": {"x"}, "p": {"x"}}
PAIRS = pa.schema([("coder_1", TEXT), ("coder_2", TEXT)])


def coding(coder: str, code: str, **more: Any) -> Row:
    """One coding of unit u's goal, by a person who saw nobody's codes unless said otherwise."""
    row = {
        "unit_id": "u", "scheme": "goal", "position": 0, "code": code, "coder_id": coder, "coder_version": "1",
        "codebook_version": "2", "round": 1, "kind": "person", "role": "independent", "threshold": None,
        "probability": None, "is_current": True, "quote": None, "record_id": "r", "unsure": False,
    }  # fmt: skip
    return row | more


def model(coder: str, code: str, probability: float | None, threshold: float | None = 0.8, **more: Any) -> Row:
    """One coding by a model."""
    return coding(coder, code, kind="model", probability=probability, threshold=threshold, **more)


def plain(coder: str, code: str, **more: Any) -> Row:
    """One coding by a model that gives no probability."""
    return model(coder, code, None, None, **more)


def adjudicator(code: str, **more: Any) -> Row:
    """The decision of someone who saw all codes."""
    return coding(more.pop("coder", "judge"), code, role="adjudicator", **more)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        yield opened


@pytest.fixture
def rows_of(engine: DuckDBEngine) -> Callable[[list[Row]], list[Row]]:
    """All adopted rows."""

    def run(rows: list[Row]) -> list[Row]:
        pairs = engine.frame("pairs", pa.table(independent_pairs(SEES), PAIRS))
        frame = adopt(engine.frame("codings", pa.Table.from_pylist(rows, SCHEMA)), pairs)
        order = ["unit_id", "scheme", "position", "code"]
        return list(engine.collect(frame, order_by=order).to_pylist())

    return run


@pytest.fixture
def adopted(rows_of: Callable[[list[Row]], list[Row]]) -> Callable[[list[Row]], Adopted]:
    """The primary code and the reason, by unit."""

    def run(rows: list[Row]) -> Adopted:
        return {row["unit_id"]: (row["code"], row["why"]) for row in rows_of(rows) if row["position"] == 0}

    return run


# The levels.


def test_an_adjudicator_decides_over_all_others(adopted: Callable[[list[Row]], Adopted]) -> None:
    rows = [coding("ann", "a"), coding("bob", "a"), coding("cho", "a"), model("m", "a", 0.99), adjudicator("z")]
    assert adopted(rows) == {"u": ("z", ADJUDICATED)}


def test_two_people_who_agree_decide_over_a_third_and_over_a_model(adopted: Callable[[list[Row]], Adopted]) -> None:
    rows = [coding("ann", "a"), coding("bob", "b"), coding("cho", "b"), model("m", "a", 0.99)]
    assert adopted(rows) == {"u": ("b", AGREED)}


def test_a_single_person_decides_over_a_model(adopted: Callable[[list[Row]], Adopted]) -> None:
    assert adopted([coding("ann", "a"), model("m", "b", 0.99)]) == {"u": ("a", SINGLE_PERSON)}


def test_a_model_decides_alone_at_its_threshold_and_above(adopted: Callable[[list[Row]], Adopted]) -> None:
    rows = [model("m", "a", probability, unit_id=unit) for unit, probability in (("at", 0.8), ("above", 0.9))]
    assert adopted(rows) == {"at": ("a", MODEL), "above": ("a", MODEL)}


@pytest.mark.parametrize(
    "row",
    [
        model("m", "a", 0.79),
        model("m", "a", 0.99, threshold=None),
        model("m", "a", None),
        coding("r", "a", kind="rule"),
        coding("r", "a", kind="rule", probability=1.0, threshold=0.5),
    ],
    ids=["below its threshold", "without a threshold", "without a probability", "a rule", "a sure rule"],
)
def test_what_is_not_calibrated_or_not_sure_enough_stays_uncoded(
    adopted: Callable[[list[Row]], Adopted], row: Row
) -> None:
    assert adopted([row]) == {}


def test_two_people_who_disagree_leave_the_unit_uncoded(adopted: Callable[[list[Row]], Adopted]) -> None:
    assert adopted([coding("ann", "a"), coding("bob", "b")]) == {}


def test_every_level_decides_over_the_ones_below_it(adopted: Callable[[list[Row]], Adopted]) -> None:
    """The same voices, taken away from the top one by one."""
    voices = [
        (ADJUDICATED, [adjudicator("w")]),
        (AGREED, [coding("ann", "x"), coding("bob", "x")]),
        (SINGLE_PERSON, [coding("cho", "y")]),
        (MODEL, [model("l", "z", 0.9)]),
        (AGREED_MODELS, [plain("m", "v"), plain("n", "v")]),
    ]
    assert tuple(name for name, _ in voices) == ORDER
    for place, (why, own) in enumerate(voices):
        rows = [row for _, level in voices[place:] for row in level]
        assert adopted(rows) == {"u": (own[0]["code"], why)}


def test_levels_are_looked_at_unit_by_unit_and_scheme_by_scheme(rows_of: Callable[[list[Row]], list[Row]]) -> None:
    rows = rows_of(
        [
            coding("ann", "a"),
            coding("bob", "a"),
            coding("ann", "pilot", scheme="stage"),
            coding("ann", "b", unit_id="v"),
            adjudicator("c", unit_id="w"),
        ]
    )
    found = {(row["unit_id"], row["scheme"]): (row["code"], row["why"], row["n_coders"]) for row in rows}
    assert found == {
        ("u", "goal"): ("a", AGREED, 2),
        ("u", "stage"): ("pilot", SINGLE_PERSON, 1),
        ("v", "goal"): ("b", SINGLE_PERSON, 1),
        ("w", "goal"): ("c", ADJUDICATED, 1),
    }


# Two models that agree.


def test_two_models_that_worked_apart_and_agree_decide_where_nobody_before_them_does(
    adopted: Callable[[list[Row]], Adopted],
) -> None:
    agreeing = [plain("m", "a"), plain("n", "a")]
    assert adopted(agreeing) == {"u": ("a", AGREED_MODELS)}
    assert adopted([*agreeing, plain("l", "b")]) == {"u": ("a", AGREED_MODELS)}
    assert adopted([*agreeing, coding("ann", "b")]) == {"u": ("b", SINGLE_PERSON)}
    assert adopted([*agreeing, model("l", "b", 0.9)]) == {"u": ("b", MODEL)}
    assert adopted([*agreeing, coding("ann", "b"), coding("bob", "c")]) == {"u": ("a", AGREED_MODELS)}


@pytest.mark.parametrize(
    "rows",
    [
        [plain("m", "a"), plain("n", "b")],
        [plain("m", "a"), plain("k", "a")],
        [plain("o", "a"), plain("p", "a")],
        [plain("m", "a"), plain("m", "a", round=2)],
        [plain("m", "a"), plain("n", "a", is_current=False)],
        [plain("m", "a"), plain("n", "b"), plain("n", "a", position=1)],
        [plain("m", "a"), coding("r", "a", kind="rule")],
    ],
    ids=[
        "they differ", "one saw the other", "both saw a third", "one model twice", "one under older rules",
        "a further code", "a model and a rule",
    ],
)  # fmt: skip
def test_what_is_no_agreement_of_two_independent_models_stays_open(
    adopted: Callable[[list[Row]], Adopted], rows: list[Row]
) -> None:
    assert adopted(rows) == {}


def test_independence_is_seeing_neither_the_other_nor_the_same_third() -> None:
    assert are_independent("m", "n", SEES)
    assert not are_independent("m", "k", SEES) and not are_independent("k", "m", SEES)
    assert not are_independent("o", "p", SEES)
    assert are_independent("o", "m", SEES)


def test_a_code_that_several_gave_is_unsure_if_one_of_them_doubted_it(
    rows_of: Callable[[list[Row]], list[Row]],
) -> None:
    for one, other in ((True, False), (False, True), (False, False)):
        for maker in (plain, coding):
            rows = rows_of([maker("ann" if maker is coding else "m", "a", unsure=one), maker("n", "a", unsure=other)])
            assert [row["unsure"] for row in rows] == [one or other]


# One coder, two records of one unit.


def test_a_coder_of_two_records_of_a_unit_is_one_voice(rows_of: Callable[[list[Row]], list[Row]]) -> None:
    two = [
        coding("ann", "a", record_id="r1"),
        coding("ann", "b", record_id="r2"),
        coding("ann", "c", record_id="r2", position=1),
    ]
    assert [(r["code"], r["record_id"], r["why"]) for r in rows_of(two)] == [
        ("b", "r2", SINGLE_PERSON), ("c", "r2", SINGLE_PERSON),
    ]  # fmt: skip
    assert rows_of([*two, coding("ann", "d", record_id="r1", round=2)])[0]["code"] == "d"
    models = [plain("m", "a", record_id="r1"), plain("m", "a", record_id="r2")]
    assert rows_of(models) == []


# Codes that answer a question of another kind.


def test_a_goal_of_what_was_taken_for_a_living_lab_is_not_adopted(engine: DuckDBEngine) -> None:
    schema = pa.schema([("unit_id", TEXT), ("scheme", TEXT), ("position", WHOLE), ("code", TEXT)])
    said = [
        ("lab", "kind", "living_lab"), ("lab", "goal", "other"), ("lab", "lab_type", "education"),
        ("bus", "kind", "project"), ("bus", "goal", "other"), ("bus", "lab_type", "education"),
        ("open", "goal", "other"), ("open", "lab_type", "education"), ("bus", "stage", "pilot"),
    ]  # fmt: skip
    rows = [dict(zip(schema.names, (unit, scheme, 0, code), strict=True)) for unit, scheme, code in said]
    asked = {"kind": "all", "stage": "all", "goal": "non_labs", "lab_type": "living_labs"}
    applies = pa.table({"scheme": list(asked), "applies_to": list(asked.values())})
    found = engine.collect(
        only_asked(engine.frame("rows", pa.Table.from_pylist(rows, schema)), engine.frame("applies", applies)),
        order_by=["unit_id", "scheme"],
    )
    assert [(row["unit_id"], row["scheme"]) for row in found.to_pylist()] == [
        ("bus", "goal"), ("bus", "kind"), ("bus", "stage"), ("lab", "kind"), ("lab", "lab_type"), ("open", "goal"),
        ("open", "lab_type"),
    ]  # fmt: skip


# Where a level does not speak with one voice.


@pytest.mark.parametrize(
    "rows",
    [
        [coding("ann", "a"), coding("bob", "a"), coding("cho", "b"), coding("dae", "b")],
        [adjudicator("a", coder="first judge"), adjudicator("b", coder="second judge")],
        [model("m", "a", 0.9), model("n", "b", 0.9)],
        [plain("m", "a"), plain("n", "a"), plain("l", "b"), plain("x", "b")],
    ],
    ids=["two people against two", "two adjudicators", "two sure models", "two models against two"],
)
def test_a_tie_leaves_the_unit_uncoded_and_no_coders_name_decides_it(
    adopted: Callable[[list[Row]], Adopted], rows: list[Row]
) -> None:
    assert adopted(rows) == {}


def test_more_people_decide_over_fewer(adopted: Callable[[list[Row]], Adopted]) -> None:
    said = {"ann": "b", "bob": "b", "cho": "a", "dae": "a", "eun": "a"}
    assert adopted([coding(name, code) for name, code in said.items()]) == {"u": ("a", AGREED)}


# Rounds and versions.


def test_the_latest_round_of_a_coder_counts(adopted: Callable[[list[Row]], Adopted]) -> None:
    rows = [coding("ann", "a", round=1), coding("ann", "b", round=3), coding("ann", "c", round=2)]
    assert adopted(rows) == {"u": ("b", SINGLE_PERSON)}


def test_a_second_thought_can_make_two_people_agree_or_part(adopted: Callable[[list[Row]], Adopted]) -> None:
    first = [coding("ann", "a"), coding("bob", "b")]
    assert adopted([*first, coding("bob", "a", round=2)]) == {"u": ("a", AGREED)}
    assert adopted([coding("ann", "a"), coding("bob", "a"), coding("bob", "b", round=2)]) == {}


def test_the_latest_round_takes_its_further_codes_with_it(rows_of: Callable[[list[Row]], list[Row]]) -> None:
    rows = [coding("ann", "a"), coding("ann", "b", position=1), coding("ann", "c", round=2)]
    assert [(row["position"], row["code"]) for row in rows_of(rows)] == [(0, "c")]


def test_of_one_round_the_newer_version_of_coder_and_codebook_counts(adopted: Callable[[list[Row]], Adopted]) -> None:
    assert adopted([coding("ann", "a", codebook_version="2022.1"), coding("ann", "b", codebook_version="2022.2")]) == {
        "u": ("b", SINGLE_PERSON)
    }
    assert adopted([model("m", "a", 0.9), model("m", "b", 0.9, coder_version="2")]) == {"u": ("b", MODEL)}


def test_a_coding_under_changed_rules_waits_for_recoding(adopted: Callable[[list[Row]], Adopted]) -> None:
    old = coding("ann", "a", is_current=False)
    assert adopted([old]) == {}
    assert adopted([old, coding("bob", "a")]) == {"u": ("a", SINGLE_PERSON)}
    assert adopted([coding("ann", "a", round=2, is_current=False), coding("ann", "b", round=1)]) == {
        "u": ("b", SINGLE_PERSON)
    }


def test_an_older_codebook_counts_only_where_its_rules_did_not_change(engine: DuckDBEngine) -> None:
    """Under 2022.2 the rules of lab types are those of 2022.1; the rules of stages changed, and "planned" is "none"."""
    folder = ContentPaths.default().codebooks
    mapping = pa.table(code_mapping(read_codebook(folder, "2022.2"), read_codebook(folder, "2022.1")))
    said = [
        ("lab_type", "2022.1", "education"),
        ("stage", "2022.1", "planned"),
        ("stage", "2022.2", "none"),
        ("stage", "2022.2", "planned"),  # no code of that version
        ("kind", "2021.9", "project"),  # no version that can be read
    ]
    rows = [
        coding("ann", code, unit_id=f"u{n}", scheme=scheme, codebook_version=version)
        for n, (scheme, version, code) in enumerate(said)
    ]
    codings = engine.frame("said", pa.Table.from_pylist(rows, SCHEMA).drop_columns("is_current"))
    table = engine.collect(translate(codings, engine.frame("mapping", mapping)), order_by=["unit_id"])
    found = [(r["unit_id"], r["code_printed"], r["code"], r["is_current"]) for r in table.to_pylist()]
    assert found == [
        ("u0", "education", "education", True),
        ("u1", "planned", "none", False),
        ("u2", "none", "none", True),
    ]


def test_every_code_of_an_edition_reads_as_itself() -> None:
    book: Codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    columns = code_mapping(book, None)
    assert columns["code"] == columns["code_now"] and all(columns["is_current"])
    assert len(columns["code"]) == sum(len(scheme.codes) for scheme in book.schemes)


# What travels along.


def test_further_codes_and_quotes_travel_with_the_primary_code(rows_of: Callable[[list[Row]], list[Row]]) -> None:
    rows = rows_of(
        [
            coding("ann", "a"),
            coding("ann", "b", position=1, quote="words of ann"),
            coding("bob", "z"),
            coding("bob", "c", position=1),
            adjudicator("z", quote="words of the judge"),
            adjudicator("b", position=1),
            adjudicator("d", position=2),
        ]
    )
    assert [(r["position"], r["code"], r["coder_id"]) for r in rows] == [
        (0, "z", "judge"),
        (1, "b", "judge"),
        (2, "d", "judge"),
    ]
    assert [r["quote"] for r in rows] == ["words of the judge", None, None]
    assert {(r["why"], r["n_coders"]) for r in rows} == {(ADJUDICATED, 3)}


def test_people_agree_by_their_primary_codes_whatever_their_further_ones(
    rows_of: Callable[[list[Row]], list[Row]],
) -> None:
    rows = rows_of(
        [coding("ann", "a"), coding("ann", "b", position=1), coding("bob", "a"), coding("bob", "c", position=1)]
    )
    assert {row["why"] for row in rows} == {AGREED}
    assert len({row["coder_id"] for row in rows}) == 1 and len(rows) == 2


# Laws.


def random_codings(seed: int) -> list[Row]:
    """Codings of many units by people, models and an adjudicator over two rounds, with further codes."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for unit in range(120):
        for coder in ("ann", "bob", "cho", "dae", "judge", "k", "m", "n"):
            chance = 0.15 if coder == "judge" else 0.7 if coder in "kmn" else 0.3
            for round_ in (1, 2):
                if rng.random() > (chance if round_ == 1 else 0.15):
                    continue
                codes = rng.permutation(list("abc"))[: rng.integers(1, 4)]
                more: Row = {"unit_id": f"u{unit:03}", "round": round_, "is_current": bool(rng.random() < 0.9)}
                more |= {"kind": "model" if coder in "kmn" else "person"}
                more |= {"role": "adjudicator"} if coder == "judge" else {}
                more |= {"threshold": 0.9, "probability": float(rng.random())} if coder in "kmn" else {}
                rows += [coding(coder, str(code), position=place, **more) for place, code in enumerate(codes)]
    return rows


def adopt_by_hand(rows: list[Row]) -> Adopted:
    """The rules once more, as loops over one unit at a time."""
    found: Adopted = {}
    for unit in sorted({row["unit_id"] for row in rows}):
        said: dict[str, Row] = {}
        for row in rows:
            if row["unit_id"] == unit and row["is_current"] and row["position"] == 0:
                known = said.get(row["coder_id"])
                if known is None or row["round"] > known["round"]:
                    said[row["coder_id"]] = row
        people = [row["code"] for row in said.values() if row["kind"] == "person"]
        levels = {
            ADJUDICATED: [row["code"] for row in said.values() if row["role"] == "adjudicator"],
            AGREED: [code for code in people if people.count(code) >= 2],
            SINGLE_PERSON: people if len(people) == 1 else [],
            MODEL: [r["code"] for r in said.values() if r["kind"] == "model" and r["probability"] >= r["threshold"]],
            AGREED_MODELS: [
                row["code"]
                for name, row in said.items()
                if row["kind"] == "model"
                and any(
                    other["kind"] == "model" and other["code"] == row["code"] and are_independent(name, there, SEES)
                    for there, other in said.items()
                    if there != name
                )
            ],
        }
        for why in ORDER:
            if levels[why]:
                counts = {code: levels[why].count(code) for code in set(levels[why])}
                most = [code for code, n in counts.items() if n == max(counts.values())]
                if len(most) == 1:
                    found[unit] = (most[0], why)
                break
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_written_as_loops_adopt_the_same(adopted: Callable[[list[Row]], Adopted], seed: int) -> None:
    rows = random_codings(seed)
    by_hand = adopt_by_hand(rows)
    assert adopted(rows) == by_hand
    assert {why for _, why in by_hand.values()} == set(ORDER)  # every level occurs


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_codings_and_the_names_of_coders_change_nothing(
    adopted: Callable[[list[Row]], Adopted], seed: int
) -> None:
    rows, rng = random_codings(seed), np.random.default_rng(seed)
    names = sorted(name for name in {row["coder_id"] for row in rows} if name not in ("judge", "k", "m"))
    new = dict(zip(names, rng.permutation(names).tolist(), strict=True))  # the others have seen or were seen
    moved = [
        rows[n] | {"coder_id": new.get(rows[n]["coder_id"], rows[n]["coder_id"])} for n in rng.permutation(len(rows))
    ]
    assert adopted(moved) == adopted(rows)


@pytest.mark.parametrize("seed", range(3))
def test_a_unit_has_one_primary_code_at_most_and_all_codes_of_one_coder(
    rows_of: Callable[[list[Row]], list[Row]], seed: int
) -> None:
    rows = rows_of(random_codings(seed))
    for before, after in pairwise(rows):
        if before["unit_id"] == after["unit_id"]:
            assert after["position"] == before["position"] + 1
            assert after["coder_id"] == before["coder_id"] and after["why"] == before["why"]
        else:
            assert after["position"] == 0
