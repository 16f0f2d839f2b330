"""What a reader knows of the graph that it answers from, for who rewrites queries."""

from __future__ import annotations

from itertools import islice
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from demarche_server.readers.texts import Texts

RARE: Final = 1000
"""Triples of a predicate below which it is rare; as many are looked at to tell."""
_KEPT: Final = 1000
"""Predicates of which it is kept; strangers name them."""


class KnownGraph:
    """The default graph of a store that nothing is written to. texts: of its literals, if made."""

    def __init__(self, store: Store, texts: Texts | None = None) -> None:
        self._store = store
        self._texts = texts
        self._rare: dict[str, bool] = {}

    def is_absent(self, iri: str) -> bool:
        """Whether it has an IRI neither as a subject nor as an object."""
        node = _node(iri)
        default = DefaultGraph()
        return node is not None and not any(
            next(self._store.quads_for_pattern(subject, None, object_, default), None)
            for subject, object_ in ((node, None), (None, node))
        )

    def is_rare(self, iri: str) -> bool:
        """Whether fewer than RARE triples have an IRI as predicate."""
        found = self._rare.get(iri)
        if found is None:
            if len(self._rare) >= _KEPT:
                self._rare.clear()
            found = self._rare[iri] = self._has_few(iri)
        return found

    def literals_holding(self, text: str, predicate: str | None, literal: bool) -> list[str] | None:
        """Return the literals of a predicate that hold a text; see `sparql.known`."""
        if self._texts is None:
            return None
        return self._texts.holding(text, predicate, pure=not literal)

    def _has_few(self, iri: str) -> bool:
        node = _node(iri)
        if node is None:
            return True
        quads = self._store.quads_for_pattern(None, node, None, DefaultGraph())
        return sum(1 for _ in islice(quads, RARE)) < RARE


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None
