"""Work that takes a while and whose result is a file: done once, by a process of its own.

The files lie in the home's cache, so that the next server finds them; where the home cannot be
written, in a folder that goes with this server. A file is there whole or not at all.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from demarche_ontology.errors import StoreError, TryLaterError
from demarche_server.readers import process
from demarche_store import disk
from demarche_store.home import Home

WAIT_SECONDS: Final = 2.0
"""How long a request waits for a chore before it is told to come again."""
FORGET_SECONDS: Final = 60.0
"""After a failure, how long until a chore is tried again."""
_TRIES: Final = 3
"""How often a chore is begun whose process was killed, which is no fault of its own."""
_NICE: Final = 10
_DRAFT: Final = ".tmp-"
_DRAFT_SECONDS: Final = 86_400.0
"""A draft as old as this was left by a process that was killed."""

_log = logging.getLogger(__name__)


class Chores:
    """The chores of one application, about the commits of one home; one is done at a time."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._tasks: dict[str, asyncio.Task[Path]] = {}
        self._turn = asyncio.Semaphore(1)

    async def file(
        self, name: str, module: str, arguments: Sequence[str], wait: float = WAIT_SECONDS
    ) -> Path:
        """Return a file, made by a module with a `main` that uses `chore`.

        wait: seconds until who asks is sent away; the work goes on.
        Raises TryLaterError while it is being made, StoreError when it could not be.
        """
        path = self._folder() / name
        if path.exists():
            return path
        task = self.begin(name, module, arguments)
        done, _ = await asyncio.wait({task}, timeout=wait)
        if not done:
            raise TryLaterError(
                "This is being worked out for the first time since the graph changed",
                remedy="try again after the seconds that the header Retry-After gives",
                retry_after=2,
            )
        return task.result()

    def begun(self, name: str, module: str, arguments: Sequence[str]) -> Path | None:
        """Return a file if it is there; have it made otherwise, for who asks later."""
        path = self._folder() / name
        if path.exists():
            return path
        self.begin(name, module, arguments)
        return None

    def begin(self, name: str, module: str, arguments: Sequence[str]) -> asyncio.Task[Path]:
        """Have a file made, unless that is under way already."""
        task = self._tasks.get(name)
        if task is None:
            path = self._folder() / name
            task = asyncio.create_task(self._make(path, module, arguments))
            task.add_done_callback(lambda done: self._ended(name, done))
            self._tasks[name] = task
        return task

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._own is not None:
            await asyncio.to_thread(self._own.cleanup)

    async def _make(self, path: Path, module: str, arguments: Sequence[str]) -> Path:
        async with self._turn:
            if path.exists():
                return path
            began = time.monotonic()
            for _ in range(_TRIES):
                status = await self._run(path, module, arguments)
                if status >= 0:
                    break
                _log.warning("%s: its process was ended by signal %d", path.name, -status)
            if status:
                raise StoreError(f"{path.name} could not be made (status {status})")
            _log.info("%s made in %.1f s", path.name, time.monotonic() - began)
            return path

    async def _run(self, path: Path, module: str, arguments: Sequence[str]) -> int:
        """Return the status of a child that makes a file; a signal that ended it is negative."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            str(os.getpid()),
            str(self._home.path),
            str(path),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
        )
        try:
            return await child.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            raise

    def _ended(self, name: str, task: asyncio.Task[Path]) -> None:
        """Forget a task: at once when there is a file, later when there was a failure."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s", error)
            task.get_loop().call_later(FORGET_SECONDS, self._tasks.pop, name, None)
        else:
            self._tasks.pop(name, None)

    def _folder(self) -> Path:
        if self._own is not None:
            return Path(self._own.name)
        folder = self._home.cache
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
        self._own = tempfile.TemporaryDirectory(prefix="demarche-")
        return Path(self._own.name)


@contextmanager
def chore(arguments: Sequence[str]) -> Iterator[tuple[Path, Sequence[str], Path]]:
    """Be a chore: yield the home, the arguments of its own and a path to write the file to.

    arguments: the server's pid, the home, the file, and those of its own. At the end the file is
    put in its place; after an error nothing is left.
    """
    parent, home, file, *rest = arguments
    process.end_with_parent(int(parent))
    process.settle()
    os.nice(_NICE)
    path = Path(file)
    _sweep(path.parent)
    draft = path.with_name(f"{_DRAFT}{uuid4().hex}")
    try:
        yield Path(home), rest, draft
        disk.sync_file(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    before = time.time() - _DRAFT_SECONDS
    for draft in folder.glob(f"{_DRAFT}*"):
        with suppress(OSError):
            if draft.stat().st_mtime < before:
                draft.unlink()
