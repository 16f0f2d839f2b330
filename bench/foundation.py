"""Measure the foundation: builds, the start of the server, growth.

    python bench/foundation.py [--rounds 5] [--articles 1 10 100] [--json FILE]

Every command is a process of its own, timed from outside, its peak memory as the operating system
accounts it (ru_maxrss of the child). Rounds are interleaved: each round runs every case once, so a
machine that drifts drifts for all. Synthetic articles come from tests/seedkit.py.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import seedkit  # noqa: E402

DEMARCHE = Path(sys.executable).with_name("demarche")
QUESTION = "csto-members-backing-azerbaijan"
CLAIMS_PER_ARTICLE = 100


@dataclass
class Series:
    """Seconds and peak MiB of one case, a value per round."""

    name: str
    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)

    def row(self) -> str:
        seconds, peak = sorted(self.seconds), statistics.median(self.peak_mib or [0])
        middle = statistics.median(seconds)
        return f"| {self.name} | {middle:.2f} | {seconds[0]:.2f}-{seconds[-1]:.2f} | {peak:.0f} |"


def timed(series: Series, *command: str | Path) -> None:
    """Run a command once; count its wall-clock seconds and the peak memory of its process tree."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    series.seconds.append(time.perf_counter() - begin)
    series.peak_mib.append(usage.ru_maxrss / 1024)
    if status:
        sys.exit(f"{command} failed:\n{message.decode()}")


def build(series: Series, home: Path, seeds: Path) -> None:
    timed(series, DEMARCHE, "--home", home, "build", seeds)


def first_answer(series: Series, home: Path) -> None:
    """From starting `demarche serve` to the headline answer in CSV."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = ROOT / "ontology" / "demarche_ontology" / "queries"
    body = (folder / f"{QUESTION}.rq").read_bytes()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/sparql",
        data=body,
        headers={"Content-Type": "application/sparql-query", "Accept": "text/csv"},
    )
    begin = time.perf_counter()
    server = subprocess.Popen(
        [DEMARCHE, "--home", home, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    assert b"id/kazakhstan" in answer.read()
                break
            except (urllib.error.URLError, ConnectionError):
                if server.poll() is not None or time.perf_counter() - begin > 60:
                    sys.exit("the server did not come up")
                time.sleep(0.005)
        series.seconds.append(time.perf_counter() - begin)
    finally:
        server.terminate()
        _, _, usage = os.wait4(server.pid, 0)
        series.peak_mib.append(usage.ru_maxrss / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    fresh = Series("seeds: build from nothing")
    again = Series("seeds: build, nothing changed")
    serve = Series("seeds: `serve` to first answer")
    grown = {n: Series(f"{n} synthetic article(s): build") for n in options.articles}
    regrown = {n: Series(f"{n} synthetic article(s): unchanged") for n in options.articles}
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        made = {
            n: seedkit.make_seeds(here / f"s{n}", articles=n, claims_per_article=CLAIMS_PER_ARTICLE)
            for n in options.articles
        }
        for number in range(options.rounds):
            home = here / f"home-{number}"
            build(fresh, home, ROOT / "seeds")
            build(again, home, ROOT / "seeds")
            first_answer(serve, home)
            for n, seeds in made.items():
                build(grown[n], home / str(n), seeds)
                build(regrown[n], home / str(n), seeds)
            shutil.rmtree(home)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    every = [fresh, again, serve, *grown.values(), *regrown.values()]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.rounds} rounds\n")
    print("| case | median s | spread s | peak MiB |\n| --- | --- | --- | --- |")
    for series in every:
        print(series.row())
    print("\n" + growth(grown))
    if options.json:
        options.json.write_text(json.dumps([vars(series) for series in every], indent=1))


def growth(grown: dict[int, Series]) -> str:
    """Seconds per article beyond the first size: constant where growth is linear."""
    sizes = sorted(grown)
    medians = {n: statistics.median(grown[n].seconds) for n in sizes}
    lines = [
        f"{small} -> {large} articles: {(medians[large] - medians[small]) / (large - small):.3f} s "
        "for each further article"
        for small, large in itertools.pairwise(sizes)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
