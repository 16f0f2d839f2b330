"""A document's claims one by one, for who writes rules: what was hit, what differs, is lacking.

Only for documents that may be read: the words of passages are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
)
from demarche_ingest.evaluate.claims.counting import Claims, Judged
from demarche_ingest.evaluate.claims.matching import Pair
from demarche_ingest.evaluate.claims.model import GoldClaim
from demarche_ingest.seeds.claims import AttributeContent, EventContent, RelationContent
from demarche_ingest.texts import Span, Text, fold


def listing(text: Text, claims: Claims) -> Iterator[str]:
    """Yield lines on each gold claim in the order of the text, then on what is not in the gold.

    `=` a hit; `~` a pair that is none; `-` a gold claim without a pair; `+` a candidate without.
    """
    pairs = {pair.place: pair for pair in claims.pairs}
    for place, (claim, zone) in enumerate(claims.gold):
        pair = pairs.get(place)
        sign = "-" if pair is None else "=" if pair.agreement.shared else "~"
        yield f"{sign} {claim.id} {zone}: {_words(text, claim.evidence)}"
        yield f"    gold   {_of_gold(claim)}"
        if pair is not None:
            yield f"    found  {_of_found(pair.found)} [{pair.found.rule}]"
            yield from (f"    {line}" for line in _differences(pair, claims))
    for one in claims.judged:
        if one.pair is None:
            yield from _besides(text, one)


def _besides(text: Text, one: Judged) -> Iterator[str]:
    coded = "" if one.is_covered else ", where nobody coded"
    yield f"+ {one.zone}{coded}: {_words(text, [one.found.passage])}"
    yield f"    found  {_of_found(one.found)} [{one.found.rule}]"


def _words(text: Text, spans: Iterable[Span]) -> str:
    return " || ".join(fold(text[span]) for span in spans)


def _of_gold(claim: GoldClaim) -> str:
    match claim.content:
        case EventContent() as event:
            roles = (event.actors, event.recipients)
            what = f"{event.category}: {' → '.join(map(_list, roles))}"
        case RelationContent() as relation:
            what = f"{relation.subject} {relation.predicate} {relation.object}"
        case AttributeContent() as one:
            value = one.text if one.number is None else f"{one.number:g} {one.unit or ''}"
            what = f"{one.subject} {one.attribute}: {value}"
        case stance:
            what = f"{stance.actor} {stance.value} {stance.position}"
    manner = (claim.voice, claim.polarity, claim.modality, claim.certainty, claim.when)
    return f"{what} | {' < '.join(claim.chain)} | {', '.join(filter(None, manner))}"


def _of_found(found: Candidate) -> str:
    match found.content:
        case EventFound() as event:
            roles = (_ids(event.actors), _ids(event.recipients))
            what = f"{event.category}: {' → '.join(map(_list, roles))}"
        case RelationFound() as relation:
            what = f"{relation.subject.id} {relation.predicate} {relation.object.id}"
        case AttributeFound() as one:
            value = one.text if one.number is None else f"{one.number:g} {one.unit}"
            what = f"{one.subject.id} {one.attribute}: {value}"
        case StanceFound() as stance:
            what = f"{stance.actor.id} {stance.value} {stance.position.id}"
    when = found.time.edtf if found.time else ""
    telling = found.telling
    manner = (telling.voice, found.polarity, found.modality, found.certainty, when)
    return f"{what} | {' < '.join(_ids(telling.chain))} | {', '.join(filter(None, manner))}"


def _ids(agents: Sequence[Agent]) -> tuple[str, ...]:
    return tuple(agent.id for agent in agents)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"


def _differences(pair: Pair, claims: Claims) -> Iterator[str]:
    """Yield what of a pair is not the same, in a line."""
    agreed = pair.agreement
    wrong = [] if agreed.kind else ["kind"]
    if agreed.kind and not agreed.shared:
        wrong.append("who or how many" + (", but the right state" if agreed.by_state else ""))
    if not claims.people.same(pair.gold.chain[-1], pair.found.telling.chain[-1]):
        wrong.append("speaker")
    if pair.gold.voice != pair.found.telling.voice:
        wrong.append("voice")
    wrong += [
        name
        for name in ("polarity", "modality", "certainty", "presupposed", "basis")
        if getattr(pair.gold, name) != getattr(pair.found, name)
    ]
    if pair.gold.when != (pair.found.time.edtf if pair.found.time else ""):
        wrong.append("date")
    if wrong:
        yield f"differ {', '.join(wrong)}"
