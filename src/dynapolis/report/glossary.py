"""The report's words: one Korean and one English form of each term, and the forms that must not be written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dynapolis.errors import BadContent, Fault
from dynapolis.store.content import shipped
from dynapolis.store.yaml_file import read_tree


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its form by language, and by language the forms that are not used."""

    right: dict[str, str]
    wrong: dict[str, tuple[str, ...]]


@cache
def read_glossary(path: Path | None = None) -> tuple[Term, ...]:
    """The terms of ``content/report/glossary.yml``.

    Raises:
        BadContent: a term lacks a language, or a form that is not used is the used form of another term.
    """
    path = path or shipped() / "report" / "glossary.yml"
    tree = read_tree(path)
    terms, faults = [], list(tree.faults)
    for number, row in enumerate(tree.data["terms"]):
        if not row.get("ko") or not row.get("en"):
            line = tree.line(("terms", number))
            faults.append(Fault(path.name, line, "terms", repr(row), "ko and en", "write the term in both languages"))
            continue
        unused = row.get("not") or {}
        wrong = {lang: tuple(unused.get(lang) or ()) for lang in ("ko", "en")}
        terms.append(Term({"ko": row["ko"], "en": row["en"]}, wrong))
    used = {lang: {term.right[lang] for term in terms} for lang in ("ko", "en")}
    faults += [
        Fault(path.name, 0, form, "not used, and used", "one of both", "take it out of one term")
        for lang, right in used.items()
        for term in terms
        for form in term.wrong[lang]
        if form in right
    ]
    if faults:
        raise BadContent(path.name, faults)
    return tuple(terms)
