"""Geometry of a chart of claims over time: a row for each side of a matter, a mark for each day.

Only numbers and words come from here; templates draw, style sheets colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

from demarche_server.pages.drawing.scale import EDGE, WIDTH, Scale, Tick, fitted

ROW: Final = 30


@dataclass(frozen=True, slots=True)
class Dated:
    """A claim to be drawn: its row, which side it takes, first and last day, both inclusive."""

    row: str
    kind: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Mark:
    """Claims of one kind and time. left, right: its ends; size: its radius; told: what it says."""

    kind: str
    left: float
    right: float
    y: float
    size: float
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart. label: cut to what fits."""

    label: str
    y: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole chart, `width` by `height`."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int


def chart(claims: Sequence[Dated]) -> Chart | None:
    """Draw claims, rows in the order they first come; None where there is nothing to draw."""
    if not claims:
        return None
    axis = Scale.of(day for claim in claims for day in (claim.first, claim.last))
    names = list(dict.fromkeys(claim.row for claim in claims))
    rows = tuple(
        _row(name, number, [claim for claim in claims if claim.row == name], axis)
        for number, name in enumerate(names)
    )
    return Chart(rows, axis.ticks(), WIDTH, ROW * len(rows) + 2 * EDGE)


def _row(name: str, number: int, claims: Sequence[Dated], axis: Scale) -> Row:
    y = EDGE + ROW * (number + 0.5)
    counted = Counter(claims)
    # Opposed sides of one day are drawn above each other.
    lanes = {kind: lane for lane, kind in enumerate(sorted({claim.kind for claim in claims}))}
    marks = tuple(
        _mark(claim, count, y + _lane(lanes[claim.kind], len(lanes)), axis)
        for claim, count in sorted(counted.items(), key=lambda one: (one[0].first, one[0].kind))
    )
    return Row(fitted(name), y, marks)


def _lane(lane: int, lanes: int) -> float:
    return (lane - (lanes - 1) / 2) * 9


def _mark(claim: Dated, count: int, y: float, axis: Scale) -> Mark:
    days = dict.fromkeys((claim.first.isoformat(), claim.last.isoformat()))
    told = f"{count} claim{'' if count == 1 else 's'}, {' to '.join(days)}: {claim.kind}"
    size = round(min(9, 3.5 + sqrt(count)), 1)
    return Mark(claim.kind, axis.x(claim.first), axis.x(claim.last), y, size, told)
