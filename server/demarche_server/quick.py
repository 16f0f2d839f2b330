"""The short way of plain queries: sent by GET, answered at once, without a task of their own.

A task and the layers around it cost more than most answers do, and for each piece of a longer one.
What this module takes on is what the endpoint would do with the same request, and only as long as
nothing out of the ordinary happens: what is not there soon, fails, or is more than may wait in
memory goes on along the ordinary way, together with the query that was begun for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from starlette.types import Scope

from demarche_ontology.errors import DemarcheError
from demarche_server import asgi
from demarche_server.cache import Cache, Kept, RawRequest, raw_request
from demarche_server.endpoint import (
    PATH,
    answer_headers,
    answer_lines,
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

PATIENCE_SECONDS: Final = 0.1
"""How long an answer may take, and its first bytes with it, before it is sent piece by piece."""
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
        self._parts: _Parts | None = None
        self._settings = settings
        self._common: tuple[CommitInfo | None, bytes] = (None, b"")
        self._flights: deque[_Flight] = deque()
        self._waiting = False

    def take(self, scope: Scope, deliver: Deliver, leave: Leave) -> bool:
        """Take a request on, whose body is empty; return False for one that is not for here.

        One of the two functions is called for what is taken, perhaps before this returns.
        """
        parts = self._parts or self._find_parts()
        if parts is None or not _OUT_OF_THE_ORDINARY.isdisjoint(headers_of(scope)):
            return False
        try:
            return self._take(scope, parts, deliver, leave)
        except DemarcheError:
            return False  # it is told along the ordinary way

    def _find_parts(self) -> _Parts | None:
        if getattr(self._state, "serving", None) is not None:
            self._parts = _Parts(self._state.serving, self._state.cache, self._state.operations)
        return self._parts

    def _take(self, scope: Scope, parts: _Parts, deliver: Deliver, leave: Leave) -> bool:
        if self._settings.root_path:
            asgi.place_below(scope, self._settings.root_path)
        if asgi.local_path(scope) != PATH:
            return False
        serving, cache, operations = parts
        info = serving.engine.info
        raw = raw_request(scope)
        if kept := cache.of_request(info.id, raw):
            self._send_kept(_begin(scope, info, operations), deliver, kept, info)
            return True
        request = read_get(scope, self._settings)
        if request.query is None or request.version is not None or wants_page(scope, request):
            return False
        question = question_of(scope, request, request.query)
        record = _begin(scope, info, operations)
        tag = cache.tag((info.id, question))
        if kept := cache.of_tag(tag, raw):
            self._send_kept(record, deliver, kept, info)
            return True
        record.query = question.query
        flight = _Flight(self, parts, scope, record, deliver, leave, serving.lease(), raw, tag)
        flight.start(question)
        if flight.asked is not None:
            self._flights.append(flight)
            if not self._waiting:
                self._wait(PATIENCE_SECONDS)
        return True

    def _wait(self, seconds: float) -> None:
        self._waiting = True
        asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        """Hand on what has taken too long. One timer for all, which none of them has to end."""
        self._waiting = False
        flights, now = self._flights, time.perf_counter()
        while flights:
            if flights[0].asked is not None:
                left = flights[0].record.started + PATIENCE_SECONDS - now
                if left > 0:
                    self._wait(left)
                    return
                flights[0].hand_on()
            flights.popleft()

    def _send_kept(
        self, record: RequestRecord, deliver: Deliver, kept: Kept, info: CommitInfo
    ) -> None:
        record.query = kept.key[1].query
        record.cache = "hit"
        self._send(record, deliver, kept, info)

    def send_new(self, flight: _Flight, asked: Asked, info: CommitInfo) -> bool:
        """Send the answer of a query, and keep it; return False if it is no whole one."""
        whole = asked.whole()
        if whole is None:
            return False
        head, body = whole
        tag, record = flight.tag, flight.record
        kept = Kept(answer_headers(head, tag), body, tag, (info.id, asked.question))
        kept.as_sent = answer_lines(head, tag, len(body))
        keeps = not head.volatile and flight.parts.cache.keep(kept, flight.raw)
        record.cache = "miss" if keeps else "bypass"
        self._send(record, flight.deliver, kept, info)
        return True

    def _send(self, record: RequestRecord, deliver: Deliver, kept: Kept, info: CommitInfo) -> None:
        """Send an answer, and have it counted and written down."""
        if self._common[0] is not info:
            self._common = info, header_lines(common_headers(self._settings, info))
        deliver(kept.lines() + self._common[1], kept.body)
        record.status = 200
        record.sent = len(kept.body)
        record.whole = True
        assert self._parts is not None
        self._parts.operations.end(record)


class _Parts(NamedTuple):
    """What of the application answers queries, the same as long as it runs."""

    serving: Serving
    cache: Cache
    operations: Operations


def _begin(scope: Scope, info: CommitInfo, operations: Operations) -> RequestRecord:
    request_id = scope.get(asgi.REQUEST_ID)
    if request_id is None:
        request_id = scope[asgi.REQUEST_ID] = asgi.new_request_id()
    record = operations.begin(scope, request_id)
    record.commit = info.id
    record.route = PATH
    return record


@dataclass(slots=True, eq=False)
class _Flight:
    """A query under way. Holds on to its engine until it is answered or handed on.

    raw, tag: how it was sent and what is asked, for the cache.
    asked: None once it was answered or handed on.
    """

    quick: Quick
    parts: _Parts
    scope: Scope
    record: RequestRecord
    deliver: Deliver
    leave: Leave
    lease: Lease
    raw: RawRequest | None
    tag: bytes
    asked: Asked | None = None

    def start(self, question: Question) -> None:
        """Ask."""
        engine = self.lease.__enter__()
        self.asked = engine.ask(question, self.record.client)
        self.asked.tell(self._told)

    def _told(self) -> None:
        """Take note that the end is there, or more than may wait."""
        if self.asked is None:
            return
        try:
            info = self.lease.engine.info
            answered = self.quick.send_new(self, self.asked, info)
        except Exception:
            _log.exception("%s: the short way", self.record.id)
            answered = False
        if not answered:
            self.hand_on()
            return
        self.asked = None
        self.lease.__exit__()

    def hand_on(self) -> None:
        """Give the request, and what was begun for it, to the application."""
        if self.asked is None:
            return
        self.scope[asgi.HELD] = self.lease
        self.scope[asgi.BEGUN] = self.asked
        self.asked = None
        self.leave()
