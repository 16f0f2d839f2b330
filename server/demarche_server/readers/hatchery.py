"""Where readers come from: spawned on a commit on disk, or forked from a nursery.

A hatchery gives readers one at a time and knows how each of them ended.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final, Protocol, cast

from demarche_ontology.errors import StoreError
from demarche_server.readers import wire
from demarche_server.readers.wire import FORK, ReaderConfig

_TUNABLES: Final = "GLIBC_TUNABLES"
_AT_HAND: Final = "glibc.malloc.tcache_count=100"
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""A nursery forks: numpy must begin no threads for the matrices that nobody here has."""
NICE: Final = 15
"""The priority of readers that others go before, as `nice` counts."""
_EXIT_SECONDS: Final = 5.0
"""How long to wait to be told how a process ended whose socket has closed."""
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Child:
    """A reader's process, and the server's end of its socket."""

    pid: int
    sock: socket.socket
    ended: asyncio.Future[int]
    """Its wait status, in time."""
    _pidfd: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        # A descriptor still means this process when its number has been given to another.
        if hasattr(os, "pidfd_open"):
            with suppress(OSError):
                self._pidfd = os.pidfd_open(self.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; a process that has ended takes it as well."""
        with suppress(ProcessLookupError, PermissionError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, number)
            elif not self.ended.done():
                os.kill(self.pid, number)

    def be_nice(self, nice: int) -> None:
        """Let everything else go before this process."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    async def status(self) -> int | None:
        """Return its wait status, None if nobody tells."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.ended), _EXIT_SECONDS)
        except TimeoutError:
            return None

    def discard(self) -> None:
        """End a reader that nobody has taken over."""
        self.signal(signal.SIGKILL)
        self.forget()
        self.sock.close()

    def forget(self) -> None:
        """Let go of what the server holds of it."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1


class Hatchery(Protocol):
    """Gives readers of one commit."""

    @property
    def held(self) -> int:
        """Bytes that readers share, and that one may come to have a copy of."""
        ...

    async def hatch(self) -> Child:
        """Return a new reader that is ready. Raises StoreError."""
        ...

    async def close(self) -> None:
        """End what belongs to the hatchery itself; readers are ended by who has them."""
        ...


@dataclass(frozen=True, slots=True)
class NiceHatchery:
    """Has another hatchery, which goes on, give readers that everything else goes before."""

    hatchery: Hatchery

    @property
    def held(self) -> int:
        return self.hatchery.held

    async def hatch(self) -> Child:
        """See `Hatchery.hatch`."""
        child = await self.hatchery.hatch()
        child.be_nice(NICE)
        return child

    async def close(self) -> None:
        """Nothing to end."""


class DiskHatchery:
    """Spawns readers that open the commit themselves, read-only."""

    held: Final = 0

    def __init__(self, store: Path, config: ReaderConfig) -> None:
        self._store = store
        self._config = config

    async def hatch(self) -> Child:
        """See `Hatchery.hatch`."""
        ours, theirs = socket.socketpair()
        module = "demarche_server.readers.reader"
        process = _spawn(module, theirs, self._store, self._config)
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        child = Child(process.pid, ours, ended)
        # Not in the loop's executor: with as many readers as it has threads, nothing else could.
        threading.Thread(target=_await_end, args=(process, loop, ended), daemon=True).start()
        ours.setblocking(False)
        try:
            await _ready(ours)
        except BaseException:
            child.discard()
            raise
        return child

    async def close(self) -> None:
        """Nothing to end."""


def _spawn(
    module: str, theirs: socket.socket, store: Path, config: ReaderConfig
) -> subprocess.Popen[bytes]:
    with theirs, written(config.dump()) as told:
        return subprocess.Popen(  # noqa: S603 - our own module, no shell
            [
                sys.executable,
                "-m",
                module,
                str(theirs.fileno()),
                str(os.getpid()),
                str(store),
            ],
            stdin=told,
            pass_fds=[theirs.fileno()],
            env=reader_environment(os.environ),
        )


def written(config: str) -> IO[bytes]:
    """Return a file that a child reads its config from.

    As an argument, of which Linux takes 128 KiB, it could name some two thousand graphs.
    """
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = os.fdopen(os.memfd_create("config"), "w+b")
    else:
        file = cast(IO[bytes], TemporaryFile())  # noqa: SIM115 - who takes it closes it
    file.write(config.encode())
    file.seek(0)
    return file


def reader_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of readers, as that of the server is.

    The engine asks for and gives back a great many pieces of memory for a small query. GNU's C
    library keeps seven of each size at hand; with more, a reader takes a tenth less time. What the
    operator has set comes later, and so counts. Other libraries do not look at it.
    """
    given = ours.get(_TUNABLES, "")
    tunables = f"{_AT_HAND}:{given}" if given else _AT_HAND
    return {**ours, _TUNABLES: tunables, **_ONE_THREAD}


def _await_end(
    process: subprocess.Popen[bytes], loop: asyncio.AbstractEventLoop, ended: asyncio.Future[int]
) -> None:
    """Wait for a process in a thread of its own; tell the event loop its wait status."""
    code = process.wait()
    status = -code if code < 0 else code << 8
    if not loop.is_closed():
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, ended, status)


def _settle(future: asyncio.Future[int], value: int) -> None:
    if not future.done():
        future.set_result(value)


async def _ready(sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    decoder = wire.Decoder()
    while data := await loop.sock_recv(sock, 4096):
        for kind, _ in decoder.feed(data):
            if kind == wire.READY:
                return
    raise StoreError("A reader could not open the commit", remedy="see the server's log")


class MemoryHatchery:
    """Has a nursery load the commit into memory and fork readers from it."""

    def __init__(self, store: Path, config: ReaderConfig) -> None:
        self._store = store
        self._config = config
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._loaded: asyncio.Future[int] | None = None
        self._hatching: deque[tuple[socket.socket, asyncio.Future[Child]]] = deque()
        self._children: dict[int, asyncio.Future[int]] = {}
        self._starting = asyncio.Lock()
        self.held = 0

    async def load(self) -> int:
        """Start the nursery; return the bytes of memory it has once it has loaded the commit.

        Raises StoreError; nothing is left of it then.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._process = _spawn("demarche_server.readers.nursery", theirs, self._store, self._config)
        self._control = ours
        self._loaded = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(ours))
        # Who loads may leave; nobody is there then for what goes wrong afterwards.
        self._loaded.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            self.held = await asyncio.shield(self._loaded)
            return self.held
        except BaseException:
            await self.close()
            raise

    async def hatch(self) -> Child:
        """See `Hatchery.hatch`."""
        async with self._starting:
            if self._control is None or self._listening is None or self._listening.done():
                await self._start_again()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        hatched: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self._hatching.append((ours, hatched))
        with theirs:
            try:
                socket.send_fds(self._control, [FORK], [theirs.fileno()])
            except OSError as error:
                self._hatching.pop()
                ours.close()
                raise StoreError("The process that holds the graph in memory ended") from error
        return await hatched

    async def close(self) -> None:
        """End the nursery."""
        control, self._control = self._control, None
        process, self._process = self._process, None
        if process is not None:
            process.kill()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if control is not None:
            control.close()
        if process is not None:
            await asyncio.to_thread(process.wait)

    async def _start_again(self) -> None:
        _log.error("the process that holds the graph in memory ended: starting another")
        await self.close()
        await self.load()

    async def _listen(self, control: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        buffer = b""
        try:
            while data := await loop.sock_recv(control, 4096):
                *lines, buffer = (buffer + data).split(b"\n")
                for line in lines:
                    self._take(json.loads(line))
        except OSError:
            pass
        finally:
            self._give_up()

    def _take(self, message: dict[str, Any]) -> None:
        if "ready" in message and self._loaded is not None:
            _settle(self._loaded, message["ready"])
        elif "failed" in message and self._loaded is not None:
            self._loaded.set_exception(
                StoreError(f"The commit could not be loaded: {message['failed']}")
            )
        elif "forked" in message:
            self._hatched(message["forked"])
        elif "exited" in message:
            ended = self._children.pop(message["exited"], None)
            if ended is not None:
                _settle(ended, message["status"])

    def _hatched(self, pid: int) -> None:
        sock, hatched = self._hatching.popleft()
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._children[pid] = ended
        child = Child(pid, sock, ended)
        if hatched.cancelled():
            child.discard()
        else:
            hatched.set_result(child)

    def _give_up(self) -> None:
        """The nursery has ended, and its readers with it."""
        error = StoreError("The process that holds the graph in memory ended")
        if self._loaded is not None and not self._loaded.done():
            self._loaded.set_exception(error)
        for sock, hatched in self._hatching:
            sock.close()
            if not hatched.done():
                hatched.set_exception(error)
        self._hatching.clear()
        for ended in self._children.values():
            _settle(ended, signal.SIGKILL)
        self._children.clear()
