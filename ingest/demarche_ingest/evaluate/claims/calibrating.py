"""Fitting confidence to what was right: logistic regression, held in check.

Each weight is drawn towards 0, the more so the fewer claims tell of it (a Gaussian prior; ridge
penalty). Features of fewer than `FEW` claims have no weight. How good the outcome is, is measured
on documents that it was not fitted on: each document by a model of all the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demarche_ingest.candidates.model import Candidate
from demarche_ingest.evaluate.claims.counting import Claims
from demarche_ingest.evaluate.claims.reliability import Judgement
from demarche_ingest.extractors.confidence import Reliability, features

FEW: Final = 4
PENALTY: Final = 2.0
"""Of a weight, as the square of its distance from 0 counts against the log-likelihood (halved)."""
OPTIMISM: Final = 0.6
"""What rules are found better by, in log-odds, on documents that they were written with.

Events were right in 0.43 of what was found in sixteen documents at first sight, and in 0.58 of what
rules that had been mended by half of these found in that half and its like (docs/evaluation.md).
"""
_ROUNDS: Final = 50
Example = tuple[Candidate, bool]
"""A candidate with its extractor's own confidence, and whether it was right."""


def examples(claims: Claims) -> list[Example]:
    """Return the candidates of a document, and whether each was right."""
    return [(one.found, one.is_right) for one in claims.judged]


def fit(told: Sequence[Example], corpus: str = "", optimism: float = 0.0) -> Reliability:
    """Return the model that fits examples best. Without examples everything is even.

    optimism: what is taken off for documents that rules were not written with.
    """
    rows = [features(candidate) for candidate, _ in told]
    counted = Counter(name for row in rows for name in row)
    names = sorted(name for name, number in counted.items() if number >= FEW)
    right = np.array([is_right for _, is_right in told], dtype=float)
    base, *weights = _fitted(_matrix(rows, names), right)
    kept = zip(names, weights, strict=True)
    rounded = {name: round(by, 3) for name, by in kept if round(by, 3)}
    return Reliability(corpus, round(base, 3), rounded, optimism)


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """Return the features as numbers, each row with a 1 before for the base."""
    return np.array([[1.0, *(row.get(name, 0.0) for name in names)] for row in rows]).reshape(
        len(rows), len(names) + 1
    )


def _fitted(rows: NDArray[np.float64], right: NDArray[np.float64]) -> list[float]:
    """Return the weights by Newton's method, the base first; the base is drawn nowhere."""
    wide = rows.shape[1]
    drawn = np.diag([1e-6] + [PENALTY] * (wide - 1))
    weights = np.zeros(wide)
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (right - likely) - drawn @ weights
        bend = (rows.T * (likely * (1 - likely))) @ rows + drawn
        step = np.linalg.solve(bend, slope)
        # Where all or none are right the base has no end: it is gone towards, not jumped to.
        weights += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9 or np.abs(weights).max() > 12:
            break
    return [float(one) for one in weights]


def by_the_others(documents: Sequence[Claims]) -> list[Judgement]:
    """Return the confidence of all candidates by models of the other documents only."""
    told = [examples(claims) for claims in documents]
    judged: list[Judgement] = []
    for place, here in enumerate(told):
        others = [one for i, there in enumerate(told) if i != place for one in there]
        model = fit(others)
        judged += [(model.confidence(candidate), is_right) for candidate, is_right in here]
    return judged
