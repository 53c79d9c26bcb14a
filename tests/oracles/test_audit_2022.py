"""The findings that the printed chapter of 2022 must give, each from a general rule."""

from __future__ import annotations

import pytest

from dynapolis.audit.claims import ClaimsFile, check_claims
from dynapolis.audit.rules import Finding, audit
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_yaml


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    path = shipped() / "published" / "smart_cities_index_2022" / "claims.yml"
    return audit(read_yaml(path, ClaimsFile, check_claims))


def of(findings: list[Finding], rule: str, claim: str) -> Finding:
    return next(f for f in findings if f.rule == rule and claim in f.claims)


def test_a1_printed_counts_and_shares_agree(findings: list[Finding]) -> None:
    assert of(findings, "counts_fit", "share_innovation").values["counts"] == "300–310"
    assert of(findings, "counts_fit", "share_industry").values["counts"] == "154–155"


def test_a2_the_parts_add_up_though_hedged(findings: list[Finding]) -> None:
    assert of(findings, "sum_holds", "n_innovation").values["sum"] == "306"
    assert of(findings, "about_exact", "n_industry").values["langs"] == "ko"
    assert of(findings, "about_exact", "n_lab_led").values["langs"] == "ko, en"


def test_a3_goal_shares_cannot_be_of_one_goal_for_each_project(findings: list[Finding]) -> None:
    found = of(findings, "parts_exceed_counts", "n_industry")
    assert found.severity == "contradiction"
    assert (found.values["sum"], found.values["most"]) == ("105%", "102%")
    assert found.values["counts"] == "77, 26, 21–22, 21–22, 15–16"
    assert found.values["added"] == "160–163"


def test_a4_the_smallest_repairs(findings: list[Finding]) -> None:
    found = of(findings, "repairs", "n_industry")
    repairs = {repair.claims[0].id: repair.fits.get(repair.claims[0].id) for repair in found.repairs}
    assert all(len(repair.claims) == 1 for repair in found.repairs)
    assert repairs.pop("parts-1") is None
    as_share = {name: tuple(round(100 * n / 154) for n in span) for name, span in repairs.items() if span}
    assert as_share == {
        "goal_rnbd_business_model": (44, 46), "goal_other": (11, 13), "goal_startup_support": (8, 10),
        "goal_business_district": (8, 10), "goal_job_creation": (5, 6),
    }  # fmt: skip


def test_a5_a_third_of_the_leading_goal(findings: list[Finding]) -> None:
    assert of(findings, "counts_fit", "rnbd_energy_environment").values["counts"] == "27"


def test_a6_sectors(findings: list[Finding]) -> None:
    counts = [
        of(findings, "counts_fit", f"sector_{s}").values["counts"]
        for s in ("logistics_work", "energy_environment", "transport")
    ]
    assert counts == ["72–74", "69–71", "54–56"]


def test_a7_the_only_numbers_of_cities_that_fit(findings: list[Finding]) -> None:
    assert of(findings, "counts_fit", "cities_with_district").values["counts"] == "8"
    assert of(findings, "counts_fit", "cities_keeping_labs").values["counts"] == "19"


def test_a8_the_languages_name_other_leaders_in_other_units(findings: list[Finding]) -> None:
    for name in ("lead_projects", "lead_labs"):
        assert of(findings, "leaders_differ", name).severity == "contradiction"
        assert of(findings, "units_differ", name)


def test_a9_labs_and_projects_of_labs_are_not_linked(findings: list[Finding]) -> None:
    assert of(findings, "link_not_stated", "n_labs").claims == ("n_labs", "n_lab_led")
