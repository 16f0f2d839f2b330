"""Who an act is directed at where its sentence does not say: the other party of the article.

News of two sides names the other once and then says "rejected the offer". Coders fill it in from
the context; so do these rules, with less certainty, and only for acts that have somebody they are
done to or asked of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span

DIRECTED: Final = frozenset(
    ("accuse", "coerce", "concede", "reject", "request", "sanction", "support", "threaten")
)
"""Categories of acts that nearly always have a recipient."""
_STATES: Final = frozenset(("State", "DeFactoAuthority"))
_SURE: Final = 0.65
_FADING: Final = 0.6
"""What a mention loses by each sentence after it."""
_WHOLE: Final = 0.3
"""What each mention anywhere in the article counts besides."""
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

    sentences: its sentences in order. known: what is known of its mentions, by id.
    """

    def __init__(
        self,
        mentions: Iterable[Mention],
        sentences: Iterable[Span],
        known: Mapping[str, Entity],
    ) -> None:
        self._known = known
        self._asking: tuple[Agent, int, Span] | None = None
        self._starts = [span.start for span in sentences]
        self._named = [one for mention in mentions for one in self._sides(mention)]
        self._whole: dict[str, int] = {}
        for one in self._named:
            self._whole[one.side] = self._whole.get(one.side, 0) + 1

    def side(self, agent: Agent) -> str:
        """Return the state that an actor is or belongs to, "" where that is not told."""
        for name in (agent.id, agent.of):
            if name in self._whole:
                return name
            entity = self._known.get(name)
            if entity is not None and entity.body_of in self._whole:
                return entity.body_of
        return ""

    def asked(self, actors: Sequence[Agent], where: Span) -> None:
        """Note who asked, offered or charged something last, at a place of the text."""
        self._asking = (actors[0], self._sentence(where.start), where)

    def others(
        self, actors: Iterable[Agent], where: Span, *, answers: bool = False
    ) -> tuple[Found, ...]:
        """Return the party that actors have to do with, or the two that others have.

        where: the words of their act. answers: whether it answers what somebody asked before.
        """
        own = {self._party(one) for one in actors}
        if not own or "" in own:
            return ()
        if answers and (asking := self._answered(own, where)):
            return (asking,)
        ranked = self._ranked(where)
        first = [side for side, _ in ranked[:2]]
        if len(first) < 2:
            return ()
        if own & set(first):
            return tuple(self._found(side, where) for side in first if side not in own)
        if not self._are_two(ranked):
            return ()
        return tuple(self._found(side, where) for side in first)

    def _answered(self, own: set[str], where: Span) -> Found | None:
        """Return who asked what an act answers, if it was in this sentence or the one before."""
        if self._asking is None:
            return None
        agent, sentence, span = self._asking
        near = 0 <= self._sentence(where.start) - sentence <= 1
        if not near or self._party(agent) in own or agent.id in own:
            return None
        return Found(agent, _SURE, (agent.words or span,))

    def together(self, where: Span, number: int) -> tuple[Found, ...]:
        """Return the states that "both sides" or "the three countries" are at a place."""
        ranked = self._ranked(where)
        if len(ranked) < number:
            return ()
        return tuple(self._found(side, where) for side, _ in ranked[:number])

    def leading(self, where: Span) -> str:
        """Return the state that an article is mainly about at a place, "" where none leads."""
        ranked = self._ranked(where)
        if not ranked or (len(ranked) > 1 and ranked[0][1] < 1.5 * ranked[1][1]):
            return ""
        return ranked[0][0]

    def _party(self, agent: Agent) -> str:
        """Return the side of an actor; a known body that is of no state is one of its own."""
        return self.side(agent) or (agent.id if agent.id in self._known else "")

    def _ranked(self, where: Span) -> list[tuple[str, float]]:
        """Return the sides by how much they are spoken of at a place, the most first."""
        here = self._sentence(where.start)
        weights: dict[str, float] = {}
        for one in self._named:
            back = here - one.sentence
            if 0 <= back <= _MOST_BACK and one.span.start < where.end:
                weights[one.side] = weights.get(one.side, 0.0) + _FADING**back
        for side, count in self._whole.items():
            weights[side] = weights.get(side, 0.0) + _WHOLE * count
        return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))

    @staticmethod
    def _are_two(ranked: list[tuple[str, float]]) -> bool:
        return len(ranked) == 2 or ranked[1][1] >= 1.2 * ranked[2][1]

    def _found(self, side: str, where: Span) -> Found:
        spans = [one.span for one in self._named if one.side == side]
        before = [span for span in spans if span.start < where.end]
        span = before[-1] if before else spans[0]
        return Found(known_agent(side, self._known, span), _SURE, (span,))

    def _sentence(self, place: int) -> int:
        found = 0
        for at, start in enumerate(self._starts):
            if start <= place:
                found = at
        return found

    def _sides(self, mention: Mention) -> Iterable[_Named]:
        proposal = mention.proposal
        names = [mention.target, *mention.members, proposal.of if proposal else None]
        for name in names:
            entity = self._known.get(name or "")
            if entity is not None and entity.type in _STATES:
                yield _Named(entity.id, mention.span, self._sentence(mention.span.start))
