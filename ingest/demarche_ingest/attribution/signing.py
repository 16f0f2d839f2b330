"""Whose an article is: its outlet, the agency that it is from, its author, its letter-writers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import cues
from demarche_ingest.attribution.headed import is_formal, signer_of, speaker_of
from demarche_ingest.candidates.agents import actor_of, kind_of
from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.folding import fold
from demarche_ingest.segment.looks import cased
from demarche_ingest.texts import Span
from demarche_ingest.world import world

_BY: Final = re.compile(r"^(?:by|from|written\s+by)\s+", re.IGNORECASE)
_PLACE: Final = re.compile(r"\s+in\s+[A-Z].*$|\s+[–—-]\s.*$")
_NAME_WORD: Final = re.compile(r"^(?:[^\W\d_][\w.'’-]*|de|da|di|del|der|van|von|bin|al|el)$")
_IN_DATELINE: Final = re.compile(
    r"\(([^()\n]{2,40})\)\s*[-–—:]|(?<!\w)/([^/\n]{2,30})/|[,.]\s*([^,.()\n]{2,40}?)\s*[-–—]\s*$",
    re.MULTILINE,
)
_SIGN_OFF: Final = re.compile(
    r"^\W*(?:(?:source|copyright|via|from|with|©)\W*)?([^\n]{2,40}?)\W*$",
    re.MULTILINE | re.IGNORECASE,
)
_MONITORED: Final = re.compile(
    r"^\W*(?:(?:excerpts?|text|full text|summary|translation)\s+(?:from|of)\s+(?:an?\s+|the\s+)?)?"
    r"(?:report|commentary|article|broadcast|dispatch|interview|item)\s+(?:in\s+\w+\s+)?"
    r"(?:by|from|published by|on|in)\s+(?:the\s+)?(?P<name>[A-Z][^\n]{2,60}?)"
    r"(?:\s+(?:on|website|web ?site|at|in)\b|[,;.]|\s*$)",
    re.MULTILINE | re.IGNORECASE,
)
"""How a service that passes others' reports on says whose they are."""
_GREETING: Final = re.compile(
    r"^\W*(?:(?:dear\s+)?(?:sirs?|madam|editor)|to\s+the\s+editor)\b\s*[-–—,:.]", re.IGNORECASE
)
_BODIES: Final = re.compile(
    r"\b(?:embassy|ministry|ministries|ministers?|presidents?|council|secretariat|governments?|office|department|presidency"
    r"|mission|organi[sz]ation|union|commission|delegation|foreign\s+service)\b",
    re.IGNORECASE,
)
_SIGNED_LINES: Final = 5
_LINE: Final = 60
"""Code points of the longest line of a signature."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A part of an article that is somebody else's. author: its own, within the outlet."""

    span: Span
    author: Agent


@dataclass(frozen=True, slots=True)
class Signing:
    """Whose an article is. voice: of what its narrator says.

    author: the agency and the person that its body is from, from the outside inwards.
    """

    outlet: Agent
    author: tuple[Agent, ...] = ()
    voice: str = "author"
    letters: tuple[Letter, ...] = ()


def signing(read: ReadArticle) -> Signing:
    """Return whose an article is, by its details and by what stands around it."""
    outlet = _outlet(read)
    headed = speaker_of(read)
    writer = _writer(read) if headed is None else headed[0]
    agency = _agency(read)
    author = tuple(one for one in (agency, writer) if one is not None and one.id != outlet.id)
    voice = "official-document" if writer is None and _is_official(read, outlet) else "author"
    if headed is not None:
        voice = headed[1]
    return Signing(outlet, author, voice, tuple(_letters(read)))


# --- Outlet ----------------------------------------------------------------------------------


def _outlet(read: ReadArticle) -> Agent:
    """Return the outlet; one that the article does not name is named after its document."""
    name = _without_state(read.article.details.outlet)
    if not name:
        label = "Outlet that its document does not name"
        made = f"unnamed-outlet-{read.text.source_sha256[:12]}"
        return Agent(made, label, is_new=True, kind="MediaOutlet")
    is_body = not cues.is_outlet_name(name) and is_formal(read)
    if _BODIES.search(name) or is_body:
        return named(read, _plainly(name), "Organization")
    return named(read, name, "MediaOutlet")


def _plainly(name: str) -> str:
    """Return "Embassy of Peru" of "Embassy of the Republic of Peru"."""
    return _formal_names().sub(lambda match: match[1], name)


@cache
def _formal_names() -> re.Pattern[str]:
    """Return what finds the long names of states, with the label of each in them."""
    labels = [re.escape(thing.label) for thing in world().actors if thing.type == "State"]
    states = "|".join(sorted(labels, key=len, reverse=True))
    return re.compile(
        r"\b(?:the\s+)?(?:[A-Z][\w'’-]*\s+){0,3}(?:Republic|Kingdom|State|Sultanate|Federation"
        rf"|Commonwealth|Union|Emirate|Principality)\s+of\s+((?:the\s+)?(?:{states}))\b"
    )


def _without_state(name: str) -> str:
    """Return "Norland Gazette" of "Norland Gazette, Norland"."""
    head, mark, tail = re.sub(r"\s[–—-]\s", ", ", name).rpartition(", ")
    return head if mark and fold(tail).text in _states() else name


@cache
def _states() -> frozenset[str]:
    return frozenset(fold(thing.label).text for thing in world().actors if thing.type == "State")


