"""What stands beside names and in them: whose a place is, who runs a body, what a land is called.

None of it is said outright: it is taken for granted (codebook §4.5, §6.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    Content,
    RelationFound,
)
from demarche_ingest.extractors.facts.describing import words_of
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.vocabulary import TITLE
from demarche_ingest.texts import Span

_LED: Final = re.compile(r"\s?-\s?(?:led|run|dominated|owned)\s+(?:[a-z-]+\s+){0,2}", re.IGNORECASE)
_HELD: Final = re.compile(
    r"\s?-\s?(?:occupied|held|controlled|administered|annexed|ruled)\s+", re.IGNORECASE
)
_COMMA: Final = re.compile(r",\s+")
_IN: Final = re.compile(r"\b(?:in|at|near|from|to|of|outside|around)\s+$", re.IGNORECASE)
_ENDS: Final = re.compile(r"\s*(?:[,.;:)]|$|\s(?:on|in|at|for|after|before|when|where)\b)")
_ARTICLE: Final = re.compile(r"^the\s+", re.IGNORECASE)


def named(clauses: Clauses) -> Iterator[Candidate]:
    """Yield what the names of one sentence take for granted."""
    outer = [one for one in clauses.mentions if one.how != "title"]
    for one, other in pairwise(outer):
        if one.span.end <= other.span.start:
            yield from _pair(clauses, one, other)
    for mention in outer:
        yield from _name(clauses, mention)
    for at, token in enumerate(clauses.tokens):
        if token.deprel == "appos" and token.upos == "NOUN":
            yield from _beside(clauses, at)


def _pair(clauses: Clauses, one: Mention, other: Mention) -> Iterator[Candidate]:
    """Yield what two names that stand together tell: "Minsk, Belarus", "the Russian-led bloc"."""
    between = clauses.reading.text[one.span.end : other.span.start]
    first, second = clauses.meant(one), clauses.meant(other)
    if not first or not second:
        return
    if _LED.fullmatch(between):
        yield from _related(clauses, (second, "organised"), "controlledBy", (first, "actor"), 0.8)
    elif _HELD.fullmatch(between):
        yield from _related(clauses, (first, "actor"), "controls", (second, "land"), 0.85)
    elif _COMMA.fullmatch(between) and _is_address(clauses, one, other):
        yield from _related(clauses, (first, "land"), "locatedIn", (second, "state"), 0.8)


def _is_address(clauses: Clauses, one: Mention, other: Mention) -> bool:
    text = clauses.reading.text
    before = text[max(clauses.sentence.span.start, one.span.start - 12) : one.span.start]
    behind = text[other.span.end : other.span.end + 8]
    return (
        one.how in ("place", "unknown", "metonym")
        and other.how == "name"
        and _IN.search(before) is not None
        and _ENDS.match(behind) is not None
        and not re.match(r",?\s+and\b", behind)
    )


def _related(
    clauses: Clauses,
    subject: tuple[list[Agent], str],
    predicate: str,
    thing: tuple[list[Agent], str],
    sure: float,
) -> Iterator[Candidate]:
    one = next((agent for agent in subject[0] if clauses.fits(agent, subject[1])), None)
    other = next((agent for agent in thing[0] if clauses.fits(agent, thing[1])), None)
    if one is None or other is None or one.id == other.id or not one.words or not other.words:
        return
    passage = Span(min(one.words.start, other.words.start), max(one.words.end, other.words.end))
    content = RelationFound(one, predicate, other)
    yield _granted(clauses, content, passage, f"relation/{predicate.lower()}-by-name", sure)


def _granted(
    clauses: Clauses, content: Content, passage: Span, rule: str, sure: float
) -> Candidate:
    is_timeless = isinstance(content, AttributeFound) and content.attribute == "name"
    is_timeless |= isinstance(content, RelationFound) and content.predicate == "locatedIn"
    time = None if is_timeless else clauses.today()
    fact = Fact(content, passage, passage, rule, sure, presupposed=True, time=time)
    return claimed(clauses, fact)


def _name(clauses: Clauses, mention: Mention) -> Iterator[Candidate]:
    """Yield what a disputed territory is called (codebook §6.3.3)."""
    if mention.how not in ("name", "place", "metonym"):
        return
    for thing in clauses.meant(mention):
        if clauses.kind(thing) == "Territory":
            words = _ARTICLE.sub("", clauses.text(mention.span))
            content = AttributeFound(thing, "name", text=words)
            yield _granted(clauses, content, mention.span, "description/name", 0.75)
            return


def _beside(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield what a person is, set beside the name: "Ada Quist, a hydrologist"."""
    head = clauses.tokens[at].head
    person = clauses.agent(head)
    lemma = clauses.words.lemmas[at]
    if person is None or head > at or not clauses.fits(person, "person"):
        return
    text = words_of(clauses, at)
    is_office = TITLE.search(clauses.tokens[at].text) and lemma not in listed("no_office")
    if is_office or lemma not in listed("callings") | listed("no_office") or person.words is None:
        return
    passage = Span(person.words.start, max(clauses.phrase(at).end, person.words.end))
    content = AttributeFound(person, "status", text=text)
    yield _granted(clauses, content, passage, "description/beside", 0.75)
