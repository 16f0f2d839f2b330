"""The words of a graph's literals, so that those with some text in them are found at once.

The engine asks a filter of text of every literal that a pattern binds. Looking through all of them
as one piece of memory is several times quicker, and what is found can be given to the engine with
the query (see `sparql.containing`). Made once for a commit in memory, and shared by its readers.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import isqrt
from typing import IO, Final, NamedTuple, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from demarche_server.sparql.folding import folded
from demarche_server.sparql.known import TextAsked

MOST_BYTES: Final = 1 << 30
"""Of the literals of a graph, with their predicates; of more, nothing is made."""


class Use(NamedTuple):
    """When it is of use to give the engine what was found.

    times: if it would have to look at so many times more literals. small: how many these are at
    least; among fewer the engine is as quick. found, found_bytes: of what was found, at most; the
    query becomes so much longer.
    """

    times: int = 20
    small: int = 1000
    found: int = 20_000
    found_bytes: int = 1 << 20


USE: Final = Use()

_ALL: Final = "SELECT DISTINCT ?p ?o { ?s ?p ?o FILTER(ISLITERAL(?o)) }"
_OTHER: Final = "ASK {{ ?s {predicate} ?o FILTER(!ISLITERAL(?o)) }}"


Literals = tuple[str, list[bytes], bool]
"""The IRI of a predicate, its literals as Turtle, and whether it has nothing else."""


class TooManyError(Exception):
    """There are more literals than are kept."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The literals of one predicate. first, end: numbers of lines. pure: it has nothing else."""

    first: int
    end: int
    pure: bool


class Lines:
    """A text of lines, each with its end. starts: of the lines, and of what would follow them."""

    def __init__(self, text: bytes, starts: array[int]) -> None:
        self.text = text
        self.starts = starts

    def holding(self, needle: bytes, first: int, end: int, most: int) -> list[int] | None:
        """Return the numbers of lines that hold a text, in order; None for more than `most`.

        first, end: lines among which to look.
        """
        text, starts = self.text, self.starts
        last, found = starts[end], list[int]()
        at = text.find(needle, starts[first], last)
        while at >= 0:
            line = bisect_right(starts, at)
            found.append(line - 1)
            if len(found) > most:
                return None
            at = text.find(needle, starts[line], last)
        return found


class Texts:
    """The literals of a default graph as they are written in a query, a line each, and folded.

    Those of one predicate stand together; one that several have stands once for each.
    """

    def __init__(
        self,
        literals: Iterable[Literals],
        use: Use = USE,
        most_bytes: int = MOST_BYTES,
        looking: type[Lines] = Lines,
    ) -> None:
        """Take literals by predicate. looking: what finds lines. Raises TooManyError."""
        self._use = use
        parts, words, lower = dict[str, _Part](), list[bytes](), list[bytes]()
        self._starts, lower_starts = array("I", [0]), array("I", [0])
        for predicate, lines, pure in literals:
            first = len(self._starts) - 1
            parts[predicate] = _Part(first, first + len(lines), pure)
            text = b"\n".join([*lines, b""])
            if self._starts[-1] + len(text) > most_bytes:
                raise TooManyError
            small = folded(text.decode()).encode()
            _add_starts(self._starts, lines)
            _add_starts(lower_starts, small.split(b"\n")[:-1])
            words.append(text)
            lower.append(small)
        self._parts = parts
        self._words = b"".join(words)
        self._folded = looking(b"".join(lower), lower_starts)

    @classmethod
    def of(cls, store: Store, use: Use = USE, most_bytes: int = MOST_BYTES) -> Texts | None:
        """Return those of a store's default graph, None where there are too many."""
        out = _Bounded(most_bytes)
        try:
            cast(QuerySolutions, store.query(_ALL)).serialize(
                cast(IO[bytes], out), format=QueryResultsFormat.TSV
            )
        except TooManyError:
            return None
        lines = sorted(bytes(out.data).split(b"\n")[1:-1])
        out.data.clear()
        return cls(_by_predicate(store, lines), use)

    @classmethod
    def made_of(cls, literals: Iterable[Literals], looking: type[Lines] = Lines) -> Texts | None:
        """Return those that were found already, None where there are too many."""
        try:
            return cls(literals, looking=looking)
        except TooManyError:
            return None

    def holding(self, asked: TextAsked, fewest: int = sys.maxsize) -> list[str] | None:
        """Return the literals that hold a text; see `sparql.known`.

        fewest: how many solutions the engine could begin with instead. None where the engine had
        better look through all of them itself.
        """
        first, end = 0, len(self._starts) - 1
        if asked.predicate:
            part = self._parts.get(asked.predicate)
            if part is None or not (part.pure or asked.literal):
                return None
            first, end = part.first, part.end
        elif not asked.literal:
            return None
        if end - first < self._use.small or not asked.text:
            return None
        most = self._most(min(end - first, fewest), asked.rows)
        found = self._folded.holding(asked.text.encode(), first, end, most)
        if found is None or sum(map(self._length, found)) > self._use.found_bytes:
            return None
        return list(dict.fromkeys(map(self._line, found)))

    def places(self, asked: TextAsked) -> list[int] | None:
        """Return which literals of a predicate hold a text, by their places among all of its.

        Among them are all that hold it when they are folded. None if that cannot be told.
        """
        part = self._parts.get(asked.predicate)
        if part is None or not (part.pure or asked.literal) or not asked.text:
            return None
        found = self._folded.holding(asked.text.encode(), part.first, part.end, sys.maxsize)
        return None if found is None else [line - part.first for line in found]

    def _most(self, literals: int, rows: int | None) -> int:
        """Return how many are of use at most.

        rows: with how many the engine would come to its end. If they are spread evenly, it has
        looked at `literals * rows / found` by then.
        """
        most = min(literals // self._use.times, self._use.found)
        return most if rows is None else min(most, isqrt(literals * rows // self._use.times))

    def _length(self, number: int) -> int:
        return self._starts[number + 1] - self._starts[number]

    def _line(self, number: int) -> str:
        return self._words[self._starts[number] : self._starts[number + 1] - 1].decode()


def _add_starts(starts: array[int], lines: list[bytes]) -> None:
    ends = accumulate((len(line) + 1 for line in lines), initial=starts[-1])
    next(ends)
    starts.extend(ends)


def _by_predicate(store: Store, lines: list[bytes]) -> Iterator[Literals]:
    for name, group in groupby(lines, lambda line: line[: line.index(b"\t")]):
        predicate = name.decode()
        literals = [line[len(name) + 1 :] for line in group]
        yield predicate[1:-1], literals, not store.query(_OTHER.format(predicate=predicate))


class _Bounded:
    """A file that takes so many bytes. Raises TooManyError by what it is written with."""

    def __init__(self, most: int) -> None:
        self.data = bytearray()
        self._most = most

    def write(self, data: bytes) -> int:
        if len(self.data) + len(data) > self._most:
            raise TooManyError
        self.data += data
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""
