"""The brackets of a text, and replacing parts of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_server.sparql.lexer import Token

_CLOSES: Final = {")": "(", "]": "[", "}": "{"}
APART: Final = frozenset({"OPTIONAL", "MINUS", "EXISTS", "SERVICE"})
"""What comes before a group that is joined in another way, or asked elsewhere."""
ELSEWHERE: Final = frozenset({"GRAPH", "SERVICE"})
"""What comes before a group that is asked of other graphs."""
AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of a text, in code points, end exclusive, and what stands in its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Tokens with their brackets. Positions are indexes of tokens.

    partner: for each bracket the one that belongs to it.
    parent: for each token the bracket that opens the innermost pair around it, -1 for none.
    upper, marks: for each token the keyword in capitals, or the mark, that it is; "" for others.
    """

    text: str
    tokens: Sequence[Token]
    partner: dict[int, int]
    parent: Sequence[int]
    upper: Sequence[str]
    marks: Sequence[str]

    def word(self, at: int) -> str:
        """Return the keyword at a position in capitals; "" if there is none."""
        return self.upper[at] if 0 <= at < len(self.upper) else ""

    def mark(self, at: int) -> str:
        """Return the mark at a position; "" if there is none."""
        return self.marks[at] if 0 <= at < len(self.marks) else ""

    def variable(self, at: int) -> str:
        """Return the name of the variable at a position, without `?` or `$`; "" if none."""
        if not 0 <= at < len(self.tokens) or self.tokens[at].kind != "variable":
            return ""
        return self.tokens[at].text[1:]

    def words(self, word: str, first: int = 0, end: int | None = None) -> list[int]:
        """Return the positions of a keyword, given in capitals."""
        last = len(self.tokens) if end is None else end
        return [at for at in range(first, last) if self.word(at) == word]

    def groups(self) -> list[int]:
        """Return the positions of braces that open, in the order they stand."""
        return sorted(at for at in self.partner if self.tokens[at].text == "{")

    def variables(self, first: int, end: int) -> set[str]:
        """Return the names of the variables between two positions."""
        return {self.variable(at) for at in range(first, end)} - {""}

    def is_aggregate(self, at: int) -> bool:
        """Whether an aggregate is called at a position."""
        return self.word(at) in AGGREGATES and self.mark(at + 1) == "("

    def source(self, first: int, end: int) -> str:
        """Return the text from one token to before another, "" if there is none between."""
        return self.text[self.tokens[first].start : self.tokens[end - 1].end] if first < end else ""

    def around(self, at: int) -> list[int]:
        """Return the brackets around a position, the innermost first."""
        found = []
        while (at := self.parent[at]) >= 0:
            found.append(at)
        return found

    def is_within(self, at: int, words: Container[str]) -> bool:
        """Whether a group that begins at a position, or one around it, comes after a keyword."""
        return any(
            self.word(brace - back) in words  # SERVICE SILENT <iri> {
            for brace in (at, *self.around(at))
            for back in (1, 2, 3)
        )

    def insert(self, at: int, text: str) -> Edit:
        """Return the edit that puts a text before a token."""
        start = self.tokens[at].start
        return Edit(start, start, text)

    def append(self, at: int, text: str) -> Edit:
        """Return the edit that puts a text after a token."""
        end = self.tokens[at].end
        return Edit(end, end, text)

    def replace(self, first: int, last: int, text: str) -> Edit:
        """Return the edit that replaces the tokens from `first` to `last`, both included."""
        return Edit(self.tokens[first].start, self.tokens[last].end, text)


def conjuncts(layout: Layout, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the conditions that && joins, from one token to before another.

    Brackets around all of a condition are left out, || and all that is joined by it stays whole.
    """
    while layout.mark(first) == "(" and layout.partner.get(first) == end - 1:
        first, end = first + 1, end - 1
    if first >= end:
        yield first, first
        return
    level = layout.parent[first]
    marks = [at for at in range(first, end) if layout.parent[at] == level]
    cuts = [at for at in marks if layout.mark(at) == "&" and layout.mark(at - 1) == "&"]
    if not cuts or any(layout.mark(at) == "|" for at in marks):
        yield first, end
        return
    for start, stop in zip([first, *(cut + 1 for cut in cuts)], [*cuts, end + 1], strict=True):
        yield from conjuncts(layout, start, stop - 1)


def lay_out(text: str, tokens: Sequence[Token]) -> Layout | None:
    """Return the tokens with their brackets, None where these do not match."""
    partner: dict[int, int] = {}
    parent: list[int] = []
    open_ones: list[int] = []
    marks = [token.text if token.kind == "mark" else "" for token in tokens]
    for at, mark in enumerate(marks):
        if mark in _CLOSES:
            if not open_ones or tokens[open_ones[-1]].text != _CLOSES[mark]:
                return None
            begin = open_ones.pop()
            partner[at], partner[begin] = begin, at
        parent.append(open_ones[-1] if open_ones else -1)
        if mark and mark in "([{":
            open_ones.append(at)
    if open_ones:
        return None
    upper = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    return Layout(text, tokens, partner, parent, upper, marks)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with edits made, which must not overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
