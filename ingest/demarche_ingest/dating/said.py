"""What expressions of time say, and the dates that follow once it is known what they relate to.

Each class is a way of telling a time. `told` gives its EDTF and what that rests on, or the reason
why there is none; `kind` says whether it is a time at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Final, Protocol

from demarche_ingest.dating.calendar import Partial, exists, last_weekday, moved, next_weekday
from demarche_ingest.dating.holidays import day_of
from demarche_ingest.dating.model import Basis, Kind
from demarche_ingest.dating.tense import Direction
from demarche_ingest.times import Interval, parse

STATED: Final[Basis] = "stated"
ARTICLE: Final[Basis] = "relative to article date"
EARLIER: Final[Basis] = "relative to an earlier expression"
ASSUMED: Final[Basis] = "assumed"

NEARER: Final = 3
"""How many times nearer than the last one a coming date is, to be meant where no verb tells."""


@dataclass(frozen=True, slots=True)
class Told:
    """An EDTF and what it rests on; edtf is "" where it is not known, for the reason given."""

    edtf: str = ""
    basis: Basis = ARTICLE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What times relate to.

    at: the article's date, None where it is not known. why: a reason to tell where it is not
    known finely enough, instead of that. direction: where in time the sentence puts it. earlier:
    EDTF of the times told before, the last one last. year: in which the text has just said to be,
    0 for the present.
    """

    at: Interval | None = None
    why: str = ""
    direction: Direction = ""
    earlier: tuple[str, ...] = ()
    year: int = 0

    def day(self) -> date | None:
        """Return the day of the article, None where it is not known to the day."""
        at = self.at
        return at.earliest if at and at.earliest and at.earliest == at.latest else None

    def month(self) -> tuple[date, date] | None:
        """Return the first and last day that the article can be of, if they are of one month."""
        first, last = self._ends()
        return (
            (first, last)
            if first and last and first.replace(day=1) == last.replace(day=1)
            else None
        )

    def this_year(self) -> int:
        """Return the year of the article, 0 where it is not known."""
        first, last = self._ends()
        return first.year if first and last and first.year == last.year else 0

    def _ends(self) -> tuple[date | None, date | None]:
        return (self.at.earliest, self.at.latest) if self.at else (None, None)

    def unknown(self, grain: str) -> Told:
        """Return that a time is not known because the article's date is not told so finely."""
        known = f"the article's date has no {grain}" if self.at else "the article has no date"
        return Told(reason=self.why or known)


class Said(Protocol):
    """A time as it is said."""

    @property
    def kind(self) -> Kind: ...
    def told(self, context: Context, /) -> Told: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A time that says all of itself."""

    edtf: str
    reason: str = ""
    kind: ClassVar[Kind] = "date"

    def told(self, _: Context) -> Told:
        return Told(self.edtf, STATED, self.reason)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long, without when. amount: as ISO 8601 has it, "" for a vague one."""

    amount: str = ""
    kind: ClassVar[Kind] = "duration"

    def told(self, _: Context) -> Told:
        return Told(basis=STATED, reason="a duration, no date")


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that recurs."""

    kind: ClassVar[Kind] = "set"

    def told(self, _: Context) -> Told:
        return Told(basis=STATED, reason="recurs, no date")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A date that hangs on what this does not know."""

    reason: str
    kind: ClassVar[Kind] = "date"

    def told(self, _: Context) -> Told:
        return Told(reason=self.reason)


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


@dataclass(frozen=True, slots=True)
class OfEarlier:
    """A weekday, or what is a number of days from a day that was told before.

    weekday: instead of a number. Without a day before, the article's is taken where `or_article`.
    """

    days: int = 0
    weekday: int | None = None
    or_article: bool = False
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        day = _last_day(context.earlier)
        basis, reason = EARLIER, ""
        if day is None and self.or_article:
            day, basis, reason = context.day(), ASSUMED, "no day was told before: of the article's"
        if day is None:
            return Told(basis=EARLIER, reason="no day was told before")
        if self.weekday is not None:
            day = (
                next_weekday(day, self.weekday)
                if self.days > 0
                else last_weekday(day, self.weekday)
            )
        else:
            day = moved(day, self.days)
        return Told(day.isoformat(), basis, reason)


def _on(day: date, assumed: str = "") -> Told:
    return Told(day.isoformat(), ASSUMED if assumed else ARTICLE, assumed)


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return moved(day, -day.weekday())


def night(day: date) -> str:
    """Return the night that begins on a day: it joins two."""
    return f"{day.isoformat()}/{moved(day, 1).isoformat()}"


