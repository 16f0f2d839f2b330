"""The address /candidates/sparql: queries over what was ingested and nobody reviewed.

The candidates are a graph of their own, in a home below the home: `/sparql` never sees them. Their
readers are started when the first query comes, and follow the home of the candidates from then on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import QueryRefusedError, RequestError
from demarche_server import asgi
from demarche_server.endpoint import question_of, send_answer_to
from demarche_server.engine import Engine
from demarche_server.operations import record_of
from demarche_server.protocol import UpdateRequest, read_request
from demarche_server.readers.pool import Watcher
from demarche_server.serving import Serving, Source
from demarche_server.settings import Settings
from demarche_server.versions import wanted_by

PATH: Final = "/candidates/sparql"
_ABOUT: Final = "/about/claims-from-text"


class Candidates:
    """The engine that answers about candidates. One per application, in its event loop.

    source: of the served graph, whose home has the candidates below it.
    """

    def __init__(
        self, source: Source, settings: Settings, watcher: Watcher, services: Mapping[str, str]
    ) -> None:
        self._source = source
        self._settings = settings
        self._watcher = watcher
        self._services = services
        self._serving: Serving | None = None
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Engine]:
        """Hold on to the engine for the time of one request.

        Raises RequestError (404) where there are no candidates, or none are shown; StoreError.
        """
        serving = await self._started()
        with serving.lease() as engine:
            yield engine

    async def _started(self) -> Serving:
        # Who stays with a release shows nothing that is newer.
        if not self._settings.candidates or not self._source.follows:
            raise RequestError(
                "This server does not show candidates",
                remedy="ask /sparql; an operator shows them with the setting candidates",
                status=404,
            )
        async with self._turn:
            if self._serving is None:
                if await asyncio.to_thread(self._source.home.candidates.current) is None:
                    raise RequestError(
                        "There are no candidates here: nothing was ingested",
                        remedy="run `demarche ingest` on documents; reviewed claims are at /sparql",
                        status=404,
                    )
                serving = Serving(self._source.candidates(), self._watcher, self._services)
                await serving.start()
                self._serving = serving
        return self._serving

    async def close(self) -> None:
        """Let the readers go."""
        if self._serving is not None:
            await self._serving.close()


async def serve_candidates(scope: Scope, receive: Receive, send: Send, settings: Settings) -> None:
    """Answer one query about candidates. Raises DemarcheError as long as nothing was sent."""
    request = await read_request(scope, receive, settings, writing=False)
    if isinstance(request, UpdateRequest):
        raise QueryRefusedError(
            "Candidates are not changed by updates",
            remedy="ingest documents, or review: `demarche ingest`, `demarche review`",
        )
    if request.version is not None or wanted_by(scope) is not None:
        message = "Candidates have no releases"
        raise RequestError(message, "leave out release= and commit=; the newest answer")
    if request.query is None:
        await _without_query(scope, send)
        return
    record_of(scope).query = request.query
    candidates: Candidates = scope["app"].state.candidates
    async with candidates.lease() as engine:
        scope[asgi.ENGINE] = engine
        record_of(scope).commit = engine.info.id
        question = question_of(scope, request, request.query)
        await send_answer_to(scope, receive, send, question)


async def _without_query(scope: Scope, send: Send) -> None:
    """Send a browser to where this is told of. Raises RequestError for everybody else."""
    if not asgi.wants_page(scope):
        raise RequestError("The request has no query", "send it in the parameter query=")
    location = f"{asgi.root_of(scope)}{_ABOUT}".encode()
    await asgi.send_whole(send, 303, [(b"location", location), (b"vary", b"Accept")])