def named(read: ReadArticle, name: str, kind: str) -> Agent:
    """Return whom a name means that stands outside the sentences: as the article's mentions do."""
    wanted = _plain(name)
    content = read.text.content
    for mention in read.mentions:
        if _plain(content[mention.span.start : mention.span.end]) == wanted:
            agent = actor_of(mention, read.known)
            if agent is not None and (not agent.is_new or agent.kind in {kind, ""}):
                known = not agent.is_new
                shown = cased(agent.label)
                return agent if known else Agent(agent.id, shown, agent.words, True, kind)
    for entity in read.known.values():
        if _plain(entity.label) == wanted:
            return Agent(entity.id, entity.label)
    listed = _world_names().get(wanted)
    if listed is not None and kind != "Person":
        return Agent(listed[0], listed[1])
    label = name.title() if name.isupper() and " " in name else name
    return Agent(local_name(label), label, is_new=True, kind=kind)


@cache
def _world_names() -> dict[str, tuple[str, str]]:
    """Return the id and label of organisations that the world's tables name, by plain form."""
    actors = {one.id: one for one in world().actors if one.type not in {"State", "Person"}}
    named = [(one, one.label) for one in actors.values()]
    named += [(actors[name.id], name.form) for name in world().names if name.id in actors]
    return {_plain(form): (one.id, one.label) for one, form in named if " " in form}


def _plain(name: str) -> str:
    return re.sub(r"^the\s+|[^\w\s]", "", fold(name).text).strip()


# --- Author and agency -----------------------------------------------------------------------


def _writer(read: ReadArticle) -> Agent | None:
    """Return the one person that a byline names; none where it names several or nobody."""
    name = _person(read.article.details.byline) or _person(signer_of(read))
    return named(read, name, "Person") if name else None


def _person(byline: str) -> str:
    line = _BY.sub("", byline.strip())
    line = _PLACE.sub("", re.split(r",|\||/|;|\(", line)[0]).strip()
    words = line.split()
    if not 2 <= len(words) <= 5 or fold(line).text in cues.agencies():
        return ""
    folded = {fold(word).text.strip(".") for word in words}
    if folded & (cues.words("nobody") | {"and", "&", "our"}):
        return ""
    return cased(line) if all(_NAME_WORD.match(word) for word in words) else ""


def _agency(read: ReadArticle) -> Agent | None:
    """Return the agency that the byline, a dateline or the sign-off names."""
    line = _BY.sub("", read.article.details.byline.strip())
    for name in (line, *re.split(r"[,|/;()]|\band\b|\bwith\b", line)):
        if (agency := _as_agency(read, name)) is not None:
            return agency
    content = read.text.content
    for zone in read.article.zones:
        if zone.kind in {"headline", "boilerplate"}:
            match = _MONITORED.search(content, zone.span.start, zone.span.end)
            if match is not None and cues.is_outlet_name(match["name"]):
                return named(read, match["name"], "MediaOutlet")
        if zone.kind != "boilerplate":
            continue
        words = content[zone.span.start : zone.span.end]
        for match in (*_IN_DATELINE.finditer(words), *_SIGN_OFF.finditer(words)):
            name = next(one for one in match.groups() if one is not None)
            if (agency := _as_agency(read, name)) is not None:
                return agency
    return _as_agency(read, _last_line(read))


def _last_line(read: ReadArticle) -> str:
    """Return the last line of a body without the marks around it, where an agency may sign."""
    last = [zone.span for zone in read.article.zones if zone.kind == "body"][-1:]
    line = read.text[last[0]].rpartition("\n")[2] if last else ""
    return line.strip(" \t.,()[]/*_–—-")[:40]


def _as_agency(read: ReadArticle, name: str) -> Agent | None:
    folded = fold(name.strip()).text
    if not folded:
        return None
    if folded in cues.agencies() or re.search(r"\bnews agency$", folded):
        return named(read, name.strip(), "NewsAgency")
    wanted = _plain(name)
    for entity in read.known.values():
        if entity.type == "NewsAgency" and _plain(entity.label) == wanted:
            return Agent(entity.id, entity.label)
    return None


# --- Documents and letters -------------------------------------------------------------------


def _is_official(read: ReadArticle, outlet: Agent) -> bool:
    """Tell whether an article is itself a statement of whoever gives it out."""
    if not read.article.details.outlet:
        return is_formal(read)
    if kind_of(outlet, read.known) in {"MediaOutlet", "NewsAgency"}:
        return False
    content = read.text.content
    heads = [zone for zone in read.article.zones if zone.kind in {"headline", "boilerplate"}]
    return any(cues.official().search(content, zone.span.start, zone.span.end) for zone in heads)


def _letters(read: ReadArticle) -> Iterator[Letter]:
    """Yield letters to the editor: from a greeting to the lines that sign it."""
    content = read.text.content
    for zone in read.article.zones:
        if zone.kind != "body" or not _GREETING.match(content[zone.span.start : zone.span.end]):
            continue
        lines = content[zone.span.start : zone.span.end].split("\n")
        signed: list[str] = []
        for line in reversed(lines[-_SIGNED_LINES:]):
            if not line.strip() or len(line) > _LINE or line.rstrip().endswith((".", "?", "!")):
                break
            signed.insert(0, line.strip())
        name = _person(signed[0]) if signed else ""
        if name:
            yield Letter(zone.span, named(read, name, "Person"))
