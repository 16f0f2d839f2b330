"""Killing builds: see test_build_kills.py and test_build_kills_whole.py."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from demarche_store.home import Home

ZYGOTE = Path(__file__).with_name("build_zygote.py")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


class Builder:
    """Runs builds in children of one prepared process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def _said(self) -> int:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the preparing process is gone"
        return int(line.split()[1])

    def build(self, seeds: Path, home: Path, kill_after: float | None = None) -> int:
        """Build, killed after some seconds if told; returns the child's exit code."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seeds} {home}\n")
        self.process.stdin.flush()
        pid = self._said()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was quicker
                os.kill(pid, signal.SIGKILL)
        return self._said()


@contextmanager
def builder(judged: bool):
    command = [sys.executable, str(ZYGOTE), *([] if judged else ["unjudged"])]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Builder(process)
        assert process.stdin is not None
        process.stdin.close()


def look(home: Path, wanted: dict[str, int]) -> str:
    """Open what is current and count it: whole, and one of the two; returns its hash."""
    with Home(home).open() as view:
        assert view.info.rdfc10 in wanted
        ((counted,),) = view.query(COUNT).rows()
        assert int(counted.value) == wanted[view.info.rdfc10]
        return view.info.rdfc10


def kill_builds(
    folders: list[Path], home: Path, kills: int, judged: bool = True
) -> set[tuple[bool, bool]]:
    """Kill so many builds of two folders in turn, looking after each that all is well.

    A build that was quicker than its killer does not count. judged: whether graphs are held to the
    shapes; where they are not, most kills come while a commit is made. Returns what was seen:
    (killed, the commit before is still current).
    """
    chance, killed, seen = random.Random(7), 0, set()
    wanted: dict[str, int] = {}
    with builder(judged) as workshop:
        for seeds in folders:
            begin = time.monotonic()
            assert workshop.build(seeds, home) == 0
            usual = time.monotonic() - begin
            with Home(home).open() as view:
                wanted[view.info.rdfc10] = view.info.default_graph_triples
        before = look(home, wanted)
        for _ in range(10 * kills):
            if killed == kills:
                break
            other = folders[1] if before == next(iter(wanted)) else folders[0]
            status = workshop.build(other, home, chance.uniform(0, usual))
            assert status in {0, -signal.SIGKILL}
            killed += status != 0
            after = look(home, wanted)
            seen.add((status != 0, before == after))
            before = after
        assert killed == kills
        other = folders[1] if before == next(iter(wanted)) else folders[0]
        assert workshop.build(other, home) == 0
        assert look(home, wanted) != before
    assert not list((home / "work").glob("*"))
    return seen
