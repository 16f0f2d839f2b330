"""Bounded descriptions: what the graph says of one thing, and what says something of it."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import COMPUTED_RELATIONS, DCTERMS, DEM, OA, PROV, RDF, RDFS, SKOS
from demarche_server.linked.paths import Place

MOST: Final = 500
"""Statements with the thing as their object that one description holds."""
_NAMES: Final = (SKOS["prefLabel"], DEM["statement"], DCTERMS["title"], RDFS["label"])
_PARTS: Final = (
    DEM["evidence"],
    OA["hasSelector"],
    DEM["reportingStep"],
    DEM["identifier"],
    DEM["attributedName"],
)
"""Properties whose objects are nothing by themselves and are described with their whole."""


def description(place: Place) -> str:
    """Return the CONSTRUCT query of what a document about a thing holds.

    What it says, its parts in full, up to MOST statements about it, and the names of all that
    occurs; for a namespace of hash names, all that is said of them.
    """
    if place.whole_namespace:
        return _namespace(place)
    thing = NamedNode(place.iri)
    parts = "|".join(map(str, _PARTS))
    names = " ".join(map(str, _NAMES))
    return f"""
CONSTRUCT {{ {thing} ?p ?o . ?part ?pp ?po . ?s ?q {thing} . ?named ?name ?label }}
WHERE {{
  {{ {thing} ?p ?o }}
  UNION {{ {thing} ({parts})+ ?part . ?part ?pp ?po }}
  UNION {{ SELECT ?s ?q {{ ?s ?q {thing} }} ORDER BY ?s ?q LIMIT {MOST} }}
  UNION {{
    {{ {thing} ?any ?named }}
    UNION {{ SELECT ?named {{ ?named ?q2 {thing} }} ORDER BY ?named LIMIT {MOST} }}
    VALUES ?name {{ {names} }}
    ?named ?name ?label
  }}
}}"""


def _namespace(place: Place) -> str:
    start = place.whole_namespace
    return f"""
CONSTRUCT {{ ?s ?p ?o }}
WHERE {{
  {{
    SELECT DISTINCT ?s
    {{ ?s a ?kind FILTER(?s = <{place.iri}> || STRSTARTS(STR(?s), "{start}")) }}
  }}
  ?s ?p ?o
}}"""


def exists(place: Place) -> str:
    """Return the ASK query whether the graph knows a thing at all."""
    if place.whole_namespace:
        start = place.whole_namespace
        return f'ASK {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{start}")) }}'
    thing = NamedNode(place.iri)
    return (
        f"ASK {{ {{ {thing} ?p ?o }} UNION {{ ?s ?p {thing} }} UNION {{ GRAPH {thing} {{ }} }} }}"
    )


def successor(place: Place) -> str:
    """Return the query for what took the place of a thing: an edited claim's next revision."""
    return f"SELECT ?next {{ ?next {PROV['wasRevisionOf']} {NamedNode(place.iri)} }} ORDER BY ?next"


def outgoing(place: Place, limit: int) -> str:
    """Return the query for what is said of a thing: property and value."""
    return f"SELECT ?p ?o {{ {NamedNode(place.iri)} ?p ?o }} ORDER BY ?p ?o LIMIT {limit}"


def claims_about(place: Place, limit: int, offset: int) -> str:
    """Return the query for claims that speak of a thing: claim, statement, source, date, how.

    Each detail is looked up for the claims found (OPTIONAL); as a join, the engine would read the
    statements and sources of all claims there are.
    """
    thing = NamedNode(place.iri)
    return f"""
SELECT ?claim ?statement ?source ?date (SAMPLE(?how) AS ?role)
WHERE {{
  ?claim ?how {thing} FILTER EXISTS {{ ?claim a {DEM["Claim"]} }}
  OPTIONAL {{ ?claim {DEM["statement"]} ?statement }}
  OPTIONAL {{ ?claim {DEM["attributedTo"]} ?source }}
  OPTIONAL {{ ?claim {DEM["utteredOn"]} ?date }}
  FILTER(BOUND(?statement) && BOUND(?source))
}}
GROUP BY ?claim ?statement ?source ?date
ORDER BY ?date ?claim
OFFSET {offset} LIMIT {limit}"""


def incoming(place: Place, limit: int) -> str:
    """Return the query for what else names a thing: subject and property, claims left out."""
    thing = NamedNode(place.iri)
    return f"""
SELECT ?s ?p
WHERE {{ ?s ?p {thing} FILTER NOT EXISTS {{ ?s a {DEM["Claim"]} }} FILTER(?p != {RDF["object"]}) }}
ORDER BY ?p ?s LIMIT {limit}"""


