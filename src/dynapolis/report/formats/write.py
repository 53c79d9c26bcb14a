"""Writing the report in the forms that were asked for beside the pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dynapolis.report.formats.document import report_document
from dynapolis.report.formats.pdf import report_pdf
from dynapolis.report.formats.workbook import report_workbook
from dynapolis.report.write import composed
from dynapolis.store.editions import Edition
from dynapolis.store.files import write_whole

OTHERS = ("pdf", "docx", "xlsx")


def write_formats(
    edition: Edition, langs: Sequence[str], formats: Sequence[str], out: Path, previous: Edition | None = None
) -> list[Path]:
    """Write ``out/report.<lang>.<format>`` for each language and form; returns their paths.

    Raises:
        BrokenClaim: the report would say something that no figure carries.
    """
    reports, writings = composed(edition, previous)
    written = []
    for lang in langs:
        report, claims = reports[lang], writings[lang].claims
        for form in formats:
            if form == "xlsx":
                content = report_workbook(report, claims)
            else:
                content = report_pdf(report, claims) if form == "pdf" else report_document(report)
            path = out / f"report.{lang}.{form}"
            write_whole(path, content)
            written.append(path)
    return written
