"""Offices that are known: whose they are, by which titles texts name them, who held them when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from demarche_ingest.mentions.vocabulary import office

_OF_OWNER: Final = re.compile(r" of (?!foreign)")


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held an office on the days between, both included; ISO dates."""

    holder: str
    office: str
    first: str
    last: str
    is_own: bool = False

    def covers(self, first: str, last: str) -> bool:
        """Tell whether it lasted on all the days between two, which are both included."""
        return self.first <= first and last <= self.last


@dataclass(frozen=True, slots=True)
class Office:
    """A known office. title: its key, the same for all ways to write it (`vocabulary.office`).

    is_sole: a user says that one actor has it at a time.
    """

    id: str
    label: str
    owner: str
    title: str
    is_sole: bool = False


class Offices:
    """All known offices, and who has held them."""

    def __init__(self) -> None:
        self._offices: dict[str, Office] = {}
        self._tenures: list[Tenure] = []

    def __contains__(self, name: object) -> bool:
        return name in self._offices

    def __getitem__(self, name: str) -> Office:
        return self._offices[name]

    def add(self, name: str, label: str, owner: str) -> None:
        """Add an office by its label, or take another label of one that is known."""
        self._offices[name] = Office(name, label, owner, office(_OF_OWNER.split(label)[0]))

    def add_sole(self, name: str, label: str, owner: str, words: str) -> None:
        """Add an office that one actor has at a time. words: of its title."""
        self._offices[name] = Office(name, label, owner, office(words), is_sole=True)

    def hold(self, tenure: Tenure) -> None:
        """Add who held an office."""
        self._tenures.append(tenure)

    def named(self, owner: str, title: str) -> tuple[str, ...]:
        """Return the offices of an owner that a title names. title: its key."""
        return tuple(
            one.id for one in self._offices.values() if one.title == title and one.owner == owner
        )

    def are_sole(self, names: Iterable[str]) -> bool:
        """Tell whether a user says of one of some offices that one actor has it at a time."""
        return any(self._offices[name].is_sole for name in names)

    def holders(self, names: Collection[str], first: str, last: str) -> list[str]:
        """Return who held some offices on all the days between two; a user's tenures win."""
        held = [one for one in self._tenures if one.office in names and one.covers(first, last)]
        own = [one for one in held if one.is_own]
        return sorted({one.holder for one in own or held})

    def served(self, holder: str) -> str:
        """Return the state or body that somebody has held offices of, "" for none or several."""
        owners = {self._offices[one.office].owner for one in self._tenures if one.holder == holder}
        return owners.pop() if len(owners) == 1 else ""

    def is_users(self, holder: str, names: Collection[str]) -> bool:
        """Tell whether a user says that somebody held one of some offices."""
        return any(
            one.is_own and one.holder == holder and one.office in names for one in self._tenures
        )

    def held(self, holder: str, title: str, first: str, last: str) -> Office | None:
        """Return which office somebody has held that a title names: on those days, or else ever.

        title: its key. first, last: ISO days, "" where none are known. None for no such office.
        """
        found = [
            one
            for one in self._tenures
            if one.holder == holder and self._offices[one.office].title == title
        ]
        then = [one for one in found if first and last and one.covers(first, last)]
        return self._offices[(then or found)[-1].office] if found else None