def terms(place: Place, limit: int) -> str:
    """Return the query for the names of a namespace: term, label, definition."""
    start = place.whole_namespace
    return f"""
SELECT ?term (SAMPLE(?name) AS ?label) (SAMPLE(?text) AS ?definition)
WHERE {{
  {{ SELECT DISTINCT ?term {{ ?term a ?kind FILTER(STRSTARTS(STR(?term), "{start}")) }} }}
  OPTIONAL {{ ?term {RDFS["label"]} ?name }}
  OPTIONAL {{ ?term {SKOS["definition"]}|{RDFS["comment"]} ?text }}
}}
GROUP BY ?term ORDER BY ?term LIMIT {limit}"""


def steps(place: Place) -> str:
    """Return the query for the chain of sources of a claim: agent, in the order of reporting."""
    return f"""
SELECT ?agent
WHERE {{
  {NamedNode(place.iri)} {DEM["reportingStep"]} ?step .
  ?step {DEM["stepOrder"]} ?order ; {DEM["stepAgent"]} ?agent
}}
ORDER BY ?order"""


def bearing(place: Place, limit: int) -> str:
    """Return the query for claims that bear on a claim: how, the claim, who makes it.

    Contradiction and tension come first. Each is derived in both directions, or read in both.
    """
    claim = NamedNode(place.iri)
    against = ("contradicts", "inTensionWith")
    ranked = sorted(COMPUTED_RELATIONS, key=lambda name: name not in against)
    rows = " ".join(f"({DEM[name]} {rank})" for rank, name in enumerate(ranked))
    return f"""
SELECT ?how ?other ?source
WHERE {{
  VALUES (?how ?rank) {{ {rows} }}
  {claim} ?how ?other .
  OPTIONAL {{ ?other {DEM["attributedTo"]} ?source }}
}}
ORDER BY ?rank ?other ?source LIMIT {limit}"""


def relations(place: Place, limit: int) -> str:
    """Return the query for what says why claims bear on a claim: node, class, the other, note."""
    claim = NamedNode(place.iri)
    kinds = ", ".join(str(DEM[name]) for name in COMPUTED_RELATIONS.values())
    return f"""
SELECT ?node ?kind ?other ?note
WHERE {{
  ?node {DEM["relatedClaim"]} {claim} , ?other ; a ?kind
  FILTER(?other != {claim} && ?kind IN ({kinds}))
  OPTIONAL {{ ?node {DEM["note"]} ?note }}
}}
ORDER BY ?node ?other ?note LIMIT {limit}"""


def derived(place: Place, limit: int) -> str:
    """Return the query for what policies derive from a claim: node, subject, predicate, object."""
    return f"""
SELECT ?statement ?subject ?predicate ?object
WHERE {{
  ?statement {PROV["wasDerivedFrom"]} {NamedNode(place.iri)} ;
    {RDF["subject"]} ?subject ; {RDF["predicate"]} ?predicate ; {RDF["object"]} ?object
}}
ORDER BY ?statement LIMIT {limit}"""


def publication(place: Place) -> str:
    """Return the query for what a claim stands in: title, name of the publisher, day in EDTF.

    An article of a file of several is meant before the file.
    """
    whole = f"({DEM['inPart']}/{DCTERMS['isPartOf']}*)|{DEM['inDocument']}"
    return f"""
SELECT ?title ?publisher ?day
WHERE {{
  {NamedNode(place.iri)} {whole} ?whole .
  ?whole {DCTERMS["title"]} ?title
  OPTIONAL {{ ?whole {DEM["edtf"]} ?day }}
  OPTIONAL {{ ?whole {DCTERMS["publisher"]}/{SKOS["prefLabel"]} ?publisher }}
  OPTIONAL {{ ?whole a {DEM["DocumentPart"]} BIND(1 AS ?part) }}
}}
ORDER BY DESC(?part) ?title ?publisher LIMIT 1"""


def passages(place: Place) -> str:
    """Return the query for the passages of a claim: document, first and last offset, digest."""
    return f"""
SELECT ?document ?start ?end ?sha256
WHERE {{
  {NamedNode(place.iri)} {DEM["evidence"]} ?passage .
  ?passage {OA["hasSource"]} ?document ; {OA["hasSelector"]} ?selector ;
    {DEM["passageSha256"]} ?sha256 .
  ?selector {OA["start"]} ?start ; {OA["end"]} ?end
}}
ORDER BY ?start"""
