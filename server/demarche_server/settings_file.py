"""Settings in a TOML file: the names of `Settings`, checked against their types."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from demarche_ontology.errors import InputError, Problem
from demarche_server.settings import Settings

_KINDS = get_type_hints(Settings)
"""The type of each setting, by name."""


def load_settings(path: Path, **given: Any) -> Settings:
    """Read settings from a file. given: values that outrank those of the file.

    Raises InputError with every fault: not TOML, an unknown name, a value of the wrong kind;
    OSError when the file cannot be read.
    """
    values = _read(path)
    problems = [_unknown(path, name) for name in values if name not in _KINDS]
    known = {name: value for name, value in values.items() if name in _KINDS}
    taken, wrong = _checked(path, known)
    if problems or wrong:
        raise InputError(f"{path} cannot be taken.", [*problems, *wrong])
    return Settings(**(taken | given))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem(str(path), 0, "", f"this is not TOML: {error}", "correct it there")
        raise InputError(f"{path} cannot be taken.", [problem]) from error


def _checked(path: Path, values: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values that fit their types, and what is wrong with the others."""
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    errors: list[Problem] = []
    taken: dict[str, Any] = {}
    for name, value in (values | lists).items():
        try:
            taken[name] = TypeAdapter(_KINDS[name]).validate_python(value, strict=True)
        except ValidationError as error:
            errors += [_wrong(path, name, one["msg"]) for one in error.errors()]
    return taken, errors


def _unknown(path: Path, name: str) -> Problem:
    near = get_close_matches(name, _KINDS, n=1)
    remedy = f"did you mean '{near[0]}'?" if near else "docs/server.md lists the settings"
    return Problem(str(path), 0, name, "there is no such setting", remedy)


def _wrong(path: Path, name: str, what: str) -> Problem:
    return Problem(str(path), 0, name, what, "docs/server.md tells what it holds")
