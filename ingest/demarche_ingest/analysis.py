"""What the ingest makes of a document before its claims: article by article, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from demarche_ingest.dating import Expression, expressions
from demarche_ingest.documents.language import ENGLISH
from demarche_ingest.documents.model import Source
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.offices import Offices
from demarche_ingest.parsing.casing import lowered
from demarche_ingest.parsing.model import Parse, Parser
from demarche_ingest.parsing.repairs import repaired
from demarche_ingest.segment import quotations, segment, sentences
from demarche_ingest.segment.articles import MOST
from demarche_ingest.segment.model import Article, Quotation, Segments, Sentence
from demarche_ingest.texts import Text


@dataclass(frozen=True, slots=True)
class Tools:
    """What documents are read with. parser: none where there is none."""

    linker: Linker
    parser: Parser | None = None


@dataclass(frozen=True)
class ReadArticle:
    """One article with all that was found in it, each layer in the order of the text.

    parses: one for each sentence, in the same order; none at all without a parser, or of an article
        that is not in English.
    known: by their ids, the known things that mentions mean or may mean. offices: all known ones.
    mended: what extractors share (`extractors.rules.sharing`): sentences by their places, as they
        are read by who looks for some lemmas.
    """

    source: Source
    article: Article
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]
    mentions: tuple[Mention, ...]
    times: tuple[Expression, ...]
    parses: tuple[Parse, ...] = ()
    known: Mapping[str, Entity] = field(default_factory=dict)
    offices: Offices = field(default_factory=Offices)
    mended: list[tuple[frozenset[str], dict[int, Any]]] = field(
        default_factory=list, init=False, compare=False, repr=False
    )

    @property
    def text(self) -> Text:
        """The text that all spans count in."""
        return self.source.text

    @cached_property
    def parsed(self) -> tuple[tuple[Sentence, Parse], ...]:
        """Each sentence with its parse; none without a parser."""
        return tuple(zip(self.sentences, self.parses, strict=False))


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found in a document, all articles together; sentences and quotations outside too.

    articles: the same, article by article.
    """

    segments: Segments
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]
    mentions: tuple[Mention, ...]
    times: tuple[Expression, ...]
    articles: tuple[ReadArticle, ...] = ()

    @property
    def parses(self) -> tuple[Parse, ...]:
        """Of all sentences that stand in articles."""
        return tuple(chain.from_iterable(one.parses for one in self.articles))


def analyse(source: Source, tools: Tools) -> Analysis:
    """Read a document."""
    segments = segment(source)
    articles = tuple(read_articles(source, segments, tools))
    return Analysis(
        segments,
        (*_all("sentences", articles), *sentences(source.text, segments.outside)),
        (*_all("quotations", articles), *quotations(source.text, segments.outside)),
        tuple(_all("mentions", articles)),
        tuple(_all("times", articles)),
        articles,
    )


def _all(layer: str, articles: Iterable[ReadArticle]) -> Iterator[Any]:
    return chain.from_iterable(getattr(one, layer) for one in articles)


def read_articles(source: Source, segments: Segments, tools: Tools) -> Iterator[ReadArticle]:
    """Yield what is found in each article, as it is read.

    Nothing is looked for in a text that was not taken apart because it is too long.
    """
    for article in segments.articles:
        if len(article.span) > MOST:
            yield ReadArticle(source, article, (), (), (), ())
            continue
        inside = tuple(sentences(source.text, article.zones))
        parses = tuple(_parses(source, inside, tools)) if is_english(article) else ()
        mentions = tuple(tools.linker.mentions(source.text, article, inside, parses))
        yield ReadArticle(
            source,
            article,
            inside,
            tuple(quotations(source.text, article.zones)),
            mentions,
            tuple(expressions(source.text.content, article, inside, parses)),
            parses,
            _known(mentions, tools.linker),
            tools.linker.gazetteer.offices,
        )


def is_english(article: Article) -> bool:
    """Tell whether an article is in the language of the parser, or tells no other."""
    return article.details.language.partition("-")[0].lower() in ("", ENGLISH)


def _known(mentions: Iterable[Mention], linker: Linker) -> dict[str, Entity]:
    entities = linker.gazetteer.entities
    ids = chain.from_iterable((one.target, *one.candidates, *one.members) for one in mentions)
    return {name: entities[name] for name in ids if name is not None and name in entities}


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


def _parses(source: Source, inside: Iterable[Sentence], tools: Tools) -> list[Parse]:
    if tools.parser is None:
        return []
    spans = [sentence.span for sentence in inside]
    content = lowered(source.text.content, spans, tools.linker.known_names)
    if content == source.text.content:
        parses = tools.parser.parse(source.text, spans)
        return [Parse(one.span, repaired(one.tokens)) for one in parses]
    parses = tools.parser.parse(replace(source.text, content=content), spans)
    written = (_as_written(one, source.text) for one in parses)
    return [Parse(one.span, repaired(one.tokens)) for one in written]


def _as_written(parse: Parse, text: Text) -> Parse:
    """Return a parse whose words have the capitals of the text."""
    content = text.content
    words = (content[one.span.start : one.span.end] for one in parse.tokens)
    made = (
        one if one.text == word else replace(one, text=word)
        for one, word in zip(parse.tokens, words, strict=True)
    )
    return Parse(parse.span, tuple(made))
