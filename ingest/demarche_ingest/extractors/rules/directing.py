"""Whom an act is directed at where its own sentence names nobody.

What stands where a recipient would decides. A noun for an act told before ("condemned the raid")
is resolved to who did that; an answer without an object ("refused") is to whoever asked; a thing of
its own ("left the pact", "backs a railway") means that the act is directed at nobody. Only where
nothing speaks against it, and the act is of a kind that has somebody it is done to, is it the other
party of the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.matching import Match
from demarche_ingest.extractors.rules.parties import Found, Parties
from demarche_ingest.extractors.rules.recall import AGAINST, Recall, deeds
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.texts import Span

_DIRECTED: Final = frozenset(
    ("accuse", "coerce", "concede", "reject", "request", "sanction", "threaten")
)
"""Categories of acts that nearly always have a recipient."""
_ANSWERS: Final = frozenset(("reject", "agree"))
"""Acts that may answer what somebody asked."""
_BETWEEN: Final = frozenset(("request", "agree", "consult"))
"""Acts that outsiders direct at both parties."""
_POINTING: Final = word_set("it this that so these those which them such")
_DEFINITE: Final = word_set("the this that these those such")
_AT_OTHERS: Final = frozenset(("agree", "reject", "request"))
"""Acts that are hardly ever directed at somebody of one's own."""
_ANSWERING: Final = frozenset(("concede", "reject", "request"))
"""Acts whose frames may have such a noun as their own ("dropped its complaint")."""
_TAKING_BACK: Final = word_set("withdraw retract revoke rescind drop abandon")
_ABOUT: Final = ("to", "over", "about", "at", "for", "on", "against", "with", "from", "of")
_MEDIATING: Final = "third-party"
"""Mode of acts between two others."""
_REPLYING: Final = word_set("answer reply respond")
_UNDERGOING: Final = frozenset(("accuse", "reject", "sanction", "support"))
"""Acts whose object is what they are done to; that of others is asked for, given up, taken away."""

