"""Several files for one graph in one body: multipart/form-data (Graph Store Protocol, 5.5)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Scope

from demarche_ontology.errors import RequestError

FORM_DATA: Final = "multipart/form-data"
MAX_PARTS: Final = 100
"""Files in one body."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file. media_type: as it says, else the ending of its name, "" if neither is there."""

    media_type: str
    data: bytes


async def parts_of(scope: Scope, body: bytes) -> tuple[Part, ...]:
    """Return the files of a body, in order. Raises RequestError (400)."""
    headers = Headers(scope=scope)
    parser = MultiPartParser(headers, _whole(body), max_files=MAX_PARTS, max_fields=MAX_PARTS)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise RequestError(
            f"The body is not {FORM_DATA}: {getattr(error, 'message', 'it has no boundary')}",
            remedy=f"send at most {MAX_PARTS} files as a form does",
        ) from error
    try:
        parts = [await _part(value) for _, value in form.multi_items()]
    finally:
        await form.close()
    if not parts:
        raise RequestError(f"The {FORM_DATA} holds no file", "send at least one")
    return tuple(parts)


async def _part(value: UploadFile | str) -> Part:
    if isinstance(value, str):
        raise RequestError(
            f"A part of the {FORM_DATA} has no file name", "give each a name and its media type"
        )
    sent = (value.content_type or "").partition(";")[0].strip().lower()
    return Part(sent or PurePath(value.filename or "").suffix, await value.read())


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
