"""Faults of the engine in `GRAPH ?g { … }`, put right by rewriting it. See `corrections`.

SPARQL evaluates the pattern in each named graph by itself and then joins ?g with the graph's name
(SPARQL 1.1 Query 18.6). The engine binds ?g inside of the pattern already.

Only a pattern with no GRAPH in it is looked at. What is left alone: FILTER and BIND that use ?g
beside triple patterns, where the engine answers what was surely meant; LIMIT in subqueries; EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_server.sparql.expressions import ONCE, SelectClause, fresh, select_clauses
from demarche_server.sparql.structure import Edit, Layout

_SCOPES: Final = frozenset({"SELECT", "GRAPH", "SERVICE", "LATERAL"})
_TERMS: Final = frozenset({"variable", "iri", "name", "blank"})
_JOINING: Final = frozenset({"UNION", "OPTIONAL", "MINUS"})


@dataclass(frozen=True, slots=True)
class Block:
    """`GRAPH ?name { … }`. at: the token GRAPH. first, last: the braces."""

    at: int
    name: str
    first: int
    last: int


def blocks(layout: Layout) -> Iterator[Block]:
    """Yield the blocks whose graph is a variable, those with GRAPH or SERVICE in them apart."""
    for at in layout.words("GRAPH"):
        name = layout.variable(at + 1)
        if not name or layout.mark(at + 2) != "{":
            continue
        block = Block(at, name, at + 2, layout.partner[at + 2])
        inside = {layout.word(n) for n in range(block.first, block.last)}
        if inside.isdisjoint({"GRAPH", "SERVICE"}):
            yield block


# --- MINUS -----------------------------------------------------------------------------------


def idle_differences(layout: Layout) -> list[Edit]:
    """Take MINUS away where no variable of it is used elsewhere: it removes nothing then.

    To the engine, the graph is a variable that both sides have.
    """
    edits: list[Edit] = []
    for block in blocks(layout):
        end = block.first
        for at in layout.words("MINUS", block.first, block.last):
            if at > end and layout.mark(at + 1) == "{":
                edit = _idle_difference(layout, block, at)
                if edit is not None:
                    edits.append(edit)
                    end = layout.partner[at + 1]
    return edits


def _idle_difference(layout: Layout, block: Block, at: int) -> Edit | None:
    close = layout.partner[at + 1]
    inside = layout.variables(at, close)
    outside = layout.variables(block.first, at) | layout.variables(close, block.last)
    if block.name in inside or inside & outside:
        return None
    return layout.replace(at, close, "{}")


# --- Subqueries ------------------------------------------------------------------------------


def subqueries_by_graph(layout: Layout) -> list[Edit]:
    """Let subqueries answer for each graph, where the engine takes all graphs together."""
    clauses = list(select_clauses(layout))
    edits: list[Edit] = []
    for block in blocks(layout):
        inside = [clause for clause in clauses if block.first < clause.at < block.last]
        if inside and block.name not in layout.variables(block.first, block.last):
            edits += _by_graph(layout, block, inside)
    return edits


def _by_graph(layout: Layout, block: Block, clauses: list[SelectClause]) -> list[Edit]:
    """Return the edits for a block, none if one of its subqueries cannot be put right."""
    if len(clauses) == 1 and _groups_all(layout, clauses[0]):
        return _counted_by_graph(layout, block, clauses[0])
    edits: list[Edit] = []
    for clause in clauses:
        found = _with_graph(layout, block.name, clause)
        if not found:
            return []
        edits += found
    return edits


def _tail(layout: Layout, clause: SelectClause) -> range:
    """Return the tokens of a subquery after its pattern."""
    return range(layout.partner[clause.where] + 1, layout.partner[layout.parent[clause.at]])


def _groups_all(layout: Layout, clause: SelectClause) -> bool:
    """Whether a subquery has one group of all solutions, which is there if there are none."""
    tail = _tail(layout, clause)
    if any(layout.word(at) == "GROUP" for at in tail):
        return False
    return clause.groups or any(
        layout.word(at) == "HAVING" or layout.is_aggregate(at) for at in tail
    )


def _with_graph(layout: Layout, name: str, clause: SelectClause) -> list[Edit]:
    """Return the edits that let a subquery select the graph, and group by it if it groups.

    It must begin with a triple pattern, for the engine to know the graph in it.
    """
    tail = _tail(layout, clause)
    words = {layout.word(at) for at in tail}
    if words & {"LIMIT", "OFFSET"} or _groups_all(layout, clause):
        return []
    if not _begins_triple(layout, clause.where + 1):
        return []
    if layout.mark(clause.first) == "*":
        plain = not tail and clause.first == clause.at + 1
        return [layout.replace(clause.at, clause.where - 1, "")] if plain else []
    edits = [layout.insert(clause.first, f"?{name} ")]
    edits += [layout.append(at + 1, f" ?{name}") for at in tail if layout.word(at) == "GROUP"]
    return edits


def _counted_by_graph(layout: Layout, block: Block, clause: SelectClause) -> list[Edit]:
    """Return the edit for a subquery that is all of a block and has one group of all solutions.

    It is grouped by graph; graphs without a solution get what an empty group gives.
    """
    tail = _tail(layout, clause)
    words = {layout.word(at) for at in range(clause.at, block.last)}
    alone = layout.parent[clause.at] == block.first and clause.at == block.first + 1
    if not alone or words & (ONCE | {"ORDER", "LIMIT", "OFFSET", "VALUES"}):
        return []
    graph, items = f"?{block.name}", layout.source(clause.first, clause.where)
    if layout.word(clause.where - 1) == "WHERE":
        items = layout.source(clause.first, clause.where - 1)
    pattern = f"GRAPH {graph} {layout.source(clause.where, layout.partner[clause.where] + 1)}"
    having = layout.source(tail.start, tail.stop)
    text = (
        f"{{ {{ SELECT {graph} {items} {{ {pattern} }} GROUP BY {graph} {having} }} UNION {{ "
        f"{{ SELECT {items} {{ FILTER(false) }} {having} }} "
        f"{{ GRAPH {graph} {{}} FILTER NOT EXISTS {{ {pattern} }} }} }} }}"
    )
    return [layout.replace(block.at, block.last, text)]


# --- The variable ----------------------------------------------------------------------------


def joined_names(layout: Layout) -> list[Edit]:
    """Join ?g with the graph's name outside, where the pattern itself may bind ?g or not."""
    name = ""
    edits: list[Edit] = []
    for block in blocks(layout):
        uses = layout.variables(block.first, block.last)
        if block.name not in uses or _in_exists(layout, block.at):
            continue
        if _has_no_triples(layout, block.first + 1, block.last):
            pattern = layout.source(block.first, block.last + 1)
            text = f"{{ {{ GRAPH ?{block.name} {{}} }} {pattern} }}"
            edits.append(layout.replace(block.at, block.last, text))
            continue
        if _has_triples_first(layout, block):
            name = name or fresh(layout, "graph")
            edits += _joined_outside(layout, block, name)
    return edits


