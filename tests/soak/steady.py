"""A soak without violence: whether anything of a server grows while it is used for long.

Nothing is killed, as what is killed begins anew and hides what it held. There are four quarters. In
the first three, commits are made meanwhile, by updates and by builds in turn; in the last one none
is, so that its readers grow as old as they can.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from server.hostile.processes import eventually
from server.running_server import Running
from soak import asking, chaos, world
from soak.asking import Client
from soak.figures import Figures, figures
from soak.judging import judged
from soak.pace import Pace
from soak.running import CLIENTS, SPARE_DESCRIPTORS, SPARE_KIB, Report, Soak, settle

NAMES: Final = ("start", "quarter", "half", "three quarters", "end")

Step = Callable[[Pace, float], bool]
"""Waits for the next commit to be due, given when the quarter began; False at the quarter's end."""


@dataclass(slots=True)
class SteadyReport(Report):
    """What came of it. figures: at rest, as `NAMES` has them; loaded: under load, at each step."""

    loaded: list[Figures] = field(default_factory=list)
    updates: int = 0

    def lines(self) -> Iterator[str]:
        total = sum(self.counts.values())
        yield f"requests {total}: " + ", ".join(f"{k} {n}" for k, n in sorted(self.counts.items()))
        yield f"commits {self.commits}, of them builds {self.builds}, updates {self.updates}"
        yield f"answers compared with the engine in process: {self.compared}"
        for name, one in zip(NAMES, self.figures, strict=True):
            yield f"at rest, {name}: {_told(one)}"
        for name in ("readers", "processes", "open", "own", "all"):
            values = [getattr(one, name) for one in self.loaded]
            yield f"under load, {name}: {min(values)} to {max(values)}"
        grown = list(self.grown())
        yield from (f"GREW: {what}" for what in grown)
        if not grown:
            yield "nothing grew from the first quarter to the end"
        yield from (f"WRONG: {what}" for what in self.wrong)

    def grown(self) -> Iterator[str]:
        """Tell what is more at the end than after the first quarter, when all is warm."""
        first, end = self.figures[1], self.figures[-1]
        spare = {"descriptors": SPARE_DESCRIPTORS, "open": 4 * SPARE_DESCRIPTORS}
        spare |= {"processes": 0, "readers": 0, "own": SPARE_KIB, "all": SPARE_KIB}
        for name, more in spare.items():
            was, became = getattr(first, name), getattr(end, name)
            if became > was + more:
                yield f"{name} {was} became {became}"
        if end.dead:
            yield f"{end.dead} processes are dead and not buried"


def _told(one: Figures) -> str:
    kinds = ", ".join(f"{name} {size >> 10}" for name, size in one.kinds.items())
    return (
        f"{one.own >> 10} MiB in the server, {one.all >> 10} in all ({kinds}); descriptors "
        f"{one.descriptors}, of all processes {one.open}; processes {one.processes}, of them "
        f"readers {one.readers}, dead {one.dead}"
    )


class Steady(Soak):
    """A server that is used, and what it holds meanwhile. settings: as of `Soak`."""

    def __init__(self, folder: Path, **settings: object) -> None:
        super().__init__(folder, **settings)
        self.report: SteadyReport = SteadyReport()
        self._builder = world.Builder(self.home, Pace(), 1)
        self._made = 0

    def run(self, step: Step) -> SteadyReport:
        report, before = self.report, len(self.home.commits())
        with self.server() as running:
            settle(running, self._token)
            report.figures.append(figures(running.process.pid))
            for quarter in NAMES[1:]:
                self._quarter(running, step, commits=quarter != NAMES[-1])
                if not eventually(lambda: _rests(running)):
                    kinds = sorted(chaos.kinds(running.process.pid).values())
                    report.wrong.append(f"no rest at {quarter}: {kinds}")
                report.figures.append(figures(running.process.pid))
        report.commits = len(self.home.commits()) - before
        report.builds = self._builder.made
        return report

    def _quarter(self, running: Running, step: Step, *, commits: bool) -> None:
        pace = Pace()
        first = len(self.report.figures) * CLIENTS
        clients = [
            Client(running.url, self._token, first + n, None, 0, pace, asking.STEADY)
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        begun = time.monotonic()
        while step(pace, begun):
            self.report.loaded.append(figures(running.process.pid))
            if commits:
                self._commit(running)
        pace.end()
        for client in clients:
            client.join()
        for client in clients:
            self.report.counts += client.seen.counts
            self.report.compared += sum(client.seen.answers.values())
            self.report.wrong += client.seen.faults
        self.report.wrong += judged(self.home, [client.seen for client in clients])

    def _commit(self, running: Running) -> None:
        """Make one by an update and one by a build, in turn."""
        self._made += 1
        if self._made % 2:
            self._builder.build()
            return
        headers = {
            "authorization": f"Bearer {self._token}",
            "content-type": "application/sparql-update",
        }
        text = world.note(self._made)
        answer = httpx.post(
            running.url + "sparql", content=text, headers=headers, timeout=asking.PATIENCE
        )
        self.report.counts[f"update {answer.status_code}"] += 1
        if answer.status_code != 204:
            self.report.wrong.append(f"an update: {answer.status_code} {answer.text[:500]}")
        self.report.updates += 1


def _rests(running: Running) -> bool:
    there = list(chaos.kinds(running.process.pid).values())
    return there.count("reader") == 2 and "loader" not in there


def by_the_clock(minutes: float) -> Step:
    """Return a step of a minute, or of a quarter's third where that is less, for so long in all."""
    quarter = 60 * minutes / 4
    length = min(60.0, quarter / 3)

    def step(_: Pace, begun: float) -> bool:
        end = begun + quarter
        time.sleep(max(0.0, min(length, end - time.monotonic())))
        return time.monotonic() < end

    return step


def by_requests(each: int, steps: int) -> Step:
    """Return a step of so many requests; `steps` of them are a quarter."""

    def step(pace: Pace, _: float) -> bool:
        due = (pace.count // each + 1) * each
        return due <= each * steps and pace.come_to(due)

    return step
