"""Measure the packaged parser beside a plain small spaCy pipeline: words a second, on one core.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python bench/parser.py [--rounds 5] [--treebank FOLDER]

Rounds are interleaved. The plain pipeline is a convolutional one of the usual size (width 96, depth
4, one encoder for tagger, morphologizer, lemmatiser and parser), trained here for a moment only:
its speed does not depend on how good it is. Seconds are of processor time.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "ingest" / "training"))

import spacy  # noqa: E402
from spacy.language import Language  # noqa: E402
from spacy.tokens import Doc  # noqa: E402
from spacy.training import Example  # noqa: E402

import treebank  # noqa: E402
from demarche_ingest.parsing.english import english  # noqa: E402
from demarche_ingest.parsing.own_model import SpacyParser  # noqa: E402
from demarche_ingest.texts import Span, Text, sha256  # noqa: E402

LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
ENCODER = {
    "@architectures": "spacy.HashEmbedCNN.v2",
    "pretrained_vectors": None,
    "width": 96,
    "depth": 4,
    "embed_size": 2000,
    "window_size": 1,
    "maxout_pieces": 3,
    "subword_features": True,
}
TAGGER = {"@architectures": "spacy.Tagger.v2", "tok2vec": LISTENER}
PARSER = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "parser",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": LISTENER,
}


def plain(sentences: list[treebank.Sentence], steps: int) -> Language:
    """Return the plain pipeline, shown some sentences."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("tok2vec", config={"model": ENCODER})
    for name in ("tagger", "morphologizer", "trainable_lemmatizer"):
        pipeline.add_pipe(name, config={"model": TAGGER})
    pipeline.add_pipe("parser", config={"model": PARSER})
    shown = []
    for one in sentences:
        words = one.words
        gold = Doc(
            pipeline.vocab,
            words=[w.form for w in words],
            tags=[w.xpos for w in words],
            pos=[w.upos for w in words],
            morphs=[w.feats for w in words],
            lemmas=[w.lemma for w in words],
            heads=[w.head if w.head >= 0 else at for at, w in enumerate(words)],
            deps=["ROOT" if w.head < 0 else w.deprel for w in words],
        )
        shown.append(Example(Doc(pipeline.vocab, words=[w.form for w in words]), gold))
    optimiser = pipeline.initialize(lambda: shown)
    for at in range(steps):
        start = 50 * at % len(shown)
        pipeline.update(shown[start : start + 50], sgd=optimiser)
    return pipeline


def text_of(sentences: list[treebank.Sentence]) -> tuple[Text, list[Span]]:
    content, spans = "", []
    for one in sentences:
        spans.append(Span(len(content), len(content) + len(one.text)))
        content += one.text + "\n"
    return Text(content, sha256(content), sha256(content)), spans


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--treebank", type=Path, default=ROOT.parent / "shared" / "treebank")
    args = parser.parse_args()
    pipeline = plain(treebank.part(args.treebank, "train")[: 50 * args.steps], args.steps)
    text, spans = text_of(treebank.part(args.treebank, "dev")[: args.sentences])
    packaged, plainly = english(), SpacyParser(pipeline)

    def docs() -> int:
        return sum(len(doc) for doc in pipeline.pipe((text[s] for s in spans), batch_size=256))

    cases: dict[str, Callable[[], int]] = {
        "packaged parser": lambda: sum(len(p.tokens) for p in packaged.parse(text, spans)),
        "plain spaCy pipeline, as a parser of one's own": lambda: sum(
            len(p.tokens) for p in plainly.parse(text, spans)
        ),
        "plain spaCy pipeline, spaCy alone": docs,
    }
    measured: dict[str, list[float]] = {name: [] for name in cases}
    for turn, (name, case) in itertools.product(range(args.rounds + 1), cases.items()):
        begin = time.process_time()
        words = case()
        if turn:  # the first round warms up
            measured[name].append(words / (time.process_time() - begin))
    ours = measured["packaged parser"]
    print(f"{date.today():%d %B %Y}, Python {platform.python_version()}, {args.rounds} rounds\n")
    print(
        "| parser | words/s | spread | packaged parser is quicker by |\n| --- | --- | --- | --- |"
    )
    for name, rates in measured.items():
        ratio = statistics.median(a / b for a, b in zip(ours, rates, strict=True))
        print(
            f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f}-{max(rates):,.0f}"
            f" | {ratio:.2f} x |"
        )


if __name__ == "__main__":
    main()
