"""From the bytes of a register's files to records and codings. Pure: nothing is read or written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dynapolis import ids
from dynapolis.errors import BadInput
from dynapolis.model.codebook import Codebook
from dynapolis.model.evidence import Coding, Record
from dynapolis.model.place import Places
from dynapolis.model.register import DESCRIPTION, CodingsSpec, RegisterSpec, SchemeColumns
from dynapolis.registers.border import (
    CityNames,
    check_codings_rows,
    check_columns,
    check_register_rows,
    check_schemes,
)
from dynapolis.registers.read_csv import Row, Sheet, parse_csv
from dynapolis.text import clean, split_list

Codebooks = Callable[[str], Codebook]


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything one import found, and what it did with each column.

    ``missing_files`` are codings files that the register describes and that were not there.
    """

    records: tuple[Record, ...]
    codings: tuple[Coding, ...]
    snapshots: dict[str, str]
    used: dict[str, str]
    ignored: dict[str, str]
    missing_files: tuple[str, ...]

    @property
    def n_by_city(self) -> dict[str, int]:
        """Records per city."""
        return dict(sorted(Counter(record.city_id for record in self.records).items()))


def import_register(
    spec: RegisterSpec,
    files: Mapping[str, bytes],
    codebooks: Codebooks,
    places: Places,
    names: Mapping[str, str] | None = None,
) -> Imported:
    """Records and codings of a register, or one message with everything that is wrong.

    Args:
        spec: the register's description.
        files: bytes by role, the name each file has in ``spec`` (``spec.file`` must be among them), and the
            description itself as ``register.yml``.
        codebooks: gives a codebook by version.
        places: the cities that may occur.
        names: by role, the name under which a person knows the file; faults are told under it.

    Raises:
        BadInput: the files have faults; all faults of all files are listed.
    """
    tables = {role: data for role, data in files.items() if role != DESCRIPTION}
    sheets = {role: parse_csv((names or {}).get(role, role), data) for role, data in tables.items()}
    snapshots = {role: ids.digest_bytes(data) for role, data in files.items()}
    cities = CityNames.of(places)
    main = sheets[spec.file]
    faults = [fault for sheet in sheets.values() for fault in sheet.faults]
    own = [codings for codings in spec.codings if codings.file == spec.file]
    used = {
        **{c: f.property for c, f in spec.fields.items()},
        **{k: v for c in own for k, v in spec.columns_of(c).items()},
    }
    faults += check_columns(main, used, spec.ignore, f"register {spec.name}")
    faults += check_register_rows(main, spec, cities)
    for codings in spec.codings:
        if codings.file in sheets:
            sheet, is_own = sheets[codings.file], codings.file == spec.file
            if not is_own:
                faults += check_columns(
                    sheet, spec.columns_of(codings), codings.ignore, f"the codings of {codings.coder}"
                )
            codebook, texts = codebooks(codings.codebook_version), _texts(main, spec, codings)
            unknown = check_schemes(spec.name, codings, codebook)
            faults += unknown or check_codings_rows(sheet, codings, codebook, texts, is_own)
    if faults:
        raise BadInput(f"register {spec.name}", faults)
    records = tuple(_record(row, spec, snapshots[spec.file], cities) for row in main.rows)
    return Imported(
        records=records,
        codings=tuple(_all_codings(spec, sheets, snapshots, codebooks)),
        snapshots=snapshots,
        used={column: meaning for column, meaning in used.items() if column in main.header},
        ignored={column: why for column, why in spec.ignore.items() if column in main.header},
        missing_files=tuple(sorted({c.file for c in spec.codings} - set(files))),
    )


def _texts(main: Sheet, spec: RegisterSpec, codings: CodingsSpec) -> dict[str, str | None]:
    """By source id, the text that quotes are copied from; none where the list does not let it be read."""
    id_column, column = spec.column_for("source_id") or "", codings.quote_of or ""
    unread = {clean(row.cells.get(id_column, "")): None for row in main.ragged}
    read = {clean(row.cells.get(id_column, "")): row.cells.get(column) for row in reversed(main.rows)}
    texts = {key: text if text is None else clean(text) for key, text in (unread | read).items()}
    return {key: text for key, text in texts.items() if key}


