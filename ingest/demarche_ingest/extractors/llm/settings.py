"""What a user says of a language model: where it is, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

Structure = Literal["auto", "schema", "object", "prompt"]
"""How the form of a reply is asked for: by JSON Schema, as a JSON object, by the prompt alone; auto
tries these in turn and keeps to the first that the endpoint takes."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What all calls of a run may take together; 0 is without limit.

    tokens: of questions and answers. money: in the currency of the prices, which are for a million
    tokens of questions and of answers.
    """

    requests: int = 0
    tokens: int = 0
    money: float = 0.0
    price_in: float = 0.0
    price_out: float = 0.0


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """Where the model is and how it is asked.

    url: of the protocol's root, such as http://127.0.0.1:8000/v1. cache: the folder of replies.
    key: "" for none; never shown, logged or kept. seconds: one call may take. attempts: for a call
    that fails for a while.
    sentences, characters: of one question. answer_tokens: the longest answer.
    requests_a_minute, tokens_a_minute: 0 is without limit.
    """

    url: str
    model: str
    cache: Path
    key: str = field(default="", repr=False)
    structure: Structure = "auto"
    seconds: float = 120.0
    attempts: int = 5
    sentences: int = 20
    characters: int = 6_000
    answer_tokens: int = 8_000
    requests_a_minute: int = 0
    tokens_a_minute: int = 0
    budget: Budget = field(default_factory=Budget)

    def shared(self, workers: int) -> LlmSettings:
        """Return what one of several processes may spend, each an equal part, of all limits."""
        own = self.budget
        if workers < 2:
            return self
        return replace(
            self,
            requests_a_minute=_part(self.requests_a_minute, workers),
            tokens_a_minute=_part(self.tokens_a_minute, workers),
            budget=replace(
                own,
                requests=_part(own.requests, workers),
                tokens=_part(own.tokens, workers),
                money=own.money / workers,
            ),
        )


def _part(limit: int, workers: int) -> int:
    """Return a part of a limit; a limit never becomes none."""
    return max(1, limit // workers) if limit else 0
