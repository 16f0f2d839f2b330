"""Seeds composed into named graphs, and everything that can be wrong with them.

Nothing here writes: `build` commits what this composes, `checking` reports on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from demarche_ingest.derive import Background, derive_from, read_claims
from demarche_ingest.mapping.documents import map_document
from demarche_ingest.mapping.reference import ReferenceMapper
from demarche_ingest.seeds.crosscheck import crosscheck
from demarche_ingest.seeds.known import with_world
from demarche_ingest.seeds.library import Seeds, read_seeds
from demarche_ontology import terms
from demarche_ontology.competency import competency_queries, describe
from demarche_ontology.data import ontology_triples, policies, vocabulary_triples
from demarche_ontology.errors import InputError, Problem
from demarche_ontology.validation import Context, Finding, failures, validate_many
from demarche_ontology.violations import query_over, run_checks

_DOCUMENTS: Final = f"{terms.GRAPH}document/"

Graphs = Mapping[str, set[Triple]]
"""Triples by graph IRI."""

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


def silent(_: str) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The graphs of the seeds before anything is derived or written, by IRI."""

    seeds: Seeds
    graphs: dict[str, set[Triple]]

    def documents(self) -> dict[str, set[Triple]]:
        """The document graphs."""
        return {iri: g for iri, g in self.graphs.items() if iri.startswith(_DOCUMENTS)}


def compose(seeds: Path, progress: Progress = silent) -> Composition:
    """Read a seeds folder and map it. Raises InputError with every problem found."""
    progress("reading the seeds")
    library = with_world(read_seeds(seeds))
    problems = crosscheck(library)
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {seeds}.", problems)
    progress("mapping to RDF")
    mapper = ReferenceMapper(library)
    mapper.map()
    graphs: dict[str, set[Triple]] = {
        terms.GRAPH_ONTOLOGY.value: set(ontology_triples()),
        terms.GRAPH_VOCABULARY.value: {*vocabulary_triples(), *describe(competency_queries())},
        terms.GRAPH_REFERENCE.value: mapper.reference,
        terms.GRAPH_LINKS.value: mapper.links,
    }
    for source, articles in library.documents().items():
        graphs[terms.document_graph(source[:12]).value] = map_document(articles)
    return Composition(library, graphs)


def shape_problems(
    composition: Composition, workers: int = 1, derived: Graphs | None = None
) -> list[Problem]:
    """Return what the SHACL shapes find in the reference graph, each document's, each derived."""
    graphs = {**composition.graphs, **(derived or {})}
    context = Context.of(triple for graph in graphs.values() for triple in graph)
    reference = terms.GRAPH_REFERENCE.value
    tested = {reference: graphs[reference], **composition.documents(), **(derived or {})}
    problems: list[Problem] = []
    for findings in validate_many(tested, context, workers).values():
        problems.extend(_located(composition.seeds, finding) for finding in failures(findings))
    return sorted(set(problems))


def _located(seeds: Seeds, finding: Finding) -> Problem:
    """Point a finding at the seed file it comes from, where that can be told."""
    problem = finding.problem()
    local = finding.focus.removeprefix(terms.ID)
    if (entry := seeds.entries.get(local)) is not None:
        return entry.problem(problem.message)
    for article in seeds.articles:
        for index, claim in enumerate(article.claims):
            if claim.iri is not None and local.startswith(claim.iri):
                return article.problem(index, problem.message)
    return problem


def derived_graphs(graphs: Graphs) -> Iterator[tuple[str, set[Triple]]]:
    """Yield each policy's graph, derived from all document graphs and the reference graph."""
    documents = (graphs[iri] for iri in sorted(graphs) if iri.startswith(_DOCUMENTS))
    claims = [claim for graph in documents for claim in read_claims(graph)]
    background = Background.of(graphs[terms.GRAPH_REFERENCE.value])
    for policy in policies():
        iri = terms.derived_graph(policy.notation).value
        yield iri, derive_from(policy, claims, background)


def violations(graphs: Graphs) -> list[Problem]:
    """Return what the violation queries find in the whole dataset."""
    query = query_over(_quads(graphs))
    return [violation.problem() for violation in run_checks(query)]


def _quads(graphs: Graphs) -> Iterable[Quad]:
    for iri, graph in graphs.items():
        name = NamedNode(iri)
        for triple in graph:
            yield Quad(triple.subject, triple.predicate, triple.object, name)
