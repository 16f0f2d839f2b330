"""What the ingest makes of a document, each layer with what is on the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from demarche_ingest.dating import Expression, expressions
from demarche_ingest.documents.model import Source
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.mentions.model import Mention
from demarche_ingest.parsing.model import Parse, Parser
from demarche_ingest.segment import quotations, segment, sentences
from demarche_ingest.segment.model import Article, Quotation, Segments, Sentence


@dataclass(frozen=True, slots=True)
class Tools:
    """What documents are read with. parser: none where there is none."""

    linker: Linker
    parser: Parser | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in a document, from its articles on."""

    segments: Segments
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]
    mentions: tuple[Mention, ...]
    times: tuple[Expression, ...]
    parses: tuple[Parse, ...] = ()


def analyse(source: Source, tools: Tools) -> Analysis:
    """Read a document."""
    segments = segment(source)
    read: list[Sentence] = []
    quoted: list[Quotation] = []
    mentions: list[Mention] = []
    times: list[Expression] = []
    all_parses: list[Parse] = []
    for article in segments.articles:
        inside = list(sentences(source.text, article.zones))
        parses = _parses(source, inside, tools)
        all_parses += parses
        read += inside
        quoted += quotations(source.text, article.zones)
        mentions += tools.linker.mentions(source.text, article, inside, parses)
        times += expressions(source.text.content, article, inside, parses)
    read += sentences(source.text, segments.outside)
    quoted += quotations(source.text, segments.outside)
    return Analysis(
        segments, tuple(read), tuple(quoted), tuple(mentions), tuple(times), tuple(all_parses)
    )


def times_of(
    source: Source, articles: Iterable[Article], tools: Tools, known: Iterable[Parse] = ()
) -> list[Expression]:
    """Return the times of a document whose articles, with their dates, are known.

    known: parses of some of its sentences; the others are parsed.
    """
    parsed = {parse.span: parse for parse in known}
    times: list[Expression] = []
    for article in articles:
        inside = list(sentences(source.text, article.zones))
        new = _parses(source, [one for one in inside if one.span not in parsed], tools)
        times += expressions(source.text.content, article, inside, [*parsed.values(), *new])
    return times


def _parses(source: Source, inside: list[Sentence], tools: Tools) -> list[Parse]:
    if tools.parser is None:
        return []
    return list(tools.parser.parse(source.text, [sentence.span for sentence in inside]))
