"""Makes the tables of the reference of leads from the vocabulary, in both languages, so that pages and program agree.

    .venv/bin/python docs/make_reference.py            write docs/en/reference-leads.md and docs/ko/reference-leads.md
    .venv/bin/python docs/make_reference.py --check    write nothing; exit code 1 and the names of pages that differ

The words of a page are its own. After a comment <!-- made: NAME --> stands a table: its head is kept, its rows made.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from dynapolis.store.register_files import read_header_synonyms, read_lead_vocabulary

ROOT = Path(__file__).resolve().parent.parent
PAGE = "reference-leads.md"
TABLE = re.compile(r"(?P<head><!-- made: (?P<name>\w+) -->\n\|.+\|\n\|[ |-]+\|\n)(?P<rows>(?:\|.*\|\n)*)")


def kinds(lang: str) -> Iterator[tuple[str, ...]]:
    """One row for each kind of entry: its name, the properties it cannot be without, its meaning."""
    for name, kind in read_lead_vocabulary().kinds.items():
        needed = ", ".join("/".join(f"`{word}`" for word in words.split("|")) for words in kind.requires)
        yield f"`{name}`", needed, kind.meaning.in_(lang)


def properties(lang: str) -> Iterator[tuple[str, ...]]:
    """One row for each property: its name, its type, its meaning."""
    for name, item in read_lead_vocabulary().properties.items():
        yield f"`{name}`", f"`{item.type.value}`", item.meaning.in_(lang)


def headers(_lang: str) -> Iterator[tuple[str, ...]]:
    """One row for each property with words for it: the headers under which a draft knows it."""
    for name, words in read_header_synonyms().items():
        yield f"`{name}`", ", ".join(words)


MADE: dict[str, Callable[[str], Iterator[tuple[str, ...]]]] = {
    "kinds": kinds,
    "properties": properties,
    "headers": headers,
}


def refresh(text: str, lang: str) -> str:
    """A page with the rows its tables should have.

    Raises:
        KeyError: the page asks for a table that nobody makes.
    """

    def made(table: re.Match[str]) -> str:
        rows = (f"| {' | '.join(row)} |\n" for row in MADE[table["name"]](lang))
        return table["head"] + "".join(rows)

    return TABLE.sub(made, text)


def main() -> int:
    """Write or check the page of each language."""
    check = "--check" in sys.argv[1:]
    changed = []
    for lang in ("en", "ko"):
        page = ROOT / "docs" / lang / PAGE
        before = page.read_text(encoding="utf-8")
        after = refresh(before, lang)
        if after != before:
            changed.append(str(page.relative_to(ROOT)))
            if not check:
                page.write_text(after, encoding="utf-8", newline="\n")
    print("\n".join(changed) or "the reference says what the vocabulary says")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
