"""Measure extraction: sentences a second on one core, from bytes to gated candidates.

    python bench/extraction.py [--rounds 5] [--articles 40] [--documents PATH …] [--against FOLDER]
        [--json FILE]

What `demarche extract` does of each document but printing: articles, sentences, parsing, mentions,
dates, who says what, rules and gate. Documents are made-up articles (`ingestion.py`) and those of
the corpus that may be read, or what is named instead. Seconds are of processor time; what is loaded
once a process is left out, by working on each document once before. With --against, another
checkout of this repository is measured in turn, and it is told whether both find the same.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import ingestion

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "corpus" / "dev"
ROOMS = ("ontology", "store", "ingest", "server")
ASKED = 500
"""Sentences a second that are asked for."""

Sets = Mapping[str, Sequence[str]]
"""Paths of documents by the name of the set that they are of."""


@dataclass
class Measured:
    """A set of documents. seconds: of each round. found: the hash of all candidates."""

    sentences: int
    seconds: list[float] = field(default_factory=list)
    found: str = ""

    @property
    def rate(self) -> float:
        return self.sentences / statistics.median(self.seconds)

    def row(self) -> str:
        slow, quick = (self.sentences / one(self.seconds) for one in (max, min))
        return f"{self.sentences:,} | {self.rate:.0f} | {slow:.0f}-{quick:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--articles", type=int, default=40, help="made-up ones")
    parser.add_argument("--documents", nargs="*", default=[], help="instead of the corpus")
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps({name: once(paths) for name, paths in json.load(sys.stdin).items()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        ingestion.write(made, options.articles)
        sets = {"made-up articles": [str(made)]}
        named = options.documents
        sets |= {"named documents": named} if named else {"corpus": corpus()}
        trees = [ROOT, *([options.against] if options.against else [])]
        found = measure(trees, sets, options.rounds)
    print(report(found))
    if options.json:
        told = [{name: asdict(one) for name, one in sets.items()} for sets in found]
        options.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


def corpus() -> list[str]:
    """Return the documents of the corpus, without what was marked in them."""
    return [str(one) for one in sorted(CORPUS.glob("*/*")) if one.stem != "gold"]


def measure(trees: Sequence[Path], sets: Sets, rounds: int) -> list[dict[str, Measured]]:
    """Measure checkouts in turn. Return for each, by set, what was measured."""
    found: list[dict[str, Measured]] = [{} for _ in trees]
    for _ in range(rounds):
        for tree, measured in zip(trees, found, strict=True):
            for name, (sentences, seconds, digest) in process(tree, sets).items():
                one = measured.setdefault(name, Measured(sentences, found=digest))
                one.seconds.append(seconds)
    return found


def process(tree: Path, sets: Sets) -> dict[str, tuple[int, float, str]]:
    """Measure a checkout once, in a process of its own on one core."""
    rooms = os.pathsep.join(str(tree.resolve() / room) for room in ROOMS)
    done = subprocess.run(
        [sys.executable, __file__, "--once"],
        input=json.dumps(sets),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": rooms, "OMP_NUM_THREADS": "1"},
    )
    found: dict[str, tuple[int, float, str]] = json.loads(done.stdout)
    return found


def once(paths: Sequence[str]) -> tuple[int, float, str]:
    """Return sentences, seconds of processor time, and the hash of what was found."""
    from demarche_ingest.analysis import analyse
    from demarche_ingest.candidates.listing import rows
    from demarche_ingest.documents import Wishes, read_files
    from demarche_ingest.pipeline.crew import Crew, Failed
    from demarche_ingest.pipeline.recipe import Recipe
    from demarche_ingest.texts import sha256

    recipe = Recipe()
    tools = recipe.open().tools
    sources = [one for batch in read_files([*map(Path, paths)], Wishes()) for one in batch.sources]
    sentences = sum(len(analyse(source, tools).parses) for source in sources)
    with Crew(recipe, "bench", workers=0) as crew:
        outcomes = crew.work([*sources, *sources])
        for _ in sources:
            next(outcomes)
        began = time.process_time()
        made = list(outcomes)
        seconds = time.process_time() - began
    found = []
    for source, outcome in made:
        assert not isinstance(outcome, Failed), outcome
        found += list(rows(outcome.document, source.text))
    return sentences, seconds, sha256(json.dumps(found, ensure_ascii=False))


def report(found: Sequence[Mapping[str, Measured]]) -> str:
    """Return the figures as a table; with another checkout, the ratio of both."""
    this, other = found[0], found[1] if len(found) > 1 else None
    lines = [
        f"{platform.python_version()}, one core; {ASKED} sentences a second are asked for",
        "| documents | sentences | sentences/s | spread |" + (" other | ratio |" if other else ""),
        "| --- | --- | --- | --- |" + (" --- | --- |" if other else ""),
    ]
    for name, one in this.items():
        line = f"| {name} | {one.row()} |"
        if other is not None:
            line += f" {other[name].rate:.0f} | {one.rate / other[name].rate:.2f} x |"
        lines.append(line)
    if other is not None:
        differ = [name for name, one in this.items() if one.found != other[name].found]
        lines.append(f"Both find {'the same' if not differ else 'other things in ' + differ[0]}.")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