Kind = Literal["deed", "own deed", "pointing", "thing", "clause", "nothing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands where a recipient would, and at which word."""

    kind: Kind
    at: int = -1


class Directing:
    """Finds recipients in the context of an article."""

    def __init__(self, parties: Parties, recall: Recall) -> None:
        self._parties, self._recall = parties, recall

    def recipients(self, words: Words, match: Match, category: str) -> tuple[Found, ...]:
        """Return whom an act of a category is directed at: as its sentence or the context tells."""
        if match.is_told or not match.actors or not self._takes(match, category):
            return match.recipients
        own = {self._parties.party(one.agent) for one in match.actors}
        own = (own | {one.agent.id for one in match.actors}) - {""}
        if category == "consult" and words.lemmas[match.at] in _REPLYING:
            where = words.tokens[match.at].span
            return match.recipients or self._told(match, where, self._recall.asking(own, where))
        is_open = self._is_vague(match) or self._are_own(match.recipients, own, category)
        if match.recipients and not is_open:
            return match.recipients
        stands = standing(words, match, category)
        where = words.tokens[match.at].span
        found = self._told(match, where, self._meant(words, match, stands, own, category))
        if not found and self._may_be_filled(match, stands, category):
            offers = match.pattern.frame.directed and "indirect" in match.pattern.frame.recipients
            answers = category in _ANSWERS and not offers
            found = self._filled(match, own, where, category, answers=answers)
        return found if found or category == "agree" else match.recipients

    @staticmethod
    def _takes(match: Match, category: str) -> bool:
        """Tell whether acts of a frame have recipients at all."""
        frame = match.pattern.frame
        denies = frame.clause == "deny" and category == "reject"
        return bool(frame.recipients) or frame.directed or category == "concede" or denies

    def _is_vague(self, match: Match) -> bool:
        """Tell whether the recipients are people whose state the sentence leaves open."""
        frame = match.pattern.frame
        kinds: tuple[str, ...] = ()
        if "object.owner" in frame.recipients:
            kinds = ("GovernmentBody",)
        if match.pattern.category == "request" and "object.of" in frame.recipients:
            kinds = ("Public", "GovernmentBody")  # "the release of the crew"
        if match.pattern.category == "agree":
            kinds = ("GovernmentBody",)  # "agreed to send observers"
        return all(
            one.agent.is_new and one.agent.kind in kinds and not one.agent.of
            for one in match.recipients
        )

    def _are_own(self, recipients: tuple[Found, ...], own: set[str], category: str) -> bool:
        """Tell whether they belong to those who act ("wants its officers to lead")."""
        return category in _AT_OTHERS and all(one.agent.of in own for one in recipients)

    def _meant(
        self, words: Words, match: Match, stands: Standing, own: set[str], category: str
    ) -> tuple[Found, ...]:
        """Return whose act the words in the place of a recipient speak of."""
        where = words.tokens[match.at].span
        if stands.kind == "deed":
            found = self._recall.doers(words.lemmas[stands.at], own, where)
            judges = category in ("accuse", "support")
            return found or (self._recall.last(own, where) if judges else ())
        if stands.kind == "own deed":
            return self._recall.addressed(words.lemmas[stands.at], own, where)
        if stands.kind == "pointing":
            if not match.pattern.frame.recipients:
                return self._recall.asking(own, where, charges=True)
            if category in _ANSWERS:
                return self._recall.asking(own, where)
            return self._recall.last(own, where) if category in ("accuse", "support") else ()
        return ()

    def _may_be_filled(self, match: Match, stands: Standing, category: str) -> bool:
        frame = match.pattern.frame
        if not frame.recipients and category == "reject":
            return False
        gives = "to" in frame.recipients and bool(frame.verbs)
        if category == "agree" and stands.kind == "thing" and gives:
            return True
        accepts = frame.directed and "object.owner" in frame.recipients
        if stands.kind == "thing" and (category in _UNDERGOING or accepts):
            return False
        return frame.directed or category in _DIRECTED

    def _told(self, match: Match, where: Span, found: tuple[Found, ...]) -> tuple[Found, ...]:
        """Return the states of actors told elsewhere, or themselves where they are of none.

        A person answers to a person: whoever is named goes before the state (codebook §6.1.4).
        """
        persons = all(self._parties.is_person(one.agent) for one in match.actors)
        made: dict[str, Found] = {}
        for one in found:
            meant = self._parties.whole(one, where)
            is_alike = persons and self._parties.is_person(one.agent)
            if is_alike or meant.agent.id in {actor.agent.id for actor in match.actors}:
                meant = self._parties.again(one)
            made.setdefault(meant.agent.id, meant)
        return tuple(made.values())

    def _filled(
        self, match: Match, own: set[str], where: Span, category: str, *, answers: bool
    ) -> tuple[Found, ...]:
        if _MEDIATING in match.pattern.frame.modes:
            return self._parties.apart(own, where)
        if answers and (found := self._recall.asking(own, where)):
            return self._told(match, where, found)
        if found := self._recall.beside(own, where):
            return found
        if category in AGAINST and (found := self._recall.against(own, where)):
            return self._told(match, where, found)
        parties = {one for one in own if one in self._parties.all} or own
        if not all(self._parties.party(one.agent) for one in match.actors):
            return ()
        dealings = self._recall.dealings(own, category)
        return self._parties.others(parties, where, dealings, between=category in _BETWEEN)


def standing(words: Words, match: Match, category: str) -> Standing:
    """Return what stands where a recipient would, in the frame that a word fits."""
    objects = _objects(words, match)
    for at in (*objects, *_about(words, match)):
        if _is_deed(words, match, at, category):
            if _has_owner(words, at):
                keeps = category in _UNDERGOING and words.lemmas[match.at] not in _TAKING_BACK
                return Standing("deed" if keeps else "own deed", at)
            if _is_definite(words, at) or category == "reject":
                return Standing("deed", at)
    # "accused Peru of theft, which Lima denies"
    pointing = [kid for kid in words.of(match.at, "obj") if words.lemmas[kid] == "which"]
    pointing += [at for at in objects if _is_pointing(words, at)]
    if pointing:
        return Standing("pointing", pointing[0])
    taken = [at for at in objects if at not in match.used or _is_end(match)]
    if taken:
        return Standing("thing", taken[0])
    if words.clauses(match.at):
        return Standing("clause", words.clauses(match.at)[0])
    return Standing("nothing")


def _is_pointing(words: Words, at: int) -> bool:
    return words.lemmas[at] in _POINTING and words.tokens[at].upos in ("PRON", "DET")


def _is_deed(words: Words, match: Match, at: int, category: str) -> bool:
    """Tell whether a noun may speak of an act told before, and is no part of the frame itself."""
    if words.lemmas[at] not in deeds() or not words.is_nominal(at):
        return False
    return at not in match.used or (category in _ANSWERING and not _is_end(match))


def _objects(words: Words, match: Match) -> list[int]:
    at = match.at
    if words.is_verb(at):
        return [one for one in words.undergoers(at) if words.is_nominal(one)]
    return words.oblique(at, "of")


def _about(words: Words, match: Match) -> Iterator[int]:
    """Yield what stands behind prepositions by which the frame finds its recipients."""
    slots = {step for slot in match.pattern.frame.recipients for step in slot.split(".")}
    for preposition in _ABOUT:
        if preposition in slots:
            yield from words.oblique(match.at, preposition)
            for thing in words.undergoers(match.at):
                yield from words.oblique(thing, preposition)


def _is_end(match: Match) -> bool:
    """Tell whether the object of a frame is itself what the act is done to ("left the bloc")."""
    slots = match.pattern.frame.recipients
    return slots[:1] == ("object",) and bool(match.used)


def _has_owner(words: Words, at: int) -> bool:
    """Tell whether a noun has a possessive pronoun before it ("its offer")."""
    return any(words.tokens[kid].upos == "PRON" for kid in words.of(at, "nmod:poss"))


def _is_definite(words: Words, at: int) -> bool:
    return any(words.lemmas[kid] in _DEFINITE for kid in words.of(at, "det"))
