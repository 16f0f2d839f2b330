"""A home with two commits that differ, and the engine in process over each of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from differential.comparing import Reference
from pyoxigraph import NamedNode

from demarche_store.home import Home
from demarche_store.protocol import CommitInfo

RELEASE = "before"

Graphs = dict[str, list[Any]]


def graphs_of(home: Home, ref: str | None = None) -> Graphs:
    """Return the triples of each named graph."""
    with home.open(ref) as view:
        return {name: list(view.graph(name)) for name in view.graphs()}


def reference(home: Home, info: CommitInfo) -> Reference:
    return Reference(graphs_of(home, info.id), info.default_graphs)


def make_home(path: Path, graphs: Graphs, defaults: Iterable[str]) -> tuple[Home, CommitInfo]:
    """Make a home of these graphs, with a release."""
    home = Home(path)
    info = commit(home, graphs, defaults)
    home.create_release(RELEASE, description="for the tests")
    return home, info


def commit(home: Home, graphs: Graphs, defaults: Iterable[str]) -> CommitInfo:
    """Make a commit of these graphs."""
    with home.writer("a test") as writer:
        for name, triples in graphs.items():
            writer.replace_graph(NamedNode(name), triples, "seeds")
        writer.commit("for the tests", f"{len(home.commits())}", [NamedNode(n) for n in defaults])
    info = home.current()
    assert info is not None
    return info


def small(graphs: Graphs, most: int = 12_000) -> Graphs:
    """Return the smallest of the graphs that are no more than so many triples together."""
    chosen: Graphs = {}
    for name, triples in sorted(graphs.items(), key=lambda item: (len(item[1]), item[0])):
        if sum(map(len, chosen.values())) + len(triples) <= most:
            chosen[name] = triples
    return chosen


def thinned(graphs: Graphs) -> Graphs:
    """Return the graphs without every third triple: most answers become others."""
    return {
        name: [triple for n, triple in enumerate(sorted(triples, key=str)) if n % 3]
        for name, triples in graphs.items()
    }
