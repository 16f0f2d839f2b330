"""Measure ingestion end to end: articles a second on one core and on two, unchanged, and memory.

    python bench/ingestion.py [--articles 200] [--rounds 3] [--memory 10000 [--sentences 20]
        [--workers 2]] [--json FILE]

Articles are made up of some 300 words each, the same every time. A run is `demarche ingest` as a
user begins it, timed from outside, into a home of its own, held to as many cores as it has workers.
Peak memory is that of the largest process, looked at four times a second.
With --memory, one more run over so many articles, with twenty names in each that no other has,
tells whether memory grows: what all processes hold at most in each tenth of them. The same is then
asked again, unchanged; processor time tells how much less that is. See bench/README.md.
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
from resource import RUSAGE_CHILDREN, getrusage

STATES = (
    *("Kenya", "Uganda", "Peru", "Chile", "Norway", "Finland"),
    *("Mali", "Guinea", "Oman", "Qatar", "Laos", "Vietnam"),
)
ACTS = (
    "{a} asked {b} to open the crossing near the river before the end of the month.",
    "The foreign minister of {a} accused {b} of closing the road without a word of warning.",
    "{a} and {b} signed an agreement on the fishing grounds after two years of talks.",
    "Officials of {a} said that {b} had refused to send its experts to the site.",
    "{a} will send twelve lorries with flour to {b} next week, the ministry said.",
    "“We have waited long enough,” the president of {a} told reporters on Tuesday.",
    "The talks with {b} went on until the night, and nobody came out to speak to the press.",
    "{a} condemned what it called an attack on its observers in the north of {b}.",
)
FILLER = (
    "The road was empty all day, and the shops along it stayed shut.",
    "People who live there have seen this before, and few of them expect it to end soon.",
    "A report that was due in spring has not come out, for reasons that nobody will give.",
)
VILLAGES = "The people of {0} and {1} do not know what became of {2}, of {3} or of the farm."
SYLLABLES = ("ba", "de", "fu", "gi", "ho", "ka", "le", "mu", "ni", "po", "ra", "stu", "vi", "zo")
SENTENCES = 20
TENTHS = 10


@dataclass
class Measured:
    """A run: seconds, seconds of processors, MiB of the largest process.

    tenths: the most MiB that all held in each tenth of the articles, if that was asked; the last
    is while the work of the others is put into the graph.
    """

    seconds: float
    processor: float
    largest: float
    tenths: list[float]
    report: dict[str, object] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0, help="articles of the run for memory")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="in each of those")
    parser.add_argument("--workers", type=int, default=2, help="of that run")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options)
    print(f"{platform.python_version()}, {os.cpu_count()} cores")
    for name, value in found.items():
        print(f"{name:32} {value}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    found: dict[str, object] = speed(folder, options) if options.rounds else {}
    return found | (memory(folder, options) if options.memory else {})


def speed(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    texts = folder / "texts"
    write(texts, options.articles)
    runs: dict[str, list[Measured]] = {"1 core": [], "2 cores": [], "unchanged": []}
    for number in range(options.rounds):
        for name, workers in (("1 core", 1), ("2 cores", 2)):
            home = folder / f"{name}-{number}"
            runs[name].append(run(home, texts, workers))
        runs["unchanged"].append(run(home, texts, 2))
    median = {name: statistics.median(one.seconds for one in of) for name, of in runs.items()}
    return {
        "articles a second, 1 core": round(options.articles / median["1 core"], 2),
        "articles a second, 2 cores": round(options.articles / median["2 cores"], 2),
        "seconds, unchanged": round(median["unchanged"], 2),
        "unchanged, times quicker": round(median["1 core"] / median["unchanged"], 1),
        "largest process, MiB": max(one.largest for one in runs["1 core"]),
    }


def memory(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    many, home = folder / "many", folder / "home-of-many"
    write(many, options.memory, options.sentences, names=True)
    first = run(home, many, options.workers, options.memory)
    again = run(home, many, options.workers)
    return {
        "MiB of all processes, by tenths": " ".join(f"{one:.0f}" for one in first.tenths),
        "seconds of processors": round(first.processor, 1),
        "the same, unchanged": round(again.processor, 2),
        "times less": round(first.processor / again.processor, 1),
        "seconds": round(first.seconds, 1),
        "seconds, unchanged ": round(again.seconds, 2),
        "documents of the first run": first.report.get("documents"),
        "documents of the second": again.report.get("documents"),
    }


def write(folder: Path, articles: int, sentences: int = SENTENCES, *, names: bool = False) -> None:
    """Write made-up articles, each other than all others; with names that no other has."""
    folder.mkdir()
    chance = random.Random(7)
    for number in range(articles):
        states = chance.sample(STATES, 4)
        body = []
        for _ in range(sentences - 5 * names):
            a, b = chance.sample(states, 2)
            body.append(chance.choice((*ACTS, *FILLER)).format(a=a, b=b))
        places = [[name_of(chance) for _ in range(4)] for _ in range(5 * names)]
        body.extend(VILLAGES.format(*four) for four in places)
        paragraphs = "\n\n".join(" ".join(body[at : at + 3]) for at in range(0, sentences, 3))
        head = f"{states[0]} and {states[1]} meet once more, the {number}th time"
        day = f"{number % 28 + 1} May 2031"
        text = f"{head}\n\nBy Ola Berg\nThe Esker Post, {day}\n\n{paragraphs}\n"
        (folder / f"{number:06d}.txt").write_text(text, encoding="utf-8")


def name_of(chance: random.Random) -> str:
    """Return a name of some half a million, so that most come once."""
    return "".join(chance.choices(SYLLABLES, k=5)).capitalize()


def run(home: Path, texts: Path, workers: int, watched: int = 0) -> Measured:
    """Ingest; watched: how many articles there are, to tell memory by tenths; 0 not to."""
    command = [sys.executable, "-c", "from demarche.cli.app import main; main()"]
    words = ["--home", str(home), "ingest", str(texts), "--workers", str(workers), "--json"]
    cores = sorted(os.sched_getaffinity(0))[: max(workers, 1)]
    used, began = processors(), time.monotonic()
    process = subprocess.Popen(
        [*command, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509
    )
    largest, tenths = 0.0, [0.0]
    while process.poll() is None:
        sizes = list(memory_of(process.pid))
        largest, tenths[-1] = max([largest, *sizes]), max(tenths[-1], sum(sizes))
        if watched and done(home) >= watched / TENTHS * len(tenths):
            tenths.append(0.0)
        time.sleep(2.0 if watched else 0.25)
    seconds = time.monotonic() - began
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    return Measured(seconds, processors() - used, largest, tenths, report)


def processors() -> float:
    """Return the seconds of processors that children took which have ended."""
    taken = getrusage(RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def done(home: Path) -> int:
    folder = home / "candidates" / "documents"
    return sum(1 for _ in folder.rglob("*.json")) if folder.is_dir() else 0


def memory_of(pid: int) -> Iterator[float]:
    """Yield the MiB that a process and those below it hold; what they share counts once."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        yield next(int(line.split()[1]) for line in told.splitlines() if "Pss:" in line) / 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, StopIteration):
        return
    for child in children:
        yield from memory_of(int(child))


if __name__ == "__main__":
    main()
