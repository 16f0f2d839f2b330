"""From an article as it was read to the record of it: where it stands, its parts, its date.

The record has no words of the text but the title, and of those who commented only numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ingest import times
from demarche_ingest.analysis import ReadArticle
from demarche_ingest.candidates.commenters import numbers
from demarche_ingest.dating.dateline import dateline
from demarche_ingest.documents.language import language_of
from demarche_ingest.documents.model import Source, Zone
from demarche_ingest.seeds.claims import ArticleFile, DocumentRecord, PartRecord, SpanRecord
from demarche_ingest.seeds.fields import When
from demarche_ingest.texts import Span

UNDATED: Final = When(edtf="../..", basis="curated", note="The text does not tell when it appeared")
"""The date of what tells none."""
RIGHTS: Final = "Not stated here; only stand-off annotation is kept with the claims"
_LINE: Final = 300
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_URL: Final = re.compile(r"https?://\S+")
_PLAIN_DATE: Final = re.compile(r"\d{4}(?:-\d\d){0,2}")
_SHORT: Final = 8


def article_file(
    source: Source, read: ReadArticle, place: tuple[int, int], sides: Sides, undated: When = UNDATED
) -> ArticleFile:
    """Return the record of an article.

    place: its number among the articles of its document, from 1, and how many there are.
    sides: whose it is. undated: the date of an article that tells none.
    """
    article = read.article
    details = article.details
    told = article.date
    date = When(edtf=told.edtf, basis=told.basis) if told else undated
    return ArticleFile(
        id=_id(source, sides.publisher, date, place),
        document=document_record(source, read),
        title=_line(details.title) or f"Untitled text {source.text.source_sha256[:_SHORT]}",
        publisher=sides.publisher,
        author=sides.author,
        url=details.url if _URL.fullmatch(details.url) else None,
        rights=RIGHTS,
        date=date,
        span=_span(article.span),
        parts=tuple(_parts(article.zones, date, sides.commenters_before)),
    )


@dataclass(frozen=True, slots=True)
class Sides:
    """Whose an article is, by the names that claims use.

    author: where it is signed by somebody who asserts it. commenters_before: authors of comments
    on earlier articles of the document.
    """

    publisher: str
    author: str | None = None
    commenters_before: int = 0


def document_record(source: Source, read: ReadArticle) -> DocumentRecord:
    """Return the record of the file that an article stands in, alike for all of its articles."""
    declared = source.details.language
    tag = declared if _LANGUAGE.fullmatch(declared) else language_of(source.text.content).tag
    own = read.article.details.language.lower()
    return DocumentRecord(
        source_sha256=source.text.source_sha256,
        text_sha256=source.text.text_sha256,
        length=len(source.text),
        extractor=_line(source.extractor),
        language=tag or (own if _LANGUAGE.fullmatch(own) else "und"),
        title=_line(source.details.title) or None,
    )


def _id(source: Source, publisher: str, date: When, place: tuple[int, int]) -> str:
    """Return a name that no other article has: outlet, day, document, number."""
    day = date.edtf if _PLAIN_DATE.fullmatch(date.edtf) else "undated"
    number, among = place
    parts = [publisher[:60].strip("-"), day, source.text.source_sha256[:_SHORT]]
    return "-".join([*parts, str(number)] if among > 1 else parts)


def _parts(zones: Sequence[Zone], date: When, before: int) -> Iterator[PartRecord]:
    number_of = numbers(zones)
    counts: Counter[str] = Counter()
    latest: dict[str, str] = {}
    several = Counter(zone.kind for zone in zones)
    for zone in zones:
        counts[zone.kind] += 1
        name = zone.kind if several[zone.kind] == 1 else f"{zone.kind}-{counts[zone.kind]:02d}"
        number = number_of.get(zone.span.start)
        yield PartRecord(
            start=zone.span.start,
            end=zone.span.end,
            id=name,
            kind=zone.kind,
            commenter=None if number is None else number + before,
            in_reply_to=latest.get(zone.reply_to) if zone.reply_to else None,
            date=_comment_date(zone, date) if number is not None else None,
        )
        if zone.author:
            latest[zone.author] = name


def _comment_date(zone: Zone, article: When) -> When | None:
    """Return when a comment was written: as it says, or not before its article (codebook 5.3)."""
    day = dateline(zone.date, article.edtf if article.basis != "curated" else "")
    if day and _is_date(day):
        return When(edtf=day, basis="inferred")
    if _PLAIN_DATE.fullmatch(article.edtf):
        return When(edtf=f"{article.edtf}/..", basis="inferred", note="Not before the article")
    return None


def _is_date(edtf: str) -> bool:
    try:
        times.parse(edtf)
    except ValueError:
        return False
    return True


def _span(span: Span) -> SpanRecord:
    return SpanRecord(start=span.start, end=span.end)


def _line(text: str) -> str:
    return " ".join(text.split())[:_LINE].rstrip()
