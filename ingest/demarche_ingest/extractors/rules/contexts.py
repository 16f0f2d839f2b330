"""Which contexts an act stands in, by the words of the clause that tells it (codebook §6.1.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.extractors.word_lists import lists_of

_MOST: Final = 2
_TELLING: Final = frozenset(("NOUN", "ADJ", "PROPN", "VERB"))
_ARGUMENTS: Final = frozenset(("nsubj", "nsubj:pass", "obj", "obl", "nmod", "compound", "amod"))


@cache
def signs() -> dict[str, tuple[str, ...]]:
    """Return the words that show contexts, each with those it shows."""
    return lists_of("rules/contexts.yaml")


def contexts_of(words: Words, at: int) -> tuple[str, ...]:
    """Return the contexts that a word and what it takes show, two at most, the plainest first."""
    counts: Counter[str] = Counter()
    for place in _taken(words, at):
        token = words.tokens[place]
        if token.upos in _TELLING:
            counts.update(signs().get(words.lemmas[place]) or signs().get(token.text.lower()) or ())
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], _order().index(pair[0])))
    return tuple(context for context, _ in ranked[:_MOST])


def _taken(words: Words, at: int) -> Iterator[int]:
    """Yield a word, what hangs on it, and what hangs on that, but no clauses of their own."""
    yield at
    for kid in words.kids[at]:
        if words.tokens[kid].deprel in _ARGUMENTS:
            yield from (one for one in words.subtree(kid) if not words.is_verb(one))


@cache
def _order() -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for shown in signs().values() for one in shown))
