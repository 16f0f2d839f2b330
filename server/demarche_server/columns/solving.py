"""The solutions of triple patterns: a column of terms for each variable.

One pattern after another is joined to what was found before, that first which leaves the fewest
solutions, by what the columns tell of its predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from demarche_server.columns.graph import ColumnGraph, Ids, Pairs, Places, Side
from demarche_server.columns.plan import Pattern

MOST_VALUES: Final = 5_000_000
"""Solutions, times variables; of more, the engine makes one after another, and keeps none."""
UNBOUND: Final = 0xFFFFFFFF
"""Stands for a variable without a value; no graph has so many terms."""
_ROW: Final = "#"
_TESTED: Final = 0.5
"""The share of solutions that is thought to be left where both ends of a pattern are bound."""


_Number = TypeVar("_Number", np.uint32, np.uint64)


class LeftError(Exception):
    """A query, or a step of it, had better be left to the engine."""


class Solutions:
    """Solutions as columns. rows: how many; columns: by the name of the variable."""

    def __init__(self, rows: int, columns: dict[str, Ids]) -> None:
        self.rows = rows
        self.columns = columns

    def taken(self, places: Places | npt.NDArray[np.bool_]) -> Solutions:
        """Return those at some places, or for which a mask is true."""
        columns = {name: column[places] for name, column in self.columns.items()}
        rows = np.count_nonzero(places) if places.dtype == np.bool_ else len(places)
        return Solutions(int(rows), columns)

    def with_column(self, name: str, column: Ids) -> Solutions:
        """Return them with one variable more."""
        return Solutions(self.rows, {**self.columns, name: column})


Narrow = Callable[[Solutions], Solutions]
"""Applies the filters whose variables are all bound."""


class Step:
    """A pattern whose terms were found. subject, object: a name, or the number of a term."""

    def __init__(self, pattern: Pattern, graph: ColumnGraph) -> None:
        self.subject = _found(pattern.subject, graph)
        self.object = _found(pattern.object, graph)
        if isinstance(pattern.predicate, str):
            raise LeftError
        pairs = graph.predicates.get(number_of(pattern.predicate, graph))
        if pairs is None:
            raise LeftError
        self.pairs: Pairs = pairs

    def rows(self, solutions: Solutions) -> float:
        """Return about how many solutions there are once it is joined; infinite for a product."""
        has_subject = _is_bound(self.subject, solutions)
        has_object = _is_bound(self.object, solutions)
        if not has_subject and not has_object:
            return float(len(self.pairs)) if not solutions.columns else float("inf")
        if solutions.columns and not self._is_joined(solutions):
            return float("inf")
        if has_subject and has_object:
            return solutions.rows * _TESTED
        side = self.pairs.by_subject if has_subject else self.pairs.by_object
        return solutions.rows * side.per_key

    def _is_joined(self, solutions: Solutions) -> bool:
        return self.subject in solutions.columns or self.object in solutions.columns

    def joined(self, solutions: Solutions) -> Solutions:
        """Return the solutions that go with the pattern as well. Raises LeftError."""
        has_subject = _is_bound(self.subject, solutions)
        has_object = _is_bound(self.object, solutions)
        if has_subject and has_object:
            return self._tested(solutions)
        if has_subject:
            return _extended(solutions, self.subject, self.object, self.pairs.by_subject)
        if has_object:
            return _extended(solutions, self.object, self.subject, self.pairs.by_object)
        return self._all(solutions)

    def _all(self, solutions: Solutions) -> Solutions:
        if solutions.columns:
            raise LeftError
        subjects, objects = self.pairs.columns()
        if self.subject == self.object:
            same = subjects == objects
            return Solutions(int(np.count_nonzero(same)), {str(self.subject): subjects[same]})
        columns = {str(self.subject): subjects, str(self.object): objects}
        return Solutions(len(subjects), columns)

    def _tested(self, solutions: Solutions) -> Solutions:
        """Return the solutions of which the graph has the triple."""
        if isinstance(self.object, int):
            have = self.pairs.by_object.of(self.object)
            return solutions.taken(_is_in(_column(self.subject, solutions), have))
        if isinstance(self.subject, int):
            have = self.pairs.by_subject.of(self.subject)
            return solutions.taken(_is_in(_column(self.object, solutions), have))
        want = _as_one(solutions.columns[self.subject], solutions.columns[self.object])
        return solutions.taken(_is_in(want, _as_one(*self.pairs.columns())))


def solve(
    patterns: Sequence[Pattern], graph: ColumnGraph, start: Solutions, narrow: Narrow
) -> Solutions:
    """Return the solutions of patterns with their filters. Raises LeftError.

    start: solutions to join with; those of no variable, to begin with a pattern.
    """
    left = [Step(pattern, graph) for pattern in patterns]
    solutions = narrow(start)
    while left and solutions.rows:
        step = min(left, key=lambda one: one.rows(solutions))
        left.remove(step)
        solutions = narrow(step.joined(solutions))
    if not left:
        return solutions
    names = {name: np.zeros(0, np.uint32) for pattern in patterns for name in pattern.variables}
    return narrow(Solutions(0, names))  # every filter is looked at, if only for what is wrong in it


def left_joined(
    patterns: Sequence[Pattern], graph: ColumnGraph, start: Solutions, narrow: Narrow
) -> Solutions:
    """Return solutions with what goes with them of some patterns, or nothing of it.

    What is not there is `UNBOUND`. Raises LeftError.
    """
    numbers = np.arange(start.rows, dtype=np.uint32)
    found = solve(patterns, graph, start.with_column(_ROW, numbers), narrow)
    is_left = np.ones(start.rows, np.bool_)
    if found.rows:
        is_left[found.columns[_ROW]] = False
    left = start.taken(is_left)
    names = dict.fromkeys(name for pattern in patterns for name in pattern.variables)
    columns = dict[str, Ids]()
    for name in [*start.columns, *(name for name in names if name not in start.columns)]:
        rest = left.columns.get(name)
        if rest is None:
            rest = np.full(left.rows, UNBOUND, np.uint32)
        columns[name] = np.concatenate((found.columns[name], rest)) if found.rows else rest
    return Solutions(found.rows + left.rows, columns)


def _extended(solutions: Solutions, bound: str | int, new: str | int, side: Side) -> Solutions:
    """Join by a bound variable or a term. side: the one that it stands on."""
    if isinstance(bound, int):
        return _of_term(solutions, bound, new, side)
    first, counts = side.find(solutions.columns[bound])
    rows = int(counts.sum())
    if rows * (len(solutions.columns) + 1) > MOST_VALUES:
        raise LeftError
    if rows == solutions.rows and counts.max(initial=1) == 1:
        return solutions.with_column(str(new), side.values[first])
    before = np.repeat(np.arange(solutions.rows), counts)
    within = np.arange(rows) - np.repeat(np.cumsum(counts) - counts, counts)
    places = np.repeat(first, counts) + within
    return solutions.taken(before).with_column(str(new), side.values[places])


def _of_term(solutions: Solutions, term: int, new: str | int, side: Side) -> Solutions:
    if solutions.columns:
        raise LeftError
    values = side.of(term)
    return Solutions(len(values), {str(new): values})


def _is_in(want: npt.NDArray[_Number], have: npt.NDArray[_Number]) -> npt.NDArray[np.bool_]:
    """Return which of some numbers are among others, which are in order."""
    if not len(have):
        return np.zeros(len(want), np.bool_)
    at = np.searchsorted(have, want)
    at[at == len(have)] = 0
    return np.equal(have[at], want)


def _as_one(first: Ids, second: Ids) -> npt.NDArray[np.uint64]:
    """Return two columns as one, whose order is that of both."""
    return (first.astype(np.uint64) << np.uint64(32)) | second


def _column(place: str | int, solutions: Solutions) -> Ids:
    if isinstance(place, str):
        return solutions.columns[place]
    return np.full(solutions.rows, place, np.uint32)


def _is_bound(place: str | int, solutions: Solutions) -> bool:
    return isinstance(place, int) or place in solutions.columns


def _found(place: str | bytes, graph: ColumnGraph) -> str | int:
    return place if isinstance(place, str) else number_of(place, graph)


def number_of(term: bytes, graph: ColumnGraph) -> int:
    """Return the number of a term. Raises LeftError where the graph has none such."""
    found = graph.terms.find(term)
    if found is None:
        raise LeftError
    return found
