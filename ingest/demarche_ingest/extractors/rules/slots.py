"""What stands in the slots that frames name: subject, object, prepositions, owners, contents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from demarche_ingest.extractors.rules.agents import SentenceAgents
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.kept import kept
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
_OWN: Final = word_set("its their his her our my")
_GOING: Final = word_set(
    "resignation departure removal ouster ousting dismissal impeachment overthrow exit sacking"
)
_CLAIMING: Final = word_set("claim blame carry stage launch lead mount order conduct commit")
"""Participles behind a noun that tell whose act it is ("an ambush claimed by the rebels")."""
_AIMING: Final = word_set(
    "demand protest urge call press denounce condemn oppose accuse ask force persuade show"
)
"""Verbs that tell what is wanted with an act of protest."""
_CALLING: Final = _AIMING | word_set("call seek defy insist complain")
_IN_PROTEST: Final = word_set("protest defiance opposition anger outrage")
"""Nouns that tell behind "in" what an act of protest is against."""
_AMOUNTS: Final = word_set(
    """
    number dozen score hundred thousand million billion batch shipment consignment group series
    tonne ton kilo kilogram litre barrel truckload planeload cargo load package round piece pair
    set most some many part all half third quarter majority couple handful lot rest share few
    company team wave host string form act kind type sort bit bag crate box copy
    side stretch kilogramme kg gram worth gallon sack pallet quantity amount stock
    dollar euro pound yen yuan rouble ruble rupee franc
    """
)
"""Nouns that only say how much there is of what follows."""
_SHORT: Final = {
    "whose": ("object.owner", "object.by", "object.from", "object.of"),
    "target": ("object", "object.owner", "object.by", "object.from", "object.of"),
}
"""Slots that stand for several, tried in turn."""


def _spelled_out(slots: Iterable[str]) -> Iterator[str]:
    for slot in slots:
        yield from _SHORT.get(slot, (slot,))


class Slots:
    """What stands in the slots of a word."""

    def __init__(self, words: Words, agents: SentenceAgents) -> None:
        self._words, self._agents = words, agents
        self.kept: dict[tuple[Any, ...], Any] = {}
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
            "heeding": self._heeding,
            "aim": self._aim,
            "adverb": lambda at: words.of(at, "advmod", "discourse"),
            "xcomp": lambda at: words.of(at, "xcomp", "advmod", "amod", "obj"),
            "compound": lambda at: words.of(at, "compound", "amod"),
            "own": lambda at: [
                kid for kid in words.of(at, "nmod:poss") if words.lemmas[kid] in _OWN
            ],
            "aux": lambda at: words.of(at, "aux"),
            "if": words.conditions,
        }

    @kept
    def places(self, at: int, slot: str) -> list[int]:
        """Return the words in a slot: `object`, `with`, `object.owner`, or several with `+`."""
        found: list[int] = []
        for path in slot.split("+"):
            found += [one for one in self._path(at, path) if one not in found]
        return found

    def counted(self, at: int, slot: str) -> list[int]:
        """Return the words in a slot, with what there is much or a part of ("tonnes of rice")."""
        return self._with_titles(self._with_contents(self.places(at, slot)))

    def _with_contents(self, found: list[int]) -> list[int]:
        words = self._words
        inner = [
            one
            for place in found
            if words.lemmas[place] in _AMOUNTS or words.tokens[place].upos in ("NUM", "SYM")
            for one in (*words.oblique(place, "of"), *words.oblique(place, "in"))
        ]
        return found + [one for one in inner if one not in found]

    def _with_titles(self, found: list[int]) -> list[int]:
        """Return words, of names also the nouns before them ("ambassador Ann Otieno")."""
        words = self._words
        titles = [
            kid
            for place in found
            if words.tokens[place].upos == "PROPN"
            for kid in words.of(place, "nmod:desc", "compound")
            if kid < place and words.tokens[kid].upos == "NOUN"
        ]
        return found + [one for one in titles if one not in found]

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

    @kept
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
            claimed = [kid for kid in words.of(at, "acl") if words.lemmas[kid] in _CLAIMING]
            return [one for part in (*parts, *claimed) for one in self._oblique(part, "by")]
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
        found = words.antecedents(found)  # "whose"
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

    def _heeding(self, at: int) -> list[int]:
        """Return who does something at what a noun tells: "X sent a ship at Y's request"."""
        words = self._words
        head = words.tokens[at].head
        is_so = words.case(at) in ("at", "on", "upon") and words.is_verb(head)
        return self._doers(head) if is_so and head != at else []

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
        yield from self._aimed_at(at, aims)

    def _aimed_at(self, at: int, aims: list[int]) -> Iterator[int]:
        """Yield whose doing it is about: "to demand that X resign", "in protest at X's plan"."""
        words = self._words
        for aim in dict.fromkeys(aims):
            if words.lemmas[aim] not in _AIMING:
                continue
            yield from (one for clause in words.clauses(aim) for one in words.subjects(clause))
            yield from (one for thing in words.objects(aim) for one in self._whose(thing))
            for preposition in ("from", "against", "at"):
                yield from (one for one in words.oblique(aim, preposition))
        for protest in words.oblique(at, "in"):
            if words.lemmas[protest] == "protest":
                for preposition in ("at", "against", "over", "of"):
                    for thing in words.oblique(protest, preposition):
                        yield from [*self._whose(thing), thing]

    def _aim(self, at: int) -> list[int]:
        """Return the first actor in what is wanted with an act, or protested against with it.

        "to demand the return of land seized by X", "in defiance of X", "calling for a state of its
        own apart from X".
        """
        words = self._words
        above = [one for one in words.above(at) if words.is_verb(one)]
        acts = [at] if words.is_verb(at) else [at, *above[:1]]
        held = [*acts, *(one for act in acts for one in words.of(act, "obj"))]
        aims = [
            kid
            for one in held
            for kid in words.kids[one]
            if kid > at and (words.lemmas[kid] in _CALLING and words.is_verb(kid))
        ]
        aims += [
            kid
            for act in held
            for kid in words.oblique(act, "in")
            if words.lemmas[kid] in _IN_PROTEST
        ]
        for aim in aims:
            for place in self._by_depth(aim):
                if place != aim and self._is_actor(place):
                    return [place]
        return []

    def _by_depth(self, at: int) -> Iterator[int]:
        """Yield a word and what hangs on it, what is nearer to it first."""
        row = [at]
        while row:
            yield from row
            row = [kid for one in row for kid in self._words.kids[one]]

    def _is_actor(self, place: int) -> bool:
        """Tell whether a word means a known actor, or one of these."""
        return any(not one.agent.is_new or one.agent.of for one in self._agents.at(place))

    def _whose(self, thing: int) -> list[int]:
        """Return whose a thing is, by what stands before or behind it."""
        found = [*self._owner(thing), *self._words.oblique(thing, "by")]
        return found or self._words.oblique(thing, "from")

    def taken(self, at: int) -> list[int]:
        """Return what a word takes, save what is only around it."""
        words = self._words
        return [
            kid
            for kid in words.kids[at]
            if words.tokens[kid].deprel in _TAKEN and not self._is_around(kid)
        ]

    def _is_around(self, at: int) -> bool:
        """Tell whether a word or a clause is only around what it hangs on ("as Peru waited")."""
        words = self._words
        return words.case(at) in _AROUND or words.mark(at) in _AROUND

    def within(self, at: int) -> Iterator[int]:
        """Yield a word and what hangs on it, clauses of their own and surroundings left out."""
        words, stack = self._words, [at]
        while stack:
            here = stack.pop()
            yield here
            stack += [
                kid
                for kid in words.kids[here]
                if words.tokens[kid].deprel in _WITHIN and not self._is_around(kid)
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
