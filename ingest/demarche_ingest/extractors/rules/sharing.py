"""The sentences that claims are read in, as several extractors read them one after another.

Each extractor has its own lemmas, which change what becomes of a parse in few sentences; in all
others it is mended once. Only words and lemmas are shared, and no answers about them: some depend
on what was asked before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.extractors.rules.mending import Mended, mend
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.segment.model import Sentence

READ: Final = frozenset({"headline", "body", "caption", "comment"})
"""Zones that claims are read in."""


def sentences(read: ReadArticle, known: frozenset[str]) -> Iterator[tuple[Sentence, Words]]:
    """Yield the sentences of an article with their words. known: lemmas that are looked for."""
    before = [made for lemmas, made in read.mended if lemmas <= known]
    own: dict[int, Mended] = {}
    read.mended.append((known, own))
    for at, (sentence, parse) in enumerate(read.parsed):
        if sentence.zone.kind in READ and parse.tokens:
            shared = (made[at] for made in before if at in made)
            found = next((one for one in shared if known.isdisjoint(one.missed)), None)
            if found is None:
                found = own[at] = mend(parse.tokens, known)
            yield sentence, Words(parse, known, found)
