"""uvicorn's protocol for one connection, with limits.

Written for uvicorn 0.54 and httptools 0.9. What it uses of their insides is listed in
`tests/server/test_guard.py`, which fails when a new version has changed it.
"""

from __future__ import annotations

import asyncio
import enum
import logging
from functools import partial
from typing import Any, Final

from starlette.types import Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from demarche_ontology.errors import BusyError, DemarcheError, RequestError
from demarche_server.asgi import REQUEST_ID, new_request_id
from demarche_server.guard import sockets
from demarche_server.guard.guard import Guard
from demarche_server.guard.heads import check_head, headers_too_large, url_too_long
from demarche_server.operations.record import REFUSED, RequestRecord
from demarche_server.problems import MEDIA_TYPE, report
from demarche_server.protocol import header_lines

LINGER_SECONDS: Final = 2.0
"""How long a client may go on sending after its last answer; closing at once could lose it."""
_STATUS_200: Final = STATUS_LINE[200]
_LONG: Final = 1 << 16
_CONTINUE: Final = b"HTTP/1.1 100 "
_FRAMING: Final = 16
"""Bytes a request may spend on the framing of one byte of body: chunk sizes and extensions."""

_log = logging.getLogger("uvicorn.error.guard")
_log.setLevel(logging.ERROR)  # what strangers send is no news


class Stage(enum.Enum):
    """What of a request is being received."""

    BETWEEN = enum.auto()
    """Nothing: an answer is being made, or the connection is idle and uvicorn's timer runs."""
    HEAD = enum.auto()
    BODY = enum.auto()
    DEAF = enum.auto()
    """Whatever comes is thrown away: there will be no more requests."""


class _RefusedError(Exception):
    """Stops the parser."""


class _Outlet:
    """The transport as an answer sees it: what is written is counted, closing is gentle.

    The head of an answer goes out with the first piece of its body, in one system call.
    """

    __slots__ = ("_head", "_owner", "_write", "head_due", "is_closing")

    def __init__(self, owner: GuardedProtocol, transport: asyncio.Transport) -> None:
        self._owner = owner
        self._write = transport.write
        self._head = b""
        self.head_due = False
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        self._owner.written += len(data)
        if self.head_due and not data.startswith(_CONTINUE):
            self.head_due = False
            self._head = data
            return
        if self._head:
            data, self._head = self._head + data, b""
        self._write(data)

    def close(self) -> None:
        if self._head:
            self._write(self._head)
            self._head = b""
        self._owner.close_gently()


