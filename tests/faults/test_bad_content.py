"""Faulty content: every fault of a file in one message, with the line on which it stands.

In the texts below a comment ``# fault: KEY`` marks a line on which exactly that fault must be found; what is missing
altogether is looked for on the line of the entry that should hold it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dynapolis.errors import BadContent
from dynapolis.model.codebook import Codebook, check_codebook
from dynapolis.model.register import RegisterSpec, check_register
from dynapolis.report.messages import read_messages
from dynapolis.store import content
from dynapolis.store.content import shipped
from dynapolis.store.workspace import SETTINGS, open_workspace
from dynapolis.store.yaml_file import read_yaml

Reader = Callable[[Path], Any]

CODEBOOK = """\
codebook: broken
version: 1  # fault: version
supersedes: null
title: {en: Broken, ko: 고장}
licence: MIT
licence: MIT  # fault: licence
unit: {en: 단위, ko: 단위}  # fault: unit.en
colour: red  # fault: colour

schemes:
  - scheme: kind
    label: {en: Kind, ko: 종류}
    origin: ours
    applies_to: everything  # fault: schemes.0.applies_to
    multiple: false
    ladder:
      - project
      - stair  # fault: schemes.0.ladder.1
    codes:
      - {code: project, label: {en: Project, ko: 프로젝트}, origin: ours, rule: {en: A rule., ko: 규칙}}
      - just a word  # fault: schemes.0.codes.1
      - code: project  # fault: schemes.0.codes.2.code
        label:  # fault: schemes.0.codes.2.label.ko
          en: Once more
        origin: ours
        parent: nobody  # fault: schemes.0.codes.2.parent
        rule:
          en: A rule.
          ko: ""  # fault: schemes.0.codes.2.rule.ko
          de: Eine Regel.  # fault: schemes.0.codes.2.rule.de
  - scheme: kind  # fault: schemes.1.scheme, schemes.1.origin
    label: {en: Kind again, ko: 종류}
    applies_to: all
    multiple: perhaps  # fault: schemes.1.multiple
    codes: []  # fault: schemes.1.codes

crosswalks:
  - name: folded
    scheme: nothing  # fault: crosswalks.0.scheme
    label: {en: Folded, ko: 묶음}
    note: {en: A note., ko: 주석}
    map: {}
from_previous:
  kind:
    old: gone  # fault: from_previous.kind.old
"""
CROSSWALKS = """\
codebook: broken
version: "1"
supersedes: null
title: {en: Broken, ko: 고장}
licence: MIT
unit: {en: Unit, ko: 단위}
schemes:
  - scheme: kind
    label: {en: Kind, ko: 종류}
    origin: ours
    applies_to: all
    multiple: false
    codes:
      - {code: project, label: {en: Project, ko: 프로젝트}, origin: ours, rule: {en: A rule., ko: 규칙}}
      - {code: lab, label: {en: Lab, ko: 랩}, origin: ours, rule: {en: A rule., ko: 규칙}}
crosswalks:
  - name: folded
    scheme: kind
    label: {en: Folded, ko: 묶음}
    note: {en: A note., ko: 주석}
    map:
      lab: project
      fund: lab  # fault: crosswalks.0.map.fund
      project: fund  # fault: crosswalks.0.map.project
from_previous:
  kind:
    old_lab: lab
    old: gone  # fault: from_previous.kind.old
  stage:
    pilot: pilot  # fault: from_previous.stage.pilot
"""
INDEX = """\
index: broken
version: "1"
title: {en: Broken, ko: 고장}
codebook_version: "2022.2"
sector_crosswalk: chapter06
pillars:
  - {id: one, name: {en: One, ko: 하나}, weight: 1}
  - {id: two, name: {en: Two, ko: 둘}, weight: 0}  # fault: pillars.1, pillars.1.weight
  - {id: one, name: {en: Again, ko: 다시}, weight: 1}  # fault: pillars.2.id
