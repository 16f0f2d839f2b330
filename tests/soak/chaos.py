"""What goes wrong in a soak: processes of the server are killed at random."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final

from server.hostile.processes import descendants
from soak.pace import Pace

MODULES: Final = {
    "demarche_server.readers.reader": "reader",
    "demarche_server.readers.nursery": "nursery",
    "demarche_server.readers.dumping": "loader",
    "demarche_server.writing.process": "writer",
}
WEIGHTS: Final = {"reader": 12, "nursery": 2, "loader": 2, "writer": 3, "other": 2}


def kinds(server: int) -> dict[int, str]:
    """Return what each process below a server is for, by pid.

    "reader" answers, "nursery" forks readers, "loader" reads a commit for it, "writer" writes,
    "other" is anything else, such as what makes an index.
    """
    found: dict[int, str] = {}
    family = descendants(server)
    for one in family:
        with suppress(OSError):
            command = Path(f"/proc/{one.pid}/cmdline").read_text().split("\0")
            module = next((word for word in command if word in MODULES), "")
            found[one.pid] = MODULES.get(module, "other")
    for one in family:
        if found.get(one.pid) == "nursery" and found.get(one.parent) == "nursery":
            found[one.pid] = "reader"  # a fork has the command of its parent
    return found


class Killer(threading.Thread):
    """Kills a process every few requests. killed: how many of each kind."""

    def __init__(self, server: int, seed: int, pace: Pace, requests: int) -> None:
        super().__init__(daemon=True)
        self.killed: Counter[str] = Counter()
        self._server = server
        self._pace = pace
        self._requests = requests
        self._chance = random.Random(seed)

    def run(self) -> None:
        due = 0
        while self._pace.come_to(due := due + self._chance.randint(1, 2 * self._requests)):
            there = kinds(self._server)
            weights = [WEIGHTS[kind] for kind in there.values()]
            if not there:
                continue
            (pid,) = self._chance.choices(list(there), weights)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed[there[pid]] += 1
