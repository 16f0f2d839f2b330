"""Who was spoken of before in an article."""

from __future__ import annotations

from typing import Final

from demarche_ingest.extractors.rules.parties import SURE, Found, Parties
from demarche_ingest.extractors.rules.pronouns import Subjects
from demarche_ingest.texts import Span

_NEAR: Final = 1
"""How many sentences back those may have been told whom "they" means."""


class Memory:
    """Who was spoken of before in an article: those told together, and groups by their nouns."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties
        self._together: tuple[tuple[Found, ...], int] = ((), 0)
        self._groups: dict[str, Found] = {}
        self._subjects: list[tuple[Subjects, int]] = []

    def note(self, together: tuple[Found, ...], where: Span) -> None:
        if len(together) > 1:
            self._together = (together, self._parties.sentence(where.start))

    def follow(self, subjects: Subjects, where: Span) -> None:
        """Remember the subjects of a sentence, for the pronouns of the next."""
        self._subjects = [*self._subjects[-1:], (subjects, self._parties.sentence(where.start))]

    def subject(self, where: Span) -> Subjects | None:
        """Return the subjects of the sentence just before a place."""
        here = self._parties.sentence(where.start)
        return next((one for one, at in self._subjects if at == here - _NEAR), None)

    def together(self, where: Span, number: int = 0) -> tuple[Found, ...]:
        """Return who was told together in the sentence before; number: how many, 0 for any."""
        found, sentence = self._together
        back = self._parties.sentence(where.start) - sentence
        if not 0 < back <= _NEAR or (number and len(found) != number):
            return ()
        return tuple(Found(one.agent, one.certainty * SURE, one.beyond) for one in found)

    def keep(self, noun: str, group: Found) -> None:
        """Remember a group of a state or body by its noun."""
        self._groups[noun] = group

    def forget(self, noun: str) -> None:
        """Remember no group by a noun, which may mean several."""
        self._groups.pop(noun, None)

    def group(self, noun: str) -> Found | None:
        """Return the group that a noun without more may mean again ("the opposition")."""
        return self._groups.get(noun)
