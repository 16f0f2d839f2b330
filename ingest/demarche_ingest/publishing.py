"""What every commit of composed graphs shares: owners, the description, the default graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import NamedNode, Triple

from demarche_ingest.compose import Graphs
from demarche_ontology import terms, void
from demarche_ontology.errors import InputError, Problem
from demarche_store.user_writer import OWNER as USER
from demarche_store.writer import EmbeddedWriter

SEEDS: Final = "seeds"
INGESTION: Final = "ingestion"
REVIEWS: Final = "reviews"
DEFAULT_POLICY: Final = "default"

GRAPH_THINGS: Final = terms.GRAPH["reference/ingestion"]
"""What accepted claims name and the seeds do not describe."""


def is_published(iri: str) -> bool:
    """Say whether a graph, not of a user's, is part of the default graph.

    All are but the derivations of other policies, and the demonstration.
    """
    if iri == terms.GRAPH_DEMONSTRATION.value:
        return False
    derived = terms.derived_graph("").value
    return not iri.startswith(derived) or iri == terms.derived_graph(DEFAULT_POLICY).value


def default_graphs(writer: EmbeddedWriter) -> list[NamedNode]:
    """Return the staged graphs that make the default graph."""
    return [
        NamedNode(info.iri)
        for info in writer.graphs
        if info.owner != USER and is_published(info.iri)
    ]


def description(graphs: Graphs) -> set[Triple]:
    """Return the description of the published graphs; it does not count itself."""
    described = terms.GRAPH_DESCRIPTION.value
    published = (graphs[iri] for iri in graphs if is_published(iri) and iri != described)
    counted = void.count(triple for graph in published for triple in graph)
    return set(void.describe(terms.DATASET, counted))


def refuse_taken(others: Mapping[str, str], graphs: Iterable[str], remedy: str) -> None:
    """Raise InputError where a graph belongs to another owner. others: owners by graph."""
    taken = [
        Problem("", 0, iri, f"this graph belongs to {others[iri]}", remedy)
        for iri in sorted(graphs)
        if iri in others
    ]
    if taken:
        raise InputError("Graphs have one owner each.", taken)


def undoubled(things: set[Triple], reference: set[Triple]) -> set[Triple]:
    """Return what accepted claims name without what the seeds describe by now themselves."""
    described = {t.subject for t in reference if t.predicate == terms.RDF["type"]}
    return {triple for triple in things if triple.subject not in described}
