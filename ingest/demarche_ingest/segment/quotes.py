"""Quotations: which marks belong together, and where the words between them are.

Directed marks are read by their form, others by what stands around them. An apostrophe is no
quotation mark: a single mark opens one only before a word, and if one that closes it follows in its
paragraph. A paragraph that ends within a quotation ends it, by the printers' rule that the next
opens it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from demarche_ingest.documents.model import Zone
from demarche_ingest.segment.lines import paragraphs, pieces, stripped, width_of
from demarche_ingest.segment.model import Quotation
from demarche_ingest.segment.rules import words
from demarche_ingest.texts import Span, Text

Family = Literal["double", "single", "angle", "corner"]
Act = Literal["open", "close", ""]

_FAMILIES: Final[dict[str, Family]] = {
    **dict.fromkeys(['"', "“", "”", "„", "‟", "＂", "``", "''"], "double"),
    **dict.fromkeys("'‘’‚‛", "single"),
    **dict.fromkeys("«»‹›", "angle"),
    **dict.fromkeys("「」『』", "corner"),
}
_MARK: Final = re.compile(r"""``|''|["“”„‟＂'‘’‚‛«»‹›「」『』]""")
_OPENING: Final = frozenset(["“", "„", "‟", "``"])
_CLOSING: Final = frozenset(["”", "''"])
_OPPOSITE: Final = {"«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』"}
_SINGLE_OPENERS: Final = frozenset("'‘’‚‛")
_SINGLE_CLOSERS: Final = frozenset("'’‘")
_BEFORE_OPENING: Final = frozenset("([{<-–—―/:;,=…¿¡\"“„‟«»‹›'‘‚`")
_AFTER_CLOSING: Final = frozenset(".,;:!?)]}…”’»›-–—/")
_YEARS: Final = re.compile(r"\d\ds?\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_SINGLE: Final = 1_000
"""Code points of a quotation in single marks: with more, the marks are apostrophes."""

_MOST: Final = 1_000
"""Marks of a passage: one with more is no prose."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark that may be one of quotation. opens, closes: what its surroundings allow."""

    start: int
    end: int
    form: str
    family: Family
    opens: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """A quotation whose end was not met yet. closer: the mark that ends it, if that is known."""

    mark: _Mark
    closer: _Mark | None = None


def quotations(text: Text, zones: Iterable[Zone]) -> Iterator[Quotation]:
    """Yield the quotations of zones, by where they begin, one around others before those.

    None crosses the end of a zone or paragraph. A quotation of several paragraphs is one for each
    of them; `continues` tells that it goes on with the one before, also past a caption or the like
    that stands between the two.
    """
    width: int | None = None
    going_on: dict[str, bool] = {}
    for zone in zones:
        width = width_of(text.content) if width is None else width
        kept = f"{zone.kind} {zone.author}"
        for paragraph in _passages(text.content, zone.span, width):
            goes_on = going_on.get(kept, False) and zone.kind != "headline"
            found = _Paragraph(text.content, paragraph, goes_on).read()
            yield from found
            going_on[kept] = any(
                not one.is_closed and not one.depth and one.span.end == paragraph.end
                for one in found
            )


def _passages(content: str, within: Span, width: int) -> Iterator[Span]:
    for paragraph in paragraphs(content, within, width):
        yield from pieces(content, paragraph)


class _Paragraph:
    """Reads one paragraph. goes_on: whether the one before ended within a quotation."""

    def __init__(self, content: str, span: Span, goes_on: bool) -> None:
        self._content = content
        self._span = span
        self._goes_on = goes_on
        marks = [self._mark(one) for one in _MARK.finditer(content, span.start, span.end)]
        self._marks = marks if len(marks) <= _MOST else []
        self._open: list[_Open] = []
        self._found: list[Quotation] = []

    def read(self) -> list[Quotation]:
        """Return the quotations by where they begin, those around others first."""
        self._end_without_beginning()
        for place, mark in enumerate(self._marks):
            if mark.family == "single":
                self._take_single(place, mark)
            elif mark.family == "double":
                self._take_double(mark)
            else:
                self._take_paired(place, mark)
        self._end()
        found = (one for one in self._found if one.inner)
        return list(_with_depths(sorted(found, key=lambda one: (one.span.start, -one.span.end))))

    def _mark(self, match: re.Match[str]) -> _Mark:
        start, end = match.span()
        before = self._content[start - 1] if start > self._span.start else " "
        after = self._content[end] if end < self._span.end else " "
        at_start = before.isspace() or before in _BEFORE_OPENING
        opens = at_start and not after.isspace() and after not in _AFTER_CLOSING
        closes = not before.isspace() and before not in "([{" and not after.isalnum()
        return _Mark(start, end, match[0], _FAMILIES[match[0]], opens, closes)

    # --- Double marks ------------------------------------------------------------------------

    def _take_double(self, mark: _Mark) -> None:
        opened = self._innermost("double")
        act = _act(mark, opened is not None)
        if act == "open":
            self._open.append(_Open(mark))
        elif act == "close" and opened is not None:
            self._close(opened, mark)

    def _innermost(self, family: Family) -> int | None:
        places = range(len(self._open) - 1, -1, -1)
        return next((one for one in places if self._open[one].mark.family == family), None)

    def _close(self, place: int, mark: _Mark) -> None:
        """Close what stands open at a place; what was opened within it was no quotation."""
        self._add(self._open[place].mark, mark.start, mark.end, is_closed=True)
        del self._open[place:]

    def _add(self, mark: _Mark, inner_end: int, end: int, *, is_closed: bool) -> None:
        inner = stripped(self._content, mark.end, inner_end)
        continues = self._goes_on and mark.start == self._span.start
        span = Span(mark.start, end)
        self._found.append(Quotation(span, inner, 0, is_closed, continues))

    # --- Guillemets and corners ---------------------------------------------------------------

    def _take_paired(self, place: int, mark: _Mark) -> None:
        opened = self._innermost(mark.family)
        if opened is not None and _OPPOSITE.get(self._open[opened].mark.form) == mark.form:
            self._close(opened, mark)
        elif mark.form in "«‹「『" or self._is_turned(place, mark):
            self._open.append(_Open(mark))

    def _is_turned(self, place: int, mark: _Mark) -> bool:
        """Return whether »these« are opening: one that closes follows."""
        later = (one.form for one in self._marks[place + 1 :] if one.family == mark.family)
        return mark.form in "»›" and mark.opens and next(later, "") == _OPPOSITE[mark.form]

    # --- Single marks ------------------------------------------------------------------------

    def _take_single(self, place: int, mark: _Mark) -> None:
        for at, one in enumerate(self._open):
            if one.closer is mark:
                self._close(at, mark)
                return
        if not self._opens_single(mark):
            return
        closer = self._closer(place)
        if closer is not None:
            self._open.append(_Open(mark, closer))
        elif mark.start == self._span.start and mark.form == "‘" and not self._open:
            self._open.append(_Open(mark))

    def _opens_single(self, mark: _Mark) -> bool:
        """Return whether a mark may open a quotation, and does not stand for letters left out."""
        if not mark.opens or mark.form not in _SINGLE_OPENERS:
            return False
        following = self._content[mark.end : mark.end + 12]
        if _YEARS.match(following):
            return False
        word = _WORD.match(following)
        return word is None or word[0].lower() not in words("quotations", "elided")

    def _closer(self, place: int) -> _Mark | None:
        """Return the mark that closes what the single mark at a place would open.

        A mark behind a plural may be an apostrophe: a later one, before the next that opens, is
        taken rather.
        """
        possible: list[_Mark] = []
        for mark in self._within(place):
            if mark.family != "single":
                continue
            if mark.closes and mark.form in _SINGLE_CLOSERS:
                possible.append(mark)
                if not self._is_possessive(mark):
                    return mark
            elif possible and self._opens_single(mark):
                break
        return possible[-1] if possible else None

    def _within(self, place: int) -> Iterator[_Mark]:
        """Yield the marks after one, up to what closes a quotation in double marks around it."""
        around = self._innermost("double") is not None
        depth = 0
        for mark in self._marks[place + 1 :]:
            if mark.start - self._marks[place].start > _LONGEST_SINGLE:
                return
            if mark.family == "double":
                act = _act(mark, around or depth > 0)
                depth += (act == "open") - (act == "close")
                if depth < 0:
                    return
            yield mark

    def _is_possessive(self, mark: _Mark) -> bool:
        before = self._content[max(self._span.start, mark.start - 2) : mark.start].lower()
        after = self._content[mark.end : mark.end + 2]
        goes_on = len(after) == 2 and after[0] == " " and after[1].islower()
        return goes_on and (before.endswith("s") or before == "in")

    # --- The ends of the paragraph ------------------------------------------------------------

    def _end_without_beginning(self) -> None:
        """Find the end of a quotation that this paragraph goes on with but does not open again."""
        first = next((mark for mark in self._marks if mark.family == "double"), None)
        if not self._goes_on or first is None or _act(first, True) != "close":
            return
        inner = stripped(self._content, self._span.start, first.start)
        span = Span(self._span.start, first.end)
        self._found.append(Quotation(span, inner, 0, True, True))
        self._marks = [mark for mark in self._marks if mark.start > first.start]

    def _end(self) -> None:
        """End what is still open: with the paragraph, or before the next that was opened in it."""
        doubles = [one.mark for one in self._open if one.mark.family == "double"]
        starts = [one.span.start for one in self._found if self._content[one.span.start] != "‘"]
        for one in self._open:
            mark = one.mark
            if mark.form in "»›「『" or (mark.family == "double" and one.closer):
                continue
            later = [at for at in starts if at > mark.start and self._is_same(at, mark)]
            later += [other.start for other in doubles if other.start > mark.start]
            if later and mark.family == "double":
                end = stripped(self._content, mark.start, min(later)).end
            else:
                end = self._span.end
            self._add(mark, end, end, is_closed=False)

    def _is_same(self, at: int, mark: _Mark) -> bool:
        return _FAMILIES.get(self._content[at]) == mark.family


def _act(mark: _Mark, is_open: bool) -> Act:
    """Return what a double mark does where a quotation in such marks is open, or none is."""
    if mark.form in _OPENING:
        return "close" if is_open and mark.closes and not mark.opens else "open"
    if mark.form in _CLOSING:
        return "close" if is_open else "open" if mark.opens and not mark.closes else ""
    if mark.opens == mark.closes:
        return "close" if is_open else "open"
    return "open" if mark.opens else "close" if is_open else ""


def _with_depths(found: Iterable[Quotation]) -> Iterator[Quotation]:
    """Yield the quotations with their depths, without those that cross an earlier one."""
    around: list[int] = []
    for one in found:
        while around and around[-1] <= one.span.start:
            around.pop()
        if around and around[-1] < one.span.end:
            continue
        yield replace(one, depth=len(around))
        around.append(one.span.end)
