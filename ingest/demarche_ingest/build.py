"""The build: a seeds folder becomes the named graphs of the next commit.

Nothing is committed unless everything holds: the records (form and cross-references), the
SHACL shapes (each document against the reference graphs), the violation queries (over the whole).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from demarche_ingest.code import code_digest, digest_of
from demarche_ingest.compose import (
    Composition,
    Progress,
    compose,
    derived_graphs,
    shape_problems,
    silent,
    violations,
)
from demarche_ingest.demonstration import demonstration
from demarche_ingest.publishing import (
    DEFAULT_POLICY,
    GRAPH_THINGS,
    INGESTION,
    SEEDS,
    default_graphs,
    description,
    refuse_taken,
    undoubled,
)
from demarche_ingest.seeds.library import seed_files
from demarche_ontology import terms
from demarche_ontology.errors import CheckError
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo
from demarche_store.user_writer import OWNER as USER
from demarche_store.writer import EmbeddedWriter

OWNER: Final = SEEDS


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. commit: the one now current. changed: graphs that differ from before."""

    commit: CommitInfo
    unchanged: bool
    changed: tuple[str, ...] = ()
    documents: int = 0
    claims: int = 0


def input_digest(seeds: Path) -> str:
    """Return the sha-256 of all that a build depends on: the seed files and our own packages."""
    return digest_of(seeds, seed_files(seeds), start=code_digest())


def build(
    seeds: Path, home: Home, progress: Progress = silent, workers: int = 1, force: bool = False
) -> BuildReport:
    """Build the graph of a seeds folder and commit it.

    workers: processes that validate. force: build even if nothing changed.
    Raises InputError or CheckError with every problem found, StoreError when the home cannot
    take the commit; nothing is committed then.
    """
    home.require(plain=False)
    digest = input_digest(seeds)
    current = home.current()
    if current is not None and current.input_digest == digest and not force:
        return BuildReport(current, unchanged=True)
    composition = compose(seeds, progress)
    progress("validating against the shapes")
    problems = shape_problems(composition, workers)
    if problems:
        raise CheckError(f"{len(problems)} problem(s) against the shapes.", problems)
    shown = demonstration(seeds, DEFAULT_POLICY, workers)
    with home.writer("demarche build") as writer:
        return _commit(writer, composition, shown, digest, progress)


def _commit(
    writer: EmbeddedWriter,
    composition: Composition,
    shown: set[Triple] | None,
    digest: str,
    progress: Progress,
) -> BuildReport:
    graphs = dict(composition.graphs)
    others = {info.iri: info.owner for info in writer.graphs if info.owner != OWNER}
    refuse_taken(others, graphs, "withdraw it there first; of reviews, by `demarche review --undo`")
    # What users write is theirs: it neither breaks a build nor speaks for the project.
    ours = [iri for iri, owner in others.items() if owner != USER]
    foreign = {iri: set(writer.triples(NamedNode(iri))) for iri in ours}
    things = _refresh_things(writer, graphs[terms.GRAPH_REFERENCE.value], foreign)
    progress("deriving")
    graphs.update(derived_graphs({**graphs, **foreign}))
    graphs[terms.GRAPH_DESCRIPTION.value] = description({**graphs, **foreign})
    progress("checking the whole")
    problems = violations({**graphs, **foreign})
    if problems:
        raise CheckError(f"{len(problems)} violation(s).", problems)
    if shown is not None:  # checked by itself; nothing is derived from it for the rest
        graphs[terms.GRAPH_DEMONSTRATION.value] = shown
    progress("committing")
    changed = [
        iri for iri in sorted(graphs) if writer.replace_graph(NamedNode(iri), graphs[iri], OWNER)
    ]
    changed += things
    for info in writer.graphs:
        if info.owner == OWNER and info.iri not in graphs:
            writer.remove_graph(NamedNode(info.iri))
            changed.append(info.iri)
    commit = writer.commit("build from seeds", digest, default_graphs(writer))
    articles = composition.seeds.articles
    claims = sum(len(article.claims) for article in articles)
    return BuildReport(commit, False, tuple(changed), len(composition.documents()), claims)


def _refresh_things(
    writer: EmbeddedWriter, reference: set[Triple], foreign: dict[str, set[Triple]]
) -> list[str]:
    """Take what the seeds describe by now out of what accepted claims name; say what changed."""
    iri = GRAPH_THINGS.value
    if iri not in foreign:
        return []
    foreign[iri] = undoubled(foreign[iri], reference)
    return [iri] if writer.replace_graph(GRAPH_THINGS, foreign[iri], INGESTION) else []