def _in_exists(layout: Layout, at: int) -> bool:
    return any(layout.word(bracket - 1) == "EXISTS" for bracket in layout.around(at))


def _has_no_triples(layout: Layout, first: int, end: int) -> bool:
    """Whether a part of a pattern has FILTER, BIND and VALUES only, so that no graph matters."""
    at = first
    while at < end:
        word = layout.word(at)
        if word in {"FILTER", "BIND", "VALUES"}:
            after = _after_clause(layout, at)
            if any(layout.word(n) == "EXISTS" for n in range(at, after)):
                return False
            at = after
        elif word in _JOINING or layout.mark(at) in {"{", "}", "."}:
            at += 1
        else:
            return False
    return True


def _has_triples_first(layout: Layout, block: Block) -> bool:
    """Whether every group begins with a triple pattern, for the engine to know the graph in it."""
    at = block.first
    while at < block.last:
        if layout.word(at) == "VALUES":
            at = _after_clause(layout, at)
            continue
        if layout.mark(at) == "{" != layout.mark(at + 1) and not _begins_triple(layout, at + 1):
            return False
        at += 1
    return True


def _begins_triple(layout: Layout, at: int) -> bool:
    return layout.tokens[at].kind in _TERMS


def _after_clause(layout: Layout, at: int) -> int:
    """Return where FILTER, BIND or VALUES ends: after the last of its brackets."""
    braces = layout.word(at) == "VALUES" or "EXISTS" in (layout.word(at + 1), layout.word(at + 2))
    wanted = "{" if braces else "("
    while at < len(layout.tokens) and layout.mark(at) != wanted:
        at += 1
    return layout.partner.get(at, at) + 1


def _joined_outside(layout: Layout, block: Block, name: str) -> list[Edit]:
    """Return the edit that names the graph by another variable, and joins that with ?g."""
    visible = _visible(layout, block)
    if visible is None or not any(
        layout.variable(at) == block.name and not _is_in_triples(layout, block, at)
        for at in visible
    ):
        return []
    others = sorted({layout.variable(at) for at in visible} - {block.name})
    selected = " ".join(f"?{other}" for other in [block.name, *others])
    pattern = layout.source(block.first, block.last + 1)
    text = (
        f"{{ SELECT {selected} {{ {{ GRAPH ?{name} {pattern} }} "
        f"{{ SELECT ?{name} (?{name} AS ?{block.name}) {{ GRAPH ?{name} {{}} }} }} }} }}"
    )
    return [layout.replace(block.at, block.last, text)]


def _visible(layout: Layout, block: Block) -> list[int] | None:
    """Return where variables stand that are in scope after a block, None if it cannot be told.

    SPARQL 1.1 Query 18.2.1.
    """
    found, at = [], block.first
    while at < block.last:
        word = layout.word(at)
        if word in _SCOPES:
            return None
        if layout.variable(at):
            found.append(at)
        if word in {"FILTER", "BIND"}:
            at = _after_clause(layout, at)
            found += [at - 2] if word == "BIND" else []
        elif word == "MINUS":
            at = layout.partner.get(at + 1, at) + 1
        else:
            at += 1
    return found


def _is_in_triples(layout: Layout, block: Block, at: int) -> bool:
    """Whether a variable stands in the triple patterns of the block itself: it is bound then."""
    return layout.parent[at] == block.first and layout.word(at - 1) != "VALUES"
