"""The engine reaches other servers through the proxy only, and what they do harms nobody."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from server.federation import others
from server.federation.others import ROWS, ROWS_XML, XML, other, says, settings

from demarche_ontology.errors import DemarcheError, FederationError, QueryRefusedError
from demarche_server import sparql
from demarche_server.federation.proxy import KEPT_BYTES, Proxy
from demarche_server.federation.settling import settle
from demarche_store.results import EvaluationErrors

FAR = "http://far.example/sparql"
NEAR = '<urn:s> <urn:p> "near" . <urn:t> <urn:p> "far" .'


def with_proxy(work: Callable[[Proxy], Any], **values) -> Any:
    """Run `work` in a thread while a proxy listens."""

    async def run() -> Any:
        proxy = Proxy(settings(**values))
        await proxy.start()
        try:
            # What is waited for in vain is told; closing the proxy lets the thread go.
            return await asyncio.wait_for(asyncio.to_thread(work, proxy), 300)
        finally:
            await proxy.close()

    return asyncio.run(run())


def ask(proxy: Proxy, query: str) -> list[Any]:
    """Run a query as a reader does. Raises DemarcheError."""
    rewritten = sparql.rewrite(query, sparql.for_query(proxy.services()))
    try:
        rows = run(rewritten.text)
        settle(rewritten)
        return rows
    except DemarcheError as error:
        told = rewritten.explained(error)
    # The engine's objects may not leave this thread, and a traceback would carry them out.
    told.__cause__ = None
    raise told.with_traceback(None)


def run(query: str) -> list[Any]:
    store = ox.Store()
    store.load(NEAR.encode(), format=ox.RdfFormat.TURTLE)
    with EvaluationErrors():
        return [tuple(value and value.value for value in row) for row in store.query(query)]


def asked(reply, query: str = f"SELECT ?x {{ SERVICE <{FAR}> {{ ?s ?p ?x }} }}", **values):
    """The answer of a query to a proxy whose only endpoint replies so."""
    with other(reply) as far:
        return with_proxy(lambda proxy: ask(proxy, query), services=(f"{FAR}={far.url}",), **values)


def test_an_endpoint_is_called():
    with other(says(ROWS)) as far:
        found = with_proxy(
            lambda proxy: ask(
                proxy, f"SELECT ?s ?x {{ ?s <urn:p> ?x SERVICE <{FAR}> {{ ?a ?b ?x }} }}"
            ),
            services=(f"{FAR}={far.url}sparql?db=a",),
        )
    assert found == [("urn:t", "far")]
    ((method, path, headers, _),) = far.seen
    assert (method, path) == ("POST", "/sparql?db=a")
    assert headers["host"] == f"127.0.0.1:{far.port}"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["user-agent"] == "Demarche"
    assert far.queries() == ["SELECT * WHERE { ?a ?b ?x . }"]


@pytest.mark.parametrize(
    "reply",
    [
        says(ROWS),
        says(ROWS, "application/json; charset=utf-8"),
        says(ROWS_XML, XML),
        says(ROWS_XML, "text/xml"),
        others.squeezed(ROWS),
    ],
)
def test_answers_that_are_taken(reply):
    assert asked(reply) == [("far",)]


FAULTS = {
    "status 500: no luck": says(b"no luck", "text/plain", 500),
    "status 204": says(b"", status=204),
    "redirection": others.redirects("http://127.0.0.1:1/"),
    "did not answer within": others.dawdles,
    "could not be read": others.resets,
    "more than 200000 bytes": others.floods,
    "more than 200000 bytes ": others.squeezed(b" " * 2_000_000),
    "broke its answer off": others.squeezed(ROWS, keep=40),
    "compression 'br'": says(ROWS, Content_Encoding="br"),
    "with 'text/html'": says(b"<html></html>", "text/html"),
    "with ''": says(ROWS, ""),
    "with 'text/csv'": says(b"x\r\nfar\r\n", "text/csv"),
    "broken answer": says(ROWS[:-20]),
    "broken answer ": says(b"<sparql>", XML),
    "a boolean": says(b'{"head":{},"boolean":true}'),
    "deeper than 64": says(
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":'
        + b'{"type":"triple","value":{"subject":{"type":"uri","value":"urn:a"},"predicate":'
        b'{"type":"uri","value":"urn:a"},"object":'
        * 1000
        + b'{"type":"uri","value":"urn:a"}'
        + b"}}" * 1000
        + b"}]}}"
    ),
}


@pytest.mark.parametrize("says_what", FAULTS)
def test_faults_are_told(says_what):
    with pytest.raises(FederationError) as caught:
        asked(FAULTS[says_what], fetch_seconds=0.5 if "within" in says_what else 20)
    assert says_what.strip() in caught.value.message
    assert f"<{FAR}>" in caught.value.message
    assert "127.0.0.1" not in caught.value.message


@pytest.mark.parametrize("says_what", FAULTS)
def test_faults_are_passed_over_in_silence(says_what):
    query = f"SELECT ?x {{ SERVICE SILENT <{FAR}> {{ ?s ?p ?x }} }}"
    assert asked(FAULTS[says_what], query, fetch_seconds=0.5 if "within" in says_what else 20) == [
        (None,)
    ]


def test_nobody_is_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FederationError, match="could not be read"):
        with_proxy(
            lambda proxy: ask(proxy, f"SELECT * {{ SERVICE <{FAR}> {{}} }}"),
            services=(f"{FAR}=http://127.0.0.1:{port}/",),
        )


def test_a_redirection_is_never_followed():
    with (
        other(says(ROWS)) as canary,
        other(others.redirects(canary.url)) as far,
        pytest.raises(FederationError),
    ):
        with_proxy(
            lambda proxy: ask(proxy, f"SELECT * {{ SERVICE <{far.url}> {{}} }}"),
            services=(far.url,),
        )
    assert far.seen
    assert not canary.seen


def test_a_public_name_that_leads_to_this_machine_is_not_called(monkeypatch):
    with other(says(ROWS)) as canary:
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))],
        )
        iri = f"http://public.example:{canary.port}/"
        with pytest.raises(FederationError, match="private network"):
            with_proxy(
                lambda proxy: ask(proxy, f"SELECT * {{ SERVICE <{iri}> {{}} }}"), services=(iri,)
            )
    assert not canary.seen


def test_a_name_is_looked_up_once(monkeypatch):
    """What was checked is connected to, though the name leads elsewhere a moment later."""
    answers = ["127.0.0.1", "127.0.0.99", "127.0.0.99"]

    def lookup(host, port, **_):
        address = answers.pop(0) if host == "rebound" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with other(says(ROWS)) as far:
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **__: lookup(host, port))
        iri = f"http://rebound:{far.port}/"
        found = with_proxy(
            lambda proxy: ask(proxy, f"SELECT ?x {{ SERVICE <{iri}> {{ ?s ?p ?x }} }}"),
            services=(iri,),
        )
    assert found == [("far",)]
    assert len(answers) == 2
    assert far.seen[0][2]["host"] == f"rebound:{far.port}"


def test_the_same_question_is_asked_once_in_a_query():
    query = f"SELECT ?s {{ ?s <urn:p> ?y FILTER EXISTS {{ SERVICE <{FAR}> {{ ?a ?b ?c }} }} }}"
    with other(says(ROWS)) as far:
        found = with_proxy(
            lambda proxy: [ask(proxy, query) for _ in range(2)], services=(f"{FAR}={far.url}",)
        )
    assert [len(rows) for rows in found] == [2, 2]
    assert len(far.seen) == 2


def test_calls_are_counted():
    big = ROWS.replace(b'"far"', b'"' + b"x" * KEPT_BYTES + b'"')
    query = f"SELECT ?s {{ ?s <urn:p> ?y FILTER EXISTS {{ SERVICE <{FAR}> {{ ?a ?b ?c }} }} }}"
    assert len(asked(says(big), query, fetch_calls=2)) == 2
    with pytest.raises(FederationError, match="more than 1 times"):
        asked(says(big), query, fetch_calls=1)


SWALLOWED = [
    "?s <urn:p> ?x FILTER EXISTS {{ {0} }}",
    "?s <urn:p> ?x FILTER NOT EXISTS {{ {0} }}",
    "?s <urn:p> ?x BIND(EXISTS {{ {0} }} AS ?y)",
    "?s <urn:p> ?x MINUS {{ {0} }}",
]


@pytest.mark.parametrize("pattern", SWALLOWED)
def test_a_failure_that_the_engine_passes_over_is_told(pattern):
    query = f"SELECT ?s {{ {pattern.format(f'SERVICE <{FAR}> {{ ?a ?b ?x }}')} }}"
    with pytest.raises(FederationError, match="status 500: no luck"):
        asked(says(b"no luck", "text/plain", 500), query)
    assert isinstance(asked(says(ROWS), query), list)


@pytest.mark.parametrize("pattern", SWALLOWED)
def test_silence_is_kept_there_too(pattern):
    query = f"SELECT ?s {{ {pattern.format(f'SERVICE SILENT <{FAR}> {{ ?a ?b ?x }}')} }}"
    assert isinstance(asked(says(b"no luck", "text/plain", 500), query), list)


def test_an_inner_service_is_sent_under_its_own_name():
    query = f"SELECT ?x {{ SERVICE <{FAR}> {{ ?s ?p ?x SERVICE <{FAR}2> {{ ?s ?p ?y }} }} }}"
    with other(says(ROWS)) as far:
        services = (f"{FAR}={far.url}", f"{FAR}2={far.url}2")
        assert with_proxy(lambda proxy: ask(proxy, query), services=services) == [("far",)]
    (sent,) = far.queries()
    assert f"SERVICE <{FAR}2>" in sent
    assert "127.0.0.1" not in sent


def test_strangers_get_nothing():
    def work(proxy: Proxy) -> list[int]:
        base = httpx.URL(proxy.address)
        secret = proxy.address.rsplit("/", 2)[1]
        paths = [
            "/",
            "/guess/0/0",
            f"/{secret}",
            f"/{secret}/a/7",
            f"/{secret}/a/-1",
            f"/{secret}/a/0/0",
            f"/{secret}/document/file%3A%2F%2F%2Fetc%2Fpasswd",
        ]
        statuses = [httpx.post(base.copy_with(path=path)).status_code for path in paths]
        return [*statuses, httpx.get(base.copy_with(path=f"/{secret}/a/0")).status_code]

    with other(says(ROWS)) as far:
        assert set(with_proxy(work, services=(far.url,))) == {404}
        assert not far.seen


@pytest.mark.parametrize("sent", [b"", b"\0\0\0", b"POST / HTTP/1.1\r\n", b"x" * 100_000])
def test_noise_on_the_line(sent):
    def work(proxy: Proxy) -> bytes:
        url = httpx.URL(proxy.address)
        with socket.create_connection((url.host, url.port or 0), timeout=5) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            return line.recv(100)

    assert with_proxy(work, services=(FAR,)) == b""


def test_who_leaves_ends_the_call():
    gone = threading.Event()

    def waits(handler, told):
        while not told.stop.wait(0.01):
            try:
                if handler.connection.recv(1, socket.MSG_DONTWAIT) == b"":
                    gone.set()
                    return
            except BlockingIOError:
                pass

    def work(proxy: Proxy) -> bool:
        (address,) = sparql.for_query(proxy.services()).values()
        url = httpx.URL(address)
        with socket.create_connection((url.host, url.port or 0)) as line:
            request = f"POST {url.path} HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nASK {{}}"
            line.sendall(request.encode())
            while not far.seen:
                pass
        return gone.wait(10)

    with other(waits) as far:
        assert with_proxy(work, services=(far.url,), fetch_seconds=60)


def test_nothing_listens_when_nothing_is_listed():
    def work(proxy: Proxy) -> None:
        assert (proxy.address, proxy.services()) == ("", {})
        with pytest.raises(QueryRefusedError):
            ask(proxy, f"SELECT * {{ SERVICE <{FAR}> {{}} }}")

    with_proxy(work)
