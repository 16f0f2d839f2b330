"""Asking the index of a commit.

Nothing of what somebody types reaches SQLite as syntax: it is asked for folded words, which are
letters and digits, and what it may take is bounded.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final
from urllib.parse import quote

from demarche_ontology.errors import QueryTimeoutError, StoreError
from demarche_ontology.terms import PREFIXES
from demarche_server.search import folding
from demarche_server.search.build import ATTRIBUTED, CODE, ROLE_NAMES, STATEMENT, TEXT

MOST_FOUND: Final = 1000
"""Matches that are looked at, the best ranked first; nobody reads further."""
MOST_WORDS: Final = 16
"""Words of a query that count."""
SECONDS: Final = 2.0
"""How long a search may take."""
_LONGEST_WORD: Final = 64
_LITTLE: Final = 2
"""Words a name may have besides those asked to be as good as one that begins with them."""
_STEPS: Final = 5000
"""Steps of SQLite's machine between two looks at the clock."""

_NAMED: Final = re.compile(r"([A-Za-z][\w-]*):([\w.-]+)")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+")

_ROWS: Final = """
SELECT literal.id, thing.id, thing.iri, thing.label, class.iri, class.label,
  role, language, text, folded
FROM {source} JOIN thing ON thing.id = literal.thing LEFT JOIN class ON class.id = thing.kind
WHERE {condition} AND (:kind = '' OR EXISTS (
  SELECT 1 FROM member JOIN class AS wanted ON wanted.id = member.class
  WHERE wanted.iri = :kind AND member.thing = thing.id))
ORDER BY {order} LIMIT :most
"""


class Match(IntEnum):
    """How something was found, the best first.

    IRI: it is what was asked. EXACT: so it is called. BEGINNING: its name begins so, or has little
    besides. NAME: the words are in its name. SOUND: its name sounds so. STATEMENT, TEXT: the words
    are in the statement of a claim, in a definition or description.
    """

    IRI = 0
    EXACT = 1
    BEGINNING = 2
    NAME = 3
    SOUND = 4
    STATEMENT = 5
    TEXT = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """A class. label: "" if it has none. members: things of it that the index has, 0 unknown."""

    iri: str
    label: str
    members: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found.

    label: what it is called. kind: its narrowest class. text, language: the name, statement or
    definition that matched. role: which of these it is, by ROLE_NAMES.
    """

    iri: str
    label: str
    kind: Kind | None
    match: Match
    text: str
    language: str
    role: str


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, the best first. more: whether there is more than was looked at.

    words: the folded words that were looked for, to be marked in what was found.
    """

    found: tuple[Found, ...]
    more: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    literal: int
    thing: int
    iri: str
    label: str
    kind: str | None
    kind_label: str | None
    role: int
    language: str
    text: str
    folded: str

    def found(self, match: Match) -> Found:
        kind = Kind(self.kind, self.kind_label or "") if self.kind else None
        role = ROLE_NAMES[self.role]
        return Found(self.iri, self.label, kind, match, self.text, self.language, role)


class Index:
    """The index of one commit. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._address = f"file:{quote(str(path))}?mode=ro&immutable=1"

    def search(self, text: str, kind: str = "") -> Results:
        """Return what a text finds, at most MOST_FOUND things.

        kind: IRI of the class that things must be of, "" for any. Raises QueryTimeoutError,
        StoreError.
        """
        asked = _Asked.read(text)
        ranked = _Ranking(asked)
        with self._open() as base:
            tables = _Tables(base, asked, kind)
            ranked.add(tables.by_iri(), Match.IRI)
            ranked.add(tables.exact())
            looked_at = ranked.add(tables.written())
            ranked.add(tables.heard(), Match.SOUND)
        found = ranked.found()
        more = max(looked_at, len(found)) > MOST_FOUND
        return Results(found[:MOST_FOUND], more, asked.words)

    def complete(self, text: str, kind: str = "", limit: int = 8) -> Results:
        """Return things with a name that begins, or has a word that begins, as the text does."""
        asked = _Asked.read(text)
        ranked = _Ranking(asked)
        with self._open() as base:
            tables = _Tables(base, asked, kind)
            ranked.add(tables.exact())
            ranked.add(tables.written(CODE))
            if len(ranked) < limit:
                ranked.add(tables.heard(beginning=True), Match.SOUND)
        found = ranked.found()
        return Results(found[:limit], len(found) > limit, asked.words)

    def kinds(self) -> tuple[Kind, ...]:
        """Return the classes that things are of, the largest first. Raises StoreError."""
        with self._open() as base:
            rows = base.execute(
                "SELECT iri, label, members FROM class WHERE members > 0 ORDER BY members DESC, iri"
            ).fetchall()
        return tuple(Kind(*row) for row in rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Raises StoreError, QueryTimeoutError."""
        end = time.monotonic() + SECONDS
        try:
            with closing(sqlite3.connect(self._address, uri=True)) as base:
                base.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
                yield base
        except sqlite3.Error as error:
            if str(error) == "interrupted":
                raise QueryTimeoutError(
                    f"The search took longer than {SECONDS:g} s",
                    remedy="give more words, or longer ones",
                ) from error
            raise StoreError(f"The index of names cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody typed, read. readings: lists of folded words, alternatives to each other."""

    readings: tuple[tuple[str, ...], ...]
    iris: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> _Asked:
        folded = (reading.split()[:MOST_WORDS] for reading in folding.readings(text))
        readings = (tuple(word[:_LONGEST_WORD] for word in words) for words in folded if words)
        return cls(tuple(readings), tuple(_iris(text.strip())))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for reading in self.readings for word in reading))

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(" ".join(reading) for reading in self.readings)


