"""Writers in processes of their own: one at a time, and killed at any moment without harm."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from demarche_ontology.errors import LockedError
from demarche_store.canonical import graph_digest
from demarche_store.home import Home

KILLS = 100
DELAY_SECONDS = 0.15

# One process has everything imported and forks a writer for each line that it reads: what it is to
# do, its number, the step before which it dies, and the home. It tells the writer's pid, and in the
# end its exit code.
FORKING = """
import os, signal, sys, traceback
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Triple
from demarche_store.home import Home

def fact(number, name):
    return Triple(NamedNode(f"http://example.org/{number}"), NamedNode("http://example.org/p"),
                  Literal(str(name)))

def write(home, seed):
    name = NamedNode(f"http://example.org/graph/{seed % 3}")
    with home.writer(f"writer {seed}") as writer:
        triples = [fact(number, number % (seed % 7 + 2)) for number in range(60)]
        writer.replace_graph(name, triples, "seeds")
        writer.commit("a change", str(seed), [NamedNode(graph.iri) for graph in writer.graphs])

def write_on(home, seed, _):
    while True:
        write(home, seed)
        seed += 1

# Every call by which a commit reaches the disk is a step; before step n the process dies.
def stepping(function, last):
    def call(*args, **kwargs):
        global steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call

def write_until(home, seed, last):
    for owner, names in ((os, ["fsync", "link", "ftruncate", "pwrite"]),
                         (Path, ["mkdir", "rename", "replace", "symlink_to", "write_bytes"])):
        for name in names:
            setattr(owner, name, stepping(getattr(owner, name), last))
    write(home, seed)

steps = 0
for line in sys.stdin:
    child = os.fork()
    if not child:
        status = 1
        try:
            kind, seed, last, home = line.rstrip("\\n").split(" ", 3)
            {"on": write_on, "until": write_until}[kind](Home(home), int(seed), int(last))
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

HOLD = """
import sys
from demarche_store.home import Home
with Home(sys.argv[1]).writer("a long ingestion"):
    print("ready", flush=True)
    sys.stdin.read()
"""


