"""Which text a filter asks for: what every literal must hold that it lets pass.

Read are conditions that a filter joins by && and that are calls of CONTAINS, STRSTARTS, STRENDS or
REGEX with a variable, perhaps in STR or LCASE, and a string. Of a regular expression it is the
longest row of characters that each match has in it. What cannot be read so asks for nothing.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from demarche_server.sparql.folding import folded, is_settled
from demarche_server.sparql.structure import Layout, conjuncts

OF_TEXT: Final = frozenset({"CONTAINS", "REGEX", "STRSTARTS", "STRENDS"})
_LETTERS: Final = frozenset({"STR", "LCASE"})
_LITERAL: Final = frozenset({"ISLITERAL"})
_SHORTEST: Final = 2
"""Characters of a text that is worth looking for."""
PLAIN: Final = re.compile(r"""["']([^"'\\\x00-\x1f\x7f]*)["']""")
"""A string without escapes, and without what is escaped where literals are written out."""
PATTERN: Final = re.compile(r"""["']((?:[^"'\\\x00-\x1f\x7f]|\\\\)*)["']""")
"""The same, in which a backslash may stand, written twice."""

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


class Call(NamedTuple):
    """A condition about a text: a function of a variable and a string.

    of_any: whether the variable is in STR, of_small: in LCASE. sought: the string, as it is
    written. small: whether that is in LCASE, tagged: has a language. flags: of REGEX, as they are
    written.
    """

    word: str
    variable: str
    of_any: bool
    of_small: bool
    sought: str
    small: bool
    tagged: bool
    flags: str
    has_flags: bool


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
    parts = list(conjuncts(layout, first, end))
    literals = set[str]()
    for start, stop in parts:
        if layout.word(start) in _LITERAL and layout.partner.get(start + 1) == stop - 1:
            literals |= layout.variables(start, stop)
    calls = [call for part in parts if (call := call_of(layout, *part)) is not None]
    found = [needle for call in calls if (needle := needle_of(call)) is not None]
    return [one._replace(literal=one.literal or one.variable in literals) for one in found]


def call_of(layout: Layout, first: int, end: int) -> Call | None:
    """Return the call that a condition is; None for any other condition."""
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
    if not 2 <= len(arguments) <= (3 if word == "REGEX" else 2):
        return None
    variable, of_any, of_small = _variable(layout, *arguments[0])
    sought, small = _string(layout, *arguments[1])
    flags, _ = _string(layout, *arguments[2]) if len(arguments) > 2 else ('""', False)
    if not variable or sought is None or flags is None:
        return None
    tagged = any(token.kind == "language" for token in layout.tokens[first:end])
    has_flags = len(arguments) > 2
    return Call(word, variable, of_any, of_small, sought, small, tagged, flags, has_flags)


def needle_of(call: Call) -> Needle | None:
    """Return what a call asks for, None where that is too short or not told."""
    is_pattern = call.word == "REGEX"
    text = _of_pattern(call.sought, call.flags) if is_pattern else _of_string(call.sought)
    alike = call.has_flags or call.of_small or call.small
    if len(text) < _SHORTEST or (alike and not is_settled(text)):
        return None
    return Needle(call.variable, folded(text), not call.of_any)


def _variable(layout: Layout, first: int, end: int) -> tuple[str, bool, bool]:
    """Return the variable that an argument is ("" if none), whether it is in STR, and in LCASE."""
    of_any = of_small = False
    while layout.word(first) in _LETTERS and layout.partner.get(first + 1) == end - 1:
        of_any |= layout.word(first) == "STR"
        of_small |= layout.word(first) == "LCASE"
        first, end = first + 2, end - 1
    return (layout.variable(first) if end == first + 1 else ""), of_any, of_small


def _string(layout: Layout, first: int, end: int) -> tuple[str | None, bool]:
    """Return the string that an argument is, as it is written, and whether it is in LCASE."""
    small = False
    while layout.word(first) == "LCASE" and layout.partner.get(first + 1) == end - 1:
        first, end, small = first + 2, end - 1, True
    kinds = [token.kind for token in layout.tokens[first:end]]
    is_string = kinds in (["string"], ["string", "language"])
    return (layout.tokens[first].text if is_string else None), small


def _of_string(written: str) -> str:
    found = PLAIN.fullmatch(written)
    return found[1] if found else ""


def _of_pattern(written: str, flags: str = '""') -> str:
    """Return the longest row of characters that all matches of a regular expression have.

    As it is written in a query, and its flags; "" where that is none, or cannot be told.
    """
    found = PATTERN.fullmatch(written)
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
