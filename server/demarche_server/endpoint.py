"""The address /sparql, answered at the ASGI level, before the framework's router."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import RequestError
from demarche_server import asgi, negotiation
from demarche_server.engine import Answer
from demarche_server.operations import record_of
from demarche_server.protocol import QueryRequest, UpdateRequest, header, read_request
from demarche_server.readers.wire import Question
from demarche_server.settings import Settings
from demarche_server.writing import writes

PATH: Final = "/sparql"
PAGE: Final = "/query"
PATIENCE_SECONDS: Final = 0.05
"""How long an answer may take before the client's connection is watched."""

_log = logging.getLogger(__name__)


async def serve_query(scope: Scope, receive: Receive, send: Send, settings: Settings) -> None:
    """Answer one request to the endpoint, a query or an update.

    Raises DemarcheError as long as nothing was sent; afterwards the transfer is broken off, so
    that half an answer never looks complete.
    """
    author = writes.early_author(scope)
    limit = settings.max_body_bytes if author is None else settings.max_write_bytes
    request = await read_request(scope, receive, settings, limit)
    if isinstance(request, UpdateRequest):
        await writes.serve_update(scope, send, request)
        return
    if _wants_page(scope, request):
        await _send_to_page(scope, send)
        return
    if request.query is None:
        descriptions = scope["app"].state.descriptions
        await descriptions.service(scope, receive, send, request.format)
        return
    record_of(scope).query = request.query
    question = Question(
        request.query,
        request.dataset,
        header(scope, b"accept"),
        request.format,
        header(scope, b"accept-encoding"),
    )
    await send_answer_to(scope, receive, send, question)


async def send_answer_to(scope: Scope, receive: Receive, send: Send, question: Question) -> None:
    """Ask the engine that the request holds, and send its answer. Raises as `serve_query` does."""
    engine = asgi.leased(scope)
    answer = await _while_there(receive, engine.answer(question, asgi.client(scope)))
    try:
        await _send_answer(scope, receive, send, answer)
    finally:
        answer.stop()


def _wants_page(scope: Scope, request: QueryRequest) -> bool:
    if scope["method"] == "POST" or request.format is not None:
        return False
    return asgi.wants_page(scope)


async def _send_to_page(scope: Scope, send: Send) -> None:
    query_string = scope["query_string"]
    target = scope.get("root_path", "").encode() + PAGE.encode()
    location = target + b"?" + query_string if query_string else target
    await asgi.send_whole(send, 303, [(b"location", location), (b"vary", b"Accept")])


async def _send_answer(scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
    headers = [
        (b"content-type", negotiation.content_type(answer.head.media_type).encode()),
        (b"vary", b"Accept, Accept-Encoding"),
    ]
    if answer.head.encoding:
        headers.append((b"content-encoding", answer.head.encoding.encode()))
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


async def _while_there(receive: Receive, work: Coroutine[Any, Any, Answer]) -> Answer:
    """Return what `work` returns, unless the client goes first: then end the work.

    Most answers are there at once; only for the others is the connection watched.
    """
    working = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({working}, timeout=PATIENCE_SECONDS)
    if not done:
        await _until_gone(receive, working)
    if working.cancelled():
        raise RequestError("The client went away before its answer was there")
    return await working


async def _until_gone(
    receive: Receive, work: Coroutine[Any, Any, Any] | asyncio.Future[Any]
) -> None:
    """Run `work` until it is done or the client has gone away; then it is cancelled."""
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
