"""The access log: one line of JSON for each request, written by a thread of its own.

The event loop only formats a line and puts it into a buffer. When whatever the log goes to does
not take it, lines are dropped and counted: a full disk or a pipe nobody reads stops no answer.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from typing import Final, Literal

from demarche_ontology.errors import ServeError
from demarche_server.operations.metrics import LogState
from demarche_server.operations.record import RequestRecord, query_hash

Clients = Literal["full", "network", "off"]

OFF: Final = "off"
STDERR: Final = "stderr"
FLUSH_SECONDS: Final = 1.0
"""How long a line may lie in the buffer."""
FLUSH_BYTES: Final = 1 << 18
"""A buffer this full is written out before its time."""
MAX_WAITING_BYTES: Final = 16 << 20
"""A line that would make the buffer larger than this is dropped."""
CLOSE_SECONDS: Final = 5.0
"""How long the end of the server waits for the last lines to be taken."""
MAX_TEXT: Final = 8192
"""Characters of a query that the log shows; its hash is of the whole."""
MAX_NAME: Final = 300
"""Characters that the log shows of a path, a graph or a user agent."""

_NEWLINE: Final = 0x0A
_log = logging.getLogger(__name__)


class AccessLog:
    """Where requests are written down. `write` and `state` belong to the event loop.

    target: "off", "stderr" or a path, to which is appended; a file that was moved or removed is
    opened anew, so that log rotation needs no signal. query_text: write queries themselves, beside
    their hash. clients: write addresses in full, as the network they are in (/24 or /48), or not.
    Raises ServeError when the file cannot be opened.
    """

    def __init__(
        self,
        target: str = OFF,
        *,
        query_text: bool = False,
        clients: Clients = "full",
        max_waiting: int = MAX_WAITING_BYTES,
    ) -> None:
        self._query_text = query_text
        self._shown = _CLIENTS[clients]
        self._max_waiting = max_waiting
        self._lines: deque[bytes] = deque()
        # Each of these numbers is changed by one thread only.
        self._put_bytes = self._taken_bytes = 0
        self._dropped = self._lost = self._written = 0
        self._wake = threading.Event()
        self._closing = False
        self._stamp = _Stamp()
        self._sink: _Sink | None = None if target == OFF else _open_sink(target)
        self._thread: threading.Thread | None = None
        if self._sink is not None:
            self._thread = threading.Thread(target=self._run, name="access-log", daemon=True)
            self._thread.start()

    def write(self, record: RequestRecord) -> None:
        """Write a request down. Never waits; drops the line when too many wait."""
        if self._sink is None or self._closing:
            return
        line = self._line(record).encode("ascii")
        waiting = self._put_bytes - self._taken_bytes + len(line)
        if waiting > self._max_waiting:
            self._dropped += 1
            return
        self._put_bytes += len(line)
        self._lines.append(line)
        if waiting > FLUSH_BYTES:
            self._wake.set()

    def state(self) -> LogState:
        """Return what became of the lines so far."""
        dropped = self._dropped + self._lost
        return LogState(self._written, dropped, self._put_bytes - self._taken_bytes)

    def close(self) -> None:
        """Write what waits, for at most CLOSE_SECONDS. Called twice it does no harm."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)
            self._thread = None

    # --- A line ------------------------------------------------------------------------------

    def _line(self, record: RequestRecord) -> str:
        """Return the line of a request. All of it is ASCII, with no line break but the last."""
        target = _target(record.method, record.path[:MAX_NAME])
        client = self._shown(record.client)
        who = _who(client, record.agent[:MAX_NAME], record.commit)
        parts = [
            f'{{"time":"{self._stamp.of(record.began)}","id":"{record.id}",{target},'
            f'"status":{record.status},"bytes":{record.sent},"seconds":{record.seconds:.6f}{who}'
        ]
        if record.query:
            parts.append(self._query(record.query))
        if record.cache:
            parts.append(f'"cache":"{record.cache}"')
        if record.limit or record.token or record.graph:
            parts += [
                f'"{name}":{quoted(value[:MAX_NAME])}'
                for name, value in (
                    ("limit", record.limit),
                    ("token", record.token),
                    ("graph", record.graph),
                )
                if value
            ]
        if not record.whole:
            parts.append('"broken":true')
        return ",".join(parts) + "}\n"

    def _query(self, text: str) -> str:
        digest = f'"query":"{query_hash(text)}"'
        return f'{digest},"queryText":{quoted(text[:MAX_TEXT])}' if self._query_text else digest

    # --- The thread --------------------------------------------------------------------------

    def _run(self) -> None:
        assert self._sink is not None
        while not self._closing:
            self._wake.wait(FLUSH_SECONDS)
            self._wake.clear()
            self._flush(self._sink)
        self._flush(self._sink)
        self._sink.close()

    def _flush(self, sink: _Sink) -> None:
        while self._lines:
            taken: list[bytes] = []
            size = 0
            while self._lines and size < FLUSH_BYTES:
                taken.append(self._lines.popleft())
                size += len(taken[-1])
            if sink.write(b"".join(taken)):
                self._written += len(taken)
            else:
                self._lost += len(taken)
            # Only now: while a write hangs, what it holds still counts as waiting.
            self._taken_bytes += size


