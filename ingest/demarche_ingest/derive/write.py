"""Derived statements and claim relations as RDF."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.derive.relations import SYMMETRIC, Relation
from demarche_ingest.derive.statements import Statement
from demarche_ingest.identity import digest16
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ontology.data import Policy
from demarche_ontology.terms import DEM, EVENT_DATES, ID, PROV, RDF, XSD

_CLASS = {
    "contradicts": "Contradiction",
    "corroborates": "Corroboration",
    "refines": "Refinement",
    "inTensionWith": "Tension",
}
_DATES = frozenset(DEM[name] for name in EVENT_DATES)


def write(policy: Policy, statements: list[Statement], relations: list[Relation]) -> set[Triple]:
    """Return the triples of a policy's graph."""
    out: set[Triple] = set()
    contested = {
        iri
        for relation in relations
        if relation.contests
        for iri in (relation.subject, relation.object)
    }
    for statement in statements:
        _statement(out, policy, statement, contested)
    for relation in relations:
        _relation(out, policy, relation)
    return out


def _statement(out: set[Triple], policy: Policy, statement: Statement, contested: set[str]) -> None:
    subject, predicate = (NamedNode(part) for part in statement.key[:2])
    target = _object(predicate, statement.key[2])
    out.add(Triple(subject, predicate, target))
    name = digest16([policy.notation, *statement.key])
    node = Node(out, ID[f"derived-{name}"], "DerivedStatement")
    node.add(RDF["subject"], subject).add(RDF["predicate"], predicate).add(RDF["object"], target)
    node.add(PROV["wasDerivedFrom"], *[NamedNode(claim.iri) for claim in statement.claims])
    node.add(PROV["wasDerivedFrom"], *[NamedNode(ground) for ground in statement.grounds])
    node.add("underPolicy", policy.iri).add("claimCount", len(statement.claims))
    node.add("independentOrigins", statement.origins)
    node.add("contested", any(claim.iri in contested for claim in statement.claims))
    node.add("earliest", statement.earliest).add("latest", statement.latest)


def _object(predicate: NamedNode, value: str) -> NamedNode | Literal:
    if predicate in _DATES:
        return Literal(value, datatype=XSD["date"])
    return NamedNode(value)


def _relation(out: set[Triple], policy: Policy, relation: Relation) -> None:
    subject, target = NamedNode(relation.subject), NamedNode(relation.object)
    out.add(Triple(subject, DEM[relation.kind], target))
    if relation.kind in SYMMETRIC:
        out.add(Triple(target, DEM[relation.kind], subject))
    kind = _CLASS[relation.kind]
    name = digest16([policy.notation, relation.kind, relation.subject, relation.object])
    node = Node(out, ID[f"{kind.lower()}-{name}"], "ClaimRelation", kind)
    node.add("relatedClaim", subject, target).add(PROV["wasDerivedFrom"], subject, target)
    node.add(PROV["wasDerivedFrom"], *[NamedNode(ground) for ground in relation.grounds])
    node.add("independentOrigins", relation.origins)
    node.add("underPolicy", policy.iri).add("note", english(relation.why))
