"""What is read from a query agrees with the engine, the W3C suites and rdflib; no SERVICE hides."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.plugins.sparql.parser import parseQuery

from demarche_ontology.errors import QueryRefusedError, QuerySyntaxError
from demarche_server import sparql
from demarche_store.protocol import Dataset

W3C = Path(__file__).parents[3] / "shared" / "w3c" / "sparql"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
RDF_TYPE = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#").type
UPDATING = re.compile(r"(?im)^[^#\n]*\b(insert|delete|load|clear|drop|create|add|move|copy)\b")
ENDPOINT = "<http://other.example/>"

needs_w3c = pytest.mark.skipif(not W3C.is_dir(), reason="the W3C SPARQL suites are not here")


BOUNDS = sparql.Bounds(nesting=200, operators=1500, parts=800)


def refused(text: str) -> bool:
    """Whether the text is kept from the engine because of SERVICE or because it cannot be read."""
    try:
        sparql.admit(text, BOUNDS)
    except (QueryRefusedError, QuerySyntaxError):
        return True
    return False


# --- Forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verb", "form"),
    [
        ("SELECT * {}", "SELECT", "SELECT"),
        ("ask{}", "ASK", "ASK"),
        ("PREFIX select: <http://x/> CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT", "GRAPH"),
        ("BASE<http://x/>\n# SELECT\nDESCRIBE <a>", "DESCRIBE", "GRAPH"),
        ('VERSION "1.2" SELECT * {}', "SELECT", "SELECT"),
    ],
)
def test_form(text, verb, form):
    query = sparql.admit(text, BOUNDS)
    assert (query.verb, query.form) == (verb, form)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {}",
        "PREFIX a: <b> DELETE WHERE {}",
        "LOAD <http://x/>",
        "with <g> INSERT {} WHERE {}",
    ],
)
def test_updates_are_refused(text):
    assert sparql.read(text).verb == "UPDATE"
    with pytest.raises(QueryRefusedError) as caught:
        sparql.admit(text, BOUNDS)
    assert caught.value.remedy


def test_load_is_seen():
    assert sparql.read("LOAD <http://x/>").load
    assert not sparql.read('SELECT ?load { ?load <urn:LOAD> "LOAD" } # LOAD').load


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("SELECTED * {}", 1, 1),
        ('SELECT *\n{ ?s ?p "open }', 2, 9),
        ('SELECT * { ?s ?p """open }', 1, 18),
        ("SELECT * {\n  ?s ?p \\ }", 2, 9),
    ],
)
def test_place_of_an_error(text, line, column):
    with pytest.raises(QuerySyntaxError) as caught:
        sparql.read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.remedy


def test_dataset_of_the_query():
    query = sparql.read(
        "BASE <http://b/> PREFIX e: <http://e/> SELECT * FROM <g> FROM e:h\\,i "
        "FROM NAMED <http://n/> { ?from ?named 'FROM <no>' }"
    )
    assert query.dataset == Dataset(("http://b/g", "http://e/h,i"), ("http://n/",))
    assert sparql.read("SELECT * {}").dataset == Dataset()


def test_spans_of_tokens():
    text = "SELECT * { ?s <urn:p> 'é'@en ; e:x\\,y _:b . # end\n FILTER(1.5e3 <= ?s) }"
    read = sparql.read(text)
    assert [text[token.start : token.end] for token in read.tokens] == [
        token.text for token in read.tokens
    ]
    assert re.sub(r"\s|#.*", "", text) == "".join(token.text for token in read.tokens)


def test_volatile():
    assert sparql.read("SELECT (now() AS ?n) {}").volatile
    assert not sparql.read("SELECT ?NOW { ?NOW <urn:NOW> 'NOW' }").volatile


