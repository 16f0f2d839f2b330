"""One write of a request: whose it is, what it made, and that its author reads it from then on."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from starlette.types import Scope, Send

from demarche_ontology.errors import StoreError, UnauthorizedError
from demarche_server import asgi
from demarche_server.operations import Operations, record_of
from demarche_server.protocol import UpdateRequest, header, is_direct_update, never_changes
from demarche_server.serving import Serving
from demarche_server.writing.desk import Desk, writes_off
from demarche_server.writing.job import Done, Job, Step

FOLLOW_SECONDS: Final = 60.0
"""How long a new commit may take until it is served; far more than any needs."""
COMMIT: Final = b"demarche-commit"


def desk_of(scope: Scope) -> Desk:
    """Return where writes are handed in. Raises QueryRefusedError where nothing is written."""
    desk: Desk | None = scope["app"].state.desk
    if desk is None:
        raise writes_off()
    return desk


def author_of(scope: Scope) -> str:
    """Return the name of the request's token.

    Raises UnauthorizedError, QueryRefusedError where nothing is written, as in a release.
    """
    if asgi.VERSION in scope:
        raise never_changes()
    name = desk_of(scope).authorize(scope)
    record_of(scope).token = name
    return name


def early_author(scope: Scope) -> str | None:
    """Return the name of the request's token before its body is read, None without a valid one.

    A body that is an update is not read at all without one. Raises as `author_of` does.
    """
    if is_direct_update(scope):
        return author_of(scope)
    if scope["app"].state.desk is None or not header(scope, b"authorization"):
        return None
    if asgi.VERSION in scope:
        return None
    try:
        return author_of(scope)
    except UnauthorizedError:
        return None


async def serve_update(scope: Scope, send: Send, request: UpdateRequest) -> None:
    """Run an update. Raises as `write` does."""
    record_of(scope).query = request.update
    step = Step("update", request.update.encode(), request.dataset, base_iri=asgi.address(scope))
    done = await write(scope, step)
    await asgi.send_whole(send, 204, commit_header(done))


async def write(scope: Scope, *steps: Step) -> Done:
    """Do the steps as one commit; return once that is what is served.

    Raises UnauthorizedError, and what `Desk.write` does.
    """
    author = author_of(scope)
    started, made = time.perf_counter(), False
    try:
        done = await desk_of(scope).write(Job(steps, author, asgi.request_id(scope)))
        await _followed(scope, done)
        made = True
    finally:
        operations: Operations = scope["app"].state.operations
        operations.metrics.write(steps[0].kind, time.perf_counter() - started, done=made)
    record_of(scope).commit = done.commit
    return done


async def _followed(scope: Scope, done: Done) -> None:
    serving: Serving = scope["app"].state.serving
    try:
        async with asyncio.timeout(FOLLOW_SECONDS):
            await serving.follow(done.commit)
    except TimeoutError:
        raise StoreError(f"Commit {done.commit} was made, but could not be served") from None


def commit_header(done: Done) -> list[tuple[bytes, bytes]]:
    """Return the header that names the commit a write made."""
    return [(COMMIT, done.commit.encode())]
