"""What the words that a rule matches say: makers, one for each kind of writing.

A maker returns None for words that are no time after all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from demarche_ingest.dating import traps
from demarche_ingest.dating.calendar import exists
from demarche_ingest.dating.model import Part
from demarche_ingest.dating.said import (
    Away,
    Calendar,
    DayOfMonth,
    Duration,
    OfEarlier,
    Range,
    Rolling,
    Said,
    Shifted,
    Stated,
    Unknown,
    Weekday,
    months_from,
)
from demarche_ingest.dating.words import (
    DECADES,
    MONTH,
    SEASONS,
    YEAR,
    amount_of,
    duration_of,
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

_WHICH: Final = {"last": -1, "this": 0, "next": 1, "coming": 1, "past": -1, "the": 0, "current": 0}
OF_YEAR: Final = (
    r"(?:,?\s+(?:of\s+|in\s+)?(?:(?P<which>last|this|next)\s+year|the\s+(?P<same>same|following"
    r"|previous|next)"
    r"\s+year|(?P<that>that)\s+year))"
)
SHORT: Final = r"[’'‘](?P<short>\d\d)\b"
"""The year of "May '68"."""

_SAME: Final = {"same": 0, "following": 1, "next": 1, "previous": -1, "preceding": -1, "that": 0}
_EARLIER: Final = ("that", "the same", "the following", "the previous", "the preceding", "the next")
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
        return replace(said, shift=_WHICH[part["which"].lower()])
    told = part.get("same") or part.get("that")
    return replace(said, from_earlier=_SAME[told.lower()]) if told else said


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
    shift = _WHICH[(match["which"] or "this").lower()]
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
        return Weekday(weekday_of(name), weeks=_WHICH[match["weeks"].lower()])
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


DEICTIC: Final[dict[str, Said]] = {
    "today": Shifted("day", 0),
    "this morning": Shifted("day", 0),
    "this afternoon": Shifted("day", 0),
    "this evening": Shifted("day", 0),
    "earlier today": Shifted("day", 0),
    "later today": Shifted("day", 0),
    "yesterday": Shifted("day", -1),
    "the day before yesterday": Shifted("day", -2),
    "tomorrow": Shifted("day", 1),
    "the day after tomorrow": Shifted("day", 2),
    "tonight": Shifted("day", 0),
    "last night": Shifted("day", -1),
    "yesterday night": Shifted("day", -1),
    "tomorrow night": Shifted("day", 1),
    "overnight": Shifted("night", -1),
    "last evening": Shifted("day", -1),
    "this weekend": Shifted("weekend", 0),
    "next weekend": Shifted("weekend", 1),
    "last weekend": Shifted("weekend", -1),
    "year-end": Shifted("year", 0),
    "the previous day": OfEarlier(-1, or_article=True),
    "the preceding day": OfEarlier(-1, or_article=True),
    "the day before": OfEarlier(-1, or_article=True),
    "the next day": OfEarlier(1, or_article=True),
    "the following day": OfEarlier(1, or_article=True),
    "the day after": OfEarlier(1),
    "the next morning": OfEarlier(1, or_article=True),
    "the following morning": OfEarlier(1, or_article=True),
    "the same day": OfEarlier(0),
    "that day": OfEarlier(0),
    "that morning": OfEarlier(0),
    "that afternoon": OfEarlier(0),
    "that evening": OfEarlier(0),
    "later in the day": OfEarlier(0),
    "earlier in the day": OfEarlier(0),
    "later that day": OfEarlier(0),
    "earlier that day": OfEarlier(0),
    "that night": OfEarlier(0),
    "the same night": OfEarlier(0),
    "the following night": OfEarlier(1),
    "the previous night": OfEarlier(-1),
    "the night before": OfEarlier(-1),
    "the previous evening": OfEarlier(-1, or_article=True),
}
"""Words that point to a day, and how far it is from the article's or from the one told before."""


def deictic(match: Match) -> Said | None:
    """Say a day or time in relation to now or to another: "yesterday", "the day before"."""
    words = " ".join(match.group().lower().split())
    if words in ("the day after", "the day before", "the night before") and _is_event(match):
        return Unknown("counted from an event")
    return DEICTIC[words]


def _is_event(match: Match) -> bool:
    """Tell whether what follows "the day after" is what it is counted from."""
    return bool(
        re.match(
            r"\s+(?!(?:in|at|on|and|but|or|when|that|as|while)\b)\w",
            match.string[match.end() : match.end() + 40],
        )
    )


