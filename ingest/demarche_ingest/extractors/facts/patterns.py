"""Patterns of relations: which words say that two things stand in one, and where these stand.

They are data, `relations.yaml`, whose head tells what its keys mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from demarche_ingest.extractors.facts.kinds import KINDS
from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.fields import Record, Slug
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ontology import terms
from demarche_ontology.errors import InputError, Problem


def _split(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Words with white space between them."""


class Relation(Record):
    """Words that say that two things stand in a relation."""

    id: Slug
    """Its name, which does not change."""
    predicate: str
    status: str = ""
    """Of a membership."""
    verbs: Words = ()
    """Lemmas; a particle is joined to its verb: `pull_out`."""
    nouns: Words = ()
    adjectives: Words = ()
    subject: Words = ("subject",)
    object: Words = ("object",)
    subjects: str
    objects: str
    where: dict[str, Words] = Field(default_factory=dict)
    """What must stand in other slots: lemmas; in the slot `itself` its own preposition."""
    each: bool = False
    """Whether each of several objects makes a claim, and not the first alone."""
    granted: bool = False
    timeless: bool = False
    """Whether it holds whenever it is told (codebook §5.3)."""
    since: Literal["", "from", "until"] = ""
    """What a date beside it tells: when it begins or ends; "" for when it holds."""
    sure: float = Field(default=0.8, gt=0, le=1)
    """How often what it finds is right, other things being equal."""
    examples: tuple[str, ...] = Field(min_length=1)

    @field_validator("predicate")
    @classmethod
    def _is_relation(cls, value: str) -> str:
        if value not in terms.RELATION_PREDICATES:
            known = ", ".join(terms.RELATION_PREDICATES)
            raise ValueError(f"{value!r} is no relation; one of {known}")
        return value

    @field_validator("status")
    @classmethod
    def _is_status(cls, value: str) -> str:
        if value and value not in terms.SCHEMES["membership"]:
            known = ", ".join(terms.SCHEMES["membership"])
            raise ValueError(f"{value!r} is no kind of membership; one of {known}")
        return value

    @field_validator("subjects", "objects")
    @classmethod
    def _is_kind(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"{value!r} is no kind of thing; one of {', '.join(KINDS)}")
        return value

    @model_validator(mode="after")
    def _has_words(self) -> Relation:
        if not (self.verbs or self.nouns or self.adjectives):
            raise ValueError("it has no words; give verbs, nouns or adjectives")
        return self

    @property
    def rule(self) -> str:
        return f"relation/{self.id}"


class RelationFile(Record):
    """A file of patterns, in the order in which they are tried."""

    relations: tuple[Relation, ...]


@dataclass(frozen=True)
class Relations:
    """All patterns. index: by kind of word and lemma, in the order in which they are tried."""

    patterns: tuple[Relation, ...]
    index: dict[tuple[str, str], tuple[Relation, ...]]

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """All words that patterns look for."""
        asked = (words for one in self.patterns for words in one.where.values())
        return frozenset(word for _, word in self.index) | frozenset(chain.from_iterable(asked))


@cache
def relations() -> Relations:
    """Return the packaged patterns."""
    return read_relations(Path(str(files("demarche_ingest.extractors.facts") / "relations.yaml")))


def read_relations(path: Path) -> Relations:
    """Read a file of patterns. Raises InputError with every problem: file, line, what to do."""
    file = yamlfile.read(path, path.name)
    try:
        made = RelationFile.model_validate(file.content)
    except ValidationError as error:
        raise InputError("The patterns cannot be read.", list(_explained(file, error))) from None
    problems = list(_twice(file, made))
    if problems:
        raise InputError("The patterns cannot be read.", problems)
    found: dict[tuple[str, str], list[Relation]] = {}
    for pattern in made.relations:
        for kind, words in (
            ("verb", pattern.verbs),
            ("noun", pattern.nouns),
            ("adjective", pattern.adjectives),
        ):
            for word in words:
                found.setdefault((kind, word.partition("_")[0]), []).append(pattern)
    return Relations(made.relations, {key: tuple(some) for key, some in found.items()})


def _explained(file: YamlFile, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = tuple(item["loc"])
        key = next((str(part) for part in reversed(at) if isinstance(part, str)), "the file")
        message = item["msg"].removeprefix("Value error, ")
        yield file.problem(at, key, f"{key}: {message}", "the head of the file tells its keys")


def _twice(file: YamlFile, made: RelationFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, pattern in enumerate(made.relations):
        if pattern.id in seen:
            message = f"the name {pattern.id!r} stands twice"
            at = ("relations", place)
            yield file.problem(at, pattern.id, message, "give it another")
        seen.add(pattern.id)
