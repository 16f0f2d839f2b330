"""The address /sparql, answered at the ASGI level, before the framework's router."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from starlette.types import Receive, Scope, Send

from demarche_ontology.errors import RequestError
from demarche_server import asgi, negotiation
from demarche_server.cache import DO_NOT_KEEP, REVALIDATE, Cache, Kept, is_known, raw_request
from demarche_server.engine import Answer, Asked
from demarche_server.operations import record_of
from demarche_server.protocol import QueryRequest, UpdateRequest, header_lines, read_request
from demarche_server.readers.wire import Head, Question
from demarche_server.settings import Settings
from demarche_server.versions import Versions, wanted_by
from demarche_server.writing import writes

PATH: Final = "/sparql"
PAGE: Final = "/query"
PATIENCE_SECONDS: Final = 0.05
"""How long an answer may take before the client's connection is watched."""
_VARY: Final = (b"vary", b"Accept, Accept-Encoding")

_log = logging.getLogger(__name__)


async def serve_query(scope: Scope, receive: Receive, send: Send, settings: Settings) -> None:
    """Answer one request to the endpoint, a query or an update.

    Raises DemarcheError as long as nothing was sent; afterwards the transfer is broken off, so
    that half an answer never looks complete.
    """
    cache: Cache = scope["app"].state.cache
    if kept := cache.of_request(asgi.leased(scope).info.id, raw_request(scope)):
        await _send_kept(scope, send, kept)
        return
    writing = writes.early_author(scope) is not None
    request = await read_request(scope, receive, settings, writing)
    if isinstance(request, UpdateRequest):
        await writes.serve_update(scope, send, request)
        return
    if request.version is None or request.version == wanted_by(scope):
        await _serve_request(scope, receive, send, request)
        return
    # It is named in a form.
    versions: Versions = scope["app"].state.versions
    async with versions.answering(scope, request.version):
        await _serve_request(scope, receive, send, request)


async def _serve_request(scope: Scope, receive: Receive, send: Send, request: QueryRequest) -> None:
    if wants_page(scope, request):
        await _send_to_page(scope, send)
        return
    if request.query is None:
        descriptions = scope["app"].state.descriptions
        await descriptions.service(scope, receive, send, request.format)
        return
    record_of(scope).query = request.query
    await send_answer_to(scope, receive, send, question_of(scope, request, request.query))


def question_of(scope: Scope, request: QueryRequest, query: str) -> Question:
    """Return what the engine is asked for a request. query: of the request."""
    accept, encodings, address = asgi.wishes(scope)
    return Question(query, request.dataset, accept, request.format, encodings, 0, address)


async def send_answer_to(scope: Scope, receive: Receive, send: Send, question: Question) -> None:
    """Ask the engine that the request holds, and send its answer. Raises as `serve_query` does."""
    engine = asgi.leased(scope)
    cache: Cache = scope["app"].state.cache
    key, raw = (engine.info.id, question), raw_request(scope)
    tag = cache.tag(key)
    asked: Asked | None = scope.pop(asgi.BEGUN, None)
    if asked is None:
        if is_known(scope, tag):
            await _send_not_modified(scope, send, tag)
            return
        if kept := cache.of_tag(tag, raw):
            await _send_kept(scope, send, kept)
            return
        asked = engine.ask(question, asgi.client(scope))
    answer = None
    with _Watch(receive, PATIENCE_SECONDS):
        answer = await asked.answer()
    if answer is None:
        raise RequestError("The client went away before its answer was there")
    headers = answer_headers(answer.head, tag)
    keepable = answer.whole and not answer.head.volatile
    kept = Kept(headers, answer.first, tag, key) if keepable else None
    record_of(scope).cache = "miss" if kept and cache.keep(kept, raw) else "bypass"
    try:
        await _send_answer(scope, receive, send, answer, headers)
    finally:
        answer.stop()


async def _send_kept(scope: Scope, send: Send, kept: Kept) -> None:
    record = record_of(scope)
    record.query = kept.key[1].query
    if is_known(scope, kept.tag):
        await _send_not_modified(scope, send, kept.tag)
        return
    record.cache = "hit"
    await asgi.send_whole(send, 200, kept.headers, kept.body)


async def _send_not_modified(scope: Scope, send: Send, tag: bytes) -> None:
    record_of(scope).cache = "not-modified"
    await asgi.send_start(send, 304, [(b"etag", tag), REVALIDATE, _VARY])
    await asgi.send_piece(send, b"", last=True)


def wants_page(scope: Scope, request: QueryRequest) -> bool:
    """Return whether a browser asks, which is shown a page instead."""
    if scope["method"] == "POST" or request.format is not None:
        return False
    return asgi.wants_page(scope)


async def _send_to_page(scope: Scope, send: Send) -> None:
    query_string = scope["query_string"]
    target = scope.get("root_path", "").encode() + PAGE.encode()
    location = target + b"?" + query_string if query_string else target
    await asgi.send_whole(send, 303, [(b"location", location), (b"vary", b"Accept")])


def answer_headers(head: Head, tag: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer, without its length. tag: its entity tag."""
    first = _first_headers(head)
    return [*first, DO_NOT_KEEP] if head.volatile else [*first, (b"etag", tag), REVALIDATE]


def answer_lines(head: Head, tag: bytes, size: int) -> bytes:
    """Return the headers of an answer of so many bytes with its length, as they are sent."""
    if head.volatile:
        return _line_form(head) % size
    return _line_form(head) % (tag, size)


@lru_cache(maxsize=64)
def _first_headers(head: Head) -> tuple[tuple[bytes, bytes], ...]:
    kind = b"content-type", negotiation.content_type(head.media_type).encode()
    coding = ((b"content-encoding", head.encoding.encode()),) if head.encoding else ()
    return (kind, _VARY, *coding)


@lru_cache(maxsize=64)
def _line_form(head: Head) -> bytes:
    return header_lines((*answer_headers(head, b"%b"), (b"content-length", b"%d")))


async def _send_answer(
    scope: Scope,
    receive: Receive,
    send: Send,
    answer: Answer,
    headers: Sequence[tuple[bytes, bytes]],
) -> None:
    if answer.whole:
        await asgi.send_whole(send, 200, headers, answer.first)
        return
    await asgi.send_start(send, 200, headers)
    if scope["method"] == "HEAD":
        await asgi.send_piece(send, b"", last=True)
        return
    await asgi.send_piece(send, answer.first, last=False)
    with _Watch(receive):
        await _stream(scope, send, answer)


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


class _Watch:
    """Ends what is awaited in a block, and the block, when the client goes away.

    patience: seconds until the connection is watched; most answers are there before.
    """

    def __init__(self, receive: Receive, patience: float = 0.0) -> None:
        self._receive = receive
        self._patience = patience
        self._gone = False
        self._watching: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._timer = asyncio.get_running_loop().call_later(self._patience, self._begin)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        ours = self._gone and kind is asyncio.CancelledError
        if ours:
            self._task.uncancel()
        return ours

    def _begin(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._task.cancel()
