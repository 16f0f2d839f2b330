"""What passage holds an assertion: the clause of the word that tells it (codebook §2.1)."""

from __future__ import annotations

from typing import Final

from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.texts import Span

_JOINING: Final = frozenset(("punct", "cc"))
_EDGE: Final = frozenset(("punct", "cc", "mark", "discourse"))
_KEPT_MARKS: Final = frozenset(("if", "unless"))


def passage(words: Words, at: int, needed: tuple[int, ...] = ()) -> Span:
    """Return the passage of an act that a word tells. needed: words that it must hold."""
    head = _clause(words, at)
    kept = set(_kept(words, head)) | {at, *needed}
    first, last = _trimmed(words, min(kept), max(kept))
    return words.span(min(first, at, *needed), max(last, at, *needed))


def _clause(words: Words, at: int) -> int:
    """Return the verb whose clause a word stands in, or the head of the sentence."""
    if words.is_verb(at) or words.has(at, "cop", "nsubj"):
        return at
    for above in words.above(at):
        if words.is_verb(above) or words.has(above, "cop", "nsubj"):
            return above
        if words.tokens[above].head == above:
            return above
    return at


def _kept(words: Words, head: int) -> list[int]:
    """Return the words of a clause, without the clauses that stand beside it."""
    kept, stack = [], [head]
    while stack:
        here = stack.pop()
        if words.tokens[here].deprel not in _JOINING:  # the stop belongs to the first clause's verb
            kept.append(here)
        for kid in words.kids[here]:
            if here == head and _is_beside(words, head, kid):
                continue
            if here != head and _is_above(words, here, kid):
                continue
            stack.append(kid)
    return kept


def _is_beside(words: Words, head: int, kid: int) -> bool:
    relation = words.tokens[kid].deprel
    if relation in ("parataxis", "list"):
        return True
    if relation == "conj":
        return words.is_verb(kid) or words.has(kid, "nsubj")
    told_first = relation == "ccomp" and kid < head  # "…", said the minister
    return told_first and words.lemmas[head] != "be"


def _is_above(words: Words, here: int, kid: int) -> bool:
    """Tell whether a clause that a parse puts below another one goes on with the whole sentence.

    "… of shelling villages and said …": what is finite is not joined to what is not; "killing four,
    officials said" tells who says all of it.
    """
    relation = words.tokens[kid].deprel
    if relation == "parataxis":
        return words.has(kid, "nsubj")
    return relation == "conj" and words.is_finite(kid) and not words.is_finite(here)


def _trimmed(words: Words, first: int, last: int) -> tuple[int, int]:
    """Return the ends of a passage without marks and joining words there."""
    tokens = words.tokens
    while first < last and _is_edge(words, first):
        first += 1
    while last > first and tokens[last].deprel in _JOINING:
        last -= 1
    return first, _closed(words, first, last)


def _is_edge(words: Words, at: int) -> bool:
    token = words.tokens[at]
    return token.deprel in _EDGE and words.lemmas[at] not in _KEPT_MARKS


def _closed(words: Words, first: int, last: int) -> int:
    """Return the last word with the closing quotation mark that belongs to one inside."""
    marks = [at for at in range(first, last + 1) if words.tokens[at].text in '"“”']
    after = last + 1
    if len(marks) % 2 and after < len(words.tokens) and words.tokens[after].text in '"”':
        return after
    if len(marks) % 2 and after + 1 < len(words.tokens) and words.tokens[after + 1].text in '"”':
        return after + 1
    return last
