"""One soak: rounds of load and kills, and after each a look at what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from server.hostile.processes import eventually
from server.running_server import Running, start, stop
from soak import chaos, world
from soak.asking import Client, Seen
from soak.figures import Figures, figures
from soak.judging import judged
from soak.pace import Pace

from demarche_server.tokens import Tokens

CLIENTS = 4
KILL_EVERY, BUILD_EVERY = 6, 25
"""Requests between two kills on average, and between two builds."""
SPARE_DESCRIPTORS = 3
SPARE_KIB = 48 << 10
"""What may be more at the end than after the first round: allocators keep some of what they had."""
SETTINGS = {
    "cache_bytes": 4 << 20,
    "max_query_seconds": 2,
    "max_query_memory_bytes": 512 << 20,
    "max_write_seconds": 60,
    "write_lock_seconds": 60,
}
ON_DISK = {"max_graph_memory_bytes": 1}


@dataclass(slots=True)
class Report:
    """What came of a soak. wrong: what should not have come; figures: after each round."""

    counts: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    commits: int = 0
    builds: int = 0
    compared: int = 0
    figures: list[Figures] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        total = sum(self.counts.values())
        yield f"requests {total}: {_listed(self.counts)}"
        yield f"kills {sum(self.killed.values())}: {_listed(self.killed)}"
        yield f"commits {self.commits}, of them builds {self.builds}"
        yield f"answers compared with the engine in process: {self.compared}"
        for name, one in (("after the first round", 0), ("at the end", -1)):
            yield f"{name}: {self.figures[one]}"
        yield from (f"WRONG: {what}" for what in self.wrong)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


class Soak:
    """A server, and what is done to it.

    settings: of the server, beside those of this module.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        self.report = Report()
        self.home = world.make(folder / "home")
        self._token = Tokens.of(self.home).create("soak", datetime.now(UTC))
        self._log = folder / "log"
        self._settings = {**SETTINGS, **settings}
        self._rounds = 0
        self._number = 1000

    @contextmanager
    def server(self) -> Iterator[Running]:
        """Run the server; what it logs must hold no traceback."""
        with self._log.open("w") as log:
            running = start(self.home.path, None, log=log, **self._settings)
            try:
                # A process that is killed before the first answer would end the start.
                httpx.get(running.url + "readyz", timeout=120).raise_for_status()
                yield running
            finally:
                stop(running)
        if running.process.returncode != 0:
            self.report.wrong.append(f"the server ended with {running.process.returncode}")
        for line in self._log.read_text().splitlines():
            if "Traceback" in line or "never retrieved" in line:
                self.report.wrong.append(f"the log has: {line}")

    def round(self, running: Running, requests: int) -> None:
        """Load it with so many requests while processes are killed; then look at all of it."""
        pace = Pace()
        killer = chaos.Killer(running.process.pid, self._rounds, pace, KILL_EVERY)
        builder = world.Builder(self.home, pace, BUILD_EVERY)
        before = len(self.home.commits())
        each = requests // CLIENTS
        clients = [
            Client(running.url, self._token, 100 * self._rounds + n, each, self._fresh(each), pace)
            for n in range(CLIENTS)
        ]
        for one in (killer, builder, *clients):
            one.start()
        for client in clients:
            client.join()
        pace.end()
        killer.join()
        builder.join()
        self._rounds += 1
        self._take(killer, builder, [client.seen for client in clients])
        self.report.commits += len(self.home.commits()) - before
        self._look(running)
        self.home.prune(timedelta(), datetime.now(UTC) + timedelta(days=1))

    def _fresh(self, count: int) -> int:
        self._number += count + 2 * world.KEPT
        return self._number

    def _take(self, killer: chaos.Killer, builder: world.Builder, seen: list[Seen]) -> None:
        report = self.report
        report.killed += killer.killed
        report.builds += builder.made
        if builder.failure is not None:
            report.wrong.append(f"a build failed: {builder.failure!r}")
        for one in seen:
            report.counts += one.counts
            report.compared += sum(one.answers.values())
            report.wrong += one.faults
        report.wrong += judged(self.home, seen)

    def _look(self, running: Running) -> None:
        """Have the server come to rest, and see what it holds."""
        settle(running, self._token)
        report, first = self.report, (self.report.figures or [None])[0]
        now = figures(running.process.pid)
        if first is not None and not eventually(lambda: self._is_tidy(running, first)):
            now = figures(running.process.pid)
            report.wrong.append(f"not let go of after round {self._rounds}: {first} became {now}")
            report.wrong += sorted(chaos.kinds(running.process.pid).values())
        report.figures.append(figures(running.process.pid))

    def _is_tidy(self, running: Running, first: Figures) -> bool:
        now = figures(running.process.pid)
        return (
            now.descriptors <= first.descriptors + SPARE_DESCRIPTORS
            and now.processes <= first.processes
            and not now.dead
            and now.own <= first.own + SPARE_KIB
            and now.all <= first.all + SPARE_KIB
        )


def settle(running: Running, token: str) -> None:
    """Have every process there that a server at rest may have: its writer, its readers."""
    with httpx.Client(base_url=running.url, timeout=120) as client:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/sparql-update"}

        def writes() -> bool:
            answer = client.post("sparql", content=world.note(1), headers=headers)
            return answer.status_code == 204

        def finds() -> bool:
            return client.get("search?q=ruritania&format=json").status_code == 200

        assert eventually(writes), "the server does not write any more"
        assert eventually(finds), "the server does not find any more"
    assert eventually(lambda: _rests(running))


def _rests(running: Running) -> bool:
    there = Counter(chaos.kinds(running.process.pid).values())
    return there["writer"] == 1 and there["reader"] == 2 and not there["loader"]


def soak(soaking: Soak, requests: int, more: Callable[[int], bool]) -> Report:
    """Run rounds of so many requests as long as `more` says so, given how many there were."""
    with soaking.server() as running:
        rounds = 0
        while rounds < 2 or more(rounds):
            soaking.round(running, requests)
            rounds += 1
    return soaking.report


def minutes(number: float) -> Callable[[int], bool]:
    """Return what says that there is more to do, for so many minutes from now."""
    end = time.monotonic() + 60 * number
    return lambda _: time.monotonic() < end