def unit(match: Match) -> Said | None:
    """Return a week, month or year told in relation to the present or to one before."""
    unit = match["unit"].lower()
    which = match["which"].lower()
    if which in _EARLIER:
        return Shifted(unit, _SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, _WHICH[which])


def end_of(match: Match) -> Said | None:
    """Return the month or year of which a part is told."""
    which = (match["which"] or match["which2"]).lower()
    unit = (match["unit"] or match["unit2"]).lower()
    if which in _EARLIER:
        return Shifted(unit, _SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, _WHICH[which.split()[-1]])


def _singular(unit: str) -> str:
    unit = unit.lower()
    return "century" if unit.startswith("centur") else unit


def ago(match: Match) -> Said | None:
    """Say a time so long before now, or before another."""
    word = " ".join(match["where"].lower().split())
    amount, unit = _amount(match), _singular(match["unit"])
    if word in ("before", "after", "following", "prior to"):
        if _is_event(match):
            return Unknown("counted from an event")
        return Away(amount, unit, -1 if word == "before" else 1, of_earlier=True)
    if word in ("earlier", "later", "previously", "afterwards", "on"):
        return Away(
            amount, unit, 1 if word in ("later", "afterwards", "on") else -1, of_earlier=True
        )
    about = bool(match["about"])
    return Away(amount, unit, -1 if word in ("ago", "back") else 1, about=about)


def ahead(match: Match) -> Said | None:
    """In two weeks: ahead of now, or how long something took; only the verb tells."""
    amount, unit = amount_of(match["number"]), _singular(match["unit"])
    return Away(amount, unit, 1, about=bool(match["about"]))


def rolling(match: Match) -> Said | None:
    """Say what lasted until now, or will from now: "the past two weeks"."""
    number = match["number"]
    if not number and match.group().endswith("s"):
        return None  # "the coming days"
    if not number and match["unit"].lower() in (
        "day",
        "night",
        "week",
        "month",
        "year",
        "decade",
        "century",
    ):
        amount: float | None = 1
    else:
        amount = amount_of(number) if number else None
    if amount is None:
        return None
    by = -1 if match["which"].lower() in ("last", "past", "previous") else 1
    return Rolling(amount, _singular(match["unit"]), by)


def duration(match: Match) -> Said | None:
    """Say how long something takes."""
    unit, number = _singular(match["unit"]), match["number"].lower()
    is_plural = match.string[match.end("unit") : match.end("unit") + 1] == "s"
    if number in ("a", "an", "some") and is_plural != (number == "some"):
        return None  # "a years-long", "some day"
    if unit == "second" and not is_plural:
        return None  # "a second bomb"
    before = match.string[max(0, match.start() - 12) : match.start()]
    if (number, unit) == ("one", "day") and not is_plural and not _MEASURED.search(before):
        return None  # "one day this will end"
    return Duration(duration_of(_amount(match), unit))


_MEASURED: Final = re.compile(r"\b(?:for|in|within|after|only|just|than|of|lasts?|lasted)\s+$")


def _amount(match: Match) -> float | None:
    """Return the number of units, a half after the unit ("a year and a half") with it."""
    amount = amount_of(match["number"])
    return amount + 0.5 if amount is not None and match.groupdict().get("half") else amount


def age(match: Match) -> Said | None:
    """Say how old somebody is, which is a duration."""
    return Duration(f"P{match['number']}Y")


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
    return DayOfMonth(day, _WHICH.get(which)) if 1 <= day <= 31 else None


def holiday(match: Match) -> Said | None:
    """Say a holiday by its name."""
    year = int(match["year"] or 0)
    where = (match["where"] or "").lower()
    name = " ".join(match["name"].split())
    return _of_year(match, Calendar(year, holiday=name, where=where))


def is_rate(match: Match) -> bool:
    """Tell whether "a day" says how often: after an amount, or "once", "twice"."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    return bool(
        re.search(r"(?i)\b(?:once|twice|times|thrice)\s+$", before)
        or re.search(
            r"(?:\d|\b(?:dozens?|hundreds?|thousands?|millions?"
            r"|billions?))\)?(?:\s+[\w’'-]+){0,4}\s+$",
            before,
        )
    ) and not re.search(
        r"(?i)\b(?:for|in|of|than|within|after|nearly|almost|over|about|half|and)\s+$", before
    )
