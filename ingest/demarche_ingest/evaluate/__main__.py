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

from demarche_ingest.analysis import Analysis, Tools, analyse, times_of
from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.model import Candidate
from demarche_ingest.dating import Expression
from demarche_ingest.evaluate import floors
from demarche_ingest.evaluate.claims import report as of_claims
from demarche_ingest.evaluate.claims.counting import count_claims, judge
from demarche_ingest.evaluate.claims.people import People
from demarche_ingest.evaluate.gold import Gold, Half, corpus_hash, read_corpus, read_seed_gold
from demarche_ingest.evaluate.layers import count
from demarche_ingest.evaluate.report import (
    Scored,
    as_json,
    claims_of,
    floored,
    grouped,
    groups_table,
    shown,
    table,
    totals,
)
from demarche_ingest.evaluate.scores import Counts
from demarche_ingest.extractors.protocol import Extractor
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology.errors import DemarcheError


def score(
    golds: Iterable[Gold], tools: Tools, extractors: Sequence[Extractor] = ()
) -> list[Scored]:
    """Read each document and count what was found, on its own and with its articles given.

    Claims are counted where there are extractors.
    """
    return [_scored(gold, tools, extractors) for gold in golds]


def _scored(gold: Gold, tools: Tools, extractors: Sequence[Extractor]) -> Scored:
    found = analyse(gold.source, tools)
    given: list[Expression] = []
    if "times" in gold.layers:
        given = times_of(gold.source, gold.articles, tools, found.parses)
    layers = count(gold, found, given)
    if not extractors or "claims" not in gold.layers:
        return Scored(gold, layers)
    people = People(gold.actors, gold.mentions, gold.claims)
    claims = judge(gold.claims, _candidates(found, extractors), people, gold.zone_of)
    return Scored(gold, layers | count_claims(claims), claims)


def _candidates(found: Analysis, extractors: Sequence[Extractor]) -> list[Candidate]:
    """Return what extractors propose, article by article."""
    candidates: list[Candidate] = []
    for read in found.articles:
        told = attribute(read)
        for extractor in extractors:
            candidates += extractor.extract(read, told)
    return candidates


def score_half(
    folder: Path,
    half: Half,
    tools: Tools | None = None,
    extractors: Sequence[Extractor] = (),
) -> list[Scored]:
    """Score a half of the corpus, with the packaged parser unless other tools are given."""
    tools = tools or Tools(Linker(), open_parser())
    return score(read_corpus(folder, half), tools, extractors)


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
    extractors = _extractors()
    scored = score_half(wanted.corpus, half, tools, extractors)
    head = f"## {half}: {len(scored)} documents, corpus {name[:12]}, {_read_with(tools)}"
    print(f"{head}\n\n{table(scored)}\n")
    _print_claims(scored, in_full=half == "dev")
    content: dict[str, Any] = {half: as_json(scored, with_documents=half == "dev")}
    if half == "dev":
        _print_groups(scored)
        content |= _of_seeds(wanted.seeds, wanted.texts, tools, extractors)
    if wanted.json:
        wanted.json.write_text(json.dumps({"corpus": name, **content}, indent=1) + "\n", "utf-8")
    if half == "dev" and wanted.floors and not wanted.no_parser:
        return _hold(wanted, floors.of(name, floored(totals(scored))))
    return 0


def _extractors() -> list[Extractor]:
    """Return the extractors that are scored: those that need nothing but the package."""
    return []


def _read_with(tools: Tools) -> str:
    return f"parses of {tools.parser.name}" if tools.parser else "no parses"


def _print_groups(scored: list[Scored]) -> None:
    layers = shown(totals(scored))
    for head, each in _groups(scored).items():
        print(f"F1 by {head}\n\n{groups_table(each, layers, head)}\n")


def _print_claims(scored: list[Scored], *, in_full: bool) -> None:
    """Print the figures of claims; those that tell of single documents only in full."""
    claims = claims_of(scored)
    if not claims:
        return
    print(f"{of_claims.table([one.layers for one in scored if one.claims])}\n")
    if in_full:
        for head, each in _groups(scored).items():
            print(f"{of_claims.groups_table(each, head)}\n")
        print(f"{of_claims.zones_table(claims)}\n")
        print(f"{of_claims.makers_table(claims, 'extractor', of_claims.extractor_of)}\n")
        print(f"{of_claims.makers_table(claims, 'rule', of_claims.rule_of)}\n")
    print(f"{of_claims.reliability_table(of_claims.judgements(claims))}\n")


def _groups(scored: list[Scored]) -> dict[str, dict[str, dict[str, Counts]]]:
    return {
        "document": grouped(scored, lambda gold: gold.name),
        "region": grouped(scored, lambda gold: gold.region),
        "kind": grouped(scored, lambda gold: gold.kind),
    }


def _of_seeds(
    seeds: Path | None, texts: Path | None, tools: Tools, extractors: Sequence[Extractor]
) -> dict[str, Any]:
    """Score what the seeds say of their texts, where these are there."""
    if seeds is None or texts is None or not texts.is_dir():
        print("The seeds are not scored: their texts are not there.\n")
        return {}
    scored = score(read_seed_gold(read_seeds(seeds), texts), tools, extractors)
    print(f"## seeds: {len(scored)} texts\n\n{table(scored)}\n")
    _print_claims(scored, in_full=True)
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