def _record(row: Row, spec: RegisterSpec, snapshot_id: str, cities: CityNames) -> Record:
    cell = {field.property: clean(row.cells[column]) for column, field in spec.fields.items()}

    def year(name: str) -> int | None:
        return int(cell[name]) if cell.get(name) else None

    return Record(
        record_id=ids.record_id(spec.name, cell["source_id"]),
        register=spec.name,
        snapshot_id=snapshot_id,
        line=row.line,
        source_id=cell["source_id"],
        name=cell["name"],
        name_local=cell.get("name_local") or None,
        city_id=cities.ids[cell["city"]],
        start_year=year("start_year"),
        end_year=year("end_year"),
        lead_organisation=cell.get("lead_organisation") or None,
        partners=split_list(cell.get("partners", "")),
        description_en=cell["description_en"],
        description_ko=cell.get("description_ko") or None,
        source_url=cell["source_url"],
        source_title=cell.get("source_title") or None,
        evidence=cell.get("evidence") or None,
        note=cell.get("note") or None,
        lab_name=cell.get("lab_name") or None,
        district=cell.get("district") or None,
        same_as=cell.get("same_as") or None,
        same_as_register=spec.reference_to if cell.get("same_as") else None,
        doubted=_doubted(row, spec),
        licence=spec.licence.name,
        register_date=spec.date,
    )


def _doubted(row: Row, spec: RegisterSpec) -> tuple[str, ...]:
    """Properties that the list itself marks as doubtful, in the column that names doubtful codes, too."""
    columns = {codings.unsure for codings in spec.codings if codings.unsure and codings.file == spec.file}
    words = {word for column in columns for word in split_list(row.cells.get(column, ""))}
    return tuple(sorted(field.property for column, field in spec.fields.items() if column in words))


def _all_codings(
    spec: RegisterSpec, sheets: Mapping[str, Sheet], snapshots: Mapping[str, str], codebooks: Codebooks
) -> Iterator[Coding]:
    versions = {coder.id: coder.version for coder in spec.coders}
    for codings in spec.codings:
        if codings.file in sheets:
            book = codebooks(codings.codebook_version)
            for row in sheets[codings.file].rows:
                doubted = set(split_list(row.cells.get(codings.unsure or "", "")))
                for item in codings.schemes:
                    codes = _codes(row, item, multiple=book.by_scheme[item.scheme].multiple)
                    for position, code in enumerate(codes):
                        yield Coding(
                            record_id=ids.record_id(spec.name, clean(row.cells[codings.id_column])),
                            scheme=item.scheme,
                            position=position,
                            code=code,
                            coder_id=codings.coder,
                            coder_version=versions[codings.coder],
                            codebook_version=codings.codebook_version,
                            round=codings.round,
                            unsure=bool({item.scheme, item.column} & doubted),
                            probability=None,
                            quote=_text(row, item.quote or codings.quote),
                            reason=_reasons(row, codings).get(item.scheme),
                            note=_text(row, codings.note),
                            snapshot_id=snapshots[codings.file],
                            description_id=snapshots[DESCRIPTION],
                            line=row.line,
                        )


def _codes(row: Row, item: SchemeColumns, *, multiple: bool) -> tuple[str, ...]:
    """The primary code and, where the scheme is multiple, the further ones; each once."""
    codes = split_list(row.cells[item.column])
    if multiple and item.also:
        codes += split_list(row.cells[item.also])
    return tuple(dict.fromkeys(codes))


def _reasons(row: Row, spec: CodingsSpec) -> dict[str, str]:
    """Reasons by scheme, printed as ``scheme=reason``."""
    parts = split_list(row.cells.get(spec.reason or "", ""))
    return dict(part.split("=", 1) for part in parts if "=" in part)


def _text(row: Row, column: str | None) -> str | None:
    return clean(row.cells.get(column, "")) or None if column else None
