"""A faulty list stops the import: one message with every fault, exit code 2, and a workspace that did not change.

The list and the codings beside it are invented and small. Each case spoils them in one way and names the faults that
must be reported, no more and no fewer: file, line as an editor shows it, column, and a part of what was found.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dynapolis.store import ledger as tables
from dynapolis.store.workspace import SETTINGS, Workspace, open_workspace

Files = dict[str, bytes]
Place = tuple[str, int, str, str]

DESCRIPTION = """\
name: tiny
title: {en: Invented list, ko: 가상 목록}
publisher: {name: nobody, official: false}
licence: {name: MIT, terms: open, checked: "2026-11-25", note: {en: Invented., ko: 지어낸 자료}}
date: "2026-11-25"
languages: [en]
convenience_sample: true
does_not_measure: {en: Anything real., ko: 실제의 어떤 것도 나타내지 않는다.}
file: list.csv
fields:
  id: {property: source_id, type: slug, required: true}
  name: {property: name, required: true}
  city: {property: city, type: city, required: true}
  country: {property: country, type: country, required: true}
  start: {property: start_year, type: year}
  end: {property: end_year, type: year}
  text: {property: description_en, required: true}
  url: {property: source_url, type: url, required: true}
ignore: {phone: no information}
expect: {min_records: 4, cities: [seoul, vienna]}
coders:
  - {id: a, kind: person, version: "1", name: {en: Reader A, ko: 읽는 이 A}}
  - {id: b, kind: person, version: "1", name: {en: Reader B, ko: 읽는 이 B}}
codings:
  - coder: a
    file: list.csv
    id_column: id
    codebook_version: "1"
    schemes: [{scheme: kind, column: kind}]
  - coder: b
    file: codes.csv
    id_column: id
    codebook_version: "1"
    quote: quote
    quote_of: text
    unsure: unsure
    schemes: [{scheme: sector, column: sector}, {scheme: goal, column: goal, also: goal_also}]
"""

# The cell of line 3 runs on in line 4, so that the last two entries begin in lines 5 and 6.
LIST = """\
id,name,city,country,start,end,text,url,kind,phone
lamp,Lamp Lab,Seoul,KR,2019,2021,Residents try lamps.,https://example.org/1,living_lab,1
bus,"Bus
Trial",서울,KR,2020,,"A bus, without a driver.",https://example.org/2,project,2
yard,Yard,Vienna,AT,,2020,Neighbours plant a yard.,https://example.org/3,project,3
quay,Quay,Vienna,AT,2018,2018,A quay is lit at night.,http://example.org/4,programme,4
"""
CODES = """\
id,sector,goal,goal_also,unsure,quote
lamp,energy,business,startup,,try lamps
bus,transport,none,,sector;goal,"A bus, without"
yard,housing,none,,,
"""


CITIES = """\
sources:
  invented: {title: Invented, publisher: nobody, licence: MIT, date: "2026", url: "https://example.org",
             note: {en: Invented., ko: 지어낸 자료}}
cities:
  - {id: busan, name: {en: Busan, ko: 부산}, country: KR, country_name: {en: South Korea, ko: 대한민국}, geonames_id: 1,
     latitude: 35.1, longitude: 129.0, in_report_2022: true}
  - {id: seoul, name: {en: Seoul, ko: 서울}, country: KR, country_name: {en: South Korea, ko: 대한민국}, geonames_id: 2,
     latitude: 37.6, longitude: 127.0, in_report_2022: true}
  - {id: vienna, name: {en: Vienna, ko: 빈}, country: AT, country_name: {en: Austria, ko: 오스트리아}, geonames_id: 3,
     latitude: 48.2, longitude: 16.4, in_report_2022: true}
