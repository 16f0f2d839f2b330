"""What things are called and held to be, what they are said to be, and their standing (§6.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.candidates.model import Agent, AttributeFound, Candidate, Time
from demarche_ingest.extractors.facts.factuality import held
from demarche_ingest.extractors.facts.making import Fact, claimed
from demarche_ingest.extractors.facts.matters import short
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.vocabulary import TITLE
from demarche_ingest.texts import Span

_BEFORE: Final = frozenset(("amod", "compound", "advmod", "nummod", "nmod:poss", "det", "flat"))
_DET: Final = re.compile(
    r"^(?:(?:the|an?|this|that|these|those|its|their|his|her|our)\s+)+", re.IGNORECASE
)
_MARKS: Final = re.compile(r"[\"“”„«»]")
_NO_TARGET: Final = frozenset(("PRON", "DET", "NUM", "ADV"))


def described(clauses: Clauses) -> Iterator[Candidate]:
    """Yield what things are described as in one sentence."""
    for at, token in enumerate(clauses.tokens):
        lemma = clauses.words.lemmas[at]
        is_calling = lemma in listed("called") or lemma in listed("called_as")
        if token.upos == "VERB" and is_calling:
            yield from _called(clauses, at)
        if clauses.words.has(at, "cop") or _is_state(clauses, at):
            yield from _is(clauses, at)
        elif token.deprel in ("amod", "compound") and token.text.lower() in listed("judging"):
            yield from _judged(clauses, at)
        elif token.deprel == "amod" and token.text.lower() in listed("standing_before"):
            yield from _standing_before(clauses, at)


# --- called ----------------------------------------------------------------------------------


def _called(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "called the vote a sham", "described the raid as barbaric"."""
    found = _target_and_value(clauses, at)
    told = held(clauses.words, at)
    if found is None or told is None:
        return
    target, value = found
    subject = thing(clauses, target)
    text = words_of(clauses, value)
    if subject is None or not text or told.modality != "actual" or TITLE.search(text):
        return
    speakers = [
        one for one in clauses.agents(clauses.words.doers(at)) if clauses.fits(one, "actor")
    ]
    is_name = clauses.tokens[value].upos == "PROPN"
    passage = _run(clauses, clauses.asserted(at), subject)
    trigger = clauses.tokens[at].span
    telling = clauses.telling(trigger)
    if speakers:
        telling = clauses.spoken(clauses.tokens[value].span, trigger, speakers[0])
    fact = Fact(
        AttributeFound(subject, "name" if is_name else "characterisation", text=text),
        passage,
        trigger,
        "description/called",
        0.75 if speakers else 0.65,
        told,
        presupposed=is_name,
        basis="presupposition" if is_name else "characterisation",
        time=None if is_name else _time(clauses, at, value),
        telling=telling,
    )
    yield claimed(clauses, fact)


def _time(clauses: Clauses, at: int, value: int) -> Time | None:
    """Return when a thing was called so, not when what it is called was."""
    time = clauses.time(at)
    is_inside = time is not None and time.words and clauses.whole(value).covers(time.words)
    return clauses.today() if time is None or is_inside else time


def _run(clauses: Clauses, passage: Span, subject: Agent) -> Span:
    """Return a passage that holds what it is about, where that stands in the sentence."""
    words = subject.words
    if words is None or not clauses.sentence.span.covers(words):
        return passage
    return Span(min(passage.start, words.start), max(passage.end, words.end))


