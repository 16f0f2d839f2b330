"""Geometry of charts: bars beside labels, lines over days; each series in a panel of its own.

Panels tell series apart, so that no colour has to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite, log10
from typing import Final, TypeGuard

from demarche_server.pages.drawing import words
from demarche_server.pages.drawing.scale import EDGE, LABELS, WIDTH, Scale, Tick, fitted

ROW: Final = 24
PANEL: Final = 170
"""Height of the panel of a line."""
BARS: Final = 60
"""Rows with bars in one drawing."""
POINTS: Final = 500
"""Points of one line."""
SERIES: Final = 4
LARGEST: Final = 1e100
"""Numbers beyond are not drawn."""
_LEAST: Final = 1e-100
"""Numbers nearer to nothing are drawn as nothing: what is divided by less may be no number."""
_GAP: Final = 20
_FIGURES: Final = 64
"""Room for the figures at the end of the longest bar."""
_AXIS: Final = 76
"""Where lines begin; their figures stand left of it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, from `x` on; figures: its number, which stands at `at`."""

    x: float
    y: float
    width: float
    figures: str
    at: float
    told: str


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a row of bars: cut to what fits, and where it leads, "" for nowhere."""

    text: str
    y: float
    path: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A series of bars. zero: where nothing lies."""

    name: str
    x: float
    zero: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside their labels. left: rows that are not drawn, for want of room."""

    labels: tuple[Label, ...]
    panels: tuple[Panel, ...]
    width: float
    height: float
    left: int


@dataclass(frozen=True, slots=True)
class Point:
    """A number of a day."""

    x: float
    y: float
    told: str


@dataclass(frozen=True, slots=True)
class Level:
    """A number named beside a panel of a line."""

    y: float
    figures: str


@dataclass(frozen=True, slots=True)
class Line:
    """A series over days. path: path data of the line."""

    name: str
    top: float
    levels: tuple[Level, ...]
    path: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines below each other, over the same days. left: rows that are not drawn."""

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    width: float
    height: float
    left: int


@dataclass(frozen=True, slots=True)
class Row:
    """Numbers of a thing or a day, one for each series, None for none.

    label: what the row is called. path: where its label leads, "" for nowhere. day: for lines.
    """

    label: str
    numbers: tuple[float | None, ...]
    path: str = ""
    day: date | None = None


def bars(names: Sequence[str], rows: Sequence[Row]) -> Bars | None:
    """Draw a bar for each number, rows as they come; None where there is nothing to draw.

    names: of the series, at most `SERIES` of which are drawn.
    """
    series = names[:SERIES]
    found = [row for row in rows if any(map(_drawable, row.numbers[: len(series)]))]
    if not found or not series:
        return None
    shown = found[:BARS]
    room = (WIDTH - LABELS - EDGE) / len(series)
    panels = tuple(
        _panel(words.cut(name, 30), [row.numbers[n] for row in shown], shown, n, room)
        for n, name in enumerate(series)
    )
    labels = tuple(
        Label(fitted(words.fit(row.label)), _y(n), row.path) for n, row in enumerate(shown)
    )
    height = EDGE * 2 + ROW * len(shown)
    return Bars(labels, panels, WIDTH, height, len(rows) - len(shown))


def _panel(
    name: str, numbers: Sequence[float | None], rows: Sequence[Row], place: int, room: float
) -> Panel:
    drawn = [one for one in numbers if _drawable(one)]
    least, most = min(0.0, *drawn, 0.0), max(0.0, *drawn, 0.0)
    left = LABELS + place * room
    # Figures of numbers below nothing stand left of their bars.
    begin = left + (_FIGURES if least < 0 else 0)
    scale = (left + room - _GAP - _FIGURES - begin) / max(most - least, _LEAST)
    zero = begin - least * scale
    found = []
    for n, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        if _drawable(number):
            end = zero + number * scale
            figures = _figures(number)
            told = words.fit(f"{row.label}: {figures} ({name})")
            at = end + 5 if number >= 0 else end - 5
            x, width = round(min(zero, end), 1), round(abs(end - zero), 1)
            found.append(Bar(x, _y(n), width, figures, round(at, 1), told))
    return Panel(name, round(left, 1), round(zero, 1), tuple(found))


def _y(row: int) -> float:
    return EDGE + 8 + ROW * (row + 0.5)


def lines(names: Sequence[str], rows: Sequence[Row]) -> Lines | None:
    """Draw a line for each series, over the days of the rows; None for nothing to draw."""
    series = names[:SERIES]
    dated = sorted(
        ((row.day, row) for row in rows if row.day and any(map(_drawable, row.numbers))),
        key=lambda one: (one[0], one[1].label, one[1].numbers[0] or 0.0),
    )[:POINTS]
    if not dated or not series:
        return None
    scale = _Across(Scale.of(day for day, _ in dated))
    found = tuple(
        _line(words.cut(name, 60), n, [(day, row.numbers[n]) for day, row in dated], scale)
        for n, name in enumerate(series)
    )
    height = EDGE + (PANEL + EDGE) * len(found) + EDGE
    return Lines(found, scale.ticks(), WIDTH, height, len(rows) - len(dated))


@dataclass(frozen=True, slots=True)
class _Across:
    """A scale of days that begins further left than one beside labels."""

    days: Scale

    def x(self, at: date) -> float:
        return self._moved(self.days.x(at))

    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self._moved(tick.x), tick.label) for tick in self.days.ticks())

    def _moved(self, x: float) -> float:
        share = (x - LABELS) / (WIDTH - LABELS - EDGE)
        return round(_AXIS + share * (WIDTH - _AXIS - EDGE), 1)


def _line(
    name: str, place: int, numbers: Sequence[tuple[date, float | None]], scale: _Across
) -> Line:
    top = EDGE + (PANEL + EDGE) * place + 16
    drawn = [(day, number) for day, number in numbers if _drawable(number)]
    levels = _levels([number for _, number in drawn])
    least, most = levels[0], levels[-1]

    def y(number: float) -> float:
        share = (number - least) / (most - least)
        return round(top + (PANEL - 16) * (1 - share), 1)

    points = tuple(
        Point(scale.x(day), y(number), words.fit(f"{day}: {_figures(number)} ({name})"))
        for day, number in drawn
    )
    path = "M" + " L".join(f"{point.x},{point.y}" for point in points) if points else ""
    return Line(name, top, tuple(Level(y(one), _figures(one)) for one in levels), path, points)


def _levels(numbers: Sequence[float]) -> list[float]:
    """Return round numbers from below the least to above the largest: 2 to 6 of them."""
    least, most = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    if least > 0 and least < most / 2:
        least = 0.0
    if most - least <= max(abs(most) * 1e-9, abs(least) * 1e-9, _LEAST):
        most = least + (abs(least) if abs(least) > _LEAST else 1.0)
    rough = (most - least) / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * one for one in (1, 2, 5, 10) if unit * one >= rough * 0.999)
    first, last = floor(least / step), ceil(most / step)
    return [step * n for n in range(first, last + 1)]


def _drawable(number: float | None) -> TypeGuard[float]:
    return number is not None and isfinite(number) and abs(number) <= LARGEST


def _figures(number: float) -> str:
    text = f"{number:,.6g}" if abs(number) < 1e9 or abs(number) > 1e15 else f"{number:.4g}"
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e9 else text
