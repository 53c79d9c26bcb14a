"""Files of lead registers on disk: written whole, found by what they were made from, verified by their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynapolis.errors import BadContent, BadUse
from dynapolis.model.correction import Corrections
from dynapolis.model.lead import ASK, LeadField, LeadRegister, open_questions
from dynapolis.model.register import RegisterSpec, Terms
from dynapolis.store import files, snapshots
from dynapolis.store.content import shipped
from dynapolis.store.files import copy_whole, digest_file, write_whole
from dynapolis.store.lead_lake import LeadLake
from dynapolis.store.ledger import Ledger
from dynapolis.store.register_files import (
    read_corrections,
    read_description,
    read_header_synonyms,
    read_lead_register,
    read_lead_vocabulary,
)  # fmt: skip
from dynapolis.store.snapshots import Kept, Snapshots, current_snapshots, lead_imports, note_lead_import

# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_copy_is_the_same_bytes_under_the_hash_of_sha_256(tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    (tmp_path / "a").write_bytes(data)
    copy_whole(tmp_path / "a", tmp_path / "deep" / "b")
    assert (tmp_path / "deep" / "b").read_bytes() == data
    assert digest_file(tmp_path / "deep" / "b") == hashlib.sha256(data).hexdigest()


def test_a_copy_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "b", "old")
    (tmp_path / "a").write_bytes(b"new")

    def broken(_from: object, to: object, _size: int) -> None:
        to.write(b"ne")  # type: ignore[attr-defined]
        raise OSError("disk full")

    monkeypatch.setattr(files.shutil, "copyfileobj", broken)
    with pytest.raises(OSError, match="disk full"):
        copy_whole(tmp_path / "a", tmp_path / "b")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new", "b": b"old"}


# --- The lake of leads ----------------------------------------------------------------------------------------------


def test_a_draft_is_found_only_once_it_is_finished_and_only_by_what_it_was_made_from(tmp_path: Path) -> None:
    lake = LeadLake(tmp_path / "leads")
    made_from = {"files": {"project": "abc"}, "code": "1"}
    with lake.draft() as draft:
        (draft / "project.parquet").write_bytes(b"table")
        assert lake.find("towns", made_from) is None
        place = lake.finish(draft, "towns", made_from, [{"table": "project"}])
    assert lake.find("towns", made_from) == place
    assert (lake.report(place), list(lake.tables(place))) == ([{"table": "project"}], ["project"])
    for other in ({**made_from, "code": "2"}, {**made_from, "files": {"project": "abd"}}):
        assert lake.find("towns", other) is None
    assert lake.find("rivers", made_from) is None


def test_a_draft_that_is_not_finished_is_thrown_away(tmp_path: Path) -> None:
    lake = LeadLake(tmp_path / "leads")
    with pytest.raises(KeyboardInterrupt), lake.draft() as draft:
        (draft / "project.parquet").write_bytes(b"half")
        raise KeyboardInterrupt
    assert list((tmp_path / "leads").iterdir()) == []


def test_a_folder_without_its_stamp_counts_for_nothing_and_is_replaced(tmp_path: Path) -> None:
    lake = LeadLake(tmp_path / "leads")
    places = []
    for data in (b"first", b"second"):
        with lake.draft() as draft:
            (draft / "t.parquet").write_bytes(data)
            places.append(lake.finish(draft, "towns", {"a": 1}, []))
        if data == b"first":
            (places[0] / "stamp.json").unlink()
            assert lake.find("towns", {"a": 1}) is None
    assert places[0] == places[1]
    assert lake.tables(places[1])["t"].read_bytes() == b"second"


# --- Snapshots ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def test_a_file_is_kept_once_under_its_hash_and_name(tmp_path: Path, kept: Snapshots) -> None:
    source = tmp_path / "목록.csv"
    source.write_bytes(b"a,b\n")
    digest = kept.keep_file("towns", source.name, source)
    path = kept.verified("towns", source.name, digest)
    assert (path.name, path.read_bytes()) == (f"{digest[:16]}-목록.csv", b"a,b\n")
    written = path.stat().st_mtime_ns
    assert kept.keep_file("towns", source.name, source) == digest
    assert path.stat().st_mtime_ns == written
    source.write_bytes(b"a,c\n")
    kept.keep_file("towns", source.name, source)
    assert len(list(path.parent.iterdir())) == 2


def test_a_kept_file_that_was_changed_is_told_and_healed_by_keeping_it_again(tmp_path: Path, kept: Snapshots) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"a,b\n")
    digest = kept.keep_file("towns", "a.csv", source)
    path = kept.verified("towns", "a.csv", digest)
    path.write_bytes(b"x,y\n")
    with pytest.raises(BadUse, match="was changed since its import"):
        kept.read("towns", "a.csv", digest)
    path.unlink()
    with pytest.raises(BadUse, match="is missing"):
        kept.read("towns", "a.csv", digest)
    kept.keep_file("towns", "a.csv", source)
    assert kept.read("towns", "a.csv", digest) == b"a,b\n"


def test_a_file_that_is_written_to_while_it_is_copied_is_not_kept(
    tmp_path: Path, kept: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes(b"a,b\n")

    def copy(source: Path, path: Path) -> None:
        source.write_bytes(b"a,b,c\n")
        copy_whole(source, path)

    monkeypatch.setattr(snapshots, "copy_whole", copy)
    with pytest.raises(BadUse, match="changed while it was read"):
        kept.keep_file("towns", "a.csv", source)
    assert list((tmp_path / "snapshots" / "towns").iterdir()) == []


def test_a_name_as_long_as_a_file_system_takes_is_kept_with_its_ending(tmp_path: Path, kept: Snapshots) -> None:
    source = tmp_path / ("가" * 82 + ".csv.gz")
    source.write_bytes(b"a,b\n")
    digest = kept.keep_file("towns", source.name, source)
    path = kept.verified("towns", source.name, digest)
    assert path.name.startswith(f"{digest[:16]}-가")
    assert path.name.endswith("가.csv.gz")


def test_a_role_that_looks_like_a_path_stays_inside_the_folder_of_its_register(tmp_path: Path, kept: Snapshots) -> None:
    kept.keep("towns", {"../../x.csv": b"1"})
    assert [path.parent for path in tmp_path.rglob("*x.csv")] == [tmp_path / "snapshots" / "towns"]


def test_imports_of_leads_are_told_in_their_order_and_are_no_current_snapshots(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite")
    first, second = {"project": Kept("a.csv", "1" * 64, 3)}, {"project": Kept("b.csv", "2" * 64, 4)}
    times = ("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.000001+00:00", "2026-01-01T00:00:01+00:00")
    for made, now in zip((first, second, first), times, strict=True):
        with ledger.begin() as writer:
            assert note_lead_import(writer, "towns", made, licence="MIT", now=now) == 1
    assert lead_imports(ledger) == {"towns": [first, second, first]}
    assert current_snapshots(ledger) == {}
    ledger.close()


# --- Descriptions ---------------------------------------------------------------------------------------------------

HEAD = """\
name: towns
title: {en: T, ko: 가}
publisher: {name: nobody, official: false}
licence: {name: MIT, terms: TERMS, checked: "2026-11-26", note: {en: N, ko: 가}}
date: "2026-11-26"
languages: [en]
convenience_sample: true
does_not_measure: {en: N, ko: 가}
"""
LEADS = """\
holds: leads
tables:
  - name: project
    holds: project
    files: [a.csv]
    key: [id]
    fields: {id: project_id, own: code_goal, sme: {property: is_sme, yes: ["Y"], no: ["N"]}}
    expect: {min_records: 1}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "register.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("terms", "published"), [("open", True), ("non_commercial", False), ("unlicensed", False)])
