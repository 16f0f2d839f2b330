"""What a server holds: descriptors, processes, memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from server.hostile.processes import descendants
from soak import chaos


@dataclass(frozen=True, slots=True)
class Figures:
    """descriptors: of the server itself. processes: with the server. dead: of them, zombies.

    own, all: memory in KiB, of the server and of all its processes, what they share counted once
    (Pss of proc_pid_smaps_rollup(5)). readers: processes that answer queries. open: descriptors of
    all processes. kinds: memory in KiB of all processes of a kind (`chaos.kinds`).
    """

    descriptors: int
    processes: int
    dead: int
    own: int
    all: int
    readers: int
    open: int
    kinds: Mapping[str, int]


def figures(server: int) -> Figures:
    family = descendants(server)
    own, files = pss(server), descriptors(server)
    kinds = chaos.kinds(server)
    memory = {one.pid: pss(one.pid) for one in family}
    by_kind: Counter[str] = Counter()
    for pid, size in memory.items():
        by_kind[kinds.get(pid, "other")] += size
    return Figures(
        descriptors=files,
        processes=1 + len(family),
        dead=sum(one.state == "Z" for one in family),
        own=own,
        all=own + sum(memory.values()),
        readers=list(kinds.values()).count("reader"),
        open=files + sum(descriptors(one.pid) for one in family),
        kinds=dict(sorted(by_kind.items())),
    )


def descriptors(pid: int) -> int:
    with suppress(OSError):
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0


def pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
