"""The IRIs of what is described: the addresses of this server, with fragments."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DATASET, GRAPH_DESCRIPTION
from demarche_store.protocol import CommitInfo

VOID_PATH: Final = "/.well-known/void"
"""Registered for VoID (VoID, section 7.2; RFC 8615)."""
SPARQL_PATH: Final = "/sparql"
RELEASE_PATH: Final = "/release"
DUMPS_PATH: Final = "/dumps"


@dataclass(frozen=True, slots=True)
class Addresses:
    """base: where a client reaches the server, without a slash at its end."""

    base: str

    @property
    def home(self) -> NamedNode:
        return NamedNode(f"{self.base}/")

    @property
    def endpoint(self) -> NamedNode:
        return NamedNode(self.base + SPARQL_PATH)

    @property
    def catalog_document(self) -> NamedNode:
        return NamedNode(self.base + VOID_PATH)

    def release(self, name: str) -> NamedNode:
        """Return the address of a release here."""
        return NamedNode(f"{self.base}{RELEASE_PATH}/{name}")

    def dump(self, name: str, suffix: str) -> NamedNode:
        """Return the address of a file with all of a release."""
        return NamedNode(f"{self.base}{DUMPS_PATH}/{name}.{suffix}.gz")

    def service(self, part: str = "service") -> NamedNode:
        """Return a node of the service description."""
        return NamedNode(f"{self.base}{SPARQL_PATH}#{part}")

    def catalog(self, part: str = "catalog") -> NamedNode:
        """Return a node of the catalog."""
        return NamedNode(f"{self.base}{VOID_PATH}#{part}")

    def dataset(self, info: CommitInfo) -> NamedNode:
        """Return the dataset that a commit is a version of: ours, or what this server serves."""
        return DATASET if is_ours(info) else self.catalog("dataset")


def is_ours(info: CommitInfo) -> bool:
    """Return whether a commit was made by our build, and not of other people's data."""
    return any(graph.iri == GRAPH_DESCRIPTION.value for graph in info.graphs)


def short(text: str) -> str:
    """Return a name for something with a long IRI, to be part of a fragment."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
