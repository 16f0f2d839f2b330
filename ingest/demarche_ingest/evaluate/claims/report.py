"""Figures of claims as tables for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from demarche_ingest.evaluate.claims.counting import HEADLINE, NAMED, Claims, Judged, tally
from demarche_ingest.evaluate.claims.model import type_of
from demarche_ingest.evaluate.claims.reliability import (
    Judgement,
    bins,
    brier,
    calibration_error,
)
from demarche_ingest.evaluate.scores import Counts, Figure, Layers, interval, total
from demarche_ingest.seeds.claims import CONTENT_TYPES

PREFIX: Final = "claims: "
_FIGURES: Final[tuple[Figure, ...]] = ("precision", "recall", "f1")
_GROUPED: Final = {
    "category": "claims: events: category",
    "both": HEADLINE,
    "relations": "claims: relations: predicate, subject, object",
    "attributes": "claims: attributes: attribute, subject, number",
}
_LEAST: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
VERBATIM: Final = "claims: verbatim"
FLOORED: Final = (*_GROUPED.values(), "claims: stances: value and actor", NAMED, VERBATIM)
"""Figures that have floors. The others are shares of hits, which may fall while hits grow."""


def table(each: Sequence[Layers]) -> str:
    """Return the totals of documents as a Markdown table, each figure with its interval."""
    rows = ["| claims | gold | found | P | 95 % | R | 95 % | F1 | 95 % |"]
    rows.append("| --- | ---: | ---: |" + " ---: | --- |" * len(_FIGURES))
    for name, counts in total(each).items():
        if name.startswith(PREFIX):
            there, told = counts.hits + counts.missed, counts.hits + counts.wrong
            figures = _with_intervals(counts, [one[name] for one in each if name in one])
            rows.append(f"| {name.removeprefix(PREFIX)} | {there} | {told} | {figures} |")
    return "\n".join(rows)


def _with_intervals(counts: Counts, each: Sequence[Counts]) -> str:
    cells = []
    for figure in _FIGURES:
        sure = interval(each, figure=figure)
        cells.append(share(getattr(counts, figure)))
        cells.append(f"{sure[0]:.2f} to {sure[1]:.2f}" if sure else "—")
    return " | ".join(cells)


def groups_table(groups: Mapping[str, Layers], head: str) -> str:
    """Return precision and recall of the main figures for each group."""
    rows = [f"| {head} | {' | '.join(f'{name}: P | R' for name in _GROUPED)} |"]
    rows.append(f"| --- |{' ---: | ---: |' * len(_GROUPED)}")
    for group, layers in groups.items():
        each = [layers.get(name, Counts()) for name in _GROUPED.values()]
        figures = (share(one.precision) + " | " + share(one.recall) for one in each)
        rows.append(f"| {group} | {' | '.join(figures)} |")
    return "\n".join(rows)


def zones_table(each: Sequence[Claims]) -> str:
    """Return precision and recall of each type of claim by kind of zone."""
    rows = [f"| zone | {' | '.join(f'{kind}: P | R' for kind in CONTENT_TYPES)} |"]
    rows.append(f"| --- |{' ---: | ---: |' * len(CONTENT_TYPES)}")
    for zone, counts in by_zone(each).items():
        figures = (
            share(counts[kind].precision) + " | " + share(counts[kind].recall)
            for kind in CONTENT_TYPES
        )
        rows.append(f"| {zone or 'none'} | {' | '.join(figures)} |")
    return "\n".join(rows)


def by_zone(each: Sequence[Claims]) -> dict[str, dict[str, Counts]]:
    """Return the hits of each type of claim by the kind of zone they begin in."""
    zones = {zone for claims in each for _, zone in claims.gold}
    zones |= {one.zone for claims in each for one in claims.judged}
    return {
        zone: {
            kind: sum((tally(claims, kind, zone) for claims in each), Counts())
            for kind in CONTENT_TYPES
        }
        for zone in sorted(zones)
    }


def makers_table(each: Sequence[Claims], head: str, by: Callable[[Judged], str]) -> str:
    """Return what became of candidates by what made them; of an extractor, a rule, a type.

    "P where coded" is the precision among those whose trigger lies in some passage of the gold.
    """
    rows = [f"| {head} | found | right | P | P where coded | mean confidence |"]
    rows.append("| --- |" + " ---: |" * 5)
    groups: dict[str, list[Judged]] = {}
    for one in _judged(each):
        groups.setdefault(by(one), []).append(one)
    for name, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        right = sum(one.is_right for one in found)
        coded = [one.is_right for one in found if one.is_covered]
        sure = sum(one.found.confidence for one in found) / len(found)
        where = share(sum(coded) / len(coded) if coded else None)
        told = f"{len(found)} | {right} | {share(right / len(found))} | {where} | {sure:.3f}"
        rows.append(f"| {name} | {told} |")
    return "\n".join(rows)


def reliability_table(judgements: Sequence[Judgement]) -> str:
    """Return the bins of confidence with the share that was right, and how far both are apart."""
    rows = ["| confidence | found | mean confidence | right |", "| --- | ---: | ---: | ---: |"]
    for one in bins(judgements):
        told = f"{len(one.judgements)} | {one.confidence:.3f} | {one.right:.3f}"
        rows.append(f"| {one.low:.1f} to {one.high:.1f} | {told} |")
    apart, squared = share(calibration_error(judgements)), share(brier(judgements))
    return "\n".join([*rows, "", f"Expected calibration error {apart}, Brier score {squared}."])


def thresholds_table(each: Sequence[Claims]) -> str:
    """Return precision and recall of events that `--confidence` leaves, at some values of it.

    A gold claim counts as missed where the candidate that was right of it is left out.
    """
    there = sum(type_of(gold.content) == "event" for claims in each for gold, _ in claims.gold)
    events = [one for one in _judged(each) if type_of(one.found.content) == "event"]
    rows = ["| events of at least | found | P | R |", "| --- | ---: | ---: | ---: |"]
    for least in _LEAST:
        kept = [one.is_right for one in events if one.found.confidence >= least]
        precision = share(sum(kept) / len(kept) if kept else None)
        recall = share(sum(kept) / there if there else None)
        rows.append(f"| {least:.1f} | {len(kept)} | {precision} | {recall} |")
    return "\n".join(rows)


def judgements(each: Iterable[Claims]) -> list[Judgement]:
    """Return the confidence of all candidates, and whether each was right."""
    return [(one.found.confidence, one.is_right) for one in _judged(each)]


def extractor_of(one: Judged) -> str:
    """Return the name and version of what proposed a candidate."""
    return one.found.extractor


def rule_of(one: Judged) -> str:
    """Return the rule of a candidate, with its type."""
    return f"{type_of(one.found.content)}: {one.found.rule}"


def _judged(each: Iterable[Claims]) -> Iterator[Judged]:
    return (one for claims in each for one in claims.judged)


def as_json(each: Sequence[Claims]) -> dict[str, Any]:
    """Return what is told of claims besides their layers, as JSON has it."""
    told = judgements(each)
    return {
        "expected calibration error": calibration_error(told),
        "brier score": brier(told),
        "reliability": [
            {
                "from": one.low,
                "to": one.high,
                "found": len(one.judgements),
                "confidence": one.confidence,
                "right": one.right,
            }
            for one in bins(told)
        ],
        "intervals": "95 %, documents drawn with replacement",
    }


def share(value: float | None) -> str:
    """Return a figure as tables have it."""
    return "—" if value is None else f"{value:.3f}"