# --- SERVICE ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE {ENDPOINT} {{}} }}",
        f"SELECT * {{ sErViCe{ENDPOINT}{{}} }}",
        f"SELECT * {{ SERVICE#\n{ENDPOINT}{{}} }}",
        f"SELECT * {{ # comment\r SERVICE {ENDPOINT} {{}} }}",
        f"SELECT * {{ SERVICESILENT{ENDPOINT}{{}} }}",
        f"SELECT * {{ ?s ?p trueSERVICE {ENDPOINT} {{}} }}",
        f"SELECT * {{ ?s ?p 1.SERVICE {ENDPOINT} {{}} }}",
        f"SELECT * {{ FILTER(1<2)SERVICE#>\n{ENDPOINT}{{}} }}",
        f"PREFIX : {ENDPOINT} SELECT * {{ service: {{}} }}",
        f"PREFIX : {ENDPOINT} SELECT * {{ ?s ?p trueSERVICE:x {{}} }}",
        f"PREFIX : {ENDPOINT} PREFIX service: <urn:x> SELECT * {{ {{}} service:x {{}} }}",
        f"SELECT * {{ FILTER NOT EXISTS {{ SERVICE {ENDPOINT} {{}} }} }}",
        rf"SELECT * {{ \u0053ERVICE {ENDPOINT} {{}} }}",
        rf"SELECT * {{ \U00000053ERVICE {ENDPOINT} {{}} }}",
        rf"SELECT * {{ ?s ?p 'a\u0027 SERVICE {ENDPOINT} {{}} #' }}",
        f"SELECT * {{ #\\u000A SERVICE {ENDPOINT} {{}}\n }}",
    ],
)
def test_service_is_refused(text):
    with pytest.raises(QueryRefusedError, match="SERVICE"):
        sparql.admit(text, BOUNDS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service $SERVICE { ?service <urn:SERVICE> $SERVICE }",
        'SELECT * { ?s ?p \'SERVICE\', "SERVICE", \'\'\'SERVICE\'\'\', """SER"VICE SERVICE""" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
        "PREFIX service: <http://x/> SELECT * { ?s a service:Desk ; service:of 'x'@en-service }",
        "PREFIX s: <http://x/> SELECT * { s:service s:p _:SERVICE . GRAPH s:service { ?s ?p ?o } }",
        "PREFIX service: <http://x/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "SELECT * { ?s ?p <http://x/a_(b)_service#c> }",
        r"SELECT * { ?s ?p '\u0053ERVICE', 'a \\SERVICE' }",
    ],
)
def test_the_word_is_no_offence(text):
    ox.Store().query(text)  # the engine takes it, too
    assert not sparql.admit(text, BOUNDS).service


class _Other(BaseHTTPRequestHandler):
    """An endpoint that counts who calls it."""

    calls = 0

    def do_GET(self):
        type(self).calls += 1
        body = b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _calls(text: str) -> bool:
    """Whether the engine calls another server for this text."""
    store = ox.Store()
    for value in (
        ox.Literal("1", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ox.Literal(""),
        ox.NamedNode("urn:s"),
    ):
        store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), value))
    before = _Other.calls
    try:
        answer = store.query(text)
        if not isinstance(answer, ox.QueryBoolean):
            list(answer)
    except (SyntaxError, RuntimeError, OSError, ValueError):
        pass
    return _Other.calls > before


def test_the_engine_would_call(other):
    assert _calls(f"SELECT * {{ SERVICE <{other}> {{}} }}")
    assert not _calls(f"SELECT * {{ BIND('SERVICE <{other}>' AS ?x) }}")


