"""Updates and the graph store over HTTP: a real server, its writer process, real clients."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    Store,
    Triple,
    parse,
    serialize,
)
from rdflib import Graph as RdflibGraph
from rdflib import URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from server.running_server import Running, build, start, stop

from demarche_server.tokens import Tokens
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.home import Home

UPDATE = "application/sparql-update"
MINE = "http://example.org/mine"
INSERT = f"INSERT DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:p> 1 }} }}"
TURTLE = {"content-type": "text/turtle"}


class Client:
    """Sends requests to a server, with a token where it has one."""

    def __init__(self, running: Running, token: str | None = None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.url = running.url
        self._client = httpx.Client(timeout=60, headers=headers)

    def update(self, text: str, **params: object) -> httpx.Response:
        headers = {"content-type": UPDATE}
        return self._client.post(
            self.url + "sparql", content=text.encode(), headers=headers, params=params
        )

    def form(self, **fields: object) -> httpx.Response:
        return self._client.post(self.url + "sparql", data=fields)

    def store(self, method: str, where: str = "", **options: object) -> httpx.Response:
        return self._client.request(method, f"{self.url}rdf-graph-store{where}", **options)

    def put(self, where: str, text: str, **headers: str) -> httpx.Response:
        return self.store("PUT", where, content=text.encode(), headers={**TURTLE, **headers})

    def count(self, graph: str | None = None) -> int:
        pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        rows = self._client.get(self.url + "sparql", params={"query": query}).json()
        return int(rows["results"]["bindings"][0]["n"]["value"])


def plain_home(path: Path) -> Home:
    home = Home(path)
    home.make_plain()
    with home.user_writer("test") as writer:
        writer.commit("empty")
    return home


@contextmanager
def serving(home: Home, **options: object):
    """Serve a home; give the server, a client with a token, and one without."""
    token = Tokens.of(home).create("anna", datetime.now(UTC))
    running = start(home.path, None, **options)
    try:
        yield running, Client(running, token), Client(running)
    finally:
        stop(running)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    with serving(plain_home(tmp_path_factory.mktemp("plain") / "home")) as served:
        yield served


@pytest.fixture(scope="module")
def composed(tmp_path_factory):
    with serving(build(tmp_path_factory.mktemp("composed") / "home")) as served:
        yield served


@pytest.fixture(params=["plain", "composed"])
def either(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def anna(either) -> Client:
    """A client that may write; its graph is taken away before."""
    _, client, _ = either
    client.update(f"DROP SILENT GRAPH <{MINE}>")
    return client


# --- Updates -----------------------------------------------------------------------------------


def test_an_update_is_read_by_its_author(anna):
    for ask in (anna.update, lambda text: anna.form(update=text)):
        anna.update(f"DROP SILENT GRAPH <{MINE}>")
        done = ask(INSERT)
        assert done.status_code == 204, done.text
        assert anna.count(MINE) == 1
        read = httpx.get(anna.url + "sparql", params={"query": "ASK {}"})
        assert read.headers["demarche-commit"] == done.headers["demarche-commit"]


def test_operations_of_an_update_are_one_commit_or_none(either, anna):
    running, *_ = either
    before = len(Home(running.home).commits())
    assert anna.update(f"{INSERT} ; INSERT DATA {{ GRAPH <{MINE}> {{ <urn:b> <urn:p> 2 }} }}")
    assert anna.count(MINE) == 2
    assert len(Home(running.home).commits()) == before + 1
    assert anna.update(f"CLEAR GRAPH <{MINE}> ; CREATE GRAPH <{MINE}>").status_code == 400
    assert anna.count(MINE) == 2


def test_what_does_not_parse_is_told_with_its_place(anna):
    told = anna.update("INSERT DATA {\n  nonsense }")
    assert (told.status_code, told.json()["line"]) == (400, 2)
    told = anna.put(f"?graph={MINE}", "<urn:a> <urn:p>\n [ .")
    assert (told.status_code, told.json()["line"]) == (400, 2)
    assert told.json()["type"] == "/problems#rdf-syntax"


def test_graphs_for_where_are_named_beside_the_update(plain):
    _, anna, _ = plain
    anna.update(
        "DROP ALL; INSERT DATA { <urn:d> <urn:p> 0 . GRAPH <urn:g1> { <urn:a> <urn:p> 1 } "
        "GRAPH <urn:g2> { <urn:b> <urn:p> 2 } }"
    )
    copy = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } WHERE { ?s ?p ?o }"
    assert anna.update(copy, **{"using-graph-uri": "urn:g1"}).status_code == 204
    assert anna.count("urn:out") == 1
    copy = "INSERT { GRAPH <urn:out> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert anna.form(update=copy, **{"using-named-graph-uri": "urn:g2"}).status_code == 204
    assert anna.count("urn:out") == 2
    gone = "DELETE WHERE { ?s ?p ?o } ; DELETE DATA { <urn:none> <urn:p> 1 }"
    assert anna.update(gone, **{"using-graph-uri": "urn:g1"}).status_code == 204
    assert anna.count() == 1, "the triples of urn:g1 are not in the default graph"
    for own in ("USING <urn:g1> ", "USING NAMED <urn:g1> "):
        text = f"DELETE {{ ?s ?p ?o }} {own}WHERE {{ ?s ?p ?o }}"
        assert anna.update(text, **{"using-graph-uri": "urn:g1"}).status_code == 400
    text = "WITH <urn:g1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"
    assert anna.update(text, **{"using-graph-uri": "urn:g1"}).status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"update": [INSERT, INSERT]}, 400),
        ({"update": INSERT, "query": "ASK {}"}, 400),
        ({"update": INSERT, "default-graph-uri": "urn:g"}, 400),
        ({"update": INSERT, "using-graph-uri": "relative"}, 400),
        ({"update": "ASK {}"}, 400),
    ],
)
def test_bad_forms_are_refused(anna, fields, status):
    assert anna.form(**fields).status_code == status
    assert httpx.get(anna.url + "sparql", params={"update": INSERT}).status_code == 400


def test_relative_iris_of_an_update_are_relative_to_the_endpoint(plain):
    _, anna, _ = plain
    assert anna.update("CLEAR ALL ; INSERT DATA { <x> <urn:p> 1 }").status_code == 204
    got = anna.store("GET", "?default", headers={"accept": "application/n-triples"}).text
    assert got.startswith(f"<{anna.url}x> ")


def test_an_empty_update_is_one(plain):
    _, anna, _ = plain
    assert anna.update("").status_code == 204
    assert anna.update("PREFIX : <urn:x:>").status_code == 204


# --- Nothing is fetched ------------------------------------------------------------------------


@pytest.fixture
def canary():
    """An address that notes who calls."""
    called = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            while True:
                try:
                    connection, peer = listening.accept()
                except OSError:
                    return
                called.append(peer)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/x", called
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <{0}>",
        "LOAD SILENT <{0}> INTO GRAPH <urn:g>",
        "LOADSILENT<{0}>",
        "CREATE SILENT GRAPH <urn:x>;load<{0}>",
        "PREFIX : <{0}> LOAD:",
        "PREFIX : <{0}> CLEAR ALL;LOAD:",
        "PREFIX a: <{0}> LOADa:",
        "PREFIX : <{0}> PREFIX LOAD: <urn:x:> LOAD:",
        "\\u004cOAD <{0}>",
        "LOAD <file:///etc/hostname>",
        "INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} WHERE {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    ],
)
def test_nothing_is_fetched_for_an_update(plain, canary, text):
    address, called = canary
    _, anna, _ = plain
    refused = anna.update(text.format(address))
    assert refused.status_code in (400, 403)
    assert not called


@pytest.fixture
def documents(tmp_path):
    """A server of another machine, with one document."""
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "one.ttl").write_text("<#a> <urn:p> 1, 2 .")
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {".ttl": "text/turtle"}

    def log_message(self, *_: object) -> None:
        pass


def test_load_reads_what_is_listed_and_nothing_else(tmp_path, documents):
    home = plain_home(tmp_path / "home")
    with serving(home, loads=[f"{documents}public/"]) as (_, anna, _):
        done = anna.update(f"LOAD <{documents}public/one.ttl> INTO GRAPH <{MINE}>")
        assert done.status_code == 204, done.text
        assert anna.count(MINE) == 2
        assert anna.update(f"LOAD <{documents}other.ttl>").status_code == 403
        assert anna.update(f"LOAD SILENT <{documents}other.ttl>").status_code == 403
        absent = anna.update(f"{INSERT} ; LOAD <{documents}public/none.ttl>")
        assert (absent.status_code, absent.json()["type"]) == (502, "/problems#federation")
        assert anna.count(MINE) == 2, "an update that fails half-way is not kept"
        assert anna.update(f"LOAD SILENT <{documents}public/none.ttl>").status_code == 204


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX load: <urn:load:> INSERT DATA { load:LOAD load:x 'LOAD' }",
        "PREFIX load: <urn:load:> COPY SILENT load:a TO load:b",
        "INSERT DATA { <urn:LOAD> <urn:p> 1 }",
    ],
)
def test_what_only_looks_like_load_is_taken(plain, text):
    _, anna, _ = plain
    assert anna.update(text).status_code == 204


def test_nothing_is_fetched_for_data(plain, canary):
    address, called = canary
    _, anna, _ = plain
    context = json.dumps({"@context": address, "@id": "urn:a", "name": "x"})
    options = {"content": context, "headers": {"content-type": "application/ld+json"}}
    assert anna.store("PUT", "?graph=urn:g", **options).status_code == 400
    xml = (
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "{address}">]><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'rdf:about="urn:a"><rdf:value>&x;</rdf:value></rdf:Description></rdf:RDF>'
    )
    options = {"content": xml, "headers": {"content-type": "application/rdf+xml"}}
    assert anna.store("PUT", "?graph=urn:g", **options).status_code == 400
    xml = (
        xml.replace("ENTITY x", "ELEMENT x")
        .replace("&x;", "x")
        .replace("[", "SYSTEM '")
        .replace("]", "'")
    )
    anna.store("PUT", "?graph=urn:g", content=xml, headers={"content-type": "application/rdf+xml"})
    assert not called


# --- Graph store -------------------------------------------------------------------------------


def test_a_graph_is_put_read_added_to_and_deleted(anna):
    where = f"?graph={MINE}"
    made = anna.put(where, "<urn:a> <urn:p> 1, 2 .")
    assert made.status_code == 201
    assert httpx.get(made.headers["location"]).status_code == 200
    assert anna.put(where, "<urn:a> <urn:p> 3 .").status_code == 204
    added = anna.store("POST", where, content="<urn:a> <urn:p> 4 .", headers=TURTLE)
    assert added.status_code == 204
    got = anna.store("GET", where, headers={"accept": "application/n-triples"})
    assert got.headers["content-type"].startswith("application/n-triples")
    assert len(got.text.splitlines()) == 2
    head = anna.store("HEAD", where)
    assert (head.status_code, head.content) == (200, b"")
    assert anna.store("DELETE", where).status_code == 204
    for method in ("GET", "HEAD", "DELETE"):
        assert anna.store(method, where).status_code == 404


def test_an_address_below_the_store_is_a_graph(either):
    _, anna, _ = either
    made = anna.put("/people/1", "<> <urn:p> <#x> .")
    address = f"{anna.url}rdf-graph-store/people/1"
    assert made.headers["location"] == address
    assert (
        f"<{address}#x>"
        in anna.store("GET", f"?graph={address}", headers={"accept": "application/n-triples"}).text
    )
    assert anna.store("GET", "/people/1").status_code == 200
    assert anna.store("DELETE", "/people/1").status_code == 204


def test_post_to_the_store_makes_a_graph(either):
    _, anna, _ = either
    made = anna.store("POST", content="<> <urn:p> 1 .", headers=TURTLE)
    assert made.status_code == 201
    assert httpx.get(made.headers["location"]).status_code == 200


def test_the_default_graph_of_a_plain_dataset(plain):
    _, anna, _ = plain
    assert anna.put("?default", "<urn:a> <urn:p> 1, 2 .").status_code == 204
    assert anna.count() == 2
    assert anna.store("GET", "?default").status_code == 200
    assert anna.store("DELETE", "?default").status_code == 204
    assert anna.count() == 0


def test_several_files_are_one_graph(anna):
    files = [
        ("one", ("a.ttl", b"<urn:a> <urn:p> _:x .", "text/turtle; charset=utf-8")),
        ("two", ("b.nt", b"<urn:b> <urn:p> _:x .\n", None)),
    ]
    anna.put(f"?graph={MINE}", "<urn:old> <urn:p> 1 .")
    assert anna.store("PUT", f"?graph={MINE}", files=files).status_code == 204
    assert anna.count(MINE) == 2
    assert anna.store("POST", f"?graph={MINE}", files=files[:1]).status_code == 204
    assert anna.count(MINE) == 3, "blank nodes of different files are different"
    bad = [*files, ("three", ("c.ttl", b"<urn:c> <urn:p>\n [ .", "text/turtle"))]
    told = anna.store("PUT", f"?graph={MINE}", files=bad)
    assert (told.status_code, told.json()["line"]) == (400, 2)
    assert anna.count(MINE) == 3


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--x--\r\n',
            400,
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.png"\r\n'
            b"Content-Type: image/png\r\n\r\nvalue\r\n--x--\r\n",
            415,
        ),
    ],
)
def test_bad_forms_of_files_are_refused(anna, kind, body, status):
    headers = {"content-type": kind}
    answer = anna.store("PUT", f"?graph={MINE}", headers=headers, content=body)
    assert answer.status_code == status, answer.text


def test_a_graph_that_is_there_is_kept_if_asked(anna):
    condition = {"If-None-Match": "*"}
    assert anna.put(f"?graph={MINE}", "<urn:a> <urn:p> 1 .", **condition).status_code == 201
    assert anna.put(f"?graph={MINE}", "<urn:a> <urn:p> 2 .", **condition).status_code == 412
    assert "2" not in anna.store("GET", f"?graph={MINE}").text.rpartition("urn:p")[2]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_graph_that_has_to_be_there_is_not_made(anna, method):
    content = None if method == "DELETE" else "<urn:a> <urn:p> 1 ."
    where, there = f"?graph={MINE}", {**TURTLE, "If-Match": "*"}
    assert anna.store(method, where, content=content, headers=there).status_code == 412
    assert anna.store("GET", where).status_code == 404
    assert anna.put(where, "<urn:a> <urn:p> 2 .").status_code == 201
    tag = {**TURTLE, "If-Match": anna.store("GET", where).headers["etag"]}
    assert anna.store(method, where, content=content, headers=tag).status_code == 412
    assert anna.store(method, where, content=content, headers=there).status_code == 204


@pytest.mark.parametrize(
    ("method", "where", "headers", "content", "status"),
    [
        ("PUT", "", TURTLE, "", 400),
        ("GET", "", {}, None, 400),
        ("GET", "?graph=relative", {}, None, 400),
        ("GET", "?graph=urn:a&graph=urn:b", {}, None, 400),
        ("GET", "?graph=urn:a&default", {}, None, 400),
        ("GET", "/x?graph=urn:a", {}, None, 400),
        ("GET", "?graph=urn:none", {}, None, 404),
        ("GET", "?default", {"accept": "application/pdf"}, None, 406),
        ("PATCH", "?graph=urn:a", {}, None, 405),
        ("PUT", "?graph=urn:a", {"content-type": "application/pdf"}, "", 415),
        ("PUT", "?graph=urn:a", {"content-type": ""}, "", 415),
        ("PUT", "?graph=urn:a", {**TURTLE, "if-none-match": '"x"'}, "", 400),
        ("PUT", "?graph=urn:a", {"content-type": "application/trig"}, "<urn:g> {}", 204),
        (
            "PUT",
            "?graph=urn:a",
            {"content-type": "application/trig"},
            "<urn:g> { <urn:a> <urn:p> 1 }",
            400,
        ),
        ("GET", "?graph=urn:x%3E%20%7D%20%23", {}, None, 400),
    ],
)
def test_statuses_of_the_graph_store(plain, method, where, headers, content, status):
    _, anna, _ = plain
    anna.put("?graph=urn:a", "")
    answer = anna.store(method, where, headers=headers, content=content)
    assert answer.status_code == status, answer.text


def test_options_tell_the_methods(plain):
    _, anna, _ = plain
    assert "PUT" in anna.store("OPTIONS").headers["allow"]


# --- What may be changed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:p> 1 }",
        "DROP ALL",
        "CLEAR GRAPH <urn:many>",
        "INSERT DATA { GRAPH <https://w3id.org/demarche/graph/mine> { <urn:a> <urn:p> 1 } }",
    ],
)
def test_the_projects_graphs_are_not_changed(composed, text):
    running, anna, _ = composed
    before, number = anna.count(), len(Home(running.home).commits())
    refused = anna.update(f"{INSERT} ; {text}")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems#query-refused")
    assert anna.count() == before
    assert len(Home(running.home).commits()) == number
    for where in ("?default", "?graph=urn:many"):
        assert anna.put(where, "").status_code == 403


# --- Tokens ------------------------------------------------------------------------------------


def test_without_a_token_nothing_is_written(plain):
    running, _, nobody = plain
    before = len(Home(running.home).commits())
    for answer in (nobody.update(INSERT), nobody.form(update=INSERT), nobody.put("?default", "")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for shown in ("dem_wrong", "", "x" * 1000):
        answer = Client(running, shown or "-").update(INSERT)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert len(Home(running.home).commits()) == before


def test_a_token_ends(plain):
    running, *_ = plain
    tokens, now = Tokens.of(Home(running.home)), datetime.now(UTC)
    short = Client(running, tokens.create("short", now, now - timedelta(seconds=1)))
    assert short.update("").status_code == 401
    boris = Client(running, tokens.create("boris", now))
    assert boris.update("").status_code == 204
    tokens.revoke("boris")
    assert boris.update("").status_code == 401


def test_where_there_is_no_token_writes_are_off(tmp_path):
    running = start(plain_home(tmp_path / "home").path, None)
    try:
        refused = Client(running, "dem_any").update(INSERT)
        assert refused.status_code == 403
        assert "demarche token create" in refused.json()["remedy"]
    finally:
        stop(running)


def test_a_release_is_never_written(tmp_path):
    home = build(tmp_path / "home")
    token = Tokens.of(home).create("anna", datetime.now(UTC))
    running = start(home.path)
    try:
        assert Client(running, token).update(INSERT).status_code == 403
    finally:
        stop(running)


def test_each_write_is_written_down_with_who_and_what(either, anna):
    running, *_ = either
    done = anna.put(f"?graph={MINE}", "<urn:a> <urn:p> 1, 2 .")
    entry = json.loads((running.home / "writes.jsonl").read_text().splitlines()[-1])
    assert entry["commit"] == done.headers["demarche-commit"]
    assert (entry["by"], len(entry["request"])) == ("anna", 16)
    assert [(step["kind"], step["graph"]) for step in entry["steps"]] == [("put", MINE)]
    assert entry["graphs"] == [{"graph": MINE, "before": 0, "after": 2}]


# --- Limits and kills --------------------------------------------------------------------------

HEAVY = (
    "INSERT { <urn:n> <urn:n> ?n } WHERE { SELECT (COUNT(*) AS ?n) { "
    "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o } }"
)


def fill(home: Home) -> None:
    lines = "".join(f"<urn:{n}> <urn:p> {n} .\n" for n in range(300))
    with home.user_writer("test") as writer:
        writer.update(f"INSERT DATA {{ {lines} }}")
        writer.commit("fill")


def writer_of(running: Running) -> int:
    """The process that writes."""
    pids = subprocess.run(
        ["pgrep", "-P", str(running.process.pid), "-f", "writing.process"],
        capture_output=True,
        text=True,
        check=False,
    )
    return int(pids.stdout.split()[0])


def test_any_number_of_documents_may_be_listed(tmp_path):
    """More than fit into the arguments of a process."""
    home = plain_home(tmp_path / "home")
    with serving(home, loads=[f"http://example.org/{n:0200}" for n in range(700)]) as (_, anna, _):
        assert anna.update(INSERT).status_code == 204


def test_a_write_that_takes_too_long_changes_nothing(tmp_path):
    home = plain_home(tmp_path / "home")
    fill(home)
    with serving(home, max_write_seconds=2.0) as (_, anna, _):
        slow = anna.update(HEAVY)
        assert (slow.status_code, slow.json()["type"]) == (504, "/problems#query-timeout")
        assert anna.count() == 300
        assert anna.update(INSERT).status_code == 204


def test_a_writer_that_is_killed_changes_nothing(tmp_path):
    home = plain_home(tmp_path / "home")
    fill(home)
    with serving(home) as (running, anna, _):
        assert anna.update(INSERT).status_code == 204
        current = home.current()
        answers = []
        writing = threading.Thread(target=lambda: answers.append(anna.update(HEAVY)))
        writing.start()
        while home.writing() is None:
            time.sleep(0.01)
        os.kill(writer_of(running), signal.SIGKILL)
        writing.join()
        assert answers[0].status_code == 500
        assert answers[0].json()["type"] == "/problems#query-crashed"
        assert home.current() == current
        assert anna.count(MINE) == 1
        assert anna.update(INSERT.replace("1", "2")).status_code == 204
        assert anna.count(MINE) == 2


def test_who_comes_when_too_many_wait_is_sent_away(tmp_path):
    home = plain_home(tmp_path / "home")
    fill(home)
    with serving(home, max_writes_waiting=1, max_write_seconds=5.0) as (_, anna, _):
        writing = threading.Thread(target=lambda: anna.update(HEAVY))
        writing.start()
        while home.writing() is None:
            time.sleep(0.01)
        busy = anna.update(INSERT)
        assert (busy.status_code, busy.json()["type"]) == (503, "/problems#busy")
        assert int(busy.headers["retry-after"]) > 0
        writing.join()


def test_writes_and_builds_take_turns(tmp_path):
    home = build(tmp_path / "home")
    with serving(home) as (_, anna, _):
        with home.writer("a build"):
            answers = []
            text = INSERT.replace("1", "7")
            writing = threading.Thread(target=lambda: answers.append(anna.update(text)))
            writing.start()
            writing.join(timeout=1)
            assert writing.is_alive(), "the write waits for the build"
        writing.join()
        assert answers[0].status_code == 204
        assert anna.count(MINE) == 1


def test_who_waits_too_long_for_a_build_is_sent_away(tmp_path):
    home = build(tmp_path / "home")
    with serving(home, write_lock_seconds=0.2) as (_, anna, _), home.writer("a build"):
        busy = anna.update(INSERT)
        assert busy.status_code == 503
        assert "a build" in busy.json()["detail"]


def test_writers_at_the_same_time_are_all_done(tmp_path):
    with serving(plain_home(tmp_path / "home")) as (_, anna, _):
        answers = []

        def write(number: int) -> None:
            answers.append(anna.update(f"INSERT DATA {{ <urn:{number}> <urn:p> 1 }}").status_code)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [204] * 8
        assert anna.count() == 8


def test_a_large_body_is_taken_only_of_who_may_write(tmp_path):
    home = plain_home(tmp_path / "home")
    with serving(home, max_write_bytes=200_000, max_body_bytes=1000) as (_, anna, nobody):
        lines = "\n".join(f"<urn:a> <urn:p> {n} ." for n in range(5000))
        assert anna.update(f"INSERT DATA {{ {lines} }}").status_code == 204
        assert anna.form(update=f"INSERT DATA {{ {lines[:100_000]} <urn:a> 1 }}").status_code != 413
        assert anna.put("?graph=urn:g", lines).status_code == 201
        assert anna.put("?graph=urn:g", lines * 3).status_code == 413
        assert nobody.form(update=lines).status_code == 413
        assert nobody.update(lines).status_code == 401


# --- Other clients, and round trips ------------------------------------------------------------


def test_rdflib_writes(plain):
    running, anna, _ = plain
    anna.update("DROP ALL")
    token = Tokens.of(Home(running.home)).create("rdflib", datetime.now(UTC))
    store = SPARQLUpdateStore(
        running.sparql, running.sparql, headers={"Authorization": f"Bearer {token}"}
    )
    graph = RdflibGraph(store, identifier=URIRef(MINE))
    graph.add((URIRef("urn:a"), URIRef("urn:p"), URIRef("urn:b")))
    assert len(graph) == 1
    graph.remove((URIRef("urn:a"), None, None))
    assert len(graph) == 0


nodes = st.integers(0, 4).map(lambda n: NamedNode(f"http://example.org/{n}"))
blanks = st.integers(0, 2).map(lambda n: BlankNode(f"b{n}"))
words = st.text('aé\n"<&', max_size=5).map(Literal)
contents = st.lists(
    st.builds(
        Triple, nodes | blanks, st.just(NamedNode("http://example.org/p")), nodes | blanks | words
    ),
    max_size=6,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contents, st.sampled_from(GRAPH_FORMATS), st.sampled_from(GRAPH_FORMATS))
def test_what_is_put_is_what_is_got(plain, triples, sent, asked):
    _, anna, _ = plain
    quads = [Quad(*triple) for triple in triples]
    data = serialize(quads if sent.datasets else triples, format=sent.engine) or b""
    done = anna.store(
        "PUT", "?graph=urn:g", content=data, headers={"content-type": sent.media_type}
    )
    assert done.status_code in (201, 204), done.text
    got = anna.store("GET", "?graph=urn:g", headers={"accept": asked.media_type})
    assert canonical(parse(got.content, asked.engine)) == canonical(quads)


def canonical(quads) -> set[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def test_the_engine_itself_would_fetch():
    """Otherwise the tests above could not fail."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread = threading.Thread(
            target=lambda: Store().update(f"LOADSILENT<{address}>"), daemon=True
        )
        thread.start()
        connection, _ = listening.accept()
        connection.close()
