"""What documents are worked on with: settings, and the key that says whether they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from demarche_ingest.candidates.gate import Rules
from demarche_ingest.code import code_digest
from demarche_ingest.extractors.llm.settings import LlmSettings
from demarche_ingest.extractors.opening import EXTRACTORS, LLM, USUAL, open_extractor
from demarche_ingest.parsing.opening import open_parser, packaged_name, weights
from demarche_ingest.texts import sha256
from demarche_ingest.world import world
from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.analysis import Tools
    from demarche_ingest.extractors.protocol import Extractor
    from demarche_ingest.seeds.fields import When
    from demarche_ingest.seeds.library import Seeds

_GIVEN: Final = "Given when the document was ingested; the text does not tell when it appeared"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How documents are worked on.

    extractors: their names (`extractors.opening`). actors: sheets of a user's actors. model: a
    spaCy model of a user's, "" for the packaged parser. seeds: a folder whose reference data are
    known besides the world's. undated: the EDTF date of documents that tell none, "" for none.
    llm: the language model that the extractor of that name asks; none, and none is.
    """

    extractors: tuple[str, ...] = USUAL
    actors: tuple[Path, ...] = ()
    model: str = ""
    seeds: Path | None = None
    undated: str = ""
    rules: Rules = field(default_factory=Rules)
    llm: LlmSettings | None = None

    def open(self) -> Workshop:
        """Load everything. Raises InputError for what cannot be used, with every problem."""
        from demarche_ingest.analysis import Tools  # a run that has nothing to do needs none of it
        from demarche_ingest.mentions.linker import Linker

        seeds = self.read_seeds()
        return Workshop(
            Tools(Linker(seeds, self.actors), open_parser(self.model)),
            tuple(map(self._extractor, self.extractors)),
            described(seeds),
            self.rules,
            _positions(seeds),
            self._undated(),
        )

    def read_seeds(self) -> Seeds | None:
        """Return the user's seeds, if there are any. Raises InputError."""
        if self.seeds is None:
            return None
        from demarche_ingest.seeds.library import read_seeds

        return read_seeds(self.seeds)

    def shared(self, workers: int) -> Recipe:
        """Return the recipe of one of several processes, which share what a model may cost."""
        return self if self.llm is None else replace(self, llm=self.llm.shared(workers))

    def _extractor(self, name: str) -> Extractor:
        if name != LLM:
            return open_extractor(name)
        if self.llm is None:
            told = "no language model is named that it could ask"
            problem = Problem("", 0, name, told, "give --llm-url and --llm-model")
            raise InputError("An extractor cannot be used.", [problem])
        from demarche_ingest.extractors.llm.extractor import Llm  # what it needs takes time to load

        return Llm(self.llm)

    def _undated(self) -> When:
        from demarche_ingest.candidates.articles import UNDATED
        from demarche_ingest.seeds.fields import When

        self._check_date()
        if not self.undated:
            return UNDATED
        return When(edtf=self.undated, basis="curated", note=_GIVEN)

    def _check_date(self) -> None:
        if not self.undated:
            return
        from demarche_ingest import times

        try:
            times.parse(self.undated)
        except ValueError as error:
            problem = Problem("", 0, "--date", str(error), "give the date as EDTF, such as 2014-05")
            raise InputError("An option cannot be taken.", [problem]) from error

    def key(self) -> str:
        """Return the sha-256 of all that the outcome depends on besides the document.

        Our own code is part of it, so that a newer version works on everything once more. Raises
        InputError for a sheet or extractor that is not there.
        """
        digest = hashlib.sha256()
        for part in self._parts():
            digest.update(f"{len(part)} {part}\n".encode())
        return digest.hexdigest()

    def _parts(self) -> Iterator[str]:
        self._check_date()
        yield code_digest()
        yield self.parser()
        yield from self.settings()
        for path in self.actors:
            yield _digest(path)
        yield from self._seed_digests()
        for name in self.extractors:
            yield name if name in EXTRACTORS else self._extractor(name).name
        if self.llm is not None:
            asked = (self.llm.sentences, self.llm.characters, self.llm.answer_tokens)
            yield " ".join(map(str, asked))

    def parser(self) -> str:
        """Return the name of the parser, with its version, without loading it."""
        if not self.model:
            return packaged_name(weights())
        meta = Path(self.model) / "meta.json"
        if meta.is_file():
            return f"{self.model}/{_digest(meta)[:12]}"
        try:
            return f"{self.model}/{version(self.model)}"
        except PackageNotFoundError:
            return self.model

    def software(self) -> tuple[str, ...]:
        """Return what programs take part, each with its version."""
        extractors = (self._extractor(name).name for name in self.extractors)
        return (f"demarche {version('demarche')}", self.parser(), *extractors)

    def graph_key(self) -> str:
        """Return the sha-256 of what the graph of candidates depends on besides them."""
        return sha256(" ".join([code_digest(), *self._seed_digests()]))

    def _seed_digests(self) -> Iterator[str]:
        if self.seeds is not None:
            from demarche_ingest.seeds.library import seed_files

            yield from map(_digest, seed_files(self.seeds))

    def settings(self) -> tuple[str, ...]:
        """Return the settings as a run records them, name=value."""
        named = {
            "extractors": ",".join(self.extractors),
            "actors": ",".join(path.name for path in self.actors),
            "model": self.model,
            "seeds": self.seeds.name if self.seeds else "",
            "date": self.undated,
            "llm": (urlsplit(self.llm.url).hostname or "") if self.llm else "",
        }
        return (*(f"{name}={value}" for name, value in named.items() if value), *self.rules.told())


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything loaded.

    described: ids of what reference data describe, so that a graph has it. positions: ids of things
    there that no mention means, such as positions.
    """

    tools: Tools
    extractors: tuple[Extractor, ...]
    described: frozenset[str]
    rules: Rules
    positions: frozenset[str]
    undated: When


def described(seeds: Seeds | None) -> frozenset[str]:
    """Return the ids of what the world's tables and a user's seeds describe."""
    tables = world()
    things = (thing.id for thing in (*tables.actors, *tables.places))
    return frozenset([*things, *(seeds.entries if seeds else ())])


def _positions(seeds: Seeds | None) -> frozenset[str]:
    if seeds is None:
        return frozenset()
    kinds = ("position", "issue", "event", "treaty", "provision")
    return frozenset(name for name, entry in seeds.entries.items() if entry.kind in kinds)


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes())
    except OSError as error:
        problem = Problem(str(path), 0, "", f"cannot be read: {error.strerror}", "name a file")
        raise InputError("A file cannot be read.", [problem]) from error
