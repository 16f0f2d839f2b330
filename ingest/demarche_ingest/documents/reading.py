"""From a path or bytes to documents: which format a file has, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path, PurePath
from typing import Final
from zipfile import BadZipFile, ZipFile

from demarche_ingest.documents.extractors import extractor_of
from demarche_ingest.documents.model import Batch, Wishes
from demarche_ingest.documents.refusing import refused
from demarche_ontology.errors import InputError

Reader = Callable[[bytes, str, Wishes], Batch]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files. reader: module of this room and function, loaded when first wanted."""

    name: str
    suffixes: tuple[str, ...]
    reader: str

    def load(self) -> Reader:
        """Return what reads it."""
        module, _, function = self.reader.partition(":")
        reader: Reader = getattr(import_module(f"demarche_ingest.documents.{module}"), function)
        return reader

    @property
    def maker(self) -> str:
        """Name and version of what reads it; with another one the text may be another."""
        return f"{self.reader} {extractor_of(self.reader.partition(':')[0])}"


PLAIN: Final = Format("plain text", (".txt", ".text"), "plain:read_plain")
HTML: Final = Format("HTML", (".html", ".htm", ".xhtml"), "html:read_html")
PDF: Final = Format("PDF", (".pdf",), "pdf:read_pdf")
DOCX: Final = Format("Word", (".docx",), "docx:read_docx")
FORMATS: Final = (
    PLAIN,
    Format("Markdown", (".md", ".markdown"), "plain:read_markdown"),
    HTML,
    PDF,
    DOCX,
    Format("JSON Lines", (".jsonl", ".ndjson"), "tables:read_json_lines"),
    Format("CSV", (".csv", ".tsv"), "tables:read_csv"),
)
"""All formats that can be read."""

_BY_SUFFIX: Final = {suffix: one for one in FORMATS for suffix in one.suffixes}
DOCUMENT_PART: Final = "word/document.xml"
"""The part that makes a packed file a Word document."""
_SNIFFED: Final = 1024


def read_files(paths: Sequence[Path], wishes: Wishes) -> Iterator[Batch]:
    """Read files, and those in folders in the order of their names; hidden ones are passed over.

    What cannot be read is a problem of its batch; the others are read.
    """
    for path in paths:
        for file in files_in(path):
            try:
                data = file_data(file, wishes)
            except InputError as error:
                yield Batch(str(file), problems=tuple(error.problems))
            else:
                yield read_data(data, str(file), wishes)


def files_in(path: Path) -> Iterator[Path]:
    """Yield a file, or those in a folder in the order of their names, without hidden ones."""
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.iterdir()):
        if not child.name.startswith("."):
            yield from files_in(child)


def file_data(path: Path, wishes: Wishes) -> bytes:
    """Return the bytes of a file. Raises InputError for one that is not there, or too large."""
    try:
        size = path.stat().st_size
        if size > wishes.limits.file_bytes:
            raise _too_large(str(path), size, wishes)
        return path.read_bytes()
    except OSError as error:
        raise refused(str(path), f"cannot be read: {error.strerror}", "name a file") from error


def read_data(data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read the bytes of one file. name: its path, which may tell the format.

    What cannot be read is a problem of the batch.
    """
    try:
        if len(data) > wishes.limits.file_bytes:
            raise _too_large(name, len(data), wishes)
        if not data.strip():
            raise refused(name, "the file is empty", "leave it out")
        return format_of(data, name).load()(data, name, wishes)
    except InputError as error:
        return Batch(name, problems=tuple(error.problems))


def format_of(data: bytes, name: str) -> Format:
    """Return the format of a file: by its first bytes where these tell, else by its name.

    Raises InputError for what is no document.
    """
    start = data[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _packed(data, name)
    named = _BY_SUFFIX.get(PurePath(name).suffix.lower())
    if named in (PDF, DOCX):
        raise refused(name, f"not what its name says: no {named.name} file", "save it anew")
    if named is not None:
        return named
    if start.startswith((b"<!doctype html", b"<html")):
        return HTML
    if PurePath(name).suffix and b"\0" in data[:_SNIFFED] and not _is_marked(data):
        raise refused(name, "not a document of a known format", _known())
    return PLAIN


def _is_marked(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))


def _packed(data: bytes, name: str) -> Format:
    try:
        with ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except (BadZipFile, ValueError, OSError) as error:
        raise refused(name, f"the packed file is broken: {error}", "save it anew") from error
    if DOCUMENT_PART in names:
        return DOCX
    raise refused(name, "a packed file that is no Word document", f"unpack it; {_known()}")


def _known() -> str:
    return "these are read: " + ", ".join(
        f"{one.name} ({' '.join(one.suffixes)})" for one in FORMATS
    )


def _too_large(name: str, size: int, wishes: Wishes) -> InputError:
    most = wishes.limits.file_bytes >> 20
    return refused(name, f"the file has {size >> 20} MiB, more than {most} MiB", "split it")
