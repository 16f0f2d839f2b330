"""Dates that stay as partial as their source: EDTF and the interval it spans.

Extended Date/Time Format, ISO 8601-2:2019 annex A, levels 0 and 1 (and what of level 2 the
`edtf` library reads). `earliest` and `latest` are the strict bounds: qualifiers such as "~" do
not widen them, an open end has none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time

from edtf import parse_edtf
from edtf.parser import EDTFParseException

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?", re.ASCII)
_SEASON = re.compile(r"(\d{4})-(2[1-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """An EDTF expression and its first and last day; None where an end is open or unknown."""

    edtf: str
    earliest: date | None
    latest: date | None


def _bound(value: struct_time | float) -> date | None:
    if isinstance(value, (int, float)):  # the library's plus or minus infinity: an open end
        return None
    return date(value.tm_year, value.tm_mon, value.tm_mday)


def _plain(edtf: str) -> Interval | None:
    """Return the interval of a year, season, month or day, or of two; None for all else.

    The library takes some 15 ms for each, which was half of the time that a document took to read.
    """
    first, is_interval, last = edtf.partition("/")
    if not is_interval:
        span = _span(first)
        return Interval(edtf, *span) if span else None
    begins = (None, None) if first == ".." else _span(first)
    ends = (None, None) if last == ".." else _span(last)
    return Interval(edtf, begins[0], ends[1]) if begins and ends else None


def _span(plain: str) -> tuple[date | None, date | None] | None:
    """Return the first and last day of a year, season, month or day; None for all else."""
    season = _SEASON.fullmatch(plain)
    if season:
        return _season(int(season[1]), int(season[2]))
    found = _PLAIN.fullmatch(plain)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year or (month is not None and not 1 <= month <= 12):
        return None
    last_day = monthrange(year, month or 12)[1]
    if day is not None and not 1 <= day <= last_day:
        return None
    return date(year, month or 1, day or 1), date(year, month or 12, day or last_day)


def _season(year: int, season: int) -> tuple[date, date] | None:
    """Return the months of a season of the north, as the library has them: winter is December."""
    if not year:
        return None
    first = 3 * (season - 20)
    last = min(first + 2, 12)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _interval(edtf: str) -> Interval:
    plain = _plain(edtf)
    if plain is not None:
        return plain
    if edtf != edtf.strip():  # the library passes over white space around an expression
        raise ValueError(edtf)
    parsed = parse_edtf(edtf)
    # An end that is left empty is unknown (level 1); the library would put it ten years away.
    lower = None if edtf.startswith("/") else _bound(parsed.lower_strict())
    upper = None if edtf.endswith("/") else _bound(parsed.upper_strict())
    return Interval(edtf, lower, upper)


@lru_cache(maxsize=4_096)
def parse(edtf: str) -> Interval:
    """Read an EDTF expression.

    Raises ValueError with a sentence for people: not EDTF, an impossible day, or an interval
    that ends before it begins.
    """
    for day in _DAY.findall(edtf):
        try:
            date.fromisoformat(day)  # the library takes 30 February
        except ValueError:
            raise ValueError(f"{day} is not a day of the calendar") from None
    try:
        interval = _interval(edtf)
    except (EDTFParseException, ValueError, AttributeError, TypeError):
        raise ValueError(
            f"{edtf!r} is not an EDTF date (such as 2014-05-29, 2014-05, 2014-05-30/.., 2014~)"
        ) from None
    if interval.earliest and interval.latest and interval.latest < interval.earliest:
        raise ValueError(f"{edtf!r} ends before it begins")
    return interval
