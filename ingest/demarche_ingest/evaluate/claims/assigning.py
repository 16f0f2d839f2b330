"""The assignment of rows to columns with the most weight, each at most once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Edge = tuple[int, int]
_NEVER: Final = 1 << 60
"""More than any weight, and far from what 64 bits hold."""


def assign(weights: Mapping[Edge, int]) -> list[Edge]:
    """Return the pairs of row and column whose weights add up to the most.

    weights: whole numbers above 0, all rows together below 2^60, so that sums are exact; pairs
    that are not there cannot be taken. Of assignments of equal weight always the same one is
    returned.
    """
    return sorted(pair for part in _parts(weights) for pair in _assigned(part))


def _parts(weights: Mapping[Edge, int]) -> Iterator[dict[Edge, int]]:
    """Yield the parts of a graph that have nothing to do with each other."""
    left = dict(sorted(weights.items()))
    of_row: dict[int, list[Edge]] = {}
    of_column: dict[int, list[Edge]] = {}
    for edge in left:
        of_row.setdefault(edge[0], []).append(edge)
        of_column.setdefault(edge[1], []).append(edge)
    while left:
        fresh, part = [next(iter(left))], {}
        while fresh:
            edge = fresh.pop()
            if edge in left:
                part[edge] = left.pop(edge)
                fresh += [*of_row[edge[0]], *of_column[edge[1]]]
        yield part


def _assigned(weights: Mapping[Edge, int]) -> Iterator[Edge]:
    rows = sorted({row for row, _ in weights})
    columns = sorted({column for _, column in weights})
    # Rows may stay without a partner: each has a column of its own that costs nothing.
    costs = np.zeros((len(rows), len(columns) + len(rows)), dtype=np.int64)
    for (row, column), weight in weights.items():
        costs[rows.index(row), columns.index(column)] = -weight
    for place, column in enumerate(_cheapest(costs)):
        if column < len(columns) and (rows[place], columns[column]) in weights:
            yield rows[place], columns[column]


def _cheapest(costs: NDArray[np.int64]) -> list[int]:
    """Return the column of each row by the Hungarian method; no fewer columns than rows."""
    high, wide = costs.shape
    of_row, of_column = np.zeros(high, np.int64), np.zeros(wide, np.int64)
    taken = np.full(wide, -1)  # which row has a column
    for row in range(high):
        came, end = _path(costs, taken, row, of_row, of_column)
        while end >= 0:
            before = int(came[end])
            taken[end] = row if before < 0 else taken[before]
            end = before
    return [int(np.flatnonzero(taken == row)[0]) for row in range(high)]


def _path(
    costs: NDArray[np.int64],
    taken: NDArray[Any],
    row: int,
    of_row: NDArray[np.int64],
    of_column: NDArray[np.int64],
) -> tuple[NDArray[Any], int]:
    """Find the cheapest way from a row to a free column; mend the prices on the way.

    Returns the column before each column of the way (-1: none), and its last one.
    """
    slack = np.full(costs.shape[1], _NEVER, np.int64)
    came, seen = np.full(costs.shape[1], -1), np.zeros(costs.shape[1], bool)
    column, this = -1, row
    while True:
        reached = costs[this] - of_row[this] - of_column
        nearer = ~seen & (reached < slack)
        slack[nearer], came[nearer] = reached[nearer], column
        column = int(np.argmin(np.where(seen, _NEVER, slack)))
        delta = slack[column]
        of_row[row] += delta
        of_row[taken[seen]] += delta
        of_column[seen] -= delta
        slack[~seen] -= delta
        seen[column] = True
        if taken[column] < 0:
            return came, column
        this = int(taken[column])
