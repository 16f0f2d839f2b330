"""Times that are counted from the article's date, or from one told before: "two weeks ago"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from demarche_ingest.dating.calendar import Partial, last_weekday, moved, next_weekday
from demarche_ingest.dating.model import Basis, Kind
from demarche_ingest.dating.said import ARTICLE, ASSUMED, EARLIER, Context, Told
from demarche_ingest.times import Interval, parse


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


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return moved(day, -day.weekday())


def night(day: date) -> str:
    """Return the night that begins on a day: it joins two."""
    return f"{day.isoformat()}/{moved(day, 1).isoformat()}"


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
