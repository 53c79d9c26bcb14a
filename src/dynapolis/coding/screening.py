"""Which initiatives are innovation projects (method, section 2; the report's 1,088 → 306).

innovation project = track industry, or a lab project (kind lab_project, track living_lab). Living labs, the standing
organisations, are listed apart. Community-led initiatives and city services are projects, but not innovation projects.
"""

from __future__ import annotations

import narwhals as nw

from dynapolis.engine.frame import Frame

POPULATIONS = ("units", "projects", "innovation", "industry", "lab_projects", "living_labs", "initiatives")


def screen(units: Frame, adopted: Frame) -> Frame:
    """Every unit with its kind, its track and the populations it belongs to.

    Args:
        units: one row per unit; column ``unit_id`` and others.
        adopted: the adopted codes; columns ``unit_id``, ``scheme``, ``position``, ``code``.

    Returns:
        ``units`` with ``kind``, ``track`` (null when uncoded) and one Boolean per population: ``is_projects``
        (project, programme or lab project), ``is_industry``, ``is_lab_projects``, ``is_innovation`` (the two before
        together), ``is_living_labs``, ``is_initiatives`` (innovation projects and living labs), ``is_units`` (all).
    """
    primary = adopted.filter(nw.col("position") == 0)
    for scheme in ("kind", "track"):
        codes = primary.filter(nw.col("scheme") == scheme).select("unit_id", nw.col("code").alias(scheme))
        units = units.join(codes, on="unit_id", how="left")
    kind, track = nw.col("kind").fill_null(""), nw.col("track").fill_null("")
    return (
        units.with_columns(
            is_units=nw.lit(True),
            is_projects=kind.is_in(["project", "programme", "lab_project"]),
            is_living_labs=kind == "living_lab",
            is_lab_projects=kind == "lab_project",
            is_industry=(track == "industry") & kind.is_in(["project", "programme"]),
        )
        .with_columns(is_innovation=nw.col("is_industry") | nw.col("is_lab_projects"))
        .with_columns(is_initiatives=nw.col("is_innovation") | nw.col("is_living_labs"))
    )
