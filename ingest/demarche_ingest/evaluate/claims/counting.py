"""What is counted of a document's claims.

Each figure is a `Counts`. Where a field of paired claims is compared, one that differs is wrong
and missed at once, so that precision, recall and F1 all are the share that agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from demarche_ingest import times
from demarche_ingest.candidates.model import AttributeFound, Candidate, EventFound, RelationFound
from demarche_ingest.evaluate.claims.matching import Pair, matched, same_members, same_number
from demarche_ingest.evaluate.claims.model import GoldClaim, type_of
from demarche_ingest.evaluate.claims.people import People, alike, points
from demarche_ingest.evaluate.scores import Counts
from demarche_ingest.identity import local_name
from demarche_ingest.texts import Span

KINDS: Final = {
    "event": "category",
    "relation": "predicate",
    "attribute": "attribute",
    "stance": "value",
}
"""Each type of claim, and what it is compared by first."""
_WHOLE: Final = {
    "event": "category and both",
    "relation": "predicate, subject, object",
    "attribute": "attribute, subject, number",
    "stance": "value and actor",
}
"""What makes a candidate of each type right."""
HEADLINE: Final = "claims: events: category and both"
"""The figure that claims are judged by first."""
NAMED: Final = "claims: speaker: named"


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and what became of it. pair: none where no gold claim is left for it.

    zone: kind of zone that its passage begins in, "" outside of all. is_covered: whether the words
    that triggered it lie in a passage of some gold claim, so that a coder weighed them.
    """

    found: Candidate
    pair: Pair | None
    zone: str
    is_covered: bool

    @property
    def is_right(self) -> bool:
        """Whether it is a hit of its type."""
        return self.pair is not None and self.pair.agreement.shared


@dataclass(frozen=True, slots=True)
class Claims:
    """A document's claims, set side by side. gold: each with the zone it begins in."""

    gold: tuple[tuple[GoldClaim, str], ...]
    judged: tuple[Judged, ...]
    people: People

    @property
    def pairs(self) -> list[Pair]:
        return [one.pair for one in self.judged if one.pair]


def judge(
    gold: Sequence[GoldClaim],
    found: Sequence[Candidate],
    people: People,
    zone_of: Callable[[Span], str],
) -> Claims:
    """Set a document's candidates side by side with its gold."""
    pairs = matched(gold, found, people)
    covered = points(span for claim in gold for span in claim.evidence)
    return Claims(
        tuple((claim, zone_of(claim.evidence[0])) for claim in gold),
        tuple(
            Judged(
                one,
                pairs.get(place),
                zone_of(one.passage),
                not covered.isdisjoint(points([one.trigger])),
            )
            for place, one in enumerate(found)
        ),
        people,
    )


def count_claims(claims: Claims) -> dict[str, Counts]:
    """Return all figures of a document's claims, by name, in the order of tables."""
    counts: dict[str, Counts] = {}
    for kind in KINDS:
        counts |= _of_type(claims, kind)
    hits = [pair for pair in claims.pairs if pair.agreement.shared]
    counts |= _passages(hits)
    counts |= _telling(claims, hits)
    counts |= _manner(hits)
    counts |= _dates(hits)
    return {f"claims: {name}": one for name, one in counts.items()}


def tally(claims: Claims, kind: str, zone: str | None = None) -> Counts:
    """Count the hits of one type of claim; in one kind of zone only, where it is given."""
    there = [
        place
        for place, (claim, where) in enumerate(claims.gold)
        if type_of(claim.content) == kind and zone in (None, where)
    ]
    right = {one.pair.place for one in claims.judged if one.pair and one.is_right}
    told = [
        one
        for one in claims.judged
        if type_of(one.found.content) == kind and zone in (None, one.zone)
    ]
    wrong = sum(not one.is_right for one in told)
    hits = len(right.intersection(there))
    return Counts(hits, wrong, len(there) - hits)


# --- What is claimed -------------------------------------------------------------------------


