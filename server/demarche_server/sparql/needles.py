"""Which text a filter asks for: what every literal must hold that it lets pass.

Read are conditions that a filter joins by && and that are calls of CONTAINS, STRSTARTS, STRENDS or
REGEX with a variable, perhaps in STR or LCASE, and a string. Of a regular expression it is the
longest row of characters that each match has in it. What cannot be read so asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from demarche_server.sparql.folding import folded, is_settled
from demarche_server.sparql.structure import Layout

OF_TEXT: Final = frozenset({"CONTAINS", "REGEX", "STRSTARTS", "STRENDS"})
_LETTERS: Final = frozenset({"STR", "LCASE"})
_LITERAL: Final = frozenset({"ISLITERAL"})
_SHORTEST: Final = 2
"""Characters of a text that is worth looking for."""
_PLAIN: Final = re.compile(r"""["']([^"'\\\x00-\x1f\x7f]*)["']""")
"""A string without escapes, and without what is escaped where literals are written out."""
_PATTERN: Final = re.compile(r"""["']((?:[^"'\\\x00-\x1f\x7f]|\\\\)*)["']""")

_PIECE: Final = re.compile(
    r"""
      (?P<break>\\\\[bBdDsSwW] | \[\^?\]?[^\[\]\\&~]*\] | [.^$] )
    | \\\\(?P<escaped>[.+*?()|\[\]{}^$\#&~/-])
    | (?P<character>[^\\.^$|()\[\]{}?*+])
    """,
    re.VERBOSE,
)
"""What stands for one character or none, in a string of SPARQL, where \\ is written twice."""
_TIMES: Final = re.compile(r"(?P<perhaps>[*?]|\{[0-9]*,?[0-9]*\})\??|\+\??")


class Needle(NamedTuple):
    """What a filter asks of a variable.

    text: folded; what the variable stands for holds it, when it is folded too.
    literal: whether it lets nothing but literals pass.
    """

    variable: str
    text: str
    literal: bool


def needles(layout: Layout, first: int, end: int) -> list[Needle]:
    """Return what a filter asks for whose condition stands from one token to before another."""
    parts = list(_conjuncts(layout, first, end))
    literals = set[str]()
    for start, stop in parts:
        if layout.word(start) in _LITERAL and layout.partner.get(start + 1) == stop - 1:
            literals |= layout.variables(start, stop)
    found = [needle for part in parts if (needle := _needle(layout, *part)) is not None]
    return [one._replace(literal=one.literal or one.variable in literals) for one in found]


def _conjuncts(layout: Layout, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the conditions that are joined by &&, without brackets around them."""
    while layout.mark(first) == "(" and layout.partner.get(first) == end - 1:
        first, end = first + 1, end - 1
    if first >= end:
        return
    level = layout.parent[first]
    marks = [at for at in range(first, end) if layout.parent[at] == level]
    if any(layout.mark(at) == "|" for at in marks):
        return
    cuts = [at for at in marks if layout.mark(at) == "&" and layout.mark(at - 1) == "&"]
    if not cuts:
        yield first, end
        return
    for start, stop in zip([first, *(cut + 1 for cut in cuts)], [*cuts, end + 1], strict=True):
        yield from _conjuncts(layout, start, stop - 1)


def _needle(layout: Layout, first: int, end: int) -> Needle | None:
    word = layout.word(first)
    if word not in OF_TEXT or layout.partner.get(first + 1) != end - 1:
        return None
    commas = [
        at
        for at in range(first + 2, end - 1)
        if layout.mark(at) == "," and layout.parent[at] == first + 1
    ]
    places = [first + 2, *(at + 1 for at in commas), end]
    arguments = [(start, stop - 1) for start, stop in pairwise(places)]
    if len(arguments) < 2 or (word != "REGEX" and len(arguments) > 2):
        return None
    variable, of_any = _variable(layout, *arguments[0])
    strings = [_string(layout, *argument) for argument in arguments[1:]]
    if not variable or None in strings:
        return None
    sought, *flags = (string for string in strings if string is not None)
    text = _of_pattern(sought, *flags) if word == "REGEX" else _of_string(sought)
    alike = bool(flags) or bool(layout.words("LCASE", first, end))
    if len(text) < _SHORTEST or (alike and not is_settled(text)):
        return None
    return Needle(variable, folded(text), not of_any)


def _variable(layout: Layout, first: int, end: int) -> tuple[str, bool]:
    """Return the variable that an argument is, and whether it is in STR; "" for another."""
    of_any = False
    while layout.word(first) in _LETTERS and layout.partner.get(first + 1) == end - 1:
        of_any |= layout.word(first) == "STR"
        first, end = first + 2, end - 1
    return (layout.variable(first) if end == first + 1 else ""), of_any


def _string(layout: Layout, first: int, end: int) -> str | None:
    """Return the string that an argument is, as it is written; None for anything else."""
    while layout.word(first) == "LCASE" and layout.partner.get(first + 1) == end - 1:
        first, end = first + 2, end - 1
    kinds = [token.kind for token in layout.tokens[first:end]]
    return layout.tokens[first].text if kinds in (["string"], ["string", "language"]) else None


def _of_string(written: str) -> str:
    found = _PLAIN.fullmatch(written)
    return found[1] if found else ""


def _of_pattern(written: str, flags: str = '""') -> str:
    """Return the longest row of characters that all matches of a regular expression have.

    As it is written in a query, and its flags; "" where that is none, or cannot be told.
    """
    found = _PATTERN.fullmatch(written)
    if not found or flags.strip("\"'") not in {"", "i"}:
        return ""
    pattern, at, rows = found[1], 0, [""]
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            return ""
        times = _TIMES.match(pattern, piece.end())
        character = piece["character"] or piece["escaped"]
        if character and not (times and times["perhaps"]):
            rows[-1] += character
        if times or not character:
            rows.append("")
        at = times.end() if times else piece.end()
    return max(rows, key=len)
