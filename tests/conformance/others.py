"""The other endpoints of the federation tests: real ones, on the loopback interface."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

FORMATS = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
}


class Others:
    """A server with one endpoint for each IRI that the tests call. Use as a context manager."""

    def __init__(self, iris: Iterable[str]) -> None:
        self._server = _Server(("127.0.0.1", 0), _Endpoint)
        self.known = tuple(iris)
        self._server.stores = {f"/{number}": ox.Store() for number in range(len(self.known))}
        self._server.addressed = self.addressed
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Others:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def addresses(self) -> dict[str, str]:
        """Where each IRI is served."""
        port = self._server.server_port
        return {iri: f"http://127.0.0.1:{port}/{n}" for n, iri in enumerate(self.known)}

    def serve(self, datasets: Mapping[str, list[ox.Quad]]) -> None:
        """Serve these datasets; IRIs without one answer 404, as if nobody were there."""
        stores: dict[str, ox.Store] = {}
        for iri, quads in datasets.items():
            store = stores["/" + str(self.known.index(iri))] = ox.Store()
            store.extend(quads)
        self._server.stores = stores

    def addressed(self, text: str) -> str:
        """Return the text with each IRI replaced by its address."""
        for iri, address in self.addresses.items():
            text = re.sub(rf"(?<![\w/]){re.escape(iri)}(?![\w/])", address, text)
        return text

    def addressed_quad(self, quad: ox.Quad) -> ox.Quad:
        """Return the quad with an object that is such an IRI replaced by its address."""
        if not isinstance(quad.object, ox.NamedNode) or quad.object.value not in self.known:
            return quad
        address = ox.NamedNode(self.addresses[quad.object.value])
        return ox.Quad(quad.subject, quad.predicate, address, quad.graph_name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stores: dict[str, ox.Store]
    addressed: Callable[[str], str]


class _Endpoint(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = "form" in self.headers.get("Content-Type", "")
        self._answer(parse_qs(body)["query"][0] if form else body)

    def _answer(self, query: str) -> None:
        store = self.server.stores.get(urlsplit(self.path).path)
        if store is None:
            self.send_error(404)
            return
        accept = self.headers.get("Accept", "")
        media_type = next((name for name in FORMATS if name in accept), next(iter(FORMATS)))
        answer = store.query(self.server.addressed(query))  # it may call another one itself
        body = _results(answer).serialize(format=FORMATS[media_type])
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _results(answer: Any) -> Any:
    if isinstance(answer, ox.QueryTriples):
        raise TypeError("SERVICE asks for solutions only")
    return answer
