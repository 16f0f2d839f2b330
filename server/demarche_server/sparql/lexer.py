r"""The terminals of a query or update (SPARQL 1.1 Query 19.8, with the additions of 1.2).

A lexer, not a parser: a text that is no sequence of terminals is refused here, everything else
is left to who reads the tokens. Codepoint escapes are taken inside strings and IRIs only, as
SPARQL 1.2 and Oxigraph do; SPARQL 1.1 (19.2) decodes the whole text first, for which there is
`decode`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from demarche_ontology.errors import QuerySyntaxError


class Token(NamedTuple):
    """One terminal of a text.

    kind: iri, string, blank, variable, language, name, number, word or mark.
    text: as it was written. start, end: code points of the whole text, 0-based, end exclusive.
    """

    kind: str
    text: str
    start: int
    end: int


# SPARQL 1.1 Query 19.8, productions 164 (PN_CHARS_BASE) to 167 (PN_CHARS).
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_WORD = f"{_BASE}_0-9"
_CHARS = f"{_WORD}\\-\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# A codepoint escape that names a character: no surrogate, nothing above U+10FFFF.
_UCHAR = (
    r"\\u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}"
    r"|\\U(?:0000(?![dD][89A-Fa-f])[0-9A-Fa-f]{4}|000[1-9A-Fa-f][0-9A-Fa-f]{4}|0010[0-9A-Fa-f]{4})"
)
_ESCAPE = rf"\\[tbnrf\"'\\]|{_UCHAR}"

# Longer prefix labels are not read as such; without a bound, `a.a.a.…` takes quadratic time.
_PREFIX = 128

# Repetitions are possessive (`*+`, `++`): no text makes the lexer go back over what it has read.
_TERMINALS: Final = re.compile(
    rf"""
      (?:[ \t\r\n]++|\#[^\r\n]*+)*+
    (?:
      (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_UCHAR})*+>)
    | (?P<string>
          \"\"\"(?:\"{{0,2}}+(?:[^"\\]|{_ESCAPE}))*+\"\"\"
        | '''(?:'{{0,2}}+(?:[^'\\]|{_ESCAPE}))*+'''
        | ""(?!") | "(?:[^"\\\r\n]|{_ESCAPE})++" | ''(?!') | '(?:[^'\\\r\n]|{_ESCAPE})++')
    | (?P<blank>_:[{_WORD}](?:[{_CHARS}]|\.++(?=[{_CHARS}]))*+)
    | (?P<variable>[?$][{_WORD}][{_WORD}\u00b7\u0300-\u036f\u203f-\u2040]*+)
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    | (?P<name>(?:[{_BASE}](?:[{_CHARS}]|\.++(?=[{_CHARS}])){{0,{_PREFIX}}}+)?+:
          (?:(?:[{_WORD}:]|{_PLX})(?:[{_CHARS}:]|{_PLX}|\.++(?=[{_CHARS}:]|{_PLX}))*+)?+)
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*+)
    | (?P<mark>[{{}}()\[\];,.=!<>+\-*/|&^?~])
    | (?P<end>\Z)
    )
    """,
    re.VERBOSE,
)


_SPACE: Final = re.compile(r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+")


def tokenize(text: str) -> Iterator[Token]:
    """Yield the terminals, without white space and comments. Raises QuerySyntaxError."""
    at, match = 0, _TERMINALS.match
    while (found := match(text, at)) is not None:
        kind = found.lastgroup or ""
        if kind == "end":
            return
        start, at = found.span(kind)
        yield Token(kind, text[start:at], start, at)
    raise _unreadable(text, _SPACE.match(text, at).end())  # type: ignore[union-attr]


def _unreadable(text: str, at: int) -> QuerySyntaxError:
    if text[at] in "\"'":
        what = "a string begins here that is not closed, or holds an escape that does not exist"
        remedy = "close the string; write line breaks as \\n or use three quotation marks"
    else:
        what = f"{text[at]!a} cannot stand here"
        remedy = "correct the query there"
    return syntax_error(text, at, what, remedy)


def syntax_error(text: str, at: int, what: str, remedy: str) -> QuerySyntaxError:
    """Return the error for a place in a query. at: code points, 0-based."""
    line, column = place(text, at)
    message = f"The query does not parse at line {line}, column {column}: {what}"
    return QuerySyntaxError(message, remedy, line=line, column=column)


def place(text: str, at: int) -> tuple[int, int]:
    """Return line and column, from 1, of a place in a text. at: code points, 0-based."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def decode(text: str) -> str:
    """Return the text with its codepoint escapes decoded (SPARQL 1.1 Query 19.2).

    Escapes that name no character stay as they are.
    """
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return match[0] if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
