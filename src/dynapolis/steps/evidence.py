"""Records, entities, units, codings, adopted codes, populations (method, sections 1 and 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields

import narwhals as nw
import pyarrow as pa

from dynapolis.coding.adopt import UNCODED, adopt, code_mapping, independent_pairs, only_asked, translate
from dynapolis.coding.consensus import find_consensus
from dynapolis.coding.screening import screen
from dynapolis.engine.duckdb import DuckDBEngine
from dynapolis.engine.frame import Frame
from dynapolis.ids import unit_id
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import GIVEN_HERE, Coder, Coding, Judgement, Record
from dynapolis.model.organisation import Organisation
from dynapolis.model.place import Places
from dynapolis.model.register import DESCRIPTION
from dynapolis.steps.joining import join
from dynapolis.steps.posterior import Question, probable_codes

Tables = dict[str, pa.Table]

ADOPTED = (
    "unit_id", "scheme", "position", "code", "why", "coder_id", "codebook_version", "n_coders", "unsure",
    "probability", "quote", "reason", "record_id", "coding_id",
)  # fmt: skip
_TEXT, _INT = pa.string(), pa.int64()
RECORD = pa.schema(
    [
        ("record_id", _TEXT), ("register", _TEXT), ("snapshot_id", _TEXT), ("line", _INT), ("source_id", _TEXT),
        ("name", _TEXT), ("name_local", _TEXT), ("city_id", _TEXT), ("start_year", _INT), ("end_year", _INT),
        ("lead_organisation", _TEXT), ("partners", pa.list_(_TEXT)), ("description_en", _TEXT),
        ("description_ko", _TEXT),
        ("source_url", _TEXT), ("source_title", _TEXT), ("evidence", _TEXT), ("note", _TEXT), ("lab_name", _TEXT),
        ("district", _TEXT),
        ("same_as", _TEXT), ("same_as_register", _TEXT), ("doubted", pa.list_(_TEXT)),
        ("licence", _TEXT), ("register_date", _TEXT),
    ]
)  # fmt: skip
CODING = pa.schema(
    [
        ("coding_id", _TEXT), ("record_id", _TEXT), ("unit_id", _TEXT), ("scheme", _TEXT), ("position", _INT),
        ("code", _TEXT), ("coder_id", _TEXT), ("coder_version", _TEXT), ("codebook_version", _TEXT), ("round", _INT),
        ("unsure", pa.bool_()), ("probability", pa.float64()), ("quote", _TEXT), ("reason", _TEXT), ("note", _TEXT),
        ("snapshot_id", _TEXT), ("description_id", _TEXT), ("line", _INT), ("kind", _TEXT), ("role", _TEXT),
        ("threshold", pa.float64()),
    ]
)  # fmt: skip


def record_tables(
    records: Sequence[Record],
    judgements: Sequence[Judgement],
    places: Places,
    searched: Collection[str] = (),
    official: frozenset[str] = frozenset(),
) -> Tables:
    """Records, the judgements on them, which entity each belongs to, the units of coding, and the cities.

    A unit is one entity in one city. When several records of an entity lie in one city, the unit is shown by the one
    that comes first in the precedence; the codings of all of them are codings of the unit. A city is searched where a
    register says so, or found something.

    Args:
        records: those of the current snapshots.
        judgements: those of the ledger.
        places: the cities.
        searched: cities that a register says it searched.
        official: registers whose publisher is a public body; their records come first.
    """
    records = sorted(records, key=lambda r: r.record_id)
    entities, joined = join(records, judgements, official)
    known = {record.record_id: record for record in records}
    units: dict[str, Record] = {}
    for entity, members in entities.members.items():
        for member in members:
            units.setdefault(unit_id(entity, known[member].city_id), known[member])
    n_units = {city.id: 0 for city in places.cities}
    for record in units.values():
        n_units[record.city_id] += 1
    return {
        "core_records__record": pa.Table.from_pylist(
            [asdict(r) | {"partners": list(r.partners), "doubted": list(r.doubted)} for r in records], RECORD
        ),
        **joined,
        "core_coding__unit": pa.Table.from_pylist(
            [
                {
                    "unit_id": u,
                    "entity_id": entities.entity_of[r.record_id],
                    "city_id": r.city_id,
                    "record_id": r.record_id,
                }
                for u, r in sorted(units.items())
            ]
        ),
        "core_places__city": pa.Table.from_pylist(
            [
                {
                    "city_id": c.id,
                    "name_en": c.name.en,
                    "name_ko": c.name.ko,
                    "country": c.country,
                    "latitude": c.latitude,
                    "longitude": c.longitude,
                    "in_report_2022": c.in_report_2022,
                    "n_units": n_units[c.id],
                    "searched": n_units[c.id] > 0 or c.id in searched,
                }
                for c in places.cities
            ]
        ),
    }


def is_current(coding: Coding, snapshots: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a coding was read from a current file by the current description of its register, or given in this place.

    What people wrote into sheets, or a coder was asked in a workspace, belongs to the record and not to a file of its
    register: it counts as long as the record is there.
    """
    return coding.description_id == GIVEN_HERE or any(
        coding.snapshot_id in files.values() and coding.description_id == files[DESCRIPTION]
        for files in snapshots.values()
    )


