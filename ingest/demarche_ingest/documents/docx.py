"""Word documents (`.docx`): paragraphs and tables in their order."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from demarche_ingest.documents.assembling import Piece, assemble
from demarche_ingest.documents.extractors import extractor_of
from demarche_ingest.documents.model import Batch, Details, Source, Wishes, ZoneKind
from demarche_ingest.documents.naming import as_text
from demarche_ingest.documents.refusing import refused
from demarche_ingest.texts import Text, sha256
from demarche_ontology.errors import InputError


def read_docx(data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read a Word document. Raises InputError for one that is broken, too large or empty."""
    check_unpacked(data, name, wishes.limits.unpacked_bytes)
    try:
        document = docx.Document(BytesIO(data))
        made = assemble(_pieces(document))
        details = _details(document)
    except InputError:
        raise
    except Exception as error:  # python-docx lets through whatever a broken file causes
        remedy = "open it in Word or LibreOffice and save it anew"
        raise refused(name, f"the Word document is broken: {error}", remedy) from error
    if not made.content.strip():
        raise refused(name, "the Word document has no text", "see whether its text is a picture")
    text = Text(made.content, sha256(data), sha256(made.content), name)
    notes = ("footnotes, headers and text boxes are not read",)
    source = Source(
        text,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        extractor_of("docx"),
        details=details,
        zones=made.zones,
        notes=notes,
    )
    return Batch(name, (source,))


def check_unpacked(data: bytes, name: str, most: int) -> None:
    """Raise InputError for a packed file that is broken, or holds more than it may.

    What the directory says of the sizes is enough: unpacking stops there, whatever follows.
    """
    try:
        with ZipFile(BytesIO(data)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (BadZipFile, ValueError, OSError) as error:
        raise refused(name, f"the packed file is broken: {error}", "save it anew") from error
    if size > most:
        message = f"the packed file holds {size} bytes, more than {most}"
        raise refused(name, message, "save its text as plain text")


def _pieces(document: Document) -> Iterator[Piece]:
    seen = False
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = list(dict.fromkeys(as_text(cell.text) for cell in row.cells))
                if any(cells):
                    yield Piece("body", " | ".join(cells))
            continue
        content = block.text.strip()
        if not content:
            continue
        kind = _kind(block, seen)
        seen = seen or kind == "headline"
        yield Piece(kind, content)


def _kind(paragraph: Paragraph, seen: bool) -> ZoneKind:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style == "Caption":
        return "caption"
    return "headline" if not seen and style in ("Title", "Heading 1") else "body"


def _details(document: Document) -> Details:
    core = document.core_properties
    created = core.created.date().isoformat() if core.created else ""
    return Details(
        as_text(core.title), "", as_text(core.author), created, "", as_text(core.language)
    )
