"""A view over a SPARQL 1.1 engine reached by HTTP, for graphs that outgrow one machine.

What the engine gives less of than an embedded commit:

* A commit is not fixed: publishing again changes what the next query sees.
* Several graphs in `Dataset.default_graphs` are merged as the engine does; `oxigraph serve` and
  Virtuoso count a triple once for each graph it is in. The commit's own set of default graphs
  is answered from the materialised default graph (where that has no name: unless the query says
  both GRAPH and less than all named graphs).
* Queries run in the engine's dialect, and its limits hold. Rows that the engine says it cut off
  (Virtuoso's row limit and time limit) are refused, not passed on as whole. Virtuoso cuts the
  triples of CONSTRUCT without saying so: `graph` counts them, `query` cannot.

The answer is spooled to a temporary file before it is read, so that a transfer that breaks off is
noticed first.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any, Final, cast
from urllib.parse import urlencode

import httpx
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from demarche_ontology.errors import (
    QueryError,
    QuerySyntaxError,
    RemoteStoreError,
    UnknownGraphError,
)
from demarche_ontology.terms import GRAPH_COMMIT, GRAPH_NONE, RDF
from demarche_store import manifest
from demarche_store.endpoint import Endpoint, remote_errors, status_error
from demarche_store.formats import format_for
from demarche_store.protocol import CommitInfo, Dataset, GraphInfo, QueryForm
from demarche_store.query_text import has_dataset_clause, names_graphs, query_form
from demarche_store.results import (
    EngineResults,
    EvaluationErrors,
    new_spool,
    read_chunks,
    syntax_error,
)

_ROWS_TYPE: Final = "application/sparql-results+json"
_GRAPH_TYPES: Final = "application/n-triples, text/turtle;q=0.9"
_MANIFEST_QUERY: Final = f"""
SELECT ?manifest WHERE {{ GRAPH {GRAPH_COMMIT} {{ {GRAPH_COMMIT} {RDF["value"]} ?manifest }} }}"""
_GRAPHS_QUERY: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_LINE: Final = re.compile(r"\bline (\d+)(?:, column (\d+))?", re.IGNORECASE)
_SYNTAX: Final = re.compile(
    r"error at \d+:\d+|syntax|malformed|parse error|SPARQL compiler", re.IGNORECASE
)


class RemoteGraphResults:
    """Triples that a remote engine sent; see `protocol.Results`."""

    def __init__(self, body: IO[bytes], media_type: str) -> None:
        self._body = body
        self._media_type = media_type

    @property
    def form(self) -> QueryForm:
        return "GRAPH"

    @property
    def variables(self) -> tuple[str, ...]:
        return ()

    def rows(self) -> Iterator[tuple[Any, ...]]:
        raise QueryError("The query answers with triples, not with rows")

    def boolean(self) -> bool:
        raise QueryError("The query answers with triples, not with a boolean")

    def triples(self) -> Iterator[Triple]:
        """Yield the triples. Raises RemoteStoreError when they do not parse."""
        with self._body as body:
            try:
                for quad in parse(body, RdfFormat.from_media_type(self._media_type)):
                    yield quad.triple
            except SyntaxError as error:
                raise _unreadable(self._media_type, str(error)) from error

    def serialize(self, media_type: str) -> Iterator[bytes]:
        """Yield the triples in chunks. Raises NotAcceptableError."""
        format_for(self.form, media_type)
        spool = new_spool()
        self.write(spool, media_type)
        return read_chunks(spool)

    def write(self, output: IO[bytes], media_type: str) -> None:
        """Write the triples. Raises NotAcceptableError."""
        chosen = format_for(self.form, media_type)
        serialize(self.triples(), output, cast(RdfFormat, chosen.engine))


class RemoteView:
    """What a remote engine holds. Nothing is asked before the first method is called."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = endpoint.client()
        self._info: CommitInfo | None = None
        self._reading = threading.Lock()

    def __enter__(self) -> RemoteView:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def info(self) -> CommitInfo:
        """What was published there, read once.

        Where nothing of ours was published, or publishing broke off, it is made up: the id
        "000000-000000000000", no digests, counts of 0, the graphs that are there.
        """
        with self._reading:
            if self._info is None:
                self._info = self.published() or self._made_up()
            return self._info

    def query(
        self,
        query: str,
        dataset: Dataset = Dataset(),  # noqa: B008 - frozen
    ) -> EngineResults | RemoteGraphResults:
        """Run a SPARQL query there; see `View.query`.

        Raises QuerySyntaxError or QueryError when the engine refuses it, RemoteStoreError.
        """
        form = query_form(query)
        fields = self._dataset_fields(query, dataset)
        return self._ask(query, form, fields)

    def graph(self, iri: str | None) -> Iterator[Triple]:
        """Return the triples of a graph, None for the default one.

        Raises UnknownGraphError; RemoteStoreError at the end when there were fewer than published.
        """
        if iri is None:
            triples = self.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").triples()
            return _whole(triples, self.info.default_graph_triples)
        if iri not in self.graphs():
            raise UnknownGraphError(f"There is no graph <{iri}> in {self._endpoint.query}")
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        expected = next(graph.triples for graph in self.info.graphs if graph.iri == iri)
        return _whole(self._ask(query, "GRAPH", []).triples(), expected)

    def graphs(self) -> tuple[str, ...]:
        return tuple(graph.iri for graph in self.info.graphs)

    def quads(self) -> Iterator[Quad]:
        """Yield every quad of the named graphs, one graph in each request."""
        for iri in self.graphs():
            name = NamedNode(iri)
            for triple in self.graph(iri):
                yield Quad(triple.subject, triple.predicate, triple.object, name)

    def close(self) -> None:
        self._client.close()

    # --- The commit --------------------------------------------------------------------------

    def published(self) -> CommitInfo | None:
        """Return the commit that was published there in full, None if there is none."""
        rows = list(self._ask(_MANIFEST_QUERY, "SELECT", []).rows())
        if not rows:
            return None
        return manifest.load_commit(rows[0][0].value.encode(), str(GRAPH_COMMIT))

    def _made_up(self) -> CommitInfo:
        rows = self._ask(_GRAPHS_QUERY, "SELECT", []).rows()
        iris = sorted(row[0].value for row in rows if isinstance(row[0], NamedNode))
        return CommitInfo(
            id=f"000000-{'0' * 12}",
            created=datetime.fromtimestamp(0, UTC),
            message=f"what {self._endpoint.query} holds",
            rdfc10="",
            input_digest="",
            graphs=tuple(GraphInfo(iri, "", 0, "") for iri in iris),
            default_graph_triples=0,
        )

    # --- Asking ------------------------------------------------------------------------------

    def _dataset_fields(self, query: str, dataset: Dataset) -> list[tuple[str, str]]:
        """Return the SPARQL Protocol parameters for a dataset."""
        if dataset.default_graphs is None and dataset.named_graphs is None:
            return self._own_dataset(query)
        defaults = tuple(sorted(set(dataset.default_graphs or ())))
        named = tuple(sorted(set(dataset.named_graphs or ())))
        if len(defaults) > 1 and defaults == self.info.default_graphs:
            if self._endpoint.default_graph is not None:
                return _fields([self._endpoint.default_graph], named)
            # A default graph without a name can only be asked for by naming no graph at all.
            any_named = named == self.graphs() or not names_graphs(query)
            if any_named and not has_dataset_clause(query):
                return []
        return _fields(defaults, named)

    def _own_dataset(self, query: str) -> list[tuple[str, str]]:
        stand_in = self._endpoint.default_graph
        if stand_in is None or has_dataset_clause(query):
            return []
        return _fields([stand_in], self.graphs())

    def _ask(
        self, query: str, form: QueryForm | None, fields: list[tuple[str, str]]
    ) -> EngineResults | RemoteGraphResults:
        accept = {"GRAPH": _GRAPH_TYPES, None: f"{_ROWS_TYPE}, {_GRAPH_TYPES}"}
        body, media_type = self._post([("query", query), *fields], accept.get(form, _ROWS_TYPE))
        if "json" not in media_type:
            return RemoteGraphResults(body, media_type)
        with EvaluationErrors():
            return EngineResults(_parse_rows(body))

    def _post(self, fields: list[tuple[str, str]], accept: str) -> tuple[IO[bytes], str]:
        """Send a form; return the body from its start, and its media type."""
        url = self._endpoint.query
        body = new_spool()
        content = urlencode(fields).encode()
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        with (
            remote_errors(url),
            self._client.stream("POST", url, content=content, headers=headers) as response,
        ):
            if not response.is_success:
                response.read()
                raise _refusal(response, url)
            _refuse_partial(response, url)
            for chunk in response.iter_bytes():
                body.write(chunk)
        body.seek(0)
        return body, response.headers.get("content-type", "")


