"""The backup and the restore of docs/operations.md, as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from deploy.proxy import DEPLOY
from server.running_server import build, triples

from demarche_ontology.terms import GRAPH
from demarche_store.home import Home

PAGE = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

pytestmark = pytest.mark.skipif(shutil.which("rsync") is None, reason="rsync is not installed")


def script(name: str, **paths: Path) -> str:
    """The commands of a block, with other paths."""
    (block,) = re.findall(rf"^```console {name}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    text = "\n".join(line.removeprefix("$ ") for line in block.splitlines())
    for variable, path in paths.items():
        text, found = re.subn(rf"\b{variable}=\S+", f"{variable}={path}", text, count=1)
        assert found
    return "set -eu\n" + text


def run(text: str) -> str:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", text],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(home: Home, number: int) -> None:
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["links"], triples(f"<urn:a> <urn:b> {number} ."), "seeds")
        writer.commit("more", f"digest {number}", [GRAPH["reference"], GRAPH["links"]])


def test_a_home_is_backed_up_while_it_is_written_and_restored(tmp_path):
    home = build(tmp_path / "home")
    over, number = threading.Event(), 0

    def write() -> None:
        nonlocal number
        while not over.is_set():
            number += 1
            commit(home, number)
            home.create_release(f"release-{number}")

    writing = threading.Thread(target=write)
    writing.start()
    backup = tmp_path / "backup"
    try:
        for _ in range(3):
            run(script("backup", home=home.path, backup=backup))
    finally:
        over.set()
        writing.join()
    assert number
    told = run(script("restore", backup=backup, home=tmp_path / "again"))
    assert "first-light" in told
    again = Home(tmp_path / "again")
    for ref in [None, *(release.name for release in again.releases())]:
        with again.open(ref) as view:
            ((counted,),) = view.query(COUNT).rows()
            assert int(counted.value) == view.info.default_graph_triples
    for release in again.releases():
        assert again.resolve(release.name).rdfc10 == release.rdfc10
    restored = again.current().id  # a commit after it may have been made while the backup was
    commit(again, number + 1)
    assert again.current().parent == restored
