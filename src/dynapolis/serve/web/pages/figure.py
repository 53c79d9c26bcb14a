"""One figure on a page of its own: to read, to take away as picture or data, to cite, and to set into other pages."""

from __future__ import annotations

from dataclasses import replace

from dynapolis.report.blocks import Figure
from dynapolis.report.labels import caption
from dynapolis.report.numbering import FIGURES, permanent
from dynapolis.serve.address import Parameter
from dynapolis.serve.site import Release
from dynapolis.serve.web.page import Answer, Asked, NotFound
from dynapolis.serve.web.writing import figure_at_home, figure_page, first_drawing, picture_of, source_line, writing_for


def figure_parameters(_release: Release) -> tuple[Parameter, ...]:
    """Whether the figure is set into another page."""
    return (Parameter("embed", "switch", default=False),)


def answer_figure(asked: Asked) -> Answer:
    """A figure of the report by its permanent name.

    Raises:
        NotFound: there is no figure of that name, or nothing to draw in this edition.
    """
    name = asked.names["figure"]
    version = asked.release.data.spec.version
    short = next((short for short in FIGURES if permanent(version, short) == name), None)
    writing = writing_for(asked)
    drawn = None if short is None or needs_two_editions(short) else FIGURES[short](writing)
    if not isinstance(drawn, Figure):
        raise NotFound(name)
    figure = replace(figure_at_home(asked, drawn), figure_id=name)
    say = asked.words.say
    here = figure_page(asked, name)
    frozen = f"/{asked.lang}/editions/{asked.release.id}/figures/{name}"
    embed = f'<iframe src="{frozen}?embed=1" width="100%" height="800" title="{figure.title}"></iframe>'
    cite = say(
        "web.figure.citation", title=figure.title, number=caption(name, asked.lang), id=asked.release.id, path=frozen
    )
    pictures = {name: picture_of(asked, figure)}
    return Answer(
        title=figure.title,
        template="embed.html.j2" if asked.view["embed"] else "figure.html.j2",
        values={
            "figure": replace(figure, href=None),
            "pictures": pictures,
            "cite": cite,
            "embed": embed,
            "home": here,
            "source": source_line(asked),
            "receipt": figure.reading.href,
        },
        plain={"figure": name, "title": figure.title, "reading": figure.reading.text, "source": source_line(asked)},
        table=([c.heading for c in figure.table.columns], [[cell.text for cell in row] for row in figure.table.rows]),
        drawing=first_drawing([figure]),
        crumbs=[(say("web.menu.report"), asked.to("report")), (caption(name, asked.lang), here)],
        embeddable=bool(asked.view["embed"]),
    )


def needs_two_editions(short: str) -> bool:
    """Whether a figure shows a change, which one edition alone has not."""
    return short in ("F8", "F9")
