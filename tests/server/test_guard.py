"""Connections that send too much, too slowly or what is no HTTP, and answers that break off."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
import uvicorn
from server import wire
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from demarche_server.guard import Guard, GuardedProtocol
from demarche_server.guard.guard import _SPARE
from demarche_server.operations import Operations
from demarche_server.run import config, listen
from demarche_server.settings import Settings

# What is short is so that the tests are; no test looks at a clock.
QUICK = Settings(
    head_seconds=1.0, body_seconds=1.0, send_seconds=1.0, max_url_bytes=5000, max_pipelined=4
)
PIECE = b"x" * 10_000


class App:
    """An application with answers of every kind, by path; remembers who left early."""

    def __init__(self) -> None:
        self.left = threading.Event()
        self.bodies: list[bytes] = []
        self.served = self.finished = 0

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            return
        self.served += 1
        await getattr(self, scope["path"].strip("/").replace("/", "_") or "whole")(receive, send)
        self.finished += 1

    async def _start(self, send, *headers) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})

    async def whole(self, receive, send) -> None:
        await self._start(send, (b"content-length", b"2"))
        await send({"type": "http.response.body", "body": b"ok"})

    async def streamed(self, receive, send) -> None:
        await self._start(send)
        for _ in range(3):
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def broken(self, receive, send) -> None:
        await self._start(send)
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})

    async def raising(self, receive, send) -> None:
        await self.broken(receive, send)
        raise ValueError("in the midst of it")

    async def short(self, receive, send) -> None:
        await self._start(send, (b"content-length", b"20000"))
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})

    async def body(self, receive, send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            body += message["body"]
            more = message["more_body"]
        self.bodies.append(bytes(body))
        await self.whole(receive, send)

    async def early(self, receive, send) -> None:
        """Refuse without reading the body, as one that is too large."""
        await self.whole(receive, send)

    async def endless(self, receive, send) -> None:
        await self._start(send)
        gone = asyncio.ensure_future(self._until_gone(receive))
        while not gone.done():
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            await asyncio.sleep(0)

    async def waiting(self, receive, send) -> None:
        await self._until_gone(receive)

    async def _until_gone(self, receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()


@contextmanager
def serving(app: App, settings: Settings = QUICK, send_buffer: int = 0) -> Iterator[str]:
    with closing(listen("127.0.0.1", 0)) as sock:
        if send_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        chosen = config(app, settings)
        server = uvicorn.Server(chosen)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert not server.server_state.connections


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def url(app) -> Iterator[str]:
    with serving(app) as url:
        yield url


def get(path: str, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"GET {path} HTTP/{version}", "Host: h", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def last(path: str, **options) -> bytes:
    return get(path, "Connection: close", **options)


# --- How answers end --------------------------------------------------------------------------


def test_whole_answers_end_whole(url):
    told = wire.exchange(url, get("/streamed"), get("/whole"), last("/streamed"))
    assert [len(one.body) for one in told] == [30_000, 2, 30_000]
    assert all(one.whole and not one.reset for one in told)


@pytest.mark.parametrize("path", ["/broken", "/raising", "/short"])
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_broken_answer_never_looks_whole(url, path, version):
    (told,) = wire.exchange(url, get(path, version=version))
    assert told.reset
    assert not told.whole


def test_http_1_0_gets_no_chunks(url):
    (told,) = wire.exchange(url, get("/streamed", version="1.0"))
    assert told.body == PIECE * 3
    assert "transfer-encoding" not in told.headers
    assert told.whole


@pytest.mark.parametrize("option", ["--http1.0", "--http1.1"])
@pytest.mark.parametrize(("path", "good"), [("streamed", True), ("broken", False)])
def test_curl_tells_a_broken_answer(url, option, path, good):
    done = subprocess.run(
        ["curl", "--silent", "--output", "/dev/null", option, url + path],
        check=False,
        timeout=60,
    )
    assert (done.returncode == 0) == good


# --- Limits of the head -----------------------------------------------------------------------


HOST = b"Host: h\r\n"
HEADS = {
    "url": (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "endless-url": (b"GET /" + b"a" * 100_000, 414),
    "headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 33_000 + b"\r\n\r\n", 431),
    "endless-header": (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 100_000, 431),
    "count": (b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 100 + b"\r\n", 431),
    "blank-lines": (b"\r\n" * 30_000, 431),
    "version-2": (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
    "version-0.9": (b"GET / HTTP/0.9\r\n\r\n", 505),
    "no-http": (b"hello\r\n\r\n", 400),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "connect": (b"CONNECT h:80 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "no-host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two-hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    "odd-host": (b"GET / HTTP/1.1\r\nHost: a/<b>\r\n\r\n", 400),
    "star": (b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "absolute": (b"GET http://h HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "scheme": (b"GET ftp://h/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "expect": (b"GET / HTTP/1.1\r\n" + HOST + b"Expect: cake\r\n\r\n", 417),
    "coding": (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "codings": (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "chunks-1.0": (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "smuggled": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
    ),
    "two-lengths": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        400,
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_what_is_refused_is_told_as_a_problem(app, url, name):
    data, status = HEADS[name]
    (told,) = wire.exchange(url, data)
    assert told.status == status
    assert told.problem
    assert told.whole
    assert told.headers["connection"] == "close"
    problem = json.loads(told.body)
    assert problem["status"] == status
    assert problem["detail"]
    assert ("allow" in told.headers) == (status == 405)
    assert app.served == 0


@pytest.mark.parametrize("allowed", [Settings().max_url_bytes, 1_000_000])
def test_the_longest_address_is_one_the_parser_can_read(app, allowed):
    with serving(app, Settings(max_url_bytes=allowed)) as url:
        (told,) = wire.exchange(url, last("/whole?" + "a" * (65_535 - 7)))
        assert told.status == 200
        (told,) = wire.exchange(url, last("/whole?" + "a" * (65_536 - 7)))
        assert told.status == 414
        assert "65535 bytes" in json.loads(told.body)["detail"]


@pytest.mark.parametrize(
    "data",
    [
        last("http://elsewhere/whole"),
        last("/whole", version="1.0"),
        b"GET /whole HTTP/1.0\r\n\r\n",
        b"\r\n\r\n" + last("/whole"),
        get("/whole", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AA"),
        b"GET /whole HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_odd_but_allowed_is_answered(url, data):
    (told,) = wire.exchange(url, data)
    assert (told.status, told.body, told.whole) == (200, b"ok", True)


def test_trailers_become_no_headers_and_do_not_flood(app, url):
    head = b"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    (told,) = wire.exchange(url, head + b"Connection: close\r\nHost: x\r\n\r\n")
    assert told.status == 200
    told, *more = wire.exchange(url, head, *[b"X: y\r\n" * 1000] * 100)
    assert told.status == 400
    assert told.problem
    assert not more


# --- Requests one after the other -------------------------------------------------------------


def test_a_refusal_waits_for_the_answers_before_it(app, url):
    data = get("/streamed") + get("/whole") + b"nonsense\r\n\r\n"
    told = wire.exchange(url, data)
    assert [one.status for one in told] == [200, 200, 400]
    assert all(one.whole for one in told)
    assert len(told[0].body) == 30_000


def test_few_requests_may_wait(app, url):
    told = wire.exchange(url, get("/streamed") * 1000)
    assert [one.status for one in told] == [200] * 5 + [503]
    assert "retry-after" in told[-1].headers
    assert app.served == 5


def test_a_client_that_leaves_stops_what_is_answered_even_with_requests_waiting(app, url):
    sock = wire.connect(url)
    sock.sendall(get("/waiting") + get("/whole"))
    sock.close()
    assert app.left.wait(wire.PATIENCE)


# --- Bodies -----------------------------------------------------------------------------------

CHUNKED = b"POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_body_at_fault_is_refused_and_its_work_ends(app, url):
    (told,) = wire.exchange(url, CHUNKED, b"3\r\nabc\r\n", b"zz\r\n")
    assert told.status == 400
    assert app.left.wait(wire.PATIENCE)
    assert not app.bodies


def test_chunk_extensions_do_not_flood(app, url):
    extended = b"1;" + b"e" * 5000 + b"\r\nx\r\n"
    (told,) = wire.exchange(url, CHUNKED, *[extended] * 1000)
    assert told.status == 400
    assert "framing" in told.body.decode()


def test_small_chunks_are_taken(app, url):
    (told,) = wire.exchange(
        url,
        CHUNKED.replace(b"Host", b"Connection: close\r\nHost"),
        b"1\r\nx\r\n" * 20_000,
        b"0\r\n\r\n",
    )
    assert told.status == 200
    assert app.bodies == [b"x" * 20_000]


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_an_early_answer_is_not_lost_by_a_client_that_still_sends(url, version):
    head = f"POST /early HTTP/{version}\r\nHost: h\r\nContent-Length: 50000000\r\n\r\n"
    (told,) = wire.exchange(url, head.encode(), *[b"x" * 50_000] * 1000)
    assert (told.status, told.whole) == (200, True)


# --- Time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 0),
        (b"GET / HT", 408),
        (b"\r\n\r\n", 408),
        (get("/body", "Content-Length: 5") + b"abc", 408),
        (CHUNKED, 408),
        (get("/whole") + b"GET", 408),
        (b"POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n", 200),
    ],
)
def test_what_does_not_come_is_not_waited_for(url, data, status):
    told = wire.exchange(url, data)[-1]
    assert told.status == status
    assert told.problem == (status == 408)
    assert told.whole == (status != 0)


def test_a_body_that_comes_after_its_answer_leaves_no_connection_behind(url):
    with wire.connect(url) as sock:
        sock.sendall(b"POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")
        assert sock.recv(1000)
        sock.sendall(b"abcde")
        assert wire.rest(sock) == (b"", False)


def test_a_client_that_stops_reading_is_reset_and_its_work_ends(app, url):
    with wire.connect(url, receive_buffer=4096) as sock:
        sock.sendall(get("/endless"))
        assert app.left.wait(wire.PATIENCE)
        _, reset = wire.rest(sock)
        assert reset


def test_an_answer_that_is_not_fetched_holds_no_connection(app):
    """Below the mark at which the application is made to wait, uvicorn alone waits for ever."""
    with ExitStack() as held:
        with serving(app, send_buffer=4096) as url:
            sock = held.enter_context(wire.connect(url, receive_buffer=4096))
            sock.sendall(last("/streamed"))
            _eventually(lambda: app.finished == 1)
        # The server has ended, and found all of its connections closed, though this one is open.
        data, reset = wire.rest(sock)
        assert reset
        assert len(data) < 30_000


# --- Numbers of connections -------------------------------------------------------------------


def test_connections_are_bounded(app):
    with serving(app, Settings(max_connections=3)) as url:
        held = [wire.connect(url) for _ in range(3)]
        for sock in held:
            sock.sendall(get("/whole"))
            assert sock.recv(100)
        (told,) = wire.exchange(url, get("/whole"))
        assert (told.status, told.problem) == (503, True)
        assert "retry-after" in told.headers
        for sock in held:
            sock.close()
        _eventually(lambda: wire.exchange(url, last("/whole"))[0].status == 200)


def test_connections_far_beyond_the_bound_are_cut_off_and_counted(app, caplog):
    with serving(app, Settings(max_connections=1)) as url, ExitStack() as held:
        for _ in range(1 + _SPARE):
            held.enter_context(wire.connect(url))
        _eventually(lambda: _is_cut_off(url))
        _eventually(lambda: "cut off: more than 101 were open" in caplog.text)


def _is_cut_off(url):
    """Whether a request gets not even a refusal: 503 until all held connections were taken."""
    try:
        with wire.connect(url) as sock:
            sock.sendall(last("/whole"))
            data, reset = wire.rest(sock)
    except OSError:
        return True
    return reset and not data


def test_a_flood_is_told_once_a_minute(caplog):
    operations = Operations.make(Settings(), ())
    guard = Guard(Settings(max_connections=0), operations=operations)
    loop = _Clock()
    held = [_Held() for _ in range(_SPARE + 2)]
    cut = 0
    for connection in held:
        guard.enter(connection, loop)
        cut += guard.overrun()
    assert cut == 2
    for told in (1, 1, 2):
        guard.overrun()
        loop.later(30.0)
        assert caplog.text.count("cut off") == told
    assert b"demarche_connections_cut_total 5.0" in operations.metrics.exposition("")[0]


class _Held:
    peer = "192.0.2.1"

    def look(self, now):
        """Stay."""


class _Clock:
    """A loop of which only the clock and the next call are wanted."""

    def __init__(self):
        self.now, self.due = 0.0, None

    def time(self):
        return self.now

    def call_later(self, seconds, call, *arguments):
        self.due = (call, arguments)

    def later(self, seconds):
        self.now += seconds
        call, arguments = self.due
        call(*arguments)


def test_connections_of_one_address_are_bounded_but_not_those_of_a_proxy(app):
    limited = Settings(max_connections_per_address=1)
    with serving(app, limited) as url, wire.connect(url, source="127.0.0.2") as sock:
        sock.sendall(get("/whole"))
        assert sock.recv(100)
        assert wire.exchange(url, last("/whole"), source="127.0.0.2")[0].status == 503
        assert wire.exchange(url, last("/whole"), source="127.0.0.3")[0].status == 200
        with wire.connect(url):
            assert wire.exchange(url, last("/whole"))[0].status == 200


def test_what_an_address_counts_as():
    guard = Guard(Settings(), "127.0.0.1,10.0.0.0/8")
    assert guard.peer(("192.0.2.1", 1)) == "192.0.2.1"
    assert guard.peer(("::ffff:192.0.2.1", 1)) == "192.0.2.1"
    assert guard.peer(("2001:db8::1", 1)) == guard.peer(("2001:db8::2", 1)) == "2001:db8::/64"
    assert guard.peer(("127.0.0.1", 1)) == guard.peer(("10.1.2.3", 1)) == guard.peer(None) == ""


def _eventually(true) -> None:
    pause = threading.Event()
    for _ in range(300):
        if true():
            return
        pause.wait(0.1)
    raise AssertionError


# --- What is used of uvicorn's insides ---------------------------------------------------------


def test_the_insides_of_uvicorn_are_as_the_guard_knows_them():
    """When this fails, read uvicorn's httptools_impl.py anew before the list is changed."""
    protocol = inspect.getsource(HttpToolsProtocol)
    cycle = inspect.getsource(RequestResponseCycle)
    for part in (
        "self.send_400_response(msg)",
        "except httptools.HttpParserError:",
        "self._start_asgi_task(self.cycle, app)",
        "self._start_asgi_task(cycle, app)",
        "on_response=self.on_response_complete",
        "self.pipeline.appendleft((self.cycle, app))",
        "cycle, app = self.pipeline.pop()",
        '"headers": self.headers,',
        "self.headers.append((name, value))",
        "self.url += url",
        "self.cycle.disconnected = True",
        "if self.cycle is None or self.cycle.response_complete:",
        "if not self.transport.is_closing():",
    ):
        assert part in protocol
    for part in (
        "self.on_response()",
        "self.transport.close()",
        "self.transport.write(",
        "if self.disconnected:\n            return",
        "elif not self.response_complete and not self.disconnected:",
        "if self.chunked_encoding is None and",
        'if name == b"content-length" and self.chunked_encoding is None:',
        "if num_bytes > self.expected_content_length:",
        "if self.waiting_for_100_continue and not self.transport.is_closing():",
    ):
        assert part in cycle
    # All that a request is made with, `_lengthen` gives.
    assert {*inspect.signature(RequestResponseCycle).parameters} == {
        *("scope", "transport", "flow", "logger", "access_logger", "access_log"),
        *("default_headers", "message_event", "expect_100_continue", "keep_alive", "on_response"),
    }
    # All that an answer does with its transport, `_Outlet` has.
    used = {word.split("(")[0] for word in cycle.split("self.transport.")[1:]}
    assert used == {"write", "close", "is_closing"}
    assert "read_paused" in inspect.getsource(FlowControl)
    assert HttpToolsProtocol in GuardedProtocol.__mro__
