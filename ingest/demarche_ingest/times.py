"""Dates that stay as partial as their source: EDTF and the interval it spans.

Extended Date/Time Format, ISO 8601-2:2019 annex A, levels 0 and 1 (and what of level 2 the
`edtf` library reads). `earliest` and `latest` are the strict bounds: qualifiers such as "~" do
not widen them, an open end has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from time import struct_time

from edtf import parse_edtf
from edtf.parser import EDTFParseException

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def _interval(edtf: str) -> Interval:
    if edtf != edtf.strip():  # the library passes over white space around an expression
        raise ValueError(edtf)
    parsed = parse_edtf(edtf)
    # An end that is left empty is unknown (level 1); the library would put it ten years away.
    lower = None if edtf.startswith("/") else _bound(parsed.lower_strict())
    upper = None if edtf.endswith("/") else _bound(parsed.upper_strict())
    return Interval(edtf, lower, upper)


@cache
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
