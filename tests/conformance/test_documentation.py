"""docs/conformance.md says what is expected of our server, by which every run is judged."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.expectations import counts, expected_failures

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
REASONS = expected_failures("demarche")


def rows(columns: int) -> list[tuple[str, ...]]:
    """Return the rows of the table with so many columns, without its head."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = (line.strip("|").split("|") for line in lines if line.startswith("|"))
    cells = [tuple(cell.strip() for cell in line) for line in table]
    return [row for row in cells if len(row) == columns][2:]


def test_counts(suites):
    told = [(suite, int(passed), int(total)) for suite, passed, total in rows(3)]
    known = counts(suites, REASONS)
    assert told == [*known, ("all", sum(row[1] for row in known), sum(row[2] for row in known))]


def test_reasons():
    told = {name: why for tests, why in rows(2) for name in re.findall("`([^`]+)`", tests)}
    assert told == {iri.rpartition("#")[2]: why for iri, why in REASONS.items()}
