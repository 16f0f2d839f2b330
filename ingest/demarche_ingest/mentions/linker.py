"""The entry to all of it: a text's mentions, linked to what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from demarche_ingest.documents.language import ENGLISH
from demarche_ingest.mentions.context import settle
from demarche_ingest.mentions.focus import Focus
from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer, Matcher
from demarche_ingest.mentions.issuing import issuer
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.names import names
from demarche_ingest.mentions.near import Nearby
from demarche_ingest.mentions.organs import with_organs
from demarche_ingest.mentions.owners import owned
from demarche_ingest.mentions.people import short_forms, united
from demarche_ingest.mentions.reading import read
from demarche_ingest.mentions.reference import refer
from demarche_ingest.mentions.sheet import add_sheet
from demarche_ingest.mentions.titles import titled
from demarche_ingest.mentions.voices import voices
from demarche_ingest.parsing.model import Parse
from demarche_ingest.seeds.library import Seeds
from demarche_ingest.segment.model import Article, Sentence
from demarche_ingest.texts import Span, Text
from demarche_ingest.world import world


class Linker:
    """Finds who and what a text names, and links it to the world's actors and the user's own.

    seeds: a seeds folder as read, whose actors, offices and tenures count too. actors: sheets of
    these (docs/actors.md). Raises InputError with every problem of a sheet.
    """

    def __init__(self, seeds: Seeds | None = None, actors: Iterable[Path] = ()) -> None:
        self.gazetteer = Gazetteer()
        self.gazetteer.add_world(world())
        if seeds is not None:
            self.gazetteer.add_seeds(seeds)
        for path in actors:
            add_sheet(path, self.gazetteer)
        self._matchers: dict[str, Matcher] = {}
        self._nearby = Nearby(self.gazetteer)

    def mentions(
        self,
        text: Text | str,
        article: Article,
        sentences: Sequence[Sentence] = (),
        parses: Iterable[Parse] | None = None,
    ) -> list[Mention]:
        """Return the mentions of an article, in the order of the text.

        sentences: the article's; none: it is divided plainly. parses: of some or all of them;
        the rules work without. Spans count code points of the whole text. Mentions may lie inside
        each other ("Kazakh" in "the Kazakh president") but never cross.
        """
        content = text if isinstance(text, str) else text.content
        reading = read(content, article, sentences, parses)
        loud = [Span(line.span.start, line.span.end) for line in reading.lines if line.is_loud]
        matcher = self._matcher(article.details.language)
        hits = matcher.hits(content, reading.folded, loud)
        hits = [hit for hit in hits if article.span.covers(hit.span)]
        found = settle(reading, names(reading, hits, self.gazetteer), self.gazetteer)
        found = short_forms(reading, found, self.gazetteer)
        focus = Focus(reading, found, self.gazetteer, article.place)
        found = united(titled(reading, found, self.gazetteer, focus))
        given_out_by = issuer(reading, found, self.gazetteer, matcher, article.details)
        found = with_organs(content, found, self.gazetteer, given_out_by)
        found = owned(refer(reading, found, self.gazetteer, focus), content, self.gazetteer)
        found = voices(reading, found, self.gazetteer, article.details, given_out_by)
        return self._nearby.told(_nested(found))

    def known_names(self, line: str) -> list[Span]:
        """Return where a line of English has the names of known things, by their letters alone."""
        loud = [Span(0, len(line))] if line.isupper() else []
        return [hit.span for hit in self._matcher(ENGLISH).hits(line, fold(line), loud)]

    def _matcher(self, tag: str) -> Matcher:
        language = tag.split("-", maxsplit=1)[0].lower() or ENGLISH
        if language not in self._matchers:
            self._matchers[language] = self.gazetteer.matcher(language)
        return self._matchers[language]


def _nested(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions in order, without those that cross an earlier one, and each span once."""
    found: list[Mention] = []
    around: list[Span] = []
    for mention in sorted(mentions, key=lambda m: (m.span.start, -m.span.end)):
        while around and around[-1].end <= mention.span.start:
            around.pop()
        if around and (not around[-1].covers(mention.span) or around[-1] == mention.span):
            continue
        around.append(mention.span)
        found.append(mention)
    return found
