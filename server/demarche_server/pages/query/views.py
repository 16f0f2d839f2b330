"""Views of an answer beside its table: which its columns allow, and what is drawn for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final

from demarche_ontology.terms import XSD
from demarche_server.pages.cells import Cell
from demarche_server.pages.drawing import plot, words
from demarche_server.pages.drawing.axis import Axis, Edge, Span, draw
from demarche_server.pages.drawing.network import Arc, Network, Thing, network
from demarche_server.readers.tables import Table, Term

TABLE: Final = "table"
VIEWS: Final = {
    TABLE: "",
    "chart": "one column of labels or of days, and columns of numbers",
    "timeline": "a column of labels, and one or two columns of days",
    "network": "two columns of IRIs, and at most one of numbers besides",
}
"""The views there are, and the columns that each needs."""
ROWS: Final = 100
"""Rows of a timeline."""
_NUMBERS: Final = frozenset(
    XSD[name].value
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_DAYS: Final = frozenset(
    XSD[name].value for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth")
)

Drawing = plot.Bars | plot.Lines | Axis | Network
Cells = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class View:
    """An answer as it is drawn. kind: which drawing. left: rows that are in the table only."""

    name: str
    kind: str
    drawing: Drawing
    left: int


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by what is in them, as their numbers."""

    numbers: tuple[int, ...]
    days: tuple[int, ...]
    iris: tuple[int, ...]
    texts: tuple[int, ...]

    @classmethod
    def of(cls, table: Table) -> Columns:
        kinds = [_kind([row[at] for row in table.rows]) for at in range(len(table.columns))]

        def all_of(kind: str) -> tuple[int, ...]:
            return tuple(at for at, one in enumerate(kinds) if one == kind)

        return cls(all_of("number"), all_of("day"), all_of("iri"), all_of("text"))

    @property
    def label(self) -> int | None:
        """The column that names rows: words before IRIs, the first of them."""
        return next(iter((*self.texts, *self.iris)), None)

    def allow(self, view: str) -> bool:
        """Return whether a view can be drawn from such columns."""
        labels = len(self.iris) + len(self.texts)
        if view == "chart":
            # A thing and its name are one label.
            named = labels == 1 or (len(self.iris) == 1 and len(self.texts) == 1)
            days = len(self.days)
            return bool(self.numbers) and ((named and not days) or (not labels and days == 1))
        if view == "timeline":
            return len(self.days) in (1, 2) and labels > 0
        if view == "network":
            others = len(self.texts) + len(self.days)
            return len(self.iris) == 2 and not others and len(self.numbers) <= 1
        return view == TABLE


def offered(table: Table) -> tuple[str, ...]:
    """Return the views that the columns of an answer allow, the table first."""
    if table.form != "SELECT" or not table.rows:
        return (TABLE,)
    columns = Columns.of(table)
    return tuple(view for view in VIEWS if columns.allow(view))


def view(name: str, table: Table, cells: Cells) -> View | None:
    """Draw a table; None for the table itself, and where the columns do not allow it.

    cells: the rows as a page shows them.
    """
    if name == TABLE or name not in offered(table):
        return None
    columns = Columns.of(table)
    if name == "network":
        return _network(table, cells, columns)
    return _timeline(table, cells, columns) if name == "timeline" else _chart(table, cells, columns)


def _chart(table: Table, cells: Cells, columns: Columns) -> View | None:
    names = [table.columns[at] for at in columns.numbers]
    label = columns.label
    rows = []
    for terms, shown in zip(table.rows, cells, strict=True):
        numbers = tuple(_number(terms[at]) for at in columns.numbers)
        if label is None:
            day = _day(terms[columns.days[0]])
            rows.append(plot.Row(shown[columns.days[0]].text, numbers, day=day))
        else:
            rows.append(plot.Row(shown[label].text, numbers, _path(shown, columns)))
    drawing = plot.lines(names, rows) if label is None else plot.bars(names, rows)
    if drawing is None:
        return None
    return View("chart", "lines" if label is None else "bars", drawing, drawing.left)


def _timeline(table: Table, cells: Cells, columns: Columns) -> View | None:
    spans = []
    for terms, shown in zip(table.rows[:ROWS], cells, strict=False):
        begin, end = (_text(terms[columns.days[at]]) for at in (0, -1))
        label = shown[columns.label or 0]
        row = Cell("label", words.fit(label.text) or "?", label.title, path=_path(shown, columns))
        spans.append(Span(row, Edge(begin or end, "claimed"), Edge(end or begin, "claimed")))
    axis = draw(spans)
    undrawn = axis.undrawn + max(0, len(table.rows) - ROWS)
    return View("timeline", "spans", axis, undrawn) if axis.lines else None


def _network(table: Table, cells: Cells, columns: Columns) -> View | None:
    counted: dict[tuple[str, str], float] = {}
    things: dict[str, Thing] = {}
    one, other = columns.iris
    for terms, shown in zip(table.rows, cells, strict=True):
        ends = _text(terms[one]), _text(terms[other])
        number = _number(terms[columns.numbers[0]]) if columns.numbers else 1.0
        if all(ends) and number is not None and number >= 0:
            counted[ends] = counted.get(ends, 0.0) + number
            for at in columns.iris:
                things[_text(terms[at])] = Thing(shown[at].text, shown[at].path)
    arcs = []
    for (source, target), count in counted.items():
        told = f"{things[source].label} → {things[target].label}: {count:,.10g}"
        arcs.append(Arc(source, target, "", min(count, plot.LARGEST), told))
    drawing = network(things, arcs)
    return View("network", "network", drawing, len(drawing.left)) if drawing else None


def _kind(values: Sequence[Term | None]) -> str:
    bound = [one for one in values if one is not None]
    if not bound:
        return "empty"
    if all(one.kind == "iri" for one in bound):
        return "iri"
    types = {one.datatype if one.kind == "literal" else "" for one in bound}
    if types <= _NUMBERS:
        return "number"
    return "day" if types <= _DAYS else "text"


def _path(shown: Sequence[Cell], columns: Columns) -> str:
    return next((shown[at].path for at in columns.iris), "")


def _text(term: Term | None) -> str:
    return term.value if term else ""


def _number(term: Term | None) -> float | None:
    try:
        number = float(term.value) if term else None
    except ValueError:  # a lexical form that its datatype does not have
        return None
    return number if number is not None and isfinite(number) else None


def _day(term: Term | None) -> date | None:
    reach = Edge(_text(term)).reach()
    return reach[0] if reach else None
