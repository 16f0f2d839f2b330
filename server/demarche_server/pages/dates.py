"""Days in words."""

from __future__ import annotations

from datetime import date


def day(text: str) -> str:
    """Return an xsd:date as "2 January 2020"; what is none (another calendar's year) as it is."""
    try:
        one = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{one.day} {one:%B} {one.year}" if one.isoformat() == text else text


def span(earliest: str, latest: str) -> str:
    """Return the days between two xsd:dates, both inclusive, "" for one that is open or unknown."""
    if not earliest and not latest:
        return ""
    if earliest == latest:
        return day(earliest)
    if not latest:
        return f"from {day(earliest)}"
    if not earliest:
        return f"until {day(latest)}"
    return f"{_without_end(earliest, latest)} – {day(latest)}"


def _without_end(earliest: str, latest: str) -> str:
    """Return the first day without the year, and the month, that the last day tells."""
    first, last = day(earliest).split(" "), day(latest).split(" ")
    if len(first) != len(last) or len(first) == 1 or first[2] != last[2]:
        return day(earliest)
    return first[0] if first[1] == last[1] else " ".join(first[:2])