def _of_type(claims: Claims, kind: str) -> dict[str, Counts]:
    name = f"{kind}s"
    there = [claim for claim, _ in claims.gold if type_of(claim.content) == kind]
    told = [one for one in claims.judged if type_of(one.found.content) == kind]

    def counted(holds: Callable[[Pair], bool], among: Sequence[Judged] = told) -> Counts:
        hits = sum(one.pair is not None and holds(one.pair) for one in told)
        right = sum(one.pair is not None and holds(one.pair) for one in among)
        return Counts(hits, len(among) - right, len(there) - hits)

    whole = f"{name}: {_WHOLE[kind]}"
    counts = {
        f"{name}: passage": counted(lambda _: True),
        f"{name}: {KINDS[kind]}": counted(lambda pair: pair.agreement.kind),
        whole: counted(lambda pair: pair.agreement.shared),
        f"{whole}, by state": counted(lambda pair: pair.agreement.by_state),
        f"{whole}, where coded": counted(
            lambda pair: pair.agreement.shared, [one for one in told if one.is_covered]
        ),
    }
    pairs = [one.pair for one in told if one.pair and one.pair.agreement.kind]
    if kind == "event":
        counts[f"{whole}, nobody besides"] = counted(lambda pair: pair.agreement.entire)
        counts[f"{whole}, or not named"] = counted(lambda pair: pair.agreement.unopposed)
        counts[f"{whole}, as it is told"] = counted(lambda pair: _is_whole(pair, claims.people))
        counts |= _members(pairs, claims.people)
    if kind == "attribute":
        counts |= _values(pairs, claims.people)
    if kind == "stance":
        counts["stances: position"] = _agreed(
            claims.people.same(gold.position, found.position)
            or alike(gold.position, local_name(found.position.label))
            for gold, found in _contents(pairs)
        )
    if kind == "relation":
        counts["relations: status"] = _agreed(
            (gold.status or "member") == (found.status or "member")
            for gold, found in _contents(pairs)
            if isinstance(found, RelationFound) and gold.predicate == "memberOf"
        )
    return counts


def _contents(pairs: Iterable[Pair]) -> Iterator[tuple[Any, Any]]:
    return ((pair.gold.content, pair.found.content) for pair in pairs)


def _is_whole(pair: Pair, people: People) -> bool:
    """Tell whether an event is right, and who says it, polarity and modality are as well."""
    fields = ("polarity", "modality")
    return (
        pair.agreement.shared
        and people.same(pair.gold.chain[-1], pair.found.telling.chain[-1])
        and all(getattr(pair.gold, name) == getattr(pair.found, name) for name in fields)
    )


def _members(pairs: Sequence[Pair], people: People) -> dict[str, Counts]:
    """Count who is named in each role of events of the right category, and modes."""
    counts = {}
    for role in ("actors", "recipients", "affected"):
        whole = Counts()
        for gold, found in _contents(pairs):
            there, told = getattr(gold, role), getattr(found, role)
            hits = len(same_members(there, told, people))
            whole += Counts(hits, len(told) - hits, len(there) - hits)
        counts[f"events: {role}"] = whole
    for name in ("modes", "contexts"):
        whole = Counts()
        for gold, found in _contents(pairs):
            if isinstance(found, EventFound):
                there, told = set(getattr(gold, name)), set(getattr(found, name))
                whole += Counts(len(there & told), len(told - there), len(there - told))
        counts[f"events: {name}"] = whole
    return counts


def _values(pairs: Sequence[Pair], people: People) -> dict[str, Counts]:
    """Count subjects of the right attribute, and how numbers are told."""
    contents = [(a, b) for a, b in _contents(pairs) if isinstance(b, AttributeFound)]
    counted = [(a, b) for a, b in contents if a.number is not None and b.number is not None]
    numbers = [(a, b) for a, b in counted if same_number(a, b)]
    return {
        "attributes: subject": _agreed(
            people.same_thing(a.subject, b.subject) for a, b in contents
        ),
        "attributes: number": _agreed(
            (a, b) in numbers for a, b in contents if a.number is not None
        ),
        "attributes: unit": _agreed(
            alike(local_name(a.unit), local_name(b.unit or "-")) for a, b in numbers if a.unit
        ),
        "attributes: comparator": _agreed(
            (a.comparator or "exactly") == (b.comparator or "exactly") for a, b in numbers
        ),
    }


def _agreed(each: Iterable[bool]) -> Counts:
    """Count a field of pairs: what differs is wrong and missed at once."""
    found = list(each)
    wrong = found.count(False)
    return Counts(len(found) - wrong, wrong, wrong)


# --- Where it stands, who says it and how ----------------------------------------------------


