"""The shipped gazetteer: small, dated, complete, and the same as its source."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from dynapolis.errors import BadUse
from dynapolis.places.gazetteer import kilometres
from dynapolis.places.read_gazetteer import PER_DEGREE, read_gazetteer
from dynapolis.store.content import shipped

FOLDER = shipped() / "places" / "gazetteer"
GEONAMES = Path(__file__).parents[3].parent / "shared" / "data" / "geonames" / "cities15000.zip"
DESCRIPTION = yaml.safe_load((FOLDER / "gazetteer.yml").read_text(encoding="utf-8"))


def test_every_file_is_below_five_megabytes_and_named_in_the_readme() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.parquet"):
        assert path.stat().st_size < 5_000_000, path.name
        assert f"`{path.name}`" in readme
    assert DESCRIPTION["extract"] in readme
    assert "CC BY 4.0" in readme and "geonames.org" in readme


def test_the_description_counts_what_the_files_hold() -> None:
    small = [pq.read_metadata(FOLDER / f"small_places_{n}.parquet").num_rows for n in (1, 2)]
    assert pq.read_metadata(FOLDER / "cities.parquet").num_rows == DESCRIPTION["n_cities"]
    assert sum(small) == DESCRIPTION["n_small_places"]


def test_a_country_stands_in_one_run_of_rows_of_one_file() -> None:
    seen: set[str] = set()
    for name in ("small_places_1.parquet", "small_places_2.parquet"):
        codes = pq.read_table(FOLDER / name).column("country").to_pylist()
        runs = [code for code, before in zip(codes, [None, *codes], strict=False) if code != before]
        assert len(runs) == len(set(runs))
        assert not seen & set(runs)
        seen |= set(runs)


def test_every_place_has_a_key_and_an_own_name_finds_it_or_a_likelier_namesake() -> None:
    cities = read_gazetteer()
    for code in ("FI", "KR", "GR", "LU"):
        country = cities.country(code)
        for place, cell in enumerate(country.columns.main):
            for words in cell.split("|"):
                found = country.find(words.replace(" ", ""))
                assert found is not None
                best = max(country.weight(2 * place), country.weight(2 * found.place))
                assert country.weight(2 * found.place) == best or not found.main


def test_the_cities_are_those_of_the_published_file() -> None:
    if not GEONAMES.is_file():
        reason = "cities15000.zip is not in ../shared/data/geonames, so the gazetteer is not compared with its source"
        print(reason)
        pytest.skip(reason)
    with zipfile.ZipFile(GEONAMES) as whole, whole.open("cities15000.txt") as raw:
        lines = [line.rstrip("\n").split("\t") for line in io.TextIOWrapper(raw, encoding="utf-8", newline="\n")]
    published = {int(f[0]): (f[1], f[8], round(float(f[4]) * PER_DEGREE), int(f[14])) for f in lines}
    rows = pq.read_table(FOLDER / "cities.parquet").to_pylist()
    assert {r["geonameid"]: (r["name"], r["country"], r["lat"], r["population"]) for r in rows} == published


def test_the_finer_gazetteer_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BadUse, match=r"install dynapolis\[fine-gazetteer\]"):
        read_gazetteer("cities500").country("FI")


def test_kilometres_are_those_of_the_sphere() -> None:
    assert kilometres(60.17, 24.94, 59.437, 24.754) == pytest.approx(82, abs=1)  # Helsinki to Tallinn
    assert kilometres(0, 179.9, 0, -179.9) == pytest.approx(22.2, abs=0.1)  # over the date line
