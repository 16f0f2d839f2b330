"""One subject of the default graph with its values, and what its terms are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from demarche.asking import rows_of
from demarche_ontology import terms
from demarche_ontology.terms import DEM, ID, RDF
from demarche_store.protocol import View


@dataclass(frozen=True, slots=True)
class Value:
    """An IRI with its label, or a plain value. iri: "" for plain ones."""

    text: str
    iri: str = ""


class Node:
    """The values of one subject in the default graph, by property IRI, sorted."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    @classmethod
    def read(cls, view: View, iri: str) -> Node:
        values: dict[str, list[Any]] = defaultdict(list)
        for prop, value in rows_of(
            view, f"SELECT ?p ?o WHERE {{ {NamedNode(iri)} ?p ?o }} ORDER BY ?o"
        ):
            values[prop.value].append(value)
        return cls(values)

    def has_type(self, name: str) -> bool:
        return DEM[name] in self._values.get(RDF["type"].value, [])

    def values(self, prop: str | NamedNode) -> list[Any]:
        node = DEM[prop] if isinstance(prop, str) else prop
        return self._values.get(node.value, [])

    def text(self, prop: str | NamedNode) -> str:
        values = self.values(prop)
        return str(values[0].value) if values else ""

    def plain(self, prop: NamedNode) -> tuple[str, ...]:
        return tuple(value.value for value in self.values(prop))

    def terms(self) -> list[Any]:
        return [value for values in self._values.values() for value in values]


class Labels:
    """English labels of things, and the notations of concepts."""

    def __init__(self, view: View, values: Iterable[Any]) -> None:
        nodes = " ".join(sorted({str(value) for value in values if isinstance(value, NamedNode)}))
        rows = rows_of(
            view,
            f"SELECT ?node ?label WHERE {{ VALUES ?node {{ {nodes} }} ?node skos:prefLabel ?label"
            ' FILTER (LANGMATCHES(LANG(?label), "en")) } ORDER BY DESC(?label)',
        )
        self._known = {node.value: label.value for node, label in rows}

    def value(self, term: Any) -> Value:
        """Return a term with its label: of concepts the notation, of ours the short name."""
        if not isinstance(term, NamedNode):
            return Value(str(term.value))
        iri = term.value
        if iri.startswith(DEM):
            return Value(iri.removeprefix(DEM), iri)
        if iri.startswith(terms.VOC):
            return Value(iri.removeprefix(terms.VOC).partition("-")[2], iri)
        return Value(self._known.get(iri, iri.removeprefix(ID)), iri)

    def fields(self, node: Node, names: Iterable[str]) -> tuple[tuple[str, Value], ...]:
        return tuple((name, self.value(term)) for name in names for term in node.values(name))
