"""The date of an article as its own date line tells it, and nothing that a sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from demarche_ingest import times
from demarche_ingest.dating.calendar import Partial, exists, nearest_year, one_day
from demarche_ingest.dating.words import MONTH, WEEKDAY, YEAR, listed, month_of
from demarche_ingest.dating.written import Order, Written, days
from demarche_ingest.texts import Span

LABELS: Final = (
    r"(?:(?:first|originally|date|last)\s+)?(?:published|posted|printed|issued|released|filed|dated|created|submitted)",
    r"publication\s+date|release\s+date|pub(?:lished)?\s*date|date|issue|on\s+air",
    r"(?:(?:status|situation|information|data)\s+)?as\s+(?:of|at)",
)
"""What a date line may say before the date on which an article appeared."""

UPDATES: Final = (
    r"(?:(?:last|most\s+recently)\s+)?(?:updated|modified|edited|revised|changed|reviewed|upd)",
    r"(?:last\s+)?(?:update|modification|revision)|retrieved|accessed|archived",
)
"""What it says before one that is later than that."""

_LABEL: Final = re.compile(
    rf"(?P<update>\b(?:{'|'.join(UPDATES)}))\b|\b(?:{'|'.join(LABELS)})\b", re.IGNORECASE
)
_ZONES: Final = (
    r"(?:GMT|UTC|CES?T|EES?T|WES?T|MSK|BST|IST|[ECMP][SD]?T|local\s+time|Z)(?:\s*[+-]\d{1,4})?"
)
_CLOCK: Final = re.compile(
    r"(?:T|\b(?:at|on|@)?\s*)?\b\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:[.,]\d+)?\s*(?:[ap]\.?\s?m\b\.?)?\s*"
    rf"\(?(?:{_ZONES}|[+-]\d\d:?\d\d)?\)?|\b\d{{1,2}}\s*[ap]\.?m\b\.?(?:\s*{_ZONES})?",
    re.IGNORECASE,
)
_SMALL: Final = listed(
    "a an and at by de for from in of on the to via with min mins minute minutes read ago comment"
    " comments views shares staff writer reporter correspondent correspondents hrs hours time last"
    " no print edition page pp vol van von der al el bin la le du da di dos del des"
)
"""Words in small letters that names, bylines and the furniture of pages have."""

_PLACE: Final = (
    r"[^\W\d_a-z][\w.'’-]*(?:[ ,/]+(?:(?:and|of|the|de|al|el)[ ])*[^\W\d_a-z][\w.'’-]*){0,6}"
)
_DASH: Final = r"(?:[–—―]|--+|\s-(?=\s|$)|:(?=\s)|\.\s?[–—-])"
_AFTER_PLACE: Final = re.compile(rf"^\W*(?:{_PLACE})\s*(?:\([^()]{{1,40}}\))?[\s,.(/|]*$")
_THEN_TEXT: Final = re.compile(
    rf"^[\s,.)]*(?:[(/\[|]?\s*{_PLACE}\s*[)/\]|.]?|\([^()]{{1,40}}\))?\s*{_DASH}|^[\s,.]*\([^()a-z]{{2,40}}\)",
)
_MONTHLY: Final = re.compile(
    rf"(?<![\w-])(?<!\d )(?:(?P<name>{MONTH})(?:,?\s+|\s*[-–/]\s*{MONTH}\s+)"
    r"|(?P<season>Spring|Summer|Autumn|Fall|Winter),?\s+)"
    rf"(?P<year>{YEAR})"
)
_BARE_MONTH: Final = re.compile(r"^\s*(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])\s*$")
_SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_LONGEST: Final = 240
"""Characters of a line that has a date and nothing but what belongs to it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a date line says. where: its date, within the words that were read.

    is_update: true where it only tells when the article was changed. rule: how it was read.
    """

    edtf: str
    where: Span
    rule: str
    is_update: bool = False


def dateline(words: str, near: str = "", order: Order = "") -> str | None:
    """Return the EDTF of a date line, None where there is none. See `read_dateline`."""
    reading = read_dateline(words, near, order)
    return reading.edtf if reading else None


def read_dateline(words: str, near: str = "", order: Order = "") -> Reading | None:
    """Read the date on which an article appeared from the line that tells it.

    words: the line or the beginning of the first paragraph ("LONDON, Nov 3 (Agency) - …").
    near: EDTF of a day or a year at about which it appeared, for a line that tells no year; without
        it such a line has no date. order: of day and month in dates of numbers, where it is known.

    A date that a sentence is about is none: besides the date there may only be labels, times,
    names, and, after a place and a date, the text. Of several the first that is no update counts.
    """
    told = [
        Reading(edtf, span, form, _is_update(words, span))
        for span, form, edtf in _dates(words, near, order)
        if _stands_apart(words, span)
    ]
    return min(told, key=lambda one: (one.is_update, one.where.start), default=None)


def _dates(words: str, near: str, order: Order) -> Iterator[tuple[Span, str, str]]:
    """Yield the dates of a line: where they stand, in which form, and as EDTF."""
    end = 0
    for day in days(words[: _LONGEST * 4], order):
        end = max(end, day.span.end)
        year = day.year or _year_near(day, near)
        if year and exists(year, day.month, day.day):
            yield day.span, day.form, day.edtf(year)
    if end:
        return
    for match in [*_MONTHLY.finditer(words), *_BARE_MONTH.finditer(words)]:
        part = match.groupdict()
        month = _SEASONS.get((part.get("season") or "").lower(), 0)
        month = month or (month_of(part["name"]) if part.get("name") else int(part["month"]))
        span = Span(match.start(), match.end())
        yield span, "month and year", Partial(int(part["year"]), month).edtf()


def _year_near(day: Written, near: str) -> int:
    """Return the year of a day that is told without one, 0 where it is not known."""
    if not near:
        return 0
    at = one_day(near)
    if at is not None:
        return nearest_year(day.month, day.day, at) or 0
    interval = times.parse(near)
    first, last = interval.earliest, interval.latest
    if first is None or last is None:
        return 0
    years = [
        year
        for year in range(first.year, min(last.year, first.year + 2) + 1)
        if exists(year, day.month, day.day) and first <= date(year, day.month, day.day) <= last
    ]
    return years[0] if len(years) == 1 else 0


def _is_update(words: str, span: Span) -> bool:
    """Tell whether the nearest label before a date is of an update."""
    labels = list(_LABEL.finditer(words[: span.start]))
    return bool(labels) and labels[-1]["update"] is not None


def _stands_apart(words: str, span: Span) -> bool:
    """Tell whether a date belongs to a date line, and not to a sentence."""
    line_start = words.rfind("\n", 0, span.start) + 1
    line_end = words.find("\n", span.end)
    before = words[line_start : span.start]
    after = words[span.end : line_end if line_end >= 0 else len(words)]
    if _is_furniture(before) and _is_furniture(after) and len(before + after) < _LONGEST:
        return not re.search(
            r"\b(?:on|by|since|until|in|for|from|to|of|the|with|after|before|and)\s*$", before
        ) or bool(_LABEL.search(before))
    return bool(_AFTER_PLACE.match(before) and _THEN_TEXT.match(after))


def _is_furniture(words: str) -> bool:
    """Tell whether words hold labels, times and names only: nothing in small letters says more."""
    bare = _CLOCK.sub(" ", _LABEL.sub(" ", words))
    bare = re.sub(rf"\b(?:{WEEKDAY}|{MONTH})", " ", bare)
    bare = re.sub(r"\bby\s+[\w.-]+$", " ", bare.rstrip())  # whoever posted it
    if re.search(r"[?!;]|\w\.\s+\w{4}", bare):
        return False
    for day in days(bare):
        bare = bare[: day.span.start] + " " * len(day.span) + bare[day.span.end :]
    loose = [word for word in re.findall(r"[^\W\d_][\w'’.-]*", bare) if word[0].islower()]
    return all(word.rstrip(".").lower() in _SMALL or "@" in word for word in loose)