"""


def codebook(**schemes: tuple[str, ...]) -> str:
    """A codebook with these schemes; only a goal may be given more than once."""
    words = "{en: Invented, ko: 지어냄}"
    text = f'codebook: tiny\nversion: "1"\nsupersedes: null\ntitle: {words}\nlicence: MIT\nunit: {words}\nschemes:\n'
    for scheme, codes in schemes.items():
        text += f"  - scheme: {scheme}\n    label: {words}\n    origin: ours\n    applies_to: all\n"
        text += f"    multiple: {str(scheme == 'goal').lower()}\n    codes:\n"
        text += "".join(f"      - {{code: {code}, label: {words}, origin: ours, rule: {words}}}\n" for code in codes)
    return text


CODEBOOK = codebook(
    kind=("project", "programme", "living_lab"),
    sector=("energy", "transport", "housing"),
    goal=("business", "startup", "none"),
)


@pytest.fixture
def good() -> Files:
    return {"list.csv": LIST.encode(), "codes.csv": CODES.encode()}


@pytest.fixture(scope="module")
def ready(cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that already holds something: one good import."""
    folder = tmp_path_factory.mktemp("tiny") / "workspace"
    assert cli("init", folder).exit_code == 0
    own = {"registers/tiny/register.yml": DESCRIPTION, "codebooks/1.yml": CODEBOOK, "cities.yml": CITIES}
    for name, text in own.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    settings = '[content]\nregisters = "registers"\ncodebooks = "codebooks"\nplaces = "cities.yml"\n'
    (folder / SETTINGS).write_text(settings, encoding="utf-8")
    result = offer(cli, folder, folder.parent / "before", {"list.csv": LIST.encode(), "codes.csv": CODES.encode()})
    assert result.exit_code == 0, result.output
    for name in ("lake/records/table.parquet", "editions/0123456789ab/edition.json"):  # as a run would leave them
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(b"made before")
    return folder


