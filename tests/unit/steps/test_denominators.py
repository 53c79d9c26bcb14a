"""Which population divides: as the specification asks, or openly none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.model.index_spec import Denominator
from dynapolis.model.population import Population, PopulationBasis, Populations, PopulationSource
from dynapolis.steps.denominators import denominator_table
from dynapolis.store.content import ContentPaths, read_places
from dynapolis.store.editions import Edition, find_edition
from dynapolis.store.workspace import Workspace, open_workspace

SOURCE = PopulationSource(
    title="Invented", publisher="nobody", licence="MIT", date="2026", url="u", note={"en": "n", "ko": "n"},
    definitions=("agglomeration", "place"), record_types=("Census", "Estimate"),
    reliabilities=("Final", "Provisional"),
)  # fmt: skip


def row(year: int, value: float, **more: Any) -> Population:
    return Population(
        **({"city_id": "oslo", "definition": "place", "year": year, "value": value, "source": "s",
            "source_country": "Norway", "source_name": "Oslo", "locator": "1", "is_projection": False} | more)
    )  # fmt: skip


def chosen(rows: list[Population], year: int, within: int) -> float | None:
    basis = PopulationBasis(definition="place", source="s", year=year, within_years=within)
    found = Populations({"s": SOURCE}, (), tuple(rows)).choose("oslo", basis)
    return found.value if found else None


@pytest.mark.parametrize(
    ("year", "within", "expected"),
    [
        (2010, 0, 10.0),
        (2012, 0, None),
        (2012, 1, None),
        (2012, 2, 10.0),  # 2010 and 2014 are equally near: the earlier
        (2013, 5, 14.0),
        (2030, 15, None),
        (2030, 16, 14.0),
    ],
)
def test_the_nearest_year_within_the_span_is_taken_and_nothing_is_interpolated(
    year: int, within: int, expected: float | None
) -> None:
    assert chosen([row(2014, 14), row(2010, 10)], year, within) == expected


def test_within_a_year_record_type_then_reliability_then_the_latest_source_decide() -> None:
    rows = [
        row(2010, 1, record_type="Estimate", reliability="Final", source_year=2013),
        row(2010, 2, record_type="Census", reliability="Provisional", source_year=2013),
        row(2010, 3, record_type="Census", reliability="Final", source_year=2011),
        row(2010, 4, record_type="Census", reliability="Final", source_year=2012),
    ]
    for left_out, expected in (([], 4), ([4], 3), ([4, 3], 2), ([4, 3, 2], 1)):
        kept = [item for item in rows if item.value not in left_out]
        assert chosen(kept, 2010, 0) == chosen(kept[::-1], 2010, 0) == expected


def test_the_table_says_for_every_city_and_basis_what_was_taken_from_where() -> None:
    places = read_places(ContentPaths.default().places)
    rows = (row(2019, 5, definition="agglomeration"), row(2020, 6, is_projection=True))
    denominator = Denominator(
        definition="agglomeration", source="s", year=2020, within_years=1,
        alternatives=(PopulationBasis(definition="place", source="s", year=2020, within_years=0),),
    )  # fmt: skip
    table = denominator_table(places, Populations({"s": SOURCE}, (), rows), denominator).to_pylist()
    assert len(table) == 2 * len(places.cities)
    oslo = [item for item in table if item["city_id"] == "oslo"]
    told = [(i["position"], i["year_asked"], i["year"], i["inhabitants"], i["status"]) for i in oslo]
    assert told == [(0, 2020, 2019, 5.0, "other_year"), (1, 2020, 2020, 6.0, "ok")]
    assert {item["status"] for item in table if item["city_id"] != "oslo"} == {"none"}


def run(folder: Path, cli: Callable[..., Any]) -> Edition:
    for words in (("import", folder / "own" / "list.csv", "-r", "fictional"), ("run",)):
        done = cli(*words, "-w", folder)
        assert done.exit_code == 0, done.output
    workspace = open_workspace(folder)
    ledger = workspace.open_ledger()
    try:
        return find_edition(workspace.editions, ledger, None)
    finally:
        ledger.close()


def without(folder: Path, beginning: str) -> None:
    path = folder / "own" / "population.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith(beginning)) + "\n", encoding="utf-8")


def values(edition: Edition) -> dict[tuple[str, str], tuple[float | None, str]]:
    rows = edition.table("out_index__indicator_city").to_pylist()
    return {(r["city_id"], r["indicator"]): (r["value"], r["status"]) for r in rows}


def test_a_city_without_the_default_population_has_no_rate_and_that_is_shown(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    folder = fictional(tmp_path / "workspace").folder
    without(folder, "brimby,agglomeration")
    edition = run(folder, cli)
    found = values(edition)
    assert found["brimby", "a1"] == found["brimby", "a2"] == (None, "no_population")
    assert found["brimby", "a3"][1] == "ok"
    assert found["aldern", "a1"] == (3.0, "ok")
    assert found["dunmere", "a1"] == (None, "not_searched")
    done = cli("report", "-w", folder, "--out", tmp_path / "report")
    assert done.exit_code == 0, done.output
    for lang in ("en", "ko"):
        assert "∅" in (tmp_path / "report" / lang / "tables.html").read_text(encoding="utf-8")


def test_a_city_without_an_alternative_keeps_its_default_population_in_those_draws(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    """In the invented register both bases are the same, so nothing may change when one alternative is missing."""
    whole = run(fictional(tmp_path / "whole").folder, cli)
    folder = fictional(tmp_path / "less").folder
    without(folder, "brimby,place")
    less = run(folder, cli)
    assert less.edition_id != whole.edition_id
    for name in ("out_index__indicator_city", "out_index__rank_interval_city", "out_index__ahead"):
        assert less.table(name).equals(whole.table(name)), name
    rows = less.table("out_index__denominator_city").to_pylist()
    assert [r["status"] for r in rows if r["city_id"] == "brimby"] == ["ok", "none"]


def test_an_index_that_asks_for_what_no_source_counts_is_refused_whole(
    fictional: Callable[..., Workspace], cli: Callable[..., Any], tmp_path: Path
) -> None:
    folder = fictional(tmp_path / "workspace").folder
    index = folder / "own" / "index.yml"
    text = index.read_text(encoding="utf-8").replace("source: invented", "source: hearsay", 1)
    index.write_text(text.replace("{definition: place,", "{definition: city_proper,", 1), encoding="utf-8")
    assert cli("import", folder / "own" / "list.csv", "-r", "fictional", "-w", folder).exit_code == 0
    done = cli("run", "-w", folder)
    assert done.exit_code == 2
    assert "2 faults, nothing was changed" in done.output
    assert "denominator.source" in done.output and "denominator.alternatives.0.definition" in done.output
