"""The page of a document or of a part of one: its zones, and all claims beside the words.

Without the words the same page is an outline: zones and passages by their offsets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.terms import DCTERMS, DEM, OA, VOC
from demarche_server.demonstration import Demonstrating, holds
from demarche_server.linked.paths import path_of
from demarche_server.pages import cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.excerpts import Lit, lit
from demarche_server.pages.generic_page import NONE
from demarche_server.pages.lighting import Paragraph, Span, light
from demarche_server.pages.sheets import Asked, Sheet
from demarche_server.readers.tables import Term
from demarche_server.texts import ShownText, texts_of
from demarche_store.protocol import Dataset

WINDOW: Final = 10_000
"""Code points of a document on one page; further ones on the next."""
CLAIMS: Final = 3000
"""Claims read for one page."""
STARTS: Final = 20_000
"""Places at which claims of one file begin, as far as they are counted."""
PARTS: Final = 1000
"""Parts of a document that its page knows."""
_KINDS: Final = {
    "headline": "Headline",
    "body": "Text",
    "caption": "Caption",
    "comment": "Reader comment",
    "boilerplate": "Boilerplate",
    "promotion": "Promotion",
    "pingback": "Pingback",
    "article": "Article",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document as the graph describes it. kind: a notation of `voc:part`."""

    iri: str
    kind: str
    start: int
    end: int
    title: str
    publisher: str
    creator: str
    reply: str
    date: str


@dataclass(frozen=True, slots=True)
class Said:
    """A claim beside the text."""

    claim: Cell
    source: Cell
    voice: str


