"""What is told of who says what. All spans count code points of the whole text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from demarche_ingest.candidates.model import Agent, Telling
from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.texts import Span

Style = Literal["direct", "indirect", "mixed"]
"""Words in quotation marks; their sense; both in one sentence."""

VOICE_OF_ZONE: dict[ZoneKind, str] = {
    "headline": "headline",
    "caption": "caption",
    "comment": "reader-comment",
}
"""Zones that decide the voice of what stands in them (codebook §3.5); elsewhere it is `author`."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One source with what it is said to have said.

    source: none where the words name nobody that could be told ("officials said").
    cue: the words that attribute ("told", "according to"). content: what is attributed.
    through: whoever passed it on, from the outside inwards (an agency that heard the speaker).
    certainty: what the cue leaves of it. outer: place, in the article's attributions, of the one
        that this is told inside of; None for none.
    """

    source: Agent | None
    cue: Span | None
    content: tuple[Span, ...]
    style: Style
    through: tuple[Agent, ...] = ()
    certainty: str = "certain"
    uttered: str = ""
    outer: int | None = None


class Attributions:
    """The attributions of one article, asked for any place of it."""

    def __init__(
        self,
        found: Iterable[Attribution],
        zones: Iterable[Zone],
        outlet: tuple[Agent, ...],
        author: tuple[Agent, ...] = (),
    ) -> None:
        self.found = tuple(found)
        self._zones = tuple(zones)
        self._outlet, self._author = outlet, author

    @property
    def outlet(self) -> Agent:
        """Who published the article."""
        return self._outlet[0]

    @property
    def author(self) -> Agent | None:
        """Who signed the article and asserts its body, if anybody."""
        return self._author[-1] if self._author else None

    def telling(self, span: Span) -> Telling:
        """Return who asserts what stands at a span, and how."""
        kinds = (zone.kind for zone in self._zones if zone.span.covers(span))
        kind: ZoneKind = next(kinds, "body")
        voice = VOICE_OF_ZONE.get(kind, "author")
        signed = self._author if kind == "body" else ()
        return Telling((*self._outlet, *signed), voice)
