"""The scale of a drawing over time: where a day lies, and which days are named on the axis.

All lengths are in the units of the drawing; a style sheet says how large one is on a screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from unicodedata import east_asian_width

WIDTH: Final = 900
LABELS: Final = 270
"""Width of the column of labels."""
EDGE: Final = 24
"""What stays free right of the days, and above and below the rows."""
_TICKS: Final = 8
_COLUMNS: Final = 36
"""How wide a label may be, in columns of a terminal: wide characters take two."""
LINES: Final = 3
"""Lines of a label at most."""
LINE: Final = 14
"""From one line of a label to the next."""
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 3000, 6000, 12_000, 24_000)


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from `first` to `last`, laid out right of the labels."""

    first: date
    last: date

    @classmethod
    def of(cls, days: Iterable[date]) -> Scale:
        """Return the scale on which all of the days lie, with a margin. Needs one day at least."""
        shown = list(days)
        first, last = min(shown), max(shown)
        margin = timedelta(days=max(5, (last - first).days // 30))
        start = first - margin if first > date.min + margin else first
        return cls(start, last + margin if last < date.max - margin else last)

    def x(self, at: date) -> float:
        share = (at - self.first).days / max(1, (self.last - self.first).days)
        return round(LABELS + share * (WIDTH - LABELS - EDGE), 1)

    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.x(day), self._label(day)) for day in _ticks(self.first, self.last))

    def _label(self, day: date) -> str:
        days = (self.last - self.first).days
        if days > 3 * 365:
            return str(day.year)
        return day.isoformat() if days <= 62 else day.strftime("%Y-%m")


def fitted(label: str) -> str:
    """Return a label cut to the column of labels; a table beside the drawing has all of it."""
    return label if width(label) <= _COLUMNS else _beginning(label, _COLUMNS - 1) + "…"


def folded(label: str) -> tuple[str, ...]:
    """Return a label in lines that fit the column of labels, `LINES` at most, the last one cut."""
    lines, rest = list[str](), label
    while width(rest) > _COLUMNS and len(lines) < LINES - 1:
        line = _beginning(rest, _COLUMNS + 1)
        # Between words, where there are any; a line without is one of a script that has no spaces.
        end = line.rfind(" ")
        line = line[:end] if end > 0 else _beginning(rest, _COLUMNS)
        lines.append(line)
        rest = rest[len(line) :].removeprefix(" ")
    return (*lines, fitted(rest))


def width(label: str) -> int:
    """Return how wide a label is, in columns of a terminal."""
    return sum(map(_columns, label))


def _beginning(label: str, columns: int) -> str:
    """Return what of a label fits into so many columns."""
    kept = 0
    for character in label:
        columns -= _columns(character)
        if columns < 0:
            break
        kept += 1
    return label[:kept]


def _columns(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def _ticks(first: date, last: date) -> list[date]:
    days = (last - first).days
    if days <= _TICKS * _DAYS[-1]:
        step = next((one for one in _DAYS if days / one <= _TICKS), _DAYS[-1])
        return [first + timedelta(days=n) for n in range(step, days, step)]
    step = next((one for one in _MONTHS if days / 30.4 / one <= _TICKS), _MONTHS[-1])
    months = range(-(-(first.year * 12 + first.month) // step) * step, last.year * 12 + 12, step)
    found = [date(month // 12, month % 12 + 1, 1) for month in months if month // 12 <= 9999]
    return [day for day in found if first <= day <= last]
