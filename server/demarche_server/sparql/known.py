"""What rewriting a query may ask of the graph that it is run on."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class TextAsked(NamedTuple):
    """What a group of patterns asks of a text.

    text: folded. predicate: IRI of that whose objects it is asked of, "" for any. literal: whether
    objects that are no literals are of no account. rows: how many solutions the answer needs, None
    for all. fixed: predicate and object of patterns that the engine could begin with.
    """

    text: str
    predicate: str
    literal: bool
    rows: int | None = None
    fixed: tuple[tuple[str, str], ...] = ()


class Known(Protocol):
    """What is known of the default graph that a query is run on."""

    def is_absent(self, iri: str) -> bool:
        """Whether it has an IRI neither as a subject nor as an object."""
        ...

    def is_rare(self, iri: str) -> bool:
        """Whether so few triples have an IRI as predicate that a join had better begin there."""
        ...

    def literals_holding(self, asked: TextAsked) -> list[str] | None:
        """Return the literals that are objects of a predicate and hold a text, as Turtle.

        Among them are all that hold it when they are folded (`folding`), each once, and perhaps
        others. None if these cannot be told, or are no help to the engine.
        """
        ...
