"""Where articles begin in a text that holds several.

An article begins where a headline stands with what tells of it: a date, an outlet, a byline, an
address, the labels of a database, a line that parts. A text is divided only if each part has a
head and prose of its own; if that is not sure, it is one article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from demarche_ingest.segment.comments import is_section
from demarche_ingest.segment.credits import closed, is_credit
from demarche_ingest.segment.looks import (
    FURNITURE,
    Unit,
    label_of,
    names_outlet,
    outlet_beside_date,
)

_LINES: Final = 4
"""Lines that a head has between its headline and its date, at most."""
_SOON: Final = 12
"""Paragraphs after a head among which prose is, at least."""
_NAME: Final = 6
"""Words of an outlet's name, at most."""
_SURE: Final = 3
"""Signs by which one head alone divides a text in two."""
_RULED: Final = 10
"""Marks of a line that is ruled through, and not just three stars."""
_DIRECT: Final = ("date", "byline", "address")
"""Looks that tell of a headline above or below."""
_NAMES: Final = ("short", "item", "other")
"""What the name of an outlet or a person looks like."""
_ALONE: Final = 400
"""Code points of an article of whose head nothing but a date is known."""
_WORDS: Final = 4
"""Words that a headline has, and a person's name above a comment has not."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where an article begins.

    start, end: places of its paragraphs, before its own words. headline: the place of the headline.
    signs: what speaks for a head.
    """

    start: int
    end: int
    headline: int
    signs: frozenset[str] = field(default_factory=frozenset)

    @property
    def score(self) -> int:
        return len(self.signs)


def heads(units: Sequence[Unit], comments: Sequence[tuple[int, int]] = ()) -> list[Head]:
    """Return the heads of the articles of a text, [] for a text that is one article.

    comments: places from and to which readers' comments go, where a head has to be surer.
    """
    if pieces := closed(units):
        return [Head(start, start + 1, start) for start, _ in pieces]
    finder = _Finder(units)
    found: dict[int, Head] = {}
    for place in range(len(units)):
        head = finder.at(place)
        if head is None or is_section(units[head.headline]):
            continue
        if _is_within(place, comments) and not _is_surely(head, units):
            continue
        known = found.get(head.start)
        if known is None or known.score < head.score:
            found[head.start] = head
    kept = _with_prose([found[start] for start in sorted(found)], units)
    return kept if _divide(kept, units) else []


def _is_within(place: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in ranges)


def _is_surely(head: Head, units: Sequence[Unit]) -> bool:
    return units[head.headline].count >= _WORDS and bool(
        head.signs & {"outlet", "byline", "address", "parted", "labels"}
    )


def is_ruled(unit: Unit) -> bool:
    """Return whether a line is ruled through."""
    return unit.look == "separator" and len(unit.span) >= _RULED and not unit.words[0].isalpha()


def has_prose(units: Sequence[Unit]) -> bool:
    """Return whether any paragraph is prose."""
    return any(unit.look == "prose" for unit in units)


def _with_prose(found: list[Head], units: Sequence[Unit]) -> list[Head]:
    """Leave out heads with no prose of their own: of two, the one with fewer signs."""
    kept: list[Head] = []
    for head in found:
        while kept and not has_prose(units[kept[-1].end : head.start]):
            # A date above a headline that has its own below is that of the whole.
            is_own = kept[-1].headline == head.headline and "date" in head.signs
            if kept[-1].score >= head.score and not is_own:
                break
            kept.pop()
        else:
            kept.append(head)
    if kept and not has_prose(units[kept[-1].end :]):
        kept.pop()
    return kept


def _divide(kept: list[Head], units: Sequence[Unit]) -> bool:
    if not kept:
        return False
    before = units[: kept[0].start]
    if len(kept) == 1:
        is_headed = bool(before) and before[0].look in ("short", "date", "label")
        return has_prose(before) and is_headed and kept[0].score > _SURE
    told = [head for head in kept if head.signs - {"date", "long", "alone"}]
    if 2 * len(told) >= len(kept):
        return True
    ends = [*(head.start for head in kept[1:]), len(units)]
    sizes = [
        units[end - 1].span.end - units[head.start].span.start
        for head, end in zip(kept, ends, strict=True)
    ]
    return min(sizes) >= _ALONE


