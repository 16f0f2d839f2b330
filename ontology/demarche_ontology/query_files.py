"""Files that hold one SPARQL query under a header of comment lines.

::

    # title: What the query finds
    # description: As many words as it takes, which may go on
    #   in lines that are indented by two spaces or more.
    PREFIX dem: <...>
    SELECT ...
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from demarche_ontology.errors import InputError, Problem

_FIELD: Final = re.compile(r"#\s?([a-z]+):\s*(.*)")
_MORE: Final = re.compile(r"#\s{2,}(\S.*)")


@dataclass(frozen=True, slots=True)
class QueryFile:
    """One query with its header.

    fields: header names -> text, continuation lines joined by a space.
    text: the query without its header. first_line: 1-based line of the file where it begins.
    """

    path: Path
    fields: Mapping[str, str] = field(hash=False)
    text: str
    first_line: int


def read_query_file(path: Path, required: Iterable[str]) -> QueryFile:
    """Read a query file.

    Raises InputError with file and line when a required header or the query itself is missing.
    """
    lines = _lines(path)
    fields, first = _header(lines)
    text = "\n".join(lines[first:]).strip() + "\n"
    problems = [_missing(path, name) for name in required if not fields.get(name)]
    if not text.strip():
        remedy = "write the query below the header"
        problems.append(Problem(str(path), first + 1, "", "there is no query", remedy))
    if problems:
        raise InputError(f"{path.name} cannot be used", problems)
    return QueryFile(path, fields, text, first + 1)


def _missing(path: Path, name: str) -> Problem:
    remedy = f'begin the file with "# {name}: ..."'
    return Problem(str(path), 1, "", f"the header has no {name}", remedy)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        remedy = "check that the file is there, readable and in UTF-8"
        problem = Problem(str(path), 0, "", str(error), remedy)
        raise InputError(f"{path.name} cannot be read", [problem]) from error


def _header(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the fields and how many lines the header has."""
    fields: dict[str, str] = {}
    name = ""
    for number, line in enumerate(lines):
        if not line.startswith("#"):
            return fields, number
        if match := _FIELD.match(line):
            name = match[1]
            fields[name] = match[2].strip()
        elif name and (match := _MORE.match(line)):
            fields[name] = f"{fields[name]} {match[1].strip()}".strip()
    return fields, len(lines)
