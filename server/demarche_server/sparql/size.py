"""How large a query or update is, in what the engine's stack has to bear.

The engine parses by recursion, and works out the parts of a group, the operators of an expression
and the items of a clause by recursion again: some thousands of either overflow its stack, which
ends the process. Three counts bound it:

- the depth of brackets;
- operators and joining keywords (`|`, UNION, OPTIONAL, BIND …);
- parts: what is joined without an operator. In patterns `.` `;` `,` `~` `<<` `{` `[`, collections
  and their items, blocks of VALUES; outside of them the items after DESCRIBE, GROUP BY, HAVING and
  ORDER BY.

What the engine goes through in a loop is not counted: rows of VALUES, arguments, lists after IN,
templates, the triples of INSERT DATA and DELETE DATA, variables of SELECT, FROM. The operations of
an update are counted one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ontology.errors import QueryError
from demarche_server.sparql.lexer import Token, place

_JOINING: Final = frozenset({"UNION", "OPTIONAL", "MINUS", "BIND", "AS", "FILTER", "GRAPH"})
_OPERATORS: Final = frozenset("!|&/^+-*")
_SEPARATORS: Final = frozenset(".;,~")
_LISTING: Final = frozenset({"DESCRIBE", "GROUP", "HAVING", "ORDER"})
_TEMPLATES: Final = frozenset({"CONSTRUCT", "DATA", "INSERT", "DELETE"})
"""Keywords whose brace opens data, and no pattern."""
_TRUTHS: Final = ("TRUE", "FALSE")
_SHORTEST: Final = 4
"""Letters of the shortest word that may follow these without a blank, to the engine: `trueTRUE`."""
_IN_PATHS: Final = frozenset("|/^!")

# Where a token stands.
_PATTERN: Final = 0
_COLLECTION: Final = 1
_ITEMS: Final = 2
_CLAUSES: Final = 3
"""Outside braces, or beside SELECT in a subquery."""
_EXPRESSION: Final = 4
_DATA: Final = 5
_UNSURE: Final = 6
"""Behind what may have been misread: everything counts."""
_JOINED: Final = (_PATTERN, _UNSURE)

_UNBOUNDED: Final = 1 << 62
_HIDING: Final = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20)]*+\)[^<>\"{}|^`\x00-\x20]*+>"
    r"|t(?i:rue)\w|T(?i:rue)\w|f(?i:alse)\w|F(?i:alse)\w"
)
"""An IRI with a closing bracket, and words without blanks between: may be several tokens."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a query may be: see `Settings.max_nesting`, `max_operators`, `max_parts`."""

    nesting: int = _UNBOUNDED
    operators: int = _UNBOUNDED
    parts: int = _UNBOUNDED


@dataclass(frozen=True, slots=True)
class Size:
    """How large a query is; of an update, its largest operation in each respect."""

    depth: int
    operators: int
    parts: int


def size(tokens: Sequence[Token]) -> Size:
    """Return how large a query or update is."""
    meter = _Meter(Bounds())
    meter.read(tokens)
    return Size(meter.depth.highest, meter.operators.highest, meter.parts.highest)


def check_size(text: str, tokens: Sequence[Token], bounds: Bounds, what: str = "query") -> None:
    """Raise QueryError, with the place, for a text that is too large. what: what it is called."""
    # A token counts once at most in each respect, but for those that hide others.
    least = min(bounds.nesting, bounds.operators, bounds.parts)
    if len(tokens) <= least and _HIDING.search(text) is None:
        return
    meter = _Meter(bounds)
    meter.read(tokens)
    for tally, name, remedy in (
        (meter.depth, "depth of brackets", f"write the {what} flatter, or split it"),
        (meter.operators, "number of operators", f"write the {what} shorter, or split it"),
        (
            meter.parts,
            "number of joined parts",
            f"split the {what}, or give what is alike in rows of VALUES, which do not count",
        ),
    ):
        if tally.beyond is not None:
            line, column = place(text, tally.beyond.start)
            raise QueryError(
                f"The {name} of the {what} is {tally.highest}; at most {tally.most} are taken, "
                f"and line {line}, column {column} is beyond",
                remedy,
                line=line,
                column=column,
            )


class _Tally:
    """Something counted. beyond: the first token with which it was more than `most`."""

    __slots__ = ("beyond", "highest", "most", "now")

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = self.highest = 0
        self.beyond: Token | None = None

    def add(self, token: Token, number: int = 1) -> None:
        self.now += number
        if self.now > self.highest:
            self.highest = self.now
            if self.now > self.most and self.beyond is None:
                self.beyond = token


