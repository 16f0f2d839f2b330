"""Articles of one text with nearly the same words.

Each article is known by the smallest hashes of its runs of five words (bottom-k sketch, after
Broder, "On the resemblance and containment of documents", 1997).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

from demarche_ingest.texts import Span

_WORD: Final = re.compile(r"\w+")
_RUN: Final = 5
"""Words that are looked at together."""
_KEPT: Final = 200
"""Hashes that are kept of an article."""
_NEAR: Final = 0.5
"""Articles are near-copies if they have at least so many of their runs in common."""
_FEWEST: Final = 20
"""Runs of an article: with fewer nothing can be said."""


def twins(content: str, spans: Sequence[Span]) -> Iterator[tuple[int, int, float]]:
    """Yield which two articles, the earlier first, have nearly the same words, and how nearly.

    Of several that are alike, each is told with the first: the time is linear in their number.
    """
    sketches = [_sketch(content[span.start : span.end]) for span in spans]
    having: defaultdict[int, list[int]] = defaultdict(list)
    for number, sketch in enumerate(sketches):
        if len(sketch) < _FEWEST:
            continue
        shared = Counter(other for value in sketch for other in having[value])
        likely = [other for other in sorted(shared) if shared[other] >= _NEAR * len(sketch) / 2]
        near = ((other, _resemblance(sketches[other], sketch)) for other in likely)
        found = next(((other, how) for other, how in near if how >= _NEAR), None)
        if found is not None:
            yield found[0], number, found[1]
            continue
        for value in sketch:
            having[value].append(number)


def _sketch(words: str) -> frozenset[int]:
    found = [word.casefold() for word in _WORD.findall(words)]
    runs = {" ".join(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1)}
    return frozenset(sorted(crc32(run.encode("utf-8", "replace")) for run in runs)[:_KEPT])


def _resemblance(one: frozenset[int], other: frozenset[int]) -> float:
    least = set(sorted(one | other)[: max(len(one), len(other))])
    return len(least & one & other) / len(least)
