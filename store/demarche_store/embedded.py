"""A view of one commit of an embedded Oxigraph, opened read-only.

Only commits are opened: to read a store that another process writes is undefined behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from demarche_ontology.errors import StoreError, UnknownGraphError
from demarche_store.lock import Pin
from demarche_store.protocol import CommitInfo, Dataset
from demarche_store.results import EngineResults, EvaluationErrors
from demarche_store.scope import Scopes


class EmbeddedView:
    """One commit. Safe to use from several threads; each answer stays in its own."""

    def __init__(self, path: Path, info: CommitInfo, pin: Pin) -> None:
        """Open a store folder; `pin` is released by `close`. Raises StoreError."""
        self._path = path
        self._info = info
        self._pin = pin
        self._store: Store | None = open_read_only(path)
        self._scopes = Scopes(info.default_graphs)

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
        store, scope = self._scopes.of(self.store, dataset)
        with EvaluationErrors():
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
        """Return every quad, graph by graph; a default graph made of the named ones is left out."""
        store = self.store
        names: list[NamedNode | DefaultGraph] = [NamedNode(iri) for iri in self.graphs()]
        if self._info.plain:
            names.insert(0, DefaultGraph())
        return (quad for name in names for quad in store.quads_for_pattern(None, None, None, name))

    def close(self) -> None:
        """Let the commit go; twice does no harm."""
        self._store = None
        self._scopes.clear()
        self._pin.release()


def open_read_only(path: Path) -> Store:
    """Open a store folder that nobody writes. Raises StoreError when it is damaged."""
    try:
        return Store.read_only(str(path))
    except OSError as error:
        raise StoreError(
            f"The store in {path} cannot be opened: {error}",
            remedy="check the folder's rights; if it is damaged, restore it or build again",
        ) from error
