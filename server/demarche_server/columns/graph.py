"""The triples of a default graph as columns: numbers of terms, by predicate.

The triples of a predicate stand together twice: by subject and object, and by object and subject.
Made once for a commit in memory, and shared by its readers.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Final, cast

import numpy as np
import numpy.typing as npt
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from demarche_server.columns.terms import Terms, numbered

Ids = npt.NDArray[np.uint32]
"""Numbers of terms."""
Places = npt.NDArray[np.int64]
"""Places in a column."""

MOST_TRIPLES: Final = 20_000_000
"""Of a graph; of a larger one no columns are made."""
_ALL: Final = "SELECT ?p ?s ?o { ?s ?p ?o }"
_FIELDS: Final = 3
_TRIPLE_TERM: Final = b"<<("
_DIRECTED: Final = b"--"
"""In the tag of a language (SPARQL 1.2); each format writes it in a way of its own."""


class UnfitError(Exception):
    """A graph is too large for columns, or holds what they do not."""


class Side:
    """The triples of a predicate, by their subjects or by their objects.

    keys: those, each once, in order. starts: where the values of each begin, and where the last
    end. values: the terms on the other side, in order for each key.
    """

    __slots__ = ("keys", "starts", "values")

    def __init__(self, keys: Ids, values: Ids) -> None:
        order = np.lexsort((values, keys))
        self.keys, firsts = np.unique(keys[order], return_index=True)
        self.starts = np.append(firsts, len(keys)).astype(np.uint32)
        self.values = values[order]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def per_key(self) -> float:
        """How many values a key has on average."""
        return len(self.values) / len(self.keys)

    def all_keys(self) -> Ids:
        """Return the key of each value."""
        return np.repeat(self.keys, np.diff(self.starts))

    def find(self, sought: Ids) -> tuple[Places, Places]:
        """Return where the values of each of some terms begin, and how many there are."""
        at = np.searchsorted(self.keys, sought)
        at[at == len(self.keys)] = 0
        first = self.starts[at].astype(np.int64)
        counts = self.starts[at + 1].astype(np.int64) - first
        return first, np.where(self.keys[at] == sought, counts, 0)

    def of(self, key: int) -> Ids:
        """Return the values of a key, in order; none if it is not there."""
        first, counts = self.find(np.array([key], np.uint32))
        return self.values[first[0] : first[0] + counts[0]]


class Pairs:
    """The subjects and objects of a predicate, from both sides."""

    __slots__ = ("by_object", "by_subject")

    def __init__(self, subjects: Ids, objects: Ids) -> None:
        self.by_subject = Side(subjects, objects)
        self.by_object = Side(objects, subjects)

    def __len__(self) -> int:
        return len(self.by_subject)

    def columns(self) -> tuple[Ids, Ids]:
        """Return all subjects and objects, in order."""
        return self.by_subject.all_keys(), self.by_subject.values


class Subjects:
    """All triples by their subjects, for what is asked of one of these."""

    __slots__ = ("_objects", "_predicates", "_starts")

    def __init__(self, table: Ids, most: int) -> None:
        """table: predicates, subjects and objects of the triples. most: above all subjects."""
        table = table[np.argsort(table[:, 1], kind="stable")]
        counts = np.bincount(table[:, 1], minlength=most)
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
        self._predicates = table[:, 0].copy()
        self._objects = table[:, 2].copy()

    def of(self, subject: int) -> tuple[list[int], list[int]]:
        """Return the predicates and objects of a subject's triples, by predicate."""
        if subject + 1 >= len(self._starts):
            return [], []
        first, end = self._starts[subject : subject + 2].tolist()
        return self._predicates[first:end].tolist(), self._objects[first:end].tolist()


class ColumnGraph:
    """Terms; for each predicate by its number, its pairs; and all triples by their subjects."""

    def __init__(self, terms: Terms, predicates: dict[int, Pairs], subjects: Subjects) -> None:
        self.terms = terms
        self.predicates = predicates
        self.subjects = subjects

    @classmethod
    def of(cls, store: Store, most: int = MOST_TRIPLES) -> ColumnGraph | None:
        """Return the columns of a store's default graph, None where it is not fit for them."""
        taken = _Taken(most)
        try:
            cast(QuerySolutions, store.query(_ALL)).serialize(
                cast(IO[bytes], taken), format=QueryResultsFormat.TSV
            )
        except UnfitError:
            return None
        made = cls._of_numbers(taken)
        is_directed = any(_DIRECTED in kind for kind in made.terms.kinds)
        return None if is_directed else made

    def literals(self) -> Iterator[tuple[str, list[bytes], bool]]:
        """Yield for each predicate its IRI, its literals in order, and whether it has no others."""
        for name, pairs in self.predicates.items():
            found = self.literals_of(name)
            if len(found):
                lines = [self.terms[number] for number in found.tolist()]
                is_pure = len(found) == len(pairs.by_object.keys)
                yield self.terms[name][1:-1].decode(), lines, is_pure

    def literals_of(self, predicate: int) -> Ids:
        """Return the literals of a predicate, in order. predicate: by its number."""
        objects = self.predicates[predicate].by_object.keys
        return objects[np.searchsorted(objects, self.terms.first_literal) :]

    @classmethod
    def _of_numbers(cls, taken: _Taken) -> ColumnGraph:
        terms, order = numbered(taken.terms)
        renumbered = np.empty(len(order), np.uint32)
        renumbered[np.asarray(order, np.int64)] = np.arange(len(order), dtype=np.uint32)
        table = renumbered[np.frombuffer(taken.numbers, np.uint32)].reshape(-1, _FIELDS)
        table = table[np.argsort(table[:, 0], kind="stable")]
        names, firsts = np.unique(table[:, 0], return_index=True)
        parts = np.split(table, firsts[1:]) if len(names) else []
        pairs = (Pairs(part[:, 1], part[:, 2]) for part in parts)
        by_name = dict(zip(map(int, names), pairs, strict=True))
        return cls(terms, by_name, Subjects(table, terms.first_literal))

    def __len__(self) -> int:
        return sum(map(len, self.predicates.values()))


class _Taken:
    """The file that the engine writes all triples into; they are numbered as they come."""

    def __init__(self, most: int) -> None:
        self.terms: defaultdict[bytes, int] = defaultdict()
        self.terms.default_factory = self.terms.__len__
        self.numbers = array("I")
        self._most = most * _FIELDS
        self._rest = b""
        self._begun = False

    def write(self, data: bytes) -> int:
        """Take a piece. Raises UnfitError."""
        lines, end, self._rest = (self._rest + data).rpartition(b"\n")
        if end:
            self._take(lines)
        return len(data)

    def _take(self, lines: bytes) -> None:
        if not self._begun:
            _, _, lines = lines.partition(b"\n")
            self._begun = True
        if not lines:
            return
        fields = lines.replace(b"\n", b"\t").split(b"\t")
        if len(fields) != _FIELDS * (lines.count(b"\n") + 1) or _TRIPLE_TERM in lines:
            raise UnfitError
        self.numbers.extend(map(self.terms.__getitem__, fields))
        if len(self.numbers) > self._most:
            raise UnfitError

    def flush(self) -> None:
        """Nothing to do."""
