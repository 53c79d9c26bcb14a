"""``dynapolis register new``: a draft from the header of a list, what it is unsure of, and the way to an import."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadContent
from dynapolis.model.lead import ASK
from dynapolis.registers.leads.draft import Draft, Seen, draft_register
from dynapolis.registers.leads.guess import guess_columns, guess_key, guess_kind
from dynapolis.registers.leads.seen import look_at
from dynapolis.registers.readers import Decision
from dynapolis.registers.wording import Wording
from dynapolis.report.messages import read_messages
from dynapolis.store.register_files import read_header_synonyms, read_lead_register, read_lead_vocabulary
from dynapolis.store.workspace import SETTINGS
from dynapolis.text import has_hangul

Cli = Callable[..., Any]

KOREAN = """\
관리번호,사업명,도시명,국가,시작일,총사업비,홈페이지,담당자
A-1,골목 전등,서울,대한민국,2024.01.02,"1,200,000",https://example.org/1,김
A-2,버스 시범,부산,대한민국,2024.03.04,"3,000",https://example.org/2,이
A-3,텃밭,서울,대한민국,,,,박
"""
ENGLISH = """\
Project ID;Project Title;City;Country;Start Date;EC contribution (EUR);Website;Mood
1;Lamps;Windhoek;NA;02/01/2024;12,5;https://example.org/1;good
2;Bus;Seoul;KR;03/02/2024;7;n/a;bad
3;Lamps;Vienna;AT;04/03/2024;;https://example.org/3;good
"""


def seen(text: str, delimiter: str = ",", **more: Any) -> Seen:
    header, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    told = {"name": "list", "file": "list.csv", "sheet": None, "decisions": (), "n_entries": len(rows), **more}
    return Seen(header=tuple(header), rows=tuple(map(tuple, rows)), **told)


SAY = {lang: read_messages(lang).say for lang in ("en", "ko")}


def drafted(*tables: Seen, lang: str = "en", name: str = "towns") -> Draft:
    words, vocabulary = read_header_synonyms(), read_lead_vocabulary()
    return draft_register(name, tables, words, vocabulary, "2026-11-26", SAY[lang], SAY)


def questions(draft: Draft, lang: str = "en") -> list[str]:
    return [question.said(SAY[lang]) for question in draft.questions]


def table(draft: Draft, number: int = 0) -> dict[str, Any]:
    """A table of the draft as YAML reads it."""
    value: dict[str, Any] = yaml.safe_load(draft.files["register.yml"])["tables"][number]
    return value


def properties(fields: dict[str, Any]) -> dict[str, str]:
    return {column: spec if isinstance(spec, str) else spec["property"] for column, spec in fields.items()}


# --- Guesses --------------------------------------------------------------------------------------------------------


def test_a_korean_header_is_understood() -> None:
    found = table(drafted(seen(KOREAN)))
    assert (found["holds"], found["key"]) == ("project", ["관리번호"])
    assert properties(found["fields"]) == {
        "관리번호": "project_id", "사업명": "title", "도시명": "town", "국가": "country", "시작일": "start_date",
        "홈페이지": "url",
    }  # fmt: skip
    assert found["fields"]["시작일"]["date"] == "%Y.%m.%d"
    assert set(found["ignore"]) == {"총사업비", "담당자"}


def test_an_english_header_is_understood() -> None:
    draft = drafted(seen(ENGLISH, ";"))
    found = table(draft)
    assert properties(found["fields"]) == {
        "Project ID": "project_id", "Project Title": "title", "City": "town", "Country": "country",
        "Start Date": "start_date", "Website": "url",
    }  # fmt: skip
    assert found["key"] == ["Project ID"]
    assert found["fields"]["Website"]["missing"] == ["n/a"]
    assert set(found["ignore"]) == {"EC contribution (EUR)", "Mood"}


def test_doubts_about_absence_and_the_order_of_day_and_month_are_told() -> None:
    told = "\n".join(questions(drafted(seen(ENGLISH, ";"))))
    assert "'Website': 'n/a' is read as no value" in told
    assert "'Start Date': day before month, or month before day?" in told
    assert "'Mood' is not used" in told


def test_amounts_are_taken_for_euros_only_where_the_header_says_so() -> None:
    words, vocabulary = read_header_synonyms(), read_lead_vocabulary()
    won, euros, unsaid = (
        guess_columns(
            [name], [["12"]], {**words, "cost_eur": ["총사업비", "총사업비(유로)", "total cost"]}, vocabulary
        )[0]
        for name in ("총사업비", "총사업비(유로)", "Total cost")
    )
    assert (won.field, [doubt.key for doubt in won.doubts]) == (None, ["draft.no_euros"])
    assert (euros.field is not None, euros.doubts) == (True, ())
    assert (unsaid.field is not None, unsaid.doubts) == (True, (Wording("draft.euros", {"column": "Total cost"}),))


def test_na_is_offered_as_no_value_for_amounts_and_days_and_never_for_texts() -> None:
    header, cells = ["total cost (EUR)", "start date", "country"], [["NA", "NA", "NA"], ["1", "2024-01-01", "KR"]]
    words = {**read_header_synonyms(), "cost_eur": ["total cost (EUR)"]}
    found = guess_columns(header, cells, words, read_lead_vocabulary())
    assert [guess.field.missing if guess.field else None for guess in found] == [("NA",), ("NA",), ()]
    assert found[0].doubts == (Wording("draft.absent", {"column": "total cost (EUR)", "words": ("NA",)}),)
    assert found[0].doubts[0].said(SAY["en"]) == "'total cost (EUR)': 'NA' is read as no value"
    assert found[0].doubts[0].said(SAY["ko"]) == "'total cost (EUR)' 열의 'NA': 값이 없는 것으로 읽는다"


def test_a_column_named_like_one_thing_that_holds_another_is_not_used() -> None:
    (guess,) = guess_columns(["시작일"], [["soon"], ["2024-01-01"]], read_header_synonyms(), read_lead_vocabulary())
    assert guess.field is None
    (doubt,) = guess.doubts
    assert "1 of 2 sampled values are no date ('soon'); it is not used" in doubt.said(SAY["en"])
    assert "표본의 값 2개 가운데 1개('soon')를 날짜로 읽을 수 없어 쓰지 않는다" in doubt.said(SAY["ko"])


def test_of_two_columns_that_could_be_the_same_the_first_is_taken_and_the_other_asked_about() -> None:
    draft = drafted(seen("사업명,프로젝트명,id\na,b,1\n"))
    assert properties(table(draft)["fields"]) == {"사업명": "title", "id": "project_id"}
    assert "taken from '사업명'" in table(draft)["ignore"]["프로젝트명"]


@pytest.mark.parametrize(
    ("given", "kind"),
    [({"title", "town"}, "project"), ({"project_id", "organisation_name"}, "participation"),
     ({"organisation_name", "town"}, "organisation"), ({"network", "member"}, "membership"), (set(), "project")],
)  # fmt: skip
def test_the_kind_is_guessed_from_what_is_given(given: set[str], kind: str) -> None:
    assert guess_kind(sorted(given)) == kind


def test_the_key_is_the_fewest_columns_that_name_each_entry() -> None:
    words, vocabulary = read_header_synonyms(), read_lead_vocabulary()
    header = ["title", "organisation", "rcn"]

    def key(*rows: list[str]) -> tuple[str, ...]:
        return guess_key(header, rows, guess_columns(header, rows, words, vocabulary))

    assert key(["a", "x", "1"], ["a", "x", "2"]) == ("rcn",)
    assert key(["a", "x", "1"], ["a", "y", "1"]) == ("organisation",)
    assert key(["a", "x", "1"], ["a", "y", "1"], ["b", "x", "2"]) == ("rcn", "organisation")
    assert key(["a", "x", "1"], ["a", "x", "1"]) == ("title", "organisation", "rcn")


def test_what_a_kind_needs_and_no_column_gives_is_a_question() -> None:
    draft = drafted(seen("도시명,국가\n서울,대한민국\n부산,대한민국\n"))
    assert f"{ASK} which column gives project_id" in table(draft)["fields"]
    assert any("needs project_id" in question for question in questions(draft))
    korean = drafted(seen("도시명,국가\n서울,대한민국\n부산,대한민국\n"), lang="ko")
    assert f"{ASK} project_id 속성은 어느 열에 있는가" in table(korean)["fields"]
    assert any("project_id 속성이 있어야 한다" in question for question in questions(korean, "ko"))


def test_a_list_without_ids_is_one_of_projects_by_their_titles() -> None:
    draft = drafted(seen("사업명,도시명\n골목 전등,서울\n버스,부산\n"))
    assert table(draft)["fields"] == {"사업명": {"property": "title", "required": True}, "도시명": "town"}
    assert table(draft)["key"] == ["사업명"]


# --- The draft as a file --------------------------------------------------------------------------------------------

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\0")
    | st.sampled_from("#:'\"-[]{}&*!|>%@\\\u2028\u0085\ufeff"),
    min_size=1, max_size=12,
)  # fmt: skip


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), NAMES)
def test_any_header_survives_the_way_through_the_draft(header: list[str], sheet: str) -> None:
    decided = (Decision("sheet", sheet, Wording("decision.why.first_sheet", {"n": 2, "names": (sheet, "x\ny: z")})),)
    cells = (tuple(f"{i}" for i in range(len(header))),)
    for lang, asked in (("en", f"{ASK} which column"), ("ko", f"{ASK} project_id 속성은")):
        found = table(drafted(Seen("no", "a [1].csv", sheet, tuple(header), cells, decided, 1), lang=lang))
        columns = [c for c in (*found["fields"], *found.get("ignore", {})) if not c.startswith(asked)]
        assert sorted(columns) == sorted(header)
        assert (found["name"], found["layout"]["sheet"], found["files"]) == ("no", sheet, ["a [[]1].csv"])
        assert set(found["key"]) <= set(header)


@pytest.mark.parametrize("name", ["2024", "no", "on", "true", "2024-01-02", "0123", "1e5", "null"])
def test_a_name_that_yaml_would_take_for_something_else_stays_a_name(name: str) -> None:
    draft = drafted(seen(ENGLISH, ";"), name=name)
    assert yaml.safe_load(draft.files["register.yml"])["name"] == name


def test_line_breaks_in_a_header_do_not_break_the_draft() -> None:
    draft = drafted(seen('"Start\nDate",id,"Total\ncost"\n02/01/2024,1,2\n'))
    assert set(table(draft)["fields"]) == {"Start\nDate", "id", "Total\ncost"}


def test_a_draft_cannot_be_read_while_a_question_is_open(tmp_path: Path) -> None:
    draft = drafted(seen(ENGLISH, ";"))
    path = tmp_path / "register.yml"
    path.write_text(draft.files["register.yml"], encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_lead_register(path)
    open_lines = {n for n, line in enumerate(path.read_text().splitlines(), 1) if ASK in line and line[0] != "#"}
    assert {fault.row for fault in caught.value.faults} == open_lines
    path.write_text(answered(draft.files["register.yml"]), encoding="utf-8")
    assert read_lead_register(path).name == "towns"


def answered(text: str) -> str:
    """The questions of a draft, answered as a person would, with words of the mapping left as they are."""
    return re.sub(rf'"{ASK}[^"]*"', '"invented for the test"', text)


def test_sheets_whose_names_are_all_hangul_become_tables_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "목록.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("사업.csv", "id,name\n1,a\n")
        archive.writestr("기관.csv", "id,name\n1,b\n2,c\n")
    found = look_at(path, {})
    assert [(one.name, one.file, one.n_entries) for one in found] == [
        ("list", "사업.csv", 1),
        ("list_2", "기관.csv", 2),
    ]
    draft = drafted(*found)
    assert draft.files["sample/list_2.csv"] == "id,name\n1,b\n2,c\n"


# --- In the language of the person -----------------------------------------------------------------------------------

ASKED = {
    "en": {
        "the whole": "who publishes the list, under which licence, of which day; what it does not measure",
        "a column": "table list: '담당자' is not used: why, or what is it?",
        "a comment": "    # format csv: text that is not JSON",
        "a key": '    key: ["관리번호"]        # the columns that name an entry for good',
        "a reason": '      "담당자": "ASK why is it left out?"',
        "a heading": "## Dirt",
        "a correction": "# Corrections are records:",
    },
    "ko": {
        "the whole": "목록을 누가, 어떤 이용 조건으로, 언제 발행하였는가. 무엇으로 보아서는 안 되는가",
        "a column": "표 list: '담당자' 열은 쓰지 않는다. 왜 쓰지 않는가, 아니면 무엇을 적은 열인가",
        "a comment": "    # 형식 csv: JSON이 아닌 글이다",
        "a key": '    key: ["관리번호"]        # 항목을 언제까지나 구별하는 열',
        "a reason": '      "담당자": "ASK 왜 쓰지 않는가"',
        "a heading": "## 흠",
        "a correction": "# 정정은 기록이다.",
    },
}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_draft_speaks_the_language_of_the_person_who_asked_for_it(lang: str) -> None:
    decided = (Decision("format", "csv", Wording("decision.why.text")),)
    draft = drafted(seen(KOREAN, decisions=decided), lang=lang)
    description, expected = draft.files["register.yml"].splitlines(), ASKED[lang]
    assert {expected["the whole"], expected["a column"]} <= set(questions(draft, lang))
    assert {expected["a comment"], expected["a key"], expected["a reason"]} <= set(description)
    assert expected["a heading"] in draft.files["README.md"].splitlines()
    assert draft.files["corrections.yml"].startswith(expected["a correction"])
    assert yaml.safe_load(draft.files["corrections.yml"]) == {"repairs": [], "corrections": []}


def test_what_a_register_holds_in_both_languages_is_asked_in_each() -> None:
    for lang in ("en", "ko"):
        head = yaml.safe_load(drafted(seen(KOREAN), lang=lang).files["register.yml"])
        assert head["title"] == {"en": f"{ASK} the title in English", "ko": f"{ASK} 한국어 제목"}
        for both in (head["licence"]["note"], head["does_not_measure"]):
            assert (has_hangul(both["en"]), has_hangul(both["ko"])) == (False, True)


def test_a_draft_says_the_same_in_both_languages() -> None:
    """Only the prose differs: what a program reads of the two is equal but for the questions."""

    def program_reads(value: Any) -> Any:
        if isinstance(value, dict):
            return {program_reads(key): program_reads(item) for key, item in value.items()}
        if isinstance(value, list):
            return [program_reads(item) for item in value]
        return ASK if isinstance(value, str) and value.startswith(ASK) else value

    for text, delimiter in ((KOREAN, ","), (ENGLISH, ";")):
        english, korean = (drafted(seen(text, delimiter), lang=lang) for lang in ("en", "ko"))
        assert english.questions == korean.questions
        one, other = (yaml.safe_load(draft.files["register.yml"]) for draft in (english, korean))
        assert program_reads(one) == program_reads(other)
        assert not any(has_hangul(question) for question in questions(drafted(seen(ENGLISH, ";"))))
        assert all(has_hangul(question) for question in questions(korean, "ko"))


# --- From a list to an import ---------------------------------------------------------------------------------------


@pytest.fixture
def workspace(cli: Cli, tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    assert cli("init", folder).exit_code == 0
    (folder / "registers").mkdir()
    (folder / SETTINGS).write_text('[content]\nregisters = "registers"\n', encoding="utf-8")
    return folder


def value(result: Any, code: int = 0) -> Any:
    """The one JSON value a command printed."""
    assert (result.exit_code, result.stderr) == (code, ""), result.output
    return json.loads(result.stdout)


def lists(folder: Path) -> dict[str, Path]:
    """The same three entries in several formats."""
    entries = [dict(zip(r[0], row, strict=True)) for r in [rows(KOREAN)] for row in r[1:]]
    made = {
        "csv": (folder / "사업 목록.csv", KOREAN.encode()),
        "cp949": (folder / "old.csv", KOREAN.encode("cp949")),
        "semicolons": (folder / "english.csv", ENGLISH.encode()),
        "tabs": (folder / "list.tsv", KOREAN.replace(",", "\t").encode()),
        "json": (folder / "list.json", json.dumps(entries, ensure_ascii=False).encode()),
        "jsonl": (folder / "list.jsonl", "\n".join(json.dumps(e) for e in entries).encode()),
    }
    made["tabs"] = (folder / "list.tsv", "\n".join("\t".join(row) for row in rows(KOREAN)).encode())
    for path, data in made.values():
        path.write_bytes(data)
    return {name: path for name, (path, _) in made.items()}


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("form", ["csv", "cp949", "semicolons", "tabs", "json", "jsonl"])
def test_a_list_becomes_a_register_without_python(form: str, cli: Cli, workspace: Path, tmp_path: Path) -> None:
    source, place = lists(tmp_path)[form], ("--workspace", workspace)
    told = value(cli("register", "new", "towns", "--from", source, *place, "--json"))
    folder = workspace / "registers" / "towns"
    assert (told["register"], told["folder"], len(told["questions"]) >= 2) == ("towns", str(folder), True)
    assert told["questions"][0] == {"table": None, "key": "draft.about", "values": {}}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} >= {
        "register.yml", "corrections.yml", "lookups.csv", "README.md", "sample/expected.csv",
    }  # fmt: skip

    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    open_yet = value(cli("import", source, "--register", "towns", *place, "--json"), 2)
    assert open_yet["error"] == "BadContent"
    assert all(ASK in fault["found"] for fault in open_yet["faults"])
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before

    description = folder / "register.yml"
    description.write_text(answered(description.read_text(encoding="utf-8")), encoding="utf-8")
    checked = value(cli("register", "check", "towns", *place, "--json"))
    assert list(checked["entries"].values()) == [3]
    done = value(cli("import", source, "--register", "towns", *place, "--json"))
    assert [(t["n_read"], t["n_kept"], t["n_refused"]) for t in done["tables"]] == [(3, 3, 0)]
    assert done["published"] is False
    assert value(cli("import", source, "--register", "towns", *place, "--json"))["is_new"] is False


def test_a_zip_of_two_lists_becomes_a_register_of_two_tables(cli: Cli, workspace: Path, tmp_path: Path) -> None:
    source, place = tmp_path / "export.zip", ("--workspace", workspace)
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("projects.csv", ENGLISH)
        archive.writestr("partners.csv", "Project ID,Organisation\n1,City\n1,Firm\n")
    value(cli("register", "new", "towns", "--from", source, *place, "--json"))
    description = workspace / "registers" / "towns" / "register.yml"
    text = description.read_text(encoding="utf-8")
    assert [t["holds"] for t in yaml.safe_load(text)["tables"]] == ["project", "participation"]
    description.write_text(answered(text), encoding="utf-8")
    done = value(cli("import", source, "--register", "towns", *place, "--json"))
    assert [(t["table"], t["n_kept"]) for t in done["tables"]] == [("projects", 3), ("partners", 2)]


def test_a_draft_is_never_written_over_what_is_there_nor_into_the_shipped_content(
    cli: Cli, workspace: Path, tmp_path: Path
) -> None:
    source = lists(tmp_path)["csv"]
    words = ("register", "new", "towns", "--from", source)
    assert cli(*words, "--workspace", workspace).exit_code == 0
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    again = cli(*words, "--workspace", workspace)
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    assert {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()} == before
    (tmp_path / "bare").mkdir()
    bare = cli(*words, "--workspace", tmp_path / "bare")
    assert (bare.exit_code, "--registers DIR" in bare.stderr) == (2, True)
    own = cli(*words, "--registers", tmp_path / "mine", "--workspace", tmp_path / "bare")
    assert (own.exit_code, (tmp_path / "mine" / "towns" / "register.yml").is_file()) == (0, True)


@pytest.mark.parametrize("name", ["Towns", "../towns", "a b", "", "도시", "a--b"])
def test_a_name_that_is_no_folder_name_is_refused(name: str, cli: Cli, workspace: Path, tmp_path: Path) -> None:
    told = value(cli("register", "new", name, "--from", lists(tmp_path)["csv"], "--workspace", workspace, "--json"), 2)
    assert told["error"] == "BadUse"
    assert list((workspace / "registers").iterdir()) == []


def test_a_list_that_is_not_there_or_cannot_be_read_leaves_no_folder(cli: Cli, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    for source, error in ((tmp_path / "gone.csv", "BadUse"), (tmp_path / "empty.csv", "BadInput")):
        told = value(cli("register", "new", "towns", "--from", source, "--workspace", workspace, "--json"), 2)
        assert told["error"] == error
    assert list((workspace / "registers").iterdir()) == []


# --- The other commands ---------------------------------------------------------------------------------------------


@pytest.fixture
def imported(cli: Cli, workspace: Path, tmp_path: Path) -> Path:
    """A workspace with a register of leads that was imported."""
    source = lists(tmp_path)["csv"]
    assert cli("register", "new", "towns", "--from", source, "--workspace", workspace).exit_code == 0
    path = workspace / "registers" / "towns" / "register.yml"
    path.write_text(answered(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert cli("import", source, "--register", "towns", "--workspace", workspace).exit_code == 0
    return workspace


def test_registers_are_listed_with_what_they_hold(cli: Cli, imported: Path) -> None:
    (row,) = value(cli("register", "list", "--workspace", imported, "--json"))
    told = {"register": "towns", "holds": "leads", "published": False, "licence": "invented for the test"}
    assert {key: row[key] for key in told} == told
    shown = value(cli("register", "list", "--workspace", imported.parent, "--json"))
    assert "starter" in [row["register"] for row in shown]


def test_a_sample_that_comes_out_otherwise_is_told(cli: Cli, imported: Path) -> None:
    sample = imported / "registers" / "towns" / "sample"
    words = ("register", "check", "towns", "--workspace", imported, "--json")
    (sample / "expected.csv").write_text("\ufefftable,n_read,n_kept\n사업,3,3\nlist,3,2\n", encoding="utf-8")
    told = value(cli(*words), 2)
    assert [(f["column"], f["found"], f["expected"]) for f in told["faults"]] == [("list, n_kept", "3", "2")]
    other_name, other_table = "tabel,n_read\nlist,3\n", "table,n_read\nother,3\n"
    other_count, too_short, too_long = "table,n_rows\nlist,3\n", "table,n_read\nlist\n", "table,n_read\nlist,3,4\n"
    for text in ("", other_name, other_table, other_count, too_short, too_long):
        (sample / "expected.csv").write_text(text, encoding="utf-8")
        assert value(cli(*words), 2)["error"] == "BadInput"
    (sample / "expected.csv").unlink()
    assert value(cli(*words), 2)["error"] == "BadInput"


def test_the_list_of_a_register_of_initiatives_is_its_own_sample(cli: Cli, workspace: Path) -> None:
    (workspace / SETTINGS).write_text("", encoding="utf-8")
    told = value(cli("register", "check", "starter", "--workspace", workspace, "--json"))
    assert told == {"register": "starter", "entries": {"register.csv": 292}}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_people_are_told_in_their_language_what_became_of_every_entry(
    lang: str, cli: Cli, workspace: Path, tmp_path: Path
) -> None:
    source, place = lists(tmp_path)["csv"], ("--workspace", workspace)
    draft = cli("register", "new", "towns", "--from", source, *place, lang=lang)
    path = workspace / "registers" / "towns" / "register.yml"
    path.write_text(answered(path.read_text(encoding="utf-8")), encoding="utf-8")
    listed = cli("register", "list", *place, lang=lang)
    checked = cli("register", "check", "towns", *place, lang=lang)
    first = cli("import", source, "--register", "towns", *place, lang=lang)
    again = cli("import", source, "--register", "towns", *place, lang=lang)
    source.write_text(KOREAN.replace("텃밭", "마을 텃밭"), encoding="utf-8")
    second = cli("import", source, "--register", "towns", *place, lang=lang)
    changes = cli("register", "changes", "towns", *place, lang=lang)
    for result in (draft, listed, checked, first, again, second, changes):
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        assert "{" not in result.stdout
    words = {
        "en": ("3 read", "title: 1 changed", "nothing is new", "delimiter: comma (all of the first 4 entries have 8"),
        "ko": ("읽음 3", "title: 1개 변경", "새로운 것이 없다", "구분 기호: 쉼표(처음 4개 항목이 모두 8칸으로 나뉜다)"),
    }
    for result in (first, again):
        assert words[lang][3] in result.stdout
    asked = [line for line in draft.stdout.splitlines() if ASK in line]
    assert [has_hangul(line.replace("담당자", "").replace("총사업비", "")) for line in asked] == [lang == "ko"] * len(
        asked
    )
    assert words[lang][0] in first.stdout
    assert words[lang][1] in second.stdout
    assert words[lang][1] in changes.stdout
    assert words[lang][2] in again.stdout
    assert has_hangul(checked.stdout) == (lang == "ko")
