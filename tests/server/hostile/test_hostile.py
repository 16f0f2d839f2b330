"""No request brings the server down, or in the way of the next."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import wire
from server.hostile.corpus import CORPUS
from server.hostile.kinds import Hostile, Outcome
from server.hostile.page import PAGE, page
from server.hostile.processes import Process, descendants, eventually
from server.running_server import Running, start, stop

LIMITS = {
    "max_query_seconds": 1.0,
    "max_query_memory_bytes": 256 << 20,
    "max_answer_bytes": 4 << 20,
    "head_seconds": 1.0,
    "body_seconds": 1.0,
    "send_seconds": 1.0,
    "slow_queries": 4,
}
ORDINARY = "PREFIX dem: <https://w3id.org/demarche/ontology#> SELECT ?c { ?c a dem:Claim }"
GROWTH_BYTES = 100 << 20


class Canary:
    """An address that must not be called."""

    def __init__(self) -> None:
        self._sock = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._sock.getsockname()[1]}/canary"

    def assert_alone(self) -> None:
        self._sock.settimeout(0)
        with pytest.raises(BlockingIOError):
            self._sock.accept()

    def close(self) -> None:
        self._sock.close()


class Watched:
    """A server, and what it was like at the beginning."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.pid = running.process.pid
        ordinary(running)
        self.descriptors = self.kinds_of_descriptors()
        self.memory = self.resident()

    def kinds_of_descriptors(self) -> Counter[str]:
        """Count what the server has open, by kind."""
        kinds: Counter[str] = Counter()
        for link in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                kinds[link.readlink().as_posix().split(":")[0]] += 1
            except FileNotFoundError:
                continue
        return kinds

    def resident(self) -> int:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    def children(self) -> list[Process]:
        return descendants(self.pid)


def ordinary(running: Running) -> None:
    """Ask what anybody may ask."""
    answer = running.ask(ORDINARY, format="csv")
    assert answer.status_code == 200, answer.text
    assert len(answer.text.splitlines()) == 3


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    one = Canary()
    yield one
    one.close()


@pytest.fixture(scope="module")
def watched(home) -> Iterator[Watched]:
    running = start(home.path, **LIMITS)
    yield Watched(running)
    log = stop(running)
    assert "Traceback" not in log


def outcome(told: wire.Told) -> Outcome:
    if not told.status:
        return "closed"
    return told.status if told.whole else "broken off"


def send(hostile: Hostile, url: str, canary: str) -> list[wire.Told]:
    buffer = 4096 if hostile.client == "stops reading" else 0
    with wire.connect(url, receive_buffer=buffer) as sock:
        wire.send(sock, hostile.data(canary))
        if hostile.client == "vanishes":
            threading.Event().wait(0.1)
            wire.vanish(sock)
            return wire.answers(b"")
        if hostile.client == "ends sending":
            sock.shutdown(socket.SHUT_WR)
        if hostile.client == "stops reading":
            threading.Event().wait(LIMITS["send_seconds"] + 1.5)
        return wire.answers(*wire.rest(sock))


@pytest.mark.parametrize("hostile", CORPUS, ids=[one.id for one in CORPUS])
def test_a_hostile_request_gets_its_answer_and_harms_no_other(watched, canary, hostile):
    told = send(hostile, watched.running.url, canary.url)
    if outcome(told[-1]) == 504 and 504 not in hostile.outcomes:
        # The limit is one second of the clock, which a busy machine may need for next to nothing.
        told = send(hostile, watched.running.url, canary.url)
    assert outcome(told[-1]) in hostile.outcomes, told[-1]
    for one in told:
        assert "x-owned" not in one.headers
        assert "server" not in one.headers
        assert b"Traceback" not in one.body
        assert b"<script>alert" not in one.body
        assert b"root:" not in one.body
        if one.status >= 400 and "text/html" not in one.headers["content-type"]:
            assert one.problem
    canary.assert_alone()
    ordinary(watched.running)


def test_the_server_is_as_it_was(watched):
    """Runs last: nothing is left of all these requests."""
    assert watched.running.process.poll() is None
    assert watched.running.process.pid == watched.pid
    assert eventually(
        lambda: watched.kinds_of_descriptors()["socket"] <= watched.descriptors["socket"]
    ), (
        watched.descriptors,
        watched.kinds_of_descriptors(),
    )
    assert eventually(lambda: all(one.state != "Z" for one in watched.children()))
    assert watched.resident() < watched.memory + GROWTH_BYTES


def test_the_corpus_is_large_and_each_request_is_of_its_own():
    assert len(CORPUS) >= 200
    assert len({one.id for one in CORPUS}) == len(CORPUS)
    families = Counter(one.family for one in CORPUS)
    assert all(number >= 5 for number in families.values())


def test_the_page_is_made_from_the_corpus():
    assert PAGE.read_text(encoding="utf-8") == page()
