"""A user's write killed before every step that reaches the disk: whole before, or whole after."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from demarche_store.home import Home

# One process has everything imported and forks a writer for each number that it reads, in which
# every call by which a commit reaches the disk is a step; before that step the writer dies.
FORKING = """
import os, signal, sys
from pathlib import Path
from demarche_store.home import Home
from demarche_store.write_log import Author

def stepping(function, last):
    def call(*args, **kwargs):
        global steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call

def write(home, number):
    for owner, names in ((os, ["fsync", "link", "ftruncate", "pwrite", "write"]),
                         (Path, ["mkdir", "rename", "replace", "symlink_to", "write_bytes"])):
        for name in names:
            setattr(owner, name, stepping(getattr(owner, name), number))
    with home.user_writer(f"writer {number}") as writer:
        writer.update(f"INSERT DATA {{ GRAPH <urn:mine> {{ <urn:a> <urn:p> {number} }} }}")
        writer.commit("a change", Author("anna", str(number)))

steps = 0
for line in sys.stdin:
    child = os.fork()
    if not child:
        number, path = line.split(maxsplit=1)
        write(Home(path.strip()), int(number))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def forking():
    """Give a function that has a writer die before its n-th step, and returns its exit code."""
    process = subprocess.Popen(
        [sys.executable, "-c", FORKING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def write(step: int, home: Home) -> int:
        process.stdin.write(f"{step} {home.path}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        yield write
    finally:
        process.communicate()


def objects(home: Home) -> set[int]:
    with home.open() as view:
        if "urn:mine" not in view.graphs():
            return set()
        return {int(triple.object.value) for triple in view.graph("urn:mine")}


@pytest.fixture(params=["plain", "built"])
def home(request, tmp_path: Path, commit, fact) -> Home:
    made = Home(tmp_path / "home")
    if request.param == "plain":
        made.make_plain()
        with made.user_writer("test") as writer:
            writer.commit("empty")
    else:
        commit(made, {"one": [fact("a", 1)]})
    return made


def test_killed_before_every_step(home: Home, tmp_path: Path) -> None:
    """Each time in a copy: every commit has more files, and so more steps, than the one before."""
    step, code, only_logged = 0, -signal.SIGKILL, 0
    before, had = home.current(), objects(home)
    with forking() as write:
        while code == -signal.SIGKILL:
            step += 1
            copy = Home(tmp_path / str(step))
            shutil.copytree(home.path, copy.path, symlinks=True)
            code = write(step, copy)
            assert code in (0, -signal.SIGKILL)
            after = copy.current()
            assert before is not None
            assert after is not None
            if after == before:
                assert objects(copy) == had
                only_logged += _logged(copy)
            else:
                assert (after.parent, objects(copy)) == (before.id, had | {step})
                assert _logged(copy) == 1
    assert after != before
    assert step > 10
    assert only_logged, "none came between the line of the log and the switch"


def _logged(home: Home) -> int:
    log = home.path / "writes.jsonl"
    if not log.exists():
        return 0
    return sum(json.loads(line)["by"] == "anna" for line in log.read_text().splitlines())
