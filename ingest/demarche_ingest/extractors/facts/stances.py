"""Who takes which side on what, by the patterns of `stances.yaml` (codebook §6.4)."""

from __future__ import annotations

import re
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
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.identity import local_name

_OUGHT: Final = frozenset(("should", "ought", "must"))
_PRESENT: Final = frozenset(("VBZ", "VBP"))
_PHRASES: Final = re.compile(r"\bfor (?:many |several )?(?:years|months|decades)\b|\bsince\b")
_HEAD: Final = re.compile(r"\s(?:of|on|for|in|to|with|between|against|from|at|by|into)\s")
_AGAINST: Final = Side(
    id="is-against", value="opposes", nouns=("against",), shown="words", examples=("",)
)
_BASIS: Final = {"act": "act-reported", "words": "own-words", "mind": "characterisation"}


def stances(clauses: Clauses) -> Iterator[Candidate]:
    """Yield the sides that one sentence says to be taken."""
    index, slots = sides().index, Slots(clauses)
    for at in range(len(clauses.tokens)):
        kind = kind_of_word(clauses, at)
        for pattern in index.get((kind, clauses.words.lemmas[at]), ()):
            found = list(_tried(clauses, slots, pattern, (at, kind)))
            if found:
                yield from found
                break
        if clauses.words.is_verb(at):
            yield from _ought(clauses, at)
        elif clauses.words.has(at, "cop") and clauses.words.case(at) == "against":
            yield from _against(clauses, at)


def _against(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "Norway is against the lease"."""
    told = held(clauses.words, at)
    matter = position(clauses, at) if told is not None else None
    if told is None or matter is None:
        return
    for actor in clauses.agents(clauses.words.subjects(at)):
        if clauses.fits(actor, "actor"):
            yield from _stance(clauses, _AGAINST, (at, at), told, (actor, matter))


def _ought(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield the side of who says that somebody ought to do something (codebook §6.4.5)."""
    words = clauses.words
    helping = {words.lemmas[kid] for kid in words.of(at, "aux")}
    own = words.of(at, "nsubj", "nsubj:pass")
    token = clauses.tokens[at]
    is_ought = token.deprel == "xcomp" and words.lemmas[token.head] == "ought"
    if not is_ought and (not helping & _OUGHT or "have" in helping):
        return
    told = held(words, at)
    if is_ought and told is not None:
        told = replace(told, modality="normative")
        own = words.of(token.head, "nsubj", "nsubj:pass")
    if not own or told is None or told.modality != "normative":
        return
    if words.lemmas[at] not in listed("lasting") and not _is_tenet(clauses, at):
        return  # what is to be done once is asked for, which is an event
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


def _is_tenet(clauses: Clauses, at: int) -> bool:
    """Say whether a clause is what somebody holds: "its position that the border should move"."""
    token = clauses.tokens[at]
    is_content = token.deprel in ("acl", "ccomp", "acl:relcl") and token.head < at
    return is_content and clauses.words.lemmas[token.head] in listed("tenets")


def _tried(
    clauses: Clauses, slots: Slots, pattern: Side, word: tuple[int, str]
) -> Iterator[Candidate]:
    at, kind = word
    if not slots.fit(pattern, at, kind):
        return
    actors = _actors(clauses, slots, at, pattern.actor)
    matter = _matter(clauses, slots, at, pattern) if actors else None
    verb = at if kind == "verb" else clauses.predicate(at) or at
    told = held(clauses.words, verb)
    if matter is None or told is None or not _lasts(clauses, pattern, verb, matter):
        return
    if pattern.denied:
        if told.polarity != "negative":
            return
        told = replace(told, polarity="positive")
    if pattern.shown == "mind" and (kept := _done_away(clauses, at, matter)) is not None:
        matter, pattern = kept, pattern.model_copy(update={"value": "opposes"})
    for actor in actors:
        yield from _stance(clauses, pattern, (at, verb), told, (actor, matter))


def _done_away(clauses: Clauses, at: int, matter: Agent) -> Agent | None:
    """Return what somebody wants to be rid of: "wants the clause removed"."""
    kids = clauses.words.of(at, "xcomp", "advcl")
    if any(kid > at and clauses.tokens[kid].text.lower() in listed("removed") for kid in kids):
        return matter
    words = matter.label.split()
    for place, word in enumerate(words):
        if place and word.lower() in listed("removed"):
            label = " ".join(words[:place])
            return replace(matter, id=local_name(label), label=label)
    return None


def _lasts(clauses: Clauses, pattern: Side, verb: int, matter: Agent) -> bool:
    """Say whether words tell a side towards a lasting matter, and not an act of one day."""
    if pattern.lasts == "always" or _is_habit(clauses, verb):
        return True
    if pattern.lasts == "habit" or clauses.sentence.zone.kind == "headline":
        return False
    head = _HEAD.split(matter.label)[0].split()[-1].lower()
    is_once = head in listed("once") | listed("happenings")
    return not is_once and _is_present(clauses, verb)


def _is_habit(clauses: Clauses, verb: int) -> bool:
    """Say whether something is done for long: "has long called", "continues to back"."""
    words = clauses.words
    said = {words.lemmas[kid] for kid in words.of(verb, "advmod")}
    above = words.lemmas[clauses.tokens[verb].head]
    if clauses.tokens[verb].deprel == "xcomp" and above in listed("goes_on"):
        return True
    if said & listed("habits"):
        return True
    return any(
        _PHRASES.search(clauses.text(clauses.whole(kid))) for kid in words.of(verb, "obl", "nmod")
    )


def _is_present(clauses: Clauses, verb: int) -> bool:
    """Say whether a predicate stands in the present; the perfect does not."""
    words, tokens = clauses.words, clauses.tokens
    if tokens[verb].xpos in _PRESENT:
        return True
    helping = list(words.of(verb, "aux", "aux:pass", "cop"))
    now = [kid for kid in helping if tokens[kid].xpos in _PRESENT]
    if any(words.lemmas[kid] == "have" for kid in now):
        return tokens[verb].xpos == "VBG"
    return bool(now)


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
            if _is_asked(clauses, at, place):
                return None
            if pattern.shown == "mind" and clauses.words.is_nominal(place):
                is_thing = clauses.tokens[place].upos in ("NOUN", "PROPN")
                return wished(clauses, place) if is_thing else None
            if (found := position(clauses, place, side=pattern.side)) is not None:
                return found
    return None


def _is_asked(clauses: Clauses, at: int, place: int) -> bool:
    """Say whether somebody is wanted to do something, which is a request: "wants it to pay"."""
    words = clauses.words
    kids = [*words.of(at, "xcomp", "advcl", "ccomp"), *words.of(place, "acl")]
    return words.lemmas[at] == "want" and any(
        kid > place and words.mark(kid) == "to" and words.is_verb(kid) for kid in kids
    )


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
