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
