"""What clients of a soak ask, and what may come of it."""

from __future__ import annotations

import hashlib
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from server.hostile.resources import CROSS
from server.running_server import EXAMPLE, MANY
from server.wire import vanish
from soak import world
from soak.pace import Pace

HONEST: Final = frozenset(
    {"query-crashed", "query-timeout", "query-memory", "result-size", "busy", "try-later"}
)
"""Kinds of problems that a server under attack may tell, as docs/server.md lists them."""
UNSERVED: Final = "store"
"""What a write is told whose commit was made, but cannot be served for long."""
PATIENCE: Final = 180.0

PREFIXES: Final = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX id: <https://w3id.org/demarche/id/> PREFIX dem: <https://w3id.org/demarche/ontology#> "
)
_SOME = "{ SELECT ?%s { ?%s <urn:many:value> ?v%s } ORDER BY ?%s LIMIT 400 }"
JOIN: Final = (
    f"SELECT (COUNT(*) AS ?n) {{ {_SOME % (('a',) * 4)} {_SOME % (('b',) * 4)} "
    "FILTER(STR(?a) < STR(?b)) }"
)
ASKED: Final = (
    EXAMPLE.replace("dem:", "<https://w3id.org/demarche/ontology#>").replace(
        "<https://w3id.org/demarche/ontology#>statement",
        "<https://w3id.org/demarche/ontology#statement>",
    ),
    PREFIXES + "SELECT ?name { id:ruritania skos:prefLabel ?name }",
    PREFIXES + "SELECT * { ?s a dem:Person ; ?p ?o }",
    f"SELECT * {{ GRAPH <{world.LEFT}> {{ ?s ?p ?o }} }}",
    f"SELECT ?n {{ <{world.NUMBER.value}> <{world.NUMBER.value}> ?n }}",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    world.lonely(),
    JOIN,
)
BUILT: Final = (
    "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(!STRSTARTS(STR(?s), 'urn:many')) }",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{world.RIGHT}> {{ ?s ?p ?o }} }}",
)
WHOLE: Final = "SELECT * { ?s <urn:many:value> ?v }"
HEAVY: Final = (
    f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    f"SELECT DISTINCT * {{ {CROSS} }}",
)
ENDLESS: Final = "SELECT * { ?a <urn:many:value> ?x . ?b <urn:many:value> ?y }"
ROWS: Final = ("json", "xml", "csv", "tsv")
TRIPLES: Final = ("ntriples", "turtle")
PATHS: Final = ("", "id/ruritania.ttl", "search?q=ruritania&format=json", "readyz")
PAGES: Final = (
    *("", "about", "about/server", "problems", "query", "search?q=ruritania"),
    *("id/ruritania.html", "query?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D+LIMIT+100"),
)

ROUGH: Final[Mapping[str, int]] = {
    "rows": 50,
    "triples": 8,
    "whole": 6,
    "write": 12,
    "sheet": 4,
    "heavy": 3,
    "vanish": 6,
    "look": 6,
}
"""How many of a hundred requests, or so, are of each kind."""
STEADY: Final[Mapping[str, int]] = {
    "rows": 50,
    "triples": 8,
    "whole": 6,
    "heavy": 3,
    "vanish": 6,
    "look": 6,
    "page": 20,
}
"""As readers use a server, who do not write."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, to be compared. digest: of its content, in an order of its own."""

    commit: str
    query: str
    format: str
    digest: str


