"""What words say that measure time: "two weeks ago", "last month", "for a decade", ages.

Makers, like those of `making`.
"""

from __future__ import annotations

import re
from typing import Final

from demarche_ingest.dating.counted import Away, OfEarlier, Rolling, Shifted
from demarche_ingest.dating.making import SAME, WHICH, Match
from demarche_ingest.dating.said import Duration, Said, Unknown
from demarche_ingest.dating.words import (
    amount_of,
    duration_of,
)

_EARLIER: Final = ("that", "the same", "the following", "the previous", "the preceding", "the next")
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
        return Shifted(unit, SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, WHICH[which])


def end_of(match: Match) -> Said | None:
    """Return the month or year of which a part is told."""
    which = (match["which"] or match["which2"]).lower()
    unit = (match["unit"] or match["unit2"]).lower()
    if which in _EARLIER:
        return Shifted(unit, SAME[which.split()[-1]], of_earlier=True)
    return Shifted(unit, WHICH[which.split()[-1]])


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
