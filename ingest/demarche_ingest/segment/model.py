"""What a text is made of. All spans count code points of the whole text of a source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from demarche_ingest.documents.model import Details, Zone
from demarche_ingest.texts import Span

Basis = Literal["stated", "inferred"]
"""How an article's date is known: it stands there, or it follows from something that does."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """The date of an article. edtf: as partial as it is told. where: the words that tell it."""

    edtf: str
    basis: Basis
    where: Span | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a text, of which a digest holds several.

    details: as the article says them, what it does not say taken from its source; its language, if
    none is declared, as its words tell it. place: of its
    dateline. zones: in order, disjoint, and together all of `span` but white space. notes: what
    people should know of it.
    """

    span: Span
    details: Details = field(default_factory=Details)
    place: str = ""
    date: Dateline | None = None
    zones: tuple[Zone, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text is made of.

    articles: in order, disjoint. outside: zones that are part of no article, as the masthead of a
    digest. notes: what was noticed of the whole.
    """

    articles: tuple[Article, ...]
    outside: tuple[Zone, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without white space at its ends. zone: what it is part of."""

    span: Span
    zone: Zone


@dataclass(frozen=True, slots=True)
class Quotation:
    """Quoted words. span: with their marks. inner: without.

    depth: 0, or how many quotations hold it. is_closed: false where the closing mark is missing,
    as it is, by rule, at the end of each paragraph of a longer quotation but the last.
    continues: whether it goes on with a quotation of the paragraph before.
    """

    span: Span
    inner: Span
    depth: int = 0
    is_closed: bool = True
    continues: bool = False
