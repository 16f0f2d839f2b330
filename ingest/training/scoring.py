"""How well a parser does on a part of a treebank, in percent.

As the CoNLL 2018 shared task counts (universaldependencies.org/conll18/evaluation.html): every word
counts, punctuation too. Gold words: the share of words that are right. From raw text (sentences
given): F1 of words with the same place; a head counts if it is the word at the gold head's place.
`las` compares relations without their subtypes, as the task does; `las_subtypes` with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import treebank
from demarche_ingest.parsing.english import EnglishParser
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.texts import Span, Text, sha256
from treebank import Sentence

Spot = tuple[int, int]
Row = tuple[Spot, Spot | None, str, str, str, str, str]
"""Place, the head's place, relation, part of speech, tag, features, lemma."""


def _gold(sentence: Sentence) -> list[Row]:
    spots = [(w.start, w.end) for w in sentence.words]
    return [
        (
            spots[at],
            None if w.head < 0 else spots[w.head],
            w.deprel,
            w.upos,
            w.xpos,
            w.feats,
            w.lemma,
        )
        for at, w in enumerate(sentence.words)
    ]


def _found(tokens: Sequence[Token], spots: Sequence[Spot]) -> list[Row]:
    return [
        (
            spots[at],
            None if t.head == at else spots[t.head],
            t.deprel,
            t.upos,
            t.xpos,
            t.feats,
            t.lemma,
        )
        for at, t in enumerate(tokens)
    ]


def _count(pairs: Iterable[tuple[list[Row], list[Row]]]) -> dict[str, float]:
    hits: Counter[str] = Counter()
    gold_words = found_words = 0
    for gold, found in pairs:
        gold_words += len(gold)
        found_words += len(found)
        by_spot = {row[0]: row for row in gold}
        for spot, head, relation, upos, xpos, feats, lemma in found:
            if spot not in by_spot:
                continue
            right = by_spot[spot]
            hits["words"] += 1
            hits["upos"] += upos == right[3]
            hits["xpos"] += xpos == right[4]
            hits["feats"] += feats == right[5]
            hits["lemma"] += lemma == right[6]
            if head == right[1]:
                hits["uas"] += 1
                hits["las"] += relation.partition(":")[0] == right[2].partition(":")[0]
                hits["las_subtypes"] += relation == right[2]
    return {
        name: round(200 * hits[name] / (gold_words + found_words), 2)
        for name in ("words", "upos", "xpos", "feats", "lemma", "uas", "las", "las_subtypes")
    }


def scores(parser: EnglishParser, folder: Path, part: str) -> dict[str, dict[str, float]]:
    """Return the scores by treebank and by whether words are given."""
    made = {}
    for bank in ("ewt", "gum"):
        sentences = treebank.part(folder, part, (bank,))
        made[f"{bank}, gold words"] = _count(
            (_gold(one), _found(tokens, [(w.start, w.end) for w in one.words]))
            for one, tokens in zip(
                sentences,
                (t for chunk in _chunks(sentences) for t in parser.words(chunk)),
                strict=True,
            )
        )
        content, spans = "", []
        for one in sentences:
            spans.append(Span(len(content), len(content) + len(one.text)))
            content += one.text + "\n"
        text = Text(content, sha256(content), sha256(content))
        made[f"{bank}, raw text"] = _count(
            (_gold(one), _found(parse.tokens, _within(parse)))
            for one, parse in zip(sentences, parser.parse(text, spans), strict=True)
        )
    return made


def _within(parse: Parse) -> list[Spot]:
    start = parse.span.start
    return [(t.span.start - start, t.span.end - start) for t in parse.tokens]


def _chunks(sentences: Sequence[Sentence]) -> Iterable[list[list[str]]]:
    for at in range(0, len(sentences), 100):
        yield [[w.form for w in one.words] for one in sentences[at : at + 100]]
