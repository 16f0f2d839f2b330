"""Dates of the calendar in the orders in which they are written, with or without a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from demarche_ingest.dating.calendar import Partial, exists
from demarche_ingest.dating.words import DAY, MONTH, WEEKDAY, YEAR, month_of, number_of, weekday_of
from demarche_ingest.literals import Sought, folded
from demarche_ingest.texts import Span

Order = Literal["", "day first", "month first"]
"""Which of two numbers is the day, as far as it is known."""

_AROUND: Final = rf"(?:(?P<weekday>{WEEKDAY})(?:,\s*|\s+)(?:the\s+)?)?"
_AFTER: Final = rf"(?:,?\s*\(?(?P<weekday2>{WEEKDAY})\)?)?"

FORMS: Final = {
    "year-month-day": (
        r"(?<![\w.-])(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)"
        r"(?:(?![\w-])|(?=T\d))"
    ),
    "eight digits": (
        r"(?<![\w.,/-])(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?![\w-])"
    ),
    "day-month-year": (
        rf"{_AROUND}(?:\b[Tt]he\s+(?=\d+[a-z]))?(?<![\w.,:/-])(?P<day>{DAY})(?:\s+(?:day\s+)?of\s+|[\s-]*)(?P<name>{MONTH})"
        rf"(?:,?\s*-?(?P<year>{YEAR}))?"
    ),
    "month-day-year": (
        rf"{_AROUND}(?<!\w)(?:(?<=[Mm]id-)|(?<![A-Za-z]-))(?P<name>{MONTH})(?:\s+|-|(?<=\.))(?:the\s+)?(?P<day>{DAY})"
        r"(?![:.]\d|-\d\d?\b|,\d{3}(?!\d))"
        rf"(?:(?:,\s*|\s+|,\s+in\s+|-)(?P<year>{YEAR}))?"
    ),
    "two numbers and year": (
        rf"{_AROUND}(?<![\w.,:/-])(?P<first>\d\d?)(?P<mark>[/.-])(?P<second>\d\d?)(?P=mark)"
        r"(?P<year>(?:1\d|20|21)\d\d|\d\d)(?![\w/-]|\.\d)"
    ),
}
"""How days are written. Where no year stands it is told elsewhere."""

_PATTERNS: Final = {
    name: re.compile(pattern + ("" if "two" in name or "digits" in name else _AFTER))
    for name, pattern in FORMS.items()
}
_FORMS: Final = tuple(_PATTERNS)
_SOUGHT: Final = Sought(tuple(_PATTERNS.values()))


@dataclass(frozen=True, slots=True)
class Written:
    """A day as it is written. year: 0 where none stands. weekday: 0 for Monday, None for none.

    other: what it is as well, where it does not say which number is the day.
    """

    span: Span
    form: str
    year: int
    month: int
    day: int
    weekday: int | None = None
    other: Partial | None = None

    def edtf(self, year: int = 0) -> str:
        """Return its EDTF, of a set of two where the order of its numbers is not known."""
        told = Partial(self.year or year, self.month, self.day)
        if self.other is None:
            return told.edtf()
        first, second = sorted((told.edtf(), self.other.edtf()))
        return f"[{first},{second}]"


def days(text: str, order: Order = "") -> Iterator[Written]:
    """Yield the days that are written in a text, in order, the longest where several begin."""
    forms = [_FORMS[number] for number in _SOUGHT.within(folded(text))]
    found = [(match, name) for name in forms for match in _PATTERNS[name].finditer(text)]
    end = 0
    for match, name in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
        written = _read(match, name, order) if match.start() >= end else None
        if written is not None:
            end = written.span.end
            yield written


def _read(match: re.Match[str], form: str, order: Order) -> Written | None:
    """Return what a match says, None for a day that no calendar has."""
    part = match.groupdict()
    span = Span(match.start(), match.start() + len(match.group().rstrip()))
    named = part.get("weekday") or part.get("weekday2")
    weekday = weekday_of(named) if named else None
    year = _year(part.get("year") or "")
    if "first" in part:
        return _of_two(Written(span, form, year, 0, 0, weekday), part, order)
    month = month_of(part["name"]) if part.get("name") else int(part["month"])
    day = number_of(part["day"])
    if month < 1 or not exists(year or 2000, month, day):
        return None
    return Written(span, form, year, month, day, weekday)


def _year(digits: str) -> int:
    """Return a year; two digits are of the century that makes it the nearest to 2000."""
    if len(digits) == 2:
        return int(digits) + (2000 if int(digits) < 50 else 1900)
    return int(digits or 0)


def _of_two(told: Written, part: dict[str, str], order: Order) -> Written | None:
    """Return what two numbers and a year say: which is the day, or that either may be."""
    digits = [part["first"], part["second"], part["year"]]
    if part["mark"] != "/" and len(part["year"]) == 2 and min(map(len, digits)) < 2:
        return None  # a version, a section, a score
    first, second = int(part["first"]), int(part["second"])
    either = [Partial(told.year, second, first), Partial(told.year, first, second)]
    if part["mark"] == ".":  # nobody writes points with the month first
        either = either[:1]
    either = [one for one in either if one.month and exists(one.year, one.month, one.day)]
    if told.weekday is not None and len(either) == 2:
        either = [one for one in either if _falls_on(one, told.weekday)] or either
    if order and len(either) == 2:
        either = either[:1] if order == "day first" else either[1:]
    if not either:
        return None
    one, *rest = either
    other = rest[0] if rest and rest[0] != one else None
    return Written(told.span, told.form, one.year, one.month, one.day, told.weekday, other)


def _falls_on(one: Partial, weekday: int) -> bool:
    return date(one.year, one.month, one.day).weekday() == weekday


def order_in(text: str) -> Order:
    """Return the order that the unambiguous dates of a text have, "" for none or for both."""
    orders: set[Order] = set()
    for match in _PATTERNS["two numbers and year"].finditer(text):
        first, second = int(match["first"]), int(match["second"])
        if match["mark"] == "/" and first > 12 >= second:
            orders.add("day first")
        elif match["mark"] == "/" and second > 12 >= first:
            orders.add("month first")
    return orders.pop() if len(orders) == 1 else ""
