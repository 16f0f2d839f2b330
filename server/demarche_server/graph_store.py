"""The SPARQL 1.1 Graph Store HTTP Protocol, at /rdf-graph-store and below.

A graph is named by `?graph=`, by `?default`, or by the address itself below the store's.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import NotAcceptableError, RequestError, UnknownGraphError
from demarche_server import asgi
from demarche_server.endpoint import send_answer_to
from demarche_server.multipart import FORM_DATA, Part, parts_of
from demarche_server.operations import record_of
from demarche_server.protocol import check_iri, header, media_type, parse_pairs, read_body
from demarche_server.readers.wire import Question
from demarche_server.settings import Settings
from demarche_server.writing import writes
from demarche_server.writing.job import Kind, Step
from demarche_store.formats import GRAPH_FORMATS, graph_format

PATH: Final = "/rdf-graph-store"
METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")


def is_below(scope: Scope) -> bool:
    """Return whether a request is for the graph store."""
    path = asgi.local_path(scope)
    return path == PATH or path.startswith(PATH + "/")


async def serve_graph(scope: Scope, receive: Receive, send: Send, settings: Settings) -> None:
    """Answer one request to the graph store. Raises DemarcheError as long as nothing was sent."""
    method = scope["method"]
    if method not in METHODS:
        message = f"{method} is not a method of this address"
        raise RequestError(message, "send GET, PUT, POST or DELETE", status=405, allow=METHODS)
    if method in ("GET", "HEAD"):
        await _read(scope, receive, send, _graph_of(scope))
        return
    writes.author_of(scope)
    if method == "DELETE":
        step = Step("delete", graph=_graph_of(scope), existing=_is_existing(scope))
        done = await writes.write(scope, step)
        await asgi.send_whole(send, 204, writes.commit_header(done))
        return
    steps = await _steps(scope, receive, settings)
    done = await writes.write(scope, *steps)
    headers = writes.commit_header(done)
    if done.existed[0]:
        await asgi.send_whole(send, 204, headers)
        return
    location = (b"location", _location(scope, steps[0].graph).encode())
    await asgi.send_whole(send, 201, [*headers, location])


# --- Reading -----------------------------------------------------------------------------------


async def _read(scope: Scope, receive: Receive, send: Send, graph: str | None) -> None:
    """Answer with a graph, through the engine as every query."""
    engine = asgi.leased(scope)
    if graph is not None and graph not in {one.iri for one in engine.info.graphs}:
        raise UnknownGraphError(
            f"There is no graph <{graph}> in commit {engine.info.id}",
            remedy="ask for the list of graphs: SELECT DISTINCT ?g WHERE { GRAPH ?g { } }",
        )
    pattern = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
    question = Question(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}",
        accept=header(scope, b"accept"),
        encodings=header(scope, b"accept-encoding"),
    )
    await send_answer_to(scope, receive, send, question)


# --- Writing -----------------------------------------------------------------------------------


async def _steps(scope: Scope, receive: Receive, settings: Settings) -> list[Step]:
    """Return what a request to write a graph asks for: a step for each file that it sends."""
    new = scope["method"] == "POST" and _is_store(scope)
    graph = _new_graph(scope) if new else _graph_of(scope)
    fresh, existing = _is_fresh(scope), _is_existing(scope)
    parts = await _parts(scope, receive, settings)
    first: Kind = "put" if scope["method"] == "PUT" else "post"
    return [
        Step(
            "post" if number else first,
            part.data,
            graph=graph,
            media_type=part.media_type,
            base_iri=graph or asgi.address(scope),
            fresh=fresh and not number,
            existing=existing and not number,
        )
        for number, part in enumerate(parts)
    ]


async def _parts(scope: Scope, receive: Receive, settings: Settings) -> tuple[Part, ...]:
    sent = media_type(scope)
    if sent != FORM_DATA:
        _check_type(sent)
    body = await read_body(scope, receive, settings, writing=True)
    parts = await parts_of(scope, body) if sent == FORM_DATA else (Part(sent, body),)
    for part in parts:
        _check_type(part.media_type)
    return parts


def _is_fresh(scope: Scope) -> bool:
    """Return whether the request is to be refused where there is a graph."""
    condition = header(scope, b"if-none-match").strip()
    if condition not in ("", "*"):
        raise RequestError("If-None-Match takes only * here", "leave it out")
    return condition == "*"


def _is_existing(scope: Scope) -> bool:
    """Return whether the request is to be refused where there is no graph.

    A tag never holds: it would have to match strongly, and tags are weak here, as triples have no
    order (RFC 9110, sections 8.8.1 and 13.1.1).
    """
    condition = header(scope, b"if-match").strip()
    if condition not in ("", "*"):
        raise RequestError(
            "If-Match names a tag, and tags of graphs are weak: none matches",
            remedy="send If-Match: * for a graph that has to be there, or leave it out",
            status=412,
        )
    return condition == "*"


def _check_type(sent: str) -> None:
    """Raise RequestError (415) for a media type that is no RDF."""
    try:
        graph_format(sent)
    except NotAcceptableError as error:
        offered = ", ".join(known.media_type for known in GRAPH_FORMATS)
        raise RequestError(
            f"A graph cannot be sent as {sent or 'an unnamed media type'}",
            remedy=f"send it as one of: {offered}",
            status=415,
        ) from error


# --- Names -------------------------------------------------------------------------------------


def _graph_of(scope: Scope) -> str | None:
    """Return the IRI of the graph a request names, None for the default graph."""
    pairs = parse_pairs(scope["query_string"], "address")
    graphs = [value for name, value in pairs if name == "graph"]
    defaults = [value for name, value in pairs if name == "default"]
    direct = asgi.local_path(scope) != PATH
    if len(graphs) + bool(defaults) + direct > 1:
        raise RequestError("The request names more than one graph", "name one")
    if defaults:
        return None
    if not graphs and not direct:
        raise _unnamed()
    graph = graphs[0] if graphs else asgi.address(scope)
    check_iri(graph)
    record_of(scope).graph = graph
    return graph


def _unnamed() -> RequestError:
    return RequestError(
        "The request names no graph", "name it with ?graph=, or the default graph with ?default"
    )


def _is_store(scope: Scope) -> bool:
    """Return whether the request is for the store itself, not for a graph."""
    pairs = parse_pairs(scope["query_string"], "address")
    return asgi.local_path(scope) == PATH and not {"graph", "default"} & {n for n, _ in pairs}


def _new_graph(scope: Scope) -> str:
    """Return a new name below the store's."""
    graph = f"{asgi.address(scope)}/{secrets.token_hex(16)}"
    record_of(scope).graph = graph
    return graph


def _location(scope: Scope, graph: str | None) -> str:
    """Return the address at which a graph is read."""
    store = str(Request(scope).url.replace(path=scope.get("root_path", "") + PATH, query=""))
    if graph is None:
        return f"{store}?default"
    return graph if graph.startswith(f"{store}/") else f"{store}?graph={quote(graph, safe='')}"