indicators:
  - id: a1  # fault: indicators.0.unit
    pillar: three  # fault: indicators.0.pillar
    name: {en: Name, ko: 이름}
    definition: {en: Definition, ko: 정의}
    kind: guess  # fault: indicators.0.kind
    direction: 2  # fault: indicators.0.direction
    weight: heavy  # fault: indicators.0.weight
    min_records: -1  # fault: indicators.0.min_records
    records: {en: records, ko: 기록}
    decimals: 2
  - id: a1  # fault: indicators.1.id
    pillar: one
    name: {en: Name, ko: 이름}
    definition: {en: Definition, ko: 정의}
    unit: {en: Unit, ko: 단위}
    kind: rate
    direction: 1
    weight: 1
    min_records: 0
    records: {en: records, ko: 기록}
    decimals: 2
availability:
  indicator_min_share_of_cities: 1.4  # fault: availability.indicator_min_share_of_cities
  city_min_share_of_indicators: 0.6
  city_min_pillars: 4
  city_min_records: 5
scale: [0, 100]  # fault: scale
denominator:
  definition: somebody  # fault: denominator.definition
  source: census
  year: 2020
  within_years: -1  # fault: denominator.within_years
  alternatives:
    - {definition: place, source: census, year: 2020, within_years: 0}
    - {definition: place, source: census, year: 2020, within_years: 2}  # fault: denominator.alternatives.1
default:
  normalisation: min_max
  within_pillars: arithmetic
  between_pillars: geometric
  treat: {method: skew_kurtosis, max_skew: 2, max_kurtosis: 3.5, max_winsorised: 5}
uncertain:
  normalisation: [rank]  # fault: uncertain.normalisation
  within_pillars: [arithmetic]
  between_pillars: [geometric, median]  # fault: uncertain.between_pillars.1
  treatment: [none]
  weight_concentration: 20
intervals: [0.5, 0.9]
top: [1, 5]
tiers: {ahead_probability: 0.4}  # fault: tiers.ahead_probability
"""
CITIES = """\
sources:
  census: {title: Census, publisher: Office, licence: open, date: "2020", url: "https://example.org",
           note: {en: A note., ko: 주석}}
cities:
  - id: oslo
    name: {en: Oslo, ko: 오슬로}
    country: NO  # fault: cities.0.country
    country_name: {en: Norway, ko: 노르웨이}
    geonames_id: 1
    latitude: 590  # fault: cities.0.latitude
    longitude: 10.7
    in_report_2022: true
  - id: oslo  # fault: cities.1.id
    name: {en: 오슬로, ko: 오슬로}  # fault: cities.1.name.en
    country: Norway  # fault: cities.1.country
    country_name: {en: Norway, ko: 노르웨이}
    geonames_id: 1  # fault: cities.1.geonames_id
    latitude: 59
    longitude: 10.7
    in_report_2022: true
    mayor: somebody  # fault: cities.1.mayor
"""
REGISTER = """\
name: broken
title: {en: Broken, ko: 고장}
publisher: {name: nobody}  # fault: publisher.official
licence: {name: MIT, terms: open, checked: 2026-11-25, note: {en: A note., ko: 주석}}  # fault: licence.checked
date: "2026-11-25"
languages: [en]
convenience_sample: true
does_not_measure: {en: Anything., ko: 아무것도}
file: list.csv
fields:  # fault: fields
  id: {property: source_id, type: slug, required: true}
  title: {property: heading}  # fault: fields.title.property
  name: {property: name, required: true}
  name_2: {property: name, required: true}  # fault: fields.name_2.property
  city: {property: city, type: town, required: true}  # fault: fields.city.type
  text: {property: description_en}  # fault: fields.text
  id: {property: note}  # fault: fields.id
  url: {property: source_url, required: true}
expect: {min_records: 0}  # fault: expect.min_records
coders:
  - {id: a, kind: robot, version: "1", name: {en: A, ko: 가}}  # fault: coders.0.kind
  - {id: a, kind: person, version: "1", name: {en: A, ko: 가}}  # fault: coders.1.id
