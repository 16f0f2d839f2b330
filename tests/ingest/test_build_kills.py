"""A build killed at any moment leaves the previous commit served and the next build clean."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import seedkit

from demarche_ingest.build import build
from demarche_store.home import Home

ROOT = Path(__file__).parents[2]
ZYGOTE = Path(__file__).with_name("build_zygote.py")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


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
def builder():
    command = [sys.executable, str(ZYGOTE)]
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


def expected(folders, scratch):
    """What each seeds folder must come to, built without disturbance: hash -> triples."""
    found = {}
    for number, seeds in enumerate(folders):
        commit = build(seeds, Home(scratch / str(number))).commit
        found[commit.rdfc10] = commit.default_graph_triples
    assert len(found) == len(folders)
    return found


def look(home: Path, wanted: dict[str, int]) -> str:
    """Open what is current and count it: whole, and one of the two; returns its hash."""
    with Home(home).open() as view:
        assert view.info.rdfc10 in wanted
        ((counted,),) = view.query(COUNT).rows()
        assert int(counted.value) == wanted[view.info.rdfc10]
        return view.info.rdfc10


def kill_builds(folders, tmp_path, kills):
    """Kill so many builds; a build that was quicker than its killer does not count."""
    wanted = expected(folders, tmp_path / "undisturbed")
    home, chance, killed, seen = tmp_path / "home", random.Random(7), 0, set()
    with builder() as workshop:
        begin = time.monotonic()
        assert workshop.build(folders[0], home) == 0
        usual = time.monotonic() - begin
        for _ in range(10 * kills):
            if killed == kills:
                break
            before = look(home, wanted)
            other = folders[1] if before == next(iter(wanted)) else folders[0]
            status = workshop.build(other, home, chance.uniform(0, usual))
            assert status in {0, -signal.SIGKILL}
            after = look(home, wanted)
            killed += status != 0
            seen.add((status != 0, before == after))
        for seeds in folders:
            assert workshop.build(seeds, home) == 0
            look(home, wanted)
    assert not list((home / "work").glob("*"))
    return killed, seen


def test_a_hundred_builds_killed_at_random_moments(tmp_path):
    folders = [
        seedkit.make_seeds(tmp_path / name, articles=n, claims_per_article=4)
        for name, n in (("one", 1), ("two", 2))
    ]
    killed, seen = kill_builds(folders, tmp_path, kills=100)
    assert killed == 100
    assert (True, True) in seen  # killed, and the previous commit was still the one served


def test_builds_of_the_whole_killed(tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "whole")
    more = tmp_path / "whole" / "reference" / "more.yaml"
    more.write_text("actors:\n- {id: somebody-more, type: Person, label: Somebody More}\n")
    folders = [ROOT / "seeds", tmp_path / "whole"]
    killed, _ = kill_builds(folders, tmp_path, kills=5)
    assert killed == 5
