"""What users change: SPARQL updates and whole graphs, in both kinds of home.

In a home built from seeds they may change only graphs that belong to users. An update that
touched anything else is refused whole. Whether it did is found by comparing, not by reading its
text: every graph is dumped and hashed (`fingerprints`), what the base had being remembered between
writers. Writes to one graph say which, and need no comparison.

In a plain dataset everything may be changed, and nothing is compared or canonicalised. After an
update all triples are counted, about a second for two million; after writes to graphs, only those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import IO, Final, Self

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple

from demarche_ontology.errors import NoCommitError, QueryRefusedError, UnknownGraphError
from demarche_ontology.terms import BASE
from demarche_store import disk, write_log
from demarche_store.canonical import commit_digest, graph_digest
from demarche_store.embedded import open_read_only
from demarche_store.fingerprints import Fingerprint, fingerprint
from demarche_store.formats import GraphFormat
from demarche_store.layout import Layout
from demarche_store.parsing import Content, parsing_errors
from demarche_store.protocol import CommitInfo, GraphInfo
from demarche_store.results import EvaluationErrors
from demarche_store.staging import Staging, publish
from demarche_store.write_log import Author, Step
from demarche_store.writer import count_default_graph, insert

OWNER: Final = "user"

_COUNT: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_DEFAULT: Final = ""

Prints = dict[str, Fingerprint]


@dataclass(slots=True)
class Known:
    """Fingerprints of the graphs of one commit, the default graph being ""."""

    commit: str = ""
    prints: Prints = field(default_factory=dict)


class UserWriter:
    """A context manager; make one with `Home.user_writer`.

    Changes are staged and become visible together with `commit`; leaving the context without it
    throws them away. Graphs are named by their IRI, None being the default graph.
    Entering raises LockedError, HomeNotWritableError, DiskFullError, and NoCommitError in an empty
    home that was not made plain.
    """

    def __init__(
        self,
        layout: Layout,
        command: str,
        clock: Callable[[], datetime],
        known: Known | None = None,
    ) -> None:
        self._layout = layout
        self._clock = clock
        self._known = known if known is not None else Known()
        self._staging = Staging(layout, command, clock)
        self._plain = False
        self._steps: list[Step] = []

    def __enter__(self) -> Self:
        self._staging.__enter__()
        self._plain = self._layout.plain
        if self.base is None and not self._plain:
            self._staging.__exit__()
            raise NoCommitError(
                f"There is no graph in {self._layout.root} yet",
                remedy="build one, or make a plain dataset with 'demarche load'",
            )
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
        """The commit the change starts from; None in an empty home."""
        return self._staging.base

    def has(self, graph: str | None) -> bool:
        """Return whether there is such a graph; a default graph there always is."""
        return graph is None or self._store.contains_named_graph(NamedNode(graph))

    # --- Changes -----------------------------------------------------------------------------

    def update(self, text: str, base_iri: str = "") -> None:
        """Run a SPARQL 1.1 Update, all of its operations or none.

        SERVICE and LOAD are not stopped here: whoever takes updates from outside refuses them
        first. Raises QuerySyntaxError, QueryError, and QueryRefusedError for a graph that may not
        be changed; leave the context then.
        """
        with EvaluationErrors(), disk.disk_errors(self._layout.root):
            self._store.update(text, base_iri=base_iri or None)
        self._check_names()
        self._record("update", None, text.encode())

    def put(self, graph: str | None, content: Content) -> bool:
        """Make a graph hold exactly this. Returns whether there was such a graph.

        Raises RdfSyntaxError, QueryRefusedError.
        """
        existed = self._prepare(graph)
        incoming = list(content.triples())
        self._store.clear_graph(_name(graph))
        self._add(graph, incoming)
        self._record("put", graph, content.data)
        return existed

    def post(self, graph: str | None, content: Content) -> bool:
        """Add to a graph. Returns and raises as `put` does."""
        existed = self._prepare(graph)
        self._add(graph, list(content.triples()))
        self._record("post", graph, content.data)
        return existed

    def delete(self, graph: str | None) -> None:
        """Take a graph away, or empty the default graph.

        Raises UnknownGraphError, QueryRefusedError.
        """
        if not self._prepare(graph):
            raise UnknownGraphError(
                f"There is no graph <{graph}>", remedy="ask for the list of graphs"
            )
        if graph is None:
            self._store.clear_graph(DefaultGraph())
        else:
            self._store.remove_graph(NamedNode(graph))
        self._record("delete", graph, b"")

    def load(
        self, name: str, source: IO[bytes], chosen: GraphFormat, graph: str | None, base_iri: str
    ) -> None:
        """Add a file of any size to a plain dataset, in bounded memory.

        name: for messages. graph: where triples without a graph go; graphs that the file names
        stay as they are. Raises RdfSyntaxError, InputError, StoreError in another kind of home.
        """
        self._layout.require(plain=True)
        hashing = _Hashing(source)
        with parsing_errors(chosen, name), disk.disk_errors(self._layout.root):
            self._store.bulk_load(
                hashing,  # type: ignore[arg-type]
                chosen.engine,
                base_iri=base_iri or None,
                to_graph=_name(graph),
            )
        self._check_names()
        self._steps.append(Step("load", None, hashing.digest.hexdigest()))

    # --- Committing --------------------------------------------------------------------------

    def commit(self, message: str, author: Author = Author()) -> CommitInfo:  # noqa: B008
        """Publish what is staged, and write down who did what; nothing done is nothing written.

        Raises QueryRefusedError when a graph was changed that may not be, DiskFullError,
        HomeNotWritableError; nothing is changed then.
        """
        base = self.base
        if base is not None and not self._steps:
            return base
        info, prints = self._plainly(message) if self._plain else self._composed(message)
        with disk.disk_errors(self._layout.root):
            publish(
                self._layout,
                self._store,
                info,
                lambda: write_log.append(self._layout.log, base, info, author, self._steps),
            )
        self._known.commit, self._known.prints = info.id, prints
        self._staging.base, self._steps = info, []
        return info

    def _plainly(self, message: str) -> tuple[CommitInfo, Prints]:
        """Describe the next commit of a plain dataset."""
        chain = hashlib.sha256((self.base.chain if self.base else "").encode())
        for step in self._steps:
            chain.update(f"\n{step.kind} {step.graph!r} {step.sha256}".encode())
        counts = self._counts()
        default = counts.pop(_DEFAULT)
        info = CommitInfo(
            id=self._staging.next_id(chain.hexdigest()),
            created=self._clock(),
            message=message,
            rdfc10="",
            input_digest="",
            graphs=tuple(GraphInfo(iri, OWNER, counts[iri], "") for iri in sorted(counts)),
            default_graph_triples=default,
            parent=self.base.id if self.base else None,
            chain=chain.hexdigest(),
        )
        return info, {}

    def _counts(self) -> dict[str, int]:
        """Return the number of triples of every graph; only those written to are counted anew."""
        graphs = self._graphs()
        if self.base is None or any(step.kind in ("update", "load") for step in self._steps):
            found = self._store.query(_COUNT)
            counted = {row["g"].value: int(row["n"].value) for row in found}  # type: ignore[union-attr]
            default = count_default_graph(self._store)
            return {_DEFAULT: default, **{iri: counted.get(iri, 0) for iri in graphs}}
        counts = {graph.iri: graph.triples for graph in self.base.graphs if graph.iri in graphs}
        counts[_DEFAULT] = self.base.default_graph_triples
        written = {step.graph or _DEFAULT for step in self._steps}
        for iri in written & {_DEFAULT, *graphs}:
            counts[iri] = _count(self._store, iri)
        return counts

    def _composed(self, message: str) -> tuple[CommitInfo, Prints]:
        """Describe the next commit of a graph built from seeds: what is not the user's stays."""
        base = self.base
        assert base is not None
        protected = [graph for graph in base.graphs if graph.owner != OWNER]
        before = {graph.iri: graph for graph in base.graphs if graph.owner == OWNER}
        prints = self._prints(base, protected)
        own = self._graphs() - {graph.iri for graph in protected}
        users = [self._described(iri, before, prints) for iri in own]
        graphs = tuple(sorted([*protected, *users], key=lambda graph: graph.iri))
        digest = commit_digest(graphs)
        info = replace(
            base,
            id=self._staging.next_id(digest),
            created=self._clock(),
            message=message,
            rdfc10=digest,
            graphs=graphs,
            parent=base.id,
            release=None,
        )
        return info, prints

    def _prints(self, base: CommitInfo, protected: Iterable[GraphInfo]) -> Prints:
        """Return fingerprints of what is staged, where they are needed.

        Raises QueryRefusedError where what is not the user's is not what it was.
        """
        if all(step.kind != "update" for step in self._steps):
            written = {step.graph for step in self._steps}
            known = self._known.prints if self._known.commit == base.id else {}
            return {iri: found for iri, found in known.items() if iri not in written}
        known = self._base_prints(base)
        staged = _prints_of(self._store, self._graphs())
        for iri in (_DEFAULT, *(graph.iri for graph in protected)):
            if staged.get(iri) != known[iri]:
                raise _protected(iri)
        return staged

    def _base_prints(self, base: CommitInfo) -> Prints:
        wanted = {_DEFAULT, *(graph.iri for graph in base.graphs)}
        if self._known.commit != base.id or wanted - self._known.prints.keys():
            store = open_read_only(self._layout.store(base.id))
            self._known.commit = base.id
            self._known.prints = _prints_of(store, [graph.iri for graph in base.graphs])
        return self._known.prints

    def _described(self, iri: str, before: dict[str, GraphInfo], prints: Prints) -> GraphInfo:
        """Return what the manifest says of a user's graph, canonicalising only what changed."""
        old = before.get(iri)
        written = any(step.graph == iri for step in self._steps)
        if old is not None and not written and self._is_as_known(iri, prints):
            return old
        name = NamedNode(iri)
        triples = _count(self._store, iri)
        return GraphInfo(iri, OWNER, triples, graph_digest(self._store, name))

    def _is_as_known(self, iri: str, prints: Prints) -> bool:
        updated = any(step.kind == "update" for step in self._steps)
        return not updated or prints[iri] == self._known.prints.get(iri)

    # --- Staging -----------------------------------------------------------------------------

    @property
    def _store(self) -> Store:
        return self._staging.store

    def _graphs(self) -> set[str]:
        return {name.value for name in self._store.named_graphs()}

    def _prepare(self, graph: str | None) -> bool:
        """Return whether a graph is there. Raises QueryRefusedError if it may not be changed."""
        if not self._plain:
            self._refuse_protected(graph)
        return self.has(graph)

    def _refuse_protected(self, graph: str | None) -> None:
        if graph is None or graph.startswith(BASE):
            raise _protected(graph or _DEFAULT)
        owned = {one.iri: one.owner for one in self.base.graphs} if self.base else {}
        if owned.get(graph, OWNER) != OWNER:
            raise _protected(graph)

    def _check_names(self) -> None:
        """Raise QueryRefusedError for graphs that nobody could name, or no user may make."""
        there = {graph.iri for graph in self.base.graphs} if self.base else set()
        for name in self._store.named_graphs():
            if isinstance(name, BlankNode):
                raise QueryRefusedError(
                    "A graph would be named by a blank node, so that nobody could ask for it",
                    remedy="name graphs by IRIs",
                )
            if not self._plain and name.value not in there:
                self._refuse_protected(name.value)

    def _add(self, graph: str | None, triples: list[Triple]) -> None:
        name = _name(graph)
        with disk.disk_errors(self._layout.root):
            if isinstance(name, NamedNode):
                self._store.add_graph(name)
            insert(
                self._store,
                (Quad(t.subject, t.predicate, t.object, name) for t in triples),
                len(triples),
            )

    def _record(self, kind: str, graph: str | None, content: bytes) -> None:
        about = None if kind == "update" else graph or _DEFAULT
        self._steps.append(Step(kind, about, hashlib.sha256(content).hexdigest()))


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.digest.update(data)
        return data


def _name(graph: str | None) -> NamedNode | DefaultGraph:
    return DefaultGraph() if graph is None else NamedNode(graph)


def _count(store: Store, iri: str) -> int:
    if iri == _DEFAULT:
        return count_default_graph(store)
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    (row,) = store.query(query)  # type: ignore[misc]
    return int(row["n"].value)


def _prints_of(store: Store, graphs: Iterable[str]) -> Prints:
    prints = {iri: fingerprint(store, NamedNode(iri)) for iri in graphs}
    return {_DEFAULT: fingerprint(store, DefaultGraph()), **prints}


def _protected(graph: str) -> QueryRefusedError:
    if graph == _DEFAULT:
        return QueryRefusedError(
            "The default graph is made of named graphs here, and cannot be changed by itself",
            remedy="name a graph of your own, with GRAPH, WITH or INTO",
        )
    return QueryRefusedError(
        f"The graph <{graph}> is not a user's, and cannot be changed from outside",
        remedy=f"name a graph of your own; IRIs that begin with <{BASE}> are reserved",
    )
