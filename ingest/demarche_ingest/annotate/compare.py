"""Two codings of one article set side by side: which claims both have, and where they differ.

Claims are paired by type and overlap of their evidence, best overlap first. Agreement per field
is the share of pairs with equal values; for lists, the Jaccard index. It says how far a codebook
carries; it is a measure of reliability only where the coders were independent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from demarche_ingest.seeds.claims import ClaimRecord, ClaimsFile

_COMMON = ("voice", "certainty", "polarity", "modality", "presupposed", "basis", "chain", "when")
_CONTENT = {
    "event": ("category", "modes", "contexts", "actors", "recipients", "affected", "place"),
    "relation": ("subject", "predicate", "object", "status"),
    "attribute": ("subject", "attribute", "number", "unit", "comparator"),
    "stance": ("actor", "on_behalf_of", "position", "value"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims taken for the same; overlap is the Jaccard index of their code points."""

    first: ClaimRecord
    second: ClaimRecord
    overlap: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which a pair differs."""

    first: str
    second: str
    field: str
    values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """pairs; what only one coding has (claim ids); agreement per field as (mean, pairs)."""

    pairs: tuple[Pair, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    agreement: dict[str, tuple[float, int]]
    differences: tuple[Difference, ...]


def compare(first: ClaimsFile, second: ClaimsFile) -> Comparison:
    """Compare two codings of one text."""
    pairs = tuple(_pairs(first, second))
    scores: dict[str, list[float]] = {}
    differences = []
    for pair in pairs:
        for field, one, other in _fields(pair):
            score = _score(one, other)
            scores.setdefault(field, []).append(score)
            if score < 1:
                values = (_shown(one), _shown(other))
                differences.append(Difference(pair.first.id, pair.second.id, field, values))
    paired = {pair.first.id for pair in pairs}, {pair.second.id for pair in pairs}
    return Comparison(
        pairs,
        tuple(claim.id for claim in first.claims if claim.id not in paired[0]),
        tuple(claim.id for claim in second.claims if claim.id not in paired[1]),
        {field: (sum(found) / len(found), len(found)) for field, found in scores.items()},
        tuple(differences),
    )


def _pairs(first: ClaimsFile, second: ClaimsFile) -> Iterator[Pair]:
    candidates = [
        Pair(one, other, overlap)
        for one in first.claims
        for other in second.claims
        if one.type == other.type and (overlap := _overlap(one, other)) > 0
    ]
    taken: set[tuple[int, str]] = set()
    # Alike in content first among equal overlaps: one sentence may carry several claims of a type.
    for pair in sorted(candidates, key=lambda p: (-p.overlap - _alike(p), p.first.id, p.second.id)):
        ends = {(1, pair.first.id), (2, pair.second.id)}
        if not ends & taken:
            taken |= ends
            yield pair


def _alike(pair: Pair) -> float:
    scores = [_score(one, other) for _, one, other in _fields(pair)]
    return sum(scores) / len(scores)


def _points(claim: ClaimRecord) -> set[int]:
    return {point for span in claim.evidence for point in range(span.start, span.end)}


def _overlap(one: ClaimRecord, other: ClaimRecord) -> float:
    first, second = _points(one), _points(other)
    return len(first & second) / len(first | second)


def _fields(pair: Pair) -> Iterator[tuple[str, Any, Any]]:
    for name in _COMMON:
        one, other = getattr(pair.first, name), getattr(pair.second, name)
        yield name, *((v.edtf if name == "when" and v else v) for v in (one, other))
    for name in _CONTENT[pair.first.type]:
        one, other = getattr(pair.first.content, name), getattr(pair.second.content, name)
        yield f"{pair.first.type}.{name}", one, other


def _score(one: Any, other: Any) -> float:
    if isinstance(one, tuple) and isinstance(other, tuple):
        both = set(one) | set(other)
        return len(set(one) & set(other)) / len(both) if both else 1.0
    return float(one == other)


def _shown(value: Any) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)
