r"""Reading a query before the engine does: its form, its dataset, and what it must not ask for.

A lexer after the terminals of the SPARQL grammar (SPARQL 1.1 Query 19.8, with the additions of
1.2), not a parser: a text that is no sequence of terminals is refused here, everything else is
left to the engine. What must never be missed is a SERVICE that the engine would follow. Three
habits of engines are reckoned with, each of which the tests show alive or pin down:

- Codepoint escapes. SPARQL 1.1 (19.2) decodes `\u0053ERVICE` before it parses; SPARQL 1.2 and
  Oxigraph decode inside strings and IRIs only. A text with escapes is read in both ways.
- No word boundaries. Oxigraph takes `true` and then SERVICE out of `trueSERVICE`, so any bare
  word with "SERVICE" in it counts; no other word of the language has it.
- Trying again. Oxigraph's parser falls back from a prefixed name (`service:x {`) to the keyword
  and a shorter name, and from an IRI to the operator `<`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from urllib.parse import urljoin

from demarche_ontology.errors import QueryError, QueryRefusedError, QuerySyntaxError
from demarche_store.protocol import Dataset, QueryForm

Verb = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "UPDATE"]

_ANSWERS: Final[dict[Verb, QueryForm]] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "GRAPH",
    "DESCRIBE": "GRAPH",
}
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_JOINING: Final = frozenset({"UNION", "OPTIONAL", "MINUS", "BIND", "AS", "FILTER", "GRAPH"})
_OPERATORS: Final = frozenset("!|&/^+-*")
_VOLATILE: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value differs from one run to the next (SPARQL 1.1 Query 17.4)."""


@dataclass(frozen=True, slots=True)
class QueryText:
    """What was read from a query.

    verb: its first keyword, "UPDATE" for every update request.
    service: whether an engine that decodes no escapes outside strings and IRIs may take some
        part of it for a SERVICE clause; `admit` reckons with the others.
    load: whether it holds the keyword LOAD.
    volatile: whether the answer may differ from run to run on one commit.
    default_graphs, named_graphs: IRIs of FROM and FROM NAMED, absolute where BASE allows.
    depth: how deep its brackets nest.
    operators: how many operators and joining keywords it has.
    """

    verb: Verb
    service: bool
    load: bool
    volatile: bool
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    depth: int
    operators: int

    @property
    def form(self) -> QueryForm:
        """What it answers with. Raises QueryRefusedError for an update."""
        if self.verb == "UPDATE":
            raise _update_refused()
        return _ANSWERS[self.verb]

    @property
    def dataset(self) -> Dataset:
        """The dataset its own FROM clauses describe."""
        if not self.default_graphs and not self.named_graphs:
            return Dataset()
        return Dataset(self.default_graphs, self.named_graphs)


class Token(NamedTuple):
    """One terminal: its kind, its text, and where it starts (code points, 0-based)."""

    kind: str
    text: str
    start: int


def read(text: str) -> QueryText:
    """Read a query or update. Raises QuerySyntaxError with line and column."""
    tokens = list(_tokens(text))
    at, prologue = _prologue(tokens)
    verb = _verb(text, tokens[at] if at < len(tokens) else None)
    words = {token.text.upper() for token in tokens if token.kind == "word"}
    defaults, named = _from(tokens[at:], prologue)
    return QueryText(
        verb=verb,
        service=_has_service(tokens),
        load="LOAD" in words,
        volatile=not _VOLATILE.isdisjoint(words),
        default_graphs=defaults,
        named_graphs=named,
        depth=_depth(tokens),
        operators=sum(_is_operator(token) for token in tokens),
    )


def admit(text: str, max_nesting: int, max_operators: int) -> QueryText:
    """Read a query that came from outside and may be run.

    Raises QuerySyntaxError, QueryError when it nests deeper than `max_nesting` or has more than
    `max_operators`, and QueryRefusedError for updates and SERVICE.
    """
    if _has_decoded_service(text):
        raise _service_refused()
    query = read(text)
    if query.verb == "UPDATE":
        raise _update_refused()
    if query.service:
        raise _service_refused()
    _bound("depth of brackets", query.depth, max_nesting)
    _bound("number of operators", query.operators, max_operators)
    return query


def _bound(what: str, value: int, most: int) -> None:
    if value > most:
        raise QueryError(
            f"The {what} of the query is {value}; at most {most} are taken",
            remedy="write the query flatter and shorter, or split it",
        )


def _update_refused() -> QueryRefusedError:
    return QueryRefusedError(
        "Updates are switched off here: this server only answers queries",
        remedy="send SELECT, ASK, CONSTRUCT or DESCRIBE; change the graph with the command line",
    )


def _service_refused() -> QueryRefusedError:
    return QueryRefusedError(
        "SERVICE is switched off here: this server calls no other server for a query",
        remedy="ask the other endpoint yourself and bring its answer in with VALUES",
    )


