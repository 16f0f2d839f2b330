"""The zones of a document: stretches of one kind, their words, and the claims beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ontology.terms import VOC
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.document_parts import Part
from demarche_server.pages.things.excerpts import Lit, lit
from demarche_server.pages.things.lighting import Paragraph, Span, light
from demarche_server.readers.tables import Term
from demarche_server.texts import ShownText

_KINDS: Final = {
    "headline": "Headline",
    "body": "Text",
    "caption": "Caption",
    "comment": "Reader comment",
    "boilerplate": "Boilerplate",
    "promotion": "Promotion",
    "pingback": "Pingback",
    "article": "Article",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A claim beside the text."""

    claim: Cell
    source: Cell
    voice: str


@dataclass(frozen=True, slots=True)
class Note:
    """A passage and its claims, in the margin. excerpt: its words from a near copy."""

    number: int
    start: int
    end: int
    claims: tuple[Said, ...]
    excerpt: Lit | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph and the notes on passages that begin in it; None for words not shown."""

    paragraph: Paragraph | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the document of one kind. name: what readers call it.

    kind: a notation of `voc:part`, "" between the parts. continued: it begins on an earlier page.
    """

    name: str
    kind: str
    cell: Cell | None
    start: int
    end: int
    continued: bool
    rows: tuple[Row, ...]
    creator: Cell | None = None
    reply: Cell | None = None
    date: str = ""

    @property
    def claims(self) -> int:
        return sum(len(note.claims) for row in self.rows for note in row.notes)


@dataclass(frozen=True, slots=True)
class Zoning:
    """Lays out a window of a document. parts: in order. text: None where no words are shown.

    cell: how an IRI is shown.
    """

    parts: Sequence[Part]
    text: ShownText | None
    cell: Callable[[str], Cell]

    def notes(self, rows: Sequence[tuple[Term | None, ...]]) -> list[Note]:
        """Return the rows of `document_parts.claims_within` by passage, numbered from 1."""
        groups: dict[tuple[int, int], list[Said]] = {}
        for start, end, claim, source, voice in rows:
            if start and end and claim and source:
                said = Said(self.cell(claim.value), self.cell(source.value), _notation(voice))
                groups.setdefault((int(start.value), int(end.value)), []).append(said)
        near = self.text if self.text is not None and not self.text.copy.is_exact else None
        return [
            Note(n, *place, tuple(claims), lit(near, *place) if near else None)
            for n, (place, claims) in enumerate(groups.items(), start=1)
        ]

    def zones(self, first: int, last: int, notes: Sequence[Note]) -> list[Zone]:
        """Return the zones between two offsets, with what stands between them."""
        leaves = [part for part in self.parts if part.kind != "article"]
        zones, at = [], first
        for part in leaves:
            start, end = max(part.start, at), min(part.end, last)
            if start >= end:
                continue
            zones += self._between(at, start, notes)
            zones.append(self._zone(part, start, end, notes))
            at = end
        return [*zones, *self._between(at, last, notes)]

    def _between(self, start: int, end: int, notes: Sequence[Note]) -> list[Zone]:
        """Return what stands between the parts, if it is more than white space."""
        here = [note for note in notes if start <= note.start < end]
        words = self._words(start, end)
        if not here and (words is None or not words.strip()):
            return []
        rows = self._rows(start, end, notes)
        return [Zone("Between the parts", "", None, start, end, False, rows)]

    def _zone(self, part: Part, start: int, end: int, notes: Sequence[Note]) -> Zone:
        return Zone(
            name=_KINDS.get(part.kind, part.kind.capitalize()),
            kind=part.kind,
            cell=self.cell(part.iri),
            start=start,
            end=end,
            continued=start > part.start,
            rows=self._rows(start, end, notes),
            creator=self.cell(part.creator) if part.creator else None,
            reply=self.cell(part.reply) if part.reply else None,
            date=part.date,
        )

    def _rows(self, start: int, end: int, notes: Sequence[Note]) -> tuple[Row, ...]:
        words = self._words(start, end)
        if words is None:
            return (Row(None, tuple(note for note in notes if start <= note.start < end)),)
        by_number = {note.number: note for note in notes}
        spans = [Span(note.number, note.start, note.end) for note in notes]
        return tuple(
            Row(one, tuple(by_number[n] for n in one.begins)) for one in light(words, start, spans)
        )

    def _words(self, start: int, end: int) -> str | None:
        if self.text is None or not self.text.copy.is_exact:
            return None
        return self.text.content[start:end]


def _notation(term: Term | None) -> str:
    """Return the notation of a concept: `quoted` of `voc:voice-quoted`."""
    return term.value.removeprefix(VOC).partition("-")[2].replace("-", " ") if term else ""
