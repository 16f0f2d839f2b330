"""Who speaks a whole document, by its heading or its signature: speeches, statements, letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import cues
from demarche_ingest.candidates.agents import actor_of, kind_of
from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name
from demarche_ingest.segment.looks import cased
from demarche_ingest.texts import Span

_OWN: Final = re.compile(r"\b(?:I|we|our|my|us|me)\b", re.IGNORECASE)
_NAME: Final = re.compile(
    r"(?:[A-ZÀ-ÞĀ-Ž][\w'’-]*\.?|de|da|di|del|der|van|von|bin|ibn|al|el)"
    r"(?:\s+(?:[A-ZÀ-ÞĀ-Ž][\w'’-]*\.?|de|da|di|del|der|van|von|bin|ibn|al|el))+"
)
_STOP: Final = re.compile(
    r"\s(?:at|on|to|in|during|before|for|after|regarding|concerning|following|about|upon|with"
    r"|ahead|as)\s|\s[-–—]\s|[:;|]",
)
_INITIALS: Final = re.compile(r"\bH\.\s?E\.?|\bH\.\s?R\.\s?H\.?")
_SALUTATION: Final = re.compile(
    r"^\W*(?:dear|your excellenc(?:y|ies)|excellenc(?:y|ies)|honou?rable|esteemed|respected"
    r"|to (?:the|his|her|all|whom))\b[^\n.]{0,90}[,:!–—-]\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING: Final = re.compile(
    r"^\W*(?:(?:i (?:am|remain)[^\n]{0,40})?yours?(?: (?:very )?(?:sincerely|faithfully|truly"
    r"|respectfully|etc|in \w+))|sincerely(?: yours)?|respectfully(?: (?:yours|submitted))?"
    r"|faithfully(?: yours)?|(?:kind|best|warm|with)\b[^\n]{0,30}(?:regards|wishes|respects?)"
    r"|regards|cordially|in solidarity|signed|please accept[^\n]{0,120})\W*\n\s*"
    r"(?P<name>[^\n]{3,70})$",
    re.IGNORECASE | re.MULTILINE,
)


def speaker_of(read: ReadArticle) -> tuple[Agent, str] | None:
    """Return who speaks all of a document by its heading, and in which voice; none for nobody.

    What a speech says is quoted, what a statement or a letter of somebody says is a document's.
    """
    content = read.text.content
    for zone in read.article.zones:
        if zone.kind not in {"headline", "boilerplate"} or not _is_above(read, zone.span):
            continue
        for line in _lines(content, zone.span):
            match = cues.heading("speech").match(content, line.start, line.end)
            if match is None:
                continue
            agent = _named(read, Span(match.end(), line.end))
            if agent is not None and (_is_own(read) or match["kind"].lower() == "statement"):
                spoken = match["kind"].lower() not in {"statement", "letter", "declaration"}
                return agent, "quoted" if spoken else "official-document"
    return None


def signer_of(read: ReadArticle) -> str:
    """Return the name below the closing formula of a document that is one letter; "" for none."""
    body = [zone.span for zone in read.article.zones if zone.kind == "body"]
    if not body:
        return ""
    content, start = read.text.content, body[0].start
    greeting = _SALUTATION.search(content, start, min(read.article.span.end, start + 400))
    if greeting is None or content[start : greeting.start()].strip():
        return ""
    closings = list(_CLOSING.finditer(content, greeting.end(), read.article.span.end))
    return closings[-1]["name"].strip(" ,.*_") if closings else ""


def is_formal(read: ReadArticle) -> bool:
    """Tell whether a heading is of what only a document is: "Joint statement by …"."""
    content = read.text.content
    return any(
        cues.heading("formal").match(content, line.start, line.end)
        for zone in read.article.zones
        if zone.kind in {"headline", "boilerplate"} and _is_above(read, zone.span)
        for line in _lines(content, zone.span)
    )


def _is_above(read: ReadArticle, span: Span) -> bool:
    body = next((zone.span for zone in read.article.zones if zone.kind == "body"), None)
    return body is None or span.start < body.start


def _lines(content: str, span: Span) -> Iterator[Span]:
    start = span.start
    for line in content[span.start : span.end].split("\n"):
        yield Span(start, max(start + 1, start + len(line)))
        start += len(line) + 1


def _is_own(read: ReadArticle) -> bool:
    """Tell whether the narrator of a body says "I" or "we"."""
    quoted = [one.span for one in read.quotations]
    for zone in read.article.zones:
        if zone.kind != "body":
            continue
        for match in _OWN.finditer(read.text.content, zone.span.start, zone.span.end):
            if not any(one.start <= match.start() < one.end for one in quoted):
                return True
    return False


def _named(read: ReadArticle, span: Span) -> Agent | None:
    """Return the person that a heading names first, behind titles and before what it was about."""
    content = read.text.content
    stop = _STOP.search(content, span.start, span.end)
    near = Span(span.start, stop.start() if stop is not None else span.end)
    for mention in read.mentions:
        agent = actor_of(mention, read.known) if near.covers(mention.span) else None
        is_person = agent is not None and kind_of(agent, read.known) == "Person"
        if agent is not None and is_person and " " in agent.label:
            return agent
    name = _without_titles(content[near.start : near.end])
    return Agent(local_name(name), name, None, True, "Person") if name else None


def _without_titles(words: str) -> str:
    """Return the name at one end of a row of titles; "" where there is none."""
    plain = _INITIALS.sub(" ", words)
    for piece in (one.strip() for one in re.split(r"[,()]", plain)):
        told = piece.split()
        while told and told[0].lower().strip(".") in cues.words("titles"):
            told.pop(0)
        name = " ".join(told)
        titled = len(told) < len(piece.split()) or piece != plain.strip()
        if 2 <= len(told) <= 5 and _NAME.fullmatch(name) and (titled or plain.strip() == piece):
            inside = {one.lower().strip(".") for one in told}
            if not inside & (cues.words("titles") | cues.words("kinds") | cues.words("people")):
                return cased(name)
    return ""
