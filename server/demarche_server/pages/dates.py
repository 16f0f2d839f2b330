"""Days of the graph, as dates and in words."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


def parsed(text: str) -> date | None:
    """Return an xsd:date as a date, None for what a calendar of four-digit years lacks."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


@lru_cache(4096)
def day(text: str) -> str:
    """Return an xsd:date as "2 January 2020"; what is none (another calendar's year) as it is."""
    one = parsed(text)
    return text if one is None or one.isoformat() != text else f"{one.day} {one:%B} {one.year}"
