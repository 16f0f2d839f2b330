"""Finding quotations in a text, and passages again in a near-copy.

A quotation is matched after 1:1 typographic folding (quotation marks, dashes) and with any run
of white space equal to one space; never fuzzily and never ignoring case. What is found is a span
of the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from demarche_ingest.texts import Span, fold, fold_typography, sha256

ELLIPSIS = "[...]"
_INSIDE_WORD = re.compile(r"(?<=\w)(?=\w)")


class NotLocatedError(ValueError):
    """A quotation that is not in the text, or not at one place only."""


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text with white space runs made one space, and the way back.

    content: the folded text; starts[i]: offset in the text of the folded code point i.
    """

    content: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> FoldedText:
        """Fold a text (its typography kept)."""
        characters: list[str] = []
        starts: list[int] = []
        for offset, character in enumerate(text):
            if character.isspace() and (not characters or characters[-1] == " "):
                continue
            characters.append(" " if character.isspace() else character)
            starts.append(offset)
        return cls("".join(characters), tuple(starts))

    def span(self, start: int, end: int) -> Span:
        """Return the span of the text behind folded code points start up to end."""
        return Span(self.starts[start], self.starts[end - 1] + 1)


def locate(folded: FoldedText, quote: str, occurrence: int | None = None) -> Span:
    """Return the span of a quotation; `first words [...] last words` spans what is between.

    occurrence: which one, from 1, when the quotation stands there more than once.
    Raises NotLocatedError saying how far the quotation goes with the text, or how often it occurs.
    """
    haystack = fold_typography(folded.content)
    head, _, tail = (fold(fold_typography(part)) for part in quote.partition(ELLIPSIS))
    whole = fold(fold_typography(quote))
    if tail and whole in haystack:  # the text itself has such an ellipsis there
        head, tail = whole, ""
    if not head:
        raise NotLocatedError("the quotation is empty")
    start = _nth(haystack, head, occurrence)
    end = start + len(head)
    if tail:
        found = haystack.find(tail, end)
        if found < 0:
            raise NotLocatedError(f"no {tail!r} follows {head!r}")
        end = found + len(tail)
    return folded.span(start, end)


def occurrence_of(folded: FoldedText, passage: str, start: int) -> int | None:
    """Return which occurrence of a passage begins at an offset, None when it is the only one."""
    needle = fold(fold_typography(passage))
    places = _places(fold_typography(folded.content), needle)
    starts = [folded.starts[place] for place in places]
    return starts.index(start) + 1 if len(starts) > 1 and start in starts else None


def _places(haystack: str, needle: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(needle)})", haystack)]


def _nth(haystack: str, needle: str, occurrence: int | None) -> int:
    places = _places(haystack, needle)
    if not places:
        raise NotLocatedError(_how_far(haystack, needle))
    if occurrence is None:
        if len(places) > 1:
            raise NotLocatedError(f"it stands there {len(places)} times; say which `occurrence`")
        return places[0]
    if not 1 <= occurrence <= len(places):
        raise NotLocatedError(f"occurrence {occurrence}, but it stands there {len(places)} times")
    return places[occurrence - 1]


def _how_far(haystack: str, needle: str) -> str:
    low, high = 0, len(needle)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if needle[:middle] in haystack else (low, middle - 1)
    if low < 4:
        return "it is not in the text"
    agreed = needle[:low][-30:]
    follows = haystack[haystack.find(needle[:low]) + low :][:15]
    return f"the text agrees up to {agreed!r}, then goes on {follows!r}"


def relocate(folded: FoldedText, folded_sha256: str, length: int) -> list[Span]:
    """Return where passages with this folded hash stand; length in folded code points.

    Passages that begin and end inside a word are only looked for when there is no other.
    """
    return relocate_all(folded, [(folded_sha256, length)]).get((folded_sha256, length), [])


def relocate_all(
    folded: FoldedText, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], list[Span]]:
    """Return where passages stand, by folded hash and length as given; only those found.

    Each length costs one walk through the text, however many passages have it. See `relocate`.
    """
    inside = {match.start() for match in _INSIDE_WORD.finditer(folded.content)}
    hashes: dict[int, set[str]] = {}
    for sha256_, length in wanted:
        hashes.setdefault(length, set()).add(sha256_)
    found: dict[tuple[str, int], list[Span]] = {}
    for length, those in hashes.items():
        starts = range(len(folded.content) - length + 1)
        whole = [start for start in starts if start not in inside and start + length not in inside]
        hits = _hits(folded, those, length, whole)
        hits |= _hits(folded, those - hits.keys(), length, starts)
        found |= {(sha256_, length): spans for sha256_, spans in hits.items()}
    return found


def _hits(
    folded: FoldedText, wanted: set[str], length: int, starts: Iterable[int]
) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for start in starts if wanted else ():
        digest = sha256(folded.content[start : start + length])
        if digest in wanted:
            found.setdefault(digest, []).append(folded.span(start, start + length))
    return found
