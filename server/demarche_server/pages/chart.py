"""Geometry of a chart of claims over time: a row for each side of a matter, a mark for each day.

Only numbers and words come from here; templates draw, style sheets colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Final

WIDTH: Final = 900
LABELS: Final = 270
"""Width of the column of labels; all lengths are in the units of the drawing."""
ROW: Final = 30
_EDGE: Final = 24
_TICKS: Final = 8
_LONGEST: Final = 36
"""Code points of a label; the table beside the chart has all of it."""
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 3000, 6000, 12_000, 24_000)


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
class Tick:
    """A day on the axis."""

    x: float
    label: str


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
    axis = _Axis.of(claims)
    names = list(dict.fromkeys(claim.row for claim in claims))
    rows = tuple(
        _row(name, number, [claim for claim in claims if claim.row == name], axis)
        for number, name in enumerate(names)
    )
    ticks = tuple(Tick(axis.x(day), _label(day, axis)) for day in _ticks(axis.first, axis.last))
    return Chart(rows, ticks, WIDTH, ROW * len(rows) + 2 * _EDGE)


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    last: date

    @classmethod
    def of(cls, claims: Iterable[Dated]) -> _Axis:
        days = [day for claim in claims for day in (claim.first, claim.last)]
        first, last = min(days), max(days)
        margin = timedelta(days=max(5, (last - first).days // 30))
        start = first - margin if first > date.min + margin else first
        return cls(start, last + margin if last < date.max - margin else last)

    def x(self, at: date) -> float:
        share = (at - self.first).days / max(1, (self.last - self.first).days)
        return round(LABELS + share * (WIDTH - LABELS - _EDGE), 1)


def _row(name: str, number: int, claims: Sequence[Dated], axis: _Axis) -> Row:
    y = _EDGE + ROW * (number + 0.5)
    counted = Counter(claims)
    # Opposed sides of one day are drawn above each other.
    lanes = {kind: lane for lane, kind in enumerate(sorted({claim.kind for claim in claims}))}
    marks = tuple(
        _mark(claim, count, y + _lane(lanes[claim.kind], len(lanes)), axis)
        for claim, count in sorted(counted.items(), key=lambda one: (one[0].first, one[0].kind))
    )
    label = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    return Row(label, y, marks)


def _lane(lane: int, lanes: int) -> float:
    return (lane - (lanes - 1) / 2) * 9


def _mark(claim: Dated, count: int, y: float, axis: _Axis) -> Mark:
    days = dict.fromkeys((claim.first.isoformat(), claim.last.isoformat()))
    told = f"{count} claim{'' if count == 1 else 's'}, {' to '.join(days)}: {claim.kind}"
    size = round(min(9, 3.5 + sqrt(count)), 1)
    return Mark(claim.kind, axis.x(claim.first), axis.x(claim.last), y, size, told)


def _label(day: date, axis: _Axis) -> str:
    days = (axis.last - axis.first).days
    if days > 3 * 365:
        return str(day.year)
    return day.isoformat() if days <= 62 else day.strftime("%Y-%m")


def _ticks(first: date, last: date) -> list[date]:
    days = (last - first).days
    if days <= _TICKS * _DAYS[-1]:
        step = next((one for one in _DAYS if days / one <= _TICKS), _DAYS[-1])
        return [first + timedelta(days=n) for n in range(step, days, step)]
    step = next((one for one in _MONTHS if days / 30.4 / one <= _TICKS), _MONTHS[-1])
    months = range(-(-(first.year * 12 + first.month) // step) * step, last.year * 12 + 12, step)
    found = [date(month // 12, month % 12 + 1, 1) for month in months if month // 12 <= 9999]
    return [day for day in found if first <= day <= last]
