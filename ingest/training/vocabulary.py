"""What is known of the training part: words, letters, labels; sentences as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from demarche_ingest.parsing import forms, lemmas
from network import IGNORED, Batch, Counts
from treebank import Sentence

UNKNOWN = ""


@dataclass(frozen=True)
class Vocabulary:
    """Lists in the order of their numbers. frequencies: of words, in training."""

    words: list[str]
    letters: list[str]
    suffixes: list[str]
    shapes: list[str]
    analyses: list[str]
    upos: list[str]
    xpos: list[str]
    edits: list[str]
    relations: list[str]
    frequencies: list[int]

    @property
    def counts(self) -> Counts:
        named = {name: len(getattr(self, name)) for name in Counts.__dataclass_fields__}
        return Counts(**named)

    def upos_of(self) -> torch.Tensor:
        return torch.tensor([self.upos.index(one.partition("|")[0]) for one in self.analyses])


def _common(seen: Iterable[str], least: int) -> list[tuple[str, int]]:
    counted = [(n, one) for one, n in Counter(seen).items() if n >= least]
    return [(one, n) for n, one in sorted(counted, key=lambda pair: (-pair[0], pair[1]))]


def learn(sentences: Sequence[Sentence]) -> Vocabulary:
    """Return the vocabulary of the training part."""
    all_words = [word for sentence in sentences for word in sentence.words]
    words = _common((forms.word(one.form) for one in all_words), 2)

    def names(seen: Iterable[str], least: int = 1, first: tuple[str, ...] = ()) -> list[str]:
        return [*first, *(one for one, _ in _common(seen, least))]

    return Vocabulary(
        words=[UNKNOWN, *(one for one, _ in words)],
        frequencies=[0, *(n for _, n in words)],
        letters=names((c for w in all_words for c in forms.letters(w.form)), 3, (UNKNOWN,)),
        suffixes=names((forms.suffix(w.form) for w in all_words), 3, (UNKNOWN,)),
        shapes=names((forms.shape(w.form) for w in all_words), 3, (UNKNOWN,)),
        analyses=names(f"{w.upos}|{w.feats}" for w in all_words),
        upos=names(w.upos for w in all_words),
        xpos=names(w.xpos for w in all_words),
        edits=names((lemmas.edit(w.form, w.lemma) for w in all_words), 2),
        relations=names(w.deprel for w in all_words),
    )


class Numbers:
    """Turns sentences into batches."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.of = {
            name: {one: at for at, one in enumerate(getattr(vocabulary, name))}
            for name in Counts.__dataclass_fields__
        }
        self.frequencies = torch.tensor(vocabulary.frequencies, dtype=torch.float)
        self.upos = vocabulary.upos_of()

    def batch(self, sentences: Sequence[Sentence]) -> Batch:
        """Return a batch; the sentences in falling order of length."""
        of, seen = self.of, dict[str, int]()
        places = [[seen.setdefault(w.form, len(seen)) for w in s.words] for s in sentences]

        def look(name: str, key: object) -> torch.Tensor:
            return torch.tensor([of[name].get(key(form), 0) for form in seen])  # type: ignore[operator]

        letters = [[of["letters"].get(c, 0) + 1 for c in forms.letters(form)] for form in seen]

        def pad(rows: list[list[int]], filler: int) -> torch.Tensor:
            width = max(len(row) for row in rows)
            return torch.tensor([row + [filler] * (width - len(row)) for row in rows])

        def gold(name: str, key: object) -> torch.Tensor:
            rows = [[of[name].get(key(w), IGNORED) for w in s.words] for s in sentences]  # type: ignore[operator]
            return pad(rows, IGNORED)

        return Batch(
            words=look("words", forms.word),
            letters=pad(letters, 0),
            suffixes=look("suffixes", forms.suffix),
            shapes=look("shapes", forms.shape),
            places=pad(places, 0),
            lengths=torch.tensor([len(s.words) for s in sentences]),
            analysis=gold("analyses", lambda w: f"{w.upos}|{w.feats}"),
            xpos=gold("xpos", lambda w: w.xpos),
            edit=gold("edits", lambda w: lemmas.edit(w.form, w.lemma)),
            head=pad([[w.head + 1 for w in s.words] for s in sentences], IGNORED),
            relation=gold("relations", lambda w: w.deprel),
        )

    def gold_upos(self, batch: Batch) -> torch.Tensor:
        known = batch.analysis != IGNORED
        return torch.where(known, self.upos[batch.analysis.clamp(min=0)], IGNORED)

    def forget(self, batch: Batch, rate: float) -> None:
        """Make rare words unknown now and then, so that the unknown word is learned too."""
        chance = rate / (rate + self.frequencies[batch.words])
        batch.words[torch.rand(len(chance)) < chance] = 0
