"""Expressions of time in sentences: found by the rules, joined, and worked out in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from demarche_ingest import times
from demarche_ingest.dating import traps
from demarche_ingest.dating.dateline import read_dateline
from demarche_ingest.dating.model import Bound, Expression, Kind
from demarche_ingest.dating.rules import PARTS, RULES, Atom
from demarche_ingest.dating.said import (
    ARTICLE,
    ASSUMED,
    EARLIER,
    STATED,
    Away,
    Calendar,
    Context,
    DayOfMonth,
    Duration,
    OfEarlier,
    Range,
    Said,
    Shifted,
    Stated,
    Told,
    Weekday,
    night,
)
from demarche_ingest.dating.tense import Direction, direction
from demarche_ingest.dating.words import duration_of
from demarche_ingest.dating.written import Order, Written, days, order_in
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

_DAYPART: Final = (
    r"(?:early |late |mid-?)?(?:morning|afternoon|evening|night|dawn|dusk|noon|midday|midnight"
    r"|sunrise|sunset"
    r"|(?:early |small )hours)"
)
_BEFORE: Final = re.compile(
    (
        r"(?:\b(?:the )?(?P<daypart>(?:(?:shortly |just |soon )?(?:before |after ))?DAYPART)"
        r"(?: of| on)? "
        r"|\b(?P<eve>(?:the )?eve) of "
        r"|\b(?:the )?(?P<part>early|late|mid)(?:-| (?:in|on) (?:the )?| (?:the )?)"
        r"|\b(?:the )?(?P<part2>beginning|start|end|middle|close|first days|last days|final days"
        r"|turn) of (?:the )?"
        r"|\b(?:the )?(?:first|second|third|fourth|last|final|opening|closing)"
        r" (?:weeks?|days|weekend|months?) of (?:the )?"
        r"|\b(?:most|much|parts?|all|the whole|the course) of (?:the )?"
        r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\b\.?|o[’']clock)"
        r"(?: [A-Z]{2,4}| local time)?,? (?:on )?"
        r"|\b(?:earlier|later)(?: in| on)? (?:the )?|\bthe (?:month|week|weekend) of )$"
    )
    .replace(" ", r"\s+")
    .replace("DAYPART", _DAYPART),
    re.IGNORECASE,
)
"""Words before a time that tell which part of it, or that belong to it otherwise."""

_AFTER: Final = re.compile(rf"(?:[’']s)?\s+(?P<daypart>{_DAYPART})\b", re.IGNORECASE)
_JOINTS: Final = re.compile(
    r"\s*(?:[-–—]|\bto\b|\buntil\b|\btill\b|\bthrough\b|\band\b|\bor\b)\s*(?:the\s+)?"
)
_FROM: Final = re.compile(r"\b(?:from|between)\s+(?:the\s+)?$", re.IGNORECASE)


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
        for atom in _joined(words, atoms(words, self.order)):
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


def atoms(words: str, order: Order = "") -> list[Atom]:
    """Return the times of a sentence by themselves, the longest where several begin, in order."""
    taken = [(span.start, span.end) for span in traps.names(words)]
    each = [*_of_rules(words), *_days(words, order)]
    kept: list[Atom] = []
    end = 0
    for atom in sorted(each, key=lambda one: (one.start, -one.end)):
        is_name = any(start < atom.end and atom.start < stop for start, stop in taken)
        if atom.start >= end and not is_name:
            kept.append(atom)
            end = atom.end
    return kept


def _days(words: str, order: Order) -> Iterator[Atom]:
    for day in days(words, order):
        if day.form != "eight digits":
            yield _of_written(words, day)


_YEAR_AFTER: Final = re.compile(
    r",?\s+(?:of\s+)?(?:(?P<which>last|this|next)\s+year|(?P<that>that|the\s+(?:same|following"
    r"|previous))\s+year)\b"
)


def _of_written(words: str, day: Written) -> Atom:
    start, end = day.span.start, day.span.end
    said = Calendar(day.year, day.month, day.day, day.weekday, day.other)
    after = _YEAR_AFTER.match(words, end) if not day.year else None
    if after is not None:
        end = after.end()
        if after["which"]:
            said = replace(said, shift={"last": -1, "this": 0, "next": 1}[after["which"]])
        else:
            by = {"following": 1, "previous": -1}.get(after["that"].split()[-1], 0)
            said = replace(said, from_earlier=by)
    if day.year and traps.is_counted(words, end) and re.search(r"\s\d{4}$", words[start:end]):
        end -= 5
        said = replace(said, year=0)
    return Atom(start, end, day.form, said)


def _of_rules(words: str) -> Iterator[Atom]:
    for rule in RULES:
        for match in rule.pattern.finditer(words):
            said = rule.makes(match)
            if said is not None:
                part = match.groupdict().get("part") or match.groupdict().get("part2") or ""
                yield Atom(match.start(), match.end(), rule.name, said, PARTS.get(part.lower(), ""))


def _joined(words: str, found: Sequence[Atom]) -> Iterator[Atom]:
    """Yield times with what belongs to them, ranges as one."""
    waiting = [_widened(words, atom) for atom in found]
    waiting = _sharing([_as_duration(words, atom) for atom in waiting], words)
    place = 0
    while place < len(waiting):
        atom = waiting[place]
        following = waiting[place + 1] if place + 1 < len(waiting) else None
        if following is not None and following.start < atom.end:
            waiting[place + 1] = replace(following, start=atom.end)
            following = None
        if following is not None and _is_range(words, atom, following):
            said = Range(atom.said, following.said, to_the_end=following.part == "late")
            yield Atom(_with_between(words, atom.start), following.end, "range", said)
            place += 2
        else:
            is_range = atom.rule in ("days of a month", "month and its days")
            yield replace(atom, start=_with_between(words, atom.start)) if is_range else atom
            place += 1


def _with_between(words: str, start: int) -> int:
    """Return where a range begins: "between" is part of it, since "and" alone makes none."""
    before = re.search(
        r"\bbetween\s+(?:the\s+)?$", words[max(0, start - 20) : start], re.IGNORECASE
    )
    return start - len(before.group()) if before else start


def _sharing(found: list[Atom], words: str) -> list[Atom]:
    """Return times of which those that are listed before one with a year are of that year."""
    for place in range(len(found) - 2, -1, -1):
        one, then = found[place], found[place + 1]
        between = words[one.end : then.start]
        if (
            isinstance(one.said, Calendar)
            and isinstance(then.said, Calendar)
            and re.fullmatch(r"\s*(?:,|,?\s*\band\b|,?\s*\bor\b)\s*(?:on\s+|in\s+)?", between)
            and then.said.year
            and not (one.said.year or one.said.shift or one.said.where)
            and one.said.month <= then.said.month
        ):
            found[place] = replace(one, said=replace(one.said, year=then.said.year))
    return found


def _is_range(words: str, one: Atom, other: Atom) -> bool:
    """Tell whether two times are the ends of one."""
    between = words[one.end : other.start]
    if not _JOINTS.fullmatch(between) or {one.said.kind, other.said.kind} != {"date"}:
        return False
    joint = between.split()[0] if between.split() else "-"
    begins = _FROM.search(words, max(0, one.start - 20), one.start)
    if joint == "and":
        return bool(begins and begins.group().lower().startswith("between"))
    if joint == "or":
        return _is_day(one.said) and _is_day(other.said)
    alike = isinstance(one.said, type(other.said))
    return bool(begins) or alike


def _widened(words: str, atom: Atom) -> Atom:
    """Return a time with the words of a part of it around it."""
    if atom.said.kind != "date":
        return atom
    after = _AFTER.match(words, atom.end)
    if after is not None and _is_day(atom.said):
        atom = replace(atom, end=after.end(), said=_part_of_day(atom.said, after["daypart"]))
    before = _BEFORE.search(words, max(0, atom.start - 40), atom.start)
    return atom if before is None else _preceded(atom, before)


def _preceded(atom: Atom, before: re.Match[str]) -> Atom:
    """Return a time with the words of a part of it before it."""
    of_day = before["daypart"] or before["eve"]
    named = (before["part"] or before["part2"] or "").lower()
    said = atom.said
    if (of_day and not (_is_day(said) or isinstance(said, Range))) or (named and atom.part):
        return atom
    if of_day and _is_day(said):
        said = _part_of_day(said, before["daypart"] or "eve")
    return replace(atom, start=before.start(), said=said, part=PARTS.get(named, atom.part))


def _is_day(said: Said) -> bool:
    if isinstance(said, Calendar):
        return bool(said.day or said.holiday)
    if isinstance(said, Shifted):
        return said.unit == "day"
    return isinstance(said, Weekday | OfEarlier | DayOfMonth)


@dataclass(frozen=True, slots=True)
class _PartOfDay:
    """A part of a day, which is its day; a night, which joins two; an eve, the day before."""

    whole: Said
    part: str

    @property
    def kind(self) -> Kind:
        return self.whole.kind

    def told(self, context: Context) -> Told:
        told = self.whole.told(context)
        interval = times.parse(told.edtf) if told.edtf else None
        day = interval.earliest if interval and interval.earliest == interval.latest else None
        if day is None:
            return told
        if self.part == "night":
            return replace(told, edtf=night(day))
        return replace(told, edtf=Shifted("day", -1).told(Context(interval)).edtf)


def _part_of_day(said: Said, words: str) -> Said:
    words = words.lower()
    if words == "eve" or (
        words.endswith("night") and words != "midnight" and not _is_told_apart(said)
    ):
        return _PartOfDay(said, "eve" if words == "eve" else "night")
    return said


def _is_told_apart(said: Said) -> bool:
    """Tell whether a night is named by its weekday: "Monday night" is of Monday."""
    return isinstance(said, Weekday) or (isinstance(said, Calendar) and said.weekday is not None)


def _as_duration(words: str, atom: Atom) -> Atom:
    """Return "in two weeks" as how long something took where the verb says that it was done."""
    if atom.rule != "amount ahead" or not isinstance(atom.said, Away):
        return atom
    is_past = direction(words, atom.start, atom.end, None, 0) != "future"
    is_time = bool(re.search(r"[’']s? time$", words[atom.start : atom.end]))
    if not is_past or is_time:
        return atom
    return replace(
        atom, rule="duration", said=Duration(duration_of(atom.said.amount, atom.said.unit))
    )


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
