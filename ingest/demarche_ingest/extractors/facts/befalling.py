"""What befell those whom a number counts, by the noun, the verb and the words beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed

_FEWEST: Final = 10
"""A number below which what is counted must be people, or the number compared."""
_CROWD: Final = 100
"""So many people who cross are displaced."""
_BEFALLS: Final = frozenset(("die", "perish", "drown", "flee", "cross"))
"""Verbs whose subject is whom it befalls."""
_IRREGULAR: Final = {"fled": "flee", "slain": "slay", "shot": "shoot", "hurt": "hurt"}
_BY_NOUN: Final = (
    ("dead", "casualties", "dead"),
    ("hurt", "casualties", "hurt"),
    ("captives", "detainees", ""),
    ("arrests", "detainees", ""),
    ("displaced", "displaced-people", ""),
    ("inhabitants", "population", ""),
)
"""Lists of nouns, the attribute that a number of them is, and its unit: "" for the noun."""
_BEFORE_NOUN: Final = (
    ("held_before", "detainees", ""),
    ("displaced_before", "displaced-people", ""),
)
_BEHIND: Final = (("dead_behind", "dead"), ("hurt_behind", "wounded"))
_BY_VERB: Final = (
    ("kills", "casualties", "dead"),
    ("wounds", "casualties", "wounded"),
    ("detains", "detainees", ""),
    ("displaces", "displaced-people", ""),
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number with what it counts.

    at: of the number; noun: of what is counted, the number's own where that is left out. value:
    none of `text`, which counts without a number. start: where the number starts in the text.
    """

    at: int
    noun: int
    value: float | None
    text: str
    start: int

    @property
    def is_bare(self) -> bool:
        return self.noun == self.at

    @property
    def is_few(self) -> bool:
        return self.value is not None and self.value < _FEWEST


def of_people(clauses: Clauses, count: Count, label: str) -> tuple[str, str] | None:
    """Return what a number of people tells, by the noun and by what is done to them."""
    lemma = clauses.words.lemmas[count.noun]
    done = set(befalling(clauses, count))
    befell = _befell(clauses, count, label)
    if befell is not None:
        return befell
    for name, attribute, unit in _BY_NOUN:
        if lemma in listed(name):
            return None if done & listed("frees") else (attribute, unit or label)
    if lemma in listed("lives") and done & listed("takes_life"):
        return "casualties", "dead"
    if lemma not in listed("people") and not count.is_bare:
        return None
    for name, attribute, unit in _BY_VERB:
        if done & listed(name) and not (done == {"cross"} and (count.value or 0) < _CROWD):
            return attribute, unit or label or "people"
    return _lost_or_armed(clauses, count, label, done)


def _lost_or_armed(
    clauses: Clauses, count: Count, label: str, done: set[str]
) -> tuple[str, str] | None:
    """Return what a number tells of people who are mourned ("the loss of") or armed."""
    if not count.is_bare and _is_loss(clauses, count.noun):
        return "casualties", "dead"
    is_armed = clauses.words.lemmas[count.noun] in listed("troops")
    return ("troops", label) if is_armed and not (count.is_few or done & listed("frees")) else None


def _befell(clauses: Clauses, count: Count, label: str) -> tuple[str, str] | None:
    """Return what words beside a number tell: "12 dead", "five soldiers wounded", "46 captured"."""
    behind = max(count.noun, count.at) + 1
    if behind < len(clauses.tokens):
        text = clauses.tokens[behind].text.lower()
        for name, unit in _BEHIND:
            if text in listed(name) and not _goes_on(clauses, behind):
                return "casualties", unit
    for kid in clauses.words.of(count.noun, "amod", "compound"):
        for name, attribute, unit in _BEFORE_NOUN:
            if clauses.tokens[kid].text.lower() in listed(name):
                return attribute, unit or label
    return None


def _goes_on(clauses: Clauses, at: int) -> bool:
    """Say whether a noun follows, which a word then belongs to: "two wounded soldiers"."""
    after = clauses.tokens[at + 1 : at + 2]
    return bool(after) and after[0].upos in ("NOUN", "PROPN", "DET", "NUM")


def is_toll(clauses: Clauses, count: Count) -> bool:
    """Say whether a number is of the dead: "the death toll rose to 45"."""
    verb = clauses.predicate(count.noun)
    if verb is None or clauses.words.lemmas[verb] not in listed("amounts"):
        return False
    is_free = count.is_bare or clauses.words.lemmas[count.noun] in listed("people")
    subjects = clauses.words.subjects(verb)
    return is_free and any(clauses.words.lemmas[one] in listed("tolls") for one in subjects)


def befalling(clauses: Clauses, count: Count) -> Iterator[str]:
    """Yield the verbs that say what befalls those who are counted."""
    words = clauses.words
    verb = clauses.predicate(count.at)
    if verb is not None:
        lemma = lemma_of(clauses, verb)
        if lemma in _BEFALLS:
            whom = words.doers(verb)
        else:
            whom = [*words.undergoers(verb), *bare_obliques(clauses, verb)]
        if {count.noun, count.at} & set(whom):
            yield lemma
    for kid in words.of(count.noun, "acl", "acl:relcl"):
        lemma = lemma_of(clauses, kid)
        is_past = clauses.tokens[kid].xpos in ("VBN", "VBD")
        if lemma in _BEFALLS or (is_past and _is_undergone(clauses, kid)):
            yield lemma


def _is_undergone(clauses: Clauses, at: int) -> bool:
    """Say whether a clause says what befalls the noun before it: "men (who were) arrested in"."""
    is_short = clauses.tokens[at].deprel == "acl" and not clauses.words.has(at, "nsubj", "obj")
    return is_short or clauses.words.is_passive(at)


def lemma_of(clauses: Clauses, verb: int) -> str:
    """Return the lemma of a verb, mended where parsers make none of an irregular form."""
    behind = clauses.tokens[verb + 1 : verb + 2]
    if clauses.words.lemmas[verb] in ("shoot", "shot") and behind and behind[0].text == "dead":
        return "kill"
    return _IRREGULAR.get(clauses.tokens[verb].text.lower(), clauses.words.lemmas[verb])


def bare_obliques(clauses: Clauses, verb: int) -> list[int]:
    """Return objects that "at least" made obliques of."""
    words = clauses.words
    found = [kid for kid in words.of(verb, "obl") if kid > verb and not words.case(kid)]
    return [kid for kid in found if not clauses.is_time(kid)]


def _is_loss(clauses: Clauses, noun: int) -> bool:
    head = clauses.words.lemmas[clauses.tokens[noun].head]
    if clauses.tokens[noun].deprel != "nmod":
        return False
    return head in ("death", "killing", "loss", "murder") and clauses.words.case(noun) == "of"
