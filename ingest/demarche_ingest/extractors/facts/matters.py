"""What a stance is about: a position in a few words, made of a noun phrase or a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.identity import local_name

_LONGEST: Final = 10
"""Words of a position's label."""
_DET: Final = re.compile(
    r"^(?:(?:the|an?|this|these|those|any|such|its|their|his|her|our|all|every|some|no)\s+)+",
    re.IGNORECASE,
)
_OF_NOUNS: Final = frozenset(("on", "for", "into", "with", "between", "against", "of"))
_MARKS: Final = re.compile(r"[\"“”„«»*_]|(?<=\s)['‘’]|['‘’](?=\s|$)")
_LOOSE: Final = re.compile(r"\s+(?:and|or|but|the|an?|of|to|in|on|for|with|by|from|at|that|as)$")


def position(clauses: Clauses, at: int, *, side: bool = False) -> Agent | None:
    """Return the position that a word with its phrase is about, none where it tells none.

    side: whether it may be an actor, whose side is meant.
    """
    token = clauses.tokens[at]
    lemma = clauses.words.lemmas[at]
    mention = clauses.mention_at(at)
    agent = clauses.agent(at) if mention is not None else None
    if agent is not None and clauses.fits(agent, "actor"):
        return _made(clauses, f"the side of {agent.label}", at) if side else None
    if token.upos not in ("NOUN", "PROPN", "VERB") or lemma in listed("no_matter") - listed(
        "needs_of"
    ):
        return None
    if clauses.is_time(at) or (token.upos == "VERB" and token.xpos != "VBG"):
        return None
    label = short(f"{_label(clauses, at)} {_behind(clauses, at)}")
    if lemma in listed("needs_of") and len(label.split()) < 3:
        return None
    return _made(clauses, label, at)


def to_be_done(clauses: Clauses, subject: int, verb: int) -> Agent | None:
    """Return the position that somebody is to do something: "the two governments to let …"."""
    agent = clauses.agent(subject)
    who = agent.label if agent else _label(clauses, subject)
    if not who or (agent is None and clauses.tokens[subject].upos == "PRON"):
        return None
    left_out = ("nsubj", "nsubj:pass", "aux", "mark", "punct", "advcl", "parataxis", "cc", "conj")
    places = [verb]
    for kid in clauses.words.kids[verb]:
        if clauses.tokens[kid].deprel not in left_out and not clauses.is_negation(kid):
            places += clauses.words.subtree(kid)
    kept = [place for place in sorted(places) if clauses.tokens[place].text != "to" or place > verb]
    words = [clauses.tokens[place].text for place in kept]
    words[kept.index(verb)] = (
        clauses.words.lemmas[verb]
        if not _is_passive(clauses, verb)
        else (clauses.tokens[verb].text)
    )
    return _made(clauses, f"{who} to {short(' '.join(words))}", verb)


def _is_passive(clauses: Clauses, verb: int) -> bool:
    return clauses.words.has(verb, "aux:pass")


def _label(clauses: Clauses, at: int) -> str:
    """Return a phrase in a few words, pronouns in it made what they mean."""
    own = {*clauses.words.of(at, "case", "det", "punct"), *_when(clauses, at)}
    words: list[str] = []
    after = ""
    for place in clauses.inside(at):
        token = clauses.tokens[place]
        if place in own or (token.upos == "PUNCT" and token.text not in "-–'’"):
            continue
        if token.deprel == "nmod:poss" and token.upos == "PRON":
            owner = clauses.agent(place)
            if owner is not None and token.head == at:
                after = f" of {owner.label}"
            continue
        words.append(token.text)
    text = re.sub(r"\s+(['’]s?)\b", r"\1", " ".join(words))
    return short(_DET.sub("", re.sub(r"\s*([-–])\s*", r"\1", text))) + after


def _when(clauses: Clauses, at: int) -> Iterator[int]:
    """Yield the words of a phrase that only tell when."""
    for kid in clauses.words.kids[at]:
        if clauses.is_time(kid):
            yield from clauses.words.subtree(kid)


def wished(clauses: Clauses, at: int) -> Agent | None:
    """Return the position that what is wanted is so: "the clause struck from the text"."""
    inside = sorted(place for place in clauses.words.subtree(at) if not clauses.is_time(place))
    text = " ".join(clauses.tokens[place].text for place in inside)
    label = short(_DET.sub("", re.sub(r"\s+(['’]s?)\b", r"\1", text)))
    return _made(clauses, label, at) if len(label.split()) > 1 else None


def _behind(clauses: Clauses, at: int) -> str:
    """Return what stands right behind a noun and belongs to it, though a verb was given it."""
    last = max(clauses.inside(at))
    for kid in clauses.words.of(clauses.tokens[at].head, "obl"):
        places = sorted(clauses.words.subtree(kid))
        case = clauses.words.case(kid)
        if clauses.words.lemmas[kid] == "behalf":
            continue
        if places[0] == last + 1 and case in _OF_NOUNS and not clauses.is_time(kid):
            return " ".join(clauses.tokens[place].text for place in places)
    return ""


def short(label: str) -> str:
    """Return the first words of a phrase, without marks and what only joins."""
    words = _MARKS.sub("", label).split()[:_LONGEST]
    text = " ".join(words).strip(" ,;:.")
    while _LOOSE.search(text):
        text = _LOOSE.sub("", text)
    return text


def _made(clauses: Clauses, label: str, at: int) -> Agent | None:
    if len(label) < 3 or not re.search(r"[a-z]{3}", label):
        return None
    return Agent(local_name(label), label, clauses.phrase(at), True, "Position")
