"""Graphs of a commit as files: the same bytes for the same graph, with the project's prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    Triple,
    serialize,
)

from demarche_ontology.errors import NotAcceptableError
from demarche_ontology.terms import PREFIXES
from demarche_store.formats import GRAPH_FORMATS, GraphFormat
from demarche_store.protocol import View

_HOLD_GRAPHS: Final = tuple(known for known in GRAPH_FORMATS if known.datasets)


def export(
    view: View, graphs: Sequence[str | None], chosen: GraphFormat, output: IO[bytes]
) -> None:
    """Write graphs of a commit, sorted; needs memory for all that is written.

    graphs: IRIs, None for the default graph; all named graphs if empty. (The default graph is
    made of named ones: it is written only when asked for.)
    Raises NotAcceptableError when the format cannot hold what is asked for, UnknownGraphError.
    """
    if not chosen.datasets and len(graphs) != 1:
        raise _one_graph_only(chosen, len(graphs))
    if chosen.datasets:
        write(selected(view, graphs), chosen, output)
    else:
        write((Quad(*triple) for triple in view.graph(graphs[0])), chosen, output)


def selected(view: View, graphs: Sequence[str | None]) -> Iterator[Quad]:
    """Yield the quads of some graphs, of all named graphs for none. Raises UnknownGraphError."""
    if not graphs:
        yield from view.quads()
    for iri in dict.fromkeys(graphs):
        name = () if iri is None else (NamedNode(iri),)
        for triple in view.graph(iri):
            yield Quad(*triple, *name)


def write(quads: Iterable[Quad], chosen: GraphFormat, output: IO[bytes]) -> None:
    """Write quads in the order of their text; those of a format for one graph have no name."""
    lines = {str(quad): quad for quad in canonical(quads)}
    ordered = sorted(lines, key=lambda line: (str(lines[line].graph_name), line))
    found = (lines[line] for line in ordered)
    content = found if chosen.datasets else (quad.triple for quad in found)
    serialize(content, output, format=chosen.engine, prefixes=_used_prefixes(ordered))


def write_triples(triples: Iterable[Triple], chosen: GraphFormat, output: IO[bytes]) -> None:
    """Write triples sorted, as the default graph where the format holds several."""
    write((Quad(*triple) for triple in triples), chosen, output)


def canonical(quads: Iterable[Quad]) -> Iterable[Quad]:
    """Return the quads with the blank node labels of RDFC-1.0 (RDF Dataset Canonicalization).

    The engine's own labels differ from build to build.
    """
    known = set(quads)
    if not any(isinstance(end, BlankNode) for q in known for end in (q.subject, q.object)):
        return known
    dataset = Dataset(known)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _used_prefixes(lines: Iterable[str]) -> dict[str, str]:
    unused = {name: f"<{namespace!s}" for name, namespace in PREFIXES.items()}
    used: dict[str, str] = {}
    for line in lines:
        found = [name for name, start in unused.items() if start in line]
        used.update({name: unused.pop(name)[1:] for name in found})
    return used


def _one_graph_only(chosen: GraphFormat, count: int) -> NotAcceptableError:
    what = f"{count} graphs" if count else "the whole dataset"
    names = ", ".join(known.name for known in _HOLD_GRAPHS)
    return NotAcceptableError(
        f"{chosen.label} holds one graph, not {what}",
        tuple(known.media_type for known in _HOLD_GRAPHS),
        remedy=f"name one graph (--graph reference), or choose one of: {names}",
    )
