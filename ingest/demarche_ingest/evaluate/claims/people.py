"""Whether what a candidate names is what the gold means by a slug.

Slugs of the gold and ids of candidates meet where both are of reference data. What is invented,
unnamed or ours has no id to meet by: it is known by its names, by the words that the gold marks as
a mention of it, and last by the words of its label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, Protocol

from demarche_ingest.candidates.model import Agent
from demarche_ingest.evaluate.claims.model import GoldClaim
from demarche_ingest.identity import local_name
from demarche_ingest.seeds.claims import EventContent, RelationContent
from demarche_ingest.texts import Span
from demarche_ingest.world import world

_GOVERNMENTS: Final = frozenset(("government-of-", "government-of-the-"))
"""What comes before a state in the id of its government, which coders do not keep apart from it."""
_COMMENTER: Final = "commenter-"
_SMALL: Final = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "s", "the", "to", "with"]
)
"""Words that say nothing of what a label names."""
ALIKE: Final = 0.5
"""Share of words, or of characters, from which two labels or two spans are taken for the same."""
_DEEP: Final = 5
"""How many owners of owners are gone through at most."""


class GoldActor(Protocol):
    """What the gold says of an actor. names: local names. owners: offices, states, bodies.

    kind: "person", "group" (of unnamed people) or another.
    """

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def owners(self) -> frozenset[str]: ...
    @property
    def kind(self) -> str: ...


class Mentioned(Protocol):
    """Words that the gold says refer to an actor."""

    @property
    def span(self) -> Span: ...
    @property
    def target(self) -> str: ...


class People:
    """Compares the slugs of one document's gold with what candidates name.

    actors: what the gold says of its slugs. mentions: of the whole document. claims: of it, for
    the offices that they give to persons and the events that they tell of.
    """

    def __init__(
        self,
        actors: Mapping[str, GoldActor],
        mentions: Sequence[Mentioned] = (),
        claims: Iterable[GoldClaim] = (),
    ) -> None:
        self._actors = actors
        self._mentions = mentions
        self._targets = {mention.target for mention in mentions}
        self._offices: dict[str, set[str]] = {}
        self._events: dict[str, list[Span]] = {}
        for claim in claims:
            content = claim.content
            if isinstance(content, RelationContent) and content.predicate == "holdsOffice":
                self._offices.setdefault(content.subject, set()).add(content.object)
            if isinstance(content, EventContent):
                self._events.setdefault(content.event, []).extend(claim.evidence)

    def same(self, slug: str, agent: Agent) -> bool:
        """Tell whether an agent is what a slug means.

        It is if its id is the slug. A thing of the reference data is met by its id only (a
        disputed territory also by that of the authority that governs it: codebook §6.1.7; a state
        also by that of its government).
        Another is met by a name that the gold or the reference data has of it; by its last words
        alone, where nobody else of the document has them; by words at least half of which the gold
        marks as a mention of it; or, where the gold marks no mentions of it, by a label that is
        alike, or by unnamed people of the same state. Comment authors are the same: passages that
        overlap are of one comment. An event is met by words within a passage that tells of it.
        """
        if agent.id == slug:
            return True
        if slug.startswith(_COMMENTER) and agent.id.startswith(_COMMENTER):
            return True
        if not _GOVERNMENTS.isdisjoint((slug.removesuffix(agent.id), agent.id.removesuffix(slug))):
            return True
        if slug in _listed():
            return agent.id in _governing().get(slug, ())
        names = {slug, *self._names(slug)}
        if not agent.is_new:
            return bool(names & _forms().get(agent.id, frozenset()))
        return self._is_named(slug, agent, names) or (
            agent.words is not None and self._told_by(slug, agent.words)
        )

    def _is_named(self, slug: str, agent: Agent, names: set[str]) -> bool:
        """Tell whether something new has a name that a slug may have."""
        label = local_name(agent.label)
        if {agent.id, label} & names or self._is_short(slug, label):
            return True
        return slug not in self._targets and (
            any(alike(name, label) for name in names)
            or self._is_group_of(slug, agent)
            or self._is_bare(slug, agent, label)
        )

    def same_thing(self, slug: str, agent: Agent) -> bool:
        """Tell whether an agent may be the thing that a slug means: what something is said of.

        What only coders name (a deal, the collapse of a shaft) has a slug that need not be met:
        anything new will do that is no actor of the gold.
        """
        if self.same(slug, agent):
            return True
        is_ours = not (slug in _listed() or slug in self._actors or slug in self._targets)
        return is_ours and agent.is_new and not self._marked(agent)

    def _is_short(self, slug: str, label: str) -> bool:
        """Tell whether a label is how a person's name ends, and that of nobody else."""
        persons = (one for one, actor in self._actors.items() if actor.kind == "person")
        return [one for one in persons if one.endswith(f"-{label}")] == [slug]

    def _is_bare(self, slug: str, agent: Agent, label: str) -> bool:
        """Tell whether a label names unnamed people as the coder does, without where they are.

        "Gunmen" are "gunmen at Bir Ghazala" where the document has no other gunmen. A state that
        the label is known to belong to must be that of the gold.
        """
        told = _words(label)
        if not told or self._marked(agent):
            return False
        groups = [one for one, actor in self._actors.items() if actor.kind == "group"]
        meant = [one for one in groups if told <= self._words_of(one)]
        if meant != [slug]:
            return False
        return not agent.of or bool(self.sides(slug) & self._sides_of(agent))

    def _words_of(self, slug: str) -> set[str]:
        return {word for name in (slug, *self._names(slug)) for word in _words(name)}

    def _is_group_of(self, slug: str, agent: Agent) -> bool:
        """Tell whether both are unnamed people of one state, whom coders call what they like."""
        actor = self._actors.get(slug)
        if actor is None or actor.kind != "group" or not agent.of or self._marked(agent):
            return False
        return bool(self._owners(slug) and self.sides(slug) & self._sides_of(agent))

    def _marked(self, agent: Agent) -> str:
        return self._mentioned(agent.words) if agent.words is not None else ""

    def same_side(self, slug: str, agent: Agent) -> bool:
        """Tell whether an agent is what a slug means, or belongs to the same state or body."""
        return self.same(slug, agent) or bool(self.sides(slug) & self._sides_of(agent))

    def sides(self, slug: str) -> frozenset[str]:
        """Return the states and bodies that an actor belongs to in the end; itself if to none."""
        found, fresh = set(), {slug}
        for _ in range(_DEEP):
            owners = {one: self._owners(one) for one in fresh}
            found |= {one for one, of in owners.items() if not of}
            fresh = {owner for of in owners.values() for owner in of} - found
        return frozenset(found)

    def _sides_of(self, agent: Agent) -> frozenset[str]:
        if agent.is_new and agent.of:
            return self.sides(agent.of)
        return self.sides(agent.id)

    def _owners(self, slug: str) -> set[str]:
        """Return whom something belongs to: as the gold, the reference data or its name has it."""
        actor = self._actors.get(slug)
        owners = set(actor.owners) if actor else set()
        owners |= self._offices.get(slug, set()) | _owners().get(slug, frozenset())
        if not owners and slug not in _listed():
            owners |= {name for name in _ends(slug) if name in _listed()}
            owners |= {of for word in slug.split("-") if (of := _peoples().get(word))}
        return owners - {slug}

    def _names(self, slug: str) -> frozenset[str]:
        actor = self._actors.get(slug)
        return actor.names if actor else frozenset()

    def _told_by(self, slug: str, words: Span) -> bool:
        """Tell whether words are of an event, or marked as a mention of an actor."""
        of_event = any(passage.covers(words) for passage in self._events.get(slug, ()))
        return of_event or self._mentioned(words) == slug

    def _mentioned(self, words: Span) -> str:
        """Return whom the gold says words refer to; "" for nobody."""
        best = max(self._mentions, key=lambda one: iou([one.span], [words]), default=None)
        if best is None or iou([best.span], [words]) < ALIKE:
            return ""
        return best.target


