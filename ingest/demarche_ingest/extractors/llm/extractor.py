"""The extractor: asks about each stretch of an article, and takes of the replies what holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.gate import Refusal, RefusedError
from demarche_ingest.candidates.model import Candidate
from demarche_ingest.extractors.llm.cache import Reply, ReplyCache
from demarche_ingest.extractors.llm.endpoint import Endpoint
from demarche_ingest.extractors.llm.questions import Question, questions, version
from demarche_ingest.extractors.llm.replies import read_reply, schema
from demarche_ingest.extractors.llm.settings import LlmSettings
from demarche_ingest.extractors.llm.taking import Taker

Told = Callable[[str], None]
_CUT: Final = "length"


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Answered:
    question: Question
    reply: Reply


class Llm:
    """Proposes the claims that a language model sees.

    settings: where the model is. told: hears of each question before it is sent. Nothing is sent
    before an article is read.
    """

    def __init__(
        self,
        settings: LlmSettings,
        told: Told = _silent,
        endpoint: Endpoint | None = None,
    ) -> None:
        self._settings = settings
        self._cache = ReplyCache(settings.cache)
        self._told = told
        self._endpoint = endpoint or Endpoint(settings)
        self._schema = schema()
        self._refusals: list[Refusal] = []

    @property
    def name(self) -> str:
        """Return which model it is, and the version of what it is asked."""
        return f"llm/{version()} {self._settings.model}"

    @property
    def spent(self) -> str:
        """Return what was spent until now, for people."""
        purse = self._endpoint.purse
        tokens = f"{purse.tokens_in} + {purse.tokens_out} tokens"
        money = f", {purse.money:.4f} by the prices given" if purse.money else ""
        return f"{purse.requests} requests, {tokens}{money}"

    def refusals(self) -> tuple[Refusal, ...]:
        """Return what was refused since this was last asked, and forget it."""
        found, self._refusals = tuple(self._refusals), []
        return found

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        """Yield the claims of an article.

        Raises ModelError, BudgetError; what was answered before is kept, and not asked again.
        """
        asked = list(questions(read, self._settings.sentences, self._settings.characters))
        for number, question in enumerate(asked, start=1):
            self._told(f"language model: question {number} of {len(asked)}")
            for answered in self._answers(question):
                yield from self._taken(answered, told)

    def _answers(self, question: Question) -> Iterator[_Answered]:
        """Ask a question; one whose answer is cut off is asked again in halves."""
        reply = self._reply(question)
        halves = question.halves()
        if reply.finish == _CUT and halves:
            for half in halves:
                yield from self._answers(half)
        else:
            yield _Answered(question, reply)

    def _reply(self, question: Question) -> Reply:
        messages = question.messages()
        asked: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "schema": self._schema,
            "answer_tokens": self._settings.answer_tokens,
        }
        key = ReplyCache.key(asked)
        reply = self._cache.get(key)
        if reply is None:
            reply = self._endpoint.ask(messages, self._schema)
            self._cache.put(key, reply)
        return reply

    def _taken(self, answered: _Answered, told: Attributions) -> Iterator[Candidate]:
        question, reply = answered.question, answered.reply
        fault = _fault(reply)
        if fault:
            self._refuse(question, *fault)
            return
        try:
            claims, wrong = read_reply(reply.text)
        except ValueError as error:
            self._refuse(question, "no-reply", str(error))
            return
        for one in wrong:
            self._refuse(question, "form", one)
        taker = Taker(question, told, self.name)
        for claim in claims:
            try:
                yield taker.candidate(claim)
            except RefusedError as error:
                self._refuse(question, error.code, str(error))

    def _refuse(self, question: Question, code: str, told: str) -> None:
        self._refusals.append(Refusal(code, told, question.span, "llm", self.name))


def _fault(reply: Reply) -> tuple[str, str] | None:
    """Say why a reply is none: its code and a sentence."""
    if reply.refusal or reply.finish == "content_filter":
        return "declined", f"the model declined to answer {reply.refusal[:200]}".strip()
    if reply.finish == _CUT:
        return "no-reply", "the reply is cut off, of one sentence too"
    if not reply.text.strip():
        return "no-reply", f"the reply is empty ({reply.finish or 'without a reason'})"
    return None
