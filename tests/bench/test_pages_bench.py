"""The measurement of pages runs through on the seeds, and says what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

import pages  # noqa: E402


def test_every_kind_of_page_is_measured_on_the_seeds(seed_home, tmp_path):
    file = tmp_path / "out.json"
    done = subprocess.run(
        [
            *(sys.executable, str(BENCH / "pages.py"), "--home", str(seed_home.path)),
            *("--rounds", "1", "--things", "1", "--json", str(file)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(file.read_text())
    assert set(found["times"]) == {*pages.PAGES, *pages.CLASSES}, done.stdout
    assert found["triples"] == seed_home.current().default_graph_triples


def test_the_target_is_held_against_the_median():
    measured = pages.Measured(100, {"quick": [1, 2, 90], "slow": [1, 60, 61]}, {"slow": [70, 80]})
    rows = list(measured.rows())
    assert rows == [
        "| quick | 2.0 | 90.0 |  | 50 | met |",
        "| slow | 60.0 | 61.0 | 80.0 | 50 | not met |",
    ]
    assert "| 60.0 | 61.0 |  | 150 | met |" in pages.Measured(10**6, measured.times).markdown()
