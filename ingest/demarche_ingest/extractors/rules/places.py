"""Where an act was, as the clause that tells it says: "met in Doha", "fired on off Samoa"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.rules.agents import SentenceAgents
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.mentions.model import Mention

_IN: Final = ("in", "at", "near", "off", "inside", "outside")


def place_of(words: Words, agents: SentenceAgents, at: int) -> Agent | None:
    """Return the known place or state that the act of a word is said to have been in."""
    for kid in _located(words, at):
        mention = agents.mention(kid)
        found = _named(mention, agents) if mention is not None else None
        if found is not None:
            return found
    return None


def _located(words: Words, at: int) -> Iterator[int]:
    """Yield what tells where, of the word itself and then of what it is done to."""
    places = [at]
    if words.is_verb(at):
        places += words.of(at, "obj", "nsubj:pass")
    for place in places:
        for preposition in _IN:
            yield from words.oblique(place, preposition)[:1]


def _named(mention: Mention, agents: SentenceAgents) -> Agent | None:
    if mention.how not in ("name", "place", "metonym"):
        return None
    names = [mention.target, *mention.candidates] if mention.target else mention.candidates
    for name in names:
        entity = agents.known.get(name or "")
        if entity is not None and (entity.is_place or entity.type == "State"):
            return known_agent(entity.id, agents.known, mention.span)
    return None
