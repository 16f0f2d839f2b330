"""The words of dates, as data: what a month, a weekday, a number may be written as."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MONTHS: Final = {
    "January": 1,
    "February": 2,
    "March": 3,
    "April": 4,
    "May": 5,
    "June": 6,
    "July": 7,
    "August": 8,
    "September": 9,
    "October": 10,
    "November": 11,
    "December": 12,
    "Jan": 1,
    "Feb": 2,
    "Mar": 3,
    "Apr": 4,
    "Jun": 6,
    "Jul": 7,
    "Aug": 8,
    "Sept": 9,
    "Sep": 9,
    "Oct": 10,
    "Nov": 11,
    "Dec": 12,
}

WEEKDAYS: Final = {
    "Monday": 0,
    "Tuesday": 1,
    "Wednesday": 2,
    "Thursday": 3,
    "Friday": 4,
    "Saturday": 5,
    "Sunday": 6,
    "Mon": 0,
    "Tues": 1,
    "Tue": 1,
    "Weds": 2,
    "Wed": 2,
    "Thurs": 3,
    "Thur": 3,
    "Thu": 3,
    "Fri": 4,
    "Sat": 5,
    "Sun": 6,
}


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(words.split())


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def cased(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, with a capital or all in capitals."""
    kept = list(words)
    return any_of({*kept, *(word.upper() for word in kept)})


MONTH: Final = rf"(?:{cased(MONTHS)})\b\.?"
"""A month; "may" and "march" in small letters are none."""

WEEKDAY: Final = rf"(?:{cased(WEEKDAYS)})\b\.?"

YEAR: Final = r"(?:1\d|20|21)\d\d(?![\d%]|[.,]\d)"
"""Four digits from 1000 to 2199, at the end of which no number goes on."""

DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b"


def month_of(word: str) -> int:
    """Return the number of a month's name or abbreviation."""
    return MONTHS[word.rstrip(".").capitalize()]


def weekday_of(word: str) -> int:
    """Return the number of a weekday's name or abbreviation, 0 for Monday."""
    return WEEKDAYS[word.rstrip(".").capitalize()]


def number_of(digits: str) -> int:
    """Return the number at the start of "3rd"."""
    return int(re.sub(r"\D+$", "", digits))