@dataclass(frozen=True, slots=True)
class Note:
    """A passage and its claims, in the margin. excerpt: its words from a near copy."""

    number: int
    start: int
    end: int
    claims: tuple[Said, ...]
    excerpt: Lit | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph and the notes on passages that begin in it; None for words not shown."""

    paragraph: Paragraph | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the document of one kind. name: what readers call it.

    kind: a notation of `voc:part`, "" between the parts. continued: it begins on an earlier page.
    """

    name: str
    kind: str
    cell: Cell | None
    start: int
    end: int
    continued: bool
    rows: tuple[Row, ...]
    creator: Cell | None = None
    reply: Cell | None = None
    date: str = ""

    @property
    def claims(self) -> int:
        return sum(len(note.claims) for row in self.rows for note in row.notes)


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
            table = await asked.ask(_whole(asked.thing), 1)
            document = next(cells.iris(table, 0), document)
        table = await asked.ask(_span(asked.thing), 1)
        start, end = _numbers(table.rows[0]) if table.rows else (0, 0)
        parts = [_part(row) for row in (await asked.ask(_parts(document), PARTS)).rows]
        text = await texts_of(asked.request).of(asked.request, asked.engine, document)
        inner = [part for part in parts if start <= part.start and part.end <= end]
        return cls(asked, document, start, end, inner, text)

    async def shown(self) -> Shown:
        articles = [part for part in self.parts if part.kind == "article"]
        several = len(articles) > 1
        first, last = (self.start, self.end) if several else self._window()
        counted = await self._counted(articles) if several else {}
        table = NONE
        if not several:
            table = await self.asked.ask(_claims(self.document, first, last), CLAIMS + 1)
        await self._label(list(cells.iris(table, 0)))
        notes = self._notes(table.rows[:CLAIMS])
        return Shown(
            document=self.cell(self.document),
            facts=tuple(self._facts()),
            entries=tuple(self._entry(part, counted[part.iri]) for part in articles if several),
            zones=() if several else tuple(self._zones(first, last, notes)),
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

    def _notes(self, rows: Sequence[tuple[Term | None, ...]]) -> list[Note]:
        groups: dict[tuple[int, int], list[Said]] = {}
        for start, end, claim, source, voice in rows:
            if start and end and claim and source:
                said = Said(self.cell(claim.value), self.cell(source.value), _notation(voice))
                groups.setdefault((int(start.value), int(end.value)), []).append(said)
        near = self.text if self.text is not None and not self.text.copy.is_exact else None
        return [
            Note(n, *place, tuple(claims), lit(near, *place) if near else None)
            for n, (place, claims) in enumerate(groups.items(), start=1)
        ]

    def _zones(self, first: int, last: int, notes: Sequence[Note]) -> list[Zone]:
        leaves = [part for part in self.parts if part.kind != "article"]
        zones, at = [], first
        for part in leaves:
            start, end = max(part.start, at), min(part.end, last)
            if start >= end:
                continue
            zones += self._between(at, start, notes)
            zones.append(self._zone(part, start, end, notes))
            at = end
        return [*zones, *self._between(at, last, notes)]

    def _between(self, start: int, end: int, notes: Sequence[Note]) -> list[Zone]:
        """Return what stands between the parts, if it is more than white space."""
        here = [note for note in notes if start <= note.start < end]
        words = self._words(start, end)
        if not here and (words is None or not words.strip()):
            return []
        rows = self._rows(start, end, notes)
        return [Zone("Between the parts", "", None, start, end, False, rows)]

    def _zone(self, part: Part, start: int, end: int, notes: Sequence[Note]) -> Zone:
        return Zone(
            name=_KINDS.get(part.kind, part.kind.capitalize()),
            kind=part.kind,
            cell=self.cell(part.iri),
            start=start,
            end=end,
            continued=start > part.start,
            rows=self._rows(start, end, notes),
            creator=self.cell(part.creator) if part.creator else None,
            reply=self.cell(part.reply) if part.reply else None,
            date=part.date,
        )

    def _rows(self, start: int, end: int, notes: Sequence[Note]) -> tuple[Row, ...]:
        words = self._words(start, end)
        if words is None:
            return (Row(None, tuple(note for note in notes if start <= note.start < end)),)
        by_number = {note.number: note for note in notes}
        spans = [Span(note.number, note.start, note.end) for note in notes]
        return tuple(
            Row(one, tuple(by_number[n] for n in one.begins)) for one in light(words, start, spans)
        )

    def _words(self, start: int, end: int) -> str | None:
        if self.text is None or not self.text.copy.is_exact:
            return None
        return self.text.content[start:end]

    async def _counted(self, articles: Sequence[Part]) -> dict[str, int]:
        """Return how many claims begin in each article."""
        table = await self.asked.ask(_starts(self.document), STARTS)
        found = [_numbers(row) for row in table.rows]
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
    """Return a value without its language or datatype, which go without saying here."""
    return replace(cells.cell(term), note="", title="")


def _notation(term: Term | None) -> str:
    """Return the notation of a concept: `quoted` of `voc:voice-quoted`."""
    return term.value.removeprefix(VOC).partition("-")[2].replace("-", " ") if term else ""


def _numbers(row: tuple[Term | None, ...]) -> tuple[int, int]:
    start, end = (int(term.value) if term else 0 for term in row[:2])
    return start, end


def _part(row: tuple[Term | None, ...]) -> Part:
    iri, start, end, kind, *texts = (term.value if term else "" for term in row)
    notation = kind.removeprefix(f"{VOC}part-")
    return Part(iri, notation, int(start), int(end), *texts)


# --- Queries ---------------------------------------------------------------------------------


def _whole(part: NamedNode) -> str:
    whole = DCTERMS["isPartOf"]
    return f"SELECT ?document {{ {part} {whole}+ ?document . ?document a {DEM['Document']} }}"


def _span(thing: NamedNode) -> str:
    return f"""
SELECT ?start ?end {{
  {{ {thing} {OA["hasSelector"]} ?selector . ?selector {OA["start"]} ?start ; {OA["end"]} ?end }}
  UNION {{ {thing} {DEM["lengthInCodePoints"]} ?end BIND(0 AS ?start) }}
}} ORDER BY ?start"""


def _parts(document: str) -> str:
    return f"""
SELECT ?part ?start ?end ?kind ?title ?publisher ?creator ?reply ?date {{
  ?part {DCTERMS["isPartOf"]}+ {NamedNode(document)} ; {DEM["partKind"]} ?kind ;
    {OA["hasSelector"]} ?selector .
  ?selector {OA["start"]} ?start ; {OA["end"]} ?end .
  OPTIONAL {{ ?part {DCTERMS["title"]} ?title }}
  OPTIONAL {{ ?part {DCTERMS["publisher"]} ?publisher }}
  OPTIONAL {{ ?part {DCTERMS["creator"]} ?creator }}
  OPTIONAL {{ ?part {DEM["inReplyTo"]} ?reply }}
  OPTIONAL {{ ?part {DEM["edtf"]} ?date }}
}} ORDER BY ?start DESC(?end) ?part LIMIT {PARTS}"""


def _claims(document: str, first: int, last: int) -> str:
    return f"""
SELECT ?start ?end ?claim ?source ?voice {{
  ?passage {OA["hasSource"]} {NamedNode(document)} ; {OA["hasSelector"]} ?selector .
  ?selector {OA["start"]} ?start ; {OA["end"]} ?end .
  FILTER(?start < {last} && ?end > {first})
  ?claim {DEM["evidence"]} ?passage ; {DEM["attributedTo"]} ?source .
  OPTIONAL {{ ?claim {DEM["voice"]} ?voice }}
}} ORDER BY ?start DESC(?end) ?claim LIMIT {CLAIMS + 1}"""


def _starts(document: str) -> str:
    """Return the query for where claims begin, and how many do there; each counts once."""
    return f"""
SELECT ?start (COUNT(*) AS ?claims) {{
  {{ SELECT ?claim (MIN(?from) AS ?start) {{
    ?passage {OA["hasSource"]} {NamedNode(document)} ; {OA["hasSelector"]} ?selector .
    ?selector {OA["start"]} ?from . ?claim {DEM["evidence"]} ?passage
  }} GROUP BY ?claim }}
}} GROUP BY ?start ORDER BY ?start LIMIT {STARTS}"""
