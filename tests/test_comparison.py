"""docs/comparison.md says nothing of others without saying where they say it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "comparison.md").read_text(encoding="utf-8")
SOURCES = dict(re.findall(r"^\[([a-z-]+)\]: (https://\S+)$", PAGE, re.MULTILINE))
WITHOUT_SOURCE = frozenset(
    {"not described", "any data: what the data says", "that of the endpoint behind it"}
)
HEADING, _, *ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("|")
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_word_about_another_tool_has_its_source(row):
    need, _here, *others, stand = row
    assert len(row) == len(HEADING) == 7
    for cell in others:
        named = re.findall(r"\[[^\]]+\]\[([a-z-]+)\]", cell)
        assert cell in WITHOUT_SOURCE or (named and set(named) <= set(SOURCES)), f"{need}: {cell}"
    assert re.match("ahead|behind|as well", stand), need


def test_no_source_is_named_in_vain():
    used = {name for row in ROWS for cell in row for name in re.findall(r"\]\[([a-z-]+)\]", cell)}
    assert used == set(SOURCES)
