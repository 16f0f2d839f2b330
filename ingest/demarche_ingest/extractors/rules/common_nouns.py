"""Whom a common noun means: a group, or the state or body whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, Protocol

from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.memory import Memory
from demarche_ingest.extractors.rules.parties import Found, Parties
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.extractors.word_lists import lists_of
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.model import Mention

_OF_STATES: Final = word_set(
    "government authorities cabinet parliament police army military navy senate troops soldiers"
)
"""Bodies that a state has one of, so that they need not be said to be of it."""
_ALL_OF: Final = word_set("de facto central federal national interim transitional elected current")
"""Adjectives of a government that is still that of its state."""
_ONE_OF_MANY: Final = word_set("a an another some every each no its their his her both two")
_GOVERNING: Final = word_set(
    "government authority authorities official administration leadership regime cabinet embassy "
    "consulate delegation"
)
"""Nouns that mean somebody though it is open whose they are."""
_COUNTRIES: Final = word_set("country nation state government republic kingdom authority side")
"""Nouns that mean the state of a person whose they are said to be."""
_STANDING_FOR: Final = word_set(
    "troop troops soldier force leader negotiator envoy diplomat representative member delegate "
    "inspector observer monitor"
)
"""Nouns whose plural, if it tells no more than whose they are, means the state or body itself."""
_IN_BODIES: Final = word_set(
    "fighter rebel militant insurgent guerrilla militiaman deputy lawmaker legislator senator"
)
"""Such nouns of those who are in an organisation that is no state (codebook §6.1.4)."""
_SPEAKING_FOR: Final = word_set("spokesman spokeswoman spokesperson adviser lawyer minister envoy")
_CHARGING: Final = word_set("accuse suspect convict acquit warn deprive rob inform notify remind")
_HEADS: Final = word_set("dozen hundred thousand score ten dozens hundreds thousands scores tens")
_COUNTING: Final = _HEADS | word_set(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety million some
    many most several few both half third quarter majority minority number handful rest all any
    either neither none each lot plenty group crowd band column
    """
)
"""Words for how many there are of those behind "of"."""
_QUANTITIES: Final = _COUNTING | word_set(
    """
    other more extra additional further numerous various countless last next first second same own
    dead least such fellow
    """
)
"""Words before a noun that do not tell who is meant."""
_ORGANISATIONS: Final = frozenset(("Organization", "ArmedGroup", "PoliticalParty"))
FACING: Final = word_set("neighbour neighbor rival foe adversary opponent counterpart")
_TOGETHER: Final = frozenset(("leaders", "ministers", "members", "heads", "states"))
"""Those who are a body when they act together in its name (codebook §6.1.4)."""


@cache
def nouns() -> dict[str, str]:
    """Return the common nouns that mean somebody, each with the list that it stands in."""
    return {word: names[-1] for word, names in lists_of("rules/people.yaml").items()}


def _is_organisation(agent: Agent) -> bool:
    return agent.is_new and agent.kind in _ORGANISATIONS


class Whole(Protocol):
    """The actors of the whole sentence, whom nouns are asked of. Places are those of words."""

    def at(self, place: int, *, acts: bool = False) -> list[Found]: ...
    def all(self, places: Iterable[int], *, acts: bool = False) -> list[Found]: ...
    def seats(self, places: Iterable[int]) -> list[Found]: ...
    def resolve(self, place: int, acts: bool) -> Iterator[Found]: ...
    def leading(self, place: int) -> list[Found]: ...
    def mention(self, place: int) -> Mention | None: ...
    def name(self, place: int) -> Mention | None: ...
    def of_mention(self, mention: Mention, acts: bool) -> Iterator[Found]: ...
    def named_again(self, place: int) -> list[Found]: ...


