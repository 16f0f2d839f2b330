"""Expressions of time in sentences: found by the rules, joined, and worked out in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from demarche_ingest import times
from demarche_ingest.dating.atoms import Atom, atoms, joined
from demarche_ingest.dating.dateline import read_dateline
from demarche_ingest.dating.model import Bound, Expression, Kind
from demarche_ingest.dating.named import Calendar
from demarche_ingest.dating.ranges import Range
from demarche_ingest.dating.said import (
    ARTICLE,
    ASSUMED,
    EARLIER,
    STATED,
    Context,
    Duration,
    Said,
    Stated,
    Told,
)
from demarche_ingest.dating.tense import Direction, direction
from demarche_ingest.dating.written import Order, order_in
from demarche_ingest.documents.model import Zone
from demarche_ingest.parsing.model import Parse
from demarche_ingest.segment.model import Article, Sentence
from demarche_ingest.texts import Span
from demarche_ingest.times import Interval

UNREAD: Final = ("boilerplate", "promotion")
"""Zones whose dates are furniture."""

BOUNDS: Final[dict[str, Bound]] = {
    "since": "since",
    "ever since": "since",
    "starting": "since",
    "beginning": "since",
    "effective": "since",
    "until": "until",
    "till": "until",
    "up to": "until",
    "through": "until",
    "before": "before",
    "prior to": "before",
    "ahead of": "before",
    "after": "after",
    "following": "after",
    "by": "by",
    "no later than": "by",
    "not later than": "by",
}
"""Words before a time of which it is the limit."""

_BOUND: Final = re.compile(
    rf"\b({'|'.join(sorted(BOUNDS, key=len, reverse=True))})"
    r"(?:\s+(?:on|in|at|at\s+least|at\s+the\s+latest))?\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ONWARDS: Final = re.compile(r"\s+(?:on|onwards?)(?=\s*[,.;])|\s+onwards?\b")
_SAME_DAY: Final = re.compile(r"\b\d{4},?\s+(?:\(|corresponding\s+to\s+|or\s+|i\.e\.\s+)+$")
"""Between a day and the same day of another calendar."""

_TERM: Final = re.compile(
    r"\b(?:giv(?:e|en|es|ing)|gave|ha[sdve]+|extend(?:ed|s)?|valid|deadline|ultimatum|time|prolonged|renewed)"
    r"(?:\s+[\w’'-]+){0,4}\s+(?:until|till|by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""What has a term that is to come, whenever it was set: "they were given until Friday"."""


def expressions(
    text: str,
    article: Article,
    sentences: Iterable[Sentence],
    parses: Iterable[Parse] | None = None,
) -> list[Expression]:
    """Return the expressions of time of an article, in their order, disjoint.

    text: the whole text that all spans count in. sentences: of the article; those of furniture are
    passed over. parses: of some or all of these sentences, by their spans; they tell whether
    what is said has been. Without the article's date what relates to it is found and has no EDTF.
    """
    known = {parse.span: parse for parse in parses or ()}
    reader = _Reader(text, article, order_in(text[article.span.start : article.span.end]))
    dated = article.date.where if article.date else None
    for sentence in sentences:
        if sentence.zone.kind not in UNREAD:
            reader.read(sentence, known.get(sentence.span))
    return [one for one in reader.found if dated is None or not dated.covers(one.span)]