class _Meter:
    """Goes through the tokens once."""

    def __init__(self, bounds: Bounds) -> None:
        self.depth = _Tally(bounds.nesting)
        self.operators = _Tally(bounds.operators)
        self.parts = _Tally(bounds.parts)
        self._here = _CLAUSES
        self._around: list[int] = []
        self._before: Token | None = None
        self._before_that: Token | None = None
        self._values = False  # whether a block of VALUES begins

    def read(self, tokens: Sequence[Token]) -> None:
        """Count all of them."""
        for token in tokens:
            if token.kind == "mark":
                self._mark(token, token.text)
            elif token.kind == "word":
                self._word(token, token.text.upper())
            else:
                self._term(token)
            self._before_that, self._before = self._before, token

    # --- Marks --------------------------------------------------------------------------------

    def _mark(self, token: Token, mark: str) -> None:
        if mark in "{([":
            self._open(token, mark)
        elif mark in "})]":
            self.depth.now -= 1
            if self._around:
                self._here = self._around.pop()
        elif mark in _OPERATORS:
            if self._here != _DATA:
                self.operators.add(token)
        elif mark == ";" and not self._around and self._here != _UNSURE:
            self.operators.now = self.parts.now = 0
            self._here = _CLAUSES
        elif self._joins(mark):
            self.parts.add(token)

    def _open(self, token: Token, mark: str) -> None:
        within = self._within(mark)
        self.depth.add(token)
        self._around.append(self._here)
        if within not in (_DATA, _EXPRESSION) or self._here in (_ITEMS, _COLLECTION):
            self.parts.add(token)
        if mark == "{":
            self._values = False
        self._here = within

    def _within(self, mark: str) -> int:
        """Return where tokens inside a bracket stand that is opened here."""
        here, before = self._here, self._word_before()
        if here in (_DATA, _UNSURE):
            return here
        if mark == "{":
            return _DATA if self._values or before in _TEMPLATES else _PATTERN
        if mark == "[":
            return _EXPRESSION if here == _EXPRESSION else _PATTERN
        if self._values:
            return _DATA
        if here == _COLLECTION:
            return _COLLECTION
        return _COLLECTION if here == _PATTERN and not self._calls(before) else _EXPRESSION

    def _calls(self, before: str) -> bool:
        """Whether a round bracket in a pattern opens an expression: `FILTER(`, `FILTER <f>(`."""
        if before:
            return before != "A"
        function = self._before is not None and self._before.kind in ("iri", "name")
        earlier = self._before_that
        return function and earlier is not None and earlier.text.upper().endswith("FILTER")

    def _word_before(self) -> str:
        before = self._before
        return before.text.upper() if before is not None and before.kind == "word" else ""

    def _joins(self, mark: str) -> bool:
        """Whether a mark that is no operator joins parts."""
        if mark == "<":
            twice = self._before is not None and self._before.text == "<"
            return twice and self._here in (_PATTERN, _COLLECTION, _UNSURE)
        return mark in _SEPARATORS and self._here in _JOINED

    # --- Words and terms ----------------------------------------------------------------------

    def _word(self, token: Token, word: str) -> None:
        here = self._here
        if here == _DATA:
            return
        if word in _JOINING:
            self.operators.add(token)
        elif word.startswith(_TRUTHS) and word not in _TRUTHS:
            self.operators.add(token)
            self.parts.add(token, len(word) // _SHORTEST)
        elif word == "VALUES":
            self.parts.add(token)
            self._values = True
        elif word == "SELECT":
            self._here = _CLAUSES if here == _PATTERN else here
        elif here == _COLLECTION and word in _TRUTHS:
            self.parts.add(token)
        elif here in (_CLAUSES, _ITEMS):
            self._clause(word)

    def _clause(self, word: str) -> None:
        if word in _LISTING:
            self._here = _ITEMS
        elif word in ("FROM", "LIMIT", "OFFSET", "WHERE"):
            self._here = _CLAUSES

    def _term(self, token: Token) -> None:
        here = self._here
        if here == _EXPRESSION:
            if token.kind == "iri" and _closes_more(token.text):
                self._go_astray(token)
        elif here == _ITEMS:
            self.parts.add(token)
        elif here == _COLLECTION:
            before = self._before
            if before is None or before.text not in _IN_PATHS:
                self.parts.add(token)
        elif token.kind == "number" and token.text.endswith(".") and here in _JOINED:
            self.parts.add(token)

    def _go_astray(self, token: Token) -> None:
        """Count what an IRI may hide, at the worst, and be unsure of what follows."""
        hidden = len(token.text)
        for tally in (self.operators, self.parts, self.depth):
            tally.add(token, hidden)
        self.depth.now -= hidden
        self._here = _UNSURE
        self._around = [_UNSURE] * len(self._around)


def _closes_more(iri: str) -> bool:
    """Whether an IRI closes a bracket that it has not opened.

    In an expression, `<` is an operator to an engine that goes back: `FILTER(1<2)?s?p?o#>`.
    """
    depth = 0
    for character in iri if ")" in iri else "":
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return True
    return False
