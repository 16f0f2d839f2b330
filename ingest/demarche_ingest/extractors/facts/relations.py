"""Relations between two things, by the patterns of `relations.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from demarche_ingest.candidates.model import Agent, Candidate, RelationFound, Time
from demarche_ingest.extractors.facts.factuality import SURE, held
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.patterns import Relation, relations
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.identity import local_name
from demarche_ingest.texts import Span

_KINDS: Final = {
    "VERB": "verb",
    "AUX": "verb",
    "NOUN": "noun",
    "PROPN": "noun",
    "ADJ": "adjective",
}
_BESIDE: Final = frozenset(("compound", "nmod", "amod", "advmod", "nmod:desc"))
"""How a noun hangs on a name that it stands before."""
_DET: Final = re.compile(r"^(?:the|an?|its|their|his|her|this|these|those)\s+", re.IGNORECASE)


def related(clauses: Clauses) -> Iterator[Candidate]:
    """Yield the relations that one sentence tells."""
    index = relations().index
    for at, token in enumerate(clauses.tokens):
        kind = _KINDS.get(token.upos)
        if token.deprel in ("amod", "compound", "advmod") and token.head == at + 1:
            kind = "noun"  # "its ally Syria", of which parsers make an adjective
        patterns = index.get((kind, clauses.words.lemmas[at])) if kind else None
        for pattern in patterns or ():
            found = list(_tried(clauses, pattern, at, kind or ""))
            if found:
                yield from found
                break


def _tried(clauses: Clauses, pattern: Relation, at: int, kind: str) -> Iterator[Candidate]:
    if kind == "verb" and not _particle_fits(clauses, pattern, at):
        return
    slots = Slots(clauses)
    for slot, wanted in pattern.where.items():
        if not slots.hold(at, slot, wanted):
            return
    subjects = _things(clauses, slots, at, pattern.subject, pattern.subjects)
    objects = _things(clauses, slots, at, pattern.object, pattern.objects)
    told = held(clauses.words, at)
    if told is None or not subjects or not objects:
        return
    for one in subjects if not pattern.each else subjects[:1]:
        for other in objects if pattern.each or len(subjects) == 1 else objects[:1]:
            if one.id != other.id:
                yield _related(clauses, pattern, at, told, (one, other))


def _particle_fits(clauses: Clauses, pattern: Relation, at: int) -> bool:
    lemma, particle = clauses.words.lemmas[at], clauses.words.particle(at)
    return (f"{lemma}_{particle}" if particle else lemma) in pattern.verbs


def _things(
    clauses: Clauses, slots: Slots, at: int, paths: Iterable[str], kind: str
) -> list[Agent]:
    """Return the things in the first of some slots that has any of a kind."""
    for path in paths:
        places = [one for part in path.split("+") for one in slots.places(at, part)]
        if kind == "happening":
            found: list[Agent | None] = []
            found += [one for place in places[:1] for one in _happening(clauses, place)]
        else:
            found = [
                next((one for one in some if clauses.fits(one, kind)), None)
                for some in clauses.things(places)
            ]
        if any(found):
            return list({one.id: one for one in found if one is not None}.values())
    return []


def _happening(clauses: Clauses, at: int) -> Iterator[Agent]:
    """Yield the event that a noun names: "the Nairobi talks"."""
    if clauses.words.lemmas[at] not in listed("happenings"):
        return
    phrase = clauses.phrase(at)
    label = _DET.sub("", clauses.text(phrase))
    yield Agent(local_name(label), label, phrase, True, "Event")


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


class Slots:
    """Where in a sentence the things of a relation stand, seen from the word that tells it."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses, self._words = clauses, clauses.words
        self._steps: dict[str, Callable[[int], list[int]]] = {
            "subject": self._subject,
            "object": self._object,
            "clause": self._words.clauses,
            "owner": self._owners,
            "bearer": self._bearers,
            "named": self._named,
            "first": lambda at: self._words.oblique(at, "between")[:1],
            "other": lambda at: self._words.oblique(at, "between")[1:],
        }

    def places(self, at: int, path: str) -> list[int]:
        """Return the words in a slot: `object`, `with`, `object.over`."""
        here = [at]
        for step in path.split("."):
            here = [one for place in here for one in self._step(place, step)]
        return here

    def hold(self, at: int, slot: str, wanted: Iterable[str]) -> bool:
        """Say whether a slot holds one of some lemmas."""
        if slot == "itself":
            return self._words.case(at) in wanted
        return any(self._words.lemmas[one] in wanted for one in self.places(at, slot))

    def _step(self, at: int, step: str) -> list[int]:
        known = self._steps.get(step)
        if known is not None:
            return known(at)
        return self._words.oblique(at, step) or self._mistaken(at, step)

    def _subject(self, at: int) -> list[int]:
        words = self._words
        return words.doers(at) if words.is_verb(at) else words.subjects(at)

    def _object(self, at: int) -> list[int]:
        words = self._words
        return words.undergoers(at) if words.is_verb(at) else words.oblique(at, "of")

    def _mistaken(self, at: int, preposition: str) -> list[int]:
        """Return what a parser took for an object in spite of its preposition."""
        words = self._words
        return [kid for kid in words.of(at, "obj", "advmod") if words.case(kid) == preposition]

    def _owners(self, at: int) -> list[int]:
        """Return whose a noun is: a possessive, or a name or a people before it."""
        words = self._words
        found = [one for kid in words.of(at, "nmod:poss") for one in words.conjuncts(kid)]
        for kid in words.of(at, "amod", "compound"):
            if kid < at and self._clauses.mention_at(kid) is not None:
                found += words.conjuncts(kid)
        if not found and words.tokens[at].deprel in _BESIDE:
            head = words.tokens[at].head
            found += [
                kid
                for kid in words.of(head, "compound", "amod", "nmod:poss")
                if kid < at and self._clauses.mention_at(kid) is not None
            ]
        return found

    def _bearers(self, at: int) -> list[int]:
        """Return what is said to be what a noun says."""
        words = self._words
        token = words.tokens[at]
        if any(words.of(at, "cop")):
            return words.subjects(at)
        if token.deprel == "appos":
            return [token.head]
        if token.deprel in ("xcomp", "obj") and words.lemmas[token.head] in listed("stays"):
            return words.subjects(token.head)
        if token.deprel == "conj" and words.tokens[token.head].deprel == "appos":
            return [words.tokens[token.head].head]
        return []

    def _named(self, at: int) -> list[int]:
        """Return the name that stands beside a noun: "its ally Syria"."""
        words = self._words
        token = words.tokens[at]
        found = [kid for kid in words.of(at, "appos", "flat") if words.tokens[kid].upos == "PROPN"]
        if not found and token.deprel in _BESIDE and token.head > at:
            found = [token.head] if words.tokens[token.head].upos == "PROPN" else []
        return [one for kid in found for one in words.conjuncts(kid)]
