"""What an article has told of acts, so that words for them find who did them.

"The attack" is one that was told; "Seoul refused" answers whoever asked Seoul last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from demarche_ingest.extractors.rules.parties import Found, Parties
from demarche_ingest.extractors.word_lists import lists_of
from demarche_ingest.texts import Span

_FAR: Final = 12
"""How many sentences back an act may lie that a noun speaks of again."""
_NEAR: Final = 3
"""How many sentences back whoever asked may stand."""
_STEM: Final = 5
"""How many letters a noun and the word that told the act have in common at least."""
ASKING: Final = frozenset(("agree", "request", "accuse", "threaten"))
"""Acts that others answer to."""
_ACCEPTING: Final = frozenset(("accept", "agree", "assent", "consent"))
"""Words of acts that answer, and ask for no answer."""
AGAINST: Final = frozenset(("accuse", "coerce", "reject", "sanction", "threaten"))
_KIND: Final = frozenset(("aid", "cooperate", "request", "support"))
_JUDGING: Final = frozenset(("accuse", "support"))
_ANY: Final = "any"


@cache
def deeds() -> dict[str, frozenset[str]]:
    """Return the nouns that speak of acts told before, with the categories these may have."""
    listed = lists_of("rules/deeds.yaml")
    return {noun: frozenset(categories) for noun, categories in listed.items()}


@dataclass(frozen=True, slots=True)
class Act:
    """An act that an article tells. word: the lemma of the word that tells it."""

    category: str
    word: str
    where: Span
    actors: tuple[Found, ...]
    recipients: tuple[Found, ...] = ()


class Recall:
    """The acts of one article, in the order of the text.

    acts: those whose parties their own sentences name. Others are noted as they are read.
    """

    def __init__(self, acts: Iterable[Act], parties: Parties) -> None:
        self._acts = sorted(acts, key=lambda act: act.where.start)
        self._parties = parties

    def note(self, act: Act) -> None:
        """Take an act up with what the context told of it, in place of the one that was known."""
        for at, one in enumerate(self._acts):
            if one.where == act.where and one.category == act.category:
                self._acts[at] = act
                return

    def doers(self, noun: str, own: set[str], where: Span) -> tuple[Found, ...]:
        """Return who did what a definite noun speaks of, other than those who speak of it.

        own: the parties of these. An act told by a word of the same stem goes before others.
        """
        kinds = deeds().get(noun, frozenset())
        before = [act for act in self._before(where, _FAR) if self._opposite(act, own)]
        by_word = [act for act in before if _alike(act.word, noun)]
        by_kind = [act for act in before if act.category in kinds]
        if not by_word and _ANY in kinds and (near := self.last(own, where)):
            return near  # "the decision" is rather what was told just before
        for act in (*by_word[:1], *by_kind[:1]):
            if act.category == "consult" and len(act.recipients) > 1:
                return act.recipients  # "welcomed the talks" of others
            return self._opposite(act, own)
        return self.last(own, where, _NEAR) if _ANY in kinds else ()

    def addressed(self, noun: str, own: set[str], where: Span) -> tuple[Found, ...]:
        """Return whom the own act was directed at that a noun speaks of ("its demand")."""
        kinds = deeds().get(noun, frozenset())
        for act in self._before(where, _FAR):
            is_own = len(self._others(act.actors, own)) < len(act.actors)
            if is_own and act.recipients and (act.category in kinds or _alike(act.word, noun)):
                return act.recipients
        return ()

    def asking(self, own: set[str], where: Span, *, charges: bool = False) -> tuple[Found, ...]:
        """Return who asked, offered or charged something last that an act may answer.

        charges: only those who charge just them with something.
        """
        for act in self._before(where, _NEAR):
            others = self._opposite(act, own)
            if act.category not in ASKING or act.word in _ACCEPTING or not others:
                continue
            asked = {self._parties.party(one.agent) for one in act.recipients}
            if charges and not (act.category == "accuse" and asked & own):
                continue
            if not asked or asked & own or self._back(act, where) <= 1:
                return others
        return ()

    def beside(self, own: set[str], where: Span) -> tuple[Found, ...]:
        """Return to whom the same did something else in the same sentence, told before it."""
        for act in self._before(where, 0):
            is_own = len(self._others(act.actors, own)) < len(act.actors)
            if is_own and act.recipients and (others := self._others(act.recipients, own)):
                return others
        return ()

    def against(self, own: set[str], where: Span) -> tuple[Found, ...]:
        """Return who did something against some parties just before, which they may repay."""
        for act in self._before(where, _NEAR):
            hit = {self._parties.party(one.agent) for one in act.recipients} & own
            if act.category in AGAINST and hit and (others := self._others(act.actors, own)):
                return others
        return ()

    def last(self, own: set[str], where: Span, most: int = 1) -> tuple[Found, ...]:
        """Return who did what was told last, if it was just before ("Beijing regretted it").

        Where that is itself a judgement, the two judge the same. most: how many sentences back.
        """
        for act in self._before(where, most):
            judged = self._others(act.recipients, own) if act.category in _JUDGING else ()
            others = judged or self._others(act.actors, own)
            if others:
                return others
        return ()

    def dealings(self, own: set[str], category: str) -> dict[str, float]:
        """Return how many acts are told between some parties and each other one.

        category: of the act they are asked for; kindness is left out of acts against somebody.
        """
        found: dict[str, float] = {}
        for act in self._acts:
            if category in AGAINST and act.category in _KIND:
                continue
            actors = {self._parties.party(one.agent) for one in act.actors} - {""}
            recipients = {self._parties.party(one.agent) for one in act.recipients} - {""}
            for mine, others in ((actors, recipients), (recipients, actors)):
                if mine & own:
                    for other in others - own:
                        found[other] = found.get(other, 0.0) + 1.0
            if act.category == "consult" and actors & own:
                for other in actors - own:
                    found[other] = found.get(other, 0.0) + 1.0
        return found

    def _opposite(self, act: Act, own: set[str]) -> tuple[Found, ...]:
        """Return who did an act, of others than some; at home, who did it to these themselves."""
        others = self._others(act.actors, own)
        if others or not any(one.agent.id in own for one in act.recipients):
            return others
        return tuple(one for one in act.actors if one.agent.id not in own)

    def _others(self, found: Iterable[Found], own: set[str]) -> tuple[Found, ...]:
        return tuple(
            one
            for one in found
            if one.agent.id not in own and self._parties.party(one.agent) not in own
        )

    def _before(self, where: Span, most: int) -> Iterator[Act]:
        """Yield the acts told before a place, the last first."""
        for act in reversed(self._acts):
            if act.where.end <= where.start and self._back(act, where) <= most:
                yield act

    def _back(self, act: Act, where: Span) -> int:
        return self._parties.sentence(where.start) - self._parties.sentence(act.where.start)


def _alike(word: str, noun: str) -> bool:
    """Tell whether a noun is the word that told an act, or made of it ("arrest", "bombing")."""
    if word == noun:
        return True
    stem = min(_STEM, len(word), len(noun))
    return stem >= 4 and word[:stem] == noun[:stem]