def _fields(defaults: Iterable[str], named: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parameters of a dataset of which at least one half was asked for."""
    fields = [("default-graph-uri", iri) for iri in defaults]
    fields += [("named-graph-uri", iri) for iri in named]
    # Without any parameter the engine would answer from its own dataset, not from an empty one.
    return fields or [("default-graph-uri", GRAPH_NONE.value)]


def _whole(triples: Iterable[Triple], expected: int) -> Iterator[Triple]:
    """Pass triples on; raise RemoteStoreError at the end if there were fewer than expected."""
    number = 0
    for number, triple in enumerate(triples, start=1):  # noqa: B007 - used after the loop
        yield triple
    if number < expected:
        raise RemoteStoreError(
            f"The engine sent {number} of {expected} triples",
            remedy="raise its limit on results, then publish the commit there again",
        )


def _parse_rows(body: IO[bytes]) -> QuerySolutions | QueryBoolean:
    try:
        return parse_query_results(body, QueryResultsFormat.JSON)
    except SyntaxError as error:
        raise _unreadable(_ROWS_TYPE, str(error)) from error


def _unreadable(media_type: str, reason: str) -> RemoteStoreError:
    return RemoteStoreError(f"The engine's answer cannot be read as {media_type}: {reason}")


def _refusal(response: httpx.Response, url: str) -> Exception:
    """Return the error for a refused query: SPARQL Protocol has status 400 for bad ones."""
    text = response.text.strip()
    if response.status_code != httpx.codes.BAD_REQUEST:
        return status_error(response, url)
    if not _SYNTAX.search(text):
        return QueryError(f"{url} refused the query: {text[:500]}")
    found = syntax_error(text)
    place = _LINE.search(text)
    if found.line or place is None:
        return found
    line, column = int(place[1]), int(place[2] or 0)
    return QuerySyntaxError(found.message, found.remedy, line=line, column=column)


def _refuse_partial(response: httpx.Response, url: str) -> None:
    """Raise RemoteStoreError when Virtuoso says that rows are missing."""
    if "x-sparql-maxrows" in response.headers or "x-sql-state" in response.headers:
        raise RemoteStoreError(
            f"{url} cut its answer off at a limit of its own",
            remedy="ask for less at once, or raise the engine's limits",
        )
