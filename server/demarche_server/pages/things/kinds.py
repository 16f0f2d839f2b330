"""Which page shows a thing: its class decides.

A family of pages has a module with a `Builder`, which asks the engine and returns a `Sheet`, and a
template that extends `thing.html`. It is named here with the classes it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from demarche_ontology.terms import ACTOR_KINDS, DEM, PLACE_KINDS, SKOS, VOID
from demarche_server.pages.things import (
    claim_page,
    concept_page,
    dataset,
    document_page,
    entity_page,
    event_page,
    generic_page,
    ontology_page,
    position_page,
    term_page,
)
from demarche_server.pages.things.sheets import Asked, Builder

BUILDERS: Final[Mapping[str, Builder]] = {
    DEM["Claim"].value: claim_page.build,
    DEM["Document"].value: document_page.build,
    DEM["DocumentPart"].value: document_page.build,
    DEM["Position"].value: position_page.build_position,
    DEM["Issue"].value: position_page.build_issue,
    VOID["Dataset"].value: dataset.build,
    DEM["Event"].value: event_page.build,
    DEM["Invocation"].value: event_page.build,
    **{
        DEM[name].value: entity_page.build
        for name in ("Actor", *ACTOR_KINDS, "Commenter", "Office", "Treaty", *PLACE_KINDS)
    },
    SKOS["Concept"].value: concept_page.build_concept,
    SKOS["ConceptScheme"].value: concept_page.build_scheme,
}
"""Builders by class IRI. Of the classes of one thing, the first that stands here counts."""


def builder(asked: Asked) -> Builder:
    """Return what makes the page of a thing: the generic page where its classes have none.

    The terms of the ontology, and the ontology, are known by their IRIs.
    """
    if asked.place.whole_namespace == DEM:
        return ontology_page.build
    if asked.place.iri.startswith(DEM):
        return term_page.build
    named = (one for iri, one in BUILDERS.items() if iri in asked.classes)
    return next(named, generic_page.build)
