"""What the words that a rule matches say: makers, one for each kind of writing.

A maker returns None for words that are no time after all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from demarche_ingest.dating import traps
from demarche_ingest.dating.calendar import exists
from demarche_ingest.dating.counted import OfEarlier, months_from
from demarche_ingest.dating.model import Part
from demarche_ingest.dating.named import Calendar, DayOfMonth, Weekday
from demarche_ingest.dating.ranges import Range
from demarche_ingest.dating.said import Said, Stated, Unknown
from demarche_ingest.dating.words import (
    DECADES,
    MONTH,
    SEASONS,
    YEAR,
    month_of,
    number_of,
    ordinal_of,
    weekday_of,
)

Match = re.Match[str]
PARTS: Final[dict[str, Part]] = {
    "early": "early",
    "beginning": "early",
    "start": "early",
    "first days": "early",
    "opening": "early",
    "mid": "mid",
    "middle": "mid",
    "late": "late",
    "end": "late",
    "close": "late",
    "last days": "late",
    "final days": "late",
    "turn": "",
}
"""Words of a part of a time, of which EDTF keeps the whole."""
WHICH: Final = {"last": -1, "this": 0, "next": 1, "coming": 1, "past": -1, "the": 0, "current": 0}
OF_YEAR: Final = (
    r"(?:,?\s+(?:of\s+|in\s+)?(?:(?P<which>last|this|next)\s+year|the\s+(?P<same>same|following"
    r"|previous|next)"
    r"\s+year|(?P<that>that)\s+year))"
)
SHORT: Final = r"[’'‘](?P<short>\d\d)\b"
"""The year of "May '68"."""
SAME: Final = {"same": 0, "following": 1, "next": 1, "previous": -1, "preceding": -1, "that": 0}
_IN: Final = (
    r"(?:in|between|since|until|till|during|throughout|by|last|next|this|early|late|mid"
    r"|from|before|after|through|of|for)"
)
_LEADS: Final = re.compile(rf"\b{_IN}(?:\s+the)?[\s-]+$", re.IGNORECASE)
_LEADS_SURELY: Final = re.compile(
    r"\b(?:in|since|until|till|during|throughout|early|late|mid|(?:end|beginning|start|middle"
    r"|month|half"
    r"|weeks?|days?) of)[\s-]+$",
    re.IGNORECASE,
)
_LISTED: Final = re.compile(rf"{MONTH}(?:\s*[-–/,]\s*|,?\s+(?:and|or|to|until|through)\s+)$")


def _of_year(match: Match, said: Calendar) -> Calendar:
    """Return a month, season or feast with the year that is told in relation to another."""
    part = match.groupdict()
    if part.get("which"):
        return replace(said, shift=WHICH[part["which"].lower()])
    told = part.get("same") or part.get("that")
    return replace(said, from_earlier=SAME[told.lower()]) if told else said


def _year_of(match: Match) -> int:
    """Return the year beside a month or season, 0 for none."""
    if match["short"]:
        return int(match["short"]) + (2000 if int(match["short"]) < 30 else 1900)
    return int(match["year"] or 0)


def month(match: Match) -> Said | None:
    """Say a month: "September", "last May", "Sept. '14"."""
    name = match["name"]
    year = _year_of(match)
    is_told = year or match["which"] or match["same"] or match["that"]
    if not is_told and not _is_month(match.string, match.start("name"), name):
        return None
    if year and traps.is_counted(match.string, match.end()):
        year = 0
    where = (match["where"] or "").lower()
    where = "next" if where == "coming" else where
    return _of_year(match, Calendar(year, month_of(name), where=where))


def _is_month(text: str, start: int, name: str) -> bool:
    """Tell whether a month that stands without day and year is one."""
    bare = name.rstrip(".").capitalize()
    before = text[max(0, start - 40) : start]
    if _LISTED.search(before) and bare not in traps.people(text):
        return True
    if len(bare) < 5 and bare not in ("May", "June", "July") and not _LEADS.search(before):
        return False
    if bare not in traps.AMBIGUOUS:
        return not re.match(
            r"\s+[A-Z]\w+|-\d", text[start + len(name) : start + len(name) + 40]
        ) or bool(_LEADS.search(before))
    if re.match(r"\s*\d", text[start + len(name) : start + len(name) + 40]):
        return False
    return bool((_LEADS_SURELY if bare in traps.people(text) else _LEADS).search(before))


_YEAR_FOLLOWS: Final = re.compile(
    r"\b(?:in|between|since|until|till|during|throughout|late|early|mid|circa|as of|of)[\s-]+$|\($",
    re.IGNORECASE,
)
"""What stands before a year, and seldom before another number."""
_YEAR_MAY_FOLLOW: Final = re.compile(
    r"\b(?:by|from|before|after|for|through|than|into|pre|post|expo|euro|cup|games|olympics"
    r"|elections?|summit|forum|census|championships?|back to|up to)[\s-]+$",
    re.IGNORECASE,
)
"""What stands before a year or another number: only of the last centuries it is a year."""
_YEAR_IN_NAME: Final = re.compile(
    r"\b(?:the|an?|its|their|his|her|our|that|and)\s+$|[’']s?\s+$", re.IGNORECASE
)
"""What stands before a year that is part of a name: the 1915 genocide."""


def year(match: Match) -> Said | None:
    """Say a year, unless the number counts or numbers something."""
    text, start, end = match.string, match.start("year"), match.end("year")
    year = int(match["year"])
    is_least = re.search(r"\b(?:until|till|by|since) at least $", text[max(0, start - 20) : start])
    if traps.is_counted(text, end) or (traps.is_numbered(text, start) and not is_least):
        return None
    before = re.sub(r"\bat (?:least|the latest) $", "", text[max(0, start - 40) : start])
    is_year = (
        bool(match["the"])
        or _has_year_before(text, start)
        or _is_subject(text, start, end)
        or _YEAR_FOLLOWS.search(before) is not None
    )
    if not is_year and 1500 <= year <= 2199:
        goes_on = re.match(r"[\s-]+[A-Za-z]", text[end : end + 40]) is not None
        is_year = _YEAR_MAY_FOLLOW.search(before) is not None
        is_year = is_year or (goes_on and _YEAR_IN_NAME.search(before) is not None)
        is_year = is_year or re.search(rf"(?i){YEAR}\s+to\s+$", before) is not None
    return Stated(f"{year:04d}") if is_year else None


def _has_year_before(text: str, start: int) -> bool:
    """Tell whether a number goes on a list of years."""
    before = text[max(0, start - 40) : start]
    return bool(
        re.search(
            rf"(?i)\b(?:in|since|of|between|from|after|before|until"
            rf"|for)\s+(?:{YEAR},?\s+(?:and\s+|or\s+)?)+$",
            before,
        )
    )


def _is_subject(text: str, start: int, end: int) -> bool:
    """Tell whether a sentence begins with a year."""
    before = text[max(0, start - 4) : start].strip('"“ ')
    goes_on = re.match(
        r"\s+(?:saw|was|is|will|marked|brought|ended|began|has|had)\b|:\s|\s[–—]\s",
        text[end : end + 12],
    )
    return goes_on is not None and (not before or before[-1] in ".!?\n")


def years(match: Match) -> Said | None:
    """Say a span of years: "2013-14"."""
    first, last = int(match["first"]), match["last"]
    if traps.is_counted(match.string, match.end()) or traps.is_numbered(
        match.string, match.start()
    ):
        return None
    to = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    is_next = last == f"{(first + 1) % 100:02d}"
    is_month = len(last) == 2 and match["mark"] == "-" and int(last) <= min(12, first % 100)
    if is_month and not is_next:  # 2014-05
        return Stated(f"{first:04d}-{last}") if exists(first, int(last)) else None
    if to < first and len(last) == 2:
        to += 100
    return Stated(f"{first:04d}/{to:04d}") if first < to <= first + 900 else None


def decade(match: Match) -> Said | None:
    """Say a decade: "the 1990s", "the early nineties"."""
    short = match["short"]
    if re.search(
        r"(?i)\b(?:his|her|their|my|our|your|whose)\s+(?:early |late |mid-?)?$",
        match.string[max(0, match.start() - 40) : match.start()],
    ):
        return None  # an age
    if match["word"]:
        return Stated(f"19{DECADES[match['word'].lower()] // 10}X")
    if short:
        return Stated(f"{'20' if int(short) < 30 else '19'}{short[0]}X")
    year = match["year"]
    return Stated(f"{year[:2]}XX" if year.endswith("00") and int(year) < 2000 else f"{year[:3]}X")


BEFORE_ERA: Final = Stated("", "a time before our era, for which there is no EDTF here")


def era(match: Match) -> Said | None:
    """Say a year with its era, "AD 301"."""
    year = int(match["after"] or match["before"])
    return Stated(f"{year:04d}") if year else None


def century(match: Match) -> Said | None:
    """Say a century."""
    number = ordinal_of(match["nth"])
    if match["bc"]:
        return BEFORE_ERA
    return Stated(f"{number - 1:02d}XX") if 2 <= number <= 22 else None


def season(match: Match) -> Said | None:
    """Say a season, of a year or in relation to now."""
    name = match["season"]
    year, where = _year_of(match), (match["where"] or "").lower()
    if not (year or where or match["which"] or match["same"] or match["that"]):
        before = match.string[max(0, match.start("season") - 14) : match.start("season")]
        if not re.search(
            r"(?i)\b(?:in|for|during|by|since|until|late|early|mid)(?:\s+the)?[\s-]+$", before
        ):
            return None
        if re.match(
            r"\s+(?:of|in)\b", match.string[match.end() : match.end() + 40]
        ) and name.lower() in (
            "fall",
            "spring",
        ):
            return None
        if name.lower() == "fall" and not re.search(r"the\s+$", before):
            return None
    where = "next" if where == "coming" else where
    return _of_year(match, Calendar(year, SEASONS[name.lower()], where=where))


def fraction(match: Match) -> Said | None:
    """A quarter or half of a year, or the beginning or end of a longer time."""
    word = match["nth"].lower() if match["nth"] else f"{match['q'][1]}"
    size = 3 if (match["what"] or match["q"] or "").lower().startswith("q") else 6
    size = 6 if (match["q"] or "").lower().startswith("h") else size
    last = 12 // size
    number = (
        last if word in ("last", "final") else (int(word) if word.isdigit() else ordinal_of(word))
    )
    if not 1 <= number <= last:
        return None
    year = match["year"] or match["year2"]
    if year:
        return Stated(months_from(int(year), (number - 1) * size + 1, 0, size))
    shift = WHICH[(match["which"] or "this").lower()]
    first = Calendar(month=(number - 1) * size + 1, shift=shift)
    return Range(first, Calendar(month=number * size, shift=shift))


def weekday(match: Match) -> Said | None:
    """Say a weekday, or several that recur."""
    name = match["name"]
    short = name.rstrip(".").capitalize()
    if short in ("Sun", "Sat", "Wed", "Mon", "Fri", "Thu", "Tue") and not re.search(
        r"(?:\b(?:on|last|next|this|since|until|by)\s+)$",
        match.string[max(0, match.start() - 40) : match.start()],
    ):
        return None
    if match["weeks"]:
        return Weekday(weekday_of(name), weeks=WHICH[match["weeks"].lower()])
    where = (match["where"] or "").lower()
    if where in ("that", "the same"):
        return Unknown("the day of the week hangs on what was told before")
    if where in ("the following", "the next"):
        return OfEarlier(1, weekday_of(name), or_article=True)
    if where in ("the previous", "the preceding"):
        return OfEarlier(-1, weekday_of(name), or_article=True)
    where = {
        "coming": "next",
        "this coming": "next",
        "the coming": "next",
        "past": "last",
        "this past": "last",
    }.get(where, where)
    return Weekday(weekday_of(name), where)


def days_of_month(match: Match) -> Said | None:
    """From one day to another of a month."""
    part = match.groupdict()
    month, year = month_of(part["name"]), int(part["year"] or 0)
    first, last = number_of(part.get("before") or part["first"]), number_of(part["last"])
    if year and traps.is_counted(match.string, match.end()):
        year = 0
    if not first < last <= 31 or not (
        exists(year or 2000, month, first) and exists(year or 2000, month, last)
    ):
        return None
    return Range(Calendar(year, month, first), Calendar(year, month, last))


def day_of_month(match: Match) -> Said | None:
    """Say a day of a month that is told elsewhere: "the 14th"."""
    day = number_of(match["nth"])
    which = match["which"] or ""
    return DayOfMonth(day, WHICH.get(which)) if 1 <= day <= 31 else None


def holiday(match: Match) -> Said | None:
    """Say a holiday by its name."""
    year = int(match["year"] or 0)
    where = (match["where"] or "").lower()
    name = " ".join(match["name"].split())
    return _of_year(match, Calendar(year, holiday=name, where=where))
