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
    bade=bid beaten=beat began=begin begun=begin bent=bend bought=buy bound=bind broke=break
    broken=break brought=bring caught=catch clung=cling cut=cut dealt=deal drawn=draw drew=draw
    driven=drive drove=drive dug=dig fed=feed fell=fall fled=flee flew=fly flown=fly forbade=forbid
    forbidden=forbid foregone=forgo forgave=forgive forgiven=forgive forsaken=forsake
    forsook=forsake forwent=forgo fought=fight found=find froze=freeze frozen=freeze gave=give
    given=give heard=hear held=hold hid=hide hidden=hide hit=hit kept=keep knelt=kneel laid=lay
    led=lead left=leave lent=lend lost=lose met=meet misled=mislead mistook=mistake outbid=outbid
    overcame=overcome overran=overrun overthrew=overthrow overthrown=overthrow paid=pay
    partaken=partake partook=partake quit=quit ran=run rang=ring rebuilt=rebuild repaid=repay
    reset=reset resold=resell retaken=retake rethought=rethink retook=retake risen=rise rose=rise
    rung=ring sank=sink sat=sit sent=send shaken=shake shed=shed shone=shine shook=shake shot=shoot
    shrank=shrink shut=shut slain=slay slew=slay slid=slide sold=sell sought=seek sowed=sow
    spat=spit spent=spend split=split spoke=speak spoken=speak sprang=spring sprung=spring
    spun=spin stole=steal stolen=steal stood=stand struck=strike stuck=stick stung=sting sunk=sink
    swam=swim swept=sweep swore=swear sworn=swear swung=swing taken=take taught=teach threw=throw
    thrown=throw told=tell took=take tore=tear torn=tear unbound=unbind understood=understand
    undertaken=undertake undertook=undertake underwritten=underwrite underwrote=underwrite
    upheld=uphold withdrawn=withdraw withdrew=withdraw withheld=withhold withstood=withstand
    won=win wore=wear wound=wind wove=weave written=write wrote=write wrung=wring
    """
    )
)
"""Forms of verbs that no rule makes, and what they are of."""


_NAMED: Final = frozenset(("NOUN", "PROPN"))
_SINGULAR: Final = {"ties": "tie", "lies": "lie"}
"""Plurals that look as if they were of a word in -y."""


def lemma_of(token: Token, known: Container[str]) -> str:
    """Return the lemma of a word in small letters, mended where it is unknown and its form is not.

    known: the lemmas that are looked for.
    """
    form = token.text.lower()
    lemma = _SINGULAR.get(form) or token.lemma.lower()
    if token.upos in _NAMED and lemma.endswith("men") and form == lemma:
        return f"{lemma[:-3]}man"
    if token.upos not in ("VERB", "AUX") or lemma in known:
        return lemma
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
