"""What query editors ask an endpoint, asked of the graph of the seeds through SPARQLWrapper.

The questions are those of sparql-editor (sib-swiss), in our words: prefixes, examples, and the
classes with their properties and what these lead to.
"""

from __future__ import annotations

import pytest
from server.running_server import Running
from SPARQLWrapper import JSON, SPARQLWrapper

from demarche_ontology.competency import competency_queries
from demarche_ontology.terms import DEM, PREFIXES, XSD

PREFIXES_QUERY = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace { [] sh:prefix ?prefix ; sh:namespace ?namespace }"""
EXAMPLES_QUERY = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?example ?comment ?query {
  ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query
}"""
CLASSES_QUERY = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?class ?property ?triples ?other ?datatype {
  ?part void:class ?class ; void:propertyPartition ?inner .
  ?inner void:property ?property ; void:triples ?triples .
  OPTIONAL {
    { ?inner void:classPartition [ void:class ?other ] }
    UNION
    { ?inner void-ext:datatypePartition [ void-ext:datatype ?datatype ] }
  }
}"""


@pytest.fixture(scope="module")
def served(seed_server: Running) -> Running:
    return seed_server


def ask(server: Running, query: str) -> list[dict[str, str]]:
    endpoint = SPARQLWrapper(server.sparql)
    endpoint.setReturnFormat(JSON)
    endpoint.setQuery(query)
    rows = endpoint.query().convert()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def test_prefixes(served):
    found = {row["prefix"]: row["namespace"] for row in ask(served, PREFIXES_QUERY)}
    assert found == {name: str(iri) for name, iri in PREFIXES.items()}


def test_examples(served):
    found = {row["example"]: row["query"] for row in ask(served, EXAMPLES_QUERY)}
    assert found == {one.iri.value: one.text for one in competency_queries()}


def test_classes_and_properties(served):
    rows = ask(served, CLASSES_QUERY)
    leads_to = {
        (row["class"], row["property"]): row.get("other") or row.get("datatype") for row in rows
    }
    stance = DEM["StanceClaim"].value
    assert leads_to[stance, DEM["position"].value] == DEM["Position"].value
    assert leads_to[stance, DEM["earliest"].value] == XSD["date"].value
    (counted,) = ask(
        served,
        f"SELECT (COUNT(*) AS ?n) {{ ?claim a <{stance}> ; {DEM['position']} ?position }}",
    )
    told = {row["triples"] for row in rows if row["class"] == stance
            and row["property"] == DEM["position"].value}  # fmt: skip
    assert told == {counted["n"]}
