"""What a model is asked about an article: its sentences, numbered, a stretch at a time.

All that a document says goes as JSON values into one message, apart from the instructions, so that
no wording of it can end its place and be taken for ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.documents.model import ZoneKind
from demarche_ingest.mentions.model import Mention
from demarche_ingest.segment.model import Sentence
from demarche_ingest.texts import Span, sha256

_READ: Final[frozenset[ZoneKind]] = frozenset({"headline", "body", "caption", "comment"})
_WHITE: Final = re.compile(r"\s")
_FORMS: Final = 6
"""Wordings of one actor that are shown."""


@cache
def instructions() -> str:
    """Return the instructions, the same for every document."""
    return files(__package__).joinpath("prompt.md").read_text(encoding="utf-8").strip()


def version() -> str:
    """Return digits that tell one wording of the instructions from another."""
    return sha256(instructions())[:8]


def plain(text: str) -> str:
    """Return a text with each white space character made a space: code point by code point."""
    return _WHITE.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Question:
    """Some sentences of an article, to be coded together. first: number of the first one."""

    read: ReadArticle
    sentences: tuple[Sentence, ...]
    first: int

    @property
    def span(self) -> Span:
        """From the first sentence to the last."""
        return Span(self.sentences[0].span.start, self.sentences[-1].span.end)

    def sentence(self, number: int) -> Sentence | None:
        """Return a sentence by its number."""
        place = number - self.first
        return self.sentences[place] if 0 <= place < len(self.sentences) else None

    def halves(self) -> tuple[Question, ...]:
        """Return the question as two; none for a single sentence."""
        half = len(self.sentences) // 2
        if not half:
            return ()
        later = Question(self.read, self.sentences[half:], self.first + half)
        return Question(self.read, self.sentences[:half], self.first), later

    def messages(self) -> list[dict[str, str]]:
        """Return the messages of the protocol."""
        data = json.dumps(self._data(), ensure_ascii=False)
        return [
            {"role": "system", "content": instructions()},
            {"role": "user", "content": data},
        ]

    def _data(self) -> dict[str, Any]:
        read = self.read
        details, date = read.article.details, read.article.date
        return {
            "article": {
                "title": details.title,
                "outlet": details.outlet,
                "byline": details.byline,
                "date": date.edtf if date else "",
            },
            "actors": list(_actors(read, self.sentences)),
            "sentences": [
                {
                    "n": number,
                    "part": sentence.zone.kind,
                    "text": plain(read.text[sentence.span]),
                }
                for number, sentence in enumerate(self.sentences, start=self.first)
            ],
        }


def questions(read: ReadArticle, sentences: int, characters: int) -> Iterator[Question]:
    """Yield the questions about an article.

    sentences, characters: of one question at most; a longer sentence has a question of its own.
    """
    wanted = [one for one in read.sentences if one.zone.kind in _READ]
    batch: list[Sentence] = []
    length = 0
    first = 1
    for number, sentence in enumerate(wanted, start=1):
        if batch and (len(batch) >= sentences or length + len(sentence.span) > characters):
            yield Question(read, tuple(batch), first)
            batch, length, first = [], 0, number
        batch.append(sentence)
        length += len(sentence.span)
    if batch:
        yield Question(read, tuple(batch), first)


def _actors(read: ReadArticle, sentences: Sequence[Sentence]) -> Iterator[dict[str, Any]]:
    """Yield the known things that the sentences mention, with the words that mean them."""
    found: dict[str, list[str]] = {}
    for mention in _within(read.mentions, sentences):
        for name in (mention.target, *mention.members):
            words = plain(read.text[mention.span])
            if name is not None and words not in (forms := found.setdefault(name, [])):
                forms.append(words)
    for name, forms in found.items():
        label = read.known[name].label if name in read.known else name
        yield {"id": name, "name": label, "words": forms[:_FORMS]}


def _within(mentions: Iterable[Mention], sentences: Sequence[Sentence]) -> Iterator[Mention]:
    spans = [sentence.span for sentence in sentences]
    for mention in mentions:
        if any(span.covers(mention.span) for span in spans):
            yield mention
