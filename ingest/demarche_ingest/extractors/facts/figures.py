"""Reads numbers as texts write them, and what stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from demarche_ingest.extractors.rules.words import Words

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL: Final[dict[str, float]] = {
    word: float(value)
    for words in (enumerate(_ONES), ((10 * place, word) for place, word in enumerate(_TENS, 2)))
    for value, word in words
}
_SCALES: Final[dict[str, float]] = {
    "hundred": 1e2,
    "thousand": 1e3,
    "lakh": 1e5,
    "crore": 1e7,
    **dict.fromkeys(("million", "mn", "m", "mln"), 1e6),
    **dict.fromkeys(("billion", "bn", "bln"), 1e9),
    **dict.fromkeys(("trillion", "tn"), 1e12),
}
_DIGITS: Final = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?")
VAGUE: Final = frozenset(("dozens", "hundreds", "thousands", "millions", "scores", "tens"))
"""Words that count without a number (codebook §6.3.2)."""

_BEFORE: Final[tuple[tuple[str, str], ...]] = (
    ("at-most", r"(?:no|not) more than|up to|at most|as many as|a maximum of|no greater than"),
    ("at-least", r"(?:no|not) (?:fewer|less) than|at least|a minimum of"),
    ("more-than", r"(?:more|greater|larger) than|over|above|upwards? of|in excess of|exceed\w*"),
    ("less-than", r"(?:less|fewer|lower) than|under|below|short of"),
    (
        "about",
        r"some|about|around|roughly|approximately|nearly|almost|close to|an estimated|circa"
        r"|estimated at|estimated|perhaps|maybe|just over|just under|well over",
    ),
)
_BEHIND: Final = r"(?:the\s+|a\s+|an\s+)?(?:[A-Z.]{2,4}\s?)?[$€£¥]?\s?$"
_COMPARATORS: Final = tuple(
    (name, re.compile(rf"\b(?:{words})\s+{_BEHIND}", re.IGNORECASE)) for name, words in _BEFORE
)
_REACH: Final = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as words of a sentence give it. first, last: their places; at: their head."""

    value: float
    first: int
    last: int
    at: int


def figures(words: Words) -> Iterator[Figure]:
    """Yield the numbers of a sentence, in order: digits, words, "70 million", "ninety-one"."""
    texts = [token.text.lower() for token in words.tokens]
    at = 0
    while at < len(texts):
        last = _last(texts, at)
        value = None if last is None else _value(words, at, last)
        if last is None or value is None:
            at += 1
            continue
        inside = range(at, last + 1)
        heads = [one for one in inside if words.tokens[one].head not in inside]
        yield Figure(value, at, last, heads[0] if heads else last)
        at = last + 1


def _last(texts: list[str], first: int) -> int | None:
    """Return the last word of the number that a word begins, none where it begins none."""
    begins = _single(texts[first]) is not None
    if not begins:
        scaled = first + 1 < len(texts) and texts[first + 1] in ("hundred", "thousand", "million")
        if texts[first] not in ("a", "an") or not scaled:
            return None
    last = first
    for at in range(first + 1, len(texts)):
        if _is_scale(texts, at) or _is_one(texts, at):
            last = at
        elif at > last + 1 or not _joins(texts, at):
            break
    return last


def _is_one(texts: list[str], at: int) -> bool:
    """Say whether a word is the last of "ninety-one", however it is divided."""
    before = at - 2 if texts[at - 1] == "-" else at - 1
    return texts[at] in _ONES[1:10] and before >= 0 and texts[before] in _TENS


def _joins(texts: list[str], at: int) -> bool:
    return texts[at] == "-" and texts[at - 1] in _TENS


def _is_scale(texts: list[str], at: int) -> bool:
    return texts[at].rstrip(".") in _SCALES


def _value(words: Words, first: int, last: int) -> float | None:
    total = current = 0.0
    for at in range(first, last + 1):
        text = words.tokens[at].text.lower()
        scale = _SCALES.get(text.rstrip("."))
        if scale is not None and at > first:
            current = max(current, 1.0) * scale
            if scale > 100:
                total, current = total + current, 0.0
        else:
            current += _single(text) or 0.0
    return total + current


def _single(text: str) -> float | None:
    if text in _SMALL:
        return _SMALL[text]
    tens, _, ones = text.partition("-")
    if tens in _TENS and ones in _ONES[1:10]:
        return _SMALL[tens] + _SMALL[ones]
    return float(text.replace(",", "")) if _DIGITS.fullmatch(text) else None


def comparator(text: str, start: int) -> str:
    """Return how a number is meant that starts at a place of a text: "about" for "some 300"."""
    before = text[max(0, start - _REACH) : start]
    for name, pattern in _COMPARATORS:
        if pattern.search(before):
            return name
    return "exactly"


def gerund(lemma: str) -> str:
    """Return the form of a verb that names what it says: "arresting"."""
    if lemma.endswith("ie"):
        return f"{lemma[:-2]}ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return f"{lemma[:-1]}ing"
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", lemma):
        return f"{lemma}{lemma[-1]}ing"
    return f"{lemma}ing"
