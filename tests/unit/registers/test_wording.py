"""What readers decide and drafts ask has no language, survives being stored, and can be said in both languages."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dynapolis.registers
from dynapolis.model.lead import PropertyType
from dynapolis.registers.readers import Decision, decision_of
from dynapolis.registers.wording import Wording, shown, wording_of
from dynapolis.report.messages import read_messages
from dynapolis.text import has_hangul

SOURCE = Path(dynapolis.registers.__file__).parent
LANGS = ("en", "ko")
SAY = {lang: read_messages(lang).say for lang in LANGS}
TEXTS = read_messages("en").texts
TWELVE = "'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L'"
PLACE = re.compile(r"\{([a-z_]+)")


def calls(name: str) -> Iterator[ast.Call]:
    """Calls of a function of that name in the room of the registers."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def constants(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Such calls whose first argument is written out, with it."""
    for call in calls(name):
        if call.args and isinstance(call.args[0], ast.Constant):
            yield call.args[0].value, call


# --- Texts ----------------------------------------------------------------------------------------------------------


def test_every_wording_has_a_text_whose_places_it_fills() -> None:
    found = list(constants("Wording"))
    assert len(found) > 30
    for key, call in found:
        places = set(PLACE.findall(TEXTS[key]))
        if len(call.args) == 1:
            assert places == set(), key
        elif isinstance(call.args[1], ast.Dict) and None not in call.args[1].keys:
            assert {k.value for k in call.args[1].keys if isinstance(k, ast.Constant)} == places, key


def test_every_text_of_a_decision_or_a_draft_is_said_somewhere() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    told = {key for key in TEXTS if key.startswith(("decision.why.", "draft.")) and not key.startswith("draft.type.")}
    asked = {f"draft.{name}" for name in re.findall(r'ask(?:_in_each)?\("(\w+)"\)', source)}
    assert {key for key in told - asked if f'"{key}"' not in source and f"'{key}'" not in source} == set()


def test_every_kind_of_decision_has_a_name_in_both_languages() -> None:
    from_descriptor = {"encoding", "delimiter", "quote", "columns", "header_row"}
    names = {what for what, _ in constants("Decision")} | from_descriptor
    assert {f"decision.what.{name}" for name in names} == {key for key in TEXTS if key.startswith("decision.what.")}


def test_every_way_of_reading_a_value_has_a_name() -> None:
    assert {f"draft.type.{kind.value}" for kind in PropertyType} == {k for k in TEXTS if k.startswith("draft.type.")}


# --- Two languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "english", "korean"),
    [
        (
            Decision("format", "xlsx", Wording("decision.why.workbook")),
            "format: xlsx (the first bytes are those of a workbook)",
            "형식: xlsx(첫 바이트가 통합 문서의 것이다)",
        ),
        (
            Decision(
                "delimiter", "tab", Wording("decision.why.most_entries", {"even": 998, "entries": 1000, "cells": 7})
            ),
            "delimiter: tab (998 of the first 1,000 entries have 7 cells with it)",
            "구분 기호: 탭(처음 1,000개 항목 가운데 998개가 7칸으로 나뉜다)",
        ),
        (
            Decision("delimiter", "^", Wording("decision.why.descriptor")),
            "delimiter: ^ (the descriptor of the data package says so)",
            "구분 기호: ^(데이터 패키지의 설명 파일에 적혀 있다)",
        ),
        (
            Decision("quote", "", Wording("decision.why.descriptor")),
            "quotation mark: '' (the descriptor of the data package says so)",
            "따옴표: ''(데이터 패키지의 설명 파일에 적혀 있다)",
        ),
        (
            Decision("encoding", "cp949", Wording("decision.why.hangul", {"hangul": 1234, "letters": 1250})),
            "encoding: cp949 (the bytes are no UTF-8, and 1,234 of 1,250 letters beyond ASCII are Hangul with it)",
            "인코딩: cp949(UTF-8이 아니며, 이 인코딩으로 읽으면 ASCII를 벗어난 글자 1,250개 가운데 1,234개가 한글이다)",
        ),
        (
            Decision("records", "", Wording("decision.why.root_list")),
            "records: the root list (the root is a list)",
            "목록의 자리: 최상위 목록(최상위가 목록이다)",
        ),
        (
            Decision("records", "*", Wording("decision.why.root_values")),
            "records: the values of the root object (the root object has objects as values)",
            "목록의 자리: 최상위 객체의 값들(최상위 객체의 값이 모두 객체이다)",
        ),
        (
            Decision("header", "own", Wording("decision.why.own_header", {"n": 1, "missing": ("nom",), "more": ()})),
            "header: the file's own (1 column; named by the schema only: 'nom'; by the file only: none)",
            "머리글: 파일에 적힌 것(열 1개. 스키마에만 있는 열: 'nom'. 파일에만 있는 열: 없음)",
        ),
        (
            Decision("sheet", "Labs", Wording("decision.why.first_sheet", {"n": 14, "names": tuple("ABCDEFGHIJKLMN")})),
            f"sheet: Labs (the first of 14 sheets: {TWELVE} and 2 more)",
            f"시트: Labs(시트 14개 가운데 첫째이다: {TWELVE} 외 2개)",
        ),
    ],
)  # fmt: skip
def test_a_decision_is_said_in_both_languages(decision: Decision, english: str, korean: str) -> None:
    assert decision.said("cli.leads_decision", SAY["en"]) == english
    assert decision.said("cli.leads_decision", SAY["ko"]) == korean


def test_korean_says_in_hangul_whatever_english_says_in_words() -> None:
    korean = read_messages("ko").texts
    for key, text in TEXTS.items():
        if key.startswith(("decision.", "draft.", "list.")) and re.search(r"[a-z]{3}", re.sub(r"\{[^}]*\}", "", text)):
            assert has_hangul(korean[key]) or key == "draft.type.url", key
            assert not has_hangul(text), key


# --- Stored and read again ------------------------------------------------------------------------------------------

PLAIN = st.text(max_size=9) | st.integers(0, 10**9) | st.lists(st.text(max_size=5), max_size=20).map(tuple)
WORDINGS = st.recursive(
    st.builds(Wording, st.text(max_size=9), st.dictionaries(st.text(max_size=5), PLAIN, max_size=3)),
    lambda inner: st.builds(Wording, st.text(max_size=9), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
    max_leaves=3,
)


@given(st.text(max_size=9), PLAIN, WORDINGS)
def test_nothing_of_a_decision_is_lost_in_json(what: str, value: Any, why: Wording) -> None:
    decision = Decision(what, value, why)
    assert decision_of(json.loads(json.dumps(decision.as_value()))) == decision
    assert wording_of(json.loads(json.dumps(why.as_value()))) == why


@given(PLAIN)
def test_a_value_is_shown_in_one_line_whatever_it_holds(value: Any) -> None:
    for lang in LANGS:
        text = shown(value, SAY[lang])
        assert text
        assert text.isprintable()
