"""Whether confidence means what it says: of claims with 0.7, seven of ten should be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

BINS: Final = 10
Judgement = tuple[float, bool]
"""A candidate's confidence, and whether it was right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates whose confidence lies between two bounds, the upper one excluded but for 1."""

    low: float
    high: float
    judgements: tuple[Judgement, ...]

    @property
    def confidence(self) -> float:
        """Mean confidence; 0 without candidates."""
        return sum(one for one, _ in self.judgements) / max(1, len(self.judgements))

    @property
    def right(self) -> float:
        """Share that was right; 0 without candidates."""
        return sum(right for _, right in self.judgements) / max(1, len(self.judgements))


def bins(judgements: Iterable[Judgement]) -> list[Bin]:
    """Return the bins that have candidates, from the least confident up."""
    filled: dict[int, list[Judgement]] = {}
    for judgement in judgements:
        filled.setdefault(min(BINS - 1, int(judgement[0] * BINS)), []).append(judgement)
    return [Bin(i / BINS, (i + 1) / BINS, tuple(filled[i])) for i in sorted(filled)]


def calibration_error(judgements: Sequence[Judgement]) -> float | None:
    """Return the expected calibration error; None without candidates.

    It is the mean distance of confidence and share that was right, bin by bin, each bin weighing
    as many candidates as it has (Naeini et al. 2015).
    """
    if not judgements:
        return None
    apart = sum(len(one.judgements) * abs(one.confidence - one.right) for one in bins(judgements))
    return apart / len(judgements)


def brier(judgements: Sequence[Judgement]) -> float | None:
    """Return the mean squared distance of confidence and being right; None without candidates."""
    if not judgements:
        return None
    return sum((one - right) ** 2 for one, right in judgements) / len(judgements)
