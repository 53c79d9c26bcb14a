"""A real recoding under a changed codebook: renaming is not disagreement (IPS-X, August 2022 and September 2024)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pytest

from dynapolis.coding.adopt import recoding_mapping, translate
from dynapolis.coding.agreement import Agreement, agreement
from dynapolis.errors import BadContent
from dynapolis.store.content import shipped
from dynapolis.store.recoding import RECODING, read_recoding

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ips-x"
EARLIER, LATER = "2022-08", "2024-09"

there = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there: the real recoding cannot be read")


def cases(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def coded_twice(column: str) -> pa.Table:
    """Codings of the cases that both editions name alike, one row per case and edition."""
    later = {key(row["name"]): row for row in cases("cases.csv")}
    both = [(row, later[key(row["name"])]) for row in cases("cases_2022-08.csv") if key(row["name"]) in later]
    rows = [
        {"unit_id": f"{n:03}", "scheme": f"code_{column}", "codebook_version": version, "code": row[column]}
        for n, pair in enumerate(both)
        for version, row in zip((EARLIER, LATER), pair, strict=True)
    ]
    return pa.Table.from_pylist(rows)


def agreement_of(codings: pa.Table, *, fold: bool = False) -> Agreement:
    """Agreement of the two editions; with ``fold`` capitals do not count."""
    said = sorted((r["unit_id"], r["codebook_version"], r["code"]) for r in codings.to_pylist())
    names = sorted({code.lower() if fold else code for *_, code in said})
    numbers = np.array([names.index(code.lower() if fold else code) for *_, code in said]).reshape(-1, 2).T
    return agreement(numbers, np.ones((1, numbers.shape[1])), n_codes=len(names), level=0.9)


def translated(codings: pa.Table, column: str) -> pa.Table:
    used = {v: {r["code"] for r in codings.to_pylist() if r["codebook_version"] == v} for v in (EARLIER, LATER)}
    recodings = read_recoding(shipped() / "registers" / "ips-x-2022")
    mapping = pa.table(recoding_mapping(recodings, f"code_{column}", used))
    return translate(nw.from_native(codings).lazy(), nw.from_native(mapping).lazy()).collect().to_arrow()


@there
def test_sectors_agree_as_the_readme_of_the_data_says_raw_and_mapped() -> None:
    codings = coded_twice("primary_sector")
    raw, mapped = agreement_of(codings, fold=True), agreement_of(translated(codings, "primary_sector"))
    assert raw.n_units == mapped.n_units == 87
    assert (round(raw.percent, 1), round(mapped.percent, 1)) == (69.0, 82.8)
    assert round(mapped.alpha, 3) == 0.742
    assert mapped.alpha - raw.alpha > 0.15


@there
def test_status_agrees_as_the_readme_of_the_data_says_raw_and_mapped() -> None:
    codings = coded_twice("status")
    assert round(agreement_of(codings).percent, 1) == 79.3
    assert round(agreement_of(translated(codings, "status")).percent, 1) == 98.9


@there
def test_no_recoding_names_a_code_that_its_edition_does_not_use() -> None:
    for row in read_recoding(shipped() / "registers" / "ips-x-2022"):
        column = row.property.removeprefix("code_")
        assert row.code in {case[column] for case in cases("cases_2022-08.csv")}, row.code
        assert row.code_now in {case[column] for case in cases("cases.csv")}, row.code_now


def test_a_code_that_is_recoded_twice_is_refused(tmp_path: Path) -> None:
    row = "code_status,Pilot,Trial,why,까닭\n"
    (tmp_path / RECODING).write_text(f"property,code,code_now,why_en,why_ko\n{row}{row}", encoding="utf-8")
    with pytest.raises(BadContent, match="recoded once"):
        read_recoding(tmp_path)
