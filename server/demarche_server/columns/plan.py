"""A query that columns can answer, as far as it matters to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from demarche_server.columns.telling import Test
from demarche_server.sparql.needles import Needle

Place = str | bytes
"""Where a pattern has a variable, its name; where it has a term, that as the engine writes it."""
HIDDEN: Final = "/"
"""How the names of variables begin that stand between the steps of a path; no query has such."""
Comparison = Literal["<", "<=", ">", ">=", "=", "!="]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern. predicate: a name for a variable."""

    subject: Place
    predicate: Place
    object: Place

    @property
    def variables(self) -> tuple[str, ...]:
        places = (self.subject, self.predicate, self.object)
        return tuple(dict.fromkeys(place for place in places if isinstance(place, str)))


@dataclass(frozen=True, slots=True)
class Compared:
    """A filter of two variables. by_text: whether both are in STR."""

    left: str
    how: Comparison
    right: str
    by_text: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter of one variable.

    text: as it is written. needle: what it asks of its text. test: what says of a plain text
    whether it passes (`telling`), None for a filter that only the engine knows.
    """

    variable: str
    text: str
    needle: Needle | None
    test: Test | None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is worked out of a group: a number of solutions, or the least or greatest term.

    of: a variable, "" to count all. distinct: whether each of its values counts once.
    """

    name: str
    how: Literal["COUNT", "MIN", "MAX"]
    of: str
    distinct: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A column that rows are ordered by."""

    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns, and the filters that stand with them."""

    patterns: tuple[Pattern, ...]
    compared: tuple[Compared, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of its patterns, in the order they stand."""
        names = dict.fromkeys(name for one in self.patterns for name in one.variables)
        return tuple(name for name in names if not name.startswith(HIDDEN))


@dataclass(frozen=True, slots=True)
class Plan:
    """A query that was read.

    prologue: its text, for conditions. columns: names, in order. optionals: what may be there of a
    solution besides. grouped: None for a query that has no groups. limit: None for all.
    """

    prologue: str
    columns: tuple[str, ...]
    distinct: bool
    group: Group
    optionals: tuple[Group, ...]
    aggregates: tuple[Aggregate, ...]
    grouped: tuple[str, ...] | None
    orders: tuple[Order, ...]
    limit: int | None
    offset: int

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        return self.group.patterns

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.group.conditions
