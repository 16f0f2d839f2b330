"""A build killed at any moment leaves the previous commit served and the next build clean."""

from __future__ import annotations

import pytest
import seedkit
from killkit import kill_builds, needs_fork


@needs_fork
@pytest.mark.parametrize(("judged", "kills"), [(True, 10), (False, 90)])
def test_builds_killed_at_random_moments(tmp_path, judged, kills):
    """Judging takes most of a build and writes nothing: most kills are for the rest."""
    folders = [
        seedkit.make_seeds(tmp_path / name, articles=n, claims_per_article=4)
        for name, n in (("one", 1), ("two", 2))
    ]
    seen = kill_builds(folders, tmp_path / "home", kills, judged)
    assert (True, True) in seen  # killed, and the commit before was still the one served
