"""Reading a file once: what was made of it is kept in the archive, and found there again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from demarche_ingest.documents.model import (
    Batch,
    Container,
    Details,
    Page,
    Source,
    Wishes,
    Zone,
)
from demarche_ingest.documents.reading import format_of, read_data
from demarche_ingest.texts import Span, Text, sha256
from demarche_ontology.errors import InputError, Problem, StoreError
from demarche_store.archive import Archive

_KEY: Final = 12


def read_kept(archive: Archive, data: bytes, name: str, wishes: Wishes) -> Batch:
    """Read the bytes of one file, or find what the same reader made of the same bytes before.

    A file of which nothing could be read is not kept. name: as for `read_data`; the sources have
    it, whichever name the file had before. What cannot be read is a problem of the batch. Raises
    StoreError for an archive that is damaged, HomeNotWritableError, DiskFullError.
    """
    digest = sha256(data)
    key = key_of(data, name, wishes)
    record = archive.record(digest, key) if key else None
    if record is not None:
        return _batch(archive, record, name)
    batch = read_data(data, name, wishes)
    if key and batch.sources:
        archive.add_file(data)
        for source in batch.sources:
            archive.add_text(source.text.content)
        archive.add_record(digest, key, _record(batch, digest, key))
    return batch


def key_of(data: bytes, name: str, wishes: Wishes) -> str:
    """Return the digits that tell what reads a file, and with which wishes; "" for nothing.

    Bytes that two readers could take, by the name of the file, are read by each on its own.
    """
    try:
        maker = format_of(data, name).maker
    except InputError:
        return ""
    columns = " ".join(f"{field}={column}" for field, column in sorted(wishes.columns.items()))
    return sha256(f"{maker} {columns}")[:_KEY]


def _record(batch: Batch, digest: str, key: str) -> dict[str, Any]:
    return {
        "file": digest,
        "key": key,
        "sources": [_members(source) for source in batch.sources],
        "problems": [asdict(problem) | {"file": ""} for problem in batch.problems],
    }


def _members(source: Source) -> dict[str, Any]:
    return {
        "text_sha256": source.text.text_sha256,
        "source_sha256": source.text.source_sha256,
        "media_type": source.media_type,
        "extractor": source.extractor,
        "encoding": source.encoding,
        "details": asdict(source.details),
        "zones": [asdict(zone) for zone in source.zones],
        "pages": [asdict(page) for page in source.pages],
        "container": source.container and asdict(source.container),
        "notes": list(source.notes),
    }


def _batch(archive: Archive, record: dict[str, Any], name: str) -> Batch:
    sources = tuple(_source(archive, members, name) for members in record["sources"])
    problems = (Problem(**members) for members in record["problems"])
    named = (Problem(name, one.line, one.subject, one.message, one.remedy) for one in problems)
    return Batch(name, sources, tuple(named))


def _source(archive: Archive, members: dict[str, Any], name: str) -> Source:
    content = archive.text(members["text_sha256"])
    if content is None:
        raise StoreError(
            f"the archive has no text {members['text_sha256']}, which a record names",
            remedy="remove the record, and add the document again",
        )
    container = members["container"] and Container(**members["container"])
    path = f"{name}#{container.row}" if container else name
    return Source(
        Text(content, members["source_sha256"], members["text_sha256"], path),
        members["media_type"],
        members["extractor"],
        members["encoding"],
        Details(**members["details"]),
        tuple(Zone(**{**zone, "span": Span(**zone["span"])}) for zone in members["zones"]),
        tuple(Page(**page) for page in members["pages"]),
        container,
        tuple(members["notes"]),
    )
