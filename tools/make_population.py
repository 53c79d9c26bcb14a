"""Make ``content/places/population.csv`` again from the published files. Run by hand; same files, same bytes.

    .venv/bin/python tools/make_population.py ../shared/data

Which printed name is which city is decided by the links of ``population.yml``, and by nothing else.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from dynapolis.model.population import Link, Population, PopulationDescription, check_description
from dynapolis.store.yaml_file import read_yaml

PLACES = Path(__file__).parents[1] / "src" / "dynapolis" / "content" / "places"
WUP = Path("un-wup2018") / "WUP2018-F12-Cities_Over_300K.xls"
UNSD = Path("unsd-city-population") / "unsd-citypopulation-year-both.csv.gz"
GEONAMES = Path("geonames") / "cities15000.zip"
WUP_HEADER, WUP_FIRST_PROJECTION = 16, 2020
GEONAMES_YEAR = 2026
CITY_TYPES = {"City proper": "city_proper", "Urban agglomeration": "agglomeration"}
Links = Mapping[tuple[str, ...], Link]


def read_wup(path: Path, links: Links) -> Iterator[Population]:
    """Agglomerations of File 12: the header stands in row 17, numbers are thousands, notes stand on a second sheet."""
    workbook = CalamineWorkbook.from_path(path)
    sheet = workbook.get_sheet_by_name("Data").to_python(skip_empty_area=False)
    notes = dict(filter(None, (_note(row) for row in workbook.get_sheet_by_name("NOTES").to_python())))
    years = {n: int(cell) for n, cell in enumerate(sheet[WUP_HEADER]) if isinstance(cell, float)}
    for row in sheet[WUP_HEADER + 1 :]:
        country, name, code = str(row[2]), str(row[4]), f"{row[3]:.0f}"
        link = links.get((country, name, code))
        for n, year in years.items() if link else ():
            yield Population(
                city_id=link.city_id, definition="agglomeration", year=year, value=round(row[n] * 1000),
                source=link.source, source_country=country, source_name=name, locator=f"city code {code}",
                is_projection=year >= WUP_FIRST_PROJECTION, footnote=notes[int(row[5])] if row[5] != "" else None,
            )  # fmt: skip


def _note(row: list[Any]) -> tuple[int, str] | None:
    found = re.match(r"\((\d+)\)\s+(.*)", str(row[0]), re.S)
    return (int(found[1]), " ".join(found[2].split())) if found else None


def read_unsd(path: Path, links: Links) -> Iterator[Population]:
    """Cities by year; the footnotes' texts follow the table in the first two of its columns."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    end = next(n for n, row in enumerate(rows) if row[0] == "footnoteSeqID")
    notes = {row[0]: " ".join(" ".join(row[1:]).split()) for row in rows[end + 1 :]}  # one note runs over many columns
    for number, row in enumerate(rows[1 : end - 1], start=2):
        country, year, _, _, name, city_type, record_type, reliability, source_year, value, marks = row
        if link := links.get((country, name)):
            yield Population(
                city_id=link.city_id, definition=CITY_TYPES[city_type], year=int(year), value=round(float(value), 1),
                source=link.source, source_country=country, source_name=name, locator=f"row {number}",
                is_projection=False, record_type=record_type, reliability=reliability, source_year=int(source_year),
                footnote=" | ".join(notes[mark] for mark in footnote_marks(marks)) or None,
            )  # fmt: skip


def footnote_marks(cell: str) -> list[str]:
    """Numbers of footnotes. Some lost their commas, as if "129,130" had been a number: there are only 163 notes.

    Example:
        >>> footnote_marks("7,8"), footnote_marks("129130131"), footnote_marks("")
        (['7', '8'], ['129', '130', '131'], [])
    """
    return [mark for part in cell.split(",") for mark in re.findall(r"\d{1,3}", part)]


def read_geonames(path: Path, links: Links) -> Iterator[Population]:
    """Places of the gazetteer by their id."""
    with zipfile.ZipFile(path) as archive:
        lines = archive.read("cities15000.txt").decode("utf-8").splitlines()
    for line in lines:
        field = line.split("\t")
        if link := links.get((field[8], field[1], field[0])):
            yield Population(
                city_id=link.city_id, definition="place", year=GEONAMES_YEAR, value=float(field[14]),
                source=link.source, source_country=field[8], source_name=field[1], locator=f"geonameid {field[0]}",
                is_projection=False,
            )  # fmt: skip


def keyed(description: PopulationDescription, source: str) -> Links:
    """Links of one source by country, name and, where it prints one, code."""
    return {
        (link.country, link.name, *([link.code] if link.code else [])): link
        for link in description.links
        if link.source == source
    }


def make_rows(data: Path, description: PopulationDescription) -> list[Population]:
    """All populations of the linked cities, in the order of the file."""
    rows = [
        *read_wup(data / WUP, keyed(description, "un_wup2018")),
        *read_unsd(data / UNSD, keyed(description, "unsd")),
        *read_geonames(data / GEONAMES, keyed(description, "geonames")),
    ]
    order = [link.source for link in description.links]
    rows.sort(key=lambda r: (r.city_id, order.index(r.source), r.definition, r.year, r.record_type or "",
                             r.source_year or 0))  # fmt: skip
    return rows


def as_csv(rows: list[Population]) -> str:
    """The file's text: one column per field, yes and no for Booleans, whole numbers without a point."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(Population.model_fields)
    for row in rows:
        writer.writerow([_cell(value) for value in row.model_dump().values()])
    return sink.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return "" if value is None else str(value)


def main(data: str) -> None:
    """Write the file and say how many rows each source gave."""
    description = read_yaml(PLACES / "population.yml", PopulationDescription, check_description)
    rows = make_rows(Path(data), description)
    (PLACES / "population.csv").write_text(as_csv(rows), encoding="utf-8", newline="")
    for source in description.sources:
        print(source, sum(row.source == source for row in rows))


if __name__ == "__main__":
    main(sys.argv[1])
