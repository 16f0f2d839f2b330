"""A short soak: mixed load, kills and new commits, and every answer right or honestly none."""

from __future__ import annotations

import sys

import pytest
from soak.running import Soak, soak

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
REQUESTS = 60
"""In each of two rounds."""


def test_a_server_that_is_ill_treated_answers_right_or_honestly_not(tmp_path):
    """With the graph in memory; `python -m soak` has it on disk, too."""
    report = soak(Soak(tmp_path), REQUESTS, lambda _: False)
    told = "\n".join(report.lines())
    assert not report.wrong, told
    assert sum(report.counts.values()) >= 2 * REQUESTS
    assert report.counts["answered"] > REQUESTS, told
    assert report.compared > REQUESTS / 2, told
    assert report.killed["reader"], told
    assert report.commits, told
