"""Measure how long the server takes for each kind of page.

    python bench/pages.py [--sizes seeds 1M] [--home FOLDER] [--rounds 10] [--things 5]
        [--wait SECONDS] [--set NAME=JSON ...] [--json FILE]

The server is a process of its own; a page is timed from sending the request to the last byte of the
answer, over one connection that is kept open, one page at a time, without styles and scripts. Each
round asks for every page once; the one before the first warms up and is told of apart, since some
answers are kept for a commit. It begins once the server answers, or `--wait` seconds later, when it
has asked ahead for what the busiest pages need. Things are picked by class: some at random, and the
one that most claims speak of. See bench/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from side_by_side import copies  # noqa: E402
from side_by_side.servers import OURS, Demarche, make_home  # noqa: E402

SEEDS = "seeds"
SMALL_TRIPLES = 500_000
TARGETS = {False: 50.0, True: 150.0}
"""Milliseconds asked for: up to `SMALL_TRIPLES`, and beyond."""
DEM = "https://w3id.org/demarche/ontology#"
BASE = "https://w3id.org/demarche"
CLASSES = (
    *("State", "Person", "Organization", "Event", "Treaty", "Place", "Office"),
    *("Claim", "Document", "DocumentPart", "Position", "Issue"),
)
PAGES = {
    "start": "/",
    "about": "/about",
    "documentation": "/about/server",
    "query": "/query",
    "answer": "/query?query=" + quote("SELECT * { ?s ?p ?o } LIMIT 100"),
    "search": "/search",
    "found": "/search?q=ka",
    "timeline": "/pictures/timeline",
    "network": "/pictures/network",
    "members": "/pictures/members",
    "errors": "/problems",
}
PATIENCE_SECONDS = 600.0


class Serving(Demarche):
    """Our server on a home that is there."""

    def __init__(self, folder: Path, home: Path) -> None:
        super().__init__(folder, home)

    def command(self) -> list[str | Path]:
        settings = {"port": self.port, "access_log": str(self.folder / "access.jsonl")}
        return [sys.executable, "-c", OURS, json.dumps(settings | self.settings), self.file]


@dataclass
class Measured:
    """Milliseconds by kind of page. left_out: kinds that were not measured, and why.

    first: of pages that nobody had asked for before; those that most claims speak of come last
    among their kind, so that templates have been read.
    """

    triples: int
    times: dict[str, list[float]] = field(default_factory=dict)
    first: dict[str, list[float]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def rows(self) -> Iterator[str]:
        target = TARGETS[self.triples > SMALL_TRIPLES]
        for kind, times in self.times.items():
            median, worst = statistics.median(times), max(times)
            first = f"{max(self.first[kind]):.1f}" if kind in self.first else ""
            so = "met" if median <= target else "not met"
            yield f"| {kind} | {median:.1f} | {worst:.1f} | {first} | {target:.0f} | {so} |"

    def markdown(self) -> str:
        lines = [
            f"### {self.triples:,} triples",
            "",
            "| page | median ms | worst ms | worst first ms | target ms | so |",
            "| --- | --- | --- | --- | --- | --- |",
            *self.rows(),
        ]
        told = [f"- {kind}: {why}" for kind, why in self.left_out.items()]
        return "\n".join([*lines, *(["", "Left out:", *told] if told else []), ""])


def measure(url: str, options: argparse.Namespace) -> Measured:
    """Measure the pages of a server. url: of its endpoint."""
    base = url.removesuffix("/sparql")
    with httpx.Client(
        base_url=base, headers={"accept": "text/html"}, timeout=PATIENCE_SECONDS
    ) as c:
        (triples,) = column(c, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        measured = Measured(int(triples))
        pages = {kind: [path] for kind, path in PAGES.items()}
        for name in CLASSES:
            if things := picked(c, name, options.things):
                pages[name] = things
            else:
                measured.left_out[name] = "there is none in this graph"
        for number in range(options.rounds + 1):
            every = [(kind, path) for kind, paths in pages.items() for path in paths]
            if number:
                random.shuffle(every)
            else:
                every.reverse()
            for kind, path in every:
                timed(c, kind, path, measured, counts=number > 0)
    order = {kind: place for place, kind in enumerate(pages)}
    measured.times = dict(sorted(measured.times.items(), key=lambda item: order[item[0]]))
    return measured


def timed(client: httpx.Client, kind: str, path: str, measured: Measured, *, counts: bool) -> None:
    began = time.perf_counter()
    answer = client.get(path)
    milliseconds = 1000 * (time.perf_counter() - began)
    # While an index is made, the search says so; that is no page to measure.
    end = time.monotonic() + PATIENCE_SECONDS
    while not counts and answer.status_code == 503 and time.monotonic() < end:
        time.sleep(1)
        answer = client.get(path)
    if answer.status_code != 200:
        measured.left_out[f"{kind} {path}"] = f"status {answer.status_code}"
    elif counts:
        measured.times.setdefault(kind, []).append(milliseconds)
    elif path not in measured.seen:
        measured.first.setdefault(kind, []).append(milliseconds)
        measured.seen.add(path)


def picked(client: httpx.Client, name: str, number: int) -> list[str]:
    """Return paths of things of a class: the one most claims speak of, and others at random."""
    found = column(client, f"SELECT ?x {{ ?x a <{DEM}{name}> }} LIMIT 10000")
    spoken = column(
        client,
        f"SELECT ?x {{ ?x a <{DEM}{name}> . ?claim ?p ?x ; a <{DEM}Claim> }} "
        "GROUP BY ?x ORDER BY DESC(COUNT(?claim)) LIMIT 1",
    )
    others = random.sample(found, min(number, len(found)))
    chosen = dict.fromkeys([*spoken, *others][:number])
    return [f"{quote(iri.removeprefix(BASE))}.html" for iri in chosen if iri.startswith(BASE)]


def column(client: httpx.Client, query: str) -> list[str]:
    answer = client.post("/sparql", data={"query": query, "format": "csv"})
    answer.raise_for_status()
    return answer.text.splitlines()[1:]


def home_of(folder: Path, size: str) -> Path:
    """Make a home: of the seeds, or of copies of their graph with so many triples."""
    from demarche_ingest.build import build
    from demarche_store.embedded import open_read_only
    from demarche_store.home import Home

    seeds = Home(folder / "seeds")
    build(ROOT / "seeds", seeds)
    if size == SEEDS:
        return seeds.path
    from endpoint import count

    home, file = folder / "home", folder / "graph.nt"
    with seeds.open() as view:
        copies.make(file, open_read_only(view.path), count(size))
    make_home(home, file)
    return home


def setting(text: str) -> tuple[str, object]:
    name, _, value = text.partition("=")
    return name, json.loads(value)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=[SEEDS, "1M"])
    parser.add_argument("--home", type=Path, help="measure this home instead")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--things", type=int, default=5, help="pages of each class")
    parser.add_argument(
        "--wait", type=float, default=0.0, help="seconds before pages are asked for"
    )
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=JSON", help="settings")
    parser.add_argument("--json", type=Path, help="write every value there")
    return parser.parse_args()


def main() -> None:
    options = parse()
    Serving.settings = dict(map(setting, options.set))
    random.seed(1)
    git = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    print(f"Commit {commit}, {machine}, {options.rounds} rounds.\n")
    found = []
    for size in [str(options.home)] if options.home else options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            home = options.home or home_of(Path(folder), size)
            server = Serving(Path(folder) / "server", home)
            server.start()
            try:
                time.sleep(options.wait)
                measured = measure(server.url, options)
            finally:
                server.stop()
        print(measured.markdown())
        times, first = measured.times, measured.first
        found.append({"triples": measured.triples, "times": times, "first": first})
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
