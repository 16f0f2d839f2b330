"""The servers that are measured, each a process of its own with the same triples."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pyoxigraph import RdfFormat, Store

from demarche_store.layout import Layout
from demarche_store.protocol import CommitInfo
from demarche_store.staging import publish
from demarche_store.writer import count_default_graph

ROOT = Path(__file__).parents[2]
PEERS = ["oxigraph==0.5.13", "rdflib-endpoint[cli,oxigraph]==0.6.3"]
START_SECONDS = 3600


class AbsentError(Exception):
    """A server that is not to be had here; the message says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peer(folder: Path, name: str) -> Path:
    """Return a program of the peers' own virtual environment, made at the first call."""
    bin_folder = folder / "bin"
    if not (folder / ".ready").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [bin_folder / "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *PEERS], check=True)
        except subprocess.CalledProcessError as error:
            raise AbsentError(f"the peers could not be installed: {error}") from error
        (folder / ".ready").touch()
    return bin_folder / name


class Server(ABC):
    """One server over one file of triples. folder: of its own, for what it writes."""

    name: str
    most_triples: int | None = None
    """More it is not given: it would not load them in an hour, or not fit."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder, self.file = folder, file
        self.port = free_port()
        self.load_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it takes queries."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """Load what is to be loaded beforehand; return how the server is started."""

    def start(self) -> None:
        """Return once it answers with the graph loaded. Raises AbsentError."""
        began = time.perf_counter()
        command = [str(part) for part in self.command()]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()
        self.load()
        self.load_seconds = time.perf_counter() - began

    def load(self) -> None:  # noqa: B027 - most have nothing to do here
        """Load what is loaded through the running server."""

    def _wait(self) -> None:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                log = (self.folder / "log").read_text(errors="replace")
                raise AbsentError(f"{self.name} ended at once: {log[-1000:]}")
            try:
                answer = httpx.get(self.url, params={"query": "ASK {}"}, timeout=10)
                if answer.status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AbsentError(f"{self.name} did not answer within {START_SECONDS} s")

    def memory(self) -> int:
        """Return the bytes its processes hold; what they share counts once."""
        assert self._process is not None
        return sum(map(_proportional, _tree(self._process.pid)))

    def processor_seconds(self) -> float:
        """Return the processor time its processes have taken, those that have ended too."""
        assert self._process is not None
        return sum(map(_processor_seconds, _tree(self._process.pid)))

    def stop(self) -> None:
        """End it; twice does no harm."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += _tree(int(child))
    return found


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Pss:"))


def _processor_seconds(pid: int) -> float:
    """Return seconds in the process and the system, with those of children it has waited for."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # it has just ended, and counts as a child from now on
        return 0.0
    return sum(map(int, text.rsplit(")", 1)[1].split()[11:15])) / os.sysconf("SC_CLK_TCK")


OURS = """
import json, sys
from demarche_server.run import serve
from demarche_server.settings import Settings
serve(Settings(**json.loads(sys.argv[1])), sys.argv[2])
"""


class Demarche(Server):
    """This project's server, with its access log and metrics on."""

    name = "demarche"
    settings: dict[str, Any] = {}  # noqa: RUF012 - set once, by the command line

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def command(self) -> list[str | Path]:
        home = self.folder / "home"
        make_home(home, self.file)
        log = str(self.folder / "access.jsonl")
        settings = {"port": self.port, "access_log": log} | self.settings
        return [sys.executable, "-c", OURS, json.dumps(settings), home]

    def load(self) -> None:
        """Wait until the graph is in memory; at first, readers on disk answer."""
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        quiet = 0
        while quiet < 30 and time.monotonic() < end:
            programs = [_program(pid) for pid in _tree(self._process.pid)]
            moving = any("readers.nursery" in one for one in programs) and any(
                "readers.reader" in one or "readers.dumping" in one for one in programs
            )
            quiet = 0 if moving else quiet + 1
            time.sleep(0.1)


def make_home(home: Path, file: Path) -> None:
    """Make a home whose current commit holds a file of N-Triples in its default graph.

    Past the writer, which takes an hour to put ten million triples into canonical form; the
    server sees no difference.
    """
    layout = Layout(home)
    layout.create()
    store = Store(home / "work")
    store.bulk_load(path=file, format=RdfFormat.N_TRIPLES)
    store.optimize()
    info = CommitInfo(
        id="000001-0123456789ab",
        created=datetime.now(UTC),
        message="for a measurement",
        rdfc10="0" * 64,
        input_digest="",
        graphs=(),
        default_graph_triples=count_default_graph(store),
    )
    publish(layout, store, info)
    del store
    shutil.rmtree(home / "work")


class OxigraphDisk(Server):
    """The engine's own server, on disk."""

    name = "oxigraph disk"
    peers: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/query"

    def command(self) -> list[str | Path]:
        program = peer(self.peers, "oxigraph")
        place = self.folder / "store"
        load = [program, "load", "--location", place, "--file", self.file]
        subprocess.run(load, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [program, "serve", "--location", place, "--bind", f"127.0.0.1:{self.port}"]


class OxigraphMemory(OxigraphDisk):
    """The engine's own server, in memory."""

    name = "oxigraph memory"

    def command(self) -> list[str | Path]:
        return [peer(self.peers, "oxigraph"), "serve", "--bind", f"127.0.0.1:{self.port}"]

    def load(self) -> None:
        with self.file.open("rb") as triples:
            answer = httpx.put(
                f"http://127.0.0.1:{self.port}/store?default",
                content=triples,
                headers={"content-type": "application/n-triples"},
                timeout=START_SECONDS,
            )
        answer.raise_for_status()


class RdflibEndpoint(Server):
    """rdflib behind FastAPI: the nearest in kind."""

    name = "rdflib-endpoint"
    most_triples = 1_500_000
    peers: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def command(self) -> list[str | Path]:
        program = peer(self.peers, "rdflib-endpoint")
        return [program, "serve", "--host", "127.0.0.1", "--port", str(self.port), self.file]


VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 2000
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
NumberOfBuffers = 340000
MaxDirtyBuffers = 250000
CaseMode = 2
DirsAllowed = {folder}
DefaultIsolation = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 20
KeepAliveTimeout = 60
MaxKeepAlives = 20
[SPARQL]
ResultSetMaxRows = 100000000
DefaultGraph = {graph}
MaxQueryExecutionTime = 3600
"""
VIRTUOSO_GRAPH = "urn:side-by-side"


class Virtuoso(Server):
    """Debian's Virtuoso, with four gigabytes of buffers at most."""

    name = "virtuoso"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def command(self) -> list[str | Path]:
        program = shutil.which("virtuoso-t")
        if program is None or shutil.which("isql-vt") is None:
            raise AbsentError("virtuoso: the package virtuoso-opensource-7-bin is not installed")
        self._sql = free_port()
        ini = VIRTUOSO_INI.format(
            sql=self._sql, http=self.port, folder=self.file.parent, graph=VIRTUOSO_GRAPH
        )
        (self.folder / "virtuoso.ini").write_text(ini)
        return [program, "+foreground", "+configfile", "virtuoso.ini"]

    def load(self) -> None:
        commands = (
            f"ld_dir('{self.file.parent}', '{self.file.name}', '{VIRTUOSO_GRAPH}');"
            "rdf_loader_run(); checkpoint;"
        )
        isql = ["isql-vt", f"127.0.0.1:{self._sql}", "dba", "dba", f"exec={commands}"]
        done = subprocess.run(isql, check=False, capture_output=True, text=True)
        if done.returncode or "Error" in done.stderr:
            raise AbsentError(f"virtuoso did not load the file: {done.stderr or done.stdout}")


WORKER = """
import sys, time
from pyoxigraph import QueryResultsFormat, RdfFormat, Store
store = Store()
store.bulk_load(path=sys.argv[1], format=RdfFormat.N_TRIPLES)
out, lines = sys.stdout.buffer, sys.stdin.buffer
out.write(b"ready\\n"); out.flush()
while size := lines.readline():
    query = lines.read(int(size)).decode()
    began = time.perf_counter()
    answer = store.query(query).serialize(format=QueryResultsFormat.JSON)
    seconds = time.perf_counter() - began
    out.write(f"{seconds} {len(answer)}\\n".encode() + answer); out.flush()
"""


class InProcess:
    """pyoxigraph called directly, in a process that does nothing else: the floor under us all."""

    name = "pyoxigraph in process"

    def __init__(self, file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        if self._out.readline() != b"ready\n":
            raise AbsentError("pyoxigraph could not load the file")

    def ask(self, query: str) -> tuple[float, bytes]:
        """Return the seconds that query and serialising took, and the answer in JSON."""
        data = query.encode()
        self._in.write(f"{len(data)}\n".encode() + data)
        self._in.flush()
        seconds, size = self._out.readline().split()
        return float(seconds), self._out.read(int(size))

    def memory(self) -> int:
        return _proportional(self._process.pid)

    def stop(self) -> None:
        self._in.close()
        self._out.close()
        self._process.wait()


SERVERS: dict[str, type[Server]] = {
    one.name: one for one in (Demarche, OxigraphDisk, OxigraphMemory, RdflibEndpoint, Virtuoso)
}
