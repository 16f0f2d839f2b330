"""Running a server in this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import re
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from demarche_ontology.errors import ServeError
from demarche_server.app import create_app
from demarche_server.engine import Engine
from demarche_server.guard import Guard, GuardedProtocol
from demarche_server.quick import Quick
from demarche_server.readers.engine import ReaderEngine
from demarche_server.readers.pool import Limits, Watcher
from demarche_server.readers.wire import ReaderConfig
from demarche_server.settings import Settings
from demarche_server.supervision import Supervisor
from demarche_server.writing.desk import Desk
from demarche_store.home import Home
from demarche_store.protocol import ReleaseInfo

_DEFAULTS: Final = Settings()
_GARBAGE: Final = (20_000, 20, 20)
"""How many objects are made before the collector looks for cycles among the young, middle, old."""

GRACE_SECONDS = 10
"""How long answers under way may take once the server is told to stop."""
_ROOT_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")


def serve(
    settings: Settings,
    home: Path | str,
    ref: str | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve one commit or release of a home until SIGINT or SIGTERM.

    A listening socket that a supervisor hands over (systemd) is taken instead of host and port.
    announce: is told the address once the server listens.
    Raises ServeError when it cannot listen or a setting is faulty, NoCommitError,
    UnknownReleaseError, StoreError.
    """
    check_proxy_settings(settings)
    supervisor = Supervisor.take(os.environ)
    with closing(supervisor.listening() or listen(settings.host, settings.port)) as sock:
        source = HomeSource(Home(home), ref, settings)
        port = sock.getsockname()[1]
        # A release never changes, so that nothing is written where one is served.
        desk = Desk(source.home, settings) if ref is None else None
        app = create_app(replace(settings, port=port), source, desk=desk)
        announce(f"Serving commit {source.current()} at {url(settings.host, port)}")
        _settle_garbage()
        _Server(config(app, settings), supervisor).run(sockets=[sock])


def _settle_garbage() -> None:
    """Have the collector of cycles leave alone what was made at the start and stays.

    Looking through all of it takes some 10 ms, in the midst of answers; requests make few cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


@dataclass(frozen=True, slots=True)
class HomeSource:
    """The commits of a home. ref: a release or commit to stay with; None follows `current`."""

    home: Home
    ref: str | None
    settings: Settings

    def current(self) -> str:
        """Return the id of the commit to be served. Raises NoCommitError, UnknownReleaseError."""
        return self.home.resolve(self.ref).id

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """Return the releases of the home, the oldest first. Raises StoreError."""
        return self.home.releases()

    @property
    def follows(self) -> bool:
        """Whether newer commits are served as they come."""
        return self.ref is None

    def candidates(self) -> HomeSource:
        """Return where the graph of the candidates comes from; fewer ask it at a time."""
        fewer = replace(self.settings, fast_readers=1, slow_queries=1)
        return HomeSource(self.home.candidates, None, fewer)

    async def open(
        self,
        watcher: Watcher,
        services: Mapping[str, str],
        ref: str | None = None,
        memory: int | None = None,
    ) -> Engine:
        """Open it in reader processes. Raises NoCommitError, UnknownReleaseError, StoreError.

        ref, memory: another commit, and the bytes that its graph may take.
        """
        view = await asyncio.to_thread(self.home.open, ref or self.ref)
        try:
            return await ReaderEngine.open(
                view,
                reader_config(self.settings, view.info.default_graphs, services),
                pool_limits(self.settings),
                self.settings.max_graph_memory_bytes if memory is None else memory,
                watcher,
            )
        except BaseException:
            view.close()
            raise


def reader_config(
    settings: Settings, default_graphs: tuple[str, ...], services: Mapping[str, str]
) -> ReaderConfig:
    """Return what readers of one commit are told."""
    return ReaderConfig(
        default_graphs=default_graphs,
        rows_format=settings.rows_format,
        graph_format=settings.graph_format,
        max_nesting=settings.max_nesting,
        max_operators=settings.max_operators,
        max_parts=settings.max_parts,
        max_answer_bytes=settings.max_answer_bytes,
        max_memory_bytes=settings.max_query_memory_bytes,
        services=tuple(services.items()),
    )


def pool_limits(settings: Settings) -> Limits:
    """Return what the pool of readers allows."""
    return Limits(
        fast=settings.fast_readers,
        slow=settings.slow_queries,
        aside=settings.queries_set_aside,
        queue=settings.max_queue,
        queue_per_client=settings.max_queue_per_client,
        slice_seconds=settings.slice_seconds,
        query_seconds=settings.max_query_seconds,
        queue_seconds=settings.max_queue_seconds,
        memory_bytes=settings.max_query_memory_bytes,
    )


class _Server(uvicorn.Server):
    """Ends with the process alive: uvicorn by itself would raise the signal a second time.

    supervisor: is told when the server answers, and when it is to stop.
    """

    def __init__(self, config: uvicorn.Config, supervisor: Supervisor) -> None:
        super().__init__(config)
        self._supervisor = supervisor

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop after the answers under way; at the second Ctrl-C at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._supervisor.tell("READY=1")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop after the answers under way."""
        self._supervisor.tell("STOPPING=1")
        await super().shutdown(sockets)


def config(app: object, settings: Settings = _DEFAULTS) -> uvicorn.Config:
    """Return how uvicorn runs the application: guarded, no banner, no log, ends gracefully."""
    chosen = uvicorn.Config(
        app,  # type: ignore[arg-type]
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    operations = app.state.operations if isinstance(app, FastAPI) else None
    shortcut = Quick(app.state, settings) if isinstance(app, FastAPI) else None
    guard = Guard(settings, chosen.forwarded_allow_ips, operations, shortcut)
    chosen.http = partial(GuardedProtocol, guard)  # type: ignore[assignment]
    return chosen


def check_proxy_settings(settings: Settings) -> None:
    """Raise ServeError for a prefix or a trusted proxy that cannot be."""
    if not _ROOT_PATH.fullmatch(settings.root_path):
        raise ServeError(
            f"The setting root_path is no path: {settings.root_path!r}",
            remedy="write it with a slash before and none behind, such as '/claims'",
        )
    for proxy in settings.trusted_proxies:
        try:
            if proxy != "*":
                ipaddress.ip_network(proxy)
        except ValueError as error:
            raise ServeError(
                f"The setting trusted_proxies holds no address or network: {error}",
                remedy="write an address, a network such as '10.0.0.0/8', or '*'",
            ) from error


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. port: 0 for a free one. Raises ServeError."""
    if not 0 <= port <= 65535:
        raise _cannot_listen(host, port, ValueError("a port is a number from 0 to 65535"))
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, proto)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(2048)
    except OSError as error:
        sock.close()
        raise _cannot_listen(host, port, error) from error
    return sock


def _cannot_listen(host: str, port: int, error: Exception) -> ServeError:
    reason = getattr(error, "strerror", None) or str(error)
    return ServeError(
        f"The server cannot listen on {host}, port {port}: {reason}",
        remedy="stop what uses the port, or choose another with --port (0 takes a free one)",
    )


def url(host: str, port: int) -> str:
    """Return the address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