def _target_and_value(clauses: Clauses, at: int) -> tuple[int, int] | None:
    """Return what is called something, and what it is called."""
    words = clauses.words
    if "what" in (words.lemmas[kid] for kid in words.kids[at]):
        return None  # "what it calls …", which says nothing of what that is
    behind = [
        kid
        for kid in words.of(at, "obj", "xcomp", "iobj", "obl:unmarked", "appos", "ccomp")
        if kid > at and not clauses.is_time(kid)
    ]
    if len(behind) == 1:  # 'called the vote a "sham"'
        behind += [kid for kid in words.of(behind[0], "appos") if kid > behind[0]]
    as_what = [*words.oblique(at, "as"), *_as(clauses, at)]
    if as_what:
        targets = words.undergoers(at) or behind
        return (targets[0], as_what[0]) if targets and targets[0] != as_what[0] else None
    if words.lemmas[at] not in listed("called"):
        return None
    if words.is_passive(at):
        targets = words.subjects(at)
        return (targets[0], behind[0]) if targets and behind else None
    if clauses.tokens[at].deprel == "acl:relcl" and behind:
        return clauses.tokens[at].head, behind[-1]
    return (behind[0], behind[-1]) if len(behind) > 1 else None


def _as(clauses: Clauses, at: int) -> list[int]:
    """Return what stands behind "as", where it is an adjective or was taken for a clause."""
    words = clauses.words
    return [
        kid
        for kid in words.of(at, "advcl", "xcomp", "obl", "ccomp")
        if kid > at
        and "as" in (words.lemmas[one] for one in words.of(kid, "case", "mark"))
        and not words.has(kid, "nsubj", "cop")
    ]


# --- said to be ------------------------------------------------------------------------------


