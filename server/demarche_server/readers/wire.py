"""What the server and its readers say to each other: frames over a pair of Unix sockets.

A frame is a kind (one byte), the length of its payload in bytes (four, big-endian) and the
payload. The server sends QUESTION and waits; the reader answers with HEAD, any number of DATA and
END, or with TABLE or ROWS, or with ERROR at any point before END. LEAVING may come before any of
these: after its answer the reader ends, and is to be asked nothing more.
"""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from struct import Struct
from typing import Any, Final, NamedTuple, Self

from demarche_ontology import errors
from demarche_store.protocol import Dataset, QueryForm

READY: Final = b"R"
QUESTION: Final = b"Q"
HEAD: Final = b"H"
DATA: Final = b"D"
END: Final = b"E"
TABLE: Final = b"T"
ROWS: Final = b"S"
ERROR: Final = b"X"
LEAVING: Final = b"L"
FORK: Final = b"F"
"""What the server sends a nursery for each reader that it wants."""

_HEADER: Final = Struct("!cI")
_READ_BYTES: Final = 1 << 14
_DECODER: Final = json.JSONDecoder()
STORES_OWN: Final = Dataset()
_OWN_GRAPHS: Final = "null,null"
MAX_QUESTION: Final = 1 << 26
"""Bytes of the largest frame a reader takes; far above any setting for queries."""


class _Question(NamedTuple):
    query: str
    dataset: Dataset = STORES_OWN
    accept: str = ""
    format: str | None = None
    encodings: str = ""
    rows: int = 0
    base_iri: str = ""
    ours: bool = False


class Question(_Question):
    """One query as it came, and how it wants its answer. A tuple, which is the quickest to make.

    accept: the Accept header, "" if there was none. format: the value of `format=`.
    encodings: the Accept-Encoding header, "" if there was none.
    rows: 0 for a serialised answer; else the answer is a table of at most so many rows.
    base_iri: what relative IRIs in it are relative to, "" for nothing: then they are refused.
    ours: whether it is one of the server's own, in which a stranger's words are IRIs and numbers
        at most, checked to be such: it is run as it stands, without being read first.
    """

    def dump(self) -> bytes:
        """Return the payload of a QUESTION frame."""
        dumped: bytes | None = self.__dict__.get("_dumped")
        if dumped is None:
            dumped = self.__dict__["_dumped"] = self._dump()
        return dumped

    def _dump(self) -> bytes:
        # A list in JSON; the encoder of `json.dumps` takes longer to make than most to run.
        given = self.dataset
        graphs = _OWN_GRAPHS
        if given.default_graphs is not None or given.named_graphs is not None:
            graphs = f"{json.dumps(given.default_graphs)},{json.dumps(given.named_graphs)}"
        named = "null" if self.format is None else _quoted(self.format)
        wishes = f"{_quoted(self.accept)},{named},{_quoted(self.encodings)}"
        rest = f"{wishes},{self.rows},{_quoted(self.base_iri)},{'true' if self.ours else 'false'}"
        return f"[{_quoted(self.query)},{graphs},{rest}]".encode("ascii")

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """Read the payload of a QUESTION frame."""
        (query, defaults, named, *rest), _ = _DECODER.raw_decode(payload.decode("ascii"))
        if defaults is None and named is None:
            return cls(query, STORES_OWN, *rest)
        return cls(query, Dataset(_tuple(defaults), _tuple(named)), *rest)


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


class Head(NamedTuple):
    """What is known of an answer before its first byte.

    media_type: without parameters. encoding: content coding ("gzip", "zstd"), "" for none.
    volatile: whether the same query may be answered differently on the same commit.
    """

    form: QueryForm
    media_type: str
    encoding: str = ""
    volatile: bool = False

    def frame(self) -> bytes:
        """Return it as a HEAD frame."""
        return _frame_head(self)

    @staticmethod
    def load(payload: bytes) -> Head:
        """Read the payload of a HEAD frame."""
        return _load_head(payload)


@lru_cache(maxsize=64)
def _frame_head(head: Head) -> bytes:
    return frame(HEAD, json.dumps(head._asdict()).encode())