# --- Terminals -------------------------------------------------------------------------------

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
      (?P<space>[ \t\r\n]++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_UCHAR})*+>)
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
    """,
    re.VERBOSE,
)


def _tokens(text: str) -> Iterator[Token]:
    """Yield the terminals, without white space and comments. Raises QuerySyntaxError."""
    at, match = 0, _TERMINALS.match
    while at < len(text):
        found = match(text, at)
        if found is None:
            raise _unreadable(text, at)
        kind = found.lastgroup or ""
        if kind != "space":
            yield Token(kind, found.group(), at)
        at = found.end()


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
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    message = f"The query does not parse at line {line}, column {column}: {what}"
    return QuerySyntaxError(message, remedy, line=line, column=column)


# --- Prologue, verb, dataset -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Prologue:
    base: str
    prefixes: dict[str, str]

    def resolve(self, token: Token) -> str:
        """Return the IRI a token means, as it stands where a prefix is not declared."""
        if token.kind == "iri":
            return urljoin(self.base, decode(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return token.text
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _prologue(tokens: Sequence[Token]) -> tuple[int, _Prologue]:
    """Return where the prologue ends, and what it declares."""
    prologue, at = _Prologue("", {}), 0
    while at < len(tokens) and tokens[at].kind == "word":
        word, rest = tokens[at].text.upper(), tokens[at + 1 : at + 3]
        if word == "BASE" and _kinds(rest[:1]) == ["iri"]:
            prologue, at = _Prologue(prologue.resolve(rest[0]), prologue.prefixes), at + 2
        elif word == "PREFIX" and _kinds(rest) == ["name", "iri"]:
            declared = {rest[0].text[:-1]: prologue.resolve(rest[1])}
            prologue, at = _Prologue(prologue.base, prologue.prefixes | declared), at + 3
        elif word == "VERSION" and _kinds(rest[:1]) == ["string"]:
            at += 2
        else:
            break
    return at, prologue


def _kinds(tokens: Sequence[Token]) -> list[str]:
    return [token.kind for token in tokens]


def _verb(text: str, token: Token | None) -> Verb:
    word = token.text.upper() if token is not None and token.kind == "word" else ""
    if word in _UPDATES:
        return "UPDATE"
    for verb in _ANSWERS:
        if word == verb:
            return verb
    raise syntax_error(
        text,
        token.start if token else len(text),
        "SELECT, ASK, CONSTRUCT or DESCRIBE is expected here",
        "begin with PREFIX and BASE declarations, if any, then one of these words",
    )


def _from(tokens: Sequence[Token], prologue: _Prologue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the FROM and FROM NAMED clauses."""
    defaults: list[str] = []
    named: list[str] = []
    for at, token in enumerate(tokens):
        if token.kind != "word" or token.text.upper() != "FROM":
            continue
        after = tokens[at + 1 : at + 3]
        into = defaults
        if after and after[0].text.upper() == "NAMED":
            into, after = named, after[1:]
        if after and after[0].kind in {"iri", "name"}:
            into.append(prologue.resolve(after[0]))
    return tuple(defaults), tuple(named)


def _depth(tokens: Sequence[Token]) -> int:
    deepest = depth = 0
    for token in tokens:
        if token.kind == "mark":
            depth += (token.text in "{([") - (token.text in "})]")
            deepest = max(deepest, depth)
    return deepest


def _is_operator(token: Token) -> bool:
    if token.kind == "mark":
        return token.text in _OPERATORS
    return token.kind == "word" and token.text.upper() in _JOINING


# --- SERVICE ---------------------------------------------------------------------------------

_SERVICE: Final = "SERVICE"
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def decode(text: str) -> str:
    """Return the text with its codepoint escapes decoded (SPARQL 1.1 Query 19.2).

    Escapes that name no character stay as they are.
    """
    return _ESCAPED.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return match[0] if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def _has_decoded_service(text: str) -> bool:
    """Return whether an engine that decodes before it parses would see SERVICE."""
    if "\\" not in text:
        return False
    decoded = decode(text)
    if decoded == text or _SERVICE not in decoded.upper():
        return False
    try:
        return _has_service(list(_tokens(decoded)))
    except QuerySyntaxError:
        # Nobody can tell what such an engine makes of it; it is not worth the risk.
        return True


def _has_service(tokens: Sequence[Token]) -> bool:
    """Return whether some token may be, or hide, the keyword SERVICE."""
    return any(
        _SERVICE in token.text.upper() and _is_service(tokens, at)
        for at, token in enumerate(tokens)
    )


def _is_service(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.kind == "word":
        return True
    if token.kind == "name":
        return _name_hides_service(tokens, at)
    return token.kind == "iri" and _iri_hides_service(token.text.upper())


def _name_hides_service(tokens: Sequence[Token], at: int) -> bool:
    """Return whether `SERVICE:x {` may be read as the keyword and `:x`.

    A name before a brace is valid after GRAPH, which leaves an engine no other reading.
    """
    prefix = tokens[at].text.partition(":")[0].upper()
    if _SERVICE not in prefix or at + 1 >= len(tokens) or tokens[at + 1].text != "{":
        return False
    return at == 0 or tokens[at - 1].text.upper() != "GRAPH"


def _iri_hides_service(iri: str) -> bool:
    """Return whether `<` may be an operator, as in `FILTER(1<2)SERVICE#>`.

    The filter's bracket must close inside, before SERVICE, and a comment must hide the `>`.
    """
    before, _, after = iri.rpartition(_SERVICE)
    depth = 0
    for character in before:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return "#" in after
    return False
