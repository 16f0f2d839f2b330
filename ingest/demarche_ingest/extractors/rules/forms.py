"""Forms of verbs, where the parser's lemma is no word."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from demarche_ingest.parsing.model import Token


def word_set(words: str) -> frozenset[str]:
    """Return words with white space between them as a set."""
    return frozenset(words.split())


_IRREGULAR: Final = dict(
    pair.split("=")
    for pair in word_set(
        """
    beaten=beat began=begin begun=begin bought=buy broke=break broken=break brought=bring cut=cut
    drew=draw drawn=draw driven=drive drove=drive fell=fall fled=flee forbade=forbid
    forbidden=forbid fought=fight found=find froze=freeze frozen=freeze gave=give given=give
    held=hold hid=hide hidden=hide hit=hit kept=keep laid=lay led=lead left=leave lent=lend
    met=meet overthrew=overthrow overthrown=overthrow paid=pay quit=quit rebuilt=rebuild sank=sink
    sent=send shot=shoot shut=shut slain=slay sold=sell sought=seek spoke=speak spoken=speak
    stole=steal stolen=steal struck=strike sunk=sink swore=swear sworn=swear taken=take
    thrown=throw threw=throw told=tell took=take torn=tear upheld=uphold withdrawn=withdraw
    withdrew=withdraw withheld=withhold written=write wrote=write
    """
    )
)
"""Forms of verbs that no rule makes, and what they are of."""


_NAMED: Final = frozenset(("NOUN", "PROPN"))


def lemma_of(token: Token, known: Container[str]) -> str:
    """Return the lemma of a word in small letters, mended where it is unknown and its form is not.

    known: the lemmas that are looked for.
    """
    lemma = token.lemma.lower()
    if token.upos in _NAMED and lemma.endswith("men") and token.text.lower() == lemma:
        return f"{lemma[:-3]}man"
    if lemma in known or token.upos not in ("VERB", "AUX"):
        return lemma
    form = token.text.lower()
    for guess in (_IRREGULAR.get(form, ""), *_stems(form)):
        if guess in known:
            return guess
    return lemma


def _stems(form: str) -> Iterator[str]:
    """Yield what a form of a regular verb may be of."""
    yield form
    for ending in ("ed", "ing", "es", "s"):
        stem = form.removesuffix(ending)
        if stem != form:
            yield stem
            yield f"{stem}e"
            yield stem.removesuffix("i") + "y" if stem.endswith("i") else stem
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]
