"""The server's side of writing: who may write, one write at a time, within limits."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

from demarche_ontology.errors import (
    BusyError,
    QueryCrashedError,
    QueryRefusedError,
    QueryTimeoutError,
    UnauthorizedError,
)
from demarche_server.federation.proxy import Proxy
from demarche_server.protocol import header
from demarche_server.readers import wire
from demarche_server.readers.hatchery import written
from demarche_server.settings import Settings
from demarche_server.tokens import Tokens
from demarche_server.writing.job import DONE, JOB, Done, Job, WriterConfig
from demarche_store.home import Home, utc_now

_READ_BYTES: Final = 1 << 16
_MODULE: Final = "demarche_server.writing.process"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Writer:
    """A writer process and the server's end of its socket."""

    process: subprocess.Popen[bytes]
    sock: socket.socket

    async def end(self) -> None:
        """Kill it; what it had not published is gone."""
        self.sock.close()
        self.process.kill()
        await asyncio.to_thread(self.process.wait)


class Desk:
    """Where writes are handed in. One per application, in its event loop.

    proxy: by way of which SERVICE and LOAD call what is listed; nothing is called without.
    """

    def __init__(self, home: Home, settings: Settings) -> None:
        self.tokens = Tokens.of(home)
        self.proxy: Proxy | None = None
        self._home = home
        self._settings = settings
        self._writer: _Writer | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    def authorize(self, scope: Scope) -> str:
        """Return the name of the token that a request shows (RFC 6750).

        Raises UnauthorizedError without a valid one, QueryRefusedError where none was ever made.
        """
        if not self.tokens.all():
            raise writes_off()
        scheme, _, shown = header(scope, b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not shown.strip():
            raise UnauthorizedError(
                "Writes need a token", remedy="send it in the header 'Authorization: Bearer …'"
            )
        token = self.tokens.find(shown.strip(), utc_now())
        if token is None:
            raise UnauthorizedError(
                "The token is not known here, was revoked or has expired",
                remedy="ask who runs this server for another",
                challenge='Bearer error="invalid_token"',
            )
        return token.name

    async def write(self, job: Job) -> Done:
        """Do a job; return when its commit is current.

        Raises BusyError when too many wait, QueryTimeoutError, QueryCrashedError, and what the
        writer process tells of. The graph is as it was then.
        """
        if self._waiting >= self._settings.max_writes_waiting:
            raise BusyError(
                f"{self._waiting} writes wait already", "try again later", retry_after=2
            )
        self._waiting += 1
        try:
            async with self._turn:
                return await self._do(job)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the writer process."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.end()

    async def _do(self, job: Job) -> Done:
        if self._writer is None or self._writer.process.poll() is not None:
            await self.close()
            self._writer = self._spawn()
        seconds = self._settings.max_write_seconds
        try:
            async with asyncio.timeout(seconds or None):
                kind, payload = await _exchange(self._writer.sock, wire.frame(JOB, job.dump()))
        except TimeoutError:
            await self.close()
            raise QueryTimeoutError(
                f"The write took longer than {seconds:g} seconds", "write less at once"
            ) from None
        except (OSError, EOFError) as error:
            await self.close()
            _log.error("the writer process ended over a write: %s", error)
            raise QueryCrashedError(
                "The process that worked on the write ended: it crashed, or ran out of memory",
                remedy="write less at once, or more simply",
            ) from error
        except BaseException:
            await self.close()
            raise
        if kind == DONE:
            return Done.load(payload)
        raise wire.load_error(payload)

    def _spawn(self) -> _Writer:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        settings = self._settings
        config = WriterConfig(
            settings.max_nesting,
            settings.max_operators,
            settings.max_parts,
            settings.max_write_memory_bytes,
            settings.write_lock_seconds,
            services=self.proxy.services() if self.proxy else {},
            documents=settings.loads,
            proxy=self.proxy.address if self.proxy else "",
        )
        with closing(theirs), written(config.dump()) as told:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [
                    sys.executable,
                    "-m",
                    _MODULE,
                    str(theirs.fileno()),
                    str(os.getpid()),
                    str(self._home.path),
                ],
                stdin=told,
                pass_fds=[theirs.fileno()],
            )
        return _Writer(process, ours)


def writes_off() -> QueryRefusedError:
    """Return the error for a write where nobody may write."""
    return QueryRefusedError(
        "Writes are switched off here: this server only answers queries",
        remedy="whoever runs it can switch them on with 'demarche token create NAME'",
    )


async def _exchange(sock: socket.socket, frame: bytes) -> tuple[bytes, bytes]:
    """Send a frame, return the one that comes back. Raises OSError, EOFError."""
    loop = asyncio.get_running_loop()
    decoder = wire.Decoder()
    await loop.sock_sendall(sock, frame)
    while data := await loop.sock_recv(sock, _READ_BYTES):
        for kind, payload in decoder.feed(data):
            return kind, payload
    raise EOFError("its socket closed")