class _Stamp:
    """RFC 3339 times in UTC; the part down to the second is formatted once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def of(self, moment: float) -> str:
        """Return a Unix time, with milliseconds."""
        second = int(moment)
        if second != self._second:
            self._second = second
            self._text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._text}.{int((moment - second) * 1000):03d}Z"


@lru_cache(maxsize=4096)
def network_of(client: str) -> str:
    """Return the network an address is in: /24 of IPv4, /48 of IPv6; "" if it is no address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return ""
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


# Most lines have these in common with others.


@lru_cache(maxsize=512)
def _target(method: str, path: str) -> str:
    return f'"method":{quoted(method)},"path":{quoted(path)}'


@lru_cache(maxsize=512)
def _who(client: str, agent: str, commit: str) -> str:
    told = {"client": client, "agent": agent, "commit": commit}
    return "".join(f',"{name}":{quoted(value)}' for name, value in told.items() if value)


def _nobody(client: str) -> str:  # noqa: ARG001
    return ""


_CLIENTS: Final[dict[str, Callable[[str], str]]] = {
    "full": str,
    "network": network_of,
    OFF: _nobody,
}


# --- Where lines go ----------------------------------------------------------------------------


class _Sink:
    """A file descriptor that whole blocks of lines are written to; used by one thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._broken_line = False
        self._failing = False

    def write(self, data: bytes) -> bool:
        """Write a block; return whether it was taken. What fails is told once until it works."""
        try:
            self._prepare()
            self._put(b"\n" + data if self._broken_line else data)
        except OSError as error:
            if not self._failing:
                _log.error("the access log cannot be written, lines are dropped: %s", error)
            self._failing = True
            return False
        self._failing = self._broken_line = False
        return True

    def _prepare(self) -> None:
        """Make ready for a block."""

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            count = os.write(self._descriptor, rest)
            # Should the next write fail, the next line must not be glued to half of this one.
            self._broken_line = rest[count - 1] != _NEWLINE
            rest = rest[count:]

    def close(self) -> None:
        """Let the descriptor go, if it is ours."""


class _File(_Sink):
    """A file of our own, opened anew when another stands in its place."""

    def __init__(self, path: Path) -> None:
        super().__init__(_opened(path))
        self._path = path

    def _prepare(self) -> None:
        ours = os.fstat(self._descriptor)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            fresh = _opened(self._path)
            os.close(self._descriptor)
            self._descriptor = fresh
            self._broken_line = False

    def close(self) -> None:
        os.close(self._descriptor)


def _open_sink(target: str) -> _Sink:
    if target == STDERR:
        return _Sink(sys.stderr.fileno())
    try:
        return _File(Path(target))
    except OSError as error:
        raise ServeError(
            f"The access log {target} cannot be opened: {error.strerror}",
            remedy=f"name a file that the server may write, or {STDERR} or {OFF}",
        ) from error


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
