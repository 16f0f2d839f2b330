"""Texts in which letters that are alike but for their case are the same.

What the engine takes for equal in `LCASE` and in regular expressions with the flag `i`, folding
makes equal; it may make more so. The engine and Python need not know the same version of Unicode:
of which letters both are sure to say the same, `is_settled` tells.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_LAST: Final = 0xB000
"""Code points from here on have small letters that are equal if their capitals are."""
_SETTLED: Final = (
    *((0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x344), (0x386, 0x38F), (0x391, 0x3AF)),
    *((0x3B1, 0x52F), (0x531, 0x556), (0x561, 0x587)),
)
"""Ranges of code points in whose letters no newer version of Unicode found a new likeness."""
_OF_TWO_CASES: Final = ((0x10A0, 0x10FF), (0x13A0, 0x13FF), (0x1C80, 0x1CBF), (0xAB30, 0xABBF))
"""Letters called caseless that have, or were given later, a capital."""


def folded(text: str) -> str:
    """Return a text without differences of case; line breaks stay what they are."""
    lower = text.lower()
    if lower.isascii():
        return lower
    letters, alike = _alike()
    return letters.sub(lambda found: alike[found[0]], lower)


@cache
def _alike() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return small letters that others are equal to by simple case folding, as `\u017f` and `s`.

    Unicode 3.13. As an expression that finds them, and each with the one that stands for all.
    """
    found = {
        one: one.casefold()
        for one in map(chr, range(0x80, _LAST))
        if len(one.casefold()) == 1 and one.casefold() != one.lower()
    }
    return re.compile(f"[{''.join(found)}]"), found


def is_settled(text: str) -> bool:
    """Whether no version of Unicode in use folds any of its characters differently."""
    return text.isascii() or all(map(_is_settled, text))


def _is_settled(character: str) -> bool:
    code = ord(character)
    if any(first <= code <= last for first, last in _SETTLED):
        return True
    caseless = unicodedata.category(character) == "Lo"
    return caseless and not any(first <= code <= last for first, last in _OF_TWO_CASES)