codings:
  - coder: nobody  # fault: codings.0.coder
    file: codes.csv
    id_column: id
    codebook_version: "2022.2"
    schemes:
      - {column: sector}  # fault: codings.0.schemes.0.scheme
"""


def codebook(path: Path) -> Codebook:
    return read_yaml(path, Codebook, check_codebook)


def register(path: Path) -> RegisterSpec:
    return read_yaml(path, RegisterSpec, check_register)


TEXTS: dict[str, tuple[Reader, str]] = {
    "codebook": (codebook, CODEBOOK),
    "crosswalks": (codebook, CROSSWALKS),
    "index": (content.read_index_spec, INDEX),
    "cities": (content.read_places, CITIES),
    "register": (register, REGISTER),
}


def marked(text: str) -> list[tuple[int, str]]:
    """Lines and keys of the faults that a text says it has."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        comment = line.partition("# fault: ")[2]
        found += [(number, key) for key in comment.split(", ") if key]
    return sorted(found)


@pytest.mark.parametrize("kind", TEXTS)
def test_every_fault_of_a_content_file_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    read, text = TEXTS[kind]
    path = tmp_path / f"{kind}.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read(path)
    assert sorted((fault.row, fault.column) for fault in caught.value.faults) == marked(text)
    assert {fault.where for fault in caught.value.faults} == {path.name}
    message = str(caught.value)
    assert message.splitlines()[0] == f"{path.name}: {len(marked(text))} faults, nothing was changed"
    assert all(f"  - {path.name}, line {row}, {key}: found " in message for row, key in marked(text))


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("title: {en: One\nversion: 1\n", 2, ""),
        ("a: 1\nb:\n\t- tab\n", 3, ""),
        ("a: 1\nchecked: 2026-13-45\n", 2, "month must be in 1..12"),
        ("a: 1\nlicence: !secret MIT\n", 2, "!secret"),
        ("a: 1\n? [one, two]\n: 3\n", 2, "a key that is no word"),
        ("a: 1\n{one: 1}: 3\n", 2, "a key that is no word"),
        ("a: 1\nb: =\n", 2, "'='"),
        ("a: 1\nb: \x07\n", 2, "control characters"),
        ("", 1, "nothing"),
        ("# nothing but a comment\n", 1, "nothing"),
        ("- a list\n", 1, "a list"),
        ("just a word", 1, "a str"),
    ],
)
def test_what_is_no_yaml_of_keys_is_told_with_its_line(text: str, row: int, found: str, tmp_path: Path) -> None:
    path = tmp_path / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        codebook(path)
    assert {fault.where for fault in caught.value.faults} == {path.name}
    assert any(fault.row == row and found in fault.found for fault in caught.value.faults)


def test_a_byte_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yml"
    path.write_bytes("codebook: a\ntitle: {en: Caf\u00e9}\n".encode("latin-1"))
    with pytest.raises(BadContent) as caught:
        codebook(path)
    assert [(fault.where, fault.row) for fault in caught.value.faults] == [("codebook.yml", 2)]


def test_a_content_file_that_is_missing_is_bad_content(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match=r"9\.yml"):
        content.read_codebook(tmp_path, "9")


GOOD: dict[str, tuple[Reader, Path]] = {
    "codebook": (codebook, shipped() / "codebooks" / "urban_innovativeness" / "2022.1.yml"),
    "index": (content.read_index_spec, shipped() / "indices" / "urban_innovativeness" / "2022.yml"),
    "cities": (content.read_places, shipped() / "places" / "cities.yml"),
    "register": (register, shipped() / "registers" / "starter" / "register.yml"),
}


def shortened(value: Any) -> Any:
    """The same data with at most two entries in every list, so that every place can be spoiled in turn."""
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return [shortened(item) for item in value[:2]] if isinstance(value, list) else value


