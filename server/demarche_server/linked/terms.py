"""The packaged ontology as documents, where the served graph says nothing of it.

A plain data set holds other people's data; the terms are answered for all the same, because pages
and documentation lead to them.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from demarche_ontology.data import ontology_triples
from demarche_ontology.rdf import sorted_triples, to_turtle
from demarche_ontology.terms import DEM
from demarche_server.linked.paths import FORMATS, Place


def holds(place: Place) -> bool:
    """Return whether a place is the ontology or one of its terms."""
    return bool(_said(place))


def document(place: Place) -> bytes:
    """Return what the packaged ontology says of a place, in the format of its suffix."""
    chosen = FORMATS[place.suffix]
    if chosen.engine == RdfFormat.TURTLE:
        return to_turtle(_said(place))
    return serialize(sorted_triples(_said(place)), format=chosen.engine) or b""


def _said(place: Place) -> list[Triple]:
    if place.whole_namespace == DEM:
        return ontology_triples()
    return [one for one in ontology_triples() if one.subject == NamedNode(place.iri)]
