"""The report as PDF, workbook and document: read back, the same numbers, the same bytes twice."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from dynapolis.report.blocks import Block, Line, Report
from dynapolis.report.claim import Claim
from dynapolis.report.fonts import font_folder
from dynapolis.report.formats.document import report_document
from dynapolis.report.formats.pdf import report_pdf
from dynapolis.report.formats.workbook import LEDGER, report_workbook
from dynapolis.report.formats.write import write_formats
from dynapolis.report.ledger import all_tables, ledger_rows
from dynapolis.report.messages import read_messages
from dynapolis.report.write import composed
from dynapolis.store.editions import Edition

LANGS = ("ko", "en")


@pytest.fixture(scope="module")
def reports(demo_edition: Edition) -> tuple[dict[str, Report], dict[str, dict[str, Claim]]]:
    found, writings = composed(demo_edition)
    return found, {lang: dict(writing.claims) for lang, writing in writings.items()}


Reports = tuple[dict[str, Report], dict[str, dict[str, Claim]]]


@pytest.mark.parametrize("lang", LANGS)
def test_the_print_holds_every_chapter_in_its_outline_and_its_own_fonts(reports: Reports, lang: str) -> None:
    from pypdf import PdfReader

    report, claims = reports[0][lang], reports[1][lang]
    reader = PdfReader(BytesIO(report_pdf(report, claims)))
    assert len(reader.pages) > 20
    titles = [str(item["/Title"]) for item in reader.outline if isinstance(item, dict)]
    chapters = [t.split(" ", 1)[-1] if t[:1].isdigit() else t for t in titles]
    assert chapters[:-1] == [c.title for c in report.chapters]
    assert chapters[-1] == read_messages(lang).say("formats.ledger")
    assert reader.metadata is not None
    assert reader.metadata.title == report.cover.title
    text = "".join(page.extract_text() for page in reader.pages[:12])
    assert report.cover.title in text
    fonts = {
        str(f.get_object()["/BaseFont"]) for page in reader.pages for f in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("Pretendard" in font or "DynapolisHan" in font for font in fonts)
    assert report_pdf(report, claims) == report_pdf(report, claims)


LEDGER_PAGES = 24  # at most, at the end of the print


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_tables_and_figures_has_its_name_in_print(reports: Reports, lang: str) -> None:
    from pypdf import PdfReader

    report, claims = reports[0][lang], reports[1][lang]
    reader = PdfReader(BytesIO(report_pdf(report, claims)))
    last = "".join(page.extract_text() for page in reader.pages[-LEDGER_PAGES:])
    printed = "".join(last.replace("\u00ad", "-").split())
    tables = list(all_tables(report.blocks()))
    assert len(tables) > 80
    for table in tables:
        columns = ",".join(column.key or str(n) for n, column in enumerate(table.columns) if n)
        assert f"{table.table_id}" in printed
        assert columns in printed, table.table_id
        assert ",".join(table.keys[:3]) in printed, table.table_id


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_with_a_claim_leads_to_the_ledger_in_print(reports: Reports, lang: str) -> None:
    from pypdf import PdfReader

    report, claims = reports[0][lang], reports[1][lang]
    reader = PdfReader(BytesIO(report_pdf(report, claims)))
    said = [line for block in report.blocks() for line in lines_of(block) if line.claim_id or line.claim_ids]
    assert len(said) > 60
    named = {name for line in said for name in (line.claim_id, *line.claim_ids) if name}
    assert named <= claims.keys()
    last = "".join(page.extract_text() for page in reader.pages[-LEDGER_PAGES:])
    printed = last.replace("\n", "").replace("\u00ad", "-")  # one glyph serves both hyphens
    assert all(name in printed for name in named)
    inside = [a for page in reader.pages for a in (page.get("/Annots") or ()) if "/Dest" in a.get_object()]
    assert len(inside) >= len(said)


def lines_of(block: Block) -> list[Line]:
    if block.kind in ("paragraph", "bullets"):
        return list(block.lines)
    return [block.reading] if block.kind == "figure" else []


@pytest.mark.parametrize("lang", LANGS)
def test_every_letter_that_is_printed_has_a_form(reports: Reports, lang: str) -> None:
    from fontTools.ttLib import TTFont

    have: set[int] = set()
    for name in ("Pretendard-Regular", "DynapolisHan-Regular"):
        with TTFont(font_folder() / f"{name}.otf", lazy=True) as font:
            have |= set(font.getBestCmap())
    said = {letter for letter in repr(reports[0][lang]) if ord(letter) >= 32}
    assert not {letter for letter in said if ord(letter) not in have}


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_the_workbook_is_named_as_in_its_ledger(reports: Reports, lang: str) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(report_workbook(reports[0][lang], reports[1][lang])))
    ledger = {row[0] for row in book.get_sheet_by_name(book.sheet_names[-1]).to_python()[1:]}
    numbers = 0
    for name in book.sheet_names[:-2]:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        keys, column = rows[1], None
        for row in (row for row in rows[3:] if row[-1]):
            for n, value in enumerate(row[:-1]):
                column = keys[n] if n and keys[n] else column
                if n and isinstance(value, float) and not isinstance(value, bool):
                    numbers += 1
                    assert f"{keys[0]}.{row[-1]}.{column}" in ledger, (name, row[0], column)
    assert numbers > 1000


@pytest.mark.parametrize("lang", LANGS)
def test_no_figure_is_larger_than_its_page(reports: Reports, lang: str) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(report_pdf(reports[0][lang], reports[1][lang]))
    for page in document:
        width, height = page.get_size()
        for item in page.get_objects():
            left, bottom, right, top = item.get_bounds()
            assert left >= -2
            assert bottom >= -2
            assert right <= width + 2
            assert top <= height + 2


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_holds_the_bare_numbers_of_every_table_and_the_ledger(reports: Reports, lang: str) -> None:
    from python_calamine import CalamineWorkbook

    report, claims = reports[0][lang], reports[1][lang]
    data = report_workbook(report, claims)
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    assert len(book.sheet_names) == len(report.tables()) + len(report.figures()) + 2
    table = report.tables()[0]
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows[0][0] == table.title
    numbers = [cell.value for cell in (row[1] for row in table.rows) if isinstance(cell.value, int | float)]
    assert [row[1] for row in rows[3 : 3 + len(numbers)]] == numbers
    ledger = book.get_sheet_by_name(book.sheet_names[-1]).to_python()
    assert tuple(ledger[0]) == LEDGER
    assert len(ledger) == 1 + len(ledger_rows(report, claims))
    assert report_workbook(report, claims) == data


def test_both_workbooks_hold_the_same_ledger(reports: Reports) -> None:
    ledgers = [
        [(e.claim_id, e.value, e.unit) for e in ledger_rows(reports[0][lang], reports[1][lang])] for lang in LANGS
    ]
    assert sorted(map(str, ledgers[0])) == sorted(map(str, ledgers[1]))


@pytest.mark.parametrize("lang", LANGS)
def test_the_document_has_the_headings_and_tables_of_the_report(reports: Reports, lang: str) -> None:
    from docx import Document

    report = reports[0][lang]
    data = report_document(report)
    document = Document(BytesIO(data))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [h.split(" ", 1)[-1] if h[:1].isdigit() else h for h in headings] == [c.title for c in report.chapters]
    assert len(document.tables) >= len(report.tables()) + len(report.figures())
    assert report_document(report) == data


def test_all_forms_are_written_beside_each_other(demo_edition: Edition, tmp_path: Path) -> None:
    written = write_formats(demo_edition, LANGS, ("docx", "xlsx"), tmp_path)
    assert [path.name for path in written] == ["report.ko.docx", "report.ko.xlsx", "report.en.docx", "report.en.xlsx"]
    assert all(path.stat().st_size > 10_000 for path in written)
