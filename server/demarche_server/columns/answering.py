"""Whether columns answer a query, and the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Final, NamedTuple

import numpy as np
from pyoxigraph import Store

from demarche_server.columns.graph import ColumnGraph, Ids
from demarche_server.columns.looking import QuickLines
from demarche_server.columns.lookups import find, read_lookup
from demarche_server.columns.narrowing import Ask, Filters
from demarche_server.columns.plan import Condition, Pattern, Plan
from demarche_server.columns.planning import read_plan
from demarche_server.columns.rendering import FORMS, Renderer
from demarche_server.columns.shaping import shaped
from demarche_server.columns.solving import (
    MOST_VALUES,
    LeftError,
    Solutions,
    left_joined,
    number_of,
    solve,
)
from demarche_server.readers.texts import Texts
from demarche_server.sparql.known import TextAsked
from demarche_server.sparql.lexer import Token
from demarche_server.sparql.structure import lay_out

FEW: Final = 300
"""Solutions of the first pattern; from fewer, the engine is as quick."""
LONGEST: Final = 10_000
"""Code points of a query."""
MOST_TOKENS: Final = 500
MOST_BRACKETS: Final = 60
"""Of a query: conditions are given to the engine, which reads what is in another by recursion."""
_BEGINS: Final = re.compile(r"\{(?:\s|\#[^\n]*\n)*+[?$]")
_SEVERAL: Final = re.compile(
    r"(?:<[^<>{}\s]*+>|[^{}<])*?(?:[;,/]|\.\s*[?$]|FILTER|OPTIONAL)|[^{}]*\}\s*(?:ORDER|GROUP)\b",
    re.IGNORECASE,
)
_ALL: Final = re.compile(r"\b(?:DISTINCT|COUNT)\b", re.IGNORECASE)
"""A group that begins with a variable, and goes on; or what all solutions are needed for."""
Holding = Callable[[TextAsked], list[int] | None]
"""Returns which of a predicate's literals hold a text, by their places among `literals_of` it.

None if that is not known; see `sparql.known`.
"""


class Answer:
    """The rows of an answer, worked out, and not yet written.

    terms, counts: its columns, by name: numbers of terms, and numbers that were counted.
    """

    def __init__(
        self,
        names: Sequence[str],
        size: int,
        terms: Mapping[str, list[int]],
        counts: Mapping[str, list[int]],
        renderers: Mapping[str, Renderer],
    ) -> None:
        self._names = names
        self._size = size
        self._terms = terms
        self._counts = counts
        self._renderers = renderers

    def write(self, output: IO[bytes], media_type: str) -> None:
        """Write it. media_type: one of SELECT's. Raises OSError, from the output."""
        renderer = self._renderers[media_type]
        columns = [
            (name, renderer.terms(self._terms[name]))
            if name in self._terms
            else (name, renderer.counts(self._counts[name]))
            for name in self._names
        ]
        renderer.write(columns, self._size, output)


class Begun(NamedTuple):
    """What an answer may begin with: values of the variable of a condition."""

    condition: Condition
    values: Ids


