"""Counting what a default graph holds, by class and property, and saying so in VoID.

`COUNTS` are queries, so that any engine can count: the build in memory, a server within the limits
of its readers. `describe` turns their rows into triples, without blank nodes and with IRIs that
follow from what they count.

The partitions have the shape from which query editors complete (`void:classPartition` /
`void:propertyPartition` / `void:classPartition` or `void-ext:datatypePartition`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from demarche_ontology.terms import RDF, VOID, VOID_EXT, XSD

COUNTS: Final[Mapping[str, str]] = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinct subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinct objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": """
SELECT ?class (COUNT(*) AS ?n) { ?s a ?class FILTER(ISIRI(?class)) } GROUP BY ?class""",
    "properties": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "subjects and objects of properties": """
SELECT ?p (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }
GROUP BY ?p""",
    "properties of classes": """
SELECT ?class ?p (COUNT(*) AS ?n) { ?s a ?class ; ?p ?o FILTER(ISIRI(?class)) }
GROUP BY ?class ?p""",
    "classes of values": """
SELECT ?class ?p ?other (COUNT(*) AS ?n) {
  ?s a ?class ; ?p ?o . ?o a ?other FILTER(ISIRI(?class) && ISIRI(?other))
} GROUP BY ?class ?p ?other""",
    "datatypes of values": """
SELECT ?class ?p ?datatype (COUNT(*) AS ?n) {
  ?s a ?class ; ?p ?o FILTER(ISIRI(?class) && ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?datatype)
} GROUP BY ?class ?p ?datatype""",
}
"""Queries by what they count. Each takes time linear in the triples it joins."""

Rows = Sequence[tuple[str, ...]]
"""IRIs first, then numbers, each as its text."""

_TOTALS: Final = {
    "triples": "triples",
    "distinct subjects": "distinctSubjects",
    "distinct objects": "distinctObjects",
}


def count(triples: Iterable[Triple]) -> dict[str, Rows]:
    """Return the rows of every one of `COUNTS` over some triples, each counted once."""
    store = Store()
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return {name: _rows(store, query) for name, query in COUNTS.items()}


def _rows(store: Store, query: str) -> Rows:
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    return [tuple(str(getattr(term, "value", "")) for term in row) for row in solutions]


def describe(dataset: NamedNode, counted: Mapping[str, Rows]) -> list[Triple]:
    """Return the VoID description of a dataset.

    counted: rows by the names of `COUNTS`; what could not be counted is left out, with all that
    hangs on it.
    """
    return [
        Triple(dataset, RDF["type"], VOID["Dataset"]),
        *_totals(dataset, counted),
        *_properties(dataset, counted),
        *_classes(dataset, counted),
    ]


def _totals(dataset: NamedNode, counted: Mapping[str, Rows]) -> Iterator[Triple]:
    for name, term in _TOTALS.items():
        for (number,) in counted.get(name, ()):
            yield _number(dataset, term, number)
    for name in ("classes", "properties"):
        if name in counted:
            yield _number(dataset, name, str(len(counted[name])))


def _properties(dataset: NamedNode, counted: Mapping[str, Rows]) -> Iterator[Triple]:
    for iri, number in counted.get("properties", ()):
        yield from _property(dataset, iri, number)
    known = {iri for iri, _ in counted.get("properties", ())}
    for iri, subjects, objects in counted.get("subjects and objects of properties", ()):
        if iri in known:
            part = _part(dataset, "property", iri)
            yield _number(part, "distinctSubjects", subjects)
            yield _number(part, "distinctObjects", objects)


def _classes(dataset: NamedNode, counted: Mapping[str, Rows]) -> Iterator[Triple]:
    for iri, number in counted.get("classes", ()):
        part = _part(dataset, "class", iri)
        yield Triple(dataset, VOID["classPartition"], part)
        yield Triple(part, VOID["class"], NamedNode(iri))
        yield _number(part, "entities", number)
    known = {iri for iri, _ in counted.get("classes", ())}
    inner = [row for row in counted.get("properties of classes", ()) if row[0] in known]
    for iri, prop, number in inner:
        yield from _property(_part(dataset, "class", iri), prop, number)
    yield from _values(dataset, counted, {(iri, prop) for iri, prop, _ in inner})


def _values(
    dataset: NamedNode, counted: Mapping[str, Rows], known: set[tuple[str, str]]
) -> Iterator[Triple]:
    """Yield what the values of a class's properties are. known: pairs of class and property."""
    kinds = (
        ("classes of values", "class", VOID["classPartition"], VOID["class"]),
        ("datatypes of values", "datatype", VOID_EXT["datatypePartition"], VOID_EXT["datatype"]),
    )
    for name, kind, leads_to, names in kinds:
        for iri, prop, value, number in counted.get(name, ()):
            if (iri, prop) in known:
                inner = _part(_part(dataset, "class", iri), "property", prop)
                part = _part(inner, kind, value)
                yield Triple(inner, leads_to, part)
                yield Triple(part, names, NamedNode(value))
                yield _number(part, "triples", number)


def _property(whole: NamedNode, iri: str, number: str) -> Iterator[Triple]:
    part = _part(whole, "property", iri)
    yield Triple(whole, VOID["propertyPartition"], part)
    yield Triple(part, VOID["property"], NamedNode(iri))
    yield _number(part, "triples", number)


def _part(whole: NamedNode, kind: str, iri: str) -> NamedNode:
    """Return the IRI of a part: that of the whole, what kind it is, a hash of what it is about."""
    digest = hashlib.sha256(iri.encode()).hexdigest()[:12]
    return NamedNode(f"{whole.value}/{kind}-{digest}")


def _number(subject: NamedNode, term: str, number: str) -> Triple:
    return Triple(subject, VOID[term], Literal(number, datatype=XSD["integer"]))
