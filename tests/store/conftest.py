"""What the tests of the store share: small graphs, homes, and real engines on free ports."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from demarche_store.endpoint import Endpoint, oxigraph, virtuoso
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo

Graphs = Mapping[str, Sequence[Triple]]
Commit = Callable[[Home, Graphs], CommitInfo]

VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 2000
"""


def _node(name: object) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


def _fact(subject: object, value: object, predicate: object = "says") -> Triple:
    return Triple(_node(subject), _node(predicate), Literal(str(value)))


@pytest.fixture(scope="session")
def node() -> Callable[[object], NamedNode]:
    return _node


@pytest.fixture(scope="session")
def fact() -> Callable[..., Triple]:
    return _fact


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def commit() -> Commit:
    """Commit these graphs, by local name, all of them in the default graph."""

    def run(home: Home, graphs: Graphs, message: str = "test") -> CommitInfo:
        with home.writer("test") as writer:
            for name, triples in graphs.items():
                writer.replace_graph(_node(name), triples, "seeds")
            staged = [NamedNode(graph.iri) for graph in writer.graphs]
            return writer.commit(message, message, staged)

    return run


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], folder: Path, url: str) -> Iterator[None]:
    """Run a server until the block ends; begin when it answers."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, url, folder / "server.log")
            yield
        finally:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the engine ended at once: {log.read_text(errors='replace')}")
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the engine does not answer: {log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def oxigraph_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if binary is None:
        pytest.skip("no oxigraph server installed")
    folder = tmp_path_factory.mktemp("oxigraph")
    address = f"127.0.0.1:{free_port()}"
    command = [binary, "serve", "--location", str(folder / "data"), "--bind", address]
    with serving(command, folder, f"http://{address}/"):
        yield oxigraph(f"http://{address}")


@pytest.fixture(scope="session")
def virtuoso_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    binary = shutil.which("virtuoso-t")
    if binary is None:
        pytest.skip("no Virtuoso installed")
    folder = tmp_path_factory.mktemp("virtuoso")
    port = free_port()
    ini = VIRTUOSO_INI.format(sql=free_port(), http=port)
    (folder / "virtuoso.ini").write_text(ini)
    command = [binary, "+foreground", "+configfile", "virtuoso.ini"]
    base = f"http://127.0.0.1:{port}"
    with serving(command, folder, f"{base}/sparql"):
        endpoint = virtuoso(base)
        yield Endpoint(
            endpoint.query,
            endpoint.update,
            endpoint.graph_store,
            endpoint.default_graph,
            auth=httpx.DigestAuth("dba", "dba"),
        )
