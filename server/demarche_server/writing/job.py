"""What the server and the writer process say to each other, in the frames of `readers.wire`.

The server sends JOB and waits; the writer answers with DONE or ERROR. The payload of a job is a
line of JSON, and then the texts and contents of its steps, one behind the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from demarche_server.readers.wire import STORES_OWN
from demarche_store.protocol import Dataset

JOB: Final = b"J"
DONE: Final = b"D"

Kind = Literal["update", "put", "post", "delete"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done.

    body: the text of an update, UTF-8, or the content of a graph. dataset: of an update, as the
    request gives it. graph: its IRI, None for the default graph. media_type: of the content.
    base_iri: what relative IRIs are relative to. fresh: refuse to write where there is a graph.
    existing: refuse to write where there is none.
    """

    kind: Kind
    body: bytes = b""
    dataset: Dataset = STORES_OWN
    graph: str | None = None
    media_type: str = ""
    base_iri: str = ""
    fresh: bool = False
    existing: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Steps that become one commit, or nothing. author: the name of the token."""

    steps: Sequence[Step]
    author: str
    request_id: str

    def dump(self) -> bytes:
        """Return the payload of a JOB frame."""
        steps = [
            [
                step.kind,
                len(step.body),
                step.dataset.default_graphs,
                step.dataset.named_graphs,
                step.graph,
                step.media_type,
                step.base_iri,
                step.fresh,
                step.existing,
            ]
            for step in self.steps
        ]
        head = json.dumps([self.author, self.request_id, steps]).encode()
        return b"".join([head, b"\n", *(step.body for step in self.steps)])

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """Read the payload of a JOB frame."""
        at = payload.index(b"\n") + 1
        author, request_id, told = json.loads(payload[:at])
        steps: list[Step] = []
        for kind, size, defaults, named, *rest in told:
            dataset = Dataset(_tuple(defaults), _tuple(named))
            steps.append(Step(kind, payload[at : at + size], dataset, *rest))
            at += size
        return cls(steps, author, request_id)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. existed: of each step, whether there had been such a graph."""

    commit: str
    existed: tuple[bool, ...]

    def dump(self) -> bytes:
        """Return the payload of a DONE frame."""
        return json.dumps([self.commit, self.existed]).encode()

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """Read the payload of a DONE frame."""
        commit, existed = json.loads(payload)
        return cls(commit, tuple(existed))


@dataclass(frozen=True, slots=True)
class WriterConfig:
    """What the writer process is told once.

    max_nesting, max_operators, max_parts: see `Settings`.
    max_memory_bytes: how far it may grow; 0 for no limit.
    lock_seconds: how long it waits for another writer of the home.
    services: addresses by the IRIs that SERVICE may name. documents: IRIs that LOAD may name
        (`Settings.loads`). proxy: what the addresses for these begin with.
    """

    max_nesting: int
    max_operators: int
    max_parts: int
    max_memory_bytes: int
    lock_seconds: float
    services: Mapping[str, str]
    documents: Sequence[str]
    proxy: str

    def dump(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(
            [
                self.max_nesting,
                self.max_operators,
                self.max_parts,
                self.max_memory_bytes,
                self.lock_seconds,
                dict(self.services),
                list(self.documents),
                self.proxy,
            ]
        )

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what `dump` returned."""
        return cls(*json.loads(text))


def _tuple(values: Any) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
