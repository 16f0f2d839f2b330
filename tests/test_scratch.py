"""Tests write in memory only where there is plenty of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import scratch


def test_not_where_there_is_no_such_folder(tmp_path: Path):
    assert scratch.in_memory(tmp_path / "none") is None


@pytest.mark.parametrize(("enough", "chosen"), [(0, True), (1 << 60, False)])
def test_only_where_there_is_room(tmp_path: Path, monkeypatch, enough: int, chosen: bool):
    monkeypatch.setattr(scratch, "ENOUGH_BYTES", enough)
    assert scratch.in_memory(tmp_path) == (tmp_path if chosen else None)


def test_not_where_memory_is_short(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(scratch, "_available", lambda: scratch.ENOUGH_BYTES - 1)
    assert scratch.in_memory(tmp_path) is None
