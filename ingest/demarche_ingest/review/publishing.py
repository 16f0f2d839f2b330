"""Bringing accepted claims into the graph of a home: one commit for any number of decisions.

Only what a decision touched is validated anew; derivation and the violation queries are over the
whole. Nothing is committed unless everything holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Triple

from demarche_ingest.candidates.keeping import Keeping
from demarche_ingest.compose import Graphs, Progress, derived_graphs, silent, violations
from demarche_ingest.mapping.candidates import map_run
from demarche_ingest.publishing import (
    GRAPH_THINGS,
    INGESTION,
    REVIEWS,
    SEEDS,
    default_graphs,
    description,
    refuse_taken,
)
from demarche_ingest.review.composing import Accepted, Composed, compose, known_entries, runs_of
from demarche_ingest.review.journal import Journal
from demarche_ingest.review.model import Assessment
from demarche_ingest.review.standing import standings
from demarche_ontology import terms
from demarche_ontology.competency import competency_queries, describe
from demarche_ontology.data import ontology_triples, vocabulary_triples
from demarche_ontology.errors import CheckError, InputError, Problem
from demarche_ontology.validation import Context, failures, validate_many
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo
from demarche_store.user_writer import OWNER as USER
from demarche_store.writer import EmbeddedWriter

_DOCUMENTS: Final = f"{terms.GRAPH}document/"
_RUNS: Final = f"{terms.GRAPH}run/"
_IN_SEEDS: Final = (
    "the seeds code this document; take its claims there, or take it out of the seeds"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a commit of reviews did. commit: None in a home where nothing was accepted yet.

    changed: graphs that differ from before. documents, claims: accepted, in all.
    """

    commit: CommitInfo | None
    changed: tuple[str, ...] = ()
    documents: int = 0
    claims: int = 0


def accepted_claims(journal: Journal, assessments: list[Assessment]) -> list[Accepted]:
    """Return the claims that stand, by document, in the order of their IRIs."""
    found = []
    for _, standing in sorted(standings(assessments).items()):
        by = standing.accepted
        if by is not None and by.record is not None and by.kept is not None:
            found.append(Accepted(by.record, by, journal.kept(by.kept)))
    return found


