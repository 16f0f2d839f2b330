"""How times are written: a table of patterns, and what each says.

A rule's maker returns None for words that are no time after all. Patterns hold the words without
the preposition before them; what limits a rule to some prepositions is a guard of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.dating import traps
from demarche_ingest.dating.calendar import exists
from demarche_ingest.dating.holidays import NAMES as HOLIDAYS
from demarche_ingest.dating.model import Part
from demarche_ingest.dating.said import (
    Away,
    Calendar,
    DayOfMonth,
    Duration,
    NearestWeekend,
    OfEarlier,
    Range,
    Recurring,
    Rolling,
    Said,
    Shifted,
    Stated,
    Unknown,
    Weekday,
    months_from,
)
from demarche_ingest.dating.words import (
    ABOUT,
    DAY,
    DECADES,
    ISLAMIC,
    MONTH,
    NUMBER,
    ORDINALS,
    PERSIAN,
    SEASON,
    SEASONS,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    amount_of,
    any_of,
    duration_of,
    month_of,
    number_of,
    ordinal_of,
    weekday_of,
)

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of writing a time. makes: what a match says, None if it is no time."""

    name: str
    pattern: re.Pattern[str]
    makes: Callable[[Match], Said | None]


@dataclass(frozen=True, slots=True)
class Atom:
    """A time that was found in a text and is not yet worked out."""

    start: int
    end: int
    rule: str
    said: Said
    part: Part = ""


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
_OF_YEAR: Final = (
    r"(?:,?\s+(?:of\s+|in\s+)?(?:(?P<which>last|this|next)\s+year|the\s+(?P<same>same|following"
    r"|previous|next)"
    r"\s+year|(?P<that>that)\s+year))"
)
_SHORT: Final = r"[’'‘](?P<short>\d\d)\b"
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


def _month(match: Match) -> Said | None:
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


def _year(match: Match) -> Said | None:
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


def _years(match: Match) -> Said | None:
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


def _decade(match: Match) -> Said | None:
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


_BEFORE_ERA: Final = Stated("", "a time before our era, for which there is no EDTF here")


def _era(match: Match) -> Said | None:
    year = int(match["after"] or match["before"])
    return Stated(f"{year:04d}") if year else None


def _century(match: Match) -> Said | None:
    number = ordinal_of(match["nth"])
    if match["bc"]:
        return _BEFORE_ERA
    return Stated(f"{number - 1:02d}XX") if 2 <= number <= 22 else None


def _season(match: Match) -> Said | None:
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


def _fraction(match: Match) -> Said | None:
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


def _weekday(match: Match) -> Said | None:
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


