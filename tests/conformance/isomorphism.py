"""Whether two multisets of rows are the same but for the labels of their blank nodes.

A row is a tuple of RDF terms, None where nothing is bound: a solution, a triple or a quad; a
triple term is a tuple within it. Blank nodes are told apart by colours, refined until they say no
more; where that leaves a choice, each is tried (the usual way to decide the isomorphism of RDF
graphs).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import BlankNode

Row = tuple[Any, ...]
Colours = dict[BlankNode, Any]


def same_rows(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether some renaming of blank nodes makes one multiset of rows the other."""
    if len(left) != len(right):
        return False
    return _match(left, right, _one_colour(left), _one_colour(right))


def same_sequence(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether the rows are the same in the same order, but for the labels of blank nodes."""
    return same_rows(_numbered(left), _numbered(right))


def blank_nodes(term: Any) -> Iterator[BlankNode]:
    """Yield the blank nodes of a term, a triple term's within it."""
    if isinstance(term, BlankNode):
        yield term
    elif isinstance(term, tuple):
        for part in term:
            yield from blank_nodes(part)


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [(at, *row) for at, row in enumerate(rows)]


def _one_colour(rows: Iterable[Row]) -> Colours:
    return {node: 0 for row in rows for term in row for node in blank_nodes(term)}


def _match(left: Sequence[Row], right: Sequence[Row], a: Colours, b: Colours) -> bool:
    a, b = _refined(left, right, a, b)
    if _painted(left, a) != _painted(right, b):
        return False
    chosen = _undecided(a)
    if chosen is None:
        return True
    alike = [node for node, colour in b.items() if colour == a[chosen]]
    return any(
        _match(left, right, {**a, chosen: "chosen"}, {**b, node: "chosen"}) for node in alike
    )


def _refined(
    left: Sequence[Row], right: Sequence[Row], a: Colours, b: Colours
) -> tuple[Colours, Colours]:
    """Colour both sides finer, in the same way, until the number of colours stays."""
    while True:
        names: dict[Any, int] = {}
        finer_a, finer_b = _finer(left, a, names), _finer(right, b, names)
        if len(set(finer_a.values())) == len(set(a.values())):
            return finer_a, finer_b
        a, b = finer_a, finer_b


def _finer(rows: Sequence[Row], colours: Colours, names: dict[Any, int]) -> Colours:
    """Return new colours: the old one and the rows a node is in. names: numbers for colours."""
    places: defaultdict[BlankNode, list[Any]] = defaultdict(list)
    for row in rows:
        for node in {node for term in row for node in blank_nodes(term)}:
            places[node].append(tuple(_painted_term(term, colours, node) for term in row))
    return {
        node: names.setdefault((old, frozenset(Counter(places[node]).items())), len(names))
        for node, old in colours.items()
    }


def _painted(rows: Iterable[Row], colours: Colours) -> Counter[Row]:
    return Counter(tuple(_painted_term(term, colours) for term in row) for row in rows)


def _painted_term(term: Any, colours: Colours, self: BlankNode | None = None) -> Any:
    if isinstance(term, BlankNode):
        return ("blank", "self" if term == self else colours[term])
    if isinstance(term, tuple):
        return tuple(_painted_term(part, colours, self) for part in term)
    return term


def _undecided(colours: Colours) -> BlankNode | None:
    """Return a blank node that shares its colour, one of the fewest; None if none does."""
    counts = Counter(colours.values())
    shared = [node for node, colour in colours.items() if counts[colour] > 1]
    return min(shared, key=lambda node: counts[colours[node]], default=None)