class _Finder:
    """Looks for heads around paragraphs."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units

    def at(self, place: int) -> Head | None:
        """Return the head that a paragraph is a sign of, None for none."""
        look = self._units[place].look
        if look in _DIRECT:
            return self._around(place)
        if look == "separator":
            return self._behind(place)
        if look in ("label", "number"):
            return self._labelled(place)
        return None

    def _look(self, place: int) -> str:
        return self._units[place].look if 0 <= place < len(self._units) else ""

    def _is_apart(self, place: int) -> bool:
        return place <= 0 or place >= len(self._units) or self._units[place].is_apart

    # --- A headline, and what tells of it -----------------------------------------------------

    def _around(self, place: int) -> Head | None:
        top = self._top(place)
        is_first = self._is_first_of_block(place)
        headline = None if is_first else self._above(top, place)
        if headline is None:
            return self._below(top, place)
        end = self._bottom(place)
        first = headline
        while not self._is_apart(first) and self._look(first - 1) == "short":
            first -= 1
        return self._head(first, end, headline) if self._is_followed(end) else None

    def _is_first_of_block(self, place: int) -> bool:
        """Return whether a credit stands right above the headline that it is of."""
        is_over = self._is_apart(place) and not self._is_apart(place + 1)
        return is_over and is_credit(self._units[place]) and self._is_worded(place + 1)

    def _top(self, place: int) -> int:
        """Return where the lines begin that tell of an article, one of which stands at a place."""
        top = place
        while top > 0 and place - top < _LINES:
            if top < place and self._is_apart(top) and self._is_worded(top):
                break  # a headline, in one block with what tells of it
            above = self._units[top - 1]
            same_block = not self._is_apart(top)
            if same_block and is_credit(self._units[top]) and self._is_worded(top - 1):
                break  # the same, of which nothing but a credit tells
            named = above.look in _NAMES and above.count <= _NAME
            if not (above.look in FURNITURE - {"address"} or (same_block and named)):
                break
            top -= 1
        return top

    def _above(self, top: int, place: int) -> int | None:
        """Return the headline above what tells of an article."""
        if self._is_apart(top) and self._is_headline(top - 1):
            return top - 2 if self._is_outlet_below(top - 1) else top - 1
        if top < place and self._is_apart(top) and self._is_headline(top):
            return top
        if not self._is_apart(top) and self._is_headline(top - 1) and self._is_apart(top - 1):
            return top - 1
        return None

    def _is_outlet_below(self, place: int) -> bool:
        """Return whether the name of an outlet stands by itself below a headline."""
        named = names_outlet(self._units[place].words)
        return bool(named) and self._is_apart(place) and self._is_worded(place - 1)

    def _is_worded(self, place: int) -> bool:
        return self._is_headline(place) and self._units[place].count >= _WORDS

    def _is_headline(self, place: int) -> bool:
        return self._look(place) == "short" and self._units[place].count > 1

    def _bottom(self, place: int) -> int:
        """Return where the lines end that tell of an article."""
        end = place + 1
        while end < len(self._units) and end - place <= 2 * _LINES:
            unit = self._units[end]
            named = unit.look in _NAMES and unit.count <= _NAME and not unit.is_apart
            if not (unit.look in FURNITURE or named):
                break
            end += 1
        return end

    def _below(self, top: int, place: int) -> Head | None:
        """Return the head whose date stands above its headline."""
        if self._look(place) != "date" or not self._is_apart(top):
            return None
        is_first = self._is_first_of_block(place)
        end = place + 1 if is_first else self._bottom(place)
        is_below = not is_first and self._look(top - 1) in ("short", "other")
        if not self._is_headline(end) or is_below:
            return None
        after = self._bottom(end)
        return self._head(top, after, end) if self._is_followed(after) else None

    def _is_followed(self, end: int) -> bool:
        """Return whether prose follows a head, if not at once then after a few short lines."""
        looks = [self._look(place) for place in range(end, end + _SOON)]
        return "prose" in looks

    # --- Other signs --------------------------------------------------------------------------

    def _behind(self, place: int) -> Head | None:
        """Return the head right behind a line that parts."""
        start = place + 1
        while self._look(start) in ("separator", "number"):
            start += 1
        if is_ruled(self._units[place]) and (head := self._ruled(start)) is not None:
            return head
        if not self._is_headline(start) and self._look(start) not in FURNITURE:
            return None
        around = (self._around(at) for at in range(start, start + 3) if self._look(at) in _DIRECT)
        return next((head for head in around if head is not None and head.start >= start), None)

    def _ruled(self, start: int) -> Head | None:
        """Return the head behind a ruled line: in any order, a headline and what tells of it."""
        end = start
        while end < len(self._units) and end - start < 2 * _LINES and not self._is_own(end):
            end += 1
        possible = [at for at in range(start, end) if self._is_headline(at)]
        telling = any(self._look(at) in FURNITURE for at in range(start, end))
        if not possible or not telling or not self._is_followed(end):
            return None
        worded = (at for at in possible if self._units[at].count >= _WORDS)
        headline = next(worded, possible[0])
        head = self._head(start, end, headline)
        return Head(start, end, headline, head.signs | {"parted", "outlet", "alone", "long"})

    def _is_own(self, place: int) -> bool:
        return self._look(place) in ("prose", "separator", "other")

    def _labelled(self, place: int) -> Head | None:
        """Return the head that begins with labels, or the number of a document."""
        if place > 0 and not self._is_apart(place) and self._look(place - 1) in ("label", "number"):
            return None
        end = place
        seen: set[str] = set()
        while self._look(end) in ("label", "date", "address", "byline", "boilerplate", "number"):
            told = label_of(self._units[end].words)
            seen |= {told[0]} if told else set()
            end += 1
        if self._look(place) == "number":
            return self._counted(place, end)
        if len(seen) < 2 or "title" not in seen or not self._is_followed(end):
            return None
        head = self._head(place, end, place)
        return Head(place, end, place, head.signs | {"labels", "title"})

    def _counted(self, place: int, end: int) -> Head | None:
        """Return the head that the number of a document begins; an outlet may be above."""
        possible = [at for at in range(end, end + 2 * _LINES) if self._is_headline(at)]
        if not possible:
            return None
        worded = (at for at in possible if self._units[at].count >= _WORDS)
        headline = next(worded, possible[0])
        end = self._bottom(headline)
        if not self._is_followed(end):
            return None
        head = self._head(place, end, headline)
        return Head(place, end, headline, head.signs | {"labels"})

    def _head(self, start: int, end: int, headline: int) -> Head:
        signs: set[str] = {
            unit.look
            for place, unit in enumerate(self._units[start:end], start)
            if unit.look in FURNITURE and place != headline
        }
        names = range(headline + 1, end)
        dated = (unit.words for unit in self._units[start:end] if unit.look == "date")
        is_told = any(map(is_credit, self._units[start:end])) or any(map(outlet_beside_date, dated))
        if is_told or any(self._look(at) in _NAMES for at in names):
            signs.add("outlet")
        if self._units[headline].count >= _WORDS:
            signs.add("long")
        if self._is_apart(headline) and self._is_apart(headline + 1):
            signs.add("alone")
        if self._look(start - 1) in ("separator", "number"):
            signs.add("parted")
        return Head(start, end, headline, frozenset(signs))


def ranges(kept: Sequence[Head], total: int) -> list[tuple[int, int]]:
    """Return from and to which paragraph each article goes."""
    starts = [head.start for head in kept]
    return [*pairwise([*starts, total])]
