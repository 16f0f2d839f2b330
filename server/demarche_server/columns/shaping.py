"""From solutions to rows: grouping and counting, DISTINCT, ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from demarche_server.columns.graph import ColumnGraph, Ids
from demarche_server.columns.narrowing import kinds_of
from demarche_server.columns.plan import Aggregate, Plan
from demarche_server.columns.solving import UNBOUND, LeftError, Solutions
from demarche_server.columns.terms import IRI, LANGUAGE, ORDERED, STRING

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an answer: columns of terms, and of numbers that were counted, by name."""

    size: int
    terms: dict[str, Ids]
    counts: dict[str, Numbers]

    def taken(self, places: Numbers) -> Rows:
        """Return the rows at some places."""
        return Rows(
            len(places),
            {name: column[places] for name, column in self.terms.items()},
            {name: column[places] for name, column in self.counts.items()},
        )


def shaped(plan: Plan, solutions: Solutions, graph: ColumnGraph) -> Rows:
    """Return the rows that a query asks for. Raises LeftError."""
    if plan.grouped is None:
        rows = Rows(solutions.rows, solutions.columns, {})
    else:
        rows = _grouped(solutions, plan.grouped, plan.aggregates, graph)
    if plan.distinct:
        named = [
            rows.terms[name] if name in rows.terms else rows.counts[name] for name in plan.columns
        ]
        rows = rows.taken(_firsts(_groups(named, rows.size)))
    if plan.orders:
        rows = rows.taken(_order(plan, rows, graph))
    end = None if plan.limit is None else plan.offset + plan.limit
    if end is not None or plan.offset:
        rows = rows.taken(np.arange(rows.size)[plan.offset : end])
    return rows


def _grouped(
    solutions: Solutions,
    names: Sequence[str],
    aggregates: Sequence[Aggregate],
    graph: ColumnGraph,
) -> Rows:
    if not names:
        groups, firsts, size = np.zeros(solutions.rows, np.int64), np.zeros(0, np.int64), 1
    else:
        groups = _groups([solutions.columns[name] for name in names], solutions.rows)
        firsts = _firsts(groups)
        size = len(firsts)
    rows = Rows(size, {name: solutions.columns[name][firsts] for name in names}, {})
    for one in aggregates:
        if one.how == "COUNT":
            rows.counts[one.name] = _counted(one, solutions, groups, size)
        else:
            column = solutions.columns[one.of]
            _check_order(kinds_of(column, graph))
            rows.terms[one.name] = _outermost(column, groups, size, least=one.how == "MIN")
    return rows


def _counted(count: Aggregate, solutions: Solutions, groups: Numbers, size: int) -> Numbers:
    if count.of:
        column = solutions.columns[count.of]
        bound = column != UNBOUND
        groups, column = groups[bound], column[bound]
        if count.distinct:
            groups = groups[_firsts(_groups([groups, column], len(groups)))]
    return np.bincount(groups, minlength=size).astype(np.int64)


def _outermost(column: Ids, groups: Numbers, size: int, *, least: bool) -> Ids:
    """Return the least or the greatest term of each group. Raises LeftError where one has none."""
    if not len(column):
        if size:
            raise LeftError
        return column
    order = np.lexsort((column, groups))
    ends = np.flatnonzero(np.diff(groups[order]))
    places = np.append(0, ends + 1) if least else np.append(ends, len(order) - 1)
    found: Ids = column[order[places]]
    return found


def _groups(columns: Sequence[npt.NDArray[np.generic]], rows: int) -> Numbers:
    """Return for each row the number of its group: rows of one group have the same in all columns.

    Groups are numbered from 0, in the order of their values.
    """
    groups, size = np.zeros(rows, np.int64), 1
    for column in columns:
        values, numbers = np.unique(column, return_inverse=True)
        if size > 1:
            # Both are below the number of rows, so that their product has room.
            values, numbers = np.unique(groups * len(values) + numbers, return_inverse=True)
        groups, size = numbers.astype(np.int64), len(values)
    return groups


def _firsts(groups: Numbers) -> Numbers:
    """Return the place of the first row of each group."""
    places = np.arange(len(groups) - 1, -1, -1)
    firsts = np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    firsts[groups[places]] = places  # the first comes last, and stays
    return firsts


def _order(plan: Plan, rows: Rows, graph: ColumnGraph) -> Numbers:
    keys = list[Numbers]()
    for one in plan.orders:
        if one.name in rows.counts:
            key = rows.counts[one.name]
        else:
            column = rows.terms[one.name]
            _check_order(kinds_of(column, graph))
            key = column.astype(np.int64)
        keys.append(-key if one.descending else key)
    return np.lexsort(keys[::-1]).astype(np.int64)


def _check_order(kinds: set[bytes]) -> None:
    """Refuse what the numbers of terms do not order: literals of more than one kind, and others."""
    known = all(kind in ORDERED or kind[:1] == LANGUAGE for kind in kinds)
    if not known or (len(kinds) > 1 and kinds != {IRI, STRING}):
        raise LeftError
