"""JSON and JSON Lines as tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dynapolis.errors import BadInput
from dynapolis.model.layout import Layout
from dynapolis.registers.readers import Limits, Table, open_table

Row = tuple[int, dict[str, str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, data: Any, name: str = "list.json", **layout: Any) -> tuple[Table, list[Row]]:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    with open_table(path, Layout(**layout)) as table:
        return table, [(e.line, dict(zip(table.header, e.cells, strict=True)), e.wrong) for e in table.entries]


def refused(folder: Path, data: Any, **layout: Any) -> str:
    with pytest.raises(BadInput) as raised:
        read(folder, data, **layout)
    return raised.value.faults[0].found


def test_the_header_is_the_union_of_all_keys_in_the_order_they_appear(folder: Path) -> None:
    table, rows = read(folder, [{"id": 1}, {"name": "Lab", "id": 2}, {"end": None, "id": 3}])
    assert table.header == ("id", "name", "end")
    assert rows[1] == (2, {"id": "2", "name": "Lab", "end": ""}, "")


def test_values_are_texts_as_printed(folder: Path) -> None:
    data = b'[{"a": 1.50, "b": 7, "c": true, "d": null, "e": 12345678901234567890.10, "f": -0.0, "g": 1e3}]'
    _, rows = read(folder, data)
    assert list(rows[0][1].values()) == ["1.50", "7", "true", "", "12345678901234567890.10", "-0.0", "1000"]


def test_objects_are_dotted_and_lists_joined_or_kept_as_json(folder: Path) -> None:
    item = {
        "p": {"title": "Lab", "at": {"lat": 1}},
        "tags": ["a", 2, True],
        "who": [{"n": "x"}],
        "l": ["a;b", "c"],
        "o": {},
    }
    _, rows = read(folder, [item])
    assert rows[0][1] == {
        "p.title": "Lab", "p.at.lat": "1", "tags": "a;2;true", "who": '[{"n":"x"}]', "l": '["a;b","c"]', "o": "{}",
    }  # fmt: skip


def test_values_of_a_root_object_are_entries_with_their_key(folder: Path) -> None:
    table, rows = read(folder, {"221": {"Title": "A"}, "222": {"Title": "B"}})
    assert [row for _, row, _ in rows] == [{"_key": "221", "Title": "A"}, {"_key": "222", "Title": "B"}]
    assert ("records", "*") in {(d.what, d.value) for d in table.decisions}


def test_the_only_list_of_objects_is_found_and_told(folder: Path) -> None:
    data = {"type": "FeatureCollection", "bbox": [1, 2], "features": [{"properties": {"city": "Linz"}}]}
    table, rows = read(folder, data)
    assert rows == [(1, {"properties.city": "Linz"}, "")]
    assert ("records", "features") in {(d.what, d.value) for d in table.decisions}


def test_of_several_lists_one_must_be_named(folder: Path) -> None:
    data = {"meta": {"labs": [{"x": 0}]}, "labs": [{"id": 1}], "projects": [{"id": 2}, {"id": 3}]}
    assert "several lists of objects (its keys: 'meta', 'labs', 'projects')" in refused(folder, data)
    assert [row["id"] for _, row, _ in read(folder, data, records="projects")[1]] == ["2", "3"]
    assert read(folder, data, records="meta.labs")[1] == [(1, {"x": "0"}, "")]
    assert refused(folder, data, records="meta.cities") == "no 'cities' (keys: 'labs')"
    assert refused(folder, data, records="labs.more") == "no object that could hold 'more'"


def test_elements_of_an_inner_list_become_entries(folder: Path) -> None:
    data = [{"id": 1, "who": [{"n": "a"}, {"n": "b"}]}, {"id": 2, "who": []}, {"id": 3}, {"id": 4, "who": "x"}]
    _, rows = read(folder, data, explode="who")
    assert [(line, row["id"], row["who.n"], wrong) for line, row, wrong in rows] == [
        (1, "1", "a", ""),
        (1, "1", "b", ""),
        (2, "2", "", ""),
        (3, "3", "", ""),
        (4, "", "", "a text in 'who' where a list is expected"),
    ]


def test_plain_elements_of_an_inner_list_have_the_name_of_the_list(folder: Path) -> None:
    _, rows = read(folder, [{"id": 1, "tag": ["a", "b"]}], explode="tag")
    assert [row for _, row, _ in rows] == [{"id": "1", "tag": "a"}, {"id": "1", "tag": "b"}]


def test_a_key_that_stands_twice_is_told(folder: Path) -> None:
    _, rows = read(folder, b'[{"a": 1, "b": {"c": 1, "c": 2}}, {"a": 1, "b.c": 3, "b": {"c": 3}}]')
    assert [wrong for _, _, wrong in rows] == ["the key 'c' twice in one object", "two values named 'b.c'"]


def test_an_item_that_is_no_object_is_told(folder: Path) -> None:
    _, rows = read(folder, [{"a": 1}, "x", 3, None, [1]])
    assert [wrong.split(" where")[0] for _, _, wrong in rows] == ["", "a text", "a number", "null", "a list"]


def test_json_lines_are_read_line_by_line_and_a_broken_one_is_told(folder: Path) -> None:
    data = b'{"id": 1}\n\n{"id": 2,\n{"id": NaN}\n{"id": 4.50}\n[5]\n'
    table, rows = read(folder, data, name="list.jsonl")
    assert [(line, row["id"], bool(wrong)) for line, row, wrong in rows] == [
        (1, "1", False),
        (3, "", True),
        (4, "", True),
        (5, "4.50", False),
        (6, "", True),
    ]
    assert ("format", "jsonl") in {(d.what, d.value) for d in table.decisions}


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (b'"\\ud800"', "half a letter"),
        (b"1" + b"0" * 5_000, "no JSON"),
        (b"[" * 3_000 + b"]" * 3_000, "objects nested in more than 100 others"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "objects nested too deeply"),
        (b"1 2", "no JSON"),
    ],
)
def test_a_line_that_cannot_be_kept_is_told_and_the_next_one_is_read(folder: Path, value: bytes, wrong: str) -> None:
    _, rows = read(folder, b'{"a": ' + value + b'}\n{"a": "\\ud55c\\ud83d\\ude00"}\n', name="list.jsonl")
    assert rows[0][2].startswith(wrong)
    assert rows[1] == (2, {"a": "한😀"}, "")


def test_json_lines_are_known_without_their_name(folder: Path) -> None:
    assert len(read(folder, b'{"id": 1}\n{"id": 2}\n', name="list.txt")[1]) == 2


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_of_another_encoding_is_read(folder: Path, codec: str) -> None:
    _, rows = read(folder, '[{"city": "서울", "name": "a lab of the city"}]'.encode(codec))
    assert rows[0][1]["city"] == "서울"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"id": 1}, {"id"', "cut off after entry 1"),
        (b'[{"id": 1}', "cut off after entry 1"),
        (b'[{"id": 1},}]', "breaks after entry 1"),
        (b'[{"id": 1}] [', "breaks"),
        ('[{"id": "서울"}, {"id": "'.encode() + b'\xff"}]', "invalid bytes in UTF8 string"),
        (b"[]", "no entries"),
        (b"{}", "no list of objects"),
        (b'["a", "b"]', "no entry that is an object with keys (1: a text where an object is expected)"),
        (b"[{}]", "no entry that is an object with keys (all are empty)"),
        (b'[{"a": 1' + b"0" * 5_000 + b"}]", "a number of more than two thousand digits"),
        (b'[{"a": "\\ud83d and no more"}]', "half a letter (\\ud83d)"),
        (b'{"a": 1}', "no list of objects"),
        (b"[" * 200_000, "nested in more than 100 others after entry 0"),
        (b'[{"a":' * 50_000, "nested in more than 100 others"),
        (b"", "an empty file"),
    ],
)
def test_a_text_that_is_no_whole_list_is_refused(folder: Path, data: bytes, found: str) -> None:
    assert found in refused(folder, data)


def test_an_old_encoding_of_json_is_told(folder: Path) -> None:
    table, rows = read(folder, '[{"이름": "서울 리빙랩"}]'.encode("cp949"))
    assert rows[0][1] == {"이름": "서울 리빙랩"}
    assert ("encoding", "cp949") in {(d.what, d.value) for d in table.decisions}


def test_a_list_named_twice_is_refused(folder: Path) -> None:
    data = b'{"l": [{"a": 1}], "m": 1, "l": [{"a": 2}]}'
    assert "twice" in refused(folder, data, records="l")


def test_a_value_that_never_ends_is_stopped(folder: Path) -> None:
    path = folder / "list.json"
    path.write_text('[{"a": 1}, {"b": "' + "x" * 3_000_000 + '"}]', encoding="utf-8")
    with (
        pytest.raises(BadInput, match="without a new entry"),
        open_table(path, Layout(), limits=Limits(item_bytes=1_000_000)),
    ):
        pass
