"""Precision, recall and F1 of what was counted, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeVar

_Thing = TypeVar("_Thing")

ROUNDS: Final = 1_000
SEED: Final = 1648


@dataclass(frozen=True, slots=True)
class Counts:
    """How many things were found rightly, found though they are not there, and missed."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None where nothing was found."""
        return _share(self.hits, self.hits + self.wrong)

    @property
    def recall(self) -> float | None:
        """Share of what is there that was found; None where nothing is there."""
        return _share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where nothing is there and nothing was found."""
        return _share(2 * self.hits, 2 * self.hits + self.wrong + self.missed)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def of_sets(gold: Iterable[_Thing], found: Iterable[_Thing]) -> Counts:
    """Count things that are right if they are the same."""
    there, told = set(gold), set(found)
    return Counts(len(there & told), len(told - there), len(there - told))


Layers = Mapping[str, Counts]
"""Counts by the name of a layer."""


def total(each: Iterable[Layers]) -> dict[str, Counts]:
    """Return the counts of several documents together, layers in the order of their first."""
    whole: dict[str, Counts] = {}
    for layers in each:
        for name, counts in layers.items():
            whole[name] = whole.get(name, Counts()) + counts
    return whole


Figure = Literal["precision", "recall", "f1"]


def interval(
    each: Sequence[Counts], rounds: int = ROUNDS, figure: Figure = "f1"
) -> tuple[float, float] | None:
    """Return the 95 % interval of a figure of documents, by drawing documents with replacement.

    The draws are the same each time. None for less than two documents that have the figure.
    """
    counted = [counts for counts in each if getattr(counts, figure) is not None]
    if len(counted) < 2:
        return None
    random = Random(SEED)  # noqa: S311 (no secret: the same draws each time are wanted)
    draws = (random.choices(counted, k=len(counted)) for _ in range(rounds))
    drawn = sorted(getattr(_sum(draw), figure) or 0.0 for draw in draws)
    return drawn[int(0.025 * rounds)], drawn[min(rounds - 1, int(0.975 * rounds))]


def _sum(each: Sequence[Counts]) -> Counts:
    return Counts(
        sum(one.hits for one in each),
        sum(one.wrong for one in each),
        sum(one.missed for one in each),
    )
