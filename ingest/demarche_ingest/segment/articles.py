"""From a source to its articles, with their zones and what they say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Final

from demarche_ingest import times
from demarche_ingest.documents.language import language_of
from demarche_ingest.documents.model import Source, Zone
from demarche_ingest.segment.comments import begin
from demarche_ingest.segment.credits import with_credits
from demarche_ingest.segment.details import Masthead, Teller, masthead_of
from demarche_ingest.segment.digests import Head, has_prose, heads, is_ruled, ranges
from demarche_ingest.segment.exports import records, with_fields
from demarche_ingest.segment.letters import letters
from demarche_ingest.segment.lines import stripped, width_of
from demarche_ingest.segment.looks import Unit, units
from demarche_ingest.segment.model import Article, Dateline, Segments
from demarche_ingest.segment.twins import twins
from demarche_ingest.segment.zones import lay_out, zones_of
from demarche_ingest.texts import Span

MOST: Final = 20_000_000
"""Code points of a text that is taken apart: some ten thousand articles, and minutes of work."""


def segment(source: Source, today: date | None = None) -> Segments:
    """Take a text apart into articles and zones.

    today: a date later than this is noted. What is not sure is one article, and its body.
    """
    content = source.text.content
    whole = stripped(content, 0, len(content))
    if len(whole) > MOST:
        return _untouched(source, whole)
    width = width_of(content)
    read = with_credits(list(units(content, whole, width, source.zones)))
    if not read:
        return Segments((), notes=("the text has no words",))
    parts, outside = _divided(read)
    if not parts:
        return Segments((_Maker(source, today, is_one=True).make(_Part(with_fields(read))),))
    maker = _Maker(source, today, is_one=len(parts) == 1, masthead=_masthead(read, parts))
    made = [maker.make(part) for part in parts]
    near = next((one.date.edtf for one in made if one.date and one.date.basis == "stated"), "")
    made = [
        article if article.date or not near else maker.make(part, near)
        for article, part in zip(made, parts, strict=True)
    ]
    articles, notes = _with_twins(content, made)
    return Segments(articles, tuple(outside), notes)


def _divided(read: list[Unit]) -> tuple[list[_Part], list[Zone]]:
    """Return the parts of a text that are articles, and the zones outside; none for one article."""
    if exported := records(read):
        return [_Part(record.units, record.headline) for record in exported], []
    marked, found = letters(read)
    if found:
        headlines = [None if one.headline is None else one.headline - one.start for one in found]
        parts = [
            _Part(marked[one.start : one.end], headline)
            for one, headline in zip(found, headlines, strict=True)
        ]
        return parts, _furniture(read[: found[0].start])
    known = heads(read, _comments(read))
    return _parts(read, known) if known else ([], [])


def _masthead(read: Sequence[Unit], parts: Sequence[_Part]) -> Masthead:
    """Return what stands above the first of several articles and tells of all."""
    start = parts[0].units[0].span.start
    return masthead_of([unit for unit in read if unit.span.end <= start])


def _untouched(source: Source, whole: Span) -> Segments:
    """Return a text that is too long as one article, with the zones that its format gives."""
    note = f"the text has more than {MOST:,} characters and was not taken apart: split it"
    zones: list[Zone] = []
    at = whole.start
    for zone in source.zones:
        zones += [Zone("body", stripped(source.text.content, at, zone.span.start)), zone]
        at = zone.span.end
    zones.append(Zone("body", stripped(source.text.content, at, whole.end)))
    kept = tuple(zone for zone in zones if zone.span)
    return Segments((Article(whole, source.details, zones=kept, notes=(note,)),))


def _comments(read: Sequence[Unit]) -> list[tuple[int, int]]:
    first = begin(read)
    return [(first, len(read))] if first < len(read) else []


@dataclass(frozen=True, slots=True)
class _Part:
    """The paragraphs of one article. headline: its place among them, where that is known."""

    units: Sequence[Unit]
    headline: int | None = None


class _Maker:
    """Makes the articles of one source. is_one: whether there is but one."""

    def __init__(
        self,
        source: Source,
        today: date | None,
        *,
        is_one: bool,
        masthead: Masthead | None = None,
    ) -> None:
        self._masthead = masthead or Masthead()
        self._content = source.text.content
        self._given = source.details
        self._today = today
        self._is_one = is_one

    def make(self, part: _Part, near: str = "") -> Article:
        """Return the article that some paragraphs are. near: a day at about which it appeared."""
        layout = lay_out(part.units, part.headline)
        teller = Teller(self._content, layout, self._given, is_one=self._is_one)
        told = teller.date(near or self._masthead.near)
        if told is None and self._masthead.date:
            told = Dateline(self._masthead.date, "stated")
        span = Span(part.units[0].span.start, part.units[-1].span.end)
        details = teller.details()
        if not details.outlet:
            details = replace(details, outlet=self._masthead.outlet)
        if not details.language:
            tag = language_of(self._content[span.start : span.end]).tag
            details = replace(details, language=tag)
        return Article(
            span,
            details,
            teller.place(),
            told,
            zones_of(self._content, layout),
            tuple(_noted(told, self._today)),
        )


def _parts(read: Sequence[Unit], found: Sequence[Head]) -> tuple[list[_Part], list[Zone]]:
    """Return the parts of a digest that are articles, and the zones that belong to none."""
    parts: list[_Part] = []
    outside: list[Zone] = []
    before = read[: found[0].start]
    if has_prose(before):
        parts.append(_Part(before))
    else:
        outside += _furniture(before)
    for head, (start, end) in zip(found, ranges(found, len(read)), strict=True):
        last = _last(read, head, end)
        outside += _furniture(read[last:end])
        parts.append(_Part(read[start:last], head.headline - start))
    return parts, outside


def _furniture(units: Sequence[Unit]) -> list[Zone]:
    """Return zones for what belongs to no article; lines that part have one each."""
    zones: list[Zone] = []
    for is_line, run in groupby(units, key=lambda unit: unit.look == "separator"):
        spans = [unit.span for unit in run]
        if is_line:
            zones += [Zone("boilerplate", span) for span in spans]
        else:
            zones.append(Zone("boilerplate", Span(spans[0].start, spans[-1].end)))
    return zones


def _last(read: Sequence[Unit], head: Head, end: int) -> int:
    """Return where an article of a digest ends: before lines that part, or what is behind them."""
    last = end
    if end == len(read) and "parted" in head.signs:
        ruled = (at for at in range(head.end, end) if is_ruled(read[at]))
        last = next((at for at in ruled if not _is_bulk(read[at:])), end)
    while read[last - 1].look in ("separator", "number"):
        last -= 1
    return last


def _is_bulk(rest: Sequence[Unit]) -> bool:
    return sum(unit.look == "prose" for unit in rest) > 1


def _noted(told: Dateline | None, today: date | None) -> list[str]:
    if told is None:
        return ["no date is told"]
    earliest = times.parse(told.edtf).earliest
    if today is not None and earliest is not None and earliest > today:
        return [f"the date {told.edtf} lies in the future"]
    return []


def _with_twins(
    content: str, articles: Sequence[Article]
) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """Return the articles with notes on those that have nearly the same words as another."""
    kept = list(articles)
    found = list(twins(content, [article.span for article in articles]))
    for one, other, nearness in found:
        for at, near in ((one, other), (other, one)):
            span = kept[near].span
            note = (
                f"nearly the same words as the article at {span.start}-{span.end} ({nearness:.0%})"
            )
            kept[at] = replace(kept[at], notes=(*kept[at].notes, note))
    pairs = len(found)
    noun = "pair" if pairs == 1 else "pairs"
    notes = (f"{pairs} {noun} of articles with nearly the same words",) if found else ()
    return tuple(kept), notes
