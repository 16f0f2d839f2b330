"""What a parser tells of a sentence, whichever parser it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from demarche_ingest.texts import Span, Text


@dataclass(frozen=True, slots=True)
class Token:
    """A word as Universal Dependencies has it.

    span: code points of the whole text. xpos: the Penn Treebank's tag. feats: `Name=Value|…`, ""
    for none. head: place of its head among the sentence's tokens, its own for the root.
    """

    span: Span
    text: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str


@dataclass(frozen=True, slots=True)
class Parse:
    """A parsed sentence. span: of the sentence, in the whole text."""

    span: Span
    tokens: tuple[Token, ...]


class Parser(Protocol):
    """Parses sentences. name: with its version, for the record of what made a candidate."""

    @property
    def name(self) -> str: ...

    def parse(self, text: Text, sentences: Iterable[Span]) -> Iterator[Parse]:
        """Yield a parse for each sentence, in their order."""
        ...
