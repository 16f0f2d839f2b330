"""Lines of a digest that credit its pieces by an outlet and a day, above or below their words.

"Sarn Courier, 3 May" is a line of its kind only because others of the text are like it: alone it
might be a headline. What the year is stands above all of them, if anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from demarche_ingest.dating.dateline import read_dateline
from demarche_ingest.segment.issuers import is_body
from demarche_ingest.segment.looks import Unit, is_outlet, is_person, posts
from demarche_ingest.texts import Span

_LOOKS: Final = ("short", "other", "item", "date", "boilerplate")
_LONGEST: Final = 110
"""Code points of a line that credits a piece."""
_FEWEST: Final = 2
"""Lines that are alike, at least."""
_SHARE: Final = 3
"""Of so many names one at least is told by a word to be an outlet's."""
_NAME: Final = 6
"""Words of a name, at most."""
_LEAP_YEAR: Final = "2000"
"""A year that has every day of the calendar."""
_MARKS: Final = " \t,;:|–—-·•()[].*_"
_BREAK: Final = re.compile(r"\s*[,;|·•]\s*|\s+[–—/-]\s+|\s*[–—]\s*")
_SMALL: Final = frozenset(
    ("of", "the", "and", "for", "in", "on", "at", "de", "la", "du", "del", "da", "al", "el", "van")
)
_WORD: Final = re.compile(r"[^\W\d_][\w'’.&-]*")
_BY: Final = re.compile(r"(?:by|from|source|via)\b:?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Credit:
    """What a line credits: names beside its day. place: of its paragraph."""

    place: int
    names: tuple[str, ...]
    day: Span


def with_credits(read: Sequence[Unit]) -> list[Unit]:
    """Return the paragraphs with those marked as dates that credit the pieces of a digest.

    Each tells its outlet (`Unit.told`), the last name beside its day: a name that no word tells to
    be one of an outlet is one where it stands as others of them do. A ministry and a day are such
    a line even alone.
    """
    found = [credit for place, unit in enumerate(read) if (credit := _credit_of(place, unit))]
    outlets = sum(is_outlet(one.names[-1]) for one in found)
    if len(found) < _FEWEST or _SHARE * outlets < len(found):
        found = [one for one in found if is_body(one.names[-1])]
    marked = list(read)
    for one in found:
        told = ("outlet", one.names[-1])
        marked[one.place] = replace(marked[one.place], look="date", told=told)
    return marked


def is_credit(unit: Unit) -> bool:
    """Return whether a paragraph was marked as a line that credits a piece."""
    return unit.look == "date" and unit.told is not None


def closed(read: Sequence[Unit]) -> list[tuple[int, int]]:
    """Return from and to which paragraph the pieces go whose credits stand below their words.

    Such a text has at least two of them, words above each, and none below the last; else [].
    """
    places = [place for place, unit in enumerate(read) if is_credit(unit)]
    if len(places) < _FEWEST or any(unit.look == "prose" for unit in read[places[-1] :]):
        return []
    if not all(place and read[place - 1].look == "prose" for place in places):
        return []
    first = next(place for place, unit in enumerate(read) if unit.look == "prose")
    starts = [max(first - 1, 0), *(place + 1 for place in places)]
    pieces = list(pairwise(starts))
    return pieces if all(read[start].look in ("short", "item") for start, _ in pieces) else []


def byline_of(unit: Unit) -> str:
    """Return the person whom a line credits in front of its outlet, "" for none."""
    credit = _credit_of(0, unit)
    named = credit.names[:-1] if credit else ()
    return next(filter(is_person, named), "")


def day_of(unit: Unit) -> Span | None:
    """Return where the day of such a line stands, within its words."""
    credit = _credit_of(0, unit)
    return credit.day if credit else None


def _credit_of(place: int, unit: Unit) -> _Credit | None:
    """Return what a line credits, None for a line that is something else."""
    shown = unit.words
    if unit.look not in _LOOKS or len(shown) > _LONGEST or posts(shown):
        return None
    reading = read_dateline(shown, _LEAP_YEAR)
    if reading is None:
        return None
    around = [shown[: reading.where.start], shown[reading.where.end :]]
    told = [_BY.sub("", piece.strip(_MARKS)) for piece in around]
    if all(told) or not any(told):
        return None
    names = tuple(name for name in _BREAK.split(told[0] or told[1]) if name)
    if len(names) > 2 or not all(map(_is_name, names)):
        return None
    return _Credit(place, names, reading.where)


def _is_name(shown: str) -> bool:
    """Return whether each word of a piece is written as words of a name are."""
    words = _WORD.findall(shown)
    is_short = 0 < len(words) <= _NAME and shown[:1].isupper()
    return is_short and all(word[0].isupper() or word in _SMALL for word in words)
