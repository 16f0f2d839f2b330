"""How sure a rule's claim is, by how often claims like it were right in documents coded by people.

`reliability.yaml` beside this file says so: a weight for each feature of a claim, fitted on the
half of the corpus that may be read (docs/evaluation.md). What it has no weight for changes nothing,
so a new rule is as sure as rules are on average.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import exp, log
from pathlib import Path
from typing import Any, Final

import yaml

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
)
from demarche_ingest.extractors.protocol import Extractor
from demarche_ontology.errors import InputError, Problem

FILE: Final = "reliability.yaml"
_LEAST: Final = 0.02
"""No claim is less sure than this, or surer than 1 less this: a few hundred claims tell no more."""
_FAR: Final = 30
"""Log-odds from which all is sure."""
_HEAD: Final = (
    "# What makes a rule's claim likely to be right, in log-odds, fitted on tests/corpus/dev\n"
    "# (docs/evaluation.md). Written by `make evaluate EVALUATE_ARGS='--calibrate FILE'`.\n"
)


@dataclass(frozen=True, slots=True)
class Reliability:
    """A logistic model of being right. corpus: hash of what it was fitted on.

    weights: log-odds by feature; base: those of a claim without any. optimism: log-odds by which
    rules do better on documents that they were written with than on others.
    """

    corpus: str
    base: float
    weights: Mapping[str, float]
    optimism: float = 0.0

    def confidence(self, candidate: Candidate) -> float:
        """Return how likely a candidate is right, to thousandths, never quite 0 or 1.

        The candidate's own confidence is one of its features, so this is asked once.
        """
        told = features(candidate)
        odds = self.base - self.optimism
        odds += sum(self.weights.get(name, 0.0) * by for name, by in told.items())
        likely = 1 / (1 + exp(min(max(-odds, -_FAR), _FAR)))
        return round(min(max(likely, _LEAST), 1 - _LEAST), 3)

    def calibrated(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Yield candidates with the confidence that they deserve."""
        for one in candidates:
            yield replace(one, confidence=self.confidence(one))


def features(candidate: Candidate) -> dict[str, float]:
    """Return what of a claim may tell whether it is right: of most, 1 where it holds.

    `own`: the log-odds of the confidence that its extractor gives it.
    """
    content, telling = candidate.content, candidate.telling
    own = min(max(candidate.confidence, _LEAST), 1 - _LEAST)
    names = [
        f"rule {candidate.rule}",
        f"voice {telling.voice}",
        f"modality {candidate.modality}",
        f"polarity {candidate.polarity}",
        *_of_content(content),
    ]
    named = list(_named(content))
    if any(agent.is_new for agent in named):
        names.append("somebody new")
    if any(agent.words is None or _is_outside(candidate, agent) for agent in named):
        names.append("somebody named elsewhere")
    if candidate.presupposed:
        names.append("presupposed")
    return {"own": log(own / (1 - own))} | dict.fromkeys(names, 1.0)


def _of_content(content: Any) -> Iterator[str]:
    match content:
        case EventFound():
            yield f"category {content.category}"
            if not content.actors:
                yield "no actor"
            if not content.recipients:
                yield "no recipient"
        case RelationFound():
            yield f"predicate {content.predicate}"
        case AttributeFound():
            yield f"attribute {content.attribute}"
        case StanceFound():
            yield "stance"


def _named(content: Any) -> Iterator[Agent]:
    """Yield who and what a claim names, but for what it is about in words of ours."""
    match content:
        case EventFound():
            yield from (*content.actors, *content.recipients)
        case RelationFound():
            yield from (content.subject, content.object)
        case AttributeFound():
            yield content.subject
        case StanceFound():
            yield content.actor


def _is_outside(candidate: Candidate, agent: Agent) -> bool:
    return agent.words is not None and not candidate.passage.covers(agent.words)


class Calibrated:
    """An extractor whose claims are as sure as such claims were found to be."""

    def __init__(self, extractor: Extractor, reliability: Reliability) -> None:
        self._extractor, self._reliability = extractor, reliability
        self.name = extractor.name

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        """Yield what the extractor finds, with the confidence that it deserves."""
        yield from self._reliability.calibrated(self._extractor.extract(read, told))


@cache
def packaged() -> Reliability:
    """Return what is known of the packaged rules."""
    return _read(files("demarche_ingest.extractors").joinpath(FILE).read_text("utf-8"), FILE)


def read(path: Path) -> Reliability:
    """Read a file of reliability. Raises InputError where it is none."""
    try:
        return _read(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise _refused(str(path), error) from None


def _read(content: str, name: str) -> Reliability:
    try:
        told = yaml.safe_load(content)
        weights = {str(key): float(value) for key, value in told["weights"].items()}
        base, optimism = float(told["base"]), float(told["optimism"])
        return Reliability(str(told["corpus"]), base, weights, optimism)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(name, error) from None


def _refused(name: str, error: Exception) -> InputError:
    problem = Problem(name, 0, "", f"not a file of reliability: {error}", "fit it anew")
    return InputError("The reliability of rules cannot be read.", [problem])


def write(path: Path, reliability: Reliability) -> None:
    """Write a file of reliability, features by name."""
    lines = "".join(f"  {name}: {by:g}\n" for name, by in sorted(reliability.weights.items()))
    head = f"{_HEAD}corpus: {reliability.corpus}\nbase: {reliability.base:g}\n"
    head += f"optimism: {reliability.optimism:g}\n"
    path.write_text(f"{head}weights:\n{lines}", encoding="utf-8")
