"""National and international bodies among organisations: a declared list with the rule and the coder it was made by."""

from __future__ import annotations

from enum import StrEnum

from dynapolis.model.evidence import Coder
from dynapolis.model.language import Frozen, NonEmpty, Text


class BodyLevel(StrEnum):
    """How far the mandate of a body reaches."""

    NATIONAL = "national"
    INTERNATIONAL = "international"


class NationalBody(Frozen):
    """An organisation whose legal seat says nothing of where it works, with why and a page that shows it."""

    organisation_id: NonEmpty
    name: NonEmpty
    country: NonEmpty
    level: BodyLevel
    why: NonEmpty
    source_url: NonEmpty


class NationalBodies(Frozen):
    """Who judged which bodies to be national, by which rule, and how far the list reaches."""

    title: Text
    coder: Coder
    date: NonEmpty
    rule: Text
    scope: Text
