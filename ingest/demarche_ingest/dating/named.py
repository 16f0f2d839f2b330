"""Times that the calendar names: days, months, seasons, holidays, days of the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final

from demarche_ingest.dating.calendar import Partial, exists, last_weekday, moved, next_weekday
from demarche_ingest.dating.counted import Shifted, monday, shifted
from demarche_ingest.dating.holidays import day_of
from demarche_ingest.dating.model import Basis, Kind
from demarche_ingest.dating.said import ARTICLE, ASSUMED, EARLIER, STATED, Context, Told
from demarche_ingest.dating.tense import Direction
from demarche_ingest.times import Interval, parse

NEARER: Final = 3
"""How many times nearer than the last one a coming date is, to be meant where no verb tells."""
_SIDES: Final[dict[str, Direction]] = {"last": "past", "next": "future"}


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day, month, season or holiday of the calendar, with or without its year.

    shift: the year in relation to the article's ("May last year": -1). from_earlier: the year in
    relation to the one told before ("May of that year": 0). season: 21 to 24. where: "last",
    "next" or "this", beside it. holiday: instead of month and day.
    """

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int | None = None
    other: Partial | None = None
    shift: int | None = None
    from_earlier: int | None = None
    where: str = ""
    holiday: str = ""
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        if self.other is not None:
            pair = sorted((self._in(self.year), self.other.edtf()))
            return Told(f"[{pair[0]},{pair[1]}]", STATED, "day and month may be either way round")
        year, basis = self.year, STATED
        if self.shift is not None:
            at = context.this_year()
            year, basis = (at and at + self.shift), ARTICLE
        elif self.from_earlier is not None:
            at = _last_year(context.earlier)
            year, basis = (at and at + self.from_earlier), EARLIER
        elif not year and not self.where and context.direction != "future":
            year, basis = context.year, EARLIER
        if year:
            return self._made(year, basis)
        if self.from_earlier is not None:
            return Told(basis=EARLIER, reason="no year was told before")
        return context.unknown("year") if self.shift is not None else self._nearest(context)

    def _made(self, year: int, basis: Basis) -> Told:
        edtf = self._in(year)
        return Told(edtf, basis) if edtf else Told(basis=basis, reason="no such day in that year")

    def _in(self, year: int) -> str:
        """Return it in a year, "" where the year has none."""
        if self.holiday:
            return day_of(self.holiday, year) if 1 <= year <= 9999 else ""
        if self.month > 20 and 1 <= year <= 9999:
            return f"{year:04d}-{self.month}"
        if not exists(year, self.month, self.day):
            return ""
        return Partial(year, self.month, self.day).edtf()

    def _nearest(self, context: Context) -> Told:
        """Return the one that is next to the article's date on the side that the verb tells."""
        first, last = context.month() or (None, None)
        if first is None or last is None:
            return context.unknown("month" if self._is_month() else "day")
        past, future = self._around(first, last, strictly=bool(self.where) and self.where != "this")
        if self.where == "this":
            return self._made(first.year, ARTICLE)
        side = _SIDES.get(self.where, context.direction)
        return _chosen(past, future, (first, last), side)

    def _is_month(self) -> bool:
        return not self.day and not self.holiday

    def _around(self, first: date, last: date, strictly: bool) -> tuple[str, str]:
        """Return the last one that has begun by a date and the first that has not ended before."""
        each = [edtf for edtf in (self._in(year) for year in self._years(first)) if edtf]
        past = [one for one in each if _before(parse(one), first, last, strictly)]
        future = [one for one in each if _after(parse(one), first, last, strictly)]
        return (past[-1] if past else ""), (future[0] if future else "")

    def _years(self, near: date) -> Iterator[int]:
        for year in range(max(1, near.year - 8), min(9999, near.year + 9)):
            if (
                self.weekday is None
                or not exists(year, self.month, self.day or 1)
                or date(year, self.month, self.day or 1).weekday() == self.weekday
            ):
                yield year


def _before(one: Interval, first: date, last: date, strictly: bool) -> bool:
    begins, ends = one.earliest, one.latest
    return bool(begins and ends and (ends < first if strictly else begins <= last))


