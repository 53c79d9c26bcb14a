"""An edition given away: a data package with everything needed to check, cite and reuse it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from dynapolis import __version__
from dynapolis.errors import BadUse
from dynapolis.ids import digest_bytes
from dynapolis.model.codebook import Codebook
from dynapolis.model.place import PlaceSource
from dynapolis.report.claims import make_claims
from dynapolis.report.data import ReportData
from dynapolis.store.editions import Edition
from dynapolis.store.files import write_whole
from dynapolis.store.lake import parquet_bytes

_TYPES = {"int64": "integer", "double": "number", "bool": "boolean", "string": "string", "large_string": "string"}


def export_edition(edition: Edition, out: Path) -> list[str]:
    """Write the package into a new or empty folder; returns the names of its files.

    Holds every table as Parquet and CSV, the published ones also as JSON, the codebook as SKOS, the claims of the
    report, a Frictionless descriptor, a citation, and the checksum of every file. The same edition gives the same
    bytes.

    Raises:
        BadUse: the folder holds something already, or the edition holds what must not be passed on.
    """
    if edition.private:
        held = f"edition {edition.short_id} holds {', '.join(edition.private)}, whose terms forbid passing on"
        raise BadUse(f"{held}; make one without: dynapolis run")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadUse(f"{out} is not empty; name a new folder")
    data = ReportData.load(edition)
    files = dict(_files(edition, data))
    checksums = "".join(f"{digest_bytes(content)}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = checksums.encode()
    for name, content in files.items():
        write_whole(out / name, content)
    return sorted(files)


def _files(edition: Edition, data: ReportData) -> Iterator[tuple[str, bytes]]:
    tables = edition.tables()
    for name, table in tables.items():
        yield f"data/{name}.parquet", parquet_bytes(table)
        yield f"data/{name}.csv", _csv(table)
        if name.startswith("out_"):
            yield f"data/{name}.json", _json(table.to_pylist())
    yield "claims.json", _json([claim.to_value() for claim in make_claims(data).values()])
    yield "codebook.skos.jsonld", _json(skos(data.codebook))
    yield "edition.json", _json({"edition_id": edition.edition_id, "inputs": edition.inputs})
    yield "datapackage.json", _json(_descriptor(edition, data, tables))
    yield "CITATION.cff", _citation(edition).encode()
    yield "CITATION.bib", _bibtex(edition).encode()
    for path in sorted((edition.folder / "content").rglob("*")):
        if path.is_file():
            yield f"content/{path.relative_to(edition.folder / 'content').as_posix()}", path.read_bytes()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _csv(table: pa.Table) -> bytes:
    """UTF-8 with a header; lists joined by ';', nothing for null."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([";".join(v) if isinstance(v, list) else "" if v is None else v for v in row.values()])
    return sink.getvalue().encode()


def _descriptor(edition: Edition, data: ReportData, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Frictionless Data Package 1.0 with a Table Schema for every CSV file."""
    return {
        "profile": "tabular-data-package",
        "name": f"dynapolis-{edition.short_id}",
        "id": edition.edition_id,
        "title": data.spec.title.en,
        "title_ko": data.spec.title.ko,
        "version": edition.short_id,
        "licenses": [{"name": name} for name in dict.fromkeys(r.licence.name for r in data.registers)],
        "sources": [
            {"title": s.title, "path": s.url, "licence": s.licence} for s in _sources(data)
        ] + [{"title": r.title.en, "title_ko": r.title.ko, "licence": r.licence.name} for r in data.registers],
        "resources": [
            {
                "name": name.replace("__", "-").replace("_", "-"),
                "path": f"data/{name}.csv",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": f.name, "type": _TYPES.get(str(f.type), "string")} for f in table.schema]
                },
            }
            for name, table in tables.items()
        ],
    }  # fmt: skip


def _sources(data: ReportData) -> list[PlaceSource]:
    """Sources of places and populations, each once."""
    both = [*data.places.sources.values(), *data.populations.sources.values()]
    return list({source.title: source for source in both}.values())


def skos(codebook: Codebook) -> dict[str, Any]:
    """The codebook as SKOS concept schemes in JSON-LD: labels and rules in both languages, hierarchy, crosswalks."""
    base = f"urn:dynapolis:{codebook.codebook}:{codebook.version}"
    graph: list[dict[str, Any]] = []
    for scheme in codebook.schemes:
        scheme_id = f"{base}:{scheme.scheme}"
        graph.append({"@id": scheme_id, "@type": "skos:ConceptScheme", "skos:prefLabel": _both(scheme.label)})
        for code in scheme.codes:
            concept = {
                "@id": f"{scheme_id}:{code.code}",
                "@type": "skos:Concept",
                "skos:inScheme": {"@id": scheme_id},
                "skos:notation": code.code,
                "skos:prefLabel": _both(code.label),
                "skos:definition": _both(code.rule),
            }
            if code.parent:
                concept["skos:broader"] = {"@id": f"{scheme_id}:{code.parent}"}
            folds = {
                w.name: w.map[code.code]
                for w in codebook.crosswalks
                if w.scheme == scheme.scheme and code.code in w.map
            }
            if folds:
                concept["skos:relatedMatch"] = [{"@id": f"{scheme_id}:{to}#{walk}"} for walk, to in folds.items()]
            graph.append(concept)
    return {"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "@graph": graph}


def _both(text: Any) -> list[dict[str, str]]:
    return [{"@value": text.en, "@language": "en"}, {"@value": text.ko, "@language": "ko"}]


def _citation(edition: Edition) -> str:
    return (
        "cff-version: 1.2.0\n"
        'message: "Cite this edition by its id: its numbers never change."\n'
        "type: dataset\n"
        f'title: "Urban innovativeness of cities, edition {edition.short_id}"\n'
        f'version: "{edition.short_id}"\n'
        "authors:\n  - name: The dynapolis developers\n"
        f'identifiers:\n  - {{type: other, value: "sha256:{edition.edition_id}"}}\n'
        f'abstract: "Made with dynapolis {__version__}."\n'
    )


def _bibtex(edition: Edition) -> str:
    return (
        f"@misc{{dynapolis_{edition.short_id},\n"
        "  author = {{The dynapolis developers}},\n"
        f"  title = {{Urban innovativeness of cities, edition {edition.short_id}}},\n"
        f"  version = {{{edition.short_id}}},\n"
        f"  note = {{sha256:{edition.edition_id}, made with dynapolis {__version__}}}\n}}\n"
    )
