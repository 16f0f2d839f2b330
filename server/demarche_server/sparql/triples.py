"""The triple patterns that a group begins with, as far as they are plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_server.sparql.structure import Layout

NAMED: Final = frozenset({"iri", "name"})
_PREDICATES: Final = NAMED | {"variable"}
_PLAIN: Final = frozenset({"variable", "iri", "name", "number"})
_IN_TRIPLES: Final = frozenset({"A", "TRUE", "FALSE"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A predicate and its object. Positions of tokens; last: the object's last."""

    predicate: int
    object: int
    last: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Triples of one subject. first, end: positions, with the full stop if there is one.

    pairs: none where it holds anything but variables, IRIs and literals one after another.
    """

    first: int
    end: int
    pairs: tuple[Pair, ...]


def after_filter(layout: Layout, at: int) -> int:
    """Return the position after a FILTER, which ends with its first brackets."""
    while at < len(layout.tokens) and layout.mark(at) not in {"(", "{"}:
        at += 1
    return layout.partner[at] + 1 if at in layout.partner else at


def statements(layout: Layout, brace: int) -> Iterator[Statement]:
    """Yield the triples that a group begins with; filters between them do not divide them."""
    at = first = brace + 1
    end = layout.partner[brace]
    while at < end:
        word, mark = layout.word(at), layout.mark(at)
        if word == "FILTER":
            if first < at:
                yield _statement(layout, first, at)
            at = first = after_filter(layout, at)
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


def _statement(layout: Layout, first: int, end: int) -> Statement:
    pairs = _pairs(layout, first, end) if layout.variable(first) else []
    return Statement(first, end, tuple(pairs))


def _pairs(layout: Layout, first: int, end: int) -> list[Pair]:
    """Return the predicates and objects of a subject; none where there is anything else."""
    pairs, at = list[Pair](), first + 1
    while True:
        last = _last_of_term(layout, at + 1)
        if not _is_predicate(layout, at) or last is None or last >= end:
            return []
        pairs.append(Pair(at, at + 1, last))
        at = last + 1
        if at >= end or layout.mark(at) == ".":
            return pairs
        if layout.mark(at) != ";":
            return []
        at += 1


def _is_predicate(layout: Layout, at: int) -> bool:
    return at < len(layout.tokens) and (
        layout.tokens[at].kind in _PREDICATES or layout.tokens[at].text == "a"
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
