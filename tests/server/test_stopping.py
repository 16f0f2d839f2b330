"""Answers under way when a server is told to stop, or goes over to a new commit."""

from __future__ import annotations

import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest
from server import wire
from server.hostile.processes import descendants, eventually
from server.running_server import Running, build, start, stop
from server.test_serving import COUNT, add

from demarche_store.home import Home

LONG = 20_000
ROWS = f"SELECT ?x {{ ?a <urn:many:value> ?x . ?b <urn:many:value> ?y }} LIMIT {LONG}"
COMMITS = 2
ENDLESS = "SELECT ?x { ?a <urn:many:value> ?x . ?b <urn:many:value> ?y . ?c <urn:many:value> ?z }"


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


def test_new_commits_cost_no_request_and_mix_in_no_answer(running):
    home, over = Home(running.home), threading.Event()
    expected = {home.current().id: 0}
    old = home.current().id

    def ask_until_over() -> list[tuple[str, int]]:
        seen = []
        with httpx.Client(timeout=120) as kept:
            while not over.is_set():
                for client in (kept, httpx):
                    answer = client.get(running.sparql, params={"query": COUNT}, timeout=120)
                    assert answer.status_code == 200, answer.text
                    number = int(answer.json()["results"]["bindings"][0]["n"]["value"])
                    seen.append((answer.headers["demarche-commit"], number))
        return seen

    long = begin(running, ROWS)
    with ThreadPoolExecutor(3) as clients:
        asking = [clients.submit(ask_until_over) for _ in range(3)]
        try:
            for number in range(1, COMMITS + 1):
                commit = add(home, number)
                expected[commit] = number
                wait_for(running, commit)
        finally:
            over.set()
        seen = [one for client in asking for one in client.result()]
    assert {commit for commit, _ in seen} >= {commit for commit in expected if commit != old}
    assert all(expected[commit] == number for commit, number in seen)
    told = end(*long)
    assert told.whole
    assert told.headers["demarche-commit"] == old
    assert len(told.body.splitlines()) == LONG + 1


def wait_for(running: Running, commit: str) -> None:
    """Wait until answers come from a commit; no longer than a busy machine may take."""
    end, pause = time.monotonic() + 180, threading.Event()
    while httpx.get(running.url + "readyz", timeout=120).json()["commit"] != commit:
        assert time.monotonic() < end
        pause.wait(0.05)


def test_what_takes_longer_than_the_grace_is_seen_to_break_off(running):
    sock, _ = begin(running, ENDLESS)
    family = descendants(running.process.pid)
    running.process.send_signal(signal.SIGTERM)
    with sock:
        assert breaks_off(sock)
    assert running.process.wait(60) == 0
    assert eventually(lambda: not alive(family))


def breaks_off(sock: socket.socket) -> bool:
    """Read to the end of the connection; return whether it was reset before the answer was whole.

    Nothing is kept: what comes within the grace may be hundreds of megabytes.
    """
    last = b""
    while True:
        try:
            piece = sock.recv(1 << 20)
        except ConnectionResetError:
            return not last.endswith(b"0\r\n\r\n")
        if not piece:
            return False
        last = (last + piece)[-5:]