def publish(home: Home, progress: Progress = silent, workers: int = 1) -> Report:
    """Commit what is accepted in a home, in the place of what was.

    workers: processes that validate. Raises InputError where a document is of the seeds or claims
    do not go together, CheckError for what the shapes or violation queries find, StoreError when
    the home cannot take the commit; nothing is committed then.
    """
    home.require(plain=False)
    journal = Journal.of(home)
    assessments = journal.assessments()
    accepted = accepted_claims(journal, assessments)
    if not accepted and home.current() is None:
        return Report(None)
    decided = _Decided(accepted, assessments, _runs(home, runs_of(accepted)))
    with home.writer("demarche review") as writer:
        return _commit(writer, decided, progress, workers)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What goes into the graph: accepted claims, all assessments, graphs of runs by IRI."""

    accepted: list[Accepted]
    assessments: list[Assessment]
    runs: dict[str, set[Triple]]


def _runs(home: Home, wanted: set[str]) -> dict[str, set[Triple]]:
    """Return the graphs of runs, as far as they are kept."""
    records = Keeping.of(home).runs() if wanted else ()
    return {
        terms.run_graph(one["id"]).value: map_run(one) for one in records if one["id"] in wanted
    }


def _commit(
    writer: EmbeddedWriter,
    decided: _Decided,
    progress: Progress,
    workers: int,
) -> Report:
    progress("mapping accepted claims")
    before = {
        info.iri: set(writer.triples(NamedNode(info.iri)))
        for info in writer.graphs
        if info.owner != USER and info.iri != terms.GRAPH_DEMONSTRATION.value
    }  # the demonstration was checked by itself when it was built, and nothing rests on it
    owners = {info.iri: info.owner for info in writer.graphs}
    ground = _ground(before, writer.base)
    base = {**before, **ground}
    composed = _composed(decided, base)
    own = set(composed.graphs)
    others = {iri: owner for iri, owner in owners.items() if not _is_ours(iri, owner)}
    refuse_taken(others, own, _IN_SEEDS)
    stale = [iri for iri, owner in owners.items() if _is_ours(iri, owner) and iri not in own]
    kept = {iri: graph for iri, graph in base.items() if iri not in stale}
    changed = {iri: graph for iri, graph in composed.graphs.items() if before.get(iri) != graph}
    if not changed and not stale:
        return _report(writer.base, (), composed)
    whole = {**kept, **composed.graphs}
    progress(f"validating {len(changed)} graph(s) against the shapes")
    if problems := list(_shape_problems(changed, whole, workers)):
        raise CheckError(f"{len(problems)} problem(s) against the shapes.", problems)
    progress("deriving")
    derived = dict(derived_graphs(whole))
    whole = {**whole, **derived}
    made = {terms.GRAPH_DESCRIPTION.value: description(whole), **derived}
    progress("checking the whole")
    if problems := violations({**whole, **made}):
        raise CheckError(f"{len(problems)} violation(s).", problems)
    progress("committing")
    return _write(writer, composed, {**ground, **made}, stale)


def _composed(decided: _Decided, base: Graphs) -> Composed:
    known = known_entries([base[terms.GRAPH_REFERENCE.value]])
    composed = compose(decided.accepted, decided.assessments, known)
    composed.graphs.update(decided.runs)
    if composed.problems:
        count = len(composed.problems)
        raise InputError(f"{count} problem(s) in accepted claims.", list(composed.problems))
    return composed


def _ground(
    before: Mapping[str, set[Triple]], current: CommitInfo | None
) -> dict[str, set[Triple]]:
    """Return what every graph stands on, as far as no build of seeds sees to it.

    In a home that no seeds were built in, nobody else brings terms and lists up to this version.
    """
    is_built = current is not None and bool(current.input_digest)
    ours = () if is_built else (terms.GRAPH_ONTOLOGY.value, terms.GRAPH_VOCABULARY.value)
    ground: dict[str, Callable[[], set[Triple]]] = {
        terms.GRAPH_ONTOLOGY.value: lambda: set(ontology_triples()),
        terms.GRAPH_VOCABULARY.value: lambda: {
            *vocabulary_triples(),
            *describe(competency_queries()),
        },
        terms.GRAPH_REFERENCE.value: set[Triple],
        terms.GRAPH_LINKS.value: set[Triple],
    }
    return {iri: make() for iri, make in ground.items() if iri not in before or iri in ours}


def _is_ours(iri: str, owner: str) -> bool:
    """Say whether a graph is made of reviews."""
    if owner == REVIEWS:
        return iri == terms.GRAPH_REVIEW.value
    return owner == INGESTION and (iri.startswith((_DOCUMENTS, _RUNS)) or iri == GRAPH_THINGS.value)


def _shape_problems(changed: Graphs, whole: Graphs, workers: int) -> Iterator[Problem]:
    context = Context.of(triple for graph in whole.values() for triple in graph)
    for findings in validate_many(changed, context, workers).values():
        for finding in failures(findings):
            yield finding.problem()


def _write(writer: EmbeddedWriter, composed: Composed, made: Graphs, stale: list[str]) -> Report:
    changed = []
    for iri in stale:
        writer.remove_graph(NamedNode(iri))
        changed.append(iri)
    for graphs, owner in ((made, SEEDS), (composed.graphs, INGESTION)):
        for iri, graph in sorted(graphs.items()):
            whose = REVIEWS if iri == terms.GRAPH_REVIEW.value else owner
            if writer.replace_graph(NamedNode(iri), graph, whose):
                changed.append(iri)
    digest = writer.base.input_digest if writer.base is not None else ""
    commit = writer.commit("reviews", digest, default_graphs(writer))
    return _report(commit, tuple(sorted(changed)), composed)


def _report(commit: CommitInfo | None, changed: tuple[str, ...], composed: Composed) -> Report:
    documents = sum(iri.startswith(_DOCUMENTS) for iri in composed.graphs)
    return Report(commit, changed, documents, composed.claims)
