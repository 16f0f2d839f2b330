"""What a store offers: a `View` that reads one commit, a `Writer` that makes the next.

The server only ever holds a View. Two implementations: commits of an embedded Oxigraph
(`demarche_store.embedded`) and a SPARQL 1.1 engine over HTTP (`demarche_store.remote`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import IO, Any, Literal, Protocol, Self

from pyoxigraph import NamedNode, Quad, Triple

QueryForm = Literal["SELECT", "ASK", "GRAPH"]
"""What a query answers with: rows, a boolean, or triples (CONSTRUCT and DESCRIBE)."""


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """One named graph of a commit.

    owner: who replaces it ("seeds", "ingestion", "reviews", "user").
    rdfc10: sha-256 of its canonical N-Quads (RDFC-1.0), lower-case hex; "" in a plain dataset.
    """

    iri: str
    owner: str
    triples: int
    rdfc10: str


@dataclass(frozen=True, slots=True)
class CommitInfo:
    r"""The manifest of one commit: everything needed to cite it and to check it.

    id: "<sequence>-<first 12 hex digits of rdfc10, or of chain>", e.g. "000003-9f86d081884c".
    rdfc10: sha-256 over the sorted lines "IRI digest\n" of its named graphs, the digest being the
        graph's own rdfc10; two commits of equal content have equal digests. "" in a plain dataset,
        which is canonicalised only when a release is made of it.
    input_digest: what the commit was made from; equal input means nothing to do.
    default_graphs: the named graphs whose union without duplicates is the default graph, sorted.
    release: the name it was opened by, if it was opened as a release.
    chain: only of a plain dataset, whose default graph is its own: sha-256 over the chain of the
        parent and the digests of what was done to it. It names a history, not a content: equal
        steps from an empty home have equal chains, and equal content may be reached by others.
    """

    id: str
    created: datetime
    message: str
    rdfc10: str
    input_digest: str
    graphs: tuple[GraphInfo, ...]
    default_graph_triples: int
    parent: str | None = None
    release: str | None = None
    default_graphs: tuple[str, ...] = ()
    chain: str = ""

    @property
    def plain(self) -> bool:
        """Whether it is of a plain dataset."""
        return bool(self.chain)


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """A commit that someone named: citable, never pruned by itself.

    rdfc10: that of the commit; of a plain dataset, sha-256 of all its canonical N-Quads.
    """

    name: str
    commit: str
    created: datetime
    description: str
    rdfc10: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """The RDF dataset of a query (SPARQL 1.1 Protocol 2.1.4).

    Both None is the store's own: its default graph, all its named graphs. As soon as one is given,
    the other, if None, is empty, as with FROM and FROM NAMED. A dataset given here takes the
    place of the one in the query's text. Graphs that do not exist are empty.
    """

    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


class Results(Protocol):
    """The answer to one query; used up by one reading, in the thread that asked.

    The wrong reading (`rows` of a CONSTRUCT) raises QueryError.
    """

    @property
    def form(self) -> QueryForm: ...

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the columns, without "?"; empty unless form is "SELECT"."""
        ...

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Solutions as tuples in the order of `variables`; None where unbound."""
        ...

    def boolean(self) -> bool: ...

    def triples(self) -> Iterator[Triple]: ...

    def serialize(self, media_type: str) -> Iterator[bytes]:
        """Yield the answer in a media type of `demarche_store.formats`, in chunks.

        The whole answer is worked out, in bounded memory, before the first chunk: a failure
        comes before anything was sent. Raises NotAcceptableError when this form of answer has
        no such serialisation.
        """
        ...

    def write(self, output: IO[bytes], media_type: str) -> None:
        """Write the answer as it is worked out: first bytes early, nothing kept."""
        ...


class View(Protocol):
    """Read access to one commit. Safe to use from several threads."""

    @property
    def info(self) -> CommitInfo: ...

    def query(self, query: str, dataset: Dataset = Dataset()) -> Results:
        """Run a SPARQL 1.1 query.

        Raises QuerySyntaxError (with line and column where the engine tells them).
        SERVICE is not stopped here: whoever takes queries from outside refuses it first.
        Several graphs in `dataset.default_graphs` are merged as a set. Several FROM clauses in
        the query's own text are left to the engine, and Oxigraph counts a triple once for each
        graph it is in: whoever takes queries from outside reads the clauses and passes them
        as `dataset`.
        """
        ...

    def graph(self, iri: str | None) -> Iterator[Triple]:
        """Triples of one named graph, or of the default graph for None.

        Raises UnknownGraphError.
        """
        ...

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        ...

    def quads(self) -> Iterator[Quad]:
        """Every quad of the named graphs; the default graph too in a plain dataset, only there."""
        ...

    def close(self) -> None: ...


class Writer(Protocol):
    """The one writer of a home, as a context manager.

    Changes are staged and become visible together with `commit`; leaving the context without
    it throws them away.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    @property
    def base(self) -> CommitInfo | None:
        """The commit the change starts from; None in an empty home."""
        ...

    def replace_graph(self, iri: NamedNode, triples: Iterable[Triple], owner: str) -> bool:
        """Make a named graph hold exactly these triples. Returns whether that changed it.

        Equal is equal up to the names of blank nodes. A graph without triples is still a graph.
        """
        ...

    def remove_graph(self, iri: NamedNode) -> bool:
        """Take a named graph away. Returns whether it was there."""
        ...

    def triples(self, iri: NamedNode) -> Iterator[Triple]:
        """What the staged graph holds now."""
        ...

    def commit(
        self,
        message: str,
        input_digest: str,
        default_graphs: Sequence[NamedNode],
    ) -> CommitInfo:
        """Materialise the default graph as the union of `default_graphs`; publish atomically.

        Returns `base` and writes nothing when neither a graph nor `input_digest` nor the set of
        default graphs changed. Raises UnknownGraphError for a default graph that is not staged.
        """
        ...
