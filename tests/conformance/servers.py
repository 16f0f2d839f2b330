"""Servers to test: each a process of its own with an empty dataset."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from conformance.others import Others
from conformance.target import Target

from demarche_server.tokens import Tokens
from demarche_store.home import Home

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
    base = f"http://127.0.0.1:{port}"
    target = Target(f"{base}/query", f"{base}/update", f"{base}/store")
    with _running(["oxigraph", "serve", "--bind", f"127.0.0.1:{port}"], port, target):
        yield target


@contextmanager
def demarche(others: Others) -> Iterator[Target]:
    """Run our server over a plain dataset, with a token to write and the others listed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.make_plain()
        with home.user_writer("tests") as writer:
            writer.commit("nothing yet")
        token = Tokens.of(home).create("tests", datetime.now(UTC))
        settings = Path(folder) / "settings.toml"
        services = [f"{iri}={address}" for iri, address in others.addresses.items()]
        settings.write_text(f"services = {services}\n", encoding="utf-8")
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        target = Target(
            f"{base}/sparql",
            f"{base}/sparql",
            f"{base}/rdf-graph-store",
            {"authorization": f"Bearer {token}"},
            maps_services=True,
        )
        command = ["demarche", "--home", str(home.path), "serve", "--port", str(port)]
        with _running([*command, "--settings", str(settings)], port, target):
            yield target


@contextmanager
def _running(command: list[str], port: int, target: Target) -> Iterator[None]:
    """Run a program of this environment as long as its target is used."""
    program = Path(sysconfig.get_path("scripts")) / command[0]
    process = subprocess.Popen(
        [str(program), *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield
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
    "demarche": demarche,
    "oxigraph": oxigraph,
}
