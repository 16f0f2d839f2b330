"""A user's own actors and who held which office when: a sheet, TSV or XLSX (docs/actors.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from demarche_ingest import times
from demarche_ingest.annotate.sheet import Row, read
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.gazetteer import Alias, Entity, Gazetteer
from demarche_ingest.mentions.offices import Tenure
from demarche_ingest.mentions.vocabulary import TITLE, office
from demarche_ingest.world import Use
from demarche_ontology import terms
from demarche_ontology.errors import InputError, Problem

_OF_ACTOR: Final = ("type", "label", "names", "adjectives", "body_of", "lang")
_OF_TENURE: Final = ("office", "office_of", "from", "until")
COLUMNS: Final = ("id", *_OF_ACTOR, *_OF_TENURE)
"""Columns of the sheet; the first three must be there. Several names: separated by ";"."""

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_TYPES: Final = (*terms.ACTOR_KINDS, *terms.PLACE_KINDS)
_OPEN: Final = ".."
_EVER: Final = ("0001-01-01", "9999-12-31")


def add_sheet(path: Path, gazetteer: Gazetteer) -> None:
    """Add a sheet's actors, offices and tenures to what is known.

    Raises InputError with every problem found, each with file and line.
    """
    sheet = _Sheet(path, gazetteer)
    problems = sorted(sheet.problems())
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {path}.", problems)
    for row in sheet.described.values():
        gazetteer.add(*_entity(row))
    for row in sheet.rows:
        if row.get("office"):
            _add_tenure(row, gazetteer)


def _entity(row: Row) -> tuple[Entity, tuple[Alias, ...]]:
    key, lang = row.get("id"), row.get("lang", "en")
    entity = Entity(key, row.get("type"), row.get("label"), row.get("body_of"), is_own=True)
    named = [Alias(key, form, _use(form), lang) for form in row.list("names")]
    peoples = [Alias(key, form, "adjective", lang) for form in row.list("adjectives")]
    return entity, (*named, *peoples)


def _use(form: str) -> Use:
    return "abbreviation" if form.isupper() and " " not in form else "name"


# --- tenures -------------------------------------------------------------------------------------


def _add_tenure(row: Row, gazetteer: Gazetteer) -> None:
    days = _days(row)
    gazetteer.offices.hold(Tenure(row.get("id"), _office(row, gazetteer), *days, is_own=True))


def _office(row: Row, gazetteer: Gazetteer) -> str:
    """Return the id of a row's office: a known one, or one that is added."""
    words, owner = row.get("office"), row.get("office_of")
    offices = gazetteer.offices
    if words in offices:
        return words
    if known := offices.named(owner, office(words)):
        return known[-1]
    label = f"{words} of {gazetteer.entities[owner].label}"
    name = local_name(label)
    if name in gazetteer.entities:  # something else has the name
        name += "-office"
    gazetteer.add_office(name, label, owner, words)
    return name


def _days(row: Row) -> tuple[str, str]:
    """Return the first and the last day of a row's tenure, as ISO dates."""
    first, last = _day(row.get("from", _OPEN)), _day(row.get("until", _OPEN))
    return first[0], last[1]


def _day(cell: str) -> tuple[str, str]:
    """Return the first and the last day that a cell may mean.

    Raises ValueError with a sentence for people.
    """
    if cell == _OPEN:
        return _EVER
    when = times.parse(cell)
    if "/" in cell or when.earliest is None or when.latest is None:
        raise ValueError(f"{cell!r} is no day, month or year")
    return when.earliest.isoformat(), when.latest.isoformat()


# --- what is wrong -------------------------------------------------------------------------------


