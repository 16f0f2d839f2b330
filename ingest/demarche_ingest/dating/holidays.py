"""Feasts that texts date by: those whose day follows from the year, and those whose does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

FIXED: Final = {
    "New Year's Day": (1, 1),
    "New Year’s Day": (1, 1),
    "New Year": (1, 1),
    "Christmas Eve": (12, 24),
    "Christmas Day": (12, 25),
    "Christmas": (12, 25),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
    "New Year’s Eve": (12, 31),
    "May Day": (5, 1),
    "Epiphany": (1, 6),
    "All Saints' Day": (11, 1),
    "All Saints’ Day": (11, 1),
}
BY_EASTER: Final = {
    "Ash Wednesday": -46,
    "Palm Sunday": -7,
    "Maundy Thursday": -3,
    "Good Friday": -2,
    "Easter": 0,
    "Easter Sunday": 0,
    "Easter Day": 0,
    "Easter Monday": 1,
    "Ascension Day": 39,
    "Pentecost": 49,
    "Whit Monday": 50,
}
"""Days from the Easter of the Western churches, by the Gregorian calendar."""

NAMES: Final = (*FIXED, *BY_EASTER)


def easter(year: int) -> date:
    """Return Easter Sunday of the Western churches (the anonymous Gregorian computus)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def day_of(name: str, year: int) -> str:
    """Return the EDTF of a feast in a year, "" for years before the Gregorian calendar."""
    if name in FIXED:
        month, day = FIXED[name]
        return date(year, month, day).isoformat()
    if year < 1583:
        return ""
    return (easter(year) + timedelta(days=BY_EASTER[name])).isoformat()
