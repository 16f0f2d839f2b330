"""One behaviour, every View: an embedded commit, `oxigraph serve`, Virtuoso.

Where an engine gives less, the test says so by name in `LESS`, and fails when that is no longer so.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import threading
from collections.abc import Callable, Iterator

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    Triple,
    parse,
    parse_query_results,
)

from demarche_ontology.errors import (
    NotAcceptableError,
    QueryError,
    QuerySyntaxError,
    RemoteStoreError,
    UnknownGraphError,
)
from demarche_store.endpoint import Endpoint
from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS
from demarche_store.home import Home
from demarche_store.protocol import Dataset, View
from demarche_store.publish import Publisher, publish
from demarche_store.query_text import has_dataset_clause, query_form
from demarche_store.remote import RemoteView

BASE = "http://example.org/"
ONE, TWO, THREE = (f"{BASE}graph/{name}" for name in ("one", "two", "three"))
OWN = Dataset()
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"

LESS = {
    ("oxigraph", "several default graphs are a set"): "counts a triple once for each graph",
    ("virtuoso", "several default graphs are a set"): "counts a triple once for each graph",
}


@pytest.fixture(params=["embedded", "oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, fact: Callable[..., Triple]) -> Home:
    """Three graphs; graphs one and two share a triple; only they are in the default graph."""
    home = Home(tmp_path_factory.mktemp("source") / "home")
    number = Literal("7", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    graphs = {
        ONE: [fact("a", "shared"), fact("a", "ünïcode \"quoted\"\n<tag> & 'more'")],
        TWO: [
            fact("a", "shared"),
            Triple(NamedNode(BASE + "b"), NamedNode(BASE + "counts"), number),
            Triple(NamedNode(BASE + "b"), NamedNode(BASE + "says"), Literal("oui", language="fr")),
        ],
        THREE: [fact("c", "apart")],
    }
    with home.writer("test") as writer:
        for iri, triples in graphs.items():
            writer.replace_graph(NamedNode(iri), triples, "seeds")
        writer.commit("three graphs", "digest", [NamedNode(ONE), NamedNode(TWO)])
    return home


@pytest.fixture
def endpoint(request: pytest.FixtureRequest, engine: str) -> Endpoint:
    return request.getfixturevalue(f"{engine}_endpoint")


@pytest.fixture
def view(request: pytest.FixtureRequest, engine: str, source: Home) -> Iterator[View]:
    with source.open() as embedded:
        if engine == "embedded":
            yield embedded
            return
        endpoint = request.getfixturevalue(f"{engine}_endpoint")
        publish(embedded, endpoint)
        with RemoteView(endpoint) as remote:
            yield remote


def count(view: View, query: str = COUNT, dataset: Dataset = OWN) -> int:
    ((number,),) = view.query(query, dataset).rows()
    return int(number.value)


def body(view: View, query: str, media_type: str) -> bytes:
    return b"".join(view.query(query).serialize(media_type))


# --- What is there -------------------------------------------------------------------------------


def test_info_is_the_manifest(view: View, source: Home) -> None:
    assert view.info == source.current()
    assert view.info.graphs[0].owner == "seeds"


def test_graphs_are_those_of_the_commit(view: View) -> None:
    assert view.graphs() == (ONE, THREE, TWO)


def test_graph_gives_the_triples_of_one_graph(view: View, source: Home) -> None:
    with source.open() as embedded:
        for iri in embedded.graphs():
            assert set(view.graph(iri)) == set(embedded.graph(iri))


def test_default_graph_is_the_union_without_duplicates(view: View) -> None:
    triples = list(view.graph(None))
    assert set(triples) == {*view.graph(ONE), *view.graph(TWO)}
    assert len(triples) == 4 == view.info.default_graph_triples == count(view)


def test_quads_are_those_of_the_named_graphs(view: View) -> None:
    quads = list(view.quads())
    assert len(quads) == 6 == len(set(quads))
    assert {quad.graph_name.value for quad in quads} == {ONE, TWO, THREE}


def test_unknown_graph(view: View) -> None:
    with pytest.raises(UnknownGraphError, match="nowhere"):
        view.graph(BASE + "nowhere")


# --- Answers -------------------------------------------------------------------------------------


def test_select(view: View) -> None:
    results = view.query(
        f"SELECT ?v ?nothing WHERE {{ <{BASE}b> ?p ?v OPTIONAL {{ ?v ?p ?nothing }} }} ORDER BY ?p"
    )
    assert results.form == "SELECT"
    assert results.variables == ("v", "nothing")
    rows = list(results.rows())
    assert rows[0][0].value == "7"
    assert rows[1] == (Literal("oui", language="fr"), None)


def test_ask(view: View) -> None:
    results = view.query("ASK { ?s ?p 'shared' }")
    assert (results.form, results.variables, results.boolean()) == ("ASK", (), True)
    assert view.query("ASK { ?s ?p 'never' }").boolean() is False


@pytest.mark.parametrize("query", [f"DESCRIBE <{BASE}c>", "CONSTRUCT WHERE { ?s ?p 'shared' }"])
def test_triples(view: View, query: str) -> None:
    results = view.query(query)
    assert results.form == "GRAPH"
    assert results.variables == ()
    assert all(isinstance(triple, Triple) for triple in results.triples())


def test_wrong_reading(view: View) -> None:
    with pytest.raises(QueryError):
        view.query("ASK {}").rows()
    with pytest.raises(QueryError):
        view.query(COUNT).boolean()
    with pytest.raises(QueryError):
        view.query("CONSTRUCT WHERE { ?s ?p ?o }").rows()
    with pytest.raises(QueryError):
        view.query(COUNT).triples()


@pytest.mark.parametrize("chosen", RESULT_FORMATS, ids=lambda chosen: chosen.name)
def test_rows_in_every_format(view: View, chosen) -> None:
    query = "SELECT ?s ?v WHERE { ?s ?p ?v FILTER(isLiteral(?v)) } ORDER BY ?s"
    content = body(view, query, chosen.media_type)
    if chosen.name == "csv":
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        assert rows[0] == ["s", "v"]
        assert len(rows) == 5
        return
    solutions = list(
        parse_query_results(content, QueryResultsFormat.from_media_type(chosen.media_type))
    )
    assert sorted(map(str, (row["s"] for row in solutions))) == sorted(
        str(row[0]) for row in view.query(query).rows()
    )


@pytest.mark.parametrize("chosen", GRAPH_FORMATS, ids=lambda chosen: chosen.name)
def test_triples_in_every_format(view: View, chosen) -> None:
    content = body(view, "CONSTRUCT WHERE { ?s ?p ?o }", chosen.media_type)
    assert {quad.triple for quad in parse(content, chosen.engine)} == set(view.graph(None))


def test_boolean_formats(view: View) -> None:
    assert json.loads(body(view, "ASK {}", "json"))["boolean"] is True
    with pytest.raises(NotAcceptableError) as caught:
        body(view, "ASK {}", "text/csv")
    assert "application/sparql-results+json" in caught.value.offered


def test_formats_of_another_form(view: View) -> None:
    with pytest.raises(NotAcceptableError):
        body(view, COUNT, "text/turtle")
    with pytest.raises(NotAcceptableError):
        body(view, "CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")


def test_write_and_serialize_agree(view: View) -> None:
    output = io.BytesIO()
    view.query("SELECT ?v WHERE { ?s ?p ?v } ORDER BY str(?v)").write(output, "tsv")
    assert output.getvalue() == body(view, "SELECT ?v WHERE { ?s ?p ?v } ORDER BY str(?v)", "tsv")


# --- Datasets ------------------------------------------------------------------------------------


def test_one_default_graph(view: View) -> None:
    assert count(view, dataset=Dataset((ONE,))) == 2
    assert count(view, dataset=Dataset((ONE, ONE))) == 2


def test_named_graphs_only(view: View, engine: str) -> None:
    assert count(view, COUNT_NAMED, Dataset(named_graphs=(ONE, THREE))) == 3
    if engine != "virtuoso":  # it then looks into every graph
        assert count(view, COUNT, Dataset(named_graphs=(ONE, THREE))) == 0


def test_default_graphs_only_leave_no_named_ones(view: View, engine: str) -> None:
    if engine != "virtuoso":  # it leaves all of them
        assert count(view, COUNT_NAMED, Dataset((ONE,))) == 0


def test_default_and_named_graphs(view: View) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o GRAPH ?g { ?a ?b ?c } }"
    assert count(view, query, Dataset((ONE,), (THREE,))) == 2


def test_empty_dataset(view: View) -> None:
    assert count(view, dataset=Dataset((), ())) == 0
    assert count(view, dataset=Dataset((BASE + "nowhere",))) == 0


def test_the_default_graphs_of_the_commit_are_a_set(view: View) -> None:
    assert count(view, dataset=Dataset((TWO, ONE))) == 4


def test_several_default_graphs_are_a_set(view: View, engine: str) -> None:
    number = count(view, dataset=Dataset((ONE, TWO, THREE)))
    less = (engine, "several default graphs are a set") in LESS
    assert number == (6 if less else 5)


def test_several_default_graphs_beside_a_named_one(view: View, engine: str) -> None:
    query = "SELECT DISTINCT ?v WHERE { ?s ?p ?v GRAPH ?g { <http://example.org/c> ?b ?c } }"
    rows = list(view.query(query, Dataset((ONE, TWO), (THREE,))).rows())
    assert len(rows) == 4


def test_from_in_the_text_takes_the_place_of_the_own_dataset(view: View) -> None:
    assert count(view, f"SELECT (COUNT(*) AS ?n) FROM <{THREE}> WHERE {{ ?s ?p ?o }}") == 1


def test_all_own_named_graphs_are_seen(view: View) -> None:
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    seen = {row[0].value for row in view.query(query).rows()}
    assert {ONE, TWO, THREE} <= seen


# --- Errors --------------------------------------------------------------------------------------


def test_syntax_error_has_a_place(view: View, engine: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        view.query("SELECT ?s\nWHERE { ?s ?p }").rows()
    assert caught.value.line == 2
    if engine != "virtuoso":  # it tells the line only
        assert caught.value.column == 16
    assert caught.value.remedy


def test_syntax_errors_can_be_read(source: Home) -> None:
    with source.open() as view:
        for query in (
            "",
            "SELEC",
            "SELECT * {\n ?s ?p",
            "SELECT * { ?s ?p [ ",
            "ASK { x:y a x:z }",
        ):
            with pytest.raises(QuerySyntaxError) as caught:
                view.query(query)
            assert "\n" not in str(caught.value)
            assert "..=" not in str(caught.value)
            assert caught.value.line >= 1


def test_a_failing_service_is_an_error(source: Home) -> None:
    query = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with source.open() as view, pytest.raises(QueryError, match="could not"):
        list(view.query(query).rows())
    with source.open() as view, pytest.raises(QueryError, match="could not"):
        view.query(query).serialize("json")


def test_a_reader_that_goes_away_is_not_the_querys_fault(source: Home) -> None:
    class Gone(io.BytesIO):
        def write(self, content, /) -> int:
            raise BrokenPipeError

    with source.open() as view, pytest.raises(BrokenPipeError):
        view.query(COUNT).write(Gone(), "json")


def test_datasets_of_no_iris(view: View) -> None:
    with pytest.raises((QueryError, RemoteStoreError)):
        view.query(COUNT, Dataset(("not an IRI",)))


def test_from_clauses_are_merged_by_the_engine_itself(source: Home) -> None:
    """Pinned: the docstring of View.query says so, and callers pass `Dataset` for it."""
    query = f"SELECT (COUNT(*) AS ?n) FROM <{ONE}> FROM <{TWO}> WHERE {{ ?s ?p ?o }}"
    with source.open() as view:
        assert count(view, query) == 5
        assert count(view, dataset=Dataset((ONE, TWO))) == 4


def test_an_answer_stays_in_its_thread(source: Home) -> None:
    seen: list[BaseException] = []

    def read(results) -> None:
        try:
            list(results.rows())
        except QueryError as error:
            seen.append(error)

    with source.open() as view:
        results = view.query(COUNT)
        thread = threading.Thread(target=read, args=(results,))
        thread.start()
        thread.join()
        assert list(results.rows())
    assert "thread" in str(seen[0])


def test_unreachable_engine() -> None:
    with (
        RemoteView(Endpoint("http://127.0.0.1:9/query", timeout=1)) as view,
        pytest.raises(RemoteStoreError, match=r"127\.0\.0\.1:9"),
    ):
        view.query(COUNT)


def test_a_cut_answer_is_refused(
    virtuoso_endpoint: Endpoint, home: Home, commit, fact: Callable[..., Triple]
) -> None:
    """The engine of these tests is set to give 2,000 rows at most."""
    commit(home, {"many": [fact(number, number) for number in range(2500)]})
    with home.open() as embedded, RemoteView(virtuoso_endpoint) as view:
        publish(embedded, virtuoso_endpoint)
        with pytest.raises(RemoteStoreError, match="cut"):
            view.query(f"SELECT ?s FROM <{BASE}many> WHERE {{ ?s ?p ?o }}")
        with pytest.raises(RemoteStoreError, match="of 2500"):
            list(view.graph(BASE + "many"))
        with pytest.raises(RemoteStoreError, match="of 2500"):
            list(view.graph(None))


# --- Publishing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["oxigraph", "virtuoso"])
@pytest.mark.parametrize("way", ["graph store", "update"])
def test_publishing_sends_what_changed(
    engine: str, way: str, endpoint: Endpoint, home: Home, commit, fact, node
) -> None:
    if way == "update":
        endpoint = dataclasses.replace(endpoint, graph_store="")
    tied = [
        Triple(BlankNode("x"), node("p"), BlankNode("y")),
        Triple(BlankNode("y"), node("p"), node("z")),
    ]
    commit(home, {"p/one": [fact("a", i) for i in range(1200)], "p/two": tied})
    with home.open() as view, RemoteView(endpoint) as remote:
        publish(view, endpoint)
        assert remote.info == view.info
        assert set(remote.graph(BASE + "p/one")) == set(view.graph(BASE + "p/one"))
        linked = "ASK { GRAPH ?g { ?x <http://example.org/p> ?y . ?y <http://example.org/p> ?z } }"
        assert remote.query(linked).boolean()
        assert publish(view, endpoint) == ()
    commit(home, {"p/one": [fact("a", "new")]})
    with home.open() as view, RemoteView(endpoint) as remote:
        assert publish(view, endpoint) == (BASE + "p/one",)
        assert set(remote.graph(None)) >= {fact("a", "new")}
        assert len(list(remote.graph(BASE + "p/one"))) == 1


def test_a_broken_off_publication_is_not_taken_for_whole(
    oxigraph_endpoint: Endpoint, source: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with source.open() as view:
        publish(view, oxigraph_endpoint)
        monkeypatch.setattr(type(view), "info", dataclasses.replace(view.info, graphs=()))
        monkeypatch.setattr(Publisher, "replace", _fail)
        with pytest.raises(RemoteStoreError):
            publish(view, oxigraph_endpoint)
    with RemoteView(oxigraph_endpoint) as remote:
        assert remote.published() is None
        assert remote.info.rdfc10 == ""


def _fail(*_: object) -> None:
    raise RemoteStoreError("the line is dead")


def test_publishing_needs_an_address_to_write_to(source: Home) -> None:
    with source.open() as view, pytest.raises(RemoteStoreError, match="write"):
        publish(view, Endpoint("http://127.0.0.1:9/query"))


# --- Reading query text --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("select * {}", "SELECT"),
        ("# ASK\nPREFIX ask: <http://x/#select>\nBASE <http://x/> CONSTRUCT {} WHERE {}", "GRAPH"),
        ("PREFIX : <x> DESCRIBE :a", "GRAPH"),
        ("\\u0041SK {}", "ASK"),
        ("INSERT DATA {}", None),
    ],
)
def test_query_form(query: str, form: str | None) -> None:
    assert query_form(query) == form


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT * FROM <x> {}", True),
        ("SELECT * from\nnamed x:y {}", True),
        ("SELECT *FROM<x>{}", True),
        ("CONSTRUCT {} FROM :g WHERE {}", True),
        (
            "SELECT * { ?from x:from <http://from> ; from:x '''it's \" FROM <x>''' } # FROM <x>",
            False,
        ),
        ('SELECT ?x { ?x a \'FROM <y>\'@fr, "\\" FROM <y>" }', False),
    ],
)
def test_dataset_clause(query: str, found: bool) -> None:
    assert has_dataset_clause(query) is found
