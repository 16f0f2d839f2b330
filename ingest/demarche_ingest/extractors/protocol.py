"""What every extractor does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.gate import Refusal
from demarche_ingest.candidates.model import Candidate


class Extractor(Protocol):
    """Proposes claims. name: with its version, for the record of what made a candidate.

    What it proposes goes through the gate; nothing of it is accepted by itself.
    """

    @property
    def name(self) -> str: ...

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        """Yield the claims that an article makes, in the order of the text.

        told: who asserts what stands where in the article (`attribution.attribute`).
        """
        ...


@runtime_checkable
class Refusing(Protocol):
    """An extractor that refuses some of what it came upon, as a model's words may be no claim."""

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what was refused since this was last asked."""
        ...
