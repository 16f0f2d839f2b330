"""Which document of a graph a user's file is a copy of, and where the passages stand in it.

A file is the very text when its sha-256 says so. One that differs (other line breaks, a later
download) is taken as a near copy when most passages of the document stand in it, each found by the
hash of its words with white space folded; anything else is refused, with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from demarche.asking import rows_of
from demarche_ingest.annotate.locate import FoldedText, relocate_all
from demarche_ingest.texts import Span, Text
from demarche_ontology.errors import InputError
from demarche_store.archive import Archive
from demarche_store.protocol import View
from demarche_store.vault import Copy, Place, Vault

MOST_BYTES: Final = 1 << 25
"""The largest file read as a text; a long book has a thirtieth of it."""
_TRIED: Final = 12
"""Passages looked for first, the longest: of another text none of them is found."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a document: its place there, and the hash and length it is found again by."""

    start: int
    end: int
    folded_sha256: str
    folded_length: int

    @property
    def key(self) -> tuple[str, int]:
        return self.folded_sha256, self.folded_length


@dataclass(frozen=True, slots=True)
class Coded:
    """A document that the graph has claims of. extractor: what made its text from its bytes."""

    iri: str
    source_sha256: str
    text_sha256: str
    extractor: str
    title: str
    passages: tuple[Passage, ...]

    @property
    def name(self) -> str:
        """What commands call it: the first 12 digits of the hash that names its graph."""
        return self.source_sha256[:12]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file turned out to be.

    copy: what goes into the vault, None for a file that is refused. found: passages that stand in
    it. reason: why it is refused, or what to know of a near copy.
    """

    path: Path
    document: Coded | None = None
    copy: Copy | None = None
    content: str = field(default="", repr=False)
    found: int = 0
    reason: str = ""


def documents_of(view: View) -> list[Coded]:
    """Return the documents of a commit's default graph with their passages, by their hashes."""
    passages: dict[str, set[Passage]] = defaultdict(set)
    rows = rows_of(
        view,
        """SELECT ?document ?start ?end ?folded ?length WHERE {
  ?passage oa:hasSource ?document ; oa:hasSelector ?selector ;
    dem:foldedSha256 ?folded ; dem:foldedLength ?length .
  ?selector oa:start ?start ; oa:end ?end
}""",
    )
    for document, start, end, folded, length in rows:
        passage = Passage(int(start.value), int(end.value), folded.value, int(length.value))
        passages[document.value].add(passage)
    rows = rows_of(
        view,
        """SELECT ?document ?source ?text ?extractor (SAMPLE(?t) AS ?title) WHERE {
  ?document a dem:Document ; dem:sourceSha256 ?source ; dem:textSha256 ?text ;
    dem:extractor ?extractor .
  OPTIONAL { ?document dcterms:title ?t }
} GROUP BY ?document ?source ?text ?extractor ORDER BY ?source""",
    )
    return [
        Coded(
            document.value,
            source.value,
            text.value,
            extractor.value,
            title.value if title else "",
            tuple(sorted(passages[document.value], key=lambda one: (one.start, one.end))),
        )
        for document, source, text, extractor, title in rows
    ]


