"""Asking a model: one question, one reply, whatever the endpoint makes of it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import httpx2
import openai

from demarche_ingest.extractors.llm.cache import Reply
from demarche_ingest.extractors.llm.pace import Pace, Purse
from demarche_ingest.extractors.llm.settings import LlmSettings, Structure
from demarche_ontology.errors import ModelError

MAX_REPLY_BYTES: Final = 4 << 20
"""The longest body of a reply that is read."""
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 120.0
_ORDER: Final[tuple[Structure, ...]] = ("schema", "object", "prompt")
_TOO_MANY: Final = 429
_BUSY: Final = frozenset({408, 409, 425, _TOO_MANY, 500, 502, 503, 504, 529})
"""Statuses after which the same question may be answered."""
_NOT_TAKEN: Final = frozenset({400, 422})
"""Statuses of an endpoint that does not know the form that is asked for."""

_log = logging.getLogger(__name__)


class Endpoint:
    """An endpoint of OpenAI's chat protocol. Nothing is sent before `ask`.

    sleep, clock: of the waits between attempts and for limits of a minute.
    """

    def __init__(
        self,
        settings: LlmSettings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._pace = Pace(settings.requests_a_minute, settings.tokens_a_minute, clock, sleep)
        self.purse = Purse(settings.budget)
        self._structures = list(_ORDER if settings.structure == "auto" else (settings.structure,))
        self._client = openai.OpenAI(
            base_url=settings.url,
            api_key=settings.key or "none",
            timeout=settings.seconds,
            max_retries=0,  # waiting is ours, so that it is told and bounded
        )

    def ask(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> Reply:
        """Return the reply to a question.

        Raises ModelError where the endpoint cannot be used or fails again and again, BudgetError.
        """
        wait, last = _FIRST_WAIT, ""
        attempt = 0
        while attempt < self._settings.attempts:
            self.purse.check()
            self._pace.wait()
            try:
                reply = self._send(messages, schema)
            except openai.APIStatusError as error:
                if error.status_code in _NOT_TAKEN and len(self._structures) > 1:
                    self._structures.pop(0)
                    continue
                if error.status_code not in _BUSY:
                    raise self._failed(_said(error)) from None
                last, told = _said(error), _retry_after(error)
            except (openai.APIConnectionError, httpx2.HTTPError, _CutError) as error:
                last, told = _reason(error), 0.0
            else:
                self.purse.pay(reply)
                self._pace.spent(reply.tokens_in + reply.tokens_out)
                return reply
            attempt += 1
            self._pace.spent(0)
            if attempt < self._settings.attempts:
                _log.info("the language model failed (%s); trying again", last)
                self._sleep(min(max(wait, told), _LONGEST_WAIT))
                wait *= 2
        raise self._failed(f"{last}, {self._settings.attempts} times")

    def _failed(self, reason: str) -> ModelError:
        return ModelError(
            f"The language model at {self._settings.url} failed: {reason}",
            remedy="check its address, model and key; what was answered is not asked again",
        )

    def _send(self, messages: Sequence[dict[str, str]], schema: dict[str, Any]) -> Reply:
        until = time.monotonic() + self._settings.seconds  # the client bounds each read only
        with self._client.chat.completions.with_streaming_response.create(
            model=self._settings.model,
            messages=list(messages),  # type: ignore[arg-type]
            temperature=0,
            seed=0,
            max_tokens=self._settings.answer_tokens,
            **_form(self._structures[0], schema),
        ) as response:
            body = bytearray()
            for piece in response.iter_bytes():  # as they come, or a slow one would pass unseen
                body += piece
                if time.monotonic() > until:
                    raise _CutError("no answer in time")
                if len(body) > MAX_REPLY_BYTES:
                    return Reply("", "too long")
        return _read(bytes(body))


class _CutError(Exception):
    """A reply that is no answer of the protocol."""


def _form(structure: Structure, schema: dict[str, Any]) -> dict[str, Any]:
    if structure == "schema":
        named = {"name": "claims", "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    if structure == "object":
        return {"response_format": {"type": "json_object"}}
    return {}


def _read(body: bytes) -> Reply:
    try:
        value = json.loads(body)
        choice = value["choices"][0]
        message, usage = choice["message"], value.get("usage") or {}
        return Reply(
            message.get("content") or "",
            choice.get("finish_reason") or "",
            int(usage.get("prompt_tokens") or 0),
            int(usage.get("completion_tokens") or 0),
            message.get("refusal") or "",
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _CutError("the answer is none of the protocol") from error


def _said(error: openai.APIStatusError) -> str:
    return f"status {error.status_code}: {' '.join(str(error.message).split())[:200]}"


def _reason(error: Exception) -> str:
    if isinstance(error, openai.APITimeoutError):
        return "no answer in time"
    return " ".join(str(error).split())[:200] or type(error).__name__


def _retry_after(error: openai.APIStatusError) -> float:
    """Return the seconds that the endpoint asks to be left alone for (RFC 9110, 10.2.3)."""
    told = error.response.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() else 0.0
