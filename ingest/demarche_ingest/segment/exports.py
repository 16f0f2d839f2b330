"""Files as databases of newspapers export them: fields by code, or a list of fields at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.segment.looks import Look, Unit, label_of
from demarche_ingest.segment.rules import words
from demarche_ingest.texts import Span

_FIELD: Final = re.compile(r"(?P<code>[A-Z]{2,3})(?:\s+(?P<value>\S.*))?")
_NEEDED: Final = frozenset({"HD"}), frozenset({"LP", "TD"}), frozenset({"PD", "SN", "AN", "WC"})
"""Codes of which a file has one of each kind, or is no export."""
_FEWEST: Final = 5
"""Different codes that an export has, at least."""
_TEXTS: Final = frozenset({"LP", "TD"})
_TOLD: Final = {"HD": "title", "BY": "byline", "SN": "outlet", "PD": "date"}
_LISTED: Final = re.compile(r"(?P<key>[A-Z][A-Za-z/() -]{1,34}):\s+(?P<value>\S.*)")
_RUN: Final = 4
"""Lines "Name: value" one below the other that make a list of fields."""
_LONGEST: Final = 200
"""Code points of a line of such a list."""
_LOOKS: Final = frozenset({"label", "boilerplate", "short", "other", "date", "item", "address"})


@dataclass(frozen=True, slots=True)
class Record:
    """One document of an export. headline: place of its headline among its paragraphs."""

    units: tuple[Unit, ...]
    headline: int | None


# --- Fields by code --------------------------------------------------------------------------


def records(units: Sequence[Unit]) -> list[Record]:
    """Return the documents of an export whose fields have codes ("HD", "LP"); [] for others."""
    codes = {code for unit in units if (code := _code(unit))}
    if len(codes) < _FEWEST or not all(codes & needed for needed in _NEEDED):
        return []
    found: list[Record] = []
    record: list[Unit] = []
    code, seen = "", set[str]()
    for unit in units:
        told = _code(unit)
        if told and _begins(told, code, seen):
            found += _made(record)
            record, seen = [], set()
        if told:
            code = told
            seen.add(told)
            record += _parted(unit, code)
        else:
            record.append(_under(unit, code))
    return [*found, *_made(record)]


def _code(unit: Unit) -> str:
    match = _FIELD.match(unit.words)
    if match is None or match["code"] not in words("heads", "field_codes"):
        return ""
    return match["code"]


def _begins(code: str, before: str, seen: set[str]) -> bool:
    """Return whether a code begins another document."""
    return bool(seen) and (before == "AN" or (code in ("HD", "SE") and code in seen))


def _parted(unit: Unit, code: str) -> Iterator[Unit]:
    """Yield a code, and what stands behind it in the same line."""
    at = Span(unit.span.start, unit.span.start + len(code))
    yield replace(unit, span=at, words=code, look="boilerplate", given=Zone("boilerplate", at))
    value = unit.words[len(code) :].strip()
    if value:
        start = at.end
        shown = Span(start + _blanks(unit, code), unit.span.end)
        yield _under(replace(unit, span=shown, words=value, is_apart=False), code)


def _blanks(unit: Unit, code: str) -> int:
    """Return how many code points of white space follow a code: none of them is a word's."""
    return len(unit.span) - len(code) - len(unit.words[len(code) :].lstrip())


def _under(unit: Unit, code: str) -> Unit:
    """Return a paragraph as the field that it stands under has it."""
    if not code or code in _TEXTS:
        return unit
    name = _TOLD.get(code, "")
    kind: ZoneKind = "headline" if name == "title" else "boilerplate"
    look: Look = "date" if name == "date" else "short" if name == "title" else "boilerplate"
    told = (name, unit.words) if name and name != "date" else None
    return replace(unit, look=look, given=Zone(kind, unit.span), told=told)


def _made(record: Sequence[Unit]) -> list[Record]:
    if not record:
        return []
    headline = next((at for at, u in enumerate(record) if u.told and u.told[0] == "title"), None)
    return [Record(tuple(record), headline)]


# --- A list of fields ------------------------------------------------------------------------


def with_fields(units: Sequence[Unit]) -> list[Unit]:
    """Mark the lines of lists of fields ("Publisher: …") behind an article's own words."""
    marked = list(units)
    start = next((at for at, unit in enumerate(units) if unit.look == "prose"), len(units))
    while start < len(units):
        end = start
        keys: list[str] = []
        while end < len(units) and (key := _key(units[end])):
            keys.append(key)
            end += 1
        if len(keys) >= _RUN and len(set(keys)) == len(keys):
            for at in range(start, end):
                unit = marked[at]
                marked[at] = _field(unit)
        start = max(end, start + 1)
    return marked


def _field(unit: Unit) -> Unit:
    """Return a line of a list of fields; its subject is what it is about, and no title."""
    told = None if _key(unit) == "subject" else label_of(unit.words)
    look: Look = "date" if told is not None and told[0] == "date" else "boilerplate"
    return replace(unit, look=look, given=Zone("boilerplate", unit.span), told=told)


def _key(unit: Unit) -> str:
    if unit.given is not None or unit.look not in _LOOKS or len(unit.span) > _LONGEST:
        return ""
    match = _LISTED.fullmatch(unit.words)
    return match["key"].lower() if match else ""
