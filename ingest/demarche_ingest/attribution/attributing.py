"""Finds who says what in an article."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution.going_on import going_on
from demarche_ingest.attribution.model import (
    VOICE_OF_ZONE,
    Attribution,
    Attributions,
    Ground,
    Marks,
    Style,
)
from demarche_ingest.attribution.quoted import Told, with_quotations
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.reports import reports
from demarche_ingest.attribution.signing import Signing, signing
from demarche_ingest.attribution.speakers import Speakers
from demarche_ingest.attribution.turns import Turn, turns
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates import commenters
from demarche_ingest.candidates.model import Agent
from demarche_ingest.documents.model import Zone
from demarche_ingest.texts import Span

_READ: Final = frozenset({"headline", "body", "caption", "comment"})
_BIOGRAPHY: Final = 900
"""Code points at the end of a body within which its author may be described."""
_DAY: Final = 10
"""Characters of the EDTF of a day."""


def attribute(read: ReadArticle) -> Attributions:
    """Return the attributions of an article."""
    signed = signing(read)
    letters = (letter.author for letter in signed.letters)
    speakers = Speakers(read, (*signed.author, *letters))
    author = signed.author[-1] if signed.author else None
    spoken = turns(read, signed.outlet, author)
    found = [_of_turn(turn, signed) for turn in spoken if not turn.is_narrator]
    for zone in read.article.zones:
        if zone.kind in _READ:
            found += _of_zone(read, zone, speakers, spoken)
    return Attributions(
        _nested(found),
        tuple(_grounds(read, signed)),
        signed.outlet,
        author if author is not None and author.kind != "NewsAgency" else None,
        Marks(tuple(one.span for one in read.quotations), tuple(_asides(read))),
    )


_ASIDE: Final = re.compile(r"\[[^\[\]\n]*?\s[^\[\]\n]*?\s[^\[\]\n]*?\s[^\[\]\n]*\]")
"""Four words or more in brackets: less completes a quotation."""


def _asides(read: ReadArticle) -> Iterator[Span]:
    span = read.article.span
    for match in _ASIDE.finditer(read.text.content, span.start, span.end):
        yield Span(*match.span())


def _of_turn(turn: Turn, signed: Signing) -> Attribution:
    source = turn.agent or signed.outlet
    is_written = turn.agent is None and signed.voice == "official-document"
    return Attribution(source, turn.label, (turn.content,), "direct", is_written=is_written)


# --- Zones -----------------------------------------------------------------------------------


def _of_zone(
    read: ReadArticle, zone: Zone, speakers: Speakers, spoken: Sequence[Turn]
) -> Iterator[Attribution]:
    content = read.text.content
    told = []
    starts = [sentence.span.start for sentence in read.sentences]
    first, last = (bisect_left(starts, at) for at in (zone.span.start, zone.span.end))
    parses = {parse.span: parse for parse in read.parses[first:last]}
    for sentence in read.sentences[first:last]:
        if zone.span.covers(sentence.span):
            words = Words(content, _unlabelled(sentence.span, spoken), parses.get(sentence.span))
            told.append(Told(words, reports(words, speakers, zone.kind == "headline")))
    inside = [one for one in read.quotations if zone.span.covers(one.span)]
    found = [*with_quotations(told, inside, content, speakers), *going_on(told, content)]
    for report in found:
        if report.speaker.is_self:
            continue
        plain = _without_day(read, report)
        if plain.content:
            yield _attribution(read, plain)


def _unlabelled(span: Span, spoken: Sequence[Turn]) -> Span:
    """Return a sentence without the label of who speaks it."""
    starts = (t.content.start for t in spoken if span.start <= t.label.start < span.end)
    start = next(starts, span.start)
    return Span(start, span.end) if start < span.end else span


def _without_day(read: ReadArticle, report: Report) -> Report:
    """Return a report without the day at the head of what was said: "said Wednesday it would"."""
    spans = []
    for span in report.content:
        start = span.start
        if span.start > report.cue.end:
            for time in read.times:
                between = read.text.content[start : time.span.start]
                if start <= time.span.start < time.span.end < span.end and between in {"", "on "}:
                    start = time.span.end
        words = read.text.content[start : span.end]
        spans.append(Span(start + len(words) - len(words.lstrip(" ,:\u00a0\n")), span.end))
    return replace(report, content=tuple(one for one in spans if one.end > one.start))


def _attribution(read: ReadArticle, report: Report) -> Attribution:
    return Attribution(
        report.speaker.agent,
        report.cue,
        report.content,
        _style(read, report),
        report.through,
        report.certainty,
        _uttered(read, report),
        is_written=report.speaker.is_written,
        is_act=report.is_act,
    )


def _style(read: ReadArticle, report: Report) -> Style:
    length = sum(len(span) for span in report.content)
    quoted = sum(
        len(one.span)
        for one in read.quotations
        if not one.depth and any(span.covers(one.span) for span in report.content)
    )
    if not quoted:
        return "indirect"
    return "direct" if quoted > 0.9 * length else "mixed"


def _uttered(read: ReadArticle, report: Report) -> str:
    """Return the day that the words around the cue tell, "" for none."""
    near = Span(report.head.start - 80, report.head.end + 80)
    for time in read.times:
        if not near.covers(time.span) or len(time.edtf) != _DAY or time.bound:
            continue
        if not any(span.covers(time.span) for span in report.content):
            between = read.text.content[
                min(time.span.end, report.head.end) : max(time.span.start, report.head.start)
            ]
            if "\n" not in between and ". " not in between:
                return time.edtf
    return ""


# --- Whose what is elsewhere -----------------------------------------------------------------


def _grounds(read: ReadArticle, signed: Signing) -> Iterator[Ground]:
    """Yield each zone with whose it is."""
    letters = {letter.span: letter.author for letter in signed.letters}
    numbers = commenters.numbers(read.article.zones)
    for zone in read.article.zones:
        voice = VOICE_OF_ZONE.get(zone.kind, signed.voice)
        chain: tuple[Agent, ...] = (signed.outlet,)
        if zone.kind == "comment":
            chain = (_commenter(numbers[zone.span.start]),)
        elif zone.kind == "body":
            author = letters.get(zone.span)
            chain = (*chain, author) if author else (*chain, *signed.author)
        start = _biography(read, zone.span, signed) if zone.kind == "body" else None
        if start is None:
            yield Ground(zone.span, chain, voice)
        else:
            yield Ground(Span(zone.span.start, start), chain, voice)
            yield Ground(Span(start, zone.span.end), (signed.outlet,), voice)


def _biography(read: ReadArticle, zone: Span, signed: Signing) -> int | None:
    """Return where the last lines of a body tell who its author is, which the outlet does."""
    if not signed.author:
        return None
    name = re.escape(signed.author[-1].label)
    pattern = re.compile(
        rf"\n[*_\s]*(?:About the author:?\s*)?{name}[*_]*,?\s+"
        r"(?:is|was|has|writes|reports|teaches|works|covers|serves|lives)\b",
        re.IGNORECASE,
    )
    last = zone.end - min(len(zone), _BIOGRAPHY)
    found = [match.start() + 1 for match in pattern.finditer(read.text.content, last, zone.end)]
    return found[-1] if found and found[-1] > zone.start else None


def _commenter(number: int) -> Agent:
    """Return the author of comments: by number, since their names are not kept."""
    return Agent(commenters.name(number), f"Commenter {number}", is_new=True, kind="Commenter")


# --- Within each other -----------------------------------------------------------------------


def _nested(found: Iterable[Attribution]) -> list[Attribution]:
    """Return attributions in the order of the text, none of which crosses another."""
    ordered = sorted(found, key=lambda one: (one.content[0].start, -one.content[0].end))
    kept: list[Attribution] = []
    taken: list[Span] = []
    for one in ordered:
        spans = tuple(span for part in one.content if (span := _uncrossed(part, taken)) is not None)
        if spans:
            taken += spans
            kept.append(replace(one, content=spans))
    kept = list(_dated(kept))
    return [replace(one, outer=_outer(kept, place)) for place, one in enumerate(kept)]


def _dated(found: Iterable[Attribution]) -> Iterator[Attribution]:
    """Yield attributions with the day that was told of the same source before, if of its own none.

    In the order of the text: who spoke on Monday "added" the rest on Monday.
    """
    days: dict[str, str] = {}
    for one in found:
        name = one.source.id if one.source is not None else ""
        if one.uttered:
            days[name] = one.uttered
        yield replace(one, uttered=one.uttered or days.get(name, "")) if name else one


def _uncrossed(span: Span, taken: Iterable[Span]) -> Span | None:
    """Return a span without what would cross one before it."""
    start, end = span.start, span.end
    for other in taken:
        if other.start < start < other.end < end:
            start = other.end
        elif start < other.start < end < other.end:
            end = other.start
    return Span(start, end) if end > start else None


def _outer(kept: Sequence[Attribution], place: int) -> int | None:
    """Return the smallest attribution that holds all that another says, and its cue."""
    one = kept[place]
    best: tuple[int, int] | None = None
    for at, other in enumerate(kept):
        if at == place or other.source is None or other.source == one.source:
            continue
        for span in other.content:
            holds = all(span.covers(part) for part in one.content)
            wider = len(span) > max(len(part) for part in one.content)
            inside = one.cue is None or span.covers(one.cue)
            if holds and wider and inside and (best is None or len(span) < best[0]):
                best = len(span), at
    return best[1] if best is not None else None
