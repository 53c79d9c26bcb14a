"""From an edition's tables to its reading copy: documents, facets, orders, and the documents behind every figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from dynapolis.model.codebook import Codebook
from dynapolis.model.place import Places
from dynapolis.serve.facets import Facet, encode, encode_several
from dynapolis.serve.search.tokens import indexed
from dynapolis.store.reading import Document, Documents

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]

BATCH = 5_000  # initiatives laid out at a time
SUMMARY = 280  # characters of a description that a line of a list shows
POPULATIONS = ("units", "projects", "living_labs", "lab_projects", "industry", "innovation")
CODED = ("kind", "track", "sector", "goal", "lab_type", "stage", "status", "lead", "driver")
STATES = ("adjudicated", "agreed", "single", "probable", "uncoded")
EVIDENCE = ("several_registers", "several_records", "one_record")
LANGUAGES = ("ko", "en", "both", "none")
_PER_UNIT = {
    "adopted": "core_coding__adopted",
    "codings": "core_coding__translated",
    "links": "out_links__link",
    "uncoded": "core_coding__uncoded",
    "figures_of": "out_index__assn_indicator_unit",
}


@dataclass(frozen=True)
class Layout:
    """An edition ready to be written as a reading copy.

    Attributes:
        facets: of the lists of initiatives.
        letters: every character that names and descriptions use, once.
        documents: makes the documents, in their order; called once.
        columns: facets, populations, years and orders, each of shape (n_documents,).
        counted: figures with the documents behind them.
    """

    facets: tuple[Facet, ...]
    letters: str
    documents: Callable[[], Iterator[Document]]
    columns: dict[str, npt.NDArray[Any]]
    counted: Callable[[], Iterator[tuple[str, Documents]]]


def lay_out(tables: Tables, codebook: Codebook, places: Places) -> Layout:
    """Documents are numbered in the order of their unit ids.

    Args:
        tables: of the edition.
        codebook: its codebook; the values of coded facets stand in its order.
        places: its cities.
    """
    units = tables["core_coding__screened"].sort_by("unit_id").combine_chunks()
    numbers = {unit: number for number, unit in enumerate(units["unit_id"].to_pylist())}
    codes = _codes_by_unit(tables["core_coding__adopted"], numbers, len(units))
    records = _records_by_unit(tables, numbers)
    shown = _shown_records(units, tables["core_records__record"])
    facets, columns = _facets(units, codes, records, shown, codebook, places, tables)
    columns |= {f"is_{name}": np.array(units[f"is_{name}"].to_pylist(), bool) for name in POPULATIONS}
    columns |= _years(shown) | _orders(shown, codes, records)

    def documents() -> Iterator[Document]:
        yield from _documents(units, tables, codes, {c.id: f"{c.name.ko} | {c.name.en}" for c in places.cities})

    def counted() -> Iterator[tuple[str, Documents]]:
        for names in _numbers(tables):
            yield from _counted(names, numbers)

    return Layout(tuple(facets), _letters(tables["core_records__record"]), documents, columns, counted)


# --- columns


def _codes_by_unit(adopted: pa.Table, numbers: Mapping[str, int], n: int) -> dict[str, list[list[str]]]:
    """Codes of every scheme, one list per document, the primary one first."""
    found: dict[str, list[list[str]]] = {scheme: [[] for _ in range(n)] for scheme in CODED}
    ordered = adopted.select(["unit_id", "scheme", "position", "code"]).sort_by([("position", "ascending")])
    for unit, scheme, code in zip(
        ordered["unit_id"].to_pylist(), ordered["scheme"].to_pylist(), ordered["code"].to_pylist(), strict=True
    ):
        if scheme in found and unit in numbers:
            found[scheme][numbers[unit]].append(code)
    return found


def _records_by_unit(tables: Tables, numbers: Mapping[str, int]) -> list[list[str]]:
    """Registers of all records of every document; one entry per record."""
    register = dict(
        zip(
            tables["core_records__record"]["record_id"].to_pylist(),
            tables["core_records__record"]["register"].to_pylist(),
            strict=True,
        )
    )
    found: list[list[str]] = [[] for _ in numbers]
    joined = tables["core_resolve__assn_record_entity"]
    for record, unit in zip(joined["record_id"].to_pylist(), joined["unit_id"].to_pylist(), strict=True):
        found[numbers[unit]].append(register[record])
    return found


def _shown_records(units: pa.Table, records: pa.Table) -> pa.Table:
    """The record that shows each document, in the order of the documents."""
    places = pc.index_in(units["record_id"], value_set=records["record_id"].combine_chunks())
    return records.take(places).combine_chunks()


def _facets(
    units: pa.Table,
    codes: Mapping[str, list[list[str]]],
    records: Sequence[Sequence[str]],
    shown: pa.Table,
    codebook: Codebook,
    places: Places,
    tables: Tables,
) -> tuple[list[Facet], dict[str, Any]]:
    cities = units["city_id"].to_pylist()
    country = {city.id: city.country for city in places.cities}
    one: dict[str, tuple[Sequence[str], Sequence[str | None]]] = {
        "city": (sorted(set(cities)), cities),
        "country": (sorted({country[c] for c in cities}), [country[c] for c in cities]),
        "innovation": (("yes", "no"), ["yes" if yes else "no" for yes in units["is_innovation"].to_pylist()]),
        "evidence": (EVIDENCE, [_evidence(registers) for registers in records]),
        "coding": (STATES, _states(tables["core_coding__adopted"], units["unit_id"].to_pylist())),
        "language": (LANGUAGES, _languages(shown)),
    }
    facets = [Facet(name, tuple(values)) for name, (values, _) in one.items()]
    columns: dict[str, Any] = {facet.name: encode(one[facet.name][1], facet) for facet in facets}
    for scheme in CODED:
        known = codebook.by_scheme.get(scheme)
        if known is None:
            continue
        facet = Facet(scheme, known.code_names, known.multiple or any(len(row) > 1 for row in codes[scheme]))
        facets.append(facet)
        first = [row[0] if row else None for row in codes[scheme]]
        columns[scheme] = encode_several(codes[scheme], facet) if facet.several else encode(first, facet)
    registers = Facet("register", tuple(sorted({name for row in records for name in row})), several=True)
    return [*facets, registers], columns | {"register": encode_several(records, registers)}


def _evidence(registers: Sequence[str]) -> str:
    if len(set(registers)) > 1:
        return "several_registers"
    return "several_records" if len(registers) > 1 else "one_record"


def _states(adopted: pa.Table, units: Sequence[str]) -> list[str]:
    """How the codes of a document came about: by its weakest, where the schemes differ."""
    rank = {state: number for number, state in enumerate(STATES)}
    worst: dict[str, int] = {}
    for unit, why in zip(adopted["unit_id"].to_pylist(), adopted["why"].to_pylist(), strict=True):
        state = (
            "adjudicated"
            if why == "adjudicated"
            else "agreed"
            if why.startswith("agreed")
            else ("probable" if why == "consensus" else "single")
        )
        worst[unit] = max(worst.get(unit, 0), rank[state])
    return [STATES[worst.get(unit, rank["uncoded"])] for unit in units]


def _languages(shown: pa.Table) -> list[str]:
    pairs = zip(shown["description_ko"].to_pylist(), shown["description_en"].to_pylist(), strict=True)
    return ["both" if ko and en else "ko" if ko else "en" if en else "none" for ko, en in pairs]


def _years(shown: pa.Table) -> dict[str, npt.NDArray[Any]]:
    """First and last years; 0 where none is told."""
    return {name: np.array([y or 0 for y in shown[name].to_pylist()], np.int16) for name in ("start_year", "end_year")}


def _orders(shown: pa.Table, codes: Mapping[str, list[list[str]]], records: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Documents in the orders in which lists stand: each column holds document numbers, the first one first."""
    names = np.array([(name or "").casefold() for name in shown["name"].to_pylist()])
    year = np.array([y or 0 for y in shown["start_year"].to_pylist()])
    coded = np.array([sum(bool(row[n]) for row in codes.values()) for n in range(len(names))])
    strength = np.array([4 * len(set(row)) + 2 * len(row) for row in records]) + coded / 10
    by_name = np.argsort(names, kind="stable")
    place = np.empty(len(names), np.int64)
    place[by_name] = np.arange(len(names))
    return {
        "order_name": by_name.astype(np.int32),
        "order_newest": np.lexsort((place, -year)).astype(np.int32),
        "order_evidence": np.lexsort((place, -strength)).astype(np.int32),
    }


