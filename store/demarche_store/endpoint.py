"""Where a remote SPARQL 1.1 engine listens, and what it has instead of a default graph.

Several engines have no default graph of their own: a query without a dataset sees the union of
all named graphs there, in some with a triple once for every graph it is in. For these the
materialised default graph is published as a named one, `graph:default`, and asked for by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx

from demarche_ontology.errors import RemoteStoreError
from demarche_ontology.terms import GRAPH_DEFAULT


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The addresses of one engine.

    query: SPARQL Protocol query. update: SPARQL Protocol update, "" if there is none.
    graph_store: SPARQL Graph Store Protocol, "" if there is none.
    default_graph: IRI of the named graph that stands for the default graph; None where the
        engine has a default graph of its own.
    auth: what httpx takes: (user, password), or for Virtuoso httpx.DigestAuth.
    timeout: seconds to connect, and to wait between two pieces of an answer.
    """

    query: str
    update: str = ""
    graph_store: str = ""
    default_graph: str | None = None
    auth: httpx.Auth | tuple[str, str] | None = field(default=None, repr=False)
    timeout: float = 60.0

    def client(self) -> httpx.Client:
        """Return a client for these addresses. Redirects are not followed."""
        return httpx.Client(auth=self.auth, timeout=self.timeout)


def oxigraph(base: str) -> Endpoint:
    """`oxigraph serve`: base is "http://host:port"."""
    return Endpoint(f"{base}/query", f"{base}/update", f"{base}/store")


def fuseki(base: str) -> Endpoint:
    """Apache Jena Fuseki: base is the data set, "http://host:port/name"."""
    return Endpoint(f"{base}/query", f"{base}/update", f"{base}/data")


def virtuoso(base: str) -> Endpoint:
    """Virtuoso: base is "http://host:port"; writing needs `auth` with httpx.DigestAuth."""
    return Endpoint(
        f"{base}/sparql",
        f"{base}/sparql-auth",
        f"{base}/sparql-graph-crud-auth",
        default_graph=GRAPH_DEFAULT.value,
    )


def graphdb(base: str) -> Endpoint:
    """GraphDB and other RDF4J servers: base is "http://host:port/repositories/name"."""
    return Endpoint(
        base,
        f"{base}/statements",
        f"{base}/rdf-graphs/service",
        default_graph=GRAPH_DEFAULT.value,
    )


def neptune(base: str) -> Endpoint:
    """Amazon Neptune: base is "https://host:port"."""
    return Endpoint(
        f"{base}/sparql",
        f"{base}/sparql",
        f"{base}/sparql/gsp/",
        default_graph=GRAPH_DEFAULT.value,
    )


ENGINES: Final[dict[str, Callable[[str], Endpoint]]] = {
    "oxigraph": oxigraph,
    "fuseki": fuseki,
    "virtuoso": virtuoso,
    "graphdb": graphdb,
    "neptune": neptune,
}
"""Engines by the name the command line and settings use."""


@contextmanager
def remote_errors(url: str) -> Iterator[None]:
    """Turn what httpx raises into RemoteStoreError."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise RemoteStoreError(
            f"{url} did not answer in time", remedy="try again, or allow it more time"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RemoteStoreError(
            f"{url} could not be reached: {error}",
            remedy="check the address, and that the engine is running",
        ) from error


def status_error(response: httpx.Response, url: str) -> RemoteStoreError:
    """Return the error for an answer whose status says it failed."""
    return RemoteStoreError(
        f"{url} answered {response.status_code}: {response.text[:500].strip()}",
        remedy="see the engine's log; for 401 and 403 check user and password",
    )
