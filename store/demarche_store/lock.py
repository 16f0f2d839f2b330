"""One writer at a time, by an advisory lock that dies with its holder.

`flock` belongs to the open file: when the holder's process ends, however it ends, the kernel lets
go, so that a leftover file never blocks anybody. The file itself says who holds it, for the
message. A process that forks while it holds the lock hands a share of it to its child.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from demarche_ontology.errors import LockedError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock. since: ISO 8601 with offset."""

    pid: int
    host: str
    command: str
    since: str


@contextmanager
def writer_lock(path: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold the writer's lock.

    Raises LockedError, naming the holder, at once when it is taken; OSError when the file cannot
    be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(handle, path)
        me = Holder(os.getpid(), socket.gethostname(), command, now.isoformat(timespec="seconds"))
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(me)).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def holder(path: Path) -> Holder | None:
    """Return who holds the writer's lock now, None if nobody does or it cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(path)
    else:
        return None
    finally:
        os.close(handle)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder for a moment, waiting for others who do."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Pin:
    """A reader's mark on a commit, which keeps it from being pruned while it is read."""

    def __init__(self, path: Path) -> None:
        """Mark the commit of this manifest. Raises FileNotFoundError if it was pruned."""
        self._handle: int | None = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        # A file system without locks is no reason not to read.
        with suppress(OSError):
            fcntl.flock(self._handle, fcntl.LOCK_SH)
        if not path.exists():
            self.release()
            raise FileNotFoundError(path)

    def release(self) -> None:
        """Take the mark off; twice does no harm."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


@contextmanager
def unpinned(path: Path) -> Iterator[bool]:
    """Say whether no reader, in any process, has the commit of this manifest open.

    While the context lasts, nobody can begin to.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        other = _read(path)
        who = (
            f"'{other.command}' (process {other.pid} on {other.host}, since {other.since})"
            if other
            else "a process that left no name"
        )
        raise LockedError(
            f"Another writer is at work on {path.parent}: {who}",
            remedy="wait for it to end, or end it, and run this again",
        ) from error


def _read(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