def _letters(records: pa.Table) -> str:
    found: set[str] = set()
    for name in ("name", "name_local", "description_en", "description_ko", "lead_organisation"):
        for text in records[name].to_pylist():
            found.update(text or "")
    return "".join(sorted(found))


# --- documents


def _documents(
    units: pa.Table, tables: Tables, codes: Mapping[str, list[list[str]]], city_names: Mapping[str, str]
) -> Iterator[Document]:
    ids = units["unit_id"].to_pylist()
    joined = tables["core_resolve__assn_record_entity"]
    all_records = tables["core_records__record"]
    record_place = {record: n for n, record in enumerate(all_records["record_id"].to_pylist())}
    of_unit = {name: Groups(tables[table], "unit_id") for name, table in _PER_UNIT.items() if table in tables}
    joined_of = Groups(joined, "unit_id")
    judged = _judgements(tables)
    properties = Groups(tables["core_resolve__property"], "entity_id")
    for start in range(0, len(ids), BATCH):
        end = min(start + BATCH, len(ids))
        rows = units.slice(start, end - start).to_pylist()
        parts = {name: groups.of(ids[start:end]) for name, groups in of_unit.items()}
        belonging = joined_of.of(ids[start:end])
        described = properties.of(list(dict.fromkeys(row["entity_id"] for row in rows)))
        wanted = [record_place[row["record_id"]] for rows_ in belonging.values() for row in rows_]
        records = {row["record_id"]: row for row in all_records.take(wanted).to_pylist()}
        for number, row in enumerate(rows, start=start):
            unit = row["unit_id"]
            own = sorted(belonging[unit], key=lambda r: (r["record_id"] != row["record_id"], r["record_id"]))
            page = {
                "unit": row,
                "records": [records[r["record_id"]] for r in own],
                "joined": own,
                "judgements": [j for r in own for j in judged.get(r["record_id"], ())],
                "properties": described.get(row["entity_id"], []),
                **{name: groups.get(unit, []) for name, groups in parts.items()},
            }
            here = {scheme: found[number] for scheme, found in codes.items() if found[number]}
            yield _document(row, page, here, city_names.get(row["city_id"], ""))


