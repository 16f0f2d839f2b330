"""In which language a text is, by py3langid, whose model comes with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

ENGLISH: Final = "en"
_LOOKED_AT: Final = 20_000
"""Code points that are looked at, from the start: more tell nothing new."""
_LETTERS: Final = 40
"""A text with fewer letters tells nothing."""
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Language:
    """tag: ISO 639-1, "" where a text does not tell. sure: the model's own probability."""

    tag: str
    sure: float


def language_of(content: str) -> Language:
    """Return the language that most of a text is in; white space around it tells nothing."""
    return _language_of(content.strip()[:_LOOKED_AT])


@lru_cache(maxsize=4)  # a document is asked for with each of its articles, or is its only one
def _language_of(beginning: str) -> Language:
    if sum(map(str.isalpha, beginning)) < _LETTERS:
        return Language("", 0.0)
    tag, sure = _model().classify(beginning)
    return Language(str(tag) if sure >= _SURE else "", float(sure))


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
