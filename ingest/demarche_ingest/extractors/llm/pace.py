"""How fast and how much a model may be asked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from demarche_ingest.extractors.llm.cache import Reply
from demarche_ingest.extractors.llm.settings import Budget
from demarche_ontology.errors import BudgetError

_MINUTE: Final = 60.0


class Pace:
    """Waits until one more question keeps within the limits of a minute. 0: no limit."""

    def __init__(
        self,
        requests: int,
        tokens: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._requests, self._tokens = requests, tokens
        self._clock, self._sleep = clock, sleep
        self._past: deque[tuple[float, int]] = deque()

    def wait(self) -> None:
        """Return when a question may be sent."""
        while (left := self._left()) > 0:
            self._sleep(left)

    def spent(self, tokens: int) -> None:
        """Count a question that was sent."""
        self._past.append((self._clock(), tokens))

    def _left(self) -> float:
        now = self._clock()
        while self._past and now - self._past[0][0] >= _MINUTE:
            self._past.popleft()
        many = self._requests and len(self._past) >= self._requests
        large = self._tokens and sum(tokens for _, tokens in self._past) >= self._tokens
        return self._past[0][0] + _MINUTE - now if self._past and (many or large) else 0.0


class Purse:
    """What was spent of a budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.requests = self.tokens_in = self.tokens_out = 0

    @property
    def money(self) -> float:
        """What was spent, in the currency of the prices."""
        paid = self.tokens_in * self.budget.price_in + self.tokens_out * self.budget.price_out
        return paid / 1_000_000

    def check(self) -> None:
        """Raise BudgetError where nothing is left for one more question."""
        limits = (
            ("requests", self.requests, self.budget.requests),
            ("tokens", self.tokens_in + self.tokens_out, self.budget.tokens),
            ("money", self.money, self.budget.money),
        )
        for name, spent, limit in limits:
            if limit and spent >= limit:
                raise BudgetError(
                    f"The budget of {name} for the language model is used up: "
                    f"{spent:g} of {limit:g}",
                    remedy="run the same again with more: what was answered is not asked again",
                )

    def pay(self, reply: Reply) -> None:
        """Count a question and its answer."""
        self.requests += 1
        self.tokens_in += reply.tokens_in
        self.tokens_out += reply.tokens_out
