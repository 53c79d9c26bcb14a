"""Specifications of charts: what they refuse, and laws of layout, order, scale and contrast."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import vl_convert
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadUse
from dynapolis.report import charts
from dynapolis.report.charts import (
    AlphaRow,
    AlphaWords,
    BarRow,
    BarWords,
    CellRow,
    HeatWords,
    RankRow,
    RankWords,
    ShareRow,
    ShareWords,
    Spec,
    alpha_dots,
    count_bars,
    heatmap,
    rank_intervals,
    share_dots,
    text_width,
    wrap,
)
from dynapolis.report.charts.layout import round_ticks
from dynapolis.report.charts.ranks import rank_ticks
from dynapolis.report.fonts import font_folder

RANKS = [
    RankRow("헬싱키", 1, 1, 2, 1, 3, 1, "1 (1~3)"),
    RankRow("San Francisco", 2.5, 2, 3, 1, 4, 1, "2.5 (1–4)", href="#san-francisco"),
    RankRow("부산", 4, 3, 4, 2, 4, 2, "4 (2~4)"),
]
RANK_WORDS = RankWords("Rank", "Tier {n}", "median", "50% interval", "90% interval")
SHARES = [
    ShareRow("Start-up support", "primary", 0.17, 0.12, 0.24, "26 / 154 · 17%"),
    ShareRow("Start-up support", "any", 0.32, 0.25, 0.40, "50 / 154 · 32%", href="#any"),
    ShareRow("일자리 창출", "primary", 0.0, 0.01, 0.03, "0 / 154 · 0%"),
]
SHARE_WORDS = ShareWords("Share", {"primary": "primary", "any": "any"})
BARS = [BarRow("Pilot", 41, "41"), BarRow("Demonstration", 402, "402", 380, 425), BarRow("미상", 0, "0", apart=True)]
BAR_WORDS = BarWords("Projects")
CELLS = [
    CellRow("Seoul", "Transport", 5, "5", href="#seoul"),
    CellRow("Seoul", "교육", 0, "0"),
    CellRow("부산", "Transport", 1, "1"),
    CellRow("부산", "교육", None, "…"),
]
HEAT_WORDS = HeatWords("Projects", "not surveyed")
ROW_ORDER, COLUMN_ORDER = ["부산", "Seoul"], ["Transport", "교육"]
ALPHAS = [
    AlphaRow("Stage", "people", 0.71, 0.58, 0.82, "0.71"),
    AlphaRow("Stage", "models", None, None, None, "–"),
    AlphaRow("목표", "people", -0.1, -0.3, 0.2, "−0.10"),
]
ALPHA_WORDS = AlphaWords("alpha", {"people": "people", "models": "models"}, "tentative", "reliable")

Build = Callable[..., Spec]
BUILDERS: dict[str, Build] = {
    "rank_intervals": partial(rank_intervals, RANKS, RANK_WORDS),
    "share_dots": partial(share_dots, SHARES, SHARE_WORDS),
    "count_bars": partial(count_bars, BARS, BAR_WORDS),
    "heatmap": partial(heatmap, CELLS, HEAT_WORDS, ROW_ORDER, COLUMN_ORDER),
    "alpha_dots": partial(alpha_dots, ALPHAS, ALPHA_WORDS),
}
every_builder = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
both_widths = pytest.mark.parametrize("width", [720, 340])


def layers_with(spec: Spec, mark: str) -> list[Any]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]


def x_domain(spec: Spec) -> list[float]:
    domains = [
        layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"] if layer["encoding"]["x"].get("scale")
    ]
    assert all(domain == domains[0] for domain in domains)
    return [float(bound) for bound in domains[0]]


# --- Every chart ----------------------------------------------------------------------------------------------------


@every_builder
@both_widths
def test_the_picture_is_exactly_as_wide_as_asked(build: Build, width: int) -> None:
    spec = build(width=width)
    assert spec["width"] + spec["padding"]["left"] + spec["padding"]["right"] == pytest.approx(width)
    assert spec["width"] > 0.3 * width


@every_builder
@both_widths
def test_the_specification_is_plain_json_for_vega_lite_6(build: Build, width: int) -> None:
    spec = build(width=width)
    assert spec["$schema"].endswith("/vega-lite/v6.json")
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec


@every_builder
@both_widths
def test_vega_lite_compiles_it_without_a_warning(build: Build, width: int, capfd: pytest.CaptureFixture[str]) -> None:
    vl_convert.vegalite_to_vega(build(width=width), vl_version="6.4", show_warnings=True)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


@every_builder
def test_the_same_rows_give_the_same_specification_and_share_nothing(build: Build) -> None:
    first, second = build(width=720), build(width=720)
    assert first == second
    first["config"]["font"] = "another"
    assert second["config"]["font"] == charts.FONT


@every_builder
def test_a_picture_that_is_too_narrow_is_refused(build: Build) -> None:
    with pytest.raises(BadUse, match="width of 200 px is too narrow"):
        build(width=200)


@pytest.mark.parametrize(
    "build",
    [
        partial(rank_intervals, [], RANK_WORDS),
        partial(share_dots, [], SHARE_WORDS),
        partial(count_bars, [], BAR_WORDS),
        partial(heatmap, [], HEAT_WORDS, ROW_ORDER, COLUMN_ORDER),
        partial(alpha_dots, [], ALPHA_WORDS),
    ],
    ids=BUILDERS,
)
def test_no_rows_are_refused_with_what_to_do(build: Build) -> None:
    with pytest.raises(BadUse, match=r"there are no rows\. Leave the chart out"):
        build(width=720)


@pytest.mark.parametrize(
    "build",
    [
        partial(rank_intervals, [*RANKS, RANKS[0]], RANK_WORDS),
        partial(share_dots, [*SHARES, SHARES[0]], SHARE_WORDS),
        partial(count_bars, [*BARS, BARS[0]], BAR_WORDS),
        partial(heatmap, [*CELLS, CELLS[0]], HEAT_WORDS, ROW_ORDER, COLUMN_ORDER),
        partial(alpha_dots, [*ALPHAS, ALPHAS[0]], ALPHA_WORDS),
    ],
    ids=BUILDERS,
)
def test_a_row_given_twice_is_refused_by_name(build: Build) -> None:
    with pytest.raises(BadUse, match="given twice: "):
        build(width=720)


@pytest.mark.parametrize("name", ["rank_intervals", "share_dots", "count_bars", "alpha_dots"])
@both_widths
def test_rows_stand_below_each_other_in_the_given_order(name: str, width: int) -> None:
    heights = [datum["y"] for datum in BUILDERS[name](width=width)["data"]["values"]]
    assert all(below - above >= 24 for above, below in pairwise(heights))  # the least distance between two links


@pytest.mark.parametrize("name", ["share_dots", "count_bars"])
@both_widths
def test_scales_of_shares_and_counts_start_at_zero(name: str, width: int) -> None:
    assert x_domain(BUILDERS[name](width=width))[0] == 0


@every_builder
def test_links_name_their_row_and_their_value(build: Build) -> None:
    names = {datum["name"] for datum in build(width=720)["data"]["values"] if datum["href"]}
    assert names <= {"San Francisco: 2.5 (1–4)", "Start-up support, any: 50 / 154 · 32%", "Seoul, Transport: 5"}


@every_builder
def test_a_chart_without_links_encodes_none(build: Build) -> None:
    for layer in build(width=720)["layer"]:
        if "href" in layer["encoding"]:
            assert layer["transform"] == [{"filter": "datum.href"}]


# --- Look -----------------------------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def shaded() -> str:
    """The colour of the shading on white."""
    color, opacity = charts.SHADE["color"], charts.SHADE["opacity"]
    parts = [round(255 - opacity * (255 - int(color[start : start + 2], 16))) for start in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


@pytest.mark.parametrize("ground", ["#ffffff", shaded()])
def test_text_has_a_contrast_of_4_5_and_marks_have_3(ground: str) -> None:
    assert all(contrast(color, ground) >= 4.5 for color in (charts.INK, charts.MUTED, charts.LINK))
    assert all(contrast(look.color, ground) >= 3 for look in charts.LOOKS)
    assert contrast(charts.QUIET, ground) >= 3


def test_lines_and_dots_on_bars_are_set_off_in_white() -> None:
    assert contrast("#ffffff", charts.LOOKS[0].color) >= 3
    spec = count_bars(BARS, BAR_WORDS, width=720)
    assert [rule["mark"]["color"] for rule in layers_with(spec, "rule")[:2]] == ["white", charts.INK]
    median = layers_with(rank_intervals(RANKS, RANK_WORDS, width=720), "point")[0]["mark"]
    assert (median["fill"], median["stroke"]) == ("white", charts.INK)


def test_numbers_in_cells_have_a_contrast_of_4_5() -> None:
    assert all(contrast(charts.INK, shade) >= 4.5 for shade in charts.BLUES[:3])
    assert all(contrast("#ffffff", shade) >= 4.5 for shade in charts.BLUES[3:])
    assert contrast(charts.MUTED, "#ffffff") >= 4.5


def test_classes_of_the_heatmap_darken_steadily() -> None:
    assert all(luminance(darker) < 0.75 * luminance(lighter) for lighter, darker in pairwise(charts.BLUES))


def test_series_differ_by_shape_and_neighbours_also_by_filling() -> None:
    assert len({look.shape for look in charts.LOOKS}) == len(charts.LOOKS)
    assert all(one.hollow != other.hollow for one, other in pairwise(charts.LOOKS))


def test_no_text_is_smaller_than_12_px() -> None:
    config = charts.theme()
    sizes = [config["text"]["fontSize"], config["axis"]["labelFontSize"], config["axis"]["titleFontSize"]]
    assert min(sizes) >= 12
    marks = [layer["mark"] for build in BUILDERS.values() for layer in build(width=340)["layer"]]
    assert not any("fontSize" in mark for mark in marks)


def test_nothing_moves_and_nothing_needs_a_legend() -> None:
    for build in BUILDERS.values():
        text = json.dumps(build(width=720))
        assert '"params"' not in text
        assert '"legend": {' not in text


# --- Rank intervals -------------------------------------------------------------------------------------------------


def test_forty_cities_fit_on_the_scale_with_rank_1_at_the_left() -> None:
    rows = [RankRow(f"City {n}", n, n, n, max(1, n - 3), min(40, n + 3), 1 + n // 15, f"{n}") for n in range(1, 41)]
    assert x_domain(rank_intervals(rows, RANK_WORDS, width=340)) == [0.5, 40.5]


def test_ticks_of_ranks_are_whole_numbers_and_include_the_first() -> None:
    for width in (720, 340):
        ticks = layers_with(rank_intervals(RANKS, RANK_WORDS, width=width), "rule")[0]["encoding"]["x"]["axis"][
            "values"
        ]
        assert ticks[0] == 1
        assert all(isinstance(tick, int) for tick in ticks)


def test_every_other_tier_is_shaded_and_every_tier_is_headed() -> None:
    spec = rank_intervals(RANKS, RANK_WORDS, width=720)
    (shades,) = layers_with(spec, "rect")
    assert len(shades["data"]["values"]) == 1
    headings = next(layer for layer in layers_with(spec, "text") if layer["mark"].get("fontWeight") == "bold")
    assert [band["text"] for band in headings["data"]["values"]] == ["Tier 1", "Tier 2"]


def test_bounds_of_a_rank_out_of_order_are_refused() -> None:
    with pytest.raises(BadUse, match=r"헬싱키: found 1, 1, 1, 1, 2, 1\.5; expected 1 ≤ low90"):
        rank_intervals([replace(RANKS[0], high90=1.5)], RANK_WORDS, width=720)
    with pytest.raises(BadUse, match="헬싱키"):
        rank_intervals([replace(RANKS[0], low90=0.5)], RANK_WORDS, width=720)


def test_a_tier_that_comes_back_is_refused() -> None:
    with pytest.raises(BadUse, match="a tier comes back"):
        rank_intervals([RANKS[2], RANKS[0]], RANK_WORDS, width=720)


# --- Shares ---------------------------------------------------------------------------------------------------------


def test_a_share_given_in_percent_is_refused() -> None:
    with pytest.raises(BadUse, match="expected 0 ≤ share ≤ 1"):
        share_dots([replace(SHARES[0], share=17.0)], SHARE_WORDS, width=720)


def test_a_share_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(BadUse, match="found 0, nan, 1"):
        share_dots([replace(SHARES[0], share=float("nan"))], SHARE_WORDS, width=720)


def test_an_estimate_outside_its_interval_is_drawn_since_a_posterior_interval_can_leave_out_zero() -> None:
    assert share_dots([SHARES[2]], SHARE_WORDS, width=720)["data"]["values"][0]["value"] == 0


def test_a_series_without_a_name_is_refused() -> None:
    with pytest.raises(BadUse, match="no name is given for any"):
        share_dots(SHARES, ShareWords("Share", {"primary": "primary"}), width=720)


def test_more_series_than_looks_are_refused() -> None:
    names = {name: name for name in "abcde"}
    with pytest.raises(BadUse, match="5 series, but only 4 can be told apart"):
        share_dots([replace(SHARES[0], series="a")], ShareWords("Share", names), width=720)


def test_series_stand_in_the_order_of_their_names_under_a_label_in_the_order_of_the_rows() -> None:
    rows = [SHARES[2], SHARES[1], SHARES[0]]
    order = [(datum["label"], datum["series"]) for datum in share_dots(rows, SHARE_WORDS, width=720)["data"]["values"]]
    assert order == [("일자리 창출", "primary"), ("Start-up support", "primary"), ("Start-up support", "any")]


def test_one_series_needs_no_key() -> None:
    with_key = share_dots(SHARES[:2], SHARE_WORDS, width=720)
    without = share_dots(SHARES[:1], ShareWords("Share", {"primary": "only one"}), width=720)
    assert "only one" not in json.dumps(without)
    assert without["padding"]["top"] < with_key["padding"]["top"]


def test_long_labels_stand_above_their_rows_in_a_narrow_picture_only() -> None:
    rows = [replace(SHARES[0], label="Health, medical care and welfare")]
    words = ShareWords("Share", {"primary": "primary"})
    wide, narrow = (share_dots(rows, words, width=width)["data"]["values"][0] for width in (720, 340))
    assert wide["value_y"] == wide["y"]
    assert narrow["value_y"] < narrow["y"] - 15


# --- Bars -----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.text("0123456789 ·%", max_size=25)), min_size=1, max_size=8),
    st.sampled_from([720, 340]),
)
def test_every_bar_and_the_text_after_it_end_inside_the_picture(bars: list[tuple[int, str]], width: int) -> None:
    rows = [BarRow(f"Bar {number}", count, text) for number, (count, text) in enumerate(bars)]
    spec = count_bars(rows, BAR_WORDS, width=width)
    for datum in spec["data"]["values"]:
        bar = datum["end"] / x_domain(spec)[1] * spec["width"]
        assert bar + 8 + text_width(datum["printed"]) <= spec["width"] + 1e-6


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(BadUse, match="Pilot: found 0, -1; expected 0 ≤ count"):
        count_bars([replace(BARS[0], count=-1)], BAR_WORDS, width=720)


def test_counts_of_nothing_but_zero_are_drawn() -> None:
    assert x_domain(count_bars([BarRow("Pilot", 0, "0")], BAR_WORDS, width=720))[1] > 0


# --- Heatmap --------------------------------------------------------------------------------------------------------


def test_orders_of_the_heatmap_are_explicit() -> None:
    cells = layers_with(heatmap(CELLS, HEAT_WORDS, ROW_ORDER, COLUMN_ORDER, width=720), "rect")[0]["encoding"]
    assert cells["y"]["scale"]["domain"] == ROW_ORDER
    assert cells["x"]["scale"]["domain"] == COLUMN_ORDER


def test_classes_are_equal_parts_up_to_the_greatest_value() -> None:
    rows = [CellRow("Seoul", str(value), value, str(value)) for value in (0, 1, 2, 3, 4, 9, 10)]
    data = heatmap(rows, HEAT_WORDS, ["Seoul"], [row.column for row in rows], width=720)["data"]["values"]
    assert [datum["class"] for datum in data] == [0, 1, 1, 2, 2, 5, 5]


def test_a_missing_cell_and_a_cell_outside_the_orders_are_refused() -> None:
    with pytest.raises(BadUse, match="1 cells are missing, such as 부산, 교육"):
        heatmap(CELLS[:3], HEAT_WORDS, ROW_ORDER, COLUMN_ORDER, width=720)
    with pytest.raises(BadUse, match="2 cells are not in the orders, such as Seoul, Transport"):
        heatmap(CELLS, HEAT_WORDS, ["부산"], COLUMN_ORDER, width=720)


def test_a_name_twice_in_an_order_is_refused() -> None:
    with pytest.raises(BadUse, match="stands twice in an order"):
        heatmap(CELLS, HEAT_WORDS, [*ROW_ORDER, "Seoul"], COLUMN_ORDER, width=720)


def test_a_cell_that_was_not_surveyed_needs_words() -> None:
    with pytest.raises(BadUse, match="Give HeatWords the text not_surveyed"):
        heatmap(CELLS, HeatWords("Projects"), ROW_ORDER, COLUMN_ORDER, width=720)


def test_labels_move_above_their_cells_where_the_numbers_need_the_room() -> None:
    columns = [f"Column {number}" for number in range(13)]
    rows = [CellRow("Ho Chi Minh City", column, 120, "120") for column in columns]
    spec = heatmap(rows, HEAT_WORDS, ["Ho Chi Minh City"], columns, width=340)
    assert spec["padding"]["left"] == 0
    assert spec["width"] / 13 > text_width("120")


def test_more_columns_than_numbers_can_be_read_in_are_refused() -> None:
    columns = [f"Column {number}" for number in range(30)]
    rows = [CellRow("Seoul", column, 12, "12") for column in columns]
    with pytest.raises(BadUse, match="30 columns are too many for the numbers in 340 px"):
        heatmap(rows, HEAT_WORDS, ["Seoul"], columns, width=340)


# --- Agreement ------------------------------------------------------------------------------------------------------


@both_widths
def test_both_bounds_of_agreement_are_drawn_and_labelled(width: int) -> None:
    texts = json.dumps(alpha_dots(ALPHAS, ALPHA_WORDS, width=width))
    assert "0.667 tentative" in texts
    assert "0.800 reliable" in texts


def test_the_scale_of_alpha_ends_at_1_and_goes_below_zero_only_if_it_must() -> None:
    assert x_domain(alpha_dots(ALPHAS[:2], ALPHA_WORDS, width=720)) == [0, 1]
    assert x_domain(alpha_dots(ALPHAS, ALPHA_WORDS, width=720)) == [-0.4, 1]


def test_an_alpha_above_1_is_refused() -> None:
    with pytest.raises(BadUse, match=r"Stage, people: found 1\.2, 1; expected alpha ≤ 1"):
        alpha_dots([replace(ALPHAS[0], alpha=1.2)], ALPHA_WORDS, width=720)


# --- Text and ticks -------------------------------------------------------------------------------------------------

LABELS = [
    "암스테르담", "San Francisco", "Ho Chi Minh City", "ICT R&BD·비즈니스모델 창출", "306 / 1,088 · 28%", "5 (2–9)",
    "0.71 (0.58–0.82)", "Health, medical care and welfare", "Łódź, Malmö, Århus", "WWW MMM @@@ %%%", "il.,;'|!",
    "≥ 0.800 → €5",
]  # fmt: skip


@pytest.mark.parametrize("text", LABELS)
def test_the_estimated_width_of_a_text_is_what_the_font_says_or_a_little_more(text: str) -> None:
    with TTFont(font_folder() / "Pretendard-Regular.otf", lazy=True) as font:
        characters, widths = font.getBestCmap(), font["hmtx"].metrics
        tabular = 0.6145 * 2048  # the figures that tables use
        units = sum(tabular if c.isdigit() else widths[characters[ord(c)]][0] for c in text)
    real = units / 2048 * 13
    assert real <= text_width(text) <= 1.12 * real + 2


@given(st.text("가나다 ab·/-,WI", max_size=40), st.floats(15, 200))
def test_wrapping_keeps_every_letter_and_no_line_is_too_wide(text: str, width: float) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line) <= width for line in lines if len(line) > 1)


@given(st.floats(0.05, 1e7), st.floats(1, 12), st.sampled_from([0.0, 1.0]))
def test_ticks_are_round_rising_and_not_too_many(high: float, most: float, least: float) -> None:
    ticks = round_ticks(0, high, most, least)
    assert ticks[0] == 0
    assert ticks[-1] <= high * (1 + 1e-9)
    assert len(ticks) <= most + 1.01
    assert all(following - before >= max(least, 1e-9) for before, following in pairwise(ticks))


@given(st.integers(1, 60), st.floats(100, 600))
def test_ticks_of_ranks_keep_their_distance(last: int, pixels: float) -> None:
    ticks = rank_ticks(last, pixels)
    assert ticks[0] == 1
    assert all((following - before) * pixels / last >= 20 for before, following in pairwise(ticks))
