"""PDF: the text layer, page by page. A scanned page has none, and is said to have none."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Final

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from demarche_ingest.documents.extractors import extractor_of
from demarche_ingest.documents.model import Batch, Details, Page, Source, Wishes
from demarche_ingest.documents.naming import as_text
from demarche_ingest.documents.refusing import refused
from demarche_ingest.texts import Text, sha256
from demarche_ontology.errors import InputError

_BREAK: Final = "\n\n"
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong is told by `refused`
_SOUND: Final = "open it in a viewer and print it into a new PDF, or save its text"


def read_pdf(data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read the text layer. Raises InputError for a PDF that is broken, locked or without text."""
    try:
        reader = _opened(data, name)
        texts = _pages(reader, name, wishes)
        details = _details(reader)
    except InputError:
        raise
    except Exception as error:  # pypdf lets through whatever a broken file causes
        raise refused(name, f"the PDF is broken: {error}", _SOUND) from error
    content = _BREAK.join(texts) + "\n"
    if not content.strip():
        raise refused(
            name,
            "the PDF has no text layer: its pages are pictures",
            "have a program for recognising text (OCR) add one, such as OCRmyPDF",
        )
    pages, at = [], 0
    for number, page in enumerate(texts, start=1):
        pages.append(Page(number, at))
        at += len(page) + len(_BREAK)
    blank = [str(number) for number, page in enumerate(texts, start=1) if not page.strip()]
    notes = (f"pages without text: {', '.join(blank)}",) if blank else ()
    text = Text(content, sha256(data), sha256(content), name)
    source = Source(
        text,
        "application/pdf",
        extractor_of("pdf"),
        details=details,
        pages=tuple(pages),
        notes=notes,
    )
    return Batch(name, (source,))


def _opened(data: bytes, name: str) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(BytesIO(data))
    try:
        locked = reader.is_encrypted and not reader.decrypt("")
    except (DependencyError, PyPdfError, NotImplementedError):
        locked = True
    if locked:
        raise refused(name, "the PDF is locked with a password", "save it without one")
    return reader


def _pages(reader: pypdf.PdfReader, name: str, wishes: Wishes) -> list[str]:
    most = wishes.limits.pages
    if len(reader.pages) > most:
        raise refused(name, f"the PDF has more than {most} pages", "split it")
    # Half of a pair of surrogates is no character, and cannot be written as UTF-8.
    return [
        page.extract_text().encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for page in reader.pages
    ]


def _details(reader: pypdf.PdfReader) -> Details:
    found = reader.metadata
    if found is None:
        return Details()
    return Details(title=as_text(found.title), byline=as_text(found.author))
