"""A text cut so that its passages can be lit: paragraphs, and in them pieces that passages share.

Passages overlap as they like; where one begins or ends a piece ends, so that each piece lies
wholly inside or outside of every passage. Offsets are code points, ends exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_BREAK: Final = re.compile(r"\s*\n\s*")
"""What parts two paragraphs; it belongs to the one before."""


@dataclass(frozen=True, slots=True)
class Span:
    """A passage. number: what it is called on the page."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. within: the passages it lies in. begins: those that begin with it."""

    text: str
    within: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()

    @property
    def depth(self) -> int:
        """How many passages overlap here, as far as it is shown."""
        return min(len(self.within), 3)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a text, from code point `start` on."""

    start: int
    pieces: tuple[Piece, ...]

    @property
    def begins(self) -> tuple[int, ...]:
        """The passages that begin in it."""
        return tuple(number for piece in self.pieces for number in piece.begins)


def light(text: str, start: int, spans: Sequence[Span]) -> list[Paragraph]:
    """Return a text as paragraphs. start: the offset of its first code point.

    A span that began before the text lights its part of it, and begins in no piece.
    """
    end = start + len(text)
    inside = [span for span in spans if span.start < end and span.end > start]
    paragraphs = []
    seen = {span.number for span in inside if span.start < start}
    for at, stop in _paragraphs(text, start):
        here = [span for span in inside if span.start < stop and span.end > at]
        pieces = tuple(_pieces(text[at - start : stop - start], at, here, seen))
        paragraphs.append(Paragraph(at, pieces))
    return paragraphs


def _paragraphs(text: str, start: int) -> Iterator[tuple[int, int]]:
    at = 0
    for found in _BREAK.finditer(text):
        if found.end() < len(text):
            yield start + at, start + found.end()
            at = found.end()
    if at < len(text):
        yield start + at, start + len(text)


def _pieces(text: str, start: int, spans: Iterable[Span], seen: set[int]) -> Iterator[Piece]:
    spans = list(spans)
    end = start + len(text)
    edges = {edge for span in spans for edge in (span.start, span.end) if start < edge < end}
    cuts = [start, *sorted(edges), end]
    for at, stop in pairwise(cuts):
        within = tuple(span.number for span in spans if span.start <= at and stop <= span.end)
        begins = tuple(number for number in within if number not in seen)
        seen.update(begins)
        yield Piece(text[at - start : stop - start], within, begins)
