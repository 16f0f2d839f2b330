"""Letters that every match of a regular expression has, so that it is tried only where they are.

Most sentences have no word that most expressions look for. To see that takes a search for a few
strings, as prefilters of search engines do it, where the expression itself is tried at each place.
Strings and texts are compared folded: in small letters, each digit as 0, all white space as spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final

from ahocorasick_rs import AhoCorasick

Strings = frozenset[str]
"""Folded, one of which each match has; none at all where nothing is known of matches."""

UNKNOWN: Final[Strings] = frozenset()

_MOST: Final = 120
"""Strings of which one is looked for, at most."""
_LONGEST: Final = 12
"""Letters that are looked for, at most."""
_TIMES: Final = 4
"""How often something is repeated, at most, for all that it makes to be told."""
_FREQUENT: Final = frozenset(("the", "that", "and", "for", "was", "has"))
"""What nearly every sentence has."""
_DIGIT: Final = re.compile(r"\d")
_SPACE: Final = re.compile(r"\s")
_SPACES: Final = "".join(chr(code) for code in range(128) if chr(code).isspace())
_FOLDED: Final = str.maketrans(
    ascii_uppercase + digits + _SPACES,
    ascii_lowercase + "0" * len(digits) + " " * len(_SPACES),
)
_SAME: Final = (("İ", "i"), ("ı", "i"), ("ſ", "s"))
"""What expressions that ignore case take for another letter, and `str.lower` does not."""
_CATEGORIES: Final = {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " "}
"""Kinds of letters that are all folded into one."""


def folded(text: str) -> str:
    """Return a text as strings are looked for in it; nothing else is to be done with it."""
    if text.isascii():
        return text.translate(_FOLDED)
    for letter, same in _SAME:
        text = text.replace(letter, same)
    return _SPACE.sub(" ", _DIGIT.sub("0", text.lower()))


class Sought:
    """Expressions that are all tried on a text, by their numbers."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        numbers: dict[str, list[int]] = {}
        self._always = []
        for number, pattern in enumerate(patterns):
            strings = needed(pattern)
            for one in sorted(strings):
                numbers.setdefault(one, []).append(number)
            if strings == UNKNOWN:
                self._always.append(number)
        self._numbers = list(numbers.values())
        self._automaton = AhoCorasick(list(numbers))

    def within(self, text: str) -> list[int]:
        """Return the numbers of the expressions that may match in a folded text, in order."""
        found = set(self._always)
        for place, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found.update(self._numbers[place])
        return sorted(found)


class Rare:
    """An expression that most texts have no match of."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    @cached_property
    def _sought(self) -> Sought:
        return Sought([self.pattern])

    def finditer(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield the matches in a stretch of a text, as the expression itself does."""
        if self._sought.within(folded(text[start:end])):
            return self.pattern.finditer(text, start, end)
        return iter(())


def needed(pattern: re.Pattern[str]) -> Strings:
    """Return strings of which each match of an expression has one; none where nothing is known."""
    try:
        parser = import_module("re._parser")  # which Python has for itself, and may move
    except ImportError:
        return UNKNOWN
    best = _Best()
    _follow(parser.parse(pattern.pattern, pattern.flags), best)
    return best.strings


class _Best:
    """The best strings so far: those that fewest texts are likely to have."""

    def __init__(self) -> None:
        self.strings = UNKNOWN
        self._likely = 2.0

    def offer(self, strings: Strings) -> None:
        likely = sum(1.0 if one.strip() in _FREQUENT else 0.1 ** len(one) for one in strings)
        if strings and "" not in strings and likely < self._likely:
            self._likely = likely
            self.strings = frozenset(
                one for one in strings if not any(o in one and o != one for o in strings)
            )


_NOTHING: Final[Strings] = frozenset([""])


def _follow(parts: Iterable[Any], best: _Best) -> Strings | None:
    """Follow the parts of an expression, offering what a match needs.

    Return all that it can match, folded; none if that is too much or not known.
    """
    here, is_whole = _NOTHING, True
    for part in parts:
        made = _each(part, best)
        joined = _joined(here, made) if made is not None else None
        best.offer(here)
        is_whole = is_whole and joined is not None
        here = joined if joined is not None else (made or _NOTHING)
    best.offer(here)
    return here if is_whole else None


def _joined(first: Strings, then: Strings) -> Strings | None:
    if len(first) * len(then) > _MOST:
        return None
    made = frozenset(one + other for one in first for other in then)
    return made if max(map(len, made), default=0) <= _LONGEST else None


def _each(part: Any, best: _Best) -> Strings | None:
    """Return what one part can match, offering what it needs."""
    made: Strings | None = None
    match str(part[0]), part[1]:
        case "AT" | "ASSERT" | "ASSERT_NOT", _:
            made = _NOTHING
        case "LITERAL", code:
            made = _letter(code)
        case "IN", several:
            made = _one_of(several)
        case "BRANCH", (_, ways):
            made = _branch(ways, best)
        case "SUBPATTERN", (_, _, _, parts):
            made = _follow(parts, best)
        case "ATOMIC_GROUP", parts:
            made = _follow(parts, best)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT", (least, most, parts):
            made = _repeat((least, int(most)), parts, best)
    return made


def _letter(code: int) -> Strings | None:
    """Return a letter, folded; none of one whose case is not plain."""
    return frozenset([folded(chr(code))]) if code < 128 or not chr(code).isalpha() else None


def _one_of(told: Iterable[Any]) -> Strings | None:
    found: set[str] = set()
    for kind, what in told:
        name = str(kind)
        if name == "CATEGORY" and str(what) in _CATEGORIES:
            found.add(_CATEGORIES[str(what)])
        elif name in ("LITERAL", "RANGE"):
            first, last = (what, what) if name == "LITERAL" else what
            letters = [_letter(code) for code in range(first, min(last, first + _MOST) + 1)]
            if last - first >= _MOST or None in letters:
                return None
            found.update(one for letter in letters for one in letter or ())
        else:
            return None
    return frozenset(found)


def _branch(ways: Iterable[Any], best: _Best) -> Strings | None:
    """Return what any of several can match; what is needed is one of what each needs."""
    whole: set[str] | None = set()
    each: set[str] | None = set()
    for way in ways:
        own = _Best()
        made = _follow(way, own)
        whole = None if whole is None or made is None else whole | made
        each = None if each is None or not own.strings else each | own.strings
    if each is not None and len(each) <= _MOST:
        best.offer(frozenset(each))
    return frozenset(whole) if whole is not None and len(whole) <= _MOST else None


def _repeat(times: tuple[int, int], part: Any, best: _Best) -> Strings | None:
    least, most = times
    made = _follow(part, best if least else _Best())
    if made is None or most > _TIMES:
        return None
    powers = list(_powers(made, most))
    if len(powers) <= most:
        return None
    found = frozenset(one for several in powers[least:] for one in several)
    return found if len(found) <= _MOST else None


def _powers(strings: Strings, most: int) -> Iterator[Strings]:
    """Yield what nothing, one, two … of some strings make, as long as that is not too much."""
    here: Strings | None = _NOTHING
    for _ in range(most + 1):
        if here is None:
            return
        yield here
        here = _joined(here, strings)
