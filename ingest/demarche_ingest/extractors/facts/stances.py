"""Who takes which side on what, by the patterns of `stances.yaml` (codebook §6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from demarche_ingest.candidates.model import Agent, Candidate, StanceFound, Time
from demarche_ingest.extractors.facts.factuality import held
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.matters import position, to_be_done, wished
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.sides import Side, sides
from demarche_ingest.extractors.facts.slots import Slots, kind_of_word
from demarche_ingest.extractors.rules.manner import Manner

_OUGHT: Final = frozenset(("should", "ought", "must"))
_BASIS: Final = {"act": "act-reported", "words": "own-words", "mind": "characterisation"}


def stances(clauses: Clauses) -> Iterator[Candidate]:
    """Yield the sides that one sentence says to be taken."""
    index = sides().index
    for at in range(len(clauses.tokens)):
        kind = kind_of_word(clauses, at)
        for pattern in index.get((kind, clauses.words.lemmas[at]), ()):
            found = list(_tried(clauses, pattern, at, kind))
            if found:
                yield from found
                break
        if clauses.words.is_verb(at):
            yield from _ought(clauses, at)


def _ought(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield the side of who says that somebody ought to do something (codebook §6.4.5)."""
    words = clauses.words
    helping = {words.lemmas[kid] for kid in words.of(at, "aux")}
    told = held(words, at)
    own = [*words.of(at, "nsubj", "nsubj:pass")]
    if (
        not helping & _OUGHT
        or "have" in helping
        or told is None
        or told.modality != "normative"
        or not own
    ):
        return
    telling = clauses.telling(clauses.tokens[at].span)
    is_own = len(telling.chain) > 1 or clauses.sentence.zone.kind == "comment"
    matter = to_be_done(clauses, own[0], at) if is_own and telling.chain else None
    time = _time(clauses, at)
    if matter is None or time is None:
        return
    fact = Fact(
        StanceFound(
            telling.chain[-1], matter, "opposes" if told.polarity == "negative" else "supports"
        ),
        clauses.asserted(at),
        clauses.tokens[at].span,
        "stance/ought",
        0.55,
        replace(told, polarity="positive", modality="actual"),
        basis="own-words",
        time=time,
        telling=telling,
    )
    yield claimed(clauses, fact)


def _tried(clauses: Clauses, pattern: Side, at: int, kind: str) -> Iterator[Candidate]:
    slots = Slots(clauses)
    if not slots.fit(pattern, at, kind):
        return
    actors = _actors(clauses, slots, at, pattern.actor)
    matter = _matter(clauses, slots, at, pattern) if actors else None
    verb = at if kind == "verb" else clauses.predicate(at) or at
    told = held(clauses.words, verb)
    if matter is None or told is None:
        return
    if pattern.denied:
        if told.polarity != "negative":
            return
        told = replace(told, polarity="positive")
    for actor in actors:
        yield from _stance(clauses, pattern, (at, verb), told, (actor, matter))


def _actors(clauses: Clauses, slots: Slots, at: int, paths: Iterable[str]) -> list[Agent]:
    for path in paths:
        found = [
            one for one in clauses.agents(slots.places(at, path)) if clauses.fits(one, "actor")
        ]
        if found:
            return found
    return []


def _matter(clauses: Clauses, slots: Slots, at: int, pattern: Side) -> Agent | None:
    """Return the position, where one is told."""
    if pattern.person:
        for preposition in ("for", "over"):
            for place in clauses.words.oblique(at, preposition):
                if (found := position(clauses, place)) is not None:
                    return found
    for path in pattern.matter:
        for place in slots.places(at, path):
            clause = _clause_of(clauses, at, place)
            if clause is not None:
                return to_be_done(clauses, place, clause)
            if pattern.shown == "mind" and clauses.words.is_nominal(place):
                is_thing = clauses.tokens[place].upos in ("NOUN", "PROPN")
                return wished(clauses, place) if is_thing else None
            if (found := position(clauses, place, side=pattern.side)) is not None:
                return found
    return None


def _clause_of(clauses: Clauses, at: int, place: int) -> int | None:
    """Return what somebody is wanted to do: "wants the bloc to verify it"."""
    words = clauses.words
    if words.lemmas[at] != "want" or not words.is_verb(at):
        return None
    for kid in words.of(at, "xcomp", "advcl", "ccomp"):
        if kid > place and words.mark(kid) == "to" and words.is_verb(kid):
            return kid
    return None


def _stance(
    clauses: Clauses,
    pattern: Side,
    places: tuple[int, int],
    told: Manner,
    sides_of: tuple[Agent, Agent],
) -> Iterator[Candidate]:
    actor, matter = sides_of
    at, verb = places
    time = _time(clauses, verb)
    if time is None or actor.id == matter.id:
        return
    passage = clauses.asserted(verb, actor)
    trigger = clauses.tokens[at].span
    telling = clauses.telling(trigger)
    speaks = _speaks(actor, telling.chain[-1] if telling.chain else None)
    if pattern.shown == "words" and told.polarity == "positive" and not speaks:
        telling = clauses.spoken(matter.words or passage, trigger, actor)
        speaks = True
    fact = Fact(
        StanceFound(actor, matter, pattern.value, _behalf(clauses, verb, actor)),
        passage,
        trigger,
        pattern.rule,
        pattern.sure,
        told,
        basis="own-words" if speaks else _BASIS[pattern.shown],
        time=time,
        telling=telling,
    )
    yield claimed(clauses, fact)


def _speaks(actor: Agent, last: Agent | None) -> bool:
    """Say whether an actor is who speaks, or whom the speaker stands for."""
    return last is not None and actor.id in (last.id, last.of)


def _time(clauses: Clauses, verb: int) -> Time | None:
    """Return when a side is taken: as told, else on the day of the part (codebook §5.4)."""
    return clauses.time(verb) or clauses.today()


def _behalf(clauses: Clauses, verb: int, actor: Agent) -> Agent | None:
    """Return for whom somebody says that they take a side."""
    words = clauses.words
    for kid in words.of(verb, "obl"):
        if words.lemmas[kid] == "behalf":
            for one in clauses.agents([*words.oblique(kid, "of"), *words.of(kid, "nmod:poss")]):
                if one.id != actor.id and clauses.fits(one, "actor"):
                    return one
    return None
