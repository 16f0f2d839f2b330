"""Which sides claims show actors on, and which of these sides cannot both be right.

A stance claim shows an actor on a position; so does a claim that a position is held by an actor.
Two sides are opposed when one supports what the other opposes, or when they support positions that
exclude each other (`dem:excludes`). What that makes of the claims depends on who says what:

- of one actor at one time, by two origins: a contradiction, for the sources place the actor on
  opposed sides;
- of one actor at one time, by one origin: a tension, for nobody denies what another says;
- of two actors who each speak for themselves (the basis is `own-words`, codebook 4.6) of one time:
  a contradiction in what they assert. That each takes the side is not disputed by it.

Whoever else is reported on opposed sides is just that: both reports may hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from pyoxigraph import NamedNode, Triple

from demarche_ingest.derive.claims import Claim
from demarche_ingest.derive.relations import Kind, Relation
from demarche_ontology import terms
from demarche_ontology.terms import DEM

Exclusions = Mapping[str, frozenset[str]]
"""Positions by the positions that they exclude, all as IRIs; symmetric."""

_EXCLUDES = DEM["excludes"]
_HELD_BY = DEM["heldBy"].value
_SUPPORTS = terms.concept("stance", "supports").value
_OPPOSES = terms.concept("stance", "opposes").value


def read_exclusions(triples: Iterable[Triple]) -> Exclusions:
    """Return the positions of a reference graph that exclude others, in both directions."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for triple in triples:
        if triple.predicate == _EXCLUDES and isinstance(triple.object, NamedNode):
            assert isinstance(triple.subject, NamedNode)  # no blank nodes in data
            found[triple.subject.value].add(triple.object.value)
            found[triple.object.value].add(triple.subject.value)
    return {position: frozenset(found[position]) for position in sorted(found)}


@dataclass(frozen=True, slots=True)
class _Side:
    """An actor for or against a position, by a claim."""

    claim: Claim
    actor: str
    position: str
    supports: bool

    @property
    def avowed(self) -> bool:
        return self.claim.basis == "own-words"


_Camps = dict[tuple[str, bool], list[_Side]]
"""The sides taken, by position and whether it is supported."""


def side_relations(claims: Iterable[Claim], exclusions: Exclusions) -> Iterator[Relation]:
    """Yield the contradictions and tensions of opposed sides, but for those within one topic."""
    by_actor: defaultdict[str, _Camps] = defaultdict(lambda: defaultdict(list))
    avowed: _Camps = defaultdict(list)
    for side in _sides(claims):
        by_actor[side.actor][side.position, side.supports].append(side)
        if side.avowed:
            avowed[side.position, side.supports].append(side)
    for camps in by_actor.values():
        for one, other in _opposed(camps, exclusions):
            if one.claim.topic != other.claim.topic:  # else compared by relations()
                yield _of_one_actor(one, other)
    for one, other in _opposed(avowed, exclusions):
        if one.actor != other.actor:
            yield _of_two_actors(one, other)


def _sides(claims: Iterable[Claim]) -> Iterator[_Side]:
    for claim in claims:
        if claim.polarity != "positive":
            continue
        if claim.type == "stance" and claim.one("stanceValue") in (_SUPPORTS, _OPPOSES):
            actor, position = claim.one("stanceActor"), claim.one("position")
            yield _Side(claim, actor or "", position or "", claim.one("stanceValue") == _SUPPORTS)
        elif claim.one("claimPredicate") == _HELD_BY:
            actor, position = claim.one("claimObject"), claim.one("claimSubject")
            yield _Side(claim, actor or "", position or "", True)


def _opposed(camps: _Camps, exclusions: Exclusions) -> Iterator[tuple[_Side, _Side]]:
    """Yield the pairs on opposed sides that may speak of the same time, the lesser IRI first."""
    for position in sorted({position for position, supports in camps if supports}):
        supporters = camps[position, True]
        rivals = [camps.get((position, False), [])]
        later = (other for other in exclusions.get(position, ()) if other > position)
        rivals.extend(camps.get((other, True), []) for other in sorted(later))
        for against in rivals:
            yield from _across(supporters, against)


def _across(one_camp: list[_Side], other_camp: list[_Side]) -> Iterator[tuple[_Side, _Side]]:
    """Sweep along the calendar: camps that meet for years have few members on each day."""
    if not (one_camp and other_camp):
        return
    marked = [(side, 0) for side in one_camp] + [(side, 1) for side in other_camp]
    current: tuple[list[_Side], list[_Side]] = ([], [])
    for side, camp in sorted(marked, key=_begins):
        rivals = [rival for rival in current[1 - camp] if rival.claim.overlaps(side.claim)]
        current[1 - camp][:] = rivals
        current[camp].append(side)
        for first, second in product(rivals, [side]):
            yield (first, second) if first.claim.iri < second.claim.iri else (second, first)


def _begins(marked: tuple[_Side, int]) -> tuple[date, str]:
    claim = marked[0].claim
    return claim.earliest or date.min, claim.iri


def _of_one_actor(one: _Side, other: _Side) -> Relation:
    how = "positions that exclude each other" if one.supports == other.supports else "both sides"
    if one.claim.origin == other.claim.origin:
        return _relation("inTensionWith", one, other, f"one origin shows the actor on {how}")
    why = f"they show the actor on {how}; origins: {one.claim.origin}, {other.claim.origin}"
    return _relation("contradicts", one, other, why)


def _of_two_actors(one: _Side, other: _Side) -> Relation:
    if one.position == other.position:
        why = "one asserts for itself what the other opposes for itself"
    else:
        why = "each asserts a position for itself, and the positions exclude each other"
    return replace(_relation("contradicts", one, other, why), contests=False)


def _relation(kind: Kind, one: _Side, other: _Side, why: str) -> Relation:
    positions = {one.position, other.position}
    grounds = tuple(sorted(positions)) if len(positions) > 1 else ()
    return replace(Relation.between(kind, one.claim, other.claim, why), grounds=grounds)
