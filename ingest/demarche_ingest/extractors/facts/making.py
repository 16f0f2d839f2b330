"""Makes claims of what the rules of facts see."""

from __future__ import annotations

from dataclasses import dataclass

from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    Content,
    RelationFound,
    StanceFound,
    Telling,
    Time,
)
from demarche_ingest.extractors.facts.factuality import SURE
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.texts import Span

NAME = "facts/1"
"""The extractor's name and version."""
_UNDATED = frozenset(("hypothetical", "conditional", "normative", "interrogative"))


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule has seen.

    sure: how often what the rule finds is right, other things being equal. told: how its predicate
    is told. basis: "" for the one that follows from that. telling: none for that of the trigger.
    """

    content: Content
    passage: Span
    trigger: Span
    rule: str
    sure: float
    told: Manner = SURE
    presupposed: bool = False
    basis: str = ""
    time: Time | None = None
    telling: Telling | None = None


def claimed(clauses: Clauses, fact: Fact) -> Candidate:
    """Return the claim that a fact is."""
    by = fact.telling or clauses.telling(fact.trigger, granted=fact.presupposed)
    certainty = fact.told.certainty if fact.told.certainty != "certain" else by.certainty
    return Candidate(
        fact.passage,
        fact.trigger,
        fact.content,
        by,
        fact.rule,
        NAME,
        round(fact.sure * 0.97**fact.told.depth, 3),
        fact.told.polarity,
        certainty,
        fact.told.modality,
        fact.presupposed,
        fact.basis or _basis(fact),
        _time(fact),
        _rests_on(fact.content, fact.passage),
    )


def _time(fact: Fact) -> Time | None:
    """Return the time, none for what is wished or imagined unless the text dates it (§5.3)."""
    is_undated = fact.told.modality in _UNDATED and not isinstance(fact.content, StanceFound)
    if is_undated and fact.time is not None and fact.time.words is None:
        return None
    return fact.time


def _basis(fact: Fact) -> str:
    if fact.presupposed:
        return "presupposition"
    if fact.told.modality in ("future", "hypothetical", "conditional"):
        return "inference"
    return "act-reported"


def _rests_on(content: Content, passage: Span) -> tuple[Span, ...]:
    """Return the words outside the passage that things of a claim were read from."""
    found = [
        agent.words
        for agent in _things(content)
        if agent.words is not None and not passage.covers(agent.words)
    ]
    return tuple(sorted(set(found), key=lambda span: (span.start, span.end)))


def _things(content: Content) -> tuple[Agent, ...]:
    match content:
        case RelationFound(subject, _, thing):
            return subject, thing
        case AttributeFound(subject):
            return (subject,)
        case StanceFound(actor, position, _, behalf):
            return (actor, position, behalf) if behalf else (actor, position)
        case _:
            return ()