FRAGMENTS = st.sampled_from(
    [
        "SERVICE",
        "service",
        " SERVICE ",
        "{SERVICE",
        "SILENT",
        "<U>",
        ":x",
        ": ",
        "?x",
        "{}",
        "{",
        "}",
        "(",
        ")",
        ".",
        ";",
        " ",
        "\n",
        "\r",
        "#",
        "#>",
        "<",
        ">",
        "'",
        '"',
        "'''",
        '"""',
        "\\",
        "\\u0053",
        "\\u0022",
        "\\u003E",
        "\\U0000000A",
        "1",
        "true",
        "''",
        "?s?p?o",
        "?s ?p 1",
        "?s ?p true",
        "a",
        "e:",
        "service:",
        "FILTER(1<2)",
        "FILTER(1",
        "OPTIONAL",
        "GRAPH",
        "VALUES ?x {",
        "<urn:s>",
        "@en",
        "^^",
        "_:b",
        "BIND(1 AS ?y)",
        "EXISTS",
        "UNION",
        "MINUS",
        "-",
        "e.",
        "%20",
        "\u00b7",
        "\u203f",
        "\ufeff",
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(FRAGMENTS, min_size=1, max_size=9), st.booleans())
def test_no_call_gets_through(other, parts, close):
    tail = "SERVICE <U> {}" if close else ""
    inner = "".join(parts).replace("U>", other + ">") + tail.replace("U>", other + ">")
    text = f"PREFIX : <{other}> PREFIX e: <urn:e:> SELECT * {{ {inner} }}"
    if _calls(text):
        assert refused(text)


# --- The W3C suites --------------------------------------------------------------------------


def _entries() -> Iterator[tuple[str, Path]]:
    """Yield (kind of test, file) of every syntax test of the manifests."""
    for manifest in sorted(W3C.rglob("manifest.ttl")):
        graph = Graph().parse(manifest)
        for listed in graph.objects(predicate=MF.entries):
            for entry in Collection(graph, listed):
                kind = str(graph.value(entry, RDF_TYPE)).rpartition("#")[2]
                action = graph.value(entry, MF.action)
                if "Syntax" in kind and action is not None:
                    yield kind, Path(str(action).removeprefix("file://"))


@needs_w3c
def test_every_syntax_file():
    seen = {"query": 0, "update": 0}
    wrong = []
    for kind, path in _entries():
        text = path.read_bytes().decode("utf-8", errors="replace")
        if "Negative" in kind:
            continue
        is_update = "Update" in kind
        seen["update" if is_update else "query"] += 1
        expected = {"UPDATE"} if is_update else _engine_form(text)
        found = _read_form(text, is_update)
        if is_update and not UPDATING.search(text):
            continue  # an empty update is valid, and nothing tells it from an empty query
        if found not in expected:
            wrong.append((path.name, found, expected))
    assert wrong == []
    assert seen["query"] > 200
    assert seen["update"] > 40


def _read_form(text: str, is_update: bool) -> str:
    try:
        query = sparql.read(text)
    except QuerySyntaxError as error:
        return str(error)
    return query.verb if is_update or query.verb == "UPDATE" else query.form


def _engine_form(text: str) -> set[str]:
    if sparql.read(text).service:  # the engine would call out
        return {"SELECT", "ASK", "GRAPH"}
    try:
        answer = ox.Store().query(text, base_iri="http://base.example/")
    except (SyntaxError, ValueError, RuntimeError):
        return {"SELECT", "ASK", "GRAPH"}
    if isinstance(answer, ox.QueryBoolean):
        return {"ASK"}
    return {"SELECT"} if isinstance(answer, ox.QuerySolutions) else {"GRAPH"}


def _rdflib_service(text: str) -> bool | None:
    try:
        tree = parseQuery(text)
    except Exception:  # it disagrees with the grammar in places, and says so in many ways
        return None
    return _mentions_service(tree)


def _mentions_service(node) -> bool:
    if getattr(node, "name", "") == "ServiceGraphPattern":
        return True
    children = node.values() if isinstance(node, dict) else node if _is_list(node) else ()
    return any(_mentions_service(child) for child in children)


def _is_list(node) -> bool:
    return hasattr(node, "__iter__") and not isinstance(node, str)


@needs_w3c
def test_service_as_another_parser_sees_it():
    compared = with_service = 0
    for path in sorted(W3C.rglob("*.rq")):
        text = path.read_bytes().decode("utf-8", errors="replace")
        there = _rdflib_service(text) if "service" in text.lower() else None
        if there is None:
            continue
        compared += 1
        with_service += there
        assert sparql.read(text).service == there, path
    assert compared >= 5
    assert with_service >= 5
