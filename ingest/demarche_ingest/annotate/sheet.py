"""Sheets that annotators fill in: TSV or XLSX, one claim a row (docs/codebook.md, section 10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from demarche_ingest.texts import not_utf8
from demarche_ontology.errors import InputError, Problem

COLUMNS = (
    "id",
    "quote",
    "occurrence",
    "statement",
    "chain",
    "voice",
    "origin",
    "certainty",
    "polarity",
    "modality",
    "presupposed",
    "basis",
    "when",
    "when_basis",
    "when_note",
    "uttered",
    "event",
    "category",
    "modes",
    "contexts",
    "actors",
    "recipients",
    "affected",
    "place",
    "invokes",
    "subject",
    "predicate",
    "object",
    "status",
    "attribute",
    "value",
    "unit",
    "comparator",
    "stance_actor",
    "on_behalf_of",
    "position",
    "stance",
    "reason_for",
    "condition_of",
    "embedded_in",
    "responds_to",
    "note",
)
"""Columns of a claims sheet."""

PART_COLUMNS = (
    "part",
    "kind",
    "begins",
    "ends",
    "commenter",
    "in_reply_to",
    "date",
    "date_basis",
    "date_note",
)
"""Columns of a parts sheet: a part runs from its first words to its last words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its 1-based number in the sheet, and its filled cells by column."""

    number: int
    cells: dict[str, str]

    def get(self, column: str, default: str = "") -> str:
        return self.cells.get(column, default)

    def list(self, column: str) -> list[str]:
        """Return a cell's members, separated by ";"."""
        return [part.strip() for part in self.get(column).split(";") if part.strip()]


def read(path: Path, columns: tuple[str, ...] = COLUMNS) -> list[Row]:
    """Read a sheet; empty rows are passed over.

    Raises InputError when it cannot be read, or has a column that is unknown.
    """
    table = _xlsx(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _tsv(path)
    if not table:
        remedy = f"the first row has the columns: {', '.join(columns)}"
        raise InputError("A sheet is empty.", [Problem(str(path), 0, "", "no rows", remedy)])
    header = [name.strip().lower() for name in table[0]]
    unknown = [name for name in header if name and name not in columns]
    if unknown:
        message = f"unknown column(s) {', '.join(unknown)}"
        remedy = f"the columns are {', '.join(columns)}"
        raise InputError("A sheet cannot be read.", [Problem(str(path), 1, "", message, remedy)])
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        problem = Problem(str(path), 1, "", f"column(s) {', '.join(twice)} twice", "drop one")
        raise InputError("A sheet cannot be read.", [problem])
    rows = []
    for number, values in enumerate(table[1:], start=2):
        cells = dict(zip(header, (value.strip() for value in values), strict=False))
        filled = {name: value for name, value in cells.items() if name and value}
        if filled:
            rows.append(Row(number, filled))
    return rows


def _tsv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("A sheet cannot be read.", [not_utf8(data, error, str(path))]) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    table: list[list[str]] = []
    try:
        table.extend(reader)
    except csv.Error as error:  # lenient reading would swallow the rows that follow
        remedy = 'put a cell that begins with " in quotation marks, and double those inside'
        problem = Problem(str(path), len(table) + 1, "", f"not a TSV row: {error}", remedy)
        raise InputError("A sheet cannot be read.", [problem]) from None
    return table


def _xlsx(path: Path) -> list[list[str]]:
    try:
        import openpyxl  # which takes longer to load than most sheets to read

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises zipfile's, XML's and its own errors
        problem = Problem(str(path), 0, "", f"not an XLSX workbook: {error}", "save it again")
        raise InputError("A sheet cannot be read.", [problem]) from None
    rows = book.worksheets[0].iter_rows(values_only=True)
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text.removesuffix(" 00:00:00")  # a cell that the program took for a date


def write(path: Path, rows: Iterable[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> None:
    """Write a sheet, as XLSX or TSV by the name's ending."""
    table = [list(columns), *([row.get(name, "") for name in columns] for row in rows)]
    if path.suffix.lower() == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        page = book.active
        for values in table:
            page.append(values)
        page.freeze_panes = "C2"
        for cells in page.iter_rows(min_row=2):
            for cell in cells:
                cell.data_type = "s" if cell.value else cell.data_type  # "=…" stays text
        book.save(path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(table)
