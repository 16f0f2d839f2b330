"""The dataset of a query, as the engine's options: SPARQL 1.1 Protocol 2.1.4, Query 13.2.

Oxigraph takes several graphs for a default graph as a bag: a triple counts once for each graph it
is in. Where a set is wanted, the graphs are merged in a store of their own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from demarche_ontology.errors import QueryError
from demarche_store.protocol import Dataset

MERGES_KEPT: Final = 4
"""How many merged datasets are kept in memory, the least used being forgotten first."""


class Scopes:
    """Finds the store to ask, and the engine's options, for a dataset. Safe in several threads.

    default_graphs: the named graphs whose union the store's own default graph is, sorted; asking
        for just these needs no merging.
    """

    def __init__(self, default_graphs: tuple[str, ...] = ()) -> None:
        self._default_graphs = default_graphs
        self._merges: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], Store] = OrderedDict()
        self._merging = threading.Lock()

    @property
    def merged(self) -> int:
        """How many merged datasets are in memory."""
        return len(self._merges)

    def of(self, store: Store, dataset: Dataset) -> tuple[Store, dict[str, Any]]:
        """Return what to ask and how. Raises QueryError for what is no IRI."""
        if dataset.default_graphs is None and dataset.named_graphs is None:
            return store, {}
        defaults = _distinct(dataset.default_graphs)
        named = _distinct(dataset.named_graphs)
        options: dict[str, Any] = {"named_graphs": _nodes(named)}
        if len(defaults) < 2:
            return store, {"default_graph": _nodes(defaults), **options}
        if defaults != self._default_graphs:
            store = self._merged(store, defaults, named)
        return store, {"default_graph": DefaultGraph(), **options}

    def clear(self) -> None:
        """Forget what was merged."""
        with self._merging:
            self._merges.clear()

    def _merged(self, source: Store, defaults: tuple[str, ...], named: tuple[str, ...]) -> Store:
        """Return a store in memory whose default graph is the union of `defaults`, as a set.

        It holds the named graphs asked for too: about 0.4 GiB a million triples.
        """
        key = (defaults, named)
        with self._merging:
            if key not in self._merges:
                self._merges[key] = _merge(source, defaults, named)
            self._merges.move_to_end(key)
            while len(self._merges) > MERGES_KEPT:
                self._merges.popitem(last=False)
            return self._merges[key]


def _merge(source: Store, defaults: tuple[str, ...], named: tuple[str, ...]) -> Store:
    merged = Store()
    for name in _nodes(defaults):
        quads = source.quads_for_pattern(None, None, None, name)
        merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for name in _nodes(named):
        merged.bulk_extend(source.quads_for_pattern(None, None, None, name))
    return merged


def _distinct(iris: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(sorted(set(iris or ())))


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"The dataset names what is no IRI: {error}") from error
