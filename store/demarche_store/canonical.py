"""The digest of a graph: sha-256 of its canonical N-Quads, after RDF Dataset Canonicalization.

RDFC-1.0 only has work to do where there are blank nodes. Without any, its result is the triples
in canonical N-Quads form, sorted by code point; that is much faster to come by, and a property
test holds both ways to be equal. (UTF-8 bytes sort as code points do.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    serialize,
)

from demarche_store.protocol import GraphInfo

GraphName = NamedNode | DefaultGraph


def graph_digest(store: Store, graph: GraphName) -> str:
    """Return the sha-256, lower-case hex, of one graph of a store taken by itself.

    The name of the graph is not part of it. Graphs built to make blank nodes hard to tell apart
    can take exponential time (RDFC-1.0, "Dataset Poisoning").
    """
    lines = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""
    # May see a blank node inside a literal, which only costs time.
    if b"_:" in lines:
        lines = canonical_lines(store, graph)
    return _digest(lines)


def canonical_lines(store: Store, graph: GraphName) -> bytes:
    """Return a graph's N-Quads with the blank node labels of RDFC-1.0, unsorted."""
    quads = store.quads_for_pattern(None, None, None, graph)
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return serialize(dataset, format=RdfFormat.N_QUADS) or b""


def dataset_digest(store: Store) -> str:
    """Return the sha-256 of the canonical N-Quads (RDFC-1.0) of all that a store holds.

    Needs memory for all of it where there are blank nodes.
    """
    lines = store.dump(format=RdfFormat.N_QUADS) or b""
    if b"_:" in lines:
        dataset = Dataset(store)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        lines = serialize(dataset, format=RdfFormat.N_QUADS) or b""
    return _digest(lines)


def commit_digest(graphs: Iterable[GraphInfo]) -> str:
    """Return the sha-256 over the sorted "IRI digest" lines of the named graphs."""
    lines = sorted(f"{graph.iri} {graph.rdfc10}\n".encode() for graph in graphs)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _digest(lines: bytes) -> str:
    digest = hashlib.sha256()
    for line in sorted(lines.split(b"\n")):
        if line:
            digest.update(line + b"\n")
    return digest.hexdigest()
