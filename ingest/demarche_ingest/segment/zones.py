"""The zones of one article: which paragraphs are its own words, and which are around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.segment.comments import begin, remarks
from demarche_ingest.segment.issuers import is_letterhead
from demarche_ingest.segment.looks import (
    FURNITURE,
    Unit,
    dateline_in,
    greets,
    is_person,
    names_outlet,
)
from demarche_ingest.segment.rules import pattern, patterns
from demarche_ingest.texts import Span

_TITLE_WORDS: Final = 4
"""Words from which on a line at the top is the headline rather than the name of an outlet."""
_NAME: Final = 6
"""Words of an outlet's or a person's name, at most."""
_SUBHEAD: Final = 12
"""Words of a subheading, at most."""
_STANDFIRST: Final = 400
_SPEAKER: Final = re.compile(r"[A-ZÀ-Þ][\w.&'’ -]{0,40}:\s")
"""Who speaks, in front of what is said."""
_LIST: Final = 4
_LINKS: Final = ("short", "item", "other", "date")
"""Looks of what stands in a list of links."""
_LISTS: Final = re.compile(
    r"(?:trending|most|popular|related|more|latest|top|recommended)\b", re.IGNORECASE
)
"""What stands above a list of links, of four words at most."""
_BULK: Final = 0.2
"""What follows a page's footer is the bulk of the article if it is more of its words than this."""
_CLEAR: Final[dict[str, ZoneKind]] = {
    "promotion": "promotion",
    "boilerplate": "boilerplate",
    "separator": "boilerplate",
    "number": "boilerplate",
    "date": "boilerplate",
    "byline": "boilerplate",
    "address": "boilerplate",
    "dateline": "boilerplate",
    "caption": "caption",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The paragraphs of an article, and what is what.

    headline: its place, None for none. body: place of the first paragraph of its own words.
    comments: place of the first of the section of comments, or how many paragraphs there are.
    """

    units: tuple[Unit, ...]
    headline: int | None
    body: int
    comments: int


def lay_out(units: Sequence[Unit], headline: int | None = None) -> Layout:
    """Find headline, body and comments. headline: its place where that is known."""
    comments = begin(units)
    if headline is None:
        headline = _headline(units[:comments])
    start = 0 if headline is None else headline + 1
    body = next(
        (
            place
            for place in range(start, comments)
            if units[place].look == "prose" and not _is_given(units[place], "headline", "caption")
        ),
        min(start, comments),
    )
    return Layout(tuple(units), headline, body, comments)


def _is_given(unit: Unit, *kinds: str) -> bool:
    return unit.given is not None and unit.given.kind in kinds


def _headline(units: Sequence[Unit]) -> int | None:
    """Return the place of the headline: a short line above the first prose, with words enough."""
    given = next((at for at, unit in enumerate(units) if _is_given(unit, "headline")), None)
    if given is not None:
        return given
    first = next((at for at, unit in enumerate(units) if unit.look == "prose"), None)
    if first is None or (greets(units[first]) and _is_dated(units[:first])):
        return None
    possible = [
        at
        for at in range(first)
        if units[at].look == "short"
        and units[at].given is None
        and not _is_below_headline(units[at])
        and not (at + 1 < first and pattern("heads", "issue").match(units[at + 1].words))
    ]
    head = head_of(units[:first])
    if head and possible and all(at < len(head) for at in possible[:1]):
        possible = [at for at in possible if at >= len(head)]
        if not possible:
            return None
    if not possible and units[0].look == "label" and units[0].words.count(" ") >= _TITLE_WORDS:
        return 0
    if len(possible) > 1 and _is_weblog(units, possible):
        possible = possible[1:]
    plain = [at for at in possible if not _is_name(units[at].words)]
    if not plain and possible == [0] and _is_masthead(units[0], units[first]):
        return None
    worded = [at for at in plain if units[at].count >= _TITLE_WORDS]
    if worded and _is_letterhead(units, worded[0]):
        worded = [at for at in worded if _begins_block(units, at, worded[0])] or worded
    return next(iter(worded or plain or possible), None)


def head_of(units: Sequence[Unit]) -> list[Unit]:
    """Return the paragraphs of the letterhead that a page begins with; none where there is none.

    Marks, numbers and words of the page may stand within it.
    """
    end = 0
    for at, unit in enumerate(units):
        if unit.given is not None or unit.look not in (*_WITHIN_HEAD, "short", "other"):
            break
        if unit.look in _WITHIN_HEAD:
            continue
        if not is_letterhead(unit.words):
            break
        end = at + 1
    return list(units[:end])


_POSTED: Final = re.compile(r"posted by\b.{2,60}\bat \d{1,2}[:.]\d\d", re.IGNORECASE)


def _is_weblog(units: Sequence[Unit], possible: Sequence[int]) -> bool:
    """Return whether a page has its name, a day, and then a post, which a line below it signs."""
    first, second = possible[:2]
    between = [unit.look for unit in units[first + 1 : second]]
    signed = any(_POSTED.match(unit.words) for unit in units[second:])
    return first == 0 and "date" in between and units[second].is_apart and signed


_WITHIN_HEAD: Final = ("number", "separator", "boilerplate")


def _is_masthead(unit: Unit, following: Unit) -> bool:
    """Return whether the only line above an agency's dateline is the name of an outlet."""
    return names_outlet(unit.words) == unit.words and dateline_in(following.words) is not None


def _is_dated(above: Sequence[Unit]) -> bool:
    """Return whether a name and a date are all that stands above a greeting: a newsletter's."""
    short = [unit for unit in above if unit.look == "short"]
    return len(short) <= 1 and any(unit.look == "date" for unit in above)


def _is_name(shown: str) -> bool:
    return bool(names_outlet(shown)) or is_person(shown, capitals=True)


def _begins_block(units: Sequence[Unit], place: int, first: int) -> bool:
    """Return whether a line begins a block that is not the first, a date above it aside."""
    above = units[place - 1]
    begins = units[place].is_apart or (above.look == "date" and above.is_apart)
    return place > first and begins


def _is_letterhead(units: Sequence[Unit], place: int) -> bool:
    """Return whether a line is in the first block of several, and no byline or address is there."""
    start, end = place, place + 1
    while start > 0 and not units[start].is_apart:
        start -= 1
    while end < len(units) and not units[end].is_apart:
        end += 1
    block = units[start:end]
    above = all(unit.look != "short" for unit in units[:start])
    return (
        above and len(block) > 1 and all(unit.look not in ("byline", "address") for unit in block)
    )


def _is_below_headline(unit: Unit) -> bool:
    return (
        unit.count > _TITLE_WORDS
        and any(rule.search(unit.words) for rule in patterns("furniture", "caption_below_headline"))
        and bool(re.search(r"\bwith\b|\band\b", unit.words))
    )


# --- Zones -----------------------------------------------------------------------------------


def zones_of(content: str, layout: Layout) -> tuple[Zone, ...]:
    """Return the zones of an article, in order, disjoint; together all that is no white space."""
    told = [*_article(content, layout), *_comments(layout)]
    return tuple(_merged(told))


def _article(content: str, layout: Layout) -> Iterator[Zone]:
    units = layout.units[: layout.comments]
    footer = _footer(units, layout.body)
    dated = False
    for place, unit in enumerate(units):
        if unit.given is not None and unit.given.kind != "body":
            yield _part_of(unit.given, unit.span)
            continue
        kind = "boilerplate" if place >= footer else _kind(layout, place)
        if kind == "body" and not dated:
            dated = True
            begins = after_dateline(content, unit.span)
            if begins:
                yield Zone("boilerplate", Span(unit.span.start, begins[0]))
                yield Zone("body", Span(begins[1], unit.span.end))
                continue
        yield Zone(kind, unit.span)


def _kind(layout: Layout, place: int) -> ZoneKind:
    unit = layout.units[place]
    if place == layout.headline:
        return "headline"
    listed = _listed(layout, place) if unit.look == "date" else None
    if unit.look in _CLEAR:
        return listed or _CLEAR[unit.look]
    if place < layout.body:
        return _at_top(layout, place)
    if place == layout.body and _is_standfirst(layout, place):
        return "headline"
    return _within(layout, place)


def _within(layout: Layout, place: int) -> ZoneKind:
    """Return what a paragraph among the article's own words is."""
    if (listed := _listed(layout, place)) is not None:
        return listed
    if _is_jump(layout, place) or _is_about_writer(layout, place) or _is_last_label(layout, place):
        return "boilerplate"
    return "headline" if _is_subheading(layout, place) else "body"


def _is_last_label(layout: Layout, place: int) -> bool:
    """Return whether a line tells a field of the article behind all of its words."""
    if layout.units[place].look != "label" or place <= layout.body:
        return False
    return all(unit.look != "prose" for unit in layout.units[place + 1 : layout.comments])


_GOES_ON: Final = re.compile(r"\(?cont(?:inue)?d?\.? from\b|from page\b", re.IGNORECASE)


def _is_jump(layout: Layout, place: int) -> bool:
    """Return whether a word in capitals heads the second part of an article in print."""
    unit = layout.units[place]
    if not unit.words.isupper() or unit.count > _LIST or place + 1 >= len(layout.units):
        return False
    return _GOES_ON.match(layout.units[place + 1].words) is not None


_WRITES: Final = re.compile(
    r"(?P<name>[Tt]he (?:author|writer)|[^\W\d_][\w.'’ -]{3,50}?)\s+"
    r"(?:(?:is|was) (?:an?|the|our|[a-z]+ (?:of|at|in))|writes|teaches|lives|works|reports|covers"
    r"|has written|holds|serves|heads)\b"
)
"""How a paragraph begins that tells who wrote something."""
_LAST: Final = 3
"""Paragraphs at the end of which one may tell who wrote the article."""


def _is_about_writer(layout: Layout, place: int) -> bool:
    """Return whether one of the last paragraphs tells who somebody is whom the head names."""
    unit = layout.units[place]
    told = _WRITES.match(unit.words)
    if told is None or place < layout.comments - _LAST or place <= layout.body:
        return False
    name = told["name"].lower()
    above = (one.words.lower() for one in layout.units[: layout.body])
    is_named = " " in name and any(name in one for one in above)
    return is_named or name in ("the author", "the writer")


def _listed(layout: Layout, place: int) -> ZoneKind | None:
    """Return what a line is that stands in a list under "Related" or "Trending now"."""
    at = place
    while at > layout.body and layout.units[at].look in _LINKS:
        at -= 1
    head = layout.units[at]
    is_head = at < place and head.count <= _LIST and head.look in ("promotion", "boilerplate")
    return _CLEAR[head.look] if is_head and _LISTS.match(head.words) else None


def _at_top(layout: Layout, place: int) -> ZoneKind:
    """Return what a paragraph above the first prose is."""
    unit, headline = layout.units[place], layout.headline
    if headline is None:
        return "body" if unit.look == "other" else "boilerplate"
    if place < headline:
        is_first_line = not layout.units[headline].is_apart and place == headline - 1
        is_part = is_first_line and unit.look == "short" and unit.count > 1
        is_named = _is_name(unit.words) or is_letterhead(unit.words)
        return "headline" if is_part and not is_named else "boilerplate"
    if _is_below_headline(unit):
        return "caption"
    return _below_headline(layout, place)


def _below_headline(layout: Layout, place: int) -> ZoneKind:
    unit = layout.units[place]
    if _is_name(unit.words) or unit.look in ("label", "item"):
        return "boilerplate"
    if unit.count <= _NAME and _tells(layout, place):
        return "boilerplate"
    return "headline" if unit.look == "short" else "body"


def _tells(layout: Layout, place: int) -> bool:
    """Return whether a line below the headline's block is in one with a date or a byline."""
    units = layout.units
    start = place
    while start > 0 and not units[start].is_apart:
        start -= 1
    end = place + 1
    while end < layout.body and not units[end].is_apart:
        end += 1
    return start > (layout.headline or 0) and any(one.look in FURNITURE for one in units[start:end])


def _is_standfirst(layout: Layout, place: int) -> bool:
    """Return whether the first prose stands between the headline and a byline or date."""
    units = layout.units
    if layout.headline is None or len(units[place].span) > _STANDFIRST:
        return False
    if pattern("heads", "salutation").match(units[place].words):
        return False
    if any(unit.look == "byline" for unit in units[layout.headline : place]):
        return False
    if place == layout.headline + 1 and not units[place].is_apart:
        return place + 1 < layout.comments and units[place + 1].is_apart
    following = place + 1
    while following < layout.comments and units[following].look == "caption":
        following += 1
    if following >= layout.comments or units[following].look not in ("byline", "date"):
        return False
    return any(unit.look == "prose" for unit in units[following : following + 6])


def _is_subheading(layout: Layout, place: int) -> bool:
    """Return whether a short line stands by itself between paragraphs of prose."""
    units = layout.units
    unit = units[place]
    if unit.look != "short" or unit.count > _SUBHEAD or not unit.is_apart:
        return False
    if _SPEAKER.match(unit.words):
        return False
    if is_person(unit.words) and unit.count <= 3:
        return False
    after = next(
        (
            one
            for one in units[place + 1 : layout.comments]
            if one.look not in ("caption", "promotion")
        ),
        None,
    )
    return after is not None and after.look == "prose"


def _footer(units: Sequence[Unit], body: int) -> int:
    """Return where the furniture begins that a page ends with; how many paragraphs for none."""
    sizes = [len(unit.span) if unit.look in ("prose", "other") else 0 for unit in units]
    total = sum(sizes[body:])
    for place in range(body + 1, len(units)):
        unit = units[place]
        if unit.look != "boilerplate":
            continue
        if any(rule.fullmatch(unit.words) for rule in patterns("furniture", "footer")):
            left = sum(sizes[place + 1 :])
            if left <= _BULK * total:
                return place
    return len(units)


def _comments(layout: Layout) -> Iterator[Zone]:
    units = layout.units[layout.comments :]
    for unit, remark in zip(units, remarks(units), strict=True):
        if unit.given is not None and unit.given.kind != "body":
            yield _part_of(unit.given, unit.span)
        elif remark.number:
            yield _Numbered(
                "comment", unit.span, remark.author, remark.to, remark.date, number=remark.number
            )
        else:
            kind: ZoneKind = "promotion" if unit.look == "promotion" else "boilerplate"
            yield Zone(kind, unit.span)


@dataclass(frozen=True, slots=True)
class _Numbered(Zone):
    """A paragraph of a comment. number: of the comment."""

    number: int = 0


def _part_of(given: Zone, span: Span) -> Zone:
    """Return a paragraph of a zone that the format gives."""
    if given.kind != "comment":
        return replace(given, span=span)
    number = -1 - given.span.start
    return _Numbered("comment", span, given.author, given.reply_to, given.date, number=number)


def _merged(told: Iterable[Zone]) -> Iterator[Zone]:
    """Yield zones with neighbours of one kind made one; of comments, the paragraphs of each."""
    now: Zone | None = None
    for zone in told:
        if now is not None and _is_same(now, zone):
            now = replace(now, span=Span(now.span.start, zone.span.end))
            continue
        if now is not None:
            yield _plain(now)
        now = zone
    if now is not None:
        yield _plain(now)


def _is_same(now: Zone, zone: Zone) -> bool:
    if now.kind != zone.kind:
        return False
    if now.kind != "comment":
        return True
    return isinstance(now, _Numbered) and isinstance(zone, _Numbered) and now.number == zone.number


def _plain(zone: Zone) -> Zone:
    return Zone(zone.kind, zone.span, zone.author, zone.reply_to, zone.date)


# --- The place that an article begins with ----------------------------------------------------


def dateline_of(content: str, span: Span) -> re.Match[str] | None:
    """Return the match of the dateline that a paragraph begins with, None for none."""
    match = dateline_in(content, span.start)
    return match if match is not None and match.end() < span.end else None


def after_dateline(content: str, span: Span) -> tuple[int, int] | None:
    """Return where a paragraph's dateline ends, and where its own words begin; None without one."""
    match = dateline_of(content, span)
    if match is None:
        return None
    end = match.end()
    while content[end - 1].isspace():
        end -= 1
    return end, match.end()
