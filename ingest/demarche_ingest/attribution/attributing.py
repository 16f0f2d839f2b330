"""Finds who says what in an article."""

from __future__ import annotations

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution.model import Attributions
from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name


def attribute(read: ReadArticle) -> Attributions:
    """Return the attributions of an article."""
    return Attributions((), read.article.zones, (_outlet(read),))


def _outlet(read: ReadArticle) -> Agent:
    """Return the outlet, by the name that the article gives it."""
    name = read.article.details.outlet
    label = name or "Unknown outlet"
    return Agent(local_name(label), label, is_new=True, kind="MediaOutlet")
