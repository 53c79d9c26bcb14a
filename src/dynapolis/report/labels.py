"""Permanent names of figures and tables: ``2022.F5`` is the id, the place in the page, and the data file's name."""

from __future__ import annotations

import re

from dynapolis.report.messages import read_messages

_ID = re.compile(r"(?P<version>.+)\.(?P<kind>[FT])(?P<number>\d+)(?:\.data)?")


def caption(block_id: str, lang: str) -> str:
    """How a figure or table is called in text; nothing for one without a number, such as those of city pages.

    Example:
        >>> caption("2022.F5", "en"), caption("2022.T2", "ko"), caption("city.seoul.key", "en")
        ('Figure 5', '표 2', '')
    """
    found = _ID.fullmatch(block_id)
    if found is None:
        return ""
    kind = "figure" if found["kind"] == "F" else "table"
    return read_messages(lang).say(f"report_page.{kind}", n=found["number"])
