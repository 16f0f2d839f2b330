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
_MEETING: Final = re.compile(
    r"^(?:(?:\d+(?:st|nd|rd|th)|[A-Z][a-z-]+(?:st|nd|rd|th)|Extraordinary|Ordinary|Special|Annual|Joint"
    r"|Emergency)\s+)*(?:Summit|Meeting|Session|Conference)\s+(?:of|for)\s+(?:the\s+)?"
    r"(?:(?:Heads\s+of\s+State(?:\s+and(?:\s+of)?\s+Government)?|Leaders|Foreign\s+Ministers|Ministers)"
    r"\s+of\s+(?:the\s+)?)?"
)
"""Which meeting of a body gave something out."""
_PAIR: Final = re.compile(
    r"(?P<one>[A-Z][\w'’. ]{1,60}?)\s*(?:[-–/]|\sand\s)\s*(?P<other>[A-Z][\w'’. ]{1,60}?)"
    r"\s+[Jj]oint\s+"
    r"(?:(?:[Pp]ress|[Mm]inisterial|[Ll]eaders.?)\s+)?(?:[Ss]tatement|[Dd]eclaration|[Cc]ommuniqu[eé])\b"
)
_STATEMENT_ON: Final = re.compile(
    r"(?:The\s+)?(?P<name>[A-Z][\w'’.& -]{1,60}?)\s+(?:(?:[Jj]oint|[Pp]ress|[Pp]ublic)\s+)?"
    r"(?:[Ss]tatement|[Cc]ommuniqu[eé]|[Dd]eclaration)\s+(?:on|regarding|concerning|about|following)\b"
)
_BEFORE: Final = re.compile(
    r"(?P<name>[^:]{3,80}):\s+(?:(?:press|joint|public|official)\s+)?(?:statement|communiqu[eé]"
    r"|declaration)\b",
    re.IGNORECASE,
)
_GIVEN_OUT: Final = re.compile(
    r"(?:(?:press|joint|public|official|media|final)\s+)*(?:statement|communiqu[eé]|declaration)"
    r"(?:\s+(?:on|regarding|concerning|about|following|after|no)\b|\W*$)",
    re.IGNORECASE,
)
_BEHALF: Final = re.compile(r"^.{3,60}?\son\s+behalf\s+of\s+(?:the\s+)?", re.IGNORECASE)
_MATTER: Final = re.compile(r"\s(?:on|regarding|concerning|about|following|after)\s", re.IGNORECASE)
_PLURAL: Final = re.compile(
    r"(?:[A-Z][\w-]+\s+)?(?:Ministers|Presidents|Governments|Leaders|Heads|Ambassadors|Embassies"
    r"|Members|Parliaments|Churches|Bishops|Unions)\b"
)
"""Several who give something out together."""
_LISTING: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_SPACED: Final = re.compile(r"\S+")
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
    if _heads(name) is not None:
        return False  # "Declaration of the Summit of …" is what a body gives out
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
    if len(bodies) > 1 and (together := _together(bodies)):
        return together
    if others and _plain(first) in _PARENT and " of " not in f" {others[0]} ".lower():
        return f"{cased(first)} {cased(others[0])}"
    if states and not _names_state(first):
        return f"{cased(first)} of {_shown(states[0])}"
    return first


def _together(bodies: Sequence[str]) -> str:
    """Return the bodies of several states of which each heads a page: "Governments of … and …"."""
    kinds, named = zip(*map(_of_state, bodies), strict=True)
    if len({_plain(one) for one in kinds}) > 1 or len(set(named)) < 2 or "" in named:
        return ""
    kind = cased(kinds[0])
    head, of, rest = kind.partition(" of ")
    many = f"{head[:-1]}ies" if head.endswith("y") else f"{head}s"
    return f"{many}{of}{rest} of {_listed(named)}"


def _of_state(body: str) -> tuple[str, str]:
    """Return what a body is, and the state that it is of, "" where no state ends its name."""
    for match in re.finditer(r"\s+of\s+", body, re.IGNORECASE):
        if _plain(body[match.end() :]) in _formal():
            return body[: match.start()], _shown(body[match.end() :])
    return body, ""


def _listed(named: Sequence[str]) -> str:
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last


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
    if several := _of_several(heading):
        return several
    match = _heads(heading)
    if match is None:
        return _of_named(heading)
    named = _MEETING.sub("", _BEHALF.sub("", heading[match.end() :]))
    told = _WORD.findall((_MATTER.split(named)[0] if heading.isupper() else named).rstrip(" .:"))
    for end in range(min(len(told), _MOST), 0, -1):
        name = " ".join(told[:end])
        follows = told[end].lower() if end < len(told) else ""
        is_whole = not follows or follows in words("heads", "matters")
        if is_whole and (is_body(name) or _PLURAL.match(name) or _plain(name) in _formal()):
            return name
    return ""


def is_given_out(heading: str) -> bool:
    """Return whether a heading is of what bodies give out ("Statement on …", "Communiqué")."""
    return _GIVEN_OUT.match(heading) is not None


def _heads(heading: str) -> re.Match[str] | None:
    return pattern("heads", "statement").match(heading)


def _of_several(heading: str) -> str:
    """Return the states, or holders of their offices, that give something out together.

    "Joint Statement by the Foreign Ministers of Norway and Sweden", "Norway-Sweden Declaration".
    """
    if match := _PAIR.match(heading):
        pair = [match["one"], match["other"]]
        if all(_plain(one) in _formal() for one in pair):
            return f"Governments of {_listed([_shown(one) for one in pair])}"
    match = _heads(heading)
    if match is None:
        return ""
    told = _WORD.findall(heading[match.end() :].rstrip(" .:"))
    small = words("heads", "joining")
    capital = [bool(one[:1].isupper()) or one.strip(",").lower() in small for one in told]
    end = capital.index(False) if False in capital else len(told)
    matters = (at for at in range(end) if told[at].lower() in words("heads", "matters") and at)
    name = re.sub(
        r"\s*,?\s*$", "", " ".join(_SPACED.findall(heading[match.end() :])[: next(matters, end)])
    )
    states = {_known(one) for one in _LISTING.split(name.partition(" of ")[2] or name)} - {""}
    return name if len(states) > 1 and " and " in name else ""


def _known(name: str) -> str:
    plain = _plain(re.sub(r"^.*\bof\s+(?:the\s+)?", "", name))
    return plain if plain in _formal() else ""


def _of_named(heading: str) -> str:
    """Return the organisation whose name stands in front: "ASEAN Statement on …"."""
    if (before := _BEFORE.match(heading)) and is_body(before["name"]):
        return before["name"]
    match = _STATEMENT_ON.match(heading)
    told = match["name"] if match else ""
    rest = {word.lower() for word in _WORD.findall(heading)}
    if not told or not words("heads", "headline_verbs").isdisjoint(rest):
        return ""
    is_short = told.isupper() and " " not in told and len(told) > 1
    return told if is_short or _plain(told) in _organisations() else ""


def of_line(shown: str) -> str:
    """Return the outlet that a line below a headline says published it; "" for none."""
    match = pattern("heads", "published").match(shown)
    return _cut(re.sub(r"^the\s+", "", match["name"])) if match else ""


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
