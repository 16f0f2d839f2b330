"""Copying a commit to a remote engine.

Only graphs that differ from what was published last are sent. The engine has no transaction over
several requests, so readers see a mixture while it lasts: the manifest, in `graph:commit`, is
taken away first and put back last, and an engine without it is not taken for whole.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

import httpx
from pyoxigraph import Literal, RdfFormat, Triple, serialize

from demarche_ontology.errors import RemoteStoreError
from demarche_ontology.terms import DCTERMS, GRAPH_COMMIT, RDF, XSD
from demarche_store import manifest
from demarche_store.endpoint import Endpoint, remote_errors, status_error
from demarche_store.protocol import CommitInfo, View
from demarche_store.remote import RemoteView

BATCH_TRIPLES: Final = 1_000
"""Triples in one INSERT DATA: engines limit the length of an update."""


def publish(view: View, endpoint: Endpoint) -> tuple[str, ...]:
    """Make an engine hold what a view does; return the IRIs of the graphs sent or removed.

    Graphs there that we did not publish are left alone. Uses the Graph Store Protocol where
    `endpoint` has one, else SPARQL Update. Raises RemoteStoreError; run again, it sends what is
    missing.
    """
    with Publisher(endpoint) as publisher:
        return publisher.publish(view)


class Publisher:
    """A context manager over one engine. Raises RemoteStoreError when it cannot be written."""

    def __init__(self, endpoint: Endpoint) -> None:
        if not (endpoint.update or endpoint.graph_store):
            raise RemoteStoreError(
                f"{endpoint.query} was given without an address to write to",
                remedy="give the address of its graph store or of its updates",
            )
        self._endpoint = endpoint
        self._client = endpoint.client()

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def publish(self, view: View) -> tuple[str, ...]:
        """See the function `publish`."""
        there = self._published()
        old = {graph.iri: graph.rdfc10 for graph in there.graphs} if there else {}
        new = {graph.iri: graph.rdfc10 for graph in view.info.graphs}
        if there == dataclasses.replace(view.info, release=None):
            return ()
        gone = sorted(old.keys() - new.keys())
        # Graphs of a plain dataset have no digests: all are sent.
        changed = sorted(iri for iri in new if old.get(iri) != new[iri] or not new[iri])
        self.remove(GRAPH_COMMIT.value)
        for iri in gone:
            self.remove(iri)
        for iri in changed:
            self.replace(iri, view.graph(iri))
        stale = there is None or there.default_graphs != view.info.default_graphs
        if stale or gone or changed or view.info.plain:
            self.replace(self._endpoint.default_graph, view.graph(None))
        self.replace(GRAPH_COMMIT.value, describe(view.info))
        return (*gone, *changed)

    def replace(self, iri: str | None, triples: Iterable[Triple]) -> None:
        """Make one graph, the default one for None, hold exactly these triples."""
        if self._endpoint.graph_store:
            self._put(iri, triples)
            return
        self.remove(iri)
        for batch in _batches(triples):
            self._update(_insert(iri, batch))

    def remove(self, iri: str | None) -> None:
        """Empty the default graph, or remove a named one; none there is no fault."""
        if self._endpoint.update:
            self._update(f"DROP SILENT GRAPH <{iri}>" if iri else "DROP SILENT DEFAULT")
        else:
            self._send("DELETE", self._endpoint.graph_store, params=_graph(iri))

    def _published(self) -> CommitInfo | None:
        with RemoteView(self._endpoint) as remote:
            return remote.published()

    def _put(self, iri: str | None, triples: Iterable[Triple]) -> None:
        # N-Triples is Turtle too, and every engine takes Turtle.
        content = serialize(triples, format=RdfFormat.N_TRIPLES)
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        url = self._endpoint.graph_store
        self._send("PUT", url, params=_graph(iri), content=content, headers=headers)

    def _update(self, update: str) -> None:
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        self._send("POST", self._endpoint.update, content=update.encode(), headers=headers)

    def _send(self, method: str, url: str, **request: Any) -> None:
        """Send a request as httpx takes it. To remove what is not there (404) is no fault."""
        with remote_errors(url):
            response = self._client.request(method, url, **request)
        absent = method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND
        if not (response.is_success or absent):
            raise status_error(response, url)


def describe(info: CommitInfo) -> Iterator[Triple]:
    """Yield a commit's manifest as triples: JSON for us, three Dublin Core terms for people."""
    created = Literal(info.created.isoformat(), datatype=XSD["dateTime"])
    yield Triple(GRAPH_COMMIT, DCTERMS["identifier"], Literal(info.id))
    yield Triple(GRAPH_COMMIT, DCTERMS["created"], created)
    yield Triple(GRAPH_COMMIT, DCTERMS["description"], Literal(info.message))
    yield Triple(GRAPH_COMMIT, RDF["value"], Literal(manifest.dump_commit(info).decode()))


def _batches(triples: Iterable[Triple]) -> Iterator[list[Triple]]:
    """Split triples for several updates, those with blank nodes all in one.

    The name of a blank node means another node in every request.
    """
    plain: list[Triple] = []
    tied: list[Triple] = []
    for triple in triples:
        (tied if "_:" in str(triple) else plain).append(triple)
    if tied:
        yield tied
    rest = iter(plain)
    while batch := list(islice(rest, BATCH_TRIPLES)):
        yield batch


def _insert(iri: str | None, triples: list[Triple]) -> str:
    lines = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()
    content = f"{{ GRAPH <{iri}> {{\n{lines}}} }}" if iri else f"{{\n{lines}}}"
    # Virtuoso takes no blank nodes in INSERT DATA; in a template they are new nodes as well.
    return f"INSERT {content} WHERE {{}}" if "_:" in lines else f"INSERT DATA {content}"


def _graph(iri: str | None) -> dict[str, str]:
    return {"graph": iri} if iri else {"default": ""}
