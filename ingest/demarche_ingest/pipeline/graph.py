"""The candidates as RDF, in a home of their own below the home: never part of its graph.

It is made of what is kept (`candidates.keeping`), document by document; a mark on disk says while
it is behind, so that a run that was ended has the next one make it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from demarche_ingest.candidates.keeping import Keeping
from demarche_ontology import terms
from demarche_ontology.data import ontology_triples, vocabulary_triples
from demarche_store.disk import disk_errors
from demarche_store.home import Home
from demarche_store.writer import EmbeddedWriter

if TYPE_CHECKING:
    from demarche_ingest.pipeline.recipe import Recipe

OWNER: Final = "ingestion"
_STALE: Final = "graph.stale"
_KEPT: Final = timedelta(hours=1)
"""For how long earlier commits stay, for who is reading them."""


class CandidateGraph:
    """Brings the graph up to what is kept."""

    def __init__(self, home: Home, keeping: Keeping) -> None:
        self._keeping = keeping
        self._home = home.candidates
        self._mark = keeping.folder / _STALE
        self._was_stale = self._mark.exists()
        self._is_marked = self._was_stale

    def will_change(self) -> None:
        """Note on disk that the graph falls behind what is kept."""
        if not self._is_marked:
            with disk_errors(self._mark.parent):
                self._mark.touch()
            self._is_marked = True

    def bring_up(self, changed: Iterable[str], recipe: Recipe) -> str:
        """Commit the graph of what is kept; return the id of the commit, "" if there is none.

        changed: sha-256 of the documents whose candidates this run changed. Raises LockedError,
        HomeNotWritableError, DiskFullError, StoreError.
        """
        current = self._home.current()
        key = recipe.graph_key()
        whole = self._was_stale or current is None or current.input_digest != key
        if not self._is_marked and not whole:
            return current.id if current else ""
        wanted = list(self._keeping.documents()) if whole else sorted(changed)
        if whole and not wanted and current is None:
            return ""
        from demarche_ingest.pipeline.recipe import described

        known = described(recipe.read_seeds())
        with self._home.writer("demarche ingest") as writer:
            if whole:
                self._put_shared(writer, recipe)
                self._drop_others(writer, wanted)
            for sha256 in wanted:
                self._put(writer, sha256, known)
            self._put_runs(writer)
            graphs = [NamedNode(info.iri) for info in writer.graphs]
            commit = writer.commit("candidates", key, graphs)
        with disk_errors(self._mark.parent):
            self._mark.unlink(missing_ok=True)
        self._home.prune(_KEPT)
        return commit.id

    def _put_shared(self, writer: EmbeddedWriter, recipe: Recipe) -> None:
        from demarche_ingest.mapping.reference import ReferenceMapper
        from demarche_ingest.seeds.known import whole_world

        mapper = ReferenceMapper(whole_world(recipe.read_seeds()))
        mapper.map()
        writer.replace_graph(terms.GRAPH_ONTOLOGY, ontology_triples(), OWNER)
        writer.replace_graph(terms.GRAPH_VOCABULARY, vocabulary_triples(), OWNER)
        writer.replace_graph(terms.GRAPH_REFERENCE, mapper.reference, OWNER)
        writer.replace_graph(terms.GRAPH_LINKS, mapper.links, OWNER)

    def _put(self, writer: EmbeddedWriter, sha256: str, known: frozenset[str]) -> None:
        from demarche_ingest.mapping.candidates import map_candidates

        document = self._keeping.document(sha256)
        if document is not None:
            graph = terms.document_graph(sha256[:12])
            writer.replace_graph(graph, map_candidates(document, known), OWNER)

    def _drop_others(self, writer: EmbeddedWriter, wanted: Iterable[str]) -> None:
        """Take away the graphs of documents that are no longer kept."""
        kept = {terms.document_graph(sha256[:12]).value for sha256 in wanted}
        prefix = terms.document_graph("").value
        for info in writer.graphs:
            if info.iri.startswith(prefix) and info.iri not in kept:
                writer.remove_graph(NamedNode(info.iri))

    def _put_runs(self, writer: EmbeddedWriter) -> None:
        from demarche_ingest.mapping.candidates import map_run

        there = {info.iri for info in writer.graphs}
        for record in self._keeping.runs():
            graph = terms.run_graph(record["id"])
            if graph.value not in there:
                writer.replace_graph(graph, map_run(record), OWNER)
