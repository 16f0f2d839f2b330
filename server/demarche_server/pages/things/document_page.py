"""The page of a document or of a part of one: its zones, and all claims beside the words.

Without the words the same page is an outline: zones and passages by their offsets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM
from demarche_server.demonstration import Demonstrating, holds
from demarche_server.linked.paths import path_of
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.document_parts import (
    CLAIMS,
    PARTS,
    STARTS,
    Part,
    claims_within,
    numbers,
    part,
    parts_of,
    span,
    starts,
    whole,
)
from demarche_server.pages.things.document_zones import Zone, Zoning
from demarche_server.pages.things.generic_page import NONE
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.readers.tables import Term
from demarche_server.texts import ShownText, texts_of
from demarche_store.protocol import Dataset

WINDOW: Final = 10_000
"""Code points of a document on one page; further ones on the next."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a file that holds several."""

    article: Cell
    publisher: Cell | None
    date: str
    claims: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as its page shows it.

    copy: "exact", "near" or "" for no words. before, after: offsets of the pages around this one.
    """

    document: Cell
    facts: tuple[tuple[str, tuple[Cell, ...]], ...]
    entries: tuple[Entry, ...]
    zones: tuple[Zone, ...]
    copy: str
    locked: bool
    start: int
    end: int
    claims: int
    more_claims: bool
    before: int | None
    after: int | None
    citation: str
    demonstration: str


async def build(asked: Asked) -> Sheet:
    """Make the sheet of a dem:Document or dem:DocumentPart. Raises QueryError, BusyError."""
    look = await _Look.at(asked)
    return Sheet("document.html", {"document": await look.shown(), "wide": True})


@dataclass
class _Look:
    """What is gathered on the way to a page. inner: the leaves among the parts, in order."""

    asked: Asked
    document: str
    start: int
    end: int
    parts: list[Part]
    text: ShownText | None
    known: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def at(cls, asked: Asked) -> _Look:
        document = asked.place.iri
        if asked.values(DEM["partKind"]):
            table = await asked.ask(whole(asked.thing), 1)
            document = next(cells.iris(table, 0), document)
        table = await asked.ask(span(asked.thing), 1)
        start, end = numbers(table.rows[0]) if table.rows else (0, 0)
        table = await asked.ask(parts_of(document), PARTS)
        parts = [part(row) for row in table.rows]
        text = await texts_of(asked.request).of(asked.request, asked.engine, document)
        inner = [one for one in parts if start <= one.start and one.end <= end]
        return cls(asked, document, start, end, inner, text)

    async def shown(self) -> Shown:
        articles = [part for part in self.parts if part.kind == "article"]
        several = len(articles) > 1
        first, last = (self.start, self.end) if several else self._window()
        counted = await self._counted(articles) if several else {}
        table = NONE
        if not several:
            table = await self.asked.ask(claims_within(self.document, first, last), CLAIMS + 1)
        await self._label(list(cells.iris(table, 0)))
        zoning = Zoning(self.parts, self.text, self.cell)
        notes = zoning.notes(table.rows[:CLAIMS])
        return Shown(
            document=self.cell(self.document),
            facts=tuple(self._facts()),
            entries=tuple(self._entry(part, counted[part.iri]) for part in articles if several),
            zones=() if several else tuple(zoning.zones(first, last, notes)),
            copy="" if self.text is None else "exact" if self.text.copy.is_exact else "near",
            locked=await texts_of(self.asked.request).are_locked(
                self.asked.request, self.asked.engine, self.document
            ),
            start=first,
            end=last,
            claims=len({said.claim.title for note in notes for said in note.claims}),
            more_claims=len(table.rows) > CLAIMS,
            before=max(self.start, first - WINDOW) if first > self.start else None,
            after=last if last < self.end else None,
            citation=self._citation(),
            demonstration=await self._demonstration(),
        )

    # --- What is shown -----------------------------------------------------------------------

    def _window(self) -> tuple[int, int]:
        """Return the offsets of this page; where there are words it ends between two of them."""
        first = min(max(self.start, self.asked.offset()), max(self.start, self.end - 1))
        last = min(first + WINDOW, self.end)
        if last < self.end and self.text is not None and self.text.copy.is_exact:
            space = self.text.content.rfind("\n", first + WINDOW // 2, last)
            space = space if space > 0 else self.text.content.rfind(" ", first + 1, last)
            last = space + 1 if space > 0 else last
        return first, last

    async def _label(self, iris: Sequence[str]) -> None:
        asked = self.asked
        more = [term.value for values in asked.said.values() for term in values]
        named = [
            one
            for part in self.parts
            for one in (part.iri, part.publisher, part.creator, part.reply)
        ]
        wanted = [iri for iri in (self.document, *named, *more, *iris) if ":" in iri]
        self.known = await labels.find(asked.engine, wanted, labels.EVERYTHING)

    def cell(self, iri: str) -> Cell:
        return cells.labelled(cells.cell(Term("iri", iri)), self.known)

    async def _counted(self, articles: Sequence[Part]) -> dict[str, int]:
        """Return how many claims begin in each article."""
        table = await self.asked.ask(starts(self.document), STARTS)
        found = [numbers(row) for row in table.rows]
        return {
            part.iri: sum(claims for start, claims in found if part.start <= start < part.end)
            for part in articles
        }

    def _entry(self, part: Part, claims: int) -> Entry:
        publisher = self.cell(part.publisher) if part.publisher else None
        return Entry(self.cell(part.iri), publisher, part.date, claims)

    def _facts(self) -> list[tuple[str, tuple[Cell, ...]]]:
        """Return what is known of the document, in reading order; only what there is."""
        named = (
            ("Publisher", DCTERMS["publisher"], self._labelled),
            ("Author", DCTERMS["creator"], self._labelled),
            ("In reply to", DEM["inReplyTo"], self._labelled),
            ("Date", DEM["edtf"], _plain),
            ("How the date is known", DEM["dateBasis"], self._labelled),
            ("Why that date", DEM["dateNote"], _plain),
            ("Address", DCTERMS["references"], cells.cell),
            ("Language", DCTERMS["language"], _plain),
            ("Rights", DCTERMS["rights"], _plain),
            ("Licence", DCTERMS["license"], cells.cell),
            ("Length in code points", DEM["lengthInCodePoints"], _plain),
            ("SHA-256 of the file", DEM["sourceSha256"], _plain),
        )
        facts = [(name, self._values(prop, show)) for name, prop, show in named]
        return [(name, values) for name, values in facts if values]

    def _values(self, prop: NamedNode, show: Callable[[Term], Cell]) -> tuple[Cell, ...]:
        return tuple(show(term) for term in self.asked.values(prop))

    def _labelled(self, term: Term) -> Cell:
        return self.cell(term.value) if term.kind == "iri" else cells.cell(term)

    async def _demonstration(self) -> str:
        """Return the path of a document that shows what this page cannot, "" for none."""
        asked = self.asked
        if self.text is not None or not holds(asked.engine.info):
            return ""
        query = f"SELECT ?d {{ ?d a {DEM['Document']} ; {DEM['fullText']} ?text }} ORDER BY ?d"
        return next(
            map(
                path_of, cells.iris(await Demonstrating(asked.engine).table(query, Dataset(), 1), 0)
            ),
            "",
        )

    def _citation(self) -> str:
        """Return how the document itself is cited, as far as the graph knows it."""
        text = self.asked.text
        author, outlet = (
            self.known.get(text(DCTERMS[name]), "") for name in ("creator", "publisher")
        )
        said = (author, text(DCTERMS["title"]), outlet, text(DEM["edtf"]))
        return ". ".join(one for one in (*said, text(DCTERMS["references"])) if one)


def _plain(term: Term) -> Cell:
    return cells.plain(cells.cell(term))
