"""The endpoint through a real server process, asked by real clients."""

from __future__ import annotations

import csv
import http.client
import io
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from rdflib import URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from server.running_server import MANY, start, stop
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS

LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?s ?label { ?s skos:prefLabel ?label FILTER(LANG(?label) = 'en') } ORDER BY ?s"""
REFERENCE = "https://w3id.org/demarche/graph/reference"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPH_QUERY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!STRSTARTS(STR(?s), 'urn:')) }"


def count(response: httpx.Response) -> int:
    assert response.status_code == 200, response.text
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


# --- Three ways to ask, and their faults -----------------------------------------------------


def test_three_ways_give_one_answer(server):
    get = server.ask(LABELS)
    form = httpx.post(server.sparql, data={"query": LABELS})
    body = httpx.post(
        server.sparql, content=LABELS, headers={"content-type": "application/sparql-query"}
    )
    assert get.status_code == 200
    assert get.content == form.content == body.content
    assert len(get.json()["results"]["bindings"]) == 2


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("GET", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ("GET", {"params": {"query": "ASK {"}}, 400),
        ("GET", {"params": {"query": "ASK {}", "format": "elephant"}}, 406),
        ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "relative"}}, 400),
        ("GET", {"params": {"query": "ASK {} #" + "x" * 50_000}}, 414),
        ("GET", {"params": {"update": "DROP ALL"}}, 400),
        ("GET", {"params": {"query": "DROP ALL"}}, 403),
        ("POST", {"data": {"update": "DROP ALL"}}, 403),
        ("POST", {"data": {"nothing": "x"}}, 400),
        ("POST", {"data": {"query": "ASK {}"}, "params": {"query": "ASK {}"}}, 400),
        ("POST", {"content": "ASK {}"}, 415),
        ("POST", {"content": "ASK {}", "headers": {"content-type": "text/plain"}}, 415),
        (
            "POST",
            {"content": "DROP ALL", "headers": {"content-type": "application/sparql-update"}},
            403,
        ),
        (
            "POST",
            {"content": b"ASK {} #\xff", "headers": {"content-type": "application/sparql-query"}},
            400,
        ),
        (
            "POST",
            {"content": b" " * 100_001, "headers": {"content-type": "application/sparql-query"}},
            413,
        ),
        (
            "POST",
            {"content": b" " * 60_000, "headers": {"content-type": "application/sparql-query"}},
            413,
        ),
        ("PUT", {"content": "x"}, 405),
        ("DELETE", {}, 405),
    ],
)
def test_faults(server, method, options, status):
    response = httpx.request(method, server.sparql, **options)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "requestId"} <= set(problem)
    assert "Traceback" not in response.text
    assert ("allow" in response.headers) == (status == 405)


def test_not_utf8_in_the_address(server):
    response = httpx.get(server.sparql + "?query=ASK%20%7B%7D%20%23%FF")
    assert response.status_code == 400
    assert "UTF-8" in response.json()["detail"]


def test_a_body_of_unknown_length_is_bounded(server):
    pieces = (b" " * 10_000 for _ in range(20))
    headers = {"content-type": "application/sparql-query"}
    assert httpx.post(server.sparql, content=pieces, headers=headers).status_code == 413


def test_place_of_a_syntax_error(server):
    problem = server.ask("SELECT *\nWHERE { ?s ?p }").json()
    assert problem["line"] == 2
    assert problem["column"] >= 1
    assert "line 2" in problem["detail"]


# --- Datasets --------------------------------------------------------------------------------


def test_dataset(server):
    one = count(server.ask(COUNT, **{"default-graph-uri": REFERENCE}))
    both = [REFERENCE, "https://w3id.org/demarche/graph/links"]
    assert count(server.ask(COUNT)) == one + MANY
    assert count(server.ask(COUNT, **{"default-graph-uri": both})) == one
    assert count(server.ask(COUNT.replace("{", f"FROM <{both[0]}> FROM <{both[1]}> {{"))) == one
    assert count(server.ask(COUNT, **{"named-graph-uri": both})) == 0
    inside = COUNT.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
    assert count(server.ask(inside, **{"named-graph-uri": both})) == 2 * one
    # The request outranks the query.
    outranked = COUNT.replace("{", "FROM <urn:many> {")
    assert count(server.ask(outranked, **{"default-graph-uri": REFERENCE})) == one


# --- Formats ---------------------------------------------------------------------------------


@pytest.mark.parametrize("one", RESULT_FORMATS, ids=lambda one: one.name)
def test_rows_in_every_format(server, one):
    by_header = server.ask(LABELS, accept=one.media_type)
    by_name = server.ask(LABELS, format=one.name)
    by_type = server.ask(LABELS, accept="image/png", format=one.media_type)
    assert by_header.content == by_name.content == by_type.content
    assert by_header.headers["content-type"].partition(";")[0] == one.media_type
    assert by_header.headers["vary"] == "Accept, Accept-Encoding"
    if one.engine == QueryResultsFormat.CSV:
        rows = list(csv.reader(io.StringIO(by_header.text)))
        assert [row[1] for row in rows] == ["label", "Rudolf", "Ruritania"]
    else:
        rows = parse_query_results(by_header.content, one.engine)
        assert [row["label"].value for row in rows] == ["Rudolf", "Ruritania"]


@pytest.mark.parametrize("one", GRAPH_FORMATS, ids=lambda one: one.name)
def test_graphs_in_every_format(server, one):
    response = server.ask(GRAPH_QUERY, accept=one.media_type)
    assert response.headers["content-type"].partition(";")[0] == one.media_type
    expected = {quad.triple for quad in parse(server.ask(GRAPH_QUERY).content, RdfFormat.TURTLE)}
    assert {quad.triple for quad in parse(response.content, one.engine)} == expected
    assert len(expected) == 17


def test_not_acceptable_names_what_is_offered(server):
    response = server.ask("ASK {}", accept="text/turtle")
    assert response.status_code == 406
    assert response.json()["offered"] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
    ]


# --- Headers ---------------------------------------------------------------------------------


def test_every_answer_names_its_commit(server):
    commit = httpx.get(server.url + "readyz").json()["commit"]
    for path in ("sparql?query=ASK%20%7B%7D", "sparql", "", "livez", "nowhere"):
        headers = httpx.get(server.url + path).headers
        assert headers["demarche-commit"] == commit
        assert headers["demarche-release"] == "first-light"
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_head(server):
    response = httpx.head(server.sparql, params={"query": LABELS})
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(server.ask(LABELS).content))
    big = httpx.head(server.sparql, params={"query": "SELECT * { ?s ?p ?o }"})
    assert (big.status_code, big.content) == (200, b"")
    assert httpx.head(server.sparql, params={"query": "ASK {"}).status_code == 400


def test_cors(server):
    origin = {"origin": "https://other.example"}
    preflight = httpx.options(
        server.sparql, headers=origin | {"access-control-request-method": "POST"}
    )
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for response in (
        httpx.get(server.sparql, params={"query": "ASK {}"}, headers=origin),
        httpx.get(server.sparql, headers=origin),
    ):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "Demarche-Commit" in response.headers["access-control-expose-headers"]


def test_a_browser_is_sent_to_the_page(server):
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    response = httpx.get(server.sparql, params={"query": "ASK {}"}, headers=browser)
    assert (response.status_code, response.headers["location"]) == (303, "/query?query=ASK+%7B%7D")
    download = httpx.get(
        server.sparql, params={"query": "ASK {}", "format": "json"}, headers=browser
    )
    assert download.json()["boolean"] is True


def test_problems_are_pages_for_browsers(server):
    response = httpx.get(server.url + "nowhere", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert httpx.get(server.url + "nowhere").headers["content-type"] == "application/problem+json"
    assert httpx.post(server.url + "livez").headers["allow"]


# --- Streams ---------------------------------------------------------------------------------


def test_a_long_answer_is_streamed_whole(server):
    query = "SELECT ?s ?o { VALUES ?n { 1 2 3 } ?s <urn:many:value> ?o }"
    params, headers = {"query": query, "format": "csv"}, {"accept-encoding": "identity"}
    rows = httpx.get(server.sparql, params=params, headers=headers)
    assert rows.headers.get("transfer-encoding") == "chunked"
    assert len(list(csv.reader(io.StringIO(rows.text)))) == 3 * MANY + 1


def test_an_answer_nobody_reads_is_let_go(server):
    cross = "SELECT * { ?a <urn:many:value> ?b . ?c <urn:many:value> ?d }"
    for _ in range(6):  # more than there are workers
        with httpx.stream("GET", server.sparql, params={"query": cross}) as response:
            assert next(response.iter_bytes())
    assert server.ask("ASK {}").json()["boolean"] is True


def test_many_at_once(server):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.ask(LABELS).content, range(64)))
    assert set(answers) == {server.ask(LABELS).content}


# --- Other clients ---------------------------------------------------------------------------


def test_curl(server, tmp_path):
    query = tmp_path / "question.rq"
    query.write_text(LABELS)
    command = ["curl", "--silent", "--fail", "--header", "Accept: text/csv"]
    command += ["--data-urlencode", f"query@{query}", server.sparql]
    rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [line.rpartition(",")[2] for line in rows.splitlines()] == [
        "label",
        "Rudolf",
        "Ruritania",
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(server, method):
    client = SPARQLWrapper(server.sparql)
    client.setMethod(method)
    client.setQuery(LABELS)
    client.setReturnFormat(JSON)
    assert len(client.queryAndConvert()["results"]["bindings"]) == 2
    client.setReturnFormat(XML)
    assert len(client.queryAndConvert().getElementsByTagName("result")) == 2
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().count(b"\n") == 3
    client.setQuery(GRAPH_QUERY)
    client.setReturnFormat(TURTLE)
    assert b"Ruritania" in client.queryAndConvert()


def test_rdflib_store(server):
    store = SPARQLStore(server.sparql)
    ruritania = URIRef("https://w3id.org/demarche/id/ruritania")
    assert {str(row.label) for row in store.query(LABELS)} == {"Rudolf", "Ruritania"}
    assert len(list(store.triples((ruritania, None, None)))) == 3
    assert bool(store.query("ASK { ?s ?p ?o }"))


def test_a_connection_is_kept(server):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    for _ in range(3):
        connection.request("GET", "/sparql?" + urlencode({"query": "ASK {}"}))
        assert json.load(connection.getresponse())["boolean"] is True
    connection.close()


# --- Starting and stopping -------------------------------------------------------------------


def test_stops_in_good_order(home):
    running = start(home.path)
    assert running.ask("ASK {}").status_code == 200
    assert stop(running) == ""
    assert running.process.returncode == 0


# --- Names without a prefix ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "column", "prefix", "iri"),
    [
        ("SELECT * { ?s a dem:Claim }", 17, "dem", "https://w3id.org/demarche/ontology#"),
        ("SELECT * { ?s own:p ?o OPTIONAL { ?s own:q ?r } }", 15, "own", "…"),
        ("SELECT (COUNT(*) AS ?n) { :s ?p TRUE }", 27, "", "…"),
    ],
)
def test_a_prefix_that_is_not_declared_is_named(server, query, column, prefix, iri):
    told = server.ask(query).json()
    assert told["status"] == 400
    assert (told["line"], told["column"]) == (1, column)
    assert told["detail"].endswith(f"the prefix {prefix}: is not declared")
    assert told["remedy"] == f"begin with PREFIX {prefix}: <{iri}>"
