"""Where in a sentence the parts of a pattern stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from demarche_ingest.extractors.facts.patterns import Pattern
from demarche_ingest.extractors.facts.reading import Clauses
from demarche_ingest.extractors.facts.words import words as listed
from demarche_ingest.extractors.rules.kept import kept

_KINDS: Final = {
    "VERB": "verb",
    "AUX": "verb",
    "NOUN": "noun",
    "PROPN": "noun",
    "ADJ": "adjective",
}
_BESIDE: Final = frozenset(("compound", "nmod", "amod", "advmod", "nmod:desc"))
"""How a noun hangs on a name that it stands before."""


def kind_of_word(clauses: Clauses, at: int) -> str:
    """Return as what patterns know a word: verb, noun or adjective; "" for none."""
    token = clauses.tokens[at]
    if token.deprel in ("amod", "compound", "advmod") and token.head == at + 1:
        return "noun"  # "its ally Syria", of which parsers make an adjective
    return _KINDS.get(token.upos, "")


class Slots:
    """Where in a sentence the things of a relation stand, seen from the word that tells it."""

    def __init__(self, clauses: Clauses) -> None:
        self._clauses, self._words = clauses, clauses.words
        self.kept: dict[tuple[Any, ...], Any] = {}
        self._steps: dict[str, Callable[[int], list[int]]] = {
            "subject": self._subject,
            "object": self._object,
            "clause": self._words.clauses,
            "owner": self._owners,
            "bearer": self._bearers,
            "named": self._named,
            "voicer": self._voicers,
            "voter": self._voters,
            "first": lambda at: self._words.oblique(at, "between")[:1],
            "other": lambda at: self._words.oblique(at, "between")[1:],
        }

    @kept
    def places(self, at: int, path: str) -> list[int]:
        """Return the words in a slot: `object`, `with`, `object.over`."""
        here = [at]
        for step in path.split("."):
            here = [one for place in here for one in self._step(place, step)]
        return here

    def fit(self, pattern: Pattern, at: int, kind: str) -> bool:
        """Say whether a word and what stands around it are as a pattern wants them."""
        if kind == "verb":
            lemma, particle = self._words.lemmas[at], self._words.particle(at)
            if (f"{lemma}_{particle}" if particle else lemma) not in pattern.verbs:
                return False
        return all(self.hold(at, slot, wanted) for slot, wanted in pattern.where.items())

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
        if words.has(at, "cop"):
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

    def _voicers(self, at: int) -> list[int]:
        """Return who keeps to what a noun says: "reaffirmed its support"."""
        words = self._words
        token = words.tokens[at]
        is_object = token.deprel in ("obj", "conj") and token.head != at
        if is_object and words.lemmas[token.head] in listed("voices"):
            return words.doers(token.head)
        return []

    def _voters(self, at: int) -> list[int]:
        """Return who votes or speaks as a noun says: "voted in favour of"."""
        words = self._words
        token = words.tokens[at]
        if token.deprel in ("obl", "obj") and words.lemmas[token.head] in ("vote", "speak", "come"):
            return words.doers(token.head)
        return []
