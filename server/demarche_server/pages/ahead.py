"""What pages need of a commit, asked ahead: once it is served, before anybody wants it.

What a page counts over all claims takes longest when it is first asked for. So the things that most
claims speak of, and what the first pages tell of the whole, are asked for here, in a reader that
everything else goes before, one page after another. How many things there may be, how much is kept
of them and how long it may take is limited; the next commit ends it, and so does the end of the
server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from demarche_ontology.errors import DemarcheError
from demarche_ontology.terms import DEM
from demarche_server import asgi
from demarche_server.engine import Asked, Engine
from demarche_server.linked.paths import HTML, path_of
from demarche_server.pages import cells
from demarche_server.pages.things.claim_lists import ROLES
from demarche_server.readers.tables import Table
from demarche_server.readers.wire import Question
from demarche_server.serving import Serving
from demarche_store.protocol import CommitInfo, Dataset

THINGS: Final = 40
"""Things whose pages are asked for ahead, those that most claims speak of."""
FIRST: Final = 4
"""Of them, those that come before what tells of the whole."""
SAMPLE: Final = 5000
"""Claims that are looked at to find them."""
_ROWS: Final = 4 * THINGS
"""Things looked at, since terms of vocabularies, whose pages are quick, are among them."""
_SETTLE_SECONDS: Final = 1.0
"""How long a commit has to be served, after another one, before anything is asked ahead."""
_GIVE_WAY_SECONDS: Final = 0.25
"""How long, at most, a question waits for those of clients to end."""
_LOOK_SECONDS: Final = 0.02
_THINGS: Final = "/id/"

Handler = Callable[[Request], Awaitable[Response]]
Asks = Callable[[Engine], Awaitable[None]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked ahead.

    thing: answers for every thing. asks, pages: what is asked for after the first things, by itself
    and by the handlers of pages by their paths. is_full: tells whether there is no room for more.
    """

    thing: Handler
    asks: Sequence[Asks]
    pages: Mapping[str, Handler]
    is_full: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Modest:
    """An engine that asks once the questions of clients have ended. clients: what these ask."""

    engine: Engine
    clients: Engine

    @property
    def info(self) -> CommitInfo:
        return self.engine.info

    @property
    def memory(self) -> int:
        return self.engine.memory

    def ask(self, question: Question, client: str = "") -> Asked:
        """Start a query at once; see `Engine.ask`."""
        return self.engine.ask(question, client)

    async def table(
        self, query: str, dataset: Dataset, limit: int, client: str = "", *, ours: bool = False
    ) -> Table:
        """Return at most `limit` rows, a moment later; see `Engine.table`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GIVE_WAY_SECONDS):
                while self._is_asked():
                    await asyncio.sleep(_LOOK_SECONDS)
        return await self.engine.table(query, dataset, limit, client, ours=ours)

    def _is_asked(self) -> bool:
        states = self.clients.states()
        return any(states.get(one) for one in ("busy", "queued"))

    def apart(self) -> AbstractAsyncContextManager[Engine]:
        """Yield an engine for what nobody waits for; see `Engine.apart`."""
        return self.engine.apart()

    def states(self) -> dict[str, int]:
        return self.engine.states()

    async def close(self) -> None:
        """Do nothing: the engine belongs to others."""


class Ahead:
    """Asks ahead for one application, in its event loop.

    seconds: how long all that is wanted of one commit may take.
    """

    def __init__(self, app: FastAPI, wanted: Wanted, seconds: float) -> None:
        self._app = app
        self._wanted = wanted
        self._seconds = seconds
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work that goes on until it is done, or `close`."""
        task = asyncio.create_task(_whole(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def follow(self, serving: Serving) -> None:
        """Begin to ask ahead for the commit that is served, and for those that come after it."""
        if self._seconds:
            self.begin(self._follow(serving))

    async def close(self) -> None:
        """Stop what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, serving: Serving) -> None:
        wait = 0.0
        while True:
            with serving.lease() as engine:
                work = asyncio.create_task(_whole(self._ask(engine, wait)))
                try:
                    await serving.changed(engine.info.id)
                finally:
                    work.cancel()
                    with suppress(asyncio.CancelledError):
                        await work
            wait = _SETTLE_SECONDS

    async def _ask(self, engine: Engine, wait: float) -> None:
        """Ask ahead for one commit. wait: seconds before it begins."""
        await asyncio.sleep(wait)
        began = time.monotonic()
        with suppress(TimeoutError):
            async with engine.apart() as apart, asyncio.timeout(self._seconds):
                await self._ask_all(Modest(apart, engine))
        _log.info("asked ahead for %s in %.1f s", engine.info.id, time.monotonic() - began)

    async def _ask_all(self, engine: Engine) -> None:
        wanted = self._wanted
        things = [partial(self._page, wanted.thing, path) for path in await busiest(engine)]
        pages = [partial(self._page, handler, path) for path, handler in wanted.pages.items()]
        steps: list[Asks] = [*things[:FIRST], *wanted.asks, *pages, *things[FIRST:]]
        for ask in steps:
            if wanted.is_full():
                return
            await _step(partial(ask, engine))

    async def _page(self, handler: Handler, path: str, engine: Engine) -> None:
        await handler(self._request(engine, path))

    def _request(self, engine: Engine, path: str) -> Request:
        """Return a request that nobody made, to be answered by an engine."""
        return Request(
            {
                "type": "http",
                "app": self._app,
                "method": "GET",
                "scheme": "http",
                "server": ("localhost", 80),
                "path": path,
                "root_path": "",
                "query_string": b"",
                "headers": [],
                asgi.ENGINE: engine,
                asgi.AHEAD: True,
            }
        )


async def busiest(engine: Engine) -> list[str]:
    """Return paths of pages of things that most claims speak of, or come from, those first.

    Raises QueryError, StoreError.
    """
    table = await engine.table(busiest_query(), Dataset(), _ROWS, ours=True)
    paths = [path_of(iri) for iri in cells.iris(table, 0)]
    return [f"{path}.{HTML}" for path in paths if path and path.startswith(_THINGS)][:THINGS]


def busiest_query() -> str:
    """Return the query for things by the claims that speak of them, among some of all claims."""
    ways = ", ".join(map(str, (*ROLES, DEM["attributedTo"])))
    return f"""
SELECT ?thing (COUNT(*) AS ?claims)
WHERE {{
  {{ SELECT ?claim {{ ?claim a {DEM["Claim"]} }} LIMIT {SAMPLE} }}
  ?claim ?how ?thing FILTER(?how IN ({ways}))
}}
GROUP BY ?thing ORDER BY DESC(?claims) ?thing LIMIT {_ROWS}"""


async def _step(ask: Callable[[], Awaitable[None]]) -> None:
    """Ask for one thing; leave as much time to others again."""
    began = time.monotonic()
    try:
        await ask()
    except DemarcheError as error:
        _log.info("a page is not asked for ahead: %s", error)
    await asyncio.sleep(time.monotonic() - began)


async def _whole(work: Awaitable[None]) -> None:
    """Do some work; what goes wrong costs nobody else anything, and is logged."""
    try:
        await work
    except DemarcheError as error:
        _log.warning("pages are not asked for ahead: %s", error)
    except Exception:
        _log.exception("pages are not asked for ahead")