_CODING_FIELDS = tuple(field.name for field in fields(Coding))


def coding_tables(
    codings: Sequence[Coding], coders: Sequence[Coder], records: pa.Table, snapshots: Mapping[str, Mapping[str, str]]
) -> Tables:
    """Codings of the current snapshots with their units and coders, and the coders.

    Codings of a file or a description that was replaced stay in the ledger and count no more. Where several records
    are one unit, the codings of all of them are codings of the unit; each still names the record it was read from.

    Args:
        records: which unit each record belongs to; columns ``record_id`` and ``unit_id``.
    """
    unit_of = dict(zip(records["record_id"].to_pylist(), records["unit_id"].to_pylist(), strict=True))
    by_version = {(coder.id, coder.version): coder for coder in coders}
    rows = [
        {
            **{name: getattr(item, name) for name in _CODING_FIELDS},  # asdict would copy every value
            "coding_id": item.coding_id,
            "unit_id": unit_of[item.record_id],
            "kind": by_version[item.coder_id, item.coder_version].kind.value,
            "role": by_version[item.coder_id, item.coder_version].role.value,
            "threshold": by_version[item.coder_id, item.coder_version].threshold,
        }
        for item in codings
        if is_current(item, snapshots) and item.record_id in unit_of
    ]
    rows.sort(key=lambda row: row["coding_id"])
    people = [
        {
            "coder_id": c.id, "version": c.version, "kind": c.kind.value, "role": c.role.value,
            "name_en": c.name.en, "name_ko": c.name.ko, "sees": ";".join(c.sees),
        }
        for c in sorted(coders, key=lambda c: (c.id, c.version))
    ]  # fmt: skip
    return {
        "core_coding__coding": pa.Table.from_pylist(rows, CODING),
        "core_coding__coder": pa.Table.from_pylist(people),
    }


def translate_codings(
    core: Tables,
    codings: Sequence[Coding],
    coders: Sequence[Coder],
    snapshots: Mapping[str, Mapping[str, str]],
    codebook: Codebook,
    previous: Codebook | None,
) -> Tables:
    """The coders, and the codings of the current snapshots as they read under the edition's codebook."""
    said = coding_tables(codings, coders, core["core_resolve__assn_record_entity"], snapshots)
    mapping = pa.table(code_mapping(codebook, previous))
    with DuckDBEngine() as engine:
        frames = engine.frames({"coding": said["core_coding__coding"], "mapping": mapping})
        translated = engine.collect(translate(frames["coding"], frames["mapping"]), order_by=["coding_id"])
    return {"core_coding__coder": said["core_coding__coder"], "core_coding__translated": translated}


