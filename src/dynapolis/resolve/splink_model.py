"""The probability that two records are one thing, by Splink: the only file that knows it.

Fellegi and Sunter (1969), doi 10.1080/01621459.1969.10501049: each level of each comparison occurs with a probability m
among pairs that are one thing and u among those that are two; both, and the share of pairs that are one, are found by
expectation and maximisation without any labelled pair (Winkler 1988; Splink, Linacre et al. 2022, doi
10.23889/ijpds.v7i3.1794). Levels are computed before, by our own functions, so that Korean letters count as letters on
every engine; Splink sees one row for each pair.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dynapolis.model.arrays import FloatArray

_MOST_TRAINING_PAIRS = 250_000
_ROUNDS, _FEW_ROUNDS = 200, 30
_CONVERGED = 1e-5
_LEFT, _RIGHT = "a_pairs", "b_pairs"
_LEAST = 1e-6
_RADIX = 16  # more than a comparison has levels; fifteen comparisons fit into 64 bits
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class LevelOdds:
    """How often a level occurs.

    Attributes:
        m: among pairs that are one thing.
        u: among pairs that are two.
        is_fixed: whether m is given and not to be learnt.
    """

    m: float
    u: float
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """A model of pairs.

    Attributes:
        prior: share of all candidate pairs that are one thing.
        levels: by comparison, from level 0 upwards.
    """

    prior: float
    levels: Mapping[str, tuple[LevelOdds, ...]]


def fit(levels: Mapping[str, Any], start: Model, *, known_pairs: float) -> Model:
    """A model that makes the levels of all pairs most likely, beginning from another.

    Args:
        levels: by comparison, the level of each pair; -1 where there was nothing to compare.
        start: where to begin. Which of the two kinds of pairs is called "one thing" is decided here.
        known_pairs: how many pairs the start is worth; with few pairs the model stays near it.
    """
    table = pa.table(dict(levels))
    if table.num_rows > _MOST_TRAINING_PAIRS:
        step = -(-table.num_rows // _MOST_TRAINING_PAIRS)
        table = table.take(pa.array(range(0, table.num_rows, step)))
    try:
        trained = _trained(table, start, _ROUNDS)
    except ValueError:  # a level that no pair of one thing has goes towards 0, and below what a number can hold
        trained = _trained(table, start, _FEW_ROUNDS)
    return _smoothed(trained, start, table.num_rows, known_pairs)


def _trained(table: pa.Table, start: Model, rounds: int) -> Mapping[str, Any]:
    with _linker(table, start, rounds) as linker:
        linker.training.estimate_parameters_using_expectation_maximisation(
            "l.pair_id = r.pair_id", fix_u_probabilities=True, estimate_without_term_frequencies=True,
            populate_probability_two_random_records_match_from_trained_values=True,
        )  # fmt: skip
        trained: Mapping[str, Any] = linker.misc.save_model_to_json()
    return trained


def predict(levels: Mapping[str, Any], model: Model) -> FloatArray:
    """The probability of each pair to be one thing, rounded to 9 places. Pairs of equal levels are computed once."""
    names = list(levels)
    code = np.zeros(len(levels[names[0]]), dtype=np.int64)
    for name in names:  # a row of levels as one number, since rows are slow to sort
        code = code * _RADIX + (np.asarray(levels[name], dtype=np.int64) + 1)
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    table = pa.table({name: np.asarray(levels[name], dtype=np.int8)[first] for name in names})
    with _linker(table, model) as linker:
        scored = _arrow(linker.inference.predict()).sort_by("pair_id_l")
    found = np.asarray(scored["match_probability"].to_numpy(), dtype=float)
    return np.round(found[place.reshape(-1)], _DIGITS)


@contextmanager
def _linker(table: pa.Table, model: Model, rounds: int = _ROUNDS) -> Iterator[Any]:
    """A Splink linker over pairs: each pair is a row of one table and is joined with its own row of another."""
    from splink import DuckDBAPI, Linker, SettingsCreator
    from splink.blocking_rule_library import CustomRule

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    ids = pa.array(range(table.num_rows), pa.int64())
    with_ids = table.append_column("pair_id", ids)
    tables = [
        api.register(with_ids, table_name=_LEFT),
        api.register(with_ids.slice(0), table_name=_RIGHT),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair_id",
        comparisons=[_comparison(name, odds) for name, odds in model.levels.items() if name in table.column_names],
        blocking_rules_to_generate_predictions=[CustomRule("l.pair_id = r.pair_id")],
        probability_two_random_records_match=model.prior,
        em_convergence=_CONVERGED,
        max_iterations=rounds,
        retain_matching_columns=False,
    )
    try:
        yield Linker(tables, settings, log_level=logging.ERROR, validate_settings=False)
    finally:
        api.duckdb_con.close()


def _comparison(name: str, odds: Sequence[LevelOdds]) -> Any:
    from splink.comparison_level_library import CustomLevel
    from splink.comparison_library import CustomComparison

    last = len(odds) - 1
    levels: list[Any] = [CustomLevel(f"{name}_l < 0", "nothing").configure(is_null_level=True)]
    for number in range(last, -1, -1):
        level = CustomLevel(f"{name}_l = {number}", str(number))
        item = odds[number]
        levels.append(level.configure(m_probability=item.m, u_probability=item.u, fix_m_probability=item.is_fixed))
    return CustomComparison(output_column_name=name, comparison_levels=levels)


def _smoothed(trained: Mapping[str, Any], start: Model, n_pairs: int, known: float) -> Model:
    """What was learnt, drawn towards the start by as many pairs as that is worth."""
    prior = float(trained["probability_two_random_records_match"])
    n_same, n_other = prior * n_pairs, (1 - prior) * n_pairs
    levels = {}
    for comparison in trained["comparisons"]:
        name = comparison["output_column_name"]
        told = {
            int(level["label_for_charts"]): (level.get("m_probability"), level.get("u_probability"))
            for level in comparison["comparison_levels"]
            if not level.get("is_null_level")
        }
        drawn = []
        for number, begin in enumerate(start.levels[name]):
            m, u = (_known(value) for value in told[number])
            drawn.append(LevelOdds(_drawn(m, begin.m, n_same, known), _drawn(u, begin.u, n_other, known)))
        levels[name] = tuple(drawn)
    return Model(prior, levels)


def _known(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _drawn(found: float, begin: float, n: float, known: float) -> float:
    return max((found * n + begin * known) / (n + known), _LEAST)


def predict_with_defaults(
    records: pa.Table, columns: Sequence[str], left: Any, right: Any, *, by_register: bool
) -> FloatArray:
    """What Splink answers for the same pairs with its own comparisons and settings, for comparison only.

    Its ``NameComparison`` for names and acronyms, ``ExactMatch`` for the rest; u by random sampling with a fixed seed,
    m by expectation and maximisation over pairs of the same name, city, acronym and start; the prior by its own
    estimate from equal names at a recall of 0.7. Texts are given in small letters.

    Args:
        records: columns ``SUBJECT``.
        columns: those that are compared; columns without values are left out.
        left, right: places in the table, left before right.
        by_register: whether the registers are linked with each other only, and no record within one.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    kept = [name for name in columns if _has_values(records[name])]
    lists = records["register"].to_pylist() if by_register else [""] * records.num_rows
    names = {name: f"list_{number}" for number, name in enumerate(sorted(set(lists)))}
    ids = pa.array(range(records.num_rows), pa.int64())
    whole = pa.table({"unique_id": ids} | {name: _small(records[name]) for name in kept})
    api = DuckDBAPI()
    tables = [
        api.register(whole.filter(pa.array([name == own for own in lists])), table_name=table)
        for name, table in names.items()
    ]
    settings = SettingsCreator(
        link_type="link_only" if by_register else "dedupe_only",
        comparisons=[_default_comparison(name) for name in kept],
        blocking_rules_to_generate_predictions=[block_on("name")],
        retain_matching_columns=False,
    )
    linker = Linker(tables, settings, log_level=logging.ERROR, validate_settings=False)
    training: Any = linker.training
    training.estimate_probability_two_random_records_match([block_on("name")], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=2022)
    for name in (n for n in ("name", "city", "acronym", "start") if n in kept and _meets(whole[n], lists)):
        training.estimate_parameters_using_expectation_maximisation(block_on(name))
    order = [(names[own], number) for number, own in enumerate(lists)]
    pairs = api.register(_blocked(left.tolist(), right.tolist(), order, by_register))
    linker.table_management.register_blocked_pairs_for_predict(pairs)
    return _in_place(_arrow(linker.inference.predict()), left.tolist(), right.tolist())


