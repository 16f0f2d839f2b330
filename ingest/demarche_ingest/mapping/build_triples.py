"""A small collector of triples: one subject at a time, values turned into terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import overload

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ontology import terms
from demarche_ontology.terms import DEM, RDF, XSD

Value = NamedNode | Literal | str | int | float | bool | date | None


def literal(value: str | int | float | bool | date) -> Literal:
    """Return a typed literal: xsd:boolean, xsd:integer, xsd:decimal, xsd:date or xsd:string."""
    if isinstance(value, bool):
        return Literal(value)
    if isinstance(value, date):
        return Literal(value.isoformat(), datatype=XSD["date"])
    if isinstance(value, int):
        return Literal(value)
    if isinstance(value, float):
        return Literal(_decimal(value), datatype=XSD["decimal"])
    return Literal(value)


def _decimal(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text or "0"


@overload
def english(text: str) -> Literal: ...
@overload
def english(text: None) -> None: ...
def english(text: str | None) -> Literal | None:
    """Return a text tagged as English, the language of labels, statements and notes."""
    return None if text is None else Literal(text, language="en")


class Node:
    """Collects the triples of one subject.

    >>> from demarche_ontology.terms import ID
    >>> out: set[Triple] = set()
    >>> _ = Node(out, ID["csto"], "MilitaryAlliance").add("note", "founded by a treaty")
    >>> len(out)
    2
    """

    def __init__(self, out: set[Triple], iri: NamedNode, *classes: str) -> None:
        self.out, self.iri = out, iri
        for name in classes:
            out.add(Triple(iri, RDF["type"], DEM[name]))

    def add(self, name: str | NamedNode, *values: Value) -> Node:
        """Add values of a property of ours (by local name) or of any vocabulary; skips None."""
        predicate = DEM[name] if isinstance(name, str) else name
        for value in values:
            if value is not None:
                term = value if isinstance(value, (NamedNode, Literal)) else literal(value)
                self.out.add(Triple(self.iri, predicate, term))
        return self

    def concept(self, name: str, scheme: str, *notations: str | None) -> Node:
        """Add concepts of a controlled list."""
        found = [terms.concept(scheme, notation) for notation in notations if notation]
        return self.add(name, *found)

    def entities(self, name: str | NamedNode, ids: Iterable[str]) -> Node:
        """Add entities of ours by id."""
        return self.add(name, *[terms.ID[entity] for entity in ids])
