"""Spans on a time axis: who held an office, belonged to an organisation, took part, and when.

::

    span = Span(row=cell, begin=Edge("2013", "known"), end=Edge("2014-05-29", "attested"))
    drawing = draw([span])

A span keeps its dates as partial as they come ("2013" stays a year), and each of its ends says
whether it is a real one or only the first or last day that somebody attests. `draw` returns numbers
and words; `axis.html` draws them and has a table that says the same, `axis.css` gives them colours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from demarche_server.pages import dates
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing.scale import EDGE, LINE, WIDTH, Scale, Tick, folded

ROW: Final = 26
"""Height of a bar with the space around it, in the units of the drawing."""
STUB: Final = 14
"""Length of the dashes beyond an end that is only attested."""
_LEAST: Final = 4
"""A shorter bar is drawn as a point."""
_REMEMBERED: Final = 4096
"""Dates of which is remembered what days they may mean: a drawing asks several times for each."""

Cells = tuple[Cell, ...]
Ending = Literal["known", "attested", "claimed", "open", "unknown"]
"""What the graph knows of an end: the real day; a day on which it held; a day that claims give and
nobody checked; that it has none (yet); nothing."""

_PARTIAL: Final = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(-(?P<month>\d\d|XX)(-(?P<day>\d\d|XX))?)?[~?%]?(T.*|Z|[+-]\d\d:\d\d)?"
)
"""A year, month or day: xsd:gYear, xsd:gYearMonth, xsd:date, or an EDTF date of level 0 or 1."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a span. text: a year, month or day as the graph has it, "" for none."""

    text: str = ""
    how: Ending = "known"

    @property
    def words(self) -> str:
        """Return the end as a table says it."""
        if self.how == "open":
            return "open"
        return dates.day(self.text) if self.text else "not known"

    def reach(self) -> tuple[date, date] | None:
        """Return the first and the last day that may be meant, None for what cannot be drawn."""
        return _reach(self.text) if self.text and self.how != "open" else None


@dataclass(frozen=True, slots=True)
class Span:
    """Something that held from one end to the other, both inclusive.

    row: what the row is named by; spans with the same one share it. kind: what colours the bar, a
    word of ours. what: the kind in words. sources: who says so.
    """

    row: Cell
    begin: Edge
    end: Edge
    kind: str = ""
    what: str = ""
    sources: Cells = ()

    @classmethod
    def of_edtf(cls, row: Cell, edtf: str, kind: str = "", what: str = "") -> Span:
        """Return the span of an EDTF expression: a date, or an interval with "/"."""
        first, slash, last = edtf.partition("/")
        begin = _edge(first)
        return cls(row, begin, _edge(last) if slash else begin, kind, what)

    @classmethod
    def of_relation(
        cls, row: Cell, days: Mapping[str, str], kind: str = "", what: str = "", sources: Cells = ()
    ) -> Span:
        """Return the span of a dated relation (docs/model.md).

        days: its validFrom, validUntil, attestedFrom, attestedUntil by name, as far as it has them.
        """
        begin, end = (
            Edge(days[f"valid{at}"])
            if days.get(f"valid{at}")
            else Edge(days.get(f"attested{at}", ""), "attested")
            for at in ("From", "Until")
        )
        return cls(row, begin, end, kind, what, sources)

    @property
    def told(self) -> str:
        """What a pointer on the bar is told."""
        parts = (self.row.text, self.what, self.when)
        return ": ".join(part for part in parts if part)

    @property
    def when(self) -> str:
        """Begin and end in words."""
        begin, end = self.begin, self.end
        attested = "attested " if "attested" in (begin.how, end.how) else ""
        if begin == end:
            return f"{attested}{begin.words}"
        return f"{_said(begin)} to {_said(end)}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A span as it is drawn, from `left` to `right`, at the height `y`.

    sure: the part in which it held by any reading of partial dates, None where there is none.
    begin, end: how much is known of its ends. is_point: too short for a bar.
    """

    kind: str
    y: float
    left: float
    right: float
    sure: tuple[float, float] | None
    begin: Ending
    end: Ending
    is_point: bool
    told: str

    def at(self, y: float) -> Bar:
        """Return the same at another height; `dataclasses.replace` takes several times as long."""
        how = (self.begin, self.end, self.is_point, self.told)
        return Bar(self.kind, y, self.left, self.right, self.sure, *how)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the drawing. label: in lines that fit. whole: if these do not hold all of it.

    y: of the middle of the row. first: of the first line of the label.
    """

    row: Cell
    label: tuple[str, ...]
    whole: str
    y: float
    bars: tuple[Bar, ...]

    @property
    def first(self) -> float:
        return self.y + 4 - LINE * (len(self.label) - 1) / 2


