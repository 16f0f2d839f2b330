"""Score the reading of documents: `python -m demarche_ingest.evaluate tests/corpus`.

The held-out half is told in totals only, so that nobody writes rules by its documents.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from demarche_ingest.analysis import Tools, analyse, times_of
from demarche_ingest.dating import Expression
from demarche_ingest.evaluate import floors
from demarche_ingest.evaluate.gold import Gold, Half, corpus_hash, read_corpus, read_seed_gold
from demarche_ingest.evaluate.layers import count
from demarche_ingest.evaluate.report import (
    Scored,
    as_json,
    grouped,
    groups_table,
    shown,
    table,
    totals,
)
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology.errors import DemarcheError


def score(golds: Iterable[Gold], tools: Tools) -> list[Scored]:
    """Read each document and count what was found, on its own and with its articles given."""
    scored = []
    for gold in golds:
        found = analyse(gold.source, tools)
        given: list[Expression] = []
        if "times" in gold.layers:
            given = times_of(gold.source, gold.articles, tools, found.parses)
        scored.append(Scored(gold, count(gold, found, given)))
    return scored


def score_half(folder: Path, half: Half, tools: Tools | None = None) -> list[Scored]:
    """Score a half of the corpus, with the packaged parser unless other tools are given."""
    return score(read_corpus(folder, half), tools or Tools(Linker(), open_parser()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns its exit code: 1 where a floor does not hold."""
    wanted = _parser().parse_args(arguments)
    try:
        return _run(wanted)
    except DemarcheError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evaluate", description="Score the reading of documents.")
    parser.add_argument("corpus", type=Path, help="folder with the halves dev and held-out")
    parser.add_argument("--held-out", action="store_true", help="the held-out half, in totals only")
    parser.add_argument("--seeds", type=Path, help="a seeds folder; with --texts, scored as well")
    parser.add_argument("--texts", type=Path, help="folder of the texts that the seeds are of")
    parser.add_argument("--floors", type=Path, help="file of floors that the figures must hold")
    parser.add_argument("--pin", action="store_true", help="write the figures as floors")
    parser.add_argument("--lower", action="store_true", help="with --pin: also lower ones")
    parser.add_argument("--no-parser", action="store_true", help="read without parses; no floors")
    parser.add_argument("--json", type=Path, help="file to write all figures to")
    return parser


def _run(wanted: argparse.Namespace) -> int:
    half: Half = "held-out" if wanted.held_out else "dev"
    name = corpus_hash(wanted.corpus, half)
    tools = Tools(Linker(), None if wanted.no_parser else open_parser())
    scored = score_half(wanted.corpus, half, tools)
    head = f"## {half}: {len(scored)} documents, corpus {name[:12]}, {_read_with(tools)}"
    print(f"{head}\n\n{table(scored)}\n")
    content: dict[str, Any] = {half: as_json(scored, with_documents=half == "dev")}
    if half == "dev":
        _print_groups(scored)
        content |= _of_seeds(wanted.seeds, wanted.texts, tools)
    if wanted.json:
        wanted.json.write_text(json.dumps({"corpus": name, **content}, indent=1) + "\n", "utf-8")
    if half == "dev" and wanted.floors and not wanted.no_parser:
        return _hold(wanted, floors.of(name, totals(scored)))
    return 0


def _read_with(tools: Tools) -> str:
    return f"parses of {tools.parser.name}" if tools.parser else "no parses"


def _print_groups(scored: list[Scored]) -> None:
    layers = shown(totals(scored))
    groups = {
        "document": grouped(scored, lambda gold: gold.name),
        "region": grouped(scored, lambda gold: gold.region),
        "kind": grouped(scored, lambda gold: gold.kind),
    }
    for head, each in groups.items():
        print(f"F1 by {head}\n\n{groups_table(each, layers, head)}\n")


def _of_seeds(seeds: Path | None, texts: Path | None, tools: Tools) -> dict[str, Any]:
    """Score what the seeds say of their texts, where these are there."""
    if seeds is None or texts is None or not texts.is_dir():
        print("The seeds are not scored: their texts are not there.\n")
        return {}
    scored = score(read_seed_gold(read_seeds(seeds), texts), tools)
    print(f"## seeds: {len(scored)} texts\n\n{table(scored)}\n")
    return {"seeds": as_json(scored, with_documents=True)}


def _hold(wanted: argparse.Namespace, now: floors.Floors) -> int:
    """Pin the floors, or say which do not hold."""
    path: Path = wanted.floors
    before = floors.read(path) if path.exists() else floors.Floors(now.corpus, {})
    if not wanted.pin:
        wrong = floors.problems(before, now)
        print("\n".join(wrong) if wrong else f"All floors of {path.name} hold.")
        return 1 if wrong else 0
    fallen = floors.lowered(before, now)
    if fallen and not wanted.lower:
        print("Not pinned: these would fall (--lower pins them all the same).", *fallen, sep="\n")
        return 1
    floors.write(path, now)
    print(f"Pinned {len(now.layers)} floors.", *fallen, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