def _after(one: Interval, first: date, last: date, strictly: bool) -> bool:
    begins, ends = one.earliest, one.latest
    return bool(begins and ends and (begins > last if strictly else ends >= first))


def _chosen(past: str, future: str, at: tuple[date, date], side: Direction) -> Told:
    """Return the one on a side; without a side the last, or the next if that is much nearer."""
    if side:
        edtf = past if side == "past" else future
        return Told(edtf, ARTICLE) if edtf else Told(reason="no such day in the years around")
    if not past and not future:
        return Told(reason="no such day in the years around")
    if past == future:  # the article's own day or month
        return Told(past, ARTICLE)
    ended = parse(past).latest if past else None
    begins = parse(future).earliest if future else None
    is_future = ended is None or bool(begins and (begins - at[1]) * NEARER < at[0] - ended)
    which = "the next" if is_future else "the last"
    return Told(
        future if is_future else past, ASSUMED, f"no verb tells whether it is past: {which}"
    )


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week. where: "last", "next", "this" or "". weeks: of a week told beside it."""

    weekday: int
    where: str = ""
    weeks: int | None = None
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        day = context.day()
        if day is None:
            return context.unknown("day")
        if self.weeks is not None:
            return _on(moved(monday(day), self.weekday + 7 * self.weeks))
        if self.where in ("last", "next"):
            return self._next(day) if self.where == "next" else _on(last_weekday(day, self.weekday))
        return self._nearest(context, day)

    def _nearest(self, context: Context, day: date) -> Told:
        last = last_weekday(moved(day, 1), self.weekday)
        following = next_weekday(moved(day, -1), self.weekday)
        if context.direction or last == day:
            return _on(following if context.direction == "future" else last)
        if self.where == "this":
            return _on(following, "no verb tells whether it is past: the next")
        return _on(last, "no verb tells whether it is past: the last")

    def _next(self, day: date) -> Told:
        coming = next_weekday(day, self.weekday)
        within = coming - day <= timedelta(days=2) or monday(coming) == monday(day)
        if within and coming - day < timedelta(days=7):
            return _on(coming, "“next” may also mean the one of next week")
        return _on(coming)


@dataclass(frozen=True, slots=True)
class NearestWeekend:
    """The weekend: the last one that has begun, or the next where it is to come."""

    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        day = context.day()
        if day is None:
            return context.unknown("day")
        is_back = context.direction != "future" and day.weekday() < 5
        return Shifted("weekend", -1 if is_back else 0).told(context)


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of a month that is not named ("the 28th"): of the nearest on the verb's side.

    months: of the month so many after the article's, instead.
    """

    day: int
    months: int | None = None
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        at = context.day()
        if at is None:
            return context.unknown("day")
        around = [shifted(parse(at.isoformat()), "month", by) for by in (-2, -1, 0, 1, 2)]
        each = [Partial(int(m[:4]), int(m[5:]), self.day) for m in around if m]
        if self.months is not None:
            month = shifted(parse(at.isoformat()), "month", self.months)
            each = [Partial(int(month[:4]), int(month[5:]), self.day)] if month else []
            told = [one.edtf() for one in each if exists(one.year, one.month, one.day)]
            return Told(told[0]) if told else Told(reason="no such day in that month")
        days = [one.edtf() for one in each if exists(one.year, one.month, one.day)]
        past = [one for one in days if one <= at.isoformat()]
        future = [one for one in days if one >= at.isoformat()]
        if not past or not future:
            return Told(reason="no such day in the months around")
        return _chosen(past[-1], future[0], (at, at), context.direction)


def _on(day: date, assumed: str = "") -> Told:
    return Told(day.isoformat(), ASSUMED if assumed else ARTICLE, assumed)


def _last_year(earlier: tuple[str, ...]) -> int:
    """Return the year of the last time told that is of one year, 0 for none."""
    for edtf in reversed(earlier):
        first, last = parse(edtf).earliest, parse(edtf).latest
        if first and last and first.year == last.year:
            return first.year
    return 0
