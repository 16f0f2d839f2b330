"""Relations between two things, by the patterns of `relations.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from demarche_ingest.candidates.model import Agent, Candidate, RelationFound, Time
from demarche_ingest.extractors.facts.factuality import SURE, held
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.relating import Relation, relations
from demarche_ingest.extractors.facts.slots import Slots, kind_of_word
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.identity import local_name
from demarche_ingest.texts import Span

_MADE: Final = {"happening": ("happenings", "Event")}
"""Kinds of things that common nouns may be of: which nouns, and the class of what they name."""
_DET: Final = re.compile(r"^(?:the|an?|its|their|his|her|this|these|those)\s+", re.IGNORECASE)


def related(clauses: Clauses) -> Iterator[Candidate]:
    """Yield the relations that one sentence tells."""
    index, slots = relations().index, Slots(clauses)
    for at in range(len(clauses.tokens)):
        kind = kind_of_word(clauses, at)
        patterns = index.get((kind, clauses.words.lemmas[at])) if kind else None
        for pattern in patterns or ():
            found = list(_tried(clauses, slots, pattern, (at, kind or "")))
            if found:
                yield from found
                break


def _tried(
    clauses: Clauses, slots: Slots, pattern: Relation, word: tuple[int, str]
) -> Iterator[Candidate]:
    at, kind = word
    if not slots.fit(pattern, at, kind):
        return
    subjects = _things(clauses, slots, at, pattern.subject, pattern.subjects)
    objects = _things(clauses, slots, at, pattern.object, pattern.objects)
    told = held(clauses.words, at)
    if told is None or not subjects or not objects:
        return
    if pattern.since and pattern.predicate == "memberOf" and told.modality != "actual":
        return  # who will join or leave agrees to, which is an event
    for one in subjects if not pattern.each else subjects[:1]:
        for other in objects if pattern.each or len(subjects) == 1 else objects[:1]:
            if one.id != other.id:
                yield _related(clauses, pattern, at, told, (one, other))


def _things(
    clauses: Clauses, slots: Slots, at: int, paths: Iterable[str], kind: str
) -> list[Agent]:
    """Return the things in the first of some slots that has any of a kind."""
    for path in paths:
        places = [one for part in path.split("+") for one in slots.places(at, part)]
        if kind in _MADE:
            found: list[Agent | None] = []
            found += [one for place in places[:1] for one in _made(clauses, place, kind)]
        else:
            found = [
                next((one for one in some if clauses.fits(one, kind)), None)
                for some in clauses.things(places)
            ]
        if any(found):
            return list({one.id: one for one in found if one is not None}.values())
    return []


def _made(clauses: Clauses, at: int, kind: str) -> Iterator[Agent]:
    """Yield the event or the agreement that a noun names: "the Nairobi talks"."""
    nouns, made = _MADE[kind]
    if clauses.words.lemmas[at] not in listed(nouns):
        return
    phrase = clauses.phrase(at)
    label = _DET.sub("", clauses.text(phrase))
    yield Agent(local_name(label), label, phrase, True, made)


def _related(
    clauses: Clauses, pattern: Relation, at: int, told: Manner, pair: tuple[Agent, Agent]
) -> Candidate:
    one, other = pair
    fact = Fact(
        RelationFound(one, pattern.predicate, other, pattern.status),
        _passage(clauses, pattern, at, pair),
        clauses.tokens[at].span,
        pattern.rule,
        pattern.sure,
        SURE if pattern.granted else told,
        pattern.granted,
        time=_time(clauses, pattern, at),
    )
    return claimed(clauses, fact)


def _passage(clauses: Clauses, pattern: Relation, at: int, pair: tuple[Agent, Agent]) -> Span:
    """Return the clause that says it, or the phrase that takes it for granted."""
    if not pattern.granted and clauses.tokens[at].deprel != "appos":
        return clauses.asserted(at, *pair)
    spans = [clauses.tokens[at].span]
    spans += [
        agent.words
        for agent in pair
        if agent.words is not None and clauses.sentence.span.covers(agent.words)
    ]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _time(clauses: Clauses, pattern: Relation, at: int) -> Time | None:
    if pattern.timeless:
        return None
    told = clauses.time(at)
    if told is None:
        is_over = clauses.is_past(at) and not pattern.granted
        return clauses.before() if is_over else clauses.today()
    if "/" in told.edtf or not pattern.since:
        return told
    edtf = f"{told.edtf}/.." if pattern.since == "from" else f"../{told.edtf}"
    return Time(edtf, told.basis, told.words)
