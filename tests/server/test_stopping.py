"""A server that is told to stop gives the answers under way, however slowly they are read."""

from __future__ import annotations

import signal
import socket
from urllib.parse import quote

import pytest
from server import wire
from server.hostile.processes import descendants, eventually
from server.running_server import Running, build, start, stop

LONG = 20_000
ROWS = f"SELECT ?x {{ ?a <urn:many:value> ?x . ?b <urn:many:value> ?y }} LIMIT {LONG}"


@pytest.fixture
def running(tmp_path):
    one = start(build(tmp_path / "home").path, None)
    yield one
    if one.process.poll() is None:
        stop(one)


def begin(running: Running, query: str) -> tuple[socket.socket, bytes]:
    """Ask, and read no more than the beginning of the answer."""
    sock = wire.connect(running.url, receive_buffer=4096)
    path = f"/sparql?format=csv&query={quote(query)}"
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    return sock, sock.recv(100)


def end(sock: socket.socket, read: bytes) -> wire.Told:
    with sock:
        more, reset = wire.rest(sock)
    (told,) = wire.answers(read + more, reset)
    return told


def test_a_server_that_is_told_to_stop_gives_the_answers_under_way(running):
    sockets = [begin(running, ROWS) for _ in range(3)]
    family = descendants(running.process.pid)
    assert family
    running.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: refused(running))
    for told in [end(*one) for one in sockets]:
        assert told.whole
        assert len(told.body.splitlines()) == LONG + 1
    assert running.process.wait(60) == 0
    assert eventually(lambda: not alive(family))


def refused(running: Running) -> bool:
    try:
        wire.connect(running.url).close()
    except ConnectionRefusedError:
        return True
    return False


def alive(family) -> list[int]:
    """Those of the processes that are still there, and are the same."""
    there = {(one.pid, one.parent) for one in descendants(1)}
    return [one.pid for one in family if (one.pid, one.parent) in there]
