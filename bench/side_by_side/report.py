"""The tables: medians over rounds with their spread, ratios, and the floors beside them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

OURS, FLOOR = "demarche", "pyoxigraph in process"
DISK, MEMORY, RDFLIB = "oxigraph disk", "oxigraph memory", "rdflib-endpoint"
Key = tuple[int, str, str]
"""Triples, measure, server."""


@dataclass
class Measured:
    """Values by size, measure and server, one of each round; and what could not be measured."""

    values: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, size: int, measure: str, server: str, value: float) -> None:
        self.values[size, measure, server].append(value)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def median(self, size: int, measure: str, server: str) -> float | None:
        found = self.values.get((size, measure, server))
        return statistics.median(found) if found else None

    def cell(self, key: Key) -> str:
        found = sorted(self.values.get(key, ()))
        if not found:
            return "–"
        return f"{_short(statistics.median(found))} ({_short(found[0])}–{_short(found[-1])})"

    def sizes(self) -> list[int]:
        return sorted({size for size, _, _ in self.values})

    def measures(self, size: int) -> list[str]:
        return list(dict.fromkeys(measure for one, measure, _ in self.values if one == size))

    def servers(self) -> list[str]:
        return list(dict.fromkeys(server for _, _, server in self.values))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def tables(measured: Measured) -> Iterator[str]:
    """Yield the lines of one table for each size: median (least–most) over the rounds."""
    servers = measured.servers()
    for size in measured.sizes():
        yield f"\n### {size:,} triples\n"
        yield f"| measure | {' | '.join(servers)} |"
        yield f"| --- |{' --- |' * len(servers)}"
        for measure in measured.measures(size):
            cells = (measured.cell((size, measure, server)) for server in servers)
            yield f"| {measure} | {' | '.join(cells)} |"


@dataclass(frozen=True)
class Demand:
    """A ratio that is asked for. against: whose number. floor, aim: least wanted; 0 for none.

    faster: whether more is better (a rate); otherwise less is (a latency).
    """

    against: str
    floor: float
    aim: float
    faster: bool


DEMANDS: dict[str, tuple[Demand, ...]] = {
    "uncached": (Demand(DISK, 0.6, 1.0, True), Demand(RDFLIB, 4, 0, True)),
    "repeated": (Demand(MEMORY, 0.5, 1.0, True),),
    "filter": (Demand(DISK, 3, 0, False), Demand(RDFLIB, 20, 0, False)),
    "join": (Demand(DISK, 3, 0, False), Demand(RDFLIB, 40, 0, False)),
    "order": (Demand(DISK, 3, 0, False), Demand(RDFLIB, 20, 0, False)),
    "aggregate": (Demand(DISK, 0.8, 0, False), Demand(RDFLIB, 40, 0, False)),
}
OVERHEAD_FROM_MS, OVERHEAD_RATIO, OVERHEAD_MS = 50.0, 1.15, 2.0


def verdicts(measured: Measured) -> Iterator[str]:
    """Yield the lines of the table of what is asked for, and whether it is so."""
    yield "\n### What is asked for\n"
    yield "| triples | measure | against | ours is better by | floor | aim | so |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for size in measured.sizes():
        for measure in measured.measures(size):
            for demand in DEMANDS.get(measured.kinds.get(measure, ""), ()):
                yield from _verdict(measured, size, measure, demand)
    yield from _overheads(measured)


def _verdict(measured: Measured, size: int, measure: str, demand: Demand) -> Iterator[str]:
    ours = measured.median(size, measure, OURS)
    theirs = measured.median(size, measure, demand.against)
    if not ours or not theirs:
        return
    ratio = ours / theirs if demand.faster else theirs / ours
    aim = f"{demand.aim:g}" if demand.aim else ""
    so = "below the floor"
    if ratio >= demand.floor:
        so = "aim met" if demand.aim and ratio >= demand.aim else "floor met"
    yield (
        f"| {size:,} | {measure} | {demand.against} | {ratio:.2f} x |"
        f" {demand.floor:g} x | {aim and aim + ' x'} | {so} |"
    )


def _overheads(measured: Measured) -> Iterator[str]:
    yield "\n### Over pyoxigraph in process\n"
    yield "| triples | measure | in process, ms | ours, ms | over it | allowed | so |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for size in measured.sizes():
        for measure in measured.measures(size):
            inner = measured.median(size, measure, FLOOR)
            ours = measured.median(size, measure, OURS)
            if inner is None or ours is None or not measure.endswith("ms"):
                continue
            long = inner >= OVERHEAD_FROM_MS
            over = f"{ours / inner:.2f} x" if long else f"{ours - inner:.2f} ms"
            allowed = f"{OVERHEAD_RATIO} x" if long else f"{OVERHEAD_MS:g} ms"
            met = ours <= inner * OVERHEAD_RATIO if long else ours - inner <= OVERHEAD_MS
            yield (
                f"| {size:,} | {measure} | {inner:.2f} | {ours:.2f} | {over} | {allowed} |"
                f" {'met' if met else 'not met'} |"
            )


def notes(measured: Measured) -> Iterator[str]:
    """Yield what could not be measured."""
    if measured.notes:
        yield "\n### Left out\n"
        yield from (f"- {note}" for note in measured.notes)


def markdown(measured: Measured, title: Sequence[str]) -> str:
    """Return the whole report."""
    lines = [*title, *tables(measured), *verdicts(measured), *notes(measured)]
    return "\n".join(lines) + "\n"