def test_the_terms_decide_what_may_be_published(tmp_path: Path, terms: str, published: bool) -> None:
    found = read_description(write(tmp_path, HEAD.replace("TERMS", terms) + LEADS))
    assert isinstance(found, LeadRegister)
    assert (found.licence.terms, found.publishable) == (Terms(terms), published)


def test_a_description_says_itself_what_it_holds() -> None:
    kinds = {}
    for path in sorted((shipped() / "registers").glob("*/register.yml")):
        found = read_description(path)
        kinds[path.parent.name] = found.holds
        assert isinstance(found, RegisterSpec if found.holds == "initiatives" else LeadRegister)
        assert found.name == path.parent.name
    assert kinds["starter"] == "initiatives"


def test_yes_and_no_are_words_of_a_boolean_though_yaml_takes_them_for_truth_itself(tmp_path: Path) -> None:
    table = read_lead_register(write(tmp_path, HEAD.replace("TERMS", "open") + LEADS)).by_name["project"]
    assert (table.fields["sme"].yes, table.fields["sme"].no) == (("Y",), ("N",))
    assert table.fields["own"] == LeadField(property="code_goal")


def test_a_list_that_is_divided_at_nothing_is_no_description(tmp_path: Path) -> None:
    text = HEAD.replace("TERMS", "open") + LEADS.replace("code_goal", '{property: keywords, separator: ""}')
    with pytest.raises(BadContent, match="separator"):
        read_lead_register(write(tmp_path, text))


