"""Documents read and scored."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from demarche_ingest.analysis import analyse, times_of
from demarche_ingest.dating import Expression
from demarche_ingest.evaluate.claims.counting import count_claims, judge
from demarche_ingest.evaluate.claims.finding import find_claims, verbatim
from demarche_ingest.evaluate.claims.people import People
from demarche_ingest.evaluate.claims.report import VERBATIM
from demarche_ingest.evaluate.gold import Gold, Half, read_corpus
from demarche_ingest.evaluate.layers import count
from demarche_ingest.evaluate.report import Scored
from demarche_ingest.pipeline.recipe import Recipe, Workshop


def score(golds: Iterable[Gold], workshop: Workshop) -> list[Scored]:
    """Read each document and count what was found, on its own and with its articles given.

    Claims are counted where there are extractors and the gold has claims.
    """
    return [_scored(gold, workshop) for gold in golds]


def _scored(gold: Gold, workshop: Workshop) -> Scored:
    found = analyse(gold.source, workshop.tools)
    given: list[Expression] = []
    if "times" in gold.layers:
        given = times_of(gold.source, gold.articles, workshop.tools, found.parses)
    layers = count(gold, found, given)
    if not workshop.extractors or "claims" not in gold.layers:
        return Scored(gold, layers)
    kept = find_claims(gold.source, found, workshop)
    people = People(gold.actors, gold.mentions, gold.claims)
    claims = judge(gold.claims, kept.candidates, people, gold.zone_of)
    layers |= count_claims(claims) | {VERBATIM: verbatim(gold.source.text, kept.records)}
    return Scored(gold, layers, claims, kept.refused)


def score_half(folder: Path, half: Half, workshop: Workshop | None = None) -> list[Scored]:
    """Score a half of the corpus, as ingestion would read it unless told otherwise."""
    return score(read_corpus(folder, half), workshop or Recipe().open())
