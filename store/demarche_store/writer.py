"""The writer of builds: whole named graphs, of which the default graph is made.

`staging` says how a copy is changed and becomes a commit; `user_writer` is for everybody else's
changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from types import TracebackType
from typing import Final, Self

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from demarche_ontology.errors import UnknownGraphError
from demarche_store import disk
from demarche_store.canonical import commit_digest, graph_digest
from demarche_store.embedded import open_read_only
from demarche_store.layout import Layout
from demarche_store.protocol import CommitInfo, GraphInfo
from demarche_store.staging import Staging, publish

BULK_TRIPLES: Final = 20_000
"""From here on the engine's bulk loader pays: below, the files it always writes cost more."""
BULK_SLICE: Final = 250_000
"""Quads given to it at once: it holds what it is given, up to a million quads, in a gigabyte."""

_COUNT_DEFAULT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


class EmbeddedWriter:
    """A context manager; see `protocol.Writer`. Make one with `Home.writer`.

    Entering raises LockedError, HomeNotWritableError, DiskFullError, and StoreError in a home
    that holds a plain dataset.
    """

    def __init__(self, layout: Layout, command: str, clock: Callable[[], datetime]) -> None:
        self._layout = layout
        self._clock = clock
        self._staging = Staging(layout, command, clock, plain=False)
        self._graphs: dict[str, GraphInfo] = {}
        # Quads of new graphs that the store has not been given: many small graphs written one by
        # one would stay in the engine's buffers, a gigabyte and more of them.
        self._waiting: list[Quad] = []

    def __enter__(self) -> Self:
        self._staging.__enter__()
        if self.base is not None:
            self._graphs = {graph.iri: graph for graph in self.base.graphs}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._staging.__exit__(kind, error, trace)

    @property
    def base(self) -> CommitInfo | None:
        return self._staging.base

    @property
    def graphs(self) -> tuple[GraphInfo, ...]:
        """What is staged now, by IRI."""
        return tuple(self._graphs[iri] for iri in sorted(self._graphs))

    def replace_graph(self, iri: NamedNode, triples: Iterable[Triple], owner: str) -> bool:
        """Stage a graph; returns whether its content changed. Raises DiskFullError."""
        # Through a store, because storing rewrites some literals ("01"^^xsd:integer): digests of
        # what came and of what is there have to be taken of the same forms.
        incoming = Store()
        incoming.bulk_extend(Quad(*triple) for triple in triples)
        digest = graph_digest(incoming, DefaultGraph())
        known = self._graphs.get(iri.value)
        info = GraphInfo(iri.value, owner, len(incoming), digest)
        if known is None or known.rdfc10 != digest:
            with disk.disk_errors(self._layout.root):
                self._put(iri, incoming)
        self._graphs[iri.value] = info
        return known is None or known.rdfc10 != digest

    def remove_graph(self, iri: NamedNode) -> bool:
        """Stage the removal of a graph; returns whether it was there."""
        if self._graphs.pop(iri.value, None) is None:
            return False
        with disk.disk_errors(self._layout.root):
            self._store.remove_graph(iri)
        return True

    def triples(self, iri: NamedNode) -> Iterator[Triple]:
        """Return what the staged graph holds now. Raises UnknownGraphError."""
        self._require([iri.value])
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, iri))

    def commit(
        self,
        message: str,
        input_digest: str,
        default_graphs: Sequence[NamedNode],
    ) -> CommitInfo:
        """Publish what is staged; see `protocol.Writer.commit`.

        Raises UnknownGraphError, DiskFullError, HomeNotWritableError; nothing is lost then.
        """
        defaults = tuple(sorted({graph.value for graph in default_graphs}))
        self._require(defaults)
        base = self.base
        if base is not None and self._is_same(base, input_digest, defaults):
            return base
        with disk.disk_errors(self._layout.root):
            self._fill_default_graph(defaults)
            info = self._describe(message, input_digest, defaults)
            publish(self._layout, self._store, info)
        self._staging.base = info
        return info

    # --- Staging -----------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        """The staged store, with all that has come."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            insert(self._staging.store, waiting, len(waiting))
        return self._staging.store

    def _put(self, iri: NamedNode, incoming: Store) -> None:
        """Bring a graph to what comes in; of one that was there only what differs is touched."""
        quads = incoming.quads_for_pattern(None, None, None, DefaultGraph())
        named = (Quad(quad.subject, quad.predicate, quad.object, iri) for quad in quads)
        if not self._staging.store.contains_named_graph(iri):
            self._staging.store.add_graph(iri)
            self._wait(named)
            return
        store = self._store
        new = [quad for quad in named if quad not in store]
        for quad in [one for one in _quads(store, [iri.value]) if _bare(one) not in incoming]:
            store.remove(quad)
        insert(store, new, len(new))

    def _wait(self, quads: Iterator[Quad]) -> None:
        """Keep quads for the store, a slice of them at most."""
        while part := list(islice(quads, BULK_SLICE - len(self._waiting))):
            self._waiting += part
            if len(self._waiting) >= BULK_SLICE:
                _ = self._store

    def _require(self, iris: Iterable[str]) -> None:
        missing = [iri for iri in iris if iri not in self._graphs]
        if missing:
            raise UnknownGraphError(f"There is no graph <{missing[0]}> among those staged")

    # --- Committing --------------------------------------------------------------------------

    def _is_same(self, base: CommitInfo, input_digest: str, defaults: tuple[str, ...]) -> bool:
        return (
            base.input_digest == input_digest
            and base.default_graphs == defaults
            and base.graphs == self.graphs
        )

    def _fill_default_graph(self, defaults: tuple[str, ...]) -> None:
        """Bring the default graph from the base's union to that of `defaults`.

        Only what differs is touched; from an empty home this writes everything.
        """
        base = self.base
        old = {} if base is None else _digests(base.graphs, base.default_graphs)
        new = _digests(self.graphs, defaults)
        changed = [iri for iri in old.keys() | new.keys() if old.get(iri) != new.get(iri)]
        in_both = [iri for iri in changed if iri in old and iri in new]
        added: list[Quad] = []
        if base is not None:
            before = open_read_only(self._layout.store(base.id))
            stale = (quad for quad in _quads(before, in_both) if quad not in self._store)
            gone = _quads(before, [iri for iri in changed if iri not in new])
            self._remove_unsupported(chain(stale, gone), frozenset(map(NamedNode, defaults)))
            added = [_bare(quad) for quad in _quads(self._store, in_both) if quad not in before]
        insert(self._store, added, len(added))
        fresh = [iri for iri in changed if iri not in old]
        union = (_bare(quad) for quad in _quads(self._store, fresh))
        insert(self._store, union, sum(self._graphs[iri].triples for iri in fresh))

    def _remove_unsupported(self, stale: Iterable[Quad], defaults: frozenset[NamedNode]) -> None:
        store = self._store
        for quad in stale:
            holders = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if not any(holder.graph_name in defaults for holder in holders):
                store.remove(_bare(quad))

    def _describe(self, message: str, input_digest: str, defaults: tuple[str, ...]) -> CommitInfo:
        digest = commit_digest(self.graphs)
        return CommitInfo(
            id=self._staging.next_id(digest),
            created=self._clock(),
            message=message,
            rdfc10=digest,
            input_digest=input_digest,
            graphs=self.graphs,
            default_graph_triples=count_default_graph(self._store),
            parent=self.base.id if self.base else None,
            default_graphs=defaults,
        )


def insert(store: Store, quads: Iterable[Quad], count: int) -> None:
    """Add quads in the way that suits their number. Raises OSError."""
    if count < BULK_TRIPLES:
        store.extend(quads)
        return
    left = iter(quads)
    while part := list(islice(left, BULK_SLICE)):
        store.bulk_extend(part)


def count_default_graph(store: Store) -> int:
    """Return the number of triples in a store's own default graph."""
    (row,) = store.query(_COUNT_DEFAULT)  # type: ignore[misc]
    return int(row["n"].value)


def _digests(graphs: Iterable[GraphInfo], among: Iterable[str]) -> dict[str, str]:
    wanted = frozenset(among)
    return {graph.iri: graph.rdfc10 for graph in graphs if graph.iri in wanted}


def _bare(quad: Quad) -> Quad:
    """Return a quad as it is in the default graph."""
    return Quad(quad.subject, quad.predicate, quad.object)


def _quads(store: Store, graphs: Iterable[str]) -> Iterator[Quad]:
    for iri in graphs:
        yield from store.quads_for_pattern(None, None, None, NamedNode(iri))
