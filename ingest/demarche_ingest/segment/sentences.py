"""Sentences of zones: syntok proposes where they begin, rules for news texts correct it.

syntok's own list of abbreviations is short, it reads a semicolon as the end of a sentence, and it
knows no marks but those of Latin script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from syntok.segmenter import segment
from syntok.tokenizer import Tokenizer

from demarche_ingest.documents.model import Zone
from demarche_ingest.segment.lines import paragraphs, pieces, stripped, width_of
from demarche_ingest.segment.model import Sentence
from demarche_ingest.segment.rules import words
from demarche_ingest.texts import Span, Text

_CLOSERS: Final = r"""["'’”»›)\]}」』”]"""
_TERMINAL: Final = re.compile(rf"[.!?…‼‽⁇⁈⁉。！？｡．؟۔।॥։።᠃](?:{_CLOSERS}|[“«])*$")
_OTHER: Final = re.compile(
    rf"""[。！？｡]+{_CLOSERS}*
    | [؟۔।॥։።᠃]{_CLOSERS}{{0,4}}(?=\s)
    | (?<=\w)…{_CLOSERS}{{0,4}}(?=\s+[“‘«]?[^\W\d_])
    | [.!?…][»«“”]{{1,4}}(?=\s+[“„‘«»(]?[^\W\d_])
    | (?<=[^\w\s.])[.!?](?=\s+[^\W\d_])
    | (?<=\w)\.(?=\s+[^\W\d_])
    """,
    re.VERBOSE,
)
"""Where a sentence may end that syntok does not see: CJK, Arabic, Devanagari, Armenian, Ethiopic,
the one-character ellipsis, guillemets, and full stops behind symbols, addresses, abbreviations.
Each of bounded length: a run of thousands of marks is not looked through from each of them."""
_LEFT_BEHIND: Final = re.compile(r"""[’”“»›«‹)\]}」』]+(?=\s|$)""")
"""Closing marks at the start of a sentence belong to the one before."""
_DASH: Final = re.compile(r"[-–—―]")
_ENUMERATOR: Final = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)\]]\)?$")
_INITIAL: Final = re.compile(r"(?:^|[\s(“\"‘'-])[A-ZÀ-ÞА-Я]\.$")
_DOMAIN: Final = re.compile(r"(?:^|\s)\S+\.[a-z]{2,}\.$")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LAST_WORD: Final = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)\.$")
_SPOKEN: Final = re.compile(r"""[!?…][”"’'»]+$""")
_BACK: Final = 80
"""Code points before a boundary that decide about it."""


def sentences(text: Text, zones: Iterable[Zone]) -> Iterator[Sentence]:
    """Yield the sentences of zones, in their order; none crosses the end of a zone or paragraph.

    A paragraph of a headline is one sentence. Each character of a zone that is no white space is
    in just one sentence.
    """
    width: int | None = None
    for zone in zones:
        if width is None:
            width = width_of(text.content)
        for paragraph in paragraphs(text.content, zone.span, width):
            if zone.kind == "headline":
                yield Sentence(paragraph, zone)
                continue
            for span in split(text.content, paragraph):
                yield Sentence(span, zone)


def split(content: str, paragraph: Span) -> Iterator[Span]:
    """Yield the sentences of one paragraph."""
    for piece in pieces(content, paragraph):
        starts = _starts(content, piece)
        for start, end in zip(starts, [*starts[1:], piece.end], strict=True):
            span = stripped(content, start, end)
            if span:
                yield span


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(replace_not_contraction=False)


def _starts(content: str, piece: Span) -> list[int]:
    """Return where sentences begin: the start of the piece, and each boundary that holds."""
    passage = content[piece.start : piece.end]
    tokens = _tokenizer().tokenize(passage)
    found = {sentence[0].offset for sentence in segment(tokens)}
    found |= {match.end() for match in _OTHER.finditer(passage) if _is_end(passage, match)}
    starts = [0]
    for offset in sorted(found):
        at = _after_closers(passage, offset)
        if starts[-1] < at < len(passage) and _holds(passage, starts[-1], at):
            starts.append(at)
    return [piece.start + start for start in starts]


def _is_end(passage: str, match: re.Match[str]) -> bool:
    """Return whether what may be an end is one: a capital letter, or no case at all, follows.

    Behind a word with a full stop, which may be an abbreviation, only a word that begins sentences
    tells, or that it was the address of a site.
    """
    at = _after_space(passage, match.end())
    word = _WORD.search(passage, at)
    if word is None or word[0][0].islower():
        return False
    if match[0] != "." or not passage[match.start() - 1].isalnum():
        return True
    before = passage[max(0, match.end() - _BACK) : match.end()]
    return word[0] in words("sentences", "starters") or _DOMAIN.search(before) is not None


def _after_closers(passage: str, at: int) -> int:
    at = _after_space(passage, at)
    match = _LEFT_BEHIND.match(passage, at)
    return _after_space(passage, match.end()) if match else at


def _after_space(passage: str, at: int) -> int:
    while at < len(passage) and passage[at].isspace():
        at += 1
    return at


def _holds(passage: str, start: int, at: int) -> bool:
    """Return whether a sentence that began at `start` ends before `at`."""
    before = passage[max(start, at - _BACK) : at].rstrip()
    if not _TERMINAL.search(before) or _DASH.match(passage, at):
        return False
    if at - start < 12 and _ENUMERATOR.fullmatch(passage[start:at].strip()):
        return False
    if _INITIAL.search(before):
        return False
    return not _is_abbreviated(before, passage[at]) and not _is_told(before, passage, at)


def _is_abbreviated(before: str, following: str) -> bool:
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    titles = words("sentences", "before_names")
    if match[1] in titles or (match[1].isupper() and match[1].capitalize() in titles):
        return True
    return following.isdigit() and match[1] in words("sentences", "before_numbers")


def _is_told(before: str, passage: str, at: int) -> bool:
    """Return whether words on who speaks follow a quotation that ends with ! or ?."""
    if not _SPOKEN.search(before):
        return False
    following = re.split(r"[^\w\s'’.-]", passage[at : at + 60], maxsplit=1)[0].split()[:5]
    return any(word in words("sentences", "speech") for word in following)
