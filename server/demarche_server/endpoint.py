"""The address /sparql, answered at the ASGI level, before the framework's router."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import RequestError
from demarche_server import asgi, negotiation, sparql
from demarche_server.engine import Answer, Engine
from demarche_server.operations import record_of
from demarche_server.protocol import QueryRequest, header, read_request
from demarche_server.settings import Settings
from demarche_store.formats import AnyFormat
from demarche_store.protocol import Dataset

PATH: Final = "/sparql"
PAGE: Final = "/query"

_log = logging.getLogger(__name__)


async def serve_query(
    scope: Scope, receive: Receive, send: Send, engine: Engine, settings: Settings
) -> None:
    """Answer one request to the endpoint.

    Raises DemarcheError as long as nothing was sent; afterwards the transfer is broken off, so
    that half an answer never looks complete.
    """
    request = await read_request(scope, receive, settings)
    if _wants_page(scope, request):
        await _send_to_page(scope, send)
        return
    if request.query is None:
        raise RequestError(
            "The request has no query",
            remedy="send it in the parameter query=; a form to write one is at /query",
        )
    record_of(scope).query = request.query
    text = sparql.admit(request.query, settings.max_nesting, settings.max_operators)
    chosen = negotiation.negotiate(
        text.form,
        header(scope, b"accept"),
        request.format,
        (settings.rows_format, settings.graph_format),
    )
    dataset = dataset_for(request.dataset, text)
    answer = await engine.answer(request.query, dataset, chosen.media_type)
    try:
        await _send_answer(scope, receive, send, answer, chosen)
    finally:
        answer.stop()


def dataset_for(requested: Dataset, text: sparql.QueryText) -> Dataset:
    """Return the dataset a query is run on: the request's, else that of its FROM clauses.

    FROM is handed on only where the engine by itself would count a triple once per graph.
    """
    if requested != Dataset() or len(text.default_graphs) < 2:
        return requested
    return text.dataset


def _wants_page(scope: Scope, request: QueryRequest) -> bool:
    if scope["method"] == "POST" or request.format is not None:
        return False
    return asgi.wants_page(scope)


async def _send_to_page(scope: Scope, send: Send) -> None:
    query_string = scope["query_string"]
    target = scope.get("root_path", "").encode() + PAGE.encode()
    location = target + b"?" + query_string if query_string else target
    await asgi.send_whole(send, 303, [(b"location", location), (b"vary", b"Accept")])


async def _send_answer(
    scope: Scope, receive: Receive, send: Send, answer: Answer, chosen: AnyFormat
) -> None:
    headers = [
        (b"content-type", negotiation.content_type(chosen).encode()),
        (b"vary", b"Accept"),
    ]
    if answer.whole:
        await asgi.send_whole(send, 200, headers, answer.first)
        return
    await asgi.send_start(send, 200, headers)
    if scope["method"] == "HEAD":
        await asgi.send_piece(send, b"", last=True)
        return
    await asgi.send_piece(send, answer.first, last=False)
    await _until_gone(receive, _stream(scope, send, answer))


async def _stream(scope: Scope, send: Send, answer: Answer) -> None:
    try:
        async for piece in answer.rest:
            await asgi.send_piece(send, piece, last=False)
    except Exception as error:
        # The status is out. Without a last piece the server closes the connection, and the
        # client sees that the answer is not whole.
        _log.error("%s: broken off: %s", asgi.request_id(scope), error)
        return
    await asgi.send_piece(send, b"", last=True)


async def _until_gone(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Run `work` until it is done or the client has gone away."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
