"""LOAD reads listed documents through the proxy: their format, their base, and their faults."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pyoxigraph as ox
import pytest
from server.federation import others
from server.federation.others import other, says
from server.federation.test_proxy import with_proxy

from demarche_ontology.errors import DemarcheError, FederationError, QueryRefusedError
from demarche_server import sparql
from demarche_server.federation import documents
from demarche_server.federation.proxy import Proxy
from demarche_store.results import EvaluationErrors

TURTLE = b'@prefix : <#> . <> :p <x>, "\xc3\xa9"@fr, [ :q 1 ] .'
RDF_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    b'<rdf:Description rdf:about=""><e:p rdf:resource="x"/></rdf:Description></rdf:RDF>'
)
JSON_LD = b'{"@id": "", "urn:e:p": {"@id": "x"}}'


def updated(proxy: Proxy, update: str) -> ox.Store:
    """Run an update as a writer does. Raises DemarcheError."""
    rewritten = sparql.rewrite(update, {}, proxy.document)
    store = ox.Store()
    try:
        with EvaluationErrors():
            store.update(rewritten.text)
    except DemarcheError as error:
        raise rewritten.explained(error) from error
    return store


def loaded(reply, path: str = "data/file", update: str = "LOAD <{}>", **values) -> Any:
    """Return (address of the document, quads after the update)."""
    with other(reply) as far:
        iri = far.url + path

        def work(proxy: Proxy) -> tuple[str, list[str]]:
            store = updated(proxy, update.format(iri))
            return iri, [str(quad) for quad in store]

        return with_proxy(work, loads=(far.url,), **values)


@pytest.mark.parametrize(
    ("body", "media_type", "path"),
    [
        (TURTLE, "text/turtle; charset=utf-8", "data/file"),
        (TURTLE, "application/x-turtle", "data/file.xml"),
        (TURTLE, "", "data/file.ttl"),
        (TURTLE, "text/plain", "data/file.ttl?v=2"),
        (RDF_XML, "application/octet-stream", "data/file.rdf"),
        (RDF_XML, "application/rdf+xml", "data/file"),
        (JSON_LD, "application/ld+json", "data/file"),
        (b"<http://a.example/s> <urn:e:p> <x:x> .", "text/plain", "data/file.nt"),
    ],
)
def test_formats_and_base(body, media_type, path):
    iri, quads = loaded(says(body, media_type), path)
    assert quads
    if b"a.example" not in body:
        assert any(f"<{iri}>" in quad for quad in quads)
        assert any(f"<{iri.rpartition('/')[0]}/x>" in quad for quad in quads)


def test_into_a_graph_and_in_order():
    _, quads = loaded(
        says(b"<urn:a> <urn:p> <urn:b> .", "text/turtle"),
        update="INSERT DATA { <urn:z> <urn:z> <urn:z> } ; LOAD <{0}> INTO GRAPH <urn:g> ; "
        "DELETE WHERE {{ <urn:z> ?p ?o }}".replace("DATA { <", "DATA {{ <").replace(
            "z> } ;", "z> }} ;"
        ),
    )
    assert [quad.split()[-2 if quad.endswith(".") else -1].strip("<>.") for quad in quads] == [
        "urn:g"
    ]


BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 30) for n in range(9))
    + b"]><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='urn:e:'>"
    b"<rdf:Description rdf:about='urn:x'><e:p>&j;</e:p></rdf:Description></rdf:RDF>"
)
LONG = b"@prefix : <http://a.example/" + b"x" * 50_000 + b"> . :a :b :c" + b", :d" * 20_000 + b" ."

FAULTS = {
    "status 404": (says(b"none", "text/turtle", 404), ""),
    "redirection": (others.redirects("http://127.0.0.1:1/"), ""),
    "did not answer within": (others.dawdles, ""),
    "more than 200000 bytes": (others.floods, ""),
    "bytes of triples": (says(LONG, "text/turtle"), ""),
    "'text/html'": (says(b"<html>", "text/html"), ".ttl"),
    "''": (says(TURTLE, ""), ""),
    "'text/plain'": (says(TURTLE, "text/plain"), ""),
    "'application/octet-stream'": (says(TURTLE, "application/octet-stream"), ".zip"),
    "'application/trig'": (says(b"<urn:g> { <urn:a> <urn:b> <urn:c> }", "application/trig"), ""),
    "named graphs": (
        says(b'{"@id":"urn:g","@graph":[{"@id":"urn:a","urn:b":1}]}', "application/ld+json"),
        "",
    ),
    "cannot be read": (says(b"<urn:a> <urn:b> .", "text/turtle"), ""),
    "cannot be read: ": (says(BOMB, "application/rdf+xml"), ""),
}


@pytest.mark.parametrize("says_what", FAULTS)
def test_faults_are_told(says_what):
    reply, suffix = FAULTS[says_what]
    seconds = 0.5 if "within" in says_what else 20
    with pytest.raises(FederationError) as caught:
        loaded(reply, f"file{suffix}", fetch_seconds=seconds)
    assert says_what.strip() in caught.value.message


@pytest.mark.parametrize("says_what", FAULTS)
def test_faults_are_passed_over_in_silence(says_what):
    reply, suffix = FAULTS[says_what]
    seconds = 0.5 if "within" in says_what else 20
    _, quads = loaded(reply, f"file{suffix}", "LOAD SILENT <{}>", fetch_seconds=seconds)
    assert quads == []


def test_a_process_that_wrote_more_than_was_read_is_ended():
    async def run() -> int | None:
        code = "import sys; sys.stdout.buffer.write(bytes(1 << 24))"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        pipe = process._transport.get_pipe_transport(1)
        while pipe.is_reading():
            await asyncio.sleep(0.01)
        await asyncio.wait_for(documents.end(process), 120)
        return process.returncode

    assert asyncio.run(run()) == -9


@pytest.mark.parametrize(
    "iri", ["file:///etc/passwd", "http://other.example/", "http://localhost/", "data:text/turtle,"]
)
def test_what_is_not_listed_is_refused(iri):
    with pytest.raises(QueryRefusedError, match="not among the documents"):
        with_proxy(lambda proxy: updated(proxy, f"LOAD <{iri}>"), loads=("http://far.example/",))


def test_a_context_elsewhere_is_not_fetched():
    with other(says(b"{}", "application/ld+json")) as canary:
        body = f'{{"@context": "{canary.url}", "@id": "urn:a", "urn:b": 1}}'.encode()
        with pytest.raises(FederationError):
            loaded(says(body, "application/ld+json"))
    assert not canary.seen
