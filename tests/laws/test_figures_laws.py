"""Laws of counts and shares, on two engines; the rules of the capability × actor matrix, each with its border."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import narwhals as nw
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dynapolis.coding.adopt import ORDER, adopt, independent_pairs
from dynapolis.coding.screening import POPULATIONS, screen
from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.figures.capability import (
    ACTORS,
    CELLS,
    Capability,
    capabilities,
    cell_weights,
    evenness,
    evenness_error,
    lead_shares,
)
from dynapolis.figures.counts import (
    ALL,
    ANY,
    PRIMARY,
    Family,
    count_codes,
    cross,
    family_codes,
    fold,
    hits,
    members,
    sizes,
    with_intervals,
)
from dynapolis.figures.unit_codes import UnitCodes, UnitFacts
from dynapolis.model.codebook import Codebook
from dynapolis.steps.figures import MIN_SHARE_N, figure_tables
from dynapolis.store.content import ContentPaths, read_codebook

FloatArray = NDArray[np.float64]
Rows = list[dict[str, object]]
Expression = Callable[[Mapping[str, Frame]], Frame]
TEXT, WHOLE = pa.string(), pa.int64()
ADOPTED = pa.schema([("unit_id", TEXT), ("scheme", TEXT), ("position", WHOLE), ("code", TEXT)])

# A small world: three cities, some units uncoded in part, goals and sectors with further codes.

CODES: dict[str, tuple[str, ...]] = {
    "kind": ("project", "programme", "living_lab", "lab_project"),
    "track": ("industry", "living_lab", "community", "service"),
    "goal": ("rnbd", "startup", "jobs"),
    "sector": ("logistics", "work", "energy"),
}
CROSSWALK = {"logistics": "logistics_work", "work": "logistics_work", "energy": "energy"}
FOLDED = ("logistics_work", "energy")
FAMILIES = (
    Family("units", "kind"),
    Family("innovation", "goal", (PRIMARY, ANY)),
    Family("projects", "sector", (PRIMARY, ANY)),
    Family("projects", "sector_report", (PRIMARY, ANY)),
)


def make_world(seed: int, coded: float = 1.0) -> dict[str, pa.Table]:
    """Units and their adopted codes; each scheme of a unit is coded with this probability."""
    rng = np.random.default_rng(seed)
    units, adopted = [], []
    for n in range(120):
        unit = f"u{n:03}"
        units.append({"unit_id": unit, "city_id": str(rng.choice(["aa", "bb", "cc"]))})
        for scheme, codes in CODES.items():
            if rng.random() < coded:
                many = rng.integers(1, len(codes) + 1) if scheme in {"goal", "sector"} else 1
                chosen = rng.permutation(codes)[:many].tolist()
                adopted += [
                    {"unit_id": unit, "scheme": scheme, "position": place, "code": code}
                    for place, code in enumerate(chosen)
                ]
    return {
        "units": pa.Table.from_pylist(units),
        "adopted": pa.Table.from_pylist(adopted, ADOPTED),
        "crosswalk": pa.table({"code": list(CROSSWALK), "folded": list(CROSSWALK.values())}),
        "families": pa.table(family_codes(FAMILIES, CODES | {"sector_report": FOLDED})),
    }


# The same expressions on two engines.


def run_duckdb(tables: Mapping[str, pa.Table], expression: Expression, order: Sequence[str]) -> Rows:
    with DuckDBEngine() as engine:
        return list(engine.collect(expression(engine.frames(tables)), order_by=order).to_pylist())


def run_arrow(tables: Mapping[str, pa.Table], expression: Expression, order: Sequence[str]) -> Rows:
    """Without a database: Arrow tables held in memory, made lazy."""
    frames = {name: nw.from_native(table).lazy() for name, table in tables.items()}
    return list(expression(frames).sort(*order).collect(backend="pyarrow").to_arrow().to_pylist())


ENGINES = pytest.mark.parametrize("run", [run_duckdb, run_arrow], ids=["duckdb", "arrow"])
Run = Callable[[Mapping[str, pa.Table], Expression, Sequence[str]], Rows]


def derive(frames: Mapping[str, Frame]) -> Frame:
    """Adopted codes together with folded sectors."""
    columns = ["unit_id", "scheme", "position", "code"]
    folded = fold(frames["adopted"], "sector", frames["crosswalk"]).with_columns(scheme=nw.lit("sector_report"))
    return nw.concat([frames["adopted"].select(*columns), folded.select(*columns)])


def count_all(frames: Mapping[str, Frame]) -> Frame:
    """Every figure of the small world."""
    membership = members(screen(frames["units"], frames["adopted"]), POPULATIONS)
    asked = frames["families"].select("population", "scheme", "basis").unique()
    found = hits(membership, derive(frames), asked)
    return count_codes(found, frames["families"], sizes(membership))


FIGURE = ["scope", "population", "scheme", "code", "basis"]
EXPRESSIONS: dict[str, tuple[Expression, list[str]]] = {
    "screen": (lambda f: screen(f["units"], f["adopted"]), ["unit_id"]),
    "members": (
        lambda f: members(screen(f["units"], f["adopted"]), POPULATIONS),
        ["unit_id", "population", "scope"],
    ),
    "sizes": (
        lambda f: sizes(members(screen(f["units"], f["adopted"]), POPULATIONS)),
        ["scope", "population"],
    ),
    "hits": (
        lambda f: hits(
            members(screen(f["units"], f["adopted"]), POPULATIONS),
            f["adopted"],
            f["families"].select("population", "scheme", "basis").unique(),
        ),
        [*FIGURE, "unit_id"],
    ),
    "count_codes": (count_all, FIGURE),
    "fold": (lambda f: fold(f["adopted"], "sector", f["crosswalk"]), ["unit_id", "code"]),
    "cross": (
        lambda f: cross(
            *(
                f["adopted"].filter((nw.col("scheme") == s) & (nw.col("position") == 0)).select("unit_id", "code")
                for s in ("goal", "sector")
            ),
            "goal_by_sector",
        ),
        ["unit_id"],
    ),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_both_engines_give_the_same_rows(name: str, seed: int) -> None:
    expression, order = EXPRESSIONS[name]
    world = make_world(seed, coded=0.8)
    rows = run_duckdb(world, expression, order)
    assert rows and rows == run_arrow(world, expression, order)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_engines_adopt_the_same_codes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for n in range(150):
        for coder, kind, role in (
            ("ann", "person", "independent"),
            ("bob", "person", "independent"),
            ("cho", "person", "independent"),
            ("judge", "person", "adjudicator"),
            ("m", "model", "independent"),
            ("n", "model", "independent"),
        ):
            if rng.random() < (0.2 if coder == "judge" else 0.6):
                row: dict[str, object] = {"unit_id": f"u{n:02}", "scheme": "goal", "position": 0, "coder_id": coder}
                row |= {"code": str(rng.choice(["a", "b", "c"])), "kind": kind, "role": role, "coder_version": "1"}
                row |= {
                    "codebook_version": "2",
                    "round": int(rng.integers(1, 3)),
                    "is_current": bool(rng.random() < 0.9),
                }
                row |= {"threshold": 0.9, "probability": float(rng.random())} if kind == "model" else {}
                row |= {"record_id": "r", "unsure": bool(rng.random() < 0.3)}
                rows.append(row)
    schema = pa.schema(
        [
            *ADOPTED, ("coder_id", TEXT), ("coder_version", TEXT), ("codebook_version", TEXT), ("round", WHOLE),
            ("kind", TEXT), ("role", TEXT), ("threshold", pa.float64()), ("probability", pa.float64()),
            ("is_current", pa.bool_()), ("record_id", TEXT), ("unsure", pa.bool_()),
        ]
    )  # fmt: skip
    pairs = independent_pairs({"m": [], "n": [], "judge": ["ann", "bob", "cho", "m", "n"]})
    world = {"codings": pa.Table.from_pylist(rows, schema), "pairs": pa.table(pairs)}
    order = ["unit_id", "coder_id"]
    found = [run(world, lambda f: adopt(f["codings"], f["pairs"]), order) for run in (run_duckdb, run_arrow)]
    assert found[0] == found[1]
    assert {row["why"] for row in found[0]} == set(ORDER)


# Laws of counting.


def figures_of(rows: Rows) -> dict[tuple[str, ...], tuple[int, int]]:
    return {tuple(str(row[c]) for c in FIGURE): (row["numerator"], row["denominator"]) for row in rows}  # type: ignore[misc]


@ENGINES
@pytest.mark.parametrize("seed", [4, 5])
def test_parts_of_a_single_label_whole_add_up_to_it(run: Run, seed: int) -> None:
    figures = figures_of(run(make_world(seed), count_all, FIGURE))
    for scope in (ALL, "aa", "bb", "cc"):
        for family in FAMILIES:
            parts = [
                n for (s, p, scheme, _, basis), n in figures.items()
                if (s, p, scheme, basis) == (scope, family.population, family.scheme, PRIMARY)
            ]  # fmt: skip
            assert len(parts) == len(FOLDED if family.scheme == "sector_report" else CODES[family.scheme])
            assert sum(n for n, _ in parts) == parts[0][1] > 0


@pytest.mark.parametrize("seed", [4, 5])
def test_parts_and_the_uncoded_ones_add_up_where_not_every_unit_is_coded(seed: int) -> None:
    world = make_world(seed, coded=0.7)
    figures = figures_of(run_duckdb(world, count_all, FIGURE))
    kinds = {r["unit_id"] for r in world["adopted"].to_pylist() if r["scheme"] == "kind"}
    found = [figures[ALL, "units", "kind", code, PRIMARY] for code in CODES["kind"]]
    assert sum(n for n, _ in found) == len(kinds) < 120
    assert {whole for _, whole in found} == {120}


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("coded", [1.0, 0.7])
def test_counting_by_any_code_never_finds_fewer_and_never_more_than_there_are(seed: int, coded: float) -> None:
    figures = figures_of(run_duckdb(make_world(seed, coded), count_all, FIGURE))
    both = [key for key in figures if key[-1] == ANY]
    assert both
    for key in both:
        primary, (any_, whole) = figures[(*key[:-1], PRIMARY)], figures[key]
        assert primary[1] == whole and 0 <= primary[0] <= any_ <= whole


@pytest.mark.parametrize("seed", [4, 5])
def test_cities_add_up_to_all_in_every_figure(seed: int) -> None:
    figures = figures_of(run_duckdb(make_world(seed, coded=0.7), count_all, FIGURE))
    for (scope, *where), (n, whole) in figures.items():
        if scope == ALL:
            cities = [figures[(city, *where)] for city in ("aa", "bb", "cc")]
            assert (sum(k for k, _ in cities), sum(m for _, m in cities)) == (n, whole), where


@pytest.mark.parametrize("seed", [4, 5])
def test_every_number_is_the_number_of_units_behind_it(seed: int) -> None:
    world = make_world(seed, coded=0.8)
    figures = figures_of(run_duckdb(world, count_all, FIGURE))

    def found(frames: Mapping[str, Frame]) -> Frame:
        membership = members(screen(frames["units"], frames["adopted"]), POPULATIONS)
        return hits(membership, derive(frames), frames["families"].select("population", "scheme", "basis").unique())

    behind = Counter(tuple(str(row[c]) for c in FIGURE) for row in run_duckdb(world, found, [*FIGURE, "unit_id"]))
    assert all(behind[key] == n for key, (n, _) in figures.items())
    assert sum(behind.values()) == sum(n for n, _ in figures.values())


@pytest.mark.parametrize("seed", [4, 5])
def test_counts_equal_those_of_loops_over_the_units(seed: int) -> None:
    world = make_world(seed, coded=0.8)
    figures = figures_of(run_duckdb(world, count_all, FIGURE))
    codes: dict[str, dict[str, list[str]]] = {}
    for row in world["adopted"].to_pylist():
        codes.setdefault(row["unit_id"], {}).setdefault(row["scheme"], []).append(row["code"])
    expected: Counter[tuple[str, ...]] = Counter()
    for unit in world["units"].to_pylist():
        said = codes.get(unit["unit_id"], {})
        if "sector" in said:
            said["sector_report"] = list(dict.fromkeys(CROSSWALK[code] for code in said["sector"]))
        kind, track = (said.get(scheme, [""])[0] for scheme in ("kind", "track"))
        inside = {"units"} | ({"projects"} if kind in {"project", "programme", "lab_project"} else set())
        if kind == "lab_project" or (kind in {"project", "programme"} and track == "industry"):
            inside.add("innovation")
        for family in FAMILIES:
            for basis in family.bases if family.population in inside else ():
                for code in said.get(family.scheme, [])[: 1 if basis == PRIMARY else None]:
                    for scope in (ALL, unit["city_id"]):
                        expected[scope, family.population, family.scheme, code, basis] += 1
    assert {key: n for key, (n, _) in figures.items() if n} == dict(expected)


@ENGINES
def test_folding_keeps_who_has_a_code_and_what_comes_first(run: Run) -> None:
    world = make_world(6)
    folded = run(world, lambda f: fold(f["adopted"], "sector", f["crosswalk"]), ["unit_id", "position"])
    first, every = {}, {}
    for row in world["adopted"].to_pylist():
        if row["scheme"] == "sector":
            every.setdefault(row["unit_id"], set()).add(CROSSWALK[row["code"]])
            if row["position"] == 0:
                first[row["unit_id"]] = CROSSWALK[row["code"]]
    assert {row["unit_id"]: row["code"] for row in folded if row["position"] == 0} == first
    assert Counter(row["unit_id"] for row in folded) == {unit: len(codes) for unit, codes in every.items()}


@ENGINES
def test_of_two_codes_that_fold_into_one_the_one_further_ahead_counts(run: Run) -> None:
    rows = [("u", 0, "energy"), ("u", 1, "work"), ("u", 2, "logistics")]
    world = make_world(6) | {
        "adopted": pa.Table.from_pylist(
            [{"unit_id": u, "scheme": "sector", "position": p, "code": c} for u, p, c in rows], ADOPTED
        )
    }
    folded = run(world, lambda f: fold(f["adopted"], "sector", f["crosswalk"]), ["position"])
    assert [(row["position"], row["code"]) for row in folded] == [(0, "energy"), (1, "logistics_work")]


@ENGINES
def test_two_schemes_crossed_add_up_to_each_of_them(run: Run) -> None:
    rows = run(make_world(7), *EXPRESSIONS["cross"])
    world = make_world(7)["adopted"].to_pylist()
    for place, scheme in enumerate(("goal", "sector")):
        alone = Counter(r["code"] for r in world if r["scheme"] == scheme and r["position"] == 0)
        assert Counter(str(row["code"]).split("+")[place] for row in rows) == alone
    assert {(row["scheme"], row["position"]) for row in rows} == {("goal_by_sector", 0)}


def test_a_share_has_its_interval_or_is_too_few_and_never_zero_for_want_of_records() -> None:
    counts = pa.table(
        {
            "scope": ["all", "aa", "bb", "cc"],
            "population": ["units"] * 4,
            "scheme": ["kind"] * 4,
            "code": ["project"] * 4,
            "basis": [PRIMARY] * 4,
            "numerator": [0, 3, 4, 0],
            "denominator": [10, 5, 4, 0],
        }
    )
    rows = {row["scope"]: row for row in with_intervals(counts, level=0.9, min_n=5).to_pylist()}
    assert {scope: row["status"] for scope, row in rows.items()} == {
        "all": "ok", "aa": "ok", "bb": "too_few", "cc": "too_few",
    }  # fmt: skip
    assert rows["bb"]["share"] is None and rows["cc"]["share"] is None and rows["cc"]["share_high"] is None
    assert rows["all"]["share"] == 0 and rows["all"]["share_low"] == 0 < rows["all"]["share_high"]
    assert rows["aa"]["share_low"] < rows["aa"]["share"] == 0.6 < rows["aa"]["share_high"]
    for row in rows.values():
        assert row["count_low"] <= row["numerator"] <= row["count_high"]
        assert row["figure_id"] == f"{row['scope']}.units.kind.project.primary"


# The figures of an edition.


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(ContentPaths.default().codebooks, "2022.2")


@pytest.fixture(scope="module")
def edition_figures(codebook: Codebook) -> Iterator[Rows]:
    """All figures of a hundred invented units, every scheme coded."""
    rng = np.random.default_rng(8)
    units, adopted = [], []
    pairs = [
        ("project", "industry"),
        ("project", "service"),
        ("living_lab", "living_lab"),
        ("lab_project", "living_lab"),
    ]
    for n in range(100):
        unit = f"u{n:02}"
        units.append({"unit_id": unit, "city_id": ["aa", "bb"][n % 2]})
        kind, track = pairs[rng.integers(len(pairs))]
        codes = {"kind": [kind], "track": [track]}
        for scheme in codebook.schemes:
            if scheme.scheme not in codes:
                names = [code.code for code in scheme.codes if code.assignable]
                codes[scheme.scheme] = rng.permutation(names)[: 2 if scheme.multiple else 1].tolist()
        adopted += [
            {"unit_id": unit, "scheme": scheme, "position": place, "code": code}
            for scheme, chosen in codes.items()
            for place, code in enumerate(chosen)
        ]
    table = pa.Table.from_pylist(adopted, ADOPTED)
    frames = {"units": pa.Table.from_pylist(units), "adopted": table}
    with DuckDBEngine() as engine:
        loaded = engine.frames(frames)
        screened = engine.collect(screen(loaded["units"], loaded["adopted"]), order_by=["unit_id"])
    yield figure_tables(screened, table, codebook, "chapter06", 0.9)["out_figures__figure"].to_pylist()


def test_every_figure_of_an_edition_has_one_name(edition_figures: Rows) -> None:
    ids = [row["figure_id"] for row in edition_figures]
    assert len(ids) == len(set(ids)) > 500


def test_shares_of_single_label_wholes_add_up_to_one_in_an_edition(edition_figures: Rows) -> None:
    wholes: dict[tuple[object, ...], float] = {}
    for row in edition_figures:
        if row["basis"] == PRIMARY and row["status"] == "ok" and row["scheme"] != "population":
            key = (row["scope"], row["population"], row["scheme"])
            wholes[key] = wholes.get(key, 0.0) + float(str(row["share"]))
    assert {key[0] for key in wholes} == {"all", "aa", "bb"}
    for key, total in wholes.items():
        assert total == pytest.approx(1), key


def test_a_share_of_an_edition_is_its_numerator_over_its_denominator_or_too_few(edition_figures: Rows) -> None:
    for row in edition_figures:
        n, whole = int(str(row["numerator"])), int(str(row["denominator"]))
        assert 0 <= n <= whole
        if whole >= MIN_SHARE_N:
            assert row["share"] == n / whole and row["status"] == "ok"
        else:
            assert row["share"] is None and row["status"] == "too_few"


# Capability: each rule of the method with a unit that supports it and one that just does not.

INITIATIVE = {
    "kind": "project", "track": "industry", "sector": "transport", "goal": "other", "lab_type": "", "stage": "none",
    "status": "active", "lead": "public",
}  # fmt: skip
LAB = {"kind": "living_lab", "track": "living_lab", "goal": "", "lab_type": "demonstration"}
SCHEMES = tuple(INITIATIVE)


def world_of(
    codebook: Codebook,
    units: Sequence[Mapping[str, str]],
    own: Sequence[Sequence[str]] = (),
    partners: Sequence[Sequence[str]] = (),
) -> tuple[UnitCodes, UnitFacts]:
    """Arrays of units given by codes; "startup_support;job_creation" is a primary and a further code."""
    codes = {s: tuple(code.code for code in codebook.by_scheme[s].codes) for s in SCHEMES}
    n = len(units)
    also = {s: np.zeros((n, len(codes[s])), dtype=bool) for s in ("goal", "lab_type")}
    primary = {s: np.full((1, n), -1, dtype=np.int64) for s in SCHEMES}
    for place, unit in enumerate(units):
        for scheme, said in (INITIATIVE | dict(unit)).items():
            names = [codes[scheme].index(code) for code in said.split(";") if code]
            if names:
                primary[scheme][0, place] = names[0]
            for number in names[1:]:
                also[scheme][place, number] = True

    def helices(given_: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
        told = [given_[place] if place < len(given_) else () for place in range(n)]
        return np.array([[actor in names for actor in ACTORS] for names in told]).reshape(n, 4)

    fold_ = np.arange(len(codes["sector"]))
    return UnitCodes(primary), UnitFacts(
        np.zeros(n, dtype=np.int64), 1, also, helices(own), helices(partners), codes, fold_
    )


def supported(codebook: Codebook, unit: Mapping[str, str]) -> set[str]:
    codes, facts = world_of(codebook, [unit])
    return {name.value for name, yes in zip(Capability, capabilities(codes, facts)[0, 0], strict=True) if yes}


RNBD = {"goal": "rnbd_business_model"}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        # sensing: a lab that brainstorms or educates …
        (LAB | {"lab_type": "brainstorming"}, {"sensing"}),
        (LAB | {"lab_type": "education"}, {"sensing"}),
        (LAB | {"lab_type": "demonstration;education"}, {"sensing"}),
        (LAB | {"lab_type": "demonstration"}, set()),
        ({"lab_type": "education"}, set()),  # no lab
        # … or R&BD and business models that have not begun or are a pilot
        (RNBD | {"stage": "none"}, {"sensing"}),
        (RNBD | {"stage": "pilot"}, {"sensing"}),
        ({"goal": "other", "stage": "pilot"}, set()),
        (RNBD | {"stage": "unknown"}, set()),
        ({"goal": "other;rnbd_business_model", "stage": "pilot"}, {"sensing"}),
        # seizing: R&BD and business models at demonstration or later
        (RNBD | {"stage": "demonstration"}, {"seizing"}),
        (RNBD | {"stage": "operating"}, {"seizing"}),
        (RNBD | {"stage": "scale_up"}, {"seizing", "transforming"}),
        (RNBD | {"stage": "citywide"}, {"seizing", "transforming"}),
        ({"goal": "other", "stage": "demonstration"}, set()),
        # … start-up support, at any stage; a lab that creates business
        ({"goal": "startup_support"}, {"seizing"}),
        ({"goal": "startup_support", "stage": "unknown"}, {"seizing"}),
        ({"goal": "job_creation;startup_support"}, {"seizing", "transforming"}),
        (LAB | {"goal": "startup_support"}, set()),  # goals are not asked of labs
        (LAB | {"lab_type": "business_creation"}, {"seizing"}),
        # transforming: a business district, job creation, anything that has scaled up
        ({"goal": "business_district"}, {"transforming"}),
        ({"goal": "job_creation"}, {"transforming"}),
        (LAB | {"goal": "job_creation"}, set()),
        ({"goal": "other", "stage": "scale_up"}, {"transforming"}),
        ({"goal": "none", "stage": "citywide"}, {"transforming"}),
        ({"goal": "other", "stage": "demonstration"}, set()),
        ({"goal": "other", "stage": "operating"}, set()),
        (LAB | {"lab_type": "demonstration", "stage": "scale_up"}, {"transforming"}),
        (LAB | {"lab_type": "demonstration", "stage": "demonstration"}, set()),
        (LAB | {"lab_type": "demonstration", "stage": "operating"}, set()),
        # only innovation projects and living labs support anything
        ({"track": "service", "goal": "startup_support", "stage": "citywide"}, set()),
        ({"track": "community", "goal": "job_creation"}, set()),
        ({"kind": "programme", "goal": "startup_support"}, {"seizing"}),
        ({"kind": "lab_project", "track": "living_lab", "goal": "startup_support"}, {"seizing"}),
        ({"kind": "", "goal": "startup_support"}, set()),
        ({"track": "", "goal": "startup_support"}, set()),
    ],
)
def test_each_rule_of_capability_has_its_border(codebook: Codebook, unit: dict[str, str], expected: set[str]) -> None:
    assert supported(codebook, unit) == expected


@pytest.mark.parametrize("actor", ACTORS)
def test_a_single_lead_has_the_whole_initiative(codebook: Codebook, actor: str) -> None:
    codes, facts = world_of(codebook, [{"lead": actor}], own=[ACTORS], partners=[ACTORS])
    assert lead_shares(codes, facts)[0, 0].tolist() == [float(actor == name) for name in ACTORS]


@pytest.mark.parametrize(
    ("own", "partners", "expected"),
    [
        (("public", "private"), (), [1 / 2, 1 / 2, 0, 0]),
        (("public", "private", "academic"), (), [1 / 3, 1 / 3, 0, 1 / 3]),
        (("public", "private"), ("civic", "academic"), [1 / 2, 1 / 2, 0, 0]),  # the lead itself tells who shares it
        (("public",), ("civic",), [1 / 2, 0, 1 / 2, 0]),
        (("public",), ("civic", "public", "private"), [1 / 3, 1 / 3, 1 / 3, 0]),
        ((), ("civic", "private"), [0, 1 / 2, 1 / 2, 0]),
        (("public",), ("public",), [0, 0, 0, 0]),  # one helix alone does not share
        (("public",), (), [0, 0, 0, 0]),
        ((), (), [0, 0, 0, 0]),
    ],
)
def test_a_mixed_lead_is_split_equally_over_those_who_share_it(
    codebook: Codebook, own: tuple[str, ...], partners: tuple[str, ...], expected: list[float]
) -> None:
    codes, facts = world_of(codebook, [{"lead": "mixed"}], own=[own], partners=[partners])
    assert lead_shares(codes, facts)[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize("lead", ["unknown", ""])
def test_a_lead_that_is_not_told_stays_out_of_the_matrix(codebook: Codebook, lead: str) -> None:
    unit = {"goal": "startup_support", "lead": lead}
    codes, facts = world_of(codebook, [unit], own=[ACTORS], partners=[ACTORS])
    assert not lead_shares(codes, facts).any() and not cell_weights(codes, facts).any()


def test_cells_hold_each_supported_capability_once_over_those_who_lead(codebook: Codebook) -> None:
    units = [
        {"goal": "startup_support;job_creation", "lead": "private"},
        {"goal": "startup_support", "lead": "mixed"},
        LAB | {"lab_type": "education", "lead": "academic"},
        {"goal": "other", "lead": "public"},
    ]
    codes, facts = world_of(codebook, units, own=[(), ("public", "civic")])
    cells = cell_weights(codes, facts)[0]
    told = [{(c.value, a): w for (c, a), w in zip(CELLS, row.tolist(), strict=True) if w} for row in cells]
    assert told == [
        {("seizing", "private"): 1.0, ("transforming", "private"): 1.0},
        {("seizing", "public"): 0.5, ("seizing", "civic"): 0.5},
        {("sensing", "academic"): 1.0},
        {},
    ]


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({
    "kind": st.sampled_from(["project", "living_lab", "lab_project"]),
    "goal": st.sampled_from(["rnbd_business_model", "job_creation;startup_support", "other", ""]),
    "lab_type": st.sampled_from(["education", "business_creation;education", ""]),
    "stage": st.sampled_from(["none", "pilot", "scale_up", "unknown"]),
    "lead": st.sampled_from([*ACTORS, "mixed", "unknown"]),
}), min_size=1, max_size=6), st.data())  # fmt: skip
def test_the_matrix_weighs_every_initiative_by_the_capabilities_it_supports(
    codebook: Codebook, units: list[dict[str, str]], data: st.DataObject
) -> None:
    some = st.lists(st.sampled_from(ACTORS), max_size=3)
    own, partners = (data.draw(st.lists(some, min_size=len(units), max_size=len(units))) for _ in range(2))
    codes, facts = world_of(codebook, units, own, partners)
    shares, cells = lead_shares(codes, facts)[0], cell_weights(codes, facts)[0]
    told = shares.sum(axis=1)
    assert all(total == pytest.approx(1) or total == 0 for total in told)
    assert cells.sum(axis=1) == pytest.approx(capabilities(codes, facts)[0].sum(axis=1) * told)


# Evenness.

weights_of_cells = arrays(np.float64, st.integers(2, 12), elements=st.integers(0, 20).map(float))


@settings(deadline=None)
@given(weights_of_cells, st.floats(0.01, 100), st.data())
def test_evenness_is_a_share_that_neither_scale_nor_order_changes(
    cells: FloatArray, times: float, data: st.DataObject
) -> None:
    found = float(evenness(cells[None])[0])
    if not cells.any():
        assert np.isnan(found)
        return
    assert -1e-12 <= found <= 1 + 1e-12
    assert float(evenness(cells[None] * times)[0]) == pytest.approx(found, abs=1e-9)
    order = data.draw(st.permutations(range(len(cells))))
    assert float(evenness(cells[None][:, order])[0]) == pytest.approx(found, abs=1e-9)
    assert (found == pytest.approx(1, abs=1e-12)) == (len(set(cells.tolist())) == 1)
    assert (found == pytest.approx(0, abs=1e-12)) == (np.count_nonzero(cells) == 1)


@settings(deadline=None)
@given(weights_of_cells.filter(lambda cells: np.count_nonzero(cells) > 0), st.data())
def test_moving_weight_from_a_heavier_to_a_lighter_cell_makes_cells_more_even(
    cells: FloatArray, data: st.DataObject
) -> None:
    heavy, light = int(cells.argmax()), int(cells.argmin())
    moved = cells.copy()
    part = data.draw(st.floats(0, 1)) * (cells[heavy] - cells[light]) / 2
    moved[heavy], moved[light] = moved[heavy] - part, moved[light] + part
    assert evenness(moved[None])[0] >= evenness(cells[None])[0] - 1e-12


def test_evenness_of_few_initiatives_is_less_sure_than_that_of_many() -> None:
    common, rng = np.full(12, 1 / 12), np.random.default_rng(4)
    cells = np.array([3.0, 1, 1, 0, 2, 0, 0, 0, 1, 0, 0, 0])
    few, many = (evenness_error(cells * k, common, 8 * k, 400, rng) for k in (1, 50))
    assert 0 < many < few < 1
    assert evenness_error(np.zeros(12), common, 0, 400, rng) == 0
