"""A hundred readers killed in a row: each costs the query it worked on, and no other."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from server.hostile.processes import Process, descendants, eventually
from server.hostile.resources import CROSS
from server.hostile.test_hostile import ordinary
from server.running_server import Running, start, stop

KILLED = 100
VICTIM = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"


@pytest.fixture
def running(home) -> Iterator[Running]:
    one = start(home.path, ahead_seconds=0)
    yield one
    stop(one)


def slow_readers(running: Running) -> list[Process]:
    """Two whose queries go on beyond their slice at once run at low priority."""
    return [one for one in descendants(running.process.pid) if one.nice > 0 and one.state != "Z"]


def kill_two(running: Running, victims: ThreadPoolExecutor) -> None:
    asked = [victims.submit(running.ask, VICTIM) for _ in range(2)]
    assert eventually(lambda: len(slow_readers(running)) == 2)
    for reader in slow_readers(running):
        os.kill(reader.pid, signal.SIGKILL)
    for answer in [one.result() for one in asked]:
        assert answer.status_code == 500
        assert answer.json()["type"].endswith("#query-crashed")
        assert answer.json()["requestId"]


def test_a_hundred_readers_killed_in_a_row_harm_no_other_request(running):
    over = threading.Event()

    def ask_until_over() -> int:
        asked = 0
        while not over.is_set():
            ordinary(running)
            asked += 1
            over.wait(0.02)
        return asked

    with ThreadPoolExecutor(max_workers=4) as others, ThreadPoolExecutor(max_workers=2) as victims:
        asking = [others.submit(ask_until_over) for _ in range(3)]
        try:
            for _ in range(KILLED // 2):
                kill_two(running, victims)
        finally:
            over.set()
        assert all(one.result() > 0 for one in asking)
    ordinary(running)
    assert eventually(lambda: all(one.state != "Z" for one in descendants(running.process.pid)))


@pytest.mark.parametrize("depth", ["nursery", "readers", "all"])
def test_what_is_killed_while_idle_is_replaced(running, depth):
    ordinary(running)
    found = descendants(running.process.pid)
    chosen = [
        one
        for one in found
        if depth == "all" or (one.parent == running.process.pid) == (depth == "nursery")
    ]
    assert chosen
    for one in chosen:
        os.kill(one.pid, signal.SIGKILL)
    assert eventually(lambda: _answers(running))
    for _ in range(10):
        ordinary(running)


def _answers(running: Running) -> bool:
    try:
        return running.ask("ASK {}").status_code == 200
    except httpx.TimeoutException:
        return False
