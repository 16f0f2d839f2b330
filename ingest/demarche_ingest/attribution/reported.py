"""What a sentence tells of who says what."""

from __future__ import annotations

from dataclasses import dataclass

from demarche_ingest.attribution.speakers import Speaker
from demarche_ingest.candidates.model import Agent
from demarche_ingest.texts import Span


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody who is said to have said something.

    head: the part of the sentence that tells so. is_act: saying it is an act of its own.
    """

    speaker: Speaker
    cue: Span
    content: tuple[Span, ...]
    head: Span
    through: tuple[Agent, ...] = ()
    certainty: str = "certain"
    is_act: bool = False
