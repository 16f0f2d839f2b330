"""What takes a while is made by a process of its own, also where that is killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from demarche_ontology.errors import StoreError
from demarche_server.chores import Chores
from demarche_store.home import Home

MAKER = '''
"""Notes each of its beginnings, kills itself the first times, then makes its file."""
import os, signal, sys
from pathlib import Path
from demarche_server.chores import chore

with chore(sys.argv[1:]) as (_, (notes, kills), draft):
    with Path(notes).open("a") as file:
        file.write("begun\\n")
    if len(Path(notes).read_text().splitlines()) <= int(kills):
        os.kill(os.getpid(), signal.SIGKILL)
    draft.write_text("made")
'''


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "maker_of_a_file.py").write_text(MAKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "notes"


def ask(tmp_path: Path, notes: Path, kills: int) -> str:
    async def asking() -> str:
        chores = Chores(Home(tmp_path / "home"))
        try:
            arguments = [str(notes), str(kills)]
            return (await chores.file("a.txt", "maker_of_a_file", arguments, 600)).read_text()
        finally:
            await chores.close()

    (tmp_path / "home").mkdir()
    return asyncio.run(asking())


def test_a_process_that_was_killed_is_begun_again(tmp_path, notes):
    assert ask(tmp_path, notes, kills=2) == "made"
    assert notes.read_text().count("begun") == 3


def test_a_process_that_is_killed_each_time_is_given_up(tmp_path, notes):
    with pytest.raises(StoreError, match="could not be made"):
        ask(tmp_path, notes, kills=1000)
    assert notes.read_text().count("begun") == 3
    assert not (tmp_path / "home" / "cache" / "a.txt").exists()
