"""A text as the rules look at it: sentences, words, lines that are written in capitals."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from demarche_ingest import times
from demarche_ingest.documents.language import ENGLISH
from demarche_ingest.literals import Rare
from demarche_ingest.mentions.folding import Folded, fold
from demarche_ingest.mentions.vocabulary import (
    BOUND_PARTICLES,
    CALENDAR,
    GIVEN_MONTHS,
    NOT_NAMES,
    TITLE,
)
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.segment.model import Article, Sentence
from demarche_ingest.texts import Span

_WORD: Final = re.compile(r"[^\W_]+(?:[-'’.](?!s\b)[^\W_]+)*")
_ENDS: Final = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|\n\s*\n|\n")
_QUOTES: Final = "\"'‘“«"
_BOUND: Final = re.compile(rf"(?:{'|'.join(sorted(BOUND_PARTICLES))})[-'’][A-Z]\w")
_TITLE: Final = Rare(TITLE)
_LOUD_LETTERS: Final = 10
_HEADING_WORDS: Final = 4


class Word(NamedTuple):
    """A word of the text, without a possessive ending."""

    start: int
    end: int
    form: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital, or with one behind a bound particle: "al-Razi"."""
        return self.form[0].isupper() or _BOUND.match(self.form) is not None


@dataclass(frozen=True)
class Line:
    """A sentence as the rules see it. is_heading: most of its words begin with a capital."""

    span: Span
    words: tuple[Word, ...]
    kind: str
    is_heading: bool
    is_loud: bool
    tokens: Mapping[int, Token] = field(default_factory=dict)
    """What a parser says of the words, by where they start."""

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    def first_from(self, place: int) -> int:
        """Return the number of the first word that does not begin before a place."""
        return bisect_left(self._starts, place)

    def after(self, place: int) -> Word | None:
        """Return the first word that does not begin before a place."""
        number = self.first_from(place)
        return self.words[number] if number < len(self.words) else None

    def before(self, place: int) -> Word | None:
        """Return the last word that ends before a place."""
        number = self.first_from(place)
        while number and self.words[number - 1].end > place:
            number -= 1
        return self.words[number - 1] if number else None


@dataclass(frozen=True)
class Reading:
    """A text with all that the rules ask of it."""

    text: str
    folded: Folded
    lines: tuple[Line, ...]
    first_day: str
    last_day: str
    """ISO days between which the article appeared; "" where no date is known."""
    is_english: bool = True
    """Whether the rules for English words count; else only known names are found."""

    def between(self, start: int, end: int) -> str:
        """Return what stands between two places."""
        return self.text[start:end]

    def line_at(self, place: int) -> Line:
        """Return the sentence that a place stands in, or the last before it."""
        return self.lines[max(0, bisect_right(self._starts, place) - 1)]

    def is_within(self, span: Span) -> bool:
        """Say whether a span lies in one of the sentences."""
        return bool(self.lines) and self.line_at(span.start).span.covers(span)

    @cached_property
    def _starts(self) -> list[int]:
        return [line.span.start for line in self.lines]

    @cached_property
    def titles(self) -> dict[int, tuple[Span, ...]]:
        """Titles by the start of the sentence that they stand in."""
        return {
            line.span.start: tuple(
                Span(match.start(), match.end())
                for match in _TITLE.finditer(self.text, line.span.start, line.span.end)
            )
            for line in self.lines
        }

    @cached_property
    def inner_capitals(self) -> frozenset[str]:
        """Words that have a capital not merely because a sentence or a heading begins one."""
        found: set[str] = set()
        for line in self.lines:
            if line.is_heading or line.is_loud:
                continue
            found.update(
                word.form
                for word in line.words[1:]
                if word.is_capital and self.text[word.start - 1] not in _QUOTES
            )
        return frozenset(found)

    @cached_property
    def month_surnames(self) -> frozenset[str]:
        """Names of months that follow another name, as a person's would: "Rosalind May"."""
        found = set()
        for line in self.lines:
            for before, word in pairwise(line.words):
                if (
                    word.form.lower() in GIVEN_MONTHS
                    and before.is_capital
                    and before.form.lower() not in NOT_NAMES | CALENDAR
                    and self.between(before.end, word.start) == " "
                    and not line.is_heading
                ):
                    found.add(word.form)
        return frozenset(found)

    @cached_property
    def small(self) -> frozenset[str]:
        """Words that stand in small letters somewhere."""
        return frozenset(
            word.form for line in self.lines for word in line.words if not word.is_capital
        )


def read(
    text: str,
    article: Article,
    sentences: Sequence[Sentence],
    parses: Iterable[Parse] | None = None,
) -> Reading:
    """Prepare a text for the rules. sentences: none for the whole article, split plainly."""
    parsed = {parse.span.start: parse for parse in parses or ()}
    spans = [(sentence.span, sentence.zone.kind) for sentence in sentences]
    lines = tuple(
        _line(text, span, kind, parsed.get(span.start))
        for span, kind in spans or ((span, "body") for span in _plain(text, article.span))
    )
    first, last = days(article)
    tag = article.details.language.split("-", maxsplit=1)[0].lower()
    return Reading(text, fold(text), lines, first, last, tag in {"", ENGLISH})


def days(article: Article) -> tuple[str, str]:
    """Return the ISO days between which an article appeared; "" where no date is known."""
    if article.date is None:
        return "", ""
    when = times.parse(article.date.edtf)
    return str(when.earliest or ""), str(when.latest or "")


def _plain(text: str, span: Span) -> Iterator[Span]:
    """Yield what full stops and line ends divide: for texts that nobody segmented."""
    start = span.start
    for match in (*_ENDS.finditer(text, span.start, span.end), None):
        end = match.start() if match else span.end
        piece = text[start:end]
        if piece.strip():
            yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
        start = match.end() if match else end


def _line(text: str, span: Span, kind: str, parse: Parse | None) -> Line:
    words = tuple(
        Word(match.start(), match.end(), match.group())
        for match in _WORD.finditer(text, span.start, span.end)
    )
    long = [word for word in words if len(word.form) > 3 or word.form.lower() not in NOT_NAMES]
    capitals = sum(word.is_capital for word in long)
    piece = text[span.start : span.end]
    heading = (
        (kind == "headline" or piece[-1] not in ".!?\"'”’)")
        and len(long) >= _HEADING_WORDS
        and capitals * 10 >= len(long) * 8
    )
    loud = piece.isupper() and sum(map(str.isalpha, piece)) >= _LOUD_LETTERS
    tokens = {token.span.start: token for token in parse.tokens} if parse else {}
    return Line(span, words, kind, heading, loud, tokens)
