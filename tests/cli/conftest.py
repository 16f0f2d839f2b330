"""What the tests of the command line share: the real script, a runner in this process, homes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from seedkit import make_norland, texts_of
from typer.testing import CliRunner, Result

from demarche.cli.app import app
from demarche_store.home import Home

SCRIPT = Path(sys.executable).with_name("demarche")


def environment(**more: str) -> dict[str, str]:
    """The environment without what would lead to somebody's own home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEMARCHE_", "XDG_"))}
    return {**kept, "NO_COLOR": "1", **more}


Script = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="session")
def script() -> Script:
    """Run the console script; returns what it wrote, as text, and its exit code."""

    def run(
        *arguments: object, home: Home | Path | None = None, **options
    ) -> subprocess.CompletedProcess:
        place = ("--home", getattr(home, "path", home)) if home else ()
        command = [str(part) for part in (SCRIPT, *place, *arguments)]
        options = {"text": True, "env": environment(), "timeout": 300, **options}
        return subprocess.run(command, capture_output=True, check=False, **options)

    return run


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the application in this process."""
    monkeypatch.delenv("DEMARCHE_HOME", raising=False)

    def run(*arguments: object, home: Home | Path | None = None, **options) -> Result:
        place = ("--home", str(getattr(home, "path", home))) if home else ()
        return CliRunner().invoke(app, [*place, *map(str, arguments)], **options)

    return run


@pytest.fixture(scope="session")
def norland_made(tmp_path_factory: pytest.TempPathFactory, script: Script) -> Path:
    """A folder with `seeds`, `texts`, and a `home` that the console script built from them."""
    folder = tmp_path_factory.mktemp("norland")
    seeds = make_norland(folder)
    done = script("build", seeds, "--workers", 1, home=folder / "home")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def norland_home(norland_made: Path) -> Home:
    """A home with the graph of the short invented article. Do not write to it."""
    return Home(norland_made / "home")


@pytest.fixture
def norland(norland_made: Path, tmp_path: Path) -> Path:
    """A copy of that folder, free to be spoilt."""
    return Path(shutil.copytree(norland_made, tmp_path / "norland", symlinks=True))


@pytest.fixture(scope="session")
def norland_texts(norland_made: Path) -> Path:
    return texts_of(norland_made / "seeds")
