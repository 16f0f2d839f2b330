"""Faults of the engine in expressions, put right by rewriting them. See `corrections`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_server.sparql.structure import Edit, Layout

ONCE: Final = frozenset({"RAND", "UUID", "STRUUID", "BNODE"})
"""Functions that give another value each time they are called."""
_GROWTH: Final = 4
"""How much longer a query may get by writing out what a variable stands for."""


def small_booleans(layout: Layout) -> list[Edit]:
    """Write TRUE and FALSE small: keywords have no case (SPARQL 1.1 Query 19.8, note 1)."""
    return [
        layout.replace(at, at, token.text.lower())
        for at, token in enumerate(layout.tokens)
        if layout.word(at) in {"TRUE", "FALSE"} and not token.text.islower()
    ]


def plain_concatenations(layout: Layout) -> list[Edit]:
    """Take the language away that the engine keeps: GROUP_CONCAT gives a simple literal.

    SPARQL 1.1 Query 18.5.1.7.
    """
    edits = []
    for at in layout.words("GROUP_CONCAT"):
        if layout.mark(at + 1) == "(":
            edits += [layout.insert(at, "STR("), layout.append(layout.partner[at + 1], ")")]
    return edits


def new_blank_nodes(layout: Layout) -> list[Edit]:
    """Let BNODE(str) give another blank node in each solution (SPARQL 1.1 Query 17.4.2.9).

    The engine takes the string for the label. A single call is made to differ each time; several
    in one SELECT share what is drawn once for each solution at the end of its WHERE.
    """
    calls = [
        at
        for at in layout.words("BNODE")
        if layout.mark(at + 1) == "(" != layout.mark(at + 2) != ")"
    ]
    if len(calls) == 1:
        return _relabelled(layout, calls[0], "STRUUID()")
    end = _end_of_where(layout, calls) if calls else None
    if end is None:
        return []
    name = fresh(layout, "solution")
    edits = [edit for at in calls for edit in _relabelled(layout, at, f"?{name}")]
    return [*edits, layout.insert(end, f" BIND(STRUUID() AS ?{name}) ")]


def _relabelled(layout: Layout, at: int, drawn: str) -> list[Edit]:
    """Return the edits that put something drawn before the string; MD5, too, takes only strings."""
    close = layout.partner[at + 1]
    return [layout.append(at + 1, f"CONCAT({drawn}, MD5("), layout.insert(close, "))")]


def _end_of_where(layout: Layout, calls: list[int]) -> int | None:
    """Return the brace that ends the WHERE of the SELECT that all calls are in, if none groups."""
    clauses = [clause for clause in select_clauses(layout) if layout.word(clause.where - 1) != "*"]
    for clause in clauses:
        if all(clause.first < at < clause.where for at in calls) and not clause.groups:
            return layout.partner[clause.where]
    return None


def fresh(layout: Layout, stem: str) -> str:
    """Return the name of a variable that is not in the query."""
    taken = layout.variables(0, len(layout.tokens))
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


# --- SELECT ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """`(expression AS ?name)` in a SELECT. first, end: tokens of the expression, end exclusive."""

    name: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class SelectClause:
    """A SELECT. at: the word. first: the token after it and DISTINCT.

    where: the brace that opens its pattern. groups: whether it has aggregates or GROUP BY.
    """

    at: int
    first: int
    where: int
    items: tuple[Item, ...]
    groups: bool


def select_clauses(layout: Layout) -> Iterator[SelectClause]:
    """Yield every SELECT of a query, subqueries' too."""
    for select in layout.words("SELECT"):
        first = select + 1 + (layout.word(select + 1) in {"DISTINCT", "REDUCED"})
        where = first
        while where < len(layout.tokens) and layout.mark(where) != "{":
            where = layout.partner.get(where, where) + 1
        if where < len(layout.tokens):
            yield _clause(layout, select, first, where)


def _clause(layout: Layout, select: int, first: int, where: int) -> SelectClause:
    items, at = [], first
    while at < where:
        if layout.mark(at) == "(":
            close = layout.partner[at]
            if layout.word(close - 2) == "AS" and layout.variable(close - 1):
                items.append(Item(layout.variable(close - 1), at + 1, close - 2))
            at = close
        at += 1
    grouped = layout.word(layout.partner[where] + 1) == "GROUP"
    aggregates = any(layout.is_aggregate(n) for item in items for n in range(item.first, item.end))
    return SelectClause(select, first, where, tuple(items), grouped or aggregates)


def written_out_variables(layout: Layout) -> list[Edit]:
    """Write out what a variable of SELECT stands for where a later expression uses it.

    SPARQL 1.1 Query 18.2.4.4 lets it; the engine does not where there are aggregates. What is
    left alone: functions that differ each time, BOUND, and use in EXISTS or in an aggregate.
    """
    edits: list[Edit] = []
    for clause in select_clauses(layout):
        if clause.groups and len(clause.items) > 1:
            found = _written_out(layout, clause)
            if sum(len(edit.text) for edit in found) > _GROWTH * len(layout.text):
                return []
            edits += found
    return edits


def _written_out(layout: Layout, clause: SelectClause) -> list[Edit]:
    """Return the edits of one SELECT, one for each expression that uses another."""
    known: dict[str, str] = {}
    edits = []
    for item in clause.items:
        uses = [at for at in range(item.first, item.end) if layout.variable(at) in known]
        if not all(_is_plain(layout, item, at) for at in uses):
            return []
        start = layout.tokens[item.first].start
        source = layout.source(item.first, item.end)
        for at in reversed(uses):
            token = layout.tokens[at]
            before, after = source[: token.start - start], source[token.end - start :]
            source = f"{before}({known[layout.variable(at)]}){after}"
        if uses:
            edits.append(layout.replace(item.first, item.end - 1, source))
        if not any(layout.word(at) in ONCE for at in range(item.first, item.end)):
            known[item.name] = source
        if len(source) > _GROWTH * len(layout.text):
            return []
    return edits


def _is_plain(layout: Layout, item: Item, at: int) -> bool:
    """Whether an expression may stand in place of the variable at a position of an item."""
    for bracket in layout.around(at):
        if bracket < item.first:
            return True
        call = layout.word(bracket - 1)
        if layout.mark(bracket) != "(" or call == "BOUND" or layout.is_aggregate(bracket - 1):
            return False
    return True