class CommonNouns:
    """Common nouns of one sentence that mean somebody."""

    def __init__(self, whole: Whole, words: Words, parties: Parties, memory: Memory) -> None:
        self._whole, self._words = whole, words
        self._parties, self._memory = parties, memory

    def at(self, place: int) -> Iterator[Found]:
        """Yield whom a common noun means at a place; nobody where it means nobody."""
        words = self._words
        token = words.tokens[place]
        lemma = words.lemmas[place]
        if token.upos == "NUM" or lemma in _COUNTING:
            counted = list(self._counted(place))
            yield from counted
            if counted or lemma not in nouns():
                return
        kind = nouns().get(lemma) or nouns().get(token.text.lower())
        is_noun = token.upos in ("NOUN", "PROPN", "ADJ") or self._is_definite(place)
        if kind is not None and is_noun:
            yield from list(self._called(place)) or self._of_kind(place, kind)

    def _of_kind(self, place: int, kind: str) -> Iterator[Found]:
        """Yield who a noun that means somebody is; kind: the list that it stands in."""
        lemma = self._words.lemmas[place]
        owners = list(self.owners(place)) or list(self._hosts(place, kind))
        if not owners and self._is_bare(place) and (again := self._whole.named_again(place)):
            yield from again
            return
        if owners and self._is_standing_for(place, owners):
            kind = "speak_for"
        if self._is_one_of(place, owners):
            kind = "State"
        if kind == "speak_for":
            meant = self._represented(place, owners)
            if meant is not None:
                yield from meant
                return
            kind = "GovernmentBody"
        if kind == "GovernmentBody" and not owners and lemma in _OF_STATES:
            owners = list(self._leaders(place))
        if self._words.tokens[place].text.lower() in _TOGETHER and (
            bodies := [one for one, _ in owners if self._parties.is_body(one.agent)]
        ):
            for one in bodies:
                self._memory.keep(lemma, one)
            yield from bodies
        elif len(owners) > 1:
            yield from [self._group(place, kind, [one]) for one in owners]
            self._memory.forget(lemma)
        else:
            yield self._group(place, kind, owners)

    def _represented(self, place: int, owners: list[tuple[Found, str]]) -> list[Found] | None:
        """Return whom a noun stands for, nobody where that is open; None for a group."""
        lemma = self._words.lemmas[place]
        if _ALL_OF.issuperset(self._modifiers(place)):
            whole = [self._state_of(place, *one) for one in owners] or list(self._leaders(place))
            if whole:
                return self._spoken_for(lemma, whole)
        if owners:
            return None
        if self._is_the_country(place):
            doers = {self._parties.party(one.agent) for one in self._whole.leading(place)}
            country = self._parties.last(doers, self._words.tokens[place].span)
            return [] if country is None else [country]
        return None if lemma in _GOVERNING else []

    def _is_one_of(self, place: int, owners: list[tuple[Found, str]]) -> bool:
        """Tell whether a word is one of the states of a body ("a NATO member state")."""
        is_one = self._words.tokens[place].text.lower() in ("country", "nation", "state")
        return is_one and any(self._parties.is_body(one.agent) for one, _ in owners)

    def _is_the_country(self, place: int) -> bool:
        words = self._words
        is_one = words.tokens[place].text.lower() in ("country", "nation")
        return is_one and self._is_definite(place) and not words.has(place, "acl:relcl")

    def _state_of(self, place: int, owner: Found, preposition: str) -> tuple[Found, str]:
        """Return the state of a person whose country or government it is ("his country")."""
        side = self._parties.side(owner.agent)
        if not side or side == owner.agent.id or self._words.lemmas[place] not in _COUNTRIES:
            return owner, preposition
        state = self._parties.of(side, self._words.tokens[place].span)
        return Found(state.agent, owner.certainty, (*owner.beyond, *state.beyond)), preposition

    def _spoken_for(self, lemma: str, owners: list[tuple[Found, str]]) -> list[Found]:
        """Return whom those mean who stand for them, and remember it ("the leaders")."""
        meant = [Found(one.agent, one.certainty * 0.9, one.beyond) for one, _ in owners]
        if len({one.agent.id for one in meant}) == 1 and lemma in _STANDING_FOR:
            self._memory.keep(lemma, meant[0])
        return meant

    def _is_standing_for(self, place: int, owners: list[tuple[Found, str]]) -> bool:
        """Tell whether a plural means those whose it is ("Uzbek troops", "leaders of ASEAN")."""
        lemma = self._words.lemmas[place]
        is_many = self._words.tokens[place].text.lower() != lemma or lemma == "troops"
        is_own = lemma in _STANDING_FOR or (
            lemma in _IN_BODIES and all(_is_organisation(one.agent) for one, _ in owners)
        )
        return is_many and is_own and not self._modifiers(place)

    def _called(self, place: int) -> Iterator[Found]:
        """Yield whom a noun gives a name to ("its envoy to Libya, Jan Novak")."""
        words = self._words
        for kid in words.of(place, "appos"):
            mention = self._whole.mention(kid)
            proposal = mention.proposal if mention is not None else None
            if mention is not None and proposal is not None and proposal.kind in ("Person", ""):
                yield from self._whole.of_mention(mention, True)
                return

    def _hosts(self, place: int, kind: str) -> Iterator[tuple[Found, str]]:
        """Yield the state that people are in ("a court in Hanoi", "officials in Vilnius")."""
        if kind == "ArmedGroup":
            return
        for one in self._whole.seats(self._words.oblique(place, "in")):
            if not one.agent.is_new:
                yield one, "of" if kind == "GovernmentBody" else "in"

    def _leaders(self, place: int) -> Iterator[tuple[Found, str]]:
        """Yield the state that a body is of which is named without ("the government").

        It is that of people who do something to it ("she criticised the government"), else the one
        that the article is about.
        """
        words = self._words
        is_one = words.lemmas[place] in _OF_STATES and not any(
            words.lemmas[kid] in _ONE_OF_MANY for kid in words.of(place, "det", "nummod")
        )
        span = words.tokens[place].span
        doers = [one.agent for one in self._whole.leading(place)] if is_one else []
        sides = {self._parties.side(one) for one in doers if one.is_new} - {""}
        side = sides.pop() if len(sides) == 1 else ""
        side = side or (self._parties.home() or self._parties.leading(span) if is_one else "")
        if side:
            yield self._parties.of(side, span), "of"

    def _counted(self, place: int) -> Iterator[Found]:
        """Yield who is counted: "two of its members", "dozens of villagers", "95 were held"."""
        words = self._words
        counted = words.oblique(place, "of")
        for kid in counted:
            for one in self._whole.resolve(kid, False):
                counted = [kid, place]
                yield Found(one.agent, one.certainty * 0.9, one.beyond)
        token = words.tokens[place]
        is_open = all(words.tokens[kid].upos == "PRON" for kid in counted)
        is_role = is_open and token.deprel in ("nsubj", "nsubj:pass", "obj")
        if is_role and (counted or words.lemmas[place] in _HEADS or token.text.isdecimal()):
            yield Found(Agent("people", "people", token.span, True, "Public", ""), 0.6, ())

    def _group(self, place: int, kind: str, owners: list[tuple[Found, str]]) -> Found:
        words = self._words
        is_counted = words.has(place, "nummod")  # "the first 120 families" are others
        is_again = not owners and not self._modifiers(place) and self._is_definite(place)
        if (
            is_again
            and not is_counted
            and (before := self._memory.group(words.lemmas[place])) is not None
        ):
            return Found(before.agent, before.certainty * 0.85, before.beyond)
        name = " ".join([*self._modifiers(place), words.tokens[place].text]).lower()
        of = ""
        if owners:
            owner, preposition = owners[0]
            whose = f"{preposition} {owner.agent.label.removeprefix('authorities of ')}"
            name = f"{name} {self._whereabouts(place, kind, owner) or whose}"
            of = owner.agent.id if not owner.agent.is_new else owner.agent.of
        agent = Agent(local_name(name), name, words.tokens[place].span, True, kind, of)
        found = Found(agent, 0.85 if owners else 0.75, (words.tokens[place].span,))
        if owners:
            self._memory.keep(words.lemmas[place], found)
        return found

    def _whereabouts(self, place: int, kind: str, owner: Found) -> str:
        """Return where people are, as the text has it: "in Hanoi", rather than of which state.

        Not of bodies that a state has one of: "police in Hanoi" are those of Vietnam.
        """
        words = self._words
        if words.lemmas[place] in _OF_STATES:
            return ""
        for case in ("in", "of", "from") if kind == "Public" else ("in",):
            for kid in words.oblique(place, case):
                mention = self._whole.mention(kid)
                is_place = mention is not None and mention.how in ("place", "metonym")
                if mention is not None and is_place and owner.agent.words == mention.span:
                    inside = (one for one in words.tokens if mention.span.covers(one.span))
                    return f"{case} {' '.join(one.text for one in inside)}"
        return ""

    def _is_definite(self, place: int) -> bool:
        return any(self._words.lemmas[kid] == "the" for kid in self._words.of(place, "det"))

    def _is_bare(self, place: int) -> bool:
        """Tell whether a noun has nothing before it that tells it from others of its kind."""
        words = self._words
        kinds = [words.lemmas[kid] for kid in words.of(place, "det", "nummod", "nmod:poss")]
        is_one = words.tokens[place].xpos in ("NN", "NNP")
        return is_one and kinds in ([], ["the"]) and not self._modifiers(place)

    def _modifiers(self, place: int) -> list[str]:
        """Return the nouns and adjectives before a noun that are no names."""
        words = self._words
        return [
            words.tokens[kid].text
            for kid in words.of(place, "compound", "amod")
            if kid < place
            and not self._is_name(kid, place)
            and words.tokens[kid].text.isalpha()
            and not words.has(kid, "punct")  # "US-based"
            and (not kid or words.tokens[kid - 1].text != "-")
            and words.tokens[kid].upos != "NUM"
            and words.lemmas[kid] not in _QUANTITIES
        ]

    def _is_name(self, place: int, noun: int) -> bool:
        """Tell whether a word is in the name of whoever has what a noun means ("Unity's members").

        A new name is if it is one of an organisation, and the noun no part of that ("Unity bloc").
        """
        if self._whole.name(place) is not None:
            return True
        mention = self._whole.mention(place)
        if self._is_of_body(place):
            return True
        is_new = mention is not None and mention.how == "unknown"
        proposal = mention.proposal if mention is not None and is_new else None
        if nouns().get(self._words.lemmas[noun]) == "Organization":
            return False
        return proposal is not None and proposal.kind in _ORGANISATIONS

    def _is_of_body(self, place: int) -> bool:
        """Tell whether a word is of a body before its things ("a Chinese coast guard cutter")."""
        mention = self._whole.mention(place)
        return mention is not None and mention.how == "description"

    def owners(self, noun: int) -> Iterator[tuple[Found, str]]:
        """Yield whose a thing is, with the preposition that a label has ("of", "from")."""
        words = self._words
        is_facing = words.lemmas[noun] in FACING
        before = list(words.of(noun, "nmod:poss", "compound", "amod"))
        bodies = [kid for kid in before if self._is_of_body(kid)]
        for kid in bodies or before:
            if is_facing and words.tokens[kid].upos == "PRON":
                continue
            if words.tokens[kid].deprel == "nmod:poss" or self._is_name(kid, noun):
                for one in self._owning(kid):
                    yield one, "of"
        cases = ("of", "from", "for") if words.lemmas[noun] in _SPEAKING_FOR else ("of", "from")
        for case in cases:
            if case == "of" and self._is_charged(noun):
                continue
            for one in self._whole.all(words.oblique(noun, case), acts=case != "from"):
                yield one, "of" if case == "for" else case

    def _is_charged(self, noun: int) -> bool:
        """Tell whether the one "of" behind a noun is its verb's ("accused the army of theft")."""
        words = self._words
        head = words.tokens[noun].head
        is_one = words.lemmas[head] in _CHARGING and noun in words.of(head, "obj", "nsubj:pass")
        after = words.lemmas[noun + 1 : noun + 12]
        return is_one and after.count("of") == 1

    def _owning(self, place: int) -> list[Found]:
        mention = self._whole.mention(place) or self._whole.name(place)
        if mention is None:
            return self._whole.at(place, acts=True)
        found = list(self._whole.of_mention(mention, True))
        for kid in self._words.of(place, "conj"):
            found += self._owning(kid)
        return found
