"""SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ontology.terms import FORMATS, GEOF, RDF, RDFS, SD, VOID, XSD
from demarche_server.description.addresses import Addresses, short
from demarche_server.description.counting import Counted
from demarche_server.settings import Settings
from demarche_store.protocol import CommitInfo

FORMAT_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
}
"""Local names below http://www.w3.org/ns/formats/, by the short names of formats."""

GEO_FUNCTIONS: Final = (
    "asGeoJSON",
    "distance",
    "convexHull",
    "envelope",
    "getSRID",
    "sfEquals",
    "sfDisjoint",
    "sfIntersects",
    "sfTouches",
    "sfCrosses",
    "sfWithin",
    "sfContains",
    "sfOverlaps",
    "ehEquals",
    "ehDisjoint",
    "ehMeet",
    "ehOverlap",
    "ehCovers",
    "ehCoveredBy",
    "ehInside",
    "ehContains",
    "rcc8eq",
    "rcc8dc",
    "rcc8ec",
    "rcc8po",
    "rcc8tppi",
    "rcc8tpp",
    "rcc8ntpp",
    "rcc8ntppi",
    "centroid",
    "isEmpty",
    "isSimple",
    "dimension",
    "coordinateDimension",
    "spatialDimension",
)
"""GeoSPARQL functions that the engine has, by their local names."""


def describe_service(
    at: Addresses, settings: Settings, info: CommitInfo, counted: Counted
) -> Iterator[Triple]:
    """Yield the description of the service, without blank nodes.

    What the default graph holds stands here too where the graph itself does not tell it: query
    editors ask the graph first, then this.
    """
    service = at.service()
    yield Triple(service, RDF["type"], SD["Service"])
    yield Triple(service, SD["endpoint"], at.endpoint)
    yield Triple(service, RDFS["seeAlso"], at.catalog_document)
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield Triple(service, SD["supportedLanguage"], SD[language])
    for name in FORMAT_NAMES.values():
        yield Triple(service, SD["resultFormat"], FORMATS[name])
    for feature in _features(settings):
        yield Triple(service, SD["feature"], SD[feature])
    for name in GEO_FUNCTIONS:
        yield Triple(service, SD["extensionFunction"], GEOF[name])
        yield Triple(GEOF[name], RDF["type"], SD["Function"])
    yield Triple(service, SD["defaultDataset"], at.service("dataset"))
    yield from _dataset(at, info)
    if not counted.built:
        yield from counted.described(at.dataset(info))


def _features(settings: Settings) -> Iterator[str]:
    """Yield what the service does beyond the language.

    Not UnionDefaultGraph: the default graph is one of its own, which holds most graphs but not
    all. Not DereferencesURIs: FROM reaches no other server.
    """
    yield "EmptyGraphs"
    if settings.services:
        yield "BasicFederatedQuery"


def _dataset(at: Addresses, info: CommitInfo) -> Iterator[Triple]:
    dataset, default = at.service("dataset"), at.service("default-graph")
    yield Triple(dataset, RDF["type"], SD["Dataset"])
    yield Triple(dataset, SD["defaultGraph"], default)
    yield from _graph(default, info.default_graph_triples)
    yield Triple(default, RDFS["seeAlso"], at.dataset(info))
    for graph in info.graphs:
        named = at.service(f"named-{short(graph.iri)}")
        content = at.service(f"graph-{short(graph.iri)}")
        yield Triple(dataset, SD["namedGraph"], named)
        yield Triple(named, RDF["type"], SD["NamedGraph"])
        yield Triple(named, SD["name"], NamedNode(graph.iri))
        yield Triple(named, SD["graph"], content)
        yield from _graph(content, graph.triples)


def _graph(node: NamedNode, triples: int) -> Iterator[Triple]:
    yield Triple(node, RDF["type"], SD["Graph"])
    yield Triple(node, VOID["triples"], Literal(str(triples), datatype=XSD["integer"]))