@pytest.mark.parametrize("broken", ["", "[]", "holds: leads", "holds: [leads]", "holds: {a: b}", "name: x: y", "\t"])
def test_a_file_that_describes_nothing_is_a_fault_and_no_defect(tmp_path: Path, broken: str) -> None:
    with pytest.raises(BadContent):
        read_description(write(tmp_path, broken))


def test_a_register_without_corrections_has_none(tmp_path: Path) -> None:
    assert read_corrections(tmp_path) == Corrections()
    (tmp_path / "corrections.yml").write_text("repairs: []\ncorrections: []\n", encoding="utf-8")
    assert read_corrections(tmp_path) == read_corrections(tmp_path / "corrections.yml") == Corrections()


@pytest.mark.parametrize(
    ("value", "n"),
    [("ASK", 1), ("ASK which", 1), ("ASK: which", 1), ("ASKIM", 0), ("asked", 0), ("do not ASK", 0), (7, 0),
     ({"ASK which column": "title"}, 1), ({"a": ["ASK 1", {"b": "ASK 2"}]}, 2)],
)  # fmt: skip
def test_questions_are_texts_that_begin_with_the_word_and_no_towns(value: object, n: int) -> None:
    assert len(list(open_questions(value))) == n


@given(st.recursive(st.text(max_size=5) | st.just(f"{ASK} x"), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_every_open_question_is_found_wherever_it_stands(value: object) -> None:
    def count(item: object) -> int:
        if isinstance(item, dict):
            return sum(map(count, item.values())) + sum(map(count, item))
        return sum(map(count, item)) if isinstance(item, list) else int(item == f"{ASK} x")

    assert len(list(open_questions(value))) == count(value)


# --- Words ----------------------------------------------------------------------------------------------------------


def test_every_kind_requires_properties_that_exist_and_all_are_told_in_both_languages() -> None:
    words = read_lead_vocabulary()
    for kind in words.kinds.values():
        assert {name for needed in kind.requires for name in needed.split("|")} <= set(words.properties)
    for item in (*words.kinds.values(), *words.properties.values()):
        assert item.meaning.en != item.meaning.ko


def test_every_header_synonym_gives_one_property_that_exists() -> None:
    seen: dict[str, str] = {}
    for name, synonyms in read_header_synonyms().items():
        assert name in read_lead_vocabulary().properties
        for word in synonyms:
            plain = "".join(letter for letter in word.lower() if letter not in " _-.·/()")
            assert seen.setdefault(plain, name) == name, word
