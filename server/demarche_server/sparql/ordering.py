"""The order of triple patterns: those that a filter of text bears on come first.

The engine begins a join with the first of the patterns that look alike to it, as all do of which
only the predicate is given: what is asked of the text of one is then asked of every combination.
Which order triple patterns stand in makes no difference to the solutions of a basic graph pattern
(SPARQL 1.1 Query 18.3.1), so that moving one is right whatever the filter says.

(Columns of `SELECT *` stand in the order of their names; of which rows LIMIT without ORDER BY
leaves, nothing can be said.) Left alone are aggregates that may depend on the order of solutions,
and a group with a pattern that few triples match, where the engine does well to begin.
"""

from __future__ import annotations

from typing import Final

from demarche_server.sparql.known import Known
from demarche_server.sparql.needles import OF_TEXT
from demarche_server.sparql.prologue import read_prologue
from demarche_server.sparql.reading import QueryText
from demarche_server.sparql.structure import APART, Edit, Layout
from demarche_server.sparql.triples import NAMED, Pair, Statement, after_filter
from demarche_server.sparql.triples import statements as statements_of

_BY_ORDER: Final = frozenset({"GROUP_CONCAT", "SAMPLE", "SUM", "AVG"})
"""Aggregates whose value may depend on the order of solutions; sums by rounding."""
_EITHER: Final = frozenset({"IF", "COALESCE", "EXISTS", "NOT"})
"""With these in it, a filter may let pass what one of its parts does not."""


def may_be_reordered(query: QueryText) -> bool:
    """Whether a query asks something of a text, and gives the same in any order."""
    words = query.words
    return "FILTER" in words and not OF_TEXT.isdisjoint(words) and _BY_ORDER.isdisjoint(words)


def texts_first(layout: Layout, known: Known) -> list[Edit]:
    """Move the triple patterns that filters of text bear on to the beginning of their groups."""
    edits: list[Edit] = []
    for at in layout.groups():
        if not layout.is_within(at, APART):
            edits += _in_group(layout, at, known)
    return edits


def _in_group(layout: Layout, brace: int, known: Known) -> list[Edit]:
    sought = _sought(layout, brace)
    statements = list(statements_of(layout, brace)) if sought else []
    found = [
        (statement, pair)
        for statement in statements
        for pair in statement.pairs
        if layout.variable(pair.object) in sought and not layout.variable(pair.predicate)
    ]
    if not found or (found[0][0] is statements[0] and found[0][1] is statements[0].pairs[0]):
        return []
    statement, moved = found[0]
    if _begins_better(layout, statements, moved, known):
        return []
    places = (statement.first, moved.predicate, moved.object)
    text = " ".join(layout.tokens[at].text for at in places)
    return [
        layout.insert(statements[0].first, f"{text} . "),
        _without(layout, statement, moved),
    ]


def _begins_better(layout: Layout, statements: list[Statement], moved: Pair, known: Known) -> bool:
    """Whether some other pattern is a better beginning, as few triples match it."""
    prologue = read_prologue(layout.tokens)[1]
    tokens = [
        layout.tokens[pair.predicate]
        for statement in statements
        for pair in statement.pairs
        if layout.tokens[pair.predicate].kind in NAMED
    ]
    own = prologue.resolve(layout.tokens[moved.predicate])
    others = {prologue.resolve(token) for token in tokens} - {own}
    return any(map(known.is_rare, sorted(others))) and not known.is_rare(own)


def _without(layout: Layout, statement: Statement, pair: Pair) -> Edit:
    """Return the edit that takes one pair out of a statement."""
    if len(statement.pairs) == 1:
        return layout.replace(statement.first, statement.end - 1, "")
    if pair is statement.pairs[0]:
        return layout.replace(pair.predicate, pair.last + 1, "")  # with the semicolon after it
    return layout.replace(pair.predicate - 1, pair.last, "")


# --- What filters ask ------------------------------------------------------------------------


def _sought(layout: Layout, brace: int) -> set[str]:
    """Return the variables of which the filters of a group ask that they hold some text."""
    found: set[str] = set()
    for at in layout.words("FILTER", brace + 1, layout.partner[brace]):
        if layout.parent[at] == brace:
            found |= _asked_of(layout, at, after_filter(layout, at))
    return found


def _asked_of(layout: Layout, first: int, end: int) -> set[str]:
    found: set[str] = set()
    for at in range(first, end):
        mark, word = layout.mark(at), layout.word(at)
        if mark == "|" or (mark == "!" and layout.mark(at + 1) != "=") or word in _EITHER:
            return set()
        if word in OF_TEXT and layout.mark(at + 1) == "(":
            variables = layout.variables(at + 1, layout.partner[at + 1])
            if len(variables) == 1:
                found |= variables
    return found