def files_below(folder: Path) -> list[Path]:
    """Return the files of a folder and of the folders in it, hidden ones left out, by name."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )


def recognise(
    paths: Iterable[Path], documents: Sequence[Coded], held: Mapping[str, Copy]
) -> Iterator[Found]:
    """Tell of each file which document it is a copy of, exact copies first.

    held: what the vault has already, by document: a near copy never takes an exact one's place.
    """
    others: list[tuple[Path, Text]] = []
    exact = {document for document, copy in held.items() if copy.is_exact}
    for path in paths:
        text = _read(path)
        if isinstance(text, str):
            yield Found(path, reason=text)
        elif (found := _exact(path, text, documents)) is None:
            others.append((path, text))
        else:
            if found.copy is not None:
                exact.add(found.copy.document)
            yield found
    wanted = [one for one in documents if one.source_sha256 not in exact]
    for path, text in others:
        yield _nearest(path, text, wanted)


def archived(
    archive: Archive, documents: Iterable[Coded], held: Mapping[str, Copy]
) -> Iterator[Found]:
    """Yield the very texts of documents that the archive of this home has and the vault lacks."""
    for one in documents:
        copy = held.get(one.source_sha256)
        if copy is not None and copy.is_exact:
            continue
        content = archive.text(one.text_sha256)
        if content is not None:
            path = Path(f"{one.name}.txt")
            kept = Copy(one.source_sha256, one.text_sha256, path.name, len(content))
            yield Found(path, one, kept, content, len(one.passages))


def add(vault: Vault, found: Iterable[Found]) -> None:
    """Keep what was recognised; of several near copies of a document the one with most of it."""
    best: dict[str, Found] = {}
    for one in found:
        if one.copy is not None:
            rank = (one.copy.is_exact, one.found)
            other = best.get(one.copy.document)
            if other is None or other.copy is None or rank > (other.copy.is_exact, other.found):
                best[one.copy.document] = one
    for one in best.values():
        assert one.copy is not None
        vault.add(one.copy, one.content)


def _read(path: Path) -> Text | str:
    """Return the text of a file, or why it is none."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            return f"larger than a text may be: {size:,} bytes of {MOST_BYTES:,}"
        return Text.read(path)
    except InputError as error:
        (problem,) = error.problems
        return f"no text: {problem.message}; {problem.remedy}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _exact(path: Path, text: Text, documents: Sequence[Coded]) -> Found | None:
    for one in documents:
        if text.text_sha256 == one.text_sha256:
            copy = Copy(one.source_sha256, text.text_sha256, path.name, len(text))
            return Found(path, one, copy, text.content, len(one.passages))
        if text.source_sha256 == one.source_sha256:
            reason = f"offsets count in what {one.extractor} makes of it; give that text instead"
            return Found(path, one, reason=reason)
    return None


def _nearest(path: Path, text: Text, documents: Sequence[Coded]) -> Found:
    """Return the document most of whose passages stand in a text."""
    folded = FoldedText.of(text.content)
    best: tuple[float, Coded, dict[Place, Place]] | None = None
    for one in documents:
        places = _places(folded, one)
        share = len(places) / max(1, len(one.passages))
        if places and (best is None or share > best[0]):
            best = share, one, places
    if best is None:
        return Found(path, reason="no passage of a document without a text stands in it")
    share, one, places = best
    found = f"{len(places)} of {len(one.passages)} passages of {one.name} stand in it"
    if share <= 0.5:
        return Found(path, one, found=len(places), reason=f"another text: only {found}")
    copy = Copy(one.source_sha256, text.text_sha256, path.name, len(text), places)
    return Found(path, one, copy, text.content, len(places), f"not the very text: {found}")


def _places(folded: FoldedText, document: Coded) -> dict[Place, Place]:
    """Return where passages stand in another text, by their places in the document."""
    longest = sorted(document.passages, key=lambda one: -one.folded_length)[:_TRIED]
    if not relocate_all(folded, (one.key for one in longest)):
        return {}
    found = relocate_all(folded, (one.key for one in document.passages))
    here = [(one, found[one.key]) for one in document.passages if one.key in found]
    sure = [(one.start, spans[0].start - one.start) for one, spans in here if len(spans) == 1]
    return {(one.start, one.end): _choose(one, spans, sure) for one, spans in here}


def _choose(passage: Passage, spans: Sequence[Span], sure: Sequence[tuple[int, int]]) -> Place:
    """Return, of the places where the words stand, the one that fits the passages around it.

    sure: start in the document, and how far it has moved, of passages that stand at one place.
    """
    moved = min(sure, key=lambda one: abs(one[0] - passage.start))[1] if sure else 0
    span = min(spans, key=lambda one: abs(one.start - passage.start - moved))
    return span.start, span.end
