"""How a published file is laid out, where it cannot be read from the file itself: ``layout:`` of a register.yml."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dynapolis.model.language import Frozen, NonEmpty


class Layout(Frozen):
    """What a person says about a file's form. What is left out is found in the file and told as a decision.

    Attributes:
        format: the kind of file; ``auto`` looks at the first bytes, then at the name.
        member: a file inside a zip, or a resource of a data package. With ``*``, ``?`` or ``[]`` it stands for all
            members it fits, which are read one after another; each entry then says its member in column ``_member``.
        sheet: a sheet of a workbook; the first one when left out.
        header_row: line (of a sheet: row) of the header, from 1; what stands above is passed over.
        columns: names of the columns of a file without a header; every line is then an entry.
        delimiter: the sign between two cells.
        encoding: name of the encoding as Python knows it, such as ``cp949``.
        quote: the sign around cells, or nothing where quotation marks are ordinary letters.
        records: dotted path to the list inside a JSON text.
        explode: name of a list inside each JSON item, whose elements become the entries.

    Example:
        >>> Layout(delimiter="|", header_row=17).header_row
        17
    """

    format: Literal["auto", "csv", "xlsx", "json", "jsonl", "datapackage"] = "auto"
    member: NonEmpty | None = None
    sheet: NonEmpty | None = None
    header_row: int = Field(default=1, ge=1)
    columns: tuple[NonEmpty, ...] = ()
    delimiter: str | None = Field(default=None, pattern=r'^[^"\r\n]$')
    encoding: NonEmpty | None = None
    quote: Literal['"', ""] = '"'
    records: NonEmpty | None = None
    explode: NonEmpty | None = None
