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

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_server.sparql.known import Known
from demarche_server.sparql.prologue import read_prologue
from demarche_server.sparql.reading import QueryText
from demarche_server.sparql.structure import Edit, Layout

_OF_TEXT: Final = frozenset({"CONTAINS", "REGEX", "STRSTARTS", "STRENDS"})
_BY_ORDER: Final = frozenset({"GROUP_CONCAT", "SAMPLE", "SUM", "AVG"})
"""Aggregates whose value may depend on the order of solutions; sums by rounding."""
_EITHER: Final = frozenset({"IF", "COALESCE", "EXISTS", "NOT"})
"""With these in it, a filter may let pass what one of its parts does not."""
_APART: Final = frozenset({"OPTIONAL", "MINUS", "EXISTS", "SERVICE"})
_IN_TRIPLES: Final = frozenset({"A", "TRUE", "FALSE"})
_NAMED: Final = frozenset({"iri", "name"})
_PLAIN: Final = frozenset({"variable", "iri", "name", "number"})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A predicate and its object. Positions of tokens; last: the object's last."""

    predicate: int
    object: int
    last: int


@dataclass(frozen=True, slots=True)
class _Statement:
    """Triples of one subject. first, end: positions, with the full stop if there is one.

    pairs: none where it holds anything but variables, IRIs and literals one after another.
    """

    first: int
    end: int
    pairs: tuple[_Pair, ...]


def may_be_reordered(query: QueryText) -> bool:
    """Whether a query asks something of a text, and gives the same in any order."""
    words = query.words
    return "FILTER" in words and not _OF_TEXT.isdisjoint(words) and _BY_ORDER.isdisjoint(words)


def texts_first(layout: Layout, known: Known) -> list[Edit]:
    """Move the triple patterns that filters of text bear on to the beginning of their groups."""
    edits: list[Edit] = []
    for at in range(len(layout.tokens)):
        if layout.mark(at) == "{" and not _is_apart(layout, at):
            edits += _in_group(layout, at, known)
    return edits


def _is_apart(layout: Layout, at: int) -> bool:
    """Whether a group is, or is in, one that is joined in another way, or asked elsewhere."""
    return any(
        layout.word(brace - back) in _APART  # SERVICE SILENT <iri> {
        for brace in (at, *layout.around(at))
        for back in (1, 2, 3)
    )


def _in_group(layout: Layout, brace: int, known: Known) -> list[Edit]:
    sought = _sought(layout, brace)
    statements = list(_statements(layout, brace)) if sought else []
    found = [
        (statement, pair)
        for statement in statements
        for pair in statement.pairs
        if layout.variable(pair.object) in sought
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


def _begins_better(
    layout: Layout, statements: list[_Statement], moved: _Pair, known: Known
) -> bool:
    """Whether some other pattern is a better beginning, as few triples match it."""
    prologue = read_prologue(layout.tokens)[1]
    tokens = [
        layout.tokens[pair.predicate]
        for statement in statements
        for pair in statement.pairs
        if layout.tokens[pair.predicate].kind in _NAMED
    ]
    own = prologue.resolve(layout.tokens[moved.predicate])
    others = {prologue.resolve(token) for token in tokens} - {own}
    return any(map(known.is_rare, sorted(others))) and not known.is_rare(own)


def _without(layout: Layout, statement: _Statement, pair: _Pair) -> Edit:
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
            found |= _asked_of(layout, at, _after_filter(layout, at))
    return found


def _asked_of(layout: Layout, first: int, end: int) -> set[str]:
    found: set[str] = set()
    for at in range(first, end):
        mark, word = layout.mark(at), layout.word(at)
        if mark == "|" or (mark == "!" and layout.mark(at + 1) != "=") or word in _EITHER:
            return set()
        if word in _OF_TEXT and layout.mark(at + 1) == "(":
            variables = layout.variables(at + 1, layout.partner[at + 1])
            if len(variables) == 1:
                found |= variables
    return found


def _after_filter(layout: Layout, at: int) -> int:
    """Return the position after a FILTER, which ends with its first brackets."""
    while at < len(layout.tokens) and layout.mark(at) not in {"(", "{"}:
        at += 1
    return layout.partner[at] + 1 if at in layout.partner else at


# --- Triples ---------------------------------------------------------------------------------


def _statements(layout: Layout, brace: int) -> Iterator[_Statement]:
    """Yield the triples that a group begins with; filters between them do not divide them."""
    at = first = brace + 1
    end = layout.partner[brace]
    while at < end:
        word, mark = layout.word(at), layout.mark(at)
        if word == "FILTER":
            if first < at:
                yield _statement(layout, first, at)
            at = first = _after_filter(layout, at)
            continue
        if mark == "{" or (word and word not in _IN_TRIPLES):
            break
        at = layout.partner[at] + 1 if mark in {"(", "["} else at + 1
        if mark == ".":
            if first < at - 1:
                yield _statement(layout, first, at)
            first = at
    if first < at:
        yield _statement(layout, first, at)


def _statement(layout: Layout, first: int, end: int) -> _Statement:
    pairs = _pairs(layout, first, end) if layout.variable(first) else []
    return _Statement(first, end, tuple(pairs))


def _pairs(layout: Layout, first: int, end: int) -> list[_Pair]:
    """Return the predicates and objects of a subject; none where there is anything else."""
    pairs, at = list[_Pair](), first + 1
    while True:
        last = _last_of_term(layout, at + 1)
        if not _is_predicate(layout, at) or last is None or last >= end:
            return []
        pairs.append(_Pair(at, at + 1, last))
        at = last + 1
        if at >= end or layout.mark(at) == ".":
            return pairs
        if layout.mark(at) != ";":
            return []
        at += 1


def _is_predicate(layout: Layout, at: int) -> bool:
    return at < len(layout.tokens) and (
        layout.tokens[at].kind in _NAMED or layout.tokens[at].text == "a"
    )


def _last_of_term(layout: Layout, at: int) -> int | None:
    """Return the position of the last token of a term that begins at a position."""
    if at >= len(layout.tokens):
        return None
    kind = layout.tokens[at].kind
    if kind in _PLAIN or layout.word(at) in {"TRUE", "FALSE"}:
        return at
    if kind != "string":
        return None
    if at + 1 < len(layout.tokens) and layout.tokens[at + 1].kind == "language":
        return at + 1
    return at + 3 if layout.mark(at + 1) == layout.mark(at + 2) == "^" else at
