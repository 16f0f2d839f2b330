"""Whose a page is, told by its letterhead, by a heading, or by the lines that it ends with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from demarche_ingest.segment.looks import cased, is_outlet, is_person
from demarche_ingest.segment.rules import pattern, patterns, words
from demarche_ingest.texts import fold
from demarche_ingest.world import world

_MOST: Final = 16
"""Words of the name of a body, at most."""
_TAIL: Final = 6
"""Paragraphs at the end of a page that may tell where it is from."""
_LINE: Final = 240
_SOFT: Final = re.compile(r"[.?!,;:]$|[.?!:;|]\s|\d")
_IN_BRACKETS: Final = re.compile(r"\s*\([^()]{2,40}\)")
_WORD: Final = re.compile(r"[^\s,]+")
_PARENT: Final = frozenset({"united nations", "european union", "african union"})
"""Organisations whose organs stand in a line below them."""
_ADDRESS: Final = re.compile(r"^https?://(?:www\.|m\.)?([^/:?#]+)", re.IGNORECASE)
_SHORT_HOST: Final = 5
"""Letters of the name of a host, at least, from which an outlet's name is told."""


def is_letterhead(shown: str) -> bool:
    """Return whether a line is nothing but the name of a body, or the formal name of a state."""
    return is_state(shown) or is_body(shown)


def is_state(shown: str) -> bool:
    """Return whether a line is the formal name of a state ("Republic of Kenya")."""
    folded = _plain(shown)
    return folded in _formal() and not words("heads", "formal").isdisjoint(folded.split())


def is_body(shown: str) -> bool:
    """Return whether a line is nothing but the name of a body that publishes what it says."""
    name = _IN_BRACKETS.sub("", shown).strip()
    told = [one.strip("“”\"'’‘") for one in _WORD.findall(name)]
    if not 0 < len(told) <= _MOST or _SOFT.search(name):
        return False
    if _plain(name) in _organisations():
        return True
    if not all(one[:1].isupper() or one in words("heads", "joining") for one in told if one):
        return False
    low = [one.lower() for one in told]
    if not words("heads", "headline_verbs").isdisjoint(low):
        return False
    named = {word.lower() for word in (*words("heads", "bodies"), *words("heads", "institutes"))}
    places = [at for at, one in enumerate(low) if one in named]
    return any(at + 1 == len(low) or low[at + 1] in words("heads", "joining") for at in places)


@cache
def _organisations() -> frozenset[str]:
    """Return the names of organisations that the world's tables know, plain."""
    known = {one.id for one in world().actors if one.type not in ("State", "Person")}
    named = {name.form for name in world().names if name.id in known and " " in name.form}
    named |= {one.label for one in world().actors if one.id in known and " " in one.label}
    return frozenset(map(_plain, named))


@cache
def _formal() -> frozenset[str]:
    known = {one.id for one in world().actors if one.type == "State"}
    return frozenset(_plain(name.form) for name in world().names if name.id in known)


def _plain(name: str) -> str:
    return re.sub(r"^the\s+|[^\w\s]", "", fold(name).lower()).strip()


def issuer(lines: Sequence[str]) -> str:
    """Return the body that the lines of a letterhead name together, "" for none.

    "Republic of Kenya", "Ministry of Foreign Affairs" is the ministry of Kenya; a department below
    a body is not told.
    """
    states = [line for line in lines if is_state(line)]
    bodies = [_IN_BRACKETS.sub("", line).strip() for line in lines if is_body(line)]
    if not bodies:
        return states[0] if states else ""
    first, *others = bodies
    if others and _plain(first) in _PARENT and " of " not in f" {others[0]} ".lower():
        return f"{cased(first)} {cased(others[0])}"
    if states and not _names_state(first):
        return f"{cased(first)} of {_shown(states[0])}"
    return first


def _shown(state: str) -> str:
    """Return the usual name of a state by a formal one."""
    folded = _plain(state)
    known = next(name.id for name in world().names if _plain(name.form) == folded)
    return next(one.label for one in world().actors if one.id == known)


def _names_state(name: str) -> bool:
    folded = f" {_plain(name)} "
    return any(f" {form} " in folded for form in _adjectives())


@cache
def _adjectives() -> frozenset[str]:
    known = {one.id for one in world().actors if one.type == "State"}
    uses = ("name", "adjective")
    named = (one for one in world().names if one.id in known and one.lang == "en")
    return frozenset(_plain(one.form) for one in named if one.use in uses)


def of_heading(heading: str) -> str:
    """Return the body that gives out what a heading tells of ("Statement by the Ministry of …")."""
    match = pattern("heads", "statement").match(heading)
    if match is None:
        return ""
    told = _WORD.findall(heading[match.end() :].rstrip(" .:"))
    for end in range(min(len(told), _MOST), 0, -1):
        name = " ".join(told[:end])
        follows = told[end].lower() if end < len(told) else ""
        if (not follows or follows in words("heads", "matters")) and is_body(name):
            return name
    return ""


def of_line(shown: str) -> str:
    """Return the outlet that a line below a headline says published it; "" for none."""
    match = pattern("heads", "published").match(shown)
    return _cut(match["name"]) if match else ""


def of_tail(lines: Iterable[str]) -> str:
    """Return where one of the last lines says that an article is from; "" for none."""
    for line in list(lines)[-_TAIL:]:
        for rule in patterns("heads", "from"):
            match = rule.search(line) if len(line) <= _LINE else None
            name = _cut(match[1]) if match is not None else ""
            if name and (is_outlet(name) or not is_person(name)):
                return name
    return ""


_ENDS: Final = re.compile(
    r"\s*(?:[,;|(–—\[]|\s-\s|\bon\s+\w*\s?\d|\bon\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|\bin\s+(?:19|20)\d\d|\b(?:at|under|with|and is|as part|as)\b|https?:|www\.|\.(?:\s|$)|:).*$",
    re.DOTALL,
)


def _cut(name: str) -> str:
    """Return a name without what follows it; "" where that is no name."""
    told = _ENDS.sub("", name).strip(" .\"“”'’*_")
    return told if told[:1].isupper() and told.count(" ") < _MOST // 2 else ""


def of_address(address: str, content: str) -> str:
    """Return the outlet of an address: as the text names it elsewhere, else its host."""
    match = _ADDRESS.match(address)
    if match is None:
        return ""
    host = match[1].lower()
    name = max(host.split(".")[:-1] or [host], key=len)
    letters = re.sub(r"[\W_]", "", name)
    if len(letters) >= _SHORT_HOST:
        spaced = re.compile(rf"(?<![\w./@-]){'[ -]?'.join(letters)}(?![\w.@-]*\.\w)", re.IGNORECASE)
        for found in spaced.finditer(content):
            if found[0][0].isupper() and not found[0].isupper():
                return found[0]
    return host


_LEGAL: Final = re.compile(
    r",?\s+(?:ltd|limited|inc|incorporated|llc|plc|gmbh|pty|s\.?a\.?|corp(?:oration)?|co|company)"
    r"\.?(?:\s+(?:ltd|limited))?$",
    re.IGNORECASE,
)


def of_company(name: str) -> str:
    """Return the name of a company without its legal form."""
    return _LEGAL.sub("", name.strip()).strip(" .,")


_MAILED: Final = re.compile(r"\s*[<(\[](?:mailto:)?[^<>()\[\]\s]+@[^<>()\[\]\s]+[>)\]]")


def of_sender(value: str) -> str:
    """Return the name in front of a mail address."""
    return _MAILED.sub("", value).strip(" \"'“”")
