"""What all tests may use: the graph of the project's own seeds, built once per worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from demarche_ingest.build import build
from demarche_store.home import Home

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def seed_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the graph of `seeds/` as its current commit. Do not write to it."""
    home = Home(tmp_path_factory.mktemp("seed-home"))
    build(SEEDS, home)
    return home


@pytest.fixture(scope="session")
def seed_texts() -> Path:
    """The texts of the seed articles; they are not ours to ship, so not everybody has them."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the texts of the seed articles are not beside the checkout")
    return folder
