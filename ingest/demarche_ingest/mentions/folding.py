"""Texts without case, accents and typographic marks, and where each of their characters stands.

Every character becomes one; only combining marks are left out, and then the places are kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from anyascii import anyascii

from demarche_ingest.texts import fold_typography

_COMBINING = re.compile(r"[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. places: where each of its characters stands in the text, None: at its own."""

    text: str
    places: tuple[int, ...] | None = None

    def start(self, index: int) -> int:
        """Return the place in the text of a character of the folded text."""
        return index if self.places is None else self.places[index]

    def end(self, index: int, length: int) -> int:
        """Return the place after the character before `index`, its combining marks included.

        length: of the text.
        """
        if self.places is None:
            return index
        return self.places[index] if index < len(self.places) else length


def fold(text: str) -> Folded:
    """Return a text in lower case, without accents, with plain quotation marks and spaces."""
    if _COMBINING.search(text) is None:
        return Folded(text.translate(_FOLDED))
    kept = [place for place, char in enumerate(text) if not _COMBINING.match(char)]
    return Folded("".join(text[place] for place in kept).translate(_FOLDED), tuple(kept))


class _Table(dict[int, str]):
    """One character for one, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _one(chr(code))
        return found


def _one(char: str) -> str:
    if char.isspace():
        return " "
    char = fold_typography(char)
    base = unicodedata.normalize("NFKD", char)
    bare = "".join(part for part in base if not unicodedata.combining(part))
    if len(bare) == 1:
        char = bare
    if char.isalpha() and len(char.lower()) == 1:
        char = char.lower()
    if "\u00c0" <= char <= "\u024f" or char in "\u0259\u018f":  # Latin letters that stay whole
        latin = anyascii(char).lower()
        return latin if len(latin) == 1 else char
    return char


_FOLDED = _Table()
