"""What takes long to make is made once for all workers of a run, by the first that needs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from demarche_store.lock import folder_lock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that `make` filled, in this worker or another. Do not write to it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # each worker has a folder of its own in there
    made, lock = base / name, base / f"{name}.lock"
    lock.mkdir(exist_ok=True)
    with folder_lock(lock):
        if not made.exists():
            draft = base / f"{name}.draft"
            shutil.rmtree(draft, ignore_errors=True)  # of one that failed to make it
            draft.mkdir()
            make(draft)
            draft.rename(made)
    return made