@lru_cache(maxsize=64)
def _load_head(payload: bytes) -> Head:
    return Head(**json.loads(payload))


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """What a reader is told once, when it starts.

    default_graphs: the named graphs whose union the commit's default graph is, sorted.
    rows_format, graph_format: short names of what is sent when a client has no preference.
    max_nesting, max_operators, max_parts: see `Settings`.
    max_answer_bytes: the largest answer, before compression; 0 for no limit.
    max_memory_bytes: how much memory a query may take beyond what the reader has when it
        starts; 0 for no limit.
    services: IRI of each endpoint that SERVICE may name, and the address the engine is to call
        (see `sparql.service.for_query`).
    """

    default_graphs: tuple[str, ...] = ()
    rows_format: str = "json"
    graph_format: str = "turtle"
    max_nesting: int = 200
    max_operators: int = 1500
    max_parts: int = 800
    max_answer_bytes: int = 0
    max_memory_bytes: int = 0
    services: tuple[tuple[str, str], ...] = ()

    def dump(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what `dump` returned."""
        values = json.loads(text)
        values["default_graphs"] = tuple(values["default_graphs"])
        values["services"] = tuple((iri, address) for iri, address in values["services"])
        return cls(**values)


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """Return one frame."""
    return _HEADER.pack(kind, len(payload)) + payload


class Decoder:
    """Takes frames out of what a socket gives, whatever the pieces.

    between: whether all that came before was whole frames.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def between(self) -> bool:
        return not self._buffer

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Return (kind, payload) of every frame that is complete now."""
        found = []
        buffer = self._buffer
        if buffer:
            buffer += data
        source = buffer or data  # mostly whole frames come, which need not be copied
        at, size = 0, len(source)
        while size - at >= _HEADER.size:
            kind, length = _HEADER.unpack_from(source, at)
            end = at + _HEADER.size + length
            if size < end:
                break
            found.append((kind, bytes(source[at + _HEADER.size : end])))
            at = end
        if source is buffer:
            del buffer[:at]
        elif at < size:
            buffer += data[at:]
        return found


def whole_answer(data: bytes) -> tuple[bytes, bytes] | None:
    """Return the payloads of a HEAD and an END that are all of some data; None of anything else."""
    size = len(data)
    if size < 2 * _HEADER.size:
        return None
    kind, length = _HEADER.unpack_from(data)
    at = _HEADER.size + length
    if kind != HEAD or size < at + _HEADER.size:
        return None
    kind, rest = _HEADER.unpack_from(data, at)
    begin = at + _HEADER.size
    if kind != END or size != begin + rest:
        return None
    return data[_HEADER.size : at], data[begin:]


class Receiver:
    """Takes frames from a blocking socket. Mostly one read brings a whole one."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._rest = b""

    def next(self) -> tuple[bytes, bytes] | None:
        """Return the kind and payload of the next frame; None when the other side has gone."""
        data = self._rest or self._sock.recv(_READ_BYTES)
        if len(data) < _HEADER.size and not (data := self._filled(data, _HEADER.size)):
            return None
        kind, length = _HEADER.unpack_from(data)
        end = _HEADER.size + length
        if length > MAX_QUESTION:
            return None
        if len(data) < end and not (data := self._filled(data, end)):
            return None
        self._rest = data[end:]
        return kind, data[_HEADER.size : end]

    def _filled(self, data: bytes, size: int) -> bytes:
        """Return data with what follows, at least so much; b"" when the other side has gone."""
        filled = bytearray(data)
        while len(filled) < size:
            piece = self._sock.recv(max(size - len(filled), _READ_BYTES))
            if not piece:
                return b""
            filled += piece
        return bytes(filled)


# --- Errors ----------------------------------------------------------------------------------

_CARRIED: Final[tuple[type[errors.DemarcheError], ...]] = (
    errors.QueryError,
    errors.QuerySyntaxError,
    errors.QueryRefusedError,
    errors.QueryMemoryError,
    errors.ResultSizeError,
    errors.NotAcceptableError,
    errors.FederationError,
    errors.BusyError,
    errors.RequestError,
    errors.RdfSyntaxError,
    errors.UnknownGraphError,
    errors.NoCommitError,
    errors.HomeNotWritableError,
    errors.StoreError,
    errors.DiskFullError,
)
_ANY: Final = (errors.DemarcheError,)
_EXTRAS: Final = ("line", "column", "offered", "status", "retry_after")


def dump_error(error: errors.DemarcheError) -> bytes:
    """Return the payload of an ERROR frame; an error of no carried class as its ancestor."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind in (*_CARRIED, *_ANY))
    extras = {key: getattr(error, key) for key in _EXTRAS if hasattr(error, key)}
    return json.dumps([name, error.message, error.remedy, extras]).encode()


def load_error(payload: bytes) -> errors.DemarcheError:
    """Return the error that an ERROR frame tells of."""
    name, message, remedy, extras = json.loads(payload)
    kind: Any = next((one for one in _CARRIED if one.__name__ == name), errors.DemarcheError)
    if "offered" in extras:
        extras["offered"] = tuple(extras["offered"])
    error: errors.DemarcheError = kind(message, remedy=remedy, **extras)
    return error
