"""Measure the endpoint side by side with its peers, on the same triples, in one run.

    python bench/endpoint.py [--sizes seeds 100k 1M 10M] [--rounds 5] [--servers NAME ...]
        [--cases NAME ...] [--seconds 5] [--json FILE] [--set NAME=JSON ...]

Every server is a process of its own and all run at once; only the one that is asked works. Rounds
are interleaved: each asks every case of every server once, so that a machine that drifts drifts
for all. A time counts only when the rows are those of pyoxigraph in process. Servers that are not
to be had are left out and said so at the end. See bench/README.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from side_by_side import cases as asked  # noqa: E402
from side_by_side import data, report  # noqa: E402
from side_by_side.load import Beside, Client, FailedError, Rate, fingerprint, python_rate, wrk  # noqa: E402
from side_by_side.servers import (  # noqa: E402
    SERVERS,
    AbsentError,
    Demarche,
    InProcess,
    OxigraphDisk,
    RdflibEndpoint,
    Server,
)

SEEDS = "seeds"
LOADS = ("rate", "repeated", "python", "tail", "memory")
"""What is measured besides the cases of `side_by_side.cases`."""
ENOUGH_SECONDS, MOST_ASKINGS, SLOWEST_SECONDS = 0.6, 15, 600.0
CONNECTIONS, THREADS = 8, 4


class Run:
    """All measurements on one graph."""

    def __init__(self, options: argparse.Namespace, measured: report.Measured) -> None:
        self.options, self.measured = options, measured
        self._numbers = itertools.count(1)
        self._given_up: set[tuple[str, str]] = set()

    def on(self, folder: Path, size: str) -> None:
        """Make a graph, start the servers over it, and measure."""
        file = folder / f"{size}.nt"
        self.triples = seeds(file) if size == SEEDS else made(file, size)
        self.subjects = list(subjects(file))
        self.cases = asked.cases(self.subjects, list(words(file)))
        with ExitStack() as held:
            tell(f"{size}: {self.triples:,} triples; starting the servers")
            self.floor = InProcess(file)
            held.callback(self.floor.stop)
            self.servers = list(self._started(folder / "servers", file, held))
            for number in range(self.options.rounds):
                self._round()
                tell(f"{size}: round {number + 1} of {self.options.rounds}")
            if self._wanted("memory"):
                self._memory()
            if self._wanted("tail"):
                for server in self.servers:
                    self._tail(server)
        shutil.rmtree(folder / "servers")
        file.unlink()

    def _started(self, folder: Path, file: Path, held: ExitStack) -> Iterator[Server]:
        for name in self.options.servers:
            kind = SERVERS[name]
            if kind.most_triples is not None and self.triples > kind.most_triples:
                self.measured.note(f"{name} at {self.triples:,} triples: more than it is given")
                continue
            server = kind(folder / name.replace(" ", "-"), file)
            held.callback(server.stop)
            try:
                server.start()
            except (AbsentError, OSError, subprocess.CalledProcessError) as error:
                self.measured.note(f"{name} at {self.triples:,} triples: {error}")
                server.stop()
                continue
            self._add("load, s", server.name, server.load_seconds)
            tell(f"  {name} is ready after {server.load_seconds:.1f} s")
            yield server

    def _wanted(self, name: str) -> bool:
        return not self.options.cases or name in self.options.cases

    def _add(self, measure: str, server: str, value: float, kind: str = "") -> None:
        self.measured.kinds[measure] = kind
        self.measured.add(self.triples, measure, server, value)

    def _note(self, server: str, what: str, error: object) -> None:
        self._given_up.add((server, what))
        self.measured.note(f"{server}, {what} at {self.triples:,} triples: {error}")

    def _round(self) -> None:
        for case in self.cases:
            if self._wanted(case.name):
                self._latencies(case)
        for server in self.servers:
            self._rates(server)

    # --- Latency -----------------------------------------------------------------------------

    def _latencies(self, case: asked.Case) -> None:
        numbers = [next(self._numbers) for _ in range(MOST_ASKINGS + 1)]
        expected: dict[int, str] = {}
        measure = f"{case.name}, ms"
        inner = []
        for number in numbers:
            seconds, answer = self.floor.ask(case.text(number))
            expected[number] = fingerprint(answer)
            inner.append(seconds)
            if sum(inner) > ENOUGH_SECONDS and len(inner) > 1:
                break
        self._add(measure, self.floor.name, 1000 * statistics.median(inner[1:]), case.kind)
        for server in random.sample(self.servers, len(self.servers)):
            if (server.name, case.name) in self._given_up:
                continue
            try:
                seconds = self._latency(server, case, expected)
            except FailedError as error:
                self._note(server.name, case.name, error)
            else:
                self._add(measure, server.name, 1000 * seconds, case.kind)

    def _latency(self, server: Server, case: asked.Case, expected: dict[int, str]) -> float:
        """Return the median over some askings; the first is not counted. Raises FailedError."""
        client = Client(server.url, SLOWEST_SECONDS)
        times: list[float] = []
        for number, right in expected.items():
            seconds, answer = client.ask(case.text(number))
            if (found := fingerprint(answer)) != right:
                raise FailedError(f"other rows than in process: {found} for {right}")
            times.append(seconds)
            if sum(times) > 10 * ENOUGH_SECONDS and len(times) > 1:
                break
        return statistics.median(times[1:])

    # --- Rates -------------------------------------------------------------------------------

    def _rates(self, server: Server) -> None:
        if self._wanted("rate"):
            self._rate(server, "distinct lookups/s, wrk", repeat=False, kind="uncached")
        if self._wanted("repeated"):
            self._rate(server, "one lookup repeated/s, wrk", repeat=True, kind="repeated")
        if self._wanted("python"):
            self._python(server)

    def _wrk(self, server: Server, *, repeat: bool, connections: int = CONNECTIONS) -> Any:
        start = -1 if repeat else next(self._numbers) * 1_000_000
        return wrk(server.url, self.subjects, start, self.options.seconds, connections)

    def _rate(self, server: Server, measure: str, *, repeat: bool, kind: str) -> None:
        before = server.processor_seconds()
        try:
            rate = self._wrk(server, repeat=repeat)
        except FailedError as error:
            self._note(server.name, measure, error)
            return
        if rate.errors:
            self.measured.note(f"{server.name}, {measure}: {rate.errors} errors in a round")
        else:
            self._add(measure, server.name, rate.per_second, kind)
            spent = server.processor_seconds() - before
            each = spent / (rate.per_second * self.options.seconds)
            what = measure.removesuffix("/s, wrk")
            self._add(f"{what}: processor ms each", server.name, 1000 * each)

    def _python(self, server: Server) -> None:
        case = next(case for case in self.cases if case.name == "lookup")
        start = next(self._numbers) * 1_000_000
        try:
            rate = python_rate(
                server.url, lambda n: case.text(start + n), self.options.seconds, THREADS
            )
        except FailedError as error:
            self._note(server.name, "lookups by a Python client", error)
        else:
            self._add("distinct lookups/s, Python client", server.name, rate)

    def _tail(self, server: Server) -> None:
        """Lookups alone, then beside two queries that do not end by themselves.

        The last that a server is asked: some go on with a query whose client has left.
        """
        rounds = range(self.options.rounds)
        long = 10 + 2 * self.options.seconds * self.options.rounds
        try:
            alone = [self._wrk(server, repeat=False, connections=2) for _ in rounds]
            beside = Beside(server.url, self._heavy, 2, long)
            time.sleep(1)
            loaded = [self._wrk(server, repeat=False, connections=2) for _ in rounds]
        except FailedError as error:
            self._note(server.name, "tail", error)
            return
        finally:
            server.stop()
        beside.stop()
        for rate in alone:
            self._add("lookup p99 alone, milliseconds", server.name, rate.p99)
        for rate in loaded:
            self._loaded(server, rate)

    def _loaded(self, server: Server, rate: Rate) -> None:
        if rate.errors or not rate.per_second:
            told = f"{rate.per_second:.0f} lookups/s, {rate.errors} failed"
            self.measured.note(f"{server.name} beside two heavy queries: {told}")
        if rate.per_second:
            self._add("lookup p99 beside two heavy queries, milliseconds", server.name, rate.p99)

    def _heavy(self, number: int) -> str:
        return asked.heavy(next(self._numbers) + number)

    def _memory(self) -> None:
        everyone: list[Server | InProcess] = [self.floor, *self.servers]
        for server in everyone:
            mebibytes = server.memory() / (1 << 20)
            self._add("memory, MiB", server.name, mebibytes)
            per_million = mebibytes * 1e6 / self.triples
            self._add("memory, MiB per million triples", server.name, per_million)


# --- Graphs ------------------------------------------------------------------------------------


def made(file: Path, size: str) -> int:
    """Make a graph of so many triples. size: like 100k or 1M."""
    return data.make(file, count(size)).triples


def seeds(file: Path) -> int:
    """Write the default graph of the project's own seeds; return its triples."""
    from demarche_ingest.build import build
    from demarche_store.home import Home

    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        build(ROOT / "seeds", home)
        with home.open() as view:
            view.query("CONSTRUCT WHERE { ?s ?p ?o }").write(
                file.open("wb"), "application/n-triples"
            )
            return view.info.default_graph_triples


