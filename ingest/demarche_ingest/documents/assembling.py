"""Putting a text together from the pieces a format has, with a zone for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.texts import Span

BREAK = "\n\n"
"""What stands between pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph and what it is."""

    kind: ZoneKind
    content: str


@dataclass(frozen=True, slots=True)
class Assembled:
    """The text of pieces, and its zones: one for each run of pieces of a kind, each comment."""

    content: str
    zones: tuple[Zone, ...]


def assemble(pieces: Iterable[Piece]) -> Assembled:
    """Return the text that pieces make, paragraphs apart by an empty line, ended by a line."""
    parts: list[str] = []
    spans: list[tuple[ZoneKind, Span]] = []
    at = 0
    for piece in pieces:
        if parts:
            parts.append(BREAK)
            at += len(BREAK)
        parts.append(piece.content)
        spans.append((piece.kind, Span(at, at + len(piece.content))))
        at += len(piece.content)
    zones: list[Zone] = []
    for kind, run in groupby(spans, key=lambda one: one[0]):
        within = [span for _, span in run]
        if kind == "comment":
            zones += [Zone(kind, span) for span in within]
        else:
            zones.append(Zone(kind, Span(within[0].start, within[-1].end)))
    content = "".join(parts)
    return Assembled(f"{content}\n" if content else "", tuple(zones))