def _last_year(earlier: tuple[str, ...]) -> int:
    """Return the year of the last time told that is of one year, 0 for none."""
    for edtf in reversed(earlier):
        first, last = parse(edtf).earliest, parse(edtf).latest
        if first and last and first.year == last.year:
            return first.year
    return 0


def _last_day(earlier: tuple[str, ...]) -> date | None:
    """Return the last time told if it is a day; of a night the first."""
    for edtf in reversed(earlier):
        first, last = parse(edtf).earliest, parse(edtf).latest
        if first and last and last - first <= timedelta(days=1) and "[" not in edtf:
            return first
    return None


@dataclass(frozen=True, slots=True)
class Shifted:
    """A day, week, month, … counted from the article's own ("last month": month, -1).

    of_earlier: counted from the last time told instead ("the following week").
    """

    unit: str
    by: int
    of_earlier: bool = False
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        if not self.of_earlier:
            edtf = shifted(context.at, self.unit, self.by)
            return Told(edtf, ARTICLE) if edtf else context.unknown(_grain(self.unit))
        for before in reversed(context.earlier):
            edtf = shifted(parse(before), self.unit, self.by)
            if edtf:
                return Told(edtf, EARLIER)
        edtf = shifted(context.at, self.unit, self.by) if self.by else ""
        if edtf:
            return Told(edtf, ASSUMED, "no such time was told before: of the article's date")
        return Told(basis=EARLIER, reason=f"no {_grain(self.unit)} was told before")


def _grain(unit: str) -> str:
    return (
        unit if unit in ("month", "year") else ("year" if unit in ("decade", "century") else "day")
    )


def shifted(at: Interval | None, unit: str, by: int) -> str:
    """Return the unit of the calendar that is so many after the one a date is in, "" if unknown."""
    first, last = (at.earliest, at.latest) if at else (None, None)
    if first is None or last is None:
        return ""
    if unit in ("year", "decade", "century"):
        size = {"year": 1, "decade": 10, "century": 100}[unit]
        year = first.year // size * size + by * size
        if last.year // size != first.year // size or not 1 <= year <= 9999:
            return ""
        return f"{year:04d}"[: {1: 4, 10: 3, 100: 2}[size]].ljust(4, "X")
    if (first.year, first.month) != (last.year, last.month):
        return ""
    if unit in ("month", "quarter", "half"):
        return months_from(first.year, first.month, by, {"month": 1, "quarter": 3, "half": 6}[unit])
    return _of_days(first, unit, by) if first == last else ""