@pytest.fixture
def workspace(ready: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(ready, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


def offer(cli: Callable[..., Any], workspace: Path, folder: Path, files: Files, *more: str) -> Any:
    """Import files that lie beside each other."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return cli("import", folder / "list.csv", "--register", "tiny", "--workspace", workspace, *more)


def everything(workspace: Workspace) -> tuple[dict[str, Any], dict[str, bytes]]:
    """All rows of the ledger, and all bytes that lie in the workspace beside it."""
    ledger = workspace.open_ledger()
    try:
        rows = {table.name: ledger.rows(table) for table in tables.metadata.sorted_tables}
    finally:
        ledger.close()
    found = sorted(p for p in workspace.folder.rglob("*") if p.is_file() and not p.name.startswith("ledger.sqlite"))
    return rows, {str(path.relative_to(workspace.folder)): path.read_bytes() for path in found}


def places(faults: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return sorted((fault["where"], fault["row"], fault["column"]) for fault in faults)


def swap(name: str, old: str, new: str) -> Callable[[Files], Files]:
    """Replaces one passage of one file."""

    def spoil(files: Files) -> Files:
        before = files[name].decode()
        assert before.count(old) == 1, f"{old!r} stands {before.count(old)} times in {name}"
        return files | {name: before.replace(old, new).encode()}

    return spoil


def whole(name: str, data: bytes) -> Callable[[Files], Files]:
    """Replaces a file."""
    return lambda files: files | {name: data}


def raw(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    """Replaces bytes of a file."""
    return lambda files: files | {name: files[name].replace(old, new, 1)}


def without(column: str) -> Callable[[Files], Files]:
    """Takes the column out of the list, cells and all."""

    def spoil(files: Files) -> Files:
        rows = list(csv.reader(io.StringIO(LIST, newline="")))
        number, sink = rows[0].index(column), io.StringIO(newline="")
        csv.writer(sink, lineterminator="\n").writerows(row[:number] + row[number + 1 :] for row in rows)
        return files | {"list.csv": sink.getvalue().encode()}

    return spoil


LAMP, BUS, YARD, QUAY = 2, 3, 5, 6  # lines on which the entries begin
LAMP_LINE = LIST.splitlines()[1]
CASES: dict[str, tuple[Callable[[Files], Files], list[Place]]] = {
    "a missing column": (without("url"), [("list.csv", 1, "url", "no such column")]),
    "an unknown column": (
        swap("list.csv", "kind,phone", "kind,fax"),
        [("list.csv", 1, "fax", "an unknown column")],
    ),
    "a column twice": (
        swap("list.csv", "kind,phone", "phone,phone"),
        [("list.csv", 1, "phone", "the column twice"), ("list.csv", 1, "kind", "no such column")],
    ),
    "an unknown code": (swap("list.csv", "programme", "fund"), [("list.csv", QUAY, "kind", "'fund'")]),
    "an unknown code in the codings": (
        swap("codes.csv", "housing", "houses"),
        [("codes.csv", 4, "sector", "'houses'")],
    ),
    "an unknown further code": (
        swap("codes.csv", "startup", "startup;fun"),
        [("codes.csv", 2, "goal_also", "'fun'")],
    ),
    "two codes where one is asked for": (
        swap("list.csv", "programme", "programme;project"),
        [("list.csv", QUAY, "kind", "'programme;project'")],
    ),
    "a year that is none": (swap("list.csv", "2018,2018", "2018,soon"), [("list.csv", QUAY, "end", "'soon'")]),
    "a year with a fraction": (swap("list.csv", "2020,,", "2020.5,,"), [("list.csv", BUS, "start", "'2020.5'")]),
    "a year out of reach": (swap("list.csv", "2020,,", "1066,,"), [("list.csv", BUS, "start", "'1066'")]),
    "an id given twice": (swap("list.csv", "quay,Quay", "lamp,Quay"), [("list.csv", QUAY, "id", "'lamp'")]),
    "an id of other letters": (swap("list.csv", "quay,Quay", "Quay 1,Quay"), [("list.csv", QUAY, "id", "'Quay 1'")]),
    "a byte that is not UTF-8": (
        raw("list.csv", b"Neighbours plant a yard", b"Neighbours plant a y\xe4rd"),
        [("list.csv", YARD, "", "byte 0xE4 at character 47")],
    ),
    "a byte that is not UTF-8, in the codings": (
        raw("codes.csv", b"housing", b"hous\xffng"),
        [("codes.csv", 4, "", "byte 0xFF at character 10"), ("codes.csv", 4, "sector", "hous\ufffdng")],
    ),
    "an empty file": (whole("list.csv", b""), [("list.csv", 0, "", "an empty file")]),
    "a file of blank lines": (whole("list.csv", b"\r\n \r\n"), [("list.csv", 0, "", "an empty file")]),
    "nothing but a byte order mark": (whole("list.csv", b"\xef\xbb\xbf"), [("list.csv", 0, "", "an empty file")]),
    "lines of commas alone": (whole("list.csv", b",,,\n,,,\n"), [("list.csv", 0, "", "an empty file")]),
    "a header and no record": (
        whole("list.csv", LIST.splitlines()[0].encode()),
        [("list.csv", 0, "", "no records")],
    ),
    "an empty file of codings": (whole("codes.csv", b""), [("codes.csv", 0, "", "an empty file")]),
    "a row with a cell too few": (
        swap("list.csv", "yard,Yard,Vienna,AT,,2020", "yard,Yard,Vienna,AT,2020"),
        [("list.csv", YARD, "", "9 cells"), ("list.csv", 0, "", "3 records")],
    ),
    "a row with a cell too many": (
        swap("list.csv", "Neighbours plant a yard.", "Neighbours, plant a yard."),
        [("list.csv", YARD, "", "11 cells"), ("list.csv", 0, "", "3 records")],
    ),
    "a quotation mark that never closes": (
        swap("list.csv", "yard,Yard", 'yard,"Yard'),
        [("list.csv", YARD, "", "no CSV (unexpected end of data)"), ("list.csv", 0, "", "2 records"),
         ("list.csv", 0, "city", "'vienna'"), ("codes.csv", 4, "id", "'yard'")],
    ),
    "a quotation mark that would swallow the next entry whole": (
        swap("list.csv", "project,3", 'project,"3'),
        [("list.csv", YARD, "", "no CSV (unexpected end of data)"), ("list.csv", 0, "", "2 records"),
         ("list.csv", 0, "city", "'vienna'"), ("codes.csv", 4, "id", "'yard'")],
    ),
    "letters after a closing quotation mark": (
        swap("list.csv", "A quay is lit at night.", '"A quay" is lit at night.'),
        [("list.csv", QUAY, "", "no CSV"), ("list.csv", 0, "", "3 records")],
    ),
    "too few records and a city without any": (
        swap("list.csv", "\n".join(LIST.splitlines()[4:]) + "\n", "hill,Hill,Seoul,KR,,,A hill.,https://example.org/5,project,\n"),
        [("list.csv", 0, "", "3 records"), ("list.csv", 0, "city", "0 records of city 'vienna'"),
         ("codes.csv", 4, "id", "'yard'")],
    ),
    "an unknown city": (swap("list.csv", "서울", "Atlantis"), [("list.csv", BUS, "city", "'Atlantis'")]),
    "the wrong country": (swap("list.csv", "서울,KR", "서울,JP"), [("list.csv", BUS, "country", "'JP'")]),
    "a country by name": (swap("list.csv", "서울,KR", "서울,Korea"), [("list.csv", BUS, "country", "'Korea'")]),
    "an end before the start": (swap("list.csv", "2018,2018", "2018,2017"), [("list.csv", QUAY, "end", "'2017'")]),
    "an address that is none": (
        swap("list.csv", "http://example.org/4", "example.org/4"),
        [("list.csv", QUAY, "url", "'example.org/4'")],
    ),
    "an empty cell that must be filled": (
        swap("list.csv", "A quay is lit at night.", " "),
        [("list.csv", QUAY, "text", "an empty cell")],
    ),
    "a quote that is not in the record": (
        swap("codes.csv", "try lamps", "try new lamps"),
        [("codes.csv", 2, "quote", "'try new lamps'")],
    ),
    "codings of a record that is not there": (
        swap("codes.csv", "yard,housing", "field,housing"),
        [("codes.csv", 4, "id", "'field'")],
    ),
    "codings of one record twice": (
        swap("codes.csv", "yard,housing", "bus,housing"),
        [("codes.csv", 4, "id", "'bus'")],
    ),
    "doubt about a scheme that is not coded": (
        swap("codes.csv", "sector;goal", "sector;stage"),
        [("codes.csv", 3, "unsure", "'stage'")],
    ),
    "a list without its column of ids": (without("id"), [("list.csv", 1, "id", "no such column")]),
    "a list without the column that is quoted": (without("text"), [("list.csv", 1, "text", "no such column")]),
}  # fmt: skip


def test_the_list_that_the_cases_spoil_is_good(workspace: Workspace) -> None:
    rows, files = everything(workspace)
    assert [row["file_role"] for row in rows["snapshot"]] == ["codes.csv", "list.csv", "register.yml"]
    # four kinds from A; three sectors, three goals and one further goal from B
    assert len(rows["coding"]) == 4 + 3 + 3 + 1
    assert {line: sum(row["line"] == line for row in rows["coding"] if row["coder_id"] == "a") for line in (2, 3, 5, 6)}
    assert len([name for name in files if name.startswith("snapshots/")]) == 3


@pytest.mark.parametrize("case", CASES)
def test_a_spoiled_list_is_refused_with_every_fault_and_nothing_else(
    case: str, workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    spoil, expected = CASES[case]
    before = everything(workspace)
    files = spoil(good)

    result = offer(cli, workspace.folder, tmp_path / "lists", files, "--json")

    assert result.exit_code == 2
    faults = json.loads(result.stdout)["faults"]
    assert places(faults) == sorted(place[:3] for place in expected)
    for where, row, column, found in expected:
        texts = [f["found"] for f in faults if (f["where"], f["row"], f["column"]) == (where, row, column)]
        assert any(found in text for text in texts), texts
    assert everything(workspace) == before


def test_all_faults_of_all_files_stand_in_one_message(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    text = """\
id,city,country,start,end,text,url,kind,fax
lamp,Seoul,KR,2019,2021,Residents try lamps.,https://example.org/1,living_lab,1
bus,"Atlantis

",KR,MMXX,,"A bus, without a driver.",https://example.org/2,project,2

yard,Seoul,AT,2021,2020,Neighbours plant a yard.,ftp://example.org/3,garden,3
lamp,Busan,KR,2018,2018,,http://example.org/4
quay,Busan,KR,2018,2018,A qu\u00e9 is lit at night.,http://example.org/4,project,4
lamp,Busan,KR,2018,2018,"A lamp.",http://example.org/5,project,5
"""
    data = text.encode().replace("\u00e9".encode(), b"\xe9")
    codes = """\
id,sector,goal,goal_also,unsure,quote
lamp,sun,none,,lab_type,moon
nobody,transport,none,fun,,
"""
    before = everything(workspace)

    result = offer(cli, workspace.folder, tmp_path / "lists", {"list.csv": data, "codes.csv": codes.encode()})

    assert result.exit_code == 2
    assert result.stdout == ""
    first, *rest = result.stderr.splitlines()
    assert first == "BadInput: register tiny: 17 faults, nothing was changed"
    assert [line.split(": found ")[0] for line in rest] == [
        "  - codes.csv, line 2, quote",
        "  - codes.csv, line 2, sector",
        "  - codes.csv, line 2, unsure",
        "  - codes.csv, line 3, goal_also",
        "  - codes.csv, line 3, id",
        "  - list.csv, city",  # 0 records of Vienna
        "  - list.csv, line 1, fax",
        "  - list.csv, line 1, name",
        "  - list.csv, line 3, city",
        "  - list.csv, line 3, start",
        "  - list.csv, line 7, country",
        "  - list.csv, line 7, end",
        "  - list.csv, line 7, kind",
        "  - list.csv, line 7, url",
        "  - list.csv, line 8",  # ragged
        "  - list.csv, line 9",  # not UTF-8
        "  - list.csv, line 10, id",
    ]
    assert everything(workspace) == before
    # The lines are those of an editor: what is said to be in a line is there.
    lines = data.split(b"\n")
    assert lines[2].startswith(b'bus,"Atlantis') and lines[6].startswith(b"yard") and lines[7].startswith(b"lamp")
    assert b"\xe9" in lines[8] and lines[9].startswith(b"lamp")


def test_every_fault_says_what_was_found_what_was_expected_and_what_to_do(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    spoiled = swap("list.csv", "programme", "fund")(good)
    result = offer(cli, workspace.folder, tmp_path / "lists", spoiled)
    assert result.stderr.splitlines()[1] == (
        "  - list.csv, line 6, kind: found 'fund'; expected a code of kind 1: project, programme, living_lab; recode it"
    )


def test_a_machine_gets_the_same_faults_in_one_shape(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    spoiled = swap("list.csv", "programme", "fund")(good)
    result = offer(cli, workspace.folder, tmp_path / "lists", spoiled, "--json")
    assert result.exit_code == 2
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "error": "BadInput",
        "message": "register tiny: 1 fault, nothing was changed",
        "faults": [
            {
                "where": "list.csv",
                "row": 6,
                "column": "kind",
                "found": "'fund'",
                "expected": "a code of kind 1: project, programme, living_lab",
                "mend": "recode it",
            }
        ],
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_a_good_list_is_read_whatever_its_line_ends_and_mark(
    ending: str, mark: bytes, workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    files = {name: mark + data.decode().replace("\n", ending).encode() for name, data in good.items()}
    assert offer(cli, workspace.folder, tmp_path / "lists", files).exit_code == 0


def test_blank_lines_are_passed_over_and_counted(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    spaced = b"\n\n" + good["list.csv"].replace(b"\nyard", b"\n\n,,,,,,,,,\nyard")
    assert offer(cli, workspace.folder, tmp_path / "lists", good | {"list.csv": spaced}).exit_code == 0
    spoiled = spaced.replace(b"programme", b"fund")
    result = offer(cli, workspace.folder, tmp_path / "lists", good | {"list.csv": spoiled}, "--json")
    assert places(json.loads(result.stdout)["faults"]) == [("list.csv", QUAY + 4, "kind")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_numbers_are_those_of_an_editor_whatever_the_line_ends(
    ending: str, workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    spoiled = swap("list.csv", "A quay is lit at night.,http://", "A quay is lit at night.,")(good)
    files = {name: data.decode().replace("\n", ending).encode() for name, data in spoiled.items()}
    result = offer(cli, workspace.folder, tmp_path / "lists", files, "--json")
    assert places(json.loads(result.stdout)["faults"]) == [("list.csv", QUAY, "url")]


def test_an_unreadable_byte_is_found_by_line_and_character_even_after_a_byte_order_mark(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    data = b"\xef\xbb\xbf" + good["list.csv"].replace(b"phone", b"ph\xf3ne", 1)
    result = offer(cli, workspace.folder, tmp_path / "lists", good | {"list.csv": data}, "--json")
    found = {(f["row"], f["column"]): f["found"] for f in json.loads(result.stdout)["faults"]}
    place = LIST.splitlines()[0].index("phone") + 3  # counted from 1, the mark is no character
    assert found[1, ""] == f"byte 0xF3 at character {place}"


def test_a_quotation_mark_that_never_closes_in_a_long_list_is_a_fault_like_others(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    many = "".join(f'more-{n},"More",Vienna,AT,,,{"x" * 200},https://example.org/m{n},project,\n' for n in range(1000))
    text = LIST.replace("yard,Yard", 'yard,"Yard') + many.replace('"', "")
    result = offer(cli, workspace.folder, tmp_path / "lists", good | {"list.csv": text.encode()}, "--json")
    assert result.exit_code == 2
    assert ("list.csv", YARD, "") in places(json.loads(result.stdout)["faults"])


def test_the_message_names_the_file_that_was_given(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "labs of 2026.csv"
    file.write_bytes(good["list.csv"].replace(b"programme", b"fund"))
    result = cli("import", file, "--register", "tiny", "--workspace", workspace.folder)
    assert result.exit_code == 2
    assert "labs of 2026.csv, line 6, kind: found 'fund'" in result.stderr


def test_a_list_that_is_not_there_and_a_register_that_is_not_known_are_bad_use(
    workspace: Workspace, cli: Callable[..., Any], tmp_path: Path
) -> None:
    before = everything(workspace)
    missing = cli("import", tmp_path / "none.csv", "--register", "tiny", "--workspace", workspace.folder)
    assert missing.exit_code == 2
    assert missing.stderr.startswith("BadUse: ") and "none.csv is not a file" in missing.stderr
    unknown = cli("import", tmp_path / "none.csv", "--register", "huge", "--workspace", workspace.folder)
    assert unknown.exit_code == 2
    assert "register 'huge' is not known; known: tiny" in unknown.stderr
    assert everything(workspace) == before


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("an unknown city", "list.csv, line 3, city: found 'Atlantis'"),
        ("a byte that is not UTF-8", "list.csv, line 5: found byte 0xE4 at character 47"),
        ("an empty file", "list.csv: found an empty file"),
    ],
)
def test_the_program_itself_ends_with_2_and_says_so_on_standard_error(
    case: str, told: str, workspace: Workspace, good: Files, program: Callable[..., Any], tmp_path: Path
) -> None:
    before = everything(workspace)
    file = tmp_path / "list.csv"
    file.write_bytes(CASES[case][0](good)["list.csv"])
    process = program("import", file, "--register", "tiny", "--workspace", workspace.folder)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert err.startswith("BadInput: register tiny: 1 fault, nothing was changed\n")
    assert told in err
    assert everything(workspace) == before


def test_after_the_faults_are_mended_the_same_list_goes_in(
    workspace: Workspace, good: Files, cli: Callable[..., Any], tmp_path: Path
) -> None:
    changed = good | {"list.csv": good["list.csv"].replace(b"Residents try lamps.", b"Residents try lamps at night.")}
    refused = offer(cli, workspace.folder, tmp_path / "lists", swap("codes.csv", "housing", "houses")(changed))
    assert refused.exit_code == 2
    taken = offer(cli, workspace.folder, tmp_path / "lists", changed, "--json")
    assert taken.exit_code == 0
    assert json.loads(taken.stdout)["new_snapshots"] == 1