@dataclass(slots=True)
class Seen:
    """What came of all requests.

    counts: of each outcome. answers: to be judged. notes: numbers that were written, by the
    commit that the server named. faults: what should never come.
    """

    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[Answer] = field(default_factory=Counter)
    notes: list[tuple[int, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def canonical(format_: str, body: bytes) -> str:
    """Return a digest of an answer that does not depend on the order of its rows or triples."""
    if format_ in {"csv", "tsv"}:
        first, *lines = body.decode().split("\n")
        parts = [first, *sorted(lines)]
    elif format_ in TRIPLES:
        chosen = {"ntriples": RdfFormat.N_TRIPLES, "turtle": RdfFormat.TURTLE}[format_]
        parts = sorted(str(quad.triple) for quad in parse(body, format=chosen))
    else:
        chosen = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}[format_]
        rows = parse_query_results(body, format=chosen)
        names = [variable.value for variable in rows.variables]
        parts = [json.dumps(names), *sorted(json.dumps([str(v) for v in row]) for row in rows)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Client(threading.Thread):
    """Sends so many requests, one after the other, of all kinds.

    requests: None sends them until the pace ends. first: notes have the numbers after it.
    mix: how often each kind comes.
    """

    def __init__(
        self,
        url: str,
        token: str,
        seed: int,
        requests: int | None,
        first: int,
        pace: Pace,
        mix: Mapping[str, int] = ROUGH,
    ) -> None:
        super().__init__(daemon=True)
        self.seen = Seen()
        self.number = first
        self._url = url
        self._token = token
        self._chance = random.Random(seed)
        self._requests = requests
        self._pace = pace
        self._mix = mix

    def run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=PATIENCE) as client:
            for kind in self._kinds():
                try:
                    getattr(self, f"_{kind}")(client)
                except Exception as error:  # whatever it is, it is to be told
                    self.seen.faults.append(f"{kind}: {error!r}")
                self._pace.tick()

    def _kinds(self) -> Iterator[str]:
        names, weights = list(self._mix), list(self._mix.values())
        if self._requests is not None:
            yield from self._chance.choices(names, weights, k=self._requests)
            return
        while not self._pace.over:
            yield from self._chance.choices(names, weights)

    # --- Kinds of requests -------------------------------------------------------------------

    def _rows(self, client: httpx.Client) -> None:
        query = self._chance.choice(ASKED)
        if self._chance.random() < 0.3:
            query = f"SELECT ?v {{ <urn:many:{self._chance.randrange(MANY)}> ?p ?v }}"
        self._ask(client, query, self._chance.choice(ROWS))

    def _triples(self, client: httpx.Client) -> None:
        self._ask(client, self._chance.choice(BUILT), self._chance.choice(TRIPLES))

    def _whole(self, client: httpx.Client) -> None:
        self._ask(client, WHOLE, self._chance.choice(ROWS))

    def _heavy(self, client: httpx.Client) -> None:
        self._ask(client, self._chance.choice(HEAVY), "json")

    def _write(self, client: httpx.Client) -> None:
        self.number += 1
        headers = self._authorized("application/sparql-update")
        text = world.note(self.number).encode()
        answer = self._send(client, "POST", "sparql", content=text, headers=headers)
        if answer is not None:
            commit = answer.headers["demarche-commit"]
            self.seen.notes.append((self.number, commit))
            later = self._send(client, "GET", "readyz")
            if later is not None and later.json()["commit"] < commit:
                self.seen.faults.append(f"{commit} was written, and then {later.text} was served")

    def _sheet(self, client: httpx.Client) -> None:
        number = self._chance.randrange(1000)
        body = f"<urn:sheet> <urn:number> {number}, {number + 1} .".encode()
        path = f"rdf-graph-store?graph={world.SHEET}"
        self._send(client, "PUT", path, content=body, headers=self._authorized("text/turtle"))
        self._send(client, "GET", path, allowed=(404,))

    def _look(self, client: httpx.Client) -> None:
        self._send(client, "GET", self._chance.choice(PATHS))

    def _page(self, client: httpx.Client) -> None:
        headers = {"accept": "text/html"}
        self._send(client, "GET", self._chance.choice(PAGES), headers=headers)

    def _vanish(self, client: httpx.Client) -> None:
        """Ask for a large or a heavy answer, and leave before, at, or after its beginning."""
        parts = urlsplit(self._url)
        query = quote(self._chance.choice((ENDLESS, *HEAVY)))
        with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as sock:
            sock.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            sock.settimeout(self._chance.choice((0.01, 0.3, 1.0)))
            with suppress(OSError):
                for _ in range(self._chance.choice((0, 1, 20))):
                    sock.recv(1 << 16)
            vanish(sock)
        self.seen.counts["left"] += 1

    # --- Sending -----------------------------------------------------------------------------

    def _authorized(self, media_type: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token}", "content-type": media_type}

    def _ask(self, client: httpx.Client, query: str, format_: str) -> None:
        params = {"query": query, "format": format_}
        if self._chance.random() < 0.5:
            answer = self._send(client, "POST", "sparql", data=params)
        else:
            answer = self._send(client, "GET", "sparql", params=params)
        if answer is not None:
            digest = canonical(format_, answer.content)
            commit = answer.headers["demarche-commit"]
            self.seen.answers[Answer(commit, query, format_, digest)] += 1

    def _send(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        allowed: tuple[int, ...] = (),
        **options: object,
    ) -> httpx.Response | None:
        """Send a request; return the answer if it is whole and no error. Counts what came."""
        begun = False
        try:
            with client.stream(method, path, **options) as answer:
                begun = True
                answer.read()
        except (httpx.RemoteProtocolError, httpx.ReadError):
            if not begun:
                raise
            self.seen.counts["broken off"] += 1
            return None
        if answer.status_code < 400 or answer.status_code in allowed:
            self.seen.counts["answered"] += 1
            return answer
        kind = _kind(answer)
        self.seen.counts[f"{answer.status_code} {kind}"] += 1
        if kind not in HONEST and (method, kind) not in {("POST", UNSERVED), ("PUT", UNSERVED)}:
            self.seen.faults.append(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return None


def _kind(answer: httpx.Response) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return "no problem"
    return str(answer.json()["type"]).partition("#")[2]
