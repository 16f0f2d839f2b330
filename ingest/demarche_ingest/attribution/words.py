"""A sentence as words with their tree, as far as there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from demarche_ingest.parsing.model import Parse
from demarche_ingest.texts import Span

_TOKEN: Final = re.compile(r"\w+(?:[-.'’]\w+)*|[^\w\s]")
_SUBJECTS: Final = frozenset({"nsubj", "nsubj:pass", "nsubj:outer", "csubj"})
_RELATIVE: Final = frozenset({"who", "which", "that"})
_WITHIN_NAMES: Final = frozenset(("det", "amod", "compound", "flat", "nmod:poss", "nummod", "nmod"))
_DEEPEST: Final = 12
"""Verbs that a subject is looked for upwards, at most."""


class Word(NamedTuple):
    """A word. low: in small letters. upos, deprel: "" where nothing was parsed."""

    span: Span
    low: str
    upos: str = ""
    feats: str = ""
    head: int = -1
    deprel: str = ""


class Words:
    """The words of a sentence; places count from 0. Without a parse there is no tree."""

    def __init__(self, content: str, span: Span, parse: Parse | None) -> None:
        self.content, self.span = content, span
        self.all: Sequence[Word] = _parsed(parse) if parse is not None else _plain(content, span)
        self.has_tree = parse is not None

    def text(self, span: Span) -> str:
        return self.content[span.start : span.end]

    @cached_property
    def children(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.all]
        for place, word in enumerate(self.all):
            if 0 <= word.head < len(self.all) and word.head != place:
                found[word.head].append(place)
        return found

    @cached_property
    def _reach(self) -> list[tuple[int, int]]:
        """The first and last place below each word."""
        reach = [(place, place) for place in range(len(self.all))]
        for place in range(len(self.all)):
            at, steps = place, 0
            while self.all[at].head != at and self.all[at].head >= 0 and steps <= len(self.all):
                at, steps = self.all[at].head, steps + 1
                low, high = reach[at]
                reach[at] = (min(low, place), max(high, place))
        return reach

    def first(self, place: int) -> int:
        """Return the first place of what hangs on a word, itself included."""
        return self._reach[place][0]

    def last(self, place: int) -> int:
        """Return the last place of what hangs on a word, itself included."""
        return self._reach[place][1]

    def below(self, place: int, *deprels: str) -> list[int]:
        """Return the words right below a word, of some relations or of all."""
        return [c for c in self.children[place] if not deprels or self.all[c].deprel in deprels]

    def has(self, place: int, *deprels: str) -> bool:
        return bool(self.below(place, *deprels))

    def subject(self, place: int) -> int | None:
        """Return the head of a verb's subject: its own, of the verb it hangs on, or of its noun."""
        at: int | None = place
        for _ in range(_DEEPEST):
            if at is None:
                return None
            subjects = [one for one in self.below(at, *_SUBJECTS) if one != place]
            if subjects:
                return self._meant(max(subjects), at)
            if self.all[at].deprel == "acl" and self.all[at].head != at:
                return self.all[at].head
            at = self._above(at)
        return None

    def _meant(self, subject: int, verb: int) -> int:
        """Return the noun that "who" stands for, else the subject."""
        if self.all[subject].low in _RELATIVE and self.all[verb].deprel.startswith("acl"):
            return self.all[verb].head
        return subject

    def _above(self, place: int) -> int | None:
        """Return the verb whose subject a verb shares, or the noun that it tells something of."""
        word = self.all[place]
        if word.deprel in {"conj", "advcl", "xcomp"} and word.head != place:
            return word.head if self.all[word.head].upos in {"VERB", "AUX", "ADJ"} else None
        return None

    def phrase(self, head: int) -> Span:
        """Return a noun with what belongs to its name: no relative clause, no apposition."""
        places = {head}
        for child in self.below(head, *_WITHIN_NAMES):
            if self._is_plain(child):
                places.update(range(self.first(child), self.last(child) + 1))
        low = high = head
        while low - 1 in places:
            low -= 1
        while high + 1 in places:
            high += 1
        return Span(self.all[low].span.start, self.all[high].span.end)

    def _is_plain(self, place: int) -> bool:
        inside = range(self.first(place), self.last(place) + 1)
        return all(not self.all[one].deprel.startswith("acl") for one in inside)

    def whole(self, head: int) -> Span:
        """Return all that hangs on a word, as one stretch."""
        first, last = self.all[self.first(head)], self.all[self.last(head)]
        return Span(first.span.start, last.span.end)

    def at(self, offset: int) -> int | None:
        """Return the place of the word that stands at an offset."""
        for place, word in enumerate(self.all):
            if word.span.start <= offset < word.span.end:
                return place
        return None

    def upwards(self, place: int) -> Iterator[int]:
        """Yield a word and what it hangs on, up to the root."""
        for _ in range(len(self.all)):
            yield place
            head = self.all[place].head
            if head == place or head < 0:
                return
            place = head


def _parsed(parse: Parse) -> list[Word]:
    return [
        Word(one.span, one.text.lower(), one.upos, one.feats, one.head, one.deprel)
        for one in parse.tokens
    ]


def _plain(content: str, span: Span) -> list[Word]:
    found = _TOKEN.finditer(content, span.start, span.end)
    return [Word(Span(*match.span()), match[0].lower()) for match in found]
