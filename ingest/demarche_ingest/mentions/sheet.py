"""A user's own actors: a sheet with a row for each, TSV or XLSX (docs/actors.md)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from demarche_ingest.annotate.sheet import Row, read
from demarche_ingest.mentions.gazetteer import Alias, Entity
from demarche_ingest.world import Use
from demarche_ontology import terms
from demarche_ontology.errors import InputError, Problem

COLUMNS: Final = ("id", "type", "label", "names", "adjectives", "body_of", "lang")
"""Columns of the sheet; the first three must be there. Several names: separated by ";"."""

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANG: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_TYPES: Final = (*terms.ACTOR_KINDS, *terms.PLACE_KINDS)


def read_actors(path: Path, known: Container[str]) -> list[tuple[Entity, tuple[Alias, ...]]]:
    """Read a sheet of actors. known: ids that `body_of` may name besides the sheet's own.

    Raises InputError with every problem found, each with file and line.
    """
    rows = read(path, COLUMNS)
    own = {row.get("id") for row in rows}
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for row in rows:
        problems.extend(_problems(str(path), row, known, own))
        key = row.get("id")
        if key in lines:
            message, remedy = "this id is taken", f"choose another; see line {lines[key]}"
            problems.append(Problem(str(path), row.number, key, message, remedy))
        lines.setdefault(key, row.number)
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {path}.", sorted(problems))
    return [_entity(row) for row in rows]


def _entity(row: Row) -> tuple[Entity, tuple[Alias, ...]]:
    key, lang = row.get("id"), row.get("lang", "en")
    entity = Entity(key, row.get("type"), row.get("label"), row.get("body_of"), is_own=True)
    named = [Alias(key, form, _use(form), lang) for form in row.list("names")]
    peoples = [Alias(key, form, "adjective", lang) for form in row.list("adjectives")]
    return entity, (*named, *peoples)


def _use(form: str) -> Use:
    return "abbreviation" if form.isupper() and " " not in form else "name"


def _problems(path: str, row: Row, known: Container[str], own: set[str]) -> Iterator[Problem]:
    key, kind, of = row.get("id"), row.get("type"), row.get("body_of")

    def problem(message: str, remedy: str) -> Problem:
        return Problem(path, row.number, key, message, remedy)

    for column in ("id", "type", "label"):
        if not row.get(column):
            yield problem(f"{column}: is missing", "fill it in")
    if key and not _ID.fullmatch(key):
        yield problem("id: not lower-case letters, digits and single hyphens", "write it so")
    if kind and kind not in _TYPES:
        yield problem(f"type: there is no {kind}", f"one of {', '.join(_TYPES)}")
    if of and of not in known and of not in own:
        yield problem(f"body_of: nothing has the id {of}", "name a known key, or add its row")
    if not _LANG.fullmatch(row.get("lang", "en")):
        yield problem("lang: not a language tag", "write en, ru, zh …, or leave it empty")
