"""Times in the words of a sentence, found by the rules and joined, before they are worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest import times
from demarche_ingest.dating import traps
from demarche_ingest.dating.counted import Away, OfEarlier, Shifted, night
from demarche_ingest.dating.making import PARTS
from demarche_ingest.dating.model import Kind, Part
from demarche_ingest.dating.named import Calendar, DayOfMonth, Weekday
from demarche_ingest.dating.ranges import Range
from demarche_ingest.dating.rules import RULES
from demarche_ingest.dating.said import Context, Duration, Said, Told
from demarche_ingest.dating.tense import direction
from demarche_ingest.dating.words import duration_of
from demarche_ingest.dating.written import Order, Written, days
from demarche_ingest.literals import Sought, folded

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


@dataclass(frozen=True, slots=True)
class Atom:
    """A time that was found in a text and is not yet worked out."""

    start: int
    end: int
    rule: str
    said: Said
    part: Part = ""


def atoms(words: str, order: Order = "") -> list[Atom]:
    """Return the times of a sentence by themselves, the longest where several begin, in order."""
    each = [*_of_rules(words), *_days(words, order)]
    taken = [(span.start, span.end) for span in traps.names(words)] if each else []
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


_SOUGHT: Final = Sought([rule.pattern for rule in RULES])


def _of_rules(words: str) -> Iterator[Atom]:
    for number in _SOUGHT.within(folded(words)):
        rule = RULES[number]
        for match in rule.pattern.finditer(words):
            said = rule.makes(match)
            if said is not None:
                part = match.groupdict().get("part") or match.groupdict().get("part2") or ""
                yield Atom(match.start(), match.end(), rule.name, said, PARTS.get(part.lower(), ""))


def joined(words: str, found: Sequence[Atom]) -> Iterator[Atom]:
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
