"""Pages of readers' letters: each letter is an article, and who signs it wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.documents.model import Zone
from demarche_ingest.segment.looks import Unit
from demarche_ingest.segment.rules import pattern

_FEWEST: Final = 2
"""Letters that make a page of them."""
_SIGNATURE: Final = 7
"""Words of a line of a signature, at most."""
_NAME: Final = re.compile(
    r"(?:(?:\(?[A-ZÀ-ÞĀ-Ž][\w.'’()-]*|de|van|von|da|del|bin|al|and|&),?\s?){1,7}"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, or another piece of the page. headline: its place among the page's paragraphs."""

    start: int
    end: int
    headline: int | None


def letters(units: Sequence[Unit]) -> tuple[list[Unit], list[Letter]]:
    """Return the paragraphs with the signatures marked, and the letters; none for another page."""
    marked = list(units)
    openings = [at for at, unit in enumerate(units) if _opens(unit)]
    if len(openings) < _FEWEST:
        return marked, []
    starts = [_start(units, at) for at in openings]
    first = _piece_before(units, starts[0])
    if first is not None:
        starts.insert(0, first)
    found = []
    for start, end in zip(starts, [*starts[1:], len(units)], strict=True):
        signed = _signature(units, start, end)
        for at in range(signed, end):
            told = ("byline" if at == signed else "signed", units[at].words.strip(" ,.–—-"))
            given = Zone("boilerplate", units[at].span)
            marked[at] = replace(units[at], look="boilerplate", given=given, told=told)
        headline = start if units[start].look == "short" else None
        found.append(Letter(start, end, headline))
    return marked, found


def _opens(unit: Unit) -> bool:
    return pattern("heads", "salutation").match(unit.words) is not None


def _start(units: Sequence[Unit], opening: int) -> int:
    """Return where a letter begins: at the headline above its salutation."""
    above = opening - 1
    is_headed = above >= 0 and units[above].look == "short" and units[above].is_apart
    return above if is_headed else opening


def _piece_before(units: Sequence[Unit], first: int) -> int | None:
    """Return where a piece without salutation begins that stands above the first letter."""
    prose = next((at for at in range(first) if units[at].look == "prose"), None)
    if prose is None or prose == 0 or units[prose - 1].look != "short":
        return None
    return prose - 1


def _signature(units: Sequence[Unit], start: int, end: int) -> int:
    """Return where the lines begin that sign a letter; its end for none."""
    at = max((at for at in range(start, end) if _is_text(units[at])), default=end - 1) + 1
    while at < end and units[at].look in ("separator", "number"):
        at += 1
    is_name = at < end and _NAME.fullmatch(units[at].words) is not None
    return at if is_name and units[at].count <= _SIGNATURE else end


def _is_text(unit: Unit) -> bool:
    """Return whether a paragraph is of a letter, and not of its signature or of the page."""
    return unit.look == "prose" and "@" not in unit.words
