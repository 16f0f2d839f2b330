"""The proxy through which the engine reaches other servers.

The engine calls whatever address stands in a query, by a client of its own that follows
redirections and knows no limits. So the addresses are rewritten (`demarche_server.sparql.service`)
to ones of this proxy, on the loopback interface and below a path that nobody can guess; it makes
the call with `Fetcher`, checks the answer, and hands it on.

    /SECRET/QUERY/N        the listed endpoint number N, for the query of that name
    /SECRET/QUERY/N-silent the same under SILENT
    /SECRET/QUERY/failures what the first call met that failed, without SILENT; empty if none did
    /SECRET/document/IRI   a document, percent-encoded, as N-Triples
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

import h11

from demarche_ontology.errors import DemarcheError, FederationError
from demarche_server.federation import documents, rows, wire
from demarche_server.federation.fetching import Call, Fetched, Fetcher
from demarche_server.federation.listed import (
    Target,
    document_address,
    read_documents,
    read_services,
)
from demarche_server.settings import Settings
from demarche_server.sparql.service import ANY_QUERY, FAILURES, SILENTLY

HOST: Final = "127.0.0.1"
CALLS_AT_ONCE: Final = 16
"""Calls to other servers under way at a time; others wait."""
QUERIES_KNOWN: Final = 512
"""Queries whose calls are counted; the one that was longest idle is forgotten first."""
KEPT_BYTES: Final = 1 << 17
"""Bytes of answers kept for one query, which may ask the same again for each of its rows."""
READ_SECONDS: Final = 10.0
_TEXT: Final = "text/plain; charset=utf-8"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Query:
    """The calls of one query. answers: by endpoint and pattern. failure: of the first to fail."""

    calls: int = 0
    failure: str = ""
    answers: dict[tuple[int, bytes], Fetched] = field(default_factory=dict)
    kept: int = 0

    def keep(self, key: tuple[int, bytes], answer: Fetched) -> None:
        size = len(answer.body) + len(key[1])
        if self.kept + size <= KEPT_BYTES:
            self.answers[key] = answer
            self.kept += size


class Proxy:
    """Listens between `start` and `close`, in the event loop of both.

    Making it raises ServeError when an entry of `services` or `loads` is a mistake.
    """

    def __init__(self, settings: Settings) -> None:
        self._targets = tuple(read_services(settings.services).values())
        self._numbers = frozenset(str(number) for number in range(len(self._targets)))
        self._documents = read_documents(settings.loads)
        self._settings = settings
        self._secret = secrets.token_urlsafe(24)
        self._base = ""
        self._queries: OrderedDict[str, _Query] = OrderedDict()
        self._room = asyncio.Semaphore(CALLS_AT_ONCE)
        self._fetcher = Fetcher(settings.fetch_seconds, settings.fetch_bytes)
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of the loopback interface. Does nothing when nothing is listed."""
        if not (self._targets or self._documents.entries):
            return
        self._server = await asyncio.start_server(self._connected, HOST, 0)
        port = self._server.sockets[0].getsockname()[1]
        self._base = f"http://{HOST}:{port}/{self._secret}/"

    async def close(self) -> None:
        """Stop listening; break off the calls under way."""
        if self._server is not None:
            self._server.close()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        await self._fetcher.close()

    # --- Addresses for the engine

    @property
    def address(self) -> str:
        """What every address of this proxy begins with; "" while it does not listen."""
        return self._base

    def services(self) -> dict[str, str]:
        """Return the addresses that stand for the listed endpoints, by IRI.

        In each stands `service.ANY_QUERY`; `service.for_query` puts the name of a query there.
        """
        if not self._base:
            return {}
        base = self._base.removesuffix("/") + ANY_QUERY
        return {target.iri: f"{base}{number}" for number, target in enumerate(self._targets)}

    def document(self, iri: str) -> str | None:
        """Return the address that stands for a document, None if it is not listed."""
        return document_address(self._base, self._documents, iri)

    # --- Answering the engine

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError, h11.LocalProtocolError) as error:
            _log.debug("a connection of the engine ended: %s", error)
        finally:
            self._links.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = h11.Connection(h11.SERVER)
        async with asyncio.timeout(READ_SECONDS):
            asked = await wire.read_request(reader, link)
        if asked is None:
            return
        # An engine that was killed, with its query, needs no answer.
        reply = await wire.unless_gone(reader, self._answer(asked))
        if reply is not None:
            writer.write(wire.answer(link, *reply))
            await writer.drain()

    async def _answer(self, asked: wire.Asked) -> tuple[int, str, bytes]:
        """Return status, media type and body."""
        try:
            found = await self._dispatch(asked)
        except DemarcheError as error:
            return 502, _TEXT, str(error).encode()
        except Exception:
            _log.exception("a call to another server failed in a way nobody foresaw")
            return 500, _TEXT, b"The call to another server failed"
        if found is None:
            return 404, _TEXT, b"There is nothing here"
        return 200, found.media_type, found.body

    async def _dispatch(self, asked: wire.Asked) -> Fetched | None:
        parts = asked.path.split("/")
        if len(parts) != 4 or not secrets.compare_digest(parts[1].encode(), self._secret.encode()):
            return None
        if parts[2] == "document" and asked.method == "GET":
            target = self._documents.target(unquote(parts[3]))
            return None if target is None else await self._load(target)
        query = self._query(parts[2])
        if parts[3] == FAILURES and asked.method == "GET":
            return Fetched(_TEXT, query.failure.encode())
        number = parts[3].removesuffix(SILENTLY)
        if asked.method != "POST" or number not in self._numbers:
            return None
        if number != parts[3]:
            return await self._ask(query, int(number), asked.body)
        return await self._ask_aloud(query, int(number), asked.body)

    async def _ask_aloud(self, query: _Query, number: int, body: bytes) -> Fetched:
        """Ask an endpoint; once a call of the query has failed, every later one does."""
        if query.failure:
            raise FederationError(query.failure)
        try:
            return await self._ask(query, number, body)
        except FederationError as error:
            query.failure = str(error)
            raise

    def _query(self, name: str) -> _Query:
        query = self._queries.setdefault(name, _Query())
        self._queries.move_to_end(name)
        while len(self._queries) > QUERIES_KNOWN:
            self._queries.popitem(last=False)
        return query

    async def _ask(self, query: _Query, number: int, body: bytes) -> Fetched:
        """Ask an endpoint, or remember what it said. Raises FederationError."""
        key = (number, body)
        if key in query.answers:
            return query.answers[key]
        query.calls += 1
        most = self._settings.fetch_calls
        if query.calls > most:
            raise FederationError(
                f"The query calls other servers more than {most} times",
                remedy="take SERVICE out of EXISTS, which calls once for each row",
            )
        target = self._targets[number]
        call = Call(rows.ACCEPT, {"query": self.restored(body.decode("utf-8", errors="replace"))})
        async with self._room:
            fetched = await self._fetcher.fetch(target, call)
            answer = await rows.checked(fetched, target)
        query.keep(key, answer)
        return answer

    async def _load(self, target: Target) -> Fetched:
        """Read a document. Raises FederationError."""
        most = self._settings.fetch_bytes * documents.GROWTH
        async with self._room:
            fetched = await self._fetcher.fetch(target, Call(documents.ACCEPT))
            triples = await documents.to_n_triples(
                fetched, target, most, self._settings.fetch_seconds
            )
        return Fetched(documents.N_TRIPLES, triples)

    def restored(self, text: str) -> str:
        """Return a text with the IRIs of endpoints in place of the addresses that stand for them.

        What is sent to others, or shown, must not tell the addresses.
        """
        return re.sub(
            re.escape(self._base) + r"[0-9a-f]+/([0-9]+)",
            lambda match: self._targets[int(match[1])].iri,
            text,
        )
