"""A view of one commit of an embedded Oxigraph, opened read-only.

Only commits are opened: to read a store that another process writes is undefined behaviour.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from demarche_ontology.errors import QueryError, StoreError, UnknownGraphError
from demarche_store.lock import Pin
from demarche_store.protocol import CommitInfo, Dataset
from demarche_store.results import EngineResults, evaluation_errors

MERGES_KEPT: Final = 4
"""How many merged datasets a view keeps in memory, the least used being forgotten first."""


class EmbeddedView:
    """One commit. Safe to use from several threads; each answer stays in its own."""

    def __init__(self, path: Path, info: CommitInfo, pin: Pin) -> None:
        """Open a store folder; `pin` is released by `close`. Raises StoreError."""
        self._path = path
        self._info = info
        self._pin = pin
        self._store: Store | None = open_read_only(path)
        self._merges: OrderedDict[tuple[tuple[str, ...], tuple[str, ...]], Store] = OrderedDict()
        self._merging = threading.Lock()

    def __enter__(self) -> EmbeddedView:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def info(self) -> CommitInfo:
        return self._info

    @property
    def path(self) -> Path:
        """The folder of the store, for a reader process that opens it read-only by itself."""
        return self._path

    @property
    def store(self) -> Store:
        """The engine's own read-only store. Raises StoreError when the view is closed."""
        if self._store is None:
            raise StoreError(f"The view of commit {self._info.id} is closed", "open it again")
        return self._store

    def query(self, query: str, dataset: Dataset = Dataset()) -> EngineResults:  # noqa: B008
        """Run a SPARQL 1.1 query; see `View.query`. Raises QuerySyntaxError, QueryError."""
        store, scope = self._scope(dataset)
        with evaluation_errors():
            return EngineResults(store.query(query, **scope))

    def graph(self, iri: str | None) -> Iterator[Triple]:
        """Return the triples of a graph, None for the default one. Raises UnknownGraphError."""
        if iri is not None and iri not in self.graphs():
            raise UnknownGraphError(
                f"There is no graph <{iri}> in commit {self._info.id}",
                remedy="ask for the list of graphs",
            )
        name = DefaultGraph() if iri is None else NamedNode(iri)
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, name))

    def graphs(self) -> tuple[str, ...]:
        return tuple(graph.iri for graph in self._info.graphs)

    def quads(self) -> Iterator[Quad]:
        """Return every quad of the named graphs, graph by graph."""
        store = self.store
        names = [NamedNode(iri) for iri in self.graphs()]
        return (quad for name in names for quad in store.quads_for_pattern(None, None, None, name))

    def close(self) -> None:
        """Let the commit go; twice does no harm."""
        self._store = None
        with self._merging:
            self._merges.clear()
        self._pin.release()

    # --- The dataset of a query --------------------------------------------------------------

    def _scope(self, dataset: Dataset) -> tuple[Store, dict[str, Any]]:
        """Return the store to ask and the engine's options for a dataset."""
        store = self.store
        if dataset.default_graphs is None and dataset.named_graphs is None:
            return store, {}
        defaults = _distinct(dataset.default_graphs)
        named = _distinct(dataset.named_graphs)
        options: dict[str, Any] = {"named_graphs": _nodes(named)}
        if len(defaults) < 2:
            return store, {"default_graph": _nodes(defaults), **options}
        if defaults != self._info.default_graphs:
            # The engine would count a triple once for each of the graphs it is in.
            store = self._merged(defaults, named)
        return store, {"default_graph": DefaultGraph(), **options}

    def _merged(self, defaults: tuple[str, ...], named: tuple[str, ...]) -> Store:
        """Return a store in memory whose default graph is the union of `defaults`, as a set.

        It holds the named graphs asked for too: about 0.4 GiB a million triples.
        """
        key = (defaults, named)
        with self._merging:
            if key not in self._merges:
                self._merges[key] = self._merge(defaults, named)
            self._merges.move_to_end(key)
            while len(self._merges) > MERGES_KEPT:
                self._merges.popitem(last=False)
            return self._merges[key]

    def _merge(self, defaults: tuple[str, ...], named: tuple[str, ...]) -> Store:
        source, merged = self.store, Store()
        for name in _nodes(defaults):
            quads = source.quads_for_pattern(None, None, None, name)
            merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        for name in _nodes(named):
            merged.bulk_extend(source.quads_for_pattern(None, None, None, name))
        return merged


def open_read_only(path: Path) -> Store:
    """Open a store folder that nobody writes. Raises StoreError when it is damaged."""
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise StoreError(
            f"The store in {path} cannot be opened: {error}",
            remedy="check the folder's rights; if it is damaged, restore it or build again",
        ) from error


def _distinct(iris: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(sorted(set(iris or ())))


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"The dataset names what is no IRI: {error}") from error
