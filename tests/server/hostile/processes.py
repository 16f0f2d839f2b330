"""What Linux tells of the processes that a server has started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """state: R, S, T, Z …; nice: its priority, 0 for the ordinary. As in proc_pid_stat(5)."""

    pid: int
    parent: int
    state: str
    nice: int


def processes() -> dict[int, Process]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(folder.name)
        found[pid] = Process(pid, int(fields[1]), fields[0], int(fields[16]))
    return found


def descendants(pid: int) -> list[Process]:
    """Return the processes that a process has started, and those that these have."""
    all_of_them = processes().values()
    found: list[Process] = []
    parents = {pid}
    while parents:
        born = [one for one in all_of_them if one.parent in parents]
        found += born
        parents = {one.pid for one in born}
    return found


def eventually(true: Callable[[], object]) -> bool:
    """Wait until something is true; False if it is not within 20 seconds or more."""
    pause = threading.Event()
    return any(true() or pause.wait(0.05) for _ in range(400))
