"""Short links to queries: the query itself, compressed, in the address.

Nothing is kept on the server: no stranger writes to its disk, no link is ever lost, and a link of
one server works on any other. What common queries are made of stands in a dictionary; an address
names which one, so that old links hold when there is a better one.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from demarche_ontology.errors import RequestError

SHARE: Final = "share"
"""The parameter of the query page that takes a packed query."""
CURRENT: Final = "1"
"""The dictionary that new links use. A dictionary that links were made with never changes."""
_FILES: Final[Mapping[str, str]] = {"1": "share_dictionary_1.txt"}
_REMEDY: Final = "copy the whole link; it may have been cut off on the way"


def pack(query: str) -> str:
    """Return a query as the value of `share`: letters, digits, "-" and "_"."""
    packer = zlib.compressobj(level=9, memLevel=9, zdict=_dictionary(CURRENT))
    data = packer.compress(query.encode()) + packer.flush()
    return CURRENT + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpack(text: str, most: int) -> str:
    """Return the query of a value of `share`. most: bytes it may have.

    Raises RequestError for what is no whole packed query, or is longer than that.
    """
    number, packed = text[:1], text[1:]
    if number not in _FILES:
        raise RequestError(f"{SHARE}= is of a kind that this server does not know", _REMEDY)
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True)
        unpacker = zlib.decompressobj(zdict=_dictionary(number))
        query = unpacker.decompress(data, most + 1)
        # At the end of what is whole stands a checksum, which has been compared by then.
        if len(query) <= most and not unpacker.eof:
            raise RequestError(f"{SHARE}= is damaged", _REMEDY)
        if len(query) > most:
            raise RequestError(f"The query is longer than {most} bytes", "shorten it")
        return query.decode()
    except (ValueError, zlib.error) as error:  # of base64 and UTF-8, too
        raise RequestError(f"{SHARE}= is damaged", _REMEDY) from error


@cache
def _dictionary(number: str) -> bytes:
    return files("demarche_server.pages").joinpath(_FILES[number]).read_bytes()
