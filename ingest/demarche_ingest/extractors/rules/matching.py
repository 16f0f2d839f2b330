"""Which frame a word fits, and who stands in its roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from demarche_ingest.extractors.rules.agents import SentenceAgents, nouns
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.frames import Frames, Pattern
from demarche_ingest.extractors.rules.parties import Found
from demarche_ingest.extractors.rules.recall import deeds
from demarche_ingest.extractors.rules.words import Words

_ACTING: Final = frozenset(("subject", "host", "with", "against", "between", "by", "owner"))
"""Slots where only actors stand, so that a place there means who governs it."""
_TAKEN: Final = frozenset(("obj", "iobj", "obl", "xcomp", "ccomp", "advcl", "nmod", "nmod:poss"))
_WITHIN: Final = _TAKEN | {"amod", "compound", "conj", "nmod:poss", "acl", "flat"}
"""Relations by which what a word takes, and what is within that, hang on it."""
_AROUND: Final = word_set(
    """
    in at near after before since despite amid during like as via through under alongside without
    than until till within inside outside among because if while when unless although though
    besides including except according across around along
    """
)
"""Prepositions of what is around an act, and of others than those it is done to."""
_LOOSE: Final = frozenset(("to", "with", "from"))
_TOPICS: Final = frozenset(("of", "on", "about", "over"))
"""Prepositions of what a thing is about, behind which stands what belongs to the whole again."""
_GOALS: Final = frozenset(("to", "for", "into", "toward", "towards", "on", "about"))
_HELD: Final = frozenset(("nmod", "obl", "advcl", "acl"))
_BEARING: Final = word_set("in on for at during after before following ahead of amid upon within")
"""Prepositions of what somebody does or goes to ("after talks", "on a visit")."""
_KINDS: Final = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective"}
_KINDS_WANTED: Final = frozenset((("none",), ("any",), ("actor",), ("place",)))
_OPEN: Final = word_set("ally neighbour neighbor everyone anyone others")
_STRAIGHT: Final = frozenset(("object", "indirect", "to", "target"))
_OWN: Final = word_set("its their his her our my")
_DEEDS: Final = frozenset(("accuse", "aid", "assault", "coerce", "reject", "retreat", "sanction"))
"""Categories of what is done to somebody, and told in the passive where nobody knows by whom."""
_WEAPONS: Final = word_set(
    """
    bomb mine grenade shell rocket missile bullet landmine gunfire fire gunshot shrapnel mortar
    clash fighting crossfire shellfire blast
    """
)
_GOING: Final = word_set(
    "resignation departure removal ouster ousting dismissal impeachment overthrow exit sacking"
)
_DONE_TO: Final = frozenset(("object", "target", "indirect", "at", "against"))
_AMOUNTS: Final = word_set(
    """
    number dozen score hundred thousand million billion batch shipment consignment group series
    tonne ton kilo kilogram litre barrel truckload planeload cargo load package round piece pair
    set most some many part all half third quarter majority couple handful lot rest share few
    company team wave host string form act kind type sort bit bag crate box copy
    """
)
"""Nouns that only say how much there is of what follows."""
_GIVEN: Final = frozenset(("agree", "aid", "consult", "cooperate", "request", "support"))
_SHORT: Final = {
    "whose": ("object.owner", "object.by", "object.from", "object.of"),
    "target": ("object", "object.owner", "object.by", "object.from", "object.of"),
}
"""Slots that stand for several, tried in turn."""


def _spelled_out(slots: Iterable[str]) -> Iterator[str]:
    for slot in slots:
        yield from _SHORT.get(slot, (slot,))


@dataclass(frozen=True, slots=True)
class Match:
    """A frame that a word fits.

    at: the word. used: words that are part of what it says. is_told: whether somebody stands where
    recipients do, though it is open who.
    """

    pattern: Pattern
    at: int
    used: tuple[int, ...]
    actors: tuple[Found, ...]
    recipients: tuple[Found, ...]
    affected: tuple[Found, ...]
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Lexical:
    """A frame that a word fits by its words, whether or not anybody takes part."""

    pattern: Pattern
    at: int
    used: tuple[int, ...]


class Slots:
    """What stands in the slots of a word."""

    def __init__(self, words: Words, agents: SentenceAgents) -> None:
        self._words, self._agents = words, agents
        self._places: dict[tuple[int, str], list[int]] = {}
        self._steps: dict[str, Callable[[int], Iterable[int]]] = {
            "subject": self._subject,
            "object": self._object,
            "indirect": self._indirect,
            "clause": words.clauses,
            "infinitive": lambda at: [one for one in words.clauses(at) if words.mark(one) == "to"],
            "self": lambda at: [at],
            "owner": self._owner,
            "host": self._host,
            "bearer": self._bearer,
            "any": self._any,
            "ousted": self._ousted,
            "adverb": lambda at: words.of(at, "advmod", "discourse"),
            "xcomp": lambda at: words.of(at, "xcomp", "advmod", "amod", "obj"),
            "compound": lambda at: words.of(at, "compound", "amod"),
            "own": lambda at: [
                kid for kid in words.of(at, "nmod:poss") if words.lemmas[kid] in _OWN
            ],
            "aux": lambda at: words.of(at, "aux"),
            "if": words.conditions,
        }

    def places(self, at: int, slot: str) -> list[int]:
        """Return the words in a slot: `object`, `with`, `object.owner`, or several with `+`."""
        found: list[int] = []
        for path in slot.split("+"):
            found += [one for one in self._path(at, path) if one not in found]
        return found

    def counted(self, at: int, slot: str) -> list[int]:
        """Return the words in a slot, with what there is much or a part of ("tonnes of rice")."""
        return self._with_contents(self.places(at, slot))

    def _with_contents(self, found: list[int]) -> list[int]:
        words = self._words
        inner = [
            one
            for place in found
            if words.lemmas[place] in _AMOUNTS or words.tokens[place].upos in ("NUM", "SYM")
            for one in (*words.oblique(place, "of"), *words.oblique(place, "in"))
        ]
        return found + [one for one in inner if one not in found]

    def _path(self, at: int, path: str) -> list[int]:
        """Return the words that some steps lead to, looked for once."""
        if (at, path) not in self._places:
            before, _, last = path.rpartition(".")
            here = self._path(at, before) if before else [at]
            found = [one for place in here for one in self._step(place, last)]
            self._places[at, path] = found
        return self._places[at, path]

    def actors(self, at: int, slots: Iterable[str]) -> tuple[Found, ...]:
        """Return the actors in the first of some slots that has any."""
        for slot in _spelled_out(slots):
            found: dict[str, Found] = {}
            for path in slot.split("+"):
                for one in self._actors(at, path):
                    found.setdefault(one.agent.id, one)
            if found:
                return tuple(found.values())
        return ()

    def seated(self, at: int, slots: Iterable[str]) -> list[Found]:
        """Return who governs from the places that stand behind "to", "with" or "for"."""
        paths = [slot for slot in slots if slot.rpartition(".")[2] in ("to", "with", "for")]
        found = (self._agents.seats(self.places(at, path)) for path in paths)
        return next((some for some in found if some), [])

    def _actors(self, at: int, path: str) -> list[Found]:
        before, _, last = path.rpartition(".")
        if last == "parties":
            return self._agents.both(at)
        if last in ("seat", "host"):
            return self._agents.seats(self.places(at, before if last == "seat" else path))
        return self._agents.all(self.places(at, path), acts=last in _ACTING)

    def _step(self, at: int, step: str) -> Iterable[int]:
        known = self._steps.get(step)
        return known(at) if known is not None else self._oblique(at, step)

    def _oblique(self, at: int, preposition: str) -> list[int]:
        """Return what stands behind a preposition; of a verb, it may hang on the object."""
        words = self._words
        found = words.oblique(at, preposition)
        if not found and preposition == "by" and words.is_nominal(at):
            parts = words.oblique(at, "of")  # "the arrest of two of its sailors by China"
            return [one for part in parts for one in self._oblique(part, "by")]
        if found or not words.is_verb(at):
            return found
        things = self._with_contents(words.undergoers(at))
        found = [one for thing in things for one in words.oblique(thing, preposition)]
        if found or preposition not in _LOOSE:
            return found
        last = [kid for thing in (at, *things) for kid in words.of(thing, "nmod", "obl")]
        return [
            one
            for kid in last
            if words.case(kid) in _TOPICS and words.tokens[kid].upos == "NOUN"
            for one in words.oblique(kid, preposition)
        ]

    def _subject(self, at: int) -> list[int]:
        words = self._words
        if words.is_verb(at):
            return self._together(at, self._doers(at))
        if words.tokens[at].upos == "ADJ":
            return words.subjects(at)
        return [*self._owner(at), *words.oblique(at, "by"), *words.noun_subjects(at)]

    def _doers(self, at: int) -> list[int]:
        """Return who does what a verb says; of one that shares an idle subject, who is above."""
        words = self._words
        found = words.doers(at)
        if not words.is_passive(at):
            found = [one for place in found for one in self._behind_deed(place)]
        if words.is_passive(at) or words.has_own_subject(at) or self._agents.all(found, acts=True):
            return found
        if words.tokens[at].deprel != "conj":
            return found
        for above in words.above(at):
            if words.is_verb(above) and words.has_own_subject(above):
                subjects = words.subjects(above)
                if self._agents.all(subjects, acts=True):
                    return subjects
        return found

    def _behind_deed(self, place: int) -> list[int]:
        """Return whose an act is that does something itself ("shelling by the army killed")."""
        words = self._words
        if words.lemmas[place] not in deeds():
            return [place]
        return [*self._owner(place), *words.oblique(place, "by")] or [place]

    def _together(self, at: int, doers: list[int]) -> list[int]:
        """Return doers with those who do it along with them."""
        words = self._words
        beside = [one for place in (at, *doers) for one in words.company(place)]
        if doers and words.tokens[at].deprel != "xcomp":
            beside += [one for kid in words.of(at, "xcomp") for one in words.company(kid)]
        return [*doers, *(one for one in beside if one not in doers)] if doers else doers

    def _host(self, at: int) -> list[int]:
        """Return from where somebody is driven out, by whoever governs there."""
        words = self._words
        passive = words.is_verb(at) and words.is_passive(at)
        return words.oblique(at, "from") if passive else []

    def _object(self, at: int) -> list[int]:
        words = self._words
        return words.undergoers(at) if words.is_verb(at) else words.oblique(at, "of")

    def _indirect(self, at: int) -> list[int]:
        words = self._words
        found = list(words.of(at, "iobj"))
        objects = list(words.of(at, "obj"))
        if not found and len(objects) > 1:
            found = objects[:1]
        if not found:
            found = [kid for one in objects for kid in self._read_as_one(one)]
        return [one for kid in found for one in words.conjuncts(kid)]

    def _read_as_one(self, thing: int) -> Iterator[int]:
        """Yield a name before an object that is parsed as part of it ("lend Jordan water")."""
        words = self._words
        counts = [one for kid in words.of(thing, "nummod") for one in words.of(kid, "compound")]
        for kid in (*words.of(thing, "compound"), *counts):
            mention = self._agents.mention(kid)
            is_name = mention is not None and mention.how in ("name", "metonym", "unknown")
            if is_name or words.has(kid, "det"):
                yield kid

    def _owner(self, at: int) -> list[int]:
        """Return whose a noun is: a possessive, or a state's adjective before it."""
        words = self._words
        found = [one for kid in words.of(at, "nmod:poss") for one in words.conjuncts(kid)]
        for kid in words.of(at, "amod", "compound"):
            mention = self._agents.mention(kid)
            if mention is not None and kid < at and mention.how in ("demonym", "name", "metonym"):
                found += words.conjuncts(kid)
        return found

    def _bearer(self, at: int) -> list[int]:
        """Return who is in what a noun tells: "X is in talks", "X left for talks", "X in talks"."""
        words = self._words
        head = words.tokens[at].head
        if self._owner(at) or words.oblique(at, "between"):
            return []
        if words.has(at, "cop"):
            return words.noun_subjects(at)
        if head == at or words.tokens[at].deprel not in _HELD or words.case(at) not in _BEARING:
            return []
        if words.is_nominal(head) and not words.has(head, "cop"):
            return [one for one in words.beside(head) if one < at]
        return self._doers(head) if words.is_verb(head) else words.subjects(head)

    def _ousted(self, at: int) -> Iterator[int]:
        """Yield who is to go, for whose going an act is done ("marched to demand X's removal")."""
        words = self._words
        held = [at, *words.of(at, "obj", "obl")]
        aims = [*words.clauses(at)]
        aims += [kid for one in held for kid in words.of(one, "advcl", "acl") if kid > at]
        for aim in dict.fromkeys(aims):
            for going in (*words.objects(aim), *words.oblique(aim, "for")):
                if words.lemmas[going] in _GOING:
                    yield from self._owner(going) or words.oblique(going, "of")

    def taken(self, at: int) -> list[int]:
        """Return what a word takes, save what is only around it."""
        words = self._words
        return [
            kid
            for kid in words.kids[at]
            if words.tokens[kid].deprel in _TAKEN and words.case(kid) not in _AROUND
        ]

    def within(self, at: int) -> Iterator[int]:
        """Yield a word and what hangs on it, clauses of their own and surroundings left out."""
        words, stack = self._words, [at]
        while stack:
            here = stack.pop()
            yield here
            stack += [
                kid
                for kid in words.kids[here]
                if words.tokens[kid].deprel in _WITHIN and words.case(kid) not in _AROUND
            ]

    def owning(self, at: int) -> Iterator[int]:
        """Yield the words within a word's phrase that may tell whose it is.

        A name behind "to" or "for" tells where a thing goes ("a railway to the capital").
        """
        words = self._words
        goals = {kid for kid in self.within(at) if words.case(kid) in _GOALS and kid != at}
        return (one for one in self.within(at) if words.first_conjunct(one) not in goals)

    def _any(self, at: int) -> Iterator[int]:
        """Yield whatever takes part in what a word says, but its subject."""
        words = self._words
        yield from self._indirect(at)
        yield from self._object(at)
        for preposition in ("to", "with", "for", "from", "against", "of", "between"):
            yield from words.oblique(at, preposition)
            if preposition in ("to", "with", "for", "against"):
                yield from self._oblique(at, preposition)


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
        used = {place for match in found for place in match.used}
        return [match for match in found if match.at not in used and not self._is_ended(match)]

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
        for pattern in self._patterns(at, kind):
            lexical = self._tried(pattern, at)
            if lexical is None:
                continue
            first = first or lexical
            match = self._filled(pattern, at, lexical.used)
            if match is not None:
                self.lexical.append(lexical)
                yield match
                return
        if first is not None:
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
        if not kinds and self._present.isdisjoint(words):
            return None
        return [
            one
            for one in self.slots.counted(at, slot)
            if self._words.lemmas[one] in words or (kinds and self._agents.kind(one) in kinds)
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
        actors = self.slots.actors(at, frame.actors)
        recipients = self.slots.actors(at, frame.recipients)
        is_open = pattern.category == "accuse" and self._is_pronoun(at)
        if frame.recipients and not recipients and pattern.category in _GIVEN:
            recipients = tuple(self.slots.seated(at, frame.recipients))
        near = not is_open and not self._is_counted(at)
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
        if lacking and not (is_open and self._is_open_who(at, frame.recipients)):
            return None
        if frame.least > 1 and len(actors) < frame.least:
            return None
        acting = self.slots.places(at, "subject") if frame.actors and not actors else []
        is_deed = pattern.category in _DEEDS and all(self._is_deed(place) for place in acting)
        if acting and not is_deed:
            return None  # it is told who, but not known
        is_told = not recipients and (is_open or self._is_somebody(at, frame.recipients))
        return Match(pattern, at, used, actors, recipients, affected, is_told)

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

    def _is_somebody(self, at: int, slots: Iterable[str]) -> bool:
        """Tell whether a noun that means somebody stands in a slot, though it is open who."""
        lemmas = self._words.lemmas
        return any(
            lemmas[place] in nouns() or lemmas[place] in _OPEN
            for slot in slots
            if slot in _STRAIGHT
            for place in self.slots.places(at, slot)
        )

    def _nearby(
        self, at: int, actors: tuple[Found, ...], used: tuple[int, ...]
    ) -> tuple[Found, ...]:
        """Return the states and bodies that the first of what a word takes tells of."""
        own = {one.agent.id for one in actors} | {one.agent.of for one in actors}
        for kid in self.slots.taken(at):
            if kid in used and self._words.tokens[kid].deprel != "obj":
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
            (lemmas[kid - 1], lemmas[kid]) in pairs for kid in self._words.kids[at] if kid > at
        )

    def _is_each(self, place: int) -> bool:
        """Tell whether a word is one of both parties ("each side blamed the other")."""
        words = self._words
        return "each" in (words.lemmas[kid] for kid in (place, *words.of(place, "det")))


def _joined(some: Iterable[Found], others: Iterable[Found]) -> tuple[Found, ...]:
    found = {one.agent.id: one for one in others} | {one.agent.id: one for one in some}
    return tuple(found.values())
