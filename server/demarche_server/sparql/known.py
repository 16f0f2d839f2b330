"""What rewriting a query may ask of the graph that it is run on."""

from __future__ import annotations

from typing import Protocol


class Known(Protocol):
    """What is known of the default graph that a query is run on."""

    def is_absent(self, iri: str) -> bool:
        """Whether it has an IRI neither as a subject nor as an object."""
        ...

    def is_rare(self, iri: str) -> bool:
        """Whether so few triples have an IRI as predicate that a join had better begin there."""
        ...

    def literals_holding(self, text: str, predicate: str | None, literal: bool) -> list[str] | None:
        """Return the literals that are objects of a predicate and hold a text, as Turtle.

        Among them are all that hold it when they are folded (`folding`), each once, and perhaps
        others. text: folded. predicate: its IRI, None for any. literal: whether it does not matter
        what other objects there are. None if these cannot be told, or are no help to the engine.
        """
        ...
