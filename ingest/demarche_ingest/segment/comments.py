"""Comments of readers: where they begin, who wrote each, and whom it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ingest.segment.looks import Unit
from demarche_ingest.segment.rules import pattern, patterns

_WHEN: Final = re.compile(
    r"(?:about |over )?(?:\d{1,3}|an?|one|two|three)\s?"
    r"(?:s|m|h|d|w|y|sec|min|hr|mo|wk|yr|second|minute|hour|day|week|month|year)s?\.?(?:\s+ago)?"
    r"|just now|(?:yesterday|today)(?:,? .{0,12})?",
    re.IGNORECASE,
)
"""When a comment was written, told from now."""
_POST: Final = re.compile(r"(?:\d{1,4}[.)]\s*)?post(?:ed)? by\b", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(?:[•*–-]\s*)?(?:\d{1,4}[.)]|#\d{1,4}[.:]?)\s")
_AT: Final = re.compile(r"@([\w.-]+)")
_BULLET: Final = re.compile(r"^[•●▪◦‣■·*>↳–—-]+\s*")
_NAME_ENDS: Final = re.compile(r"[.,;:!?]$")
_AROUND: Final = ("boilerplate", "separator", "promotion", "address")
_SENTENCE: Final = re.compile(r"[!?]$|\w{3,}\.$")
_HEADING: Final = 160
_NAME_WORDS: Final = 5
_FEWEST: Final = 2
"""Numbered headings that make a section of comments where no line announces one."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Who wrote a comment. date: as it is told. to: whom it answers, where the heading says so."""

    name: str
    date: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a paragraph of a section of comments is. heading: whose comment it is part of.

    number: of the comment, from 1; 0 for furniture.
    """

    number: int = 0
    author: str = ""
    date: str = ""
    to: str = ""


def heading_of(unit: Unit) -> Heading | None:
    """Return who wrote the comment that a line stands above, None for another line."""
    if len(unit.span) > _HEADING or _answered(unit) is not None:
        return None
    shown = _BULLET.sub("", unit.words)
    for rule in patterns("comments", "heading"):
        match = rule.fullmatch(shown)
        if match is None:
            continue
        told = match.groupdict()
        name = (told.get("name") or "").strip()
        if name and name.count(" ") < _NAME_WORDS and not _NAME_ENDS.search(name.rstrip(".")):
            return Heading(name, (told.get("date") or "").strip(), (told.get("to") or "").strip())
    return None


def is_section(unit: Unit) -> bool:
    """Return whether a line stands above a section of comments."""
    shown = unit.words.rstrip(":").strip()
    return len(shown) <= _HEADING and any(
        rule.fullmatch(shown) for rule in patterns("comments", "section")
    )


def _is_furniture(unit: Unit) -> bool:
    shown = _BULLET.sub("", unit.words)
    return any(rule.fullmatch(shown) for rule in patterns("comments", "furniture"))


def begin(units: Sequence[Unit]) -> int:
    """Return the place of the first paragraph of the section of comments; their number for none.

    A section begins with a line that announces it, if a heading or nothing but the end follows it,
    or with the first of at least two numbered headings.
    """
    seen_prose = False
    numbered = [
        place
        for place, unit in enumerate(units)
        if _NUMBERED.match(unit.words) and heading_of(unit) is not None
    ]
    first_numbered = numbered[0] if len(numbered) >= _FEWEST else _second_post(units)
    for place, unit in enumerate(units[: first_numbered + 1]):
        if seen_prose and is_section(unit) and _is_meant(units, place):
            return place
        seen_prose = seen_prose or unit.look == "prose"
    return first_numbered


def _second_post(units: Sequence[Unit]) -> int:
    """Return where the answers of a forum begin: at its second post; their number for none."""
    posts = [
        place
        for place, unit in enumerate(units)
        if _POST.match(unit.words) and heading_of(unit) is not None
    ]
    if len(posts) < _FEWEST or all(unit.look != "prose" for unit in units[posts[0] : posts[1]]):
        return len(units)
    second = posts[1]
    return second - 1 if _is_furniture(units[second - 1]) else second


def _is_meant(units: Sequence[Unit], place: int) -> bool:
    """Return whether comments follow a line that seems to announce them, or furniture only."""
    following = units[place + 1 : place + 12]
    if any(
        heading_of(unit) is not None or _is_named(units, at)
        for at, unit in enumerate(following, place + 1)
    ):
        return True
    return all(unit.look != "prose" for unit in following)


def _is_named(units: Sequence[Unit], place: int) -> bool:
    """Return whether a name stands here, with a date in the next line."""
    unit = units[place]
    if unit.look not in ("short", "other", "item") or unit.count > _NAME_WORDS:
        return False
    if _SENTENCE.search(unit.words):
        return False
    following = units[place + 1] if place + 1 < len(units) else None
    return (
        following is not None
        and not following.is_apart
        and (following.look == "date" or _WHEN.fullmatch(following.words) is not None)
        and len(following.words) < _HEADING // 2
    )


def remarks(units: Sequence[Unit]) -> Iterator[Remark]:
    """Yield what each paragraph of a section of comments is."""
    number = 0
    now = Remark()
    levels: list[tuple[int, str]] = []
    names: set[str] = set()
    skip = False
    named = any(heading_of(unit) or _is_named(units, at) for at, unit in enumerate(units))
    for place, unit in enumerate(units):
        if skip:
            skip = False
            yield Remark()
            continue
        heading = heading_of(unit)
        if heading is None and _is_named(units, place):
            heading = Heading(_BULLET.sub("", unit.words), units[place + 1].words)
            skip = True
        if (
            _is_furniture(unit)
            or (heading is None and unit.look in _AROUND)
            or (unit.look == "date" and heading is None)
        ):
            yield Remark()
        elif heading is not None:
            while levels and levels[-1][0] >= unit.indent:
                levels.pop()
            to = heading.to or (levels[-1][1] if levels else "")
            levels.append((unit.indent, heading.name))
            names.add(heading.name)
            number += 1
            now = Remark(number, heading.name, heading.date, to)
            yield Remark()
        elif not now.number and (named or is_section(unit)):
            yield Remark()
        elif not now.number:
            yield Remark(number=-1 - place)
        elif (answered := _answered(unit)) is not None:
            now = Remark(now.number, now.author, now.date, answered)
            yield Remark()
        else:
            now = _with_answered(unit, now, names)
            yield now


def _with_answered(unit: Unit, now: Remark, names: set[str]) -> Remark:
    """Return a comment with whom it answers, if its words begin with "@" and an earlier name."""
    match = _AT.match(unit.words)
    if match is None or now.to or match[1] not in names:
        return now
    return Remark(now.number, now.author, now.date, match[1])


def _answered(unit: Unit) -> str | None:
    """Return whom a line says that a comment answers, None for another line."""
    match = (
        pattern("comments", "to").fullmatch(unit.words) if unit.count <= _NAME_WORDS + 3 else None
    )
    return match["to"].strip() if match else None