class GuardedProtocol(HttpToolsProtocol):
    """One connection. guard: shared by all of a server.

    written: bytes of answers handed to the transport.
    peer: what the client's address counts as.
    """

    def __init__(
        self,
        guard: Guard,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _log
        self.url = b""
        self.guard = guard
        self.peer = ""
        self.written = 0
        self._stage = Stage.HEAD
        self._since = 0.0  # when this stage began
        self._raw = 0  # bytes received for this request, with the framing
        self._raw_limit = guard.head_bytes
        self._received = 0  # bytes of this request's body
        self._before = 0  # of them, those that had come when the time began that runs now
        self._fault: DemarcheError | None = None
        self._front: RequestResponseCycle | None = None  # the request being answered
        self._reading_head = False
        self._due: tuple[RequestResponseCycle, Any] | None = None  # goes the short way, or not
        self._short: Scope | None = None  # of a request that goes it, and has no cycle yet
        self._whole = b""  # what came at once, if a request began with it
        self._idle_since: float | None = (
            None  # after what went the short way; else uvicorn's timer runs
        )
        self._lingering = False
        self._window: tuple[float, int] | None = None  # when sending was last seen to move: bytes

    # --- The connection -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = self.guard.peer(self.client)
        self._outlet = _Outlet(self, transport)
        self.guard.enter(self, self.loop)
        self._since = self.guard.now
        if self.guard.overrun():
            transport.abort()
            return
        crowded = self.guard.crowded(self)
        if crowded is not None:
            self._refuse(crowded)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lengthen()
        self.guard.leave(self)
        self.pipeline.clear()
        front = self._front
        if front is not None and not front.response_complete:  # uvicorn tells only the last one
            front.disconnected = True
            front.message_event.set()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def close_gently(self) -> None:
        """Close once the client has taken the answer, even if it is still sending."""
        if self._stage is Stage.BETWEEN and not self.pipeline:
            self.transport.close()
        else:
            self._linger()

    def _linger(self) -> None:
        """Say that nothing more comes, and throw away what the client still sends."""
        self._stage = Stage.DEAF
        self._lingering = True
        self._since = self.guard.now
        self.pipeline.clear()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        self.transport.write_eof()

    def _reset(self) -> None:
        if self._front is not None:
            self._front.disconnected = True  # nothing more is written, and uvicorn keeps quiet
            self._front.message_event.set()
        self._stage = Stage.DEAF
        sockets.reset(self.transport)

    # --- Receiving ----------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._stage is Stage.DEAF or self._goes_short_at_once(data):
            return
        self._lengthen()
        self._idle_since = None
        if self._stage is Stage.BETWEEN:
            self._begin_head()
        self._whole = b"" if self._raw else data
        self._raw += len(data)
        super().data_received(data)
        self._whole = b""
        if self._raw > self._raw_limit:
            self._check_raw()

    def _begin_head(self) -> None:
        self._stage = Stage.HEAD
        self._since = self.guard.now
        self.url = b""
        self._raw = self._received = self._before = 0
        self._raw_limit = self.guard.head_bytes

    def _check_raw(self) -> None:
        """Refuse a head that does not end, or a body that is framing for the most part."""
        if self._stage is Stage.HEAD:
            self._refuse(headers_too_large(self.guard.settings))
        elif self._stage is Stage.BODY:
            self._refuse(RequestError("The body is mostly framing", "send larger chunks"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._stage is not Stage.HEAD:
            self._begin_head()
        self._raw += 1  # something was asked

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.guard.url_bytes:
            self._stop(url_too_long(self.guard.settings))

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        settings = self.guard.settings
        try:
            check_head(self.parser.get_method(), version, self.url, self.headers, settings)
        except RequestError as error:
            self._stop(error)
        if len(self.pipeline) >= settings.max_pipelined:
            self._stop(BusyError("Too many requests wait on this connection", "await answers"))
        if version == "1.0":
            self.expect_100_continue = False
        self._reading_head = True
        super().on_headers_complete()
        self._reading_head = False
        self._stage = Stage.BODY
        self._since = self.guard.now
        self.headers = []  # trailers go here, and nowhere from here
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False  # the parser skips what follows

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        if not self.cycle.response_complete:
            self._raw_limit += _FRAMING * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self.headers:
            self.cycle.keep_alive = False  # a trailer may have told the parser to stop here
        if self.cycle.response_complete:
            self._begin_head()  # it was answered early: uvicorn's timer for idleness is gone
        else:
            self._stage = Stage.BETWEEN
        if self._due is not None:
            cycle, app = self._due
            self._due = None
            self._go_short(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """Keep quiet: any client may ask, and is answered in HTTP/1.1."""

    # --- Refusing -----------------------------------------------------------------------------

    def _stop(self, fault: DemarcheError) -> None:
        """End the parsing, from within; uvicorn then has `send_400_response` called."""
        self._fault = fault
        raise _RefusedError

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what the parser stopped at."""
        fault = self._fault or RequestError(
            "The request is not HTTP/1.1", "send what RFC 9112 describes"
        )
        self._refuse(fault)

    def _refuse(self, fault: DemarcheError) -> None:
        """Take no more requests. The refusal is told once those before it are answered."""
        in_body = self._stage is Stage.BODY
        self._stage = Stage.DEAF
        self._fault = fault
        if in_body:
            self._withdraw()
        elif not self._busy:
            self._tell()

    def _withdraw(self) -> None:
        """Take back the request whose body is at fault; the application may be at work on it."""
        cycle = self.cycle
        if cycle.response_complete:
            self._linger()
            return
        cycle.disconnected = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        if cycle is not self._front:
            self.pipeline.popleft()
        elif cycle.response_started:
            self._reset()
        else:
            self._tell(cycle.scope)  # type: ignore[arg-type]

    @property
    def _busy(self) -> bool:
        return self._front is not None and not self._front.response_complete

    def _tell(self, scope: Scope | None = None) -> None:
        """Send the refusal, and end the connection.

        scope: of the request that is refused, if the application has been given it.
        """
        if self._fault is None or self.transport.is_closing():
            return
        request_id = new_request_id()
        if scope is not None:
            request_id = scope.setdefault(REQUEST_ID, request_id)
        problem = report(self._fault, request_id, self.guard.settings.root_path)
        body = problem.body()
        limit: str = getattr(self._fault, "limit", problem.kind.slug)
        if scope is not None:
            scope[REFUSED] = problem.status, limit, len(body)
        else:
            self._count(request_id, problem.status, limit, len(body))
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
            *problem.headers(),
        ]
        self._outlet.head_due = False
        head = STATUS_LINE[problem.status] + header_lines(headers)
        self._outlet.write(b"".join([head, b"\r\n", body]))
        self._linger()

    def _count(self, request_id: str, status: int, limit: str, sent: int) -> None:
        """Have a request counted and written down of which the application knows nothing."""
        operations = self.guard.operations
        if operations is None:
            return
        known = bool(self.url)
        record = RequestRecord(
            id=request_id,
            client=self.client[0] if self.client else "",
            method=self.parser.get_method().decode("ascii") if known else "",
            path=self.url.partition(b"?")[0].decode("latin-1") if known else "",
            status=status,
            sent=sent,
            whole=True,
            limit=limit,
        )
        operations.end(record)

    # --- Answering ----------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._front = cycle
        self._outlet.head_due = cycle.scope["method"] != "HEAD"  # it has no body to wait for
        cycle.transport = self._outlet  # type: ignore[assignment]
        if self._may_go_short(cycle):
            self._due = cycle, app
        else:
            self._start_task(cycle, app)

    def _start_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, partial(self._answer, cycle, app))

    def _may_go_short(self, cycle: RequestResponseCycle) -> bool:
        """Whether a request may go the short way, once all of it is there."""
        return (
            self._reading_head
            and self.guard.shortcut is not None
            and cycle.scope["method"] == "GET"
            and cycle.keep_alive
            and not cycle.waiting_for_100_continue
            and not self.flow.write_paused
            and not self.parser.should_upgrade()
        )

    def _go_short(self, cycle: RequestResponseCycle, app: Any) -> None:
        assert self.guard.shortcut is not None
        scope: Scope = cycle.scope  # type: ignore[assignment]
        deliver = partial(self._deliver, cycle)
        leave = partial(self._start_task, cycle, app)
        if not self.guard.shortcut.take(scope, deliver, leave):
            leave()
        elif self._whole:
            self.guard.known.learn(self._whole, scope)

    def _deliver(self, cycle: RequestResponseCycle, lines: bytes, body: bytes) -> None:
        """Send a whole answer."""
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        own = self.guard.own_lines(self.server_state.default_headers)
        if not cycle.keep_alive:  # since it was taken: the server is to stop
            own += b"connection: close\r\n"
        self._send(b"".join([_STATUS_200, own, lines, b"\r\n"]), body)
        if not cycle.keep_alive:
            self.close_gently()
        cycle.on_response()

    def _send(self, head: bytes, body: bytes) -> None:
        self.written += len(head) + len(body)
        if len(body) < _LONG:
            self.transport.write(head + body)
        else:
            self.transport.writelines((head, body))  # not copied once more

    # What is known already goes the short way without the parser, and has no cycle before it needs
    # one. The parser stands between two requests all the while.

    def _goes_short_at_once(self, data: bytes) -> bool:
        """Have a request answered whose head is known, if nothing else is under way here."""
        if self._busy or self._short is not None or (self._raw and self._stage is Stage.HEAD):
            return False
        if self._stage is Stage.BODY or self.flow.write_paused or self.guard.shortcut is None:
            return False
        scope = self.guard.known.find(data, self.guard.url_bytes)
        if scope is None:
            return False
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        self._stage = Stage.BETWEEN
        self._idle_since = None
        scope["client"], scope["server"] = self.client, self.server
        scope["state"] = self.app_state.copy()
        self._short = scope
        if not self.guard.shortcut.take(scope, self._deliver_short, self._leave_short):
            self._leave_short()
        return True

    def _deliver_short(self, lines: bytes, body: bytes) -> None:
        """Send a whole answer to what goes the short way."""
        if self._short is None:
            assert self._front is not None
            self._deliver(self._front, lines, body)
            return
        self._short = None
        own = self.guard.own_lines(self.server_state.default_headers)
        self._send(b"".join([_STATUS_200, own, lines, b"\r\n"]), body)
        self.server_state.total_requests += 1
        self._idle_since = self.guard.now

    def _leave_short(self) -> None:
        """Give the application what went the short way."""
        self._lengthen()
        assert self._front is not None
        self._start_task(self._front, self.app)

    def _lengthen(self) -> None:
        """Make of what goes the short way without a cycle a request like others."""
        if self._short is None:
            return
        scope, self._short = self._short, None
        scope["headers"] = list(scope["headers"])  # they are the application's to change
        cycle = RequestResponseCycle(
            scope=scope,  # type: ignore[arg-type]
            transport=self._outlet,  # type: ignore[arg-type]
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=self.on_response_complete,
        )
        cycle.more_body = False
        cycle.message_event.set()
        self._outlet.head_due = True
        self.cycle = self._front = cycle

    def shutdown(self) -> None:
        """End the connection once its answer is sent."""
        self._lengthen()
        super().shutdown()

    async def _answer(
        self,
        cycle: RequestResponseCycle,
        app: Any,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Run the application; an answer that it leaves unfinished ends as a broken one."""
        if scope["http_version"] == "1.0":
            send = _Unchunked(cycle)
        try:
            await app(scope, receive, send)
        finally:
            if cycle.response_started and not cycle.response_complete and not cycle.disconnected:
                self._reset()

    def on_response_complete(self) -> None:
        if self._lingering:
            self.server_state.total_requests += 1
            return
        super().on_response_complete()
        if self._fault is not None and not self._busy:
            self._tell()

    # --- Time ---------------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """End the connection if it keeps the server waiting. now: seconds of the loop."""
        self._look_at_sending(now)
        if self._stage is Stage.BETWEEN or self.transport.is_closing():
            if self._idle_since is not None and now - self._idle_since > self.timeout_keep_alive:
                self.transport.close()
            return
        if self._lingering:
            if now - self._since > LINGER_SECONDS and not self.transport.get_write_buffer_size():
                self.transport.abort()
        elif self.flow.read_paused:
            self._since = now  # it is the server that keeps the client waiting
        elif self._stage is Stage.HEAD:
            self._look_at_head(now)
        elif self._stage is Stage.BODY:
            self._look_at_body(now)

    def _look_at_head(self, now: float) -> None:
        if now - self._since < self.guard.settings.head_seconds:
            return
        if self._raw:
            self._refuse(_too_slow("head", "head_seconds"))
        else:
            self.transport.close()  # nothing was asked, so nothing is answered

    def _look_at_body(self, now: float) -> None:
        settings = self.guard.settings
        if now - self._since < settings.body_seconds:
            return
        if self._received - self._before < settings.min_bytes_per_second * settings.body_seconds:
            self._refuse(_too_slow("body", "body_seconds"))
        else:
            self._since, self._before = now, self._received

    def _look_at_sending(self, now: float) -> None:
        """Reset the connection if the client has as good as stopped reading."""
        held = self.transport.get_write_buffer_size()
        if not held:
            self._window = None
            return
        taken = self.written - held - sockets.waiting_in_kernel(self.transport)
        if self._window is None:
            self._window = now, taken
        begun, before = self._window
        settings = self.guard.settings
        if now - begun < settings.send_seconds:
            return
        if taken - before < settings.min_bytes_per_second * settings.send_seconds:
            self._reset()
        else:
            self._window = now, taken


def _too_slow(what: str, limit: str) -> RequestError:
    return RequestError(
        f"The {what} came too slowly", remedy="send it at once", status=408, limit=limit
    )


class _Unchunked:
    """Sends an answer to a client of HTTP/1.0, which knows no chunks.

    What has no length ends where the connection ends (RFC 9112, 6.3); a broken answer is told
    from a whole one by the RST.
    """

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._endless = False

    async def __call__(self, message: Message) -> None:
        cycle = self._cycle
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message.get("headers", ())}
            self._endless = b"content-length" not in names
            if self._endless:
                cycle.chunked_encoding = False
        elif self._endless:
            cycle.expected_content_length = len(message.get("body", b""))
        await cycle.send(message)  # type: ignore[arg-type]
