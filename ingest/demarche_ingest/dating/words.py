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


def _named(words: Iterable[str], longest: int) -> str:
    """Return a pattern of names and their abbreviations, which may end with a point."""
    kept = list(words)
    short = cased(word for word in kept if len(word) <= longest)
    return rf"(?:(?:{cased(word for word in kept if len(word) > longest)})\b|(?:{short})\b\.?)"


MONTH: Final = rf"(?:(?:May|June|July|MAY|JUNE|JULY)\b|{_named(MONTHS, 4)})"
"""A month; "may" and "march" in small letters are none."""

WEEKDAY: Final = _named(WEEKDAYS, 5)

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


NUMBERS: dict[str, float] = {
    "half a": 0.5,
    "half an": 0.5,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "a dozen": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "a hundred": 100,
    "a quarter of a": 0.25,
    "three quarters of a": 0.75,
}
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NUMBERS |= {
    f"{ten}-{one}": NUMBERS[ten] + NUMBERS[one] for ten in _TENS for one in _ONES
}  # "twenty-five" and the like
VAGUE: Final = ("a few", "several", "many", "some", "a couple of", "a number of", "dozens of")
"""Amounts that say no number; "a couple of" is meant for two too seldom to be read as two."""

NUMBER: Final = (
    rf"(?:(?<![\d.,])\d{{1,3}}(?:,\d{{3}})*(?:\.\d)?(?![\d,.]*\d)|(?:{any_of(NUMBERS)}"
    rf"|{any_of(VAGUE)})\b)"
    r"(?:[\s-]and[\s-]a[\s-]half)?"
)

UNITS: Final = {
    "second": "PT{}S",
    "minute": "PT{}M",
    "hour": "PT{}H",
    "day": "P{}D",
    "night": "P{}D",
    "week": "P{}W",
    "fortnight": "P{}W",
    "month": "P{}M",
    "year": "P{}Y",
    "decade": "P{}Y",
    "century": "P{}Y",
    "centurie": "P{}Y",
}
"""Units of time, and how ISO 8601 writes an amount of them."""

TIMES_OVER: Final = {"fortnight": 2, "decade": 10, "century": 100, "centurie": 100}
"""How many of ISO 8601's unit one of these is."""

UNIT: Final = rf"(?:{any_of(UNITS)})"
ABOUT: Final = (
    r"(?:about|around|some|nearly|almost|roughly|approximately|more than|less than|fewer than|over"
    r"|under|another|a further|at least|at most|up to|as (?:many|much|long) as|just over|just"
    r" under|well over|barely)"
)

SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
SEASON: Final = rf"(?:{any_of({*SEASONS, *(word.capitalize() for word in SEASONS)})})"

ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "thirteenth": 13,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "twenty-first": 21,
    "twenty-second": 22,
    "twenty-third": 23,
    "twenty-fourth": 24,
    "twenty-fifth": 25,
    "twenty-sixth": 26,
    "twenty-seventh": 27,
    "twenty-eighth": 28,
    "twenty-ninth": 29,
    "thirtieth": 30,
    "thirty-first": 31,
}
DECADES: Final = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
}


def amount_of(words: str) -> float | None:
    """Return the number that words such as "two and a half" say, None for a vague one."""
    said = " ".join(words.lower().split())
    plain = re.sub(r"[ -]and[ -]a[ -]half$", "", said)
    more = 0.5 if plain != said else 0
    if plain in VAGUE:
        return None
    plain = plain.replace(",", "")
    return (float(plain) if plain[0].isdigit() else NUMBERS[plain]) + more


def duration_of(amount: float | None, unit: str) -> str:
    """Return an amount of a unit (in the singular) as ISO 8601 writes it, "" for a vague one."""
    if amount is None:
        return ""
    whole = amount * TIMES_OVER.get(unit, 1)
    return UNITS[unit].format(int(whole) if whole == int(whole) else whole)


def ordinal_of(word: str) -> int:
    """Return the number of "19th" or "nineteenth"."""
    return ORDINALS.get(word.lower().replace(" ", "-")) or number_of(word)


ISLAMIC: Final = (
    "Muharram|Safar|Rabi(?:[’'ʻ]?| )(?:al-|ul-)?(?:Awwal|Thani|Akhir|I{1,2})|Jum[ao]da(?: "
    "|-)(?:al-|ul-)?\\w+"
    "|Rajab|Sha[’'ʻ]?ban|Ramadan|Shawwal|Dhu(?:l)?[ -]?(?:al-|ul-|l-)?(?:Qi[’'ʻ]?dah?|Hijjah?"
    "|Qa[’'ʻ]?dah)"
)
PERSIAN: Final = (
    "Farvardin|Ordibehesht|Khordad|Tir|Mordad|Shahrivar|Mehr|Aban|Azar|Dey|Bahman|Esfand|Hamal"
    "|Sawr|Jawza"
    "|Saratan|Asad|Sunbula|Mizan|Aqrab|Qaws|Jadi|Dalwa|Hut"
)
