"""Who the words in a role are: what mentions settle on, or a group that a common noun names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, cast

import yaml

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.parties import SURE, Found, Parties
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.identity import COMMENTER, local_name
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span
from demarche_ingest.world import world

_NOBODY: Final = frozenset(("Place", "Territory", "Treaty", "Event", "Issue"))
_NAMING: Final = frozenset(("name", "demonym", "metonym", "description", "place"))
_SIDES: Final = word_set(
    "side country state partner neighbour neighbor government nation capital party republic ally"
)
_MISSIONS: Final = word_set("embassy consulate")
_OF_STATES: Final = word_set(
    "government authorities cabinet parliament police army military navy senate troops soldiers"
)
"""Bodies that a state has one of, so that they need not be said to be of it."""
_ALL_OF: Final = word_set("de facto central federal national interim transitional elected current")
"""Adjectives of a government that is still that of its state."""
_ONE_OF_MANY: Final = word_set("a an another some every each no its their his her both two")
_PEOPLE: Final = word_set(
    "leader president minister man woman politician official diplomat envoy state delegation"
)
"""Nouns that mean those who did something together, where their number fits."""
_THEY: Final = word_set("they them their")
_NEAR: Final = 1
"""How many sentences back those may have been told whom "they" means."""
_GOVERNING: Final = word_set(
    "government authority authorities official administration leadership regime cabinet embassy "
    "consulate delegation"
)
"""Nouns that mean somebody though it is open whose they are."""
_STANDING_FOR: Final = word_set(
    "troop soldier force leader negotiator envoy diplomat representative member delegate"
)
"""Nouns whose plural, if it tells no more than whose they are, means the state or body itself."""
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
_FACING: Final = word_set("neighbour neighbor rival foe adversary opponent counterpart")
_OTHER: Final = frozenset(("other", "neighbouring", "neighboring", "opposing", "rival"))
_NUMBERS: Final = {"both": 2, "two": 2, "three": 3, "four": 4}
_SPEAKERS: Final = word_set("we us our ours ourselves i me my mine myself")
_PLURAL: Final = word_set("we us our ours ourselves")


@cache
def nouns() -> dict[str, str]:
    """Return the common nouns that mean somebody, each with the list that it stands in."""
    content = files("demarche_ingest.extractors.rules").joinpath("people.yaml").read_text("utf-8")
    lists = cast("dict[str, str]", yaml.safe_load(content))
    return {word: name for name, words in lists.items() for word in words.split()}


@cache
def seats() -> dict[str, tuple[str, str]]:
    """Return who governs from a place of the world's tables: id and label, where it is one."""
    labels = {one.id: one.label for one in world().actors}
    found: dict[str, set[str]] = {}
    for row in world().metonyms:
        found.setdefault(row.place, set()).add(row.actor)
    return {
        place: (actor, labels[actor])
        for place, actors in found.items()
        for actor in actors
        if len(actors) == 1 and actor in labels
    }


Speaker = Callable[[Span], "Agent | None"]
"""Who speaks at a place of the text."""
_TOGETHER: Final = frozenset(("leaders", "ministers", "members", "heads", "states"))
"""Those who are a body when they act together in its name (codebook §6.1.4)."""


class Agents:
    """The actors of one article. known: what is known of its mentions, by id."""

    def __init__(
        self, mentions: Iterable[Mention], known: Mapping[str, Entity], parties: Parties
    ) -> None:
        self.memory = Memory(parties)
        self.entities = known
        self.parties = parties
        self._mentions = sorted(mentions, key=lambda one: (one.span.start, -one.span.end))

    def sentence(self, words: Words, speaker: Speaker | None = None) -> SentenceAgents:
        """Return the actors of a sentence. speaker: tells who says "I" and "we" at a place."""
        span = words.parse.span
        inside = [one for one in self._mentions if span.covers(one.span)]
        return SentenceAgents(words, inside, self, speaker)

    def note(self, together: Iterable[Found], where: Span) -> None:
        """Remember who did something together, whom "they" and "both" may mean after it."""
        self.memory.note(tuple(together), where)


