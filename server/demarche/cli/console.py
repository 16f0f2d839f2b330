"""Writing for people: steps under way, aligned lines, tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from demarche.names import printable

if TYPE_CHECKING:
    from rich.table import Table

_UNBOUNDED: Final = 1_000_000
"""Columns of a "terminal" on which no table is folded."""

_NARROWEST: Final = 16
"""Characters a column must have at least for a table to be readable."""


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Give a function that is told each step as it begins, and tells it on stderr.

    On a terminal a spinner shows the step under way; elsewhere each step is a line.
    """
    if not sys.stderr.isatty():
        yield lambda step: typer.echo(f"- {step}", err=True)
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    done: list[str] = []
    with console.status("starting") as status:

        def begin(step: str) -> None:
            for earlier in done:
                console.print(f"[green]✓[/green] {earlier}")
            done[:] = [step]
            status.update(step)

        yield begin
        begin("")


def echo(text: str = "") -> None:
    """Write a line to standard output."""
    typer.echo(text)


def note(text: str) -> None:
    """Write a line beside the answer, to standard error."""
    typer.echo(text, err=True)


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[str]:
    """Yield lines with the cells of each column below each other, two spaces between columns."""
    from rich.cells import cell_len

    shown = [[printable(cell) for cell in row] for row in rows]
    width = max(map(len, shown), default=0)
    widths = [max(cell_len(row[i]) for row in shown if i < len(row)) for i in range(width)]
    for row in shown:
        cells = (cell + " " * (widths[i] - cell_len(cell)) for i, cell in enumerate(row))
        yield (indent + "  ".join(cells)).rstrip()


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> None:
    """Write a ruled table, or each row as a block where its columns would become too narrow.

    width: columns of the terminal, None for the terminal's own; elsewhere nothing is folded.
    """
    from rich.console import Console

    if width is None and not sys.stdout.isatty():
        width = _UNBOUNDED
    console = Console(file=sys.stdout, highlight=False, width=width)
    if console.width < _NARROWEST * len(header) and not _fits(header, rows, console.width):
        for line in _blocks(header, rows):
            echo(line)
        return
    with console.capture() as drawn:  # written by ourselves: rich hides a closed pipe
        console.print(_ruled(header, rows))
    typer.echo(drawn.get(), nl=False)


def _ruled(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    ruled = Table(highlight=False)
    for name in header:
        ruled.add_column(Text(printable(name)), overflow="fold")
    for row in rows:
        ruled.add_row(*(Text(printable(cell)) for cell in row))
    return ruled


def _fits(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> bool:
    from rich.cells import cell_len

    table = [header, *rows]
    needed = sum(max(cell_len(row[i]) for row in table) + 3 for i in range(len(header))) + 1
    return needed <= width


def _blocks(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        yield f"row {number}"
        yield from columns(list(zip(header, row, strict=True)), indent="  ")


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 claim", "2 claims"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
