"""Which words tell of relations: the patterns of `relations.yaml`, whose head tells its keys."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from demarche_ingest.extractors.facts.kinds import KINDS
from demarche_ingest.extractors.facts.patterns import Listed, Pattern, Patterns, read_patterns
from demarche_ingest.seeds.fields import Record
from demarche_ontology import terms


class Relation(Pattern):
    """Listed that say that two things stand in a relation."""

    predicate: str
    status: str = ""
    """Of a membership."""
    subject: Listed = ("subject",)
    object: Listed = ("object",)
    subjects: str
    objects: str
    each: bool = False
    """Whether each of several objects makes a claim, and not the first alone."""
    granted: bool = False
    timeless: bool = False
    """Whether it holds whenever it is told (codebook §5.3)."""
    since: Literal["", "from", "until"] = ""
    """What a date beside it tells: when it begins or ends; "" for when it holds."""

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

    @property
    def rule(self) -> str:
        return f"relation/{self.id}"


class RelationFile(Record):
    """A file of patterns, in the order in which they are tried."""

    relations: tuple[Relation, ...]


@cache
def relations() -> Patterns[Relation]:
    """Return the packaged patterns."""
    return read_relations(Path(str(files("demarche_ingest.extractors.facts") / "relations.yaml")))


def read_relations(path: Path) -> Patterns[Relation]:
    """Read a file of patterns. Raises InputError with every problem: file, line, what to do."""
    return Patterns(read_patterns(path, RelationFile, "relations").relations)
