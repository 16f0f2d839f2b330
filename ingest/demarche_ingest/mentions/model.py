"""What is told of an expression that refers to somebody or something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demarche_ingest.texts import Span

How = Literal["name", "demonym", "metonym", "title", "pronoun", "description", "place", "unknown"]
"""By what an expression refers: its name; "Kazakh"; "Baku" for the state; "the president of Mali";
"he"; "the alliance"; a name that means a place; a name that nothing here knows."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A thing that no reference data has, as the text speaks of it.

    kind: class of the ontology it seems to be, "" where the text does not tell. of: the state or
    organisation that it seems to belong to, "" likewise. near: known things whose names look
    alike, for people to judge: likeness never links by itself.
    """

    label: str
    kind: str = ""
    of: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """An expression and what it refers to.

    span: code points of the whole text.
    target: the id that a sure rule settles on, or none.
    candidates: the ids that it may mean where none is settled; of a metonym, the place besides.
    members: the ids that it means together ("both states"), of those that have one.
    chain: earlier expressions that it rests on, nearest first.
    rule: the rule that decided, by a name that does not change (docs/actors.md lists them).
    proposal: of what is unknown.
    """

    span: Span
    how: How
    target: str | None = None
    candidates: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    chain: tuple[Span, ...] = ()
    rule: str = ""
    proposal: Proposal | None = None
