"""All pages: which path leads to which answer."""

from __future__ import annotations

from dynapolis.serve.web.page import PageSpec
from dynapolis.serve.web.pages import (
    about,
    cities,
    compare,
    editions,
    explore,
    figure,
    map,
    overview,
    partners,
    receipt,
    record,
    topics,
    weights,
)

PAGES: tuple[PageSpec, ...] = (
    PageSpec("", overview.answer_overview, overview.overview_parameters),
    PageSpec("cities", cities.answer_cities),
    PageSpec("cities/{city}", cities.answer_city),
    PageSpec("n/{release}/{number}", receipt.answer_receipt),
    PageSpec("compare", compare.answer_compare, compare.compare_parameters),
    PageSpec("topics", topics.answer_topics),
    PageSpec("topics/{scheme}/{code}", topics.answer_topic),
    PageSpec("partners", partners.answer_partners, partners.partner_parameters),
    PageSpec("partners/{organisation}", partners.answer_partner),
    PageSpec("map", map.answer_map, map.map_parameters),
    PageSpec("editions", editions.answer_editions, editions.edition_parameters),
    PageSpec("method", about.answer_method),
    PageSpec("method/weights", weights.answer_weights, weights.weight_parameters),
    PageSpec("data", about.answer_data),
    PageSpec("search", about.answer_search, about.search_parameters),
    PageSpec("help", about.answer_help),
    PageSpec("figures/{figure}", figure.answer_figure, figure.figure_parameters),
    PageSpec("report", about.answer_report),
    PageSpec("report/{chapter}", about.answer_chapter),
    PageSpec("projects", explore.answer_projects, explore.project_parameters),
    PageSpec("projects/{initiative}", record.answer_record),
    PageSpec("labs", explore.answer_labs, explore.lab_parameters),
    PageSpec("labs/{initiative}", record.answer_record),
)


def find_page(path: str) -> tuple[PageSpec, dict[str, str]] | None:
    """The page of a path (without language, edition and suffix), and what stands in its places."""
    for spec in PAGES:
        names = spec.names(path)
        if names is not None:
            return spec, names
    return None
