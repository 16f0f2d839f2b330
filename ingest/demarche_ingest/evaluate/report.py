"""Figures as tables for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from demarche_ingest.evaluate.claims import report as of_claims
from demarche_ingest.evaluate.claims.counting import Claims
from demarche_ingest.evaluate.claims.report import share
from demarche_ingest.evaluate.gold import Gold
from demarche_ingest.evaluate.scores import Counts, Layers, interval, total


@dataclass(frozen=True, slots=True)
class Scored:
    """A document and what was counted in it.

    claims: where there was anything to find them. refused: how many candidates, by reason.
    """

    gold: Gold
    layers: Layers
    claims: Claims | None = None
    refused: Mapping[str, int] = field(default_factory=dict)


ORDER: Final = (
    "article",
    "details",
    "zones",
    "sentence",
    "quotations",
    "mentions",
    "times",
    "claims",
)
"""How the names of layers begin, in the order of tables. A layer of another name comes last."""


def totals(scored: Sequence[Scored]) -> dict[str, Counts]:
    """Return the counts of all documents together, in the order of tables."""
    whole = total(one.layers for one in scored)
    return {name: whole[name] for name in sorted(whole, key=_place)}


def _place(layer: str) -> int:
    return next((i for i, name in enumerate(ORDER) if layer.startswith(name)), len(ORDER))


def grouped(scored: Sequence[Scored], by: Callable[[Gold], str]) -> dict[str, dict[str, Counts]]:
    """Return counts by what the documents of a group have in common, in order of it."""
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        groups.setdefault(by(one.gold), []).append(one)
    return {name: totals(groups[name]) for name in sorted(groups)}


def floored(layers: Layers) -> dict[str, Counts]:
    """Return the layers that have floors."""
    return {
        name: counts
        for name, counts in layers.items()
        if not name.startswith(of_claims.PREFIX) or name in of_claims.FLOORED
    }


def claims_of(scored: Iterable[Scored]) -> list[Claims]:
    """Return the claims of documents in which they were counted."""
    return [one.claims for one in scored if one.claims is not None]


def table(scored: Sequence[Scored]) -> str:
    """Return the totals as a Markdown table: how many, P, R, F1, and the interval of F1.

    Claims have tables of their own (`claims.report`).
    """
    rows = ["| layer | gold | P | R | F1 | 95 % |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for name, counts in totals(scored).items():
        if name.startswith(of_claims.PREFIX):
            continue
        sure = interval([one.layers[name] for one in scored if name in one.layers])
        between = f"{sure[0]:.2f} to {sure[1]:.2f}" if sure else "—"
        figures = " | ".join(map(share, (counts.precision, counts.recall, counts.f1)))
        rows.append(f"| {name} | {counts.hits + counts.missed} | {figures} | {between} |")
    return "\n".join(rows)


def groups_table(groups: Mapping[str, Layers], layers: Sequence[str], head: str) -> str:
    """Return the F1 of some layers for each group as a Markdown table."""
    rows = [f"| {head} | {' | '.join(layers)} |", f"| --- |{' ---: |' * len(layers)}"]
    for name, counts in groups.items():
        figures = (share(counts[layer].f1 if layer in counts else None) for layer in layers)
        rows.append(f"| {name} | {' | '.join(figures)} |")
    return "\n".join(rows)


def as_json(scored: Sequence[Scored], *, with_documents: bool) -> dict[str, Any]:
    """Return all figures as JSON has them; of documents only where that is wanted."""
    content: dict[str, Any] = {"documents": len(scored), "total": _json(totals(scored))}
    if claims := claims_of(scored):
        content["claims"] = of_claims.as_json(claims)
    if with_documents:
        content["by document"] = {one.gold.name: _json(one.layers) for one in scored}
        content["by region"] = _jsons(grouped(scored, lambda gold: gold.region))
        content["by kind"] = _jsons(grouped(scored, lambda gold: gold.kind))
    return content


def _jsons(groups: Mapping[str, Layers]) -> dict[str, Any]:
    return {name: _json(layers) for name, layers in groups.items()}


def _json(layers: Layers) -> dict[str, Any]:
    return {
        name: {
            "hits": counts.hits,
            "wrong": counts.wrong,
            "missed": counts.missed,
            "precision": counts.precision,
            "recall": counts.recall,
            "f1": counts.f1,
        }
        for name, counts in layers.items()
    }


def shown(layers: Iterable[str]) -> list[str]:
    """Return the layers that tables by document show: one of each kind."""
    wanted = ("articles", "article dates", "zones", "sentence ends", "quotations")
    last = ("mentions: span", "mentions: linked", "times: span", "times: date")
    there = set(layers)
    return [name for name in (*wanted, *last) if name in there]
