"""The terminal that a reviewer sits at: styled text, single keys, lines, the user's editor."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.text import Text as Styled


class Tty:
    """A terminal of a sitting (`session.Terminal`). What is typed ahead is kept."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)

    def show(self, text: str | Styled = "") -> None:
        """Write a line, or styled text."""
        self._console.print(Styled(text) if isinstance(text, str) else text)

    def key(self, prompt: str) -> str:
        """Return the key that is pressed; "" for Enter. Raises KeyboardInterrupt, EOFError."""
        handle = sys.stdin.fileno()
        with _single_keys(handle):
            self._console.print(Styled(f"{prompt} > ", style="bold"), end="")
            pressed = _pressed(handle)
        self._console.print(Styled(pressed if pressed.isprintable() else ""))
        return "" if pressed in "\r\n" else pressed

    def line(self, prompt: str, default: str = "") -> str:
        """Return the line that is typed, the default for an empty one. Raises EOFError."""
        shown = f"{prompt} [{default}]: " if default else f"{prompt}: "
        self._console.print(Styled(shown), end="")
        return input().strip() or default

    def edit(self, text: str) -> str | None:
        """Return a text as it was edited, None where it was left; needs an editor."""
        return click.edit(text, extension=".yaml")


@contextmanager
def _single_keys(handle: int) -> Iterator[None]:
    """Have keys come one by one, unechoed; those that wait already are not thrown away."""
    before = termios.tcgetattr(handle)
    tty.setcbreak(handle, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _pressed(handle: int) -> str:
    """Return one key: a character of UTF-8, or the bytes that an arrow or the like sends."""
    data = os.read(handle, 1)
    if not data or data == b"\x04":
        raise EOFError
    if data == b"\x1b":
        while select.select([handle], [], [], 0)[0]:
            data += os.read(handle, 1)
    elif data[0] >= 0xC0:
        data += os.read(handle, 1 if data[0] < 0xE0 else 2 if data[0] < 0xF0 else 3)
    return data.decode("utf-8", "replace")
