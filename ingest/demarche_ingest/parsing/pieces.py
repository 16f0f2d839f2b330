"""Sentences that are too long for a parser: cut, parsed piece by piece, joined again.

A 'sentence' of thousands of words is a table, a list or a text without points. Time and memory of a
parser grow faster than a sentence, so it is cut after at most `MOST_WORDS` words, at the last mark
of punctuation in the piece's second half if there is one. The root of each later piece hangs on the
root of the first as `parataxis`; no other relation crosses a cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_WORDS = 250
JOINED = "parataxis"

_MARKS = frozenset(".;:!?,)]|—–")
_LONE = re.compile("[\ud800-\udfff]")


def encodable(content: str) -> str:
    """Return a string of the same length without lone surrogates, which spaCy cannot take."""
    return _LONE.sub("\ufffd", content)


def cuts(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the pieces start and end, counted in words; one piece for most sentences."""
    made: list[tuple[int, int]] = []
    start = 0
    while len(words) - start > MOST_WORDS:
        end = start + MOST_WORDS
        marks = (at for at in range(end, start + MOST_WORDS // 2, -1) if words[at - 1] in _MARKS)
        end = next(marks, end)
        made.append((start, end))
        start = end
    return [*made, (start, len(words))]


def join(heads: Sequence[int], relations: Sequence[str]) -> tuple[Sequence[int], Sequence[str]]:
    """Hang all roots but the first on the first. A root is its own head."""
    roots = [at for at, head in enumerate(heads) if at == head]
    if len(roots) < 2:
        return heads, relations
    new_heads, new_relations = list(heads), list(relations)
    for one in roots[1:]:
        new_heads[one], new_relations[one] = roots[0], JOINED
    return new_heads, new_relations
