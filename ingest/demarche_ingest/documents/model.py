"""What is known of a document once its file was read, before anything is analysed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from demarche_ingest.texts import Span, Text
from demarche_ontology.errors import Problem

ZoneKind = Literal["headline", "body", "caption", "comment", "boilerplate", "promotion"]
"""A part of a text, in words of the controlled list of parts (`terms.SCHEMES["part"]`)."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of a text that the format of the file, or its wording, tells apart.

    author: of a comment. reply_to: the author whom it answers, "" where none is shown. date: when
    it was written, as it says itself.
    """

    kind: ZoneKind
    span: Span
    author: str = ""
    reply_to: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of a paginated file begins. number: from 1. start: code points."""

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Details:
    """What a file says of its document, as it says it; "" where it says nothing.

    date: as the file writes it. language: a BCP 47 tag that the file declares.
    """

    title: str = ""
    outlet: str = ""
    byline: str = ""
    date: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """The file that a document is one row of.

    sha256: of its bytes. row: 1-based, the heading not counted.
    """

    sha256: str
    row: int


@dataclass(frozen=True, slots=True)
class Source:
    """One document as it was read.

    text: what offsets count in; its source_sha256 is of the file's bytes, of a row those of its
        text. extractor: name and version of what made the text of the bytes; offsets depend on it.
    encoding: as which the bytes were decoded, "" where the format has its own way.
    zones: in order, disjoint; what no zone covers is body.
    notes: what was passed over or taken on trust, for people to read.
    """

    text: Text
    media_type: str
    extractor: str
    encoding: str = ""
    details: Details = Details()
    zones: tuple[Zone, ...] = ()
    pages: tuple[Page, ...] = ()
    container: Container | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of one file: its documents, and what could not be read of it."""

    path: str
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    file_bytes: the largest file. unpacked_bytes: what a packed file may hold; pages: of a PDF.
    """

    file_bytes: int = 100 << 20
    unpacked_bytes: int = 200 << 20
    pages: int = 5_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user asks of the reading.

    columns: the column of a table for a field of `Details` or for "text", by the field's name;
        otherwise columns are known by their usual names.
    """

    columns: dict[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