class Writers:
    """Writers in children of one prepared process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def write_on(self, home: Home, seed: int, seconds: float) -> int:
        """Have one commit after the other written, killed after so long; return its exit code."""
        pid = self._begin("on", seed, 0, home)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        return self._told()

    def write_until(self, home: Home, seed: int, step: int) -> int:
        """Have one commit written by a process that dies before a step; return its exit code."""
        self._begin("until", seed, step, home)
        return self._told()

    def _begin(self, kind: str, seed: int, step: int, home: Home) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{kind} {seed} {step} {home.path}\n")
        self._process.stdin.flush()
        return self._told()

    def _told(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@pytest.fixture
def writers() -> Iterator[Writers]:
    process = start(FORKING, stderr=None)
    yield Writers(process)
    process.communicate()


def start(
    script: str, *arguments: object, stderr: int | None = subprocess.PIPE
) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
    )


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    if line != "ready\n":
        pytest.fail(f"the writer did not start: {process.communicate()[1]}")


def assert_whole(home: Home) -> None:
    """The current commit opens and holds what its manifest says, digest by digest."""
    with home.open() as view:
        loaded = Store()
        loaded.extend(view.quads())
        union = set()
        for graph in view.info.graphs:
            name = NamedNode(graph.iri)
            assert graph_digest(loaded, name) == graph.rdfc10
            union |= {quad.triple for quad in loaded.quads_for_pattern(None, None, None, name)}
        default = Store()
        default.extend(Quad(*triple) for triple in view.graph(None))
        assert {quad.triple for quad in default} == union
        assert len(default) == view.info.default_graph_triples


def assert_next_writer_succeeds(home: Home, commit, fact, mark: str) -> None:
    before = home.current()
    info = commit(home, {"mark": [fact("mark", mark)]}, mark)
    assert info.parent == (before.id if before else None)
    assert home.current() == info
    assert {path.name for path in home.path.iterdir()} <= {
        "commits",
        "current",
        "releases",
        "writer.lock",
    }
    assert not list((home.path / "commits").glob(".tmp-*"))


def test_killed_at_random_moments(home: Home, writers: Writers, commit, fact) -> None:
    commit(home, {"graph/0": [fact("a", 1)]}, "first")
    seed = random.randrange(1 << 30)
    moments = random.Random(seed)
    killed = 0
    for number in range(KILLS):
        code = writers.write_on(home, seed + 1000 * number, moments.uniform(0, DELAY_SECONDS))
        assert code == -signal.SIGKILL, f"seed {seed}"
        killed += 1
        assert_whole(home)
        assert_next_writer_succeeds(home, commit, fact, f"after kill {number}")
        if number % 20 == 0:
            home.prune(keep_for=home.commits()[-1].created - home.commits()[0].created)
    assert killed == KILLS


def test_killed_before_every_step(tmp_path: Path, writers: Writers, commit, fact) -> None:
    home = Home(tmp_path / "home")
    commit(home, {"graph/0": [fact("a", 1)]}, "first")
    step = 0
    returncode = -signal.SIGKILL
    while returncode == -signal.SIGKILL:
        step += 1
        before = home.current()
        returncode = writers.write_until(home, step, step)
        assert returncode in (0, -signal.SIGKILL)
        assert_whole(home)
        after = home.current()
        assert before is not None
        assert after is not None
        assert after == before or after.parent == before.id
        assert_next_writer_succeeds(home, commit, fact, f"after step {step}")
    # Lock, work folder, draft, manifest, files, folders, rename, switch: fewer would be a fault
    # of this test.
    assert step > 10


def test_killed_in_the_very_first_commit(tmp_path: Path, writers: Writers, commit, fact) -> None:
    for step in (1, 3, 6, 9, 12, 15):
        home = Home(tmp_path / f"home-{step}")
        assert writers.write_until(home, 1, step) == -signal.SIGKILL
        assert_next_writer_succeeds(home, commit, fact, "first")
        assert_whole(home)


def test_a_second_writer_is_told_who_holds_the_home(home: Home, commit, fact) -> None:
    commit(home, {"g": [fact("a", 1)]})
    process = start(HOLD, home.path)
    try:
        ready(process)
        with pytest.raises(LockedError) as caught:
            commit(home, {"g": [fact("a", 2)]}, "2")
        assert "a long ingestion" in str(caught.value)
        assert str(process.pid) in str(caught.value)
        with pytest.raises(LockedError):
            home.prune(home.commits()[0].created - home.commits()[0].created)
        holder = home.writing()
        assert holder is not None
        assert holder.pid == process.pid
        with home.open() as view:
            assert list(view.graph(None)) == [fact("a", 1)]
        process.communicate("")
        assert home.writing() is None
        assert commit(home, {"g": [fact("a", 2)]}, "2") == home.current()
    finally:
        process.kill()
        process.wait()


def test_two_writers_in_one_process(home: Home) -> None:
    with home.writer("first"), pytest.raises(LockedError, match="first"), home.writer("second"):
        pytest.fail("two writers at once")


def test_a_dead_holders_leftover_is_no_obstacle(home: Home, commit, fact) -> None:
    commit(home, {"g": [fact("a", 1)]})
    process = start(HOLD, home.path)
    ready(process)
    process.kill()
    process.communicate()
    assert "a long ingestion" in (home.path / "writer.lock").read_text()
    assert home.writing() is None
    assert (home.path / "work").exists()
    assert_next_writer_succeeds(home, commit, fact, "after death")


def test_an_unreadable_lock_file_still_locks(home: Home) -> None:
    with home.writer("first"):
        (home.path / "writer.lock").write_text("not JSON")
        with pytest.raises(LockedError, match="no name"), home.writer("second"):
            pytest.fail("two writers at once")
