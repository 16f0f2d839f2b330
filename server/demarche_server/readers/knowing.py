"""What a reader knows of the graph that it answers from, for who rewrites queries."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from demarche_server.readers.texts import Texts
from demarche_server.sparql.known import TextAsked

RARE: Final = 1000
"""Triples of a predicate below which it is rare; as many are looked at to tell."""
COUNTED: Final = 100_000
"""Triples of a predicate and an object that are counted at most."""
_KEPT: Final = 1000
"""Predicates, and pairs, of which it is kept; strangers name them."""


class KnownGraph:
    """The default graph of a store that nothing is written to.

    texts: of its literals, if made. rare: triples of a predicate below which it is rare.
    """

    def __init__(self, store: Store, texts: Texts | None = None, rare: int = RARE) -> None:
        self._store = store
        self._texts = texts
        self._few = rare
        self._rare: dict[str, bool] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def is_absent(self, iri: str) -> bool:
        """Whether it has an IRI neither as a subject nor as an object."""
        node = _node(iri)
        default = DefaultGraph()
        return node is not None and not any(
            next(self._store.quads_for_pattern(subject, None, object_, default), None)
            for subject, object_ in ((node, None), (None, node))
        )

    def is_rare(self, iri: str) -> bool:
        """Whether so few triples have an IRI as predicate that a join had better begin there."""
        found = self._rare.get(iri)
        if found is None:
            if len(self._rare) >= _KEPT:
                self._rare.clear()
            found = self._rare[iri] = self._has_few(iri)
        return found

    def literals_holding(self, asked: TextAsked) -> list[str] | None:
        """Return the literals of a predicate that hold a text; see `sparql.known`."""
        if self._texts is None:
            return None
        fewest = min((self._count(*one) for one in asked.fixed), default=sys.maxsize)
        return None if fewest < self._few else self._texts.holding(asked, fewest)

    def places_holding(self, asked: TextAsked) -> list[int] | None:
        """Return which literals of a predicate hold a text; see `Texts.places`."""
        return None if self._texts is None else self._texts.places(asked)

    def _count(self, predicate: str, object_: str) -> int:
        """Return how many triples have a predicate and an object, COUNTED at most."""
        found = self._counts.get((predicate, object_))
        if found is None:
            if len(self._counts) >= _KEPT:
                self._counts.clear()
            nodes = _node(predicate), _node(object_)
            quads = self._store.quads_for_pattern(None, *nodes, DefaultGraph())
            found = 0 if None in nodes else sum(1 for _ in islice(quads, COUNTED))
            self._counts[predicate, object_] = found
        return found

    def _has_few(self, iri: str) -> bool:
        node = _node(iri)
        if node is None:
            return True
        quads = self._store.quads_for_pattern(None, node, None, DefaultGraph())
        return sum(1 for _ in islice(quads, self._few)) < self._few


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None
