"""Headlines Written Like This, and IN CAPITALS, as a sentence would be written: for the parser.

A parser that was trained on sentences takes every word with a capital for a name. Which words are
names is told by what is known, and by how the rest of the text writes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from demarche_ingest.texts import Span

Names = Callable[[str], Iterable[Span]]
"""Finds the known names in a line."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SMALL: Final = frozenset(
    word
    for line in (
        "a an the of in on at to for and or but nor by with from as over into onto off out up down",
        "is are was be not no after before amid near under than that its it via per vs if so",
    )
    for word in line.split()
)
"""Words that a headline may leave small."""
_LEAST: Final = 3
"""How many words with a capital make a headline of a line."""
_ENDINGS: Final = ("s", "ed", "ing", "ion", "ment", "er", "al", "ly")
_CUT: Final = re.compile(r"(?:ing|ed|es|s|e|d)$")
_LONGEST: Final = 300


def lowered(content: str, lines: Sequence[Span], names: Names) -> str:
    """Return a text of the same length, where headlines have capitals on names alone.

    lines: its sentences, headlines among them.
    """
    headlines = [line for line in lines if _is_headline(content[line.start : line.end])]
    if not headlines:
        return content
    others = [line for line in lines if line not in set(headlines)]
    text = _Writing(content[line.start : line.end] for line in others)
    for line in headlines:
        before, inside, after = _cut(content, line)
        content = before + _lowered(inside, text, names) + after
    return content


def _cut(content: str, line: Span) -> tuple[str, str, str]:
    return content[: line.start], content[line.start : line.end], content[line.end :]


def _is_headline(line: str) -> bool:
    """Tell whether a line has capitals on nearly all of its words, and ends in no full stop."""
    if len(line) > _LONGEST or line.rstrip("\"'”’").endswith("."):
        return False
    words = [one.group() for one in _WORD.finditer(line)]
    told = [word for word in words if word.lower() not in _SMALL and len(word) > 1]
    capital = [word for word in told if word[0].isupper()]
    return len(capital) >= _LEAST and len(capital) >= 0.8 * len(told)


class _Writing:
    """How sentences write words: with a capital inside, or small."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._small: set[str] = set()
        for sentence in sentences:
            for number, found in enumerate(_WORD.finditer(sentence)):
                word = found.group()
                if word[0].islower():
                    self._small.add(_stem(word))
                elif number:
                    self._names.add(word.lower())

    def is_name(self, word: str) -> bool:
        """Tell whether a word of a headline is a name; an unknown word with no ending may be."""
        if word.lower() in _SMALL or _stem(word.lower()) in self._small:
            return False
        return word.lower() in self._names or not word.lower().endswith(_ENDINGS)


def _stem(word: str) -> str:
    plain = word.partition("'")[0].partition("’")[0]
    return _CUT.sub("", plain) if len(plain) > 4 else plain


def _lowered(line: str, text: _Writing, names: Names) -> str:
    is_loud = line.isupper()
    known = list(names(line))
    made = list(line)
    for found in _WORD.finditer(line):
        word, start = found.group(), found.start()
        is_known = any(span.start <= start < span.end for span in known)
        for at, letter in _changes(word, is_loud=is_loud, is_name=is_known or text.is_name(word)):
            made[start + at] = letter
    return "".join(made)


def _changes(word: str, *, is_loud: bool, is_name: bool) -> Iterator[tuple[int, str]]:
    """Yield what becomes of the letters of a word; letters that would grow longer stay."""
    is_short = is_loud and is_name and len(word) <= 3
    if is_short or (not is_loud and (is_name or any(letter.isupper() for letter in word[1:]))):
        return
    for at, letter in enumerate(word):
        small = letter.lower()
        if len(small) == 1 and (at or not is_name):
            yield at, small
