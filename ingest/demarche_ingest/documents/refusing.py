"""Saying why a file cannot be read."""

from __future__ import annotations

from demarche_ontology.errors import InputError, Problem


def refused(file: str, message: str, remedy: str, line: int = 0) -> InputError:
    """Return the error for a file that cannot be read. line: 1-based, 0 where there is none."""
    return InputError("A document cannot be read.", [Problem(file, line, "", message, remedy)])
