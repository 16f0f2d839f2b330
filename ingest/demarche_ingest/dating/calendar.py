"""Years, months and days, and EDTF made of them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from demarche_ingest import times


@dataclass(frozen=True, slots=True)
class Partial:
    """A date of the calendar as far as it is told, from the year on; month and day may be 0."""

    year: int
    month: int = 0
    day: int = 0

    def edtf(self) -> str:
        parts = f"{self.year:04d}", f"-{self.month:02d}", f"-{self.day:02d}"
        return "".join(parts[: 1 + bool(self.month) + bool(self.month and self.day)])


def exists(year: int, month: int = 0, day: int = 0) -> bool:
    """Tell whether the calendar has such a date; month and day may be 0."""
    if not (1 <= year <= 9999 and 0 <= month <= 12):
        return False
    return not day or (month > 0 and 1 <= day <= monthrange(year, month)[1])


def of(day: date) -> Partial:
    """Return a day as a date that is told in full."""
    return Partial(day.year, day.month, day.day)


def one_day(edtf: str) -> date | None:
    """Return the day that an EDTF expression names, None for one of less or more than a day."""
    interval = times.parse(edtf)
    return interval.earliest if interval.earliest == interval.latest else None


def nearest_year(month: int, day: int, to: date) -> int | None:
    """Return the year in which a day of a month is nearest to a date; None for none within four."""
    years = [year for year in range(to.year - 4, to.year + 5) if exists(year, month, day or 1)]
    away = {year: abs(date(year, month, day or 1) - to) for year in years}
    return min(away, key=lambda year: (away[year], year)) if away else None


def moved(day: date, days: int) -> date:
    """Return the day so many days away, as far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def next_weekday(after: date, weekday: int) -> date:
    """Return the first such weekday that is later than a day."""
    return moved(after, (weekday - after.weekday() - 1) % 7 + 1)


def last_weekday(before: date, weekday: int) -> date:
    """Return the last such weekday that is earlier than a day."""
    return moved(before, -((before.weekday() - weekday - 1) % 7 + 1))
