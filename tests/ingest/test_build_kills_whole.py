"""Builds of the project's own seeds killed at random moments."""

from __future__ import annotations

import shutil
from pathlib import Path

from killkit import kill_builds, needs_fork

SEEDS = Path(__file__).parents[2] / "seeds"


@needs_fork
def test_builds_of_the_whole_killed(seed_home, tmp_path):
    """What was judged when `seed_home` was made is not judged anew: kills are for the rest."""
    home = shutil.copytree(seed_home.path, tmp_path / "home", symlinks=True)
    shutil.copytree(SEEDS, tmp_path / "more")
    more = tmp_path / "more" / "reference" / "more.yaml"
    more.write_text("actors:\n- {id: somebody-more, type: Person, label: Somebody More}\n")
    seen = kill_builds([SEEDS, tmp_path / "more"], home, kills=5, judged=False)
    assert (True, True) in seen
