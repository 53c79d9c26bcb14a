"""Printed numbers held against an edition: recounted otherwise than the edition counted, with intervals that hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dynapolis.audit.claims import ClaimsFile, check_claims
from dynapolis.audit.rules import Finding, audit
from dynapolis.report.audit.sheet import EditionNamed, Sheet, write_sheet
from dynapolis.report.audit.words import grouped
from dynapolis.report.audit.write import sheet_html, sheet_pdf
from dynapolis.report.data import ReportData
from dynapolis.report.messages import read_messages
from dynapolis.steps.printed import Comparison, hold_against
from dynapolis.steps.recompute import Recount, unknown_figures
from dynapolis.store.content import shipped
from dynapolis.store.editions import Edition
from dynapolis.store.workspace import Workspace
from dynapolis.store.yaml_file import read_yaml

Cli = Callable[..., Any]
LANGS = ("ko", "en")
PUBLISHED = shipped() / "published" / "smart_cities_index_2022" / "claims.yml"


@pytest.fixture(scope="module")
def data(demo_edition: Edition) -> ReportData:
    return ReportData.load(demo_edition)


def recount(data: ReportData, n_draws: int, cities: tuple[str, ...] = ()) -> Recount:
    tables, crosswalk = data.edition.tables(), data.spec.sector_crosswalk
    return Recount(tables, data.codebook, crosswalk, seed=5, level=0.9, n_draws=n_draws, cities=cities)


@cache
def claims() -> ClaimsFile:
    return read_yaml(PUBLISHED, ClaimsFile, check_claims)


@pytest.fixture(scope="module")
def held(data: ReportData) -> Comparison:
    names = {str(row["name_en"]).casefold(): city for city, row in data.cities.items()}
    return hold_against(claims(), recount(data, 400, claims().cities), names)


def test_every_figure_is_counted_as_the_edition_counted_it(data: ReportData) -> None:
    again = recount(data, 2)
    for name, row in data.figures.items():
        if row["scope"] in ("all", "helsinki", "seoul"):
            found = again.figure(name)
            assert (found.n, found.whole) == (row["numerator"], row["denominator"]), name


def test_intervals_hold_their_value_and_doubt_of_codes_widens_those_of_chance(data: ReportData) -> None:
    again = recount(data, 1500)
    wider = []
    for code in ("transport", "energy_environment", "technology", "logistics_work"):
        name = f"all.innovation.sector_report.{code}.primary"
        found, row = again.figure(name), data.figures[name]
        assert found.share is not None
        assert found.share.low <= found.share.value <= found.share.high
        wider.append((found.share.high - found.share.low) / (row["share_high"] - row["share_low"]))
    assert np.mean(wider) > 1
    assert max(wider) < 3


def test_a_star_counts_cities_by_hand(data: ReportData) -> None:
    again = recount(data, 50)
    found = again.figure("*.units.population.living_labs.primary")
    with_labs = {c for c in data.cities if data.cities[c]["searched"] and data.n("living_labs", c)}
    assert found.n == len(with_labs)
    assert found.whole == sum(bool(row["searched"]) for row in data.cities.values())
    order = again.cities("*.units.population.living_labs.primary")
    assert [row.n for row in order] == sorted((data.n("living_labs", row.city_id) for row in order), reverse=True)
    assert sum(row.p_most for row in order) == pytest.approx(1)


def test_only_the_cities_of_the_report_are_counted(data: ReportData) -> None:
    some = ("helsinki", "seoul")
    again = recount(data, 10, some)
    found = again.figure("all.units.population.projects.primary")
    assert found.n == sum(data.n("projects", city) for city in some)
    assert {row.city_id for row in again.cities("*.units.population.projects.primary")} == set(some)


def test_what_no_edition_can_count_is_named(data: ReportData) -> None:
    good = ["all.units.population.projects.primary", "*.industry.goal.other.any"]
    good += ["seoul.innovation.stage.pilot.primary"]
    good += ["all.living_labs.lab_type_by_sector.demonstration+technology.primary"]
    bad = ["all.units", "atlantis.units.population.projects.primary", "all.cats.population.projects.primary",
           "all.innovation.sector.cats.primary", "all.innovation.cats.transport.primary",
           "all.innovation.sector.transport.third"]  # fmt: skip
    assert unknown_figures(good + bad, list(data.cities), data.codebook) == bad
    with pytest.raises(KeyError):
        recount(data, 2).figure("all.innovation.sector.cats.primary")


def test_every_printed_number_stands_beside_a_count(held: Comparison) -> None:
    by = {row.claim: row for row in held.numbers}
    assert held.left_out == ("rnbd_energy_environment",)  # sectors within a goal have no figure of their own
    assert len(by) == len(claims().quantities) - 1
    for row in held.numbers:
        assert row.found.low <= row.found.value <= row.found.high
    assert by["n_cities"].n == 31
    share = by["share_innovation"]
    assert share.found.value == pytest.approx(100 * share.n / share.whole)
    assert share.verdict == "outside"


def test_the_verdict_allows_for_the_rounding_of_the_print(data: ReportData) -> None:
    value = {
        "report": "x", "title": {"en": "x", "ko": "가"}, "source": "y",
        "quantities": [
            {"id": "all", "label": {"en": "a", "ko": "가"}, "kind": "count", "ko": {"value": 1}},
            {"id": "s", "label": {"en": "s", "ko": "나"}, "kind": "share", "of": "all", "ko": {"value": 0},
             "figure": "all.industry.goal.job_creation.primary"},
        ],
    }  # fmt: skip
    again = recount(data, 200)
    low = 100 * again.figure("all.industry.goal.job_creation.primary").share.low  # type: ignore[union-attr]
    for printed, verdict in ((round(low - 0.4), "inside"), (round(low) + 30, "outside")):
        value["quantities"][1]["ko"] = {"value": printed}  # type: ignore[index]
        expected = "inside" if printed + 0.5 >= low and verdict == "inside" else verdict
        (row,) = hold_against(ClaimsFile.model_validate(value), again, {}).numbers
        assert row.verdict == expected


def test_leaders_are_found_under_their_names_or_said_to_be_missing(data: ReportData) -> None:
    side = {"names": ["Atlantis"], "unit": "labs"}
    value = {
        "report": "x", "title": {"en": "x", "ko": "가"}, "source": "y",
        "leaders": [{"id": "l", "label": {"en": "l", "ko": "나"}, "figure": "*.units.population.living_labs.primary",
                     "ko": side, "en": {"names": [{"en": "Seoul", "ko": "서울"}], "unit": "labs"}}],
    }  # fmt: skip
    first, second = hold_against(ClaimsFile.model_validate(value), recount(data, 200), {"seoul": "seoul"}).leaders
    assert (first.named, first.verdict, first.place) == ("Atlantis", "unknown", None)
    assert (second.city_id, second.n) == ("seoul", data.n("living_labs", "seoul"))
    assert second.verdict in ("open", "unlikely", "borne_out")


def sheets(findings: list[Finding], file: ClaimsFile, held: Comparison | None, data: ReportData) -> list[Sheet]:
    edition = data.edition
    cities = {lang: {c: str(row[f"name_{lang}"]) for c, row in data.cities.items()} for lang in LANGS}
    return [
        write_sheet(file, findings, read_messages(lang), "0" * 64, held,
                    EditionNamed(edition.short_id, edition.name, cities[lang]) if held else None)
        for lang in LANGS
    ]  # fmt: skip


@pytest.mark.parametrize("beside", [True, False])
def test_the_report_has_two_pages_with_its_own_fonts(held: Comparison, data: ReportData, *, beside: bool) -> None:
    from pypdf import PdfReader

    for sheet in sheets(audit(claims()), claims(), held if beside else None, data):
        pdf = sheet_pdf(sheet)
        reader = PdfReader(BytesIO(pdf))
        assert len(reader.pages) == 2
        fonts = {
            str(f.get_object()["/BaseFont"]) for p in reader.pages for f in p["/Resources"].get("/Font", {}).values()
        }
        assert fonts
        assert all("Pretendard" in font or "DynapolisHan" in font for font in fonts)
        text = " ".join(page.extract_text() for page in reader.pages)
        assert "160–163" in text
        assert ("81.8%" in text) == beside
        assert sheet_pdf(sheet) == pdf
        html = sheet_html(sheet)
        assert "data:font/woff2" in html
        assert 'src: url("fonts/' not in html


def test_five_hundred_claims_fit_on_two_pages_and_say_what_was_left_out(data: ReportData) -> None:
    from pypdf import PdfReader

    quantities: list[dict[str, Any]] = []
    for n in range(250):
        label = {"en": f"a rather long label of a quantity {n}", "ko": f"어떤 수치의 꽤 긴 이름 {n}"}
        quantities += [
            {"id": f"n{n}", "label": label, "kind": "count", "ko": {"value": 7, "about": True}, "en": {"value": 8}},
            {"id": f"s{n}", "label": label, "kind": "share", "of": f"n{n}", "ko": {"value": 51 if n % 2 else 14}},
        ]
    raw = {"report": "x", "title": {"en": "x", "ko": "가"}, "source": "y", "quantities": quantities}
    file = ClaimsFile.model_validate(raw)
    findings = audit(file)
    for sheet in sheets(findings, file, None, data):
        assert len(PdfReader(BytesIO(sheet_pdf(sheet))).pages) == 2
        first = sheet.blocks[0][1]
        assert first.kind == "table"
        assert first.notes


def test_both_languages_hold_the_same_rows(held: Comparison, data: ReportData) -> None:
    ko, en = sheets(audit(claims()), claims(), held, data)
    for one, other in zip(ko.blocks, en.blocks, strict=True):
        assert [block.kind for block in one] == [block.kind for block in other]
        for left, right in zip(one, other, strict=True):
            if left.kind == "table" and right.kind == "table":
                assert len(left.rows) == len(right.rows)


def test_claims_in_one_language_stand_together() -> None:
    found = [claimed for finding, claimed in grouped(audit(claims())) if finding.rule == "one_language"]
    assert len(found) == 1
    assert len(found[0]) == 9


def test_the_command_writes_both_languages_and_tells_what_it_counted(
    cli: Cli, demo_workspace: Workspace, tmp_path: Path
) -> None:
    result = cli(
        "audit", "--edition", "demo", "--workspace", str(demo_workspace.folder), "--out", str(tmp_path), "--json"
    )
    assert result.exit_code == 0
    value = json.loads(result.stdout)
    assert len(value["edition"]["numbers"]) == 19
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "audit.en.html", "audit.en.pdf", "audit.ko.html", "audit.ko.pdf",
    ]  # fmt: skip
    told = cli("audit", "--edition", "demo", "--workspace", str(demo_workspace.folder), lang="ko")
    assert "구간 밖" in told.stdout
    assert "헬싱키" in told.stdout


def test_a_figure_that_the_edition_cannot_have_stops_the_command(
    cli: Cli, demo_workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "claims.yml"
    text = PUBLISHED.read_text(encoding="utf-8")
    path.write_text(text.replace("goal.other.primary", "goal.cats.primary"), encoding="utf-8")
    assert cli("audit", str(path)).exit_code == 0
    result = cli("audit", str(path), "--edition", "demo", "--workspace", str(demo_workspace.folder))
    assert result.exit_code == 2
    assert "goal_other" in result.stderr
    path.write_text(text.replace("all.industry.goal.other.primary", "industry.goal"), encoding="utf-8")
    assert cli("audit", str(path)).exit_code == 2