def adopt_codings(
    core: Tables, said: Tables, questions: list[Question], codebook: Codebook, least_probability: float
) -> Tables:
    """The adopted codes with why, what stays uncoded, and every unit with its populations.

    Args:
        core: tables of the step "records".
        said: the coders and their translated codings.
        questions: the coders' posteriors.
        codebook: the edition's.
        least_probability: of a code that is adopted by consensus.
    """
    unit, pairs = core["core_coding__unit"], independent_pairs(_sees(said["core_coding__coder"]))
    order = ["unit_id", "scheme", "position"]
    with DuckDBEngine() as engine:
        said_ = engine.frame("translated", said["core_coding__translated"])
        decided = engine.collect(
            adopt(said_, engine.frame("pairs", pa.table(pairs, _PAIRS))).select(*ADOPTED), order_by=order
        )
        probable = engine.frame("probable", probable_codes(questions, unit["unit_id"].to_pylist(), decided))
        decided_ = engine.frame("decided", decided)
        found = find_consensus(said_, decided_, probable, threshold=least_probability).select(*ADOPTED)
        consensus = engine.collect(found, order_by=order)
        both = engine.frame("both", pa.concat_tables([decided, consensus.cast(decided.schema)]))
        adopted = engine.collect(only_asked(both, engine.frame("asked", _asked(codebook))), order_by=order)
        screened = engine.collect(
            screen(engine.frame("unit", unit), engine.frame("adopted", adopted)), order_by=["unit_id"]
        )
        uncoded = engine.collect(_uncoded(engine, screened, adopted, codebook), order_by=["unit_id", "scheme"])
    return {
        "core_coding__adopted": adopted,
        "core_coding__uncoded": uncoded,
        "core_coding__screened": screened,
    }


_PAIRS = pa.schema([("coder_1", _TEXT), ("coder_2", _TEXT)])


def _sees(coder: pa.Table) -> dict[str, set[str]]:
    """By coder, whose codes any of its versions saw."""
    found: dict[str, set[str]] = {}
    for row in coder.to_pylist():
        found.setdefault(row["coder_id"], set()).update(part for part in row["sees"].split(";") if part)
    return found


def _asked(codebook: Codebook) -> pa.Table:
    return pa.table(
        {
            "scheme": [s.scheme for s in codebook.schemes],
            "applies_to": [s.applies_to for s in codebook.schemes],
        }
    )


def _uncoded(engine: DuckDBEngine, screened: pa.Table, adopted: pa.Table, codebook: Codebook) -> Frame:
    """Schemes a unit should have a code of and has none; the driver of a project, say, is not asked for."""
    asked = pa.table(
        {
            "scheme": [s.scheme for s in codebook.schemes if not s.optional],
            "applies_to": [s.applies_to for s in codebook.schemes if not s.optional],
        }
    )
    primary = engine.frame("adopted_", adopted).filter(nw.col("position") == 0).select("unit_id", "scheme", "code")
    every = engine.frame("screened_", screened).select("unit_id", "is_living_labs", "is_projects")
    pairs = every.join(engine.frame("asked", asked), how="cross")
    applies = (
        (nw.col("applies_to") == "all")
        | ((nw.col("applies_to") == "living_labs") & nw.col("is_living_labs"))
        | ((nw.col("applies_to") == "non_labs") & nw.col("is_projects"))
    )
    missing = pairs.filter(applies).join(primary, on=["unit_id", "scheme"], how="left").filter(nw.col("code").is_null())
    return missing.select("unit_id", "scheme", nw.lit(UNCODED).alias("why"))


def organisation_table(record: pa.Table, organisations: Sequence[Organisation]) -> pa.Table:
    """Leads and partners of every record with their helices by the lookup; an organisation not in it is unknown."""
    known = {item.name: item for item in organisations}
    rows = []
    for row in record.to_pylist():
        names = [("lead", row["lead_organisation"])] if row["lead_organisation"] else []
        names += [("partner", name) for name in row["partners"]]
        for role, name in names:
            found = known.get(name)
            helices = ";".join(sorted(found.helices)) if found else ""
            rows.append({"record_id": row["record_id"], "role": role, "name": name, "helices": helices})
    schema = pa.schema([(name, _TEXT) for name in ("record_id", "role", "name", "helices")])
    return pa.Table.from_pylist(rows, schema)
