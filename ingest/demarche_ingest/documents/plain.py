"""Plain text and Markdown: the text is the file, so that offsets hold in the file itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt

from demarche_ingest.documents.decoding import decode
from demarche_ingest.documents.model import Batch, Details, Source, Wishes, Zone, ZoneKind
from demarche_ingest.documents.naming import known_fields
from demarche_ingest.documents.refusing import refused
from demarche_ingest.texts import Span, Text, sha256

_FRONT: Final = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def read_plain(data: bytes, name: str, wishes: Wishes) -> Batch:  # noqa: ARG001
    """Read a plain text. Raises InputError for what is no text."""
    return Batch(name, (_source(data, name, "text/plain"),))


def read_markdown(data: bytes, name: str, wishes: Wishes) -> Batch:  # noqa: ARG001
    """Read Markdown: front matter gives details, the first heading is the headline.

    Raises InputError for what is no text.
    """
    source = _source(data, name, "text/markdown")
    content = source.text.content
    front = _FRONT.match(content)
    begin = front.end() if front else 0
    zones = list(_blocks(content, begin))
    details = _details(front[1]) if front else Details()
    if front:
        zones.insert(0, Zone("boilerplate", Span(0, begin)))
    headline = next((zone for zone in zones if zone.kind == "headline"), None)
    if headline and not details.title:
        heading = source.text[headline.span].strip("\ufeff").strip().strip("#=-").strip()
        details = replace(details, title=heading)
    return Batch(name, (replace(source, details=details, zones=tuple(zones)),))


def _source(data: bytes, name: str, media_type: str) -> Source:
    decoded = decode(data)
    if decoded is None:
        raise refused(name, "not text in any encoding known here", "save it as UTF-8 text")
    text = Text(decoded.content, sha256(data), sha256(decoded.content), name)
    return Source(text, media_type, decoded.extractor, decoded.encoding, notes=decoded.notes)


def _details(front: str) -> Details:
    try:
        found: Any = yaml.safe_load(front)
    except yaml.YAMLError:
        return Details()  # it stays in the text, as a zone of its own
    if not isinstance(found, dict):
        return Details()
    return Details(**known_fields({str(key): value for key, value in found.items()}, {}))


def _blocks(content: str, begin: int) -> list[Zone]:
    """Return the first heading and what is no prose: code, and HTML as such."""
    starts = [begin + match.start() for match in _LINE.finditer(content[begin:])]
    starts.append(len(content))
    zones: list[Zone] = []
    for token in MarkdownIt("commonmark").parse(content[begin:]):
        if token.map is None or token.level:
            continue
        kind = _kind(token.type, bool(zones))
        if kind is not None:
            first, last = token.map
            zones.append(Zone(kind, Span(starts[first], starts[min(last, len(starts) - 1)])))
    return zones


def _kind(block: str, seen: bool) -> ZoneKind | None:
    if block == "heading_open" and not seen:
        return "headline"
    return "boilerplate" if block in ("fence", "code_block", "html_block") else None
