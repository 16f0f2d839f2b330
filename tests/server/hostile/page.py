"""Writes docs/hostile-requests.md: `python -m server.hostile.page`, with tests/ on the path."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from server.hostile.corpus import CORPUS
from server.hostile.kinds import Hostile, Outcome

PAGE = Path(__file__).parents[3] / "docs" / "hostile-requests.md"

_BEGINNING = """# Hostile requests

Requests that would bring a careless server down, or out of its bounds, and what this one answers.
The tests send each of them to a running server with small limits (a second and 256 MiB for a
query, 4 MiB for an answer, a second for the client's part), and after each an ordinary query, which
is answered. After all of them the same process runs, with no connection, no process and little
memory more than before. This page is made from the tests' table.

A number is the status of a whole answer: 400 and above as `application/problem+json` (on the pages
for people, as a page), with what is wrong and what to do. Of several answers it is the last.
*Broken off*: the answer had begun and cannot be finished; the connection is reset, so that no
client takes it for the whole. *Closed*: nobody is there to be answered, or nothing was asked. Where
two stand, it depends on the machine which limit is met first.
"""


def page() -> str:
    """Return the page."""
    parts = [_BEGINNING]
    for family, members in groupby(CORPUS, key=lambda one: one.family):
        rows = [_row(one) for one in members]
        parts.append(f"\n## {family.capitalize()}\n\n| request | what it tries | answer |\n")
        parts.append("| --- | --- | --- |\n" + "".join(rows))
    return "".join(parts)


def _row(one: Hostile) -> str:
    cells = (one.name, one.why, " or ".join(_shown(outcome) for outcome in one.outcomes))
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def _shown(outcome: Outcome) -> str:
    return f"*{outcome}*" if isinstance(outcome, str) else str(outcome)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