class Memory:
    """Who was spoken of before in an article: those told together, and groups by their nouns."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._together: tuple[tuple[Found, ...], int] = ((), 0)
        self._groups: dict[str, Found] = {}

    def note(self, together: tuple[Found, ...], where: Span) -> None:
        if len(together) > 1:
            self._together = (together, self._parties.sentence(where.start))

    def together(self, where: Span, number: int = 0) -> tuple[Found, ...]:
        """Return who was told together in the sentence before; number: how many, 0 for any."""
        found, sentence = self._together
        back = self._parties.sentence(where.start) - sentence
        if not 0 < back <= _NEAR or (number and len(found) != number):
            return ()
        return tuple(Found(one.agent, one.certainty * SURE, one.beyond) for one in found)

    def keep(self, noun: str, group: Found) -> None:
        """Remember a group of a state or body by its noun."""
        self._groups[noun] = group

    def group(self, noun: str) -> Found | None:
        """Return the group that a noun without more may mean again ("the opposition")."""
        return self._groups.get(noun)


class SentenceAgents:
    """The actors of one sentence, by the words that its parse has in roles."""

    def __init__(
        self,
        words: Words,
        mentions: list[Mention],
        article: Agents,
        speaker: Speaker | None,
    ) -> None:
        self._words, self._speaker = words, speaker
        self.known, self._parties = article.entities, article.parties
        self._memory = article.memory
        self._covering: dict[int, list[Mention]] = {}
        for mention in mentions:
            for at, token in enumerate(words.tokens):
                if mention.span.start <= token.span.start < mention.span.end:
                    self._covering.setdefault(at, []).append(mention)
        self._known: dict[tuple[int, bool], list[Found]] = {}

    def at(self, place: int, *, acts: bool = False) -> list[Found]:
        """Return who a word means, its noun phrase taken whole; nobody where it is no actor.

        acts: it stands where only actors do, so that a place means who governs there.
        """
        key = (place, acts)
        if key not in self._known:
            self._known[key] = list(self._resolve(place, acts))
        return self._known[key]

    def all(self, places: Iterable[int], *, acts: bool = False) -> list[Found]:
        """Return the actors of several words, each once."""
        found: dict[str, Found] = {}
        for place in places:
            for one in self.at(place, acts=acts):
                found.setdefault(one.agent.id, one)
        return list(found.values())

    def seats(self, places: Iterable[int]) -> list[Found]:
        """Return who governs from the places that words name ("to Bamako": Mali)."""
        found: dict[str, Found] = {}
        for place in places:
            for one in self.at(place, acts=True) or self._seat(place):
                found.setdefault(one.agent.id, one)
        return list(found.values())

    def both(self, place: int) -> list[Found]:
        """Return the two states that the article is about where a word stands."""
        return list(self._parties.together(self._words.tokens[place].span, 2))

    def named(self, place: int) -> list[Found]:
        """Return the known actor that a word names, or whose adjective it is; "our": who speaks."""
        if self._words.tokens[place].upos == "PRON" and self._is_speaker(place):
            return [one for one in self._speaking(place) if not one.agent.is_new]
        names = [one for one in self._covering.get(place, ()) if one.how in _NAMING]
        return [
            Found(one.agent, one.certainty * 0.8, one.beyond)
            for mention in names[-1:]
            for one in self._of_mention(mention, True)
            if not one.agent.is_new
        ] or [Found(one.agent, 0.65, one.beyond) for one in self._seat(place)]

    def kind(self, place: int) -> str:
        """Return the class of what a word names, "" where that is not told."""
        mention = self.mention(place)
        if mention is None:
            return ""
        entity = self.known.get(mention.target or "")
        if entity is not None:
            return entity.type
        return mention.proposal.kind if mention.proposal is not None else ""

    def _seat(self, place: int) -> list[Found]:
        mention = self.mention(place)
        seat = seats().get(mention.target or "") if mention is not None else None
        if mention is None or seat is None:
            return []
        agent = Agent(*seat, mention.span)
        return [Found(agent, 0.8, self._beyond(mention))]

    # --- mentions ----------------------------------------------------------------------------

    def mention(self, place: int) -> Mention | None:
        """Return the smallest mention that a word stands in as its head, or as part of a name."""
        best = None
        for one in self._covering.get(place, ()):
            head = self._words.tokens[self._words.tokens[place].head].span
            own = self._words.tokens[place].head == place
            if own or not one.span.covers(head) or one.how in ("name", "unknown", "metonym"):
                best = one
        return best

    def _resolve(self, place: int, acts: bool) -> Iterator[Found]:
        mention = self.mention(place)
        token = self._words.tokens[place]
        is_count = token.upos == "NUM" and any(self._words.oblique(place, "of"))
        if mention is not None and not is_count:
            found = list(self._of_mention(mention, acts))
            if found or mention.how not in ("unknown", "pronoun"):
                yield from found or self._beside(place, acts)
                return
        if token.upos in ("PRON", "DET") and self._is_speaker(place):
            yield from self._speaking(place)
            return
        if self._is_other(place):
            yield from self._opposite(place)
            return
        together = self._number(place)
        if together:
            own = {self._parties.party(one.agent) for one in self._leading(place)}
            yield from self._memory.together(token.span, together) or (
                self._parties.together(token.span, together, own)
            )
            return
        if self._words.lemmas[place] in _THEY and token.upos == "PRON":
            yield from self._memory.together(token.span)
            return
        yield from self._of_noun(place)

    def _is_speaker(self, place: int) -> bool:
        token = self._words.tokens[place]
        return self._words.lemmas[place] in _SPEAKERS or token.text.lower() in _SPEAKERS

    def _is_other(self, place: int) -> bool:
        """Tell whether a word is the other of two states ("its neighbour", "the other side")."""
        words = self._words
        lemma = words.lemmas[place]
        if lemma in _SIDES and any(words.lemmas[one] in _OTHER for one in words.of(place, "amod")):
            return True
        if any(self._is_known(kid) for kid in words.of(place, "amod", "compound")):
            return False  # "his Armenian counterpart"
        whose = (words.tokens[one].upos for one in words.of(place, "nmod:poss"))
        return lemma in _FACING and words.tokens[place].xpos == "NN" and "PRON" in whose

    def _opposite(self, place: int) -> Iterator[Found]:
        """Yield the other party: than whom it is said to be of, or than who leads the sentence."""
        words = self._words
        own: list[Found] = []
        for kid in words.of(place, "nmod:poss"):
            own += self.at(kid, acts=True)
        if not own:
            own = self._leading(place)
        sides = {self._parties.party(one.agent) for one in own}
        yield from self._parties.others(sides, words.tokens[place].span)

    def _leading(self, place: int) -> list[Found]:
        """Return who does what the clause of a word tells, if that is not the word itself."""
        words = self._words
        for above in words.above(place):
            if words.is_verb(above):
                subjects = words.subjects(above)
                return [] if place in subjects else self.all(subjects, acts=True)
        return []

    def _number(self, place: int) -> int:
        """Return how many states a word means together: "both", "the two sides"; 0 for none."""
        words = self._words
        if words.lemmas[place] == "both" and words.tokens[place].upos in ("DET", "PRON"):
            return 2
        is_side = words.lemmas[place] in _SIDES
        counted = [words.lemmas[kid] for kid in words.of(place, "nummod", "det", "det:predet")]
        if is_side and {"each", "either", "neither"} & set(counted):
            return 2
        number = next((_NUMBERS[one] for one in counted if one in _NUMBERS), 0)
        told = self._memory.together(words.tokens[place].span, number)
        return number if is_side or (told and words.lemmas[place] in _PEOPLE) else 0

    def _beside(self, place: int, acts: bool) -> Iterator[Found]:
        """Yield who a name set beside a word means ("the regional bloc IGAD")."""
        for kid in self._words.of(place, "appos", "flat"):
            mention = self.mention(kid)
            if mention is not None:
                yield from self._of_mention(mention, acts)
                return

    def _of_mention(self, mention: Mention, acts: bool) -> Iterator[Found]:
        sure = 0.85 if mention.how in ("pronoun", "description") else 1.0
        if mention.members:
            for one in mention.members:
                yield self._known_agent(one, mention, 0.8)
        elif mention.target is not None:
            if not self._is_place(mention.target):
                yield self._known_agent(mention.target, mention, sure)
            elif acts and mention.how in ("place", "name", "metonym"):
                yield from self._governing(mention)
        elif mention.proposal is not None:
            yield from self._proposed(mention, sure)
        elif mention.how in ("place", "metonym") and acts:
            yield from self._governing(mention)

    def _governing(self, mention: Mention) -> Iterator[Found]:
        actors = [one for one in mention.candidates if not self._is_place(one)]
        if len(actors) == 1:
            yield self._known_agent(actors[0], mention, 0.8)

    def _proposed(self, mention: Mention, sure: float) -> Iterator[Found]:
        proposal = mention.proposal
        if proposal is None or proposal.kind in _NOBODY or not local_name(proposal.label):
            return
        of = proposal.of
        if not of and proposal.kind == "Office":
            of = self._parties.leading(mention.span)
        if self._stands_for(proposal.label) and of in self.known:
            yield self._known_agent(of, mention, sure * 0.9)
            return
        label = self._whole(proposal.label, proposal.kind, of)
        sure *= 0.95 if proposal.kind else 0.75
        agent = Agent(local_name(label), label, mention.span, True, proposal.kind, of=of)
        yield Found(agent, sure, self._beyond(mention))

    @staticmethod
    def _stands_for(label: str) -> bool:
        """Tell whether a label is that of a mission, which speaks for its state."""
        body, _, _ = label.partition(" of ")
        return bool(_MISSIONS.intersection(body.lower().split()[-1:]))

    def _whole(self, label: str, kind: str, of: str) -> str:
        """Return a label that tells an office or a body from those of others."""
        whose = self._label(of)
        if kind in ("Office", "GovernmentBody") and whose and whose not in label:
            return f"{label} of {whose}"
        return label

    def _known_agent(self, name: str, mention: Mention, sure: float) -> Found:
        return Found(known_agent(name, self.known, mention.span), sure, self._beyond(mention))

    @staticmethod
    def _beyond(mention: Mention) -> tuple[Span, ...]:
        return (mention.span, *mention.chain[:1])

    def _label(self, name: str) -> str:
        entity = self.known.get(name)
        return entity.label if entity is not None else ""

    def _is_place(self, name: str) -> bool:
        entity = self.known.get(name)
        return entity is not None and entity.is_place

    def _speaking(self, place: int) -> Iterator[Found]:
        """Yield who "I" and "we" are: who speaks, or whom they speak for."""
        span = self._words.tokens[place].span
        speaker = self._speaker(span) if self._speaker is not None else None
        if speaker is None:
            return
        is_plural = self._words.tokens[place].text.lower() in _PLURAL
        if is_plural and COMMENTER.fullmatch(speaker.id):
            return
        if is_plural and speaker.of:
            label = self._label(speaker.of)
            if label:
                yield Found(Agent(speaker.of, label, span), 0.75, (span,))
                return
        yield Found(
            Agent(speaker.id, speaker.label, span, speaker.is_new, speaker.kind, speaker.of),
            0.8,
            (span,),
        )

    # --- common nouns ------------------------------------------------------------------------

    def _of_noun(self, place: int) -> Iterator[Found]:
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
        if owners and self._is_standing_for(place):
            kind = "speak_for"
        if kind == "speak_for" and _ALL_OF.issuperset(self._modifiers(place)):
            owners = owners or list(self._leaders(place))
            yield from self._spoken_for(lemma, owners)
            if owners:
                return
        if kind == "speak_for":
            kind = "GovernmentBody"
            if not owners and lemma not in _GOVERNING:
                return
        if kind == "GovernmentBody" and not owners and lemma in _OF_STATES:
            owners = list(self._leaders(place))
        if self._words.tokens[place].text.lower() in _TOGETHER and (
            bodies := [one for one, _ in owners if self._parties.is_body(one.agent)]
        ):
            for one in bodies:
                self._memory.keep(lemma, one)
            yield from bodies
        elif len(owners) > 1:
            yield from (self._group(place, kind, [one]) for one in owners)
        else:
            yield self._group(place, kind, owners)

    def _spoken_for(self, lemma: str, owners: list[tuple[Found, str]]) -> list[Found]:
        """Return whom those mean who stand for them, and remember it ("the leaders")."""
        meant = [Found(one.agent, one.certainty * 0.9, one.beyond) for one, _ in owners]
        if len({one.agent.id for one in meant}) == 1 and lemma in _STANDING_FOR:
            self._memory.keep(lemma, meant[0])
        return meant

    def _is_standing_for(self, place: int) -> bool:
        """Tell whether a plural means those whose it is ("Uzbek troops", "leaders of ASEAN")."""
        lemma = self._words.lemmas[place]
        is_many = self._words.tokens[place].text.lower() != lemma
        return is_many and lemma in _STANDING_FOR and not self._modifiers(place)

    def _called(self, place: int) -> Iterator[Found]:
        """Yield whom a noun gives a name to ("its envoy to Libya, Jan Novak")."""
        words = self._words
        for kid in words.of(place, "appos"):
            mention = self.mention(kid)
            proposal = mention.proposal if mention is not None else None
            if mention is not None and proposal is not None and proposal.kind in ("Person", ""):
                yield from self._of_mention(mention, True)
                return

    def _hosts(self, place: int, kind: str) -> Iterator[tuple[Found, str]]:
        """Yield the state that people are in ("a court in Hanoi", "officials in Vilnius")."""
        if kind == "ArmedGroup":
            return
        for one in self.seats(self._words.oblique(place, "in")):
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
        doers = [one.agent for one in self._leading(place)] if is_one else []
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
            for one in self._resolve(kid, False):
                counted = [kid, place]
                yield Found(one.agent, one.certainty * 0.9, one.beyond)
        token = words.tokens[place]
        is_open = all(words.tokens[kid].upos == "PRON" for kid in counted)
        is_role = is_open and token.deprel in ("nsubj", "nsubj:pass", "obj")
        if is_role and (counted or words.lemmas[place] in _HEADS or token.text.isdecimal()):
            yield Found(Agent("people", "people", token.span, True, "Public", ""), 0.6, ())

    def _group(self, place: int, kind: str, owners: list[tuple[Found, str]]) -> Found:
        words = self._words
        is_again = not owners and not self._modifiers(place) and self._is_definite(place)
        if is_again and (before := self._memory.group(words.lemmas[place])) is not None:
            return Found(before.agent, before.certainty * 0.85, before.beyond)
        name = " ".join([*self._modifiers(place), words.tokens[place].text]).lower()
        of = ""
        if owners:
            owner, preposition = owners[0]
            name = f"{name} {preposition} {owner.agent.label.removeprefix('authorities of ')}"
            of = owner.agent.id if not owner.agent.is_new else owner.agent.of
        agent = Agent(local_name(name), name, words.tokens[place].span, True, kind, of)
        found = Found(agent, 0.85 if owners else 0.75, (words.tokens[place].span,))
        if owners:
            self._memory.keep(words.lemmas[place], found)
        return found

    def _is_definite(self, place: int) -> bool:
        return any(self._words.lemmas[kid] == "the" for kid in self._words.of(place, "det"))

    def _modifiers(self, place: int) -> list[str]:
        """Return the nouns and adjectives before a noun that are no names."""
        words = self._words
        return [
            words.tokens[kid].text
            for kid in words.of(place, "compound", "amod")
            if kid < place
            and not self._is_known(kid)
            and words.tokens[kid].text.isalpha()
            and not words.has(kid, "punct")  # "US-based"
            and (not kid or words.tokens[kid - 1].text != "-")
            and words.tokens[kid].upos != "NUM"
            and words.lemmas[kid] not in _QUANTITIES
        ]

    def _is_known(self, place: int) -> bool:
        return any(
            one.how in ("demonym", "name", "metonym") for one in self._covering.get(place, ())
        )

    def owners(self, noun: int) -> Iterator[tuple[Found, str]]:
        """Yield whose a thing is, with the preposition that a label has ("of", "from")."""
        words = self._words
        is_facing = words.lemmas[noun] in _FACING
        for kid in words.of(noun, "nmod:poss", "compound", "amod"):
            if is_facing and words.tokens[kid].upos == "PRON":
                continue
            if words.tokens[kid].deprel == "nmod:poss" or self._is_known(kid):
                for one in self._owning(kid):
                    yield one, "of"
        cases = ("of", "from", "for") if words.lemmas[noun] in _SPEAKING_FOR else ("of", "from")
        for case in cases:
            if case == "of" and self._is_charged(noun):
                continue
            for one in self.all(words.oblique(noun, case), acts=case != "from"):
                yield one, "of" if case == "for" else case

    def _is_charged(self, noun: int) -> bool:
        """Tell whether the one "of" behind a noun is its verb's ("accused the army of theft")."""
        words = self._words
        head = words.tokens[noun].head
        is_one = words.lemmas[head] in _CHARGING and noun in words.of(head, "obj", "nsubj:pass")
        after = words.lemmas[noun + 1 : noun + 12]
        return is_one and after.count("of") == 1

    def _owning(self, place: int) -> list[Found]:
        mention = self.mention(place)
        if mention is None:
            for one in self._covering.get(place, ()):
                if one.how in ("demonym", "name", "metonym"):
                    mention = one
        if mention is None:
            return self.at(place, acts=True)
        found = list(self._of_mention(mention, True))
        for kid in self._words.of(place, "conj"):
            found += self._owning(kid)
        return found
