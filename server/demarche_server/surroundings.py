"""What surrounds every answer: request id, provenance, CORS, safety headers, the last resort.

It also sends the hot address, /sparql, to its handler before the framework's router sees it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demarche_ontology.errors import (
    DemarcheError,
    QueryCrashedError,
    QueryLimitError,
    RequestError,
    TryLaterError,
)
from demarche_server import asgi, candidates, graph_store
from demarche_server.asgi import Headers
from demarche_server.endpoint import PATH, serve_query
from demarche_server.operations import Operations, RequestRecord, record_of
from demarche_server.operations.record import RECORD
from demarche_server.problems import ProblemReport, report
from demarche_server.protocol import METHODS, header, version_in
from demarche_server.serving import Lease, Serving
from demarche_server.settings import Settings
from demarche_server.versions import Versions
from demarche_store.protocol import CommitInfo

COMMIT: Final = b"demarche-commit"
RELEASE: Final = b"demarche-release"

_CSP: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS_TAKEN: Final = b"Accept, Authorization, Content-Type, X-Requested-With"
_SAFETY: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _CSP),
    (b"referrer-policy", b"same-origin"),
]
_log = logging.getLogger(__name__)


class Surroundings:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._settings.root_path:
            asgi.place_below(scope, self._settings.root_path)
        request_id = scope.setdefault(asgi.REQUEST_ID, asgi.new_request_id())
        state = scope["app"].state
        operations: Operations = state.operations
        record = scope.get(RECORD) or operations.begin(scope, request_id)
        try:
            await self._answer(scope, receive, send, state.serving)
        finally:
            operations.end(record, scope)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, serving: Serving) -> None:
        held: Lease | None = scope.pop(asgi.HELD, None)
        with held or serving.lease() as engine:
            scope[asgi.ENGINE] = engine
            record = record_of(scope)
            record.commit = engine.info.id
            sending = _Sending(send, scope, self._common, record)
            try:
                wanted = None if scope["method"] == "OPTIONS" else version_in(scope)
                if wanted is None:
                    await self._dispatch(scope, receive, sending)
                else:
                    versions: Versions = scope["app"].state.versions
                    async with versions.answering(scope, wanted):
                        await self._dispatch(scope, receive, sending)
            except Exception as error:
                await _give_up(scope, sending, error)
            record.route = record.route or route_of(scope)

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            methods = graph_store.METHODS if graph_store.is_below(scope) else METHODS
            await asgi.send_whole(send, 204, [(b"allow", ", ".join(methods).encode())])
        elif asgi.local_path(scope) == PATH:
            record_of(scope).route = PATH
            await serve_query(scope, receive, send, self._settings)
        elif asgi.local_path(scope) == candidates.PATH:
            record_of(scope).route = candidates.PATH
            await candidates.serve_candidates(scope, receive, send, self._settings)
        elif graph_store.is_below(scope):
            record_of(scope).route = graph_store.PATH
            await graph_store.serve_graph(scope, receive, send, self._settings)
        else:
            await self._app(scope, receive, send)

    def _common(self, scope: Scope) -> Headers:
        info = asgi.leased(scope).info
        preflight = scope["method"] == "OPTIONS"
        return common_headers(self._settings, info, header(scope, b"origin"), preflight)


def common_headers(
    settings: Settings, info: CommitInfo, origin: str = "", preflight: bool = False
) -> Headers:
    """Return the headers that every answer has.

    info: what is answered from. origin: of the page that asks, "" for none; preflight: whether a
    browser asks for it what it may send.
    """
    return [*_SAFETY, *provenance_headers(info), *_cors(settings, origin, preflight)]


def _cors(settings: Settings, origin: str, preflight: bool) -> list[tuple[bytes, bytes]]:
    """Return what lets pages of other origins read answers (Fetch standard, 3.2)."""
    allowed = settings.cors_origins
    vary = [] if "*" in allowed else [(b"vary", b"Origin")]
    if not origin or ("*" not in allowed and origin not in allowed):
        return vary
    shown = b"*" if "*" in allowed else origin.encode("latin-1")
    headers = [
        (b"access-control-allow-origin", shown),
        (b"access-control-expose-headers", b"Demarche-Commit, Demarche-Release"),
    ]
    if preflight:
        headers += [
            (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE, OPTIONS"),
            (b"access-control-allow-headers", _HEADERS_TAKEN),
            (b"access-control-max-age", b"86400"),
        ]
    return [*vary, *headers]


def route_of(scope: Scope) -> str:
    """Return the path of the route that answered, as declared; "" if none did."""
    route = scope.get("route")
    return getattr(route, "path", "")


def provenance_headers(info: CommitInfo) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that say which commit, and which release, an answer came from."""
    return _provenance(info.id, info.release)


@lru_cache(maxsize=64)
def _provenance(commit: str, release: str | None) -> tuple[tuple[bytes, bytes], ...]:
    names = {COMMIT: commit, RELEASE: release}
    return tuple((name, quote(value).encode()) for name, value in names.items() if value)


@dataclass(slots=True)
class _Sending:
    """A `send` that adds the common headers and remembers whether the answer has begun."""

    send: Callable[[Message], Awaitable[None]]
    scope: Scope
    common: Callable[[Scope], Headers]
    record: RequestRecord
    begun: bool = field(default=False)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.record.status = message["status"]
            own = message.get("headers", ())
            message["headers"] = [*own, *self._common_beside(own)]
            await self.send(message)
            return
        await self.send(message)
        self.record.sent += len(message.get("body", b""))
        self.record.whole = not message.get("more_body", False)

    def _common_beside(self, own: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Leave out the commit where the answer names one itself, as that to a write does."""
        common = self.common(self.scope)
        given = {COMMIT, RELEASE}.intersection(name for name, _ in own)
        return [header for header in common if header[0] not in given] if given else common


async def _give_up(scope: Scope, send: _Sending, error: Exception) -> None:
    """Tell the client what went wrong, if nothing was sent yet; log what is our fault."""
    problem = report(error, asgi.request_id(scope), asgi.root_of(scope))
    if isinstance(error, QueryLimitError | QueryCrashedError | TryLaterError):
        record_of(scope).limit = problem.kind.slug
    elif isinstance(error, RequestError):
        record_of(scope).limit = error.limit
    if problem.status >= 500 or send.begun:
        unforeseen = None if isinstance(error, DemarcheError) else error
        _log.error("%s: %s", asgi.request_id(scope), error, exc_info=unforeseen)
    if send.begun:
        return
    if asgi.wants_page(scope):
        await _send_page(scope, send, problem)
    else:
        await asgi.send_problem(send, problem)


async def _send_page(scope: Scope, send: Send, problem: ProblemReport) -> None:
    request = Request(scope)
    page = await request.app.state.frame.problem(request, problem)
    page.raw_headers.extend(problem.headers())
    await page(scope, request.receive, send)
