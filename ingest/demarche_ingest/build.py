"""The build: a seeds folder becomes the named graphs of the next commit.

Nothing is committed unless everything holds: the records (form and cross-references), the
SHACL shapes (each document against the reference graphs), the violation queries (over the whole).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

import demarche_ingest
import demarche_ontology
from demarche_ingest.compose import (
    Composition,
    Graphs,
    Progress,
    compose,
    derived_graphs,
    shape_problems,
    silent,
    violations,
)
from demarche_ingest.demonstration import demonstration
from demarche_ingest.seeds.library import seed_files
from demarche_ontology import terms, void
from demarche_ontology.errors import CheckError, InputError, Problem
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo
from demarche_store.user_writer import OWNER as USER
from demarche_store.writer import EmbeddedWriter

OWNER: Final = "seeds"
DEFAULT_POLICY: Final = "default"


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
    digest = hashlib.sha256()
    roots = [
        Path(package.__file__ or "").parent for package in (demarche_ontology, demarche_ingest)
    ]
    code = [path for root in roots for path in sorted(root.rglob("*")) if _counts(path)]
    for root, paths in ((seeds, seed_files(seeds)), (roots[0].parent.parent, code)):
        for path in paths:
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
            digest.update(f"{name}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix in {".py", ".ttl", ".rq", ".tsv"}


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
    _refuse_taken(others, graphs)
    # What users write is theirs: it neither breaks a build nor speaks for the project.
    ours = [iri for iri, owner in others.items() if owner != USER]
    foreign = {iri: set(writer.triples(NamedNode(iri))) for iri in ours}
    progress("deriving")
    graphs.update(derived_graphs({**graphs, **foreign}))
    graphs[terms.GRAPH_DESCRIPTION.value] = _description({**graphs, **foreign})
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
    for info in writer.graphs:
        if info.owner == OWNER and info.iri not in graphs:
            writer.remove_graph(NamedNode(info.iri))
            changed.append(info.iri)
    published = [
        NamedNode(info.iri) for info in writer.graphs if info.owner != USER and _published(info.iri)
    ]
    commit = writer.commit("build from seeds", digest, published)
    articles = composition.seeds.articles
    claims = sum(len(article.claims) for article in articles)
    return BuildReport(commit, False, tuple(changed), len(composition.documents()), claims)


def _description(graphs: Graphs) -> set[Triple]:
    """Return the description of the published graphs; it does not count itself."""
    described = terms.GRAPH_DESCRIPTION.value
    published = (graphs[iri] for iri in graphs if _published(iri) and iri != described)
    counted = void.count(triple for graph in published for triple in graph)
    return set(void.describe(terms.DATASET, counted))


def _refuse_taken(others: dict[str, str], graphs: Iterable[str]) -> None:
    taken = [
        Problem("", 0, iri, f"this graph belongs to {others[iri]}", "withdraw it there first")
        for iri in sorted(graphs)
        if iri in others
    ]
    if taken:
        raise InputError("Graphs have one owner each.", taken)


def _published(iri: str) -> bool:
    """Say whether a graph, not of a user's, is part of the default graph.

    All are but the derivations of other policies, and the demonstration.
    """
    if iri == terms.GRAPH_DEMONSTRATION.value:
        return False
    derived = terms.derived_graph("").value
    return not iri.startswith(derived) or iri == terms.derived_graph(DEFAULT_POLICY).value