def _document(row: Row, page: Row, codes: Mapping[str, list[str]], city: str) -> Document:
    records = page["records"]
    first = records[0]
    listed = {
        "name": first["name"],
        "name_local": first["name_local"],
        "city_id": row["city_id"],
        "start_year": first["start_year"],
        "end_year": first["end_year"],
        "lead_organisation": first["lead_organisation"],
        "text_en": _short(first["description_en"]),
        "text_ko": _short(first["description_ko"]),
        "innovation": row["is_innovation"],
        "codes": codes,
        "n_records": len(records),
        "registers": sorted({record["register"] for record in records}),
        "sources": list(dict.fromkeys(record["source_url"] for record in records)),
    }
    names = [record[key] or "" for record in records for key in ("name", "name_local")]
    keys = ("description_en", "description_ko", "lead_organisation", "lab_name", "district")
    words = [record[key] or "" for record in records for key in keys]
    words += [partner for record in records for partner in record["partners"] or ()]
    words.append(city)
    ids = {row["entity_id"], *(r["own_entity_id"] for r in page["joined"]), *(r["record_id"] for r in records)}
    ids |= {record["source_id"] for record in records}
    return Document(
        row["unit_id"],
        listed,
        page,
        indexed(" | ".join(dict.fromkeys(names))),
        indexed(" | ".join(words)),
        tuple(sorted(ids - {row["unit_id"]})),
    )


