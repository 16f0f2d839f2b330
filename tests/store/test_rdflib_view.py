"""A commit through rdflib's eyes."""

from __future__ import annotations

import pytest
import rdflib

from demarche_ontology.errors import StoreError, UnknownGraphError
from demarche_store.home import Home
from demarche_store.rdflib_view import open_rdflib

BASE = "http://example.org/"
SAYS = rdflib.URIRef(BASE + "says")


@pytest.fixture
def dataset(home: Home, commit, fact) -> rdflib.Dataset:
    commit(home, {"one": [fact("a", 1), fact("a", 2)], "two": [fact("a", 1)]})
    return open_rdflib(home)


def test_queries_see_the_default_graph_and_the_named_ones(dataset: rdflib.Dataset) -> None:
    rows = list(dataset.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"))
    assert rows[0][0].toPython() == 2
    rows = list(dataset.query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"))
    assert rows[0][0].toPython() == 3
    assert dataset.query("ASK { ?s ?p '1' }").askAnswer is True


def test_prefixes_are_bound(dataset: rdflib.Dataset) -> None:
    assert list(dataset.query("SELECT ?s WHERE { ?s a dem:Claim }")) == []
    assert str(dict(dataset.namespaces())["dem"]).endswith("ontology#")


def test_graphs_can_be_read_by_pattern(dataset: rdflib.Dataset) -> None:
    two = dataset.graph(rdflib.URIRef(BASE + "two"))
    assert [str(value) for value in two.objects(rdflib.URIRef(BASE + "a"), SAYS)] == ["1"]
    assert (None, SAYS, rdflib.Literal("1")) in two
    assert len(two) == 1
    assert {str(graph.identifier) for graph in dataset.graphs()} >= {BASE + "one", BASE + "two"}


def test_a_graph_that_is_not_there_is_an_error(dataset: rdflib.Dataset) -> None:
    with pytest.raises(UnknownGraphError, match="nowhere"):
        dataset.graph(rdflib.URIRef(BASE + "nowhere"))


@pytest.mark.parametrize(
    "write",
    [
        lambda data: data.add((SAYS, SAYS, SAYS)),
        lambda data: data.remove((None, None, None)),
        lambda data: data.update("DELETE WHERE { ?s ?p ?o }"),
        lambda data: data.parse(data="<x:a> <x:b> <x:c> .", format="turtle"),
        lambda data: data.remove_graph(rdflib.URIRef(BASE + "one")),
        lambda data: data.graph(rdflib.URIRef(BASE + "one")).add((SAYS, SAYS, SAYS)),
        lambda data: data.graph(rdflib.URIRef(BASE + "one")).__iadd__([(SAYS, SAYS, SAYS)]),
        lambda data: data.commit(),
        lambda data: data.rollback(),
        lambda data: data.destroy("x"),
    ],
)
def test_writing_is_refused(dataset: rdflib.Dataset, home: Home, write) -> None:
    with pytest.raises(StoreError, match=r"read-only|There is no graph"):
        write(dataset)
    with home.open() as view:
        assert len(list(view.quads())) == 3


def test_an_open_view_and_an_older_commit(home: Home, commit, fact) -> None:
    old = commit(home, {"g": [fact("a", "old")]}, "1")
    commit(home, {"g": [fact("a", "new")]}, "2")
    with home.open(old.id) as view:
        assert [str(value) for value in open_rdflib(view).objects(None, SAYS)] == ["old"]
    assert [str(value) for value in open_rdflib(home, old.id).objects(None, SAYS)] == ["old"]


def test_closing_lets_the_commit_go(home: Home, dataset: rdflib.Dataset) -> None:
    dataset.close()
    with pytest.raises(StoreError, match="closed"):
        dataset.store._view.query("ASK {}")
