"""A commit as an rdflib Dataset, for notebooks and for whoever knows rdflib.

The data stay in the engine; rdflib sees them through oxrdflib. Queries given as strings run in the
engine. Prepared queries and updates with bindings would be worked out by rdflib itself, some fifty
times slower. Plain strings come out with their datatype, xsd:string, which rdflib's `==` tells
from none: compare `str(...)`, or `toPython()`. Commits never change, so everything that writes
raises `StoreError`.

    with home.open("2024-1") as view:
        dataset = open_rdflib(view)
        for row in dataset.query("SELECT ?state WHERE { ?state a dem:State }"):
            ...
        graph = dataset.graph(terms.GRAPH_REFERENCE.value)
"""

from __future__ import annotations

from typing import Any, NoReturn

import rdflib
from oxrdflib import OxigraphStore
from pyoxigraph import NamedNode

from demarche_ontology.errors import StoreError, UnknownGraphError
from demarche_ontology.terms import PREFIXES
from demarche_store.embedded import EmbeddedView
from demarche_store.home import Home


class ReadOnlyStore(OxigraphStore):
    """An rdflib store over one commit."""

    def __init__(self, view: EmbeddedView) -> None:
        # Kept so that the commit is not pruned while rdflib reads it.
        self._view = view
        super().__init__(store=view.store)

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Accept a graph that is there: rdflib calls this when one is only to be read.

        Raises UnknownGraphError.
        """
        name = str(graph.identifier)
        is_default = graph.identifier == rdflib.graph.DATASET_DEFAULT_GRAPH_ID
        if not is_default and not self._inner.contains_named_graph(NamedNode(name)):
            raise UnknownGraphError(
                f"There is no graph <{name}> in commit {self._view.info.id}",
                remedy="ask the view for its list of graphs",
            )

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise StoreError(
            f"Commit {self._view.info.id} is read-only: commits never change",
            remedy="copy what you need into an rdflib.Graph of your own, and change that",
        )

    add = remove = remove_graph = update = destroy = commit = rollback = _refuse
    addN = _refuse  # noqa: N815 - rdflib's name

    def close(self, commit_pending_transaction: bool = False) -> None:  # noqa: ARG002
        """Close the view below."""
        self._view.close()


def open_rdflib(source: Home | EmbeddedView, ref: str | None = None) -> rdflib.Dataset:
    """Return a read-only rdflib Dataset over a commit, with the project's prefixes bound.

    source: a home, of which `ref` is opened (None: the current commit), or an open view.
    Closing the dataset closes the view.
    Raises what `Home.open` raises.
    """
    view = source.open(ref) if isinstance(source, Home) else source
    dataset = rdflib.Dataset(store=ReadOnlyStore(view))
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset
