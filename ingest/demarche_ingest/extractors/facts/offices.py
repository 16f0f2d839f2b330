"""Who holds which office, by titles, appositions and what verbs say (codebook §6.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from demarche_ingest.candidates.model import Agent, Candidate, RelationFound
from demarche_ingest.extractors.facts.factuality import held
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.vocabulary import TITLE, office
from demarche_ingest.texts import Span

_AN_OFFICE: Final = re.compile(r"\b(?:secretary|attorney|director|crown)[ -]", re.IGNORECASE)
_PAST: Final = re.compile(r"\b(?:former|ex|late|then|one[- ]time|past)\b[ -]?", re.IGNORECASE)
_TO_COME: Final = re.compile(
    r"\b(?:incoming|designate|elect|would-be|future|next|presumptive)\b", re.IGNORECASE
)
_FILLING: Final = re.compile(
    r"^(?:(?:the|an?|also|its|his|her|their|our|my|former|ex|late|then|now|current|longtime|veteran|new"
    r"|newly[ -]\w+|outgoing|embattled|recently[ -]\w+)\b[ -]*)+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(r"\s+(?:there|here|since|until|from|in|at|who|whose)\b.*$", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"^['’]s?\s+")
_BARE: Final = re.compile(
    r"(?i)(?:chair|leader|head|director|chief|judge|speaker|commander|commissioner|representative"
    r"|envoy|governor|mayor|negotiator|deputy|secretary|adviser|advisor|prosecutor"
    r"|general secretary|spokesperson|president|premier|prime minister|minister|king|queen"
    r"|chancellor|vice[- ]president)"
)
"""Offices that say nothing without whose they are."""
_OF_A_STATE: Final = re.compile(
    r"(?i)\b(?:president|minister|premier|king|queen|foreign secretary)\b"
)
_ENDS: Final = re.compile(r"[,.;:)]|\s*$|\s+(?:who|told|said|says)\b", re.MULTILINE)
"""What may follow a name with an office beside it."""
_TO_WHOM: Final = re.compile(r"\bto(?:\s+the)?$")
_OWNED_TWICE: Final = re.compile(r"^([a-z][a-z ]*)['’]s?\s+(.+)$")
"""The organ before an office: "commission's president"."""
_OF_A_PART: Final = re.compile(
    r"(?i)\b(?:provincial|regional|local|municipal|district|county|village|parish)\s+(?:\.|\w+$)"
)
"""Before an office that is of a part of a state, of which it is not told here."""
_SPOKEN: Final = re.compile(r"spokes(?:man|woman|person)")
_CHAIRS: Final = {
    "chair": "chair",
    "head": "head",
    "lead": "leader",
    "preside": "president",
    "govern": "governor",
}
"""Verbs that say what somebody is of the thing that they take."""


class _Rule(NamedTuple):
    """A rule's name, and how often what it finds is right."""

    name: str
    sure: float


@dataclass(frozen=True, slots=True)
class _Office:
    """An office as words have it. is_past: held before; is_owned: they say whose it is."""

    agent: Agent
    is_past: bool
    is_owned: bool


def offices(clauses: Clauses) -> Iterator[Candidate]:
    """Yield who is said to hold which office in one sentence."""
    titled: set[Span] = set()
    for mention in clauses.mentions:
        if mention.how == "title" and mention.rule in ("apposition", "title-beside-name"):
            for claim in _titled(clauses, mention):
                titled.add(mention.chain[0])
                yield claim
    for mention in clauses.mentions:
        if mention.how in ("name", "unknown") and mention.span not in titled:
            yield from _beside(clauses, mention)
    for at, token in enumerate(clauses.tokens):
        if token.upos in ("VERB", "AUX", "NOUN", "PROPN"):
            yield from _said(clauses, at)


# --- titles ----------------------------------------------------------------------------------


def _titled(clauses: Clauses, mention: Mention) -> Iterator[Candidate]:
    """Yield what a title beside a name takes for granted."""
    holder = clauses.reading.agent_of(mention)
    found = office_of(clauses, mention.span, holder)
    if holder is None or found is None or not mention.chain:
        return
    person = mention.chain[0]
    before = clauses.reading.text[clauses.sentence.span.start : mention.span.start]
    if not clauses.sentence.span.covers(person) or _OF_A_PART.search(f"{before}."):
        return
    passage = Span(min(person.start, mention.span.start), max(person.end, mention.span.end))
    is_apposition = mention.rule == "apposition"
    fact = Fact(
        RelationFound(replace(holder, words=person), "holdsOffice", found.agent),
        passage,
        mention.span,
        "office-apposition" if is_apposition else "office-title",
        0.92 if found.is_owned else 0.6,
        presupposed=True,
        time=clauses.before() if found.is_past else clauses.today(),
    )
    yield claimed(clauses, fact)


