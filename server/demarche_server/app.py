"""Making the application: settings and a way to open a view go in, an ASGI app comes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from demarche_ontology.competency import CompetencyQuery, competency_queries
from demarche_ontology.errors import RequestError
from demarche_server import asgi, candidates, graph_store, openapi
from demarche_server.cache import Cache
from demarche_server.chores import Chores
from demarche_server.description.addresses import VOID_PATH
from demarche_server.description.documents import Descriptions
from demarche_server.endpoint import PATH
from demarche_server.engine import Engine
from demarche_server.federation.proxy import Proxy
from demarche_server.linked.paths import ROUTES as LINKED
from demarche_server.linked.routes import LinkedData
from demarche_server.operations import Operations
from demarche_server.operations.operations import PATH as METRICS
from demarche_server.operations.watching import PoolMetrics, state_of
from demarche_server.pages.ahead import Ahead, Wanted
from demarche_server.pages.frame import Frame
from demarche_server.pages.front import about_page
from demarche_server.pages.front.release_page import DUMPS_ROUTE, ReleasePages
from demarche_server.pages.front.release_page import ROUTE as RELEASE_ROUTE
from demarche_server.pages.front.releases_page import PAIR_ROUTE, ReleasesPage
from demarche_server.pages.front.releases_page import PATH as RELEASES
from demarche_server.pages.front.search_page import COMPLETE_PATH, SEARCH_PATH, SearchPage
from demarche_server.pages.front.site import Site
from demarche_server.pages.front.start_page import StartPage
from demarche_server.pages.pictures import members_picture, network_picture, timeline_picture
from demarche_server.pages.pictures.pictures_page import PICTURES_PATH, PicturePages
from demarche_server.pages.query.query_page import QueryPage
from demarche_server.pages.things.thing_page import ThingPages
from demarche_server.quotas import Quotas
from demarche_server.releases.kept import Kept
from demarche_server.search.searching import Searching
from demarche_server.serving import Serving, Source
from demarche_server.settings import Settings
from demarche_server.surroundings import Surroundings
from demarche_server.texts import UNLOCK_PATH, Texts
from demarche_server.versions import Versions
from demarche_server.writing.desk import Desk
from demarche_store.protocol import Dataset

PICTURES: Final = (timeline_picture.PATH, network_picture.PATH, members_picture.PATH)
"""Pages that tell of the whole of a commit, and are asked for ahead."""


def create_app(
    settings: Settings,
    source: Source,
    examples: Sequence[CompetencyQuery] | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """Return the application.

    source: where the commits to serve come from; asked when the application starts. The vault of
        texts and the tokens of its home say which words pages show.
    examples: queries to offer; None for the packaged competency queries.
    desk: where writes are handed in; None where nothing is written.
    Raises InputError when packaged queries are faulty, ServeError for a setting that is.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.ahead.begin(frame.prepare(most_asked=True))
        await proxy.start()
        if desk is not None:
            desk.proxy = proxy
        watcher = PoolMetrics(operations.metrics, Quotas(settings))
        serving = Serving(source, watcher, proxy.services())
        await serving.start()
        app.state.serving = serving
        operations.metrics.commit = lambda: serving.engine.info
        versions = Versions(source, serving, settings, watcher, proxy.services())
        app.state.versions = versions
        app.state.candidates = candidates.Candidates(source, settings, watcher, proxy.services())
        operations.metrics.pool = lambda: state_of(versions.states())
        operations.metrics.versions = lambda: len(versions)
        app.state.descriptions = Descriptions(settings, versions)
        chores = Chores(source.home)
        app.state.kept = Kept(chores)
        app.state.searching = Searching(chores)
        app.state.ahead.follow(serving)
        try:
            yield
        finally:
            await app.state.ahead.close()
            await app.state.descriptions.close()
            await chores.close()
            if desk is not None:
                await desk.close()
            await app.state.candidates.close()
            await versions.close()
            await serving.close()
            await proxy.close()
            await asyncio.to_thread(operations.close)

    app = Application(
        title=settings.title, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    proxy = Proxy(settings)
    examples = competency_queries() if examples is None else examples
    app.state.frame = frame = Frame(settings, examples)
    app.state.openapi_document = openapi.openapi(settings, examples)
    texts = Texts(settings, source.home)
    paths = _add_routes(app, frame, texts)
    operations = Operations.make(settings, [PATH, candidates.PATH, graph_store.PATH, *paths])
    app.state.operations = operations
    app.state.cache = Cache(settings)
    operations.metrics.cache = app.state.cache.state
    app.state.desk = desk
    app.state.texts = texts
    app.add_exception_handler(HTTPException, _as_request_error)
    app.add_middleware(Surroundings, settings=settings)
    return app


class Application(FastAPI):
    """The framework's application without its outermost layers: `Surroundings` stands for them.

    They answer what goes wrong and limit bodies, which is done here by other rules, and each takes
    time from every request.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the surroundings, everything else to the framework."""
        if scope["type"] != "http" or self.middleware_stack is None:
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the surroundings and what is within."""
        stack: Any = super().build_middleware_stack()
        while not isinstance(stack, Surroundings):
            stack = stack.app
        return stack


def _add_routes(app: FastAPI, frame: Frame, texts: Texts) -> tuple[str, ...]:
    """Add them, and what asks ahead for some of their pages; return their paths."""
    site = Site(frame)
    start = StartPage(frame)
    search = SearchPage(frame)
    pictures = PicturePages(frame)
    about = about_page.AboutPage(frame)
    routes: dict[str, Callable[..., Any]] = {
        "/": start.answer,
        "/query": QueryPage(frame).answer,
        SEARCH_PATH: search.answer,
        COMPLETE_PATH: search.complete,
        PICTURES_PATH: pictures.index,
        timeline_picture.PATH: pictures.timeline,
        network_picture.PATH: pictures.network,
        members_picture.PATH: pictures.members,
        about_page.PATH: about.answer,
        f"{about_page.PATH}/{{name}}": about.document,
        "/problems": site.problems,
        UNLOCK_PATH: texts.unlock,
        "/static/{name}": frame.static,
        "/favicon.ico": frame.favicon,
        VOID_PATH: void,
        openapi.OPENAPI_PATH: openapi.answer,
        "/livez": livez,
        "/readyz": readyz,
        METRICS: metrics,
    }
    releases, release = ReleasesPage(frame), ReleasePages(frame)
    routes |= {
        RELEASES: releases.answer,
        PAIR_ROUTE: releases.differences,
        RELEASE_ROUTE: release.answer,
        DUMPS_ROUTE: release.dump,
    }
    things = ThingPages(frame)
    linked = LinkedData(frame.settings, things)
    routes |= dict.fromkeys(LINKED, linked.answer)
    frame.lead_to(routes)
    for path, endpoint in routes.items():
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"], response_model=None)
    pages = {path: routes[path] for path in PICTURES}
    asks = (start.ahead, about.ahead, partial(_counted_ahead, app), lambda _: frame.prepare())
    wanted = Wanted(linked.answer, asks, pages, lambda: things.held.is_full)
    app.state.ahead = Ahead(app, wanted, frame.settings.ahead_seconds)
    return tuple(routes)


async def _counted_ahead(app: FastAPI, engine: Engine) -> None:
    descriptions: Descriptions = app.state.descriptions
    await descriptions.ahead(engine)


async def void(request: Request) -> Response:
    """Answer `/.well-known/void`: the data set and its releases, described."""
    descriptions: Descriptions = request.app.state.descriptions
    return await descriptions.catalog(request)


async def livez() -> Response:
    """Tell that the process answers."""
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


async def readyz(request: Request) -> Response:
    """Tell that queries are answered, and from which commit. Raises what a query raises."""
    engine = asgi.leased(request.scope)
    await engine.table("ASK {}", Dataset(), limit=1)
    body = {"status": "ready", "commit": engine.info.id, "release": engine.info.release}
    return JSONResponse(body, headers={"cache-control": "no-store"})


async def metrics(request: Request) -> Response:
    """Tell the numbers of this server to Prometheus. Raises RequestError (404)."""
    operations: Operations = request.app.state.operations
    operations.access.check(request.scope)
    body, media_type = operations.metrics.exposition(request.headers.get("accept", ""))
    return Response(body, headers={"content-type": media_type, "cache-control": "no-store"})


async def _as_request_error(request: Request, error: Exception) -> Response:
    """Turn what the router refuses into an error of the one tree, for `problems` to tell."""
    if not isinstance(error, HTTPException):
        raise error
    allow = (error.headers or {}).get("Allow", "")
    message = "There is nothing at this address"
    if error.status_code == 405:
        message = f"{request.method} is not a method of this address"
    raise RequestError(
        message,
        remedy="begin at the first page, /, or send queries to /sparql",
        status=error.status_code,
        allow=tuple(part.strip() for part in allow.split(",") if part),
    )
