"""The checks before release: the demo passes all of them, and each has a report that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dynapolis.errors import BrokenReport
from dynapolis.report.blocks import Block, Bullets, Chapter, Figure, Line, Paragraph, Report, Table
from dynapolis.report.charts import PALETTE
from dynapolis.report.checks import CHECKS, Checked, require_checked, run_checks
from dynapolis.report.claim import Claim, Value
from dynapolis.report.sections.common import Writing
from dynapolis.report.write import composed
from dynapolis.steps.comparison import Change, Comparison, Parts, Share
from dynapolis.store.editions import Edition


@pytest.fixture(scope="module")
def demo(demo_edition: Edition) -> Checked:
    return Checked(*composed(demo_edition))


def found(demo: Checked, name: str, **changed: Any) -> list[str]:
    """Findings of one check on a changed report."""
    return [str(finding) for finding in CHECKS[name](replace(demo, **changed))]


def with_blocks(demo: Checked, lang: str, change: Callable[[Block], Block]) -> dict[str, Report]:
    """The reports with every block of one language changed."""
    report = demo.reports[lang]
    chapters = tuple(replace(c, blocks=tuple(map(change, c.blocks))) for c in report.chapters)
    return {**demo.reports, lang: replace(report, chapters=chapters)}


def with_sentence(demo: Checked, lang: str, line: Line) -> dict[str, Report]:
    """The reports with one more sentence in the summary of a language."""
    report = demo.reports[lang]
    first, *others = report.chapters
    more = Chapter(first.chapter_id, first.number, first.title, (*first.blocks, Paragraph((line,))))
    return {**demo.reports, lang: replace(report, chapters=(more, *others))}


def with_claims(demo: Checked, *claims: Claim) -> dict[str, Writing]:
    return {
        lang: replace(writing, claims={**writing.claims, **{claim.claim_id: claim for claim in claims}})
        for lang, writing in demo.writings.items()
    }


def change_cell(table_id: str, row: int, column: int, **changed: Any) -> Callable[[Block], Block]:
    def of_table(table: Table) -> Table:
        if table.table_id != table_id:
            return table
        rows = [list(cells) for cells in table.rows]
        rows[row][column] = replace(rows[row][column], **changed)
        return replace(table, rows=tuple(map(tuple, rows)))

    def change(block: Block) -> Block:
        if isinstance(block, Figure):
            return replace(block, table=of_table(block.table))
        return of_table(block) if isinstance(block, Table) else block

    return change


def test_there_are_the_thirteen_checks_of_the_design_and_one_for_eyes_and_ears(demo: Checked) -> None:
    assert len(CHECKS) == 14
    assert run_checks(demo) == []


def test_1_shares_of_exclusive_categories_that_sum_to_more_than_the_whole_are_found(demo: Checked) -> None:
    reports = with_blocks(demo, "en", change_cell("2022.F4.data", 0, 2, text="77.0%", value=0.77))
    (finding,) = found(demo, "sums", reports=reports)
    assert "2022.F4.data.share_primary: shares sum to 107.9%" in finding


def test_2_a_number_in_a_sentence_that_no_claim_holds_is_found(demo: Checked) -> None:
    reports = with_sentence(demo, "ko", Line("등록부에는 사례 9,999건이 실려 있다.", "sample"))
    assert any("'9,999'" in finding for finding in found(demo, "numbers", reports=reports))


def test_2_a_number_in_a_sentence_without_a_claim_is_found(demo: Checked) -> None:
    reports = with_sentence(demo, "en", Line("There are 12 of them."))
    assert any("'12'" in finding for finding in found(demo, "numbers", reports=reports))


def test_2_a_cell_that_prints_another_number_than_its_value_is_found(demo: Checked) -> None:
    reports = with_blocks(demo, "en", change_cell("2022.T1", 0, 1, text="70"))
    (finding,) = found(demo, "numbers", reports=reports)
    assert "‘70’ is printed, the value is" in finding


def test_2_a_cell_without_a_value_behind_its_number_is_found(demo: Checked) -> None:
    reports = with_blocks(demo, "en", change_cell("2022.T1", 0, 1, value=None))
    (finding,) = found(demo, "numbers", reports=reports)
    assert "has no value behind it" in finding


def change_table(table_id: str, **changed: Any) -> Callable[[Block], Block]:
    def of_block(block: Block) -> Block:
        if isinstance(block, Figure) and block.table.table_id == table_id:
            return replace(block, table=replace(block.table, **changed))
        return replace(block, **changed) if isinstance(block, Table) and block.table_id == table_id else block

    return of_block


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("2022.F4.data", {"title": "Industry-promoting projects by goal (Of 373)"}),
        ("2022.F4.data", {"claim_ids": ()}),
        ("2022.T22", {"notes": ("9 of 31.",)}),
        ("2022.T15", {"claim_ids": ()}),
    ],
)
def test_2_a_number_in_a_title_or_note_that_no_claim_holds_is_found(
    demo: Checked, table: str, changed: dict[str, Any]
) -> None:
    findings = found(demo, "numbers", reports=with_blocks(demo, "en", change_table(table, **changed)))
    assert findings
    assert all(f"en {table}" in finding for finding in findings)


def test_2_a_number_in_a_heading_of_a_column_is_that_of_its_claim(demo: Checked) -> None:
    table = next(t for t in demo.reports["ko"].tables() if t.table_id == "2022.T20")
    columns = tuple(replace(column, claim_id=None) for column in table.columns)
    findings = found(demo, "numbers", reports=with_blocks(demo, "ko", change_table("2022.T20", columns=columns)))
    assert len(findings) == 2


def test_3_a_claim_whose_evidence_opens_nothing_is_found(demo: Checked) -> None:
    claim = Claim("lost", "sample", {"n": Value("count", 1)}, ("all.units.population.nothing.primary",))
    findings = found(demo, "evidence", writings=with_claims(demo, claim))
    assert all("lost" in finding for finding in findings)
    assert len(findings) == 2


def test_4_a_share_without_its_whole_is_found(demo: Checked) -> None:
    claim = Claim("bare", "lead", {"share": Value("share", 0.5)}, ("table.registers",))
    findings = found(demo, "denominators", writings=with_claims(demo, claim))
    assert any("share without the number it is a share of" in finding for finding in findings)


@pytest.mark.parametrize(
    ("lang", "text"), [("ko", "서울이 리빙랩이 가장 많다."), ("en", "Seoul has the most living labs.")]
)
def test_5_a_writer_who_says_most_is_found(demo: Checked, lang: str, text: str) -> None:
    (finding,) = found(demo, "hedges", reports=with_sentence(demo, lang, Line(text)))
    assert "says what only a claim may say" in finding


def test_5_a_claim_that_is_not_clear_and_says_most_is_found(demo: Checked) -> None:
    key = demo.writings["en"].claims["labs_most"].key
    assert key == "most_inseparable"
    reports = with_sentence(demo, "en", Line("Amsterdam has the most living labs.", "labs_most"))
    (finding,) = found(demo, "hedges", reports=reports)
    assert "is not hedged, as most_inseparable asks" in finding


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ko", "약 300여 개를 찾았다."),
        ("ko", "약 300개 가량을 찾았다."),
        ("en", "About 300 or so were found."),
        ("ko", "대부분이 공공 주도이다."),
        ("en", "Most of them are led by public bodies."),
    ],
)
def test_6_doubled_hedges_and_most_without_its_share_are_found(demo: Checked, lang: str, text: str) -> None:
    assert len(found(demo, "pairs", reports=with_sentence(demo, lang, Line(text)))) == 1


@pytest.mark.parametrize(("lang", "text"), [("ko", "서울은 14위이다."), ("en", "Seoul is 14th.")])
def test_6_a_rank_without_its_interval_is_found(demo: Checked, lang: str, text: str) -> None:
    (finding,) = found(demo, "pairs", reports=with_sentence(demo, lang, Line(text, "index_first")))
    assert "without its interval" in finding


def test_6_most_is_allowed_where_the_share_is_three_quarters(demo: Checked) -> None:
    assert demo.writings["en"].claims["innovation"].values["share"].value > 0.75
    reports = with_sentence(
        demo, "en", Line("Most of the projects are innovation projects.", claim_ids=("innovation",))
    )
    assert found(demo, "pairs", reports=reports) == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [("ko", "비지니스 모델을 만든다."), ("ko", "신뢰구간을 적는다."), ("en", "A testbed of the city.")],
)
def test_7_a_term_in_another_form_than_the_glossary_s_is_found(demo: Checked, lang: str, text: str) -> None:
    (finding,) = found(demo, "terms", reports=with_sentence(demo, lang, Line(text)))
    assert "instead of" in finding


@pytest.mark.parametrize("text", ["에너지•환경", "에너지・환경", '"인용"이다', "그리고..."])
def test_8_other_dots_and_quotation_marks_are_found(demo: Checked, text: str) -> None:
    assert len(found(demo, "signs", reports=with_sentence(demo, "ko", Line(text)))) == 1


@pytest.mark.parametrize("text", ["서울은(는) 앞선다.", "서울이(가) 앞선다.", "서울을(를) 본다.", "서울(으)로 간다."])
def test_9_two_particles_at_once_are_found(demo: Checked, text: str) -> None:
    assert len(found(demo, "particles", reports=with_sentence(demo, "ko", Line(text)))) == 1


def comparison(**changed: Any) -> Comparison:
    share = Share(1, 2, 0.5, 0.1, 0.9)
    change = Change(share, share, 0.0, -0.4, 0.4, 0.5)
    parts = Parts(1, 1, 0, 0, 0, 0, 2)
    whole = Comparison("2019", "2022", ("starter",), ("seoul",), {}, {"seoul": change}, change, parts, 0.9)
    return replace(whole, **changed)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"panel": ("busan",)}, "outside the panel: seoul"),
        ({"registers": ("elsewhere",)}, "registers that this edition does not have: elsewhere"),
        ({"parts": Parts(1, 1, 0, 0, 0, 0, 3)}, "1 and its changes are not 3"),
    ],
)
def test_10_a_comparison_beyond_the_panel_is_found(demo: Checked, changed: dict[str, Any], says: str) -> None:
    writings = {lang: replace(w, comparison=comparison(**changed)) for lang, w in demo.writings.items()}
    assert says in found(demo, "comparisons", writings=writings)[0]
    fine = {lang: replace(w, comparison=comparison()) for lang, w in demo.writings.items()}
    assert found(demo, "comparisons", writings=fine) == []


def test_10_a_change_claimed_without_an_earlier_edition_is_found(demo: Checked) -> None:
    claim = Claim("change_share", "change_rose", {"n": Value("count", 1)}, ("table.change-cities",))
    assert any(
        "no edition was compared" in text for text in found(demo, "comparisons", writings=with_claims(demo, claim))
    )


def test_11_a_figure_that_stands_twice_or_has_no_table_is_found(demo: Checked) -> None:
    report = demo.reports["en"]
    twice = replace(report, chapters=(*report.chapters, replace(report.chapters[3], chapter_id="again")))
    assert any("2022.F1: stands twice" in text for text in found(demo, "counts", reports={"en": twice}))

    def without_rows(block: Block) -> Block:
        return replace(block, table=replace(block.table, rows=())) if isinstance(block, Figure) else block

    reports = with_blocks(demo, "en", without_rows)
    assert any("2022.F1: has no table behind it" in text for text in found(demo, "counts", reports=reports))


def test_12_an_address_that_leads_nowhere_is_found(demo: Checked) -> None:
    reports = with_sentence(demo, "en", Line("See there.", href="#nowhere"))
    (finding,) = found(demo, "links", reports=reports)
    assert "#nowhere leads nowhere" in finding


def test_12_a_record_of_a_snapshot_that_is_none_of_the_edition_is_found(demo: Checked) -> None:
    writing = demo.writings["en"]
    inputs = {**writing.data.edition.inputs, "snapshots": {}}
    data = replace(writing.data, edition=replace(writing.data.edition, inputs=inputs))
    findings = found(demo, "links", writings={lang: replace(writing, data=data) for lang in demo.reports})
    assert any("is none of the edition" in finding for finding in findings)


def test_13_a_claim_or_value_in_one_language_only_is_found(demo: Checked) -> None:
    def drop(block: Block) -> Block:
        return replace(block, lines=block.lines[1:]) if isinstance(block, Bullets) else block

    assert any("in one language only" in t for t in found(demo, "parity", reports=with_blocks(demo, "ko", drop)))
    reports = with_blocks(demo, "ko", change_cell("2022.T1", 0, 1, value=70))
    assert any("2022.T1.paris" in text or "2022.T1." in text for text in found(demo, "parity", reports=reports))


def test_14_a_chart_that_cannot_be_heard_and_a_colour_that_cannot_be_seen_are_found(
    demo: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute(block: Block) -> Block:
        return replace(block, reading=Line(" ")) if isinstance(block, Figure) else block

    findings = found(demo, "seen and heard", reports=with_blocks(demo, "en", mute))
    assert len(findings) == len(demo.reports["en"].figures())
    monkeypatch.setitem(PALETTE, "muted", ("#cccccc", "#aab4c0"))
    assert any("light muted: contrast" in finding for finding in found(demo, "seen and heard"))


def test_a_finding_stops_the_report_and_names_check_place_and_words(demo: Checked) -> None:
    reports = with_sentence(demo, "ko", Line("약 300여 개를 찾았다. 서울은(는) 앞선다."))
    with pytest.raises(BrokenReport, match="nothing was written") as raised:
        require_checked(reports, demo.writings)
    told = str(raised.value)
    assert "pairs: ko summary: ‘약 300여’" in told
    assert "particles: ko summary" in told
