"""Score the reading of documents: `python -m demarche_ingest.evaluate tests/corpus`.

The held-out half is told in totals only, so that nobody writes rules by its documents.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from demarche_ingest.analysis import Tools
from demarche_ingest.evaluate import floors
from demarche_ingest.evaluate.claims import report as of_claims
from demarche_ingest.evaluate.claims.calibrating import OPTIMISM, by_the_others, examples, fit
from demarche_ingest.evaluate.claims.listing import listing
from demarche_ingest.evaluate.gold import Half, corpus_hash, read_seed_gold
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
from demarche_ingest.evaluate.scoring import score, score_half
from demarche_ingest.extractors.confidence import write
from demarche_ingest.extractors.opening import EXTRACTORS
from demarche_ingest.pipeline.recipe import Recipe, Workshop
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology.errors import DemarcheError


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
    parser.add_argument("--claims", type=Path, help="file to list each claim of dev in, with words")
    parser.add_argument("--calibrate", type=Path, help="file to write the reliability of rules to")
    parser.add_argument("--json", type=Path, help="file to write all figures to")
    return parser


def _run(wanted: argparse.Namespace) -> int:
    half: Half = "held-out" if wanted.held_out else "dev"
    name = corpus_hash(wanted.corpus, half)
    if wanted.calibrate:
        return _calibrate(wanted.corpus, wanted.calibrate)
    workshop = Recipe().open()
    if wanted.no_parser:
        workshop = replace(workshop, tools=replace(workshop.tools, parser=None))
    scored = score_half(wanted.corpus, half, workshop)
    head = f"## {half}: {len(scored)} documents, corpus {name[:12]}, {_read_with(workshop.tools)}"
    print(f"{head}\n\n{table(scored)}\n")
    _print_claims(scored, in_full=half == "dev")
    content: dict[str, Any] = {half: as_json(scored, with_documents=half == "dev")}
    if half == "dev":
        _print_groups(scored)
        content |= _of_seeds(wanted.seeds, wanted.texts, workshop)
    if half == "dev" and wanted.claims:
        wanted.claims.write_text(_listed(scored), "utf-8")
    if wanted.json:
        wanted.json.write_text(json.dumps({"corpus": name, **content}, indent=1) + "\n", "utf-8")
    if half == "dev" and wanted.floors and not wanted.no_parser:
        return _hold(wanted, floors.of(name, floored(totals(scored))))
    return 0


def _calibrate(corpus: Path, path: Path) -> int:
    """Fit the confidence of rules on the half that may be read, and say how good it is."""
    claims = claims_of(
        score_half(corpus, "dev", Recipe(extractors=tuple(EXTRACTORS.values())).open())
    )
    print(f"As rules have it\n\n{of_claims.reliability_table(of_claims.judgements(claims))}\n")
    fair = of_claims.reliability_table(by_the_others(claims))
    print(f"Each document by a model of the others\n\n{fair}\n")
    told = [example for one in claims for example in examples(one)]
    write(path, fit(told, corpus_hash(corpus, "dev"), OPTIMISM))
    print(f"Fitted on {len(told)} candidates of {len(claims)} documents: {path}")
    return 0


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
    print(f"{of_claims.thresholds_table(claims)}\n")
    refused = sum((Counter(one.refused) for one in scored), Counter[str]())
    reasons = ", ".join(f"{number} {code}" for code, number in sorted(refused.items()))
    print(f"Refused by the gate: {reasons or 'none'}.\n")


def _listed(scored: list[Scored]) -> str:
    lines: list[str] = []
    for one in scored:
        if one.claims:
            lines += [f"## {one.gold.name}", *listing(one.gold.source.text, one.claims), ""]
    return "\n".join(lines)


def _groups(scored: list[Scored]) -> dict[str, dict[str, dict[str, Counts]]]:
    return {
        "document": grouped(scored, lambda gold: gold.name),
        "region": grouped(scored, lambda gold: gold.region),
        "kind": grouped(scored, lambda gold: gold.kind),
    }


def _of_seeds(seeds: Path | None, texts: Path | None, workshop: Workshop) -> dict[str, Any]:
    """Score what the seeds say of their texts, where these are there."""
    if seeds is None or texts is None or not texts.is_dir():
        print("The seeds are not scored: their texts are not there.\n")
        return {}
    scored = score(read_seed_gold(read_seeds(seeds), texts), workshop)
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
