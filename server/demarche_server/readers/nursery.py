"""The nursery: one process that holds a commit in memory and forks readers from it.

It has one thread, as a process that forks must: so another process opens the commit on disk and
sends its quads through a pipe. A child shares the memory of the graph with its parent, and is
there in milliseconds.

On its control socket (a Unix stream) the server sends one byte with a descriptor for each reader
it wants, the reader's end of a socket pair. The nursery answers with lines of JSON:
`{"ready": resident bytes}` once, `{"forked": pid}` for each byte in order, `{"exited": pid,
"status": wait status}`, or `{"failed": reason}`. It ends, with its readers, when the socket closes.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from demarche_server.readers import process
from demarche_server.readers.reader import Reader
from demarche_server.readers.texts import Texts
from demarche_server.readers.wire import ReaderConfig

if TYPE_CHECKING:
    from demarche_server.columns import Columns

FEWEST: Final = 2000
"""Triples of a default graph; of fewer, no columns are made."""


class Nursery:
    """Forks readers until its control socket closes."""

    def __init__(
        self,
        control: socket.socket,
        store: Store,
        config: ReaderConfig,
        texts: Texts | None,
        columns: Columns | None,
    ) -> None:
        self._control = control
        self._store = store
        self._texts = texts
        self._columns = columns
        self._config = config
        self._children: set[int] = set()
        self._wakeup, self._awake = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wakeup, False)
        signal.set_wakeup_fd(self._awake)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def run(self) -> None:
        """Serve the control socket."""
        self._tell(ready=process.resident())
        while True:
            watched: list[Any] = [self._control, self._wakeup]
            ready, _, _ = select.select(watched, [], [])
            if self._wakeup in ready:
                with suppress(BlockingIOError):
                    os.read(self._wakeup, 4096)
            self._reap()
            if self._control in ready and not self._fork_all():
                break
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def _fork_all(self) -> bool:
        """Fork for each byte that came. Returns whether the server is still there."""
        try:
            wanted, descriptors, _, _ = socket.recv_fds(self._control, 64, 64)
        except ConnectionError:
            return False
        for descriptor in descriptors:
            self._fork(descriptor)
        return bool(wanted)

    def _fork(self, descriptor: int) -> None:
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            self._be_reader(descriptor, parent)
        os.close(descriptor)
        self._children.add(child)
        self._tell(forked=child)

    def _be_reader(self, descriptor: int, parent: int) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            process.end_with_parent(parent)
            self._control.close()
            os.close(self._wakeup)
            os.close(self._awake)
            sock = socket.socket(fileno=descriptor)
            if not self._config.services:
                process.forbid_files()
            process.limit_memory(self._config.max_memory_bytes)
            with suppress(OSError):  # the server has gone
                Reader(self._store, self._config, self._texts, self._columns).serve(sock)
            status = 0
        finally:
            os._exit(status)

    def _reap(self) -> None:
        while self._children:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._children.discard(pid)
                self._tell(exited=pid, status=status)
                continue
            return

    def _tell(self, **message: Any) -> None:
        tell(self._control, **message)


def tell(control: socket.socket, **message: Any) -> None:
    """Send a line to the server; if it has gone, the next look at the socket shows it."""
    with suppress(OSError):
        control.sendall(json.dumps(message).encode() + b"\n")


def load(path: Path, default_graphs: Sequence[str] = ()) -> Store:
    """Return a store in memory with what a commit on disk holds. Raises OSError, SyntaxError.

    default_graphs: those whose union its default graph is; none for one of its own.
    """
    names, told = os.pipe()
    source = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "demarche_server.readers.dumping", str(path), str(told)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[told],
    )
    os.close(told)
    assert source.stdin is not None
    assert source.stdout is not None
    with source.stdin as defaults:
        defaults.write(json.dumps(default_graphs).encode())
    store = Store()
    with source.stdout as quads, os.fdopen(names, encoding="utf-8") as empty:
        store.bulk_load(quads, format=RdfFormat.N_QUADS)
        for line in empty:
            store.add_graph(NamedNode(line.rstrip("\n")))
    if source.wait() != 0:
        raise OSError(f"the commit in {path} could not be read")
    return store


def columns_of(store: Store) -> Columns | None:
    """Return the columns of a store's default graph, None where the engine does well without."""
    default = store.quads_for_pattern(None, None, None, DefaultGraph())
    if sum(1 for _ in islice(default, FEWEST)) < FEWEST:
        return None
    # What is imported takes longer than to load a graph without columns.
    from demarche_server.columns import Columns

    return Columns.of(store)


def main(arguments: list[str]) -> None:
    """Be a nursery.

    arguments: the control socket's descriptor, the parent's pid, the store's path. The standard
        input: the config.
    """
    descriptor, parent, path = arguments
    process.end_with_parent(int(parent))
    process.settle()
    control = socket.socket(fileno=int(descriptor))
    config = ReaderConfig.load(sys.stdin.read())
    try:
        store = load(Path(path), config.default_graphs)
    except (OSError, SyntaxError, ValueError) as error:
        tell(control, failed=str(error))
        return
    columns = columns_of(store)
    texts = Texts.of(store) if columns is None else columns.texts()
    process.give_back()
    process.freeze()
    Nursery(control, store, config, texts, columns).run()


if __name__ == "__main__":
    main(sys.argv[1:])
