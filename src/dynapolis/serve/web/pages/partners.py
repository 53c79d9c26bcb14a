"""Who works with whom: organisations by the cities they are active in, and one organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynapolis.report import numbers
from dynapolis.report.blocks import Cell, Column, Section, Table
from dynapolis.report.sections.collaboration import write_collaboration
from dynapolis.serve.address import Parameter
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, NotFound
from dynapolis.serve.web.writing import sections

PER_PAGE = 100
_SIZE = {True: "web.partners.sme", False: "web.partners.no_sme", None: "web.partners.size_unknown"}


def partner_parameters(_release: Release) -> Sequence[Parameter]:
    """Words of the name, the least number of initiatives, the page."""
    return (
        Parameter("org", "text", default=""),
        Parameter("min", "number", default=1, least=1),
        Parameter("page", "number", default=1, least=1),
    )


def organisations(release: Release) -> list[dict[str, Any]]:
    """Organisations with the initiatives and cities they take part in, those in most initiatives first."""
    known = {row["organisation_id"]: row for row in release.data.rows("out_links__organisation")}
    found: dict[str, dict[str, Any]] = {}
    for row in release.data.rows("out_collaboration__city_organisation"):
        name = row["organisation_id"]
        facts = known.get(name, {"name": name})
        entry = found.setdefault(
            name,
            {
                "organisation_id": name,
                "name": facts["name"],
                "is_sme": facts.get("is_sme"),
                **{told: facts.get(told) or [] for told in ("names", "helices", "pics", "ror_ids")},
                "unit_ids": [],
                "cities": [],
            },
        )
        entry["unit_ids"] += row["unit_ids"]
        entry["cities"].append(row["city_id"])
    for entry in found.values():
        entry["unit_ids"] = list(dict.fromkeys(entry["unit_ids"]))
    return sorted(found.values(), key=lambda e: (-len(e["unit_ids"]), -len(e["cities"]), e["name"]))


def answer_partners(asked: Asked) -> Answer:
    """Organisations, and the figures of collaboration."""
    say, speaker, view = asked.words.say, asked.speaker(), asked.view
    words = view["org"].casefold()
    found = [
        o
        for o in organisations(asked.release)
        if len(o["unit_ids"]) >= view["min"]
        and any(words in name.casefold() for name in (o["name"], *(o["names"] or ())))
    ]
    page = min(view["page"], max(1, -(-len(found) // PER_PAGE)))
    rows = tuple(
        (
            Cell(o["name"], asked.to(f"partners/{o['organisation_id']}")),
            Cell(", ".join(say(f"collaboration.helix_{h}") for h in o["helices"] or ["unknown"])),
            Cell(numbers.count(len(o["unit_ids"]))),
            Cell(", ".join(speaker.city(c) for c in o["cities"][:6]) + ("…" if len(o["cities"]) > 6 else "")),
        )
        for o in found[(page - 1) * PER_PAGE : page * PER_PAGE]
    )
    keys = ("organisation", "helix", "initiatives", "cities")
    columns = tuple(Column(say(f"collaboration.{key}"), "right" if key == "initiatives" else "left") for key in keys)
    table = Table("partners", say("web.partners.n", n=numbers.count(len(found))), columns, rows)
    title = say("web.menu.partners")
    drawn = sections(asked, "partners", (write_collaboration,))
    return Answer(
        title=title,
        template="partners.html.j2",
        values={
            "parts": [Section("organisations", say("web.partners.table"), [table]), *drawn.parts],
            "pictures": drawn.pictures,
            "next": view.but(page=page + 1) if page * PER_PAGE < len(found) else "",
            "previous": view.but(page=page - 1) if page > 1 else "",
            "none": not rows,
        },
        plain={"organisations": found},
        table=(
            ["organisation_id", "name", "helices", "n_initiatives", "cities"],
            [[o["organisation_id"], o["name"], o["helices"], len(o["unit_ids"]), o["cities"]] for o in found],
        ),
        crumbs=[(title, asked.to("partners"))],
    )


def answer_partner(asked: Asked) -> Answer:
    """One organisation: how it is spelled, what it takes part in, where.

    Raises:
        NotFound: the edition knows no such organisation.
    """
    wanted = asked.names["organisation"]
    found = next((o for o in organisations(asked.release) if o["organisation_id"] == wanted), None)
    if found is None:
        raise NotFound()
    say, speaker = asked.words.say, asked.speaker()
    lists = [
        (
            say("web.partners.spelled"),
            [(name, asked.to("partners") + "?org=" + name, "") for name in found["names"] or ()],
        )
    ]
    initiatives = []
    for unit in found["unit_ids"]:
        page = asked.release.reading.page(unit)
        if page:
            first = page["records"][0]
            initiatives.append((first["name"], asked.to(f"projects/{unit}"), speaker.city(first["city_id"])))
    lists.append((say("web.menu.projects"), initiatives))
    if identified := _identifiers(found):
        lists.append((say("web.partners.identifiers"), identified))
    told = [", ".join(say(f"collaboration.helix_{h}") for h in found["helices"] or ["unknown"])]
    told.append(say(_SIZE[found["is_sme"]]))
    return Answer(
        title=found["name"],
        template="sections.html.j2",
        values={"lead": " · ".join(told), "cards": [], "parts": [], "lists": lists},
        plain=found,
        crumbs=[(say("web.menu.partners"), asked.to("partners")), (found["name"], asked.to(f"partners/{wanted}"))],
    )


def _identifiers(organisation: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Its identifiers, each with the address of the registry's own page where there is one."""
    rors = [(f"ROR {one}", f"https://ror.org/{one}", "") for one in organisation["ror_ids"]]
    return [*rors, *((f"PIC {one}", "", "") for one in organisation["pics"])]
