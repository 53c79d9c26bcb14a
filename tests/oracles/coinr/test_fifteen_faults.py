"""COINr's fifteen faults, and for each the tests that show what is done here instead.

Found in COINr 1.1.14 when the reference beside the repository was made. The table is the list itself: a test that is
renamed or lost is missed here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
AGGREGATION = "oracles/coinr/test_faults_weights_and_aggregation.py"
DATA = "oracles/coinr/test_faults_data_steps.py"
ANALYSIS = "oracles/coinr/test_faults_analysis.py"
REPLICAS = "oracles/coinr/test_uncertainty.py"
SOBOL = "oracles/test_sobol.py"
OUTPUT = "unit/index/test_output.py"
COMMAND = "unit/cli/test_index_build.py"

FAULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "the documented call of Copeland's rule crashes": (
        (AGGREGATION, "test_copeland_is_called_like_every_other_rule"),
    ),
    "Copeland's rule with gaps depends on the order of rows": (
        (AGGREGATION, "test_copeland_with_gaps_does_not_depend_on_the_order_of_units"),
        (AGGREGATION, "test_copeland_with_gaps_compares_two_units_by_the_indicators_both_have"),
    ),
    "a power mean with one gap is a gap": (
        (AGGREGATION, "test_a_power_mean_with_one_gap_is_that_of_the_others"),
    ),
    "a treatment does nothing and does not say so": (
        (DATA, "test_the_logarithm_of_the_gii_is_taken"),
        (DATA, "test_a_treatment_that_cannot_be_done_says_so"),
    ),
    "some years of a panel cannot be taken": (
        (DATA, "test_every_step_takes_a_subset_of_the_years"),
        (ANALYSIS, "test_trends_of_some_years_are_those_of_a_panel_that_has_only_these"),
    ),
    "chosen units cannot be shown": (
        (ANALYSIS, "test_a_single_indicator_or_unit_can_be_chosen_anywhere"),
        (OUTPUT, "test_in_a_panel_ranks_are_those_of_the_year_and_parts_are_told_for_the_years_a_unit_has"),
    ),
    "failed replicas become gaps without a word": (
        (REPLICAS, "test_failed_replicas_are_counted_and_named_and_the_others_are_kept"),
        (OUTPUT, "test_every_replica_is_listed_with_its_choices_and_failed_ones_with_why"),
        (COMMAND, "test_failed_replicas_are_counted_and_listed_with_why"),
    ),
    "forced winsorising is not done": (
        (DATA, "test_forced_winsorising_is_done_where_the_rule_asks_for_none"),
    ),
    "the exponent of Box and Cox is not passed on": (
        (DATA, "test_the_exponent_of_box_and_cox_is_the_given_one"),
    ),
    "a first-order Sobol index lies above the total one": (
        (SOBOL, "test_where_the_uncentred_estimator_puts_the_first_order_above_the_total_ours_does_not"),
        (REPLICAS, "test_first_order_is_not_above_total_order_beyond_the_stated_error"),
    ),
    "options are cut by the range of what was drawn": (
        (SOBOL, "test_an_option_takes_its_share_of_the_unit_interval_whatever_was_drawn"),
        (REPLICAS, "test_all_options_are_taken_by_their_share_though_few_were_drawn"),
    ),
    "optimised weights are negative": (
        (AGGREGATION, "test_optimised_weights_are_never_negative_unless_allowed"),
    ),
    "a constant indicator is a gap, by no rule": (
        (DATA, "test_a_constant_indicator_gets_the_middle"),
        (ANALYSIS, "test_a_constant_indicator_is_flagged_and_stops_no_analysis"),
    ),
    "goalposts in own units score every unit 0 where less is better": (
        (DATA, "test_goalposts_in_own_units_are_turned_with_an_indicator_of_which_less_is_better"),
    ),
    "there is no uncertainty of a panel normalised over all years": (
        (REPLICAS, "test_a_panel_normalised_over_all_years_has_ranks_and_intervals_in_each_year"),
        (DATA, "test_replicas_of_a_panel_are_normalised_over_all_years_as_one_is"),
    ),
}  # fmt: skip


def names_in(name: str) -> set[str]:
    tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_there_are_fifteen() -> None:
    assert len(FAULTS) == 15


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_a_test_of_the_right_behaviour(fault: str) -> None:
    for file, name in FAULTS[fault]:
        assert name in names_in(file), f"{file} has no {name}"
