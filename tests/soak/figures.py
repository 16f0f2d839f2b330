"""What a server holds: descriptors, processes, memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from server.hostile.processes import descendants


@dataclass(frozen=True, slots=True)
class Figures:
    """descriptors: of the server itself. processes: with the server. dead: of them, zombies.

    own, all: memory in KiB, of the server and of all its processes, what they share counted once
    (Pss of proc_pid_smaps_rollup(5)).
    """

    descriptors: int
    processes: int
    dead: int
    own: int
    all: int


def figures(server: int) -> Figures:
    family = descendants(server)
    own = pss(server)
    return Figures(
        descriptors=len(list(Path(f"/proc/{server}/fd").iterdir())),
        processes=1 + len(family),
        dead=sum(one.state == "Z" for one in family),
        own=own,
        all=own + sum(pss(one.pid) for one in family),
    )


def pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
