"""A small graph in memory, asked by subject and property, in the order in which it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_ontology.terms import RDF

Node = object
"""Any term of RDF; most of what is asked of a value is whether it is an IRI or a text."""


class Facts:
    """Triples by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[Node, dict[NamedNode, list[Node]]] = {}
        for triple in triples:
            values = self._said.setdefault(triple.subject, {}).setdefault(triple.predicate, [])
            values.append(triple.object)

    def __iter__(self) -> Iterator[Node]:
        """Yield the subjects."""
        return iter(self._said)

    def values(self, subject: Node, predicate: NamedNode) -> list[Node]:
        return self._said.get(subject, {}).get(predicate, [])

    def holds(self, subject: Node, predicate: NamedNode, value: Node) -> bool:
        return value in self.values(subject, predicate)

    def iris(self, subject: Node, predicate: NamedNode) -> tuple[str, ...]:
        values = self.values(subject, predicate)
        return tuple(one.value for one in values if isinstance(one, NamedNode))

    def texts(self, subject: Node, predicate: NamedNode) -> tuple[str, ...]:
        values = self.values(subject, predicate)
        return tuple(one.value for one in values if isinstance(one, Literal))

    def iri(self, subject: Node, predicate: NamedNode) -> str:
        """Return the first IRI, "" for none."""
        return next(iter(self.iris(subject, predicate)), "")

    def text(self, subject: Node, predicate: NamedNode) -> str:
        """Return the first text, "" for none."""
        return next(iter(self.texts(subject, predicate)), "")

    def members(self, node: Node) -> list[Node]:
        """Return the members of an RDF list; none of what is no list."""
        found: list[Node] = []
        while isinstance(node, BlankNode) and self.values(node, RDF["first"]):
            found += self.values(node, RDF["first"])
            node = self.values(node, RDF["rest"])[0]
        return found
