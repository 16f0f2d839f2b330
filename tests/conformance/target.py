"""An endpoint under test, as its clients see it: three addresses and HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
from conformance.answers import Rows, read_answer

JSON = "application/sparql-results+json"
EVERYTHING = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
TIMEOUT = 60.0
"""Seconds after which a request is given up; far more than any needs."""


@dataclass(frozen=True)
class Response:
    """What came back. headers: names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "")

    def __str__(self) -> str:
        return f"{self.status} {self.media_type}: {self.body[:300].decode(errors='replace')}"


@dataclass(eq=False)
class Target:
    """query, update, store: addresses of the query, update and graph store protocols.

    headers: sent with every write. maps_services: whether the server was told where the endpoints
    of the federation tests are; where it was not, their IRIs are replaced by the addresses.
    """

    query: str
    update: str
    store: str
    headers: Mapping[str, str] = field(default_factory=dict)
    maps_services: bool = False
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=TIMEOUT))
    _loaded: frozenset[ox.Quad] | None = None

    def ask(self, text: str, accept: str) -> Response:
        """Send a query as the body of a POST."""
        headers = {"content-type": "application/sparql-query", "accept": accept}
        return _response(self._client.post(self.query, content=text.encode(), headers=headers))

    def change(self, text: str) -> Response:
        """Send an update as the body of a POST."""
        headers = {"content-type": "application/sparql-update", **self.headers}
        response = self._client.post(self.update, content=text.encode(), headers=headers)
        if response.status_code != 400:
            self.forget()
        return _response(response)

    def get(self, url: str, accept: str) -> Response:
        """Fetch an address."""
        return _response(self._client.get(url, headers={"accept": accept}))

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Make the dataset be these quads; nothing is sent where it is known to be them."""
        wanted = frozenset(quads)
        if wanted == self._loaded:
            return
        response = self.change(f"DROP ALL ;\nINSERT DATA {{\n{insertion(wanted)}}}")
        if not 200 <= response.status < 300:
            raise RuntimeError(f"the dataset could not be loaded: {response}")
        self._loaded = wanted

    def forget(self) -> None:
        """Say that the dataset may have changed since it was loaded."""
        self._loaded = None

    def dump(self) -> list[tuple[Any, ...]]:
        """Return every quad; blank nodes are the same in all graphs."""
        answer = read_answer(self.ask(EVERYTHING, JSON).body, JSON)
        if not isinstance(answer, Rows):
            raise TypeError("a SELECT is answered by no rows")
        return answer.by(("s", "p", "o", "g"))

    def close(self) -> None:
        self._client.close()

    def send(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes | None
    ) -> Response:
        """Send a request with no more headers than given, its address untouched."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
        try:
            connection.putrequest(method, url.split(parts.netloc, 1)[1], skip_accept_encoding=True)
            for name, value in (*headers, *self.headers.items()):
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, received, answer.read())
        finally:
            connection.close()


def _response(response: httpx.Response) -> Response:
    return Response(response.status_code, response.headers, response.content)


def insertion(quads: Iterable[ox.Quad]) -> str:
    """Return quads as the body of INSERT DATA, one a line."""
    lines = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {_written(quad.object)} ."
        named = not isinstance(quad.graph_name, ox.DefaultGraph)
        lines.append(f"GRAPH {quad.graph_name} {{ {triple} }}" if named else triple)
    return "".join(sorted(line + "\n" for line in lines))


def _written(term: Any) -> str:
    """Return a term as SPARQL writes it; the engine's `str` leaves a triple term bare."""
    if not isinstance(term, ox.Triple):
        return str(term)
    return f"<<( {term.subject} {term.predicate} {_written(term.object)} )>>"
