"""Which state a text speaks of at a place: whose "the foreign ministry" is with no name by it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.reading import Reading

_STATES: Final = frozenset({"State", "DeFactoAuthority"})
_FADING: Final = 0.6
"""What a mention loses by each sentence after it."""
_MOST_BACK: Final = 8
_WHOLE: Final = 0.25
"""What each mention anywhere counts besides."""
_CAPITAL: Final = 0.5
"""What the name of a capital counts, where it is the place."""
_DEMONYM: Final = 0.5
"""What "Kazakh" counts, which is often said of things and private people."""
_DATELINE: Final = 1.0
"""What a report counts for the state that it comes from."""
_TWO: Final = 2
_LEADS: Final = 1.8
"""How many times more than the next a state has to be spoken of."""


class Focus:
    """The states of an article by where they are named. mentions: those by name."""

    def __init__(
        self, reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer, place: str
    ) -> None:
        self._reading, self._gazetteer = reading, gazetteer
        self._lines = [line.span.start for line in reading.lines]
        self._named = sorted(
            (mention.span.start, self._line(mention.span.start), state, weight)
            for mention in mentions
            for state, weight in self._states(mention)
        )
        self._whole: dict[str, float] = defaultdict(float)
        for *_, state, weight in self._named:
            self._whole[state] += _WHOLE * weight
        self._from = self._dateline(mentions, place)

    def at(self, place: int) -> str:
        """Return the id of the state that leads at a place, "" where none does."""
        here = self._line(place)
        weights = dict(self._whole)
        named = {self._from} - {""}
        if self._from:
            weights[self._from] = weights.get(self._from, 0.0) + _DATELINE
        for start, line, state, weight in self._named:
            if start < place:
                named.add(state)
                if here - line <= _MOST_BACK:
                    weights[state] += weight * _FADING ** (here - line)
        ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
        if not ranked or ranked[0][0] not in named:
            return ""
        if len(ranked) > 1 and ranked[0][1] < _LEADS * ranked[1][1]:
            return ""
        return ranked[0][0]

    def both(self) -> tuple[str, ...]:
        """Return the two states that a text is about, none where there are not clearly two."""
        ranked = sorted(self._whole.items(), key=lambda pair: (-pair[1], pair[0]))
        if len(ranked) < _TWO or (len(ranked) > _TWO and ranked[1][1] < _LEADS * ranked[2][1]):
            return ()
        return tuple(state for state, _ in ranked[:_TWO])

    def _line(self, place: int) -> int:
        return bisect_right(self._lines, place)

    def _states(self, mention: Mention) -> list[tuple[str, float]]:
        """Return the state that a mention speaks of, and how much it counts."""
        if state := self._state(mention):
            return [(state, _DEMONYM if mention.how == "demonym" else 1.0)]
        if mention.how != "place":
            return []
        return [(seat, _CAPITAL) for seat in self._seats(mention)[:1]]

    def _seats(self, mention: Mention) -> list[str]:
        """Return who governs from a place, if one state does."""
        seats = {
            actor
            for name in (mention.target, *mention.candidates)
            for actor in self._gazetteer.metonyms.get(name or "", ())
            if self._gazetteer.entities[actor].type in _STATES
        }
        return sorted(seats) if len(seats) == 1 else []

    def _state(self, mention: Mention) -> str:
        """Return the state that a mention names, or whose capital or people it does."""
        target = mention.target
        if target is None or mention.how not in {"name", "demonym", "metonym"}:
            return ""
        entity = self._gazetteer.entities[target]
        if entity.type in _STATES:
            return target
        owner = self._gazetteer.entities.get(entity.body_of)
        return owner.id if owner is not None and owner.type in _STATES else ""

    def _dateline(self, mentions: Sequence[Mention], place: str) -> str:
        """Return the state whose capital a report comes from."""
        for mention in mentions:
            form = self._reading.text[mention.span.start : mention.span.end]
            in_place = place and form.lower() in place.lower()
            if mention.rule == "dateline" or in_place:
                if seats := self._seats(mention):
                    return seats[0]
                if in_place and (state := self._state(mention)):
                    return state
        return ""