@dataclass
class _Sheet:
    """The rows of a sheet, judged by what is known besides."""

    path: Path
    gazetteer: Gazetteer

    @cached_property
    def rows(self) -> list[Row]:
        return read(self.path, COLUMNS)

    @cached_property
    def described(self) -> dict[str, Row]:
        """Of each id, the row that says what it is: the first that has its type or label."""
        found: dict[str, Row] = {}
        for row in self.rows:
            if row.get("type") or row.get("label"):
                found.setdefault(row.get("id"), row)
        return found

    def problems(self) -> Iterator[Problem]:
        for row in self.rows:
            first = self.described.get(row.get("id"))
            if row is first or not row.get("office"):
                yield from self._of_actor(row, first or row)
            elif first is not None:
                yield from self._of_further_row(row, first)
            elif row.get("id") not in self.gazetteer.entities:
                message = "id: no row says what this is, and nothing known has the id"
                yield self._problem(row, message, "fill in type and label in one of its rows")
            yield from self._of_tenure(row)

    def _problem(self, row: Row, message: str, remedy: str) -> Problem:
        return Problem(str(self.path), row.number, row.get("id"), message, remedy)

    def _is_known(self, key: str) -> bool:
        return key in self.gazetteer.entities or key in self.described

    def _type(self, key: str) -> str:
        if key in self.described:
            return self.described[key].get("type")
        return self.gazetteer.entities[key].type if key in self.gazetteer.entities else ""

    def _of_actor(self, row: Row, first: Row) -> Iterator[Problem]:
        key, kind, of = row.get("id"), row.get("type"), row.get("body_of")
        if row is not first and key:
            remedy = f"choose another, or give a further office; see line {first.number}"
            yield self._problem(row, "this id is taken", remedy)
        for column in ("id", "type", "label"):
            if not row.get(column):
                yield self._problem(row, f"{column}: is missing", "fill it in")
        if key and not _ID.fullmatch(key):
            message = "id: not lower-case letters, digits and single hyphens"
            yield self._problem(row, message, "write it so")
        if kind and kind not in _TYPES:
            yield self._problem(row, f"type: there is no {kind}", f"one of {', '.join(_TYPES)}")
        if of and not self._is_known(of):
            message = f"body_of: nothing has the id {of}"
            yield self._problem(row, message, "name a known key, or add its row")
        if not _LANG.fullmatch(row.get("lang", "en")):
            remedy = "write en, ru, zh …, or leave it empty"
            yield self._problem(row, "lang: not a language tag", remedy)

    def _of_further_row(self, row: Row, first: Row) -> Iterator[Problem]:
        """Yield where a row that gives a further office says something else of who holds it."""
        for column in _OF_ACTOR:
            if row.get(column) and row.get(column) != first.get(column):
                message = f"{column}: line {first.number} says otherwise of the same id"
                yield self._problem(row, message, "leave it empty here, or write the same")

    def _of_tenure(self, row: Row) -> Iterator[Problem]:
        if not row.get("office"):
            told = [column for column in _OF_TENURE if row.get(column)]
            if told:
                message = f"office: is missing, though there is {', '.join(told)}"
                yield self._problem(row, message, "fill it in, such as President")
            return
        if self._type(row.get("id")) in terms.PLACE_KINDS:
            remedy = "name an actor, such as a Person"
            yield self._problem(row, "office: a place holds none", remedy)
        yield from self._of_office(row)
        yield from self._of_days(row)

    def _of_office(self, row: Row) -> Iterator[Problem]:
        words, owner, offices = row.get("office"), row.get("office_of"), self.gazetteer.offices
        if words in offices:
            if owner and owner != offices[words].owner:
                message = f"office_of: {words} is of {offices[words].owner}, not of {owner}"
                yield self._problem(row, message, "leave it empty for an office that is known")
            return
        if not TITLE.fullmatch(words):
            message = f"office: no text is read for the title {words!r}"
            remedy = (
                "write it as texts do, without whose it is (President, Minister of Defence, "
                "Secretary-General), or give the id of a known office"
            )
            yield self._problem(row, message, remedy)
        if not owner:
            remedy = "give the id of the state or organisation whose office it is"
            yield self._problem(row, "office_of: is missing", remedy)
        elif not self._is_known(owner):
            message = f"office_of: nothing has the id {owner}"
            yield self._problem(row, message, "name a known key, or add its row")
        elif self._type(owner) == "Person":
            remedy = "give the id of the state or organisation, not of who holds it"
            yield self._problem(row, f"office_of: {owner} is a person", remedy)

    def _of_days(self, row: Row) -> Iterator[Problem]:
        remedy = "write 2014-05-29, 2014-05 or 2014; .. where it is not known"
        if not row.get("from"):
            yield self._problem(row, "from: is missing", remedy)
        for column in ("from", "until"):
            try:
                _day(row.get(column, _OPEN))
            except ValueError as error:
                yield self._problem(row, f"{column}: {error}", remedy)
                return
        first, last = _days(row)
        if last < first:
            message = f"until: {row.get('until')} is before {row.get('from')}"
            yield self._problem(row, message, "correct from or until")
