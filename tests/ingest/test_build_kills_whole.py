"""Builds of the project's own seeds killed at random moments."""

from __future__ import annotations

import shutil
from pathlib import Path

from killkit import kill_builds, needs_fork

SEEDS = Path(__file__).parents[2] / "seeds"


@needs_fork
def test_builds_of_the_whole_killed(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "more")
    more = tmp_path / "more" / "reference" / "more.yaml"
    more.write_text("actors:\n- {id: somebody-more, type: Person, label: Somebody More}\n")
    seen = kill_builds([SEEDS, tmp_path / "more"], tmp_path / "home", kills=5)
    assert (True, True) in seen
