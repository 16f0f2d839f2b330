"""The two documents, in every RDF format, made once for each commit."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import RequestError, TryLaterError
from demarche_ontology.rdf import sorted_triples, to_turtle
from demarche_server import asgi, negotiation
from demarche_server.description.addresses import Addresses
from demarche_server.description.catalog import describe_catalog
from demarche_server.description.counting import Counted, count
from demarche_server.description.service import describe_service
from demarche_server.engine import Engine
from demarche_server.protocol import Version, header
from demarche_server.settings import Settings
from demarche_server.versions import Versions, wanted_by
from demarche_store.formats import GraphFormat
from demarche_store.protocol import CommitInfo, ReleaseInfo

WAIT_SECONDS: Final = 2.0
"""How long a request waits for counts; after that it gets what is known without them."""
DOCUMENTS_KEPT: Final = 16
COUNTS_KEPT: Final = 8
"""Commits whose counts are kept."""

_BEING_COUNTED: Final = Counted(missing="The classes and properties are being counted; ask again.")

_log = logging.getLogger(__name__)

Describe = Callable[[Addresses, CommitInfo, Sequence[ReleaseInfo], Counted], Iterator[Triple]]


class Descriptions:
    """Answers requests for the descriptions of one application."""

    def __init__(self, settings: Settings, versions: Versions) -> None:
        self._settings = settings
        self._versions = versions
        self._counts: OrderedDict[str, asyncio.Task[Counted]] = OrderedDict()
        self._served = ""
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    async def service(self, scope: Scope, receive: Receive, send: Send, named: str | None) -> None:
        """Answer a request to the endpoint without a query. named: the value of `format=`.

        Raises NotAcceptableError, RequestError.
        """
        response = await self._respond(Request(scope), named, "service", self._describe_service)
        await response(scope, receive, send)

    async def catalog(self, request: Request) -> Response:
        """Answer `/.well-known/void`. Raises NotAcceptableError, RequestError."""
        named = request.query_params.get("format")
        return await self._respond(request, named, "catalog", self._describe_catalog)

    async def close(self) -> None:
        """Stop counting."""
        tasks = list(self._counts.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _describe_service(
        self, at: Addresses, info: CommitInfo, _: Sequence[ReleaseInfo], counted: Counted
    ) -> Iterator[Triple]:
        return describe_service(at, self._settings, info, counted)

    def _describe_catalog(
        self, at: Addresses, info: CommitInfo, releases: Sequence[ReleaseInfo], counted: Counted
    ) -> Iterator[Triple]:
        return describe_catalog(at, self._settings, info, releases, counted)

    async def _respond(
        self, request: Request, named: str | None, what: str, describe: Describe
    ) -> Response:
        accept = header(request.scope, b"accept") or None
        chosen = negotiation.negotiate(
            "GRAPH", accept, named, (self._settings.rows_format, self._settings.graph_format)
        )
        assert isinstance(chosen, GraphFormat)
        at = addresses_of(request)
        info = asgi.leased(request.scope).info
        releases = await self._versions.releases()
        counted = await self.counted(info, wanted_by(request.scope))
        key = (what, at, info.id, releases, counted.missing, chosen.name)
        if key not in self._kept:
            triples = describe(at, info, releases, counted)
            self._kept[key] = await asyncio.to_thread(_serialized, triples, chosen)
        self._kept.move_to_end(key)
        while len(self._kept) > DOCUMENTS_KEPT:
            self._kept.popitem(last=False)
        fixed = "no-store" if counted is _BEING_COUNTED else "no-cache"
        headers = {"vary": "Accept", "cache-control": fixed}
        return Response(self._kept[key], 200, headers, negotiation.content_type(chosen.media_type))

    async def counted(self, info: CommitInfo, version: Version | None = None) -> Counted:
        """Return the counts of a commit, or what stands for them while they are worked out."""
        if version is None and info.id != self._served:
            self._forget_unfinished(self._served)
            self._served = info.id
        task = self._counts.get(info.id)
        if task is None:
            task = self._counts[info.id] = asyncio.create_task(self._count(info, version))
        self._counts.move_to_end(info.id)
        while len(self._counts) > COUNTS_KEPT:
            self._counts.popitem(last=False)[1].cancel()
        done, _ = await asyncio.wait({task}, timeout=WAIT_SECONDS)
        if not done or task.cancelled():
            return _BEING_COUNTED
        if task.result() is _BEING_COUNTED:
            self._counts.pop(info.id, None)
        return task.result()

    async def ahead(self, engine: Engine) -> None:
        """Count the commit of an engine ahead. Who asks meanwhile has it counted by itself."""
        if engine.info.id in self._counts:
            return
        counted = await count(engine)
        if not counted.missing and engine.info.id not in self._counts:
            self._counts[engine.info.id] = asyncio.create_task(_known(counted))

    def _forget_unfinished(self, commit: str) -> None:
        task = self._counts.get(commit)
        if task is not None and not task.done():
            task.cancel()
            del self._counts[commit]

    async def _count(self, info: CommitInfo, version: Version | None) -> Counted:
        try:
            async with self._turn, self._versions.lease(version) as engine:
                return await count(engine) if engine.info.id == info.id else _BEING_COUNTED
        except TryLaterError:
            return _BEING_COUNTED
        except Exception as error:
            _log.exception("commit %s could not be counted", info.id)
            return Counted(missing=f"Not counted: {type(error).__name__}.")


async def _known(counted: Counted) -> Counted:
    return counted


def addresses_of(request: Request) -> Addresses:
    """Return where the client reaches this server, by its own word. Raises RequestError."""
    base = str(request.base_url).rstrip("/")
    try:
        NamedNode(base)
    except ValueError as error:
        message = "The header Host names no host"
        raise RequestError(message, "send the name by which the server is reached") from error
    return Addresses(base)


def _serialized(triples: Iterator[Triple], chosen: GraphFormat) -> bytes:
    if chosen.engine == RdfFormat.TURTLE:
        return to_turtle(triples)
    return serialize(sorted_triples(triples), format=chosen.engine) or b""
