"""Writes by who may write reach no other server and no file, and break nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from server.hostile.kinds import CANARY
from server.hostile.test_hostile import Canary
from server.hostile.texts import ENTITIES, EXTERNAL_ENTITY, REMOTE_CONTEXT
from server.running_server import start, stop

from demarche_server.tokens import Tokens
from demarche_store.home import Home

JSONLD, TURTLE, XML, TRIG = (
    "application/ld+json",
    "text/turtle",
    "application/rdf+xml",
    "application/trig",
)
UPDATE = "application/sparql-update"
GRAPH = "/rdf-graph-store?graph=urn:g"


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[httpx.Client]:
    home = Home(tmp_path_factory.mktemp("written") / "home")
    home.make_plain()
    with home.user_writer("test") as writer:
        writer.commit("empty")
    token = Tokens.of(home).create("anna", datetime.now(UTC))
    running = start(home.path, None, max_write_seconds=6.0)
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=running.url, headers=headers, timeout=60) as one:
        yield one
    assert "Traceback" not in stop(running)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    one = Canary()
    yield one
    one.close()


BODIES = {
    "remote context": (JSONLD, REMOTE_CONTEXT),
    "remote context in a list": (JSONLD, b'{"@context": ["CANARY"], "urn:p": 1}'),
    "imported context": (JSONLD, b'{"@context": {"@import": "CANARY"}, "urn:p": 1}'),
    "nested JSON": (JSONLD, b'{"urn:p":' * 9000),
    "external entity": (XML, EXTERNAL_ENTITY),
    "entities in entities": (XML, ENTITIES),
    "nested XML": (XML, b"<a>" * 20_000),
    "nested lists": (TURTLE, b"<urn:a> <urn:p> " + b"(" * 40_000),
    "nested blank nodes": (TURTLE, b"<urn:a> <urn:p> " + b"[<urn:p> " * 9000),
    "open string": (TURTLE, b'<urn:a> <urn:p> "x'),
    "broken UTF-8": (TURTLE, b'<urn:a> <urn:p> "\xff"'),
    "NUL": (TURTLE, b"\0" * 1000),
    "load": (UPDATE, b"LOAD <CANARY> INTO GRAPH <urn:g>"),
    "load of a file": (UPDATE, b"LOAD <file:///etc/passwd> INTO GRAPH <urn:g>"),
    "load in disguise": (UPDATE, b"\\u004COAD <CANARY>"),
    "service": (UPDATE, b"INSERT { ?s ?p ?o } WHERE { SERVICE <CANARY> { ?s ?p ?o } }"),
    "using": (UPDATE, b"INSERT { GRAPH <urn:h> { ?s ?p ?o } } USING <CANARY> WHERE { ?s ?p ?o }"),
    "cross product": (
        UPDATE,
        b"INSERT { ?a ?e ?i } WHERE { VALUES ?a { 1 } "
        + b" ".join(b"VALUES ?x%d { %s }" % (n, b"1 2 3 4 5 6 7 8 9 0") for n in range(12))
        + b" BIND(CONCAT(STR(?x0), STR(?x11)) AS ?i) BIND(IRI('urn:e') AS ?e) }",
    ),
    "nested update": (UPDATE, b"DELETE WHERE " + b"{" * 5000),
}
FINE = {"using"}
"""What is no offence: a name that is not fetched."""


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_write_is_refused_and_the_next_is_done(client, canary, name):
    media_type, body = BODIES[name]
    where = "/sparql" if media_type == UPDATE else GRAPH
    method = "POST" if media_type == UPDATE else "PUT"
    content = body.replace(CANARY.encode(), canary.url.encode())
    answer = client.request(method, where, content=content, headers={"content-type": media_type})
    if name in FINE:
        assert answer.status_code < 300, answer.text
    else:
        assert answer.status_code in {400, 403, 413, 422, 502, 504, 507}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text
    canary.assert_alone()
    put = client.put(GRAPH, content=b"<urn:a> <urn:p> 1 .", headers={"content-type": TURTLE})
    assert put.status_code in {200, 201, 204}
    assert client.get(GRAPH, headers={"accept": "application/n-triples"}).text.count("\n") == 1
