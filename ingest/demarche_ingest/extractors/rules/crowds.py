"""Who is beaten back or arrested after a protest was told, where the words leave it open.

"Students marched. Police fired tear gas. Eleven were arrested." are the same students. They are
meant where a force does what is done to crowds and the words name nobody, only count people, or
call them by what they did ("the protesters").
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.parties import SURE, Found, Parties
from demarche_ingest.extractors.rules.recall import Act

_CALLED: Final = word_set("crowd protester demonstrator marcher rioter looter mob picket")
_CALLED_SO: Final = _CALLED | {f"{word}s" for word in _CALLED}
"""What those are called again who protested."""
_PEOPLE: Final = frozenset(("people", "person", "persons"))
_AGAINST_CROWDS: Final = frozenset(("crowd-control", "arrest"))
"""Modes of what is done to crowds."""
_DONE: Final = frozenset(("assault", "coerce"))
_FAR: Final = 6
"""How many sentences back those may have protested who are called after it."""
_NEAR: Final = 2
"""How many, where nothing names them."""


class Crowds:
    """Who protested last in an article."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._protest: Act | None = None

    def note(self, act: Act) -> None:
        """Remember a protest by people of no state, or who is called so in a clash."""
        crowd = tuple(one for one in act.actors if _is_public(one))
        if act.category == "protest" and len(crowd) == len(act.actors) > 0:
            self._protest = act
        called = tuple(one for one in crowd if one.agent.label in _CALLED_SO)
        if act.category == "assault" and called:
            self._protest = replace(act, actors=called)

    def recipients(self, act: Act, modes: tuple[str, ...]) -> tuple[Found, ...]:
        """Return whom an act is done to: the crowd that it leaves open, or as it says itself."""
        before = self._protest
        if before is None or act.category not in _DONE or act.where.start < before.where.end:
            return act.recipients
        back = self._parties.sentence(act.where.start) - self._parties.sentence(before.where.start)
        is_usual = not _AGAINST_CROWDS.isdisjoint(modes)
        if act.recipients:
            names = {one.agent.label for one in act.recipients if one.agent.is_new}
            is_called = len(names) == len(act.recipients) and names <= _CALLED_SO
            is_open = is_usual and names <= _PEOPLE and len(act.recipients) == 1
            means = (is_called and back <= _FAR) or (is_open and back <= _NEAR)
        else:
            means = is_usual and back <= _NEAR
        return tuple(_again(one) for one in before.actors) if means else act.recipients


def _again(one: Found) -> Found:
    beyond = (one.agent.words,) if one.agent.words is not None else one.beyond
    return replace(one, certainty=one.certainty * SURE, beyond=beyond)


def _is_public(one: Found) -> bool:
    return one.agent.is_new and one.agent.kind in ("Public", "ArmedGroup")
