"""The catalog counts rightly, names every release, and says what it does not know."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from pyoxigraph import NamedNode, Triple
from rdflib import DCTERMS, RDF, RDFS, Graph, Literal, Namespace, URIRef
from server.running_server import build, start, stop, triples

from demarche_ontology import void
from demarche_ontology.errors import BusyError, QueryTimeoutError
from demarche_ontology.terms import DATASET, GRAPH, GRAPH_DESCRIPTION
from demarche_server.description import counting
from demarche_server.description.addresses import Addresses
from demarche_server.description.catalog import describe_catalog
from demarche_server.readers.engine import ReaderEngine
from demarche_server.readers.pool import Limits
from demarche_server.readers.wire import ReaderConfig
from demarche_server.settings import Settings
from demarche_store.home import Home

DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
NOTE = Triple(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"))


def catalog(server, **options) -> Graph:
    """The catalog, once what it counts is counted."""
    for _ in range(100):
        answer = httpx.get(server.url + ".well-known/void", timeout=60, **options)
        assert answer.status_code == 200, answer.text
        if answer.headers["cache-control"] != "no-store":
            break
        time.sleep(0.5)
    return Graph().parse(data=answer.content, format="turtle")


def counted(view, engine_class=ReaderEngine) -> counting.Counted:
    async def run():
        config = ReaderConfig(default_graphs=view.info.default_graphs)
        engine = await engine_class.open(view, config, Limits(), 1 << 30)
        try:
            return await counting.count(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


@pytest.fixture
def described_home(tmp_path) -> Home:
    """A home whose commit describes itself, as a build makes it."""
    home = Home(tmp_path / "described")
    with home.writer("a test") as writer:
        content = triples()
        description = void.describe(DATASET, void.count(content))
        writer.replace_graph(GRAPH["reference"], content, "seeds")
        writer.replace_graph(GRAPH_DESCRIPTION, description, "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"], GRAPH_DESCRIPTION])
    return home


# --- Counting --------------------------------------------------------------------------------


def test_readers_count_what_a_build_would(home):
    found = counted(home.open())
    with home.open() as view:
        wanted = void.count(view.graph(None))
    assert found.missing == ""
    assert {name: sorted(rows) for name, rows in found.rows.items()} == {
        name: sorted(rows) for name, rows in wanted.items()
    }


def test_the_description_of_a_build_is_read(described_home):
    found = counted(described_home.open())
    assert found.rows == {}
    with described_home.open() as view:
        assert set(found.built) == set(view.graph(GRAPH_DESCRIPTION.value))


def test_a_description_of_another_graph_is_not_believed(described_home):
    with described_home.writer("a test") as writer:
        writer.replace_graph(GRAPH["links"], [NOTE], "user")
        graphs = [GRAPH["reference"], GRAPH["links"], GRAPH_DESCRIPTION]
        writer.commit("changed", "digest", graphs)
    found = counted(described_home.open())
    assert found.built == ()
    assert found.rows["triples"] == [(str(described_home.current().default_graph_triples),)]


class Hurried(ReaderEngine):
    """An engine whose joins take too long."""

    async def table(self, query, dataset, limit):
        if "?other" in query:
            raise QueryTimeoutError("The query took longer than 30 s")
        return await super().table(query, dataset, limit)


class Crowded(ReaderEngine):
    """An engine that is busy at first."""

    busy = 3

    async def table(self, query, dataset, limit):
        if self.busy:
            self.busy -= 1
            raise BusyError("Not now", retry_after=0)
        return await super().table(query, dataset, limit)


def test_what_takes_too_long_is_left_out_and_said(home):
    found = counted(home.open(), Hurried)
    assert found.missing == "Not counted: classes of values (The query took longer than 30 s)."
    assert set(void.COUNTS) - set(found.rows) == {"classes of values"}
    at, info = Addresses("http://a.example"), home.current()
    said = {one.object.value for one in describe_catalog(at, Settings(), info, (), found)}
    assert found.missing in said


def test_what_is_too_much_is_left_out_and_said(home, monkeypatch):
    monkeypatch.setattr(counting, "MOST_PARTS", 2)
    assert "properties of classes (there are more than 2)" in counted(home.open()).missing


def test_a_busy_server_counts_later(home):
    assert counted(home.open(), Crowded).missing == ""


# --- The catalog -----------------------------------------------------------------------------


def test_the_served_commit(server, home):
    graph = catalog(server)
    (found,) = graph.subjects(RDF.type, DCAT.Catalog)
    dataset = URIRef(f"{server.url}.well-known/void#dataset")
    assert (found, DCAT.dataset, dataset) in graph
    info = home.current()
    assert graph.value(dataset, DCTERMS.identifier) == Literal(info.id)
    assert int(graph.value(dataset, VOID.triples)) == info.default_graph_triples
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef(server.sparql)
    assert graph.value(dataset, DCTERMS.license) is None
    assert list(graph.objects(dataset, VOID.classPartition))
    assert graph.value(dataset, RDFS.comment) is None


def test_the_dump_is_the_default_graph(server, home):
    graph = catalog(server)
    all_of_them = graph.subjects(RDF.type, DCAT.Distribution)
    (distribution,) = (one for one in all_of_them if str(one).endswith("#default-graph"))
    answer = httpx.get(str(graph.value(distribution, DCAT.downloadURL)))
    assert answer.headers["content-type"] == "application/n-triples"
    assert len(answer.text.splitlines()) == home.current().default_graph_triples


def test_releases(tmp_path):
    home = build(tmp_path / "home")
    first = home.current()
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["links"], [NOTE], "seeds")
        writer.commit("more", "digest2", [GRAPH["links"]])
    home.create_release("second", description="with more")
    server = start(home.path, "second")
    try:
        graph = catalog(server)
    finally:
        stop(server)
    found = {str(graph.value(one, DCAT.version)): one for one in graph.subjects(DCAT.isVersionOf)}
    assert set(found) == {"first-light", "second"}
    for release in home.releases():
        node = found[release.name]
        assert (node, RDF.type, DCAT.Dataset) in graph
        assert graph.value(node, DCTERMS.identifier) == Literal(release.commit)
        assert graph.value(node, DCTERMS.description) == Literal(release.description)
        assert graph.value(node, DCTERMS.issued).toPython() == release.created
        checksum = graph.value(node, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)).lower() == release.rdfc10
    whole = URIRef(f"{server.url}.well-known/void#default-graph")
    assert (found["second"], DCAT.distribution, whole) in graph
    assert (found["first-light"], DCAT.distribution, whole) not in graph
    assert len(list(graph.objects(found["first-light"], VOID.dataDump))) == 2
    assert graph.value(found["first-light"], DCTERMS.identifier) == Literal(first.id)


def test_ours_has_its_name_and_licence(described_home):
    home = described_home
    home.create_release("first")
    at, info = Addresses("http://a.example"), home.current()
    for license_iri in (Settings().license, ""):
        settings = Settings(license=license_iri)
        found = list(describe_catalog(at, settings, info, home.releases(), counting.Counted()))
        licences = [one for one in found if one.predicate.value == str(DCTERMS.license)]
        assert [one.subject.value for one in licences] == (
            [DATASET.value, "https://w3id.org/demarche/release/first"] if license_iri else []
        )


def test_formats(server):
    url = server.url + ".well-known/void"
    for name in ("rdfxml", "jsonld"):
        answer = httpx.get(url, params={"format": name})
        form = {"rdfxml": "xml", "jsonld": "json-ld"}[name]
        assert len(Graph().parse(data=answer.content, format=form)) == len(catalog(server))
    assert httpx.get(url, headers={"accept": "image/png"}).status_code == 406
    assert (
        httpx.get(url, headers={"accept": "text/html,*/*;q=0.1"})
        .headers["content-type"]
        .startswith("text/turtle")
    )
    assert httpx.post(url).status_code == 405


# --- DCAT ------------------------------------------------------------------------------------

REQUIRED = {
    DCAT.Catalog: (DCTERMS.title, DCAT.dataset, DCAT.service),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.identifier, DCAT.version, DCAT.landingPage),
    DCAT.Distribution: (DCAT.accessURL, DCAT.mediaType),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL, DCAT.servesDataset),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
}
RANGES = {
    DCAT.dataset: DCAT.Dataset,
    DCAT.service: DCAT.DataService,
    DCAT.servesDataset: DCAT.Dataset,
    DCAT.distribution: DCAT.Distribution,
    DCAT.accessService: DCAT.DataService,
    DCAT.hasVersion: DCAT.Dataset,
    SPDX.checksum: SPDX.Checksum,
}


def test_classes_have_what_dcat_asks_for(server):
    graph = catalog(server)
    for kind, predicates in REQUIRED.items():
        nodes = list(graph.subjects(RDF.type, kind))
        assert nodes, kind
        for node in nodes:
            for predicate in predicates:
                assert graph.value(node, predicate) is not None, (node, predicate)
    for predicate, kind in RANGES.items():
        for value in graph.objects(None, predicate):
            assert (value, RDF.type, kind) in graph, (predicate, value)
