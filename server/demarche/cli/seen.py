"""What is seen of one document, for people and for programs.

Nothing is worked out before it is asked for: a layer that is not shown costs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from demarche.cli.console import columns, count
from demarche.names import printable

if TYPE_CHECKING:
    from demarche_ingest.dating import Expression
    from demarche_ingest.documents import Source, Zone
    from demarche_ingest.mentions.linker import Linker
    from demarche_ingest.mentions.model import Mention
    from demarche_ingest.parsing.model import Parse, Parser
    from demarche_ingest.segment import Article, Quotation, Segments, Sentence
    from demarche_ingest.texts import Span

_KEYS: Final = {"dates": "times"}
"""Members of an article in JSON that are not called like their layer: its own date is `date`."""
_UNPARSED: Final = frozenset({"boilerplate", "promotion"})
_SHOWN: Final = 60
"""Code points of a zone that are shown."""
_LOOKED_AT: Final = 1_000
"""… and that are looked at for that, with the white space among them."""


Rows: TypeAlias = "list[tuple[Span, list[str]]]"
"""Where something stands, and what is told of it: its kind, then its words."""


class Layer(StrEnum):
    """What can be shown besides articles and zones."""

    SENTENCES = "sentences"
    QUOTATIONS = "quotations"
    MENTIONS = "mentions"
    DATES = "dates"
    PARSES = "parses"


class Readers:
    """What reads layers, each made when it is first wanted, and once for all documents.

    actors: sheets of a user's own actors. model: a spaCy model of a user, "" for the packaged
    parser.
    """

    def __init__(self, actors: Sequence[Path] = (), model: str = "") -> None:
        self._actors = actors
        self._model = model

    @cached_property
    def parser(self) -> Parser:
        """What parses sentences. Raises InputError for a model that cannot be used."""
        from demarche_ingest.parsing.opening import open_parser

        return open_parser(self._model)

    @cached_property
    def linker(self) -> Linker:
        """What finds mentions. Raises InputError for a sheet that cannot be taken."""
        from demarche_ingest.mentions.linker import Linker

        return Linker(actors=self._actors)


class Seen:
    """One document as it is read. today: later dates are noted."""

    def __init__(
        self, source: Source, layers: frozenset[Layer], today: date, readers: Readers
    ) -> None:
        from demarche_ingest.documents.language import language_of
        from demarche_ingest.segment import segment

        self._source = source
        self._readers = readers
        self._layers = layers
        self._language = language_of(source.text.content).tag
        self._segments: Segments = segment(source, today)

    # --- For people ---------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        """Yield lines for a terminal."""
        yield printable(self._source.text.path)
        yield from columns(list(self._about_source()), indent="  ")
        articles = self._segments.articles
        for number, article in enumerate(articles, start=1):
            of = f" {number} of {len(articles)}" if len(articles) > 1 else ""
            yield ""
            yield f"  article{of}, {_place(article.span)}"
            yield from columns(list(self._about_article(article)), indent="    ")
            yield from self._zone_lines(article.zones, self._rows(article))
        if self._segments.outside:
            yield ""
            yield "  part of no article"
            yield from self._zone_lines(self._segments.outside)
        yield ""

    def _about_source(self) -> Iterator[list[str]]:
        source, text = self._source, self._source.text
        by = ", ".join(filter(None, (source.extractor, source.encoding)))
        yield ["format", f"{source.media_type}, by {by}"]
        yield ["text", f"{count(len(text), 'character')}, sha-256 {text.text_sha256}"]
        yield ["source", f"sha-256 {text.source_sha256}"]
        if source.container is not None:
            yield ["row", f"{source.container.row} of sha-256 {source.container.sha256}"]
        yield ["language", self._language or "not told by the text"]
        if source.details.language:
            yield ["declared", source.details.language]
        if source.pages:
            yield ["pages", str(len(source.pages))]
        yield from (["note", one] for one in (*source.notes, *self._segments.notes))

    def _about_article(self, article: Article) -> Iterator[list[str]]:
        details = article.details
        told = {
            "title": details.title,
            "outlet": details.outlet,
            "byline": details.byline,
            "place": article.place,
            "date": self._dated(article),
            "url": details.url,
        }
        yield from ([name, value] for name, value in told.items() if value)
        yield from (["note", one] for one in article.notes)

    def _dated(self, article: Article) -> str:
        if article.date is None:
            return ""
        told = f"{article.date.edtf}, {article.date.basis}"
        where = article.date.where
        if where is None:
            return told
        words = " ".join(self._source.text[where].split())
        return f"{told} by “{words}” at {_place(where)}"

    def _zone_lines(self, zones: Sequence[Zone], below: Rows | None = None) -> Iterator[str]:
        rows = [[zone.kind, _place(zone.span), self._said(zone)] for zone in zones]
        starts = [zone.span.start for zone in zones]
        grouped: dict[int, list[list[str]]] = {}
        for span, row in sorted(below or [], key=lambda one: (one[0].start, -one[0].end)):
            at = max(0, bisect_right(starts, span.start) - 1)
            grouped.setdefault(at, []).append([row[0], _place(span), *row[1:]])
        for number, line in enumerate(columns(rows, indent="    ")):
            yield line
            yield from columns(grouped.get(number, []), indent="      ")

    def _said(self, zone: Zone) -> str:
        start, end = zone.span.start, min(zone.span.end, zone.span.start + _LOOKED_AT)
        shown = " ".join(self._source.text.content[start:end].split())
        told = f"{shown[:_SHOWN]}…" if len(shown) > _SHOWN else shown
        who = " → ".join(filter(None, (zone.author, zone.reply_to)))
        return f"{who}: {told}" if who else told

    def _words(self, span: Span) -> str:
        return " ".join(self._source.text[span].split())

    def _rows(self, article: Article) -> Rows:
        """Return the rows of all layers that are wanted, in no order."""
        layers = Layers(self._source, article, self._layers, self._readers)
        rows: Rows = [(one.span, ["sentence", self._words(one.span)]) for one in layers.sentences]
        for quoted in layers.quotations:
            told = "quotation" if quoted.is_closed else "quotation, not closed"
            rows.append((quoted.span, [told, self._words(quoted.span)]))
        for mention in layers.mentions:
            told = f"{self._words(mention.span)} = {_meaning(mention)}"
            rows.append((mention.span, ["mention", f"{told} ({mention.how}, {mention.rule})"]))
        for time in layers.dates:
            meant = time.interval or time.amount or "?"
            because = "; ".join(filter(None, (time.kind, time.part, time.basis, time.reason)))
            rows.append((time.span, ["date", f"{self._words(time.span)} = {meant} ({because})"]))
        for parse in layers.parses:
            for token in parse.tokens:
                is_root = token.deprel == "root"
                of = "" if is_root else f" of {parse.tokens[token.head].text}"
                told = f"{token.text} ({token.lemma}, {token.upos}): {token.deprel}{of}"
                rows.append((token.span, ["token", told]))
        return rows

    # --- For programs -------------------------------------------------------------------------

    def members(self) -> dict[str, Any]:
        """Return what is seen, as JSON has it."""
        source, text = self._source, self._source.text
        return {
            "path": text.path,
            "mediaType": source.media_type,
            "extractor": source.extractor,
            "encoding": source.encoding,
            "sourceSha256": text.source_sha256,
            "textSha256": text.text_sha256,
            "length": len(text),
            "language": self._language,
            "details": asdict(source.details),
            "container": source.container and asdict(source.container),
            "zones": [_zone(zone) for zone in source.zones],
            "pages": [asdict(page) for page in source.pages],
            "notes": [*source.notes, *self._segments.notes],
            "articles": [self._article(article) for article in self._segments.articles],
            "outside": [_zone(zone) for zone in self._segments.outside],
            "text": text.content,
        }

    def _article(self, article: Article) -> dict[str, Any]:
        told = article.date
        members: dict[str, Any] = {
            **_span(article.span),
            **asdict(article.details),
            "place": article.place,
            "date": None
            if told is None
            else {
                "edtf": told.edtf,
                "basis": told.basis,
                "where": None if told.where is None else _span(told.where),
            },
            "dateWords": article.details.date,
            "notes": list(article.notes),
            "zones": [_zone(zone) for zone in article.zones],
        }
        layers = Layers(self._source, article, self._layers, self._readers)
        told_layers = {
            Layer.SENTENCES: [_span(one.span) for one in layers.sentences],
            Layer.QUOTATIONS: [_quotation(one) for one in layers.quotations],
            Layer.MENTIONS: [_mention(one) for one in layers.mentions],
            Layer.DATES: [_date(one) for one in layers.dates],
            Layer.PARSES: [_parse(one) for one in layers.parses],
        }
        return members | {
            _KEYS.get(layer, layer): told_layers[layer] for layer in Layer if layer in self._layers
        }


class Layers:
    """The layers of one article; those that are not wanted are empty.

    So are all of a text that was not taken apart because it is too long.
    """

    def __init__(
        self, source: Source, article: Article, wanted: frozenset[Layer], readers: Readers
    ) -> None:
        from demarche_ingest.segment.articles import MOST

        self._text = source.text
        self._article = article
        self._wanted = wanted if len(article.span) <= MOST else frozenset()
        self._readers = readers

    @property
    def sentences(self) -> Sequence[Sentence]:
        return self._sentences if Layer.SENTENCES in self._wanted else ()

    @cached_property
    def _sentences(self) -> Sequence[Sentence]:
        from demarche_ingest.segment import sentences

        return list(sentences(self._text, self._article.zones))

    @property
    def quotations(self) -> Sequence[Quotation]:
        from demarche_ingest.segment import quotations

        if Layer.QUOTATIONS not in self._wanted:
            return ()
        return list(quotations(self._text, self._article.zones))

    @property
    def mentions(self) -> Sequence[Mention]:
        if Layer.MENTIONS not in self._wanted:
            return ()
        return self._readers.linker.mentions(
            self._text, self._article, self._sentences, self._parses
        )

    @property
    def dates(self) -> Sequence[Expression]:
        from demarche_ingest.dating import expressions

        if Layer.DATES not in self._wanted:
            return ()
        return expressions(self._text.content, self._article, self._sentences, self._parses)

    @property
    def parses(self) -> Sequence[Parse]:
        """The parses of sentences, of English texts only."""
        return self._parses if Layer.PARSES in self._wanted else ()

    @cached_property
    def _parses(self) -> Sequence[Parse]:
        from demarche_ingest.documents.language import ENGLISH

        tag = self._article.details.language.partition("-")[0].lower()
        if tag not in ("", ENGLISH):
            return ()
        spans = [one.span for one in self._sentences if one.zone.kind not in _UNPARSED]
        return list(self._readers.parser.parse(self._text, spans))


def _place(span: Span) -> str:
    return f"{span.start}-{span.end}"


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _zone(zone: Zone) -> dict[str, Any]:
    return {
        "kind": zone.kind,
        **_span(zone.span),
        "author": zone.author,
        "replyTo": zone.reply_to,
        "date": zone.date,
    }


def _quotation(one: Quotation) -> dict[str, Any]:
    return {
        **_span(one.span),
        "inner": _span(one.inner),
        "depth": one.depth,
        "closed": one.is_closed,
        "continues": one.continues,
    }


def _mention(one: Mention) -> dict[str, Any]:
    return {
        **_span(one.span),
        "how": one.how,
        "target": one.target,
        "candidates": list(one.candidates),
        "members": list(one.members),
        "chain": [_span(span) for span in one.chain],
        "rule": one.rule,
        "proposal": None if one.proposal is None else asdict(one.proposal),
    }


def _parse(one: Parse) -> dict[str, Any]:
    return {
        **_span(one.span),
        "tokens": [
            {
                **_span(token.span),
                "text": token.text,
                "lemma": token.lemma,
                "upos": token.upos,
                "xpos": token.xpos,
                "feats": token.feats,
                "head": token.head,
                "deprel": token.deprel,
            }
            for token in one.tokens
        ],
    }


def _date(one: Expression) -> dict[str, Any]:
    return {
        **_span(one.span),
        "kind": one.kind,
        "edtf": one.edtf,
        "interval": one.interval,
        "bound": one.bound,
        "part": one.part,
        "amount": one.amount,
        "basis": one.basis,
        "rule": one.rule,
        "reason": one.reason,
    }


def _meaning(one: Mention) -> str:
    """Return what a mention refers to, "?" after what is not settled."""
    if one.target is not None:
        return one.target
    if one.members:
        return " + ".join(one.members)
    if one.proposal is not None:
        return " ".join(filter(None, ("new:", one.proposal.kind, one.proposal.label)))
    return f"{' or '.join(one.candidates) or 'unknown'}?"
