"""HTML: the article without its surroundings, by trafilatura; captions and comments kept apart.

The text is put together here, one paragraph a line, in the order headline, body, captions,
comments. Nothing is fetched: scripts, pictures and frames of the page stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lxml import html as lxml_html
from lxml.etree import ParserError, _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction

from demarche_ingest.documents.assembling import Assembled, Piece, assemble
from demarche_ingest.documents.decoding import decode
from demarche_ingest.documents.extractors import extractor_of
from demarche_ingest.documents.model import Batch, Details, Source, Wishes, Zone
from demarche_ingest.documents.naming import as_text
from demarche_ingest.documents.refusing import refused
from demarche_ingest.documents.remarks import remarks_of
from demarche_ingest.texts import Span, Text, sha256

_META: Final = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)""", re.IGNORECASE
)
_XML: Final = re.compile(rb"""^\s*<\?xml[^>]+encoding\s*=\s*["']([A-Za-z0-9_:.\-]+)""")
_DECLARED_WITHIN: Final = 4096
"""Bytes in which a declaration counts (HTML standard, 13.2.3.2, has 1024; pages are later)."""
_PUBLISHED: Final = frozenset({"article:published_time", "datePublished", "date", "dc.date"})
_DATE: Final = {"extensive_search": False, "original_date": True}
_PARAGRAPHS: Final = frozenset({"p", "head", "item", "quote", "row", "code", "fw", "ab"})


def read_html(data: bytes, name: str, wishes: Wishes) -> Batch:  # noqa: ARG001
    """Read a page. Raises InputError for one without an article in it."""
    decoded = decode(data, _declared(data))
    if decoded is None:
        raise refused(name, "not text in any encoding known here", "save the page as UTF-8")
    tree = _tree(decoded.content, name)
    captions = _captions(tree)
    found: Any = bare_extraction(
        decoded.content,
        include_comments=True,
        include_tables=True,
        with_metadata=True,
        prune_xpath="//figcaption",  # told apart below
        # Data and marks of the page only: a search of its whole text takes seconds, and the words
        # of the article are read for dates later anyway, by rules that say where they found one.
        date_extraction_params=_DATE,
    )
    if found is None or found.body is None:
        raise refused(
            name,
            "the page has no article that could be told from its surroundings",
            "save the article's text as plain text",
        )
    made = _with_authors(_assembled(found, captions), tree)
    if not made.content.strip():
        raise refused(name, "the page has no text", "save the article's text as plain text")
    text = Text(made.content, sha256(data), sha256(made.content), name)
    source = Source(
        text,
        "text/html",
        extractor_of("html"),
        decoded.encoding,
        _details(found, tree),
        made.zones,
        notes=decoded.notes,
    )
    return Batch(name, (source,))


def _declared(data: bytes) -> str:
    head = data[:_DECLARED_WITHIN]
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii") if found else ""


def _assembled(found: Any, captions: list[str]) -> Assembled:
    body = [piece for piece in _paragraphs(found.body) if piece]
    title = as_text(found.title)
    if body and title and body[0].casefold() == title.casefold():
        body = body[1:]
    comments = [] if found.commentsbody is None else list(_paragraphs(found.commentsbody))
    pieces = [
        *([Piece("headline", title)] if title else ()),
        *(Piece("body", piece) for piece in body),
        *(Piece("caption", piece) for piece in captions),
        *(Piece("comment", piece) for piece in comments if piece),
    ]
    return assemble(pieces)


def _with_authors(made: Assembled, tree: HtmlElement) -> Assembled:
    """Return the text with comments told apart by who wrote them; paragraphs of one are one."""
    spans = [zone.span for zone in made.zones if zone.kind == "comment"]
    words = [made.content[span.start : span.end] for span in spans]
    zones: list[Zone] = [zone for zone in made.zones if zone.kind != "comment"]
    last = -1
    for span, remark in zip(spans, remarks_of(tree, words), strict=True):
        if remark.place >= 0 and remark.place == last:
            zones[-1] = replace(zones[-1], span=Span(zones[-1].span.start, span.end))
        else:
            zones.append(Zone("comment", span, remark.author, remark.reply_to))
        last = remark.place
    return Assembled(made.content, tuple(zones))


def _paragraphs(tree: _Element) -> Iterator[str]:
    """Yield the texts of the innermost elements that are paragraphs; others by what they hold."""
    for child in tree:
        if not isinstance(child.tag, str):
            continue
        if child.tag in _PARAGRAPHS and not any(one.tag in _PARAGRAPHS for one in child):
            yield as_text("".join(map(str, child.itertext())))
        else:
            if child.text and child.text.strip():
                yield as_text(child.text)
            yield from _paragraphs(child)
        if child.tail and child.tail.strip():
            yield as_text(child.tail)


def _captions(tree: HtmlElement) -> list[str]:
    """Return the captions of figures, each once."""
    found = (as_text("".join(map(str, one.itertext()))) for one in tree.iter("figcaption"))
    return list(dict.fromkeys(caption for caption in found if caption))


def _details(found: Any, tree: HtmlElement) -> Details:
    return Details(
        title=as_text(found.title),
        outlet=as_text(found.sitename) or _behind_title(found, tree) or as_text(found.hostname),
        byline=as_text(found.author),
        date=as_text(found.date) or _published(tree),
        url=as_text(found.url),
        language=as_text(tree.getroottree().getroot().get("lang")),
    )


_PARTS: Final = re.compile(r"\s+[|–—\-·•»:]+\s+|\s*[|»]\s*")
_NAME: Final = 6
"""Words of the name of a site, at most."""


def _behind_title(found: Any, tree: HtmlElement) -> str:
    """Return the name of the site that follows the headline in a page's title, "" for none."""
    title, whole = as_text(found.title), as_text(tree.findtext(".//title"))
    head = as_text(tree.findtext(".//h1")) or title
    parts = _PARTS.split(whole)
    if len(parts) < 2 or not head:
        return ""
    name, before = parts[-1], whole[: whole.rindex(parts[-1])].casefold()
    follows = head.casefold() in before or before.strip(" |–—-·•»:") in head.casefold()
    is_name = (
        name[:1].isupper() and name.count(" ") < _NAME and name.casefold() not in head.casefold()
    )
    return name if follows and is_name else ""


def _published(tree: HtmlElement) -> str:
    """Return the day that the page's own data tells: trafilatura passes over days to come."""
    for element in tree.iter("meta"):
        if (element.get("property") or element.get("name")) in _PUBLISHED:
            return as_text(element.get("content"))[:10]
    return ""


def _tree(page: str, name: str) -> HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return lxml_html.document_fromstring(page.encode("utf-8"), parser=parser)
    except (ParserError, ValueError) as error:
        message = f"the page cannot be taken apart: {error}"
        raise refused(name, message, "save the article's text as plain text") from error
