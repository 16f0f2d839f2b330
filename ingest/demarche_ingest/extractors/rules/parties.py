"""The states that an article is about: whose "the other side" is, and whose "the government".

News of two sides names the other once and then says "closed the border". How much a state is spoken
of near a place tells which one is meant; how sure that is depends on whether a third comes close.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.offices import Offices
from demarche_ingest.segment.model import Sentence
from demarche_ingest.texts import Span

_STATES: Final = frozenset(("State", "DeFactoAuthority"))
SURE: Final = 0.65
"""How sure it is who is meant where only the context tells."""
_FADING: Final = 0.6
"""What a mention loses by each sentence after it."""
_WHOLE: Final = 0.3
"""What each mention anywhere in the article counts besides."""
_ELSEWHERE: Final = 0.3
"""What a mention in another section counts for."""
_DEALING: Final = 0.5
"""What each act counts that is told between two parties."""
_LEADING: Final = 1.5
"""How much more than the next a state must be spoken of that an article is mainly about."""
_HOME: Final = 1.2
_CLEAR: Final = 1.15
"""How much more than the next the other party must be spoken of."""
_MOST_BACK: Final = 12
"""How many sentences back a mention still says who is being spoken of."""


@dataclass(frozen=True, slots=True)
class Found:
    """An actor in a role. certainty: how sure it is that the words mean it, between 0 and 1.

    beyond: the words it was read from, where they may lie outside the passage.
    """

    agent: Agent
    certainty: float
    beyond: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    side: str
    span: Span
    sentence: int


class Parties:
    """The states that an article is about, as far as it has been read.

    sentences: in order. known: what is known of the mentions, by id. offices: those that known
    persons have held, who are of the state of these.
    """

    def __init__(
        self,
        mentions: Iterable[Mention],
        sentences: Sequence[Sentence],
        known: Mapping[str, Entity],
        offices: Offices,
    ) -> None:
        self._known = known
        self._served = {
            one.id: offices.served(one.id) for one in known.values() if one.type == "Person"
        }
        self._starts = [one.span.start for one in sentences]
        self._sections = list(_sections(sentences))
        self._named = [one for mention in mentions for one in self._sides(mention)]
        self._counts: Counter[tuple[str, int]] = Counter(
            (one.side, self._section(one.sentence)) for one in self._named
        )
        self.all = {one.side for one in self._named}
        self._seats = Counter(
            name
            for mention in mentions
            if mention.how == "place"
            for name in mention.candidates
            if name in self.all
        )

    def side(self, agent: Agent) -> str:
        """Return the state that an actor is or belongs to, "" where that is not told."""
        for name in (agent.id, agent.of):
            if name in self.all:
                return name
            entity = self._known.get(name)
            if entity is not None and entity.body_of in self.all:
                return entity.body_of
        served = self._served.get(agent.id, "")
        return served if served in self.all else ""

    def party(self, agent: Agent) -> str:
        """Return the side of an actor; a known body that is of no state is one of its own."""
        return self.side(agent) or agent.of or ("" if agent.is_new else agent.id)

    def is_body(self, agent: Agent) -> bool:
        """Tell whether an actor is a known organisation, no state and nothing new."""
        entity = self._known.get(agent.id)
        if entity is None or entity.type == "Person":
            return False
        return not entity.is_place and entity.type not in _STATES

    def is_person(self, agent: Agent) -> bool:
        """Tell whether an actor is a person, known or new."""
        entity = self._known.get(agent.id)
        return (entity.type if entity is not None else agent.kind) == "Person"

    def again(self, found: Found) -> Found:
        """Return an actor that was told elsewhere."""
        words = (found.agent.words,) if found.agent.words is not None else found.beyond
        return Found(found.agent, SURE, words)

    def whole(self, found: Found, where: Span) -> Found:
        """Return the state of an actor that was told elsewhere, or the actor where it has none.

        where: what it is asked for.
        """
        side = self.side(found.agent)
        if side and side != found.agent.id:
            beyond = self._found(side, where).beyond
            return Found(known_agent(side, self._known, beyond[0]), SURE, beyond)
        return self.again(found)

    def others(
        self,
        own: set[str],
        where: Span,
        dealings: Mapping[str, float] | None = None,
        *,
        between: bool = True,
    ) -> tuple[Found, ...]:
        """Return the party that some have to do with, or those that an outsider has.

        own: their parties. where: the words of their act. dealings: how many acts the article
        tells between them and each other party. between: whether outsiders may be meant.
        """
        if not own or "" in own:
            return ()
        ranked = self._ranked(where, dealings or {})
        first = [side for side, _ in ranked[:2]]
        if len(first) < 2:
            return ()
        if own & set(first):
            rest = [pair for pair in ranked if pair[0] not in own]
            clear = len(rest) < 2 or rest[0][1] >= _CLEAR * rest[1][1]
            return (self._found(rest[0][0], where),) if rest and clear else ()
        if not between:
            return ()
        if self._are_two(ranked):
            return tuple(self._found(side, where) for side in first)
        leads = ranked[0][1] >= _LEADING * ranked[1][1]
        return (self._found(first[0], where),) if leads else ()

    def apart(self, own: Container[str], where: Span) -> tuple[Found, ...]:
        """Return the two states that somebody comes between, if no third comes close.

        own: the parties of whoever does.
        """
        ranked = [pair for pair in self._ranked(where, {}) if pair[0] not in own]
        if len(ranked) < 2 or not self._are_two(ranked):
            return ()
        return tuple(self._found(side, where) for side, _ in ranked[:2])

    def together(self, where: Span, number: int, own: Container[str] = ()) -> tuple[Found, ...]:
        """Return the states that "both sides" or "the three countries" are at a place.

        own: the parties of those who speak of them, who are none of them.
        """
        ranked = [pair for pair in self._ranked(where, {}) if pair[0] not in own]
        if len(ranked) < number:
            return ()
        return tuple(self._found(side, where) for side, _ in ranked[:number])

    def leading(self, where: Span) -> str:
        """Return the state that an article is mainly about at a place, "" where none leads."""
        ranked = self._ranked(where, {})
        if not ranked or (len(ranked) > 1 and ranked[0][1] < _LEADING * ranked[1][1]):
            return ""
        return ranked[0][0]

    def of(self, side: str, where: Span) -> Found:
        """Return a state of the article as it is meant at a place."""
        return self._found(side, where)

    def last(self, own: Container[str], where: Span) -> Found | None:
        """Return the state named last, here or in the sentence before, whom "the country" means.

        own: the parties of those who do something to it, which it is not.
        """
        here = self.sentence(where.start)
        for one in sorted(self._named, key=lambda named: -named.span.start):
            back = here - one.sentence
            if one.span.start < where.start and 0 <= back <= 1 and one.side not in own:
                return self._found(one.side, where)
        return None

    def home(self) -> str:
        """Return the state whose police or parliament need no name, "" where none leads.

        That is the one of which an article tells most, wherever in it.
        """
        counts: Counter[str] = Counter()
        for (side, _), count in self._counts.items():
            counts[side] += count
        counts.update(self._seats)
        first = counts.most_common(2)
        if not first or (len(first) > 1 and first[0][1] < _HOME * first[1][1]):
            return ""
        return first[0][0] if first[0][0] in self.all else ""

    def sentence(self, place: int) -> int:
        """Return which sentence a place of the text stands in, by its number."""
        return max(bisect_right(self._starts, place) - 1, 0)

    def _section(self, sentence: int) -> int:
        return self._sections[sentence] if sentence < len(self._sections) else 0

    def _ranked(self, where: Span, dealings: Mapping[str, float]) -> list[tuple[str, float]]:
        """Return the sides by how much they are spoken of at a place, the most first."""
        here = self.sentence(where.start)
        weights: dict[str, float] = {}
        for one in self._named:
            back = here - one.sentence
            near = self._section(one.sentence) == self._section(here)
            if 0 <= back <= _MOST_BACK and one.span.start < where.end:
                share = 1.0 if near else _ELSEWHERE
                weights[one.side] = weights.get(one.side, 0.0) + share * _FADING**back
        for (side, section), count in self._counts.items():
            share = _WHOLE if section == self._section(here) else _WHOLE * _ELSEWHERE
            weights[side] = weights.get(side, 0.0) + share * count
        for side, acts in dealings.items():
            if side in weights:
                weights[side] += _DEALING * acts
        return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))

    @staticmethod
    def _are_two(ranked: list[tuple[str, float]]) -> bool:
        return len(ranked) == 2 or ranked[1][1] >= 1.2 * ranked[2][1]

    def _found(self, side: str, where: Span) -> Found:
        spans = [one.span for one in self._named if one.side == side]
        before = [span for span in spans if span.start < where.end]
        span = before[-1] if before else spans[0]
        return Found(known_agent(side, self._known, span), SURE, (span,))

    def _sides(self, mention: Mention) -> Iterable[_Named]:
        proposal = mention.proposal
        names = [mention.target, *mention.members, proposal.of if proposal else None]
        for name in names:
            entity = self._known.get(name or "")
            if entity is not None and entity.type in _STATES:
                yield _Named(entity.id, mention.span, self.sentence(mention.span.start))


def _sections(sentences: Sequence[Sentence]) -> Iterator[int]:
    """Yield which section each sentence is in: headings after other text begin one."""
    section, was_heading = 0, True
    for one in sentences:
        is_heading = one.zone.kind == "headline"
        section += is_heading and not was_heading
        was_heading = is_heading
        yield section
