"""Which frame a word fits, and who stands in its roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from demarche_ingest.extractors.rules.agents import SentenceAgents
from demarche_ingest.extractors.rules.common_nouns import nouns
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.frames import Frame, Frames, Pattern
from demarche_ingest.extractors.rules.parties import Found
from demarche_ingest.extractors.rules.recall import deeds
from demarche_ingest.extractors.rules.slots import Slots
from demarche_ingest.extractors.rules.words import Words
from demarche_ontology import terms

_KINDS: Final = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective"}
_KINDS_WANTED: Final = frozenset((("none",), ("any",), ("actor",), ("place",)))
_OPEN: Final = word_set("ally neighbour neighbor everyone anyone others")
_STRAIGHT: Final = frozenset(("object", "indirect", "to", "target"))
_DEEDS: Final = frozenset(("accuse", "aid", "assault", "coerce", "reject", "retreat", "sanction"))
"""Categories of what is done to somebody, and told in the passive where nobody knows by whom."""
_UNDOING: Final = frozenset(("ease", "easing"))
"""Frames of acts by which others end that a noun tells."""
_NAMING: Final = word_set("name identify quote cite")
_PERSONS: Final = word_set("he she him her they them")
_WEAPONS: Final = word_set(
    """
    bomb mine grenade shell rocket missile bullet landmine gunfire fire gunshot shrapnel mortar
    clash fighting crossfire shellfire blast
    """
)
_BRINGING: Final = word_set(
    """
    announce order launch conduct begin start continue resume carry stage declare complete undertake
    commit pursue lead mount approve extend decree plan initiate oversee authorise authorize
    """
)
"""Verbs whose subject does what the noun in their object tells."""
_JUDGING: Final = frozenset(("accuse", "reject", "support"))
_DONE_TO: Final = frozenset(("object", "target", "indirect", "at", "against"))
_GIVEN: Final = frozenset(("agree", "aid", "consult", "cooperate", "request", "support"))


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that a word fits.

    at: the word. used: words that are part of what it says. is_told: whether somebody stands where
    recipients do, though it is open who. is_shared: whether it is mutual, and all who do it are its
    subject.
    """

    pattern: Pattern
    at: int
    used: tuple[int, ...]
    actors: tuple[Found, ...]
    recipients: tuple[Found, ...]
    affected: tuple[Found, ...]
    is_told: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Lexical:
    """A frame that a word fits by its words, whether or not anybody takes part."""

    pattern: Pattern
    at: int
    used: tuple[int, ...]


