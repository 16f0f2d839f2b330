"""Who the words in a role are: what mentions settle on, or a group that a common noun names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Final

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.rules.bodies import Bodies, is_organ
from demarche_ingest.extractors.rules.common_nouns import FACING, CommonNouns
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.memory import Memory
from demarche_ingest.extractors.rules.parties import SURE, Found, Parties
from demarche_ingest.extractors.rules.pronouns import PRONOUNS, Subjects
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.identity import COMMENTER, local_name
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span, Text
from demarche_ingest.world import world

_NOBODY: Final = frozenset(("Place", "Territory", "Treaty", "Event", "Issue"))
_NAMING: Final = frozenset(("name", "demonym", "metonym", "description", "place"))
_SIDES: Final = word_set(
    "side country state partner neighbour neighbor government nation capital party republic ally"
)
_MISSIONS: Final = word_set("embassy consulate")
_PEOPLE: Final = word_set(
    "leader president minister man woman politician official diplomat envoy state delegation"
)
"""Nouns that mean those who did something together, where their number fits."""
_LEADERS: Final = word_set("leader president minister premier ministers presidents leaders")
"""Nouns that mean two persons named before, where there are two of them."""
_NEAR_PAIR: Final = 2
"""How many sentences back these may be named."""
_THEY: Final = word_set("they them their")
_OTHER: Final = frozenset(("other", "neighbouring", "neighboring", "opposing", "rival"))
_NUMBERS: Final = {"both": 2, "two": 2, "three": 3, "four": 4}
_COUNTED: Final = ("nummod", "det", "det:predet", "cc:preconj")
_SPEAKERS: Final = word_set("we us our ours ourselves i me my mine myself")
_PLURAL: Final = word_set("we us our ours ourselves")
_STATE_OFFICES: Final = word_set("minister premier president chancellor secretary ambassador envoy")
"""Nouns of offices whose holders say "we" of their state."""


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


class Agents:
    """The actors of one article. known: what is known of its mentions, by id."""

    def __init__(
        self,
        mentions: Iterable[Mention],
        known: Mapping[str, Entity],
        parties: Parties,
        text: Text,
    ) -> None:
        self.memory = Memory(parties)
        self.entities = known
        self.parties = parties
        self._text = text
        self._mentions = sorted(mentions, key=lambda one: (one.span.start, -one.span.end))
        self._starts = [mention.span.start for mention in self._mentions]
        self.bodies = Bodies(self._mentions, known)

    def sentence(self, words: Words, speaker: Speaker | None = None) -> SentenceAgents:
        """Return the actors of a sentence. speaker: tells who says "I" and "we" at a place."""
        span = words.parse.span
        first, last = (bisect_left(self._starts, at) for at in (span.start, span.end))
        inside = [one for one in self._mentions[first:last] if span.covers(one.span)]
        found = SentenceAgents(words, inside, self, speaker)
        self.memory.follow(found.subjects, span)
        return found

    def two_before(self, where: Span) -> tuple[Found, ...]:
        """Return the two persons of different states named last, if they are named just before."""
        found: dict[str, Found] = {}
        here = self.parties.sentence(where.start)
        for mention in reversed(self._mentions):
            back = here - self.parties.sentence(mention.span.start)
            if mention.span.start >= where.start or mention.how == "pronoun":
                continue
            if back > _NEAR_PAIR:
                break
            for one in self._person(mention):
                if one.agent.of not in {other.agent.of for other in found.values()}:
                    found.setdefault(one.agent.id, one)
            if len(found) > 1:
                return tuple(found.values())[::-1]
        return ()

    def _person(self, mention: Mention) -> Iterator[Found]:
        """Yield the person that a mention names."""
        proposal = mention.proposal
        if proposal is not None and proposal.kind == "Person" and local_name(proposal.label):
            name = local_name(proposal.label)
            agent = Agent(name, proposal.label, mention.span, True, "Person", of=proposal.of)
            yield Found(agent, SURE, (mention.span,))
        elif mention.target is not None and mention.target in self.entities:
            known = known_agent(mention.target, self.entities, mention.span)
            if self.entities[mention.target].type == "Person":
                yield Found(known, SURE, (mention.span,))

    def spoken_for(self, speaker: Agent) -> str:
        """Return the state or body that a person means by "we", "" where that is not told."""
        if speaker.of:
            return speaker.of
        return self.served(speaker.id) if speaker.is_new else self.parties.side(speaker)

    def served(self, person: str) -> str:
        """Return the state or body of the office of a person whom reference data lack, or "".

        As a title has it; else, of an office of state, the state that the article was written in
        ("TUNIS – Interior Minister Sami Haddaji said").
        """
        titles = self._titles.get(person, ())
        owners = {one.proposal.of for one in titles if one.proposal and one.proposal.of}
        if len(owners) == 1:
            return owners.pop()
        if owners or not any(map(self._is_of_state, titles)):
            return ""
        return self._written_in

    def _is_of_state(self, title: Mention) -> bool:
        """Tell whether a title is one of a state, and no possessive before it says whose."""
        start = title.span.start
        before = self._text[Span(max(start - 2, 0), start)].strip()
        words = self._text[title.span].lower().split()
        return before[-1:] != "s" and not _STATE_OFFICES.isdisjoint(words)

    @cached_property
    def _titles(self) -> dict[str, list[Mention]]:
        """The titles of persons whom reference data lack, by the persons' ids."""
        found: dict[str, list[Mention]] = {}
        for one in self._mentions:
            if one.how == "title" and one.proposal is not None:
                found.setdefault(local_name(one.proposal.label), []).append(one)
        return found

    @cached_property
    def _written_in(self) -> str:
        """The state that governs the place of the dateline, "" where there is none."""
        places = (one.target or "" for one in self._mentions if one.rule == "dateline")
        return seats().get(next(places, ""), ("", ""))[0]

    def note(self, together: Iterable[Found], where: Span) -> None:
        """Remember who did something together, whom "they" and "both" may mean after it."""
        self.memory.note(tuple(together), where)


