"""A file that a person gave a table is not taken for another table as well."""

from __future__ import annotations

from pathlib import Path

from dynapolis.model.lead import LeadRegister
from dynapolis.registers.leads.sources import find_sources
from dynapolis.store.content import ContentPaths, register_file
from dynapolis.store.register_files import read_lead_register


def horizon() -> LeadRegister:
    return read_lead_register(register_file(ContentPaths.default().registers / "cordis-horizon"))


def test_a_named_file_leaves_the_other_tables_to_the_files_beside_it(tmp_path: Path) -> None:
    topics, links = tmp_path / "titles of calls.csv", tmp_path / "webLink.csv"
    for path in (topics, links):
        path.write_text("projectID\n1\n", encoding="utf-8")
    found = find_sources(horizon(), topics, {"topics": topics})
    assert {name: source.path for name, source in found.items()} == {"topics": topics, "web_link": links}


def test_a_file_of_any_name_is_still_the_first_table_when_nobody_named_one(tmp_path: Path) -> None:
    path = tmp_path / "export (3).csv"
    path.write_text("id\n1\n", encoding="utf-8")
    assert list(find_sources(horizon(), path, {})) == ["project"]