def places_in(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of the data, from the top."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield (*above, key)
        yield from places_in(item, (*above, key))


@pytest.mark.parametrize("kind", GOOD)
def test_a_value_of_the_wrong_shape_is_bad_content_and_never_a_defect_wherever_it_stands(
    kind: str, tmp_path: Path
) -> None:
    read, source = GOOD[kind]
    good = shortened(yaml.safe_load(source.read_text(encoding="utf-8")))
    path = tmp_path / "content.yml"
    n_refused = 0
    for place in places_in(good):
        for wrong in (None, 7, "word", ["word", None], [["word"]], {"key": ["word"]}):
            data = copy.deepcopy(good)
            *above, last = place
            inside = data
            for key in above:
                inside = inside[key]
            inside[last] = wrong
            path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
            try:
                read(path)
            except BadContent as error:
                n_refused += 1
                assert all(fault.row == 1 for fault in error.faults)
    assert n_refused > 100


def test_faults_of_the_settings_are_told_together_with_their_lines(tmp_path: Path) -> None:
    text = """\
# my workspace
[run]
seed = -1  # fault: run.seed
draws = 1_000_000  # fault: run.draws
level = "high"  # fault: run.level
colour = "red"  # fault: run.colour

[content]
places = 5  # fault: content.places

[engine]  # fault: engine
name = "spark"
"""
    (tmp_path / SETTINGS).write_text(text, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        open_workspace(tmp_path)
    assert sorted((fault.row, fault.column) for fault in caught.value.faults) == marked(text)
    assert {Path(fault.where).name for fault in caught.value.faults} == {SETTINGS}


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"[run]\nseed = 1\nseed = 2\n", 3),
        (b"[run]\nseed == 1\n", 2),
        (b"[run]\n# caf\xe9\n", 2),
        (b"run.draws = 5\n", 1),
        (b"run = {draws = 5}\n", 1),
    ],
)
def test_settings_that_cannot_be_read_are_told_with_their_line(data: bytes, row: int, tmp_path: Path) -> None:
    (tmp_path / SETTINGS).write_bytes(data)
    with pytest.raises(BadContent) as caught:
        open_workspace(tmp_path)
    assert [fault.row for fault in caught.value.faults] == [row]


LOOKUP = """\
coder: {id: reader, kind: person, version: "1", name: {en: A reader, ko: 읽는 이}}
date: "2026-11-25"
rule: {en: A rule., ko: 규칙}
counts: {public: 1}
"""


@pytest.fixture
def lookup(tmp_path: Path) -> Path:
    """An organisation lookup; its table is for the tests to write."""
    (tmp_path / "organisations.yml").write_text(LOOKUP, encoding="utf-8")
    return tmp_path / "organisations.csv"


def faults_of_lookup(path: Path, data: bytes) -> list[tuple[int, str]]:
    path.write_bytes(data)
    with pytest.raises(BadContent) as caught:
        content.read_organisations(path)
    assert {fault.where for fault in caught.value.faults} == {path.name}
    return [(fault.row, fault.column) for fault in caught.value.faults]


def test_faults_of_the_organisations_are_told_together_with_their_lines(lookup: Path) -> None:
    text = """\
name,helix,basis,unsure
"A name
over two lines",public,,

TNO,academic;academic,,
Waag,civic;state,,
TNO,academic,,
Mystery,unknown;public,,yes
Firm,,,
,public,,
Short,public
"""
    assert faults_of_lookup(lookup, text.encode()) == [
        (5, "helix"),
        (6, "helix"),
        (7, "name"),
        (8, "helix"),
        (9, "helix"),
        (10, "name"),
        (11, ""),
    ]


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"", [(1, "basis"), (1, "helix"), (1, "name"), (1, "unsure")]),
        (b"name,helix,unsure\nTNO,academic,\n", [(1, "basis")]),
        (b"name,helix,basis,unsure,colour\nTNO,academic,,,red\n", [(1, "colour")]),
        (b"name,helix,basis,unsure\nCaf\xe9,private,,\n", [(2, "")]),
        (b"name,helix,basis,unsure\nTNO,academic,,perhaps\n", [(2, "unsure")]),
    ],
)
def test_an_organisation_lookup_of_the_wrong_form_is_told_with_its_line(
    data: bytes, faults: list[tuple[int, str]], lookup: Path
) -> None:
    assert faults_of_lookup(lookup, data) == faults


