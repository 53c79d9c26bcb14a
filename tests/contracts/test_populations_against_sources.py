"""The populations we ship say the same as the files they were read from, row by row, and leave none out.

The published files are read here by other means than by the tool that made ``population.csv``; where they do not lie
beside the repository (``../shared/data``), those tests are skipped with the reason.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from dynapolis.model.population import Population, PopulationBasis
from dynapolis.store.content import ContentPaths, read_index_spec, read_places, read_population

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
WUP = DATA / "un-wup2018" / "WUP2018-F12-Cities_Over_300K.xls"
UNSD = DATA / "unsd-city-population" / "unsd-citypopulation-year-both.csv.gz"
GEONAMES = DATA / "geonames" / "cities15000.zip"

PATHS = ContentPaths.default()
POPULATIONS = read_population(PATHS.population)
CITIES = read_places(PATHS.places).cities
each_city = pytest.mark.parametrize("city", [city.id for city in CITIES])


def rows_of(source: str) -> list[Population]:
    return [row for row in POPULATIONS.rows if row.source == source]


def there(path: Path) -> Path:
    """A published file; skips where it is absent."""
    if not path.is_file():
        reason = f"{path.name} not found: put it into ../shared/data/{path.parent.name} to compare with the source."
        print(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="module")
def wup() -> list[dict[str, Any]]:
    sheet = list(load_workbook(there(WUP)).get_sheet_by_name("Data").iter_rows())
    header = next(n for n, row in enumerate(sheet) if row[0] == "Index")
    names = [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in sheet[header]]
    return [dict(zip(names, row, strict=True)) for row in sheet[header + 1 :]]


@pytest.fixture(scope="module")
def unsd() -> list[list[str]]:
    """The whole file as lines of cells, footnotes and all."""
    return list(csv.reader(io.StringIO(gzip.decompress(there(UNSD).read_bytes()).decode("utf-8"))))


# What the files are


def test_file_12_has_1860_agglomerations_of_which_several_share_a_name(wup: list[dict[str, Any]]) -> None:
    assert len(wup) == 1860
    named = Counter(row["Urban Agglomeration"] for row in wup)
    assert named["Santiago"] == named["London"] == 2


def test_the_17224_rows_of_unsd_are_17059_populations_and_165_lines_of_footnotes(unsd: list[list[str]]) -> None:
    """The README counts every line below the header; its 4,502nd city is a scrap of a footnote, or the empty name."""
    below = unsd[1:]
    assert len(below) == 17_224
    end = next(n for n, row in enumerate(below) if row[0] == "footnoteSeqID")
    table, notes = below[: end - 1], below[end + 1 :]
    assert (len(table), len(notes)) == (17_059, 163)
    assert not any(below[end - 1])
    assert len({row[4] for row in table}) == 4_501
    assert {row[4] for row in below} - {row[4] for row in table} == {"", "based"}
    assert len({(row[0], row[4]) for row in table}) == 4_533, "cities of one name in several countries"


def test_footnote_numbers_that_lost_their_commas_are_all_of_three_digits_each(unsd: list[list[str]]) -> None:
    marks = {mark for row in unsd[1:17_060] for mark in row[10].split(",") if mark}
    joined = {mark for mark in marks if int(mark) > 163}
    assert len(joined) == 39
    assert all(len(mark) % 3 == 0 for mark in joined)
    assert all(100 <= int(part) <= 163 for mark in joined for part in re.findall("...", mark))


# Every row is a row of the file, and every row of the file is there


def test_every_agglomeration_figure_is_the_cell_it_says(wup: list[dict[str, Any]]) -> None:
    by_code = {f"city code {row['City Code']:.0f}": row for row in wup}
    shipped = rows_of("un_wup2018")
    assert len(shipped) == 18 * 41
    for row in shipped:
        printed = by_code[row.locator]
        assert (row.source_name, row.source_country) == (printed["Urban Agglomeration"], printed["Country or area"])
        assert row.value == pytest.approx(printed[str(row.year)] * 1000, abs=0.5)
        assert row.definition == "agglomeration"
        assert row.is_projection == (row.year >= 2020)
        assert bool(row.footnote) == (printed["Note"] != "")


def test_every_reported_figure_is_the_line_it_says_and_none_of_a_linked_name_is_left_out(
    unsd: list[list[str]],
) -> None:
    types = {"city_proper": "City proper", "agglomeration": "Urban agglomeration"}
    shipped = rows_of("unsd")
    for row in shipped:
        line = unsd[int(row.locator.removeprefix("row ")) - 1]
        assert line[:8] == [
            row.source_country, str(row.year), "Total", "Both Sexes", row.source_name, types[row.definition],
            row.record_type, row.reliability,
        ]  # fmt: skip
        assert line[8] == str(row.source_year)
        assert float(line[9]) == pytest.approx(row.value, abs=0.001), (
            "only the noise of binary fractions is rounded off"
        )
        assert (row.footnote or "").count(" | ") + bool(row.footnote) == len(re.findall(r"\d{1,3}", line[10]))
    linked = {(link.country, link.name) for link in POPULATIONS.links if link.source == "unsd"}
    assert len(linked) == 39
    assert len(shipped) == sum((line[0], line[4]) in linked for line in unsd[1:17_060]) == 365


def test_every_place_figure_is_the_one_of_the_gazetteer() -> None:
    with zipfile.ZipFile(there(GEONAMES)) as archive:
        lines = archive.read("cities15000.txt").decode("utf-8").splitlines()
    printed = {fields[0]: fields for fields in (line.split("\t") for line in lines)}
    for row in rows_of("geonames"):
        fields = printed[row.locator.removeprefix("geonameid ")]
        assert (row.source_name, row.source_country, row.value) == (fields[1], fields[8], float(fields[14]))


# Links


def test_every_linked_name_is_printed_exactly_once_by_file_12(wup: list[dict[str, Any]]) -> None:
    for link in POPULATIONS.links:
        if link.source == "un_wup2018":
            found = [row for row in wup if f"{row['City Code']:.0f}" == link.code]
            assert [(row["Country or area"], row["Urban Agglomeration"]) for row in found] == [
                (link.country, link.name)
            ], link.city_id


@pytest.mark.parametrize(
    ("city", "source", "country", "name"),
    [
        ("santiago", "un_wup2018", "Chile", "Santiago"),
        ("santiago", "unsd", "Chile", "SANTIAGO"),
        ("london", "un_wup2018", "United Kingdom", "London"),
        ("new-york", "un_wup2018", "United States of America", "New York-Newark"),
        ("new-york", "unsd", "United States of America", "New York (NY)"),
        ("osaka", "un_wup2018", "Japan", "Kinki M.M.A. (Osaka)"),
        ("osaka", "unsd", "Japan", "Osaka"),
        ("seoul", "un_wup2018", "Republic of Korea", "Seoul"),
        ("busan", "unsd", "Republic of Korea", "Busan (Pusan)"),
        ("taipei", "un_wup2018", "China, Taiwan Province of China", "Taibei"),
        ("tel-aviv", "un_wup2018", "Israel", "Tel Aviv-Yafo (Tel Aviv-Jaffa)"),
    ],
)
def test_a_name_that_could_be_mistaken_is_the_right_one(city: str, source: str, country: str, name: str) -> None:
    found = [link for link in POPULATIONS.links if (link.city_id, link.source) == (city, source)]
    assert [(link.country, link.name) for link in found] == [(country, name)]


def test_only_dubai_and_taipei_are_not_in_unsd() -> None:
    have = {link.city_id for link in POPULATIONS.links if link.source == "unsd"}
    assert {city.id for city in CITIES} - have == {"dubai", "taipei"}


# The choice of one


@each_city
def test_every_city_has_the_population_that_the_shipped_index_asks_for(city: str) -> None:
    for basis in read_index_spec(PATHS.index).denominator.bases:
        chosen = POPULATIONS.choose(city, basis)
        assert chosen is not None and chosen.year == basis.year, basis


def test_of_several_figures_of_one_year_a_complete_count_is_taken() -> None:
    """Vienna 2011: a count of 1,714,227 and an estimate of 1,714,142."""
    basis = PopulationBasis(definition="city_proper", source="unsd", year=2011, within_years=0)
    values = {row.value for row in rows_of("unsd") if (row.city_id, row.year) == ("vienna", 2011)}
    assert values == {1_714_227.0, 1_714_142.0}
    chosen = POPULATIONS.choose("vienna", basis)
    assert chosen is not None and chosen.value == 1_714_227.0


def test_of_two_estimates_of_one_year_the_later_source_is_taken() -> None:
    """Zurich 2009: 361,689 as told in 2009, 366,765 as told in 2010."""
    basis = PopulationBasis(definition="city_proper", source="unsd", year=2009, within_years=0)
    chosen = POPULATIONS.choose("zurich", basis)
    assert chosen is not None and (chosen.value, chosen.source_year) == (366_765.0, 2010)


def test_cities_that_no_source_counts_so_have_no_value_of_another_kind() -> None:
    basis = PopulationBasis(definition="city_proper", source="unsd", year=2011, within_years=2)
    none = {city.id for city in CITIES if POPULATIONS.choose(city.id, basis) is None}
    assert none == {"dubai", "london", "shanghai", "shenzhen", "stockholm", "taipei"}
