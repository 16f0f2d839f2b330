"""The parser that comes with the package: English, trained on Universal Dependencies.

docs/parser.md is its card: data, scores, limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np
from threadpoolctl import ThreadpoolController

from demarche_ingest.parsing import lemmas, pieces, trees
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.parsing.network import Network, Scores
from demarche_ingest.parsing.opening import packaged_name, weights
from demarche_ingest.parsing.tokenising import Tokeniser
from demarche_ingest.texts import Span, Text

_BATCH_WORDS = 3000

Words = list[tuple[int, int]]
Labels = tuple[str, str, str, str, str]
"""Part of speech, features, tag, edit that makes the lemma, relation."""


@cache
def english() -> EnglishParser:
    """Return the packaged parser, which is read once."""
    return EnglishParser(weights())


class EnglishParser:
    """Parses English sentences, many at a time. Not for several threads at once."""

    def __init__(self, data: bytes) -> None:
        self.name = packaged_name(data)
        self._network = Network(data)
        self._tokeniser = Tokeniser()
        self._threads = ThreadpoolController()
        labels = self._network.labels
        self._analyses = [
            (upos, feats) for upos, _, feats in (one.partition("|") for one in labels["analyses"])
        ]

    def parse(self, text: Text, sentences: Iterable[Span]) -> Iterator[Parse]:
        """Yield a parse for each sentence, in their order; without tokens if it has no words."""
        batch: list[tuple[Span, Words]] = []
        words = 0
        for span in sentences:
            found = self._tokeniser.spans(text[span])
            batch.append((span, found))
            words += len(found)
            if words >= _BATCH_WORDS:
                yield from self._batch(text, batch)
                batch, words = [], 0
        yield from self._batch(text, batch)

    def words(self, sentences: Sequence[Sequence[str]]) -> list[list[Token]]:
        """Return the tokens of sentences that are divided into words already, none empty.

        Spans are as if one space stood between words.
        """
        return self._tokens([list(one) for one in sentences], [_spaced(one) for one in sentences])

    def _batch(self, text: Text, batch: list[tuple[Span, Words]]) -> Iterator[Parse]:
        content = text.content
        spans: list[Words] = []
        forms: list[list[str]] = []
        for span, words in batch:
            if words:
                places = [(span.start + a, span.start + z) for a, z in words]
                spans.append(places)
                forms.append([content[a:z] for a, z in places])
        parsed = iter(self._tokens(forms, spans))
        for span, words in batch:
            yield Parse(span, tuple(next(parsed)) if words else ())

    def _tokens(self, forms: list[list[str]], spans: list[Words]) -> list[list[Token]]:
        """Return the tokens of sentences; long ones are scored in pieces."""
        if not forms:
            return []
        # The products are too small to be shared out: several threads wait for each other longer
        # than they compute, the more so where other work (another worker) has the cores.
        with self._threads.limit(limits=1, user_api="blas"):
            return self._scored(forms, spans)

    def _scored(self, forms: list[list[str]], spans: list[Words]) -> list[list[Token]]:
        cut = [pieces.cuts(one) for one in forms]
        scores = self._network.score(
            [one[a:z] for one, parts in zip(forms, cut, strict=True) for a, z in parts]
        )
        found = [trees.heads(one) for one in scores.arcs]
        labels = self._labels(scores, found)
        left = iter(found)
        return [
            _sentence(one, where, _joined(parts, left), list(islice(labels, len(one))))
            for one, where, parts in zip(forms, spans, cut, strict=True)
        ]

    def _labels(self, scores: Scores, heads: list[list[int]]) -> Iterator[Labels]:
        """Yield the labels of all words. heads: of each piece, 0 for the root."""
        labels = self._network.labels
        relations = scores.relations(np.array([head for one in heads for head in one]))
        for analysis, xpos, edit, relation in zip(
            scores.analyses.tolist(),
            scores.xpos.tolist(),
            scores.edits.tolist(),
            relations.tolist(),
            strict=True,
        ):
            yield (
                *self._analyses[analysis],
                labels["xpos"][xpos],
                labels["edits"][edit],
                labels["relations"][relation],
            )


def _joined(parts: list[tuple[int, int]], found: Iterator[list[int]]) -> list[int]:
    """Return the heads of a sentence as places of words, a root its own, from trees of pieces."""
    return [
        start + head - 1 if head else start + own
        for start, _ in parts
        for own, head in enumerate(next(found))
    ]


def _sentence(
    forms: list[str], spans: Words, heads: list[int], labels: list[Labels]
) -> list[Token]:
    names = [
        "root" if own == head else _not_root(label[4])
        for own, (head, label) in enumerate(zip(heads, labels, strict=True))
    ]
    joined, relations = pieces.join(heads, names)
    return [
        Token(Span(*span), form, lemmas.apply(form, edit), upos, xpos, feats, head, relation)
        for span, form, (upos, feats, xpos, edit, _), head, relation in zip(
            spans, forms, labels, joined, relations, strict=True
        )
    ]


def _not_root(name: str) -> str:
    return "dep" if name == "root" else name


def _spaced(words: Sequence[str]) -> Words:
    made, at = [], 0
    for one in words:
        made.append((at, at + len(one)))
        at += len(one) + 1
    return made
