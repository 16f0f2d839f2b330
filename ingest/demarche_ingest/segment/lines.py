"""Lines and paragraphs of a text, whichever way its lines end.

A paragraph is what blank lines enclose, and of it each line, unless its lines are folded at a
width, as mail programs, PDF and printed pages fold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from demarche_ingest.texts import Span

_LINE: Final = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""What `str.splitlines` takes for a line, without its end."""
_END: Final = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_ITEM: Final = re.compile(r"(?:[•●▪◦‣■·*+–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s")
"""How an item of a list begins."""
_OTHER: Final = re.compile(r"https?://|www\.|[^\w\s]{6}")
"""How a line begins that is no part of a paragraph: an address, a ruled line."""
_FIRST: Final = re.compile(r"(?:>\s*)*\w")
"""A letter behind the marks of a quoted mail."""
_BYLINE: Final = re.compile(r"(?:[a-z]+ )?by [A-ZÀ-Þ][^\n.]{1,80}$", re.MULTILINE)
"""A line of its own that says who wrote something."""
_LINE_LENGTH: Final = 30
"""Code points of a line that may break off."""
_ENDED: Final = re.compile(r"""[.!?:;…。！？؟۔।॥։።][)\]}"'’”»›」』]*$""")
_LOOKED_AT: Final = 400_000
"""Code points that are looked at for the width of lines."""
_NARROWEST, _WIDEST = 40, 140
_FULL: Final = 0.7
"""Of the width, a line that was folded has at least so much."""
_FOLDED: Final = 0.6
"""Of the lines within paragraphs, at least so many are full in a folded text."""
_LONGEST: Final = 20_000
"""Code points of a paragraph that are looked at together."""
_BROKEN: Final = 0.3
"""… and at least so many break off in mid-sentence, before a small letter."""
_FEWEST: Final = 3
"""Lines within paragraphs that tell of a width."""


def stripped(content: str, start: int, end: int) -> Span:
    """Return the span without white space at its ends; empty where there is nothing else."""
    while start < end and content[start].isspace():
        start += 1
    while end > start and content[end - 1].isspace():
        end -= 1
    return Span(start, end)


def lines(content: str, within: Span) -> Iterator[Span]:
    """Yield the lines that are not blank, without white space at their ends."""
    for match in _LINE.finditer(content, within.start, within.end):
        span = stripped(content, match.start(), match.end())
        if span:
            yield span


def is_apart(content: str, before: Span, after: Span) -> bool:
    """Return whether a blank line stands between two lines that follow each other."""
    ends = _END.finditer(content, before.end, after.start)
    next(ends, None)
    return next(ends, None) is not None


def blocks(content: str, within: Span) -> Iterator[list[Span]]:
    """Yield the lines between blank lines, together."""
    block: list[Span] = []
    for line in lines(content, within):
        if block and is_apart(content, block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


@lru_cache(maxsize=2)
def width_of(content: str) -> int:
    """Return at how many code points the lines of a text are folded; 0 where they are not."""
    within = Span(0, min(len(content), _LOOKED_AT))
    pairs = [pair for block in blocks(content, within) for pair in pairwise(block)]
    inner = [len(line) for line, _ in pairs]
    broken = sum(_is_broken(content, line, following) for line, following in pairs)
    if len(inner) < _FEWEST or broken < _BROKEN * len(inner):
        return 0
    width = sorted(inner)[int(len(inner) * 0.9)]
    full = sum(length >= _FULL * width for length in inner)
    fits = _NARROWEST <= width <= _WIDEST and full >= _FOLDED * len(inner)
    return width if fits else 0


def paragraphs(content: str, within: Span, width: int) -> Iterator[Span]:
    """Yield the paragraphs, without white space at their ends. width: of `width_of`."""
    for block in blocks(content, within):
        yield from joined(content, block, width)


def joined(content: str, block: list[Span], width: int) -> Iterator[Span]:
    """Yield the paragraphs of lines that no blank line parts."""
    width = _own_width(content, block) or width
    start = block[0].start
    for line, following in pairwise(block):
        if not _goes_on(content, line, following, width):
            yield Span(start, line.end)
            start = following.start
    yield Span(start, block[-1].end)


def _own_width(content: str, block: list[Span]) -> int:
    """Return the width at which the lines of a block are folded, 0 where they are not.

    Nearly full lines alone tell nothing: one has to break in mid-sentence, before a small letter.
    """
    width = max(map(len, block))
    if len(block) < _FEWEST or not _NARROWEST <= width <= _WIDEST:
        return 0
    if any(len(line) < _FULL * width for line in block[:-1]):
        return 0
    broken = any(_is_broken(content, line, following) for line, following in pairwise(block))
    return width if broken else 0


def _is_broken(content: str, line: Span, following: Span) -> bool:
    """Return whether a line breaks off in mid-sentence: the next begins with a small letter."""
    if _OTHER.match(content, following.start) or _OTHER.match(content, line.start):
        return False
    first = _FIRST.match(content, following.start, following.end)
    if first is None or not content[first.end() - 1].islower():
        return False
    if _BYLINE.match(content, following.start, following.end):
        return False
    tail = content[max(line.start, line.end - 4) : line.end]
    return not _ENDED.search(tail) and (len(line) >= _LINE_LENGTH or tail.endswith(","))


def _goes_on(content: str, line: Span, following: Span, width: int) -> bool:
    """Return whether a line was folded, so that the next goes on with it."""
    if _ITEM.match(content, following.start, following.end):
        return False
    if _OTHER.match(content, following.start) or _OTHER.match(content, line.start):
        return False
    if width and len(line) >= _FULL * width:
        return True
    return _is_broken(content, line, following)


def pieces(content: str, paragraph: Span) -> Iterator[Span]:
    """Yield a paragraph, in pieces if it is too long for one."""
    start = paragraph.start
    while paragraph.end - start > _LONGEST:
        end = start + _LONGEST
        for at in range(end, end - _LONGEST // 2, -1):
            if content[at - 1].isspace():
                end = at
                break
        yield Span(start, end)
        start = end
    yield Span(start, paragraph.end)