def _beside(clauses: Clauses, person: Mention) -> Iterator[Candidate]:
    """Yield "its envoy to Libya, Ada Quist," and "Ada Quist, Norland's envoy to Libya,".

    A rank may stand before the name: "Norland's premier, General Ada Quist,".
    """
    holder = clauses.reading.agent_of(person)
    if holder is None or not clauses.fits(holder, "person"):
        return
    text = clauses.reading.text
    named = Span(_with_rank(clauses, person), person.span.end)
    for at, token in enumerate(clauses.tokens):
        if token.upos not in ("NOUN", "PROPN") or not TITLE.search(token.text):
            continue
        phrase = clauses.phrase(at)
        is_before = phrase.end < named.start
        first, second = (phrase, named) if is_before else (named, phrase)
        if text[first.end : second.start] != ", " or not _ENDS.match(text, second.end):
            continue
        found = office_of(clauses, phrase, holder)
        if found is None:
            continue
        fact = Fact(
            RelationFound(replace(holder, words=person.span), "holdsOffice", found.agent),
            Span(first.start, second.end),
            token.span,
            "office-beside",
            0.85 if found.is_owned else 0.6,
            presupposed=True,
            time=clauses.before() if found.is_past else clauses.today(),
        )
        yield claimed(clauses, fact)


def _with_rank(clauses: Clauses, person: Mention) -> int:
    """Return where a name starts, with the rank or title right before it."""
    starts = [
        mention.span.start
        for mention in clauses.mentions
        if mention.how == "title" and mention.span.end + 1 == person.span.start
    ]
    return min([person.span.start, *starts])


def office_of(clauses: Clauses, span: Span, holder: Agent | None = None) -> _Office | None:
    """Return the office that words name, with whose it is where that is told.

    None where they name none, or one that says nothing without whose it is.
    """
    words = clauses.text(span)
    match = TITLE.search(words)
    if match is None or _TO_COME.search(words):
        return None
    is_past = _PAST.search(words) is not None
    owner, name = _owner(clauses, span)
    name = _clean(name)
    key = TITLE.search(name)
    if key is None or (
        key[0].split()[-1].lower() in listed("no_office") and not _AN_OFFICE.search(key[0])
    ):
        return None
    if owner is None and holder is not None:
        if (had := clauses.reading.held(holder.id, office(name))) is not None:
            return _Office(Agent(had.id, had.label, span), is_past, True)
        owner = _owner_elsewhere(clauses, span, holder)
    if owner is None and _BARE.fullmatch(name):
        return None
    label = f"{name} of {owner.label}" if owner else name
    known = clauses.reading.office(owner.id, office(name)) if owner else None
    if known is not None:
        return _Office(Agent(known.id, known.label, span), is_past, True)
    made = Agent(local_name(label), label, span, True, "Office", _body(owner))
    return _Office(made, is_past, owner is not None)


def _body(owner: Agent | None) -> str:
    return owner.id if owner else ""


def _owner(clauses: Clauses, span: Span) -> tuple[Agent | None, str]:
    """Return whose a title is, of what it says itself, and the words of the title without that."""
    for mention in clauses.mentions:
        if not span.covers(mention.span) or mention.span == span or mention.how == "title":
            continue
        owner = clauses.reading.agent_of(mention)
        if owner is None or clauses.kind(owner) == "Person":
            continue
        before = clauses.text(Span(span.start, mention.span.start))
        if _TO_WHOM.search(before):
            continue  # "ambassador to Norland", who is not Norland's
        after = clauses.text(Span(mention.span.end, span.end))
        after = _POSSESSIVE.sub("", " " + after if not after.startswith(("'", "’")) else after)
        return owner, _woven(before.strip(), after.strip())
    return None, clauses.text(span)


def _woven(before: str, after: str) -> str:
    """Join what stands before and behind the owner: "leader of the" and "delegation"."""
    if not after:
        before = re.sub(r"\s*\b(?:of|for|to)(?:\s+[a-z]+){0,3}$", "", before)
    if re.search(r"\b(?:of|for|to)$", before):
        before += " the"
    return f"{before} {after}".strip()


def _clean(name: str) -> str:
    name = _TAIL.sub("", _FILLING.sub("", name.strip(" ,'’\"")))
    name = _SPOKEN.sub("spokesperson", re.sub(r"(?i)chair(?:man|woman|person)\b", "chair", name))
    name = _OWNED_TWICE.sub(r"\2 of the \1", name)
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _owner_elsewhere(clauses: Clauses, span: Span, holder: Agent) -> Agent | None:
    """Return whose an office is that does not say so.

    What the article says of its holder elsewhere, or the only state that the sentence names.
    """
    words = clauses.text(span)
    if not _OF_A_STATE.search(words) or _OF_A_PART.search(words):
        return None
    known = clauses.reading.known.get(holder.of)
    if known is not None:
        return Agent(known.id, known.label)
    states = clauses.states() if _speaks_there(clauses, span) else []
    return states[0] if len(states) == 1 else None


def _speaks_there(clauses: Clauses, span: Span) -> bool:
    """Say whether the holder of a title tells what the sentence says of a state."""
    words = clauses.words
    for at, token in enumerate(clauses.tokens):
        if token.deprel == "nsubj" and words.lemmas[token.head] in listed("speech"):
            return clauses.whole(at).start <= span.start < clauses.whole(at).end
    return False


# --- sentences that say it -------------------------------------------------------------------


