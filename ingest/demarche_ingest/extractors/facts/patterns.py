"""Files of patterns: words that say something, with where its parts stand.

They are data; the head of each file tells what its keys mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.fields import Record, Slug
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ontology.errors import InputError, Problem


def _split(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Words with white space between them."""


class Pattern(Record):
    """Words that say something."""

    id: Slug
    """Its name, which does not change."""
    verbs: Listed = ()
    """Lemmas; a particle is joined to its verb: `pull_out`."""
    nouns: Listed = ()
    adjectives: Listed = ()
    where: dict[str, Listed] = Field(default_factory=dict)
    """What must stand in other slots: lemmas; in the slot `itself` its own preposition."""
    sure: float = Field(default=0.8, gt=0, le=1)
    """How often what it finds is right, other things being equal."""
    examples: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_words(self) -> Pattern:
        if not (self.verbs or self.nouns or self.adjectives):
            raise ValueError("it has no words; give verbs, nouns or adjectives")
        return self


P = TypeVar("P", bound=Pattern)
F = TypeVar("F", bound=Record)


@dataclass(frozen=True)
class Patterns(Generic[P]):
    """All patterns of a file, in the order in which they are tried."""

    all: tuple[P, ...]

    @cached_property
    def index(self) -> dict[tuple[str, str], tuple[P, ...]]:
        """The patterns by kind of word and lemma."""
        found: dict[tuple[str, str], list[P]] = {}
        for pattern in self.all:
            for kind, words in (
                ("verb", pattern.verbs),
                ("noun", pattern.nouns),
                ("adjective", pattern.adjectives),
            ):
                for word in words:
                    found.setdefault((kind, word.partition("_")[0]), []).append(pattern)
        return {key: tuple(some) for key, some in found.items()}

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """All words that patterns look for."""
        asked = (words for one in self.all for words in one.where.values())
        return frozenset(word for _, word in self.index) | frozenset(chain.from_iterable(asked))


def read_patterns(path: Path, model: type[F], key: str) -> F:
    """Read a file of patterns. key: what it has them under.

    Raises InputError with every problem: file, line, what to do.
    """
    file = yamlfile.read(path, path.name)
    try:
        made = model.model_validate(file.content)
    except ValidationError as error:
        raise InputError("The patterns cannot be read.", list(_explained(file, error))) from None
    problems = list(_twice(file, key, getattr(made, key)))
    if problems:
        raise InputError("The patterns cannot be read.", problems)
    return made


def _explained(file: YamlFile, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = tuple(item["loc"])
        key = next((str(part) for part in reversed(at) if isinstance(part, str)), "the file")
        message = item["msg"].removeprefix("Value error, ")
        yield file.problem(at, key, f"{key}: {message}", "the head of the file tells its keys")


def _twice(file: YamlFile, key: str, patterns: Iterable[Pattern]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, pattern in enumerate(patterns):
        if pattern.id in seen:
            message = f"the name {pattern.id!r} stands twice"
            yield file.problem((key, place), pattern.id, message, "give it another")
        seen.add(pattern.id)