class SentenceAgents:
    """The actors of one sentence, by the words that its parse has in roles."""

    def __init__(
        self,
        words: Words,
        mentions: list[Mention],
        article: Agents,
        speaker: Speaker | None,
    ) -> None:
        self._words, self._speaker, self._article = words, speaker, article
        self.known, self._parties = article.entities, article.parties
        self._memory = article.memory
        self._covering: dict[int, list[Mention]] = {}
        for mention in mentions:
            for at, token in enumerate(words.tokens):
                if mention.span.start <= token.span.start < mention.span.end:
                    self._covering.setdefault(at, []).append(mention)
        self._known: dict[tuple[int, bool], list[Found]] = {}
        self._nouns = CommonNouns(self, words, self._parties, self._memory)
        self.subjects = Subjects(words, self, self._parties)

    def at(self, place: int, *, acts: bool = False) -> list[Found]:
        """Return who a word means, its noun phrase taken whole; nobody where it is no actor.

        acts: it stands where only actors do, so that a place means who governs there.
        """
        key = (place, acts)
        if key not in self._known:
            self._known[key] = []  # what is told by itself alone is told by nothing
            self._known[key] = list(self.resolve(place, acts))
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
            for one in self.of_mention(mention, True)
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

    def is_people(self, place: int) -> bool:
        """Tell whether a word means people by where they are from ("Algerians", "the Kurds")."""
        token = self._words.tokens[place]
        if token.upos == "NUM":  # "about 200 of them"
            return any(one.agent.is_new and one.agent.kind == "Public" for one in self.at(place))
        if token.xpos not in ("NNS", "NNPS"):
            return False
        mention = self.mention(place)
        return mention is not None and mention.how == "demonym"

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

    def name(self, place: int) -> Mention | None:
        """Return the name, adjective or capital that a word is in, the shortest one."""
        found = None
        for one in self._covering.get(place, ()):
            if one.how in ("demonym", "name", "metonym"):
                found = one
        return found

    def resolve(self, place: int, acts: bool) -> Iterator[Found]:
        mention = self.mention(place)
        token = self._words.tokens[place]
        is_count = token.upos == "NUM" and any(self._words.oblique(place, "of"))
        if mention is not None and not is_count:
            found = list(self.of_mention(mention, acts))
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
            own = {self._parties.party(one.agent) for one in self.leading(place)}
            yield from self._memory.together(token.span, together) or (
                self._pair(place, together) or self._parties.together(token.span, together, own)
            )
            return
        if self._words.lemmas[place] in PRONOUNS and token.upos == "PRON":
            yield from self._taken_up(place)
            return
        yield from self._nouns.at(place)

    def _taken_up(self, place: int) -> Iterator[Found]:
        """Yield whom a pronoun takes up that no mention settles."""
        words = self._words
        lemma, span = words.lemmas[place], words.tokens[place].span
        found = self.subjects.above(place)
        if not found and lemma in _THEY:
            found = list(self._memory.together(span))
        if not found:
            before = self._memory.subject(span)
            found = before.main(lemma) if before is not None else []
            doing = {one.agent.id for one in self.leading(place)}
            found = [one for one in found if one.agent.id not in doing]
        yield from found

    def _is_speaker(self, place: int) -> bool:
        token = self._words.tokens[place]
        if self._words.has(place, "det", "amod"):
            return False  # "against the mine"
        return self._words.lemmas[place] in _SPEAKERS or token.text.lower() in _SPEAKERS

    def _is_other(self, place: int) -> bool:
        """Tell whether a word is the other of two states ("its neighbour", "the other side")."""
        words = self._words
        lemma = words.lemmas[place]
        if lemma in _SIDES and any(words.lemmas[one] in _OTHER for one in words.of(place, "amod")):
            return True
        if any(self.name(kid) is not None for kid in words.of(place, "amod", "compound")):
            return False  # "his Armenian counterpart"
        whose = (words.tokens[one].upos for one in words.of(place, "nmod:poss"))
        return lemma in FACING and words.tokens[place].xpos == "NN" and "PRON" in whose

    def _opposite(self, place: int) -> Iterator[Found]:
        """Yield the other party: than whom it is said to be of, or than who leads the sentence."""
        words = self._words
        own: list[Found] = []
        for kid in words.of(place, "nmod:poss"):
            own += self.at(kid, acts=True)
        if not own:
            own = self.leading(place)
        sides = {self._parties.party(one.agent) for one in own}
        yield from self._parties.others(sides, words.tokens[place].span)

    def leading(self, place: int) -> list[Found]:
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
        token = words.tokens[place]
        is_pair = words.lemmas[place] == "both" or (
            words.lemmas[place] == "each" and token.deprel == "nsubj"
        )
        if is_pair and token.upos in ("DET", "PRON"):
            return 2
        is_side = words.lemmas[place] in _SIDES
        if self._are_the(place):
            return len(self._memory.together(token.span))
        counted = [words.lemmas[kid] for kid in words.of(place, *_COUNTED)]
        if is_side and {"each", "either", "neither"} & set(counted):
            return 2
        number = next((_NUMBERS[one] for one in counted if one in _NUMBERS), 0)
        told = self._memory.together(words.tokens[place].span, number) or self._pair(place, number)
        return number if is_side or (told and words.lemmas[place] in _PEOPLE) else 0

    def _are_the(self, place: int) -> bool:
        """Tell whether a bare plural means those told together ("the parties")."""
        words = self._words
        is_noun = words.lemmas[place] in _SIDES | _PEOPLE and words.tokens[place].xpos == "NNS"
        taken = {words.tokens[kid].deprel for kid in words.kids[place]} - {"punct", "case", "det"}
        return (
            is_noun and not taken and any(words.lemmas[k] == "the" for k in words.of(place, "det"))
        )

    def _pair(self, place: int, number: int) -> tuple[Found, ...]:
        """Return the two persons named last, where two are spoken of ("the two presidents")."""
        words = self._words
        if number != _NUMBERS["two"] or words.lemmas[place] not in _LEADERS:
            return ()
        return self._article.two_before(words.tokens[place].span)

    def _beside(self, place: int, acts: bool) -> Iterator[Found]:
        """Yield who a name set beside a word means ("the regional bloc IGAD")."""
        for kid in self._words.of(place, "appos", "flat"):
            mention = self.mention(kid)
            if mention is not None:
                yield from self.of_mention(mention, acts)
                return

    def of_mention(self, mention: Mention, acts: bool) -> Iterator[Found]:
        sure = 0.85 if mention.how in ("pronoun", "description") else 1.0
        if mention.members:
            for one in mention.members:
                yield self._known_agent(one, mention, 0.8)
        elif mention.target is not None:
            if not self._is_place(mention.target):
                yield self._known_agent(mention.target, mention, sure)
            elif acts and mention.how in ("place", "name", "metonym"):
                yield from self._governing(mention)
            elif acts and mention.how == "demonym" and (seat := seats().get(mention.target)):
                yield Found(Agent(*seat, mention.span), 0.8, self._beyond(mention))
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
        if not of and proposal.kind == "Person":
            of = self._article.served(local_name(proposal.label))
        if self._stands_for(proposal.label, of):
            yield self._known_agent(of, mention, sure * 0.9)
            return
        if " " not in proposal.label and (body := self._again(proposal.label, mention)):
            yield from self.of_mention(body, True)
            return
        label = self._whole(proposal.label, proposal.kind, of)
        sure *= 0.95 if proposal.kind else 0.75
        agent = Agent(local_name(label), label, mention.span, True, proposal.kind, of=of)
        yield Found(agent, sure, self._beyond(mention))

    def _stands_for(self, label: str, of: str) -> bool:
        """Tell whether a label is that of a mission, which speaks for its state, or of an organ."""
        body, _, _ = label.partition(" of ")
        is_mission = bool(_MISSIONS.intersection(body.lower().split()[-1:]))
        if of not in self.known:
            return False
        is_body = self._parties.is_body(Agent(of, self._label(of), None))
        return is_mission or (is_body and is_organ(label))

    def _again(self, noun: str, mention: Mention) -> Mention | None:
        """Return the mention of a body that is called by one noun again ("the Council")."""
        body = self._article.bodies.again(noun.lower(), mention.span.start)
        return body if body is not None and body.span != mention.span else None

    def named_again(self, place: int) -> list[Found]:
        """Return the body that a common noun calls again ("the ministry")."""
        span = self._words.tokens[place].span
        is_bare = not self._words.has(place, "det")
        body = self._article.bodies.again(self._words.lemmas[place], span.start, ahead=is_bare)
        if body is None:
            return []
        return [
            Found(one.agent, one.certainty * 0.9, one.beyond) for one in self.of_mention(body, True)
        ]

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
        of = self._article.spoken_for(speaker) if is_plural else ""
        if of in self._parties.all:
            yield self._parties.of(of, span)
            return
        if label := self._label(of):
            yield Found(Agent(of, label, span), 0.75, (span,))
            return
        yield Found(
            Agent(speaker.id, speaker.label, span, speaker.is_new, speaker.kind, speaker.of),
            0.8,
            (span,),
        )