_DEICTIC: Final[dict[str, Said]] = {
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


def _deictic(match: Match) -> Said | None:
    words = " ".join(match.group().lower().split())
    if words in ("the day after", "the day before", "the night before") and _is_event(match):
        return Unknown("counted from an event")
    return _DEICTIC[words]


def _is_event(match: Match) -> bool:
    """Tell whether what follows "the day after" is what it is counted from."""
    return bool(
        re.match(
            r"\s+(?!(?:in|at|on|and|but|or|when|that|as|while)\b)\w",
            match.string[match.end() : match.end() + 40],
        )
    )


def _unit(match: Match) -> Said | None:
    """Return a week, month or year told in relation to the present or to one before."""
    unit = match["unit"].lower()
    which = match["which"].lower()
    if which in _EARLIER:
        return Shifted(unit, _SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, _WHICH[which])


def _end_of(match: Match) -> Said | None:
    """Return the month or year of which a part is told."""
    which = (match["which"] or match["which2"]).lower()
    unit = (match["unit"] or match["unit2"]).lower()
    if which in _EARLIER:
        return Shifted(unit, _SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, _WHICH[which.split()[-1]])


def _singular(unit: str) -> str:
    unit = unit.lower()
    return "century" if unit.startswith("centur") else unit


def _ago(match: Match) -> Said | None:
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


def _ahead(match: Match) -> Said | None:
    """In two weeks: ahead of now, or how long something took; only the verb tells."""
    amount, unit = amount_of(match["number"]), _singular(match["unit"])
    return Away(amount, unit, 1, about=bool(match["about"]))


def _rolling(match: Match) -> Said | None:
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


def _duration(match: Match) -> Said | None:
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


def _age(match: Match) -> Said | None:
    return Duration(f"P{match['number']}Y")


def _days_of_month(match: Match) -> Said | None:
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


def _day_of_month(match: Match) -> Said | None:
    day = number_of(match["nth"])
    which = match["which"] or ""
    return DayOfMonth(day, _WHICH.get(which)) if 1 <= day <= 31 else None


def _holiday(match: Match) -> Said | None:
    year = int(match["year"] or 0)
    where = (match["where"] or "").lower()
    name = " ".join(match["name"].split())
    return _of_year(match, Calendar(year, holiday=name, where=where))


def _rule(
    name: str, pattern: str, makes: Callable[[Match], Said | None], *, any_case: bool = False
) -> Rule:
    pattern = re.sub(r"\\? ", r"\\s+", pattern)  # a text breaks its lines anywhere
    return Rule(name, re.compile(pattern, re.IGNORECASE if any_case else 0), makes)


_APPROX: Final = rf"(?:(?P<about>{ABOUT}) )?"
_ORDINAL: Final = rf"(?:{any_of(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_LONG_UNIT: Final = r"(?:week|weekend|month|year|decade|century|quarter)"

RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "days of a month",
        rf"(?<![\w.,/-])(?:(?P<before>{DAY}), )?(?P<first>{DAY})(?:\s*[-–—]\s*| (?:to|until|and"
        rf"|through|or)"
        rf" )(?P<last>{DAY})(?: of)? (?P<name>{MONTH})"
        rf"(?:,? (?P<year>{YEAR}))?",
        _days_of_month,
    ),
    _rule(
        "month and its days",
        rf"(?<!\w)(?:(?<=[Mm]id-)|(?<![A-Za-z]-))(?P<name>{MONTH})"
        rf" (?P<first>{DAY})(?:\s*[-–—]\s*| (?:to|until|and|through|or) )(?P<last>{DAY})(?!:"
        rf"|\.\d| {MONTH}|,\d)"
        rf"(?:,? (?P<year>{YEAR}))?",
        _days_of_month,
    ),
    _rule(
        "month",
        rf"(?<!\w)(?:(?<=[Mm]id-)|(?<![A-Za-z]-))(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming)"
        rf" )?(?P<name>{MONTH})(?![\w]|-[A-Za-z])"
        rf"(?:{_OF_YEAR}|,?(?: of)?(?: the year)? (?P<year>{YEAR})|(?: of)? {_SHORT})?",
        _month,
    ),
    _rule(
        "years",
        rf"(?<![\w.,/$€£-])(?P<first>{YEAR})(?:\s*(?P<mark>[-–—/])\s*)(?P<last>{YEAR}"
        rf"|\d\d)(?![\w/-]|[.,]\d)",
        _years,
    ),
    _rule(
        "year",
        rf"(?<![\w.,/$€£-])(?P<the>[Tt]he year )?(?<![\d])(?P<year>{YEAR})(?![\w/]|-\d)",
        _year,
    ),
    _rule(
        "year",
        rf"(?:(?<=[Mm]id-)|(?<=[Pp]re-)|(?<=[Pp]ost-)|(?<=pre–)"
        rf"|(?<=post–))(?P<year>{YEAR})(?![\w/])",
        lambda match: Stated(match["year"]),
    ),
    _rule(
        "year of an era",
        r"\b(?:AD|A\.D\.) (?P<after>\d{1,4})\b|\b(?P<before>\d{1,4}) (?:AD|CE|A\.D\.)(?!\w)",
        _era,
    ),
    _rule("year before our era", r"\b\d{1,4} (?:BCE?|B\.C\.(?:E\.)?)(?!\w)", lambda _: _BEFORE_ERA),
    _rule(
        "decade",
        rf"(?<![\w.,])(?:(?P<the>the )?(?P<year>(?:1\d|20|21)\d0)[’']?s\b|(?:the [’'‘]?"
        rf"|[’'‘])(?P<short>[1-9]0)[’']?s\b"
        rf"|the (?P<word>{any_of(DECADES)})\b)",
        _decade,
        any_case=True,
    ),
    _rule(
        "century",
        rf"\b(?:the )?(?P<nth>{_ORDINAL})[\s-]century(?P<bc> BCE?)?\b",
        _century,
        any_case=True,
    ),
    _rule(
        "season",
        rf"(?<![\w-])(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming) )?(?:[Tt]he"
        rf" )?(?P<season>{SEASON})\b(?!-)(?![’'](?!s\b))"
        rf"(?:{_OF_YEAR}|,?(?: of)? (?P<year>{YEAR})|(?: of)? {_SHORT})?",
        _season,
    ),
    _rule(
        "quarter or half",
        rf"\b(?:(?:[Tt]he )?(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last|final)"
        rf" (?P<what>quarter|half) of (?:(?P<year>{YEAR})|(?P<which>the|this|last|next) year\b)"
        rf"|(?P<q>[QH][1-4])(?:[\s-]| of )?(?P<year2>{YEAR}))",
        _fraction,
    ),
    _rule(
        "weekday",
        rf"(?<![\w-])(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his past|[Tt]his coming|[Tt]his|[Cc]oming"
        rf"|[Pp]ast|[Tt]hat|[Tt]he (?:same|following|next|previous|preceding|coming)) )?"
        rf"(?P<name>{WEEKDAY})(?![\w-])(?:,?(?: of)? (?P<weeks>last|this|next) week\b)?",
        _weekday,
    ),
    _rule(
        "weekdays",
        rf"\b(?:{any_of(name for name in WEEKDAYS if name.endswith('day'))})s\b",
        lambda _: Recurring(),
    ),
    _rule(
        "day in relation", rf"\b(?:{any_of(_DEICTIC)})\b(?![-’']\w{{2}})", _deictic, any_case=True
    ),
    _rule(
        "yesterday and the like",
        r"\b(?:yesterday|tomorrow) (?=morning|afternoon|evening)",
        lambda _: None,
        any_case=True,
    ),
    _rule(
        "unit in relation",
        rf"\b(?:earlier |later )?(?P<which>last|this|next|that|the same|the following|the"
        rf" previous|the preceding|the next) (?P<unit>{_LONG_UNIT})\b(?!-)",
        _unit,
        any_case=True,
    ),
    _rule(
        "part of a unit",
        r"\b(?:the )?(?P<part>end|beginning|start|middle|close|first days|last days|final days"
        r"|turn) of (?P<which>the same|the following|the previous|the next|the current|the|this"
        r"|last|next|that)"
        rf" (?P<unit>{_LONG_UNIT})\b|\b(?P<part2>earlier|later|early|late) in (?P<which2>the"
        rf"|this|that) (?P<unit2>{_LONG_UNIT})\b",
        _end_of,
        any_case=True,
    ),
    _rule(
        "amount away",
        rf"\b{_APPROX}(?P<number>{NUMBER})[\s-](?P<unit>{UNIT})s?(?P<half> and a half)?"
        rf" (?P<where>ago|back|earlier"
        rf"|later|previously|afterwards|from now|from today|hence|on(?=[,.])|before|after|prior"
        rf" to|following)\b",
        _ago,
        any_case=True,
    ),
    _rule(
        "amount ahead",
        rf"(?<=\bin\s){_APPROX}(?P<number>{NUMBER}) (?P<unit>{UNIT})s?(?:[’'] time|[’']s"
        rf" time)?\b(?! of\b|-)",
        _ahead,
        any_case=True,
    ),
    _rule(
        "units up to now or from now",
        rf"\bthe (?:(?P<which>last|past|previous|next|coming|following) )(?:(?P<number>{NUMBER})"
        rf" )?(?P<unit>{UNIT})s?\b(?!-)",
        _rolling,
        any_case=True,
    ),
    _rule(
        "the weekend",
        r"(?:(?<=\b(?:over)\s)|(?<=\b(?:in|at)\s)|(?<=\bduring\s))the weekend\b(?! of)",
        lambda _: NearestWeekend(),
        any_case=True,
    ),
    _rule(
        "unit but one",
        r"\bthe (?P<unit>weekend|week|month|year) (?P<which>after next|before last)\b",
        lambda match: Shifted(
            match["unit"].lower(), 2 if match["which"].lower().startswith("after") else -2
        ),
        any_case=True,
    ),
    _rule(
        "day in words",
        rf"\b(?:[Tt]he )?(?P<nth>(?i:{any_of(ORDINALS)})) of (?P<name>{MONTH})(?:,?"
        rf" (?P<year>{YEAR}))?",
        lambda match: Calendar(
            int(match["year"] or 0), month_of(match["name"]), ordinal_of(match["nth"])
        ),
    ),
    _rule(
        "recurring",
        rf"\b(?:every|each) (?:(?:other|second|third|{NUMBER}) )?(?:{UNIT}|weekday|weekend"
        rf"|morning|evening|afternoon|quarter|{SEASON}|{WEEKDAY}|{MONTH})s?\b"
        rf"|(?<=\s)per (?:{UNIT})\b",
        lambda _: Recurring(),
        any_case=True,
    ),
    _rule(
        "rate",
        rf"\b(?:an?) (?:{UNIT})(?=\s*[.,;:)]|\s*$|\s+(?:to|until|since|by|in|on|from|and|at|for"
        rf"|through|during|after|before|when|while|as|with|under)\b)",
        lambda match: Recurring() if _is_rate(match) else None,
        any_case=True,
    ),
    _rule("age", r"\b(?:aged?|age of) (?P<number>\d{1,3})\b", _age, any_case=True),
    _rule(
        "age", rf"\b(?P<number>{NUMBER})[- ](?P<unit>{UNIT})s?[- ]olds?\b", _duration, any_case=True
    ),
    _rule(
        "duration",
        rf"\b{_APPROX}(?P<number>{NUMBER})(?: more| full| long| consecutive| straight| whole|"
        rf" further)?[\s-](?P<unit>{UNIT})(?:s|ies)?\b(?P<half> and a"
        rf" half)?(?:[\s-]long)?(?:[’'](?!s))?",
        _duration,
        any_case=True,
    ),
    _rule(
        "vague duration",
        rf"(?<=\bfor\s){UNIT}s\b|(?<=\bfor\s){ABOUT} (?:a )?{UNIT}s?\b|\b(?:{UNIT})s-(?:long|old)\b"
        rf"|\b(?:year|month|week|day|decade|hour)-long\b|\b(?:yearlong|weeklong|monthlong"
        rf"|daylong)\b",
        lambda _: Duration(),
        any_case=True,
    ),
    _rule(
        "other calendar",
        rf"\b{DAY}(?: of)? (?:{ISLAMIC}),? 1[34]\d\d(?: (?:AH|A\.H\.|H\b))?|\b{DAY}(?: of)?"
        rf" (?:{PERSIAN}),? 1[34]\d\d\b",
        lambda _: Unknown("of a calendar whose days are not worked out here"),
    ),
    _rule(
        "eve of an event",
        r"\b(?:the eve|the morning|the night|the day|the aftermath|the week) of (?:the|an?|his"
        r"|her|its|their) (?!month|year|week|day)[a-z-]{4,}\b",
        lambda match: (
            Unknown("counted from an event") if "aftermath" not in match.group() else None
        ),
    ),
    _rule(
        "end of a unit",
        r"\b(?P<unit>year|month|week)(?:[’']s|-) ?(?P<part>end)\b",
        lambda match: Shifted(match["unit"], 0),
    ),
    _rule(
        "day of a month",
        r"(?:(?<=\b(?:on|by|of)\s)|(?<=\b(?:since|until|after)\s)|(?<=\bbefore\s))"
        r"the (?P<nth>\d{1,2}(?:st|nd|rd|th))\b"
        r"(?: of (?P<which>this|last|next|the) month\b|(?=\s*[.,;:!?)]|\s*$"
        r"| (?:and|or|in|at|to|that|which|when|while|but|the|he|she|it|they|as)\b))",
        _day_of_month,
    ),
    _rule(
        "year about",
        rf"(?<=\b(?:in|of|by)\s)(?:about|around|circa|roughly|c\.) (?P<year>{YEAR})\b(?!s)",
        lambda match: (
            None if traps.is_counted(match.string, match.end()) else Stated(f"{match['year']}~")
        ),
    ),
    _rule(
        "how often",
        r"\b(?:hourly|daily|nightly|weekly|fortnightly|monthly|yearly|annually)\b",
        lambda _: Recurring(),
    ),
    _rule(
        "feast of another calendar",
        r"\b(?:Ramadan|Eid(?: ?al|-ul|-al)?(?:[- ](?:Fitr|Adha))?|Nowruz|Norouz|Navruz|Diwali"
        r"|Hanukkah|Passover|Yom Kippur"
        r"|Rosh Hashanah|Lunar New Year|Chinese New Year|Tet|Songkran|Vesak|Orthodox Easter"
        r"|Ashura|Arbaeen|Mawlid)\b(?! War)",
        lambda _: Unknown("a feast whose day does not follow from the year here"),
    ),
    _rule(
        "feast",
        rf"(?<!\w)(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his)"
        rf" )?(?P<name>{any_of(HOLIDAYS)})\b(?:{_OF_YEAR}|,?(?: of| in)? (?P<year>{YEAR}))?",
        _holiday,
    ),
    _rule(
        "11 September",
        r"\b9/11\b|\b(?:Sept(?:ember|\.)? 11|11 Sept(?:ember|\.)?)(?:th)?(?=,? (?:terror|attack"
        r"|hijack|suicide|plot|commission|Commission))",
        lambda _: Stated("2001-09-11"),
    ),
)
"""All rules but those of whole days, which `written.FORMS` holds."""


def _is_rate(match: Match) -> bool:
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
