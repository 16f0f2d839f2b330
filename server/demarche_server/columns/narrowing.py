"""Filters. What is asked of one variable, the engine itself says of each of its values, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from demarche_server.columns.graph import ColumnGraph, Ids
from demarche_server.columns.plan import Compared, Condition, Group
from demarche_server.columns.solving import LeftError, Solutions
from demarche_server.columns.terms import DATE, IRI, STRING

MOST_VALUES: Final = 1000
"""Values that the engine is asked of at once."""
_COMPARES: Final[dict[str, Callable[[Ids, Ids], np.ndarray]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
_BY_TEXT: Final = frozenset({IRI, STRING, DATE})
_BY_VALUE: Final = frozenset({STRING, DATE})
_IF_EQUAL: Final = frozenset({IRI, STRING, DATE})
"""Kinds that compare as their numbers do: in STR, by < and the like, and by = and !=."""

Ask = Callable[[str], list[bytes] | None]
"""Runs a query of one column in the engine; returns its terms as TSV, None if it does not work."""


class Filters:
    """The filters of a group that were not applied yet. prologue: of its query."""

    def __init__(self, group: Group, prologue: str, graph: ColumnGraph, ask: Ask) -> None:
        self._prologue = prologue
        self._graph = graph
        self._ask = ask
        self._compared = list(group.compared)
        self._conditions = list(group.conditions)

    def begin(self, condition: Condition, values: Ids) -> Solutions:
        """Return the solutions of a condition's variable, of which it is one of some values."""
        self._conditions.remove(condition)
        passing = self._passing(condition, values)
        return Solutions(len(passing), {condition.variable: passing})

    def __call__(self, solutions: Solutions) -> Solutions:
        """Apply the filters whose variables are bound. Raises LeftError."""
        for one in [*self._compared]:
            if one.left in solutions.columns and one.right in solutions.columns:
                self._compared.remove(one)
                solutions = solutions.taken(self._compares(one, solutions))
        for condition in [*self._conditions]:
            column = solutions.columns.get(condition.variable)
            if column is not None:
                self._conditions.remove(condition)
                passing = self._passing(condition, np.unique(column))
                solutions = solutions.taken(np.isin(column, passing))
        return solutions

    def _compares(self, one: Compared, solutions: Solutions) -> np.ndarray:
        left, right = solutions.columns[one.left], solutions.columns[one.right]
        kinds = kinds_of(left, self._graph) | kinds_of(right, self._graph)
        if len(kinds) > 1 or not kinds <= _comparable(one):
            raise LeftError
        return _COMPARES[one.how](left, right)

    def _passing(self, condition: Condition, values: Ids) -> Ids:
        """Return the values that a condition lets pass, in order."""
        numbers = values.tolist()
        texts = self._graph.terms.texts(numbers)
        test = condition.test
        told = test(texts) if test is not None else [None] * len(texts)
        if test is not None and None not in told:
            return values[np.fromiter(told, np.bool_, len(told))]
        open_ones = [text for text, passes in zip(texts, told, strict=True) if passes is None]
        # With nothing to ask it of, the engine still tells whether it is a condition at all.
        asked = self._asked(condition, open_ones) if open_ones or test is None else ()
        passing = [
            number
            for number, text, passes in zip(numbers, texts, told, strict=True)
            if passes or (passes is None and text in asked)
        ]
        return np.asarray(passing, np.uint32)

    def _asked(self, condition: Condition, texts: Sequence[str]) -> frozenset[str]:
        """Return the terms that the engine lets pass. Raises LeftError."""
        if len(texts) > MOST_VALUES or any(text[0] == "_" for text in texts):
            raise LeftError
        name = condition.variable
        query = f"{self._prologue} SELECT ?{name} {{ VALUES ?{name} {{ {' '.join(texts)} }} "
        found = self._ask(f"{query} FILTER({condition.text}) }}")
        if found is None:
            raise LeftError
        return frozenset(term.decode() for term in found)


def _comparable(one: Compared) -> frozenset[bytes]:
    if one.by_text:
        return _BY_TEXT
    return _IF_EQUAL if one.how in ("=", "!=") else _BY_VALUE


def kinds_of(column: Ids, graph: ColumnGraph) -> set[bytes]:
    """Return the kinds of the least and the greatest term: the one kind of all, or two of them."""
    if not len(column):
        return set()
    return {graph.terms.kind(int(number)) for number in (column.min(), column.max())}
