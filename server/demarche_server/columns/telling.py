"""Conditions about a text that can be told without the engine, of texts of ASCII.

In ASCII, Python and the engine agree on letters, and on the part of regular expressions that is
read here: letters, digits, `.`, `^`, `$`, plain classes, and how often these stand, without groups
or alternatives. Python goes back over what it has read where the engine does not, so that one
piece at most may stand more or less often, and texts are not too long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from demarche_server.sparql.needles import PATTERN, PLAIN, Call

LONGEST: Final = 1000
"""Characters of a text that a test is made of."""
_ALL_PLAIN: Final = re.compile(r'^"(.*)"(?:@[A-Za-z0-9-]+)?$', re.MULTILINE)
_PIECE: Final = re.compile(
    r"""
    (?: [A-Za-z0-9 _,;:@%=<>/!-] | \\[.+*?()|\[\]{}^$] | \\[dDsSwW] | [.]
      | \[\^? (?:[A-Za-z0-9]-[A-Za-z0-9] | [A-Za-z0-9 _.,])+ \] )
    (?: (?: (?P<open>[*+?] | \{\d{1,3},(?:\d{1,3})?\}) | \{\d{1,3}\} ) \?? )?
  | \\[bB] | (?P<begin>\^) | (?P<end>\$)
    """,
    re.VERBOSE,
)


class Test(NamedTuple):
    """What says whether a text passes: one of ASCII, without what is escaped in literals.

    passes: says it of the text, or of the text in small letters (of_small).
    """

    passes: Callable[[str], bool]
    of_small: bool = False

    def __call__(self, terms: Sequence[str]) -> list[bool | None]:
        """Return of each of some terms, written as in TSV, whether it passes.

        None where nothing can be said.
        """
        whole = "\n".join(terms)  # a term has no line break in it
        if whole.isascii() and "\\" not in whole:
            texts = _ALL_PLAIN.findall(whole)
            if len(texts) == len(terms) and max(map(len, texts), default=0) <= LONGEST:
                small = _small(texts) if self.of_small else texts
                return [self.passes(text) for text in small]
        return [self._told(term) for term in terms]

    def _told(self, term: str) -> bool | None:
        if term[0] != '"' or "\\" in term or not term.isascii():
            return None
        text, _, rest = term[1:].rpartition('"')
        if rest.startswith("^") or len(text) > LONGEST:
            return None
        return self.passes(text.lower() if self.of_small else text)


def _small(texts: list[str]) -> list[str]:
    """Return texts without line breaks in small letters."""
    return "\n".join(texts).lower().split("\n") if texts else []


def test_of(call: Call) -> Test | None:
    """Return what tells whether a text passes a condition, None where only the engine knows."""
    found = (PATTERN if call.word == "REGEX" else PLAIN).fullmatch(call.sought)
    if found is None or call.tagged or not found[1].isascii():
        return None
    sought = found[1].lower() if call.small else found[1]
    passes = _matches(sought, call.flags) if call.word == "REGEX" else _holds(call.word, sought)
    return Test(passes, call.of_small) if passes is not None else None


def _holds(word: str, sought: str) -> Callable[[str], bool]:
    if word == "CONTAINS":
        return lambda text: sought in text
    if word == "STRSTARTS":
        return lambda text: text.startswith(sought)
    return lambda text: text.endswith(sought)


def _matches(written: str, flags: str) -> Callable[[str], bool] | None:
    r"""Return the test of a regular expression. written: in a string, where \\ stands twice."""
    if flags.strip("\"'") not in {"", "i"}:
        return None
    pattern, pieces, at, open_ones = written.replace("\\\\", "\\"), list[str](), 0, 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            return None
        open_ones += piece["open"] is not None
        pieces.append("\\Z" if piece["end"] else piece[0])
        at = piece.end()
    if open_ones > 1:
        return None
    try:
        found = re.compile("".join(pieces), re.ASCII | (re.IGNORECASE if "i" in flags else 0))
    except re.error:
        return None
    return lambda text: found.search(text) is not None
