"""The lists of words of `words.yaml`."""

from __future__ import annotations

from functools import cache

from demarche_ingest.extractors.word_lists import word_lists


@cache
def words(name: str) -> frozenset[str]:
    """Return a list by its name."""
    return frozenset(word_lists("facts/words.yaml")[name])
