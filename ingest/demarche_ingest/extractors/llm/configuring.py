"""A file that says which language model is asked, and what it may cost: TOML (docs/cli.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from demarche_ingest.extractors.llm.settings import Budget, LlmSettings, Structure
from demarche_ontology.errors import InputError, Problem


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class BudgetTable(_Table):
    """`[budget]`: what all calls of a run may take together."""

    requests: int = Field(default=0, ge=0)
    """Questions; 0 is without limit."""
    tokens: int = Field(default=0, ge=0)
    """Tokens of questions and answers; 0 is without limit."""
    money: float = Field(default=0, ge=0, allow_inf_nan=False)
    """In the currency of the prices; 0 is without limit."""
    price_in: float = Field(default=0, ge=0, allow_inf_nan=False)
    """Of a million tokens of questions."""
    price_out: float = Field(default=0, ge=0, allow_inf_nan=False)
    """Of a million tokens of answers."""


class LlmFile(_Table):
    """The file as a whole."""

    url: str = Field(pattern=r"^https?://[^/?#@\s]+(/[^?#\s]*)?$")
    """Root of the protocol, such as `http://127.0.0.1:8000/v1`, without a name or password."""
    model: str = Field(min_length=1, max_length=200)
    """The model, as the endpoint calls it."""
    key_file: str = ""
    """A file with the key on its first line, seen from this file."""
    key_variable: str = ""
    """An environment variable with the key, in place of a file."""
    structure: Structure = "auto"
    """How the form of answers is asked for: `schema`, `object`, `prompt`, in turn: `auto`."""
    seconds: float = Field(default=120, gt=0, le=3600)
    """How long one call may take."""
    attempts: int = Field(default=5, ge=1, le=20)
    """For a call that fails for a while."""
    sentences: int = Field(default=20, ge=1, le=200)
    """Of one question, at most."""
    characters: int = Field(default=6000, ge=200, le=200_000)
    """Of one question, at most."""
    answer_tokens: int = Field(default=8000, ge=100)
    """The longest answer."""
    requests_a_minute: int = Field(default=0, ge=0)
    """0 is without limit."""
    tokens_a_minute: int = Field(default=0, ge=0)
    """0 is without limit."""
    budget: BudgetTable = BudgetTable()
    """What all calls of a run may take."""


def read_settings(path: Path, cache: Path, environ: Mapping[str, str]) -> LlmSettings:
    """Read a file of settings. cache: the folder of replies.

    Raises InputError with every problem: of the file, of a key that is not there.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        given = LlmFile.model_validate(values)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}", "name a file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(path, f"is no TOML: {error}", "see docs/cli.md for how it looks") from None
    except ValidationError as error:
        problems = [_problem(path, one["loc"], one["msg"]) for one in error.errors()]
        raise InputError("A language model's settings cannot be taken.", problems) from None
    own = given.model_dump(exclude={"key_file", "key_variable", "budget"})
    settings = LlmSettings(**own, cache=cache, budget=Budget(**given.budget.model_dump()))
    return replace(settings, key=_key(path, given, environ))


def _key(path: Path, given: LlmFile, environ: Mapping[str, str]) -> str:
    if given.key_file:
        file = path.parent / given.key_file
        try:
            return next(iter(file.read_text(encoding="utf-8").split()), "")
        except OSError as error:
            told = f"key_file: {file} cannot be read: {error.strerror}"
            raise _refused(path, told, "name a file with the key") from None
    if given.key_variable and given.key_variable not in environ:
        told = f"key_variable: the environment has no {given.key_variable}"
        raise _refused(path, told, "set it, or name another")
    return environ.get(given.key_variable, "")


def _problem(path: Path, where: tuple[int | str, ...], told: str) -> Problem:
    name = ".".join(map(str, where))
    if name == "key":
        return Problem(
            str(path),
            0,
            name,
            "keys do not stand in this file, which others may see",
            "name a key_file or a key_variable",
        )
    return Problem(str(path), 0, name, told, "docs/cli.md lists the keys")


def _refused(path: Path, told: str, remedy: str) -> InputError:
    problem = Problem(str(path), 0, "", told, remedy)
    return InputError("A language model's settings cannot be taken.", [problem])
