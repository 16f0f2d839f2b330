"""Candidates paired with the gold, one to one.

A pair is of one type (event, relation, attribute, stance), and its passages share characters. Of
all ways to pair, that one counts with the most pairs that are right; of those, the most that are
right by state; then the most of the right kind; then those that share most of their passages and
say it most alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Final

from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
)
from demarche_ingest.evaluate.claims.assigning import assign
from demarche_ingest.evaluate.claims.model import GoldClaim, type_of
from demarche_ingest.evaluate.claims.people import People, iou
from demarche_ingest.seeds.claims import (
    AttributeContent,
    EventContent,
    RelationContent,
    StanceContent,
)
from demarche_ingest.texts import fold

_LEVELS: Final = (10**15, 10**10, 10**5)
"""What a pair weighs that is right, right by state, of the right kind: each more than all pairs of
a document weigh by the next."""
_MUTUAL: Final = "consult"
"""Category of what people do with each other, of whom none is done to."""
_ALIKE: Final = ("polarity", "modality", "certainty")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two claims of one type say the same.

    kind: the same category, predicate, attribute or value of a stance. shared: that, and who takes
    part: at least one actor and one recipient in common, or none on both sides; subject and
    object; subject and number; whose stance. by_state: that, where who belongs to the same state
    or body is the same. entire: as `shared`, and nobody besides on either side. unopposed: as
    `shared`, but where either side names nobody in a role, that role does not count.
    """

    kind: bool
    shared: bool = False
    by_state: bool = False
    entire: bool = False
    unopposed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold claim and the candidate taken for it.

    place: of the gold claim among those of its document. overlap: of their passages (Jaccard
    index).
    """

    place: int
    gold: GoldClaim
    found: Candidate
    agreement: Agreement
    overlap: float


def matched(
    gold: Sequence[GoldClaim], found: Sequence[Candidate], people: People
) -> dict[int, Pair]:
    """Return the pairs of a document's gold and candidates, by the place of the candidate."""
    pairs = {
        (i, j): Pair(i, claim, candidate, agreement(claim, candidate, people), overlap)
        for i, claim in enumerate(gold)
        for j, candidate in enumerate(found)
        if type_of(claim.content) == type_of(candidate.content)
        and (overlap := iou(claim.evidence, [candidate.passage]))
    }
    taken = assign({edge: _weight(pair) for edge, pair in pairs.items()})
    return {edge[1]: pairs[edge] for edge in taken}


def _weight(pair: Pair) -> int:
    agreed = pair.agreement
    holding = zip(_LEVELS, (agreed.shared, agreed.by_state, agreed.kind), strict=True)
    weight = sum(level for level, holds in holding if holds)
    return weight + round(100 * pair.overlap) + 10 * _likeness(pair) + 1


def _likeness(pair: Pair) -> int:
    """Return how many of a few fields are the same."""
    same = [pair.gold.voice == pair.found.telling.voice]
    same += [getattr(pair.gold, name) == getattr(pair.found, name) for name in _ALIKE]
    return same.count(True)


def agreement(gold: GoldClaim, found: Candidate, people: People) -> Agreement:
    """Return how far a candidate says what a gold claim of its type says."""
    match gold.content, found.content:
        case EventContent() as there, EventFound() as told:
            return _of_events(there, told, people)
        case RelationContent() as there, RelationFound() as told:
            ends = ((there.subject, told.subject), (there.object, told.object))
            return _of_ends(there.predicate == told.predicate, ends, people)
        case AttributeContent() as there, AttributeFound() as told:
            kind = there.attribute == told.attribute
            holds = _same_value(there, told)
            return _of_thing(kind and holds, kind, there.subject, told.subject, people)
        case StanceContent() as there, StanceFound() as told:
            return _of_ends(there.value == told.value, ((there.actor, told.actor),), people)
    raise ValueError("claims of different types do not compare")


def _of_events(there: EventContent, told: EventFound, people: People) -> Agreement:
    if there.category != told.category:
        return Agreement(kind=False)
    if there.category == _MUTUAL:
        return _of_meetings(there, told, people)
    roles = ((there.actors, told.actors), (there.recipients, told.recipients))
    return Agreement(
        kind=True,
        shared=all(_share(slugs, agents, people) for slugs, agents in roles),
        by_state=all(_share(slugs, agents, people, by_state=True) for slugs, agents in roles),
        entire=all(
            len(same_members(slugs, agents, people)) == len(slugs) == len(agents)
            for slugs, agents in roles
        ),
        unopposed=all(
            not slugs or not agents or _share(slugs, agents, people) for slugs, agents in roles
        ),
    )


def _of_meetings(there: EventContent, told: EventFound, people: People) -> Agreement:
    """Compare who meets, writes or calls, whichever of them is called actor.

    All who meet are actors (codebook §6.1.4), but of a visit or a call some coders say to whom.
    Two must be the same, or all where the gold names fewer.
    """
    slugs = (*there.actors, *there.recipients)
    agents = (*told.actors, *told.recipients)
    same = len(same_members(slugs, agents, people))
    sides = len(same_members(slugs, agents, people, by_state=True))
    enough = min(2, len(slugs))
    named = bool(slugs) == bool(agents)
    return Agreement(
        kind=True,
        shared=named and same >= enough,
        by_state=named and sides >= enough,
        entire=same == len(slugs) == len(agents),
        unopposed=not slugs or not agents or same > 0,
    )


def _share(
    slugs: Sequence[str], agents: Sequence[Agent], people: People, *, by_state: bool = False
) -> bool:
    same = people.same_side if by_state else people.same
    return (not slugs and not agents) or any(same(s, agent) for s in slugs for agent in agents)


def same_members(
    slugs: Sequence[str], agents: Sequence[Agent], people: People, *, by_state: bool = False
) -> list[str]:
    """Return the slugs that agents are (or are of), each agent being one of them at most."""
    same = people.same_side if by_state else people.same
    edges = {
        (i, j): 1
        for i, slug in enumerate(slugs)
        for j, agent in enumerate(agents)
        if same(slug, agent)
    }
    return [slugs[i] for i, _ in assign(edges)]


def _of_ends(kind: bool, ends: Sequence[tuple[str, Agent]], people: People) -> Agreement:
    """Compare claims of which each place holds one thing."""
    if not kind:
        return Agreement(kind=False)
    same = all(people.same(slug, agent) for slug, agent in ends)
    side = all(people.same_side(slug, agent) for slug, agent in ends)
    return Agreement(kind=True, shared=same, by_state=side, entire=same)


def _of_thing(holds: bool, kind: bool, slug: str, agent: Agent, people: People) -> Agreement:
    """Compare what something is said of."""
    same = holds and people.same_thing(slug, agent)
    side = same or (holds and people.same_side(slug, agent))
    return Agreement(kind=kind, shared=same, by_state=side, entire=same)


def _same_value(there: AttributeContent, told: AttributeFound) -> bool:
    """Compare values: numbers and names. Other words are the coder's own and do not compare."""
    if there.number is not None:
        return told.number is not None and same_number(there, told)
    if there.attribute == "name":
        return fold(there.text or "").casefold() == fold(told.text).casefold()
    return told.number is None


_SCALES: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}


def same_number(there: AttributeContent, told: AttributeFound) -> bool:
    """Tell whether numbers are the same, "4.5" with the unit "million dollars" written out."""
    return isclose(_full(there.number, there.unit), _full(told.number, told.unit))


def _full(number: float | None, unit: str | None) -> float:
    first = (unit or "").partition(" ")[0]
    return (number or 0.0) * _SCALES.get(first, 1.0)
