"""Authors of reader comments get numbers in place of their names, the same for the same author."""

from __future__ import annotations

from collections.abc import Iterable

from demarche_ingest.documents.model import Zone


def numbers(zones: Iterable[Zone]) -> dict[int, int]:
    """Return the number of each comment's author, from 1, by where the comment starts.

    One author's comments in one article have one number; each without a name has its own.
    """
    known: dict[str, int] = {}
    found: dict[int, int] = {}
    last = 0
    for zone in zones:
        if zone.kind != "comment":
            continue
        number = known.get(zone.author) if zone.author else None
        if number is None:
            last = number = last + 1
        if zone.author:
            known[zone.author] = number
        found[zone.span.start] = number
    return found


def name(number: int) -> str:
    """Return how claims name the author of a comment."""
    return f"commenter-{number}"
