"""What all tests may use: the graph of the project's own seeds, built once."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import HealthCheck, settings
from scratch import in_memory
from server.running_server import Running, start, stop
from sharing import once

from demarche_ingest.build import build
from demarche_store.home import Home

# How long anything takes is measured in bench/ and asserted nowhere: machines may be slow or busy.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("reproducible", settings.get_profile("unhurried"), derandomize=True)
settings.load_profile("unhurried")
for kind in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, kind, 60.0)

# Hundreds of processes are started, each of which would compile every module for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Where the operator says, or in memory; read before anything temporary is made.
if "TMPDIR" not in os.environ and (memory := in_memory()):
    os.environ["TMPDIR"] = str(memory)
    tempfile.tempdir = None

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"

LONGEST = (
    "test_build_kills_whole.py",
    "test_our_queries.py",
    "test_our_changes.py",
    "test_build_kills.py",
    "test_exports.py",
)
"""Files that take minutes: begun last, they would be waited for with the other workers idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def seed_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the graph of `seeds/` as its current commit. Do not write to it.

    Each worker has a copy of its own: servers keep what they work out beside the commits.
    """
    built = once(tmp_path_factory, "seeds", lambda path: build(SEEDS, Home(path), workers=2))
    copy = tmp_path_factory.mktemp("seed-home") / "home"
    return Home(shutil.copytree(built, copy, symlinks=True))


@pytest.fixture(scope="session")
def seed_server(seed_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on that home, for tests that only read and do not mind what was read before."""
    with (tmp_path_factory.mktemp("seed-server") / "log").open("w") as log:
        running = start(seed_home.path, seed_home.current().id, log=log)
        yield running
        stop(running)


@pytest.fixture(scope="session")
def seed_texts() -> Path:
    """The texts of the seed articles; they are not ours to ship, so not everybody has them."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the texts of the seed articles are not beside the checkout")
    return folder
