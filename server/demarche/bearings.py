"""What bears on a claim: other claims, statements derived from it, what else rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pyoxigraph import NamedNode

from demarche.asking import rows_of
from demarche.nodes import Labels, Value
from demarche_ontology import terms
from demarche_ontology.terms import DEM
from demarche_store.protocol import View


@dataclass(frozen=True, slots=True)
class Relation:
    """Another claim. name: a property of ours, "inverse of …" where it runs from the other one.

    policies: under which it was computed; empty where the source itself says so.
    note: why it was computed.
    """

    name: str
    iri: str
    local_id: str
    statement: str
    note: str = ""
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A statement that rests on the claim. policy: short name of the policy it was derived by."""

    iri: str
    policy: str
    subject: Value
    predicate: str
    object: Value
    claims: int
    origins: int
    contested: bool


def relations(view: View, iri: str) -> tuple[Relation, ...]:
    """Return what the source says of other claims, then what was computed."""
    return (*_stated(view, iri), *_computed(view, iri))


def _stated(view: View, iri: str) -> Iterable[Relation]:
    node, names = NamedNode(iri), " ".join(str(DEM[name]) for name in terms.STATED_RELATIONS)
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?p ?inverse ?other ?local ?statement WHERE {{
  VALUES ?p {{ {names} }}
  {{ {node} ?p ?other . BIND(false AS ?inverse) }}
  UNION {{ ?other ?p {node} . BIND(true AS ?inverse) }}
  {_OTHER}
}} ORDER BY ?p ?inverse ?local ?other""",
    )
    for p, inverse, *other in rows:
        yield _relation(p, inverse, other)


def _computed(view: View, iri: str) -> Iterable[Relation]:
    """Yield computed relations, once for all the policies under which each was found."""
    node = NamedNode(iri)
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?graph ?p ?inverse ?other ?local ?statement ?note WHERE {{
  VALUES (?p ?class) {{ {_CLASSES} }}
  GRAPH ?graph {{
    ?relation a ?class ; dem:relatedClaim {node} , ?other ; dem:note ?note .
    {{ {node} ?p ?other . BIND(false AS ?inverse) }}
    UNION {{ ?other ?p {node} . BIND(true AS ?inverse) FILTER (?p = dem:refines) }}
  }}
  {_OTHER}
}} ORDER BY ?p ?inverse ?local ?other ?note ?graph""",
    )
    found: dict[Relation, list[str]] = defaultdict(list)
    for graph, p, inverse, *other, note in rows:
        found[_relation(p, inverse, other, note)].append(_policy(graph))
    for relation, policies in found.items():
        yield replace(relation, policies=tuple(policies))


_OTHER: Final = """
  OPTIONAL { ?other dem:localId ?local } OPTIONAL { ?other dem:statement ?statement }"""
_CLASSES: Final = " ".join(
    f"({DEM[name]} {DEM[kind]})" for name, kind in terms.COMPUTED_RELATIONS.items()
)


def _relation(prop: Any, inverse: Any, other: Sequence[Any], note: Any = None) -> Relation:
    """Return a relation. other: the claim's IRI, local id and statement, None where it has none."""
    name = ("inverse of " if inverse.value == "true" else "") + prop.value.removeprefix(DEM)
    iri, local, statement = (term.value if term else "" for term in other)
    return Relation(name, iri, local, statement, note.value if note else "")


def _policy(graph: Any) -> str:
    name: str = graph.value.removeprefix(terms.derived_graph("").value)
    return name


def derived(view: View, iri: str) -> tuple[Derived, ...]:
    """Return the statements that rest on a claim, of all policies."""
    rows = list(
        rows_of(
            view,
            f"""SELECT ?node ?graph ?s ?p ?o ?claims ?origins ?contested WHERE {{ GRAPH ?graph {{
  ?node a dem:DerivedStatement ; prov:wasDerivedFrom {NamedNode(iri)} ;
    rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
    dem:claimCount ?claims ; dem:independentOrigins ?origins ; dem:contested ?contested
}} }} ORDER BY ?graph ?s ?p ?o""",
        )
    )
    labels = Labels(view, [end for row in rows for end in (row[2], row[4])])
    return tuple(
        Derived(
            node.value,
            _policy(graph),
            labels.value(s),
            p.value.removeprefix(DEM),
            labels.value(o),
            int(claims.value),
            int(origins.value),
            contested.value == "true",
        )
        for node, graph, s, p, o, claims, origins, contested in rows
    )


def rests(view: View, iri: str) -> tuple[Value, ...]:
    """Return reference nodes that have the claim for their source."""
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?node WHERE {{
  ?node prov:wasDerivedFrom {NamedNode(iri)}
  FILTER NOT EXISTS {{ ?node dem:underPolicy ?policy }}
}} ORDER BY ?node""",
    )
    nodes = [node for (node,) in rows]
    labels = Labels(view, nodes)
    return tuple(labels.value(node) for node in nodes)