class Matcher:
    """Finds frames in a sentence."""

    def __init__(self, frames: Frames, words: Words, agents: SentenceAgents) -> None:
        self._frames, self._words, self._agents = frames, words, agents
        self.slots = Slots(words, agents)
        self.lexical: list[Lexical] = []
        self._present = frozenset(words.lemmas)

    def matches(self) -> list[Match]:
        """Return the frames that words fit, in the order of the text, one a word."""
        found = [match for at in range(len(self._words.tokens)) for match in self._at(at)]
        used = {place for match in found for place in match.used if not self._goes_back(match)}
        return [
            match
            for match in found
            if match.at not in used
            and not self._is_ended(match)
            and not self._is_for_silence(match.at)
            and not self._is_question(match.at)
        ]

    @staticmethod
    def _goes_back(match: Match) -> bool:
        """Tell whether an act takes another for done, which is one of its own ("lifted a ban")."""
        return match.pattern.category == "concede" and match.pattern.frame.id in _UNDOING

    def _is_for_silence(self, at: int) -> bool:
        """Tell whether a source only asks to stay unnamed ("who asked not to be named")."""
        words = self._words
        return any(
            words.lemmas[kid] in _NAMING
            and words.is_passive(kid)
            and any(words.lemmas[one] in ("not", "never") for one in words.of(kid, "advmod"))
            for kid in words.of(at, "xcomp")
        )

    def _is_question(self, at: int) -> bool:
        """Tell whether somebody only wants to know something ("asked whether", "asked if")."""
        words = self._words
        if words.lemmas[at] != "ask":
            return False
        return any(words.mark(clause) in ("whether", "if") for clause in words.of(at, "ccomp"))

    def _is_ended(self, match: Match) -> bool:
        """Tell whether a noun's act is what its verb brings to nothing ("cut its aid to")."""
        words, at = self._words, match.at
        if words.is_verb(at) or match.pattern.category not in _GIVEN:
            return False
        ends = words.lemmas[words.tokens[at].head] in self._frames.classes.get("ending", ())
        return ends and words.tokens[at].deprel in ("obj", "nsubj:pass")

    def _at(self, at: int) -> Iterator[Match]:
        kind = _KINDS.get(self._words.tokens[at].upos, "")
        first: Lexical | None = None
        halved: tuple[Lexical, Match] | None = None
        for pattern in self._patterns(at, kind):
            lexical = self._tried(pattern, at)
            if lexical is None:
                continue
            first = first or lexical
            match = self._filled(pattern, at, lexical.used)
            if match is None:
                continue
            if not match.recipients and pattern.category in terms.REQUIRES_RECIPIENT:
                halved = halved or (lexical, match)
                continue  # another frame may do without
            self.lexical.append(lexical)
            yield match
            return
        if halved is not None:
            self.lexical.append(halved[0])
            yield halved[1]
        elif first is not None:
            self.lexical.append(first)

    def _is_said(self, at: int) -> bool:
        """Tell whether a place is what is said of somebody ("is in Lima", "Envoy in Lima")."""
        words = self._words
        if words.has(at, "cop"):
            return True
        head = words.tokens[at].head
        is_verbless = not any(token.upos in ("VERB", "AUX") for token in words.tokens)
        return is_verbless and words.tokens[head].head == head != at

    def _patterns(self, at: int, kind: str) -> Iterator[Pattern]:
        """Yield what a word may fit: of a verb with a particle, first what asks for both."""
        lemma = self._words.lemmas[at]
        if kind != "verb" and self._words.case(at) == "in" and self._is_said(at):
            yield from self._frames.of("verb", "be_in")  # "is in Lima", where Lima is the place
        if (kind, lemma) not in self._frames.index:
            return
        particle = self._words.particle(at) if kind == "verb" else ""
        if particle:
            yield from self._frames.of(kind, f"{lemma}_{particle}")
        if not particle or not self._words.is_bound(at):
            yield from self._frames.of(kind, lemma)

    def _tried(self, pattern: Pattern, at: int) -> Lexical | None:
        used: list[int] = []
        for slot, wanted in pattern.frame.where.items():
            places = self._fitting(at, slot, wanted)
            if places is None:
                return None
            if slot != "clause" or pattern.frame.clause != "keep":
                used += places
        return Lexical(pattern, at, tuple(used))

    def _fitting(self, at: int, slot: str, wanted: tuple[str, ...]) -> list[int] | None:
        """Return the words of a slot that are wanted there, none that count; None if it fails."""
        if slot in ("mark", "case"):
            before = self._words.mark(at) if slot == "mark" else self._words.case(at)
            return [] if before in wanted else None
        if wanted in _KINDS_WANTED:
            return self._of_kind(at, slot, wanted)
        words, kinds = self._frames.wanted(wanted)
        if not kinds and "people" not in words and self._present.isdisjoint(words):
            return None
        return [
            one
            for one in self.slots.counted(at, slot)
            if self._words.lemmas[one] in words
            or (kinds and self._agents.kind(one) in kinds)
            or ("people" in words and self._agents.is_people(one))
        ] or None

    def _of_kind(self, at: int, slot: str, wanted: tuple[str, ...]) -> list[int] | None:
        if wanted == ("actor",):
            return [] if self.slots.actors(at, (slot,)) else None
        places = self.slots.places(at, slot)
        if wanted == ("none",):
            return None if places else []
        if wanted == ("any",):
            return [] if places else None
        named = any(self._agents.mention(one) is not None for one in places)
        return [] if named else None

    def _filled(self, pattern: Pattern, at: int, used: tuple[int, ...]) -> Match | None:
        frame = pattern.frame
        actors = self.slots.actors(at, frame.actors) or self._bringing_about(at)
        judges = pattern.category in _JUDGING and self._is_it(at)
        recipients = () if judges else self.slots.actors(at, frame.recipients)
        is_open = pattern.category == "accuse" and self._is_pronoun(at)
        if frame.recipients and not recipients and pattern.category in _GIVEN:
            recipients = tuple(self.slots.seated(at, frame.recipients))
        near = not is_open and not self._is_counted(at) and not self._is_somebody_said(at)
        if frame.recipients and not recipients and near:
            recipients = self._nearby(at, actors, used)
        if frame.mutual or self._each_other(at):
            recipients = actors = _joined(actors, recipients)
        else:
            doing = {one.agent.id for one in actors}
            if "visit" in frame.modes:
                doing |= {one.agent.of for one in actors}  # at home
            recipients = tuple(one for one in recipients if one.agent.id not in doing)
        affected = self.slots.actors(at, frame.affected)
        roles = {"actors": actors, "recipients": recipients, "affected": affected}
        lacking = [need for need in frame.needs if not roles[need]]
        is_open = lacking == ["actors"] and pattern.category in _DEEDS
        may_lack = (is_open and self._is_open_who(at, frame.recipients)) or (
            lacking == ["actors"] and self._is_agentless(at, frame)
        )
        if lacking and not may_lack:
            return None
        if frame.least > 1 and len(actors) < frame.least:
            return None
        acting = self.slots.places(at, "subject") if frame.actors and not actors else []
        is_deed = pattern.category in _DEEDS and all(self._is_deed(place) for place in acting)
        if acting and not is_deed:
            return None  # it is told who, but not known
        is_told = not recipients and (is_open or self._is_somebody(at, frame.recipients))
        subjects = {one.agent.id for one in self.slots.actors(at, ("subject",))}
        is_shared = frame.mutual and {one.agent.id for one in actors} <= subjects
        return Match(pattern, at, used, actors, recipients, affected, is_told, is_shared)

    def _bringing_about(self, at: int) -> tuple[Found, ...]:
        """Return who brings about what a noun tells: "Italy announced a suspension of flights"."""
        words = self._words
        head, relation = words.tokens[at].head, words.tokens[at].deprel
        if words.is_verb(at) or relation not in ("obj", "nsubj:pass") or not words.is_verb(head):
            return ()
        return self.slots.actors(head, ("subject",)) if words.lemmas[head] in _BRINGING else ()

    def _is_agentless(self, at: int, frame: Frame) -> bool:
        """Tell whether a passive without agent is told of a thing that its frame asks for.

        "A curfew was imposed", "the road has been reopened": who did it is open (codebook 6.1.7).
        """
        words = self._words
        if not words.is_verb(at) or not words.is_passive(at) or words.doers(at):
            return False
        return any(
            "object" in slot.split("+") and wanted not in _KINDS_WANTED
            for slot, wanted in frame.where.items()
        )

    def _is_open_who(self, at: int, slots: Iterable[str]) -> bool:
        """Tell whether a passive has no agent, but whom it is done to ("a Greek ship was seized").

        slots: where recipients stand.
        """
        words = self._words
        if not words.is_verb(at):
            return False
        doers = words.doers(at)
        by_deed = bool(doers) and all(self._is_deed(place) for place in doers)
        if not by_deed and (doers or not words.is_passive(at)):
            return False
        done_to = [slot for slot in slots if slot.partition(".")[0] in _DONE_TO]
        return bool(self.slots.actors(at, done_to))

    def _is_deed(self, place: int) -> bool:
        """Tell whether an act or a weapon does something, so that it is open who does."""
        lemma = self._words.lemmas[place]
        return lemma in _WEAPONS or "assault" in deeds().get(lemma, ())

    def _is_pronoun(self, at: int) -> bool:
        """Tell whether the object is a pronoun that is open: then it is no other."""
        words = self._words
        return any(words.tokens[kid].upos == "PRON" for kid in words.of(at, "obj"))

    def _is_it(self, at: int) -> bool:
        """Tell whether what is judged is "it", which may be what was told ("condemned it")."""
        words = self._words
        return words.is_verb(at) and any(
            words.lemmas[kid] == "it" and self._agents.mention(kid) is None
            for kid in words.of(at, "obj")
        )

    def _is_somebody_said(self, at: int) -> bool:
        """Tell whether a pronoun for people stands where they are done to ("thanked him for")."""
        words = self._words
        return words.is_verb(at) and any(
            words.lemmas[kid] in _PERSONS and words.tokens[kid].upos == "PRON"
            for kid in words.of(at, "obj", "iobj")
        )

    def _is_somebody(self, at: int, slots: Iterable[str]) -> bool:
        """Tell whether a noun that means somebody stands in a slot, though it is open who."""
        lemmas = self._words.lemmas
        return any(
            lemmas[place] in nouns() or lemmas[place] in _OPEN
            for slot in slots
            if slot in _STRAIGHT
            for place in self.slots.places(at, slot)
        )

    def _is_destination(self, at: int, kid: int) -> bool:
        """Tell whether a capital is but where a thing goes ("supports a railway to Kampala")."""
        mention = self._agents.mention(kid)
        is_place = mention is not None and mention.how in ("metonym", "place")
        return is_place and self._words.tokens[kid].deprel == "obl" and self._words.has(at, "obj")

    def _nearby(
        self, at: int, actors: tuple[Found, ...], used: tuple[int, ...]
    ) -> tuple[Found, ...]:
        """Return the states and bodies that the first of what a word takes tells of."""
        own = {one.agent.id for one in actors} | {one.agent.of for one in actors}
        words = self._words
        undergoing = words.undergoers(at) if words.is_verb(at) and words.is_passive(at) else []
        for kid in (*self.slots.taken(at), *undergoing):
            if kid in used and words.tokens[kid].deprel != "obj":
                continue
            if self._is_destination(at, kid):
                continue
            found: dict[str, Found] = {}
            for place in self.slots.owning(kid):
                for one in self._agents.named(place):
                    if one.agent.id not in own:
                        found.setdefault(one.agent.id, one)
            if found:
                return tuple(found.values())[:2]
        return ()

    def _is_counted(self, at: int) -> bool:
        """Tell whether those it is done to are only counted ("95 were arrested")."""
        words = self._words
        return words.is_verb(at) and any(
            words.tokens[one].upos == "NUM" for one in words.undergoers(at)
        )

    def _each_other(self, at: int) -> bool:
        """Tell whether a word has "each other" or "one another" behind it."""
        lemmas = self._words.lemmas
        pairs = (("each", "other"), ("one", "another"))
        if any(self._is_each(one) for one in self._words.of(at, "nsubj")):
            return "other" in lemmas[at + 1 : at + 5]
        return any(
            pair in pairs
            for kid in self._words.kids[at]
            for pair in (tuple(lemmas[kid - 1 : kid + 1]), tuple(lemmas[kid : kid + 2]))
            if kid > at
        )

    def _is_each(self, place: int) -> bool:
        """Tell whether a word is one of both parties ("each side blamed the other")."""
        words = self._words
        return "each" in (words.lemmas[kid] for kid in (place, *words.of(place, "det")))


def _joined(some: Iterable[Found], others: Iterable[Found]) -> tuple[Found, ...]:
    found = {one.agent.id: one for one in others} | {one.agent.id: one for one in some}
    return tuple(found.values())