def _short(text: str | None) -> str | None:
    if text is None or len(text) <= SUMMARY:
        return text
    return text[:SUMMARY].rsplit(" ", 1)[0] + "…"


class Groups:
    """Rows of a table by a key, for some keys at a time; texts that come again and again are held once."""

    def __init__(self, table: pa.Table, key: str) -> None:
        """Sort the table by its key; rows of one key keep their order."""
        for n, field in enumerate(table.schema):
            if field.type == pa.string() and field.name != key:
                table = table.set_column(n, field.name, table[field.name].dictionary_encode())
        places = pc.sort_indices(table, sort_keys=[(key, "ascending")])
        ordered = table[key].cast(pa.large_string()).combine_chunks().take(places)
        runs = pc.run_end_encode(ordered, pa.int64())
        ends = runs.run_ends.to_pylist()
        self._spans = dict(zip(runs.values.to_pylist(), pairwise([0, *ends]), strict=True))
        self._places = places.to_numpy()
        self._table, self._key = table, key

    def of(self, keys: Sequence[str]) -> dict[str, list[Row]]:
        """The rows of each of these keys that has any."""
        spans = [self._places[slice(*self._spans[key])] for key in keys if key in self._spans]
        rows = self._table.take(np.concatenate(spans)).to_pylist() if spans else []
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[self._key]].append(row)
        return found


def _judgements(tables: Tables) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables["core_resolve__judgement"].to_pylist():
        found[row["left_id"]].append(row)
    return found


def _numbers(tables: Tables) -> Iterator[pa.Table]:
    """What numbers count, as tables of names and initiatives; names are those that evidence links use."""
    yield _named(tables["out_figures__assn_figure_unit"], ["figure_id"])
    found = tables["out_index__assn_indicator_unit"]
    yield _named(found, ["city_id", "indicator"], "indicator")
    yield _named(tables["out_figures__assn_capability_unit"], ["capability", "actor"], "capability")
    yield _named(tables["out_collaboration__assn_figure_record"], ["figure_id"])
    links = tables["out_links__link"]
    sure = links.filter(pc.and_(pc.equal(links["link"], "district"), pc.invert(links["unsure"])))
    yield _named(sure, ["target_id"], "district")
    crossing = tables["out_collaboration__cross_city"].select(["organisation_id", "unit_ids"]).to_pylist()
    pairs = [(row["organisation_id"], unit) for row in crossing for unit in row["unit_ids"]]
    yield _named(
        pa.table(
            {
                "organisation_id": [o for o, _ in pairs] or pa.array([], pa.string()),
                "unit_id": [u for _, u in pairs] or pa.array([], pa.string()),
            }
        ),
        ["organisation_id"],
        "organisation",
    )


def _named(table: pa.Table, parts: Sequence[str], prefix: str = "") -> pa.Table:
    columns = [table[part] for part in parts]
    if prefix:
        columns.insert(0, pa.scalar(prefix))
    name = pc.binary_join_element_wise(*columns, ".") if len(columns) > 1 else columns[0]
    return pa.table({"name": name, "unit_id": table["unit_id"]})


def _counted(table: pa.Table, numbers: Mapping[str, int]) -> Iterator[tuple[str, Documents]]:
    """Documents behind every number."""
    ordered = (
        table.group_by(["name", "unit_id"]).aggregate([]).sort_by([("name", "ascending"), ("unit_id", "ascending")])
    )
    docs: list[int] = []
    current: str | None = None
    for name, unit in zip(ordered["name"].to_pylist(), ordered["unit_id"].to_pylist(), strict=True):
        if name != current and current is not None:
            yield current, np.array(docs, np.int32)
            docs = []
        current = name
        docs.append(numbers[unit])
    if current is not None:
        yield current, np.array(docs, np.int32)
