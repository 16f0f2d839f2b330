"""Who an act is directed at where its sentence does not say: the other party of the article.

News of two sides names the other once and then says "rejected the offer". Coders fill it in from
the context; so do these rules, with less certainty, and only for acts that have somebody they are
done to or asked of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from demarche_ingest.candidates.agents import known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.extractors.rules.agents import Found
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span

DIRECTED: Final = frozenset(
    ("accuse", "agree", "coerce", "concede", "reject", "request", "sanction", "support", "threaten")
)
"""Categories of acts that nearly always have a recipient."""
_STATES: Final = frozenset(("State", "DeFactoAuthority"))
_SURE: Final = 0.65
_FADING: Final = 0.85
_MOST_BACK: Final = 12
"""How many sentences back a mention still says who is being spoken of."""


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

    def others(self, actors: Iterable[Agent], where: Span) -> tuple[Found, ...]:
        """Return the party that actors have to do with, or the two that others have.

        where: the passage of their act.
        """
        own = {self.side(one) for one in actors}
        if not own or "" in own:
            return ()
        ranked = self._ranked(where)
        first = [side for side, _ in ranked[:2]]
        if len(first) < 2 or not self._are_two(ranked):
            return ()
        if own & set(first):
            return tuple(self._found(side, where) for side in first if side not in own)
        return tuple(self._found(side, where) for side in first)

    def _ranked(self, where: Span) -> list[tuple[str, float]]:
        """Return the sides by how much they are spoken of at a place, the most first."""
        here = self._sentence(where.start)
        weights: dict[str, float] = {}
        for one in self._named:
            back = here - one.sentence
            if 0 <= back <= _MOST_BACK:
                weights[one.side] = weights.get(one.side, 0.0) + _FADING**back
        for side, count in self._whole.items():
            weights[side] = weights.get(side, 0.0) + 0.35 * count
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