def _said(clauses: Clauses, at: int) -> Iterator[Candidate]:
    words = clauses.words
    lemma = words.lemmas[at]
    token = clauses.tokens[at]
    if token.upos == "VERB" and lemma in _CHAIRS:
        yield from _chairs(clauses, at, _CHAIRS[lemma])
    elif token.upos == "VERB" and lemma in ("speak", "act") and words.oblique(at, "for"):
        yield from _speaks(clauses, at)
    elif token.upos == "VERB" and lemma in listed("installs"):
        yield from _installs(clauses, at)
    elif token.upos in ("NOUN", "PROPN") and (words.has(at, "cop") or _stays(clauses, at)):
        yield from _is_one(clauses, at)


def _stays(clauses: Clauses, at: int) -> bool:
    token = clauses.tokens[at]
    head = clauses.words.lemmas[token.head]
    if token.deprel in ("xcomp", "obj") and head in listed("stays"):
        return True
    return (
        token.deprel == "obl"
        and head in ("serve", "act", "stay")
        and clauses.words.case(at) == "as"
    )


def _people(clauses: Clauses, places: list[int]) -> list[Agent]:
    """Return the persons among what some words mean."""
    found = clauses.agents(places)
    return [one for one in found if clauses.fits(one, "person")]


def _chairs(clauses: Clauses, at: int, title: str) -> Iterator[Candidate]:
    """Yield "who chairs the council"."""
    words = clauses.words
    for thing in words.undergoers(at)[:1] or words.oblique(at, "over")[:1]:
        phrase = clauses.phrase(thing)
        whole = clauses.text(phrase)
        if not _is_body(clauses, thing):
            continue
        if clauses.words.lemmas[at] in ("lead", "head") and _is_event(whole):
            continue
        body = clauses.agent(thing)
        name = body.label if body and body.label else re.sub(r"^(?:the|an?)\s+", "", whole)
        label = f"{title} of {name}"
        to = Agent(local_name(label), label, phrase, True, "Office", body.id if body else "")
        doers = words.doers(at)
        named = [clauses.tokens[one].head for one in doers if clauses.tokens[one].deprel == "appos"]
        for person in _people(clauses, doers) or _people(clauses, named):
            yield from _holding(clauses, at, person, to, _Rule("office-chairs", 0.8))


def _is_body(clauses: Clauses, at: int) -> bool:
    if clauses.words.lemmas[at] in listed("bodies"):
        return True
    agent = clauses.agent(at)
    return agent is not None and clauses.fits(agent, "organised")


def _is_event(whole: str) -> bool:
    return re.search(r"(?i)\b(?:delegations?|missions?)$", whole) is not None


def _speaks(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "who speaks for the water authority"."""
    words = clauses.words
    if clauses.tokens[at].deprel != "acl:relcl":
        return
    for thing in words.oblique(at, "for")[:1]:
        body = clauses.agent(thing)
        phrase = clauses.phrase(thing)
        if not _is_body(clauses, thing):
            continue
        name = body.label if body else re.sub(r"^(?:the|an?)\s+", "", clauses.text(phrase))
        label = f"spokesperson of {name}"
        to = Agent(local_name(label), label, phrase, True, "Office", body.id if body else "")
        for person in _people(clauses, words.doers(at)):
            yield from _holding(clauses, at, person, to, _Rule("office-speaks-for", 0.8))


def _installs(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "was elected president of Norland", "sworn in as premier"."""
    words = clauses.words
    places = [*words.of(at, "xcomp"), *words.oblique(at, "as"), *words.oblique(at, "to")]
    people = _people(clauses, words.undergoers(at))
    if not words.is_passive(at):
        places += [one for one in words.of(at, "obj") if one not in words.undergoers(at)[:1]]
    else:
        places += list(words.of(at, "obj", "appos"))
    for place in places:
        if not words.is_nominal(place):
            continue
        found = office_of(clauses, clauses.phrase(place))
        if found is not None:
            for person in people:
                yield from _holding(
                    clauses, at, person, found.agent, _Rule("office-installed", 0.75)
                )
            return


def _is_one(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "X is the president of Norland", "X became its premier"."""
    if not TITLE.search(clauses.tokens[at].text) or clauses.tokens[at].deprel == "appos":
        return
    found = office_of(clauses, clauses.phrase(at))
    if found is None or not found.is_owned:
        return
    has_cop = clauses.words.has(at, "cop")
    verb = at if has_cop else clauses.tokens[at].head
    for person in _people(clauses, clauses.words.subjects(verb)):
        yield from _holding(clauses, verb, person, found.agent, _Rule("office-predicate", 0.75))


def _holding(
    clauses: Clauses, at: int, person: Agent, to: Agent, rule: _Rule
) -> Iterator[Candidate]:
    told = held(clauses.words, at)
    if person.id == to.id or told is None:
        return
    time = clauses.time(at)
    if time is None:
        time = clauses.before() if clauses.is_past(at) else clauses.today()
    fact = Fact(
        RelationFound(person, "holdsOffice", to),
        clauses.asserted(at, person),
        clauses.tokens[at].span,
        *rule,
        told,
        time=time,
    )
    yield claimed(clauses, fact)
