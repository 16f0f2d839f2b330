"""The W3C suites: the tests that their manifests list, in order.

Test IRIs do not depend on where the suites lie: relative ones are resolved against the place
where W3C publishes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

HERE = Path(__file__).parents[3] / "shared" / "w3c" / "sparql"
PUBLISHED = "https://w3c.github.io/rdf-tests/sparql/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"

# Inference is what these ask for: a graph closed under RDFS or OWL rules before the query. The
# endpoint answers under simple entailment, as its description says.
LEFT_OUT = {"sparql11/entailment"}

SUITES = {
    "sparql11/protocol": "protocol",
    "sparql11/graph-store-protocol": "graph store",
    "sparql11/http-rdf-update": "http-rdf-update",
    "sparql11/service-description": "service description",
    "sparql11/service": "federation",
    "sparql11/syntax-fed": "federation",
    "sparql11/csv-tsv-res": "sparql11 results",
    "sparql11/json-res": "sparql11 results",
}
UPDATES = {
    "add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert",
    "delete-where", "drop", "move", "syntax-update-1", "syntax-update-2", "update-silent",
}  # fmt: skip
CHANGING = {
    "UpdateEvaluationTest", "ProtocolTest", "GraphStoreProtocolTest", "ServiceDescriptionTest",
}  # fmt: skip
ORDER = (
    "sparql10", "sparql11 query", "sparql11 update", "sparql11 results", "sparql12", "protocol",
    "graph store", "http-rdf-update", "service description", "federation",
)  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A node of a manifest, to be asked for what is said of it."""

    graph: ox.Dataset
    term: Any

    def values(self, predicate: str) -> list[Any]:
        quads = self.graph.quads_for_subject(self.term)
        return [quad.object for quad in quads if quad.predicate.value == predicate]

    def value(self, predicate: str) -> Any:
        return next(iter(self.values(predicate)), None)

    def nodes(self, predicate: str) -> list[Node]:
        return [Node(self.graph, value) for value in self.values(predicate)]

    def node(self, predicate: str) -> Node | None:
        return next(iter(self.nodes(predicate)), None)

    def members(self, predicate: str) -> Iterator[Node]:
        """Yield the members of the list that is the value."""
        rest = self.node(predicate)
        while rest is not None and rest.term.value != RDF + "nil":
            first = rest.node(RDF + "first")
            if first is None:
                return
            yield first
            rest = rest.node(RDF + "rest")


@dataclass(frozen=True)
class Case:
    """One test. kind: its class, without the name space. folder: below the suites."""

    iri: str
    name: str
    kind: str
    folder: str
    node: Node

    @property
    def suite(self) -> str:
        edition, _, rest = self.folder.partition("/")
        if edition != "sparql11":
            return edition
        kind = "sparql11 update" if rest in UPDATES else "sparql11 query"
        return SUITES.get(self.folder, kind)

    @property
    def label(self) -> str:
        """A short name, unique among all tests."""
        return f"{self.folder}/{self.iri.rpartition('#')[2]}"

    @property
    def changes_data(self) -> bool:
        """Whether it tests updates or a protocol: what is stored is not what it was then."""
        return self.kind in CHANGING

    @cached_property
    def action(self) -> Node:
        action = self.node.node(MF + "action")
        if action is None:
            raise ValueError(f"<{self.iri}> has no action")
        return action


def path_of(iri: str) -> Path:
    """Return the file of an IRI below the place where the suites are published."""
    return HERE / iri.removeprefix(PUBLISHED)


def cases(root: Path = HERE) -> list[Case]:
    """Return every test of the manifests, those left out apart."""
    found = [case for path in sorted(root.rglob("manifest*.ttl")) for case in _listed(root, path)]
    return [case for case in found if case.folder not in LEFT_OUT]


def _listed(root: Path, path: Path) -> Iterator[Case]:
    place = path.relative_to(root)
    base = PUBLISHED + place.as_posix()
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base)
    graph = ox.Dataset(quads)
    for quad in graph.quads_for_predicate(ox.NamedNode(MF + "entries")):
        for node in Node(graph, quad.subject).members(MF + "entries"):
            yield _case(node, place.parent.as_posix())


def _case(node: Node, folder: str) -> Case:
    kinds = [kind.value.removeprefix(MF) for kind in node.values(RDF + "type")]
    return Case(node.term.value, node.value(MF + "name").value, kinds[0], folder, node)
