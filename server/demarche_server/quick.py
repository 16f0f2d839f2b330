"""The short way of plain queries: sent by GET, answered in one piece, without a task of their own.

A task and the layers around it cost more than most answers do. What this module takes on is what
the endpoint would do with the same request, and only as long as nothing out of the ordinary
happens: what is not there soon, fails, or is more than one piece goes on along the ordinary way,
together with the query that was begun for it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import Scope

from demarche_ontology.errors import DemarcheError
from demarche_server import asgi
from demarche_server.cache import Cache, Kept, RawRequest, raw_request
from demarche_server.endpoint import (
    PATH,
    PATIENCE_SECONDS,
    answer_headers,
    question_of,
    wants_page,
)
from demarche_server.engine import Asked
from demarche_server.operations import Operations, RequestRecord
from demarche_server.protocol import header_lines, headers_of, read_get
from demarche_server.readers.wire import Question
from demarche_server.serving import Lease, Serving
from demarche_server.settings import Settings
from demarche_server.surroundings import common_headers
from demarche_store.protocol import CommitInfo

Deliver = Callable[[bytes, bytes], None]
"""Sends an answer of status 200: lines of its head, each with its end, and its body."""
Leave = Callable[[], None]
"""Gives the request to the application."""

_OUT_OF_THE_ORDINARY: Final = frozenset(
    {
        b"authorization",
        b"content-length",
        b"if-none-match",
        b"origin",
        b"transfer-encoding",
        b"x-forwarded-for",
        b"x-forwarded-proto",
    }
)
"""Headers that make more of a request than a query by GET."""
_log = logging.getLogger(__name__)


class Quick:
    """Takes requests before the application has them. One per application, in its event loop.

    state: of the application, which is filled when it starts.
    """

    def __init__(self, state: Any, settings: Settings) -> None:
        self._state = state
        self._settings = settings
        self._common: tuple[CommitInfo | None, bytes] = (None, b"")

    def take(self, scope: Scope, deliver: Deliver, leave: Leave) -> bool:
        """Take a request on, whose body is empty; return False for one that is not for here.

        One of the two functions is called for what is taken, perhaps before this returns.
        """
        serving: Serving | None = getattr(self._state, "serving", None)
        if serving is None or not _OUT_OF_THE_ORDINARY.isdisjoint(headers_of(scope)):
            return False
        try:
            return self._take(scope, serving, deliver, leave)
        except DemarcheError:
            return False  # it is told along the ordinary way

    def _take(self, scope: Scope, serving: Serving, deliver: Deliver, leave: Leave) -> bool:
        if self._settings.root_path:
            asgi.place_below(scope, self._settings.root_path)
        if asgi.local_path(scope) != PATH:
            return False
        cache: Cache = self._state.cache
        info = serving.engine.info
        raw = raw_request(scope)
        if kept := cache.of_request(info.id, raw):
            self._send_kept(self._begin(scope, info, deliver), kept, info)
            return True
        request = read_get(scope, self._settings)
        if request.query is None or request.version is not None or wants_page(scope, request):
            return False
        question = question_of(scope, request, request.query)
        given = self._begin(scope, info, deliver)
        given.tag = cache.tag((info.id, question))
        if kept := cache.of_tag(given.tag, raw):
            self._send_kept(given, kept, info)
        else:
            given.raw = raw
            _Flight(self, given, serving.lease(), leave).start(question)
        return True

    def _begin(self, scope: Scope, info: CommitInfo, deliver: Deliver) -> _Given:
        operations: Operations = self._state.operations
        request_id = scope.setdefault(asgi.REQUEST_ID, secrets.token_hex(8))
        record = operations.begin(scope, request_id)
        record.commit = info.id
        record.route = PATH
        return _Given(scope, record, deliver)

    def _send_kept(self, given: _Given, kept: Kept, info: CommitInfo) -> None:
        given.record.query = kept.key[1].query
        given.record.cache = "hit"
        self._send(given, kept, info)

    def send_new(self, given: _Given, asked: Asked, info: CommitInfo) -> bool:
        """Send the answer of a query, and keep it; return False if it is no whole one."""
        whole = asked.whole()
        if whole is None:
            return False
        head, body = whole
        cache: Cache = self._state.cache
        kept = Kept(answer_headers(head, given.tag), body, given.tag, (info.id, asked.question))
        keeps = not head.volatile and cache.keep(kept, given.raw)
        given.record.cache = "miss" if keeps else "bypass"
        self._send(given, kept, info)
        return True

    def _send(self, given: _Given, kept: Kept, info: CommitInfo) -> None:
        """Send an answer, and have it counted and written down."""
        if self._common[0] is not info:
            self._common = info, header_lines(common_headers(self._settings, info))
        given.deliver(kept.lines() + self._common[1], kept.body)
        record = given.record
        record.status = 200
        record.sent = len(kept.body)
        record.whole = True
        operations: Operations = self._state.operations
        operations.end(record, given.scope)


@dataclass(slots=True, eq=False)
class _Given:
    """A request that was taken on. raw, tag: how it was sent and what is asked, for the cache."""

    scope: Scope
    record: RequestRecord
    deliver: Deliver
    raw: RawRequest | None = None
    tag: bytes = b""


class _Flight:
    """A query under way. Holds on to its engine until it is answered or handed on."""

    __slots__ = ("_asked", "_given", "_lease", "_leave", "_quick", "_timer")

    def __init__(self, quick: Quick, given: _Given, lease: Lease, leave: Leave) -> None:
        self._quick = quick
        self._given = given
        self._lease = lease
        self._leave = leave

    def start(self, question: Question) -> None:
        """Ask."""
        self._given.record.query = question.query
        engine = self._lease.__enter__()
        self._asked: Asked | None = engine.ask(question, asgi.client(self._given.scope))
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._hand_on)
        self._asked.tell(self._told)

    def _told(self) -> None:
        """Take note that the first piece or the end is there."""
        if self._asked is None:
            return
        try:
            info = self._lease.engine.info
            answered = self._quick.send_new(self._given, self._asked, info)
        except Exception:
            _log.exception("%s: the short way", asgi.request_id(self._given.scope))
            answered = False
        if not answered:
            self._hand_on()
            return
        self._asked = None
        self._timer.cancel()
        self._lease.__exit__()

    def _hand_on(self) -> None:
        """Give the request, and what was begun for it, to the application."""
        if self._asked is None:
            return
        self._timer.cancel()
        self._given.scope[asgi.HELD] = self._lease
        self._given.scope[asgi.BEGUN] = self._asked
        self._asked = None
        self._leave()