def _is(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "the lease is a betrayal", "the road is mined"."""
    words, token = clauses.words, clauses.tokens[at]
    subjects = words.subjects(at)
    if not subjects or token.deprel == "amod" or _is_impersonal(clauses, at, subjects[0]):
        return
    attribute = _attribute(clauses, at)
    subject = thing(clauses, subjects[0])
    told = held(words, at)
    text = words_of(clauses, at)
    if not attribute or subject is None or told is None or not text:
        return
    is_event = clauses.tokens[at].upos == "VERB" and clauses.is_past(at)
    if attribute == "status" and (is_event or told.modality != "actual"):
        return  # "was shut": that it was done, and no standing
    fact = Fact(
        AttributeFound(subject, attribute, text=text),
        _run(clauses, clauses.asserted(at), subject),
        token.span,
        f"description/{'judged' if attribute == 'characterisation' else 'standing'}",
        0.7,
        told,
        basis="characterisation" if attribute == "characterisation" else "",
        time=clauses.time(at) or clauses.today(),
    )
    yield claimed(clauses, fact)


def _is_state(clauses: Clauses, at: int) -> bool:
    """Say whether a passive tells a standing: "the crossing is closed"."""
    words = clauses.words
    if not _text(clauses.tokens[at].text):
        return False
    has_agent = words.has(at, "obl:agent") or bool(words.oblique(at, "by"))
    return not has_agent and any(words.lemmas[kid] == "be" for kid in words.of(at, "aux:pass"))


def _is_impersonal(clauses: Clauses, at: int, subject: int) -> bool:
    """Say whether "it" stands for a clause: "it is vital that they agree"."""
    if clauses.words.lemmas[subject] != "it":
        return False
    return bool({"that", "to", "for", "if", "when"} & set(clauses.words.lemmas[at + 1 : at + 3]))


def _attribute(clauses: Clauses, at: int) -> str:
    lemma, token = clauses.words.lemmas[at], clauses.tokens[at]
    if token.upos in ("ADJ", "VERB") and (lemma in listed("standing") or _text(token.text)):
        return "status"
    if token.upos == "ADJ" and lemma in listed("judging"):
        return "characterisation"
    if token.upos == "NOUN" and lemma in listed("judgements") and not clauses.words.case(at):
        return "characterisation"
    return ""


def _text(text: str) -> bool:
    return text.lower() in listed("standing")


# --- taken for granted -----------------------------------------------------------------------


def _judged(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "the humiliating retreat": that it was humiliating (codebook §4.5)."""
    head = clauses.tokens[at].head
    if clauses.tokens[at].text.lower() in listed("mild") or clauses.tokens[at].text[0].isupper():
        return
    if clauses.tokens[head].upos not in ("NOUN", "PROPN") or head < at:
        return
    if clauses.words.has(head, "cop") or not _is_definite(clauses, head):
        return
    subject = thing(clauses, head, without=at)
    if subject is None:
        return
    yield _granted(clauses, (subject, "characterisation", at), "description/granted", 0.7)


def _standing_before(clauses: Clauses, at: int) -> Iterator[Candidate]:
    """Yield "the disputed border settlement of Kelu": that it is disputed."""
    head = clauses.tokens[at].head
    if head < at or clauses.tokens[head].upos not in ("NOUN", "PROPN"):
        return
    if not _is_definite(clauses, head):
        return
    named = clauses.words.oblique(head, "of")
    subject = next(
        (one for one in clauses.agents([head, *named]) if not _is_who(clauses, one)), None
    )
    if subject is None:
        return  # of what has no name, the words tell which is meant
    yield _granted(clauses, (subject, "status", at), "description/standing-before", 0.6)


def _granted(clauses: Clauses, said: tuple[Agent, str, int], rule: str, sure: float) -> Candidate:
    """Return what a word before a noun takes for granted. said: of whom, as what, the word."""
    subject, attribute, at = said
    fact = Fact(
        AttributeFound(subject, attribute, text=clauses.tokens[at].text.lower()),
        clauses.phrase(clauses.tokens[at].head),
        clauses.tokens[at].span,
        rule,
        sure,
        presupposed=True,
        time=clauses.today(),
    )
    return claimed(clauses, fact)


def _is_who(clauses: Clauses, agent: Agent) -> bool:
    return clauses.fits(agent, "person") and clauses.kind(agent) == "Person"


def _is_definite(clauses: Clauses, head: int) -> bool:
    """Say whether a phrase is of one thing that is taken to be known: "the", "Sudria's".

    What somebody is accused of is, too: "of an unprovoked attack".
    """
    words = clauses.words
    above = words.lemmas[clauses.tokens[head].head]
    if above in ("accuse", "suspect") and words.case(head) == "of":
        return True
    dets = {words.lemmas[kid] for kid in words.of(head, "det")}
    is_known = bool(dets & {"the", "this", "that", "these", "those"})
    return is_known or words.has(head, "nmod:poss")


# --- words -----------------------------------------------------------------------------------


def thing(clauses: Clauses, at: int, without: int | None = None) -> Agent | None:
    """Return what a noun phrase means: an actor, a place, or a thing of its own.

    without: a word that only describes it. None for a pronoun that means nothing known.
    """
    token = clauses.tokens[at]
    if (agent := clauses.agent(at)) is not None:
        return agent
    if token.upos in _NO_TARGET or clauses.is_time(at):
        return None
    own = {*clauses.words.of(at, "case", "det", "punct"), without}
    kept = [place for place in clauses.inside(at) if place not in own]
    text = " ".join(clauses.tokens[place].text for place in kept)
    label = _DET.sub("", re.sub(r"\s+(['’]s?)\b", r"\1", _MARKS.sub("", text))).strip(" ,")
    if not 3 < len(label) <= 80 or not re.search(r"[a-z]{3}", label):
        return None
    return Agent(local_name(label), label, clauses.phrase(at), True, "Event")


def words_of(clauses: Clauses, at: int) -> str:
    """Return a description in its few words."""
    left_out = (
        "acl:relcl",
        "nsubj",
        "cop",
        "aux",
        "mark",
        "advcl",
        "conj",
        "cc",
        "parataxis",
        "csubj",
        "expl",
    )
    if {clauses.words.lemmas[kid] for kid in clauses.words.of(at, "case")} - {"as"}:
        return ""
    places = {at}
    for kid in clauses.words.kids[at]:
        is_late = clauses.is_time(kid) or clauses.tokens[kid].deprel in left_out
        is_late |= kid < at and clauses.tokens[kid].deprel not in _BEFORE
        if not is_late and not clauses.is_negation(kid) and clauses.words.lemmas[kid] != "as":
            places |= set(clauses.words.subtree(kid))
    text = _MARKS.sub("", clauses.text(clauses.run(at, places)))
    return short(_DET.sub("", " ".join(text.split())).strip(" ,;:.–-"))
