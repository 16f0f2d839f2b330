"""The demonstration: an invented document in a graph of its own, asked for by name only.

It is a seeds folder in the folder `demonstration` of the seeds, held to the same checks, and made
into one graph with the derived statements of the default policy and with what the terms it uses
mean, so that it can be read by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Triple

from demarche_ingest.compose import compose, derived_graphs, shape_problems, violations
from demarche_ingest.seeds.library import DEMONSTRATION
from demarche_ontology import terms
from demarche_ontology.errors import CheckError

_ELSEWHERE: Final = frozenset({terms.GRAPH_ONTOLOGY.value, terms.GRAPH_VOCABULARY.value})
"""Graphs that the demonstration shares with everything."""


def demonstration(seeds: Path, policy: str, workers: int = 1) -> set[Triple] | None:
    """Return the graph of the demonstration, None for seeds without one.

    policy: notation of the one whose statements it holds.
    Raises InputError or CheckError with every problem found.
    """
    folder = seeds / DEMONSTRATION
    if not folder.is_dir():
        return None
    composition = compose(folder)
    derived = dict(derived_graphs(composition.graphs))
    problems = shape_problems(composition, workers, derived)
    problems = problems or violations({**composition.graphs, **derived})
    if problems:
        raise CheckError(f"{len(problems)} problem(s) in the demonstration.", problems)
    graphs = composition.graphs
    own: set[Triple] = set().union(*(graphs[iri] for iri in graphs if iri not in _ELSEWHERE))
    own |= derived[terms.derived_graph(policy).value]
    return own | set(_meanings(own, (graphs[iri] for iri in sorted(_ELSEWHERE))))


def _meanings(own: set[Triple], shared: Iterable[Iterable[Triple]]) -> Iterator[Triple]:
    """Yield what is said of the terms and concepts that occur; no axioms: they have blank nodes."""
    used = {term for triple in own for term in (triple.predicate, triple.object)}
    for graph in shared:
        for triple in graph:
            if triple.subject in used and not isinstance(triple.object, BlankNode):
                yield triple
