"""The coder of the handbook, and the table of what clearer rules bring, computed from the shipped codings."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from dynapolis.coding.conformance import SAMPLE, check_coder
from dynapolis.store.content import ContentPaths, read_codebook

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "coder" / "length_coder.py"


def test_the_coder_of_the_handbook_keeps_every_rule() -> None:
    spec = importlib.util.spec_from_file_location("length_coder", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    codebook = read_codebook(ContentPaths.default().codebooks, "2022.2")
    coder = module.make(None)
    assert check_coder(coder, codebook) == []
    long_text = coder.code([SAMPLE[5]], codebook)
    assert [s.codes for s in long_text if s.scheme == "status"] == [("active",)]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_table_of_rules_says_what_the_issue_of_agreement_is(lang: str) -> None:
    page = (ROOT / "docs" / lang / "how-to-code-together.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| (0\.\d{3}) \| (0\.\d{3}) \|$", page, re.MULTILINE)
    assert rows == [("0.684", "0.864"), ("0.684", "0.668"), ("0.647", "0.861"), ("0.247", "0.578")]