def test_an_organisation_lookup_without_a_row_is_no_fault(lookup: Path) -> None:
    lookup.write_bytes(b"\xef\xbb\xbfname,helix,basis,unsure\r\n")
    assert content.read_organisations(lookup)[1] == ()


def test_an_organisation_lookup_whose_table_is_missing_is_bad_content(lookup: Path) -> None:
    with pytest.raises(BadContent, match=r"organisations\.csv"):
        content.read_organisations(lookup)


def messages(folder: Path, en: str, ko: str) -> list[tuple[str, int, str]]:
    (folder / "en.yml").write_text(en, encoding="utf-8")
    (folder / "ko.yml").write_text(ko, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        read_messages("en", folder)
    return [(fault.where, fault.row, fault.column) for fault in caught.value.faults]


def test_a_text_that_only_one_language_has_is_told_with_the_line_where_it_is_missing(tmp_path: Path) -> None:
    en = "cli:\n  done: Done with {n}.\n  only_here: A text.\npage:\n  title: A title\n"
    ko = "page:\n  title: 제목\ncli:\n  done: 끝\n  only_there: 글\nlast: 글\n"
    assert messages(tmp_path, en, ko) == [
        ("en.yml", 1, "cli.only_there"),
        ("en.yml", 1, "last"),  # nothing of it is there, so the top of the file
        ("ko.yml", 3, "cli.only_here"),
        ("ko.yml", 4, "cli.done"),  # its place {n} is missing
    ]


@pytest.mark.parametrize(
    ("en", "place"),
    [
        ("a: 1\na: 2\n", ("en.yml", 2, "a")),
        ("a: {b: 1\n", ("en.yml", 2, "")),
        ("- a\n", ("en.yml", 1, "")),
        ("", ("en.yml", 1, "")),
        ("a: [one]\n", ("en.yml", 1, "a")),
    ],
)
def test_messages_that_are_no_texts_by_key_are_told_with_their_line(
    en: str, place: tuple[str, int, str], tmp_path: Path
) -> None:
    assert place in messages(tmp_path, en, "a: 1\n")


def test_a_command_with_faulty_content_lists_the_faults_and_ends_with_2(
    fictional: Callable[..., Any], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    path = workspace.content.index
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("scale: [1, 100]", "scale: [0, 100]\ncolour: red"), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    row = next(number for number, line in enumerate(lines, start=1) if line.startswith("scale:"))

    result = cli("run", "--workspace", workspace.folder)

    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "BadContent: index.yml: 2 faults, nothing was changed"
    assert f"  - index.yml, line {row}, scale: found [0, 100]; expected two numbers" in result.stderr
    assert f"  - index.yml, line {row + 1}, colour: found an unknown key" in result.stderr
    machine = cli("run", "--workspace", workspace.folder, "--json")
    assert machine.exit_code == 2
    assert [fault["row"] for fault in json.loads(machine.stdout)["faults"]] == [row, row + 1]


def test_a_codebook_code_that_a_register_asks_for_and_nobody_knows_is_told(
    fictional: Callable[..., Any], cli: Callable[..., Any], tmp_path: Path
) -> None:
    workspace = fictional(tmp_path / "workspace")
    path = workspace.content.registers / "fictional" / "register.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"scheme: stage\b", "scheme: staging", text), encoding="utf-8")
    result = cli("import", workspace.folder / "own" / "list.csv", "-r", "fictional", "-w", workspace.folder)
    assert result.exit_code == 2
    assert "'staging'" in result.stderr


def test_the_shipped_content_has_no_fault() -> None:
    for read, path in GOOD.values():
        read(path)
    for book in ("2022.1", "2022.2"):
        content.read_codebook(shipped() / "codebooks" / "urban_innovativeness", book)
    content.read_organisations(shipped() / "vocab" / "organisations.csv")
    for lang in ("ko", "en"):
        read_messages(lang)
