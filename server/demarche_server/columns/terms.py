"""The terms of a graph, numbered in an order that comparing and ordering can go by.

Terms of a kind stand together: IRIs; plain strings; dates; literals of each language; and the rest,
of which only equality is known. Within a kind they stand as SPARQL orders them (SPARQL 1.1 Query
15.1 and 17.3): IRIs and strings by their code points, dates by day. So the numbers of two terms of
such a kind compare as the terms do.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import Final

BLANK: Final = b"0"
IRI: Final = b"1"
STRING: Final = b"2"
DATE: Final = b"3"
REST: Final = b"4"
LANGUAGE: Final = b"5"
"""Kinds: the first byte of a term's key. That of a language is followed by its tag."""
ORDERED: Final = frozenset({IRI, STRING, DATE})
"""Kinds within which the engine compares as numbers do."""

_DATE: Final = re.compile(
    rb'"(\d{4}-\d\d-\d\d)"\^\^<http://www\.w3\.org/2001/XMLSchema#date>', re.ASCII
)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_MEANT: Final = {b"t": b"\t", b"n": b"\n", b"r": b"\r"}


class Terms:
    """Numbered terms. A term is given as the engine writes it in TSV, in UTF-8."""

    def __init__(self, terms: Sequence[bytes]) -> None:
        """terms: each once, in the order of their keys."""
        self._starts = array("Q", [0, *accumulate(map(len, terms))])
        self._bytes = b"".join(terms)
        self._kinds, self._firsts = _kinds(terms)
        self._iris = self._first(IRI), self._first(STRING)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._bytes[self._starts[number] : self._starts[number + 1]]

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """Return some terms as text."""
        text, starts = self._bytes, self._starts
        pieces = b"\n".join([text[starts[one] : starts[one + 1]] for one in numbers])
        return pieces.decode().split("\n") if numbers else []  # a term has no line break in it

    @property
    def kinds(self) -> tuple[bytes, ...]:
        """The kinds there are, in order."""
        return tuple(self._kinds)

    @property
    def first_literal(self) -> int:
        """The number of the first literal, or how many terms there are."""
        return self._first(STRING)

    def _first(self, kind: bytes) -> int:
        """Return the number of the first term of a kind or one after it."""
        at = bisect_left(self._kinds, kind)
        return self._firsts[at] if at < len(self._firsts) else len(self)

    def kind(self, number: int) -> bytes:
        """Return the kind of a term, of a language with its tag."""
        return self._kinds[bisect_left(self._firsts, number + 1) - 1]

    def find(self, term: bytes) -> int | None:
        """Return the number of a term, None if the graph has none such."""
        is_iri = term[:1] == b"<"
        at = self._find_iri(term[1:-1]) if is_iri else bisect_left(self, key_of(term), key=key_of)
        return at if at < len(self) and self[at] == term else None

    def _find_iri(self, iri: bytes) -> int:
        """Return the place of an IRI; most of what is looked for is one."""
        starts, text = self._starts, self._bytes
        low, high = self._iris
        while low < high:
            middle = (low + high) >> 1
            if text[starts[middle] + 1 : starts[middle + 1] - 1] < iri:
                low = middle + 1
            else:
                high = middle
        return low


def numbered(terms: Iterable[bytes]) -> tuple[Terms, list[int]]:
    """Return terms in order, and the places that these had in what was given, each term once."""
    given = list(terms)
    keys = list(map(key_of, given))
    order = sorted(range(len(given)), key=keys.__getitem__)
    return Terms([given[at] for at in order]), order


def key_of(term: bytes) -> bytes:
    """Return what terms are ordered by: the kind, the tag of a language, the value."""
    first = term[:1]
    if first == b"<":
        return IRI + term[1:-1]
    if first == b'"':
        return _key_of_literal(term)
    return (BLANK if first == b"_" else REST) + term


def _key_of_literal(term: bytes) -> bytes:
    text, _, rest = term[1:].rpartition(b'"')
    if not rest:
        return STRING + _unescaped(text)
    if rest[:1] == b"@":
        return LANGUAGE + rest[1:] + b"\0" + _unescaped(text)
    return (DATE if _is_date(term) else REST) + term


def _is_date(term: bytes) -> bool:
    """Whether a literal is a day, of a year of four figures and no time zone."""
    found = _DATE.fullmatch(term)
    if found is None:
        return False
    try:
        date.fromisoformat(found[1].decode())
    except ValueError:
        return False
    return True


def _unescaped(text: bytes) -> bytes:
    if b"\\" not in text:
        return text
    return _ESCAPED.sub(lambda one: _MEANT.get(one[1], one[1]), text)


def _kinds(terms: Sequence[bytes]) -> tuple[list[bytes], array[int]]:
    """Return the kinds in order, and the number of the first term of each."""
    kinds, firsts, at = list[bytes](), array("Q"), 0
    while at < len(terms):
        kind = _kind_of(terms[at])
        kinds.append(kind)
        firsts.append(at)
        at = bisect_left(terms, True, at, key=_is_after(kind))
    return kinds, firsts


def _kind_of(term: bytes) -> bytes:
    key = key_of(term)
    return key.partition(b"\0")[0] if key[:1] == LANGUAGE else key[:1]


def _is_after(kind: bytes) -> Callable[[bytes], bool]:
    return lambda term: _kind_of(term) != kind
