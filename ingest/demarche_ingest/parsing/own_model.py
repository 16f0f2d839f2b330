"""A user's own spaCy model as a parser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from demarche_ingest.parsing import pieces
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.texts import Span, Text
from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_BATCH = 64

_MOST_CHARACTERS = 20_000
"""What a model is given at once; a longer sentence is cut at white space, as pieces.py says."""


def own_model(model: str) -> SpacyParser:
    """Return the parser of a spaCy model: a folder, or the name of an installed package.

    Raises InputError if there is none, it cannot be loaded, or has no parser.
    """
    import spacy

    try:
        pipeline = spacy.load(model)
        parses = pipeline("States agree.").has_annotation("DEP")
    except Exception as error:  # a model may run any code of its own
        raise _refused(model, f"{type(error).__name__}: {_first_line(error)}") from error
    if not parses:
        has = ", ".join(pipeline.pipe_names) or "nothing"
        raise _refused(model, f"no dependency parser (it has: {has})")
    return SpacyParser(pipeline)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _refused(model: str, why: str) -> InputError:
    remedy = (
        "give the folder of a spaCy model, or the name of one that is installed"
        " (python -m spacy validate lists them), made for this spaCy and with a dependency parser"
    )
    problem = Problem(file=model, line=0, subject="", message=why, remedy=remedy)
    return InputError(f"The spaCy model {model!r} cannot be used.", [problem])


class SpacyParser:
    """Gives what a spaCy pipeline finds; labels are the model's own (`nsubj`, `dobj`, …)."""

    def __init__(self, pipeline: Language) -> None:
        meta = pipeline.meta
        self.name = f"spacy:{meta['lang']}_{meta['name']}/{meta['version']}"
        self._pipeline = pipeline

    def parse(self, text: Text, sentences: Iterable[Span]) -> Iterator[Parse]:
        """Yield a parse for each sentence, in their order; without tokens if it has no words."""
        batch: list[Span] = []
        for span in sentences:
            batch.append(span)
            if len(batch) == _BATCH:
                yield from self._batch(text, batch)
                batch = []
        yield from self._batch(text, batch)

    def _batch(self, text: Text, spans: Sequence[Span]) -> Iterator[Parse]:
        parts = [_parts(text, span) for span in spans]
        docs = self._pipeline.pipe(
            (pieces.encodable(text[part]) for one in parts for part in one), batch_size=_BATCH
        )
        for span, own in zip(spans, parts, strict=True):
            yield Parse(span, _tokens(text, [(part.start, next(docs)) for part in own]))


def _parts(text: Text, span: Span) -> list[Span]:
    made, start = [], span.start
    while span.end - start > _MOST_CHARACTERS:
        end = start + _MOST_CHARACTERS
        blank = next((at for at in range(end, start + 1, -1) if text.content[at].isspace()), end)
        made.append(Span(start, blank))
        start = blank
    return [*made, Span(start, span.end)]


def _tokens(text: Text, docs: list[tuple[int, Doc]]) -> tuple[Token, ...]:
    """Return the tokens of a sentence, of which a model may make several."""
    kept = [(offset, token) for offset, doc in docs for token in doc if not token.is_space]
    places = {(offset, token.i): at for at, (offset, token) in enumerate(kept)}
    heads = []
    for at, (offset, token) in enumerate(kept):
        head = token.head
        while head.is_space and head.head.i != head.i:
            head = head.head
        heads.append(places.get((offset, head.i), at))
    relations = [
        "root" if head == at else token.dep_ or "dep"
        for at, ((_, token), head) in enumerate(zip(kept, heads, strict=True))
    ]
    joined, named = pieces.join(heads, relations)
    spans = [Span(offset + token.idx, offset + token.idx + len(token)) for offset, token in kept]
    return tuple(
        Token(
            spans[at],
            text[spans[at]],
            token.lemma_,
            token.pos_,
            token.tag_,
            str(token.morph),
            joined[at],
            named[at],
        )
        for at, (_, token) in enumerate(kept)
    )