@dataclass(frozen=True, slots=True)
class Axis:
    """A whole drawing, `width` by `height`, and all spans for the table beside it.

    undrawn: spans in the table only, for want of a date that a calendar of four-digit years has.
    """

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    width: int
    height: int
    spans: tuple[Span, ...]
    undrawn: int

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of spans in words, where colours tell several apart."""
        found = {span.kind: span.what for span in self.spans if span.kind}
        return found if len(found) > 1 else {}


def draw(spans: Sequence[Span]) -> Axis:
    """Lay spans out, rows in the order they first come; bars that would overlap go below another.

    No lines where nothing can be drawn.
    """
    placed = [(span, ends) for span in spans if (ends := _ends(span))]
    if not placed:
        return Axis((), (), WIDTH, 2 * EDGE, tuple(spans), len(spans))
    scale = Scale.of(day for _, ends in placed for day in ends)
    rows: dict[Cell, list[Bar]] = {}
    for span, _ in placed:
        rows.setdefault(span.row, []).append(_bar(span, scale))
    lines, top = [], float(EDGE)
    for row, bars in rows.items():
        label = folded(row.text)
        laid, lanes = _lanes(bars)
        tall = max(ROW * lanes, ROW + LINE * (len(label) - 1))
        middle, above = top + tall / 2, top + (tall - ROW * lanes) / 2
        in_place = tuple(bar.at(above + bar.y) for bar in laid)
        whole = row.text if label[-1].endswith("…") else ""
        lines.append(Line(row, label, whole, middle, in_place))
        top += tall
    height = round(top) + EDGE
    undrawn = len(spans) - len(placed)
    return Axis(tuple(lines), scale.ticks(), WIDTH, height, tuple(spans), undrawn)


def _said(edge: Edge) -> str:
    return f"{edge.words} ({edge.how})" if edge.how in ("known", "attested") else edge.words


def _edge(text: str) -> Edge:
    if text == "..":
        return Edge("", "open")
    return Edge(text, "known" if text else "unknown")


@lru_cache(_REMEMBERED)
def _reach(text: str) -> tuple[date, date] | None:
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return None
    year, month, day = (found[name] or "" for name in ("year", "month", "day"))
    try:
        first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
        first_month, last_month = (int(month),) * 2 if month.isdigit() else (1, 12)
        last_day = monthrange(last_year, last_month)[1]
        one, last = (int(day),) * 2 if day.isdigit() else (1, last_day)
        return date(first_year, first_month, one), date(last_year, last_month, last)
    except ValueError:  # no day of the calendar
        return None


def _ends(span: Span) -> list[date]:
    """Return the days by which a span is placed."""
    return [day for edge in (span.begin, span.end) for day in edge.reach() or ()]


def _bar(span: Span, scale: Scale) -> Bar:
    begin, end = span.begin.reach(), span.end.reach()
    days = [*(begin or ()), *(end or ())]
    left = scale.x(scale.first if span.begin.how == "open" else min(days))
    right = scale.x(scale.last if span.end.how == "open" else max(days))
    sure = (scale.x(begin[1]), scale.x(end[0])) if begin and end and begin[1] <= end[0] else None
    return Bar(
        kind=span.kind,
        y=0,
        left=left,
        right=right,
        sure=sure,
        begin=span.begin.how,
        end=span.end.how,
        is_point=right - left < _LEAST,
        told=span.told,
    )


def _lanes(bars: Iterable[Bar]) -> tuple[tuple[Bar, ...], int]:
    """Return bars with their heights below the top of their row, and in how many lanes they lie."""
    ends: list[float] = []
    laid = []
    for bar in sorted(bars, key=lambda one: (one.left, one.right, one.kind, one.told)):
        free = (at for at, end in enumerate(ends) if end + 2 * STUB < bar.left)
        lane = next(free, len(ends))
        ends[lane:] = [bar.right, *ends[lane + 1 :]]
        laid.append((bar, lane))
    return tuple(bar.at(ROW * (lane + 0.5)) for bar, lane in laid), len(ends)
