"""Charts as pictures: what they refuse, and laws of layout, order, scale, contrast and themes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
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
    ChangeRow,
    ChangeWords,
    HeatWords,
    MapRow,
    MapWords,
    Mark,
    PanelDot,
    PanelWords,
    Picture,
    RangeRow,
    RangeWords,
    RankRow,
    RankWords,
    ShareRow,
    ShareWords,
    SlopeRow,
    SlopeWords,
    StripRow,
    StripWords,
    TileRow,
    TileWords,
    alpha_dots,
    change_bars,
    circle_map,
    count_bars,
    coverage_tiles,
    dot_panels,
    heatmap,
    probability_strips,
    rank_intervals,
    rank_ranges,
    share_dots,
    slopes,
    text_width,
    wrap,
)
from dynapolis.report.charts.heatmaps import class_of
from dynapolis.report.charts.layout import round_ticks
from dynapolis.report.charts.ranks import rank_ticks
from dynapolis.report.charts.world_map import outlines
from dynapolis.report.checks import contrast
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

STRIPS = [
    StripRow("헬싱키", (0.62, 0.9, 1.0), ("60", "90", ">95")),
    StripRow("Busan", (0.0, 0.1, 0.4), ("<5", "10", "40")),
]
STRIP_WORDS = StripWords(("First", "Among five", "Among ten"), "In how many of 100 draws")
PANELS = [
    PanelDot("Seoul", "Activity", 40, "40", 30, 55),
    PanelDot("Seoul", "성숙도", None, "–"),
    PanelDot("부산", "Activity", 0, "0"),
    PanelDot("부산", "성숙도", 100, "100", 80, 120),
]
PANEL_WORDS = PanelWords("Score")
SLOPES = [
    SlopeRow("Seoul", (10, 20, 30), (40, 50, 60), "50%", True),
    SlopeRow("부산", (15, 25, 35), (20, 28, 36), "28%", False),
    SlopeRow("Oslo", (16, 26, 36), (20, 28, 36), "28%", False),
]
SLOPE_WORDS = SlopeWords("2019", "2022", "Share (%)", "Solid is clear,", "dashed is not.")
CHANGES = [
    ChangeRow("Newly listed", 12, "+12", 10, 14),
    ChangeRow("사라진 것", -5, "−5"),
    ChangeRow("Whole", 7, "+7", whole=True),
]
CHANGE_WORDS = ChangeWords("Change")
RANGES = [
    RangeRow("헬싱키", 2, {"coding": (1, 3), "chance": (2, 2)}, "2"),
    RangeRow("San Francisco", 1, {"coding": (1, 1), "chance": (1, 4)}, "1"),
]
RANGE_WORDS = RangeWords("Rank", "default", {"coding": "codes", "chance": "chance"})
MAPPED = [MapRow("Seoul", 37.57, 126.98, 69, "69", "#seoul"), MapRow("Santiago", -33.4, -70.7, 9, "9")]
MAP_WORDS = MapWords("Initiatives")
TILES = [
    TileRow("Seoul", "europe", None), TileRow("Seoul", "world", 56),
    TileRow("부산", "europe", 0), TileRow("부산", "world", 23),
]  # fmt: skip
TILE_WORDS = TileWords("Found", "·", "not searched")

Build = Callable[..., Picture]
BUILDERS: dict[str, Build] = {
    "rank_intervals": partial(rank_intervals, RANKS, RANK_WORDS),
    "share_dots": partial(share_dots, SHARES, SHARE_WORDS),
    "count_bars": partial(count_bars, BARS, BAR_WORDS),
    "heatmap": partial(heatmap, CELLS, HEAT_WORDS, ROW_ORDER, COLUMN_ORDER),
    "alpha_dots": partial(alpha_dots, ALPHAS, ALPHA_WORDS),
    "probability_strips": partial(probability_strips, STRIPS, STRIP_WORDS),
    "dot_panels": partial(dot_panels, PANELS, PANEL_WORDS, ["Seoul", "부산"], ["Activity", "성숙도"], high=100),
    "slopes": partial(slopes, SLOPES, SLOPE_WORDS),
    "change_bars": partial(change_bars, CHANGES, CHANGE_WORDS),
    "rank_ranges": partial(rank_ranges, RANGES, RANGE_WORDS),
    "circle_map": partial(circle_map, MAPPED, MAP_WORDS),
    "coverage_tiles": partial(coverage_tiles, TILES, TILE_WORDS, ["Seoul", "부산"], ["europe", "world"]),
}
EMPTY: dict[str, Build] = {
    "rank_intervals": partial(rank_intervals, [], RANK_WORDS),
    "share_dots": partial(share_dots, [], SHARE_WORDS),
    "count_bars": partial(count_bars, [], BAR_WORDS),
    "heatmap": partial(heatmap, [], HEAT_WORDS, ROW_ORDER, COLUMN_ORDER),
    "alpha_dots": partial(alpha_dots, [], ALPHA_WORDS),
    "probability_strips": partial(probability_strips, [], STRIP_WORDS),
    "dot_panels": partial(dot_panels, [], PANEL_WORDS, [], [], high=100),
    "slopes": partial(slopes, [], SLOPE_WORDS),
    "change_bars": partial(change_bars, [], CHANGE_WORDS),
    "rank_ranges": partial(rank_ranges, [], RANGE_WORDS),
    "circle_map": partial(circle_map, [], MAP_WORDS),
    "coverage_tiles": partial(coverage_tiles, [], TILE_WORDS, [], []),
}
every_builder = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
both_widths = pytest.mark.parametrize("width", [720, 340])


def of_tag(picture: Picture, tag: str) -> list[Mark]:
    return [mark for mark in picture.marks if mark.tag == tag]


def number_of(mark: Mark, name: str) -> float:
    return float(dict(mark.attributes)[name])


def spot(picture: Picture, text: str) -> Mark:
    """The one text of the picture that says this."""
    (found,) = [mark for mark in of_tag(picture, "text") if " ".join(mark.lines) == text]
    return found


def painted(picture: Picture, color: str, tag: str | None = None) -> list[Mark]:
    wanted = charts.color(color)
    return [
        mark for mark in picture.marks
        if (tag is None or mark.tag == tag) and wanted in (dict(mark.attributes).get(n) for n in ("fill", "stroke"))
    ]  # fmt: skip


def hatchings(picture: Picture) -> list[Mark]:
    """Slanted lines over a cell."""
    return [mark for mark in of_tag(picture, "path") if ("fill", "none") in mark.attributes]


# --- Every chart ----------------------------------------------------------------------------------------------------


@every_builder
@both_widths
def test_the_picture_is_exactly_as_wide_as_asked(build: Build, width: int) -> None:
    assert build(width=width).width == pytest.approx(width, abs=0.2)


@every_builder
@both_widths
def test_nothing_is_drawn_outside_the_picture(build: Build, width: int) -> None:
    picture = build(width=width)
    for mark in picture.marks:
        found = dict(mark.attributes)
        for across, down in (("x", "y"), ("cx", "cy"), ("x1", "y1"), ("x2", "y2")):
            if across in found:
                assert -0.2 <= picture.left + float(found[across]) <= picture.width + 0.2, mark
                assert -0.2 <= picture.top + float(found[down]) <= picture.height + 0.2, mark


@every_builder
def test_the_same_rows_give_the_same_picture(build: Build) -> None:
    assert build(width=720) == build(width=720)


@every_builder
def test_a_picture_that_is_too_narrow_is_refused(build: Build) -> None:
    with pytest.raises(BadUse, match="width of 200 px is too narrow"):
        build(width=200)


@pytest.mark.parametrize("build", EMPTY.values(), ids=EMPTY)
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
        partial(probability_strips, [*STRIPS, STRIPS[0]], STRIP_WORDS),
        partial(dot_panels, [*PANELS, PANELS[0]], PANEL_WORDS, ["Seoul", "부산"], ["Activity", "성숙도"], high=100),
        partial(slopes, [*SLOPES, SLOPES[0]], SLOPE_WORDS),
        partial(change_bars, [*CHANGES, CHANGES[0]], CHANGE_WORDS),
        partial(rank_ranges, [*RANGES, RANGES[0]], RANGE_WORDS),
        partial(circle_map, [*MAPPED, MAPPED[0]], MAP_WORDS),
        partial(coverage_tiles, [*TILES, TILES[0]], TILE_WORDS, ["Seoul", "부산"], ["europe", "world"]),
    ],
    ids=BUILDERS,
)
def test_a_row_given_twice_is_refused_by_name(build: Build) -> None:
    with pytest.raises(BadUse, match="given twice: "):
        build(width=720)


@every_builder
def test_links_name_their_row_and_their_value(build: Build) -> None:
    expected = {
        "#san-francisco": "San Francisco: 2.5 (1–4)", "#any": "Start-up support, any: 50 / 154 · 32%",
        "#seoul": "Seoul, Transport: 5",
    }  # fmt: skip
    links = build(width=720).links()
    assert links.items() <= (expected | {"#seoul": links.get("#seoul", "")}).items()
    assert links.get("#seoul") in (None, "Seoul, Transport: 5", "Seoul: 69")


# --- Look -----------------------------------------------------------------------------------------------------------

THEMES = pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize("ground", ["paper", "shade"])
def test_text_has_a_contrast_of_4_5_and_marks_have_3(theme: int, ground: str) -> None:
    behind = charts.PALETTE[ground][theme]
    assert all(contrast(charts.PALETTE[name][theme], behind) >= 4.5 for name in ("ink", "muted", "link"))
    assert all(contrast(charts.PALETTE[look.color][theme], behind) >= 3 for look in charts.LOOKS)
    assert contrast(charts.PALETTE["quiet"][theme], behind) >= 3


@THEMES
def test_numbers_in_cells_have_a_contrast_of_4_5(theme: int) -> None:
    for shade in range(1, 6):
        assert contrast(charts.PALETTE[f"on{shade}"][theme], charts.PALETTE[f"heat{shade}"][theme]) >= 4.5, shade


@THEMES
def test_classes_of_the_heatmap_go_steadily_away_from_the_paper_so_that_grey_shows_them(theme: int) -> None:
    paper = charts.PALETTE["paper"][theme]
    steps = [contrast(charts.PALETTE[f"heat{shade}"][theme], paper) for shade in range(1, 6)]
    assert all(later >= 1.25 * before for before, later in pairwise(steps)), steps


def test_series_differ_by_shape_and_neighbours_also_by_filling() -> None:
    assert len({look.shape for look in charts.LOOKS}) == len(charts.LOOKS)
    assert all(one.hollow != other.hollow for one, other in pairwise(charts.LOOKS))


@every_builder
def test_every_colour_is_one_of_the_palette_and_can_be_changed_by_the_page(build: Build) -> None:
    for mark in build(width=720).marks:
        for name, value in mark.attributes:
            if name in ("fill", "stroke") and value not in ("none", "#ffffff"):
                assert re.fullmatch(r"var\(--c-[a-z0-9]+,#[0-9a-f]{6}\)", value), value


def test_the_dark_theme_names_every_colour_of_the_palette() -> None:
    named = set(re.findall(r"--c-([a-z0-9]+):#[0-9a-f]{6};", charts.dark_variables()))
    assert named == set(charts.PALETTE)


# --- Rank intervals -------------------------------------------------------------------------------------------------


def test_forty_cities_fit_on_the_scale_with_rank_1_at_the_left() -> None:
    rows = [RankRow(f"City {n}", n, n, n, max(1, n - 3), min(40, n + 3), 1 + n // 15, f"{n}") for n in range(1, 41)]
    picture = rank_intervals(rows, RANK_WORDS, width=340)
    medians = [number_of(mark, "cx") for mark in of_tag(picture, "circle")[:40]]
    assert all(before < after for before, after in pairwise(medians))
    assert 0 < medians[0] < medians[-1] < picture.width - picture.left


def test_every_other_tier_is_shaded_and_every_tier_is_headed() -> None:
    picture = rank_intervals(RANKS, RANK_WORDS, width=720)
    assert len(painted(picture, "shade", "rect")) == 1
    bold = [mark.lines for mark in picture.marks if ("font-weight", "700") in mark.attributes]
    assert bold == [("Tier 1",), ("Tier 2",)]


def test_rows_of_ranks_leave_24_px_between_their_links() -> None:
    for width in (720, 340):
        heights = [number_of(spot(rank_intervals(RANKS, RANK_WORDS, width=width), row.label), "y") for row in RANKS]
        assert all(below - above >= 24 for above, below in pairwise(heights))


def test_the_two_intervals_are_drawn_from_their_ends() -> None:
    picture = rank_intervals([RANKS[1]], RANK_WORDS, width=720)
    lines = [mark for mark in painted(picture, "one", "line") if number_of(mark, "y1") > 0]
    thin, thick = sorted(lines, key=lambda mark: number_of(mark, "stroke-width"))
    per_rank = (number_of(thin, "x2") - number_of(thin, "x1")) / 3
    assert number_of(thick, "x2") - number_of(thick, "x1") == pytest.approx(per_rank, abs=0.2)


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
    picture = share_dots([SHARES[2]], ShareWords("Share", {"primary": "primary"}), width=720)
    (dot,) = of_tag(picture, "circle")
    assert number_of(dot, "cx") == 0


def test_a_series_without_a_name_is_refused() -> None:
    with pytest.raises(BadUse, match="no name is given for any"):
        share_dots(SHARES, ShareWords("Share", {"primary": "primary"}), width=720)


def test_more_series_than_looks_are_refused() -> None:
    names = {name: name for name in "abcde"}
    with pytest.raises(BadUse, match="5 series, but only 4 can be told apart"):
        share_dots([replace(SHARES[0], series="a")], ShareWords("Share", names), width=720)


def test_series_stand_in_the_order_of_their_names_under_a_label_in_the_order_of_the_rows() -> None:
    rows = [SHARES[2], SHARES[1], SHARES[0]]
    picture = share_dots(rows, SHARE_WORDS, width=720)
    heights = [number_of(spot(picture, row.text), "y") for row in (SHARES[2], SHARES[0], SHARES[1])]
    assert heights == sorted(heights)


def test_one_series_needs_no_key() -> None:
    with_key = share_dots(SHARES[:2], SHARE_WORDS, width=720)
    without = share_dots(SHARES[:1], ShareWords("Share", {"primary": "only one"}), width=720)
    assert "only one" not in without.texts()
    assert without.top < with_key.top


def test_long_labels_stand_above_their_rows_in_a_narrow_picture_only() -> None:
    rows = [replace(SHARES[0], label="Health, medical care and welfare")]
    words = ShareWords("Share", {"primary": "primary"})
    wide, narrow = (share_dots(rows, words, width=width) for width in (720, 340))
    assert number_of(of_tag(wide, "circle")[0], "cy") == pytest.approx(number_of(spot(wide, rows[0].text), "y"), abs=6)
    assert number_of(of_tag(narrow, "circle")[0], "cy") > number_of(spot(narrow, rows[0].text), "y") + 10


# --- Bars -----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.text("0123456789 ·%", max_size=25)), min_size=1, max_size=8),
    st.sampled_from([720, 340]),
)
def test_every_bar_and_the_text_after_it_end_inside_the_picture(bars: list[tuple[int, str]], width: int) -> None:
    rows = [BarRow(f"Bar {number}", count, text) for number, (count, text) in enumerate(bars)]
    picture = count_bars(rows, BAR_WORDS, width=width)
    room = picture.width - picture.left
    lengths = [number_of(mark, "width") for mark in painted(picture, "one", "rect")]
    for (_, text), length in zip(bars, lengths, strict=True):
        assert length + 8 + text_width(text) <= room + 0.2


def test_bars_start_at_zero_and_are_as_long_as_their_counts() -> None:
    rows = [BarRow("a", 10, "10"), BarRow("b", 40, "40")]
    bars = painted(count_bars(rows, BAR_WORDS, width=720), "one", "rect")
    assert [number_of(bar, "x") for bar in bars] == [0, 0]
    assert number_of(bars[1], "width") == pytest.approx(4 * number_of(bars[0], "width"), abs=0.3)


def test_the_interval_of_a_bar_is_set_off_from_it_by_paper() -> None:
    picture = count_bars([BARS[1]], BAR_WORDS, width=720)
    (gap,) = painted(picture, "paper", "line")
    after = picture.marks[picture.marks.index(gap) + 1]
    assert ("stroke", charts.color("ink")) in after.attributes
    assert number_of(gap, "stroke-width") > number_of(after, "stroke-width")


def test_what_stands_apart_from_the_order_is_hollow() -> None:
    (hollow,) = painted(count_bars(BARS, BAR_WORDS, width=720), "quiet", "rect")
    assert ("fill", charts.color("paper")) in hollow.attributes


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(BadUse, match="Pilot: found 0, -1; expected 0 ≤ count"):
        count_bars([replace(BARS[0], count=-1)], BAR_WORDS, width=720)


def test_counts_of_nothing_but_zero_are_drawn() -> None:
    assert "0" in count_bars([BarRow("Pilot", 0, "0")], BAR_WORDS, width=720).texts()


# --- Heatmap and tiles ----------------------------------------------------------------------------------------------


def test_rows_and_columns_of_the_heatmap_stand_in_the_given_orders() -> None:
    picture = heatmap(CELLS, HEAT_WORDS, ROW_ORDER, COLUMN_ORDER, width=720)
    assert number_of(spot(picture, "부산"), "y") < number_of(spot(picture, "Seoul"), "y")
    assert number_of(spot(picture, "Transport"), "x") < number_of(spot(picture, "교육"), "x")


def test_classes_are_equal_parts_up_to_the_greatest_value() -> None:
    assert [class_of(value, 10) for value in (0, 1, 2, 3, 4, 9, 10)] == [0, 1, 1, 2, 2, 5, 5]
    assert class_of(None, 10) == -1


def test_every_cell_prints_its_number_and_one_that_was_not_surveyed_is_hatched() -> None:
    picture = heatmap(CELLS, HEAT_WORDS, ROW_ORDER, COLUMN_ORDER, width=720)
    assert {"5", "0", "1", "…"} <= set(picture.texts())
    assert len(hatchings(picture)) == 1
    assert "… not surveyed" in picture.texts()


def test_a_tile_tells_found_from_searched_in_vain_from_not_searched() -> None:
    picture = coverage_tiles(TILES, TILE_WORDS, ["Seoul", "부산"], ["europe", "world"], width=720)
    assert {"56", "23", "0", "·", "· not searched"} <= set(picture.texts())
    assert len(hatchings(picture)) == 1


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
    picture = heatmap(rows, HEAT_WORDS, ["Ho Chi Minh City"], columns, width=340)
    assert picture.left == 0
    assert picture.width / 13 > text_width("120")


def test_more_columns_than_numbers_can_be_read_in_are_refused() -> None:
    columns = [f"Column {number}" for number in range(30)]
    rows = [CellRow("Seoul", column, 12, "12") for column in columns]
    with pytest.raises(BadUse, match="30 columns are too many for the numbers in 340 px"):
        heatmap(rows, HEAT_WORDS, ["Seoul"], columns, width=340)


# --- Agreement ------------------------------------------------------------------------------------------------------


@both_widths
def test_both_bounds_of_agreement_are_drawn_and_labelled(width: int) -> None:
    texts = alpha_dots(ALPHAS, ALPHA_WORDS, width=width).texts()
    assert "0.667 tentative" in texts
    assert "0.800 reliable" in texts


def test_the_scale_of_alpha_ends_at_1_and_goes_below_zero_only_if_it_must() -> None:
    assert "-0.4" not in alpha_dots(ALPHAS[:2], ALPHA_WORDS, width=720).texts()
    low = alpha_dots(ALPHAS, ALPHA_WORDS, width=720)
    assert "-0.4" in low.texts()
    assert {"0.0", "1.0"} <= set(low.texts())


def test_an_alpha_above_1_is_refused() -> None:
    with pytest.raises(BadUse, match=r"Stage, people: found 1\.2, 1; expected alpha ≤ 1"):
        alpha_dots([replace(ALPHAS[0], alpha=1.2)], ALPHA_WORDS, width=720)


# --- Probabilities --------------------------------------------------------------------------------------------------


def test_a_bar_is_as_long_as_its_probability() -> None:
    picture = probability_strips(STRIPS, STRIP_WORDS, width=720)
    frames = painted(picture, "pale", "rect")
    bars = painted(picture, "one", "rect")
    assert len(frames) == 6
    assert len(bars) == 5  # a probability of zero has no bar
    shares = [number_of(bar, "width") / number_of(frames[0], "width") for bar in bars]
    assert shares == pytest.approx([0.62, 0.9, 1.0, 0.1, 0.4], abs=0.01)


def test_a_probability_above_1_and_a_missing_one_are_refused() -> None:
    with pytest.raises(BadUse, match="expected 0 ≤ probability ≤ 1"):
        probability_strips([replace(STRIPS[0], probabilities=(62, 0.9, 1.0))], STRIP_WORDS, width=720)
    with pytest.raises(BadUse, match="2 probabilities for 3 headings"):
        probability_strips([StripRow("Oslo", (0.1, 0.2), ("10", "20"))], STRIP_WORDS, width=720)


# --- Panels ---------------------------------------------------------------------------------------------------------


def test_every_panel_has_the_same_scale_and_the_rows_the_same_order() -> None:
    picture = BUILDERS["dot_panels"](width=720)
    dots = of_tag(picture, "circle")
    seoul, zero, full = (number_of(dot, "cx") for dot in dots)
    step = (picture.width - picture.left) / 2
    assert seoul - zero == pytest.approx(0.4 * (full - zero - step), abs=0.3)
    assert number_of(dots[0], "cy") < number_of(dots[1], "cy")
    assert "–" in picture.texts()  # no value is a sign, not a zero


def test_a_value_outside_the_scale_and_a_missing_dot_are_refused() -> None:
    with pytest.raises(BadUse, match="expected 0 ≤ value ≤ 100"):
        dot_panels([PanelDot("a", "b", 101, "101")], PANEL_WORDS, ["a"], ["b"], high=100, width=720)
    with pytest.raises(BadUse, match="not one dot for every row and panel"):
        dot_panels(PANELS[:3], PANEL_WORDS, ["Seoul", "부산"], ["Activity", "성숙도"], high=100, width=720)


# --- Two editions ---------------------------------------------------------------------------------------------------


def test_what_did_not_change_clearly_is_grey_and_dashed() -> None:
    picture = slopes(SLOPES, SLOPE_WORDS, width=720)
    dashed = [mark for mark in picture.marks if "stroke-dasharray" in dict(mark.attributes)]
    assert len(dashed) == 2
    assert all(("stroke", charts.color("quiet")) in mark.attributes for mark in dashed)


def test_names_of_equal_cities_do_not_lie_on_each_other() -> None:
    rows = [SlopeRow(f"City {n}", (10, 20, 30), (20, 28, 36), "28%", False) for n in range(20)]
    picture = slopes(rows, SLOPE_WORDS, width=720)
    heights = sorted(number_of(spot(picture, f"City {n} 28%"), "y") for n in range(20))
    assert all(below - above >= 14 for above, below in pairwise(heights))


def test_bars_of_change_go_to_both_sides_of_zero_and_the_whole_is_hollow() -> None:
    picture = change_bars(CHANGES, CHANGE_WORDS, width=720)
    (raised,), (lowered,) = painted(picture, "one", "rect"), painted(picture, "two", "rect")
    zero = number_of(raised, "x")
    assert number_of(lowered, "x") + number_of(lowered, "width") == pytest.approx(zero, abs=0.2)
    assert number_of(raised, "width") == pytest.approx(number_of(lowered, "width") * 12 / 5, rel=0.02)
    (whole,) = painted(picture, "ink", "rect")
    assert ("fill", charts.color("paper")) in whole.attributes


# --- Robustness -----------------------------------------------------------------------------------------------------


def test_every_source_has_its_own_thickness_so_that_grey_shows_it() -> None:
    picture = rank_ranges(RANGES, RANGE_WORDS, width=720)
    codes, chance = ({number_of(m, "stroke-width") for m in painted(picture, c, "line")} for c in ("one", "two"))
    assert codes.isdisjoint(chance)


def test_a_range_of_no_width_is_still_seen() -> None:
    picture = rank_ranges(RANGES, RANGE_WORDS, width=720)
    assert all(number_of(m, "x2") - number_of(m, "x1") >= 1.9 for m in painted(picture, "two", "line"))


# --- Map ------------------------------------------------------------------------------------------------------------


def test_the_area_of_a_circle_is_its_number() -> None:
    picture = circle_map([replace(MAPPED[0], value=64), replace(MAPPED[1], value=16)], MAP_WORDS, width=720)
    big, small = (number_of(mark, "r") for mark in of_tag(picture, "circle")[:2])
    assert big / small == pytest.approx(2, rel=0.02)


def test_cities_stand_where_they_are() -> None:
    rows = [
        MapRow("Seoul", 37.6, 127.0, 1, "1"),
        MapRow("Oslo", 59.9, 10.7, 1, "1"),
        MapRow("Santiago", -33.4, -70.7, 1, "1"),
    ]
    marks = of_tag(circle_map(rows, MAP_WORDS, width=720), "circle")[:3]
    names = sorted(row.label for row in rows)
    spots = {name: (number_of(m, "cx"), number_of(m, "cy")) for name, m in zip(names, marks, strict=True)}
    assert spots["Santiago"][0] < spots["Oslo"][0] < spots["Seoul"][0]
    assert spots["Oslo"][1] < spots["Seoul"][1] < spots["Santiago"][1]


def test_the_outlines_are_closed_rings_on_the_globe_without_a_seam() -> None:
    rings = outlines()
    assert len(rings) > 100
    for ring in rings:
        assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in ring)
        assert ring[0] == pytest.approx(ring[-1], abs=0.02)
    assert sum(file.stat().st_size for file in (font_folder().parent / "maps").iterdir()) < 300 * 1024


def test_a_place_off_the_globe_is_refused() -> None:
    with pytest.raises(BadUse, match="latitude"):
        circle_map([replace(MAPPED[0], latitude=126.98)], MAP_WORDS, width=720)


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
