"""A short soak: mixed load, kills and new commits, and every answer right or honestly none."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from soak.figures import Figures
from soak.running import Soak, soak
from soak.steady import NAMES, Steady, SteadyReport, by_requests

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


def test_a_server_that_is_used_holds_no_more_at_the_end(tmp_path):
    """`python -m soak --steady` does it for minutes."""
    report = Steady(tmp_path).run(by_requests(30, 2))
    told = "\n".join(report.lines())
    assert not report.wrong, told
    assert not list(report.grown()), told
    assert len(report.figures) == len(NAMES)
    assert report.builds, told
    assert report.updates, told
    assert report.loaded, told
    assert report.compared > 60, told


def test_what_grew_is_told():
    """A soak that could not see anything grow would be worth nothing."""
    small = Figures(20, 5, 0, 100_000, 300_000, 2, 40, {"reader": 50_000})
    report = SteadyReport(figures=[small] * len(NAMES), loaded=[small])
    assert not list(report.grown())
    for change in (
        {"descriptors": 30},
        {"open": 60},
        {"readers": 3},
        {"processes": 6},
        {"own": 200_000},
        {"all": 400_000},
        {"dead": 1},
    ):
        report.figures[-1] = replace(small, **change)
        assert len(list(report.grown())) == 1, change
        assert "GREW" in "\n".join(report.lines())