def _passages(hits: Sequence[Pair]) -> dict[str, Counts]:
    characters = Counts()
    for pair in hits:
        there, told = points(pair.gold.evidence), points([pair.found.passage])
        characters += Counts(len(there & told), len(told - there), len(there - told))
    return {
        "passage: exact": _agreed(pair.overlap == 1 for pair in hits),
        "passage: half in common": _agreed(pair.overlap >= 0.5 for pair in hits),
        "passage: characters": characters,
    }


def _telling(claims: Claims, hits: Sequence[Pair]) -> dict[str, Counts]:
    """Count who says it: the last of the chain, the whole chain, and speakers that are named.

    A speaker is named where the last of a chain is not who tells the piece: whoever asserts some
    claim of the document in the voice of an author, or stands first or alone in a chain.
    """
    people = claims.people
    tellers = {claim.chain[0] for claim, _ in claims.gold}
    tellers |= {claim.chain[-1] for claim, _ in claims.gold if claim.voice == "author"}
    named = by_state = Counts()
    for pair in hits:
        slug, agent = pair.gold.chain[-1], pair.found.telling.chain[-1]
        there = slug not in tellers
        alone = len(pair.found.telling.chain) == 1
        told = not alone and not any(people.same(teller, agent) for teller in tellers)
        named += _named(there, told, people.same(slug, agent))
        by_state += _named(there, told, people.same_side(slug, agent))
    lasts = [(pair.gold.chain[-1], pair.found.telling.chain[-1]) for pair in hits]
    return {
        "speaker": _agreed(people.same(slug, agent) for slug, agent in lasts),
        "speaker: named": named,
        "speaker: named, by state": by_state,
        "chain": _agreed(_same_chain(pair, people) for pair in hits),
    }


def _named(there: bool, told: bool, same: bool) -> Counts:
    hit = there and same
    return Counts(int(hit), int(told and not hit), int(there and not hit))


def _same_chain(pair: Pair, people: People) -> bool:
    slugs, agents = pair.gold.chain, pair.found.telling.chain
    return len(slugs) == len(agents) and all(map(people.same, slugs, agents))


_DEFAULTS: Final = {"polarity": "positive", "modality": "actual", "certainty": "certain"}


def _manner(hits: Sequence[Pair]) -> dict[str, Counts]:
    """Count how it is said; of what has a usual value, what differs from that as well."""
    counts = {
        "voice": _agreed(pair.gold.voice == pair.found.telling.voice for pair in hits),
        "basis": _agreed(pair.gold.basis == pair.found.basis for pair in hits),
    }
    for name, usual in _DEFAULTS.items():
        values = [(getattr(pair.gold, name), getattr(pair.found, name)) for pair in hits]
        counts[name] = _agreed(there == told for there, told in values)
        counts[f"{name}: not {usual}"] = _unusual(values, usual)
    values = [(pair.gold.presupposed, pair.found.presupposed) for pair in hits]
    counts["presupposed"] = _unusual(values, usual=False)
    return counts


def _unusual(values: Iterable[tuple[Any, Any]], usual: Any) -> Counts:
    whole = Counts()
    for there, told in values:
        hit = there == told != usual
        whole += Counts(int(hit), int(told != usual and not hit), int(there != usual and not hit))
    return whole


def _dates(hits: Sequence[Pair]) -> dict[str, Counts]:
    """Count dates: the same EDTF, and days in common."""
    same = shared = uttered = Counts()
    for pair in hits:
        there, told = pair.gold.when, pair.found.time.edtf if pair.found.time else ""
        same += _of_dates(there, told, there == told)
        shared += _of_dates(there, told, bool(there and told) and _meet(there, told))
        day = pair.found.telling.uttered
        uttered += _of_dates(pair.gold.uttered, day, pair.gold.uttered == day)
    return {"date": same, "date: days in common": shared, "uttered": uttered}


def _of_dates(there: str, told: str, holds: bool) -> Counts:
    hit = bool(there) and holds
    return Counts(int(hit), int(bool(told) and not hit), int(bool(there) and not hit))


def _meet(one: str, other: str) -> bool:
    """Tell whether two EDTF dates have a day in common."""
    try:
        first, second = times.parse(one), times.parse(other)
    except ValueError:
        return False
    return _starts(first, second) and _starts(second, first)


def _starts(one: times.Interval, other: times.Interval) -> bool:
    return one.earliest is None or other.latest is None or one.earliest <= other.latest
