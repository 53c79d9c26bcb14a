"""Twelve invented records whose every figure, indicator and rank was worked out on paper; the paper is in the comments.

    id  kind         track       sector              goal (+ also)          lab type (+ also)   stage          lead
    a1  project      industry    transport           R&BD                                       pilot          public
    a2  project      industry    energy_environment  start-up                                   operating      private
    a3  living_lab   living_lab  multi                                      demonstration       operating      academic
    a4  lab_project  living_lab  transport           R&BD (+ jobs)                              demonstration  mixed
    b1  project      industry    technology          R&BD                                       scale_up       public
    b2  programme    industry    work                district                                   none           public
    b3  project      service     administration      none                                       citywide       public
    b4  project      industry    transport           R&BD                                       pilot          unknown
    c1  living_lab   living_lab  energy_environment                         brainstorming       operating      civic
    c2  lab_project  living_lab  energy_environment  R&BD                                       pilot          civic
    c3  project      community   housing             none                                       operating      civic
    c4  living_lab   living_lab  transport                                  demonstration       operating      private
                                                                            (+ education)

Inhabitants: Aldern 1 million, Brimby 2 million, Corsal half a million, Dunmere 0.3 million and no record.
Ended: a4, b1, b4. The lead of a4, "City and Citizens", is public and civic.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dynapolis.cli.common import now
from dynapolis.cli.imports import import_into
from dynapolis.edition import make_edition
from dynapolis.store.editions import Edition
from dynapolis.store.workspace import SETTINGS, init_workspace, open_workspace

FICTIONAL = Path(__file__).parents[1] / "fixtures" / "fictional"
CITIES = ("aldern", "brimby", "corsal")


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    folder = tmp_path_factory.mktemp("fictional") / "workspace"
    init_workspace(folder)
    shutil.copytree(FICTIONAL, folder / "own")
    (folder / SETTINGS).write_text(
        '[run]\ndraws = 400\n[content]\nregisters = "own/registers"\nindex = "own/index.yml"\n'
        'places = "own/cities.yml"\npopulation = "own/population.csv"\norganisations = "own/organisations.csv"\n',
        encoding="utf-8",
    )
    workspace = open_workspace(folder)
    ledger = workspace.open_ledger()
    import_into(workspace, ledger, "fictional", folder / "own" / "list.csv")
    yield make_edition(workspace, ledger, name="paper", now=now())
    ledger.close()


def figure(edition: Edition, figure_id: str) -> tuple[int, int]:
    rows = {row["figure_id"]: row for row in edition.table("out_figures__figure").to_pylist()}
    return rows[figure_id]["numerator"], rows[figure_id]["denominator"]


def indicator(edition: Edition, name: str) -> list[float | None]:
    rows = edition.table("out_index__indicator_city").to_pylist()
    found = {row["city_id"]: row["value"] for row in rows if row["indicator"] == name}
    return [found[city] for city in CITIES]


# Populations. Projects are all but a3, c1, c4. Industry: a1 a2 b1 b2 b4 (b3 is service, c3 community).
# Lab projects: a4 c2. Innovation = industry + lab projects = a1 a2 a4 b1 b2 b4 c2. Initiatives = those + the three labs.
@pytest.mark.parametrize(
    ("population", "everywhere", "by_city"),
    [
        ("projects", 9, (3, 4, 2)),
        ("innovation", 7, (3, 3, 1)),
        ("industry", 5, (2, 3, 0)),
        ("lab_projects", 2, (1, 0, 1)),
        ("living_labs", 3, (1, 0, 2)),
        ("initiatives", 10, (4, 3, 3)),
    ],
)
def test_populations_are_as_counted(
    edition: Edition, population: str, everywhere: int, by_city: tuple[int, int, int]
) -> None:
    assert figure(edition, f"all.units.population.{population}.primary") == (everywhere, 12)
    for city, n in zip(CITIES, by_city, strict=True):
        assert figure(edition, f"{city}.units.population.{population}.primary") == (n, 4)


# Sectors of the 7 innovation projects: a1 a4 b4 transport, a2 c2 energy, b1 technology, b2 work (read as logistics_work).
# Goals of the 5 industry projects: a1 b1 b4 R&BD, a2 start-up, b2 district. The jobs of a4 are those of a lab project
# and are not counted here. Lab types: a3 c4 demonstration, c1 brainstorming; by any code c4 is education, too.
# Stages of innovation: a1 b4 c2 pilot, a4 demonstration, b1 scale_up, b2 none, a2 operating.
# Leads of innovation: a1 b1 b2 public, a2 private, c2 civic, a4 mixed, b4 unknown.
@pytest.mark.parametrize(
    ("family", "counts", "total"),
    [
        ("innovation.sector.{}.primary", {"transport": 3, "energy_environment": 2, "technology": 1, "work": 1}, 7),
        ("innovation.sector_report.{}.primary", {"transport": 3, "logistics_work": 1, "housing": 0}, 7),
        ("industry.goal.{}.primary", {"rnbd_business_model": 3, "startup_support": 1, "business_district": 1}, 5),
        ("industry.goal.{}.any", {"rnbd_business_model": 3, "job_creation": 0}, 5),
        ("living_labs.lab_type.{}.primary", {"demonstration": 2, "brainstorming": 1, "education": 0}, 3),
        ("living_labs.lab_type.{}.any", {"demonstration": 2, "brainstorming": 1, "education": 1}, 3),
        ("living_labs.lab_type_by_sector.{}.primary", {"demonstration+multi": 1, "demonstration+transport": 1,
                                                       "brainstorming+energy_environment": 1}, 3),
        ("industry.goal_by_sector.{}.primary", {"rnbd_business_model+transport": 2, "rnbd_business_model+technology": 1,
                                                "startup_support+energy_environment": 1}, 5),
        ("innovation.stage.{}.primary", {"pilot": 3, "demonstration": 1, "scale_up": 1, "none": 1, "operating": 1}, 7),
        ("innovation.lead.{}.primary", {"public": 3, "private": 1, "civic": 1, "mixed": 1, "unknown": 1}, 7),
        ("living_labs.driver.{}.primary", {"provider": 1, "user": 1, "utilizer": 1, "enabler": 0}, 3),
        ("units.status.{}.primary", {"ended": 3, "planned": 1, "active": 8}, 12),
        ("units.kind.{}.primary", {"project": 6, "programme": 1, "lab_project": 2, "living_lab": 3}, 12),
        ("units.track.{}.primary", {"industry": 5, "living_lab": 5, "service": 1, "community": 1}, 12),
    ],
)  # fmt: skip
def test_codes_are_as_counted(edition: Edition, family: str, counts: dict[str, int], total: int) -> None:
    assert {code: figure(edition, f"all.{family.format(code)}") for code in counts} == {
        code: (n, total) for code, n in counts.items()
    }


# 3 of 7 by Jeffreys is Beta(3.5, 4.5). Its mean is 0.4375 and its standard deviation 0.1654, so the 90 % interval is
# about 0.4375 ± 1.645 × 0.165 = 0.17 to 0.71, a little less on the lower side. 3 counted: Gamma(3.5), mean 3.5.
def test_a_share_carries_its_chance_interval(edition: Edition) -> None:
    rows = {row["figure_id"]: row for row in edition.table("out_figures__figure").to_pylist()}
    row = rows["all.innovation.sector.transport.primary"]
    assert row["share"] == pytest.approx(3 / 7)
    assert (row["share_low"], row["share_high"]) == (pytest.approx(0.18, abs=0.02), pytest.approx(0.71, abs=0.02))
    assert row["count_low"] < 3 < row["count_high"]


def test_a_share_of_fewer_than_five_is_too_few_and_never_zero(edition: Edition) -> None:
    rows = {row["figure_id"]: row for row in edition.table("out_figures__figure").to_pylist()}
    row = rows["aldern.innovation.sector.transport.primary"]
    assert (row["numerator"], row["denominator"], row["share"], row["status"]) == (2, 3, None, "too_few")


# Sensing: a1 (R&BD at pilot, public), c2 (the same, civic), c1 (brainstorming, civic), c4 (education by any code,
# private). b4 too, but its lead is unknown. Seizing: a2 (start-up, private), a4 (R&BD at demonstration, half public and
# half civic), b1 (R&BD at scale_up, public). Transforming: a4 (jobs, half and half), b1 (scaled up), b2 (district).
# a3, a demonstrating lab in operation, supports none.
def test_the_capability_matrix_is_as_counted(edition: Edition) -> None:
    rows = edition.table("out_figures__capability_actor").to_pylist()
    cells = {(r["capability"], r["actor"]): r["weight"] for r in rows if r["scope"] == "all" and r["weight"]}
    assert cells == {
        ("sensing", "public"): 1.0,
        ("sensing", "private"): 1.0,
        ("sensing", "civic"): 2.0,
        ("seizing", "public"): 1.5,
        ("seizing", "private"): 1.0,
        ("seizing", "civic"): 0.5,
        ("transforming", "public"): 2.5,
        ("transforming", "civic"): 0.5,
    }
    beside = next(r for r in edition.table("out_figures__capability_beside").to_pylist() if r["scope"] == "all")
    assert beside == {"scope": "all", "n_initiatives": 10, "n_in_matrix": 8, "n_lead_not_told": 1, "n_no_capability": 1}


# a1: innovation projects / million: 3/1, 3/2, 1/0.5.   a2: labs / million: 1/1, 0/2, 2/0.5.
def test_rates_are_as_counted(edition: Edition) -> None:
    assert indicator(edition, "a1") == [3.0, 1.5, 2.0]
    assert indicator(edition, "a2") == [1.0, 0.0, 4.0]


# a3: 3/3, 3/4, 1/2; p = 7/9. S = 3 (2/9)² + 4 (1/36)² + 2 (5/18)² = 11/36 < p (1 − p) 2 = 28/81, so the cities differ
# no more than chance would have them: the prior weighs as much as all 9 projects, a = 7, b = 2.
#     (3 + 7)/(3 + 9) = 10/12, (3 + 7)/(4 + 9) = 10/13, (1 + 7)/(2 + 9) = 8/11.
# p1: 1/3, 0/3, 1/1; p = 2/7. S = 3 (1/21)² + 3 (2/7)² + (5/7)² = 16/21; p (1 − p) 2 = 20/49; room = 7 − 19/7 − 2 = 16/7.
#     g = (16/21 − 20/49) / (10/49 · 16/7) = 91/120, (1 − g)/g = 29/91 < 1, so the weight is 1: a = 2/7, b = 5/7.
#     (1 + 2/7)/4 = 9/28, (2/7)/4 = 1/14, (1 + 2/7)/2 = 9/14.
# p3: a2 and a4 of a1 a2 a4; none of b1 b2 (b4 is unknown); c2: 2/3, 0/2, 1/1; p = 1/2. S = 1/12 + 1/2 + 1/4 = 5/6,
#     p (1 − p) 2 = 1/2, room = 6 − 14/6 − 2 = 5/3, g = (1/3)/(5/12) = 4/5, (1 − g)/g = 1/4 < 1: a = b = 1/2.
#     2.5/4, 0.5/3, 1.5/2.
# m1: on the ladder a1 a4 | b1 b4 | c2 (b3 is no innovation project): 0/2, 1/2, 0/1; p = 1/5. S = 2/25 + 2 · 9/100 + 1/25
#     = 0.30 < p (1 − p) 2 = 0.32: weight 5, a = 1, b = 4. 1/7, 2/7, 1/6.
# m2: ended a4 (demonstration) | b1 (scale_up) b4 (pilot) | none: 0/1, 1/2; p = 1/3. S = 1/9 + 2/36 = 1/6 < 2/9: weight 3,
#     a = 1, b = 2. 1/4, 2/5, and too few in Corsal.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a3", (10 / 12, 10 / 13, 8 / 11)),
        ("p1", (9 / 28, 1 / 14, 9 / 14)),
        ("p3", (2.5 / 4, 0.5 / 3, 1.5 / 2)),
        ("m1", (1 / 7, 2 / 7, 1 / 6)),
        ("m2", (1 / 4, 2 / 5, None)),
    ],
)
def test_shrunk_shares_are_as_counted(edition: Edition, name: str, expected: tuple[float | None, ...]) -> None:
    assert indicator(edition, name) == [None if x is None else pytest.approx(x) for x in expected]


# b1: sectors of innovation projects: Aldern 2 + 1, Brimby 1 + 1 + 1, Corsal one record only (too few).
#   Brimby: no pair, so each further record is new with (2 · 2)/(2 · 2 + 2) = 2/3 of the chance before; coverage of six
#   records 1 − (2/3)⁴ = 65/81, the smaller of the two cities and so the common one. Entropy seen ln 3 = 1.098612; of the
#   whole 3 · 1/3 · (1 + 1/2) + (3/2)² (ln 3 − 2/3 − 2/9) = 1.5 + 0.471877; of six records the mean of both, 1.535245;
#   e^1.535245 = 4.6425.
#   Aldern: coverage of 2 records 2/3, of 3 records 1 − 1/3 · 1/2 = 5/6; 65/81 lies 22/27 of the way. Entropy of 2
#   records 4/3 · ½ ln 2 = 0.462098, of 3 records 0.636514; 0.462098 + 22/27 · 0.174416 = 0.604215; e^… = 1.8298.
# b2: goals: Aldern 2 + 1, Brimby 2 + 1: the same in both. Coverage of six records 1 − 1/3 (1/2)⁴ = 47/48. Entropy of the
#   whole 2/3 · 1/2 + 1/3 · 3/2 + 4/3 (ln 2 − 1/2 − 1/8) = 0.924196; (0.636514 + 0.924196)/2 = 0.780355; e^… = 2.1822.
# b3: lab types: Corsal 1 + 1, Aldern one lab only. Coverage of four 1 − (1/3)³ = 26/27. Entropy of the whole
#   1 + 3 (ln 3/2 − 1/3) = 1.216395; (0.693147 + 1.216395)/2 = 0.954771; e^… = 2.5981.
@pytest.mark.parametrize(
    ("name", "expected"),
    [("b1", (1.8298, 4.6425, None)), ("b2", (2.1822, 2.1822, None)), ("b3", (None, None, 2.5981))],
)
def test_diversities_are_as_counted(edition: Edition, name: str, expected: tuple[float | None, ...]) -> None:
    assert indicator(edition, name) == [None if x is None else pytest.approx(x, abs=1e-4) for x in expected]


# p2: helices of a1 public + private, a2 private, a4 public + civic | b1 public, b2 public + private, b4 not known |
#   c2 civic + academic: 2 1 2 | 1 2 | 2. One record's worth of all: (2 · 1 + 4 · 2)/6 = 5/3.
#   (5 + 5/3)/4 = 5/3, (3 + 5/3)/3 = 14/9, (2 + 5/3)/2 = 11/6.
# c1: Aldern 1, 1, ½, ½, ½, ½ of 4: entropy ½ ln 4 + ½ ln 8 = 1.732868; Brimby 1 and 2 of 3, Corsal 2 and 1 of 3: 0.636514;
#   over ln 12 = 2.484907: 0.697358, 0.256152, 0.256152.
def test_helices_and_evenness_are_as_counted(edition: Edition) -> None:
    assert indicator(edition, "p2") == [pytest.approx(x) for x in (5 / 3, 14 / 9, 11 / 6)]
    assert indicator(edition, "c1") == [pytest.approx(x, abs=1e-6) for x in (0.697358, 0.256152, 0.256152)]


# Min–max on 1 … 100, b3 left out because one city in three has it:
#            a1     a2     a3      activity | b1   b2    breadth | p1       p2     p3       part.    | m1    m2   mat. | c1
#   Aldern  100     25.75  100     75.25    | 1    50.5  25.75   | 44.3125  40.6   78.7857  54.5661  | 1     1    1    | 100
#   Brimby    1      1     40.1648 14.0549  | 100  50.5  75.25   | 1        1      1        1        | 100   100  100  | 1
#   Corsal   34    100     1       45       | –    –     –       | 100      100    100      100      | 17.5  –    17.5 | 1
# Geometric means of five, five and four pillars:
#   Aldern (75.25 · 25.75 · 54.5661 · 1 · 100)^(1/5) = 25.400, Brimby (14.0549 · 75.25 · 1 · 100 · 1)^(1/5) = 10.113,
#   Corsal (45 · 100 · 17.5 · 1)^(1/4) = 16.752. So Aldern is first, Corsal second, Brimby third.
def test_pillars_scores_and_ranks_are_as_counted(edition: Edition) -> None:
    pillars = {
        (row["city_id"], row["pillar"]): row["score"] for row in edition.table("out_index__score_pillar").to_pylist()
    }
    expected = {
        "aldern": (75.25, 25.75, 54.5661, 1.0, 100.0),
        "brimby": (14.0549, 75.25, 1.0, 100.0, 1.0),
        "corsal": (45.0, None, 100.0, 17.5, 1.0),
    }
    for city, scores in expected.items():
        for pillar, score in zip(
            ("activity", "breadth", "participation", "maturity", "capability"), scores, strict=True
        ):
            assert pillars[city, pillar] == (None if score is None else pytest.approx(score, abs=1e-3)), (city, pillar)
    rows = {row["city_id"]: row for row in edition.table("out_index__rank_interval_city").to_pylist()}
    assert {c: row["score"] for c, row in rows.items()} == {
        "aldern": pytest.approx(25.400, abs=1e-3),
        "brimby": pytest.approx(10.113, abs=1e-3),
        "corsal": pytest.approx(16.752, abs=1e-3),
    }
    assert {c: row["rank_of_default"] for c, row in rows.items()} == {"aldern": 1.0, "corsal": 2.0, "brimby": 3.0}
    for row in rows.values():
        assert 1 <= row["rank_low_90"] <= row["rank_low_50"] <= row["rank_high_50"] <= row["rank_high_90"] <= 3


def test_a_city_without_a_record_is_not_searched_and_has_no_rank(edition: Edition) -> None:
    assert edition.table("out_index__unranked_city").to_pylist() == [{"city_id": "dunmere", "reason": "not_searched"}]
    rows = [r for r in edition.table("out_index__indicator_city").to_pylist() if r["city_id"] == "dunmere"]
    assert {row["status"] for row in rows} == {"not_searched"}
    assert {row["value"] for row in rows} == {None}


def test_every_adopted_code_says_that_one_person_gave_it(edition: Edition) -> None:
    assert set(edition.table("core_coding__adopted")["why"].to_pylist()) == {"single_person"}
    assert edition.table("core_coding__uncoded").num_rows == 0
