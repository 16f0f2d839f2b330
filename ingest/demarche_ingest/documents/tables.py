"""Tables with a text in each row: CSV, TSV and JSON Lines. Each row is a document of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from typing import Any, Final

from demarche_ingest.documents.decoding import decode
from demarche_ingest.documents.model import Batch, Container, Details, Source, Wishes
from demarche_ingest.documents.naming import USUAL, columns_of, known_fields
from demarche_ingest.documents.refusing import refused
from demarche_ingest.texts import EXTRACTOR, Text, sha256
from demarche_ontology.errors import Problem

Row = tuple[int, int, Mapping[str, Any]]
"""Number from 1, line from 1, and the values by column."""

_DELIMITERS: Final = (",", ";", "\t", "|")
_LARGEST_CELL: Final = 1 << 30
"""The csv module takes cells of 128 KiB by itself, less than a long article."""


def read_csv(data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read rows of a CSV or TSV file; its first row names the columns.

    What is wrong with a row is a problem of the batch. Raises InputError for a file with no text
    column.
    """
    return _Table(data, name, wishes, "text/csv").batch(_csv_rows)


def read_json_lines(data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read a JSON object a line. As `read_csv` otherwise."""
    return _Table(data, name, wishes, "application/jsonl").batch(_json_rows)


class _Table:
    """One file of rows."""

    def __init__(self, data: bytes, name: str, wishes: Wishes, media_type: str) -> None:
        decoded = decode(data)
        if decoded is None:
            raise refused(name, "not text in any encoding known here", "save it as UTF-8")
        self._name = name
        self._wishes = wishes
        self._media_type = media_type
        self._decoded = decoded
        self._sha256 = sha256(data)

    def batch(self, read: Callable[[str, str, list[Problem]], Iterator[Row]]) -> Batch:
        """Return the documents of the rows that `read` finds in the content."""
        problems: list[Problem] = []
        rows = list(read(self._decoded.content.removeprefix("\ufeff"), self._name, problems))
        column = self._text_column(rows) if rows else ""
        sources = []
        for number, line, values in rows:
            content = values.get(column)
            if isinstance(content, str) and content.strip():
                sources.append(self._source(number, content, values))
            else:
                message = f"the row has no text in its column {column}"
                problems.append(Problem(self._name, line, "", message, "fill it in"))
        problems.sort(key=lambda problem: problem.line)
        return Batch(self._name, tuple(sources), tuple(problems))

    def _text_column(self, rows: list[Row]) -> str:
        columns = list(dict.fromkeys(column for _, _, values in rows for column in values))
        found = columns_of(columns, self._wishes.columns).get("text")
        if found in columns:
            return str(found)
        raise refused(
            self._name,
            f"no column has the text: there are {', '.join(columns)}",
            f"call it one of {', '.join(USUAL['text'])}, or name it with --column text=NAME",
        )

    def _source(self, number: int, content: str, values: Mapping[str, Any]) -> Source:
        digest = sha256(content)
        return Source(
            Text(content, digest, digest, f"{self._name}#{number}"),
            self._media_type,
            EXTRACTOR,
            self._decoded.encoding,
            Details(**known_fields(values, self._wishes.columns)),
            container=Container(self._sha256, number),
            notes=self._decoded.notes,
        )


def _csv_rows(content: str, name: str, problems: list[Problem]) -> Iterator[Row]:
    csv.field_size_limit(_LARGEST_CELL)
    first = content.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(content, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = f"the row is broken, and all after it: {error}"
            problems.append(Problem(name, line, "", message, "write quotes in a cell twice"))
            return
        if cells is None:
            return
        if not names:
            names = cells
        elif any(cells):
            number += 1
            yield number, line, dict(zip(names, cells, strict=False))


def _json_rows(content: str, name: str, problems: list[Problem]) -> Iterator[Row]:
    number = 0
    for line, text in enumerate(content.split("\n"), start=1):
        if not text.strip():
            continue
        number += 1
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(name, line, "", f"not JSON: {error}", "correct the line"))
            continue
        if isinstance(found, dict):
            yield number, line, found
        else:
            problems.append(Problem(name, line, "", "not a JSON object", "write {...} a line"))