def months_from(year: int, month: int, by: int, size: int) -> str:
    """Return a month, or a quarter or half of a year, so many after the one a month is in."""
    start = ((year * 12 + month - 1) // size + by) * size
    if not 12 <= start < 9999 * 12:
        return ""
    edtf = Partial(start // 12, start % 12 + 1).edtf()
    end = start + size - 1
    return edtf if size == 1 else f"{edtf}/{Partial(end // 12, end % 12 + 1).edtf()}"


def _of_days(day: date, unit: str, by: int) -> str:
    if unit == "day":
        return moved(day, by).isoformat()
    if unit == "night":
        return night(moved(day, by))
    first = moved(monday(day), 7 * by)
    if unit == "weekend":
        first = moved(first, 5)
        return f"{first.isoformat()}/{moved(first, 1).isoformat()}"
    return f"{first.isoformat()}/{moved(first, 6).isoformat()}"


@dataclass(frozen=True, slots=True)
class Away:
    """An amount of time from the article's date, or from the last time told ("two days later").

    amount: None for a vague one. by: -1 back, 1 on.
    """

    amount: float | None
    unit: str
    by: int
    of_earlier: bool = False
    about: bool = False
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        if self.amount is None:
            return Told(reason="the amount is vague")
        froms: list[Interval] = [parse(one) for one in reversed(context.earlier[-3:])]
        basis: Basis = EARLIER if self.of_earlier else ARTICLE
        if not self.of_earlier:
            froms = [context.at] if context.at else []
        for one in froms:
            edtf = away(one, self.amount * self.by, self.unit, self.about)
            if self.of_earlier and not self.about and _is_of_one(one, self.unit):
                edtf = edtf.rstrip("~")  # counted in years from a year
            if edtf:
                return Told(edtf, basis)
        if self.of_earlier:
            return Told(basis=EARLIER, reason="no time was told before that is told finely enough")
        return context.unknown("day" if self.unit not in ("month", "year") else self.unit)


def _is_of_one(at: Interval, unit: str) -> bool:
    """Tell whether a date is told in a unit, no more finely."""
    return len(at.edtf.rstrip("~?%")) == {"year": 4, "month": 7}.get(unit, 0)


def away(at: Interval, amount: float, unit: str, about: bool) -> str:
    """Return what is an amount of time away, as finely as the unit is; "" where that is unknown.

    Days are exact; what is told in longer units is approximate.
    """
    first, last = at.earliest, at.latest
    if first is None or last is None:
        return ""
    years = {"year": 1, "decade": 10, "century": 100, "centurie": 100}.get(unit)
    if years and (amount * years) % 1 == 0:
        year = first.year + int(amount * years)
        return f"{year:04d}~" if first.year == last.year and 1 <= year <= 9999 else ""
    if years or unit == "month":
        months = int(amount * (years or 0) * 12 or amount)
        same = (first.year, first.month) == (last.year, last.month)
        edtf = months_from(first.year, first.month, months, 1) if same else ""
        return f"{edtf}~" if edtf else ""
    if first != last:
        return ""
    days = {"week": 7, "fortnight": 14, "day": 1, "night": 1}.get(unit)
    if days is None:  # hours and less
        hours = amount if unit == "hour" else 0
        return moved(first, int(hours / 24)).isoformat() + ("~" if abs(hours) >= 12 else "")
    exact = days == 1 and not about
    return moved(first, int(amount * days)).isoformat() + ("" if exact else "~")


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last or the next so many units, to or from the article's date."""

    amount: float | None
    unit: str
    by: int
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        if self.amount is None:
            return Told(reason="the amount is vague")
        at = context.at
        there = away(at, self.amount * self.by, self.unit, about=False).rstrip("~") if at else ""
        here = _at_grain(context, len(there))
        if not there or not here:
            return context.unknown("day")
        return Told("/".join(sorted((there, here))) if there != here else here)


def _at_grain(context: Context, length: int) -> str:
    first = context.at.earliest if context.at else None
    return first.isoformat()[:length] if first else ""


@dataclass(frozen=True, slots=True)
class Range:
    """From one time to another. The year that only the second tells is the first's as well.

    to_the_end: to the end of the second, which is then told to the month.
    """

    first: Said
    last: Said
    to_the_end: bool = False
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        first, last = self._told_apart(context)
        if not first.edtf or not last.edtf:
            return Told(basis=last.basis, reason=first.reason or last.reason)
        begins, ends = parse(first.edtf).earliest, parse(last.edtf).latest
        if begins is None or ends is None or ends < begins or "[" in first.edtf + last.edtf:
            return Told(basis=last.basis, reason="it would end before it begins")
        to = _end(last.edtf, -1)
        to = f"{to}-12" if self.to_the_end and len(to) == 4 else to
        edtf = f"{_end(first.edtf, 0)}/{to}"
        basis = max(first.basis, last.basis, key=(STATED, ARTICLE, EARLIER, ASSUMED).index)
        return Told(edtf, basis, first.reason or last.reason)

    def _told_apart(self, context: Context) -> tuple[Told, Told]:
        first, last = self.first, self.last
        if isinstance(first, Calendar) and isinstance(last, Calendar) and first.shift is None:
            if not first.year and last.year:
                earlier = first.month > last.month
                first = replace(first, year=last.year - earlier)
            elif not first.year and last.shift is not None:
                first = replace(first, shift=last.shift - (first.month > last.month))
            elif first.year and not last.year:
                last = replace(last, year=first.year + (last.month < first.month))
        one = first.told(context)
        told = (*context.earlier, one.edtf) if one.edtf else context.earlier
        then = last.told(replace(context, earlier=told))
        if one.edtf and then.edtf and _is_before(then.edtf, one.edtf):
            if context.direction == "past":
                ended = Context(parse(then.edtf), direction="past", earlier=context.earlier)
                return replace(first.told(ended), basis=one.basis), then
            begun = Context(parse(one.edtf), direction="future", earlier=context.earlier)
            then = replace(last.told(begun), basis=then.basis)
        return one, then


def _is_before(one: str, other: str) -> bool:
    ends, begins = parse(one).latest, parse(other).earliest
    return bool(ends and begins and ends < begins)


def _end(edtf: str, place: int) -> str:
    """Return an end of an interval; of a decade or century its first or last year."""
    end = edtf.split("/")[place]
    if "X" in end:
        end = end.replace("X", "0" if place == 0 else "9")
    return end
