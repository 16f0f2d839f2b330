"""Paths of length zero from or to a term that is not in the graph. See `corrections`.

`:a :p* ?x` has the solution ?x = :a whether or not the graph has :a (SPARQL 1.1 Query 9.3); the
engine finds it only where it has. A term that is not there starts no other path either, so that
the pattern says no more than VALUES does.

Looked at are patterns that stand alone, on the default graph, whose path is one step with * or ?.
"""

from __future__ import annotations

from typing import Final

from demarche_server.sparql.known import Known
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.structure import ELSEWHERE, Edit, Layout

_NAMED: Final = frozenset({"iri", "name"})


def lone_terms(layout: Layout, known: Known) -> list[Edit]:
    """Write what paths of length zero give as VALUES, where the term is absent."""
    prologue = read_prologue(layout.tokens)[1]
    edits = []
    for at in range(1, len(layout.tokens) - 1):
        if layout.mark(at) not in {"*", "?"}:
            continue
        first = _subject(layout, at)
        if first is None or not _begins(layout, first):
            continue
        if layout.mark(at + 2) not in {".", "}"} or layout.is_within(at, ELSEWHERE):
            continue
        text = _zero_length(layout, prologue, known, (first, at + 1))
        if text:
            edits.append(layout.replace(first, at + 1, text))
    return edits


def _zero_length(layout: Layout, prologue: Prologue, known: Known, ends: tuple[int, int]) -> str:
    """Return what a path of length zero between two terms gives, "" where one is not absent."""
    terms = [layout.tokens[end] for end in ends if layout.tokens[end].kind in _NAMED]
    names = [layout.variable(end) for end in ends if layout.variable(end)]
    iris = {prologue.resolve(term) for term in terms}
    if len(terms) + len(names) < 2 or len(iris) != 1 or not all(map(known.is_absent, iris)):
        return ""
    return f"VALUES ?{names[0]} {{ {terms[0].text} }}" if names else "{}"


def _subject(layout: Layout, at: int) -> int | None:
    """Return where the subject of a pattern stands whose path ends at a position, if it does."""
    step = layout.partner[at - 1] if layout.mark(at - 1) == ")" else at - 1
    if layout.mark(step) != "(" and not _is_predicate(layout, step):
        return None
    while layout.mark(step - 1) in {"^", "!"}:
        step -= 1
    return step - 1


def _begins(layout: Layout, at: int) -> bool:
    """Whether a pattern begins at a position, by what stands before."""
    mark = layout.mark(at - 1)
    if mark == ")":
        return layout.word(layout.partner[at - 1] - 1) in {"FILTER", "BIND"}
    return mark in {"{", "}", "."}


def _is_predicate(layout: Layout, at: int) -> bool:
    return layout.tokens[at].kind in _NAMED or layout.tokens[at].text == "a"
