"""Servers to test: each a process of its own with an empty dataset."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from conformance.others import Others
from conformance.target import Target

STARTING = 30.0
"""Seconds a server may take until it listens."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(_: Others) -> Iterator[Target]:
    """Run the server of the engine that ours is built around, in memory: a peer to compare with."""
    port = free_port()
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    process = subprocess.Popen(
        [str(program), "serve", "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    target = Target(f"{base}/query", f"{base}/update", f"{base}/store")
    try:
        _wait(port, process)
        yield target
    finally:
        target.close()
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not listen")


SERVERS: dict[str, Callable[[Others], AbstractContextManager[Target]]] = {
    "oxigraph": oxigraph,
}
