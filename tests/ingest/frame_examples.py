"""Examples of frames, read and tried: `sentence | actors > recipients; words`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from demarche_ingest.analysis import ReadArticle, Tools, read_articles
from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.model import Candidate, EventFound
from demarche_ingest.documents.model import Details, Source, Zone
from demarche_ingest.extractors.rules import Rules
from demarche_ingest.extractors.rules.frames import Frames, Pattern, frames
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.model import Parse
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.segment import sentences
from demarche_ingest.segment.model import Article, Dateline, Segments
from demarche_ingest.texts import Span, Text
from demarche_ontology import terms

_MANNER = {
    "negative": "polarity",
    **dict.fromkeys(terms.SCHEMES["modality"], "modality"),
    **dict.fromkeys(terms.SCHEMES["certainty"], "certainty"),
}


@dataclass(frozen=True)
class Example:
    rule: str
    text: str
    is_nothing: bool = False
    category: str = ""
    actors: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    manner: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Seen:
    """What came out of the sentence, by rule."""

    rule: str
    category: str
    actors: frozenset[str]
    recipients: frozenset[str]
    polarity: str
    modality: str
    certainty: str


def examples(patterns: Iterable[Pattern]) -> Iterator[Example]:
    for pattern in patterns:
        for line in pattern.frame.examples:
            yield _example(pattern, line)


def _example(pattern: Pattern, line: str) -> Example:
    text, _, wanted = line.rpartition(" | ")
    assert text, f"{pattern.rule}: no ' | ' in {line!r}"
    roles, _, words = wanted.partition(";")
    if roles.strip() == "nothing":
        return Example(pattern.rule, text, is_nothing=True)
    actors, _, recipients = roles.partition(">")
    category, manner = pattern.category, {}
    for word in _words(words):
        if word in terms.SCHEMES["category"]:
            category = word
        else:
            manner[_MANNER[word]] = word
    return Example(pattern.rule, text, False, category, _ids(actors), _ids(recipients), manner)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _ids(text: str) -> frozenset[str]:
    return frozenset(_words(text))


@cache
def tools() -> Tools:
    return Tools(Linker(), open_parser())


def seen(texts: list[str], patterns: Frames | None = None) -> list[list[Seen]]:
    """Return what comes out of each text, each an article of its own; all parsed at once."""
    return [
        [_seen(one) for one in found if isinstance(one.content, EventFound)]
        for found in candidates(texts, patterns)
    ]


def candidates(texts: list[str], patterns: Frames | None = None) -> list[list[Candidate]]:
    rules = Rules(patterns)
    return [list(rules.extract(one, attribute(one))) for one in articles_of(texts)]


def articles_of(texts: list[str]) -> Iterator[ReadArticle]:
    """Read texts, each as an article of its own of 8 May 2031; all are parsed at once."""
    ready = Tools(tools().linker, _parsed(texts))
    for text in texts:
        yield from read_articles(_source(text), Segments((_article(text),)), ready)


def read_whole(text: str) -> ReadArticle:
    """Read a text as one article, parsed as documents are."""
    (read,) = read_articles(_source(text), Segments((_article(text),)), tools())
    return read


def _source(text: str) -> Source:
    return Source(Text.decode(text.encode()), "text/plain", "utf-8/1", "utf-8")


def _article(text: str) -> Article:
    span = Span(0, len(text))
    date = Dateline("2031-05-08", "stated")
    return Article(span, Details(outlet="Norland Gazette"), "", date, (Zone("body", span),))


class _Parsed:
    """Parses that were made before, of all texts at once: many small batches take long."""

    name = "parsed before"

    def __init__(self, parses: dict[tuple[str, Span], Parse]) -> None:
        self._parses = parses

    def parse(self, text: Text, spans: Iterable[Span]) -> Iterator[Parse]:
        return (self._parses[text.content, span] for span in spans)


def _parsed(texts: list[str]) -> _Parsed:
    whole = Text.decode("\n".join(texts).encode())
    places: list[tuple[str, int, Span]] = []
    at = 0
    for text in texts:
        inside = sentences(_source(text).text, _article(text).zones)
        places += [(text, at, one.span) for one in inside]
        at += len(text) + 1
    parser = tools().parser
    assert parser is not None
    spans = [_moved(span, at) for _, at, span in places]
    found = parser.parse(whole, spans)
    return _Parsed(
        {
            (text, span): _moved_parse(parse, span, -at)
            for (text, at, span), parse in zip(places, found, strict=True)
        }
    )


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _moved_parse(parse: Parse, span: Span, by: int) -> Parse:
    tokens = (replace(token, span=_moved(token.span, by)) for token in parse.tokens)
    return Parse(span, tuple(tokens))


def _seen(one: Candidate) -> Seen:
    event = one.content
    assert isinstance(event, EventFound)
    return Seen(
        one.rule,
        event.category,
        frozenset(agent.id for agent in event.actors),
        frozenset(agent.id for agent in event.recipients),
        one.polarity,
        one.modality,
        one.certainty,
    )


def wrong(example: Example, found: list[Seen]) -> str:
    """Return what is wrong with what came out for an example, "" for nothing."""
    own = [one for one in found if one.rule == example.rule]
    if example.is_nothing:
        return f"{example.text!r}: nothing wanted, got {own}" if own else ""
    told = [one for one in own if _fits(example, one)]
    if told:
        return ""
    return f"{example.rule}: {example.text!r}: wanted {_shown(example)}, got {found}"


def _shown(one: Example) -> str:
    return f"{one.category} {set(one.actors)} > {set(one.recipients)} {one.manner}"


def _fits(example: Example, one: Seen) -> bool:
    manner = {"polarity": "positive", "modality": "actual", "certainty": "certain"}
    same = all(getattr(one, key) == value for key, value in (manner | example.manner).items())
    return (
        same
        and one.category == example.category
        and one.actors == example.actors
        and one.recipients == example.recipients
    )


def failures(patterns: Frames | None = None) -> list[str]:
    all_examples = list(examples((patterns or frames()).patterns))
    found = seen([one.text for one in all_examples], patterns)
    return [
        problem
        for example, came in zip(all_examples, found, strict=True)
        if (problem := wrong(example, came))
    ]
