"""Which words take a side: the patterns of `stances.yaml`, whose head tells its keys."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from demarche_ingest.extractors.facts.patterns import Listed, Pattern, Patterns, read_patterns
from demarche_ingest.seeds.fields import Record
from demarche_ontology import terms


class Side(Pattern):
    """Words by which somebody takes a side."""

    value: str
    actor: Listed = ("subject",)
    matter: Listed = ("object",)
    shown: Literal["act", "words", "mind"]
    side: bool = False
    """Whether the matter may be an actor, whose side is taken."""
    person: bool = False
    """Whether the object may be whom it is against, with the matter behind "for" or "over"."""
    denied: bool = False
    """Whether it must be negated, which is part of what it says."""
    lasts: Literal["always", "present", "habit"] = "always"
    """What makes a side of the words that may be a single act, which is an event (codebook §6.1):
    nothing more, that they stand in the present, or that they are said of what is done for long."""

    @field_validator("value")
    @classmethod
    def _is_side(cls, value: str) -> str:
        if value not in terms.SCHEMES["stance"]:
            known = ", ".join(terms.SCHEMES["stance"])
            raise ValueError(f"{value!r} is no side; one of {known}")
        return value

    @property
    def rule(self) -> str:
        return f"stance/{self.id}"


class SideFile(Record):
    """A file of patterns, in the order in which they are tried."""

    stances: tuple[Side, ...]


@cache
def sides() -> Patterns[Side]:
    """Return the packaged patterns."""
    return read_sides(Path(str(files("demarche_ingest.extractors.facts") / "stances.yaml")))


def read_sides(path: Path) -> Patterns[Side]:
    """Read a file of patterns. Raises InputError with every problem: file, line, what to do."""
    return Patterns(read_patterns(path, SideFile, "stances").stances)