class Columns:
    """Answers queries about a graph. few: see `FEW`."""

    def __init__(self, graph: ColumnGraph, few: int = FEW) -> None:
        self.graph = graph
        self._few = few
        self._renderers = {name: Renderer(graph.terms, form) for name, form in FORMS.items()}

    @classmethod
    def of(cls, store: Store) -> Columns | None:
        """Return those of a store's default graph, None where it is not fit for them."""
        graph = ColumnGraph.of(store)
        return cls(graph) if graph is not None else None

    def texts(self) -> Texts | None:
        """Return the words of the graph's literals, None where there are too many."""
        return Texts.made_of(self.graph.literals(), QuickLines)

    def looked_up(self, text: str) -> Answer | None:
        """Return the answer of a query about one subject; None for any other."""
        lookup = read_lookup(text)
        if lookup is None:
            return None
        try:
            size, columns = find(lookup, self.graph)
        except LeftError:
            return None
        return Answer(lookup.names, size, columns, {}, self._renderers)

    def answer(
        self, text: str, tokens: Sequence[Token], ask: Ask, holding: Holding
    ) -> Answer | None:
        """Return the answer of a query about the default graph; None to leave it to the engine.

        tokens: of the text. ask: runs a query in the engine.
        """
        layout = lay_out(text, tokens) if len(tokens) <= MOST_TOKENS else None
        plan = read_plan(layout) if layout is not None else None
        if plan is None or _ends_soon(plan):
            return None
        try:
            return self._answer(plan, ask, holding)
        except (LeftError, MemoryError):  # the engine may do with less
            return None

    @staticmethod
    def may_answer(text: str) -> bool:
        """Whether it is worth reading a query for it: what joins, counts or orders."""
        at = text.find("{")
        begins = _BEGINS.match(text, at) if at >= 0 and len(text) <= LONGEST else None
        if begins is None or text.count("(") > MOST_BRACKETS:
            return False
        return _SEVERAL.match(text, begins.end()) is not None or _ALL.search(text) is not None

    def _answer(self, plan: Plan, ask: Ask, holding: Holding) -> Answer | None:
        filters = Filters(plan.group, plan.prologue, self.graph, ask)
        begun = self._begun(plan, holding)
        if begun is None and (_asks_only(plan) or self._begins_with_few(plan)):
            return None
        start = filters.begin(*begun) if begun is not None else Solutions(1, {})
        solutions = self._solved(plan, start, filters)
        for one in plan.optionals:
            also = Filters(one, plan.prologue, self.graph, ask)
            solutions = left_joined(one.patterns, self.graph, solutions, also)
        rows = shaped(plan, solutions, self.graph)
        if rows.size * len(plan.columns) > MOST_VALUES:
            return None
        terms = {name: column.tolist() for name, column in rows.terms.items()}
        counts = {name: column.tolist() for name, column in rows.counts.items()}
        return Answer(plan.columns, rows.size, terms, counts, self._renderers)

    def _solved(self, plan: Plan, start: Solutions, filters: Filters) -> Solutions:
        only = plan.patterns[0]
        if len(plan.patterns) == 1 and isinstance(only.predicate, str):
            return filters(self._all(only))
        return solve(plan.patterns, self.graph, start, filters)

    def _all(self, pattern: Pattern) -> Solutions:
        """Return all triples, which a pattern of three variables has."""
        if len(pattern.variables) < 3:
            raise LeftError
        predicates = self.graph.predicates
        names = np.fromiter(predicates, np.uint32, len(predicates))
        counts = np.fromiter(map(len, predicates.values()), np.int64, len(predicates))
        sides = [one.columns() for one in predicates.values()]
        subject, predicate, object_ = pattern.variables
        columns = {
            subject: np.concatenate([subjects for subjects, _ in sides]),
            predicate: np.repeat(names, counts),
            object_: np.concatenate([objects for _, objects in sides]),
        }
        return Solutions(int(counts.sum()), columns)

    def _begun(self, plan: Plan, holding: Holding) -> Begun | None:
        """Return the condition of a text that fewest literals hold."""
        found = list[Begun]()
        for condition in plan.conditions:
            for pattern in plan.patterns:
                if pattern.object == condition.variable and isinstance(pattern.predicate, bytes):
                    values = self._holding(condition, pattern.predicate, holding)
                    if values is not None:
                        found.append(Begun(condition, values))
        return min(found, key=lambda one: len(one.values), default=None)

    def _holding(self, condition: Condition, predicate: bytes, holding: Holding) -> Ids | None:
        needle = condition.needle
        if needle is None:
            return None
        places = holding(TextAsked(needle.text, predicate[1:-1].decode(), needle.literal))
        if places is None:
            return None
        return self.graph.literals_of(number_of(predicate, self.graph))[places]

    def _begins_with_few(self, plan: Plan) -> bool:
        """Whether a pattern has so few solutions that the engine is quick."""
        return any(self._rows(pattern) < self._few for pattern in plan.patterns)

    def _rows(self, pattern: Pattern) -> int:
        """Return how many triples a pattern has, 0 where it begins with a term."""
        if isinstance(pattern.predicate, str):
            return len(self.graph)
        pairs = self.graph.predicates.get(number_of(pattern.predicate, self.graph))
        if pairs is None or isinstance(pattern.subject, bytes):
            return 0
        if isinstance(pattern.object, bytes):
            return len(pairs.by_object.of(number_of(pattern.object, self.graph)))
        return len(pairs)


def _asks_only(plan: Plan) -> bool:
    """Whether the engine would be asked of what it had better find itself."""
    return len(plan.patterns) == 1 and any(one.test is None for one in plan.conditions)


def _ends_soon(plan: Plan) -> bool:
    """Whether the engine has all rows that are wanted before it has found all solutions."""
    is_whole = plan.distinct or plan.orders or plan.grouped is not None
    return plan.limit is not None and not is_whole