def _iris(text: str) -> Iterator[str]:
    """Yield the IRIs that a text may be: in full, in angle brackets, or as a prefixed name."""
    bare = text[1:-1] if text[:1] == "<" and text[-1:] == ">" else text
    if len(bare) <= folding.LONGEST and _IRI.fullmatch(bare):
        yield bare
        named = _NAMED.fullmatch(bare)
        if named and named[1] in PREFIXES:
            yield PREFIXES[named[1]] + named[2]


# --- What the tables are asked ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables, asked for one search. kind: IRI of the class that things must be of, or ""."""

    base: sqlite3.Connection
    asked: _Asked
    kind: str

    def by_iri(self) -> Iterator[_Row]:
        """Yield the things whose IRI was asked."""
        for iri in self.asked.iris:
            yield from self._rows("literal", "thing.iri = :iri", most=1, iri=iri)

    def exact(self) -> Iterator[_Row]:
        """Yield the names that are just what was asked."""
        for phrase in self.asked.phrases:
            condition = f"folded = :phrase AND role <= {CODE}"
            yield from self._rows("literal", condition, phrase=phrase)

    def written(self, last_role: int = TEXT) -> Iterator[_Row]:
        """Yield what has all the words, or words that begin with them; one more than counts.

        last_role: of the texts to look into.
        """
        if self.asked.readings:
            expression = " OR ".join(_all_of(reading) for reading in self.asked.readings)
            condition = f"words MATCH :words AND role <= {last_role}"
            yield from self._full_text("words", condition, expression)

    def heard(self, *, beginning: bool = False) -> Iterator[_Row]:
        """Yield names whose words sound like those asked. beginning: the last word may go on."""
        for reading in self.asked.readings:
            skeletons = [folding.sound_of(word) for word in reading]
            if not any(skeletons):
                continue
            mark = "*" if beginning and skeletons[-1] else ""
            expression = " AND ".join(f'"{one}"' for one in skeletons if one) + mark
            condition = f"sounds MATCH :words AND role <= {ATTRIBUTED}"
            for row in self._full_text("sounds", condition, expression):
                if _sounds_like(row, reading, beginning):
                    yield row

    def _full_text(self, table: str, condition: str, expression: str) -> Iterator[_Row]:
        # CROSS JOIN has SQLite go by the matches, in the order of their ids.
        source = f"{table} CROSS JOIN literal ON literal.id = {table}.rowid"
        order = f"{table}.rowid"
        return self._rows(source, condition, order, MOST_FOUND + 1, words=expression)

    def _rows(
        self,
        source: str,
        condition: str,
        order: str = "literal.id",
        most: int = MOST_FOUND,
        **values: str,
    ) -> Iterator[_Row]:
        statement = _ROWS.format(source=source, condition=condition, order=order)
        for row in self.base.execute(statement, {"kind": self.kind, "most": most, **values}):
            yield _Row(*row)


def _all_of(words: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{word}"*' for word in words) + ")"


# --- Ranking ---------------------------------------------------------------------------------


class _Ranking:
    """Keeps the best match of each thing."""

    def __init__(self, asked: _Asked) -> None:
        self._asked = asked
        self._best: dict[int, tuple[tuple[Match, int, int], _Row]] = {}

    def __len__(self) -> int:
        return len(self._best)

    def add(self, rows: Iterable[_Row], match: Match | None = None) -> int:
        """Take rows; return how many. match: how they were found, None to look at each."""
        number = 0
        for row in rows:
            number += 1
            how = _match_of(row, self._asked) if match is None else match
            key = (how, _order(row, self._asked, how), row.literal)
            if row.thing not in self._best or key < self._best[row.thing][0]:
                self._best[row.thing] = (key, row)
        return number

    def found(self) -> tuple[Found, ...]:
        """Return what was found, the best first."""
        ordered = sorted(self._best.values(), key=lambda one: one[0])
        return tuple(row.found(key[0]) for key, row in ordered)


def _match_of(row: _Row, asked: _Asked) -> Match:
    if row.role > CODE:
        return Match.STATEMENT if row.role == STATEMENT else Match.TEXT
    if row.folded in asked.phrases:
        return Match.EXACT
    near = _besides(row, asked) <= _LITTLE or row.folded.startswith(asked.phrases)
    return Match.BEGINNING if near else Match.NAME


def _order(row: _Row, asked: _Asked, how: Match) -> int:
    """Return a number to order matches of one kind by, the better the lower."""
    if how is Match.SOUND:
        return min(_besides(row, asked), _LITTLE + 1)
    there = set(row.folded.split())
    return -sum(word in there for word in asked.words)


def _besides(row: _Row, asked: _Asked) -> int:
    """Return how many words a name has besides those asked."""
    return row.folded.count(" ") + 1 - min(map(len, asked.readings), default=0)


def _sounds_like(row: _Row, asked: Sequence[str], beginning: bool) -> bool:
    """Return whether each word asked is like some word of a name, by writing or by sound."""
    there = folding.words(row.text)
    *others, last = asked
    whole = all(any(_is_like(word, one) for one in there) for word in others)
    return whole and any(_is_like(last, one, beginning) for one in there)


def _is_like(word: str, there: str, beginning: bool = False) -> bool:
    if there.startswith(word):
        return True
    skeleton = folding.sound_of(word)
    if not skeleton:
        return False
    if beginning:
        return folding.begins_alike(word, there)
    return skeleton == folding.sound_of(there) and folding.alike(word, there)