@dataclass
class _Reader:
    """The state of reading an article: what was found so far."""

    text: str
    article: Article
    order: Order
    found: list[Expression] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    frame: int = 0
    zone: Zone | None = None

    def read(self, sentence: Sentence, parse: Parse | None) -> None:
        words = self.text[sentence.span.start : sentence.span.end]
        if sentence.zone != self.zone:
            self.zone, self.frame = sentence.zone, 0
            self.earlier.clear()
        year = 0
        for atom in joined(words, atoms(words, self.order)):
            before = words[: atom.start]
            starts = before.strip(" \"“‘'").lower() in ("", "in", "on", "by")
            side = _side(words, atom, parse, sentence.span.start)
            context = self._context(side, year or (self.frame if starts else 0))
            told = self._of_zone(_told(atom.said, context))
            if atom.rule == "other calendar" and self.earlier and _SAME_DAY.search(before):
                told = Told(self.earlier[-1], EARLIER)
            bound = _bound(words, atom, _lies(told, context) or side)
            self.found.append(self._expression(sentence.span.start, words, atom, told, bound))
            if not told.edtf:
                continue
            self.earlier.append(told.edtf)
            if not bound and isinstance(atom.said, Calendar | Stated):
                year = _past_year(told, context) or year
                if starts:
                    self.frame = _past_year(told, context)

    def _context(self, side: Direction, year: int) -> Context:
        at, why = self._at()
        return Context(at, why, side, tuple(self.earlier[-8:]), year)

    def _at(self) -> tuple[Interval | None, str]:
        """Return the date that relative times of the zone relate to, or why there is none."""
        date = self.article.date
        own = self._own_date()
        if own is not None:
            return own, ""
        if date is None or not date.edtf:
            return None, ""
        try:
            at = times.parse(date.edtf)
        except ValueError:
            return None, "the article's date is no EDTF"
        if self.zone is not None and self.zone.kind == "comment":
            month = Context(at).month()
            about = times.parse(month[0].isoformat()[:7]) if month else None
            return about, "a comment has no date of its own"
        return at, ""

    def _own_date(self) -> Interval | None:
        """Return the date that a comment, or the line before it, tells."""
        zone = self.zone
        if zone is None or zone.kind != "comment":
            return None
        before = self.text[max(self.article.span.start, zone.span.start - 200) : zone.span.start]
        first = self.text[zone.span.start : zone.span.end].partition("\n")[0]
        for line in (*before.splitlines()[-2:], first):
            told = read_dateline(line[:200], order=self.order)
            if told is not None:
                return times.parse(told.edtf)
        return None

    def _of_zone(self, told: Told) -> Told:
        """Return what is told, assumed where a comment is taken to be of the article's month."""
        zone = self.zone
        if zone is None or zone.kind != "comment" or told.basis != ARTICLE or not told.edtf:
            return told
        if self._own_date() is not None:
            return told
        return replace(
            told, basis=ASSUMED, reason="a comment is taken to be of the article's month"
        )

    def _expression(
        self, offset: int, words: str, atom: Atom, told: Told, bound: Bound
    ) -> Expression:
        kind: Kind = atom.said.kind
        if kind == "date" and ("/" in told.edtf or isinstance(atom.said, Range)):
            kind = "interval"
        return Expression(
            Span(offset + atom.start, offset + atom.end),
            words[atom.start : atom.end],
            kind,
            told.basis,
            atom.rule,
            told.edtf,
            bound if kind in ("date", "interval") else "",
            atom.part,
            atom.said.amount if isinstance(atom.said, Duration) else "",
            told.reason,
        )


def _side(words: str, atom: Atom, parse: Parse | None, offset: int) -> Direction:
    """Return where in time a sentence puts a time."""
    before = words[max(0, atom.start - 60) : atom.start]
    if re.search(r"\bsince\s+$", before, re.IGNORECASE):
        return "past"
    if _TERM.search(before):
        return "future"
    return direction(words, atom.start, atom.end, parse, offset)


def _lies(told: Told, context: Context) -> Direction:
    """Return on which side of the article's date a time lies, "" for on it or if unknown."""
    at, one = context.at, times.parse(told.edtf) if told.edtf else None
    if one and at and one.earliest and at.latest and one.earliest > at.latest:
        return "future"
    return "past" if one and at and one.latest and at.earliest and one.latest < at.earliest else ""


def _told(said: Said, context: Context) -> Told:
    """Return what a time says; "" as EDTF for one that the calendar or EDTF cannot hold."""
    told = said.told(context)
    if not told.edtf:
        return told
    try:
        times.parse(told.edtf)
    except ValueError:
        return Told("", told.basis, "outside of the calendar")
    return told


def _past_year(told: Told, context: Context) -> int:
    """Return the year of a time that stands well before the article, 0 for another."""
    first = times.parse(told.edtf).earliest
    last = times.parse(told.edtf).latest
    at = context.at.earliest if context.at else None
    if (
        not first
        or not last
        or first.year != last.year
        or told.basis not in (STATED, "relative to an earlier expression")
    ):
        return 0
    return first.year if at is None or first.year < at.year - 1 else 0


def _bound(words: str, atom: Atom, side: Direction) -> Bound:
    """Return of what a time is the limit, from the words before it."""
    before = words[max(0, atom.start - 24) : atom.start]
    found = _BOUND.search(before)
    if found is not None:
        return BOUNDS[found[1].lower()]
    if re.search(r"\b(?:from|as of)\s+(?:the\s+)?$", before, re.IGNORECASE):
        is_start = side == "future" and not isinstance(atom.said, Range)
        return "since" if is_start or _ONWARDS.match(words, atom.end) else ""
    return ""