def _meets(column: pa.ChunkedArray, lists: Sequence[str]) -> bool:
    """Whether a value occurs in two lists, or twice in the only one."""
    seen: dict[str, str] = {}
    alone = len(set(lists)) == 1
    for value, own in zip(column.to_pylist(), lists, strict=True):
        if value and seen.setdefault(value, "" if alone else own) != own:
            return True
        if value and alone:
            seen[value] = "again"
    return False


def _blocked(left: list[int], right: list[int], order: list[tuple[str, int]], by_register: bool) -> pa.Table:
    """Pairs in the form and order in which Splink keeps them: by list, then by number."""
    ends = [(a, b) if order[a] <= order[b] else (b, a) for a, b in zip(left, right, strict=True)]
    table: dict[str, Any] = {"match_key": ["0"] * len(ends)}
    for place, side in enumerate("lr"):
        of_side = [end[place] for end in ends]
        table[f"join_key_{side}"] = [f"{order[n][0]}-__-{n}" for n in of_side] if by_register else of_side
    return pa.table(table)


def _in_place(scored: pa.Table, left: list[int], right: list[int]) -> FloatArray:
    """Splink's answers in the order of our pairs."""
    place = {pair: number for number, pair in enumerate(zip(left, right, strict=True))}
    found = np.zeros(len(left))
    columns = (scored[name].to_pylist() for name in ("unique_id_l", "unique_id_r", "match_probability"))
    for one, other, probability in zip(*columns, strict=True):
        found[place[min(one, other), max(one, other)]] = probability
    return found


def _arrow(table: Any) -> pa.Table:
    return table.as_pyarrow_table()


def _default_comparison(name: str) -> Any:
    from splink import comparison_library

    if name in ("name", "name_local", "acronym"):
        return comparison_library.NameComparison(name)
    return comparison_library.ExactMatch(name)


def _has_values(column: pa.ChunkedArray) -> bool:
    return any(value for value in column.to_pylist())


def _small(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([value.casefold().strip() or None if value else None for value in column.to_pylist()], pa.string())