def alike(one: str, other: str) -> bool:
    """Tell whether half of the words of two local names are in both, small ones and dates aside.

    Or all of one, where they are two at least ("minister for refugees", not told of which state).
    """
    first, second = _words(one), _words(other)
    both = first & second
    if len(both) > 1 and both in (first, second):
        return True
    return bool(both) and len(both) / len(first | second) >= ALIKE


def _words(name: str) -> set[str]:
    """Return the words of a name that tell, adjectives of states and peoples as their states."""
    words = (word for word in name.split("-") if not word.isdecimal() and word not in _SMALL)
    return {part for word in words for part in _adjectives().get(word, word).split("-")}


def iou(one: Iterable[Span], other: Iterable[Span]) -> float:
    """Return how many of the code points of two lists of spans are in both."""
    first, second = points(one), points(other)
    both = len(first | second)
    return len(first & second) / both if both else 0.0


def points(spans: Iterable[Span]) -> set[int]:
    """Return the code points of spans."""
    return {place for span in spans for place in range(span.start, span.end)}


def _ends(slug: str) -> Iterable[str]:
    """Yield what follows "of" and "from" in a slug."""
    words = slug.split("-")
    for place, word in enumerate(words):
        if word in ("of", "from"):
            rest = words[place + 1 :]
            yield "-".join(rest[1:] if rest[:1] == ["the"] else rest)


@cache
def _listed() -> frozenset[str]:
    """Return the ids of the world's tables."""
    tables = world()
    things = {thing.id for thing in (*tables.actors, *tables.places)}
    return frozenset(things | {office.id for office in tables.offices})


@cache
def _governing() -> Mapping[str, frozenset[str]]:
    """Return who governs each disputed territory of the world's tables."""
    governing: dict[str, set[str]] = {}
    for metonym in world().metonyms:
        if metonym.basis == "territory":
            governing.setdefault(metonym.place, set()).add(metonym.actor)
    return {place: frozenset(actors) for place, actors in governing.items()}


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    """Return the English names of each thing of the world's tables, as local names."""
    forms: dict[str, set[str]] = {}
    for name in world().names:
        if name.lang == "en" and name.use in ("name", "abbreviation"):
            forms.setdefault(name.id, set()).add(local_name(name.form))
    return {thing: frozenset(names) for thing, names in forms.items()}


@cache
def _adjectives() -> Mapping[str, str]:
    """Return the ids of the things whose names, adjectives or peoples are one English word."""
    forms = ((local_name(name.form), name.id) for name in world().names if name.lang == "en")
    return {form: thing for form, thing in forms if "-" not in form}


@cache
def _peoples() -> Mapping[str, str]:
    """Return the ids of states by their adjectives and peoples of one English word."""
    names = (name for name in world().names if name.lang == "en")
    forms = ((local_name(n.form), n.id) for n in names if n.use in ("adjective", "people"))
    return {form: thing for form, thing in forms if "-" not in form}


@cache
def _owners() -> Mapping[str, frozenset[str]]:
    """Return whom the things of the world's tables belong to; persons to their offices."""
    tables = world()
    pairs = [(thing.id, thing.body_of) for thing in tables.actors if thing.body_of]
    pairs += [(office.id, office.office_of) for office in tables.offices]
    pairs += [(tenure.holder, tenure.office) for tenure in tables.tenures]
    owners: dict[str, set[str]] = {}
    for thing, owner in pairs:
        owners.setdefault(thing, set()).add(owner)
    return {thing: frozenset(of) for thing, of in owners.items()}
