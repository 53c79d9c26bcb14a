"""Every published list beside the repository opens, and holds as many entries as its README says.

Where the README counts otherwise, ``why`` explains the difference. The files are read from ``../shared/data``; where
that folder is absent the tests are skipped with the reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import list_tables, open_table

DATA = Path(__file__).parents[4] / "shared" / "data"
GEONAMES = (
    "geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code",
    "country", "cc2", "admin1", "admin2", "admin3", "admin4", "population", "elevation", "dem", "timezone", "modified",
)  # fmt: skip


class Published(NamedTuple):
    """A file, how it is laid out where that must be said, its entries, and how many of them are faulty."""

    path: str
    entries: int
    columns: int
    layout: dict[str, Any] = {}  # noqa: RUF012
    wrong: int = 0
    delimiter: str = ""
    why: str = ""


FP7, H2020, HE = "cordis-fp7", "cordis-h2020", "cordis-he"
HORIZON = "derived/cordis-HORIZONprojects-csv.SUBSET-RESERIALISED.zip"
HEADS = f"{HE}/heads-100rows-2025"
HOPON = f"{HE}/hopon-2025-2026"
OFFICIAL = f"{HE}/official-2025-03"
FILES = (
    Published(
        "australia-ncpf/cities.csv", 22, 176, delimiter="comma",
        why="the last four of its 180 columns have neither name nor value",
    ),
    Published("australia-ncpf/metaData_file.csv", 53, 3, delimiter="comma"),
    Published("australia-ncpf/smartCitiesData.json", 22, 64),
    Published("city-crosswalk-geonames/DBCity.csv.gz", 19_140, 14, delimiter="comma"),
    Published("city-crosswalk-geonames/typed_towns.csv.gz", 6_965, 5, delimiter="comma"),
    Published("city-networks-etmun/ETMUN_Membership_GNidCorr.csv.gz", 17_333, 22, delimiter="comma"),
    Published("city-networks-etmun/ETMUN_Organisations.no-contacts.csv", 58, 19, delimiter="comma"),
    Published("cordis-citizen-science/cordis_projects_and_participants.csv.gz", 257, 32, delimiter="comma"),
    Published(f"{FP7}/sod16-2016/fp7org_sod16.csv.gz", 31_055, 10, delimiter="semicolon"),
    Published(f"{FP7}/sod16-2016/fp7edges_sod16.tsv.gz", 135_670, 2, delimiter="tab"),
    Published(f"{FP7}/marzee-2014/projects_big.json.gz", 1_000, 11),
    Published(f"{FP7}/marzee-2014/projects_1000.json.gz", 1_000, 12),
    Published(f"{FP7}/official-format/fp7_test_projects.csv.gz", 59, 15, delimiter="semicolon"),
    Published(f"{FP7}/official-format/fp7_projects_shortened.csv.gz", 25, 15, delimiter="semicolon"),
    Published(f"{H2020}/eunets-2020-12/h2020.csv.gz", 144_726, 15, delimiter="comma"),
    Published(f"{H2020}/eunets-2020-12/programme_parts.csv.gz", 37_441, 2, delimiter="comma"),
    Published(f"{H2020}/sod16-2016/projects.tsv.gz", 7_574, 16, delimiter="tab"),
    Published(f"{H2020}/sod16-2016/edges.tsv.gz", 31_868, 2, delimiter="tab"),
    Published(f"{H2020}/sod16-2016/unique_org.tsv.gz", 12_326, 8, delimiter="tab"),
    Published(f"{H2020}/rcn_title_teaser.json.gz", 9_855, 3),
    Published(f"{H2020}/reference/cordisref-H2020programmes.csv.gz", 1_223, 5, delimiter="semicolon"),
    Published(f"{H2020}/reference/cordisref-H2020topics.csv.gz", 1_579, 5, delimiter="semicolon"),
    Published(f"{H2020}/reference/cordisref-organizationActivityType.csv.gz", 5, 4, delimiter="semicolon"),
    Published(f"{H2020}/reference/cordisref-sicCode.csv.gz", 420, 4, delimiter="semicolon"),
    Published(f"{H2020}/official-format/cordis-h2020projects.sample-2017.csv", 4, 21, delimiter="semicolon"),
    Published(f"{OFFICIAL}/legalBasis.csv.gz", 20_512, 4, delimiter="semicolon"),
    Published(
        f"{OFFICIAL}/topics.csv.gz", 15_341, 3, wrong=2, delimiter="semicolon",
        why="two titles hold quotation marks that the publisher did not double",
    ),
    Published(
        f"{OFFICIAL}/reportSummaries.csv.gz", 3_521, 7, wrong=6, delimiter="semicolon",
        why="six titles hold quotation marks that the publisher did not double",
    ),
    Published(f"{OFFICIAL}/webItem.csv.gz", 4, 7, delimiter="semicolon"),
    Published(f"{OFFICIAL}/euroSciVoc.xlsx", 38_789, 5),
    Published(f"{OFFICIAL}/legalBasis.xlsx", 20_512, 4),
    Published(f"{OFFICIAL}/topics.xlsx", 15_341, 3),
    Published(f"{OFFICIAL}/webLink.xlsx", 21_440, 9),
    Published(f"{OFFICIAL}/reportSummaries.xlsx", 3_521, 7),
    Published(f"{HE}/official-2026-04/euroSciVoc.xlsx", 43_285, 5),
    Published(f"{HE}/official-2026-04/topics.xlsx", 20_337, 3),
    Published(f"{HE}/official-2024/legalBasis.csv.gz", 16_361, 4, delimiter="semicolon"),
    Published(f"{HE}/official-2024/topics.csv.gz", 12_165, 3, delimiter="semicolon"),
    Published(f"{HE}/official-2024/webLink.csv.gz", 7_069, 9, delimiter="semicolon"),
    Published(f"{HOPON}/projects.5aa88e7.psv.gz", 1_022, 14, delimiter="pipe"),
    Published(f"{HOPON}/orgs.268f495.psv.gz", 11_734, 12, delimiter="pipe"),
    Published(f"{HEADS}/deliverables_df_100.csv", 100, 10, delimiter="comma"),
    Published(f"{HEADS}/euroSciVoc_df_100.csv", 100, 4, delimiter="comma"),
    Published(f"{HEADS}/legalBasis_df_100.csv", 100, 4, delimiter="comma"),
    Published(f"{HEADS}/organization_df_100.csv", 100, 24, delimiter="comma"),
    Published(f"{HEADS}/project_df_100.csv", 100, 19, delimiter="comma"),
    Published(f"{HEADS}/summaries_df_100.csv", 100, 7, delimiter="comma"),
    Published(f"{HEADS}/topics_df_100.csv", 100, 3, delimiter="comma"),
    Published(f"{HEADS}/webLink_df_100.csv", 100, 7, delimiter="comma"),
    Published("cordis-pic-ror/pic_mapping.csv.gz", 11_162, 4, delimiter="comma"),
    Published("derived/pic_register.csv.gz", 34_265, 6, delimiter="comma"),
    Published("derived/h2020_participations_located.csv.gz", 144_726, 12, delimiter="comma"),
    Published("derived/h2020_projects.csv.gz", 31_451, 17, delimiter="comma"),
    Published("derived/fp7_projects.csv.gz", 25_778, 9, delimiter="comma"),
    Published("derived/fp7_briefs.csv.gz", 6_910, 6, delimiter="comma"),
    Published(HORIZON, 1_217, 19, {"member": "project.csv"}, delimiter="semicolon"),
    Published(HORIZON, 12_619, 24, {"member": "organization.csv"}, delimiter="semicolon"),
    Published("derived/smart_city_projects_keyword_hits.csv", 141, 13, delimiter="comma"),
    Published("derived/counts_by_city.csv", 40, 9, delimiter="comma"),
    Published("derived/city_spelling_variants.csv", 442, 7, delimiter="comma"),
    Published("derived/city_near_misses.csv", 331, 5, delimiter="comma"),
    Published("derived/city_homonyms_other_country.csv", 9, 4, delimiter="comma"),
    Published("dsi4eu-CC-BY-NC-SA/organisations2.json.gz", 1_228, 18),
    Published("dsi4eu-CC-BY-NC-SA/projects2.json.gz", 829, 18),
    Published("eurostat-nuts3-gdp/estat_nama_10r_3gdp.tsv.gz", 12_453, 24, delimiter="tab"),
    Published("forskningsradet-eu-grants/dataset.csv.gz", 2_931, 44, delimiter="semicolon"),
    Published("forskningsradet-eu-grants/fields.csv", 44, 3, delimiter="comma"),
    Published("geonames/cities15000.zip", 33_711, 19, {"columns": GEONAMES}, delimiter="tab"),
    Published("geonames/world-cities.csv.gz", 34_032, 4, delimiter="comma"),
    Published("interreg-keep/keep_closed_1420.xlsx", 1_891, 49),
    Published("interreg-keep/keep_closed_1420.xlsx", 8_621, 15, {"sheet": "Partners"}),
    Published("interreg-keep/keep_closed_1420.xlsx", 138, 5, {"sheet": "Calls"}),
    Published(
        "interreg-keep/keep_closed_1420_Partnership.csv.gz", 8_621, 15, delimiter="semicolon",
        why="its cells with line breaks are quoted after all; only a reader of single lines finds them broken",
    ),
    Published("interreg-sweden/rawdata.json.gz", 1_196, 20),
    Published("ips-x/cases.csv", 853, 25, delimiter="comma"),
    Published("ips-x/cases_2022-08.csv", 385, 20, delimiter="comma"),
    Published("oecd-metro-2008/Dataset.csv", 132, 27, delimiter="comma"),
    Published("register-europe/register.csv", 267, 32, delimiter="comma"),
    Published("register-europe/second_coder.csv", 267, 14, delimiter="comma"),
    Published("register-world/register.csv", 227, 32, delimiter="comma"),
    Published("register-world/second_coder.csv", 227, 14, delimiter="comma"),
    Published("starter/register.csv", 292, 22, delimiter="comma"),
    Published("starter/adjudicated.csv", 292, 21, delimiter="comma"),
    Published("starter/second_coder.csv", 292, 14, delimiter="comma"),
    Published("un-wup2018/WUP2018-F12-Cities_Over_300K.xls", 1_860, 26, {"header_row": 17}),
    Published(
        "unsd-city-population/unsd-citypopulation-year-both.csv.gz", 17_223, 11, delimiter="comma",
        why="the README counts the empty line before the footnotes too",
    ),
    Published("urbact/UrbactNetworks_complete_V2.csv", 172, 19, delimiter="semicolon"),
    Published("urbact/URBACT_Membership_GNidCorr_complete_V2.csv", 1_510, 19, delimiter="semicolon"),
    Published("urbact/BdCitiesUrbact_Code_UMZ_LAU2.csv", 765, 25, delimiter="semicolon"),
    Published("urbmobai/cityweb20250910_check.json", 41, 12),
    Published("urbmobai/euumo20250731_check.json", 7, 12),
)  # fmt: skip


def need(path: str) -> Path:
    if not (DATA / path).is_file():
        pytest.skip(f"{path} does not lie in shared/data beside the repository")
    return DATA / path


def read(path: str, **layout: Any) -> list[dict[str, str]]:
    with open_table(need(path), Layout(**layout)) as table:
        return [dict(zip(table.header, entry.cells, strict=True)) for entry in table.entries]


@pytest.mark.parametrize("file", FILES, ids=lambda file: "-".join([file.path, *map(str, file.layout.values())][:2]))
def test_a_published_file_holds_what_its_readme_says(file: Published) -> None:
    with open_table(need(file.path), Layout(**file.layout)) as table:
        entries = list(table.entries)
        decisions = {decision.what: decision.value for decision in table.decisions}
    assert len(entries) == file.entries
    assert len(table.header) == file.columns == len(set(table.header))
    assert sum(bool(entry.wrong) for entry in entries) == file.wrong
    assert {len(entry.cells) for entry in entries} == {file.columns}
    assert decisions.get("delimiter", "") == file.delimiter
    assert [entry.line for entry in entries] == sorted({entry.line for entry in entries})


def test_no_published_list_is_left_out() -> None:
    if not DATA.is_dir():
        pytest.skip("no shared/data beside the repository")
    told = {file.path for file in FILES}
    others = {
        str(path.relative_to(DATA))
        for path in DATA.rglob("*.*")
        if path.is_file() and path.name != "README.md" and not path.name.endswith(".README.md")
    } - told
    names = {path for path in others if not path.startswith((f"{FP7}/dw-2018/", f"{HOPON}/"))}
    assert names == {
        "MANIFEST.csv",
        f"{FP7}/sod16-2016/fp7orgs.with-merge-conflict.csv.gz",
        "smart-city-tracker-us/data202201-202603.zip",
        "urbmobai/cityweb20250827_check.json",
        "urbmobai/cityweb20250828_check.json",
        "urbmobai/cityweb20250829_check.json",
        "urbmobai/manifest.json",
    }


def test_all_versions_of_the_hop_on_cut_are_divided_by_pipes() -> None:
    folder = need(f"{HOPON}/orgs.268f495.psv.gz").parent
    for path in sorted(folder.iterdir()):
        with open_table(path, Layout()) as table:
            assert sum(1 for entry in table.entries if not entry.wrong) > 30, path.name
            assert "pipe" in {decision.value for decision in table.decisions}


def test_monthly_files_of_one_zip_are_read_one_after_another_and_each_entry_says_its_month() -> None:
    entries = read("smart-city-tracker-us/data202201-202603.zip", member="data*.js")
    months = {entry["_member"] for entry in entries}
    assert len(months) == 51
    assert min(months) == "data202201.js"
    assert 51 * 120 < len(entries) < 51 * 200
    assert entries[0]["properties.title"] == "New York, NY"
    assert entries[0]["geometry.coordinates"] == "-74.005973;40.712775"


def test_participants_inside_projects_become_entries() -> None:
    projects = read(f"{FP7}/marzee-2014/projects_big.json.gz")
    entries = read(f"{FP7}/marzee-2014/projects_big.json.gz", explode="participants")
    assert sum(len(json.loads(project["participants"] or "[]")) or 1 for project in projects) == len(entries)
    assert entries[0]["participants.name"] == "CENTRO RICERCHE FIAT SCPA"
    assert {entry["id"] for entry in entries} == {project["id"] for project in projects}


def test_the_official_workbook_and_the_official_csv_say_the_same() -> None:
    """The CSV breaks where a title holds quotation marks; the likeliest cells equal those of the workbook."""
    for name in ("legalBasis", "topics", "reportSummaries"):
        assert read(f"{OFFICIAL}/{name}.csv.gz") == read(f"{OFFICIAL}/{name}.xlsx"), name


def test_the_partners_of_keep_are_the_same_in_csv_and_workbook() -> None:
    partners = read("interreg-keep/keep_closed_1420.xlsx", sheet="Partners")
    saved = read("interreg-keep/keep_closed_1420_Partnership.csv.gz")
    assert [row["Project Partner"] for row in saved] == [row["Project Partner"] for row in partners]
    assert [row["Town"] for row in saved] == [row["Town"] for row in partners]


def test_the_partners_of_keep_read_line_by_line_break_in_142_lines_38_of_them_empty() -> None:
    """The README counts 141. Read as quoted cells the same file has no broken entry at all."""
    with open_table(need("interreg-keep/keep_closed_1420_Partnership.csv.gz"), Layout(quote="")) as table:
        wrong = [entry for entry in table.entries if entry.wrong]
    assert len(wrong) == 142 - 38
    assert wrong[0].wrong.endswith("the header has 15")


def test_the_file_with_marks_of_a_git_conflict_names_their_lines() -> None:
    with (
        pytest.raises(BadInput) as raised,
        open_table(need(f"{FP7}/sod16-2016/fp7orgs.with-merge-conflict.csv.gz"), Layout()),
    ):
        pass
    assert [fault.row for fault in raised.value.faults] == [1, 3, 5]


def test_a_database_dump_is_refused_by_name() -> None:
    for path in sorted(need(f"{FP7}/dw-2018/bia-warehouse_project.sql.gz").parent.iterdir()):
        with pytest.raises(BadInput, match="a database dump"), open_table(path, Layout()):
            pass


def test_tables_that_can_be_named_are_listed() -> None:
    assert list_tables(need("interreg-keep/keep_closed_1420.xlsx"))[1:] == ("Partners", "Calls")
    assert list_tables(need(HORIZON))[:2] == ("project.csv", "organization.csv")
    assert list_tables(need("starter/register.csv")) == ()
