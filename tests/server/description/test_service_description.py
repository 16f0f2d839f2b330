"""The endpoint describes itself: as the W3C tests ask, and as it truly is."""

from __future__ import annotations

import shutil
import subprocess

import httpx
import pytest
from pyoxigraph import NamedNode, Store
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from demarche_ontology.terms import GRAPH
from demarche_server.description.addresses import Addresses
from demarche_server.description.counting import Counted
from demarche_server.description.service import FORMAT_NAMES, GEO_FUNCTIONS, describe_service
from demarche_server.settings import Settings
from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
RAPPER = shutil.which("rapper")

# The vocabulary, SPARQL 1.1 Service Description 3.4: property -> (domain, range).
SCHEMA = {
    "endpoint": ("Service", None),
    "feature": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "resultFormat": ("Service", None),
    "extensionFunction": ("Service", "Function"),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
INSTANCES = {
    "Feature": {"EmptyGraphs", "BasicFederatedQuery"},
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}


def described(server, **options) -> Graph:
    answer = httpx.get(server.sparql, **options)
    assert answer.status_code == 200, answer.text
    return Graph().parse(data=answer.content, format=answer.headers["content-type"].split(";")[0])


def service(graph: Graph) -> URIRef:
    (found,) = graph.subjects(RDF.type, SD.Service)
    return found


# --- The W3C tests ---------------------------------------------------------------------------


def test_returns_rdf(server):
    assert len(described(server)) > 0


def test_has_endpoint_triple(server):
    graph = described(server)
    assert set(graph.objects(service(graph), SD.endpoint)) == {URIRef(server.sparql)}


def test_conforms_to_schema(server):
    graph = described(server)
    used = {p for p in graph.predicates() if p in SD}
    assert used
    for predicate in used:
        domain, target = SCHEMA[predicate.removeprefix(SD)]
        for subject, value in graph.subject_objects(predicate):
            assert (subject, RDF.type, SD[domain]) in graph
            if target in INSTANCES:
                assert value.removeprefix(SD) in INSTANCES[target]
            elif target is not None:
                assert (value, RDF.type, SD[target]) in graph
    for kind in (SD.Service, SD.Dataset):
        assert len(list(graph.subjects(RDF.type, kind))) == 1


# --- As it is --------------------------------------------------------------------------------


@pytest.mark.parametrize("one", GRAPH_FORMATS, ids=lambda one: one.name)
def test_formats(server, one):
    wanted = described(server)
    answer = httpx.get(server.sparql, headers={"accept": one.media_type})
    assert answer.headers["content-type"].startswith(one.media_type)
    assert answer.headers["vary"] == "Accept"
    store = Store()
    store.load(answer.content, format=one.engine)
    assert len(store) == len(wanted)
    assert httpx.get(server.sparql, params={"format": one.name}).content == answer.content
    head = httpx.head(server.sparql, headers={"accept": one.media_type})
    assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.skipif(RAPPER is None, reason="rapper is not installed")
@pytest.mark.parametrize("name", ["turtle", "rdfxml", "ntriples"])
def test_another_parser_reads_the_same(server, name):
    content = httpx.get(server.sparql, params={"format": name}).content
    done = subprocess.run(
        [RAPPER, "-q", "-i", name, "-o", "ntriples", "-", server.sparql],
        input=content,
        capture_output=True,
        check=True,
    )
    assert len(done.stdout.splitlines()) == len(described(server))


def test_a_format_that_there_is_not(server):
    answer = httpx.get(server.sparql, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["offered"]


def test_a_browser_still_gets_the_page(server):
    answer = httpx.get(server.sparql, headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/query")


def test_a_posted_form_without_a_query_is_refused(server):
    assert httpx.post(server.sparql, data={"format": "turtle"}).status_code == 400


def test_the_graphs_are_there_with_their_sizes(server, home):
    graph = described(server)
    dataset = graph.value(service(graph), SD.defaultDataset)
    info = home.current()
    found = {
        str(graph.value(named, SD.name)): int(
            graph.value(graph.value(named, SD.graph), VOID.triples)
        )
        for named in graph.objects(dataset, SD.namedGraph)
    }
    assert found == {one.iri: one.triples for one in info.graphs}
    default = graph.value(dataset, SD.defaultGraph)
    assert graph.value(default, VOID.triples) == Literal(info.default_graph_triples)


def test_every_format_has_its_name(server):
    known = {one.name for one in (*RESULT_FORMATS, *GRAPH_FORMATS)}
    assert set(FORMAT_NAMES) == known
    graph = described(server)
    assert len(set(graph.objects(service(graph), SD.resultFormat))) == len(known)


def features(home, **settings) -> set[str]:
    triples = describe_service(
        Addresses("http://a.example"), Settings(**settings), home.current(), Counted()
    )
    return {
        one.object.value.removeprefix(SD)
        for one in triples
        if one.predicate.value == str(SD.feature)
    }


def test_features_follow_the_settings(home):
    assert features(home) == {"EmptyGraphs"}
    assert "BasicFederatedQuery" in features(home, services=("http://a.example/",))


def test_empty_graphs_are_kept(tmp_path):
    from demarche_store.home import Home

    with Home(tmp_path).writer("a test") as writer:
        writer.replace_graph(GRAPH["empty"], [], "seeds")
        writer.commit("for the tests", "digest", [])
    with Home(tmp_path).open() as view:
        assert view.query(f"ASK {{ GRAPH {GRAPH['empty']} {{}} }}").boolean()


POINT = '"POINT(1 1)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"


@pytest.mark.parametrize("name", GEO_FUNCTIONS)
def test_extension_functions_are_there(name):
    function = NamedNode(f"http://www.opengis.net/def/function/geosparql/{name}")
    values = [
        row["x"]
        for arguments in (POINT, f"{POINT},{POINT}", f"{POINT},{POINT},{METRE}")
        for row in Store().query(f"SELECT ({function}({arguments}) AS ?x) {{}}")
    ]
    assert any(value is not None for value in values)


def test_a_host_that_is_none(server):
    answer = httpx.get(server.sparql, headers={"host": "a<b>"})
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert b"a<b>" not in answer.content