def count(size: str) -> int:
    """Return the number that 100k or 1M means."""
    factor = {"k": 1_000, "M": 1_000_000}.get(size[-1], 1)
    return int(float(size.rstrip("kM")) * factor)


def subjects(file: Path) -> Iterator[str]:
    """Yield some claims of a file, those of the beginning."""
    pattern = re.compile(r"<([^>]+/id/claim-[^>]+)> <[^>]+ns#type> <[^>]+ontology#Claim>")
    found = 0
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if match := pattern.match(line):
                yield match[1]
                found += 1
                if found == 5000:
                    return


def words(file: Path) -> Iterator[str]:
    """Yield words of the statements of a file, lower case, sorted: rare and frequent ones."""
    found: set[str] = set()
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if match := re.search(r'ontology#statement> "([^"\\]+)"', line):
                found.update(re.findall(r"[a-z]{4,}", match[1]))
                if len(found) >= 300:
                    break
    yield from sorted(found)


# --- Command line ------------------------------------------------------------------------------


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [case.name for case in asked.cases([""], [""])]
    parser.add_argument("--sizes", nargs="+", default=[SEEDS, "100k", "1M", "10M"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--servers", nargs="+", default=list(SERVERS), choices=list(SERVERS))
    parser.add_argument("--cases", nargs="+", default=[], choices=[*names, *LOADS])
    parser.add_argument("--seconds", type=int, default=5, help="how long each rate is measured")
    parser.add_argument("--peers", type=Path, default=ROOT / ".bench-peers", help="their venv")
    parser.add_argument("--folder", type=Path, help="where graphs and stores lie meanwhile")
    parser.add_argument("--json", type=Path, help="write every value there")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME=JSON", help="settings of our server"
    )
    return parser.parse_args()


def title(options: argparse.Namespace) -> list[str]:
    git = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    return [f"Commit {commit}, {machine}, {options.rounds} rounds; median (least–most)."]


def main() -> None:
    options = parse()
    OxigraphDisk.peers = RdflibEndpoint.peers = options.peers.resolve()
    given = dict(one.split("=", 1) for one in options.set)
    Demarche.settings = {name: json.loads(value) for name, value in given.items()}
    random.seed(1)
    measured = report.Measured()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for size in options.sizes:
            Run(options, measured).on(Path(folder), size)
    print(report.markdown(measured, title(options)))
    if options.json:
        values = [[*key, values] for key, values in measured.values.items()]
        options.json.write_text(json.dumps({"values": values, "notes": measured.notes}, indent=1))


if __name__ == "__main__":
    main()
