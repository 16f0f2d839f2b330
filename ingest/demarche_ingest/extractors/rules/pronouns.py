"""Whom a pronoun means that no mention settles: the subject above it, or of the sentence before.

"The rebels said they would leave" and "The rebels took the town. They arrested its mayor." go on
about the same: a pronoun takes up the subject, if number and kind allow it. Rules about mentions
settle names only; those whom common nouns mean are known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from demarche_ingest.extractors.rules.attaching import HOLDERS
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.parties import SURE, Found, Parties
from demarche_ingest.extractors.rules.words import Words

_MANY: Final = word_set("they them their themselves")
_ONE: Final = word_set("it its itself")
_PERSON: Final = word_set("he him his himself she her hers herself")
PRONOUNS: Final = _MANY | _ONE | _PERSON
_OWNING: Final = word_set("its their his her")
_PLURAL_TAGS: Final = frozenset(("NNS", "NNPS"))
_SETS: Final = word_set("group number handful series crowd band majority minority couple lot dozen")
"""Nouns in the singular that mean many, where these are said behind "of"."""
_MAY_BE_ONE: Final = frozenset(("Public", "Office", ""))
"""Kinds of new actors that may be one person ("a blogger")."""


class Whole(Protocol):
    """The actors of the whole sentence, by the places of words."""

    def all(self, places: Iterable[int], *, acts: bool = False) -> list[Found]: ...


class Subjects:
    """The subjects of a sentence, as pronouns in it and in the next may take them up."""

    def __init__(self, words: Words, agents: Whole, parties: Parties) -> None:
        self._words, self._agents, self._parties = words, agents, parties

    def main(self, pronoun: str) -> list[Found]:
        """Return who the main subject is, if a pronoun of the next sentence may mean that."""
        tokens = self._words.tokens
        root = next((at for at, token in enumerate(tokens) if token.head == at), None)
        return [] if root is None else self._fitting(root, pronoun, len(tokens))

    def above(self, place: int) -> list[Found]:
        """Return the subject of a clause that the clause of a pronoun hangs on, if it may be meant.

        The subject of its own clause is meant by possessives only.
        """
        words = self._words
        pronoun = words.lemmas[place]
        verbs = [at for at in words.above(place) if words.is_verb(at)]
        for at in verbs if pronoun in _OWNING else verbs[1:]:
            if place not in words.subjects(at) and (found := self._fitting(at, pronoun, place)):
                return found
        return []

    def _fitting(self, verb: int, pronoun: str, before: int) -> list[Found]:
        """Return the subjects of a verb that a pronoun behind them may mean: all or none."""
        subjects = [at for at in self._words.subjects(verb) if at < before]
        found = self._agents.all(subjects, acts=True)
        if not found or not self._agree(subjects, found, pronoun):
            return []
        return [Found(one.agent, one.certainty * SURE, one.beyond) for one in found]

    def _agree(self, subjects: list[int], found: list[Found], pronoun: str) -> bool:
        """Tell whether number and kind allow that a pronoun means some subjects.

        "They" may be a state or a body, as people speak of these.
        """
        words = self._words
        head = subjects[0]
        if words.tokens[head].upos == "PRON":
            kinds = (_MANY, _ONE, _PERSON)
            return [words.lemmas[head] in some for some in kinds] == [
                pronoun in some for some in kinds
            ]
        is_plural = len(subjects) > 1 or self._is_plural(head)
        persons = [self._parties.is_person(one.agent) for one in found]
        if pronoun in _MANY:
            return is_plural or not any(persons)
        if is_plural:
            return False
        first = found[0].agent
        is_one = first.kind in _MAY_BE_ONE or words.lemmas[head] in HOLDERS
        may_be_one = persons[0] or (first.is_new and is_one)
        return may_be_one if pronoun in _PERSON else not any(persons)

    def _is_plural(self, at: int) -> bool:
        words, token = self._words, self._words.tokens[at]
        if token.xpos in _PLURAL_TAGS or token.upos in ("NUM", "DET"):
            return True
        many = (words.tokens[one].xpos in _PLURAL_TAGS for one in words.oblique(at, "of"))
        return words.lemmas[at] in _SETS and any(many)
